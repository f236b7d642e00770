//! Gives the shared library its soname, so that programs bind to the version of the ABI.

/// The number that `clientela_abi_version` gives; a unit test holds the two together.
const ABI: &str = "1";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=CLIENTELA_ABI={ABI}");
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    // cargo-c sets its own; elsewhere only ELF has a soname.
    let named = std::env::var_os("CARGO_FEATURE_CAPI").is_some();
    if !named && target("FAMILY") == "unix" && target("VENDOR") != "apple" {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libclientela.so.{ABI}");
    }
}
