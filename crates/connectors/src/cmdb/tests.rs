//! Runs the connection against a server on the loopback address: every failure, every kind of paging, and the presets.

mod conformance;
mod failures;
mod paging;
mod presets;
mod server;

use std::time::Duration;

use wardroom_core::{Timestamp, Topology};

use super::{Cmdb, CmdbConfig, InventoryPlace, Mapping};
use crate::config::AuthKind;
use crate::error::SourceError;
use crate::loopback::{Loopback, Seen};
use crate::secret::{Secret, SecretBinding};
use crate::source::{InventoryNoticeKind, InventoryPage, InventorySource};

const PLANTED: &str = "planted-secret-5f1c";

/// 2026-11-17T14:53:00Z.
const NOW: Timestamp = Timestamp::from_millis(1_794_927_180_000);

/// A mapping of one class of hosts; `paging` and further lines stand where the test says.
fn hosts(paging: &str, further: &str) -> String {
    format!(
        r#"
format = 1
name = "Hosts"
{further}
[[class]]
name = "hosts"
path = "/hosts"
items = "results"
{paging}
[class.entity]
kind = "host"
key = "id"
name = "name"
changed = "changed"
"#
    )
}

fn config(server: &Loopback, mapping: &str) -> CmdbConfig {
    CmdbConfig {
        url: server.url(),
        proxy: Some("none".to_owned()),
        mapping: mapping.to_owned(),
        ..CmdbConfig::default()
    }
}

/// Opens a connection with limits that a test need not wait for.
fn open_with(config: &CmdbConfig, page_bytes: u64) -> Cmdb {
    let mapping = Mapping::parse(&config.mapping).unwrap();
    let mut settings = config.http_settings(0, page_bytes);
    settings.timeout = Duration::from_millis(500);
    settings.retry_delays = vec![Duration::ZERO; 2];
    let secret = (!config.is_anonymous())
        .then(|| Secret::new(PLANTED.to_owned(), SecretBinding::of_url(&config.url).unwrap()));
    Cmdb::with_http(config, mapping, settings, secret).unwrap()
}

fn open(server: &Loopback, mapping: &str) -> Cmdb {
    open_with(&config(server, mapping), 1 << 20)
}

/// Everything that a read brings.
#[derive(Debug, Default)]
struct Whole {
    part: Topology,
    gone: Vec<String>,
    kinds: Vec<InventoryNoticeKind>,
    partial: bool,
    pages: Vec<InventoryPage>,
}

impl Whole {
    fn names(&self) -> Vec<&str> {
        self.part.entities.iter().map(|entity| entity.name.as_str()).collect()
    }

    fn detail(&self, kind: InventoryNoticeKind) -> &str {
        let mut notices = self.pages.iter().flat_map(|page| &page.notices);
        notices.find(|notice| notice.kind == kind).map_or("", |notice| notice.detail.as_str())
    }
}

/// Reads to the end; a read that does not end fails the test.
async fn read_from(
    source: &Cmdb,
    mut after: Option<InventoryPlace>,
    since: Option<Timestamp>,
) -> Result<Whole, SourceError> {
    let mut whole = Whole::default();
    for _ in 0..200 {
        let page = source.read(after.take(), since, NOW).await?;
        whole.part.entities.extend(page.part.entities.clone());
        whole.part.dependencies.extend(page.part.dependencies.clone());
        whole.gone.extend(page.gone.clone());
        whole.kinds.extend(page.notices.iter().map(|notice| notice.kind));
        whole.partial |= page.partial;
        after.clone_from(&page.next);
        whole.pages.push(page);
        if after.is_none() {
            return Ok(whole);
        }
    }
    panic!("the read does not end: {:?}", whole.kinds);
}

async fn read_all(source: &Cmdb) -> Whole {
    read_from(source, None, None).await.unwrap()
}

/// The text of a parameter of a request's target.
fn param(seen: &Seen, name: &str) -> String {
    let target = seen.head.split(' ').nth(1).unwrap_or_default();
    let url = reqwest::Url::parse(&format!("http://localhost{target}")).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn number(seen: &Seen, name: &str) -> usize {
    param(seen, name).parse().unwrap_or_default()
}

/// Items of the fixed list of hosts, as JSON.
fn item(id: usize) -> String {
    format!(r#"{{"id":{id},"name":"host-{id}","changed":"2026-11-01T00:00:00Z"}}"#)
}

fn items(ids: impl IntoIterator<Item = usize>) -> String {
    ids.into_iter().map(item).collect::<Vec<_>>().join(",")
}

const OFFSET: &str = "params = { limit = \"{limit}\", offset = \"{offset}\" }\npaging = { kind = \"offset\", total = \"count\", size = 4 }";

const NEXT: &str = "params = { limit = \"{limit}\" }\npaging = { kind = \"next\", next = \"next\", total = \"count\", size = 4 }";

fn bearer(server: &Loopback, mapping: &str) -> CmdbConfig {
    CmdbConfig { auth: AuthKind::Bearer, ..config(server, mapping) }
}
