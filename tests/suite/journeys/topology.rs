//! The inventory in the terminal: imported, asked, doubted, written, and read from a server, with the exit codes and the
//! JSON that scripts go by.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::terminal::{Came, Terminal};

const ENTITIES: &str = "name,kind,team,tier\nweb,service,shop,1\norders,service,shop,1\n\
     orders-db,database,data,1\nspare,host,,\n";

/// One row lacks an end, and one leads to what no source knows.
const EDGES: &str =
    "from,to,how\nweb,orders,calls\norders,orders-db,writes\norders,fx-rates,calls\nweb,,calls\n";

impl Terminal {
    /// Runs a command of `topology` on the workspace.
    fn topology(&self, arguments: &[&str]) -> Came {
        let workspace = self.workspace();
        self.run(&[&["topology"], arguments, &["--workspace", &workspace]].concat())
    }

    /// Runs it for a script; returns the exit code and what the one object on standard output has.
    fn told(&self, arguments: &[&str]) -> (i32, Value) {
        let (code, out, said) = self.topology(&[arguments, &["--json"]].concat());
        let object: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out} {said}"));
        assert_eq!(object["command"], format!("topology {}", arguments[0]));
        (code, object["result"].clone())
    }
}

/// A workspace with entities and edges from files.
fn shop(test: &str) -> Option<Terminal> {
    let terminal = Terminal::empty(test)?;
    let (entities, edges) = (terminal.file("entities.csv", ENTITIES), terminal.file("edges.csv", EDGES));
    assert_eq!(terminal.topology(&["import", &entities]).0, 0);
    assert_eq!(terminal.topology(&["import", &edges]).0, 5);
    Some(terminal)
}

fn names(rows: &Value, field: &str) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
}

#[test]
fn files_are_previewed_imported_and_read_again_as_the_next_state() {
    let Some(terminal) = Terminal::empty("files_are_previewed_imported_and_read_again_as_the_next_state")
    else {
        return;
    };
    let (entities, edges) = (terminal.file("entities.csv", ENTITIES), terminal.file("edges.csv", EDGES));

    let (shown, preview) = terminal.told(&["import", &entities, "--preview"]);
    let is_made = std::fs::exists(terminal.workspace()).unwrap();
    let (first, imported) = terminal.told(&["import", &entities]);
    let (with_bad, of_edges) = terminal.told(&["import", &edges]);
    let (again, same) = terminal.told(&["import", &entities]);
    let (_, _, warned) = terminal.topology(&["import", &edges]);
    let (missing, _, _) = terminal.topology(&["import", &terminal.path("nowhere.csv")]);
    let workspace = terminal.workspace();
    let (as_samples, _, said) = terminal.run(&["import", "--workspace", &workspace, &edges]);

    assert_eq!((shown, is_made), (0, false));
    assert_eq!((&preview["entities"], &preview["bad"]), (&4.into(), &0.into()));
    assert_eq!((first, &imported["fresh"]), (0, &4.into()));
    assert_eq!((with_bad, &of_edges["fresh"], &of_edges["bad"]), (5, &3.into(), &1.into()));
    assert_eq!((again, &same["fresh"], &same["same"]), (0, &0.into(), &4.into()));
    // The row that was left out is named, and so is the edge that leads nowhere.
    assert!(warned.contains("Line 5") && warned.contains("orders → fx-rates"), "{warned}");
    assert_eq!(missing, 4);
    // Whoever takes edges for samples is told the way.
    assert_eq!(as_samples, 4);
    assert!(said.contains("wardroom topology import"), "{said}");
}

#[test]
fn a_file_that_lacks_most_of_what_it_had_deletes_nothing_until_that_is_said() {
    let test = "a_file_that_lacks_most_of_what_it_had_deletes_nothing_until_that_is_said";
    let Some(terminal) = Terminal::empty(test) else { return };
    let entities = terminal.file("entities.csv", ENTITIES);
    terminal.told(&["import", &entities]);
    let few: Vec<&str> = ENTITIES.lines().take(2).collect();
    terminal.file("entities.csv", &few.join("\n"));

    let (code, _, said) = terminal.topology(&["import", &entities]);
    let (_, kept, _) = terminal.topology(&["export", "--format", "json"]);
    let (decided, _) = terminal.told(&["sync", "--delete-missing"]);
    let (_, left, _) = terminal.topology(&["export", "--format", "json"]);

    let count = |text: &str| {
        let object: Value = serde_json::from_str(text).unwrap();
        names(&object["entities"], "name").len()
    };
    assert_eq!(code, 5);
    assert!(said.contains("3 of 4 entities") && said.contains("--delete-missing"), "{said}");
    assert_eq!((count(&kept), decided, count(&left)), (4, 0, 1));
}

