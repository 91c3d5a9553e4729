//! The line chart: series over time with band, last week, marks, findings and missing data.

use wardroom_core::{Grade, TimeRange, Timestamp, Unit};

use crate::decimate::Decimated;
use crate::scale::{Foot, Tick, ValueAxis};
use crate::surface::{
    Anchor, Area, BODY, Dash, Face, Fonts, Label, Point, SMALL, Scene, Shape, Size, Stroke,
};
use crate::theme::Token;

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What is written at the end of the line; nothing is written from the seventh series on.
    pub label: String,
    /// The points; a `None` breaks the line.
    pub points: Decimated,
    /// Which colour: 0 to 5 are `s1` to `s6`, others the plain mark colour.
    pub color: usize,
    /// Which dash; [`Dash::series`] of `color` keeps lines apart without colour.
    pub dash: Dash,
}

/// The range in which values were expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Milliseconds since the epoch, ascending.
    pub times: Vec<i64>,
    /// The lower ends, one for each time; `None` where nothing was expected.
    pub lower: Vec<Option<f64>>,
    /// The upper ends, likewise.
    pub upper: Vec<Option<f64>>,
    /// The colour of the series it belongs to.
    pub color: usize,
}

/// A limit drawn across the plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// Where, in the unit's base form.
    pub value: f64,
    /// What it is.
    pub label: String,
}

/// A finding: drawn in the ribbon under the plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its first moment.
    pub start: Timestamp,
    /// Its first moment afterwards.
    pub end: Timestamp,
    /// How surprising: gives height and colour.
    pub grade: Grade,
    /// A word over the ribbon's start (`level`, `spike`); may be empty.
    pub label: String,
}

/// A moment: a deploy, a restart, a note.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// What, written above the plot where there is room.
    pub label: String,
}

/// A time without samples: hatched.
#[derive(Clone, Debug, PartialEq)]
pub struct NoData {
    /// From the last sample to the next one.
    pub range: TimeRange,
    /// What is written in it where there is room.
    pub label: String,
}

/// Series over time. All words are the caller's, translated; axis and ticks are made by [`fit_axis`] and
/// [`crate::scale::time_ticks`].
#[derive(Clone, Debug, PartialEq)]
pub struct LineChart {
    /// What is drawn.
    pub title: String,
    /// The time axis.
    pub range: TimeRange,
    /// The marks of the time axis; those outside `range` are left out.
    pub ticks: Vec<Tick>,
    /// The value axis, with its unit on the top tick.
    pub axis: ValueAxis,
    /// What is said of an axis that does not start at zero ("axis starts at 160").
    pub axis_note: Option<String>,
    /// The series; later ones are drawn over earlier ones.
    pub series: Vec<Line>,
    /// The expected range.
    pub band: Option<Band>,
    /// The same time last week, moved here ([`Decimated::shifted`]); dotted.
    pub ghost: Option<Decimated>,
    /// Limits.
    pub thresholds: Vec<Threshold>,
    /// Findings.
    pub spans: Vec<Span>,
    /// Moments.
    pub marks: Vec<Mark>,
    /// Times without samples.
    pub no_data: Vec<NoData>,
}

/// Fits a value axis around everything that a chart draws.
///
/// `foot` is [`Foot::Zero`] for ratios, counters and rates. The band is looked at as well, so that it is never cut.
pub fn fit_axis(
    unit: Unit,
    foot: Foot,
    max_ticks: usize,
    series: &[Line],
    band: Option<&Band>,
    ghost: Option<&Decimated>,
    thresholds: &[Threshold],
) -> ValueAxis {
    let lines = series.iter().map(|line| &line.points).chain(ghost);
    let lines = lines.filter_map(Decimated::extent).flat_map(|(low, high)| [low, high]);
    let bands = band.into_iter().flat_map(|band| band.lower.iter().chain(&band.upper)).flatten().copied();
    let limits = thresholds.iter().map(|threshold| threshold.value);
    let (low, high) = lines
        .chain(bands)
        .chain(limits)
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (value.min(low), value.max(high)));
    ValueAxis::fit(low, high, foot, unit, max_ticks)
}

/// Where times and values stand in the picture.
pub(crate) struct Plot {
    pub(crate) area: Area,
    pub(crate) range: TimeRange,
}

