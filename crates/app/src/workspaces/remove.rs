//! Removes the files of a workspace that was made for something that failed.

use std::path::{Path, PathBuf};

/// The file and what SQLite writes beside it, which stays where closing failed, as on a full disk.
const SUFFIXES: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Removes a closed workspace with what lies beside it; a failure to is not worth hiding why it goes.
pub(crate) fn files(workspace: &Path) {
    for suffix in SUFFIXES {
        let mut path = workspace.as_os_str().to_owned();
        path.push(suffix);
        let _gone = std::fs::remove_file(PathBuf::from(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_workspace_stays_behind_and_nothing_else_goes() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["a.wardroom", "a.wardroom-wal", "a.wardroom-shm", "a.wardroom.html", "b.wardroom"];
        for name in names {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }

        files(&folder.path().join("a.wardroom"));

        let stays = names.map(|name| folder.path().join(name).exists());
        assert_eq!(stays, [false, false, false, true, true]);
    }
}
