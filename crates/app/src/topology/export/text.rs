//! The topology as JSON, DOT, GraphML and Cypher. Everything is written, in the order of names; removed edges are not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use wardroom_analysis::topology::model::ModelEdge;
use wardroom_store::{EdgeTeller, EdgeVersionRow, EntityVersionRow};

use crate::context::source_number;
use crate::error::AppError;
use crate::topology::catalog::entity_item;
use crate::topology::history::{EntityVersion, by_thing, known_at};
use crate::topology::matching::Signal;
use crate::topology::phrases::{dependency_item, origin_of, state_of};
use crate::topology::room::Snapshot;
use crate::topology::rows::{EdgeOriginKind, EdgeStateKind};

/// The version of the JSON's shape.
const SCHEMA: &str = "wardroom-topology/1";

/// Returns the things in order of their names.
fn things(snapshot: &Snapshot) -> Vec<usize> {
    let mut all: Vec<usize> = (0..snapshot.model.things.len()).collect();
    all.sort_by(|a, b| snapshot.thing(*a).name.cmp(&snapshot.thing(*b).name));
    all
}

/// Returns the edges in order of the names of their ends.
fn edges(snapshot: &Snapshot) -> Vec<&ModelEdge> {
    let mut all: Vec<&ModelEdge> = snapshot.edges().collect();
    let key = |edge: &ModelEdge| (&snapshot.thing(edge.from).name, &snapshot.thing(edge.to).name);
    all.sort_by(|a, b| (key(a), &a.how).cmp(&(key(b), &b.how)));
    all
}

fn origin_word(origin: EdgeOriginKind) -> &'static str {
    match origin {
        EdgeOriginKind::Declared => "declared",
        EdgeOriginKind::Inferred => "inferred",
        EdgeOriginKind::Both => "both",
        EdgeOriginKind::Proposed => "proposed",
        EdgeOriginKind::Drawn => "drawn",
    }
}

fn state_word(state: EdgeStateKind) -> &'static str {
    match state {
        EdgeStateKind::Sound => "sound",
        EdgeStateKind::Stale => "stale",
        EdgeStateKind::Doubtful => "doubtful",
        EdgeStateKind::Proposed => "proposed",
    }
}

/// Writes everything that is known, as the window has it, and of each entity and edge also what was known before.
pub(super) fn json(
    snapshot: &Snapshot,
    entities: Vec<EntityVersionRow>,
    edges_told: &[EdgeVersionRow],
) -> Result<String, AppError> {
    let mut told = by_thing(snapshot, entities);
    let nothing = Signal::default();
    let entities = things(snapshot).into_iter().map(|thing| {
        let item = entity_item(snapshot, thing, &nothing, None);
        let mut value = serde_json::to_value(&item).map_err(|e| AppError::internal(&e))?;
        // Counts of findings and the like belong to a moment and not to the topology.
        if let Value::Object(fields) = &mut value {
            for counted in ["firing", "findings", "series", "doubts"] {
                fields.remove(counted);
            }
            let versions = told.remove(&thing).unwrap_or_default();
            let history = versions.iter().map(|version| entity_version(snapshot, version)).collect();
            fields.insert("history".to_owned(), Value::Array(history));
        }
        Ok(value)
    });
    let entities = entities.collect::<Result<Vec<Value>, AppError>>()?;
    let mut histories = histories(snapshot, edges_told);
    let dependencies = edges(snapshot).into_iter().map(|edge| {
        let item = dependency_item(snapshot, edge);
        let mut value = serde_json::to_value(&item).map_err(|e| AppError::internal(&e))?;
        if let Value::Object(fields) = &mut value {
            let history = histories.remove(&(edge.from, edge.to)).unwrap_or_default();
            fields.insert("history".to_owned(), Value::Array(history));
        }
        Ok(value)
    });
    let dependencies = dependencies.collect::<Result<Vec<Value>, AppError>>()?;
    let whole = json!({
        "schema": SCHEMA,
        "asOf": snapshot.as_of.map(|at| at.to_string()),
        "entities": entities,
        "dependencies": dependencies,
    });
    serde_json::to_string_pretty(&whole).map(|text| text + "\n").map_err(|e| AppError::internal(&e))
}

/// Writes who told a version of an entity, from when to when, and what it changed of the one before.
fn entity_version(snapshot: &Snapshot, version: &EntityVersion) -> Value {
    let row = &version.row;
    json!({
        "source": snapshot.source_name(source_number(row.source)),
        "key": row.entity.key,
        "changed": version.changed,
        "since": row.since.map(|at| at.to_string()),
        "confirmedAt": row.confirmed_at.to_string(),
        "knownAt": row.known_at.to_string(),
        "endedAt": row.ended_at.map(|at| at.to_string()),
    })
}

/// Returns what was told of each edge and when, by the things at its ends and in the order in which it was learnt; as of
/// a moment what was known by then.
fn histories(snapshot: &Snapshot, versions: &[EdgeVersionRow]) -> BTreeMap<(usize, usize), Vec<Value>> {
    let mut by_ends: BTreeMap<(usize, usize), Vec<Value>> = BTreeMap::new();
    for row in versions.iter().filter_map(|row| known_at(row, snapshot.as_of)) {
        let Some(ends) = snapshot.find(&row.from).zip(snapshot.find(&row.to)) else { continue };
        let (source, origin, rule) = match &row.teller {
            EdgeTeller::Source(source) => {
                (Some(snapshot.source_name(source_number(*source))), "declared", "")
            }
            EdgeTeller::Telemetry { origin, rule } => (None, origin.as_str(), rule.as_str()),
        };
        by_ends.entry(ends).or_default().push(json!({
            "relation": row.how,
            "source": source,
            "origin": origin,
            "rule": rule,
            "since": row.since.map(|at| at.to_string()),
            "confirmedAt": row.confirmed_at.to_string(),
            "knownAt": row.known_at.to_string(),
            "endedAt": row.ended_at.map(|at| at.to_string()),
        }));
    }
    by_ends
}

