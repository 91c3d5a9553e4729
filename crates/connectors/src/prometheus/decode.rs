//! Reads Prometheus' JSON straight into columns, without building a tree of values first.
//!
//! What the wire cannot say is lost before us: staleness markers are dropped by the API, and every `NaN` arrives as
//! the same text, so its payload bits are gone.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::SourceError;
use crate::source::{Notice, NoticeKind};

/// How Prometheus begins what it notes about a query. Before its answers had `infos`, it did so under `warnings`
/// (`util/annotations/annotations.go`).
const INFO: &str = "PromQL info";

/// The frame around every answer of the API.
#[derive(Deserialize)]
struct Envelope<T> {
    #[serde(default)]
    status: String,
    data: Option<T>,
    #[serde(default)]
    error: String,
    warnings: Option<Vec<String>>,
    infos: Option<Vec<String>>,
    /// `VictoriaMetrics`' word for an answer without some of its storage nodes.
    #[serde(rename = "isPartial", default)]
    is_partial: bool,
}

/// What an error answer says of itself.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    /// `bad_data`, `execution`, `timeout`, …; `VictoriaMetrics` writes the status.
    #[serde(rename = "errorType", default)]
    pub(super) error_type: String,
    /// The words.
    #[serde(default)]
    pub(super) error: String,
}

/// The `data` of a query.
#[derive(Debug, Default, Deserialize)]
pub(super) struct QueryData {
    #[serde(default)]
    result: ResultList,
}

impl QueryData {
    /// Gives up the series, in the order of the answer; a scalar is one series without labels.
    pub(super) fn into_series(self) -> Vec<RawSeries> {
        self.result.0
    }
}

/// One series of an answer.
#[derive(Debug, Default, Deserialize)]
pub(super) struct RawSeries {
    /// All labels, `__name__` included.
    #[serde(default)]
    pub(super) metric: BTreeMap<String, String>,
    /// The samples of a range, in the order of the answer.
    #[serde(default)]
    values: Columns,
    value: Option<Point>,
    histogram: Option<IgnoredAny>,
    histograms: Option<IgnoredAny>,
}

impl RawSeries {
    /// Reports whether native histograms came with (or instead of) plain samples.
    pub(super) const fn has_native_histograms(&self) -> bool {
        self.histogram.is_some() || self.histograms.is_some()
    }

    /// Gives up the samples of a range or of an instant: times in milliseconds, values.
    pub(super) fn into_columns(self) -> (Vec<i64>, Vec<f64>) {
        let Columns { mut times, mut values } = self.values;
        if let Some(Point(at, value)) = self.value {
            times.push(at.0);
            values.push(value.0);
        }
        (times, values)
    }

    /// Returns the value of an instant; `None` for a range.
    pub(super) fn instant_value(&self) -> Option<f64> {
        self.value.as_ref().map(|point| point.1.0)
    }
}

/// Takes the answer out of its envelope, with what makes it partial; `subject` names what was asked.
pub(super) fn envelope<T: for<'de> Deserialize<'de>>(
    body: &[u8],
    subject: &str,
) -> Result<(T, Vec<Notice>), SourceError> {
    let envelope: Envelope<T> = serde_json::from_slice(body).map_err(|error| unreadable(body, &error))?;
    if envelope.status == "error" {
        return Err(SourceError::BadQuery { query: subject.to_owned(), detail: envelope.error });
    }
    let mut notices = Vec::new();
    let mut add = |kind, detail: String| notices.push(Notice { kind, subject: subject.to_owned(), detail });
    for words in envelope.warnings.unwrap_or_default() {
        let is_info = words.starts_with(INFO);
        add(if is_info { NoticeKind::SourceInfo } else { NoticeKind::SourceWarning }, words);
    }
    for words in envelope.infos.unwrap_or_default() {
        add(NoticeKind::SourceInfo, words);
    }
    if envelope.is_partial {
        add(NoticeKind::Truncated, String::new());
    }
    let is_success = envelope.status == "success";
    let data = envelope.data.or_else(|| if is_success { nothing() } else { None });
    let data = data.ok_or_else(|| {
        if envelope.status.is_empty() {
            // Nothing of the answer itself: it was not looked through for the secret.
            return SourceError::NotPrometheus { detail: "JSON without status and data".to_owned() };
        }
        SourceError::Malformed { offset: 0, detail: "the answer has no data".to_owned() }
    })?;
    Ok((data, notices))
}

/// Returns what an answer without data says where that can only be nothing: an empty list, or an empty object. Servers in
/// Go write a list as `null` that was never filled.
fn nothing<T: for<'de> Deserialize<'de>>() -> Option<T> {
    ["{}", "[]"].into_iter().find_map(|empty| serde_json::from_str(empty).ok())
}

