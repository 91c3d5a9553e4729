//! Servers and what stands before them that answer otherwise than a plain Prometheus: Mimir, Thanos, proxies, sign-ins.

use super::*;

#[tokio::test]
async fn a_source_with_tenants_that_is_not_told_whose_data_is_meant_says_so() {
    let tenants = |seen: &Seen| {
        if seen.head.to_ascii_lowercase().contains("x-scope-orgid: shop") {
            json(EMPTY)
        } else {
            answer(401, "text/plain; charset=utf-8", "no org id\n")
        }
    };
    let server = Loopback::start(tenants);
    let mut config = config_of(&server, AuthKind::None);
    config.headers = vec![("X-Scope-OrgID".to_owned(), "shop".to_owned())];
    let named = Prometheus::with_http(&config, &fast(&config), None).unwrap();

    assert_eq!(source(&server).read(&raw()).await.unwrap_err(), SourceError::NoTenant);
    assert!(named.read(&raw()).await.is_ok());
}

#[tokio::test]
async fn where_no_post_gets_through_the_same_is_asked_for_with_a_get() {
    for status in [405, 501] {
        let server = Loopback::start(move |seen: &Seen| {
            if seen.head.starts_with("POST ") {
                return answer(status, "text/html", "<title>405 Not Allowed</title>");
            }
            json(EMPTY)
        });
        let source = source(&server);

        source.read(&raw()).await.unwrap();
        source.read(&raw()).await.unwrap();

        let heads: Vec<String> = server.seen().into_iter().map(|seen| seen.head).collect();
        let queries: Vec<&String> = heads.iter().filter(|head| !head.contains("/metadata")).collect();
        assert_eq!(queries.len(), 3, "{queries:?}");
        assert!(queries[0].starts_with("POST ") && queries[1].starts_with("GET "), "{queries:?}");
        assert!(queries[2].starts_with("GET "), "{queries:?}");
        assert!(queries[2].contains("/api/v1/query?query=up"), "{queries:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_lets_neither_through_is_told_with_its_status() {
    let error = failure(|_| answer(405, "text/html", "<h1>Not Allowed</h1>")).await;

    assert_eq!(error, SourceError::ServerFailed { status: 405, detail: "Not Allowed".to_owned() });
}

#[tokio::test]
async fn a_sign_in_within_the_place_is_not_a_prometheus_and_its_title_is_told() {
    let page = "<!DOCTYPE html><html><head><script>if (1 < 2) {}</script><title>Sign in to Shop</title>";
    let error = failure(move |seen: &Seen| {
        if seen.is_for("/login") {
            answer(200, "text/html; charset=utf-8", page)
        } else {
            answer_with(302, "text/html", "Location: /login\r\n", "")
        }
    })
    .await;

    let told = "200 text/html; charset=utf-8: Sign in to Shop".to_owned();
    assert_eq!(error, SourceError::NotPrometheus { detail: told });
}

#[tokio::test]
async fn json_that_is_no_answer_of_the_api_is_not_a_prometheus() {
    let error = failure(|_| json(r#"{"code":401,"message":"please sign in"}"#)).await;

    assert_eq!(error, SourceError::NotPrometheus { detail: "JSON without status and data".to_owned() });
}

#[tokio::test]
async fn a_page_that_shows_the_secret_does_not_bring_it_into_an_error() {
    let server = Loopback::start(|seen: &Seen| {
        let mut lines = seen.head.lines();
        let sent = lines.find(|line| line.to_ascii_lowercase().starts_with("authorization"));
        answer(200, "text/html", &format!("<p>{}</p>", sent.unwrap_or_default()))
    });

    let error = with_secret(&server, AuthKind::Bearer).read(&raw()).await.unwrap_err();

    assert!(matches!(&error, SourceError::NotPrometheus { detail } if detail.contains("uthorization")));
    assert!(!format!("{error:?}").contains(PLANTED), "{error:?}");
}

#[tokio::test]
async fn the_limits_of_mimir_and_thanos_are_too_large_and_no_wrong_queries() {
    for words in [
        "the query exceeded the maximum number of chunks (limit: 2000000 chunks) (err-mimir-max-chunks-per-query)",
        "the query hit the max number of series limit (limit: 100000 series)",
        "the query time range exceeds the limit (query length: 768h0m0s, limit: 721h0m0s)",
        "expanded matching posting: exceeded series limit: limit 1000 violated (got 1001)",
    ] {
        let body = format!(r#"{{"status":"error","errorType":"execution","error":"{words}"}}"#);

        let error = failure(move |_| answer(422, "application/json", &body)).await;

        assert!(matches!(error, SourceError::TooLarge { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_is_named_as_that() {
    let error = failure(|_| answer(407, "text/html", "Proxy Authentication Required")).await;

    assert!(
        matches!(&error, SourceError::Unreachable { detail, .. } if detail.contains("proxy authorization")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_source_that_has_only_queries_is_connected_and_what_it_lacks_is_named() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.is_for("/query") || seen.is_for("/query_range") {
            return json(r#"{"status":"success","data":{"resultType":"vector","result":null}}"#);
        }
        if seen.is_for("/metadata") {
            return json(r#"{"status":"success","data":null}"#);
        }
        answer(404, "text/plain", "404 page not found")
    });

    let probe = source(&server).probe(Timestamp::from_millis(1_795_268_035_500)).await.unwrap();

    assert_eq!((probe.product.as_str(), probe.version.as_str()), ("Prometheus", ""));
    assert_eq!((probe.series, probe.oldest, probe.newest), (None, None, None));
    let missing: Vec<_> = probe.missing.iter().map(|right| (right.status, right.lost)).collect();
    assert_eq!(
        missing,
        [
            (404, LostAbility::BuildInfo),
            (404, LostAbility::ServerStatus),
            (404, LostAbility::Rules),
            (404, LostAbility::Alerts),
        ]
    );
}

#[tokio::test]
async fn a_long_wait_that_a_busy_source_asks_for_is_handed_on_and_a_date_is_no_number() {
    let seconds = Loopback::start(|_| answer_with(503, "text/plain", "Retry-After: 90\r\n", "busy"));
    let date = "Retry-After: Sat, 21 Nov 2026 13:35:00 GMT\r\n";
    let dated = Loopback::start(move |_| answer_with(429, "text/plain", date, "busy"));

    let asked = source(&seconds).read(&raw()).await.unwrap_err();
    let told = source(&dated).read(&raw()).await.unwrap_err();

    assert_eq!(asked, SourceError::Busy { status: 503, retry_after: Some(Duration::from_secs(90)) });
    assert_eq!(seconds.seen().len(), 1);
    assert_eq!(told, SourceError::Busy { status: 429, retry_after: None });
    assert_eq!(dated.seen().len(), 3);
}

#[tokio::test]
async fn an_answer_without_some_stores_says_that_it_is_partial() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.is_for("/metadata") {
            return json(r#"{"status":"success","data":{}}"#);
        }
        json(
            r#"{"status":"success","isPartial":true,"infos":["PromQL info: x"],"data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"up"},"values":[[11,"1"]]}]}}"#,
        )
    });

    let answer = source(&server).read(&raw()).await.unwrap();

    let kinds: Vec<_> = answer.notices.iter().map(|notice| (notice.kind, notice.leaves_a_hole())).collect();
    assert_eq!(kinds, [(NoticeKind::SourceInfo, false), (NoticeKind::Truncated, true)]);
    assert_eq!(answer.series.len(), 1);
}
