//! Where the boxes of a map stand: layers from left to right, few crossings, positions that keep.
//!
//! [`layered`] draws a graph in the manner of Sugiyama: cycles are broken, nodes get layers, long edges get a point in
//! every layer they pass, the order in each layer is improved until few edges cross, and rows are moved until edges are
//! nearly straight. [`relayout`] draws a changed graph and leaves what was drawn where it was. [`grouped`] draws
//! counted boxes instead of nodes.
//!
//! Everything is measured in the caller's unit (logical pixels); x grows to the right, y downwards. The same input
//! gives the same drawing, on every machine: work is bounded by counted steps and not by time.

mod acyclic;
mod draw;
mod groups;
mod keep;
mod lines;
mod onsets;
mod order;
mod pack;
mod place;
mod proper;
mod rank;
mod simplex;

pub use self::groups::{GroupBox, GroupColumn, GroupLayout, GroupOptions, GroupPlace, grouped};
pub use self::keep::{Kept, relayout};
pub use self::onsets::onset_ranks;

/// One node to be drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayoutNode {
    /// The width of its box; anything but a positive number counts as 0.
    pub width: f64,
    /// The height of its box; anything but a positive number counts as 0.
    pub height: f64,
    /// The layer it should stand in, counted from the left.
    ///
    /// With [`LayoutOptions::align_ranks`] it stands there, whatever its edges say. Otherwise the number only decides
    /// which edge of a cycle is drawn backwards: one that leads from a larger to a smaller rank.
    pub rank: Option<u32>,
    /// Where its centre was before. Parts of the graph keep their order from top to bottom, and are mirrored when that
    /// brings their nodes closer to where they were.
    pub before: Option<(f64, f64)>,
}

/// One edge to be drawn, from left to right where cycles allow it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayoutEdge {
    /// The position of the node it leaves.
    pub from: usize,
    /// The position of the node it reaches.
    pub to: usize,
    /// How strongly it wants to be straight; anything but a positive number counts as 1.
    pub weight: f64,
}

/// How far things stand apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayoutOptions {
    /// Free width between two layers.
    pub layer_gap: f64,
    /// Free height between two boxes of a layer; edges that pass need a fifth of it.
    pub node_gap: f64,
    /// Whether a node's rank is its layer.
    pub align_ranks: bool,
}

/// A drawn graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The centre of each node. No two boxes overlap.
    pub at: Vec<(f64, f64)>,
    /// The layer of each node, counted from the left; all nodes of a layer have one x.
    ///
    /// Parts that are not connected stand beside and below one another, so a layer says only where a node is drawn.
    pub layer: Vec<u32>,
    /// The points of each edge in its own direction, from border to border.
    ///
    /// Between two points an edge runs level or through the gap between two layers, so it never runs through a box
    /// unless a box is in its own layer. An edge from a node to itself is a small loop at its right; an edge whose ends
    /// do not exist has no points. Repeated and opposite edges between two nodes share their points.
    pub routes: Vec<Vec<(f64, f64)>>,
    /// The width of all.
    pub width: f64,
    /// The height of all.
    pub height: f64,
    /// How often edges cross in the gaps between layers; repeated edges count once.
    pub crossings: u64,
}

/// Draws a graph in layers from left to right; `None` when `stop` said so.
///
/// Cycles, edges from a node to itself, repeated edges, edges to nodes that do not exist and parts that are not
/// connected are all fine.
///
/// # Cost
///
/// Grows with the edges times the layers they pass; small graphs get more rounds of improvement. 2,000 nodes with
/// 10,000 edges take a fraction of a second. `stop` is asked between rounds.
///
/// # Source
///
/// Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", IEEE Trans. SMC 11
/// (1981). Cycles: Eades, Lin and Smyth, "A fast and effective heuristic for the feedback arc set problem" (1993).
/// Layers: Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs", IEEE Trans. Softw. Eng. 19
/// (1993). Counting: Barth, Jünger and Mutzel, "Simple and efficient bilayer cross counting" (2002). Order: barycentre
/// and median sweeps, then sifting after Matuszewski, Schönfeld and Molitor (1999). Rows: isotonic regression by
/// pooling adjacent violators, Ayer et al. (1955).
pub fn layered(
    nodes: &[LayoutNode],
    edges: &[LayoutEdge],
    options: &LayoutOptions,
    stop: &dyn Fn() -> bool,
) -> Option<Layout> {
    let lines = lines::Lines::new(nodes.len(), edges);
    let options = sound(options);
    let parts = draw::parts(nodes, &lines, &options, stop)?;
    let placed = pack::pack(parts, nodes, &options);
    Some(draw::assemble(nodes, edges, &lines, &placed, &options))
}

/// Takes only gaps that can be drawn.
fn sound(options: &LayoutOptions) -> LayoutOptions {
    LayoutOptions { layer_gap: positive(options.layer_gap), node_gap: positive(options.node_gap), ..*options }
}

/// Returns a length that can be drawn: 0 for anything but a positive number.
fn positive(length: f64) -> f64 {
    if length.is_finite() { length.max(0.0) } else { 0.0 }
}

#[cfg(test)]
mod tests;
