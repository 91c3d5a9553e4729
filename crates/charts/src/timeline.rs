//! The onset chart: what departed from the usual, in the order in which it began.

use wardroom_core::{Grade, TimeRange, Timestamp};

use crate::line::{Mark, Plot, graded};
use crate::scale::Tick;
use crate::surface::{Anchor, Area, BODY, Dash, Face, Fonts, Label, SMALL, Scene, Shape, Size, Stroke};
use crate::theme::Token;

/// How the bar of a row is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarFill {
    /// Samples came and were unusual.
    Solid,
    /// No samples came: the row is silent.
    Hatch,
}

/// One thing that departed from the usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnsetRow {
    /// Its name.
    pub label: String,
    /// The first sample outside the band.
    pub start: Timestamp,
    /// The first sample back inside; `None` while it lasts.
    pub end: Option<Timestamp>,
    /// What is written before the bar: the lag ("+34 s").
    pub text_left: String,
    /// What is written behind the plot: one fact ("latency, 12 times usual").
    pub text_right: String,
    /// How surprising: gives the colour and the height of the bar.
    pub grade: Grade,
    /// Whether samples came.
    pub fill: BarFill,
}

/// Rows by onset over one time axis. The caller sorts them; the first is only the first, never "the cause".
#[derive(Clone, Debug, PartialEq)]
pub struct OnsetChart {
    /// What is drawn.
    pub title: String,
    /// The time axis.
    pub range: TimeRange,
    /// The marks of the time axis.
    pub ticks: Vec<Tick>,
    /// One line each, drawn from the top in this order; what does not fit the height is left out.
    pub rows: Vec<OnsetRow>,
    /// Moments over all rows: the first alert, a deploy.
    pub marks: Vec<Mark>,
    /// What is written under the last row when rows were left out, made by the caller from [`OnsetChart::fits`].
    pub rest: String,
}

const ROW: f64 = 24.0;
const FOOT: f64 = 20.0;

impl OnsetChart {
    /// Returns the height at which all `rows` fit, in logical pixels.
    pub fn height(&self) -> u32 {
        let rows = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let rest = if self.rest.is_empty() { 0 } else { 16 };
        let head = if self.title.is_empty() { 8 } else { 26 };
        let marks = if self.marks.is_empty() { 0 } else { 16 };
        rows.saturating_mul(24).saturating_add(head + marks + rest + 20)
    }

    /// Returns how many rows are drawn in a height of `height` logical pixels.
    pub fn fits(&self, height: u32) -> usize {
        let room = f64::from(height) - self.top() - self.bottom();
        let mut n = 0;
        let mut used = ROW;
        while n < self.rows.len() && used <= room + 0.5 {
            n += 1;
            used += ROW;
        }
        n
    }

    fn top(&self) -> f64 {
        let head = if self.title.is_empty() { 8.0 } else { 26.0 };
        if self.marks.is_empty() { head } else { head + 16.0 }
    }

    fn bottom(&self) -> f64 {
        if self.rest.is_empty() { FOOT } else { FOOT + 16.0 }
    }

    /// Draws the chart.
    pub fn draw(&self, size: Size, fonts: &Fonts) -> Scene {
        let mut scene = Scene::new(size);
        let width = f64::from(scene.size().width);
        let rows = &self.rows[..self.fits(scene.size().height)];
        let names = widest(fonts, rows.iter().map(|row| (row.label.as_str(), BODY))).min(width * 0.3);
        let lags = widest(fonts, rows.iter().map(|row| (row.text_left.as_str(), SMALL))).min(width * 0.15);
        let facts = widest(fonts, rows.iter().map(|row| (row.text_right.as_str(), SMALL))).min(width * 0.25);
        let left = names + lags + 20.0;
        let height = ROW * rows.len() as f64;
        let area = Area { x: left, y: self.top(), width: (width - left - facts - 10.0).max(1.0), height };
        let plot = Plot { area, range: self.range };
        scene.text(Label {
            at: (0.0, 14.0),
            text: fonts.fitted(&self.title, Face::Semibold, BODY, width),
            size: BODY,
            face: Face::Semibold,
            anchor: Anchor::Start,
            token: Token::Fg,
        });
        plot.draw_time_axis(&mut scene, fonts, &self.ticks, area.bottom() + 14.0);
        let widths = Columns { names, lags, facts };
        for (row, idx) in rows.iter().zip(0_u32..) {
            let y = area.y + ROW * f64::from(idx);
            self.draw_row(&mut scene, fonts, &plot, row, (y, &widths));
        }
        plot.draw_marks(&mut scene, fonts, &self.marks, area.y - 4.0);
        let rest = fonts.fitted(&self.rest, Face::Regular, SMALL, width);
        scene.text(Label::small((0.0, area.bottom() + 30.0), rest, Anchor::Start, Token::Fg3));
        scene
    }

