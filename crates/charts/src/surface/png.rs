//! A scene as pixels, drawn by plotters at four times the size and averaged to two.
//!
//! plotters puts points on whole pixels; drawing larger and averaging gives smooth edges and letters.

use plotters::prelude::{BitMapBackend, DrawingBackend};
use plotters::style::{FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle};

use super::{Anchor, Area, ChartError, Fonts, Label, Point, Scene, Shape, Stroke, deflate, hatch_lines};
use crate::theme::{Theme, Token};

/// Drawn pixels for each logical pixel, each way.
const DRAWN: u32 = 4;

/// Pixels of the file for each logical pixel, each way; `DRAWN` is a whole multiple.
const WRITTEN: u32 = 2;

pub(super) fn draw(scene: &Scene, theme: Theme, fonts: &Fonts) -> Result<Vec<u8>, ChartError> {
    let (width, height) = (scene.size.width * DRAWN, scene.size.height * DRAWN);
    let (red, green, blue) = Token::Surface.rgb(theme);
    let n_pixels = usize::try_from(u64::from(width) * u64::from(height)).unwrap_or(0);
    let mut pixels = [red, green, blue].repeat(n_pixels);
    {
        let backend = BitMapBackend::with_buffer(&mut pixels, (width, height));
        let mut canvas = Canvas { backend, theme, fonts };
        for shape in &scene.shapes {
            canvas.shape(shape)?;
        }
    }
    let halved = averaged(&pixels, usize::try_from(width).unwrap_or(0));
    Ok(deflate::png(scene.size.width * WRITTEN, scene.size.height * WRITTEN, &halved))
}

/// Averages squares of two by two pixels; `width` is even, in pixels.
fn averaged(pixels: &[u8], width: usize) -> Vec<u8> {
    let stride = (width * 3).max(1);
    let mut out = Vec::with_capacity(pixels.len() / 4);
    for rows in pixels.chunks_exact(2 * stride) {
        let (upper, lower) = rows.split_at(stride);
        for (above, below) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for channel in 0..3 {
                let sum: u16 = [above[channel], above[channel + 3], below[channel], below[channel + 3]]
                    .into_iter()
                    .map(u16::from)
                    .sum();
                out.push((sum / 4).to_le_bytes()[0]);
            }
        }
    }
    out
}

/// The pixel backend and what it needs to draw a shape.
struct Canvas<'a> {
    backend: BitMapBackend<'a>,
    theme: Theme,
    fonts: &'a Fonts,
}

