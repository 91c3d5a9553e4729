//! A ranking as the window reads it: where every row stands at once, and the rows themselves page by page.

use std::sync::{Arc, Mutex};

use super::changed;
use super::rows::{
    ChangedEntity, ChangedPlace, ChangedPlaces, ChangedRanking, ChangedRequest, ChangedRow,
    ChangedRowsRequest, ChangedView,
};
use crate::context::{App, lock};
use crate::error::AppError;
use crate::paging;

/// Rows of one answer: each with its sentence, they stay below what one answer to the window may weigh.
const MOST_AT_ONCE: u32 = 100;

/// The newest ranking of a workspace with its number: one at a time is looked at.
#[derive(Debug, Default)]
pub(crate) struct Newest(Mutex<(u32, Arc<Vec<ChangedRow>>)>);

impl Newest {
    /// Keeps the rows of a ranking in the place of the one before and returns its number.
    fn keep(&self, rows: Vec<ChangedRow>) -> u32 {
        let mut newest = lock(&self.0);
        *newest = (newest.0.wrapping_add(1), Arc::new(rows));
        newest.0
    }

    /// Returns the rows of a ranking; `None` where another took its place.
    fn find(&self, number: u32) -> Option<Arc<Vec<ChangedRow>>> {
        let newest = lock(&self.0);
        (newest.0 == number).then(|| Arc::clone(&newest.1))
    }
}

/// Ranks the series of the open workspace as [`changed`] does, for the window: with where every row stands and the first
/// rows; the others are read with [`ranked_rows`].
///
/// # Errors
///
/// As [`changed`].
pub async fn ranked(app: &App, request: &ChangedRequest) -> Result<ChangedRanking, AppError> {
    let open = app.open()?;
    let ChangedView {
        window,
        lead,
        entities,
        shown,
        changed,
        judged,
        series,
        refused,
        begun,
        begun_count,
        took,
    } = changed(app, request).await?;
    let places = entities.iter().map(places).collect();
    let all: Vec<ChangedRow> = entities.into_iter().flat_map(|entity| entity.rows).collect();
    let rows = paging::shown(&all, 0, MOST_AT_ONCE, MOST_AT_ONCE).to_vec();
    let ranking = open.newest_ranking.keep(all);
    Ok(ChangedRanking {
        ranking,
        window,
        lead,
        entities: places,
        rows,
        shown,
        changed,
        judged,
        series,
        refused,
        begun,
        begun_count,
        took,
    })
}

/// Returns rows of a ranking by their places among all of its rows.
///
/// # Errors
///
/// `no_workspace`; `cancelled` when a later ranking took its place: nobody waits for these rows any more.
pub fn ranked_rows(app: &App, request: &ChangedRowsRequest) -> Result<Vec<ChangedRow>, AppError> {
    let rows = app.open()?.newest_ranking.find(request.ranking).ok_or_else(AppError::cancelled)?;
    Ok(paging::shown(&rows, request.offset, request.limit, MOST_AT_ONCE).to_vec())
}

fn places(entity: &ChangedEntity) -> ChangedPlaces {
    let place = |row: &ChangedRow| ChangedPlace {
        series: row.series,
        score: row.score,
        grade: row.grade,
        kind: row.kind,
        start: row.start,
    };
    ChangedPlaces {
        entity: entity.entity.clone(),
        score: entity.score,
        rows: entity.rows.iter().map(place).collect(),
    }
}
