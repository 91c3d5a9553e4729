//! The inventory connection: against a real Backstage catalogue, and against replies of CMDBs that are not here, written
//! after their documentation.

mod backstage;
mod catalog;
mod documented;
mod replies;

use std::collections::{BTreeMap, BTreeSet};

use wardroom_connectors::cmdb::{Cmdb, CmdbConfig};
use wardroom_connectors::config::AuthKind;
use wardroom_connectors::error::SourceError;
use wardroom_connectors::secret::{Secret, SecretBinding};
use wardroom_connectors::source::{InventoryNotice, InventorySource};
use wardroom_core::{Dependency, Entity, Timestamp};

use crate::repository::text;

/// 2026-11-20T10:00:00Z; `date -u -d 2026-11-20T10:00:00Z +%s`.
const NOW: Timestamp = Timestamp::from_millis(1_795_168_800_000);

/// Opens a connection to an address with a preset as it is shipped.
fn open(preset: &str, url: &str, auth: AuthKind, secret: Option<&str>) -> Cmdb {
    opened(&config(preset, url, auth), secret)
}

/// The settings of such a connection.
fn config(preset: &str, url: &str, auth: AuthKind) -> CmdbConfig {
    CmdbConfig {
        url: url.to_owned(),
        auth,
        proxy: Some("none".to_owned()),
        preset: preset.to_owned(),
        mapping: text(&format!("assets/cmdb/{preset}.toml")),
        ..CmdbConfig::default()
    }
}

fn opened(config: &CmdbConfig, secret: Option<&str>) -> Cmdb {
    let binding = SecretBinding::of_url(&config.url).unwrap();
    let secret = secret.map(|text| Secret::new(text.to_owned(), binding));
    Cmdb::new(config, secret).unwrap()
}

/// Everything that a source has.
#[derive(Debug, Default)]
struct Inventory {
    entities: Vec<Entity>,
    dependencies: Vec<Dependency>,
    gone: Vec<String>,
    notices: BTreeSet<InventoryNotice>,
    partial: bool,
    delta: bool,
    requests: u32,
}

impl Inventory {
    /// Reads a source to its end.
    async fn read(source: &Cmdb, since: Option<Timestamp>) -> Result<Self, SourceError> {
        let mut all = Self { delta: true, ..Self::default() };
        let mut after = None;
        // A source that never ends would be a failure of its own.
        for _ in 0..200 {
            let page = source.read(after, since, NOW).await?;
            all.entities.extend(page.part.entities);
            all.dependencies.extend(page.part.dependencies);
            all.gone.extend(page.gone);
            all.notices.extend(page.notices);
            all.partial |= page.partial;
            all.delta &= page.delta;
            all.requests += page.requests;
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
        panic!("the source does not end: {} entities", all.entities.len());
    }

    /// Returns the entity of a name and kind.
    fn entity(&self, kind: &str, name: &str) -> &Entity {
        let mut fits = self.entities.iter().filter(|e| e.name == name && e.kind.as_str() == kind);
        let found = fits.next().unwrap_or_else(|| panic!("there is no {kind} {name}: {:?}", self.names()));
        assert!(fits.next().is_none(), "{kind} {name} came twice");
        found
    }

    /// Returns kind and name of every entity, in order.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.entities.iter().map(|e| format!("{} {}", e.kind.as_str(), e.name)).collect();
        names.sort();
        names
    }

    /// Returns the dependencies in words, in order, with names in the place of keys that are known.
    fn edges(&self) -> Vec<String> {
        let names: BTreeMap<&str, &str> =
            self.entities.iter().map(|e| (e.key.as_str(), e.name.as_str())).collect();
        let name = |key: &str| names.get(key).map_or_else(|| format!("?{key}"), |name| (*name).to_owned());
        let edge = |d: &Dependency| format!("{} {} {}", name(&d.from), d.how, name(&d.to));
        let edges: BTreeSet<String> = self.dependencies.iter().map(edge).collect();
        edges.into_iter().collect()
    }
}
