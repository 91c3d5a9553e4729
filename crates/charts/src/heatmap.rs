//! The heat map: rows of equal time bins, each a share from 0 to 1.

use wardroom_core::TimeRange;

use crate::line::Plot;
use crate::scale::Tick;
use crate::surface::{Anchor, Area, BODY, Dash, Face, Fonts, Label, SMALL, Scene, Shape, Size, Stroke};
use crate::theme::Token;

/// One row of a heat map.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatRow {
    /// Its name.
    pub label: String,
    /// One share from 0 to 1 for each bin, oldest first; `None` is a bin without data.
    pub cells: Vec<Option<f64>>,
}

/// The words under a heat map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatLegend {
    /// What the coldest colour means.
    pub low: String,
    /// What the hottest colour means.
    pub high: String,
    /// What an outlined cell means.
    pub no_data: String,
}

/// Rows of bins over one time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Heatmap {
    /// What is drawn.
    pub title: String,
    /// The time that all bins of a row divide equally.
    pub range: TimeRange,
    /// The marks of the time axis.
    pub ticks: Vec<Tick>,
    /// The rows from the top. Rows may differ in their number of bins.
    pub rows: Vec<HeatRow>,
    /// The words under it, if any.
    pub legend: Option<HeatLegend>,
}

const STEPS: [Token; 6] = [Token::H0, Token::H1, Token::H2, Token::H3, Token::H4, Token::H5];

impl Heatmap {
    /// Draws the heat map; rows share the height, names that do not fit their row are left out.
    pub fn draw(&self, size: Size, fonts: &Fonts) -> Scene {
        let mut scene = Scene::new(size);
        let (width, height) = (f64::from(scene.size().width), f64::from(scene.size().height));
        let names = self
            .rows
            .iter()
            .map(|row| fonts.width(&row.label, Face::Regular, SMALL))
            .fold(0.0, f64::max)
            .min(width * 0.3);
        let top = if self.title.is_empty() { 4.0 } else { 26.0 };
        let bottom = if self.legend.is_some() { 40.0 } else { 20.0 };
        let area = Area {
            x: names + 8.0,
            y: top,
            width: (width - names - 8.0).max(1.0),
            height: (height - top - bottom).max(1.0),
        };
        scene.text(Label {
            at: (0.0, 14.0),
            text: fonts.fitted(&self.title, Face::Semibold, BODY, width),
            size: BODY,
            face: Face::Semibold,
            anchor: Anchor::Start,
            token: Token::Fg,
        });
        let plot = Plot { area, range: self.range };
        plot.draw_time_axis(&mut scene, fonts, &self.ticks, area.bottom() + 14.0);
        let row_height = area.height / (self.rows.len() as f64).max(1.0);
        for (row, idx) in self.rows.iter().zip(0_u32..) {
            let y = area.y + row_height * f64::from(idx);
            draw_cells(&mut scene, row, Area { y, height: row_height, ..area });
            if row_height >= SMALL {
                let name = fonts.fitted(&row.label, Face::Regular, SMALL, names);
                let at = (area.x - 8.0, y + row_height * 0.5 + 4.0);
                scene.text(Label::small(at, name, Anchor::End, Token::Fg2));
            }
        }
        if let Some(legend) = &self.legend {
            draw_legend(&mut scene, fonts, legend, (area.x, height - 6.0));
        }
        scene
    }
}

fn draw_cells(scene: &mut Scene, row: &HeatRow, area: Area) {
    let pitch = area.width / (row.cells.len() as f64).max(1.0);
    // A gap between cells only where they are wide enough to be seen one by one.
    let gap = if pitch >= 6.0 { 1.0 } else { 0.0 };
    let height = (area.height - 1.0).max(0.5);
    for (cell, idx) in row.cells.iter().zip(0_u32..) {
        let place =
            Area { x: area.x + pitch * f64::from(idx), y: area.y, width: (pitch - gap).max(0.5), height };
        match cell.filter(|share| share.is_finite()) {
            Some(share) => scene.push(Shape::Rect { area: place, token: Token::heat(share), opacity: 1.0 }),
            None => draw_missing(scene, place),
        }
    }
}

