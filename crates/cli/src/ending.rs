//! When somebody asks the program to end: Ctrl-C, and the signal that `timeout` and service managers send first.

use wardroom_app::App;

/// Waits until somebody asks the program to end. SIGHUP is left alone: who begins it with `nohup` wants it to go on.
///
/// # Errors
///
/// Where signals cannot be heard.
pub(crate) async fn asked_to_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await
    }
}

/// Waits until the program is to end: a running job is asked to. Returns where none is running, or when asked again.
pub(crate) async fn given_up(app: &App) {
    let mut was_asked = false;
    while asked_to_end().await.is_ok() {
        if was_asked || !app.jobs().any_running() {
            return;
        }
        app.jobs().cancel_all();
        was_asked = true;
    }
    // Where signals cannot be heard nobody gives up.
    std::future::pending::<()>().await;
}
