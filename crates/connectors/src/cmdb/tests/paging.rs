//! Kinds of paging, delta, resuming, lookups and relations.

use super::*;
use crate::loopback::{Reply, answer_with, json};

/// Answers a list of so many hosts page by page.
fn paged(total: usize, seen: &Seen) -> Reply {
    let (limit, offset) = (number(seen, "limit"), number(seen, "offset"));
    let end = (offset + limit).min(total);
    json(&format!(r#"{{"count":{total},"next":null,"results":[{}]}}"#, items(offset..end.max(offset))))
}

#[tokio::test]
async fn offsets_lead_through_all_pages_and_the_last_short_one_ends_the_class() {
    let server = Loopback::start(|seen| paged(10, seen));
    let source = open(&server, &hosts(OFFSET, ""));

    let whole = read_all(&source).await;

    assert_eq!(whole.part.entities.len(), 10);
    assert_eq!(whole.pages.iter().map(|page| page.read).collect::<Vec<_>>(), [4, 8, 10]);
    assert_eq!(whole.pages[0].of, Some(10));
    assert_eq!((whole.partial, whole.kinds), (false, Vec::new()));
}

#[tokio::test]
async fn a_full_last_page_is_asked_behind_because_counts_lie() {
    let server = Loopback::start(|seen| {
        let (limit, offset) = (number(seen, "limit"), number(seen, "offset"));
        let ids = offset..(offset + limit).min(11);
        json(&format!(r#"{{"count":8,"results":[{}]}}"#, items(ids.start..ids.end.max(ids.start))))
    });

    let whole = read_all(&open(&server, &hosts(OFFSET, ""))).await;

    // The source says 8 and has 11.
    assert_eq!(whole.part.entities.len(), 11);
    assert_eq!(whole.kinds, [InventoryNoticeKind::CountDiffers]);
    assert_eq!((whole.detail(InventoryNoticeKind::CountDiffers), whole.partial), ("11/8", false));
}

#[tokio::test]
async fn a_count_that_is_too_high_means_that_something_may_be_missing() {
    let server = Loopback::start(|seen| {
        let rest = if number(seen, "offset") == 0 { items(0..4) } else { String::new() };
        json(&format!(r#"{{"count":900,"results":[{rest}]}}"#))
    });

    let whole = read_all(&open(&server, &hosts(OFFSET, ""))).await;

    assert_eq!((whole.part.entities.len(), whole.partial), (4, true));
    assert_eq!(whole.detail(InventoryNoticeKind::CountDiffers), "4/900");
}

#[tokio::test]
async fn a_null_count_is_no_count() {
    let server = Loopback::start(|seen| {
        let rest = if number(seen, "offset") == 0 { items(0..3) } else { String::new() };
        json(&format!(r#"{{"count":null,"results":[{rest}]}}"#))
    });

    let whole = read_all(&open(&server, &hosts(OFFSET, ""))).await;

    assert_eq!((whole.part.entities.len(), whole.partial, whole.pages[0].of), (3, false, None));
    assert_eq!(whole.kinds, []);
}

#[tokio::test]
async fn a_server_that_gives_fewer_than_asked_for_is_followed_by_what_came() {
    let server = Loopback::start(|seen| {
        let offset = number(seen, "offset");
        json(&format!(r#"{{"count":7,"results":[{}]}}"#, items(offset..(offset + 2).min(7))))
    });

    let whole = read_all(&open(&server, &hosts(OFFSET, ""))).await;

    assert_eq!((whole.part.entities.len(), whole.partial), (7, false));
}

#[tokio::test]
async fn a_next_page_is_fetched_from_the_configured_place() {
    let server = Loopback::start(|seen| {
        if param(seen, "offset").is_empty() {
            json(&format!(
                r#"{{"count":5,"next":"http://10.9.9.9:1/hosts?limit=4&offset=4","results":[{}]}}"#,
                items(0..4)
            ))
        } else {
            json(&format!(r#"{{"count":5,"next":null,"results":[{}]}}"#, items(4..5)))
        }
    });

    let whole = read_all(&open(&server, &hosts(NEXT, ""))).await;

    assert_eq!(whole.part.entities.len(), 5);
    assert_eq!(whole.kinds, [InventoryNoticeKind::PlaceRewritten]);
    assert_eq!(whole.detail(InventoryNoticeKind::PlaceRewritten), "http://10.9.9.9:1");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn an_endless_next_ends_where_pages_bring_nothing_more() {
    let server = Loopback::start(|seen| {
        let offset = number(seen, "offset");
        let next = format!("/hosts?limit=4&offset={}", offset + 4);
        // From the second page on it is always the same one under another address.
        let from = if offset == 0 { 0 } else { 4 };
        json(&format!(r#"{{"next":"{next}","results":[{}]}}"#, items(from..from + 4)))
    });

    let whole = read_all(&open(&server, &hosts(NEXT, ""))).await;

    assert_eq!(whole.part.entities.len(), 8);
    assert_eq!((whole.kinds.as_slice(), whole.partial), (&[InventoryNoticeKind::PagesRepeat][..], true));
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn an_endless_next_of_empty_pages_ends_as_well() {
    let server = Loopback::start(|seen| {
        let offset = number(seen, "offset");
        let next = format!("/hosts?limit=4&offset={}", offset + 4);
        // Behind two pages that may not be seen there is another one.
        let ids = if matches!(offset, 0 | 12) { offset..offset + 4 } else { 0..0 };
        json(&format!(r#"{{"next":"{next}","results":[{}]}}"#, items(ids)))
    });

    let whole = read_all(&open(&server, &hosts(NEXT, ""))).await;

    assert_eq!((whole.part.entities.len(), whole.partial), (8, true));
    assert_eq!(whole.kinds, [InventoryNoticeKind::PagesRepeat]);
    assert_eq!(server.seen().len(), 54);
}

#[tokio::test]
async fn a_count_beyond_all_numbers_is_a_count_that_lies() {
    let server = Loopback::start(|_| {
        json(&format!(r#"{{"count":18446744073709551615,"next":null,"results":[{}]}}"#, items(0..2)))
    });
    let second = hosts(NEXT, "").split_once("[[class]]").unwrap().1.replace("\"hosts\"", "\"more\"");

    let whole = read_all(&open(&server, &format!("{}\n[[class]]{second}", hosts(NEXT, "")))).await;

    assert_eq!((whole.part.entities.len(), whole.partial), (4, true));
    assert_eq!(whole.pages.last().unwrap().of, Some(u64::MAX));
    assert_eq!(whole.kinds, [InventoryNoticeKind::CountDiffers; 2]);
}

#[tokio::test]
async fn a_next_that_never_repeats_ends_at_the_cap_of_pages() {
    let server = Loopback::start(|seen| {
        let offset = number(seen, "offset");
        let next = format!("/hosts?limit=4&offset={}", offset + 4);
        json(&format!(r#"{{"next":"{next}","results":[{}]}}"#, items(offset..offset + 4)))
    });

    let whole = read_all(&open(&server, &hosts(NEXT, "limits = { pages = 5 }"))).await;

    assert_eq!((whole.part.entities.len(), whole.partial), (20, true));
    assert_eq!(whole.kinds, [InventoryNoticeKind::PageCap]);
}

#[tokio::test]
async fn an_item_that_moved_into_the_next_page_comes_once_and_a_shrinking_source_is_told() {
    let server = Loopback::start(|seen| match number(seen, "offset") {
        0 => json(&format!(r#"{{"count":8,"results":[{}]}}"#, items(0..4))),
        // An item was added in front: the fourth comes again.
        4 => json(&format!(r#"{{"count":9,"results":[{}]}}"#, items(3..7))),
        // Two were deleted meanwhile.
        _ => json(&format!(r#"{{"count":7,"results":[{}]}}"#, items(8..9))),
    });

    let whole = read_all(&open(&server, &hosts(OFFSET, ""))).await;

    let mut names = whole.names();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), whole.part.entities.len(), whole.partial), (8, 8, true));
    let changed = whole.kinds.iter().filter(|&&kind| kind == InventoryNoticeKind::ChangedWhileRead);
    assert_eq!(changed.count(), 2);
}

#[tokio::test]
async fn cursors_pages_and_links_lead_to_the_end() {
    let cursor = "params = { cursor = \"{cursor}\" }\npaging = { kind = \"cursor\", cursor = \"page.next\" }";
    let server = Loopback::start(|seen| match param(seen, "cursor").as_str() {
        "" => json(&format!(r#"{{"results":[{}],"page":{{"next":"b/+="}}}}"#, items(0..2))),
        "b/+=" => json(&format!(r#"{{"results":[{}],"page":{{"next":null}}}}"#, items(2..3))),
        other => panic!("{other}"),
    });
    assert_eq!(read_all(&open(&server, &hosts(cursor, ""))).await.part.entities.len(), 3);

    let page = "params = { p = \"{page}\" }\npaging = { kind = \"page\", size = 2 }";
    let server = Loopback::start(|seen| match number(seen, "p") {
        1 => json(&format!(r#"{{"results":[{}]}}"#, items(0..2))),
        2 => json(&format!(r#"{{"results":[{}]}}"#, items(2..4))),
        // Django's way to say that there is no such page.
        _ => answer_with(404, "application/json", "", r#"{"detail":"Invalid page."}"#),
    });
    assert_eq!(read_all(&open(&server, &hosts(page, ""))).await.part.entities.len(), 4);

    let link = "paging = { kind = \"link\", total_header = \"X-Total-Count\" }";
    let server = Loopback::start(|seen| {
        let (ids, head) = if param(seen, "o").is_empty() {
            (0..2, "X-Total-Count: 3\r\nLink: <http://inside/hosts?o=2>;rel=\"next\"\r\n")
        } else {
            (2..3, "X-Total-Count: 3\r\n")
        };
        answer_with(200, "application/json", head, &format!(r#"{{"results":[{}]}}"#, items(ids)))
    });
    let whole = read_all(&open(&server, &hosts(link, ""))).await;
    assert_eq!((whole.part.entities.len(), whole.pages[0].of), (3, Some(3)));
}

#[tokio::test]
async fn a_source_that_does_not_page_is_read_once() {
    let server = Loopback::start(|_| json(&format!(r#"{{"results":[{}]}}"#, items(0..3))));

    let whole = read_all(&open(&server, &hosts(OFFSET, ""))).await;

    assert_eq!((whole.part.entities.len(), whole.partial, whole.kinds.len()), (3, false, 0));
}

#[tokio::test]
async fn a_refusal_behind_the_end_is_the_end() {
    let paging = "params = { range = \"{offset}-{last}\" }\npaging = { kind = \"offset\", total_header = \"Content-Range\", past_end = \"ERROR_RANGE\", size = 2 }";
    let server = Loopback::start(|seen| match param(seen, "range").as_str() {
        "0-1" => answer_with(
            206,
            "application/json",
            "Content-Range: 0-1/2\r\n",
            &format!(r#"{{"results":[{}]}}"#, items(0..2)),
        ),
        _ => answer_with(400, "application/json", "", r#"["ERROR_RANGE_EXCEED_TOTAL","too far"]"#),
    });

    let whole = read_all(&open(&server, &hosts(paging, ""))).await;

    assert_eq!((whole.part.entities.len(), whole.partial, whole.kinds.len()), (2, false, 0));
}

#[tokio::test]
async fn a_place_survives_a_restart_and_a_change_of_the_mapping_begins_again() {
    let server = Loopback::start(|seen| paged(10, seen));
    let mapping = hosts(OFFSET, "");
    let first = open(&server, &mapping).read(None, None, NOW).await.unwrap();
    let written = serde_json::to_string(&first.next).unwrap();
    let place: Option<InventoryPlace> = serde_json::from_str(&written).unwrap();

    let rest = read_from(&open(&server, &mapping), place.clone(), None).await.unwrap();
    let again = read_from(&open(&server, &format!("{mapping}\n# other")), place, None).await.unwrap();

    assert_eq!((rest.part.entities.len(), rest.pages.last().unwrap().read), (6, 10));
    assert_eq!(again.part.entities.len(), 10);
    assert_eq!(again.kinds, [InventoryNoticeKind::BegunAgain]);
}

const DELTA: &str = "delta = { params = { changed_after = \"{since}\" }, changed = \"changed\" }";

#[tokio::test]
async fn only_changes_are_asked_for_and_a_source_that_does_not_listen_is_found_out() {
    let since = Timestamp::from_millis(1_793_577_600_000); // 2026-11-02T00:00:00Z
    let mapping = hosts(&format!("{OFFSET}\n{DELTA}"), "");
    let listens = Loopback::start(|seen| {
        assert_eq!(param(seen, "changed_after"), "2026-11-02T00:00:00Z");
        json(r#"{"count":1,"results":[{"id":9,"name":"host-9","changed":"2026-11-02T00:00:01Z"}]}"#)
    });
    let is_deaf = Loopback::start(|seen| paged(6, seen));

    let heard = read_from(&open(&listens, &mapping), None, Some(since)).await.unwrap();
    let ignored = read_from(&open(&is_deaf, &mapping), None, Some(since)).await.unwrap();

    assert_eq!((heard.names(), heard.pages[0].delta), (vec!["host-9"], true));
    assert_eq!(ignored.part.entities.len(), 6);
    assert!(ignored.pages.iter().all(|page| !page.delta));
    assert_eq!(ignored.kinds, [InventoryNoticeKind::FilterIgnored]);
}

#[tokio::test]
async fn an_empty_source_says_so() {
    let server = Loopback::start(|_| json(r#"{"count":0,"results":[]}"#));

    let whole = read_all(&open(&server, &hosts(OFFSET, ""))).await;

    assert_eq!((whole.kinds.as_slice(), whole.partial), (&[InventoryNoticeKind::Empty][..], false));
}

#[tokio::test]
async fn lookups_relations_and_deletions_are_read() {
    let mapping = r#"
format = 1
name = "Own"
[defaults]
items = "rows"
[[lookup]]
name = "teams"
path = "/teams"
key = "id"
take = { name = "title", mail = "mail" }
complete = true
[[class]]
name = "services"
path = "/services"
gone = { state = "retired" }
only = { archived = "false" }
[class.entity]
kind = { path = "type", values = { pg = "database" }, default = "service" }
key = { text = "svc:{id}" }
name = ["label", "name"]
tier = "importance"
team = { path = "team", lookup = "teams", take = "name" }
contact = { path = "team", lookup = "teams", take = "mail" }
addresses = { path = "ips", split = ";" }
aliases = { all = ["fqdn", "name"] }
tags = { both = { join = ["a", "b"], with = "/" }, word = { path = "a", match = "^(\\w)" } }
links = { Page = "url" }
changed = "at"
[[class.relation]]
each = "needs"
only = { strength = ["hard", "soft"] }
to = { text = "svc:{id}" }
how = { path = "way", values = { sql = "reads", hosts = "<runs on" }, default = "depends on" }
[[class]]
name = "edges"
path = "/edges"
[[class.relation]]
from = { text = "svc:{a}" }
to = { text = "svc:{b}" }
how = "calls"
changed = "at"
"#;
    let server = Loopback::start(|seen| {
        if seen.is_for("/teams") {
            return json(r#"{"rows":[{"id":7,"title":"Payments","mail":"payments@example.net"}]}"#);
        }
        if seen.is_for("/edges") {
            return json(r#"{"rows":[{"a":1,"b":2,"at":1794927180},{"a":1,"b":2,"at":1794927180},{"a":1}]}"#);
        }
        json(
            r#"{"rows":[
            {"id":1,"name":"shop","label":"Shop","type":"web","importance":"Tier 1","team":7,"ips":"10.0.0.1/24; fe80::1;x","fqdn":"shop.example.net",
             "a":"ab","b":"c","url":"javascript:alert(1)","at":"Tue, 17 Nov 2026 14:53:00 GMT","archived":false,
             "needs":[{"id":2,"strength":"hard","way":"sql"},{"id":3,"strength":"none"},{"id":4,"strength":"soft","way":"hosts"}]},
            {"id":2,"name":"db","type":"pg","team":8,"archived":false,"at":"never"},
            {"id":5,"name":"old","state":"retired","archived":false},
            {"id":6,"name":"hidden","archived":true},
            {"id":9,"archived":false},
            17]}"#,
        )
    });

    let whole = read_all(&open(&server, mapping)).await;

    let shop = whole.part.entities.iter().find(|entity| entity.key == "svc:1").unwrap();
    assert_eq!((shop.name.as_str(), shop.tier, shop.team.as_str()), ("Shop", Some(1), "Payments"));
    assert_eq!(shop.contact, "payments@example.net");
    assert_eq!(
        (shop.addresses.clone(), shop.aliases.clone()),
        (
            vec!["10.0.0.1".to_owned(), "fe80::1".to_owned()],
            vec!["shop.example.net".to_owned(), "shop".to_owned()]
        )
    );
    assert_eq!((shop.tags.get("both"), shop.tags.get("word")), (Some("ab/c"), Some("a")));
    assert!(shop.links.is_empty());
    assert_eq!(shop.changed_at, Some(NOW));
    let edges: Vec<String> = whole
        .part
        .dependencies
        .iter()
        .map(|edge| format!("{} {} {}", edge.from, edge.how, edge.to))
        .collect();
    assert_eq!(edges, ["svc:1 reads svc:2", "svc:4 runs on svc:1", "svc:1 calls svc:2"]);
    assert_eq!(whole.gone, ["svc:5"]);
    assert_eq!(whole.part.entities.len(), 2);
    for kind in [
        InventoryNoticeKind::LookupMissed,
        InventoryNoticeKind::ItemWithoutName,
        InventoryNoticeKind::ValueNotUnderstood,
    ] {
        assert!(whole.kinds.contains(&kind), "{kind:?}");
    }
}

#[tokio::test]
async fn a_lookup_that_does_not_page_is_read_once() {
    let lookup = "[[lookup]]\nname = \"teams\"\npath = \"/teams\"\nparams = { p = \"{page}\" }\nitems = \"rows\"\npaging = { kind = \"page\" }\nkey = \"id\"\nvalue = \"name\"";
    let server = Loopback::start(|seen| {
        if seen.is_for("/teams") { json(r#"{"rows":[{"id":1,"name":"x"}]}"#) } else { paged(1, seen) }
    });

    read_all(&open(&server, &hosts(OFFSET, lookup))).await;

    assert_eq!(server.seen().iter().filter(|seen| seen.is_for("/teams")).count(), 2);
}
