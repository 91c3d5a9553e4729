//! What is asked in PromQL, and what is answered.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value, json};
use ts_rs::TS;

use crate::phrase::Phrase;
use crate::wire::Millis;

/// An expression and the moments for which it is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QueryRequest {
    /// The expression.
    pub expression: String,
    /// One moment, or many.
    pub times: QueryTimes,
    /// The source by name; `null` takes the only one that has what is asked for.
    pub source: Option<String>,
    /// Who answers.
    pub by: QueryBy,
}

/// Who answers an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum QueryBy {
    /// The stored samples; nobody is asked.
    Stored,
    /// The server of the source; nothing is stored.
    Server,
}

/// When an expression is answered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum QueryTimes {
    /// At one moment.
    At {
        /// The moment.
        at: Millis,
    },
    /// At every step from one moment to another, both included.
    Over {
        /// The first moment.
        from: Millis,
        /// The last moment, where a step falls on it.
        to: Millis,
        /// The distance of two moments.
        step: Millis,
    },
}

/// One series of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuerySeries {
    /// Its labels as pairs, in name order, `__name__` among them where it has a name.
    pub labels: Vec<(String, String)>,
    /// The times of its values.
    pub times: Vec<Millis>,
    /// Its values as Prometheus prints them: the shortest text that is exactly this number; `NaN`, `+Inf`, `-Inf`.
    pub values: Vec<String>,
}

/// The answer to an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QueryView {
    /// What the result is, in the words of the query API: `matrix`, `vector`, `scalar` or `string`.
    pub result_type: String,
    /// The series; a scalar and a string are one without labels.
    pub series: Vec<QuerySeries>,
    /// What the answer stands on: how many samples of which source by the rules of which version, or which server of
    /// which version answered when.
    pub proof: Phrase,
    /// What makes the answer of a server partial or doubtful, in its own words; empty for stored samples.
    pub notices: Vec<Phrase>,
    /// Whether those rules are assumed, because the source has not said which version of Prometheus it is.
    pub assumed: bool,
    /// The major version of Prometheus by whose rules it is answered.
    pub major: u32,
    /// The source that was read; `null` where nothing was.
    pub source: Option<String>,
    /// Samples that were read; values that came where a server answered.
    pub samples: u32,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
}

impl QueryView {
    /// Returns the answer in the shape of `data` of the query API: `{"resultType": …, "result": …}`.
    pub fn to_api(&self) -> Value {
        let result = match (self.result_type.as_str(), self.series.as_slice()) {
            ("scalar" | "string", [only]) => points(only).next().unwrap_or_default(),
            ("vector", all) => {
                all.iter().map(|s| with_metric(s, "value", points(s).next().unwrap_or_default())).collect()
            }
            (_, all) => all.iter().map(|s| with_metric(s, "values", points(s).collect())).collect(),
        };
        json!({ "resultType": self.result_type, "result": result })
    }
}

fn with_metric(series: &QuerySeries, name: &str, value: Value) -> Value {
    let metric: Map<String, Value> =
        series.labels.iter().map(|(n, v)| (n.clone(), Value::from(v.as_str()))).collect();
    let both = [("metric".to_owned(), Value::Object(metric)), (name.to_owned(), value)];
    Value::Object(Map::from_iter(both))
}

fn points(series: &QuerySeries) -> impl Iterator<Item = Value> {
    series.times.iter().zip(&series.values).map(|(at, value)| json!([seconds(*at), value]))
}

/// Returns a time as the API writes it: seconds, with milliseconds only where there are any.
fn seconds(at: Millis) -> Number {
    let whole = Number::from(at.0 / 1000);
    // A finite number is always one of JSON's.
    if at.0 % 1000 == 0 { whole } else { Number::from_f64(at.0 as f64 / 1000.0).unwrap_or(whole) }
}
