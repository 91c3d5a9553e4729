//! The demo of the tests: made once for all of them, each of which opens a copy of its own.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::OnceCell;
use wardroom_core::Timestamp;
use wardroom_store::Workspace;

use super::{DEMO_SEED, HOME, adopt, close, make_demo, place};
use crate::clock::FixedClock;
use crate::context::{App, Open, Start};
use crate::jobs::JobKind;

/// Where it ends: 2026-11-17T15:02:00Z; `date -u -d 2026-11-17T15:02:00Z +%s`.
pub(crate) const DEMO_END: Timestamp = Timestamp::from_millis(1_794_927_720_000);

/// The bytes of its file; nothing of it stays on the disk.
static MADE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// Opens a copy of the demo with its own seed that ends at [`DEMO_END`], in a folder.
pub(crate) async fn open_demo(app: &App, folder: &Path) {
    let path = folder.join("demo.wardroom");
    std::fs::write(&path, MADE.get_or_init(made).await).unwrap();
    let ws = Workspace::open(&path, app.now()).await.unwrap();
    // It stands where its test would have made it, not where it came from.
    ws.set_meta(HOME, &place(ws.path())).await.unwrap();
    adopt(app, Open::new(ws, false, true)).await.unwrap();
}

async fn made() -> Vec<u8> {
    let home = tempfile::tempdir().unwrap();
    let start = Start {
        data_dir: Some(home.path().to_owned()),
        clock: Some(Arc::new(FixedClock(DEMO_END))),
        memory_secrets: true,
    };
    let app = App::start(start).await.unwrap();
    let job = app.jobs().begin(app.bus(), JobKind::Demo, "demo", None);
    let path = home.path().join("demo.wardroom");
    Box::pin(make_demo(&app, &path, DEMO_SEED, DEMO_END, &job)).await.unwrap();
    close(&app).await;
    std::fs::read(&path).unwrap()
}