impl Canvas<'_> {
    fn shape(&mut self, shape: &Shape) -> Result<(), ChartError> {
        match shape {
            Shape::Line { points, stroke } => self.line(points, stroke),
            Shape::Band { columns, token, opacity } => self.band(columns, self.color(*token, *opacity)),
            Shape::Rect { area, token, opacity } => self.rect(*area, self.color(*token, *opacity)),
            Shape::Hatch { area, token } => {
                let color = self.color(*token, 1.0);
                hatch_lines(*area).iter().try_for_each(|(from, to)| self.stroke(*from, *to, color, 1.0))
            }
            Shape::Dot { at, radius, token } => {
                let color = self.color(*token, 1.0);
                self.dot(*at, *radius, color)
            }
            Shape::Text(label) => self.text(label),
        }
    }

    fn color(&self, token: Token, opacity: f64) -> RGBAColor {
        let (red, green, blue) = token.rgb(self.theme);
        RGBAColor(red, green, blue, opacity)
    }

    fn line(&mut self, points: &[Point], stroke: &Stroke) -> Result<(), ChartError> {
        let color = self.color(stroke.token, 1.0);
        for part in dashes(points, stroke.dash.pattern()) {
            for pair in part.windows(2) {
                self.stroke(pair[0], pair[1], color, stroke.width)?;
            }
            // Round joints close the wedge that two straight strokes leave open.
            for joint in part.iter().skip(1).take(part.len().saturating_sub(2)) {
                self.dot(*joint, stroke.width * 0.5, color)?;
            }
        }
        Ok(())
    }

    /// Draws one straight stroke; upright and level ones are rectangles, which are exact.
    fn stroke(&mut self, from: Point, to: Point, color: RGBAColor, width: f64) -> Result<(), ChartError> {
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
        let half = width * 0.5;
        if right - left < 0.01 {
            return self.rect(Area { x: left - half, y: top, width, height: bottom - top }, color);
        }
        if bottom - top < 0.01 {
            return self.rect(Area { x: left, y: top - half, width: right - left, height: width }, color);
        }
        let stroke_width = u32::try_from(pixel(width).max(1)).unwrap_or(1);
        let style = ShapeStyle { color, filled: true, stroke_width };
        self.backend.draw_line(device(from), device(to), &style).map_err(|error| refused(&error))
    }

    fn rect(&mut self, area: Area, color: RGBAColor) -> Result<(), ChartError> {
        let (from, to) = (device((area.x, area.y)), device((area.right(), area.bottom())));
        self.backend.draw_rect(from, to, &color, true).map_err(|error| refused(&error))
    }

    fn dot(&mut self, at: Point, radius: f64, color: RGBAColor) -> Result<(), ChartError> {
        let radius = u32::try_from(pixel(radius).max(1)).unwrap_or(1);
        self.backend.draw_circle(device(at), radius, &color, true).map_err(|error| refused(&error))
    }

    /// Fills a band one pixel column at a time, so that a tint never covers itself.
    fn band(&mut self, columns: &[(f64, f64, f64)], color: RGBAColor) -> Result<(), ChartError> {
        for pair in columns.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let (start, end) = (pixel(from.0), pixel(to.0));
            for x in start..end {
                let share = f64::from(x - start) / f64::from(end - start);
                let top = pixel(from.1 + (to.1 - from.1) * share);
                let bottom = pixel(from.2 + (to.2 - from.2) * share);
                self.backend
                    .draw_rect((x, top), (x + 1, bottom), &color, true)
                    .map_err(|error| refused(&error))?;
            }
        }
        Ok(())
    }

    /// Draws a text glyph by glyph: plotters forgets the bearing of each glyph, which sets letters unevenly.
    fn text(&mut self, label: &Label) -> Result<(), ChartError> {
        let width = self.fonts.width(&label.text, label.face, label.size);
        let mut pen = match label.anchor {
            Anchor::Start => label.at.0,
            Anchor::Middle => label.at.0 - width * 0.5,
            Anchor::End => label.at.0 - width,
        };
        let color = self.color(label.token, 1.0);
        for c in label.text.chars() {
            let Some((font, glyph)) = self.fonts.glyph(c, label.face) else { continue };
            let size = label.size * f64::from(DRAWN) * font.height_in_ems();
            let style = FontDesc::new(FontFamily::Name(font.key()), size, FontStyle::Normal).color(&color);
            // The backend puts the baseline half the size below the point.
            let (x, y) =
                (pen + font.left_bearing(glyph) * label.size, label.at.1 - size * 0.5 / f64::from(DRAWN));
            let mut utf8 = [0; 4];
            self.backend
                .draw_text(c.encode_utf8(&mut utf8), &style, device((x, y)))
                .map_err(|error| refused(&error))?;
            pen += font.advance(glyph) * label.size;
        }
        Ok(())
    }
}

fn refused(error: &dyn std::fmt::Display) -> ChartError {
    ChartError::Pixels { reason: error.to_string() }
}

fn device(at: Point) -> (i32, i32) {
    (pixel(at.0), pixel(at.1))
}

/// Returns the drawn pixel of a logical coordinate, held near the picture.
#[expect(clippy::cast_possible_truncation, reason = "the value is rounded and held near the picture")]
fn pixel(logical: f64) -> i32 {
    (logical * f64::from(DRAWN)).round().clamp(-1e5, 1e5) as i32
}

