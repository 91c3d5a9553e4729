//! The sparkline: one series without axes, for a line of text, a table or the terminal.

use wardroom_core::{TimeRange, Unit};

use crate::decimate::Decimated;
use crate::line::Plot;
use crate::scale::{Foot, ValueAxis};
use crate::surface::{Area, Dash, Scene, Shape, Size, Stroke};
use crate::theme::Token;

/// One small series. It has no words but the caption, and so needs no fonts.
#[derive(Clone, Debug, PartialEq)]
pub struct Sparkline {
    /// The points; a `None` breaks the line.
    pub points: Decimated,
    /// The time from the left edge to the right.
    pub range: TimeRange,
    /// Which colour, as in [`crate::line::Line`].
    pub color: usize,
    /// Whether zero is the lower edge.
    pub foot: Foot,
}

impl Sparkline {
    /// Draws the line between its lowest and highest value, with a dot at its end.
    pub fn draw(&self, size: Size) -> Scene {
        let mut scene = Scene::new(size);
        let (width, height) = (f64::from(scene.size().width), f64::from(scene.size().height));
        // Room for the end's dot.
        let area = Area { x: 2.0, y: 2.0, width: (width - 4.0).max(1.0), height: (height - 4.0).max(1.0) };
        let plot = Plot { area, range: self.range };
        let axis = self.axis();
        let token = Token::series(self.color);
        let runs = plot.runs(&axis, &self.points);
        let end = runs.last().and_then(|run| run.last()).copied();
        for run in runs {
            if let [alone] = run[..] {
                scene.push(Shape::Dot { at: alone, radius: 1.0, token });
            } else {
                scene.line(run, Stroke { token, width: 1.5, dash: Dash::Solid });
            }
        }
        if let Some(at) = end {
            scene.push(Shape::Dot { at, radius: 1.5, token });
        }
        scene
    }

    /// An axis without round ends: a sparkline uses all of its height.
    fn axis(&self) -> ValueAxis {
        let (low, high) = self.points.extent().unwrap_or((0.0, 1.0));
        let (low, high) = match self.foot {
            Foot::Zero => (low.min(0.0), high.max(0.0)),
            Foot::Data => (low, high),
        };
        let fitted = ValueAxis::fit(low, high, self.foot, Unit::Unknown, 2);
        if high - low > 0.0 && (high - low).is_finite() { ValueAxis { low, high, ..fitted } } else { fitted }
    }
}

/// Draws values as block letters of eight heights for the terminal (`▁▃█ ▂`).
///
/// One letter a value; a gap is a space; values are scaled from the lowest to the highest, and all equal ones are of
/// middle height.
pub fn blocks(values: &[Option<f64>]) -> String {
    const BLOCKS: [(f64, char); 7] =
        [(1.0, '▁'), (2.0, '▂'), (3.0, '▃'), (4.0, '▄'), (5.0, '▅'), (6.0, '▆'), (7.0, '▇')];
    let values: Vec<Option<f64>> =
        values.iter().map(|value| value.filter(|number| number.is_finite())).collect();
    let low = values.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    // Halves, so that the width of the widest range is still a number.
    let width = high * 0.5 - low * 0.5;
    let block = |value: f64| {
        let share = if width > 0.0 { (value * 0.5 - low * 0.5) / width } else { 0.45 };
        BLOCKS.iter().find(|block| share * 8.0 < block.0).map_or('█', |block| block.1)
    };
    values.into_iter().map(|value| value.map_or(' ', block)).collect()
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;

    use super::*;
    use crate::surface::Caption;
    use crate::surface::font::tests::shipped;
    use crate::theme::Theme;

    #[test]
    fn the_line_uses_the_whole_height_and_ends_in_a_dot() {
        let svg = sample(&[(0, Some(1.0)), (50, Some(3.0)), (100, Some(2.0))]);

        assert!(svg.contains("points=\"2,18 49.5,2 97,10\""));
        assert!(svg.contains("<circle cx=\"97\" cy=\"10\" r=\"1.5\""));
    }

    #[test]
    fn a_gap_breaks_the_line() {
        let svg = sample(&[(0, Some(1.0)), (10, Some(3.0)), (20, None), (50, Some(2.0)), (60, Some(1.0))]);

        assert_eq!(svg.matches("<polyline").count(), 2);
    }

    #[test]
    fn odd_data_is_drawn() {
        let fonts = shipped();
        for points in [
            vec![],
            vec![(3, Some(1.0))],
            vec![(3, Some(5.0)), (4, Some(5.0))],
            vec![(3, Some(f64::MAX)), (9, Some(f64::MIN)), (11, Some(f64::NAN))],
        ] {
            assert!(!sample(&points).contains("NaN"));
            let picture = sparkline(&points).draw(Size { width: 20, height: 8 });
            assert!(picture.png(Theme::Light, &fonts).is_ok());
        }
    }

    #[test]
    fn blocks_rise_with_the_values_and_leave_gaps_open() {
        assert_eq!(blocks(&[Some(0.0), Some(3.9), None, Some(8.0)]), "▁▄ █");
        assert_eq!(blocks(&[Some(5.0), Some(5.0)]), "▄▄");
        assert_eq!(blocks(&[Some(f64::MIN), Some(f64::MAX), Some(f64::NAN)]), "▁█ ");
        assert_eq!(blocks(&[]), "");
    }

    fn sparkline(points: &[(i64, Option<f64>)]) -> Sparkline {
        let range =
            TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(101)).expect("a valid range");
        Sparkline {
            points: Decimated {
                times: points.iter().map(|point| point.0).collect(),
                values: points.iter().map(|point| point.1).collect(),
            },
            range,
            color: 0,
            foot: Foot::Data,
        }
    }

    fn sample(points: &[(i64, Option<f64>)]) -> String {
        sparkline(points).draw(Size { width: 100, height: 20 }).svg(Theme::Dark, &Caption::default())
    }
}
