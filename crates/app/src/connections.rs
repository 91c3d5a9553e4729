//! Sources: connections to Prometheus, clusters with log lines, inventories and the simulator; saved, connected, paused,
//! deleted.

mod draft;
mod live;
mod probe;
mod proof;
mod rows;
mod state;

use std::sync::Arc;
use std::time::Duration;

use wardroom_connectors::prometheus::PrometheusConfig;
use wardroom_connectors::secret::SecretBinding;
use wardroom_connectors::simulated::{Simulated, SimulatedConfig};
use wardroom_connectors::source::{InventorySource, LogSource, MetricSource, NamedExpression, Scope};
use wardroom_core::Timestamp;
use wardroom_store::{NewSource, SeriesFilter, SourceId, SourceRow as StoredSource};

use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::follow;
use crate::logs;
use crate::phrase::Phrase;
use crate::query;
use crate::secrets;
use crate::sync;
use crate::workspaces;

pub use draft::{lost_secret, needs_other_secret, needs_secret};
pub use probe::{plan, probe, suggest};
pub use proof::{explain_findings, explain_query, explain_request};
pub use rows::*;
pub use state::{find, list};

pub(crate) use draft::{
    StoredFile, connect_cluster, connect_cmdb, mapping_out, parse_cluster, simulated_config,
};
pub(crate) use probe::proxy_of;
pub(crate) use state::{add_notice, health, notice_phrase, notices, set_notices};

use draft::{
    StoredSimulated, cmdb_config, connect_draft, draft_of, draft_secret, elasticsearch_config, parse_cmdb,
    parse_config, prometheus_config, provable, workspace_key,
};
use live::Outside;
use state::text_of;

/// The kind of a source that is the simulator.
pub const SIMULATED: &str = "simulated";
/// The kind of a source that is a Prometheus.
pub const PROMETHEUS: &str = "prometheus";
/// The kind of a source that is a cluster with log lines.
pub const ELASTICSEARCH: &str = "elasticsearch";
/// The kind of a source that is an inventory.
pub const CMDB: &str = "cmdb";
/// The kind of a source that is an imported file.
pub const FILE: &str = "file";
/// The kind of a source that is log files which are read in place.
pub const LOG_FILES: &str = "log_files";

/// The kind of a source that is an imported file with an inventory.
pub const INVENTORY_FILE: &str = "inventory_file";

/// Reports whether a kind of source is files, which nobody can be asked for more.
pub fn is_of_files(kind: &str) -> bool {
    kind == FILE || kind == LOG_FILES || kind == INVENTORY_FILE
}

pub(crate) async fn stored(open: &Open, id: u32) -> Result<StoredSource, AppError> {
    let row = open.workspace.source(SourceId(i64::from(id))).await?;
    row.filter(|r| !r.deleted).ok_or_else(|| AppError::new("no_such_source").with("id", id))
}

/// Connects a stored source, once.
///
/// # Errors
///
/// `not_a_live_source` for a file; failures of settings and keychain.
pub(crate) async fn connect(
    app: &App,
    open: &Open,
    row: &StoredSource,
) -> Result<Arc<dyn MetricSource>, AppError> {
    if let Some(source) = lock(&open.sources).get(&row.id) {
        return Ok(Arc::clone(source));
    }
    // The one source of a drill is there from its opening on; anything else in its file is not connected.
    let outside = Outside::of(open)?;
    let source: Arc<dyn MetricSource> = match row.kind.as_str() {
        SIMULATED => {
            let stored: StoredSimulated = serde_json::from_str(&row.config).map_err(|e| {
                AppError::new("settings_unreadable").with("name", &row.name).with("detail", e)
            })?;
            let config = SimulatedConfig {
                scenario: stored.scenario,
                seed: stored.seed,
                end: Timestamp::from_millis(stored.end_ms),
            };
            // Building the world takes a moment of computing, which must not hold up the window's requests.
            let world = tokio::task::spawn_blocking(move || Simulated::new(&config)).await;
            Arc::new(world.map_err(|e| AppError::internal(&e))??)
        }
        PROMETHEUS => {
            let config = parse_config(row)?;
            let draft = draft_of(row, &config);
            let secret = draft_secret(app, &draft).await?;
            if needs_secret(&draft.sign_in) && secret.is_none() {
                return Err(AppError::new("secret_missing").with("name", &row.name));
            }
            refuse_program(open, &draft)?;
            let prometheus = live::prometheus(outside, &config, secret)?;
            // A capped label keeps the values that it had when the workspace was last open.
            let filter = SeriesFilter { source: Some(row.id), ..SeriesFilter::default() };
            let known = open.workspace.series(&filter).await?;
            prometheus.remember_series(known.iter().map(|s| &s.key));
            Arc::new(prometheus)
        }
        _ => return Err(AppError::new("not_a_live_source").with("name", &row.name)),
    };
    lock(&open.sources).insert(row.id, Arc::clone(&source));
    Ok(source)
}

