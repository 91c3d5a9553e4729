//! The binary `wardroom`: the same actions as the window, in a terminal or a script.

mod arguments;
mod changed;
mod commands;
mod compare;
mod connect;
mod drill;
mod feedback;
mod findings;
mod logs;
mod moment;
mod output;
mod query;
mod series;
mod topology;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use output::Output;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not failures; clap prints both kinds where they belong.
            let code = if error.use_stderr() { 2 } else { 0 };
            if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
                output::refused(&error.to_string());
            } else {
                // A closed pipe is no reason to fail.
                let _ = error.print();
            }
            return ExitCode::from(code);
        }
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("WARDROOM_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output::no_runtime(&error),
    };
    let code = runtime.block_on(async {
        let output = Output::new(&arguments);
        match commands::run(&arguments, &output).await {
            Ok(code) => code,
            Err(error) => output.failure(&error),
        }
    });
    // A blocking call that hangs (a keychain's question) must not hold the end of the program.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    ExitCode::from(code)
}
