//! The map: boxes and arrows of a laid out graph, and counted groups of dots.

mod marks;

use std::collections::BTreeMap;

use crate::surface::{Anchor, Area, BODY, Dash, Face, Fonts, Label, SMALL, Scene, Shape, Size, Stroke};
use crate::theme::Token;

/// How a thing on the map does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MapState {
    /// As usual.
    Usual,
    /// Departs from the usual, no rule says that this is bad.
    Unusual,
    /// A warning.
    Warning,
    /// Critical.
    Critical,
    /// No samples come.
    Silent,
    /// Stopped on purpose.
    Stopped,
    /// Nothing is measured of it.
    #[default]
    Unknown,
}

/// One box of the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapBox {
    /// Its name.
    pub label: String,
    /// One fact under the name; may be empty.
    pub fact: String,
    /// Its centre.
    pub at: (f64, f64),
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// How it does.
    pub state: MapState,
    /// Whether a ring marks it as the one that was asked about.
    pub ringed: bool,
}

/// One arrow of the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapArrow {
    /// Its points, as the layout routed it; drawn as a curve through them, with its head at the last.
    pub points: Vec<(f64, f64)>,
    /// What is written beside its head, as "+31 s"; may be empty.
    pub label: String,
    /// Its share of all calls, 0 to 1: the width of the line.
    pub share: f64,
    /// Solid for what telemetry shows, dashed for what is only declared.
    pub dash: Dash,
    /// Whether it is drawn stronger than the others.
    pub strong: bool,
}

/// A heading over the drawing, at an x.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapHeading {
    /// What it says.
    pub label: String,
    /// Where it starts.
    pub at: (f64, f64),
}

/// A counted group: a dashed box of dots.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapDots {
    /// Its name.
    pub label: String,
    /// What is written at its right, as "142".
    pub count: String,
    /// Its left and upper border.
    pub at: (f64, f64),
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The centre and state of each dot.
    pub dots: Vec<((f64, f64), MapState)>,
}

/// A bundle of edges between groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapBundleLine {
    /// Its points.
    pub points: Vec<(f64, f64)>,
    /// Its share of all edges, 0 to 1: the width of the line.
    pub share: f64,
}

/// A laid out map, in logical pixels from its own top left corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDrawing {
    /// What is drawn.
    pub title: String,
    /// What is written under the title, in one line.
    pub lead: String,
    /// The boxes.
    pub boxes: Vec<MapBox>,
    /// The arrows.
    pub arrows: Vec<MapArrow>,
    /// Headings over layers and columns.
    pub headings: Vec<MapHeading>,
    /// Counted groups.
    pub groups: Vec<MapDots>,
    /// Bundles between groups.
    pub bundles: Vec<MapBundleLine>,
    /// What is written under the drawing: what was drawn, bundled and dropped.
    pub foot: String,
}

const MARGIN: f64 = 24.0;

/// What a box has beside its words: its glyph and its borders.
const BESIDE: f64 = 34.0;
/// From the border of a box to the words below its glyph.
const INSET: f64 = 9.0;

/// The most logical pixels each way; a larger map is drawn smaller, without its words where they cannot be read.
const MOST: f64 = 6_000.0;

impl TopologyDrawing {
    /// Returns the size in which the map is drawn one to one, at most 6,000 logical pixels each way.
    pub fn size(&self) -> Size {
        let (left, top, right, bottom) = self.extent();
        let side = |length: f64| whole((length + 2.0 * MARGIN).clamp(1.0, MOST));
        Size { width: side(right - left), height: side(bottom - top + self.head() + self.tail()) }
    }

