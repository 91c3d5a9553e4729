//! Forwards the application's facts to the window.

use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::error::RecvError;
use wardroom_app::App;
use wardroom_app::events::AppEvent;

/// The name under which the window hears.
pub(crate) const NAME: &str = "app-event";

/// Forwards every fact from now on.
pub(crate) fn forward(handle: &AppHandle, app: &App) {
    let mut heard = app.bus().listen();
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match heard.recv().await {
                Ok(event) => event,
                // Facts were missed; the window reloads everything that could have changed.
                Err(RecvError::Lagged(_)) => AppEvent::WorkspaceChanged,
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = handle.emit(NAME, event) {
                tracing::warn!(%error, "Told the window nothing.");
            }
        }
    });
}
