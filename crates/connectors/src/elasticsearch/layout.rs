//! What lies in the indices of a question: the fields with their types, the mapping, and what cannot be read by time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::elasticsearch::Elasticsearch;
use crate::elasticsearch::answer::{decode, notice};
use crate::elasticsearch::config::index_path;
use crate::elasticsearch::mapping::{Catalog, candidates, detect};
use crate::elasticsearch::record::{Hit, flatten};
use crate::elasticsearch::{query, request};
use crate::error::SourceError;
use crate::source::{FieldMapping, LogNotice, LogNoticeKind, LogQuestion, LogSchema};

/// How long the types of fields are believed; a mapping grows with the documents.
const GOOD_FOR: Duration = Duration::from_mins(5);

/// Scopes that are remembered.
const MAX_LAYOUTS: usize = 32;

/// Bytes of field names in one URL.
const MAX_FIELDS_BYTES: usize = 2_400;

/// Indices that are left out by name before the rest is left to fail.
const MAX_EXCLUDED_BYTES: usize = 800;

/// Indices that a notice names.
const MAX_NAMED: usize = 5;

/// Documents from which the fields are guessed where their types may not be read.
const GUESS_DOCUMENTS: usize = 50;

/// What is known of the indices of a question.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The indices as they are asked for, without the ones whose time is no time.
    pub(super) path: String,
    /// The fields.
    pub(super) catalog: Catalog,
    /// The part of each field.
    pub(super) mapping: FieldMapping,
    /// The scheme.
    pub(super) schema: LogSchema,
    /// What is left out.
    pub(super) notices: Vec<LogNotice>,
    /// The names that were asked about.
    pub(super) asked: BTreeSet<String>,
    /// Why the types are not known.
    pub(super) refused: Option<SourceError>,
    /// Requests that it took.
    pub(super) requests: u32,
}

/// The layouts that were found, by path.
pub(super) type Layouts = BTreeMap<String, (Instant, Arc<Layout>)>;

impl Elasticsearch {
    /// Returns the layout for a question, asking for it when it is not known or too old.
    pub(super) async fn layout(&self, question: &LogQuestion) -> Result<Arc<Layout>, SourceError> {
        let path = index_path(&question.indices, &self.config.scope.indices)?;
        let mut names = candidates(&self.config.scope.mapping);
        names.extend(query::names(&question.ask, &self.config.scope.mapping));
        if let Some(known) = self.known_layout(&path) {
            if known.asked.is_superset(&names) {
                return Ok(known);
            }
            names.extend(known.asked.iter().cloned());
        }
        let layout = Arc::new(self.find_layout(&path, names).await?);
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        if layouts.len() >= MAX_LAYOUTS {
            layouts.clear();
        }
        layouts.insert(path, (Instant::now(), Arc::clone(&layout)));
        Ok(layout)
    }

    /// Returns what is known without asking; nothing is known of an unseen scope.
    pub(super) fn known_layout(&self, path: &str) -> Option<Arc<Layout>> {
        let layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, layout) = layouts.get(path)?;
        (read_at.elapsed() < GOOD_FOR).then(|| Arc::clone(layout))
    }

    async fn find_layout(&self, path: &str, names: BTreeSet<String>) -> Result<Layout, SourceError> {
        let mut layout = Layout { path: path.to_owned(), ..Layout::default() };
        match self.field_types(path, &names, &mut layout.requests).await {
            Ok(catalog) => layout.catalog = catalog,
            Err(
                error @ (SourceError::Forbidden { .. }
                | SourceError::NotFound { .. }
                | SourceError::Denied { .. }),
            ) => {
                layout.refused = Some(error);
                layout.requests += 1;
                layout.catalog = self.guess_fields(path).await?;
            }
            Err(error) => return Err(error),
        }
        (layout.mapping, layout.schema) = detect(&layout.catalog, &self.config.scope.mapping);
        layout.asked = names;
        if let Some(time) = layout.mapping.time.clone() {
            leave_out(&mut layout, &time);
        } else {
            // A closed index has no fields and is no error up to here; a search says what is wrong with it.
            layout.requests += 1;
            self.ask(&request::search(path, &json!({ "size": 0, "track_total_hits": false }))).await?;
        }
        Ok(layout)
    }

    async fn field_types(
        &self,
        path: &str,
        names: &BTreeSet<String>,
        requests: &mut u32,
    ) -> Result<Catalog, SourceError> {
        let mut catalog = Catalog::default();
        for names in pieces(names) {
            *requests += 1;
            let asked = [("fields", names.as_str()), ("include_unmapped", "true")];
            let request = request::get(&format!("/{path}/_field_caps"), &asked);
            catalog.add(&decode::<Value>(&self.ask(&request).await?)?);
        }
        Ok(catalog)
    }

    /// Takes the names of fields from some documents.
    async fn guess_fields(&self, path: &str) -> Result<Catalog, SourceError> {
        let body = json!({ "size": GUESS_DOCUMENTS, "track_total_hits": false });
        let answer = self.ask(&request::search(path, &body)).await?;
        let hits: Hits = decode(&answer)?;
        let mut fields = BTreeMap::new();
        for hit in hits.hits.hits {
            flatten(String::new(), Value::Object(hit.source.unwrap_or_default()), &mut fields);
        }
        Ok(Catalog::of_names(fields.into_keys()))
    }
}

