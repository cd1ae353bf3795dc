//! Makes the README programs that need these clients ready to be compiled as documentation tests:
//! the crate itself, which does not have the clients, must pass them over.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    for readme in ["README.md", "README.zh-CN.md"] {
        let source = Path::new("../..").join(readme);
        println!("cargo::rerun-if-changed={}", source.display());
        let text = fs::read_to_string(source)?.replace("```rust,ignore", "```rust,no_run");
        fs::write(Path::new(&out).join(readme), text)?;
    }
    Ok(())
}
