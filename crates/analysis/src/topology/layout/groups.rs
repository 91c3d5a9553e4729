//! The fleet: counted boxes of dots in dependency order, with bundles of edges between them.

mod columns;
mod route;

use super::{LayoutEdge, positive};

/// One box: a group of nodes that are drawn as dots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupBox {
    /// How many dots it holds.
    pub nodes: u32,
    /// The column it should stand near when it has no domain: smaller stands further left.
    pub rank: Option<u32>,
    /// What heads its column; boxes of one domain stand together. Empty when it has none.
    pub domain: String,
}

/// The measures of a fleet drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupOptions {
    /// The width of all.
    pub width: f64,
    /// The least width of a box; decides how many columns there can be.
    pub box_width: f64,
    /// Free width between two columns.
    pub column_gap: f64,
    /// Free height between two boxes.
    pub box_gap: f64,
    /// From one dot to the next, both ways.
    pub pitch: f64,
    /// Height above the dots, for the name and the count.
    pub head: f64,
    /// Free space beside and below the dots.
    pub pad: f64,
}

/// Where a box stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupPlace {
    /// Its column, counted from the left.
    pub column: u32,
    /// Its left border.
    pub x: f64,
    /// Its upper border.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The centre of each dot, row by row.
    pub dots: Vec<(f64, f64)>,
}

/// One column of boxes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupColumn {
    /// Its left border.
    pub x: f64,
    /// The domains in it, from the top. A domain with many boxes fills several columns.
    pub domains: Vec<String>,
}

/// A drawn fleet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupLayout {
    /// One place for each box.
    pub boxes: Vec<GroupPlace>,
    /// The columns from the left.
    pub columns: Vec<GroupColumn>,
    /// The points of each bundle in its own direction, from border to border and between the boxes of the columns it
    /// passes; none for a bundle from a box to itself or to a box that does not exist.
    pub routes: Vec<Vec<(f64, f64)>>,
    /// The width of all.
    pub width: f64,
    /// The height of all.
    pub height: f64,
}

/// Draws counted boxes in columns from left to right.
///
/// Columns follow the bundles: of two domains, or of two boxes without one, that stands further left from which more
/// weight leads to the other. A domain whose boxes are much higher than a column gets several; when there are more
/// domains than columns fit the width, neighbours share one. In its column a box stands near those it is bundled with.
pub fn grouped(groups: &[GroupBox], bundles: &[LayoutEdge], options: &GroupOptions) -> GroupLayout {
    if groups.is_empty() {
        return GroupLayout { routes: vec![Vec::new(); bundles.len()], ..GroupLayout::default() };
    }
    let measures = Measures::new(options);
    let columns = columns::plan(groups, bundles, &measures);
    let measures = measures.widened(columns.len(), positive(options.width));
    let heights: Vec<f64> = groups.iter().map(|group| measures.height(group.nodes)).collect();
    let mut layout =
        GroupLayout { boxes: vec![GroupPlace::default(); groups.len()], ..GroupLayout::default() };
    for (at, column) in columns.iter().enumerate() {
        let x = at as f64 * (measures.width + measures.column_gap);
        let mut y = 0.0;
        for &group in &column.boxes {
            layout.boxes[group] = GroupPlace {
                column: u32::try_from(at).unwrap_or(u32::MAX),
                x,
                y,
                width: measures.width,
                height: heights[group],
                dots: measures.dots(groups[group].nodes, (x, y)),
            };
            y += heights[group] + measures.box_gap;
        }
        layout.height = layout.height.max(y - measures.box_gap);
        layout.columns.push(GroupColumn { x, domains: column.domains.clone() });
    }
    layout.width = columns.len() as f64 * (measures.width + measures.column_gap) - measures.column_gap;
    layout.routes =
        bundles.iter().map(|bundle| route::route(&layout.boxes, &columns, bundle, &measures)).collect();
    layout
}

/// Measures that can be drawn.
#[derive(Clone, Copy, Debug)]
struct Measures {
    /// The width of every box.
    width: f64,
    most_columns: usize,
    column_gap: f64,
    box_gap: f64,
    pitch: f64,
    head: f64,
    pad: f64,
    dots_a_row: u32,
}

impl Measures {
    fn new(options: &GroupOptions) -> Self {
        let pitch = positive(options.pitch).max(1.0);
        let (pad, column_gap) = (positive(options.pad), positive(options.column_gap));
        let least = positive(options.box_width).max(pitch + 2.0 * pad);
        let mut most_columns = 1;
        while (least + column_gap) * (most_columns + 1) as f64 - column_gap <= positive(options.width)
            && most_columns < 64
        {
            most_columns += 1;
        }
        let mut measures = Self {
            width: least,
            most_columns,
            column_gap,
            box_gap: positive(options.box_gap),
            pitch,
            head: positive(options.head),
            pad,
            dots_a_row: 1,
        };
        measures.fill_row();
        measures
    }

    /// Widens boxes so that `columns` of them fill the width.
    fn widened(mut self, columns: usize, width: f64) -> Self {
        let columns = columns.max(1) as f64;
        self.width = self.width.max((width + self.column_gap) / columns - self.column_gap);
        self.fill_row();
        self
    }

    fn fill_row(&mut self) {
        let room = self.width - 2.0 * self.pad;
        self.dots_a_row = 1;
        while f64::from(self.dots_a_row + 1) * self.pitch <= room && self.dots_a_row < 10_000 {
            self.dots_a_row += 1;
        }
    }

    fn height(&self, nodes: u32) -> f64 {
        self.head + f64::from(nodes.div_ceil(self.dots_a_row)) * self.pitch + self.pad
    }

    fn dots(&self, nodes: u32, (x, y): (f64, f64)) -> Vec<(f64, f64)> {
        let centre = |at: u32| (f64::from(at) + 0.5) * self.pitch;
        (0..nodes)
            .map(|dot| {
                (x + self.pad + centre(dot % self.dots_a_row), y + self.head + centre(dot / self.dots_a_row))
            })
            .collect()
    }
}