/// Connects a stored cluster with log lines, once.
///
/// # Errors
///
/// `not_a_log_source` for any other source; failures of settings and keychain.
pub(crate) async fn connect_logs(
    app: &App,
    open: &Open,
    row: &StoredSource,
) -> Result<Arc<dyn LogSource>, AppError> {
    if let Some(source) = lock(&open.log_sources).get(&row.id) {
        return Ok(Arc::clone(source));
    }
    let outside = Outside::of(open)?;
    if row.kind != ELASTICSEARCH {
        return Err(AppError::new("not_a_log_source").with("name", &row.name));
    }
    let draft =
        draft::of_row(row)?.ok_or_else(|| AppError::new("not_a_log_source").with("name", &row.name))?;
    let secret = draft_secret(app, &draft).await?;
    if needs_secret(&draft.sign_in) && secret.is_none() {
        return Err(AppError::new("secret_missing").with("name", &row.name));
    }
    refuse_program(open, &draft)?;
    let source: Arc<dyn LogSource> = Arc::new(live::cluster(outside, &parse_cluster(row)?, secret)?);
    lock(&open.log_sources).insert(row.id, Arc::clone(&source));
    Ok(source)
}

/// Connects a stored inventory, once.
///
/// # Errors
///
/// `not_an_inventory` for any other source; failures of settings and keychain.
pub(crate) async fn connect_inventory(
    app: &App,
    open: &Open,
    row: &StoredSource,
) -> Result<Arc<dyn InventorySource>, AppError> {
    if let Some(source) = lock(&open.inventory_sources).get(&row.id) {
        return Ok(Arc::clone(source));
    }
    let outside = Outside::of(open)?;
    if row.kind != CMDB {
        return Err(AppError::new("not_an_inventory").with("name", &row.name));
    }
    let draft =
        draft::of_row(row)?.ok_or_else(|| AppError::new("not_an_inventory").with("name", &row.name))?;
    let secret = draft_secret(app, &draft).await?;
    if needs_secret(&draft.sign_in) && secret.is_none() {
        return Err(AppError::new("secret_missing").with("name", &row.name));
    }
    refuse_program(open, &draft)?;
    let source: Arc<dyn InventorySource> = Arc::new(live::inventory(outside, &parse_cmdb(row)?, secret)?);
    lock(&open.inventory_sources).insert(row.id, Arc::clone(&source));
    Ok(source)
}

/// Refuses to run a program that a file from elsewhere names; once a person has trusted the file it runs.
fn refuse_program(open: &Open, draft: &ConnectionDraft) -> Result<(), AppError> {
    match &draft.sign_in {
        SignIn::TokenCommand { command } if open.from_elsewhere() => {
            let refused = AppError::new("program_elsewhere").with("name", draft.name.trim());
            Err(refused.with("program", command.join(" ")))
        }
        SignIn::None
        | SignIn::Basic { .. }
        | SignIn::Bearer
        | SignIn::ApiKey
        | SignIn::ClientCertificate { .. }
        | SignIn::TokenCommand { .. } => Ok(()),
    }
}

/// Reports whether a draft signs in by running another program than its source did.
fn names_other_program(row: &StoredSource, draft: &ConnectionDraft) -> Result<bool, AppError> {
    Ok(draft::of_row(row)?.is_none_or(|before| before.sign_in != draft.sign_in))
}