/// Writes a quoted text of the DOT language: only the quote and the backslash have a meaning within.
fn dot_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " "))
}

/// Writes a graph for Graphviz; edges lead from who depends to what is depended on.
pub(super) fn dot(snapshot: &Snapshot) -> String {
    let mut out = String::from("digraph topology {\n  rankdir=RL;\n  node [shape=box];\n");
    for thing in things(snapshot) {
        let known = snapshot.thing(thing);
        let kind = known.entity.kind.as_str();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {} [kind={}];", dot_text(&known.name), dot_text(kind));
    }
    for edge in edges(snapshot) {
        let style = match state_of(edge.state) {
            EdgeStateKind::Sound => "solid",
            EdgeStateKind::Stale | EdgeStateKind::Doubtful => "dashed",
            EdgeStateKind::Proposed => "dotted",
        };
        let _ = writeln!(
            out,
            "  {} -> {} [label={}, style={style}];",
            dot_text(&snapshot.thing(edge.from).name),
            dot_text(&snapshot.thing(edge.to).name),
            dot_text(&edge.how),
        );
    }
    out.push_str("}\n");
    out
}

/// Writes a text of XML; characters that XML cannot hold are left out.
fn xml_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// The attributes of a node in GraphML and Cypher, by name.
fn attributes(snapshot: &Snapshot, thing: usize) -> Vec<(&'static str, String)> {
    let known = snapshot.thing(thing);
    let entity = &known.entity;
    let all = [
        ("kind", entity.kind.as_str().to_owned()),
        ("tier", entity.tier.map(|tier| tier.to_string()).unwrap_or_default()),
        ("domain", entity.domain.clone()),
        ("system", entity.system.clone()),
        ("team", entity.team.clone()),
        ("environment", entity.environment.clone()),
        ("site", entity.site.clone()),
        ("status", entity.status.clone()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// Writes a graph for graph editors.
pub(super) fn graphml(snapshot: &Snapshot) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    let keys = ["name", "kind", "tier", "domain", "system", "team", "environment", "site", "status"];
    for key in keys {
        let _ = writeln!(out, "  <key id=\"{key}\" for=\"node\" attr.name=\"{key}\" attr.type=\"string\"/>");
    }
    for key in ["how", "origin", "state"] {
        let _ = writeln!(out, "  <key id=\"{key}\" for=\"edge\" attr.name=\"{key}\" attr.type=\"string\"/>");
    }
    out.push_str("  <graph id=\"topology\" edgedefault=\"directed\">\n");
    for thing in things(snapshot) {
        let _ = writeln!(out, "    <node id=\"n{thing}\">");
        let _ = writeln!(out, "      <data key=\"name\">{}</data>", xml_text(&snapshot.thing(thing).name));
        for (key, value) in attributes(snapshot, thing) {
            let _ = writeln!(out, "      <data key=\"{key}\">{}</data>", xml_text(&value));
        }
        out.push_str("    </node>\n");
    }
    for edge in edges(snapshot) {
        let _ = writeln!(out, "    <edge source=\"n{}\" target=\"n{}\">", edge.from, edge.to);
        let parts = [
            ("how", edge.how.as_str()),
            ("origin", origin_word(origin_of(edge))),
            ("state", state_word(state_of(edge.state))),
        ];
        for (key, value) in parts {
            let _ = writeln!(out, "      <data key=\"{key}\">{}</data>", xml_text(value));
        }
        out.push_str("    </edge>\n");
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

/// Writes a string of the Cypher language.
fn cypher_text(text: &str) -> String {
    let plain = text.replace('\\', "\\\\").replace('\'', "\\'");
    format!("'{}'", plain.replace('\n', "\\n").replace('\r', "\\r"))
}

/// Writes statements for graph databases; running them twice changes nothing.
pub(super) fn cypher(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    for thing in things(snapshot) {
        let name = cypher_text(&snapshot.thing(thing).name);
        let set: Vec<String> = attributes(snapshot, thing)
            .into_iter()
            .map(|(key, value)| format!("e.{key} = {}", cypher_text(&value)))
            .collect();
        let _ = writeln!(out, "MERGE (e:Entity {{name: {name}}}) SET {};", set.join(", "));
    }
    for edge in edges(snapshot) {
        let _ = writeln!(
            out,
            "MATCH (a:Entity {{name: {}}}), (b:Entity {{name: {}}}) MERGE (a)-[d:DEPENDS_ON {{how: {}}}]->(b) \
             SET d.origin = '{}', d.state = '{}';",
            cypher_text(&snapshot.thing(edge.from).name),
            cypher_text(&snapshot.thing(edge.to).name),
            cypher_text(&edge.how),
            origin_word(origin_of(edge)),
            state_word(state_of(edge.state)),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_their_quotes() {
        assert_eq!(dot_text("a\" -> \"b\n"), "\"a\\\" -> \\\"b \"");
        assert_eq!(xml_text("<a & \"b\"\u{1}>"), "&lt;a &amp; &quot;b&quot;&gt;");
        assert_eq!(cypher_text("it's \\ here"), "'it\\'s \\\\ here'");
    }
}
