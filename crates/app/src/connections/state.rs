//! How sources are: the list with their health, and what makes their data partial.

use wardroom_connectors::source::{Notice, NoticeKind};
use wardroom_core::{AlertState, TimeRange, Timestamp};
use wardroom_store::{SeriesFilter, SourceId, SourceRow as StoredSource};

use super::draft::{self, StoredFile, draft_secret, needs_secret};
use super::rows::{HealthState, SourceHealth, SourceRow};
use super::{CMDB, FILE, INVENTORY_FILE, LOG_FILES, is_of_files};
use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;
use crate::follow;
use crate::logs::files;
use crate::phrase::{Phrase, PhraseValue};
use crate::topology;
use crate::wire::{Millis, Span};

/// Notices that are kept of a source: nobody reads more.
const MOST_NOTICES: usize = 50;

/// Makes the sentence of a notice.
pub(crate) fn notice_phrase(notice: &Notice) -> Phrase {
    let key = match notice.kind {
        NoticeKind::SourceWarning => "notice-source-warning",
        NoticeKind::SourceInfo => "notice-source-info",
        NoticeKind::Truncated if notice.detail.is_empty() => "notice-partial",
        NoticeKind::Truncated => "notice-truncated",
        NoticeKind::NamesDiffer => "notice-names-differ",
        NoticeKind::LabelRunsAway => "notice-label-runs-away",
        NoticeKind::NativeHistogram => "notice-native-histogram",
        NoticeKind::MissingRight => "notice-missing-right",
    };
    Phrase::new(key).text("subject", notice.subject.clone()).text("detail", notice.detail.clone())
}

pub(super) fn text_of<'a>(phrase: &'a Phrase, name: &str) -> Option<&'a str> {
    match phrase.values.get(name) {
        Some(PhraseValue::Text(text)) => Some(text),
        _ => None,
    }
}

