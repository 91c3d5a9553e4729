//! The drawing surface: shapes in logical pixels, written as SVG or as pixels.

mod deflate;
pub(crate) mod font;
mod png;
mod svg;

pub use font::{Face, FontFiles, Fonts};

use crate::theme::{Theme, Token};

/// A failure to make a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChartError {
    /// A font file could not be read.
    #[error("the {name} font cannot be read")]
    BadFont {
        /// The role of the font: `regular`, `semibold`, `mono`, `cjk`.
        name: &'static str,
    },
    /// Pixels need glyphs that no font has; SVG can still be made, because the viewer's fonts draw it.
    #[error("no font has the characters {sample}")]
    MissingGlyphs {
        /// Up to eight of the missing characters.
        sample: String,
    },
    /// The picture has more pixels than are drawn.
    #[error("a picture of {width} x {height} is larger than {limit} pixels")]
    TooLarge {
        /// The width asked for, in logical pixels.
        width: u32,
        /// The height asked for, in logical pixels.
        height: u32,
        /// The most logical pixels that are drawn.
        limit: u32,
    },
    /// The pixel backend refused to draw.
    #[error("the pixels could not be drawn: {reason}")]
    Pixels {
        /// What it said, for logs.
        reason: String,
    },
}

/// The size of a picture in logical pixels; a PNG has twice as many each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// The words of a picture for those who do not see it, in the reader's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caption {
    /// What is drawn, in a few words.
    pub title: String,
    /// What it shows, in one sentence.
    pub description: String,
}

/// A point in logical pixels from the top left corner.
pub(crate) type Point = (f64, f64);

/// A rectangle in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    pub(crate) fn right(self) -> f64 {
        self.x + self.width
    }

    pub(crate) fn bottom(self) -> f64 {
        self.y + self.height
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) token: Token,
    pub(crate) width: f64,
    pub(crate) dash: Dash,
}

/// The dashes of lines, in the order of the series that carry them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dash {
    /// Unbroken.
    #[default]
    Solid,
    /// Long dashes.
    Long,
    /// Dots with wide gaps.
    Dotted,
    /// A dash and a dot.
    DashDot,
    /// Short dashes.
    Short,
    /// Single dots.
    Fine,
}

impl Dash {
    /// Returns the dash that belongs to series `idx`; a seventh series is solid.
    #[must_use]
    pub fn series(idx: usize) -> Self {
        const DASHES: [Dash; 6] =
            [Dash::Solid, Dash::Long, Dash::Dotted, Dash::DashDot, Dash::Short, Dash::Fine];
        DASHES.get(idx).copied().unwrap_or(Self::Solid)
    }

    /// Returns lengths of dash and gap in turn, in logical pixels; empty for a solid line.
    pub(crate) const fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Long => &[7.0, 3.0],
            Self::Dotted => &[2.0, 3.0],
            Self::DashDot => &[9.0, 3.0, 2.0, 3.0],
            Self::Short => &[4.0, 2.0],
            Self::Fine => &[1.0, 3.0],
        }
    }
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One text on its baseline.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Label {
    pub(crate) at: Point,
    pub(crate) text: String,
    pub(crate) size: f64,
    pub(crate) face: Face,
    pub(crate) anchor: Anchor,
    pub(crate) token: Token,
}

impl Label {
    /// A text of the smallest size, 11 px.
    pub(crate) fn small(at: Point, text: impl Into<String>, anchor: Anchor, token: Token) -> Self {
        Self { at, text: text.into(), size: SMALL, face: Face::Regular, anchor, token }
    }
}

/// The smallest text: 11 px, the floor of the design.
pub(crate) const SMALL: f64 = 11.0;

/// The text of titles and row names.
pub(crate) const BODY: f64 = 12.0;

/// Something drawn; later shapes cover earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A line through points; fewer than two draw nothing.
    Line { points: Vec<Point>, stroke: Stroke },
    /// The area between two lines over the same ascending x: (x, top, bottom).
    Band { columns: Vec<(f64, f64, f64)>, token: Token, opacity: f64 },
    /// A filled rectangle.
    Rect { area: Area, token: Token, opacity: f64 },
    /// Diagonal lines in a rectangle: no data.
    Hatch { area: Area, token: Token },
    /// A filled disc.
    Dot { at: Point, radius: f64, token: Token },
    /// A text.
    Text(Label),
}

/// A picture: shapes in logical pixels, without a theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    size: Size,
    shapes: Vec<Shape>,
}

/// The most logical pixels of a picture that is drawn as pixels: a limit on memory, 192 MB while drawing.
const MOST_PIXELS: u32 = 4_000_000;

