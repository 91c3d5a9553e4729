//! A CMDB on loopback that is as large as one likes: it speaks the Table API of `ServiceNow` as far as reading goes, and
//! makes each row from its number, so that it keeps nothing in memory.
//!
//! Reading is answered as the documentation of the Table API says (release Australia, "Table API - GET"): `sysparm_limit`,
//! `sysparm_offset`, `sysparm_fields`, `sysparm_display_value`, `X-Total-Count`. Every query but an order is ignored,
//! as `ServiceNow` ignores what it does not understand.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use anyhow::{Context, Result};

/// One of five items is a service, the others are machines.
const SERVICE_SHARE: u64 = 5;

/// How much the server has.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Configuration items.
    pub items: u64,
    /// Relations between them.
    pub relations: u64,
}

/// A running server; it ends when it is dropped.
#[derive(Debug)]
pub struct CmdbServer {
    address: SocketAddr,
    requests: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl CmdbServer {
    /// Starts a server of a size.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub fn start(size: Size) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let requests = Arc::new(AtomicU64::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let (count, end) = (Arc::clone(&requests), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(connection), count) = (connection, Arc::clone(&count)) else { continue };
                // A client that goes away ends its own connection only.
                std::thread::spawn(move || serve(&connection, size, &count).ok());
            }
        });
        Ok(Self { address, requests, stop, thread: Some(thread) })
    }

    /// Returns `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of requests answered so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for CmdbServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread from its wait for a connection.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// What is asked of a table.
#[derive(Debug, Default)]
struct Question {
    table: String,
    offset: u64,
    limit: u64,
    fields: Vec<String>,
    display: Display,
}

/// How values are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Display {
    /// As they are stored, or as they are shown; the same here.
    #[default]
    Plain,
    /// Both, as an object.
    All,
}

/// Answers the requests of one connection until it ends.
fn serve(connection: &TcpStream, size: Size, count: &AtomicU64) -> Result<()> {
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    while let Some(target) = request(&mut reader)? {
        count.fetch_add(1, Ordering::SeqCst);
        let (total, body) = answer(&question(&target), size)?;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nX-Total-Count: {total}\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let mut out = connection;
        out.write_all(head.as_bytes())?;
        out.write_all(body.as_bytes())?;
    }
    Ok(())
}

/// Reads a request and returns its path with its parameters; `None` at the end of the connection.
fn request(reader: &mut BufReader<&TcpStream>) -> Result<Option<String>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let target = line.split(' ').nth(1).context("a request names its target")?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    Ok(Some(target))
}

fn question(target: &str) -> Question {
    let (path, parameters) = target.split_once('?').unwrap_or((target, ""));
    let table = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    // The documented default.
    let mut question = Question { table, limit: 10_000, ..Question::default() };
    for (name, value) in parameters.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "sysparm_offset" => question.offset = value.parse().unwrap_or_default(),
            "sysparm_limit" => question.limit = value.parse().unwrap_or(10_000),
            "sysparm_display_value" if value == "all" => question.display = Display::All,
            "sysparm_fields" => {
                question.fields =
                    value.replace("%2C", ",").replace("%2c", ",").split(',').map(str::to_owned).collect();
            }
            _ => {}
        }
    }
    question
}

/// Returns the number of rows of the table, and the page.
fn answer(question: &Question, size: Size) -> Result<(u64, String)> {
    let services = size.items / SERVICE_SHARE;
    // The tables that others inherit from hold the rows of all.
    let (first, total) = match question.table.as_str() {
        "cmdb_ci_service" => (0, services),
        "cmdb_ci_server" => (services, size.items - services),
        "cmdb_ci" => (0, size.items),
        "cmdb_rel_ci" => (0, size.relations),
        _ => (0, 0),
    };
    let end = question.offset.saturating_add(question.limit).min(total);
    let mut body = String::with_capacity(64 << 10);
    body.push_str("{\"result\":[");
    for n in question.offset..end {
        if n > question.offset {
            body.push(',');
        }
        if question.table == "cmdb_rel_ci" {
            row(&mut body, question, &RELATION_FIELDS, |field| relation(n, field, size))?;
        } else {
            row(&mut body, question, &ITEM_FIELDS, |field| item(first + n, field, services))?;
        }
    }
    body.push_str("]}");
    Ok((total, body))
}

/// The fields of an item that is asked for without naming any.
const ITEM_FIELDS: [&str; 12] = [
    "sys_id",
    "name",
    "sys_class_name",
    "operational_status",
    "environment",
    "ip_address",
    "fqdn",
    "serial_number",
    "support_group",
    "location",
    "short_description",
    "sys_updated_on",
];