impl Plot {
    /// Returns the x of a time, held at the ends of the plot.
    pub(crate) fn x(&self, at: Timestamp) -> f64 {
        let passed = at.as_millis().saturating_sub(self.range.start().as_millis()) as f64;
        self.area.x + self.area.width * (passed / self.range.millis() as f64).clamp(0.0, 1.0)
    }

    pub(crate) fn y(&self, axis: &ValueAxis, value: f64) -> f64 {
        self.area.bottom() - self.area.height * axis.share(value)
    }

    /// Returns the unbroken runs of points in the range, in pixels.
    pub(crate) fn runs(&self, axis: &ValueAxis, points: &Decimated) -> Vec<Vec<Point>> {
        let mut runs = Vec::new();
        let mut run: Vec<Point> = Vec::new();
        for (&at, &value) in points.times.iter().zip(&points.values) {
            let at = Timestamp::from_millis(at);
            let value = value.filter(|value| value.is_finite() && self.range.contains(at));
            if let Some(value) = value {
                run.push((self.x(at), self.y(axis, value)));
            } else if !run.is_empty() {
                runs.push(std::mem::take(&mut run));
            }
        }
        if !run.is_empty() {
            runs.push(run);
        }
        runs
    }

    /// Draws labels under the plot and faint rules over its height; labels that would touch are left out.
    pub(crate) fn draw_time_axis(&self, scene: &mut Scene, fonts: &Fonts, ticks: &[Tick], baseline: f64) {
        let mut free_from = f64::NEG_INFINITY;
        for tick in ticks.iter().filter(|tick| self.range.contains(tick.at)) {
            let x = self.x(tick.at);
            let rule = vec![(x, self.area.y), (x, self.area.bottom())];
            scene.line(rule, Stroke { token: Token::LineFaint, width: 1.0, dash: Dash::Solid });
            let half = fonts.width(&tick.label, Face::Regular, SMALL) * 0.5;
            let middle = x.max(half);
            if middle - half >= free_from && middle + half <= f64::from(scene.size().width) {
                free_from = middle + half + 8.0;
                scene.text(Label::small((middle, baseline), tick.label.clone(), Anchor::Middle, Token::Fg3));
            }
        }
    }

    /// Draws dotted upright rules with their labels in one row above the plot.
    pub(crate) fn draw_marks(&self, scene: &mut Scene, fonts: &Fonts, marks: &[Mark], baseline: f64) {
        let mut free_from = self.area.x;
        for mark in marks.iter().filter(|mark| self.range.contains(mark.at)) {
            let x = self.x(mark.at);
            let rule = vec![(x, baseline + 3.0), (x, self.area.bottom())];
            scene.line(rule, Stroke { token: Token::Fg2, width: 1.0, dash: Dash::Fine });
            let text = fonts.fitted(&mark.label, Face::Regular, SMALL, 140.0);
            let width = fonts.width(&text, Face::Regular, SMALL);
            let left = x.min(self.area.right() - width).max(self.area.x);
            if left >= free_from {
                free_from = left + width + 8.0;
                scene.text(Label::small((left, baseline), text, Anchor::Start, Token::Fg2));
            }
        }
    }
}

/// Height of the findings' ribbon and its distance from the plot.
const RIBBON: f64 = 7.0;
const RIBBON_GAP: f64 = 3.0;

impl LineChart {
    /// Draws the chart.
    ///
    /// Cost: linear in the points; decimate first, or the picture has more points than pixels.
    pub fn draw(&self, size: Size, fonts: &Fonts) -> Scene {
        let mut scene = Scene::new(size);
        let plot = self.plot(scene.size(), fonts);
        self.draw_head(&mut scene, fonts, &plot);
        let ribbon = if self.spans.is_empty() { 0.0 } else { RIBBON + RIBBON_GAP };
        plot.draw_time_axis(&mut scene, fonts, &self.ticks, plot.area.bottom() + ribbon + 14.0);
        self.draw_value_axis(&mut scene, &plot);
        self.draw_no_data(&mut scene, fonts, &plot);
        self.draw_band(&mut scene, &plot);
        self.draw_lines(&mut scene, &plot);
        self.draw_thresholds(&mut scene, fonts, &plot);
        plot.draw_marks(&mut scene, fonts, &self.marks, plot.area.y - 4.0);
        self.draw_ribbon(&mut scene, &plot);
        self.draw_end_labels(&mut scene, fonts, &plot);
        scene
    }

