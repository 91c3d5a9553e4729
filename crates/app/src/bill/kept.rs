//! Which detector calls somebody, and how readily: kept for the workspace, and apart from it for a choice of its series.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use wardroom_analysis::methods::Method;

use super::{BillRequest, BillView, bill, checked};
use crate::compare::method_named;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::series::filter_of;

/// The sensitivity that a person chose, in the workspace …
const SENSITIVITY: &str = "sensitivity";
/// … and the word of the method that it is for; empty for the detection whose findings are stored.
const DETECTOR: &str = "detector";
/// What is kept for choices of the series, as JSON.
const SCOPED: &str = "detectors";

/// For which series a detector is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DetectorScope {
    /// A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
    pub filter: String,
    /// Only series of this entity; `null` for all.
    pub entity: Option<String>,
}

impl DetectorScope {
    /// Takes a choice of series as a bill is asked for.
    pub(super) fn new(filter: &str, entity: Option<&str>) -> Self {
        let entity = entity.map(str::trim).filter(|name| !name.is_empty());
        Self { filter: filter.trim().to_owned(), entity: entity.map(str::to_owned) }
    }

    fn is_all(&self) -> bool {
        self.filter.is_empty() && self.entity.is_none()
    }
}

/// A detector that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptDetector {
    /// For which series; all where it is that of the workspace.
    pub scope: DetectorScope,
    /// The word of a method; `null` for the detection whose findings are stored.
    pub detector: Option<String>,
    /// Its sensitivity, 1 to 20.
    pub sensitivity: u8,
}

/// Keeps a detector with its sensitivity, for a choice of series or for the workspace; what pages people later goes by it.
///
/// # Errors
///
/// `no_workspace`; `selector` with the column; `method_unknown` with the known ones; `bill_sensitivity`;
/// `bill_kept_unreadable` where what is kept for choices of series cannot be read, which is left as it is; read-only
/// workspaces; store failures.
pub async fn keep_detector(app: &App, draft: &KeptDetector) -> Result<(), AppError> {
    let open = app.open()?;
    filter_of(&draft.scope.filter)?;
    let method = draft.detector.as_deref().map(method_named).transpose()?;
    let sensitivity = checked(draft.sensitivity)?;
    let scope = DetectorScope::new(&draft.scope.filter, draft.scope.entity.as_deref());
    if scope.is_all() {
        open.workspace.set_meta(DETECTOR, method.map_or("", Method::as_str)).await?;
        open.workspace.set_meta(SENSITIVITY, &sensitivity.to_string()).await?;
        return Ok(());
    }
    let mut all = entries(&open).await?;
    all.retain(|entry| scope_of(entry).as_ref() != Some(&scope));
    let detector = method.map(|method| method.as_str().to_owned());
    let kept = KeptDetector { scope, detector, sensitivity };
    all.push(serde_json::to_value(kept).map_err(|e| AppError::internal(&e))?);
    all.sort_by_cached_key(scope_of);
    write(&open, &all).await
}

/// Keeps a detector and returns the bill of a request, which is its own. Where the bill is refused or given up, what was
/// kept before stays.
///
/// # Errors
///
/// As for [`keep_detector`] and [`bill`].
pub async fn keep_billed(
    app: &App,
    draft: &KeptDetector,
    request: &BillRequest,
) -> Result<BillView, AppError> {
    let open = app.open()?;
    let scope = DetectorScope::new(&draft.scope.filter, draft.scope.entity.as_deref());
    let before = kept_for(&open, &scope).await?;
    keep_detector(app, draft).await?;
    let billed = bill(app, request).await;
    if billed.is_err() {
        // A failure to take it back is not worth hiding why there is no bill.
        let _taken_back = match &before {
            Some(kept) => keep_detector(app, kept).await,
            None => forget_detector(app, &scope).await,
        };
    }
    billed
}

/// Returns what is kept for a choice of series, or for the workspace.
async fn kept_for(open: &Open, scope: &DetectorScope) -> Result<Option<KeptDetector>, AppError> {
    if !scope.is_all() {
        return own_of(open, scope).await;
    }
    let whole = of_workspace(open).await?;
    Ok(whole.sensitivity.map(|sensitivity| KeptDetector {
        scope: DetectorScope::default(),
        detector: whole.method.map(|method| method.as_str().to_owned()),
        sensitivity,
    }))
}

