//! The terminal program with a home and a workspace of its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::program;

/// The program with its own home and a workspace that holds one imported file.
pub(super) struct Terminal {
    program: PathBuf,
    folder: TempDir,
}

/// What came back: exit code, standard output, standard error.
pub(super) type Came = (i32, String, String);

impl Terminal {
    /// A home without anything in it; `None`, said loudly, where the program is not built.
    pub(super) fn empty(test: &str) -> Option<Self> {
        Some(Self { program: program(test)?, folder: tempfile::tempdir().unwrap() })
    }

    /// Imports a table; `None`, said loudly, where the program is not built.
    pub(super) fn with_file(test: &str, table: &str, options: &[&str]) -> Option<Self> {
        let terminal = Self::empty(test)?;
        let file = terminal.path("load.csv");
        std::fs::write(&file, table).unwrap();
        let workspace = terminal.workspace();
        let (code, _, said) =
            terminal.run(&[&["import", "--workspace", &workspace], options, &[file.as_str()]].concat());
        assert_eq!(code, 0, "{said}");
        Some(terminal)
    }

    /// The path of the workspace.
    pub(super) fn workspace(&self) -> String {
        self.path("w.wardroom")
    }

    /// A path in the folder of the test.
    pub(super) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs the program and waits for its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Came {
        self.run_with(arguments, &[])
    }

    /// Runs the program with environment variables of its own.
    pub(super) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Came {
        let output = Command::new(&self.program)
            .args(["--language", "en"])
            .args(arguments)
            .env("WARDROOM_HOME", self.folder.path().join("home"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().expect("it ended by itself"), text(&output.stdout), text(&output.stderr))
    }
}
