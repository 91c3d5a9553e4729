//! A workspace file that was cut, overwritten or made up: a sentence or what is left, never a panic, and `check` writes nothing.

use std::path::Path;

use proptest::prelude::*;
use wardroom_store::{SeriesFilter, StoreError, Workspace};

use crate::{add_series, add_source, at, on_disk, sync};

/// What happens to a file.
#[derive(Clone, Debug)]
enum Harm {
    /// It ends after a share of its bytes, in ten thousandths.
    Cut(usize),
    /// Bytes at a place, in ten thousandths of the file, are others.
    Overwritten(usize, Vec<u8>),
    /// Only the first page is the file's own.
    MadeUp(Vec<u8>),
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        (0_usize..10_000).prop_map(Harm::Cut),
        (0_usize..10_000, prop::collection::vec(any::<u8>(), 1..64))
            .prop_map(|(place, bytes)| Harm::Overwritten(place, bytes)),
        prop::collection::vec(any::<u8>(), 0..20_000).prop_map(Harm::MadeUp),
    ]
}

fn harmed(sound: &[u8], harm: &Harm) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    match harm {
        Harm::Cut(place) => bytes.truncate(sound.len() * place / 10_000),
        Harm::Overwritten(place, other) => {
            let from = sound.len() * place / 10_000;
            let until = (from + other.len()).min(sound.len());
            bytes[from..until].copy_from_slice(&other[..until - from]);
        }
        Harm::MadeUp(other) => {
            bytes.truncate(100);
            bytes.extend_from_slice(other);
        }
    }
    bytes
}

/// Asks everything that is asked of a file: whether it is sound, and what it holds.
async fn ask(path: &Path) {
    let before = std::fs::read(path).expect("the file is there");
    let checked = Workspace::check(path).await;
    assert_eq!(std::fs::read(path).expect("the file is there"), before, "a check writes nothing");
    let opened = Workspace::open(path, at(9)).await;
    if let Err(StoreError::NotAWorkspace { .. }) = opened {
        assert_eq!(
            std::fs::read(path).expect("the file is there"),
            before,
            "a stranger's file is left alone"
        );
        assert!(!checked.is_ok_and(|report| report.is_sound()), "what cannot be opened is not sound");
        return;
    }
    let Ok(workspace) = opened else { return };
    if let Ok(rows) = workspace.series(&SeriesFilter::default()).await {
        for row in rows {
            // A damaged chunk is an error with its place.
            let _ = workspace.read(row.id, None, None).await;
        }
    }
    let _ = workspace.sources().await;
    let _ = workspace.close().await;
}

#[test]
fn no_harm_to_a_file_is_a_panic() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let sound = runtime.block_on(async {
        let (_folder, path, workspace) = on_disk().await;
        let source = add_source(&workspace, "p").await;
        for series in add_series(&workspace, source, 3).await {
            let pairs: Vec<(i64, f64)> = (0..3_000).map(|i| (i, (i % 17) as f64)).collect();
            sync(&workspace, source, series, 1, &pairs).await;
        }
        workspace.close().await.expect("a workspace closes");
        std::fs::read(path).expect("the file is there")
    });

    proptest!(ProptestConfig::with_cases(48), |(harm in harm())| {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("harmed.wardroom");
        std::fs::write(&path, harmed(&sound, &harm)).expect("the file is written");
        runtime.block_on(ask(&path));
    });
}
