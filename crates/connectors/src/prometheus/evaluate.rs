//! Expressions that the server itself evaluates: the values arrive as it prints them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use wardroom_core::Timestamp;

use crate::error::SourceError;
use crate::prometheus::answer::Reply;
use crate::prometheus::decode::Time;
use crate::prometheus::{Prometheus, query};
use crate::source::{EvaluatedRow, Evaluation, EvaluationKind, Moments, Notice, NoticeKind};

/// The `data` of a query, with the values as texts.
#[derive(Debug, Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
enum Evaluated {
    Matrix(Vec<Row>),
    Vector(Vec<Row>),
    Scalar(Point),
    String(Point),
}

#[derive(Debug, Default, Deserialize)]
struct Row {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    #[serde(default)]
    values: Vec<Point>,
    value: Option<Point>,
    histogram: Option<IgnoredAny>,
    histograms: Option<IgnoredAny>,
}

/// `[seconds, "value"]`.
#[derive(Debug, Deserialize)]
struct Point(Time, String);

impl Prometheus {
    /// Lets the server evaluate an expression. Cost: one request; it is not split, so the server's limits hold.
    pub(super) async fn evaluate_there(
        &self,
        expression: &str,
        when: Moments,
    ) -> Result<Evaluation, SourceError> {
        let timeout_s = self.config.timeout_s;
        let request = match when {
            Moments::At(at) => query::instant(expression, at, timeout_s),
            Moments::Steps { first, last, step_ms } => {
                query::range(expression, first.as_millis(), last.as_millis(), step_ms, timeout_s)
            }
        };
        Ok(in_rows(self.ask(&request).await?))
    }
}

fn in_rows(reply: Reply<Evaluated>) -> Evaluation {
    let (kind, rows) = match reply.data {
        Evaluated::Matrix(rows) => (EvaluationKind::Matrix, rows),
        Evaluated::Vector(rows) => (EvaluationKind::Vector, rows),
        Evaluated::Scalar(point) => (EvaluationKind::Scalar, vec![lone(point)]),
        Evaluated::String(point) => (EvaluationKind::Text, vec![lone(point)]),
    };
    let mut evaluation = Evaluation { kind, rows: Vec::new(), notices: reply.notices };
    for row in rows {
        if row.histogram.is_some() || row.histograms.is_some() {
            let subject = row.metric.get("__name__").cloned().unwrap_or_default();
            let notice = Notice { kind: NoticeKind::NativeHistogram, subject, detail: String::new() };
            if !evaluation.notices.contains(&notice) {
                evaluation.notices.push(notice);
            }
        }
        let points = row.values.into_iter().chain(row.value);
        let (times, values): (Vec<Timestamp>, Vec<String>) =
            points.map(|Point(at, value)| (Timestamp::from_millis(at.0), value)).unzip();
        if !times.is_empty() {
            evaluation.rows.push(EvaluatedRow { labels: row.metric, times, values });
        }
    }
    evaluation
}

fn lone(point: Point) -> Row {
    Row { value: Some(point), ..Row::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loopback::{Loopback, Seen, answer, json};
    use crate::prometheus::PrometheusConfig;
    use crate::source::MetricSource;

    fn source(server: &Loopback) -> Prometheus {
        let config = PrometheusConfig {
            url: server.url(),
            proxy: Some("none".to_owned()),
            requests_per_minute: 0,
            ..PrometheusConfig::default()
        };
        Prometheus::new(&config, None).unwrap()
    }

    fn at(seconds: i64) -> Moments {
        Moments::At(Timestamp::from_millis(seconds * 1000))
    }

    #[tokio::test]
    async fn values_come_as_the_server_prints_them() {
        let server = Loopback::start(|_| {
            json(
                r#"{"status":"success","infos":["not a counter"],"data":{"resultType":"vector","result":[
                {"metric":{"__name__":"load","host":"a"},"value":[1.5,"1e-07"]},
                {"metric":{},"value":[1.5,"+Inf"]},
                {"metric":{"__name__":"waits"},"histogram":[1.5,{"count":"3","sum":"2"}]}]}}"#,
            )
        });

        let answer = source(&server).evaluate("load", at(1)).unwrap().await.unwrap();

        assert_eq!(answer.kind.as_str(), "vector");
        let values: Vec<_> = answer.rows.iter().flat_map(|row| row.values.clone()).collect();
        assert_eq!(values, ["1e-07", "+Inf"]);
        assert_eq!(answer.rows[0].labels["host"], "a");
        assert_eq!(answer.rows[0].times, [Timestamp::from_millis(1500)]);
        let kinds: Vec<_> = answer.notices.iter().map(|notice| notice.kind).collect();
        assert_eq!(kinds, [NoticeKind::SourceInfo, NoticeKind::NativeHistogram]);
    }

    #[tokio::test]
    async fn a_range_asks_for_its_own_moments_and_no_others() {
        let server = Loopback::start(|_| {
            json(
                r#"{"status":"success","data":{"resultType":"matrix","result":[
                {"metric":{"host":"a"},"values":[[10,"1"],[17.25,"NaN"]]}]}}"#,
            )
        });
        let (first, last) = (Timestamp::from_millis(10_000), Timestamp::from_millis(17_250));

        let steps = Moments::Steps { first, last, step_ms: 7250 };
        let answer = source(&server).evaluate("rate(load[5m])", steps).unwrap().await.unwrap();

        assert_eq!((answer.kind.as_str(), answer.rows[0].times.clone()), ("matrix", vec![first, last]));
        let asked = server.seen().remove(0);
        assert!(asked.is_for("/query_range"), "{}", asked.head);
        assert!(asked.body.contains("start=10.000&end=17.250&step=7.250"), "{}", asked.body);
    }

    #[tokio::test]
    async fn a_number_and_a_text_are_one_row_without_labels() {
        for (kind, value) in [("scalar", "42"), ("string", "words")] {
            let body =
                format!(r#"{{"status":"success","data":{{"resultType":"{kind}","result":[7,"{value}"]}}}}"#);
            let server = Loopback::start(move |_| json(&body));

            let answer = source(&server).evaluate("x", at(7)).unwrap().await.unwrap();

            assert_eq!(answer.kind.as_str(), kind);
            assert!(answer.rows[0].labels.is_empty());
            assert_eq!(answer.rows[0].values, [value]);
        }
    }

    #[tokio::test]
    async fn a_refusal_keeps_the_words_of_the_server() {
        let words = r#"{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected end"}"#;
        let server = Loopback::start(move |_: &Seen| answer(400, "application/json", words));

        let error = source(&server).evaluate("sum(", at(7)).unwrap().await.unwrap_err();

        assert!(
            matches!(&error, SourceError::BadQuery { query, detail } if query == "sum(" && detail.contains("unexpected end")),
            "{error:?}"
        );
    }
}