/// Trusts a file from elsewhere where a person has named the program that a source of it runs.
async fn trust_own_program(open: &Open, draft: &ConnectionDraft) -> Result<(), AppError> {
    let names_program = matches!(draft.sign_in, SignIn::TokenCommand { .. });
    if names_program && open.from_elsewhere() { workspaces::trust(open).await } else { Ok(()) }
}

/// Forgets the connections that a source has; the next request makes them again from its settings.
fn disconnect(open: &Open, source: SourceId) {
    lock(&open.sources).remove(&source);
    lock(&open.log_sources).remove(&source);
    lock(&open.inventory_sources).remove(&source);
}

/// Returns the scope that brings every series of the simulator.
pub(crate) fn everything() -> Scope {
    Scope { selectors: vec!["{__name__=~\".+\"}".to_owned()], expressions: Vec::new() }
}

/// Returns the place of a Prometheus, `scheme://host:port`; `None` where the settings name none.
pub(crate) fn server_of(row: &StoredSource) -> Option<String> {
    let config = parse_config(row).ok()?;
    SecretBinding::of_url(config.url.trim()).ok().map(|place| place.to_string())
}

/// Returns what a source is to read: everything for the simulator, the stored scope for a Prometheus.
pub(crate) fn scope_of(row: &StoredSource) -> Result<(Scope, Option<i64>), AppError> {
    if row.kind == SIMULATED {
        return Ok((everything(), None));
    }
    let config = parse_config(row)?;
    let expressions = config.scope.expressions.iter();
    let scope = Scope {
        selectors: config.scope.selectors.clone(),
        expressions: expressions
            .map(|e| NamedExpression { name: e.name.clone(), expression: e.expression.clone() })
            .collect(),
    };
    Ok((scope, config.step_ms))
}

/// Says what comes next after a connection was saved in the terminal: a sync, or first the choice of what to bring.
pub fn connected(draft: &ConnectionDraft, id: u32) -> Phrase {
    let brings_nothing = match draft.kind {
        ConnectionKind::Prometheus => draft.selectors.is_empty() && draft.expressions.is_empty(),
        // Without a choice all of it is read.
        ConnectionKind::Elasticsearch | ConnectionKind::Cmdb => false,
    };
    let key = if brings_nothing { "terminal-connected-idle" } else { "terminal-connected" };
    Phrase::new(key).text("name", draft.name.clone()).text("id", id.to_string())
}

/// Reports whether a source signs in with a secret that a person types.
pub fn takes_secret(row: &SourceRow) -> bool {
    row.draft.as_ref().is_some_and(|draft| needs_secret(&draft.sign_in))
}

/// Reports whether this machine lacks the secret that a source takes. A keychain that does not answer is told by the
/// reading itself.
pub async fn lacks_secret(app: &App, row: &SourceRow) -> bool {
    match row.draft.as_ref().filter(|draft| needs_secret(&draft.sign_in)) {
        Some(draft) => draft_secret(app, draft).await.is_ok_and(|secret| secret.is_none()),
        None => false,
    }
}

/// Refuses a name that a source has already: in the terminal sources are told apart by their names alone.
///
/// # Errors
///
/// `name_taken`; `no_workspace`; store failures.
pub async fn require_free_name(app: &App, draft: &ConnectionDraft) -> Result<(), AppError> {
    let name = draft.name.trim();
    let sources = app.open()?.workspace.sources().await?;
    let has_it = |row: &StoredSource| !row.deleted && !is_of_files(&row.kind) && row.name == name;
    if sources.iter().any(has_it) { Err(AppError::new("name_taken").with("name", name)) } else { Ok(()) }
}

/// Returns the failure where nothing is left to be read: no source has the name, or there is none at all.
pub fn none_called(named: Option<&String>, known: &[String]) -> AppError {
    match named.filter(|_| !known.is_empty()) {
        Some(name) => AppError::new("no_source_called").with("name", name).with("known", known.join(", ")),
        None => AppError::new("nothing_to_sync"),
    }
}