/// Returns what makes a source's data partial, as it was found in its last sync.
pub(crate) async fn notices(open: &Open, id: SourceId) -> Result<Vec<Phrase>, AppError> {
    let text = open.workspace.meta(&format!("notices:{}", id.0)).await?;
    Ok(text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Notes what makes data partial, each thing once: of a label that runs away the newest count stands.
pub(crate) fn add_notice(told: &mut Vec<Phrase>, new: Phrase) {
    let is_same = |t: &Phrase| {
        let counted = t.key == "notice-label-runs-away" && t.key == new.key;
        *t == new || (counted && text_of(t, "subject") == text_of(&new, "subject"))
    };
    match told.iter().position(is_same) {
        Some(at) => told[at] = new,
        None if told.len() < MOST_NOTICES => told.push(new),
        None => {}
    }
}

pub(crate) async fn set_notices(open: &Open, id: SourceId, notices: &[Phrase]) -> Result<(), AppError> {
    let text = serde_json::to_string(notices).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(&format!("notices:{}", id.0), &text).await?;
    Ok(())
}

/// Lists the sources with their health.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn list(app: &App) -> Result<Vec<SourceRow>, AppError> {
    let open = app.open()?;
    let mut rows = Vec::new();
    for stored in open.workspace.sources().await?.into_iter().filter(|s| !s.deleted) {
        rows.push(source_row(app, &open, &stored).await?);
    }
    Ok(rows)
}

/// Returns the source that a person means: by its number, or by its name.
///
/// # Errors
///
/// `no_such_source`; `no_source_named`; `several_sources_named` with the numbers; `no_workspace`; store failures.
pub async fn find(app: &App, which: &str) -> Result<SourceRow, AppError> {
    let mut rows = list(app).await?;
    let number = which.parse::<u32>().ok();
    if let Some(at) = rows.iter().position(|row| Some(row.health.id) == number) {
        return Ok(rows.swap_remove(at));
    }
    rows.retain(|row| row.health.name == which);
    let numbers: Vec<String> = rows.iter().map(|row| row.health.id.to_string()).collect();
    match (rows.pop(), numbers.len(), number) {
        (Some(row), 1, _) => Ok(row),
        (Some(_), ..) => {
            let twice = AppError::new("several_sources_named").with("name", which);
            Err(twice.with("numbers", numbers.join(", ")))
        }
        (None, _, Some(number)) => Err(AppError::new("no_such_source").with("id", number)),
        (None, _, None) => Err(AppError::new("no_source_named").with("name", which)),
    }
}

/// Reports whether a kind of source tells of things instead of measuring them.
fn is_inventory(kind: &str) -> bool {
    kind == CMDB || kind == INVENTORY_FILE
}

async fn source_row(app: &App, open: &Open, stored: &StoredSource) -> Result<SourceRow, AppError> {
    let filter = SeriesFilter { source: Some(stored.id), ..SeriesFilter::default() };
    let series = open.workspace.series(&filter).await?;
    let lines = open.workspace.log_sizes().await?.remove(&stored.id);
    let first = series.iter().filter_map(|s| s.first).chain(lines.as_ref().and_then(|l| l.first)).min();
    let last = series.iter().filter_map(|s| s.last).chain(lines.as_ref().and_then(|l| l.last)).max();
    let data = first.zip(last).and_then(|(a, b)| TimeRange::new(a, b.plus_millis(1)).ok());
    let draft = draft::of_row(stored).ok().flatten();
    let place = match stored.kind.as_str() {
        FILE | INVENTORY_FILE => {
            serde_json::from_str::<StoredFile>(&stored.config).map(|f| f.file).unwrap_or_default()
        }
        LOG_FILES => files::place(stored),
        _ => draft.as_ref().map(|d| d.url.clone()).unwrap_or_default(),
    };
    let is_connected = lock(&open.sources).contains_key(&stored.id)
        || lock(&open.log_sources).contains_key(&stored.id)
        || lock(&open.inventory_sources).contains_key(&stored.id);
    let secret_stored = match &draft {
        // Who is connected has its secret; reading a locked keychain would put a question on the screen each time.
        Some(draft) if is_connected => needs_secret(&draft.sign_in),
        Some(draft) => draft_secret(app, draft).await.is_ok_and(|s| s.is_some()),
        None => false,
    };
    let notices = notices(open, stored.id).await?;
    let capped = notices
        .iter()
        .filter(|n| n.key == "notice-label-runs-away")
        .filter_map(|n| text_of(n, "subject").map(str::to_owned))
        .collect();
    let now = app.now();
    let recent = TimeRange::new(now.plus_millis(-3_600_000), now.plus_millis(1)).ok();
    let alerts = open.workspace.alerts(recent, None).await?;
    let firing = alerts
        .iter()
        .filter(|a| a.source == stored.id && a.alert.state == AlertState::Firing && a.ended.is_none());
    let rules = open.workspace.rules(Some(stored.id), None).await?.len();
    let following = lock(&open.followed).contains_key(&stored.id);
    Ok(SourceRow {
        health: health(app, open, stored, last),
        kind: stored.kind.clone(),
        place,
        draft,
        series: u32::try_from(series.len()).unwrap_or(u32::MAX),
        // A source brings samples or lines; the simulator brings both, and its samples are what counts.
        samples: match lines {
            _ if is_inventory(&stored.kind) => topology::records_of(app, open, stored.id).await? as f64,
            Some(lines) if series.is_empty() => lines.records as f64,
            Some(_) | None => series.iter().map(|s| s.samples).sum::<u64>() as f64,
        },
        data: data.map(Span::from),
        following,
        can_follow: !is_of_files(&stored.kind) && !open.is_drill() && open.workspace.mode().is_writable(),
        follow_allowed: stored.follow_allowed && !open.from_elsewhere(),
        secret_stored,
        notices,
        capped,
        rules: u32::try_from(rules).unwrap_or(u32::MAX),
        firing: u32::try_from(firing.count()).unwrap_or(u32::MAX),
    })
}

/// Says how a source is, from what is known without asking it.
pub(crate) fn health(
    app: &App,
    open: &Open,
    stored: &StoredSource,
    until: Option<Timestamp>,
) -> SourceHealth {
    let followed = lock(&open.followed).get(&stored.id).map(follow::Followed::snapshot);
    let syncing = lock(&open.syncing).contains_key(&stored.id);
    let error = stored.last_error.as_deref().and_then(|t| serde_json::from_str::<AppError>(t).ok());
    // What the world of a drill tells is delivered with its clock: nobody reads it, and it is never behind.
    let delivered = open.drill.as_ref().is_some_and(|drill| drill.source == stored.id);
    let answered = followed.as_ref().and_then(|f| f.answered).or(until.filter(|_| delivered));
    let answered = answered.or(stored.last_sync);
    let error = followed
        .as_ref()
        .map_or(error.clone(), |f| f.error.clone().or(if f.answered.is_none() { error } else { None }));
    let every = followed.as_ref().map(|_| stored.follow_step_ms);
    let late = every.zip(answered).is_some_and(|(e, a)| app.now().as_millis() - a.as_millis() > 2 * e + 2000);
    let silent = followed.as_ref().and_then(|f| f.silent_ms(stored.follow_step_ms, app.now()));
    // What reads a long gap after an outage is no longer silent, though it has not answered a tick yet.
    let silent = silent.filter(|_| !syncing && error.as_ref().is_some_and(follow::passes_by_itself));
    let state = if stored.paused {
        HealthState::Paused
    } else if silent.is_some() || error.as_ref().is_some_and(|e| !follow::passes_by_itself(e)) {
        HealthState::Failed
    } else if followed.is_some() && (late || error.is_some()) {
        HealthState::Stale
    } else if syncing {
        HealthState::Syncing
    } else if followed.is_some() || delivered || is_of_files(&stored.kind) {
        HealthState::Fresh
    } else if error.is_some() {
        HealthState::Stale
    } else {
        HealthState::Resting
    };
    SourceHealth {
        id: source_number(stored.id),
        name: stored.name.clone(),
        state,
        until: until.map(Millis::from),
        answered: answered.map(Millis::from),
        next_try: followed.as_ref().and_then(|f| f.next_try).map(Millis::from),
        every: every.map(Millis),
        silent: silent.map(Millis),
        error,
    }
}