/// Draws the outline of a cell without data.
fn draw_missing(scene: &mut Scene, cell: Area) {
    let inner = Area {
        x: cell.x + 0.5,
        y: cell.y + 0.5,
        width: (cell.width - 1.0).max(0.1),
        height: (cell.height - 1.0).max(0.1),
    };
    scene.outline(inner, Stroke { token: Token::LineStrong, width: 1.0, dash: Dash::Solid });
}

fn draw_legend(scene: &mut Scene, fonts: &Fonts, legend: &HeatLegend, (left, baseline): (f64, f64)) {
    let mut x = left;
    let text = |scene: &mut Scene, x: f64, text: &str| {
        scene.text(Label::small((x, baseline), text, Anchor::Start, Token::Fg3));
        x + fonts.width(text, Face::Regular, SMALL) + 6.0
    };
    x = text(scene, x, &legend.low);
    for token in STEPS {
        let area = Area { x, y: baseline - 9.0, width: 14.0, height: 10.0 };
        scene.push(Shape::Rect { area, token, opacity: 1.0 });
        x += 15.0;
    }
    x = text(scene, x + 5.0, &legend.high);
    if !legend.no_data.is_empty() {
        draw_missing(scene, Area { x: x + 12.0, y: baseline - 9.0, width: 14.0, height: 10.0 });
        text(scene, x + 32.0, &legend.no_data);
    }
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;

    use super::*;
    use crate::scale::time_ticks;
    use crate::surface::Caption;
    use crate::surface::font::tests::shipped;
    use crate::theme::Theme;

    #[test]
    fn each_share_has_its_colour_and_missing_cells_an_outline() {
        let svg =
            sample().draw(Size { width: 400, height: 120 }, &shipped()).svg(Theme::Dark, &Caption::default());

        // Once in the row, once in the legend.
        for token in STEPS {
            assert_eq!(svg.matches(&format!("fill=\"{}\"", token.hex(Theme::Dark))).count(), 2);
        }
        let outline = format!("fill=\"none\" stroke=\"{}\"", Token::LineStrong.hex(Theme::Dark));
        assert_eq!(svg.matches(&outline).count(), 3);
        assert!(svg.contains(">no data</text>") && svg.contains(">orders</text>"));
    }

    #[test]
    fn odd_maps_are_drawn_alike_each_time() {
        let fonts = shipped();
        let no_rows = Heatmap { rows: Vec::new(), legend: None, title: String::new(), ..sample() };
        let mut many = sample();
        many.rows =
            vec![HeatRow { label: "x".to_owned(), cells: vec![Some(7.0), Some(-1.0), Some(f64::NAN)] }; 90];

        for map in [no_rows, many, sample()] {
            for (width, height) in [(0, 0), (30, 20), (300, 100)] {
                let size = Size { width, height };
                let file = map.draw(size, &fonts).png(Theme::Light, &fonts);
                assert!(file.is_ok());
                assert_eq!(file, map.draw(size, &fonts).png(Theme::Light, &fonts));
            }
        }
    }

    fn sample() -> Heatmap {
        let range = TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(3_600_000))
            .expect("a valid range");
        Heatmap {
            title: "Unusual by service".to_owned(),
            range,
            ticks: time_ticks(range, 5, &|_| 0),
            rows: vec![
                HeatRow {
                    label: "checkout".to_owned(),
                    cells: vec![Some(0.0), Some(0.2), Some(0.4), Some(0.6), Some(0.8), Some(1.0)],
                },
                HeatRow { label: "orders".to_owned(), cells: vec![None, Some(f64::NAN)] },
            ],
            legend: Some(HeatLegend {
                low: "usual".to_owned(),
                high: "never seen".to_owned(),
                no_data: "no data".to_owned(),
            }),
        }
    }
}