    /// Draws the map. It is made smaller to fit `size`, never larger; text below 7 px is left out.
    pub fn draw(&self, size: Size, fonts: &Fonts) -> Scene {
        let mut scene = Scene::new(size);
        let (width, height) = (f64::from(scene.size().width), f64::from(scene.size().height));
        let (left, top, right, bottom) = self.extent();
        let room = (width - 2.0 * MARGIN, height - 2.0 * MARGIN - self.head() - self.tail());
        let fit = |room: f64, length: f64| if length > 0.0 { (room / length).max(0.001) } else { 1.0 };
        let scale = fit(room.0, right - left).min(fit(room.1, bottom - top)).min(1.0);
        let view = View { scale, dx: MARGIN - left * scale, dy: MARGIN + self.head() - top * scale };
        self.words(&mut scene, fonts, (width, height));
        for bundle in &self.bundles {
            view.bundle(&mut scene, bundle);
        }
        for group in &self.groups {
            view.group(&mut scene, fonts, group);
        }
        for arrow in self.arrows.iter().filter(|arrow| !arrow.strong) {
            view.arrow(&mut scene, arrow);
        }
        for arrow in self.arrows.iter().filter(|arrow| arrow.strong) {
            view.arrow(&mut scene, arrow);
        }
        for (node, name) in self.boxes.iter().zip(self.names(fonts)) {
            view.node(&mut scene, fonts, node, &name);
        }
        for arrow in &self.arrows {
            view.lag(&mut scene, fonts, arrow);
        }
        for heading in &self.headings {
            view.text(&mut scene, &heading.label, heading.at, (BODY, Face::Regular, Token::Fg2));
        }
        scene
    }

    /// Returns the name of each box as it is written beside its glyph: cut at its end, or where others would look the
    /// same, in its middle.
    fn names(&self, fonts: &Fonts) -> Vec<String> {
        let written = |node: &MapBox| fonts.fitted(&node.label, Face::Semibold, BODY, node.width - BESIDE);
        let mut names: Vec<String> = self.boxes.iter().map(written).collect();
        let mut alike: BTreeMap<String, u32> = BTreeMap::new();
        for name in &names {
            *alike.entry(name.clone()).or_default() += 1;
        }
        for (node, name) in self.boxes.iter().zip(&mut names) {
            if *name != node.label && alike.get(name.as_str()).is_some_and(|&count| count > 1) {
                *name = fonts.fitted_between(&node.label, Face::Semibold, BODY, node.width - BESIDE);
            }
        }
        names
    }

    fn head(&self) -> f64 {
        20.0 * f64::from(u8::from(!self.title.is_empty()) + u8::from(!self.lead.is_empty()))
    }

    fn tail(&self) -> f64 {
        if self.foot.is_empty() { 0.0 } else { 20.0 }
    }

    fn words(&self, scene: &mut Scene, fonts: &Fonts, (width, height): (f64, f64)) {
        let room = width - 2.0 * MARGIN;
        let mut line = |text: &str, y: f64, face: Face, size: f64, token: Token| {
            scene.text(Label {
                at: (MARGIN, y),
                text: fonts.fitted(text, face, size, room),
                size,
                face,
                anchor: Anchor::Start,
                token,
            });
        };
        line(&self.title, 20.0, Face::Semibold, BODY, Token::Fg);
        let lead = if self.title.is_empty() { 20.0 } else { 40.0 };
        line(&self.lead, lead, Face::Regular, BODY, Token::Fg2);
        line(&self.foot, height - 12.0, Face::Regular, SMALL, Token::Fg3);
    }

    /// Returns the borders of all that is drawn: left, top, right, bottom.
    fn extent(&self) -> (f64, f64, f64, f64) {
        let boxes = self.boxes.iter().flat_map(|node| {
            let (w, h) = (node.width * 0.5, node.height * 0.5);
            [(node.at.0 - w, node.at.1 - h), (node.at.0 + w, node.at.1 + h)]
        });
        let groups = self
            .groups
            .iter()
            .flat_map(|group| [group.at, (group.at.0 + group.width, group.at.1 + group.height)]);
        let lines = self.arrows.iter().flat_map(|arrow| arrow.points.iter().copied());
        let bundles = self.bundles.iter().flat_map(|bundle| bundle.points.iter().copied());
        let headings =
            self.headings.iter().flat_map(|heading| [(heading.at.0, heading.at.1 - BODY), heading.at]);
        let all = boxes.chain(groups).chain(lines).chain(bundles).chain(headings);
        let found =
            all.filter(|point| point.0.is_finite() && point.1.is_finite()).fold(None, |extent, (x, y)| {
                let (left, top, right, bottom) = extent.unwrap_or((x, y, x, y));
                Some((x.min(left), y.min(top), x.max(right), y.max(bottom)))
            });
        found.unwrap_or((0.0, 0.0, 0.0, 0.0))
    }
}

