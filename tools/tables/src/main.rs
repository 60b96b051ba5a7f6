//! Writes the tables under `data/`.

fn main() {}