/// Saves a connection, new or edited; its secret goes to the keychain, bound to scheme, host and port.
///
/// # Errors
///
/// `name_missing`; `selector` with the column; failures of settings, keychain and store.
pub async fn save(app: &App, draft: &ConnectionDraft) -> Result<u32, AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    if draft.name.trim().is_empty() {
        return Err(AppError::new("name_missing"));
    }
    let proved = provable(app, &open, draft).await?;
    let (kind, text) = match draft.kind {
        ConnectionKind::Prometheus => (PROMETHEUS, prometheus_text(app, &open, &proved).await?),
        ConnectionKind::Elasticsearch => (ELASTICSEARCH, cluster_text(app, &open, &proved).await?),
        ConnectionKind::Cmdb => (CMDB, inventory_text(app, &open, &proved).await?),
    };
    let id = if let Some(id) = draft.id {
        let row = stored(&open, id).await?;
        SourceId(row.id.0)
    } else {
        let new = NewSource {
            name: draft.name.trim().to_owned(),
            kind: kind.to_owned(),
            config: text.clone(),
            created_at: app.now(),
        };
        open.workspace.add_source(new).await?
    };
    let mut row = stored(&open, source_number(id)).await?;
    if row.kind != kind {
        return Err(AppError::new("source_settings")
            .with("field", "kind")
            .with("problem", "kind")
            .with("detail", &row.kind));
    }
    if draft.id.is_none() || names_other_program(&row, draft)? {
        trust_own_program(&open, draft).await?;
    }
    draft.name.trim().clone_into(&mut row.name);
    row.config = text;
    row.follow_step_ms = draft.follow_every.0.clamp(1000, 3_600_000);
    row.retention_ms = draft.retention.map(|m| m.0);
    row.max_bytes = draft.max_bytes.map(whole_bytes);
    row.last_error = None;
    open.workspace.update_source(&row).await?;
    if let Some(secret) = draft.secret.as_deref().filter(|s| !s.is_empty())
        && needs_secret(&draft.sign_in)
    {
        let binding = SecretBinding::of_url(draft.url.trim())?;
        let key = workspace_key(&open).await?;
        let kept = secrets::store(app.secrets(), &key, &row.fact.to_string(), &binding, secret).await;
        if kept.is_err() && draft.id.is_none() {
            // A person saves again after this; without deleting it there would be two.
            open.workspace.delete_source(id, true).await?;
        }
        kept?;
    }
    disconnect(&open, id);
    sync::forget_version(&open, id).await?;
    // The model tells the names of its sources.
    open.topology.changed();
    app.bus().tell(AppEvent::SourcesChanged);
    Ok(source_number(id))
}

/// Returns the settings of a Prometheus as they are stored, proved by building a connection from them.
async fn prometheus_text(app: &App, open: &Open, draft: &ConnectionDraft) -> Result<String, AppError> {
    let mut config = prometheus_config(draft);
    config.scope.selectors.iter().try_for_each(|selector| query::require_selector(selector))?;
    config.scope.expressions.iter().try_for_each(|named| query::require_expression(&named.expression))?;
    if let Some(id) = draft.id {
        // What the form does not show stays as it is: the labels that a person has freed, and the limits.
        let before = parse_config(&stored(open, id).await?).unwrap_or_default();
        config = PrometheusConfig {
            max_samples_per_request: before.max_samples_per_request,
            timeout_s: before.timeout_s,
            label_cap: before.label_cap,
            uncapped_labels: before.uncapped_labels,
            expected_offset_ms: before.expected_offset_ms,
            ..config
        };
    }
    let _ = connect_draft(app, draft).await?;
    serde_json::to_string(&config).map_err(|e| AppError::internal(&e))
}

/// Returns the settings of a cluster as they are stored, proved by building a connection from them.
async fn cluster_text(app: &App, open: &Open, draft: &ConnectionDraft) -> Result<String, AppError> {
    let mut config = elasticsearch_config(draft);
    if let Some(id) = draft.id {
        // What the form does not show stays as it is.
        let before = parse_cluster(&stored(open, id).await?).unwrap_or_default();
        config.page_size = before.page_size;
        config.timeout_s = before.timeout_s;
        config.product = before.product;
        config.unique_field = before.unique_field;
        config.late_ms = before.late_ms;
        config.expected_offset_ms = before.expected_offset_ms;
        config.scope.fields = before.scope.fields;
        config.scope.max_fields = before.scope.max_fields;
    }
    logs::cluster::require_readable(&config.scope.query)?;
    let _ = connect_cluster(app, draft).await?;
    serde_json::to_string(&config).map_err(|e| AppError::internal(&e))
}