/// Returns the fact of a node: in one line where that fits beside the glyph, or else in two as wide as the node, broken
/// between words. A number that is cut would be another number.
fn fact_lines(fonts: &Fonts, node: &MapBox) -> Vec<String> {
    let fact = node.fact.as_str();
    let fits = |text: &str, room: f64| fonts.width(text, Face::Regular, SMALL) <= room;
    let cut = |text: &str, room: f64| fonts.fitted(text, Face::Regular, SMALL, room);
    if fact.is_empty() {
        return Vec::new();
    }
    let room = node.width - 2.0 * INSET;
    let blanks = fact.match_indices(' ').map(|(at, _)| at).filter(|at| !is_before_unit(fact, *at));
    let last = blanks.take_while(|at| fits(&fact[..*at], room)).last();
    match last.filter(|_| !fits(fact, node.width - BESIDE)) {
        Some(at) => vec![fact[..at].to_owned(), cut(&fact[at + 1..], room)],
        None => vec![cut(fact, node.width - BESIDE)],
    }
}

/// Reports whether a unit stands behind the blank at a place, which belongs to the number before it.
fn is_before_unit(text: &str, blank: usize) -> bool {
    let rest = &text[blank + 1..];
    let word = rest.split(' ').next().unwrap_or_default();
    rest.starts_with(['/', '%']) || ["ms", "s", "min", "h", "d"].contains(&word)
}

