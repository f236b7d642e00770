//! Where things are, and the programs that are called there.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Outcome, output};

/// The repository and its target directory.
#[derive(Debug)]
pub(crate) struct Place {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
}

impl Place {
    /// The repository that this program was built from.
    pub(crate) fn find() -> Outcome<Self> {
        let here = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = here.parent().map(Path::to_path_buf).ok_or("xtask has no parent folder")?;
        let mut place = Self { target: root.join("target"), root };
        let metadata = place.metadata(&["--no-deps"])?;
        if let Some(target) = metadata["target_directory"].as_str() {
            place.target = PathBuf::from(target);
        }
        Ok(place)
    }

    /// Cargo, without what `cargo run` told this program about itself.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
                cargo.env_remove(name);
            }
        }
        cargo
    }

    /// The program that makes the generated files.
    pub(crate) fn generate(&self) -> Command {
        let mut cargo = self.cargo();
        cargo.args(["run", "--quiet", "--package", "xtask", "--features", "generate"]);
        cargo.args(["--bin", "generate", "--"]);
        cargo
    }

    /// What cargo knows of the workspace.
    pub(crate) fn metadata(&self, arguments: &[&str]) -> Outcome<serde_json::Value> {
        let json =
            output(self.cargo().args(["metadata", "--format-version", "1"]).args(arguments))?;
        serde_json::from_str(&json).map_err(|error| format!("cargo metadata: {error}"))
    }

    /// A text of the repository.
    pub(crate) fn read(&self, path: &str) -> Outcome<String> {
        std::fs::read_to_string(self.root.join(path)).map_err(|error| format!("{path}: {error}"))
    }
}

/// The first of these programs that the machine has.
pub(crate) fn which(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        folders.iter().map(|folder| folder.join(&file)).find(|program| program.is_file())
    })
}
