//! The map: what departs is drawn in layers by dependency, everything else is folded into counted boxes, and nothing is
//! dropped.

mod draw;
mod fold;
mod nodes;
mod place;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use wardroom_analysis::topology::layout::{LayoutEdge, LayoutNode, onset_ranks};
use wardroom_core::{TimeRange, Timestamp};

use super::catalog::count;
use super::matching::{self, Signals};
use super::room::{self, Positions, Snapshot};
use super::rows::{MapBundle, MapCounts, MapDirection, MapLevel, MapRequest, MapView};
use crate::alerts::range_or_last;
use crate::context::App;
use crate::error::AppError;
use crate::moments::anchored;
use crate::phrase::Phrase;

use nodes::{Joined, Node, Nodes};

pub(super) use place::Placed;

const HOUR_MS: i64 = 3_600_000;
/// The place that one node with its gaps takes on a screen, in square pixels.
const NODE_AREA: u64 = 22_000;
/// Nodes that are drawn one by one, at least and at most: above that a drawing of lines cannot be followed.
const FEWEST_SHOWN: usize = 24;
const MOST_SHOWN: usize = 300;

/// Returns the word under which places of a level are remembered.
const fn level_word(level: MapLevel) -> &'static str {
    match level {
        MapLevel::Domain => "domain",
        MapLevel::System => "system",
        MapLevel::Service => "service",
        MapLevel::Host => "host",
    }
}

/// Draws the map of a range.
///
/// # Errors
///
/// `no_workspace`; `no_such_entity` and `entity_ambiguous` for the focus; `range_reversed`; store failures.
pub async fn map(app: &App, request: &MapRequest) -> Result<MapView, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, request.as_of.map(Into::into)).await?;
    let range = anchored(range_or_last(&open, request.range, HOUR_MS).await?, snapshot.as_of);
    let signals = matching::signals(&open, &snapshot, range).await?;
    let focus = match request.focus.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => Some(snapshot.require(name)?),
        None => None,
    };
    let level = level_word(request.level);
    let frame: Frame = (level, request.only_failing, focus.is_some());
    let drawing = Drawing {
        before: room::positions(&open, level),
        placed: room::placed(&open, frame),
        request: request.clone(),
        range,
        focus,
    };
    let drawn = tokio::task::spawn_blocking(move || drawing.draw(&snapshot, signals));
    let (view, placed) = drawn.await.map_err(|e| AppError::internal(&e))?;
    let places = view.nodes.iter().map(|node| (node.name.clone(), (node.x, node.y))).collect();
    room::remember(&open, frame, places, placed);
    Ok(view)
}

