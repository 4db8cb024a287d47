//! Links the staged shared library, so that everything is measured through the C ABI as a C program meets it.

use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=USERPROFILE_STAGE");
    let stage = std::env::var_os("USERPROFILE_STAGE").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/stage"),
        PathBuf::from,
    );
    let lib = stage.join("lib").canonicalize().expect("no staged library: run `make stage` first");
    println!("cargo:rustc-link-search=native={}", lib.display());
    println!("cargo:rustc-link-lib=dylib=userprofile");
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", lib.display());

    let rustc = std::env::var_os("RUSTC").expect("cargo sets RUSTC");
    let version = Command::new(rustc).arg("--version").output().expect("rustc answers");
    println!("cargo:rustc-env=RUSTC_VERSION={}", String::from_utf8_lossy(&version.stdout).trim());
}
