//! The shell: one window around the actions of `wardroom-app`.
//!
//! What is deliberately *not* here: logic. A command hands its arguments to one function of the application and its
//! answer back. Start reading at [`run`] and at `commands`.

mod arguments;
#[cfg(test)]
mod bindings;
mod commands;
mod events;
mod watchdog;
mod window;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use tauri::Manager;
use wardroom_app::App;
use wardroom_app::context::Start;
use wardroom_app::phrase::Phrase;
use wardroom_app::settings::Settings;
use wardroom_app::words::Words;

use arguments::{Arguments, Question};

/// What the commands share.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) app: App,
    pub(crate) arguments: Arguments,
    pub(crate) started: Instant,
    pub(crate) painted: AtomicBool,
    /// Files that this run wrote: only these are shown with the system's program.
    pub(crate) written: Mutex<BTreeSet<String>>,
}

/// Runs the window until it is closed. Where none can be opened it says so, names the terminal program, and ends with 70.
pub fn run(started: Instant) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("WARDROOM_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::from_environment();
    if let Some(question) = arguments.question {
        answer(question);
        return;
    }
    // A display that does not answer is a panic deep inside the window toolkit; here it is a sentence.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let built = std::panic::catch_unwind(|| build(started, arguments));
    std::panic::set_hook(hook);
    match built {
        Ok(Ok(app)) => app.run(|_, _| {}),
        Ok(Err(error)) => not_opened(&error.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            not_opened(text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default());
        }
    }
}

/// Answers a question about the program where it was asked: in the terminal.
fn answer(question: Question) {
    let text = match question {
        Question::Help => Words::new(Settings::default()).word("shell-help"),
        Question::Version => format!("wardroom-desktop {}", env!("CARGO_PKG_VERSION")),
    };
    // A closed stdout leaves nobody to answer.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn not_opened(detail: &str) -> ! {
    let words = Words::new(Settings::default());
    watchdog::say(&words.phrase(&Phrase::new("shell-not-opened").text("detail", detail)));
    std::process::exit(70);
}

fn build(started: Instant, arguments: Arguments) -> tauri::Result<tauri::App> {
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(commands::handler())
        .setup(move |tauri| {
            let app = tauri::async_runtime::block_on(App::start(Start::for_user()))?;
            events::forward(tauri.handle(), &app);
            tauri.manage(Shell {
                app,
                arguments: arguments.clone(),
                started,
                painted: AtomicBool::new(false),
                written: Mutex::default(),
            });
            window::create(tauri.handle(), &arguments)?;
            #[cfg(unix)]
            window::close_when_asked(tauri.handle());
            watchdog::start(tauri.handle());
            Ok(())
        })
        .build(tauri::generate_context!())
}
