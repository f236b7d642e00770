//! The C library as a package: headers, libraries, and what pkg-config and CMake look for.

use std::fs;
use std::path::{Path, PathBuf};

use crate::place::Place;
use crate::steps::{Outcome, checked};

/// The system's libraries that the static library needs on Linux.
pub(crate) const SYSTEM: [&str; 7] = ["gcc_s", "util", "rt", "pthread", "m", "dl", "c"];

/// Builds the library and installs it under a prefix.
pub(crate) fn run(place: &Place, arguments: &[String]) -> Outcome<bool> {
    let [prefix] = arguments else { return Err("install takes one folder".to_owned()) };
    let prefix = std::path::absolute(prefix).map_err(|error| format!("{prefix}: {error}"))?;
    if !checked(place.cargo().args(["build", "--release", "--locked", "--package", "clientela-c"]))?
    {
        return Ok(false);
    }
    install(place, &place.target.join("release"), &prefix)?;
    println!("installed in {}", prefix.display());
    Ok(true)
}

/// Installs the library that stands in `built` under `prefix`.
pub(crate) fn install(place: &Place, built: &Path, prefix: &Path) -> Outcome<()> {
    let include = prefix.join("include");
    let library = prefix.join("lib");
    let cmake = library.join("cmake/clientela");
    let pkgconfig = library.join("pkgconfig");
    for folder in [&include, &library, &cmake, &pkgconfig] {
        fs::create_dir_all(folder).map_err(at(folder))?;
    }
    for name in ["clientela.h", "clientela.hpp", "clientela.cdef.h"] {
        copy(&place.root.join("bindings/c/include").join(name), &include.join(name))?;
    }
    let abi = abi(place)?;
    let soname = format!("libclientela.so.{abi}");
    copy(&built.join("libclientela.so"), &library.join(&soname))?;
    copy(&built.join("libclientela.a"), &library.join("libclientela.a"))?;
    link(&soname, &library.join("libclientela.so"))?;

    let version = env!("CARGO_PKG_VERSION");
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    let flags = SYSTEM.map(|name| format!("-l{name}")).join(" ");
    let names = SYSTEM.join(";");
    let fill = |from: &str, to: PathBuf, system: &str| -> Outcome<()> {
        let text = place
            .read(&format!("bindings/c/{from}"))?
            .replace("@PREFIX@", &prefix.to_string_lossy())
            .replace("@LIBDIR@", "lib")
            .replace("@VERSION@", version)
            .replace("@MAJOR_MINOR@", minor)
            .replace("@ABI@", &abi)
            .replace("@STATIC_LIBS@", system);
        fs::write(&to, text).map_err(at(&to))
    };
    fill("clientela.pc.in", pkgconfig.join("clientela.pc"), &flags)?;
    for name in ["clientelaConfig.cmake", "clientelaConfigVersion.cmake"] {
        fill(&format!("cmake/{name}.in"), cmake.join(name), &names)?;
    }
    Ok(())
}

/// The version of the library's interface, as the header states it.
pub(crate) fn abi(place: &Place) -> Outcome<String> {
    let header = place.read("bindings/c/include/clientela.h")?;
    let mut lines = header.lines();
    lines
        .find_map(|line| line.strip_prefix("#define CLIENTELA_ABI_VERSION "))
        .map(|version| version.trim().to_owned())
        .ok_or_else(|| "clientela.h states no CLIENTELA_ABI_VERSION".to_owned())
}

/// Makes `link` a name for `target`, which stands beside it.
pub(crate) fn link(target: &str, link: &Path) -> Outcome<()> {
    if link.symlink_metadata().is_ok() {
        fs::remove_file(link).map_err(at(link))?;
    }
    #[cfg(unix)]
    return std::os::unix::fs::symlink(target, link).map_err(at(link));
    #[cfg(not(unix))]
    return copy(&link.with_file_name(target), link);
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    fs::copy(from, to).map(drop).map_err(at(from))
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}
