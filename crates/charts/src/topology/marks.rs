//! The small shapes of the map: grounds, glyphs, dots, curves and arrow heads.

use super::MapState;
use crate::surface::{Area, Dash, Point, Scene, Shape, Stroke};
use crate::theme::Token;

/// Draws the ground and the border of a box: the state is seen without colour.
pub(super) fn ground(scene: &mut Scene, area: Area, state: MapState) {
    let (fill, border, width, dash) = match state {
        MapState::Critical => (Token::CritBg, Token::Crit, 1.8, Dash::Solid),
        MapState::Warning => (Token::WarnBg, Token::Warn, 1.0, Dash::Solid),
        MapState::Unusual => (Token::Raised, Token::H4, 1.0, Dash::Solid),
        MapState::Usual => (Token::Raised, Token::LineStrong, 1.0, Dash::Solid),
        MapState::Silent => (Token::Inset, Token::Fg, 1.8, Dash::Long),
        MapState::Stopped => (Token::Surface, Token::Fg3, 1.0, Dash::Short),
        MapState::Unknown => (Token::Surface, Token::LineStrong, 1.0, Dash::Dotted),
    };
    // The ground hides the arrows that end at the box; the tint lies on it.
    scene.push(Shape::Rect { area, token: Token::Surface, opacity: 1.0 });
    scene.push(Shape::Rect { area, token: fill, opacity: 0.6 });
    if state == MapState::Silent {
        scene.push(Shape::Hatch { area, token: Token::Line });
    }
    scene.outline(area, Stroke { token: border, width, dash });
}

/// Draws the glyph of a state around its middle.
pub(super) fn glyph(scene: &mut Scene, (x, y): Point, radius: f64, state: MapState) {
    let line = |token| Stroke { token, width: 1.5, dash: Dash::Solid };
    match state {
        MapState::Critical => {
            let columns = vec![
                (x - radius, y + radius, y + radius),
                (x, y - radius, y + radius),
                (x + radius, y + radius, y + radius),
            ];
            scene.push(Shape::Band { columns, token: Token::Crit, opacity: 1.0 });
        }
        MapState::Warning => diamond(scene, (x, y), radius, Token::Warn),
        MapState::Unusual => diamond(scene, (x, y), radius, Token::H4),
        MapState::Usual => {
            let check =
                vec![(x - radius, y), (x - radius * 0.3, y + radius * 0.7), (x + radius, y - radius * 0.7)];
            scene.line(check, line(Token::Ok));
        }
        MapState::Silent => {
            scene.line(ring((x, y), radius), Stroke { dash: Dash::Short, ..line(Token::Fg) });
            scene.line(vec![(x - radius, y + radius), (x + radius, y - radius)], line(Token::Fg));
        }
        MapState::Stopped => scene.line(ring((x, y), radius), line(Token::Fg3)),
        MapState::Unknown => {
            scene.line(ring((x, y), radius), Stroke { dash: Dash::Fine, ..line(Token::Fg4) });
        }
    }
}

fn diamond(scene: &mut Scene, (x, y): Point, radius: f64, token: Token) {
    let columns = vec![(x - radius, y, y), (x, y - radius, y + radius), (x + radius, y, y)];
    scene.push(Shape::Band { columns, token, opacity: 1.0 });
}

/// Returns the points of a circle: 16 of them look round at this size.
fn ring((x, y): Point, radius: f64) -> Vec<Point> {
    (0..=16)
        .map(|step| {
            let angle = std::f64::consts::TAU * f64::from(step) / 16.0;
            (x + radius * angle.cos(), y + radius * angle.sin())
        })
        .collect()
}

/// Draws one thing of a counted group: a square; an empty one when no samples come.
pub(super) fn dot(scene: &mut Scene, (x, y): Point, side: f64, state: MapState) {
    let area = Area { x: x - side * 0.5, y: y - side * 0.5, width: side, height: side };
    let token = match state {
        MapState::Usual => Token::Line,
        MapState::Unknown => Token::LineFaint,
        MapState::Unusual => Token::H3,
        MapState::Warning => Token::Warn,
        MapState::Critical => Token::Crit,
        MapState::Silent | MapState::Stopped => {
            scene.outline(area, Stroke { token: Token::Fg2, width: 1.0, dash: Dash::Fine });
            return;
        }
    };
    scene.push(Shape::Rect { area, token, opacity: 1.0 });
}

/// Returns a curve through points: pieces that climb or fall are S-shaped, level ones stay straight.
pub(super) fn curve(points: &[Point]) -> Vec<Point> {
    const STEPS: u32 = 12;
    let mut curve: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let steep = (to.0 - from.0).abs() < 1.0;
        if steep || (to.1 - from.1).abs() < 0.5 {
            curve.push(to);
            continue;
        }
        for step in 1..=STEPS {
            let done = f64::from(step) / f64::from(STEPS);
            // The cubic whose handles stand level in the middle of the piece.
            let left = 1.0 - done;
            let last = done * done * done;
            let along = 1.5 * left * left * done + 1.5 * left * done * done + last;
            let up = 3.0 * left * done * done + last;
            curve.push((from.0 + (to.0 - from.0) * along, from.1 + (to.1 - from.1) * up));
        }
    }
    curve
}

/// Returns an open arrow head at the last point: level for lines that arrive from a side, upright otherwise.
pub(super) fn head(points: &[Point], length: f64) -> Vec<Point> {
    let [.., a, b] = points[..] else { return Vec::new() };
    let half = length * 0.7;
    if (b.0 - a.0).abs() < 1.0 {
        let back = if b.1 > a.1 { -length } else { length };
        return vec![(b.0 - half, b.1 + back), b, (b.0 + half, b.1 + back)];
    }
    let back = if b.0 > a.0 { -length } else { length };
    vec![(b.0 + back, b.1 - half), b, (b.0 + back, b.1 + half)]
}
