//! What a drill's file keeps of its attempts, which is read also where no world can be made of its text any more.

use wardroom_store::{DrillResult, Workspace};

use crate::context::App;
use crate::drills::kept;
use crate::drills::rows::{KeptAttempt, KeptResults, PartRow};
use crate::error::AppError;

/// Returns the points of the attempts that the open drill's file keeps.
///
/// # Errors
///
/// `no_workspace`; `no_drill`; store failures.
pub async fn kept_results(app: &App) -> Result<KeptResults, AppError> {
    let open = app.open()?;
    let ws = &open.workspace;
    let row = ws.drill().await?.ok_or_else(|| AppError::new("no_drill"))?;
    let at = open.drilled().map_or(row.reached_at, |(_, at)| at);
    let made_of = row.made_of;
    let results = ws.drill_results().await?;
    Ok(KeptResults {
        id: made_of.scenario_id,
        seed: u32::try_from(made_of.seed).unwrap_or(u32::MAX),
        trainee: made_of.trainee,
        at: at.into(),
        why: open.past.as_ref().map(|past| past.why.clone()),
        attempts: results.iter().map(|result| attempt(ws, result)).collect::<Result<_, _>>()?,
    })
}

fn attempt(ws: &Workspace, result: &DrillResult) -> Result<KeptAttempt, AppError> {
    let judged: kept::Judged = kept::read(ws, &result.result)?;
    let parts = judged.parts.into_iter();
    Ok(KeptAttempt {
        number: result.attempt,
        ended: judged.at.into(),
        points: result.points,
        passed: result.passed,
        parts: parts
            .map(|(part, points, of)| PartRow { part, points, of, before: None, reasons: Vec::new() })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use wardroom_core::Timestamp;

    use super::*;
    use crate::connections;
    use crate::drills::catalogue::{self, Found};
    use crate::drills::rows::DebriefView;
    use crate::drills::{begin, debrief, give_up, journal, state, tests};
    use crate::settings::Language;
    use crate::workspaces;

    /// Plays a drill to its end whose file keeps an altered text, as one of an earlier program may, and opens it again.
    async fn opened_again(app: &App, home: &Path, from: &str, to: &str) -> DebriefView {
        let found = catalogue::find_or_read(&tests::small_scenario(home)).unwrap();
        assert!(found.text.contains(from), "{from}");
        let text = found.text.replacen(from, to, 1);
        let path = home.join("drill.wardroom");
        let found = Found { text, ..found };
        let wanted = begin::wanted(found, 7, "night shift", tests::options(), Some(path.clone())).unwrap();
        begin::begin(app, wanted).await.unwrap();
        give_up(app).await.unwrap();
        let judged = debrief(app, Language::En, None).await.unwrap();
        workspaces::close(app).await;
        workspaces::open_only(app, &path).await.unwrap();
        judged
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_drill_with_evidence_that_would_be_refused_today_is_opened_and_says_so() {
        let home = tempfile::tempdir().unwrap();
        let app = tests::app(home.path()).await;
        let judged = opened_again(&app, home.path(), "node_cpu_seconds_total", "node_cpu_second_total").await;

        let again = debrief(&app, Language::En, None).await.unwrap();
        let shown = state(&app, Language::En).unwrap().unwrap();

        assert_eq!(again.points, judged.points);
        assert!(judged.remarks.is_empty());
        assert_eq!((shown.remarks.len(), shown.remarks[0].key.as_str()), (1, "drill-noted"));
        assert_eq!(again.remarks, shown.remarks);
        assert_eq!(kept_results(&app).await.unwrap().why, None);
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_drill_of_whose_text_no_world_can_be_made_keeps_what_came_of_it() {
        let home = tempfile::tempdir().unwrap();
        let app = tests::app(home.path()).await;
        let judged = opened_again(&app, home.path(), "span_min = 15", "span_min = 900").await;

        let kept = kept_results(&app).await.unwrap();
        let refused = debrief(&app, Language::En, None).await.unwrap_err();
        let mut draft = connections::empty_draft();
        draft.name = "real".to_owned();
        draft.url = "https://prometheus.example.net".to_owned();

        assert_eq!(kept.why.as_ref(), Some(&refused));
        assert_eq!(refused.code, "scenario_unreadable");
        assert_eq!(state(&app, Language::En).unwrap_err(), refused);
        assert_eq!((kept.id.as_str(), kept.trainee.as_str(), kept.seed), ("busy_host", "night shift", 7));
        let points: Vec<_> = judged.parts.iter().map(|part| (part.part, part.points, part.of)).collect();
        let attempt = &kept.attempts[0];
        assert_eq!((kept.attempts.len(), attempt.number, attempt.points), (1, 1, judged.points));
        let stored: Vec<_> = attempt.parts.iter().map(|part| (part.part, part.points, part.of)).collect();
        assert_eq!(stored, points);
        // It stays a drill: what was seen in it is there, at its own time, and nothing real is reached from it.
        assert_eq!(app.now(), Timestamp::from(attempt.ended));
        assert_eq!(kept.at, attempt.ended);
        assert!(workspaces::workspace(&app).await.unwrap().unwrap().drill);
        assert!(app.open().unwrap().workspace.stats().await.unwrap().samples > 0);
        assert!(journal(&app, None).await.unwrap().is_empty());
        assert_eq!(
            connections::save(&app, &draft).await.map(|_| ()).unwrap_err().code,
            "drill_no_real_sources"
        );
        workspaces::close(&app).await;
    }
}