#[test]
fn what_waits_is_decided_for_the_named_source_alone() {
    let Some(terminal) = Terminal::empty("what_waits_is_decided_for_the_named_source_alone") else { return };
    let few: Vec<&str> = ENTITIES.lines().take(2).collect();
    for name in ["first.csv", "second.csv"] {
        let file = terminal.file(name, ENTITIES);
        terminal.told(&["import", &file]);
        terminal.file(name, &few.join("\n"));
        terminal.topology(&["import", &file]);
    }

    let (code, out, said) = terminal.topology(&["sync", "--delete-missing", "--source", "first.csv"]);

    assert_eq!(code, 5, "{said}");
    assert!(out.contains("first.csv: 3 of 4 entities"), "what was ended is told: {out}");
    assert!(said.contains("second.csv: 3 of 4 entities") && said.contains("--keep-missing"), "{said}");
}

#[test]
fn ways_are_shown_and_their_absence_is_an_exit_code() {
    let Some(terminal) = shop("ways_are_shown_and_their_absence_is_an_exit_code") else { return };

    let (code, out, _) = terminal.topology(&["path", "web", "orders-db"]);
    let (back, other_way) = terminal.told(&["path", "orders-db", "web"]);
    let (none, nothing) = terminal.told(&["path", "web", "spare"]);
    let (unknown, _, said) = terminal.topology(&["path", "web", "nobody", "--json"]);
    let (_, _, slipped) = terminal.topology(&["path", "web", "order-db", "--json"]);
    let (same, between, _) = terminal.topology(&["path", "web", "WEB"]);
    let (_, chinese, _) = terminal.topology(&["path", "web", "orders-db", "--language", "zh-CN"]);
    let then = ["path", "web", "orders-db", "--as-of", "2020-01-01T00:00:00Z", "--json"];
    let (before, _, long_ago) = terminal.topology(&then);

    assert_eq!(code, 0);
    assert!(out.contains("web calls→ orders writes→ orders-db"), "{out}");
    assert_eq!((back, &other_way["reversed"]), (0, &true.into()));
    assert_eq!((none, nothing["paths"].as_array().map(Vec::len)), (1, Some(0)));
    assert_eq!(unknown, 4);
    let refusal: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(refusal["code"], "no_such_entity");
    assert_eq!(refusal["fields"]["near"], "");
    let refusal: Value = serde_json::from_str(&slipped).unwrap();
    assert_eq!(
        (&refusal["code"], &refusal["fields"]["near"]),
        (&"no_such_entity".into(), &"orders-db".into())
    );
    assert!(refusal["message"].to_string().contains("Perhaps you mean orders-db."), "{refusal}");
    assert_eq!(same, 0);
    assert!(between.contains("web and WEB are one thing"), "{between}");
    assert!(chinese.contains("web 调用→ orders 写入→ orders-db"), "{chinese}");
    // Nothing of it was known then.
    let refusal: Value = serde_json::from_str(&long_ago).unwrap();
    assert_eq!((before, &refusal["fields"]["meant"]), (4, &"then".into()));
}

#[test]
fn the_blast_radius_is_listed_with_owners_to_either_side() {
    let Some(terminal) = shop("the_blast_radius_is_listed_with_owners_to_either_side") else { return };

    let (code, down) = terminal.told(&["impact", "orders-db"]);
    let (_, near) = terminal.told(&["impact", "orders-db", "--hops", "1"]);
    let (_, up) = terminal.told(&["impact", "web", "--direction", "up"]);
    let (_, out, _) = terminal.topology(&["impact", "orders-db"]);

    assert_eq!((code, names(&down["rows"], "name")), (0, vec!["orders".to_owned(), "web".to_owned()]));
    assert_eq!(names(&down["rows"], "team"), ["shop", "shop"]);
    assert_eq!(names(&near["rows"], "name"), ["orders"]);
    let up = names(&up["rows"], "name");
    assert!(up.contains(&"orders-db".to_owned()) && !up.contains(&"web".to_owned()), "{up:?}");
    assert!(out.lines().any(|line| line.contains("web") && line.contains("shop")), "{out}");
    assert!(out.contains("! marks what has no other way around"), "the marks are explained: {out}");
}

#[test]
fn what_is_doubtful_is_listed_by_kind() {
    let Some(terminal) = shop("what_is_doubtful_is_listed_by_kind") else { return };

    let (code, doubts) = terminal.told(&["doubtful"]);
    let (_, out, _) = terminal.topology(&["doubtful"]);

    assert_eq!((code, names(&doubts["orphans"], "name")), (0, vec!["spare".to_owned()]));
    assert!(doubts["unowned"].to_string().contains("\"spare\""), "{doubts}");
    let loose = doubts["dangling"].to_string() + &doubts["edges"].to_string();
    assert!(loose.contains("fx-rates"), "{doubts}");
    assert!(out.contains("Without an owner") && out.contains("spare"), "{out}");
}

