//! The tests are the crate; its documentation is the READMEs, to compile their programs.

#[doc = include_str!(concat!(env!("OUT_DIR"), "/README.md"))]
pub mod english {}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/README.zh-CN.md"))]
pub mod chinese {}