/// A body that ends too early was cut; any other fault has a place.
fn unreadable(body: &[u8], error: &serde_json::Error) -> SourceError {
    if error.is_eof() {
        return SourceError::Truncated { bytes: body.len() as u64 };
    }
    let line_start = match error.line() {
        0 | 1 => 0,
        line => {
            let mut ends =
                body.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(idx, _)| idx + 1);
            ends.nth(line - 2).unwrap_or(0)
        }
    };
    SourceError::Malformed { offset: (line_start + error.column()) as u64, detail: error.to_string() }
}

/// The `result` of a query: a list of series, or the two parts of a scalar.
#[derive(Debug, Default)]
struct ResultList(Vec<RawSeries>);

impl<'de> Deserialize<'de> for ResultList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ResultVisitor)
    }
}

struct ResultVisitor;

impl<'de> Visitor<'de> for ResultVisitor {
    type Value = ResultList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of series")
    }

    fn visit_unit<E: de::Error>(self) -> Result<ResultList, E> {
        Ok(ResultList::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ResultList, A::Error> {
        let mut list = Vec::new();
        let mut scalar_time = None;
        while let Some(element) = seq.next_element::<Element>()? {
            match element {
                Element::Series(series) => list.push(*series),
                Element::Seconds(seconds) => scalar_time = time_from_seconds(seconds),
                Element::Text(text) => {
                    let at = scalar_time
                        .ok_or_else(|| <A::Error as de::Error>::custom("a value without its time"))?;
                    // A string result is not a number and brings no series.
                    if let Some(value) = parse_value(&text) {
                        list.push(RawSeries {
                            value: Some(Point(Time(at), Number(value))),
                            ..RawSeries::default()
                        });
                    }
                }
            }
        }
        Ok(ResultList(list))
    }
}

/// One element of `result`.
enum Element {
    Series(Box<RawSeries>),
    Seconds(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor)
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a series, or the parts of a scalar")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Element, A::Error> {
        RawSeries::deserialize(MapAccessDeserializer::new(map))
            .map(|series| Element::Series(Box::new(series)))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Element, E> {
        Ok(Element::Seconds(seconds))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Element, E> {
        Ok(Element::Seconds(seconds as f64))
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Element, E> {
        Ok(Element::Seconds(seconds as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Element, E> {
        Ok(Element::Text(text.to_owned()))
    }
}

/// The samples of one series as two columns of equal length.
#[derive(Debug, Default)]
struct Columns {
    times: Vec<i64>,
    values: Vec<f64>,
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ColumnsVisitor)
    }
}

struct ColumnsVisitor;

impl<'de> Visitor<'de> for ColumnsVisitor {
    type Value = Columns;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of samples")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Columns, A::Error> {
        let mut columns = Columns::default();
        while let Some(Point(at, value)) = seq.next_element()? {
            columns.times.push(at.0);
            columns.values.push(value.0);
        }
        Ok(columns)
    }
}

/// `[seconds, "value"]`.
#[derive(Debug, Deserialize)]
struct Point(Time, Number);

/// A time in milliseconds; the wire has seconds as a JSON number.
#[derive(Debug)]
pub(super) struct Time(pub(super) i64);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimeVisitor)
    }
}

struct TimeVisitor;

