//! Generates `userprofile.h` into OUT_DIR and gives the shared library its soname.
//!
//! The header that is committed in `include/` is compared with this one by `tests/header.rs`.

use std::path::PathBuf;

fn main() {
    let variable = |name: &str| std::env::var(name).expect("Cargo sets it for build scripts");
    let (major, minor, patch) = (
        variable("CARGO_PKG_VERSION_MAJOR"),
        variable("CARGO_PKG_VERSION_MINOR"),
        variable("CARGO_PKG_VERSION_PATCH"),
    );
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));

    let mut config =
        cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml is valid");
    config.after_includes = Some(format!(
        "\n/* The version of this header; compare with userprofile_version(). */\n\
         #define USERPROFILE_VERSION_MAJOR {major}\n\
         #define USERPROFILE_VERSION_MINOR {minor}\n\
         #define USERPROFILE_VERSION_PATCH {patch}\n\
         #define USERPROFILE_VERSION \"{major}.{minor}.{patch}\"\n\n\
         /* As a length: the text ends with a NUL. */\n\
         #define USERPROFILE_NUL_TERMINATED ((size_t)-1)"
    ));
    // The order of the header is the order of these files.
    let files = [
        "constants",
        "json",
        "handle",
        "hooks",
        "operations",
        "suggest",
        "tokens",
        "roles",
        "privileges",
        "checks",
        "role_mappings",
    ];
    files
        .iter()
        .map(|file| root.join(format!("src/ffi/{file}.rs")))
        .fold(cbindgen::Builder::new().with_config(config), cbindgen::Builder::with_src)
        .generate()
        .expect("the exports in src/ffi make a header")
        .write_to_file(PathBuf::from(variable("OUT_DIR")).join("userprofile.h"));

    // Before 1.0 each minor version has an ABI of its own.
    let abi = if major == "0" { format!("{major}.{minor}") } else { major };
    if variable("CARGO_CFG_TARGET_OS") == "linux" {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libuserprofile.so.{abi}");
    }
    for input in ["cbindgen.toml", "src/ffi"] {
        println!("cargo:rerun-if-changed={input}");
    }
}
