//! Files of every format, with what people get wrong in them.

use std::io::Write;

use wardroom_core::{EntityKind, Labels};

use super::*;

fn file(extension: &str, bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(extension).tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn taken(extension: &str, text: &str) -> InventoryFile {
    read(file(extension, text.as_bytes()).path()).unwrap()
}

fn edges(file: &InventoryFile) -> Vec<String> {
    file.part.dependencies.iter().map(|edge| format!("{} {} {}", edge.from, edge.how, edge.to)).collect()
}

fn places(file: &InventoryFile) -> Vec<(u64, u64, InventoryFileProblemKind)> {
    file.problems.iter().map(|problem| (problem.line, problem.column, problem.kind)).collect()
}

#[test]
fn a_table_of_dependencies_is_read_with_its_bad_rows() {
    let file = taken(
        ".csv",
        "from,to,how,since\nshop,orders,calls,2024\norders,,reads,\n\n\"orders, old\",db-m1\nshop,orders,calls,2024,5\n\"open,db\nlast,db,reads,1\n",
    );

    assert_eq!(edges(&file), ["last reads db", "orders, old depends on db-m1", "shop calls orders"]);
    assert_eq!(file.bad, 3);
    assert_eq!(
        places(&file),
        [
            (3, 1, InventoryFileProblemKind::NoEnd),
            (6, 24, InventoryFileProblemKind::TooManyCells),
            (7, 1, InventoryFileProblemKind::OpenQuote),
        ]
    );
    let columns: Vec<(&str, Option<&str>)> =
        file.columns.iter().map(|(name, field)| (name.as_str(), field.as_deref())).collect();
    assert_eq!(columns, [("from", Some("from")), ("to", Some("to")), ("how", Some("how")), ("since", None)]);
}

#[test]
fn a_table_of_entities_is_read_in_the_encoding_of_a_spreadsheet() {
    let text = "Hostname;Type;IP address;Owner;Criticality;Rack\ndb-m1;database;10.0.3.7/24|fe80::7;Büro;Tier 1;R7\nweb-1;web server;10.0.3.x;;;\n;host;;;;\ndb-m1;host;;;;\n";
    let (bytes, ..) = WINDOWS_1252.encode(text);

    let file = read(file(".csv", &bytes).path()).unwrap();

    let db = file.part.entities.iter().find(|entity| entity.name == "db-m1").unwrap();
    assert_eq!((db.kind, db.tier, db.team.as_str()), (EntityKind::Database, Some(1), "Büro"));
    assert_eq!(db.addresses, ["10.0.3.7", "fe80::7"]);
    assert_eq!(db.tags.get("Rack"), Some("R7"));
    assert_eq!(file.part.entities.len(), 2);
    assert_eq!(
        places(&file),
        [
            (3, 7, InventoryFileProblemKind::UnknownKind),
            (3, 18, InventoryFileProblemKind::BadValue),
            (4, 1, InventoryFileProblemKind::NoName),
            (5, 1, InventoryFileProblemKind::Twice),
        ]
    );
}

#[test]
fn a_kind_is_known_by_the_words_of_spreadsheets_too() {
    let file = taken(".csv", "name,kind\nweb,App\ndb-m1,PostgreSQL\nn1,Virtual machine\nlb-1,LB\nx,gizmo\n");

    let kind = |name: &str| file.part.entities.iter().find(|entity| entity.name == name).unwrap().kind;
    assert_eq!(
        ["web", "db-m1", "n1", "lb-1", "x"].map(kind),
        [
            EntityKind::Service,
            EntityKind::Database,
            EntityKind::Host,
            EntityKind::Balancer,
            EntityKind::Other
        ]
    );
    assert_eq!(places(&file), [(6, 3, InventoryFileProblemKind::UnknownKind)]);
}

#[test]
fn a_table_of_a_chinese_spreadsheet_is_read_in_its_encoding_and_a_western_one_is_not_taken_for_it() {
    let (chinese, ..) = GB18030.encode("name,kind,team\n支付数据库,database,数据组\n订单-01,host,\n");
    let (western, ..) = WINDOWS_1252.encode("name,kind,Größe\nweb-1,host,größer\n");

    let chinese = read(file(".csv", &chinese).path()).unwrap();
    let western = read(file(".csv", &western).path()).unwrap();

    let names: Vec<(&str, &str)> =
        chinese.part.entities.iter().map(|e| (e.name.as_str(), e.team.as_str())).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&("支付数据库", "数据组")) && names.contains(&("订单-01", "")), "{names:?}");
    assert_eq!(western.part.entities[0].tags.get("Größe"), Some("größer"));
}

