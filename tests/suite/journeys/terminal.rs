//! The terminal program with a home and a workspace of its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

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
        let file = terminal.file("load.csv", table);
        let workspace = terminal.workspace();
        let (code, _, said) =
            terminal.run(&[&["import", "--workspace", &workspace], options, &[file.as_str()]].concat());
        assert_eq!(code, 0, "{said}");
        Some(terminal)
    }

    /// Writes a file beside the workspace and returns its path.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The path of the workspace.
    pub(super) fn workspace(&self) -> String {
        self.path("w.wardroom")
    }

    /// The path of a file beside the workspace.
    pub(super) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs the program and waits for its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Came {
        self.run_with(arguments, &[])
    }

    /// Runs the program with environment variables of its own.
    pub(super) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Came {
        let output = self.command(arguments).envs(variables.iter().copied()).stdin(Stdio::null()).output();
        came(&output.expect("the program starts"))
    }

    /// Runs the program with its standard output going into a file, which is not read back.
    pub(super) fn run_into(&self, arguments: &[&str], out: std::fs::File) -> Came {
        let output = self.command(arguments).stdin(Stdio::null()).stdout(out).output();
        came(&output.expect("the program starts"))
    }

    /// Runs the program with a text as its standard input, which ends there, and waits for its end.
    pub(super) fn run_fed(&self, arguments: &[&str], input: &str) -> Came {
        let mut child = self.begin(arguments);
        let (mut to, text) = (child.stdin.take().expect("there is a pipe"), input.to_owned());
        // The program may print before it has read everything; one that ends early is its own choice.
        let writing = std::thread::spawn(move || to.write_all(text.as_bytes()).ok());
        let output = child.wait_with_output().expect("the program can be waited for");
        writing.join().expect("the writer ends");
        came(&output)
    }

    /// Starts the program with pipes for what goes in and what comes out.
    pub(super) fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    /// Runs the program without a word about the language, where the system says nothing of it either.
    pub(super) fn run_as_chosen(&self, arguments: &[&str]) -> Came {
        let mut command = self.bare(arguments);
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C").stdin(Stdio::null());
        came(&command.output().expect("the program starts"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.bare(&[&["--language", "en"], arguments].concat())
    }

    fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env("WARDROOM_HOME", self.folder.path().join("home"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        command
    }
}

fn came(output: &Output) -> Came {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("it ended by itself"), text(&output.stdout), text(&output.stderr))
}
