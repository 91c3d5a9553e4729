//! A scene as an SVG document.

use super::{Anchor, Area, Caption, Dash, Face, Label, Point, Scene, Shape, Size, Stroke, hatch_lines};
use crate::theme::{Theme, Token};

/// The text families: the window's own, then what systems have for Han characters.
const SANS: &str = "IBM Plex Sans Variable, IBM Plex Sans, Wardroom Sans, WR Symbols, Noto Sans SC, \
                    Noto Sans CJK SC, PingFang SC, Microsoft YaHei UI, system-ui, sans-serif";
const MONO: &str = "IBM Plex Mono, Wardroom Mono, WR Symbols, Noto Sans Mono CJK SC, ui-monospace, monospace";

pub(super) fn write(scene: &Scene, theme: Theme, caption: &Caption) -> String {
    let Size { width, height } = scene.size;
    let ground = Token::Surface.hex(theme);
    let mut lines = vec![
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\" font-family=\"{SANS}\">",
            escaped(&spoken(caption))
        ),
        format!("<title>{}</title>", escaped(&caption.title)),
        format!("<desc>{}</desc>", escaped(&caption.description)),
        format!("<rect width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>"),
    ];
    lines.extend(scene.shapes.iter().map(|shape| element(shape, theme)));
    lines.push("</svg>\n".to_owned());
    lines.join("\n")
}

/// Returns what a screen reader says: the title and the sentence.
fn spoken(caption: &Caption) -> String {
    match (caption.title.as_str(), caption.description.as_str()) {
        (title, "") => title.to_owned(),
        ("", description) => description.to_owned(),
        (title, description) => format!("{title}. {description}"),
    }
}

fn element(shape: &Shape, theme: Theme) -> String {
    match shape {
        Shape::Line { points, stroke } => {
            format!("<polyline points=\"{}\" fill=\"none\"{}/>", joined(points), stroked(stroke, theme))
        }
        Shape::Band { columns, token, opacity } => {
            let tops = columns.iter().map(|column| (column.0, column.1));
            let bottoms = columns.iter().rev().map(|column| (column.0, column.2));
            let points: Vec<Point> = tops.chain(bottoms).collect();
            let fill = filled(*token, *opacity, theme);
            format!("<polygon points=\"{}\"{fill}/>", joined(&points))
        }
        Shape::Rect { area, token, opacity } => {
            let Area { x, y, width, height } = *area;
            let fill = filled(*token, *opacity, theme);
            let (x, y, width, height) = (number(x), number(y), number(width), number(height));
            format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{fill}/>")
        }
        Shape::Hatch { area, token } => {
            let lines: Vec<String> = hatch_lines(*area)
                .iter()
                .map(|(a, b)| format!("M{} {}L{} {}", number(a.0), number(a.1), number(b.0), number(b.1)))
                .collect();
            let path = lines.concat();
            let stroke = Stroke { token: *token, width: 1.0, dash: Dash::Solid };
            format!("<path class=\"hatch\" d=\"{path}\" fill=\"none\"{}/>", stroked(&stroke, theme))
        }
        Shape::Dot { at, radius, token } => {
            let fill = filled(*token, 1.0, theme);
            format!(
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{fill}/>",
                number(at.0),
                number(at.1),
                number(*radius)
            )
        }
        Shape::Text(label) => text(label, theme),
    }
}

fn text(label: &Label, theme: Theme) -> String {
    let anchor = match label.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let face = match label.face {
        Face::Regular => String::new(),
        Face::Semibold => " font-weight=\"600\"".to_owned(),
        Face::Mono => format!(" font-family=\"{MONO}\""),
    };
    let (x, y, size) = (number(label.at.0), number(label.at.1), number(label.size));
    let fill = label.token.hex(theme);
    let words = escaped(&label.text);
    format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}{face} fill=\"{fill}\">{words}</text>")
}

fn filled(token: Token, opacity: f64, theme: Theme) -> String {
    let fill = token.hex(theme);
    if opacity < 1.0 {
        format!(" fill=\"{fill}\" fill-opacity=\"{opacity:.2}\"")
    } else {
        format!(" fill=\"{fill}\"")
    }
}

fn stroked(stroke: &Stroke, theme: Theme) -> String {
    let dash = match stroke.dash.pattern() {
        [] => String::new(),
        lengths => {
            let lengths: Vec<String> = lengths.iter().map(|&length| number(length)).collect();
            format!(" stroke-dasharray=\"{}\"", lengths.join(" "))
        }
    };
    let (hex, width) = (stroke.token.hex(theme), number(stroke.width));
    format!(" stroke=\"{hex}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{dash}")
}

fn joined(points: &[Point]) -> String {
    let pairs: Vec<String> =
        points.iter().map(|point| format!("{},{}", number(point.0), number(point.1))).collect();
    pairs.join(" ")
}

/// Writes a coordinate with one decimal, without needless zeros.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Makes text safe between tags and in attributes; characters that XML forbids are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_break_out_of_the_document() {
        let mut scene = Scene::new(Size { width: 10, height: 10 });
        scene.text(Label::small((0.0, 0.0), "a<b>&\"'\u{0}\n", Anchor::End, Token::Fg));

        let svg = scene.svg(
            Theme::Light,
            &Caption { title: "\"><script>".to_owned(), description: "One & two".to_owned() },
        );

        assert!(svg.contains(">a&lt;b&gt;&amp;&quot;&apos; </text>"));
        assert!(svg.contains("<title>&quot;&gt;&lt;script&gt;</title>\n<desc>One &amp; two</desc>"));
        assert!(svg.contains("role=\"img\" aria-label=\"&quot;&gt;&lt;script&gt;. One &amp; two\""));
        assert!(!svg.contains("<script"));
    }

    #[test]
    fn shapes_become_elements_with_the_theme_of_the_call() {
        let mut scene = Scene::new(Size { width: 10, height: 10 });
        let stroke = Stroke { token: Token::S1, width: 1.5, dash: Dash::Long };
        scene.line(vec![(0.0, 1.2), (-0.01, 3.0)], stroke);
        let area = Area { x: 1.0, y: 1.0, width: 2.0, height: 2.0 };
        scene.push(Shape::Rect { area, token: Token::H5, opacity: 0.2 });

        let (dark, light) =
            (scene.svg(Theme::Dark, &Caption::default()), scene.svg(Theme::Light, &Caption::default()));

        assert!(dark.contains(
            "<polyline points=\"0,1.2 0,3\" fill=\"none\" stroke=\"#64bcf7\" stroke-width=\"1.5\" \
             stroke-linejoin=\"round\" stroke-dasharray=\"7 3\"/>"
        ));
        assert!(light.contains("fill=\"#162a50\" fill-opacity=\"0.20\"") && light.contains("#308fcf"));
        assert_eq!(dark.lines().count(), light.lines().count());
    }
}
