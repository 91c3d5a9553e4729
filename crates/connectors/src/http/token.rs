//! Runs the program that prints a token, keeps the token, and runs it again when the source refuses it.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::sync::Mutex;

use crate::error::SourceError;
use crate::secret::{Secret, SecretBinding};

/// A program that has not printed its token by then is ended.
const LIMIT: Duration = Duration::from_secs(10);

/// Tokens are a few kilobytes at most (signed claims); what is longer is no token.
const MAX_OUTPUT_BYTES: u64 = 64 << 10;

/// The program and the token that it printed last.
pub(super) struct TokenCommand {
    command: Vec<String>,
    state: Mutex<State>,
}

/// The generation counts the runs, so that two requests refused at the same time cause one run.
struct State {
    token: Option<Arc<Secret>>,
    generation: u64,
}

impl TokenCommand {
    /// Keeps the program and its arguments; runs nothing.
    pub(super) fn new(command: Vec<String>) -> Self {
        Self { command, state: Mutex::new(State { token: None, generation: 0 }) }
    }

    /// Returns the token and its generation, running the program when there is none or `refused` names the last one.
    pub(super) async fn token(
        &self,
        binding: &SecretBinding,
        refused: Option<u64>,
    ) -> Result<(Arc<Secret>, u64), SourceError> {
        let mut state = self.state.lock().await;
        if let Some(token) = &state.token
            && refused != Some(state.generation)
        {
            return Ok((Arc::clone(token), state.generation));
        }
        let token = Arc::new(Secret::new(run(&self.command).await?, binding.clone()));
        state.generation += 1;
        state.token = Some(Arc::clone(&token));
        Ok((token, state.generation))
    }
}

/// Runs the program without a shell and returns what it printed, trimmed. Its output never stands in an error.
async fn run(command: &[String]) -> Result<String, SourceError> {
    let (program, arguments) = command.split_first().ok_or_else(|| failed("no program is named"))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(&error.to_string()))?;
    let work = async {
        let mut output = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            let mut limited = stdout.take(MAX_OUTPUT_BYTES);
            limited.read_to_end(&mut output).await?;
        }
        let status = child.wait().await?;
        Ok::<_, std::io::Error>((status, output))
    };
    let done = tokio::time::timeout(LIMIT, work).await.map_err(|_| failed("it did not end within 10 s"))?;
    let (status, mut output) = done.map_err(|error| failed(&error.to_string()))?;
    if !status.success() {
        output.fill(0);
        return Err(failed(&status.to_string()));
    }
    let token = std::str::from_utf8(&output).map(|text| text.trim().to_owned());
    output.fill(0);
    match token {
        Ok(token) if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(token),
        Ok(_) | Err(_) => Err(failed("what it printed is not a token on one line")),
    }
}

fn failed(detail: &str) -> SourceError {
    SourceError::TokenCommand { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_output_is_trimmed_and_kept_until_it_is_refused() {
        let command = TokenCommand::new(vec!["echo".to_owned(), " planted-token ".to_owned()]);
        let binding = SecretBinding::of_url("http://localhost:9090").unwrap();

        let (first, one) = command.token(&binding, None).await.unwrap();
        let (_, still_one) = command.token(&binding, None).await.unwrap();
        let (_, two) = command.token(&binding, Some(one)).await.unwrap();
        let (_, still_two) = command.token(&binding, Some(one)).await.unwrap();

        assert_eq!(first.expose(), "planted-token");
        assert_eq!([one, still_one, two, still_two], [1, 1, 2, 2]);
    }

    #[tokio::test]
    async fn the_output_of_a_program_that_fails_is_not_told() {
        let command = ["sh", "-c", "echo planted-token; exit 3"].map(str::to_owned);

        let error = run(&command).await.unwrap_err();

        assert_eq!(error, SourceError::TokenCommand { detail: "exit status: 3".to_owned() });
    }

    #[tokio::test]
    async fn two_lines_are_not_a_token_and_are_not_told() {
        let command = ["printf", "planted\\ntoken"].map(str::to_owned);

        let error = run(&command).await.unwrap_err();

        assert!(matches!(error, SourceError::TokenCommand { .. }));
        assert!(!format!("{error:?}").contains("planted"));
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_says_so() {
        let error = run(&["/nowhere/wardroom-no-such-program".to_owned()]).await.unwrap_err();

        assert!(matches!(error, SourceError::TokenCommand { .. }));
    }
}