#[test]
fn what_shows_nothing_is_no_name_and_no_end() {
    let entities =
        taken(".json", "[{\"name\": \"\u{200b}\"}, {\"name\": \"\\u202e \"}, {\"name\": \"db\u{200b}-m1\"}]");
    let dependencies = taken(".csv", "from,to\nshop,\u{feff}\u{200b}\nshop,orders\n");

    assert_eq!(
        entities.part.entities.iter().map(|entity| entity.name.as_str()).collect::<Vec<_>>(),
        ["db\u{200b}-m1"]
    );
    assert!(entities.problems.iter().all(|problem| problem.kind == InventoryFileProblemKind::NoName));
    assert_eq!(entities.bad, 2);
    assert_eq!(edges(&dependencies), ["shop depends on orders"]);
    assert_eq!(places(&dependencies), [(2, 1, InventoryFileProblemKind::NoEnd)]);
}

#[test]
fn a_value_that_never_ends_is_cut_and_told() {
    let long = "ä".repeat(5_000);
    let text = format!(
        r#"[{{"name": "shop", "tags": {{"note": "{long}"}}}}, {{"name": "{long}"}}, {{"name": "{long}x"}}, {{"from": "shop", "to": "{long}"}}]"#
    );

    let file = taken(".json", &text);

    let names: Vec<usize> = file.part.entities.iter().map(|entity| entity.name.chars().count()).collect();
    assert_eq!(names, [4, 2_000]);
    assert_eq!(file.part.entities[0].tags.get("note").map(str::len), Some(4_000));
    assert_eq!(file.part.dependencies[0].to, file.part.entities[1].name);
    let kinds: Vec<InventoryFileProblemKind> = file.problems.iter().map(|problem| problem.kind).collect();
    let cut = InventoryFileProblemKind::ValueTooLong;
    assert_eq!(kinds, [cut, cut, cut, InventoryFileProblemKind::Twice, cut]);
    assert_eq!(file.problems[0].detail, "2000");
}

#[test]
fn yaml_lists_maps_documents_and_merges_are_read() {
    let text = r"
defaults: &defaults
  team: payments
  environment: production
entities:
  - <<: *defaults
    name: shop
    kind: service
    tier: 1
    tags: {language: go}
    links: {Runbook: 'https://wiki.example.net/shop'}
    depends_on: [orders, {to: db-m1, how: reads}]
    changed: 2026-11-17 14:53:00
  - {name: no, kind: nonsense}
  - just a text
dependencies:
  - {from: shop, to: cache, how: caches in}
  - {from: shop}
---
name: orders
kind: service
";
    let file = taken(".yaml", text);

    let shop = file.part.entities.iter().find(|entity| entity.name == "shop").unwrap();
    assert_eq!(
        (shop.team.as_str(), shop.environment.as_str(), shop.tier),
        ("payments", "production", Some(1))
    );
    assert_eq!(
        (shop.tags.get("language"), shop.links.get("Runbook")),
        (Some("go"), Some("https://wiki.example.net/shop"))
    );
    assert_eq!(shop.changed_at.unwrap().to_string(), "2026-11-17T14:53:00Z");
    assert_eq!(edges(&file), ["shop caches in cache", "shop reads db-m1", "shop depends on orders"]);
    assert_eq!(file.part.entities.len(), 3);
    assert_eq!(
        places(&file),
        [
            (14, 22, InventoryFileProblemKind::UnknownKind),
            (15, 5, InventoryFileProblemKind::NoEntry),
            (18, 5, InventoryFileProblemKind::NoEnd),
        ]
    );
}

#[test]
fn a_mistake_in_yaml_is_told_with_its_place_and_a_bomb_is_not_lit() {
    let broken = taken(".yml", "entities:\n  - name: a\n   kind: [\n");
    let refs = |i: usize| vec![format!("*a{}", i - 1); 10].join(",");
    let lines: Vec<String> = (1..12).map(|i| format!("a{i}: &a{i} [{}]\n", refs(i))).collect();
    let bomb = format!("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{}", lines.concat());
    let bomb = taken(".yaml", &bomb);
    let deep = taken(".yaml", &"[".repeat(5_000));

    assert_eq!(broken.problems[0].kind, InventoryFileProblemKind::Syntax);
    assert_eq!(broken.problems[0].line, 3);
    assert_eq!(bomb.problems[0].kind, InventoryFileProblemKind::TooDeep);
    assert_eq!(deep.problems.len(), 1);
}

#[test]
fn json_documents_and_lines_are_read_with_places() {
    let document = taken(
        ".json",
        "{\"entities\": [\n  {\"name\": \"shop\", \"kind\": \"service\", \"aliases\": [\"Shop \\ud83d\\ude00\"]},\n  7,\n  {\"team\": \"x\"}],\n \"edges\": [{\"source\": \"shop\", \"target\": \"db\", \"relation\": \"reads\"}]}",
    );
    let lines = taken(".jsonl", "{\"name\":\"a\"}\n{\"from\":\"a\",\"to\":\"b\"}\n{\"name\":");

    assert_eq!(document.part.entities[0].aliases, ["Shop 😀"]);
    assert_eq!(edges(&document), ["shop reads db"]);
    assert_eq!(
        places(&document),
        [(3, 3, InventoryFileProblemKind::NoEntry), (4, 3, InventoryFileProblemKind::NoName)]
    );
    assert_eq!((lines.part.entities.len(), edges(&lines)), (1, vec!["a depends on b".to_owned()]));
    assert_eq!(places(&lines), [(3, 8, InventoryFileProblemKind::Syntax)]);
}