/// Returns the settings of an inventory as they are stored, proved by building a connection from them.
async fn inventory_text(app: &App, open: &Open, draft: &ConnectionDraft) -> Result<String, AppError> {
    let mut config = cmdb_config(draft);
    if let Some(id) = draft.id {
        // What the form does not show stays as it is.
        let before = parse_cmdb(&stored(open, id).await?).unwrap_or_default();
        config.page_size = before.page_size;
        config.timeout_s = before.timeout_s;
        config.expected_offset_ms = before.expected_offset_ms;
    }
    let _ = connect_cmdb(app, draft).await?;
    serde_json::to_string(&config).map_err(|e| AppError::internal(&e))
}

/// Deletes a source, with its data or keeping it; its secret is forgotten.
///
/// # Errors
///
/// `no_such_source`; store failures.
pub async fn delete(app: &App, id: u32, with_data: bool) -> Result<(), AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    let row = stored(&open, id).await?;
    follow::stop(&open, row.id).await;
    end_sync(app, &open, row.id).await;
    open.workspace.delete_source(row.id, with_data).await?;
    if with_data {
        sync::forget(&open, row.id).await?;
        logs::forget(&open, row.id).await?;
    }
    disconnect(&open, row.id);
    open.topology.changed();
    let key = workspace_key(&open).await?;
    // The secret of a deleted source is of no use; a keychain that does not answer is not a reason to keep the source.
    if let Err(error) = secrets::forget(app.secrets(), &key, &row.fact.to_string()).await {
        tracing::warn!(%error, "Left a secret in the keychain.");
    }
    app.bus().tell(AppEvent::SourcesChanged);
    app.bus().tell(AppEvent::FindingsChanged);
    app.bus().tell(AppEvent::TopologyChanged);
    Ok(())
}

/// Ends the sync of a source, if one is under way, and waits until it has put away what arrived.
async fn end_sync(app: &App, open: &Open, source: SourceId) {
    let running = lock(&open.syncing).get(&source).copied();
    let Some(job) = running else { return };
    app.jobs().cancel(job);
    // Storing the last answer takes a fraction of this.
    for _ in 0..500 {
        if !lock(&open.syncing).contains_key(&source) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Pauses a source or lets it go on. A paused source is not asked for anything.
///
/// # Errors
///
/// `no_such_source`; store failures.
pub async fn pause(app: &App, id: u32, paused: bool) -> Result<(), AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    if paused {
        let source = stored(&open, id).await?.id;
        follow::stop(&open, source).await;
        end_sync(app, &open, source).await;
    }
    let mut row = stored(&open, id).await?;
    row.paused = paused;
    open.workspace.update_source(&row).await?;
    if !paused && row.follow_allowed && !open.from_elsewhere() && !is_of_files(&row.kind) {
        follow::start(app, &open, &row).await?;
    }
    app.bus().tell(AppEvent::SourcesChanged);
    Ok(())
}

/// Takes a capped label up again: its cap is lifted for good, and a sync begins that brings what the cap left out of the
/// time that was read before. Where none can begin, the next one brings it.
///
/// # Errors
///
/// `no_such_source`; store failures.
pub async fn resume_label(app: &App, id: u32, label: &str) -> Result<(), AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    let mut row = stored(&open, id).await?;
    let mut config = parse_config(&row)?;
    if !config.uncapped_labels.iter().any(|l| l == label) {
        config.uncapped_labels.push(label.to_owned());
    }
    row.config = serde_json::to_string(&config).map_err(|e| AppError::internal(&e))?;
    open.workspace.update_source(&row).await?;
    let mut notices = notices(&open, row.id).await?;
    notices.retain(|n| !(n.key == "notice-label-runs-away" && text_of(n, "subject") == Some(label)));
    set_notices(&open, row.id, &notices).await?;
    disconnect(&open, row.id);
    sync::read_again(&open, row.id, app.now()).await?;
    app.bus().tell(AppEvent::SourcesChanged);
    // A file from elsewhere contacts nothing that nobody asked it to.
    if open.from_elsewhere() {
        return Ok(());
    }
    match sync::start(app, &SyncRequest { source: id, range: None }).await {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.code.as_str(), "already_syncing" | "source_paused") => Ok(()),
        Err(error) => Err(error),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "held between 0 and a petabyte before")]