#[test]
fn the_topology_is_written_in_every_format_to_a_file_and_to_the_terminal() {
    let test = "the_topology_is_written_in_every_format_to_a_file_and_to_the_terminal";
    let Some(terminal) = shop(test) else { return };

    for (format, mark) in
        [("json", "\"schema\""), ("dot", "digraph"), ("graphml", "<graphml"), ("cypher", "MERGE")]
    {
        let (code, text, _) = terminal.topology(&["export", "--format", format]);
        let out = terminal.path(&format!("map.{format}"));
        let (written, told) = terminal.told(&["export", "--format", format, "--out", &out]);

        assert_eq!((code, written), (0, 0), "{format}");
        assert!(text.contains(mark) && text.contains("orders-db"), "{text}");
        let file = std::fs::read_to_string(told["path"].as_str().unwrap()).unwrap();
        // JSON tells ages, which have grown in between.
        assert!(format == "json" || file.trim_end() == text.trim_end(), "{file} {text}");
        assert_eq!(file.lines().count(), text.trim_end().lines().count(), "{format}");
    }
    let (_, text, _) = terminal.topology(&["export", "--format", "json"]);
    let object: Value = serde_json::from_str(&text).unwrap();
    let known = names(&object["entities"], "name");
    assert!(
        ["orders", "orders-db", "spare", "web"].iter().all(|name| known.iter().any(|k| k == name)),
        "{known:?}"
    );
}

/// How a CMDB stands.
#[derive(Clone, Debug, Default)]
struct Standing {
    hosts: usize,
    refuses: bool,
    is_over: bool,
}

/// A CMDB that has what it is told to have; it ends when it is dropped.
struct Cmdb {
    address: SocketAddr,
    standing: Arc<Mutex<Standing>>,
}

impl Cmdb {
    fn start(hosts: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let standing = Arc::new(Mutex::new(Standing { hosts, ..Standing::default() }));
        let told = Arc::clone(&standing);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let standing = told.lock().unwrap().clone();
                if standing.is_over {
                    return;
                }
                // A client that goes away is no failure of the server.
                serve(&connection, &standing).ok();
            }
        });
        Self { address, standing }
    }

    fn change(&self, change: impl Fn(&mut Standing)) {
        change(&mut self.standing.lock().unwrap());
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Cmdb {
    fn drop(&mut self) {
        self.change(|standing| standing.is_over = true);
        // Wakes the thread; if it fails, the thread ends with the process.
        TcpStream::connect(self.address).ok();
    }
}

fn serve(mut connection: &TcpStream, standing: &Standing) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
    }
    let names = (0..standing.hosts).map(|n| format!("host-{n}"));
    let items: Vec<Value> = names.map(|name| serde_json::json!({ "id": name, "name": name })).collect();
    let body = serde_json::json!({ "results": items }).to_string();
    let status = if standing.refuses { "401 Unauthorized" } else { "200 OK" };
    let head = "Content-Type: application/json\r\nConnection: close\r\nContent-Length: ";
    connection.write_all(format!("HTTP/1.1 {status}\r\n{head}{}\r\n\r\n{body}", body.len()).as_bytes())
}

const MAPPING: &str = r#"
format = 1
name = "Shelf"

[[class]]
name = "hosts"
path = "/hosts"
items = "results"

[class.entity]
kind = "host"
key = "id"
name = "name"
"#;

/// A workspace with a source that reads the server.
fn connected(test: &str, cmdb: &Cmdb) -> Option<Terminal> {
    let terminal = Terminal::empty(test)?;
    let (mapping, workspace) = (terminal.file("shelf.toml", MAPPING), terminal.workspace());
    let connect = ["connect", "cmdb", "--workspace", &workspace, "--name", "shelf", "--mapping", &mapping];
    let (code, _, said) = terminal.run(&[&connect[..], &["--proxy", "none", "--url", &cmdb.url()]].concat());
    assert_eq!(code, 0, "{said}");
    Some(terminal)
}

