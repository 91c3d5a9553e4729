//! Answers against those of a real server, and what always holds.

use proptest::prelude::*;
use wardroom_core::Labels;

use super::*;

/// The first moment of the samples below, in milliseconds.
const BEGIN: i64 = 1_700_000_000_000;

fn series(name: &str, labels: &[(&str, &str)], values: &[f64]) -> (SeriesKey, Samples) {
    let times = (0..).take(values.len()).map(|i| BEGIN + i * 15_000).collect();
    let key = SeriesKey::new(name, Labels::new(labels.iter().copied()));
    (key, Samples::from_columns(times, values.to_vec()).unwrap())
}

/// Six samples a series, 15 s apart.
fn data() -> Vec<(SeriesKey, Samples)> {
    vec![
        series("requests", &[("i", "a")], &[10.0, 20.0, 5.0, 15.0, 30.0, 45.0]),
        series("requests", &[("i", "b")], &[100.0, 101.5, 103.0, 103.0, 110.0, 120.25]),
        series("size", &[("i", "a"), ("k", "x")], &[1.0; 6]),
        series("size", &[("i", "b"), ("k", "y")], &[4.0; 6]),
        series("wait_bucket", &[("le", "0.1")], &[0.0, 1.0, 2.0, 4.0, 6.0, 8.0]),
        series("wait_bucket", &[("le", "0.5")], &[0.0, 2.0, 5.0, 9.0, 10.0, 14.0]),
        series("wait_bucket", &[("le", "+Inf")], &[0.0, 3.0, 6.0, 10.0, 12.0, 17.0]),
    ]
}

fn at(seconds: i64, dialect: Dialect) -> Options {
    let times = Times::At(Timestamp::from_millis(BEGIN + seconds * 1000));
    Options { times, lookback_ms: LOOKBACK_MS, dialect }
}

fn over(seconds: (i64, i64), step_s: i64) -> Options {
    let [start, end] = [seconds.0, seconds.1].map(|s| Timestamp::from_millis(BEGIN + s * 1000));
    let times = Times::Range { start, end, step_ms: step_s * 1000 };
    Options { times, lookback_ms: LOOKBACK_MS, dialect: Dialect::Two }
}

fn ask(text: &str, options: &Options) -> Result<Answer, EvalError> {
    evaluate(&parse(text).unwrap(), &data(), options, &|| false)
}

/// The answer as one line.
fn told(text: &str, options: &Options) -> String {
    let lines: Vec<String> = match ask(text, options).unwrap() {
        Answer::Scalar(_, value) => vec![print::plain(value)],
        Answer::Text(_, text) => vec![text],
        Answer::Vector(_, rows) => {
            rows.iter().map(|(key, v)| format!("{key} {}", print::value(*v))).collect()
        }
        Answer::Matrix(rows) => rows
            .iter()
            .map(|(key, samples)| {
                let points = samples.times().iter().zip(samples.values());
                let points = points.map(|(t, v)| format!(" {}={}", (t - BEGIN) / 1000, print::value(*v)));
                format!("{key}{}", points.collect::<String>())
            })
            .collect(),
    };
    lines.join("; ")
}

