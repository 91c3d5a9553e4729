//! The presets: each is read without a mistake, and asks and signs in as its product documents it.

use super::*;
use crate::loopback::{answer_with, json};

const PRESETS: [(&str, &str); 7] = [
    ("netbox", include_str!("../../../../../assets/cmdb/netbox.toml")),
    ("nautobot", include_str!("../../../../../assets/cmdb/nautobot.toml")),
    ("backstage", include_str!("../../../../../assets/cmdb/backstage.toml")),
    ("servicenow", include_str!("../../../../../assets/cmdb/servicenow.toml")),
    ("blueking", include_str!("../../../../../assets/cmdb/blueking.toml")),
    ("itop", include_str!("../../../../../assets/cmdb/itop.toml")),
    ("glpi", include_str!("../../../../../assets/cmdb/glpi.toml")),
];

pub(super) fn preset(key: &str) -> &'static str {
    PRESETS.iter().find(|(known, _)| *known == key).unwrap().1
}

#[test]
fn every_preset_is_read_and_says_what_it_was_written_after() {
    for (key, text) in PRESETS {
        let mapping = Mapping::parse(text).unwrap_or_else(|problem| panic!("{key}: {problem}"));

        assert!(text.starts_with("# "), "{key}");
        assert!(!mapping.written_after().is_empty() && !mapping.sign_ins().is_empty(), "{key}");
        assert!(mapping.url_example().starts_with("https://"), "{key}");
        let says_so = text.contains("From documentation") || text.contains("against replies");
        assert_eq!(says_so, mapping.tried().is_empty(), "{key}");
    }
}

/// Opens a preset at a server with a way to sign in.
fn at(server: &Loopback, key: &str, auth: AuthKind) -> Cmdb {
    open_with(&CmdbConfig { auth, ..config(server, preset(key)) }, 1 << 20)
}

fn basic() -> AuthKind {
    AuthKind::Basic { user: "reader".to_owned() }
}

