//! What can go wrong: refusals in every disguise, items that are too long, sessions that end, mappings with mistakes.

use super::*;
use crate::cmdb::MappingProblemKind;
use crate::loopback::{Reply, answer, json};

async fn failure(reply: impl Fn(&Seen) -> Reply + Send + 'static) -> SourceError {
    let server = Loopback::start(reply);
    let source = open_with(&bearer(&server, &hosts(OFFSET, "")), 1 << 20);
    source.read(None, None, NOW).await.unwrap_err()
}

#[tokio::test]
async fn refusals_are_told_apart_whatever_their_status() {
    let json_of = |status, body: &'static str| move |_: &Seen| answer(status, "application/json", body);

    assert!(matches!(failure(json_of(401, "{}")).await, SourceError::Denied { .. }));
    let nobody = r#"{"detail":"Authentication credentials were not provided."}"#;
    assert!(matches!(failure(json_of(403, nobody)).await, SourceError::Denied { .. }));
    assert!(matches!(
        failure(json_of(403, r#"{"detail":"no permission"}"#)).await,
        SourceError::Forbidden { .. }
    ));
    assert!(matches!(
        failure(json_of(404, r#"{"detail":"Not found."}"#)).await,
        SourceError::NotFound { .. }
    ));
    assert!(matches!(failure(json_of(429, "{}")).await, SourceError::Busy { status: 429, .. }));
    assert!(matches!(failure(json_of(500, "{}")).await, SourceError::ServerFailed { status: 500, .. }));
    let unknown_filter = r#"{"error":{"name":"InputError","message":"Unknown filter field"}}"#;
    assert_eq!(
        failure(json_of(400, unknown_filter)).await,
        SourceError::BadQuery { query: "/hosts".to_owned(), detail: "Unknown filter field".to_owned() }
    );
}

#[tokio::test]
async fn a_page_for_people_is_not_an_inventory() {
    let page = "<html><title>Page not found</title></html>";

    assert!(matches!(failure(move |_| answer(404, "text/html", page)).await, SourceError::NotFound { .. }));
    let login = failure(|_| answer(200, "text/html", "<html>Sign in</html>")).await;
    assert!(
        matches!(&login, SourceError::NotInventory { detail } if detail.contains("Sign in")),
        "{login:?}"
    );
    let other = failure(|_| json(r#"{"items":[]}"#)).await;
    assert!(matches!(&other, SourceError::NotInventory { detail } if detail.contains("results is missing")));
}

#[tokio::test]
async fn a_refusal_with_status_200_is_told_with_the_words_of_the_source() {
    let success = "success = { when = { result = true }, message = \"message\", forbidden = { code = 9900403 }, denied = { code = 1 } }";
    let ask = async |body: &'static str| {
        let server = Loopback::start(move |_| json(body));
        open(&server, &hosts(OFFSET, success)).read(None, None, NOW).await
    };

    let refused =
        ask(r#"{"result":false,"code":1199000,"message":"the business\n does not exist","results":null}"#)
            .await;
    assert_eq!(
        refused.unwrap_err(),
        SourceError::BadQuery {
            query: "/hosts".to_owned(),
            detail: "the business does not exist".to_owned()
        }
    );
    let forbidden = ask(r#"{"result":false,"code":9900403,"results":null}"#).await;
    assert!(matches!(forbidden, Err(SourceError::Forbidden { .. })));
    assert!(matches!(ask(r#"{"result":false,"code":1}"#).await, Err(SourceError::Denied { .. })));
    assert_eq!(ask(r#"{"result":true,"results":null}"#).await.unwrap().part.entities.len(), 0);
}

#[tokio::test]
async fn an_answer_that_ends_early_can_be_asked_for_again_and_junk_cannot() {
    assert_eq!(failure(|_| json(r#"{"results":[{"id":1"#)).await, SourceError::Truncated { bytes: 19 });
    assert!(matches!(
        failure(|_| json(r#"{"results":[x]}"#)).await,
        SourceError::Malformed { offset: 12, .. }
    ));
}

#[tokio::test]
async fn credentials_refused_half_way_stop_the_read_where_it_can_go_on() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let is_valid = std::sync::Arc::new(AtomicBool::new(true));
    let valid = std::sync::Arc::clone(&is_valid);
    let server = Loopback::start(move |seen| {
        let offset = number(seen, "offset");
        if offset == 4 && !valid.load(Ordering::SeqCst) {
            return answer(401, "application/json", &format!(r#"{{"detail":"{PLANTED} is revoked"}}"#));
        }
        json(&format!(r#"{{"count":6,"results":[{}]}}"#, items(offset..(offset + 4).min(6))))
    });
    let source = open_with(&bearer(&server, &hosts(OFFSET, "")), 1 << 20);

    let first = source.read(None, None, NOW).await.unwrap();
    is_valid.store(false, Ordering::SeqCst);
    let error = source.read(first.next.clone(), None, NOW).await.unwrap_err();
    is_valid.store(true, Ordering::SeqCst);
    let rest = read_from(&source, first.next, None).await.unwrap();

    assert!(matches!(error, SourceError::Denied { .. }));
    assert!(!format!("{error:?}").contains(PLANTED));
    assert_eq!((first.part.entities.len(), rest.names()), (4, vec!["host-4", "host-5"]));
}

#[tokio::test]
async fn an_item_that_is_too_long_is_left_out_and_the_others_stay() {
    let long = format!(r#"{{"id":1,"name":"long","x":"{}"}}"#, "y".repeat(5_000));
    let server = Loopback::start(move |seen| {
        let all = [item(0), long.clone(), item(2)];
        let (offset, limit) = (number(seen, "offset"), number(seen, "limit"));
        let page: Vec<String> = all.into_iter().skip(offset).take(limit).collect();
        json(&format!(r#"{{"count":3,"results":[{}]}}"#, page.join(",")))
    });
    let in_the_page = open(&server, &hosts(OFFSET, "limits = { item_bytes = 2000 }"));
    let beyond_the_page = open_with(&config(&server, &hosts(OFFSET, "")), 3_000);

    let whole = read_all(&in_the_page).await;
    let apart = read_all(&beyond_the_page).await;

    assert_eq!((whole.names(), whole.partial), (vec!["host-0", "host-2"], true));
    assert_eq!(whole.kinds, [InventoryNoticeKind::ItemTooLong]);
    assert_eq!((apart.names(), apart.partial), (vec!["host-0", "host-2"], true));
    assert!(apart.kinds.contains(&InventoryNoticeKind::ItemTooLong));
}

#[tokio::test]
async fn of_a_list_that_is_too_long_the_rest_is_told_and_no_edge_is_lost_in_silence() {
    let list = |n: usize| (0..n).map(|i| format!("\"x{i}\"")).collect::<Vec<_>>().join(",");
    let page = format!(
        r#"{{"results":[{{"id":1,"name":"rack","also":[{}],"needs":[{}]}},{{"id":2,"name":"hub","also":[],"needs":[{}]}}]}}"#,
        list(201),
        list(300),
        list(20_001)
    );
    let server = Loopback::start(move |_| json(&page));
    let relation = "aliases = \"also\"\n[[class.relation]]\nto = \"needs\"\nhow = \"calls\"\n";
    let mapping = format!("{}{relation}", hosts("paging = { kind = \"none\" }", ""));

    let whole = read_all(&open(&server, &mapping)).await;

    let of = |key: &str| whole.part.dependencies.iter().filter(|edge| edge.from == key).count();
    assert_eq!((of("1"), of("2")), (300, 20_000));
    let rack = whole.part.entities.iter().find(|entity| entity.name == "rack");
    assert_eq!(rack.map(|rack| rack.aliases.len()), Some(200));
    let cut = whole.pages[0].notices.iter().filter(|notice| notice.kind == InventoryNoticeKind::ListCut);
    let told: Vec<(&str, &str)> = cut.map(|n| (n.subject.as_str(), n.detail.as_str())).collect();
    assert_eq!(told, [("hosts: aliases", "200"), ("hosts: to", "20000")]);
    assert!(whole.partial);
}

#[tokio::test]
async fn texts_that_are_cut_are_counted_by_field_and_an_item_that_comes_twice_once() {
    let long = "é".repeat(2_001);
    let whole = "é".repeat(2_000);
    let one = |id: usize, name: &str, team: &str| {
        let also =
            format!(r#""also":["{long}","{whole}","{long}x"],"marks":{{"{long}":"a","rack":"{name}"}}"#);
        format!(r#"{{"id":{id},"name":"{name}","team":"{team}",{also}}}"#)
    };
    let (first, second) = (one(1, &long, &whole), one(2, "hub", &long));
    let page = format!(r#"{{"results":[{first},{second},{second}]}}"#);
    let server = Loopback::start(move |_| json(&page));
    let fields = "team = \"team\"\naliases = \"also\"\ntags_from = [\"marks\"]\n";
    let mapping = format!("{}{fields}", hosts("paging = { kind = \"none\" }", ""));

    let read = read_all(&open(&server, &mapping)).await;

    let cut = read.pages[0].notices.iter().filter(|notice| notice.kind == InventoryNoticeKind::TextCut);
    let told: Vec<(&str, &str)> = cut.map(|n| (n.subject.as_str(), n.detail.as_str())).collect();
    // Of the tags three: a name at each of the two, and a value at the first.
    let wanted = [("hosts: aliases", "4"), ("hosts: name", "1"), ("hosts: tags", "3"), ("hosts: team", "1")];
    assert_eq!(told, wanted);
    assert_eq!(read.part.entities.len(), 2);
    let first = read.part.entities.iter().find(|entity| entity.key == "1");
    assert_eq!(first.map(|first| first.name.chars().count()), Some(2_000));
    let second = read.part.entities.iter().find(|entity| entity.key == "2").unwrap();
    let tags: Vec<(&str, &str)> = second.tags.iter().collect();
    assert_eq!(tags, [("rack", "hub"), (whole.as_str(), "a")]);
}

#[tokio::test]
async fn an_item_of_50_mb_is_left_out_and_nothing_of_it_is_kept_but_its_beginning() {
    let long = format!(r#"{{"id":1,"name":"long","x":"{}"}}"#, "y".repeat(50_000_000));
    let page = format!(r#"{{"count":3,"results":[{},{long},{}]}}"#, item(0), item(2));
    let server = Loopback::start(move |_| json(&page));
    let mapping = hosts("paging = { kind = \"none\" }", "");
    let limits = Mapping::parse(&mapping).unwrap().limits;
    let mut settings = config(&server, &mapping).http_settings(0, limits.page_bytes);
    settings.timeout = Duration::from_secs(30);
    let source =
        Cmdb::with_http(&config(&server, &mapping), Mapping::parse(&mapping).unwrap(), settings, None);

    let whole = read_all(&source.unwrap()).await;

    assert_eq!((whole.names(), whole.partial), (vec!["host-0", "host-2"], true));
    let detail = whole.detail(InventoryNoticeKind::ItemTooLong);
    assert!(detail.starts_with("50000") && detail.len() < 200, "{detail}");
}

#[tokio::test]
async fn a_class_without_its_right_is_passed_over_and_only_nothing_at_all_fails() {
    let two = format!(
        "{}\n[[class]]\nname = \"more\"\npath = \"/more\"\nitems = \"results\"\nentity = {{ kind = \"service\", name = \"name\" }}\n",
        hosts("", "")
    );
    let server = Loopback::start(|seen| {
        if seen.is_for("/more") {
            json(r#"{"results":[{"name":"shop"}]}"#)
        } else {
            answer(403, "application/json", "{}")
        }
    });
    let closed = Loopback::start(|_| answer(403, "application/json", "{}"));

    let whole = read_all(&open(&server, &two)).await;
    let nothing = read_from(&open(&closed, &two), None, None).await.unwrap_err();

    assert_eq!((whole.names(), whole.partial), (vec!["shop"], true));
    assert_eq!(whole.kinds, [InventoryNoticeKind::ClassLost]);
    assert!(matches!(nothing, SourceError::Forbidden { .. }));
}

const SESSION: &str = r#"
[sign_in]
kinds = ["bearer"]
[[sign_in.token]]
headers = { Authorization = "user_token {secret}" }
[sign_in.session]
path = "/initSession"
token = "session_token"
carry = { headers = { Session-Token = "{session}" } }
"#;

#[tokio::test]
async fn a_session_is_opened_carried_and_opened_again_when_it_ends() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let opened = AtomicUsize::new(0);
    let server = Loopback::start(move |seen| {
        if seen.is_for("/initSession") {
            assert!(seen.head.contains(&format!("user_token {PLANTED}")));
            let number = opened.fetch_add(1, Ordering::SeqCst);
            return json(&format!(r#"{{"session_token":"session-{number}"}}"#));
        }
        assert!(!seen.head.contains(PLANTED));
        if number(seen, "offset") > 0 && seen.head.contains("session-0") {
            return answer(401, "application/json", r#"["ERROR_SESSION_TOKEN_INVALID","x"]"#);
        }
        let offset = number(seen, "offset");
        json(&format!(r#"{{"count":6,"results":[{}]}}"#, items(offset..(offset + 4).min(6))))
    });
    let source = open_with(&bearer(&server, &hosts(OFFSET, SESSION)), 1 << 20);

    let whole = read_all(&source).await;

    assert_eq!(whole.part.entities.len(), 6);
    let sessions = server.seen().iter().filter(|seen| seen.is_for("/initSession")).count();
    assert_eq!(sessions, 2);
}

#[tokio::test]
async fn the_probe_shows_the_raw_items_masked_beside_the_mapped_ones_and_what_found_nothing() {
    let mapping = format!("{}\nteam = \"owner.nmae\"\n", hosts(OFFSET, ""));
    let server = Loopback::start(|_| {
        json(
            r#"{"count":1,"results":[{"id":1,"name":"db-1","snmp_community":"planted","owner":{"name":"x"},"changed":"soon"}]}"#,
        )
    });

    let probe = open(&server, &mapping).probe(NOW).await.unwrap();

    assert_eq!((probe.product.as_str(), probe.counts), ("Hosts", vec![("hosts".to_owned(), Some(1))]));
    assert!(probe.raw.contains("db-1") && !probe.raw.contains("planted"));
    assert_eq!(probe.mapped.entities[0].name, "db-1");
    let found: Vec<(InventoryNoticeKind, &str)> =
        probe.not_understood.iter().map(|notice| (notice.kind, notice.subject.as_str())).collect();
    assert_eq!(found, [(InventoryNoticeKind::ValueNotUnderstood, "hosts: changed")]);
    let empty: Vec<(InventoryNoticeKind, &str)> =
        probe.notices.iter().map(|notice| (notice.kind, notice.subject.as_str())).collect();
    assert_eq!(
        empty,
        [
            (InventoryNoticeKind::NothingFound, "hosts: changed"),
            (InventoryNoticeKind::NothingFound, "hosts: team")
        ]
    );
}

#[tokio::test]
async fn the_first_request_can_be_run_by_hand_without_its_secret() {
    let server = Loopback::start(|_| json("{}"));
    let source = open_with(&bearer(&server, &hosts(OFFSET, SESSION)), 1 << 20);

    let command = source.explain();

    assert!(command.contains("-H \"Session-Token: $SESSION\""), "{command}");
    assert!(command.contains("--data-urlencode 'limit=4'") && !command.contains(PLANTED), "{command}");
}

#[test]
fn a_mistake_in_a_mapping_is_told_with_line_and_column() {
    let good = hosts(OFFSET, "");
    let cases = [
        ("kind = \"host\"", "kind = \"hosts\"", MappingProblemKind::WrongValue, "class.entity.kind"),
        ("name = \"name\"", "nmae = \"name\"", MappingProblemKind::MissingField, "class.entity.name"),
        (
            "changed = \"changed\"",
            "chnaged = \"changed\"",
            MappingProblemKind::UnknownField,
            "class.entity.chnaged",
        ),
        ("key = \"id\"", "key = \"a..id\"", MappingProblemKind::BadPath, "class.entity.key"),
        ("key = \"id\"", "key = 7", MappingProblemKind::WrongType, "class.entity.key"),
        (
            "key = \"id\"",
            "key = { path = \"id\", match = \"(\" }",
            MappingProblemKind::BadPattern,
            "class.entity.key.match",
        ),
        (
            "key = \"id\"",
            "key = { path = \"id\", lookup = \"x\" }",
            MappingProblemKind::UnknownLookup,
            "class.entity.key.lookup",
        ),
        (
            "key = \"id\"",
            "key = { const = \"a\", path = \"b\" }",
            MappingProblemKind::WrongValue,
            "class.entity.key",
        ),
        ("\"{limit}\"", "\"{limmit}\"", MappingProblemKind::UnknownPlaceholder, "class.params.limit"),
        ("kind = \"offset\"", "kind = \"ofset\"", MappingProblemKind::WrongValue, "class.paging.kind"),
        ("path = \"/hosts\"", "path = \"hosts\"", MappingProblemKind::WrongValue, "class.path"),
        ("format = 1", "format = 2", MappingProblemKind::WrongValue, "format"),
        ("[[class]]", "[[class]", MappingProblemKind::Syntax, ""),
    ];
    for (from, to, kind, subject) in cases {
        let text = good.replacen(from, to, 1);
        let line = good[..good.find(from).unwrap()].matches('\n').count() + 1;

        let problem = Mapping::parse(&text).unwrap_err();

        assert_eq!((problem.kind, problem.subject.as_str()), (kind, subject), "{to}: {problem}");
        // What is missing is told at the table that lacks it.
        let is_near = kind == MappingProblemKind::MissingField;
        assert!(usize::try_from(problem.line) == Ok(line) || is_near, "{to}: {problem}, not {line}");
        assert!(problem.column >= 1);
    }
    let typo = Mapping::parse(&good.replace("key = \"id\"", "key = \"a..id\"")).unwrap_err();
    assert_eq!(usize::try_from(typo.column), Ok("key = \"a..".len()));
    let similar = Mapping::parse(&good.replace("changed =", "chnaged =")).unwrap_err();
    assert_eq!(similar.detail, "changed");
    assert_eq!(Mapping::parse("").unwrap_err().kind, MappingProblemKind::MissingField);
    for (rest, kind, subject, detail) in [
        ("", MappingProblemKind::MissingField, "class", ""),
        ("class = []\n", MappingProblemKind::ReadsNothing, "class", ""),
        ("[[clas]]\nname = \"a\"\n", MappingProblemKind::UnknownField, "clas", "class"),
        (
            "[[class]]\nname = \"a\"\npath = \"/a\"\n[class.entty]\nkind = \"host\"\n",
            MappingProblemKind::UnknownField,
            "class.entty",
            "entity",
        ),
        ("[[class]]\nname = \"a\"\npath = \"/a\"\n", MappingProblemKind::ReadsNothing, "class", ""),
    ] {
        let problem = Mapping::parse(&format!("format = 1\nname = \"X\"\n{rest}")).unwrap_err();
        let said = (problem.kind, problem.subject.as_str(), problem.detail.as_str());
        assert_eq!(said, (kind, subject, detail), "{rest}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader_of_mappings(text in ".{0,200}", at in 0_usize..400, cut in 0_usize..60) {
        let good = hosts(OFFSET, SESSION);
        drop(Mapping::parse(&text));
        let at = good.char_indices().map(|(i, _)| i).nth(at % good.chars().count()).unwrap_or_default();
        let end = (at + cut).min(good.len());
        if good.is_char_boundary(end) {
            drop(Mapping::parse(&format!("{}{}{}", &good[..at], &text, &good[end..])));
        }
    }
}