/// Expressions and what Prometheus 2.42.0 answers 75 s after the first sample, by `/api/v1/query` over the samples above
/// (put in with `promtool tsdb create-blocks-from openmetrics`).
const ANSWERS: [(&str, &str); 37] = [
    ("rate(requests[1m])", r#"{i="a"} 0.75; {i="b"} 0.3125"#),
    ("increase(requests[75s])", r#"{i="a"} 55; {i="b"} 20.25"#),
    ("rate(requests[30s])", r#"{i="a"} 1; {i="b"} 0.575"#),
    ("delta(requests[1m])", r#"{i="a"} 25; {i="b"} 18.75"#),
    ("irate(requests[1m])", r#"{i="a"} 1; {i="b"} 0.6833333333333333"#),
    ("deriv(requests[1m])", r#"{i="a"} 0.5; {i="b"} 0.2966666666666667"#),
    ("predict_linear(requests[1m], 60)", r#"{i="a"} 68; {i="b"} 134.25"#),
    ("avg_over_time(requests[1m])", r#"{i="a"} 23; {i="b"} 107.55"#),
    ("stddev_over_time(requests[1m])", r#"{i="a"} 13.638181696985855; {i="b"} 7.004284403134985"#),
    ("quantile_over_time(0.3, requests[1m])", r#"{i="a"} 16; {i="b"} 103"#),
    ("changes(requests[1m])", r#"{i="a"} 4; {i="b"} 3"#),
    ("resets(requests[75s])", r#"{i="a"} 1; {i="b"} 0"#),
    ("sum(requests) by (i) / on (i) group_left (k) size", r#"{i="a",k="x"} 45; {i="b",k="y"} 30.0625"#),
    ("requests > bool on (i) size * 20", r#"{i="a"} 1; {i="b"} 1"#),
    ("requests - ignoring (k) size", r#"{i="a"} 44; {i="b"} 116.25"#),
    ("topk(1, requests)", r#"requests{i="b"} 120.25"#),
    ("stdvar(requests)", "{} 1415.640625"),
    ("quantile(0.25, requests)", "{} 63.8125"),
    (r#"count_values("v", size)"#, r#"{v="1"} 1; {v="4"} 1"#),
    ("histogram_quantile(0.5, rate(wait_bucket[1m]))", "{} 0.1"),
    ("histogram_quantile(0.95, wait_bucket)", "{} 0.5"),
    (
        r#"label_replace(size, "d", "$1-${1}", "k", "(.*)")"#,
        r#"size{d="x-x",i="a",k="x"} 1; size{d="y-y",i="b",k="y"} 4"#,
    ),
    (
        r#"label_join(size, "j", "+", "k", "i")"#,
        r#"size{i="a",j="x+a",k="x"} 1; size{i="b",j="y+b",k="y"} 4"#,
    ),
    (r#"absent(nope{a="b",c=~"d"})"#, r#"{a="b"} 1"#),
    ("requests offset 1m", r#"requests{i="a"} 20; requests{i="b"} 101.5"#),
    ("requests @ 1700000015", r#"requests{i="a"} 20; requests{i="b"} 101.5"#),
    ("timestamp(requests @ 1700000015 offset 15s)", r#"{i="a"} 1700000000; {i="b"} 1700000000"#),
    (r#"requests and on (i) size{k="y"}"#, r#"requests{i="b"} 120.25"#),
    (r#"requests unless on (i) size{k="y"}"#, r#"requests{i="a"} 45"#),
    ("size or on (i) requests", r#"size{i="a",k="x"} 1; size{i="b",k="y"} 4"#),
    ("exp(size) ^ 1.3", r#"{i="a",k="x"} 3.6692966676192444; {i="b",k="y"} 181.2722418751512"#),
    ("log10(requests)", r#"{i="a"} 1.6532125137753435; {i="b"} 2.0800850850458694"#),
    ("ln(requests / 7)", r#"{i="a"} 1.8607523407150066; {i="b"} 2.8436627599305573"#),
    ("round(requests / 7, 0.01)", r#"{i="a"} 6.43; {i="b"} 17.18"#),
    ("clamp(requests, 50, 100)", r#"{i="a"} 50; {i="b"} 100"#),
    ("-requests % 7", r#"{i="a"} -3; {i="b"} -1.25"#),
    ("hour() + day_of_week() * 100", "{} 222"),
];

#[test]
fn answers_are_those_of_a_real_server_to_the_printed_digit() {
    for (expression, expected) in ANSWERS {
        assert_eq!(told(expression, &at(75, Dialect::Two)), expected, "{expression}");
    }
}

#[test]
fn a_range_is_answered_at_every_step_and_leaves_out_steps_without_samples() {
    // Prometheus 2.42.0, `/api/v1/query_range`, the samples above.
    assert_eq!(
        told("sum(rate(requests[30s]))", &over((0, 90), 30)),
        "{} 30=0.6 60=1.0666666666666667 90=1.6833333333333333"
    );
    assert_eq!(
        told(r#"requests{i="a"} offset 60s"#, &over((0, 420), 60)),
        r#"requests{i="a"} 60=10 120=30 180=45 240=45 300=45 360=45 420=45"#
    );
}

#[test]
fn version_3_leaves_the_left_end_of_windows_and_of_lookback_out() {
    // The migration guide of Prometheus 3.0, "Range selectors and lookback exclude samples coinciding with the left boundary".
    for (dialect, n, newest) in [(Dialect::Two, "5", "1"), (Dialect::Three, "4", "")] {
        let count = told(r#"count_over_time(size{i="a"}[1m])"#, &at(75, dialect));
        assert_eq!(count, format!(r#"{{i="a",k="x"}} {n}"#));
        let alone = told(r#"sum(size{i="a"})"#, &at(75 + 300, dialect));
        assert_eq!(alone.strip_prefix("{} ").unwrap_or_default(), newest);
    }
}

#[test]
fn a_staleness_marker_ends_a_series_and_is_in_no_window() {
    let stale = f64::from_bits(wardroom_core::series::STALE_BITS);
    let data = vec![series("up", &[], &[1.0, 1.0, stale])];
    let ask = |text: &str| evaluate(&parse(text).unwrap(), &data, &at(40, Dialect::Two), &|| false).unwrap();

    let now = Timestamp::from_millis(BEGIN + 40_000);
    assert_eq!(ask("up"), Answer::Vector(now, Vec::new()));
    assert_eq!(ask("scalar(count_over_time(up[1m]))"), Answer::Scalar(now, 2.0));
}

#[test]
fn what_has_no_answer_says_why() {
    let now = at(75, Dialect::Two);
    let fails = |text: &str, options: &Options| ask(text, options).unwrap_err();

    assert!(matches!(fails("size / on () size", &now), EvalError::NotUnique { side: Side::Right, .. }));
    assert!(matches!(
        fails(r#"size / on () requests{i="a"}"#, &now),
        EvalError::ManyToOne { group } if group == "{}"
    ));
    assert!(matches!(
        fails(r#"size + on () group_left (i, k) requests{i="a"}"#, &now),
        EvalError::Grouping { labels } if labels == r#"{i="a"}"#
    ));
    assert_eq!(
        fails(r#"label_replace(label_replace(size, "i", "", "i", ".*"), "k", "", "k", ".*")"#, &now),
        EvalError::SameLabels { labels: r#"{__name__="size"}"#.to_owned() }
    );
    assert_eq!(fails("topk(NaN, size)", &now), EvalError::Count { value: "NaN".to_owned() });
    assert_eq!(fails(r#"count_values("1a", size)"#, &now), EvalError::LabelName { name: "1a".to_owned() });
    assert_eq!(
        fails(r#"label_replace(size, "d", "$1", "i", "(")"#, &now),
        EvalError::Pattern { pattern: "(".to_owned() }
    );
    let range = over((0, 60), 15);
    assert_eq!(fails("size[1m]", &range), EvalError::NotOverRange { got: ValueType::Matrix });
    assert_eq!(fails("size", &over((60, 0), 15)), EvalError::NoSteps);
    assert_eq!(fails("size", &over((0, 60), 0)), EvalError::NoSteps);
    assert_eq!(fails("size", &over((0, 10_000_000_000), 1)), EvalError::TooManyValues { limit: VALUE_LIMIT });
}

#[test]
fn a_cancelled_question_has_no_answer() {
    let expression = parse("sum(rate(requests[1m]))").unwrap();

    let answer = evaluate(&expression, &data(), &at(75, Dialect::Two), &|| true);

    assert_eq!(answer, Err(EvalError::Cancelled));
}

#[test]
fn what_is_needed_holds_every_sample_that_a_step_looks_at() {
    let expression = parse("rate(requests[1m] offset 30s) / on (i) size @ 1700000000").unwrap();

    let needed = needed_selectors(&expression, &over((60, 120), 15));

    let bounds = |needed: &Needed| {
        let range = needed.range;
        [range.start(), range.end()].map(|t| (t.as_millis() - BEGIN, needed.matchers.len()))
    };
    assert_eq!(bounds(&needed[0]), [(-30_000, 1), (90_001, 1)]);
    assert_eq!(bounds(&needed[1]), [(-300_000, 1), (1, 1)]);
    let keys: Vec<SeriesKey> = data().into_iter().map(|(key, _)| key).collect();
    assert_eq!(needed[1].choose(&keys, Dialect::Two), [2, 3]);
}

proptest! {
    #[test]
    fn the_order_of_the_series_and_the_number_of_threads_change_nothing(
        expression in prop::sample::select(ANSWERS.map(|(expression, _)| expression).to_vec()),
        turn in 0_usize..7,
    ) {
        let expression = parse(expression).unwrap();
        let mut turned = data();
        turned.rotate_left(turn);
        let answer = |data: &[(SeriesKey, Samples)], threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| evaluate(&expression, data, &over((0, 90), 15), &|| false)).unwrap()
        };

        // Debug texts are compared because NaN is unlike itself.
        prop_assert_eq!(format!("{:?}", answer(&data(), 1)), format!("{:?}", answer(&turned, 2)));
    }

    #[test]
    fn samples_outside_of_what_is_needed_change_nothing(
        expression in prop::sample::select(ANSWERS.map(|(expression, _)| expression).to_vec()),
        seconds in 0_i64..120,
    ) {
        let expression = parse(expression).unwrap();
        let options = at(seconds, Dialect::Two);
        let needed = needed_selectors(&expression, &options);
        let cut: Vec<_> = data().into_iter().filter_map(|(key, samples)| {
            let of_key = needed.iter().filter(|n| !n.choose([&key], Dialect::Two).is_empty());
            let ranges: Vec<_> = of_key.map(|n| n.range).collect();
            let mut kept = Samples::default();
            for (t, v) in samples.times().iter().zip(samples.values()) {
                let t = Timestamp::from_millis(*t);
                if ranges.iter().any(|r| r.contains(t)) {
                    kept.push(t, *v);
                }
            }
            (!kept.is_empty()).then_some((key, kept))
        }).collect();

        let whole = evaluate(&expression, &data(), &options, &|| false);
        prop_assert_eq!(format!("{whole:?}"), format!("{:?}", evaluate(&expression, &cut, &options, &|| false)));
    }
}