/// Rounds a length up to whole pixels; 1 at least.
fn whole(length: f64) -> u32 {
    let (mut low, mut high) = (1_u32, 1 << 13);
    while low < high {
        let middle = u32::midpoint(low, high);
        if f64::from(middle) < length {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// From the map to the picture.
#[derive(Clone, Copy, Debug)]
struct View {
    scale: f64,
    dx: f64,
    dy: f64,
}

impl View {
    fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x * self.scale + self.dx, y * self.scale + self.dy)
    }

    /// Returns points of the picture; those that are nowhere are left out.
    fn points(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        points
            .iter()
            .map(|&point| self.point(point))
            .filter(|point| (point.0 + point.1).is_finite())
            .collect()
    }

    fn area(&self, at: (f64, f64), width: f64, height: f64) -> Area {
        let (x, y) = self.point(at);
        Area { x, y, width: width * self.scale, height: height * self.scale }
    }

    /// Writes a text on its baseline when it can be read.
    fn text(&self, scene: &mut Scene, text: &str, at: (f64, f64), (size, face, token): (f64, Face, Token)) {
        let size = size * self.scale;
        if size >= 7.0 {
            let at = self.point(at);
            scene.text(Label { at, text: text.to_owned(), size, face, anchor: Anchor::Start, token });
        }
    }

    fn node(&self, scene: &mut Scene, fonts: &Fonts, node: &MapBox, name: &str) {
        let corner = (node.at.0 - node.width * 0.5, node.at.1 - node.height * 0.5);
        let area = self.area(corner, node.width, node.height);
        if !drawable(area) {
            return;
        }
        marks::ground(scene, area, node.state);
        if node.ringed {
            let around =
                Area { x: area.x - 4.0, y: area.y - 4.0, width: area.width + 8.0, height: area.height + 8.0 };
            scene.outline(around, Stroke { token: Token::Fg, width: 1.5, dash: Dash::Solid });
        }
        if SMALL * self.scale < 7.0 {
            return;
        }
        let facts = fact_lines(fonts, node);
        let level = node.at.1 - 7.0 * facts.len() as f64;
        marks::glyph(scene, self.point((corner.0 + 15.0, level)), 5.0 * self.scale, node.state);
        self.text(scene, name, (corner.0 + 28.0, level + 4.0), (BODY, Face::Semibold, Token::Fg));
        // One line stands beside the glyph, two have the whole width below it.
        let (left, mut baseline) = if facts.len() > 1 { (INSET, 5.0) } else { (28.0, 13.0) };
        for fact in &facts {
            let at = (corner.0 + left, node.at.1 + baseline);
            self.text(scene, fact, at, (SMALL, Face::Regular, Token::Fg2));
            baseline += 13.0;
        }
    }

    fn arrow(&self, scene: &mut Scene, arrow: &MapArrow) {
        let points = self.points(&arrow.points);
        // Edge width is the share of calls, 1.3 to 2.4 (DESIGN, section 8).
        let width = 1.3 + 1.1 * share(arrow.share);
        let token = if arrow.strong { Token::Fg } else { Token::Fg4 };
        scene.line(marks::curve(&points), Stroke { token, width, dash: arrow.dash });
        scene.line(marks::head(&points, 7.0 * self.scale), Stroke { token, width, dash: Dash::Solid });
    }

    /// Writes the label of an arrow above its last piece, on a ground of its own.
    fn lag(&self, scene: &mut Scene, fonts: &Fonts, arrow: &MapArrow) {
        let [.., a, b] = self.points(&arrow.points)[..] else { return };
        let size = SMALL * self.scale;
        if arrow.label.is_empty() || size < 7.0 {
            return;
        }
        let (x, y) = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1) - 5.0 * self.scale);
        let width = fonts.width(&arrow.label, Face::Semibold, size) + 4.0;
        let area = Area { x: x - width * 0.5, y: y - size, width, height: size + 3.0 };
        scene.push(Shape::Rect { area, token: Token::Surface, opacity: 0.85 });
        scene.text(Label {
            at: (x, y),
            text: arrow.label.clone(),
            size,
            face: Face::Semibold,
            anchor: Anchor::Middle,
            token: Token::Fg,
        });
    }

    fn group(&self, scene: &mut Scene, fonts: &Fonts, group: &MapDots) {
        let area = self.area(group.at, group.width, group.height);
        if !drawable(area) {
            return;
        }
        scene.push(Shape::Rect { area, token: Token::Surface, opacity: 1.0 });
        scene.outline(area, Stroke { token: Token::LineStrong, width: 1.0, dash: Dash::Dotted });
        let count = fonts.width(&group.count, Face::Regular, SMALL);
        let name = fonts.fitted(&group.label, Face::Regular, SMALL, group.width - count - 24.0);
        let baseline = group.at.1 + 15.0;
        self.text(scene, &name, (group.at.0 + 8.0, baseline), (SMALL, Face::Regular, Token::Fg2));
        let end = (group.at.0 + group.width - 8.0 - count, baseline);
        self.text(scene, &group.count, end, (SMALL, Face::Regular, Token::Fg3));
        for &(at, state) in group.dots.iter().filter(|dot| (dot.0.0 + dot.0.1).is_finite()) {
            marks::dot(scene, self.point(at), 5.0 * self.scale, state);
        }
    }

    fn bundle(&self, scene: &mut Scene, bundle: &MapBundleLine) {
        let points = self.points(&bundle.points);
        let width = (1.0 + 5.0 * share(bundle.share)) * self.scale.max(0.3);
        scene.line(marks::curve(&points), Stroke { token: Token::Line, width, dash: Dash::Solid });
    }
}

/// Reports whether a rectangle is somewhere: a dashed border that is nowhere would never end.
fn drawable(area: Area) -> bool {
    (area.x + area.y + area.width + area.height).is_finite()
}

/// Returns a share between 0 and 1, 0 for anything that is none.
fn share(value: f64) -> f64 {
    if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests;
