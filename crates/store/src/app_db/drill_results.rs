//! Results of drills on this machine: one row an attempt, so that trends can be drawn without opening the files.

use std::path::{Path, PathBuf};

use wardroom_core::Timestamp;

use super::AppDb;
use crate::error::StoreError;

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillPart {
    /// What was judged, in the caller's word.
    pub part: String,
    /// Points.
    pub points: u32,
    /// Points that could be had.
    pub of: u32,
}

/// What came of one attempt at a drill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillSummary {
    /// The file of the drill.
    pub workspace: PathBuf,
    /// The attempt in it, counted from 1.
    pub attempt: u32,
    /// The scenario's short name.
    pub scenario: String,
    /// The seed of the world.
    pub seed: u64,
    /// Who trained.
    pub trainee: String,
    /// Points, 0 to 100.
    pub points: u32,
    /// Whether that was enough.
    pub passed: bool,
    /// The parts of the points.
    pub parts: Vec<DrillPart>,
    /// How the program gave advice, in the caller's word.
    pub advice: String,
    /// When it was judged.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct StoredSummary {
    workspace: String,
    attempt: u32,
    scenario: String,
    seed: i64,
    trainee: String,
    points: u32,
    passed: bool,
    parts: String,
    advice: String,
    at: i64,
}

impl StoredSummary {
    fn into_summary(self) -> Result<DrillSummary, StoreError> {
        let parts: Vec<(String, u32, u32)> = serde_json::from_str(&self.parts)
            .map_err(|e| StoreError::damaged(format!("the parts of a score cannot be read: {e}")))?;
        Ok(DrillSummary {
            workspace: PathBuf::from(self.workspace),
            attempt: self.attempt,
            scenario: self.scenario,
            seed: self.seed.cast_unsigned(),
            trainee: self.trainee,
            points: self.points,
            passed: self.passed,
            parts: parts.into_iter().map(|(part, points, of)| DrillPart { part, points, of }).collect(),
            advice: self.advice,
            at: Timestamp::from_millis(self.at),
        })
    }
}

impl AppDb {
    /// Stores what came of an attempt; what was stored of the same attempt in the same file is replaced.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn put_drill_summary(&self, summary: &DrillSummary) -> Result<(), StoreError> {
        let parts: Vec<(&str, u32, u32)> =
            summary.parts.iter().map(|part| (part.part.as_str(), part.points, part.of)).collect();
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "INSERT INTO drill_results (workspace, attempt, scenario, seed, trainee, points, passed, parts, advice, at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, attempt) DO UPDATE SET \
             scenario = excluded.scenario, seed = excluded.seed, trainee = excluded.trainee, \
             points = excluded.points, passed = excluded.passed, parts = excluded.parts, advice = excluded.advice, \
             at = excluded.at",
        )
        .bind(summary.workspace.to_string_lossy().into_owned())
        .bind(summary.attempt)
        .bind(summary.scenario.as_str())
        .bind(summary.seed.cast_signed())
        .bind(summary.trainee.as_str())
        .bind(summary.points)
        .bind(summary.passed)
        .bind(serde_json::json!(parts).to_string())
        .bind(summary.advice.as_str())
        .bind(summary.at.as_millis())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns what came of drills, oldest first: of one scenario or of all, of one trainee or of all.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn drill_summaries(
        &self,
        scenario: Option<&str>,
        trainee: Option<&str>,
    ) -> Result<Vec<DrillSummary>, StoreError> {
        let mut held = self.db.read().await?;
        let rows: Vec<StoredSummary> = sqlx::query_as(
            "SELECT * FROM drill_results WHERE (?1 IS NULL OR scenario = ?1) AND (?2 IS NULL OR trainee = ?2) \
             ORDER BY at, id",
        )
        .bind(scenario)
        .bind(trainee)
        .fetch_all(held.on())
        .await?;
        rows.into_iter().map(StoredSummary::into_summary).collect()
    }

    /// Forgets what came of the drill in a file, of all its attempts; the file stays where it is.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn forget_drill(&self, workspace: &Path) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query("DELETE FROM drill_results WHERE workspace = ?")
            .bind(workspace.to_string_lossy().into_owned())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(scenario: &str, trainee: &str, attempt: u32, at: i64) -> DrillSummary {
        DrillSummary {
            workspace: PathBuf::from(format!("/drills/{scenario}.wardroom")),
            attempt,
            scenario: scenario.to_owned(),
            seed: u64::MAX - 1,
            trainee: trainee.to_owned(),
            points: 81,
            passed: true,
            parts: vec![DrillPart { part: "detect".to_owned(), points: 18, of: 20 }],
            advice: "shown".to_owned(),
            at: Timestamp::from_millis(at),
        }
    }

    #[tokio::test]
    async fn results_are_listed_by_scenario_and_trainee_oldest_first() {
        let db = AppDb::in_memory().await.unwrap();
        let (a, b, c) =
            (summary("lag", "ann", 1, 5), summary("lag", "ben", 2, 3), summary("disk", "ann", 1, 4));
        for each in [&a, &b, &c] {
            db.put_drill_summary(each).await.unwrap();
        }

        assert_eq!(db.drill_summaries(None, None).await.unwrap(), [b.clone(), c.clone(), a.clone()]);
        assert_eq!(db.drill_summaries(Some("lag"), None).await.unwrap(), [b, a.clone()]);
        assert_eq!(db.drill_summaries(Some("lag"), Some("ann")).await.unwrap(), [a]);
        db.forget_drill(Path::new("/drills/lag.wardroom")).await.unwrap();
        assert_eq!(db.drill_summaries(None, None).await.unwrap(), [c]);
    }

    #[tokio::test]
    async fn judging_an_attempt_again_replaces_its_result() {
        let db = AppDb::in_memory().await.unwrap();
        db.put_drill_summary(&summary("lag", "ann", 1, 5)).await.unwrap();
        let again = DrillSummary { points: 40, passed: false, ..summary("lag", "ann", 1, 9) };

        db.put_drill_summary(&again).await.unwrap();

        assert_eq!(db.drill_summaries(None, None).await.unwrap(), [again]);
    }
}
