//! The way of a bundle between boxes.

use super::columns::Column;
use super::{GroupPlace, Measures};
use crate::topology::layout::LayoutEdge;

/// Returns the points of a bundle; through the columns it passes it takes the gap nearest to the straight way.
pub(super) fn route(
    boxes: &[GroupPlace],
    columns: &[Column],
    bundle: &LayoutEdge,
    measures: &Measures,
) -> Vec<(f64, f64)> {
    let (Some(from), Some(to)) = (boxes.get(bundle.from), boxes.get(bundle.to)) else { return Vec::new() };
    if bundle.from == bundle.to {
        return Vec::new();
    }
    let (y_from, y_to) = (from.y + from.height * 0.5, to.y + to.height * 0.5);
    if from.column == to.column {
        let right = from.x + from.width;
        let out = right + measures.column_gap * 0.3;
        return vec![(right, y_from), (out, y_from), (out, y_to), (right, y_to)];
    }
    let ahead = from.column < to.column;
    let (left, right) = if ahead { (from, to) } else { (to, from) };
    let (y_left, y_right) = if ahead { (y_from, y_to) } else { (y_to, y_from) };
    let (first, last) = (left.column as usize, right.column as usize);
    let mut points = vec![(left.x + left.width, y_left)];
    for (at, column) in columns.iter().enumerate().take(last).skip(first + 1) {
        let share = (at - first) as f64 / (last - first) as f64;
        let Some(above) = column.boxes.first().map(|&v| &boxes[v]) else { continue };
        let y = nearest_gap(boxes, column, y_left + (y_right - y_left) * share, measures.box_gap);
        points.push((above.x, y));
        points.push((above.x + above.width, y));
    }
    points.push((right.x, y_right));
    if !ahead {
        points.reverse();
    }
    points
}

/// Returns the middle of the gap in a column that is nearest to `y`: between two boxes, or below the last.
fn nearest_gap(boxes: &[GroupPlace], column: &Column, y: f64, gap: f64) -> f64 {
    column
        .boxes
        .iter()
        .map(|&v| boxes[v].y + boxes[v].height + gap * 0.5)
        .min_by(|a, b| (a - y).abs().total_cmp(&(b - y).abs()))
        .unwrap_or(y)
}
