//! What holds of the tests, on made-up numbers.
