//! Pages of a list: which of its rows one answer to the window holds, and the lists that the next pages are cut from.

use std::sync::{Arc, Mutex};

use wardroom_store::Revision;

use crate::context::{Open, lock};
use crate::error::AppError;

/// Lists of one kind that are kept: the one that a person reads, and another beside it.
const MOST_KEPT: usize = 2;

/// What a list depends on beside what was asked: another one after every write of anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    stored: Revision,
    topology: u64,
}

impl Mark {
    /// Returns the mark of this moment. Take it before anything is read: what is read later is at least as new.
    ///
    /// # Errors
    ///
    /// Store failures.
    pub(crate) async fn of(open: &Open) -> Result<Self, AppError> {
        // A model is made again when this says so, which follows the write by a moment.
        let topology = open.topology.count();
        Ok(Self { stored: open.workspace.revision().await?, topology })
    }
}

/// Lists in their whole order by what was asked, so that a page is cut from the list of the page before; none of them is
/// older than the last write.
#[derive(Debug)]
pub(crate) struct Kept<Asked, List> {
    newest_first: Mutex<Vec<(Mark, Asked, Arc<List>)>>,
}

impl<Asked, List> Default for Kept<Asked, List> {
    fn default() -> Self {
        Self { newest_first: Mutex::new(Vec::new()) }
    }
}

impl<Asked: PartialEq, List> Kept<Asked, List> {
    /// Returns the list of a question if it was made at this mark; what was made at another one is given up.
    pub(crate) fn find(&self, mark: Mark, asked: &Asked) -> Option<Arc<List>> {
        let mut kept = lock(&self.newest_first);
        kept.retain(|(made_at, _, _)| *made_at == mark);
        let place = kept.iter().position(|(_, of, _)| of == asked)?;
        kept[..=place].rotate_right(1);
        kept.first().map(|(_, _, list)| Arc::clone(list))
    }

    /// Keeps the list of a question that was made of what was read after this mark was taken.
    pub(crate) fn keep(&self, mark: Mark, asked: Asked, list: List) -> Arc<List> {
        let list = Arc::new(list);
        let mut kept = lock(&self.newest_first);
        kept.retain(|(made_at, of, _)| *made_at == mark && *of != asked);
        kept.insert(0, (mark, asked, Arc::clone(&list)));
        kept.truncate(MOST_KEPT);
        list
    }
}

/// Returns the rows of a page, of which there are at least one and at most `most`, however many are asked for; none
/// behind the end of the list.
pub(crate) fn shown<Row>(rows: &[Row], offset: u32, limit: u32, most: u32) -> &[Row] {
    let first = rows.len().min(offset as usize);
    let last = rows.len().min(first.saturating_add(limit.clamp(1, most) as usize));
    &rows[first..last]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_to_what_an_answer_may_hold_and_to_the_list() {
        let rows = [0, 1, 2, 3, 4];

        assert_eq!(shown(&rows, 0, 100, 3), [0, 1, 2]);
        assert_eq!(shown(&rows, 3, 100, 3), [3, 4]);
        assert_eq!(shown(&rows, 1, 0, 3), [1]);
        assert_eq!(shown(&rows, u32::MAX, u32::MAX, u32::MAX), [0; 0]);
    }
}
