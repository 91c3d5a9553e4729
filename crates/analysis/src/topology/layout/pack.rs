//! Parts that are not connected, side by side and below one another.

use super::draw::{Part, Placed};
use super::{LayoutNode, LayoutOptions, positive};

/// How much wider than high the drawing of many parts should be.
const ASPECT: f64 = 1.6;

/// Gives each part a place: whole layers to the right, and as high up as the parts before it leave room.
///
/// Parts that were drawn before keep their order from the top; then the largest come first. Where ranks are layers,
/// parts keep their layers.
pub(super) fn pack(parts: Vec<Part>, nodes: &[LayoutNode], options: &LayoutOptions) -> Vec<Placed> {
    let mut parts: Vec<(f64, Part)> = parts.into_iter().map(|part| (before(&part, nodes), part)).collect();
    parts.sort_by(|a, b| {
        a.0.total_cmp(&b.0)
            .then(b.1.nodes.len().cmp(&a.1.nodes.len()))
            .then(a.1.nodes.first().cmp(&b.1.nodes.first()))
    });
    let columns = columns(&parts, nodes, options);
    let mut skyline = vec![0.0_f64; columns];
    let aligned = options.align_ranks && nodes.iter().any(|node| node.rank.is_some());
    let mut placed = Vec::with_capacity(parts.len());
    for (_, part) in parts {
        let first = if aligned { part.proper.layer.iter().copied().min().unwrap_or(0) } else { 0 };
        let span = part.proper.rows.len() - first;
        let last_start = if aligned { first } else { columns - span };
        let top_at = |start: usize| skyline[start..start + span].iter().copied().fold(0.0, f64::max);
        let (top, start) = (first..=last_start)
            .map(|start| (top_at(start), start))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .unwrap_or((0.0, first));
        let bottom = top + part.height + options.node_gap;
        skyline[start..start + span].fill(bottom);
        placed.push(Placed { layer: start - first, top, part });
    }
    placed
}

/// Returns the mean height at which a part's nodes were; infinity, so behind all others, when none was.
fn before(part: &Part, nodes: &[LayoutNode]) -> f64 {
    let known: Vec<f64> = part
        .nodes
        .iter()
        .filter_map(|&v| nodes[v].before.map(|before| before.1))
        .filter(|y| y.is_finite())
        .collect();
    if known.is_empty() { f64::INFINITY } else { known.iter().sum::<f64>() / known.len() as f64 }
}

/// Returns how many layers the drawing has: those of the longest part, or more when there is much to stack.
fn columns(parts: &[(f64, Part)], nodes: &[LayoutNode], options: &LayoutOptions) -> usize {
    let longest = parts.iter().map(|(_, part)| part.proper.rows.len()).max().unwrap_or(1);
    let mean = nodes.iter().map(|node| positive(node.width)).sum::<f64>() / nodes.len().max(1) as f64;
    let width = (mean + options.layer_gap).max(1.0);
    let stacked: f64 =
        parts.iter().map(|(_, part)| part.proper.rows.len() as f64 * (part.height + options.node_gap)).sum();
    let wanted = (ASPECT * stacked / width).sqrt();
    let mut columns = longest.max(1);
    while (columns as f64) < wanted && columns < nodes.len() {
        columns += 1;
    }
    columns
}
