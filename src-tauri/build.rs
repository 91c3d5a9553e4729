//! Prepares what the window embeds.

use std::error::Error;
use std::fs;
use std::path::Path;

const PLACEHOLDER: &str =
    "<!doctype html><title>Wardroom</title><p>The interface is not built: cargo xtask run";

fn main() -> Result<(), Box<dyn Error>> {
    // The context does not expand without the folder, and checks run in a clone where nothing is built.
    let dist = Path::new("../ui/dist");
    if !dist.join("index.html").exists() {
        fs::create_dir_all(dist)?;
        fs::write(dist.join("index.html"), PLACEHOLDER)?;
    }
    println!("cargo:rerun-if-changed=../ui/dist");
    tauri_build::try_build(tauri_build::Attributes::default())?;
    Ok(())
}
