//! What a map shows, read back from its SVG and its pixels.

use super::*;
use crate::surface::Caption;
use crate::surface::font::tests::shipped;
use crate::theme::Theme;

#[test]
fn names_facts_lags_and_headings_are_written() {
    let svg = svg(&sample());

    for text in
        ["pg-main", "silent 02:57", "+3 s", "First onset", "Kafka", "48", "2 of 2 edges drawn, 0 dropped"]
    {
        assert!(svg.contains(&format!(">{text}</text>")), "{text} is written");
    }
}

#[test]
fn a_long_fact_has_two_lines_and_keeps_its_numbers_whole() {
    let node = |fact: &str| MapBox { fact: fact.to_owned(), width: 116.0, height: 48.0, ..MapBox::default() };

    let long = fact_lines(&shipped(), &node("0.734 % → 38.3 % HTTP error ratio (1m)"));
    let short = fact_lines(&shipped(), &node("silent 02:57"));

    assert_eq!((long.len(), short), (2, vec!["silent 02:57".to_owned()]));
    assert!(long.iter().any(|line| line.contains("38.3 %")), "{long:?}");
    assert_eq!(["4 s lag", "3 /s of"].map(|text| is_before_unit(text, 1)), [true, true]);
    assert!(!is_before_unit("4 samples", 1));
}

#[test]
fn names_that_are_cut_do_not_look_alike() {
    let long = "payments-settlement-worker-in-the-second-zone";
    let mut map = sample();
    for (node, number) in map.boxes.iter_mut().zip(1..) {
        node.label = format!("{long}-{number}");
    }

    let names = map.names(&shipped());

    assert!(names.len() > 1 && names.iter().all(|name| name.starts_with("pay") && name.contains('…')));
    let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
}

#[test]
fn states_differ_without_colour() {
    let all = [
        MapState::Usual,
        MapState::Unusual,
        MapState::Warning,
        MapState::Critical,
        MapState::Silent,
        MapState::Stopped,
        MapState::Unknown,
    ];
    let shapes: std::collections::BTreeSet<String> = all
        .into_iter()
        .filter(|&state| state != MapState::Unusual)
        .map(|state| {
            let mut scene = Scene::new(Size { width: 100, height: 100 });
            marks::glyph(&mut scene, (50.0, 50.0), 5.0, state);
            let svg = scene.svg(Theme::Dark, &Caption::default());
            // What is left without the colours.
            svg.split('#').map(|part| part.get(6..).unwrap_or("")).collect()
        })
        .collect();

    assert_eq!(shapes.len(), 6);
}

#[test]
fn a_large_map_is_made_smaller_and_loses_words_it_could_not_show() {
    let mut map = sample();
    map.boxes[1].at = (40_000.0, 400.0);

    let size = map.size();
    let svg = map.draw(size, &shipped()).svg(Theme::Dark, &Caption::default());

    assert_eq!(size.width, 6_000);
    assert!(!svg.contains(">pg-main</text>") && svg.contains(">The shop</text>"));
}

#[test]
fn odd_maps_are_drawn_in_both_themes() {
    let fonts = shipped();
    let mut odd = sample();
    odd.boxes[0].at = (f64::NAN, 4.0);
    odd.arrows[0].share = f64::INFINITY;
    odd.arrows[1].points.clear();
    odd.groups[0].dots[0].0.0 = f64::NAN;

    for map in [odd, TopologyDrawing::default(), sample()] {
        for size in [Size { width: 0, height: 0 }, Size { width: 40, height: 30 }, map.size()] {
            let scene = map.draw(size, &fonts);
            for theme in [Theme::Dark, Theme::Light] {
                assert!(scene.svg(theme, &Caption::default()).starts_with("<svg "));
                assert!(scene.png(theme, &fonts).is_ok());
                assert_eq!(scene.png(theme, &fonts), map.draw(size, &fonts).png(theme, &fonts));
            }
        }
    }
}

#[test]
fn a_curve_keeps_the_ends_of_its_pieces() {
    let points = [(0.0, 0.0), (50.0, 0.0), (110.0, 80.0), (160.0, 80.0)];

    let curve = marks::curve(&points);

    assert!(points.iter().all(|point| curve.contains(point)));
    assert!(curve.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
}

fn svg(map: &TopologyDrawing) -> String {
    map.draw(map.size(), &shipped()).svg(Theme::Dark, &Caption::default())
}

fn sample() -> TopologyDrawing {
    let node = |label: &str, fact: &str, at, state| MapBox {
        label: label.to_owned(),
        fact: fact.to_owned(),
        at,
        width: 116.0,
        height: 48.0,
        state,
        ringed: state == MapState::Silent,
    };
    let arrow = |points: Vec<(f64, f64)>, label: &str, strong| MapArrow {
        points,
        label: label.to_owned(),
        share: 0.5,
        dash: if strong { Dash::Solid } else { Dash::Short },
        strong,
    };
    TopologyDrawing {
        title: "The shop".to_owned(),
        lead: "3 of 51 fail".to_owned(),
        boxes: vec![
            node("pg-main", "silent 02:57", (58.0, 60.0), MapState::Silent),
            node("pgbouncer", "240 waiting", (240.0, 60.0), MapState::Critical),
            node("cart", "", (240.0, 140.0), MapState::Warning),
        ],
        arrows: vec![
            arrow(vec![(116.0, 60.0), (182.0, 60.0)], "+3 s", true),
            arrow(vec![(116.0, 60.0), (182.0, 140.0)], "", false),
        ],
        headings: vec![MapHeading { label: "First onset".to_owned(), at: (0.0, 20.0) }],
        groups: vec![MapDots {
            label: "Kafka".to_owned(),
            count: "48".to_owned(),
            at: (0.0, 220.0),
            width: 152.0,
            height: 50.0,
            dots: vec![
                ((12.0, 246.0), MapState::Usual),
                ((18.6, 246.0), MapState::Unusual),
                ((25.2, 246.0), MapState::Silent),
            ],
        }],
        bundles: vec![MapBundleLine { points: vec![(152.0, 245.0), (220.0, 260.0)], share: 0.2 }],
        foot: "2 of 2 edges drawn, 0 dropped".to_owned(),
    }
}
