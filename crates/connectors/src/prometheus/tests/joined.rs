//! Many selectors, asked for every few seconds in few requests.

use super::*;

/// Selectors of a scope as it is proposed for a server with several exporters.
const MANY: usize = 100;

#[tokio::test]
async fn a_hundred_selectors_are_followed_in_few_requests_and_their_series_stay_apart() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.body.contains("wardroom_part") {
            return json(r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#);
        }
        json(
            r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"metric_3","job":"a"},"values":[[86390,"3"]]},
            {"metric":{"__name__":"metric_7","job":"a"},"values":[[86390,"7"]]}]}}"#,
        )
    });
    let source = source(&server);
    let mut selectors: Vec<String> = (0..MANY).map(|i| format!("metric_{i}")).collect();
    selectors.push(r#"{job="b"}"#.to_owned());
    let expressions = vec![NamedExpression { name: "n".to_owned(), expression: "count(up)".to_owned() }];
    let scope = Scope { selectors, expressions };

    let plan = source.plan(&scope, between(86_265_000, 86_400_001), None).await.unwrap();
    let asked_to_plan = server.seen().len();
    let next = source.plan(&scope, between(86_280_000, 86_415_001), None).await.unwrap();
    let answer = source.read(&next.requests[0]).await.unwrap();

    assert!(plan.requests.len() <= 5, "{:?}", plan.requests);
    assert_eq!(plan.requests.len(), next.requests.len());
    let joined = &next.requests[0].query;
    assert!(
        (0..MANY).all(|i| joined.split(['"', '|']).any(|name| name == format!("metric_{i}"))),
        "{joined}"
    );
    // One request of the plan itself and one for the metadata.
    assert_eq!(server.seen().len(), asked_to_plan + 2, "a tick is planned from what is known");
    let keys: Vec<String> = answer.series.iter().map(|series| series.key.to_string()).collect();
    assert_eq!(keys, [r#"metric_3{job="a"}"#, r#"metric_7{job="a"}"#]);
}

#[tokio::test]
async fn a_refused_expression_is_named_as_it_was_written() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.body.contains("hsitogram") {
            let words = r#"{"status":"error","errorType":"bad_data","error":"1:1: parse error: unknown function with name \"hsitogram\""}"#;
            return answer(400, "application/json", words);
        }
        json(r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#)
    });
    let named =
        |expression: &str| NamedExpression { name: "n".to_owned(), expression: expression.to_owned() };
    let scope = Scope {
        selectors: vec!["up".to_owned()],
        expressions: vec![named("count(up)"), named("hsitogram(up)")],
    };

    let refused = source(&server).plan(&scope, between(0, 86_400_000), None).await.unwrap_err();

    assert!(
        matches!(&refused, SourceError::BadQuery { query, .. } if query == "hsitogram(up)"),
        "{refused:?}"
    );
    // The selectors, which may be wide, are not asked for alone.
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_long_range_is_asked_for_selector_by_selector() {
    let server = Loopback::start(|seen: &Seen| {
        json(if seen.is_for("/api/v1/query") {
            r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#
        } else {
            r#"{"status":"success","data":[]}"#
        })
    });
    let selectors = ["a", "b", "a "].map(str::to_owned).to_vec();
    let scope = Scope { selectors, expressions: Vec::new() };

    let plan = source(&server).plan(&scope, between(0, 86_400_000), None).await.unwrap();

    let queries: Vec<&str> = plan.requests.iter().map(|request| request.query.as_str()).collect();
    assert_eq!(queries, ["a", "b"]);
}
