//! What a line chart shows, read back from its SVG and its pixels.

use super::*;
use crate::decimate::min_max;
use crate::scale::time_ticks;
use crate::surface::Caption;
use crate::surface::font::tests::shipped;
use crate::theme::Theme;

const HOUR: i64 = 3_600_000;

#[test]
fn a_chart_has_its_words_lines_band_and_ribbon() {
    let svg = svg(&sample());

    assert!(svg.contains("role=\"img\" aria-label=\"Latency. It rose at 01:30.\""));
    assert!(svg.contains("<title>Latency</title>\n<desc>It rose at 01:30.</desc>"));
    for text in ["checkout", "orders", "100 ms", "01:00", "v41", "no data", "limit", "level"] {
        assert!(svg.contains(&format!(">{text}</text>")), "{text} is written");
    }
    assert_eq!(svg.matches("fill-opacity=\"0.20\"").count(), 1);
    assert_eq!(svg.matches("class=\"hatch\"").count(), 1);
    // The finding's bar: seven pixels high in the strongest heat colour.
    assert!(svg.contains("height=\"7\" fill=\"#f5e378\""));
}

#[test]
fn series_differ_by_dash_and_last_week_is_dotted() {
    let svg = svg(&sample());

    assert!(svg.contains("stroke=\"#64bcf7\" stroke-width=\"1.5\" stroke-linejoin=\"round\"/>"));
    assert!(svg.contains(
        "stroke=\"#e5d478\" stroke-width=\"1.5\" stroke-linejoin=\"round\" stroke-dasharray=\"7 3\""
    ));
    assert!(svg.contains(
        "stroke=\"#96948c\" stroke-width=\"1\" stroke-linejoin=\"round\" stroke-dasharray=\"1 3\""
    ));
    assert!(svg.contains(
        "stroke=\"#bfbcb3\" stroke-width=\"1\" stroke-linejoin=\"round\" stroke-dasharray=\"4 2\""
    ));
}

#[test]
fn a_gap_is_never_bridged() {
    let mut chart = empty();
    let times: Vec<i64> = (0..60).map(|minute| minute * 60_000).collect();
    let values: Vec<f64> =
        (0..60).map(|minute| if (20..40).contains(&minute) { f64::NAN } else { 0.05 }).collect();
    chart.series = vec![line("up", min_max(&times, &values, chart.range, 800, i64::MAX), 0)];

    assert_eq!(svg(&chart).matches("stroke=\"#64bcf7\"").count(), 2);
}

#[test]
fn only_the_top_tick_carries_the_unit() {
    assert_eq!(svg(&sample()).matches(" ms</text>").count(), 1);
}

#[test]
fn an_axis_that_does_not_start_at_zero_says_so() {
    let mut chart = sample();
    chart.axis_note = Some("axis starts at 160".to_owned());

    assert!(svg(&chart).contains(">axis starts at 160</text>"));
}

#[test]
fn end_labels_do_not_cover_each_other() {
    assert_eq!(spread(&[10.0, 11.0, 12.0], 13.0, 0.0, 100.0), [10.0, 23.0, 36.0]);
    assert_eq!(spread(&[95.0, 96.0], 13.0, 0.0, 100.0), [87.0, 100.0]);
    assert!(spread(&[], 13.0, 0.0, 100.0).is_empty());
}

#[test]
fn the_seventh_series_is_a_plain_mark_without_a_label() {
    let mut chart = sample();
    chart.series.push(line("seventh", points(0.03), 6));

    let svg = svg(&chart);

    assert!(svg.contains("stroke=\"#63645c\"") && !svg.contains("seventh"));
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let fonts = shipped();
    let size = Size { width: 320, height: 160 };
    for theme in [Theme::Dark, Theme::Light] {
        let first = sample().draw(size, &fonts);
        let second = sample().draw(size, &fonts);

        assert_eq!(first.svg(theme, &caption()), second.svg(theme, &caption()));
        assert_eq!(first.png(theme, &fonts), second.png(theme, &fonts));
        assert!(first.png(theme, &fonts).is_ok());
    }
}

