//! Holds nothing: the tests are the crate.