/// What a drawing is of: its level, whether only what fails is on it, and whether it is around one thing. Drawings of
/// one frame follow one another, so what is on both stays where it is.
pub(super) type Frame = (&'static str, bool, bool);

/// What a drawing is made with.
struct Drawing {
    request: MapRequest,
    range: TimeRange,
    focus: Option<usize>,
    before: Positions,
    /// The drawing of the same frame before.
    placed: Option<Arc<Placed>>,
}

impl Drawing {
    fn draw(&self, snapshot: &Snapshot, signals: Signals) -> (MapView, Placed) {
        let mut nodes = Nodes::new(snapshot, &signals.of, self.request.level);
        let joined = nodes.join(snapshot);
        let focus = self.focus.map(|thing| nodes.of_thing[thing]);
        let shown = self.shown(&nodes, &joined, focus);
        let begun = Instant::now();
        let (chain, placed) = self.chain(snapshot, &nodes, &joined, &shown, focus);
        let folded = fold::fold(&nodes, &joined, &shown, snapshot, &signals.of, self.request.level);
        let layout_ms = begun.elapsed().as_secs_f64() * 1000.0;
        let counts = counts(snapshot, &signals, &chain, &folded);
        let view = MapView {
            known: snapshot.is_known(),
            range: self.range.into(),
            as_of: self.request.as_of,
            lead: lead(snapshot, &signals, counts),
            rest: rest(&nodes, &shown),
            nodes: chain.nodes,
            edges: chain.edges,
            layers: chain.layers,
            width: chain.width,
            height: chain.height,
            groups: folded.groups,
            bundles: folded.bundles,
            columns: folded.columns,
            groups_height: folded.height,
            counts,
            layout_ms,
            without_entity: signals.unmatched,
        };
        (view, placed)
    }

    /// Chooses the nodes that are drawn one by one.
    fn shown(&self, nodes: &Nodes, joined: &[Joined], focus: Option<usize>) -> BTreeSet<usize> {
        let area = u64::from(self.request.width) * u64::from(self.request.height);
        let room = usize::try_from(area / NODE_AREA).unwrap_or(usize::MAX).clamp(FEWEST_SHOWN, MOST_SHOWN);
        if let Some(focus) = focus {
            let around = around(nodes.list.len(), joined, focus, self.request.hops, self.request.direction);
            return around.into_iter().take(MOST_SHOWN).collect();
        }
        let failing = drawn_failing(nodes, joined);
        if self.request.only_failing {
            return failing;
        }
        let drawable: Vec<usize> = (0..nodes.list.len())
            .filter(|place| !nodes.list[*place].is_carrier || failing.contains(place))
            .collect();
        if drawable.len() <= room { drawable.into_iter().collect() } else { failing }
    }

    /// Lays the shown nodes out; causes stand left of what depends on them.
    fn chain(
        &self,
        snapshot: &Snapshot,
        nodes: &Nodes,
        joined: &[Joined],
        shown: &BTreeSet<usize>,
        focus: Option<usize>,
    ) -> (draw::Chain, Placed) {
        let list: Vec<(usize, &Node)> = shown.iter().map(|place| (*place, &nodes.list[*place])).collect();
        let at = |place: usize| shown.iter().position(|shown| *shown == place);
        let first = draw::first(&list);
        let inner: Vec<&Joined> = joined
            .iter()
            .filter(|e| e.from != e.to && shown.contains(&e.from) && shown.contains(&e.to))
            .collect();
        let lines: Vec<LayoutEdge> = inner
            .iter()
            .filter_map(|e| {
                let weight = if nodes.is_on_path(e) { 3.0 } else { 1.0 };
                Some(LayoutEdge { from: at(e.to)?, to: at(e.from)?, weight })
            })
            .collect();
        // Where only what fails is drawn, columns follow the onsets as far as dependencies allow it.
        let onsets: Vec<Option<i64>> =
            list.iter().map(|(_, node)| node.onset.map(Timestamp::as_millis)).collect();
        let is_aligned = focus.is_none() && *shown == drawn_failing(nodes, joined);
        let ranks = if is_aligned { onset_ranks(&onsets, &lines) } else { Vec::new() };
        let boxes: Vec<LayoutNode> = list
            .iter()
            .enumerate()
            .map(|(i, (place, node))| {
                let (width, height) = draw::size(node, focus == Some(*place) || first == Some(*place));
                let before = self.before.get(&node.name).copied();
                LayoutNode { width, height, rank: ranks.get(i).copied(), before }
            })
            .collect();
        let names = list.iter().map(|(_, node)| node.name.clone()).collect();
        let placed = place::place(self.placed.as_deref(), names, &boxes, lines);
        let chain = draw::chain(snapshot, nodes, &list, &inner, &boxes, &placed.layout, focus, first);
        (chain, placed)
    }
}

/// Returns what fails as far as it can be drawn: the first that departed.
fn drawn_failing(nodes: &Nodes, joined: &[Joined]) -> BTreeSet<usize> {
    failing(nodes, joined).into_iter().take(MOST_SHOWN).collect()
}

/// Returns what departs, and what lies between two things that do: in order of onset, then of their place.
fn failing(nodes: &Nodes, joined: &[Joined]) -> Vec<usize> {
    let departs = |place: usize| nodes.list[place].onset.is_some();
    let mut list: Vec<usize> = (0..nodes.list.len()).filter(|place| departs(*place)).collect();
    list.sort_by_key(|place| (nodes.list[*place].onset, *place));
    // One step between two that depart: it passes on what it does not show itself. What is only proposed decides nothing.
    let sure = || joined.iter().filter(|e| e.is_sure);
    let above: BTreeSet<usize> = sure().filter(|e| departs(e.to)).map(|e| e.from).collect();
    let below: BTreeSet<usize> = sure().filter(|e| departs(e.from)).map(|e| e.to).collect();
    list.extend(above.intersection(&below).filter(|place| !departs(**place)));
    list
}

/// Returns a node and what is at most so many edges away, the nearest first.
fn around(nodes: usize, joined: &[Joined], start: usize, hops: u8, direction: MapDirection) -> Vec<usize> {
    let (up, down) = match direction {
        MapDirection::Both => (true, true),
        MapDirection::Up => (true, false),
        MapDirection::Down => (false, true),
    };
    let mut seen = vec![false; nodes];
    let mut list = vec![start];
    if let Some(first) = seen.get_mut(start) {
        *first = true;
    }
    // Each side is followed for itself: what a neighbour's other users do is not asked.
    for way_up in [true, false] {
        if !(if way_up { up } else { down }) {
            continue;
        }
        let mut open = vec![start];
        for _ in 0..hops.clamp(1, 3) {
            let reached: BTreeSet<usize> = open.iter().copied().collect();
            let next = joined.iter().filter_map(|e| {
                let (here, there) = if way_up { (e.from, e.to) } else { (e.to, e.from) };
                reached.contains(&here).then_some(there)
            });
            open = next.collect::<BTreeSet<usize>>().into_iter().filter(|place| !seen[*place]).collect();
            for place in &open {
                seen[*place] = true;
            }
            list.extend(&open);
        }
    }
    list
}

/// Counts what is in the picture: an edge without a line, or with an end that is not drawn, is in none of its parts.
fn counts(snapshot: &Snapshot, signals: &Signals, chain: &draw::Chain, folded: &fold::Folded) -> MapCounts {
    let edges = count(snapshot.edges().count());
    let nodes: BTreeSet<&str> = chain.nodes.iter().map(|node| node.name.as_str()).collect();
    let boxes: BTreeSet<&str> = folded.groups.iter().map(|group| group.id.as_str()).collect();
    let stands =
        |name: &str, is_node: bool| if is_node { nodes.contains(name) } else { boxes.contains(name) };
    let has_line = |bundle: &&MapBundle| {
        let is_routed = bundle.from_node || bundle.to_node || bundle.points.len() > 1;
        is_routed && stands(&bundle.from, bundle.from_node) && stands(&bundle.to, bundle.to_node)
    };
    let drawn: u32 = chain.edges.iter().filter(|edge| edge.points.len() > 1).map(|edge| edge.members).sum();
    let bundled: u32 = folded.bundles.iter().filter(has_line).map(|bundle| bundle.edges).sum();
    let within_nodes: u32 = chain.nodes.iter().map(|node| node.inside).sum();
    let within = within_nodes + folded.groups.iter().map(|group| group.inside).sum::<u32>();
    let all = |wanted: &dyn Fn(&matching::Signal) -> bool| {
        count(signals.of.iter().filter(|signal| wanted(signal)).count())
    };
    MapCounts {
        entities: count(snapshot.model.things.len()),
        edges,
        drawn,
        bundled,
        folded: within,
        dropped: edges.saturating_sub(drawn + bundled + within),
        failing: all(&|signal| signal.onset.is_some()),
        unusual: all(&|signal| signal.findings + signal.firing > 0),
        silent: all(&|signal| signal.is_silent),
    }
}

/// Makes the one sentence: what departs and since when, or that nothing of what was scored does.
fn lead(snapshot: &Snapshot, signals: &Signals, counts: MapCounts) -> Phrase {
    if !snapshot.is_known() {
        return Phrase::new("map-nothing");
    }
    let onsets = signals.of.iter().enumerate().filter_map(|(thing, signal)| Some((signal.onset?, thing)));
    let Some((at, thing)) = onsets.min() else {
        let key = if signals.is_scored { "map-calm" } else { "map-unscored" };
        return Phrase::new(key).count("n", counts.entities as usize).count("edges", counts.edges as usize);
    };
    let affected = snapshot.graph.impact(thing, None);
    let tier1 = affected.iter().filter(|(node, ..)| snapshot.thing(*node).entity.tier == Some(1)).count();
    let last: Option<Timestamp> = signals.of.iter().filter_map(|signal| signal.onset).max();
    let span = last.map_or(0, |last| last.as_millis() - at.as_millis());
    let key = if counts.failing == 1 { "map-failing-one" } else { "map-failing" };
    Phrase::new(key)
        .count("n", counts.failing as usize)
        .text("entity", snapshot.thing(thing).name.clone())
        .time("time", at)
        .span("span", span)
        .count("affected", affected.len())
        .count("tier1", tier1)
        // They are marked on the map as well, so that whoever counts there is told of them.
        .count("apart", counts.unusual.saturating_sub(counts.failing) as usize)
}

/// Says what is folded away, or that no source records what a level divides by.
fn rest(nodes: &Nodes, shown: &BTreeSet<usize>) -> Option<Phrase> {
    if let [only] = nodes.list.as_slice()
        && only.label.is_empty()
    {
        let key = if only.kind == "domain" { "map-no-domain" } else { "map-no-system" };
        return Some(Phrase::new(key));
    }
    let hidden = nodes.list.iter().enumerate().filter(|(place, _)| !shown.contains(place));
    let things: usize = hidden.map(|(_, node)| node.things.len()).sum();
    (things > 0).then(|| Phrase::new("map-rest").count("n", things))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: usize, to: usize) -> Joined {
        Joined { from, to, edges: vec![0], is_sure: true }
    }

    #[test]
    fn each_side_of_the_focus_is_followed_for_itself() {
        // 0 → 1 → 2, and 3 → 2: from 1 the other user of 2 is not in sight.
        let joined = [edge(0, 1), edge(1, 2), edge(3, 2)];

        assert_eq!(around(4, &joined, 1, 3, MapDirection::Both), [1, 2, 0]);
        assert_eq!(around(4, &joined, 1, 3, MapDirection::Up), [1, 2]);
        assert_eq!(around(4, &joined, 2, 1, MapDirection::Down), [2, 1, 3]);
    }

    #[test]
    fn a_circle_around_the_focus_ends() {
        let joined = [edge(0, 1), edge(1, 0)];

        assert_eq!(around(2, &joined, 0, 3, MapDirection::Both), [0, 1]);
    }
}