    /// Divides the picture: words and axes around, the rest is the plot.
    fn plot(&self, size: Size, fonts: &Fonts) -> Plot {
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let widest = |texts: Vec<&str>| {
            texts.into_iter().map(|text| fonts.width(text, Face::Regular, SMALL)).fold(0.0, f64::max)
        };
        let left = widest(self.axis.ticks.iter().map(|tick| tick.label.as_str()).collect()) + 10.0;
        let ends = widest(self.labelled().map(|line| line.label.as_str()).collect());
        let right = if ends > 0.0 { ends.min(width * 0.25) + 10.0 } else { 8.0 };
        let head = if self.title.is_empty() && self.axis_note.is_none() { 8.0 } else { 26.0 };
        let top = if self.marks.is_empty() { head } else { head + 16.0 };
        let bottom = if self.spans.is_empty() { 20.0 } else { 20.0 + RIBBON + RIBBON_GAP };
        let area = Area {
            x: left,
            y: top,
            width: (width - left - right).max(1.0),
            height: (height - top - bottom).max(1.0),
        };
        Plot { area, range: self.range }
    }

    fn draw_head(&self, scene: &mut Scene, fonts: &Fonts, plot: &Plot) {
        let note = self.axis_note.as_deref().unwrap_or_default();
        let right = plot.area.right();
        let room = right - fonts.width(note, Face::Regular, SMALL) - 8.0;
        let text = fonts.fitted(&self.title, Face::Semibold, BODY, room);
        scene.text(Label {
            at: (0.0, 14.0),
            text,
            size: BODY,
            face: Face::Semibold,
            anchor: Anchor::Start,
            token: Token::Fg,
        });
        scene.text(Label::small((right, 14.0), note, Anchor::End, Token::Fg3));
    }

    fn draw_value_axis(&self, scene: &mut Scene, plot: &Plot) {
        let Area { x, .. } = plot.area;
        for (idx, tick) in self.axis.ticks.iter().enumerate() {
            let y = plot.y(&self.axis, tick.value);
            let token = if idx == 0 { Token::Line } else { Token::LineFaint };
            scene.line(vec![(x, y), (plot.area.right(), y)], Stroke { token, width: 1.0, dash: Dash::Solid });
            scene.text(Label::small((x - 6.0, y + 4.0), tick.label.clone(), Anchor::End, Token::Fg3));
        }
        if self.axis_note.is_some() {
            // The break mark: the foot of this axis is not zero.
            let y = plot.area.bottom();
            let zigzag = vec![(x - 4.0, y - 3.0), (x, y - 6.0), (x, y - 2.0), (x + 4.0, y - 5.0)];
            scene.line(zigzag, Stroke { token: Token::Fg3, width: 1.0, dash: Dash::Solid });
        }
    }

    fn draw_no_data(&self, scene: &mut Scene, fonts: &Fonts, plot: &Plot) {
        for missing in &self.no_data {
            let (x, right) = (plot.x(missing.range.start()), plot.x(missing.range.end()));
            if right <= x {
                continue;
            }
            let area = Area { x, y: plot.area.y, width: right - x, height: plot.area.height };
            scene.push(Shape::Hatch { area, token: Token::LineStrong });
            let width = fonts.width(&missing.label, Face::Regular, SMALL);
            if !missing.label.is_empty() && width + 8.0 <= area.width {
                let y = area.y + area.height * 0.5;
                let left = x + (area.width - width) * 0.5 - 4.0;
                let ground = Area { x: left, y: y - 9.0, width: width + 8.0, height: 17.0 };
                scene.push(Shape::Rect { area: ground, token: Token::Surface, opacity: 1.0 });
                let at = (x + area.width * 0.5, y + 4.0);
                scene.text(Label::small(at, missing.label.clone(), Anchor::Middle, Token::Fg2));
            }
        }
    }

    fn draw_band(&self, scene: &mut Scene, plot: &Plot) {
        let Some(band) = &self.band else { return };
        let mut columns = Vec::new();
        let mut finish = |columns: &mut Vec<(f64, f64, f64)>| {
            let columns = std::mem::take(columns);
            if columns.len() >= 2 {
                scene.push(Shape::Band { columns, token: Token::series(band.color), opacity: 0.2 });
            }
        };
        for ((&at, &lower), &upper) in band.times.iter().zip(&band.lower).zip(&band.upper) {
            let at = Timestamp::from_millis(at);
            match (lower, upper) {
                (Some(lower), Some(upper)) if self.range.contains(at) && lower <= upper => {
                    columns.push((plot.x(at), plot.y(&self.axis, upper), plot.y(&self.axis, lower)));
                }
                _ => finish(&mut columns),
            }
        }
        finish(&mut columns);
    }