/// The fields of a relation.
const RELATION_FIELDS: [&str; 5] = ["sys_id", "parent", "child", "type", "sys_updated_on"];

/// Writes one row with the fields that are asked for; `value` tells what is stored and what is shown of a field.
fn row(
    body: &mut String,
    question: &Question,
    all: &[&str],
    value: impl Fn(&str) -> (String, String),
) -> Result<()> {
    let mut separator = '{';
    let mut field = |name: &str| -> Result<()> {
        let (stored, shown) = value(name);
        write!(body, "{separator}\"{name}\":")?;
        separator = ',';
        match question.display {
            Display::Plain => write!(body, "\"{stored}\"")?,
            Display::All => write!(body, "{{\"display_value\":\"{shown}\",\"value\":\"{stored}\"}}")?,
        }
        Ok(())
    };
    if question.fields.is_empty() {
        all.iter().try_for_each(|name| field(name))?;
    } else {
        question.fields.iter().try_for_each(|name| field(name))?;
    }
    body.push('}');
    Ok(())
}

/// Returns a field of an item, stored and shown; a field that is not known is empty, as with `ServiceNow`.
fn item(n: u64, field: &str, services: u64) -> (String, String) {
    let is_service = n < services;
    let same = |text: String| (text.clone(), text);
    match field {
        "sys_id" => same(format!("{n:032x}")),
        "name" if is_service => same(format!("service-{n:06}")),
        "name" => same(format!("host-{n:06}")),
        "sys_class_name" if is_service => ("cmdb_ci_service".to_owned(), "Business Service".to_owned()),
        "sys_class_name" => ("cmdb_ci_linux_server".to_owned(), "Linux Server".to_owned()),
        "operational_status" => ("1".to_owned(), "Operational".to_owned()),
        "environment" if n.is_multiple_of(3) => same("Test".to_owned()),
        "environment" => same("Production".to_owned()),
        "ip_address" if !is_service => same(format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255)),
        "fqdn" if !is_service => same(format!("host-{n:06}.example.net")),
        "serial_number" if !is_service => same(format!("SN{:08X}", mixed(n) >> 32)),
        "support_group" => (format!("{:032x}", n % 40), format!("Team {}", n % 40)),
        "location" => (format!("{:032x}", n % 7), format!("Site {}", n % 7)),
        "sys_updated_on" => same(format!("2026-11-{:02} {:02}:30:00", 1 + n % 19, n % 24)),
        _ => same(String::new()),
    }
}

/// Returns a field of a relation: each item has about as many, none leads to itself, and none comes twice.
fn relation(n: u64, field: &str, size: Size) -> (String, String) {
    let parent = n % size.items;
    let step = (mixed(parent) >> 1) + n / size.items * 7919;
    let child = (parent + 1 + step % (size.items - 1)) % size.items;
    match field {
        "sys_id" => (format!("{:032x}", (1 << 60) + n), String::new()),
        "parent" => (format!("{parent:032x}"), format!("item {parent}")),
        "child" => (format!("{child:032x}"), format!("item {child}")),
        "type" => ("1a9cb166f1571100a92eb60da2bce5c5".to_owned(), "Depends on::Used by".to_owned()),
        "sys_updated_on" => ("2026-11-05 12:00:00".to_owned(), "2026-11-05 12:00:00".to_owned()),
        _ => (String::new(), String::new()),
    }
}

/// Returns a number that looks random and is the same in every run (`SplitMix64`, Steele, Lea and Flood 2014).
fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { items: 10, relations: 30 };

    #[test]
    fn pages_hold_every_row_once_and_name_the_total() {
        let mut names = Vec::new();
        for offset in [0, 3, 6, 9] {
            let target = format!(
                "/api/now/table/cmdb_ci?sysparm_offset={offset}&sysparm_limit=3&sysparm_fields=name%2Csys_id"
            );
            let (total, body) = answer(&question(&target), SIZE).unwrap();
            let page: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(total, 10);
            names.extend(page["result"].as_array().unwrap().iter().map(|row| row["name"].to_string()));
        }

        names.sort();
        names.dedup();
        assert_eq!(names.len(), 10);
    }

    #[test]
    fn relations_lead_from_one_item_to_another() {
        let target = "/api/now/table/cmdb_rel_ci?sysparm_display_value=all";
        let (total, body) = answer(&question(target), SIZE).unwrap();
        let page: serde_json::Value = serde_json::from_str(&body).unwrap();
        let rows = page["result"].as_array().unwrap();

        assert_eq!((total, rows.len()), (30, 30));
        for row in rows {
            assert_ne!(row["parent"]["value"], row["child"]["value"]);
            assert_eq!(row["type"]["display_value"], "Depends on::Used by");
        }
    }
}
