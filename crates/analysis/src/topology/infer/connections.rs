//! Log lines that name whom their writer asked, gathered into edges.

use wardroom_core::LogRecord;

use super::ends::{End, Found, Rule};
use super::lines::{self, Mention, Surety};
use crate::topology::model::{NameIndex, ObservedEdge};

/// Fields that name, by the Elastic Common Schema and OpenTelemetry, whom the writer asked.
const FIELDS: [&str; 7] = [
    "destination.address",
    "destination.domain",
    "server.address",
    "peer.service",
    "net.peer.name",
    "service.target.name",
    "url.domain",
];

/// Reads edges from log records, one after the other.
///
/// Nothing of a line is kept but scheme, name and port of whom it names: no user, no password, no path and no query.
#[derive(Clone, Debug)]
pub struct ConnectionMiner<'a> {
    found: Found<'a>,
}

impl<'a> ConnectionMiner<'a> {
    /// Creates a miner that knows the names of the inventory.
    pub const fn new(index: &'a NameIndex) -> Self {
        Self { found: Found::new(index) }
    }

    /// Learns from one record. One without a known or named writer says nothing.
    pub fn learn(&mut self, record: &LogRecord) {
        let from = self.found.named(&record.service).or_else(|| self.found.known(&record.host));
        let Some(from) = from else { return };
        // What a server writes of its requests names where they came from and where they went on.
        let access = record.dataset.ends_with("access") || record.fields.get("source.ip").is_some();
        for mention in lines::mentions(&record.message) {
            if !access || mention.surety == Surety::Asked {
                self.add(&from, &mention, record);
            }
        }
        // Elsewhere these fields may be the writer's own.
        let asks = record.fields.get("event.kind") != Some("server") && !access;
        for field in FIELDS.iter().filter(|_| asks) {
            if let Some(to) = record.fields.get(field).and_then(|name| self.found.known(name)) {
                let rule = Rule::new("log-field", "calls");
                self.found
                    .add(rule, (&from, &to), (record.at, record.at), &|| format!("{field}={}", to.name()));
            }
        }
    }

    fn add(&mut self, from: &End, mention: &Mention<'_>, record: &LogRecord) {
        let to = match mention.surety {
            Surety::Connection => self.found.named(mention.name),
            Surety::Asked | Surety::Maybe => self.found.known(mention.name),
        };
        let Some(to) = to else { return };
        let rule = Rule::new(mention.rule, mention.how);
        self.found.add(rule, (from, &to), (record.at, record.at), &|| mention.shown());
    }

    /// Returns the edges so far, sorted.
    pub fn edges(&self) -> Vec<ObservedEdge> {
        self.found.clone().into_edges("lines")
    }
}