    fn draw_lines(&self, scene: &mut Scene, plot: &Plot) {
        if let Some(ghost) = &self.ghost {
            for run in plot.runs(&self.axis, ghost) {
                scene.line(run, Stroke { token: Token::Fg3, width: 1.0, dash: Dash::Fine });
            }
        }
        for line in &self.series {
            let token = Token::series(line.color);
            for run in plot.runs(&self.axis, &line.points) {
                if let [alone] = run[..] {
                    // A sample between two gaps has no line and would not be seen.
                    scene.push(Shape::Dot { at: alone, radius: 1.5, token });
                } else {
                    scene.line(run, Stroke { token, width: 1.5, dash: line.dash });
                }
            }
        }
    }

    fn draw_thresholds(&self, scene: &mut Scene, fonts: &Fonts, plot: &Plot) {
        for threshold in self.thresholds.iter().filter(|threshold| threshold.value.is_finite()) {
            let y = plot.y(&self.axis, threshold.value);
            let rule = vec![(plot.area.x, y), (plot.area.right(), y)];
            scene.line(rule, Stroke { token: Token::Fg2, width: 1.0, dash: Dash::Short });
            let text = fonts.fitted(&threshold.label, Face::Regular, SMALL, plot.area.width - 8.0);
            // Above the line, or below it where the plot ends.
            let baseline = if y - plot.area.y < 16.0 { y + 13.0 } else { y - 4.0 };
            scene.text(Label::small((plot.area.x + 4.0, baseline), text, Anchor::Start, Token::Fg2));
        }
    }

    fn draw_ribbon(&self, scene: &mut Scene, plot: &Plot) {
        let foot = plot.area.bottom() + RIBBON_GAP + RIBBON;
        for span in &self.spans {
            let (x, right) = (plot.x(span.start), plot.x(span.end));
            if span.end <= self.range.start() || span.start >= self.range.end() {
                continue;
            }
            let (height, token) = graded(span.grade);
            // A short finding is still seen.
            let width = (right - x).max(2.0);
            let area = Area { x: x.min(plot.area.right() - width), y: foot - height, width, height };
            scene.push(Shape::Rect { area, token, opacity: 1.0 });
            scene.text(Label::small(
                (x, plot.area.bottom() - 4.0),
                span.label.clone(),
                if x > plot.area.x + plot.area.width * 0.8 { Anchor::End } else { Anchor::Start },
                Token::Fg2,
            ));
        }
    }

    /// Returns the series that carry a label at their end.
    fn labelled(&self) -> impl Iterator<Item = &Line> {
        self.series.iter().filter(|line| line.color < 6 && !line.label.is_empty())
    }

    fn draw_end_labels(&self, scene: &mut Scene, fonts: &Fonts, plot: &Plot) {
        let x = plot.area.right() + 6.0;
        let room = f64::from(scene.size().width) - x;
        let mut ends: Vec<(f64, &Line)> = self
            .labelled()
            .map(|line| {
                let end =
                    line.points.last().map_or(plot.area.bottom(), |(_, value)| plot.y(&self.axis, value));
                (end, line)
            })
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
        let placed = spread(&wanted, 13.0, plot.area.y, plot.area.bottom());
        for ((_, line), y) in ends.iter().zip(placed) {
            let text = fonts.fitted(&line.label, Face::Regular, SMALL, room);
            scene.text(Label::small((x, y + 4.0), text, Anchor::Start, Token::series_text(line.color)));
        }
    }
}

/// Returns height and colour of a finding's bar.
pub(crate) fn graded(grade: Grade) -> (f64, Token) {
    match grade {
        Grade::Low => (3.0, Token::H3),
        Grade::Medium => (5.0, Token::H4),
        Grade::High => (RIBBON, Token::H5),
    }
}

/// Moves ascending positions apart to at least `distance`, within `low..=high` as far as there is room.
fn spread(wanted: &[f64], distance: f64, low: f64, high: f64) -> Vec<f64> {
    let mut placed: Vec<f64> = Vec::with_capacity(wanted.len());
    for &y in wanted {
        placed.push(placed.last().map_or(y, |last| y.max(last + distance)).max(low));
    }
    let mut ceiling = high;
    for y in placed.iter_mut().rev() {
        *y = y.min(ceiling);
        ceiling = *y - distance;
    }
    placed
}

#[cfg(test)]
mod tests;
