//! Histories: what lies in the past and became known as it arrived, with a batch for each moment of arrival.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::SqliteConnection;
use wardroom_core::{FactId, Samples, Timestamp};

use super::Column;
use super::batch::{BatchKind, insert_batch};
use super::tail::batch_number;
use crate::arrival::Arrival;
use crate::error::StoreError;
use crate::tables::sources::SourceId;
use crate::workspace::Workspace;

/// The batches of a history, one for each moment at which something of it became known.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    source: SourceId,
    arrival: Arrival,
    /// The numbers of the batches by their moments, in milliseconds.
    batches: BTreeMap<i64, i64>,
}

/// A batch that is not written yet: its moment in milliseconds and its identity.
pub(crate) type NewBatch = (i64, FactId);

impl Arrivals {
    /// Creates the arrivals of a history of which nothing is there yet.
    pub(crate) const fn new(source: SourceId, arrival: Arrival) -> Self {
        Self { source, arrival, batches: BTreeMap::new() }
    }

    /// Returns when what is of a time became known, both in milliseconds.
    pub(crate) fn known(&self, time: i64) -> i64 {
        self.arrival.of(Timestamp::from_millis(time)).as_millis()
    }

    /// Returns the batch that brings what is of a time; `None` when none was added for it.
    pub(crate) fn batch_of(&self, time: i64) -> Option<i64> {
        self.batches.get(&self.known(time)).copied()
    }

    /// Returns the numbers of all batches.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &i64> {
        self.batches.values()
    }

    /// Returns the moments for which there is no batch, for columns of times in milliseconds.
    pub(crate) fn missing<'a>(&self, columns: impl Iterator<Item = &'a [i64]>) -> BTreeSet<i64> {
        let mut missing = BTreeSet::new();
        let mut before: &[i64] = &[];
        for times in columns {
            // Most series of a history have the times of their neighbours.
            if times != before {
                let moments = times.iter().map(|time| self.known(*time));
                missing.extend(moments.filter(|moment| !self.batches.contains_key(moment)));
                before = times;
            }
        }
        missing
    }

    /// Adds a batch for each of some moments; they have to be written in the transaction that writes what they bring.
    /// Must not be called within a writing transaction.
    pub(crate) async fn add(
        &mut self,
        workspace: &Workspace,
        moments: BTreeSet<i64>,
    ) -> Result<Vec<NewBatch>, StoreError> {
        let facts = workspace.new_fact_ids(moments.len()).await?;
        let new: Vec<NewBatch> = moments.into_iter().zip(facts).collect();
        for (moment, fact) in &new {
            self.batches.insert(*moment, batch_number(*fact)?);
        }
        Ok(new)
    }

    /// Writes the rows of batches.
    pub(crate) async fn write(
        &self,
        connection: &mut SqliteConnection,
        new: &[NewBatch],
        state: &str,
        note: &str,
    ) -> Result<(), StoreError> {
        for (moment, fact) in new {
            let known_at = Timestamp::from_millis(*moment);
            insert_batch(connection, *fact, self.source, BatchKind::Sync, state, known_at, note).await?;
        }
        Ok(())
    }

    /// Returns the samples of one series, which ascend by time, with the batch that brings each: `otherwise` where none
    /// was added. Cost: linear.
    pub(crate) fn column(&self, samples: Samples, otherwise: i64) -> Column {
        let (times, values) = samples.into_columns();
        let first = times.first().map_or(i64::MAX, |time| self.known(*time));
        let mut ahead = self.batches.range(first..).peekable();
        let mut batches = Vec::with_capacity(times.len());
        for time in &times {
            let known = self.known(*time);
            while ahead.next_if(|(moment, _)| **moment < known).is_some() {}
            let batch = ahead.peek().filter(|(moment, _)| **moment == known);
            batches.push(batch.map_or(otherwise, |(_, batch)| **batch));
        }
        Column { times, values, batches }
    }
}