    fn draw_row(
        &self,
        scene: &mut Scene,
        fonts: &Fonts,
        plot: &Plot,
        row: &OnsetRow,
        (y, widths): (f64, &Columns),
    ) {
        let right = f64::from(scene.size().width);
        let rule = vec![(0.0, y + ROW), (right, y + ROW)];
        scene.line(rule, Stroke { token: Token::LineFaint, width: 1.0, dash: Dash::Solid });
        let baseline = y + 16.0;
        scene.text(Label {
            at: (0.0, baseline),
            text: fonts.fitted(&row.label, Face::Regular, BODY, widths.names),
            size: BODY,
            face: Face::Regular,
            anchor: Anchor::Start,
            token: Token::Fg,
        });
        let lag = fonts.fitted(&row.text_left, Face::Regular, SMALL, widths.lags);
        scene.text(Label::small((plot.area.x - 8.0, baseline), lag, Anchor::End, Token::Fg2));
        let fact = fonts.fitted(&row.text_right, Face::Regular, SMALL, widths.facts);
        scene.text(Label::small((plot.area.right() + 8.0, baseline), fact, Anchor::Start, Token::Fg3));
        let end = row.end.unwrap_or(self.range.end());
        if row.start >= self.range.end() || end <= self.range.start() {
            return;
        }
        let (height, token) = graded(row.grade);
        // 10, 14 or 18 pixels: the grade is seen without colour.
        let height = height * 2.0 + 4.0;
        let x = plot.x(row.start);
        // A departure of one sample is still seen.
        let width = (plot.x(end) - x).max(3.0);
        let area = Area { x: x.min(plot.area.right() - width), y: y + (ROW - height) * 0.5, width, height };
        match row.fill {
            BarFill::Solid => scene.push(Shape::Rect { area, token, opacity: 1.0 }),
            BarFill::Hatch => {
                scene.push(Shape::Hatch { area, token: Token::Fg3 });
                scene.outline(area, Stroke { token: Token::Fg3, width: 1.0, dash: Dash::Short });
            }
        }
    }
}

/// Widths of the three columns of words, in logical pixels.
struct Columns {
    names: f64,
    lags: f64,
    facts: f64,
}

/// Returns the width of the widest of some texts, each with its size.
fn widest<'a>(fonts: &Fonts, texts: impl Iterator<Item = (&'a str, f64)>) -> f64 {
    texts.map(|(text, size)| fonts.width(text, Face::Regular, size)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::time_ticks;
    use crate::surface::Caption;
    use crate::surface::font::tests::shipped;
    use crate::theme::Theme;

    #[test]
    fn rows_stand_in_the_order_given_with_their_words() {
        let chart = sample();

        let svg = svg(&chart, chart.height());

        let db = svg.find(">db-m1</text>").expect("the first row");
        let checkout = svg.find(">checkout</text>").expect("the second row");
        assert!(db < checkout);
        for text in ["+46 s", "5xx, 40 times usual", "first alert", "02:30"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text} is written");
        }
    }

    #[test]
    fn a_silent_row_is_hatched_and_a_grade_has_its_height() {
        let chart = sample();

        let svg = svg(&chart, chart.height());

        assert_eq!(svg.matches("class=\"hatch\"").count(), 1);
        assert!(svg.contains("height=\"18\" fill=\"#f5e378\""));
    }

    #[test]
    fn rows_beyond_the_height_are_left_out_and_counted() {
        let mut chart = sample();
        chart.rows = vec![chart.rows[0].clone(); 10];
        chart.rest = "and 7 more".to_owned();

        assert_eq!(chart.fits(chart.height()), 10);
        assert_eq!(chart.fits(chart.height() - 7 * 24), 3);
        assert_eq!(chart.fits(0), 0);
        assert_eq!(svg(&chart, chart.height() - 7 * 24).matches(">db-m1</text>").count(), 3);
    }

    #[test]
    fn odd_charts_are_drawn_in_both_themes() {
        let fonts = shipped();
        let mut far = sample();
        far.rows[0].start = Timestamp::from_millis(i64::MIN);
        far.rows[1].start = Timestamp::from_millis(i64::MAX);
        let bare = OnsetChart { rows: Vec::new(), marks: Vec::new(), title: String::new(), ..sample() };

        for chart in [far, bare, sample()] {
            for (width, height) in [(0, 0), (40, 30), (420, 140)] {
                let scene = chart.draw(Size { width, height }, &fonts);
                for theme in [Theme::Dark, Theme::Light] {
                    assert!(scene.svg(theme, &Caption::default()).starts_with("<svg "));
                    assert_eq!(
                        scene.png(theme, &fonts),
                        chart.draw(Size { width, height }, &fonts).png(theme, &fonts)
                    );
                    assert!(scene.png(theme, &fonts).is_ok());
                }
            }
        }
    }

    fn svg(chart: &OnsetChart, height: u32) -> String {
        chart.draw(Size { width: 800, height }, &shipped()).svg(Theme::Dark, &Caption::default())
    }

    fn sample() -> OnsetChart {
        let at = |minutes: i64| Timestamp::from_millis(minutes * 60_000);
        let range = TimeRange::new(at(120), at(240)).expect("valid");
        let row = |label: &str, start, lag: &str, fact: &str, grade, fill| OnsetRow {
            label: label.to_owned(),
            start,
            end: None,
            text_left: lag.to_owned(),
            text_right: fact.to_owned(),
            grade,
            fill,
        };
        OnsetChart {
            title: "What began when".to_owned(),
            range,
            ticks: time_ticks(range, 5, &|_| 0),
            rows: vec![
                row("db-m1", at(177), "first", "no samples", Grade::High, BarFill::Hatch),
                row("checkout", at(178), "+46 s", "5xx, 40 times usual", Grade::High, BarFill::Solid),
            ],
            marks: vec![Mark { at: at(180), label: "first alert".to_owned() }],
            rest: String::new(),
        }
    }
}