/// The hits of an answer.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Hits {
    /// The outer object.
    pub(super) hits: HitList,
}

/// The list of hits.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct HitList {
    /// The hits.
    pub(super) hits: Vec<Hit>,
    /// Their number in all, with `relation`; `null` where it was not asked for.
    pub(super) total: Value,
}

/// Joins names with commas into texts that fit into a URL, where a comma takes three bytes.
fn pieces(names: &BTreeSet<String>) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for name in names {
        match pieces.last_mut() {
            Some(piece)
                if piece.len() + 2 * piece.matches(',').count() + name.len() + 3 <= MAX_FIELDS_BYTES =>
            {
                piece.push(',');
                piece.push_str(name);
            }
            Some(_) | None => pieces.push(name.clone()),
        }
    }
    pieces
}

/// Takes the indices whose time is no time out of the path. A filter on their names is not enough: sorting fails in
/// them before any document is looked at (measured on OpenSearch 2.19 and 3.8 and Elasticsearch 7.10).
fn leave_out(layout: &mut Layout, time: &str) {
    let lacking = layout.catalog.lacking(time);
    if !lacking.is_empty() {
        let named = some_of(lacking);
        layout.notices.push(notice(LogNoticeKind::NoTimeField, &named, time));
    }
    let bad = layout.catalog.not_dates(time);
    let mut names: Vec<String> = layout.path.split(',').map(str::to_owned).collect();
    let mut n_bytes = 0;
    for (index, kind) in bad {
        let detail = format!("{time}: {kind}");
        layout.notices.push(notice(LogNoticeKind::FieldConflict, &index, &detail));
        n_bytes += index.len() + 2;
        if n_bytes > MAX_EXCLUDED_BYTES {
            // What stays in fails part by part, and the answer says so.
            continue;
        }
        let n_before = names.len();
        names.retain(|name| *name != index);
        // A name can only be taken back from a pattern before it.
        if names.len() == n_before && names.iter().any(|name| name.contains('*')) {
            names.push(format!("-{index}"));
        }
    }
    if !names.is_empty() {
        layout.path = names.join(",");
    }
}

/// Joins some names, with the number of all where they are more.
fn some_of(names: &[String]) -> String {
    let named = names.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > MAX_NAMED { format!("{named}, … ({})", names.len()) } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(path: &str, bad: &[&str]) -> Layout {
        let mut layout = Layout { path: path.to_owned(), ..Layout::default() };
        layout.catalog.add(&json!({ "fields": { "@timestamp": {
            "date": { "type": "date", "aggregatable": true, "indices": ["good"] },
            "keyword": { "type": "keyword", "aggregatable": true, "indices": bad }
        } } }));
        leave_out(&mut layout, "@timestamp");
        layout
    }

    #[test]
    fn an_index_without_a_time_is_taken_out_of_a_pattern_or_a_list() {
        assert_eq!(layout("x-*", &["x-bad"]).path, "x-*,-x-bad");
        assert_eq!(layout("good,bad", &["bad"]).path, "good");
        // Nothing would be left; the server says what is wrong with it.
        assert_eq!(layout("bad", &["bad"]).path, "bad");
        assert_eq!(
            layout("x-*", &["x-bad"]).notices,
            [notice(LogNoticeKind::FieldConflict, "x-bad", "@timestamp: keyword")]
        );
    }

    #[test]
    fn indices_without_the_field_of_the_time_are_named_and_stay_in_the_path() {
        let names: Vec<String> = (1..=7).map(|i| format!("other-{i}")).collect();
        let mut layout = Layout { path: "x-*".to_owned(), ..Layout::default() };
        layout.catalog.add(&json!({ "fields": { "@timestamp": {
            "date": { "type": "date", "aggregatable": true, "indices": ["x-1"] },
            "unmapped": { "type": "unmapped", "aggregatable": false, "indices": names }
        } } }));

        leave_out(&mut layout, "@timestamp");

        let named = "other-1, other-2, other-3, other-4, other-5, … (7)";
        assert_eq!(layout.notices, [notice(LogNoticeKind::NoTimeField, named, "@timestamp")]);
        assert_eq!((layout.path.as_str(), layout.catalog.conflict("@timestamp")), ("x-*", None));
    }

    #[test]
    fn many_names_are_asked_in_pieces_that_fit_into_a_url() {
        let names: BTreeSet<String> = (0..500).map(|i| format!("a.rather.long.name.{i}")).collect();

        let pieces = pieces(&names);

        assert!(pieces.len() > 1);
        assert!(pieces.iter().all(|piece| piece.len() + 2 * piece.matches(',').count() <= MAX_FIELDS_BYTES));
        assert_eq!(pieces.iter().map(|piece| piece.split(',').count()).sum::<usize>(), 500);
    }
}