#[test]
fn extreme_data_is_drawn_without_panic() {
    let fonts = shipped();
    let range =
        TimeRange::new(Timestamp::from_millis(i64::MIN), Timestamp::from_millis(i64::MAX)).expect("valid");
    for (times, values) in [
        (vec![], vec![]),
        (vec![0], vec![Some(1.0)]),
        (vec![0, HOUR], vec![Some(5.0), Some(5.0)]),
        (vec![i64::MIN, 0, i64::MAX], vec![Some(f64::MAX), None, Some(f64::MIN)]),
        (vec![0, 1], vec![Some(f64::NAN), Some(f64::INFINITY)]),
    ] {
        for range in [range, empty().range] {
            for size in [(0, 0), (20, 10), (300, 120)] {
                let mut chart = sample();
                chart.range = range;
                let points = Decimated { times: times.clone(), values: values.clone() };
                chart.series = vec![line("one", points, 0)];
                chart.axis = fit_axis(Unit::Unknown, Foot::Data, 4, &chart.series, None, None, &[]);

                let scene = chart.draw(Size { width: size.0, height: size.1 }, &fonts);

                assert!(scene.svg(Theme::Light, &caption()).ends_with("</svg>\n"));
                assert!(!scene.svg(Theme::Light, &caption()).contains("NaN"));
                assert!(scene.png(Theme::Light, &fonts).is_ok());
            }
        }
    }
}

fn svg(chart: &LineChart) -> String {
    chart.draw(Size { width: 800, height: 300 }, &shipped()).svg(Theme::Dark, &caption())
}

fn caption() -> Caption {
    Caption { title: "Latency".to_owned(), description: "It rose at 01:30.".to_owned() }
}

fn line(label: &str, points: Decimated, color: usize) -> Line {
    Line { label: label.to_owned(), points, color, dash: Dash::series(color) }
}

/// Four hours of one level, a point every ten minutes.
fn points(level: f64) -> Decimated {
    let times: Vec<i64> = (0..24).map(|step| step * 600_000).collect();
    let values = (0..24).map(|step| Some(level + f64::from(step % 3) * 0.004)).collect();
    Decimated { times, values }
}

fn empty() -> LineChart {
    let range = TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(4 * HOUR)).expect("valid");
    LineChart {
        title: String::new(),
        range,
        ticks: time_ticks(range, 6, &|_| 0),
        axis: fit_axis(
            Unit::Seconds,
            Foot::Zero,
            5,
            &[],
            None,
            None,
            &[Threshold { value: 0.09, label: String::new() }],
        ),
        axis_note: None,
        series: Vec::new(),
        band: None,
        ghost: None,
        thresholds: Vec::new(),
        spans: Vec::new(),
        marks: Vec::new(),
        no_data: Vec::new(),
    }
}

fn sample() -> LineChart {
    let at = |quarters: i64| Timestamp::from_millis(quarters * HOUR / 4);
    let times = points(0.0).times;
    LineChart {
        title: "Latency".to_owned(),
        series: vec![line("checkout", points(0.06), 0), line("orders", points(0.02), 1)],
        band: Some(Band {
            lower: vec![Some(0.05); times.len()],
            upper: vec![Some(0.07); times.len()],
            times,
            color: 0,
        }),
        ghost: Some(points(0.055)),
        thresholds: vec![Threshold { value: 0.09, label: "limit".to_owned() }],
        spans: vec![Span { start: at(6), end: at(8), grade: Grade::High, label: "level".to_owned() }],
        marks: vec![Mark { at: at(5), label: "v41".to_owned() }],
        no_data: vec![NoData {
            range: TimeRange::new(at(12), at(16)).expect("valid"),
            label: "no data".to_owned(),
        }],
        ..empty()
    }
}