/// Cuts a line into its dashes; a pattern gives lengths of dash and gap in turn, none for a solid line.
fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut lengths = pattern.iter().copied().cycle();
    let Some(mut left) = lengths.next() else { return vec![points.to_vec()] };
    let mut parts = Vec::new();
    let mut part: Vec<Point> = points.first().copied().into_iter().collect();
    let mut is_dash = true;
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        if !length.is_finite() {
            continue;
        }
        while length > left {
            let share = left / length;
            from = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            length -= left;
            if is_dash {
                part.push(from);
                parts.push(std::mem::take(&mut part));
            } else {
                part = vec![from];
            }
            is_dash = !is_dash;
            left = lengths.next().unwrap_or(1.0);
        }
        left -= length;
        if is_dash {
            part.push(to);
        }
    }
    if is_dash && part.len() >= 2 {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::deflate::tests::unpacked;
    use super::super::font::tests::shipped;
    use super::super::{Dash, Size};
    use super::*;

    #[test]
    fn a_rectangle_covers_its_pixels_and_no_others() {
        let mut scene = Scene::new(Size { width: 8, height: 6 });
        let area = Area { x: 2.0, y: 1.0, width: 3.0, height: 2.0 };
        scene.push(Shape::Rect { area, token: Token::Crit, opacity: 1.0 });

        let (width, height, pixels) = drawn(&scene);

        assert_eq!((width, height), (16, 12));
        for y in 0..12 {
            for x in 0..16 {
                let inside = (4..10).contains(&x) && (2..6).contains(&y);
                let at = (y * 16 + x) * 3;
                let token = if inside { Token::Crit } else { Token::Surface };
                let (red, green, blue) = token.rgb(Theme::Dark);
                assert_eq!(pixels[at..at + 3], [red, green, blue]);
            }
        }
    }

    #[test]
    fn a_text_stands_on_its_baseline_at_its_width() {
        let mut scene = Scene::new(Size { width: 60, height: 30 });
        scene.text(Label::small((10.0, 20.0), "HHH", Anchor::Start, Token::Fg));

        let (width, _, pixels) = drawn(&scene);

        let ground = Token::Surface.rgb(Theme::Dark);
        let is_ink = |idx: &usize| (pixels[idx * 3], pixels[idx * 3 + 1], pixels[idx * 3 + 2]) != ground;
        let ink: Vec<usize> = (0..pixels.len() / 3).filter(is_ink).collect();
        let width = usize::try_from(width).unwrap();
        let rows = ink.iter().map(|idx| idx / width);
        let columns = ink.iter().map(|idx| idx % width);
        let text_width = shipped().width("HHH", super::super::Face::Regular, 11.0);
        // Twice the logical size; the letter is 0.698 em high and ends on the baseline.
        assert!((38..=40).contains(&rows.clone().max().unwrap()));
        assert!((23..=26).contains(&rows.min().unwrap()));
        assert!(columns.clone().min().unwrap() >= 20);
        let last = f64::from(u32::try_from(columns.max().unwrap()).unwrap());
        assert!(last < 20.0 + 2.0 * text_width && last > 20.0 + 2.0 * text_width - 6.0);
    }

    #[test]
    fn dashes_follow_their_pattern_around_corners() {
        let line = [(0.0, 0.0), (5.0, 0.0), (5.0, 10.0)];

        let parts = dashes(&line, Dash::Long.pattern());

        assert_eq!(parts, [vec![(0.0, 0.0), (5.0, 0.0), (5.0, 2.0)], vec![(5.0, 5.0), (5.0, 10.0)]]);
        assert_eq!(dashes(&line, &[]), [line.to_vec()]);
        assert!(dashes(&[], Dash::Fine.pattern()).is_empty());
    }

    #[test]
    fn shapes_outside_the_picture_do_no_harm() {
        let mut scene = Scene::new(Size { width: 10, height: 10 });
        let stroke = Stroke { token: Token::S1, width: 1.5, dash: Dash::Solid };
        scene.line(vec![(-1e4, -50.0), (1e4, 40.0), (f64::NAN, 3.0), (5.0, f64::INFINITY)], stroke);
        scene.push(Shape::Dot { at: (-90.0, 400.0), radius: 3.0, token: Token::Fg });
        scene.text(Label::small((900.0, -20.0), "away", Anchor::End, Token::Fg));

        assert_eq!(drawn(&scene).0, 20);
    }

    #[test]
    fn a_picture_without_size_has_one_pixel() {
        let scene = Scene::new(Size { width: 0, height: 0 });

        assert_eq!((drawn(&scene).0, drawn(&scene).1), (2, 2));
    }

    fn drawn(scene: &Scene) -> (u32, u32, Vec<u8>) {
        unpacked(&scene.png(Theme::Dark, &shipped()).expect("the scene is drawn"))
    }
}