impl Scene {
    /// Creates an empty picture of at least one pixel.
    pub(crate) fn new(size: Size) -> Self {
        let size = Size { width: size.width.max(1), height: size.height.max(1) };
        Self { size, shapes: Vec::new() }
    }

    /// Returns the size in logical pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    pub(crate) fn push(&mut self, shape: Shape) {
        self.shapes.push(shape);
    }

    pub(crate) fn text(&mut self, label: Label) {
        if !label.text.is_empty() {
            self.shapes.push(Shape::Text(label));
        }
    }

    pub(crate) fn line(&mut self, points: Vec<Point>, stroke: Stroke) {
        if points.len() >= 2 {
            self.shapes.push(Shape::Line { points, stroke });
        }
    }

    /// Draws a rectangle's outline with four lines.
    pub(crate) fn outline(&mut self, area: Area, stroke: Stroke) {
        let corners = vec![
            (area.x, area.y),
            (area.right(), area.y),
            (area.right(), area.bottom()),
            (area.x, area.bottom()),
            (area.x, area.y),
        ];
        self.line(corners, stroke);
    }

    /// Writes the picture as an SVG document with `role="img"`, `<title>` and `<desc>`.
    ///
    /// Texts stay texts; the document names font families and embeds none.
    pub fn svg(&self, theme: Theme, caption: &Caption) -> String {
        svg::write(self, theme, caption)
    }

    /// Draws the picture as a PNG with two pixels for each logical pixel each way.
    ///
    /// # Errors
    ///
    /// [`ChartError::MissingGlyphs`] when a text has characters that no font has, [`ChartError::TooLarge`],
    /// [`ChartError::Pixels`].
    pub fn png(&self, theme: Theme, fonts: &Fonts) -> Result<Vec<u8>, ChartError> {
        let Size { width, height } = self.size;
        if u64::from(width) * u64::from(height) > u64::from(MOST_PIXELS) {
            return Err(ChartError::TooLarge { width, height, limit: MOST_PIXELS });
        }
        let missing = self.missing_glyphs(fonts);
        if !missing.is_empty() {
            return Err(ChartError::MissingGlyphs { sample: missing });
        }
        png::draw(self, theme, fonts)
    }

    fn missing_glyphs(&self, fonts: &Fonts) -> String {
        let mut sample: Vec<char> = Vec::new();
        for shape in &self.shapes {
            if let Shape::Text(label) = shape {
                for c in fonts.missing(&label.text, label.face) {
                    if sample.len() < 8 && !sample.contains(&c) {
                        sample.push(c);
                    }
                }
            }
        }
        sample.into_iter().collect()
    }
}

/// Returns the diagonals of a hatch: lines at 45 degrees, 6 px apart along the edge, cut to the rectangle.
pub(crate) fn hatch_lines(area: Area) -> Vec<(Point, Point)> {
    const PITCH: f64 = 6.0;
    let mut lines = Vec::new();
    // Counted from the corner of the picture, so that neighbouring hatches join.
    let mut sum = ((area.x + area.y) / PITCH).ceil() * PITCH;
    let last = area.right() + area.bottom();
    while sum < last {
        let left = area.x.max(sum - area.bottom());
        let right = area.right().min(sum - area.y);
        if right > left {
            lines.push(((left, sum - left), (right, sum - right)));
        }
        sum += PITCH;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hatch_stays_in_its_rectangle() {
        let area = Area { x: 10.0, y: 5.0, width: 30.0, height: 12.0 };

        let lines = hatch_lines(area);

        assert_eq!(lines.len(), 7);
        for point in lines.iter().flat_map(|line| [line.0, line.1]) {
            assert!(area.x <= point.0 && point.0 <= area.right());
            assert!(area.y <= point.1 && point.1 <= area.bottom());
        }
    }

    #[test]
    fn characters_without_a_glyph_stop_pixels_but_not_svg() {
        let fonts = font::tests::shipped();
        let mut scene = Scene::new(Size { width: 60, height: 20 });
        scene.text(Label::small((2.0, 12.0), "结账 up", Anchor::Start, Token::Fg));

        let pixels = scene.png(Theme::Dark, &fonts);
        let text = scene.svg(Theme::Dark, &Caption::default());

        assert_eq!(pixels, Err(ChartError::MissingGlyphs { sample: "结账".to_owned() }));
        assert!(text.contains(">结账 up</text>"));
    }

    #[test]
    fn a_picture_beyond_the_limit_is_refused() {
        let scene = Scene::new(Size { width: u32::MAX, height: u32::MAX });

        let result = scene.png(Theme::Light, &font::tests::shipped());

        assert!(matches!(result, Err(ChartError::TooLarge { limit: MOST_PIXELS, .. })));
    }
}