impl Visitor<'_> for TimeVisitor {
    type Value = Time;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since 1970")
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Time, E> {
        time_from_seconds(seconds).map(Time).ok_or_else(|| E::custom("a time out of range"))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Time, E> {
        self.visit_f64(seconds as f64)
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Time, E> {
        self.visit_f64(seconds as f64)
    }
}

/// Returns whole milliseconds; `None` beyond what a double holds exactly (2^53 ms, the year 287,396).
#[expect(clippy::cast_possible_truncation, reason = "the bound is checked and the value is rounded")]
pub(super) fn time_from_seconds(seconds: f64) -> Option<i64> {
    let millis = (seconds * 1000.0).round();
    (millis.abs() <= 9_007_199_254_740_992.0).then_some(millis as i64)
}

/// A value; the wire has it as a string, because JSON has no `NaN` and no infinity.
#[derive(Debug)]
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number in a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        parse_value(text).map(Number).ok_or_else(|| E::custom("a value that is not a number"))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        Ok(Number(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }
}

/// Reads a number as Go writes it: `1.5e+06`, `NaN`, `+Inf`, `-Inf`.
pub(super) fn parse_value(text: &str) -> Option<f64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Recorded from Prometheus 2.42.0 on 2026-11-21: `up[10s]` as an instant query, shortened.
    const MATRIX: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","instance":"127.0.0.1:39410","job":"prom"},"values":[[1795268032.507,"1"],[1795268034.507,"1"]]},{"metric":{"__name__":"up","instance":"127.0.0.1:39411","job":"node"},"values":[[1795268033.477,"1"]]}]}}"#;

    fn decode(text: &str) -> Result<(Vec<RawSeries>, Vec<Notice>), SourceError> {
        envelope::<QueryData>(text.as_bytes(), "up").map(|(data, notices)| (data.into_series(), notices))
    }

    #[test]
    fn a_recorded_matrix_becomes_columns_with_exact_milliseconds() {
        let (mut series, notices) = decode(MATRIX).unwrap();

        let second = series.pop().unwrap();
        let first = series.pop().unwrap();

        assert_eq!(first.metric["instance"], "127.0.0.1:39410");
        assert_eq!(first.into_columns(), (vec![1_795_268_032_507, 1_795_268_034_507], vec![1.0, 1.0]));
        assert_eq!(second.into_columns().0, [1_795_268_033_477]);
        assert!(notices.is_empty());
    }

    #[test]
    fn not_a_number_and_both_infinities_are_values() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{},"values":[[1,"NaN"],[2,"+Inf"],[3,"-Inf"],[4,"1.5e+06"],[5.001,"-0"]]}]}}"#;

        let (times, values) = decode(text).unwrap().0.remove(0).into_columns();

        assert_eq!(times, [1000, 2000, 3000, 4000, 5001]);
        assert!(values[0].is_nan());
        assert_eq!(values[1..4].to_vec(), vec![f64::INFINITY, f64::NEG_INFINITY, 1.5e6]);
        assert!(values[4].is_sign_negative());
    }

    #[test]
    fn a_scalar_is_one_series_without_labels() {
        let text = r#"{"status":"success","data":{"resultType":"scalar","result":[1795268032.5,"42"]}}"#;

        let (series, _) = decode(text).unwrap();

        assert!(series[0].metric.is_empty());
        assert_eq!(series[0].instant_value(), Some(42.0));
    }

    #[test]
    fn warnings_infos_and_partial_answers_are_kept() {
        let text = r#"{"status":"success","isPartial":true,"warnings":["a store is away"],"infos":["not a counter"],
            "data":{"resultType":"vector","result":[]}}"#;

        let (_, notices) = decode(text).unwrap();

        let kinds: Vec<_> = notices.iter().map(|notice| notice.kind).collect();
        assert_eq!(kinds, [NoticeKind::SourceWarning, NoticeKind::SourceInfo, NoticeKind::Truncated]);
        assert_eq!(notices[0].detail, "a store is away");
    }

    #[test]
    fn a_note_about_the_query_is_no_warning_about_the_answer() {
        let text = r#"{"status":"success","warnings":["PromQL info: metric might not be a counter"],
            "data":{"resultType":"vector","result":[]}}"#;

        let (_, notices) = decode(text).unwrap();

        assert_eq!(notices[0].kind, NoticeKind::SourceInfo);
        assert!(!notices[0].leaves_a_hole());
    }

    #[test]
    fn data_that_was_never_filled_is_nothing_and_other_json_is_another_product() {
        let empty = r#"{"status":"success","data":null}"#;

        assert!(decode(empty).unwrap().0.is_empty());
        assert!(envelope::<Vec<String>>(empty.as_bytes(), "x").unwrap().0.is_empty());
        assert!(envelope::<f64>(empty.as_bytes(), "x").is_err());
        let foreign = decode(r#"{"code":401,"message":"please sign in"}"#).unwrap_err();
        assert!(matches!(foreign, SourceError::NotPrometheus { .. }), "{foreign:?}");
    }

    #[test]
    fn native_histograms_are_seen() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"h"},"histograms":[[1,{"count":"3","sum":"2","buckets":[[0,"1","2","3"]]}]]}]}}"#;

        let (series, _) = decode(text).unwrap();

        assert!(series[0].has_native_histograms());
    }

    #[test]
    fn a_wrong_value_is_refused_with_its_place() {
        let text = r#"{"status":"success","data":{"result":[{"metric":{},"values":[[1,"one"]]}]}}"#;

        let error = decode(text).unwrap_err();

        assert!(
            matches!(error, SourceError::Malformed { offset, .. } if offset > 60 && offset < 80),
            "{error:?}"
        );
    }

    #[test]
    fn every_cut_of_a_good_answer_is_called_truncated() {
        for end in 0..MATRIX.len() {
            let error = decode(&MATRIX[..end]).unwrap_err();

            assert_eq!(error, SourceError::Truncated { bytes: end as u64 });
        }
    }

    proptest! {
        #[test]
        fn garbage_never_panics(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = envelope::<QueryData>(&body, "x");
        }

        #[test]
        fn damage_to_a_good_answer_never_panics(at in 0..MATRIX.len(), byte in any::<u8>()) {
            let mut body = MATRIX.as_bytes().to_vec();
            body[at] = byte;
            let _ = envelope::<QueryData>(&body, "x");
        }

        #[test]
        fn every_finite_value_comes_back_as_it_was_written(value in any::<f64>(), millis in 0_i64..4_000_000_000_000) {
            let text = format!(
                r#"{{"data":{{"result":[{{"metric":{{}},"values":[[{}.{:03},"{value:?}"]]}}]}}}}"#,
                millis / 1000, millis % 1000
            );

            let (times, values) = decode(&text).unwrap().0.remove(0).into_columns();

            prop_assert_eq!(times, vec![millis]);
            prop_assert!(values[0].to_bits() == value.to_bits() || value.is_nan() && values[0].is_nan());
        }
    }
}
