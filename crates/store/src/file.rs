//! The file as the system sees it: its header, whose medium it is on, and the lock file beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// SQLite's `application_id` of a workspace: "WARD".
pub(crate) const APPLICATION_ID: u32 = 0x5741_5244;
/// SQLite's `user_version` of the format that this program writes; a breaking change raises it.
pub(crate) const FORMAT_VERSION: u32 = 1;
/// The first bytes of every SQLite file. Source: SQLite, "Database File Format", §1.3.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Reads the header and returns the format version.
///
/// Closing any descriptor of a file drops all POSIX locks that the process has on it, so this must only be called
/// while SQLite does not have the file open in this process: under the lock file.
pub(crate) fn peek(path: &Path) -> Result<u32, StoreError> {
    let mut header = [0_u8; 100];
    let mut file = File::open(path).map_err(|e| StoreError::from_io(path, &e))?;
    let mut filled = 0;
    while filled < header.len() {
        let n = file.read(&mut header[filled..]).map_err(|e| StoreError::from_io(path, &e))?;
        if n == 0 {
            break;
        }
        filled += n;
    }
    let ours = filled == header.len() && &header[..16] == MAGIC && be_u32(&header, 68) == APPLICATION_ID;
    if ours { Ok(be_u32(&header, 60)) } else { Err(StoreError::NotAWorkspace { path: path.to_path_buf() }) }
}

/// Reports whether a file is a workspace, of whatever format version. A pipe or a device is none: to look into it would
/// wait for somebody to write.
///
/// The file is opened and closed for that, which drops the locks that this process has on it: ask only of files that are
/// not open here.
pub fn is_workspace(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|there| there.is_file()) && peek(path).is_ok()
}

fn be_u32(bytes: &[u8; 100], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Returns `path` with a suffix behind its whole name: `a.wardroom` and `-wal` give `a.wardroom-wal`.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Reports whether a write-ahead log or a rollback journal beside the file still has to be taken into account.
pub(crate) fn has_log(path: &Path) -> bool {
    let is_filled = |suffix| std::fs::metadata(with_suffix(path, suffix)).is_ok_and(|meta| meta.len() > 0);
    is_filled("-wal") || is_filled("-journal")
}

/// Returns the name of this machine; empty when the system does not tell.
pub(crate) fn host() -> String {
    let from_system = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = from_system.trim();
    if name.is_empty() {
        std::env::var("COMPUTERNAME").or_else(|_| std::env::var("HOSTNAME")).unwrap_or_default()
    } else {
        name.to_owned()
    }
}

/// File systems that reach over a network, where SQLite's shared memory for the write-ahead log does not work.
/// Source: SQLite, "Write-Ahead Logging", §1 ("does not work over a network filesystem"); names as Linux mounts them.
const NETWORK_FILE_SYSTEMS: [&str; 16] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "davfs",
    "vboxsf",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.davfs2",
];

/// Reports whether `path` lies on a network share. Only Linux tells; elsewhere the answer is always no.
pub(crate) fn is_on_network_share(path: &Path) -> bool {
    if !cfg!(target_os = "linux") {
        return false;
    }
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let folder = path.parent().and_then(|parent| parent.canonicalize().ok());
    let place = folder.unwrap_or_else(|| path.to_path_buf());
    file_system_of(&mounts, &place).is_some_and(|kind| NETWORK_FILE_SYSTEMS.contains(&kind))
}

/// Returns the file system type of the mount that holds `path`; of equal mount points the last one counts.
fn file_system_of<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let mut fields = line.split(' ').skip(1);
        let (Some(point), Some(kind)) = (fields.next(), fields.next()) else { continue };
        let point = unescape(point);
        let longer = best.is_none_or(|(length, _)| point.len() >= length);
        if longer && path.starts_with(&point) {
            best = Some((point.len(), kind));
        }
    }
    best.map(|(_, kind)| kind)
}

/// Undoes the octal escapes of `/proc/mounts` (`\040` is a space).
fn unescape(text: &str) -> String {
    text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
}

/// The lock file beside a workspace, held while this value lives; dropping it removes the file.
#[derive(Debug)]
pub(crate) struct LockFile {
    path: PathBuf,
    file: Option<File>,
}

