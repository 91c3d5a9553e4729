//! Child processes: what they need, and the line that repeats one that failed.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::terminal::say;

/// A command to be run, in words that can be repeated.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
    words: Vec<String>,
    variables: Vec<String>,
    folder: Option<PathBuf>,
}

impl Run {
    /// Names the program.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        Self {
            command: Command::new(program),
            words: vec![quoted(&program.to_string_lossy())],
            variables: Vec::new(),
            folder: None,
        }
    }

    /// Names cargo: the one that runs this program, so that the tool chain stays the same.
    pub(crate) fn cargo() -> Self {
        let mut run = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        run.words = vec!["cargo".to_owned()];
        run
    }

    /// The same cargo, which lets everything else go first where the system knows how.
    pub(crate) fn patient_cargo() -> Self {
        let cargo = Self::cargo();
        if find("nice").is_none() {
            return cargo;
        }
        let mut run = Self::new("nice").args(["-n", "19"]).args([cargo.command.get_program()]);
        run.words = cargo.words;
        run
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        for argument in arguments {
            self.words.push(quoted(&argument.as_ref().to_string_lossy()));
            self.command.arg(argument);
        }
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.push(format!("{name}={}", quoted(&value.as_ref().to_string_lossy())));
        self.command.env(name, value);
        self
    }

    /// Runs it in a folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self.command.current_dir(folder);
        self
    }

    /// Returns the line that repeats it in a shell.
    pub(crate) fn line(&self) -> String {
        let folder = self.folder.iter().map(|f| format!("cd {} &&", quoted(&f.to_string_lossy())));
        folder
            .chain(self.variables.iter().cloned())
            .chain(self.words.iter().cloned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Runs it with this terminal; a failure names the line to repeat.
    pub(crate) fn go(mut self) -> Result<()> {
        let line = self.line();
        let status = self.command.status().with_context(|| format!("cannot start: {line}"))?;
        succeeded(status, &line)
    }

    /// Runs it with this terminal, where one exit code is an answer and no failure: whether it was that one.
    pub(crate) fn ends_with(mut self, answer: i32) -> Result<bool> {
        let line = self.line();
        let status = self.command.status().with_context(|| format!("cannot start: {line}"))?;
        if status.code() == Some(answer) {
            return Ok(true);
        }
        succeeded(status, &line).map(|()| false)
    }

    /// Runs it and returns what it printed.
    pub(crate) fn output(mut self) -> Result<String> {
        let line = self.line();
        let output = self
            .command
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start: {line}"))?;
        succeeded(output.status, &line)?;
        String::from_utf8(output.stdout).with_context(|| format!("not text: {line}"))
    }

    /// Runs it, prints every line as it comes and shows it to `hear`; a failure names the line to repeat.
    pub(crate) fn heard(mut self, mut hear: impl FnMut(&str)) -> Result<()> {
        let line = self.line();
        let mut child =
            self.command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start: {line}"))?;
        if let Some(out) = child.stdout.take() {
            let mut reader = BufReader::new(out);
            let mut bytes = Vec::new();
            while reader.read_until(b'\n', &mut bytes)? > 0 {
                let text = String::from_utf8_lossy(&bytes);
                let text = text.trim_end_matches(['\n', '\r']);
                say(text);
                hear(text);
                bytes.clear();
            }
        }
        succeeded(child.wait()?, &line)
    }

    /// Runs it and returns what it printed, its errors first; a failure names the line to repeat.
    pub(crate) fn quietly(mut self) -> (String, Result<()>) {
        let line = self.line();
        match self.command.stdin(Stdio::null()).output() {
            Ok(output) => {
                let said = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes));
                (said.concat().trim_end().to_owned(), succeeded(output.status, &line))
            }
            Err(error) => (String::new(), Err(error).with_context(|| format!("cannot start: {line}"))),
        }
    }

    /// Reports whether it can be run and succeeds; what it prints is thrown away.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    }
}

/// Returns where a program of the search path lies.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn succeeded(status: ExitStatus, line: &str) -> Result<()> {
    if !status.success() {
        bail!("{status}; repeat it with\n  {line}");
    }
    Ok(())
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exit_code_can_be_an_answer_and_any_other_is_a_failure() {
        let ends = |code: &str| Run::new("sh").args(["-c", &format!("exit {code}")]).ends_with(70);

        assert!(ends("70").unwrap());
        assert!(!ends("0").unwrap());
        assert!(ends("71").unwrap_err().to_string().contains("exit 71"));
    }

    #[test]
    fn the_line_can_be_repeated_in_a_shell() {
        let run = Run::new("npm").args(["run", "it's"]).env("A", "b c").within(Path::new("/x"));

        assert_eq!(run.line(), r"cd /x && A='b c' npm run 'it'\''s'");
    }
}
