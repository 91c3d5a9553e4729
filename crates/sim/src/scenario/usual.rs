//! The usual numbers of a technology and of a kind of call: what a file need not say.
//!
//! Sources: memory, start and warm-up are orders of magnitude of default installations (a Go binary starts within
//! seconds, a Java service needs most of a minute and is slow until compiled); 100 connections and 2 s timeouts are the
//! defaults or examples of `PostgreSQL`'s `max_connections` and of common HTTP clients.

use super::ScenarioError;
use super::place::Source;
use crate::plan::{ComponentKind, EdgeKind, Technology};
use toml::Spanned;

/// What a process of some technology needs and does when nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Usual {
    pub(super) version: &'static str,
    pub(super) memory_mib: f64,
    pub(super) start_s: f64,
    pub(super) cold_factor: f64,
    pub(super) warm_s: f64,
    pub(super) workers: u32,
    pub(super) own_ms: f64,
}

/// Returns the usual numbers of a technology.
pub(super) fn usual(technology: Technology) -> Usual {
    let row = |version, memory_mib, start_s, cold_factor, warm_s, workers, own_ms| Usual {
        version,
        memory_mib,
        start_s,
        cold_factor,
        warm_s,
        workers,
        own_ms,
    };
    match technology {
        Technology::Go => row("1.0.0", 180.0, 5.0, 1.2, 15.0, 64, 15.0),
        Technology::Java => row("1.0.0", 900.0, 40.0, 3.0, 90.0, 48, 25.0),
        Technology::Node => row("1.0.0", 240.0, 8.0, 1.5, 20.0, 64, 15.0),
        Technology::Python => row("1.0.0", 280.0, 12.0, 1.3, 20.0, 32, 25.0),
        Technology::Nginx => row("1.29.1", 96.0, 3.0, 1.0, 1.0, 1_024, 1.0),
        Technology::Haproxy => row("3.2.4", 128.0, 3.0, 1.0, 1.0, 4_000, 0.5),
        Technology::Postgres => row("17.6", 6_144.0, 30.0, 2.0, 180.0, 32, 3.0),
        Technology::Mysql => row("8.4.6", 6_144.0, 40.0, 2.0, 180.0, 32, 3.0),
        Technology::Redis => row("8.2.1", 3_072.0, 8.0, 1.0, 1.0, 8, 0.4),
        Technology::Kafka => row("4.1.0", 4_096.0, 45.0, 1.5, 60.0, 64, 2.0),
    }
}

/// What a call puts up with when nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct UsualCall {
    pub(super) fatal_ratio: f64,
    pub(super) timeout_ms: f64,
    pub(super) retries: u32,
    pub(super) pool: Option<u32>,
}

/// Returns the usual numbers of a kind of call.
pub(super) fn usual_call(kind: EdgeKind) -> UsualCall {
    let row = |fatal_ratio, timeout_ms, retries, pool| UsualCall { fatal_ratio, timeout_ms, retries, pool };
    match kind {
        EdgeKind::Call => row(1.0, 2_000.0, 1, None),
        EdgeKind::Read | EdgeKind::Write => row(1.0, 1_000.0, 0, Some(20)),
        EdgeKind::Lookup => row(0.0, 100.0, 0, None),
        EdgeKind::Publish => row(1.0, 1_000.0, 2, None),
        EdgeKind::Consume => row(0.0, 30_000.0, 0, None),
    }
}

/// Reads the name of a technology.
pub(super) fn technology(source: Source<'_>, name: &Spanned<String>) -> Result<Technology, ScenarioError> {
    let word = name.get_ref().as_str();
    Technology::named(word).ok_or_else(|| source.at(name, format!("{word:?} is not a known technology")))
}

/// Reports whether a kind of component can be made with a technology.
pub(super) fn fits(kind: ComponentKind, technology: Technology) -> bool {
    match technology {
        Technology::Go | Technology::Java | Technology::Node | Technology::Python => {
            matches!(kind, ComponentKind::Service | ComponentKind::Worker)
        }
        Technology::Nginx => matches!(kind, ComponentKind::Service | ComponentKind::Balancer),
        Technology::Haproxy => matches!(kind, ComponentKind::Balancer),
        Technology::Postgres | Technology::Mysql => matches!(kind, ComponentKind::Database),
        Technology::Redis => matches!(kind, ComponentKind::Cache),
        Technology::Kafka => matches!(kind, ComponentKind::Broker),
    }
}