#[test]
fn nothing_of_a_document_is_lost_in_silence() {
    let document = taken(
        ".json",
        "{\"services\": [{\"name\": \"shop\"}], \"tags\": [\"x\", {\"a\": 1}],\n \"calls\": [{\"from\": \"shop\", \"to\": \"db\"}],\n \"edges\": 5}",
    );
    let yaml = taken(".yaml", "servers:\n  - name: a\n");

    assert_eq!(document.part.entities.len(), 1);
    assert_eq!(
        places(&document),
        [(2, 11, InventoryFileProblemKind::UnknownList), (3, 11, InventoryFileProblemKind::NoEntry)]
    );
    assert_eq!((document.bad, document.problems[0].detail.as_str()), (2, "calls"));
    let kinds: Vec<InventoryFileProblemKind> = yaml.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [InventoryFileProblemKind::UnknownList, InventoryFileProblemKind::NoEntry]);
}

#[test]
fn the_programs_own_export_comes_back_as_a_source_would_tell_it() {
    let text = r#"{"asOf": null, "schema": "wardroom-topology/1", "entities": [
        {"name": "web", "kind": "service", "names": ["web.example.net"], "needs": 2, "needed": 0, "note": "x",
         "tags": [["version", "5.9.1"]], "links": [["Runbook", "https://wiki.example.net/web"]],
         "sources": [{"name": "a", "source": 1}], "history": [{"key": "web"}]}],
        "dependencies": [
        {"from": "web", "to": "db", "how": "reads", "state": "sound", "evidence": [{"key": "k"}]},
        {"from": "web", "to": "cache", "how": "calls", "state": "proposed"}]}"#;

    let file = taken(".json", text);

    let web = &file.part.entities[0];
    assert_eq!(edges(&file), ["web reads db"]);
    assert_eq!(web.aliases, ["web.example.net"]);
    assert_eq!(web.tags, Labels::new([("version", "5.9.1")]));
    assert_eq!(web.links.get("Runbook"), Some("https://wiki.example.net/web"));
    assert_eq!((file.part.entities.len(), file.bad, places(&file)), (1, 0, vec![]));
}

#[test]
fn a_file_of_samples_is_not_taken_for_an_inventory() {
    let is = |extension: &str, text: &str| is_inventory(file(extension, text.as_bytes()).path());

    assert!(is(".csv", "from,to,how\na,b,c\n"));
    assert!(is(".csv", "name;kind;team\na;service;x\n"));
    assert!(is(".yaml", "entities:\n  - name: a\n"));
    assert!(is(".json", "{\"entities\":[]}"));
    assert!(!is(".csv", "time,name,value\n1,up,1\n"));
    assert!(!is(".csv", "host,timestamp,cpu\na,1,2\n"));
    assert!(!is(".json", "{\"message\":\"x\",\"level\":\"info\"}"));
}

#[test]
fn an_empty_file_and_one_that_is_not_there_are_told_apart() {
    assert!(matches!(read(file(".csv", b" \n").path()), Err(FileError::Empty { .. })));
    assert!(matches!(read(Path::new("/nowhere/at/all.csv")), Err(FileError::NotFound { .. })));
    let other = taken(".csv", "a,b\n1,2\n");
    assert_eq!(places(&other), [(1, 1, InventoryFileProblemKind::NoColumns)]);
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_refused_as_such() {
    let refused = read(Path::new("/dev/null"));

    assert!(matches!(refused, Err(FileError::Foreign { kind: ForeignKind::Pipe, .. })), "{refused:?}");
}

#[test]
fn a_packed_file_is_read_like_its_text_and_a_cut_one_is_refused() {
    let text = "from,to,how\nshop,orders,calls\norders,db,reads\n";
    let packed = zstd::encode_all(text.as_bytes(), 1).unwrap();
    let whole = file(".csv.zst", &packed);
    let cut = file(".csv.zst", &packed[..packed.len() - 8]);

    assert!(is_inventory(whole.path()));
    assert_eq!(read(whole.path()).unwrap(), taken(".csv", text));
    assert!(matches!(read(cut.path()), Err(FileError::Packed { .. })));
}

#[test]
fn a_preview_counts_everything_and_shows_the_beginning() {
    let lines: Vec<String> = (0..50).map(|i| format!("- {{name: host-{i:02}, kind: host}}\n")).collect();
    let text = lines.concat();

    let preview = preview(file(".yaml", text.as_bytes()).path()).unwrap();

    assert_eq!((preview.entities, preview.sample.entities.len()), (50, 20));
    assert_eq!(preview.sample.entities[0].name, "host-00");
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_readers(text in "[-a-z:,;\"'{}\\[\\]&*|> \t\r\n0-9é]{0,300}") {
        for extension in [".csv", ".yaml", ".json"] {
            drop(read(file(extension, text.as_bytes()).path()));
        }
    }
}
