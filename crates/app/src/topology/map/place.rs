//! Where the drawn nodes stand: where they stood before while little changes, else laid out anew.

use wardroom_analysis::topology::layout::{
    Kept, Layout, LayoutEdge, LayoutNode, LayoutOptions, layered, relayout,
};

/// Free room between two layers and between two nodes of a layer. Only boxes whose columns follow onsets have a rank.
const OPTIONS: LayoutOptions = LayoutOptions { layer_gap: 84.0, node_gap: 26.0, align_ranks: true };
/// One in so many nodes and edges may come or go before all is laid out anew: what is fitted in again and again crosses
/// more than what is laid out as a whole.
const CHANGED_IN: usize = 5;

/// A drawing with what it was made of.
#[derive(Clone, Debug, Default)]
pub(in crate::topology) struct Placed {
    names: Vec<String>,
    edges: Vec<LayoutEdge>,
    pub(super) layout: Layout,
    /// Nodes and edges that came or went since all was laid out.
    changed: usize,
}

/// Places boxes: those of the drawing before stay where they are as long as few came or went.
pub(super) fn place(
    before: Option<&Placed>,
    names: Vec<String>,
    boxes: &[LayoutNode],
    edges: Vec<LayoutEdge>,
) -> Placed {
    let (layout, changed) = before
        .and_then(|before| fitted(before, &names, boxes, &edges))
        .unwrap_or_else(|| (anew(boxes, &edges), 0));
    Placed { names, edges, layout, changed }
}

fn anew(boxes: &[LayoutNode], edges: &[LayoutEdge]) -> Layout {
    // Nobody waits long enough for a drawing of this size to want it stopped.
    layered(boxes, edges, &OPTIONS, &|| false).unwrap_or_default()
}

/// Fits what came into the drawing before, and counts what changed since all was laid out; `None` where too much did.
fn fitted(
    before: &Placed,
    names: &[String],
    boxes: &[LayoutNode],
    edges: &[LayoutEdge],
) -> Option<(Layout, usize)> {
    let kept = Kept::new(&before.names, &before.edges, names, edges);
    let stayed = |list: &[Option<usize>]| list.iter().flatten().count();
    let (nodes, lines) = (stayed(&kept.nodes), stayed(&kept.edges));
    let came = names.len() - nodes + edges.len() - lines;
    let gone = before.names.len().saturating_sub(nodes) + before.edges.len().saturating_sub(lines);
    let changed = before.changed + came + gone;
    if nodes == 0 || changed * CHANGED_IN > names.len() + edges.len() {
        return None;
    }
    let layout = relayout(&before.layout, &kept, boxes, edges, &OPTIONS, &|| false)?;
    // A circle leads back however it is drawn. What else leads back does so only because places were kept, and what is
    // depended on stands left.
    let back = leading_back(&layout, edges);
    if back > leading_back(&before.layout, &before.edges) && leading_back(&anew(boxes, edges), edges) < back {
        return None;
    }
    Some((layout, changed))
}

/// Counts the edges that do not lead to a layer further right.
fn leading_back(layout: &Layout, edges: &[LayoutEdge]) -> usize {
    let layer = |node: usize| layout.layer.get(node);
    edges.iter().filter(|edge| edge.from != edge.to && layer(edge.from) >= layer(edge.to)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four chains of three from left to right, which begin at one: node 12.
    fn chains() -> (Vec<String>, Vec<LayoutNode>, Vec<LayoutEdge>) {
        let names: Vec<String> = (0..13).map(|n| format!("n{n:02}")).collect();
        let boxes = vec![LayoutNode { width: 120.0, height: 48.0, ..LayoutNode::default() }; 13];
        let along = (0..12).filter(|n| n % 3 != 2).map(|n| edge(n, n + 1));
        let begin = (0..4).map(|chain| edge(12, chain * 3));
        (names, boxes, along.chain(begin).collect())
    }

    fn edge(from: usize, to: usize) -> LayoutEdge {
        LayoutEdge { from, to, weight: 1.0 }
    }

    /// How far each node moved against the one at which all begins.
    fn moves(before: &Placed, after: &Placed) -> Vec<(f64, f64)> {
        let shift = after.layout.at[12].1 - before.layout.at[12].1;
        let pairs = before.layout.at.iter().zip(&after.layout.at);
        pairs.map(|(was, is)| ((is.0 - was.0).abs(), (is.1 - was.1 - shift).abs())).collect()
    }

    #[test]
    fn one_more_edge_moves_no_box() {
        let (names, boxes, mut edges) = chains();
        let before = place(None, names.clone(), &boxes, edges.clone());
        edges.push(edge(0, 4));

        let after = place(Some(&before), names, &boxes, edges);

        assert_eq!(after.changed, 1);
        assert!(moves(&before, &after).iter().all(|(x, y)| *x < 1.0 && *y < 1.0), "{after:?}");
        assert!(after.layout.routes.iter().all(|route| route.len() > 1));
    }

    #[test]
    fn what_came_stands_behind_its_neighbour_and_only_its_layer_makes_room() {
        let (mut names, mut boxes, mut edges) = chains();
        let before = place(None, names.clone(), &boxes, edges.clone());
        names.push("late".to_owned());
        boxes.push(boxes[0]);
        edges.push(edge(4, 13));

        let after = place(Some(&before), names, &boxes, edges);

        assert_eq!(after.changed, 2);
        assert!(after.layout.at[13].0 > after.layout.at[4].0);
        for (node, (x, y)) in moves(&before, &after).into_iter().enumerate() {
            let room = if after.layout.layer[node] == after.layout.layer[13] { 75.0 } else { 1.0 };
            assert!(x < 1.0 && y < room, "{node} moved by {x}, {y}");
        }
    }

    #[test]
    fn after_many_changes_all_is_laid_out_anew() {
        let (names, boxes, mut edges) = chains();
        let mut drawn = place(None, names.clone(), &boxes, edges.clone());
        let mut counted = Vec::new();
        for (from, to) in [(0, 4), (3, 7), (6, 10), (0, 7), (3, 10), (0, 10), (9, 1)] {
            edges.push(edge(from, to));
            drawn = place(Some(&drawn), names.clone(), &boxes, edges.clone());
            counted.push(drawn.changed);
        }

        assert_eq!(counted, [1, 2, 3, 4, 5, 6, 0]);
    }

    #[test]
    fn what_is_depended_on_stays_left_even_when_places_are_lost() {
        let (names, boxes, mut edges) = chains();
        let before = place(None, names.clone(), &boxes, edges.clone());
        // The end of one chain leads to the beginning of another.
        edges.push(edge(2, 3));

        let after = place(Some(&before), names, &boxes, edges.clone());

        assert_eq!(leading_back(&after.layout, &edges), 0);
        assert!(after.layout.at[2].0 < after.layout.at[3].0);
    }
}