/// What came of an attempt to lock.
#[derive(Debug)]
pub(crate) enum Locking {
    /// The lock is ours.
    Taken(LockFile),
    /// Somebody else has it.
    Held {
        /// Process and host as the lock file says.
        owner: String,
    },
    /// No lock file can be made here: the medium or folder cannot be written.
    Impossible,
}

impl LockFile {
    /// Tries to take the lock of the workspace at `workspace`; never waits.
    pub(crate) fn acquire(workspace: &Path) -> Result<Locking, StoreError> {
        let path = with_suffix(workspace, ".lock");
        // The owner removes the file when done, so a lock can turn out to be on a file that is no longer there.
        for _ in 0..8 {
            let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let mut file = match opened {
                Ok(file) => file,
                Err(error) if cannot_write(&error) => return Ok(Locking::Impossible),
                Err(error) => return Err(StoreError::from_io(&path, &error)),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Ok(Locking::Held { owner: read_owner(&mut file) });
                }
                Err(TryLockError::Error(error)) => return Err(StoreError::from_io(&path, &error)),
            }
            let owner = format!("process {} on {}\n", std::process::id(), host());
            write_owner(&mut file, &owner).map_err(|e| StoreError::from_io(&path, &e))?;
            let still_there = std::fs::read_to_string(&path).is_ok_and(|text| text == owner);
            // Where a locked file cannot be read by another descriptor, it cannot be removed either.
            if still_there || cfg!(windows) {
                return Ok(Locking::Taken(Self { path, file: Some(file) }));
            }
        }
        Ok(Locking::Held { owner: String::new() })
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // Removed while still locked: whoever opens the path next makes a file of its own.
            let removed = std::fs::remove_file(&self.path);
            drop(file);
            // Some systems do not remove a file that is open.
            if removed.is_err() {
                std::fs::remove_file(&self.path).ok();
            }
        }
    }
}

fn cannot_write(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

fn read_owner(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(256).read_to_string(&mut text);
    if read.is_ok() { text.trim().to_owned() } else { String::new() }
}

fn write_owner(file: &mut File, owner: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all(owner.as_bytes())?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "/dev/sda1 / ext4 rw 0 0\n\
        server:/x /home/ann/team\\040share nfs4 rw 0 0\n\
        //s/y /mnt cifs rw 0 0\n";

    #[test]
    fn the_longest_mount_point_names_the_file_system() {
        assert_eq!(file_system_of(MOUNTS, Path::new("/home/ann")), Some("ext4"));
        assert_eq!(file_system_of(MOUNTS, Path::new("/home/ann/team share/a")), Some("nfs4"));
        assert_eq!(file_system_of(MOUNTS, Path::new("/mnt/a")), Some("cifs"));
        assert_eq!(file_system_of(MOUNTS, Path::new("/mnt2/a")), Some("ext4"));
    }

    #[test]
    fn a_second_lock_names_the_first_owner_and_the_file_goes_with_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join("a.wardroom");

        let first = LockFile::acquire(&workspace).unwrap();
        let second = LockFile::acquire(&workspace).unwrap();

        assert!(matches!(first, Locking::Taken(_)));
        let Locking::Held { owner } = second else { panic!("the lock was given twice") };
        assert!(owner.contains(&std::process::id().to_string()), "{owner}");
        drop(first);
        assert!(!with_suffix(&workspace, ".lock").exists());
        assert!(matches!(LockFile::acquire(&workspace).unwrap(), Locking::Taken(_)));
    }

    #[test]
    fn only_our_header_is_a_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "time,value\n1,2\n").unwrap();
        assert_eq!(peek(&path), Err(StoreError::NotAWorkspace { path: path.clone() }));
        assert!(!is_workspace(&path));

        let mut header = [0_u8; 100];
        header[..16].copy_from_slice(MAGIC);
        header[60..64].copy_from_slice(&7_u32.to_be_bytes());
        header[68..72].copy_from_slice(&APPLICATION_ID.to_be_bytes());
        std::fs::write(&path, header).unwrap();

        assert_eq!(peek(&path), Ok(7));
        assert!(is_workspace(&path));
    }
}
