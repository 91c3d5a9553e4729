//! The windows: made in code; the first is closed only after the workspace is.

use std::time::Duration;

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use wardroom_app::workspaces;

use crate::Shell;
use crate::arguments::Arguments;

/// Longest time that closing may take; sealing the tail of a day takes a fraction of it.
const CLOSING_LIMIT: Duration = Duration::from_secs(15);

/// The name of the first window.
const FIRST: &str = "main";

/// The name of the instructor's window.
const INSTRUCTOR: &str = "instructor";

/// Creates the first window.
pub(crate) fn create(handle: &AppHandle, arguments: &Arguments) -> tauri::Result<()> {
    let (width, height) = arguments.size.unwrap_or((1440.0, 900.0));
    let window = WebviewWindowBuilder::new(handle, FIRST, WebviewUrl::default())
        .title("Wardroom")
        .inner_size(width, height)
        .min_inner_size(1100.0_f64.min(width), 700.0_f64.min(height))
        .build()?;
    let closing = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            close(closing.clone());
        }
    });
    Ok(())
}

/// Opens the instructor's window beside the first one, or brings it to the front.
pub(crate) fn instructor(handle: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = handle.get_webview_window(INSTRUCTOR) {
        return window.set_focus();
    }
    // The same page; what stands behind `#` tells it what to be.
    WebviewWindowBuilder::new(handle, INSTRUCTOR, WebviewUrl::App("index.html#/instructor".into()))
        .title("Wardroom")
        .inner_size(1280.0, 860.0)
        .min_inner_size(1000.0, 640.0)
        .build()
        .map(|_| ())
}

/// Closes the first window when the system asks the program to end (a logout, Ctrl-C where it was started), as its own
/// button does: one file remains. Asked once more, the program ends at once; the next opening recovers the workspace.
#[cfg(unix)]
pub(crate) fn close_when_asked(handle: &AppHandle) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let mut asked = match Asked::listen() {
            Ok(asked) => asked,
            Err(error) => return tracing::warn!(%error, "The system's request to end is not heard."),
        };
        asked.next().await;
        match handle.get_webview_window(FIRST) {
            Some(window) => close(window),
            None => handle.exit(0),
        }
        asked.next().await;
        std::process::exit(1);
    });
}

/// The two ways in which the system asks a program to end.
#[cfg(unix)]
struct Asked {
    end: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Asked {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { end: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.end.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Closes the workspace, so that one file remains, and then the window.
fn close(window: WebviewWindow) {
    tauri::async_runtime::spawn(async move {
        let app = window.state::<Shell>().app.clone();
        if tokio::time::timeout(CLOSING_LIMIT, workspaces::close(&app)).await.is_err() {
            tracing::warn!("The workspace took too long to close; the next opening recovers it.");
        }
        if let Some(instructor) = window.get_webview_window(INSTRUCTOR)
            && let Err(error) = instructor.destroy()
        {
            tracing::warn!(%error, "The instructor's window did not close.");
        }
        if let Err(error) = window.destroy() {
            tracing::warn!(%error, "The window did not close.");
            window.app_handle().exit(0);
        }
    });
}