fn whole_bytes(bytes: f64) -> i64 {
    bytes.clamp(0.0, 1e15) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Start;
    use crate::workspaces;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_name_that_a_server_has_is_refused_and_that_of_a_file_is_not() {
        let home = tempfile::tempdir().unwrap();
        let start =
            Start { data_dir: Some(home.path().to_owned()), memory_secrets: true, ..Start::default() };
        let app = App::start(start).await.unwrap();
        workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
        for (name, kind) in [("shop", PROMETHEUS), ("load.csv", FILE)] {
            let (name, kind, config) = (name.to_owned(), kind.to_owned(), "{}".to_owned());
            let new = NewSource { name, kind, config, created_at: app.now() };
            app.open().unwrap().workspace.add_source(new).await.unwrap();
        }
        let named = |name: &str| ConnectionDraft { name: name.to_owned(), ..empty_draft() };

        let taken = require_free_name(&app, &named(" shop ")).await.unwrap_err();

        assert_eq!(taken, AppError::new("name_taken").with("name", "shop"));
        for free in ["load.csv", "shop 2"] {
            assert_eq!(require_free_name(&app, &named(free)).await, Ok(()), "{free}");
        }
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_selector_that_cannot_be_read_is_refused_before_the_connection_is_saved() {
        let home = tempfile::tempdir().unwrap();
        let start =
            Start { data_dir: Some(home.path().to_owned()), memory_secrets: true, ..Start::default() };
        let app = App::start(start).await.unwrap();
        workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
        let mut draft = empty_draft();
        "shop".clone_into(&mut draft.name);
        "http://127.0.0.1:9".clone_into(&mut draft.url);
        draft.selectors = vec!["up".to_owned(), "up{".to_owned()];
        let expression = |text: &str| ExpressionRow { name: "load".to_owned(), expression: text.to_owned() };
        let unfinished = ConnectionDraft {
            selectors: vec!["up".to_owned()],
            expressions: vec![expression("sum(up"), expression("sum(up)")],
            ..draft.clone()
        };

        let refused = save(&app, &draft).await.unwrap_err();
        let open = save(&app, &unfinished).await.unwrap_err();

        assert_eq!((refused.code.as_str(), refused.fields["column"].as_str()), ("selector", "4"));
        assert_eq!(refused.fields["text"], "up{");
        assert_eq!((open.code.as_str(), open.fields["column"].as_str()), ("query_ends", "7"));
        assert!(app.open().unwrap().workspace.sources().await.unwrap().is_empty());
        workspaces::close(&app).await;
    }

    #[test]
    fn a_sync_comes_next_only_where_something_is_chosen() {
        let mut draft = empty_draft();
        let idle = connected(&draft, 1).key;
        draft.selectors.push("up".to_owned());
        let chosen = connected(&draft, 1).key;
        draft.selectors.clear();
        draft.kind = ConnectionKind::Cmdb;
        let inventory = connected(&draft, 1).key;

        assert_eq!(idle, "terminal-connected-idle");
        assert_eq!((chosen.as_str(), inventory.as_str()), ("terminal-connected", "terminal-connected"));
    }

    #[test]
    fn a_name_that_no_source_has_is_answered_with_those_there_are() {
        let (name, known) = ("prod".to_owned(), ["test".to_owned(), "shop".to_owned()]);

        let wrong = none_called(Some(&name), &known);

        assert_eq!((wrong.code.as_str(), wrong.fields["known"].as_str()), ("no_source_called", "test, shop"));
        assert_eq!(none_called(Some(&name), &[]).code, "nothing_to_sync");
        assert_eq!(none_called(None, &[]).code, "nothing_to_sync");
    }
}
