//! Command-line tool of `eventstudy`.

fn main() {}
