//! Identities of facts: which writer this file has on this machine, and running numbers that survive a crash.

use std::path::Path;

use wardroom_core::{FactId, Timestamp};

use super::{HOME, SEQUENCE, WRITER, Workspace, read_meta, write_meta};
use crate::db::Db;
use crate::error::StoreError;
use crate::file;

/// Running numbers that are reserved in the file at once; what is left of them after a crash is never used.
const RESERVED_AT_ONCE: u64 = 1024;

/// The running numbers of one writer.
#[derive(Debug)]
pub(super) struct FactIds {
    writer: u64,
    next: u64,
    reserved_until: u64,
}

impl FactIds {
    /// Continues behind what the file says is reserved.
    pub(super) const fn new(writer: u64, reserved_until: u64) -> Self {
        Self { writer, next: reserved_until, reserved_until }
    }
}

impl Workspace {
    /// Returns an identity that no fact of this file or of a copy of it has.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn new_fact_id(&self) -> Result<FactId, StoreError> {
        let ids = self.new_fact_ids(1).await?;
        ids.first().copied().ok_or_else(|| StoreError::internal("no identity was given"))
    }

    /// Returns `n` identities. Must not be called within a writing transaction: it may need one of its own.
    pub(crate) async fn new_fact_ids(&self, n: usize) -> Result<Vec<FactId>, StoreError> {
        self.require_writable()?;
        let n = n as u64;
        let mut facts = self.inner.facts.lock().await;
        let end = facts.next.saturating_add(n);
        if end > facts.reserved_until {
            let until = end.saturating_add(RESERVED_AT_ONCE);
            let mut tx = self.begin().await?;
            write_meta(&mut tx, SEQUENCE, &until.to_string()).await?;
            tx.commit().await?;
            facts.reserved_until = until;
        }
        let ids = (facts.next..end).map(|sequence| FactId::new(facts.writer, sequence)).collect();
        facts.next = end;
        Ok(ids)
    }
}

/// Returns where a file is at home: a number from host and path, so that the file does not tell either.
pub(super) fn home(path: &Path) -> String {
    let host = file::host();
    format!("{:016x}", hash(&[host.as_bytes(), path.as_os_str().as_encoded_bytes()]))
}

/// Gives a file that was copied or moved here a writer of its own, and turns following off in it.
pub(super) async fn settle(db: &Db, path: &Path, now: Timestamp) -> Result<(), StoreError> {
    let here = home(path);
    if read_meta(db, HOME).await?.as_deref() == Some(here.as_str()) {
        return Ok(());
    }
    let before = read_meta(db, WRITER).await?.unwrap_or_default();
    let writer = hash(&[before.as_bytes(), here.as_bytes(), &now.as_millis().to_le_bytes()]);
    let mut tx = db.begin().await?;
    write_meta(&mut tx, WRITER, &format!("{writer:016x}")).await?;
    write_meta(&mut tx, HOME, &here).await?;
    Workspace::forbid_following(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Returns a 64-bit number of some texts; each part counts with its length.
///
/// Source: FNV-1a (Fowler, Noll, Vo), and the finalizer of `SplitMix64` (Steele, Lea, Flood 2014) so that every bit of
/// the result depends on every byte.
fn hash(parts: &[&[u8]]) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        let length = (part.len() as u64).to_le_bytes();
        for byte in length.iter().chain(part.iter()) {
            state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_between_parts_counts() {
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
        assert_eq!(hash(&[b"ab", b"c"]), hash(&[b"ab", b"c"]));
    }
}