/// Returns the detectors that are kept: that of the workspace, if one was chosen, then those for choices of its series.
///
/// # Errors
///
/// `no_workspace`; `bill_kept_unreadable` as for [`keep_detector`]; store failures.
pub async fn kept_detectors(app: &App) -> Result<Vec<KeptDetector>, AppError> {
    let open = app.open()?;
    let whole = kept_for(&open, &DetectorScope::default()).await?;
    Ok(whole.into_iter().chain(entries(&open).await?.iter().filter_map(understood)).collect())
}

/// Forgets what is kept for a choice of series, which goes by the workspace again; or what the workspace keeps.
///
/// # Errors
///
/// `no_workspace`; `bill_not_kept` where nothing is; `bill_kept_unreadable` as for [`keep_detector`]; read-only
/// workspaces; store failures.
pub async fn forget_detector(app: &App, scope: &DetectorScope) -> Result<(), AppError> {
    let open = app.open()?;
    let scope = DetectorScope::new(&scope.filter, scope.entity.as_deref());
    if scope.is_all() {
        if of_workspace(&open).await?.sensitivity.is_none() {
            return Err(AppError::new("bill_not_kept"));
        }
        open.workspace.set_meta(DETECTOR, "").await?;
        open.workspace.set_meta(SENSITIVITY, "").await?;
        return Ok(());
    }
    let mut all = entries(&open).await?;
    let before = all.len();
    all.retain(|entry| scope_of(entry).as_ref() != Some(&scope));
    if all.len() == before {
        return Err(AppError::new("bill_not_kept"));
    }
    write(&open, &all).await
}

async fn write(open: &Open, all: &[Value]) -> Result<(), AppError> {
    let text = serde_json::to_string(all).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(SCOPED, &text).await?;
    Ok(())
}

/// Reads what is kept for choices of series, an entry each as it is stored: one that a newer program wrote and this one does
/// not understand, or understands in part, is written back as it was.
async fn entries(open: &Open) -> Result<Vec<Value>, AppError> {
    let Some(text) = open.workspace.meta(SCOPED).await? else { return Ok(Vec::new()) };
    serde_json::from_str(&text).map_err(|_| AppError::new("bill_kept_unreadable"))
}

/// Returns what an entry says; `None` for one that only a newer program understands.
fn understood(entry: &Value) -> Option<KeptDetector> {
    KeptDetector::deserialize(entry).ok()
}

fn scope_of(entry: &Value) -> Option<DetectorScope> {
    understood(entry).map(|kept| kept.scope)
}

/// Returns what is kept for a choice of series; what cannot be read is as if nothing was chosen.
async fn own_of(open: &Open, scope: &DetectorScope) -> Result<Option<KeptDetector>, AppError> {
    let text = open.workspace.meta(SCOPED).await?;
    let all: Vec<Value> = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Ok(all.iter().filter_map(understood).find(|kept| kept.scope == *scope))
}

async fn of_workspace(open: &Open) -> Result<Kept, AppError> {
    let text = open.workspace.meta(SENSITIVITY).await?;
    let sensitivity = text.and_then(|text| text.parse().ok());
    let word = open.workspace.meta(DETECTOR).await?.unwrap_or_default();
    Ok(Kept::known(&word, sensitivity, false))
}

/// What holds for a choice of series.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// The method; `None` for the detection whose findings are stored.
    pub(super) method: Option<Method>,
    pub(super) sensitivity: Option<u8>,
    /// Whether it is kept for this very choice, and not for the workspace.
    pub(super) is_own: bool,
}

impl Kept {
    /// Reads what is kept for a choice of series, or else for the workspace.
    pub(super) async fn read(open: &Open, scope: &DetectorScope) -> Result<Self, AppError> {
        match own_of(open, scope).await? {
            Some(own) => {
                Ok(Self::known(own.detector.as_deref().unwrap_or_default(), Some(own.sensitivity), true))
            }
            None => of_workspace(open).await,
        }
    }

    /// What a newer program wrote beyond the scale, or of a method of its own, is as if nothing was chosen.
    fn known(word: &str, sensitivity: Option<u8>, is_own: bool) -> Self {
        let method = Method::named(word);
        let is_known = word.is_empty() || method.is_some();
        let sensitivity = sensitivity.and_then(|s| checked(s).ok()).filter(|_| is_known);
        Self { method, sensitivity, is_own: is_own && sensitivity.is_some() }
    }

    /// Returns the sensitivity that is kept for a detector: the scales of two detectors have nothing in common.
    pub(super) fn sensitivity_for(self, method: Option<Method>) -> Option<u8> {
        self.sensitivity.filter(|_| self.method == method)
    }
}