#[test]
fn where_no_source_answers_each_is_told_with_its_reason() {
    let cmdb = Cmdb::start(1);
    let Some(terminal) = connected("where_no_source_answers_each_is_told_with_its_reason", &cmdb) else {
        return;
    };
    let (mapping, workspace) = (terminal.path("shelf.toml"), terminal.workspace());
    let second = ["connect", "cmdb", "--workspace", &workspace, "--name", "rack", "--mapping", &mapping];
    let (added, _, _) = terminal.run(&[&second[..], &["--proxy", "none", "--url", &cmdb.url()]].concat());
    cmdb.change(|standing| standing.refuses = true);

    let (code, _, said) = terminal.run(&["sync", "--workspace", &workspace]);
    let (none, _, each) = terminal.topology(&["sync"]);
    let (unknown, _, named) = terminal.run(&["sync", "--workspace", &workspace, "--source", "nobody"]);

    assert_eq!((added, code, unknown), (0, 3, 4));
    assert!(said.contains("shelf: ") && said.contains("rack: "), "{said}");
    assert_eq!(none, 3);
    assert!(each.contains("shelf: ") && each.contains("rack: "), "{each}");
    assert!(named.contains("nobody") && named.contains("shelf") && named.contains("rack"), "{named}");
}

#[test]
fn an_inventory_that_was_read_in_part_has_the_exit_code_of_that() {
    let cmdb = Cmdb::start(3);
    let Some(terminal) = connected("an_inventory_that_was_read_in_part_has_the_exit_code_of_that", &cmdb)
    else {
        return;
    };
    // The server does not page, so a full page comes again and again.
    let paging =
        "params = { limit = \"{limit}\", offset = \"{offset}\" }\npaging = { kind = \"offset\", size = 5 }";
    let paged = MAPPING.replace("[class.entity]", &format!("{paging}\n[class.entity]"));
    let (mapping, workspace) = (terminal.file("paged.toml", &paged), terminal.workspace());
    let second = ["connect", "cmdb", "--workspace", &workspace, "--name", "paged", "--mapping", &mapping];
    let (added, _, _) = terminal.run(&[&second[..], &["--proxy", "none", "--url", &cmdb.url()]].concat());

    let (whole, _) = terminal.told(&["sync", "--source", "paged"]);
    cmdb.change(|standing| standing.hosts = 10);
    let (part, told) = terminal.told(&["sync", "--source", "paged"]);

    assert_eq!((added, whole, part), (0, 0, 5));
    assert_eq!(told["sources"][0]["partial"], true);
}

#[test]
fn a_sync_without_a_source_says_that_there_is_none() {
    let Some(terminal) = Terminal::empty("a_sync_without_a_source_says_that_there_is_none") else { return };
    let workspace = terminal.workspace();
    let (made, _, _) = terminal.run(&["workspace", "new", &workspace]);

    let (code, _, said) = terminal.run(&["sync", "--workspace", &workspace]);

    assert_eq!((made, code), (0, 4));
    assert!(said.contains("wardroom connect"), "{said}");
}

#[test]
fn a_server_that_came_back_empty_is_asked_about_once() {
    let cmdb = Cmdb::start(3);
    let Some(terminal) = connected("a_server_that_came_back_empty_is_asked_about_once", &cmdb) else {
        return;
    };

    let (first, read) = terminal.told(&["sync"]);
    cmdb.change(|standing| standing.hosts = 0);
    let (held, waiting) = terminal.told(&["sync"]);
    let (_, _, said) = terminal.topology(&["sync"]);
    let (kept, decided) = terminal.told(&["sync", "--keep-missing"]);
    let (later, nothing) = terminal.told(&["sync"]);
    let (_, text, _) = terminal.topology(&["export", "--format", "json"]);

    assert_eq!((first, &read["sources"][0]["read"]), (0, &3.into()));
    assert_eq!((held, &waiting["held_back"][0]["entities"]), (5, &3.into()));
    assert!(said.contains("--keep-missing"), "{said}");
    assert_eq!((kept, &decided["held_back"]), (0, &Value::Array(Vec::new())));
    assert_eq!((later, &nothing["held_back"]), (0, &Value::Array(Vec::new())));
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(names(&object["entities"], "name").len(), 3);
}

#[test]
fn what_is_gone_is_deleted_when_that_is_said() {
    let cmdb = Cmdb::start(3);
    let Some(terminal) = connected("what_is_gone_is_deleted_when_that_is_said", &cmdb) else { return };
    terminal.told(&["sync"]);
    cmdb.change(|standing| standing.hosts = 1);

    let (code, told) = terminal.told(&["sync", "--delete-missing"]);
    let (_, text, _) = terminal.topology(&["export", "--format", "json"]);
    let (unknown, _, _) = terminal.topology(&["sync", "--source", "nobody"]);
    cmdb.change(|standing| standing.refuses = true);
    let (refused, _, _) = terminal.topology(&["sync"]);

    assert_eq!((code, &told["held_back"]), (0, &Value::Array(Vec::new())));
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(names(&object["entities"], "name"), ["host-0"]);
    assert_eq!((unknown, refused), (4, 3));
}
