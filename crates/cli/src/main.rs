//! The binary `wardroom`: the same actions as the window, in a terminal or a script.

mod arguments;
mod changed;
mod commands;
mod compare;
mod connect;
mod drill;
mod ending;
mod feedback;
mod fields;
mod findings;
mod group;
mod help;
mod import;
mod logs;
mod moment;
mod output;
mod query;
mod refusal;
mod rows;
mod secret;
mod series;
mod source;
mod topology;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, LanguageArgument};
use output::Output;

fn main() -> ExitCode {
    let line: Vec<OsString> = std::env::args_os().collect();
    let asked = LanguageArgument::asked(&line);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output::no_runtime(&error, asked),
    };
    let arguments = match Arguments::try_parse_from(&line) {
        Ok(arguments) => arguments,
        Err(error) => {
            // The same again, in the words of the person's language.
            let words = runtime.block_on(output::words_for(asked));
            let answer = help::command(&words).try_get_matches_from(&line).err().unwrap_or(error);
            return ExitCode::from(output::not_run(&answer, &line, &words));
        }
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("WARDROOM_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let code = runtime.block_on(async {
        let output = Output::new(&arguments);
        match Box::pin(commands::run(&arguments, &output)).await {
            Ok(code) => output.ended(code),
            Err(error) => output.failure(&error),
        }
    });
    // A blocking call that hangs (a keychain's question) must not hold the end of the program.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    ExitCode::from(code)
}