#[tokio::test]
async fn netbox_tells_its_two_kinds_of_tokens_apart() {
    let server = Loopback::start(|_| json(r#"{"count":0,"next":null,"results":[]}"#));
    read_all(&at(&server, "netbox", AuthKind::Bearer)).await;
    let mut config = bearer(&server, preset("netbox"));
    config.auth = AuthKind::Bearer;
    let fresh = Secret::new("nbt_planted.x".to_owned(), SecretBinding::of_url(&config.url).unwrap());
    let source = Cmdb::new(&config, Some(fresh)).unwrap();
    source.read(None, None, NOW).await.unwrap();

    let heads: Vec<String> = server.seen().into_iter().map(|seen| seen.head.to_lowercase()).collect();
    assert!(heads[0].contains(&format!("authorization: token {PLANTED}")));
    assert!(heads.last().unwrap().contains("authorization: bearer nbt_planted.x"));
}

#[tokio::test]
async fn blueking_signs_in_with_json_in_a_header_and_pages_with_numbers_in_the_body() {
    let server = Loopback::start(|seen| {
        let data = if seen.is_for("/host/topo/relation/read") {
            // Each business is asked for its own; the number stays a number.
            let asked: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
            format!(
                r#""count":1,"data":[{{"bk_host_id":7,"bk_biz_id":{}}}]"#,
                asked["bk_biz_id"].as_u64().unwrap()
            )
        } else if seen.is_for("/biz/search/0") {
            r#""count":2,"info":[{"bk_biz_id":2,"bk_biz_name":"shop"},{"bk_biz_id":3,"bk_biz_name":"pay"}]"#
                .to_owned()
        } else {
            r#""count":0,"info":[]"#.to_owned()
        };
        json(&format!(r#"{{"result":true,"code":0,"message":"","data":{{{data}}}}}"#))
    });
    let whole = read_all(&at(&server, "blueking", basic())).await;

    let edges: Vec<String> =
        whole.part.dependencies.iter().map(|e| format!("{} {} {}", e.from, e.how, e.to)).collect();
    assert_eq!(edges, ["host:7 part of biz:2", "host:7 part of biz:3"]);
    let first = &server.seen()[0];
    let header =
        first.head.lines().find(|line| line.to_lowercase().starts_with("x-bkapi-authorization:")).unwrap();
    let sent: serde_json::Value = serde_json::from_str(header.split_once(':').unwrap().1).unwrap();
    assert_eq!(
        (sent["bk_app_code"].as_str(), sent["bk_app_secret"].as_str()),
        (Some("reader"), Some(PLANTED))
    );
    let body: serde_json::Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!((body["page"]["start"].as_u64(), body["page"]["limit"].as_u64()), (Some(0), Some(200)));
}

#[tokio::test]
async fn itop_signs_in_in_the_form_and_asks_in_json_within_it() {
    let server = Loopback::start(|_| json(r#"{"code":0,"message":"Found: 0","objects":null}"#));
    read_all(&at(&server, "itop", basic())).await;

    let first = &server.seen()[0];
    let form: Vec<(String, String)> = reqwest::Url::parse(&format!("http://x/?{}", first.body))
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect();
    let field =
        |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap();
    assert!(first.head.starts_with("POST /webservices/rest.php "));
    assert_eq!((field("auth_user"), field("auth_pwd"), field("version")), ("reader", PLANTED, "1.3"));
    let asked: serde_json::Value = serde_json::from_str(field("json_data")).unwrap();
    assert_eq!((asked["operation"].as_str(), asked["page"].as_u64()), (Some("core/get"), Some(1)));
}

#[tokio::test]
async fn itop_refuses_with_status_200() {
    let server = Loopback::start(|_| json(r#"{"code":1,"message":"Error: Invalid login"}"#));

    let error = at(&server, "itop", basic()).read(None, None, NOW).await.unwrap_err();

    assert!(matches!(error, SourceError::Denied { .. }));
}

#[tokio::test]
async fn servicenow_turns_relations_by_their_type_and_asks_for_changes_in_its_query() {
    let server = Loopback::start(|seen| {
        if !seen.is_for("/cmdb_rel_ci") {
            return answer_with(200, "application/json", "X-Total-Count: 0\r\n", r#"{"result":[]}"#);
        }
        let row = |parent: &str, child: &str, kind: &str| {
            format!(
                r#"{{"sys_id":{{"value":"{parent}{child}"}},"parent":{{"display_value":"P","value":"{parent}"}},"child":{{"display_value":"C","value":"{child}"}},"type":{{"display_value":"{kind}","value":"t"}},"sys_updated_on":{{"display_value":"","value":"2026-11-17 14:53:00"}}}}"#
            )
        };
        let rows = [
            row("a", "b", "Depends on::Used by"),
            row("c", "d", "Contains::Contained by"),
            row("e", "f", "Own::Type"),
        ];
        answer_with(
            200,
            "application/json",
            "X-Total-Count: 3\r\n",
            &format!(r#"{{"result":[{}]}}"#, rows.join(",")),
        )
    });

    let whole = read_from(&at(&server, "servicenow", basic()), None, Some(NOW)).await.unwrap();

    let edges: Vec<String> =
        whole.part.dependencies.iter().map(|e| format!("{} {} {}", e.from, e.how, e.to)).collect();
    assert_eq!(edges, ["a depends on b", "d part of c", "e Own::Type f"]);
    assert_eq!(whole.part.dependencies[0].changed_at, Some(NOW));
    let first = &server.seen()[0];
    assert_eq!(param(first, "sysparm_query"), "sys_updated_on>=2026-11-17 14:53:00^ORDERBYsys_id");
    assert!(first.head.to_lowercase().contains("authorization: basic "));
}

#[tokio::test]
async fn glpi_sends_an_app_token_only_where_one_is_given() {
    let server = Loopback::start(|seen| {
        if seen.is_for("/initSession") {
            return json(r#"{"session_token":"s1"}"#);
        }
        answer_with(200, "application/json", "Content-Range: 0-0/0\r\n", "[]")
    });
    read_all(&at(&server, "glpi", AuthKind::Bearer)).await;

    let heads: Vec<String> = server.seen().into_iter().map(|seen| seen.head.to_lowercase()).collect();
    assert!(heads[0].contains(&format!("authorization: user_token {PLANTED}")));
    assert!(heads[1].contains("session-token: s1") && !heads[1].contains(PLANTED));
    assert!(heads.iter().all(|head| !head.contains("app-token")));
}

#[tokio::test]
async fn backstage_owners_and_relations_are_read() {
    let server = Loopback::start(|seen| {
        let filter = param(seen, "filter");
        let items = match filter.as_str() {
            "kind=group" => {
                r#"{"kind":"Group","metadata":{"name":"Payments","namespace":"default"},"spec":{"profile":{"displayName":"Payments","email":"payments@example.net"}}}"#
            }
            "kind=component" => {
                r#"{"kind":"Component","metadata":{"name":"Shop","namespace":"default","labels":{"tier":"1"},"tags":["go"]},"spec":{"type":"service","lifecycle":"production"},
                "relations":[{"type":"ownedBy","targetRef":"group:default/payments"},{"type":"dependsOn","targetRef":"resource:default/orders-db"},{"type":"partOf","targetRef":"system:default/store"},{"type":"dependencyOf","targetRef":"component:default/web"}]}"#
            }
            _ => "",
        };
        json(&format!(r#"{{"items":[{items}],"totalItems":1,"pageInfo":{{}}}}"#))
    });

    let whole = read_all(&at(&server, "backstage", AuthKind::Bearer)).await;

    let shop = &whole.part.entities[0];
    assert_eq!(
        (shop.key.as_str(), shop.team.as_str(), shop.contact.as_str()),
        ("component:default/shop", "Payments", "payments@example.net")
    );
    assert_eq!((shop.system.as_str(), shop.tier, shop.status.as_str()), ("store", Some(1), "production"));
    let edges: Vec<String> =
        whole.part.dependencies.iter().map(|e| format!("{} {} {}", e.from, e.how, e.to)).collect();
    assert_eq!(
        edges,
        [
            "component:default/shop depends on resource:default/orders-db",
            "component:default/shop part of system:default/store"
        ]
    );
}
