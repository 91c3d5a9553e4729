//! The one place where clients of real servers are made: each wants a permission that no drill gives.

use wardroom_connectors::cmdb::{Cmdb, CmdbConfig};
use wardroom_connectors::elasticsearch::{Elasticsearch, ElasticsearchConfig};
use wardroom_connectors::prometheus::{Prometheus, PrometheusConfig};
use wardroom_connectors::secret::Secret;

use crate::context::{App, Open};
use crate::error::AppError;

/// The permission to reach beyond the program. Within a drill there is none, so no client can be made there, whoever
/// asks and for whatever kind of server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outside(());

impl Outside {
    /// Returns the permission of an open workspace.
    ///
    /// # Errors
    ///
    /// `drill_no_real_sources`.
    pub(crate) fn of(open: &Open) -> Result<Self, AppError> {
        open.refuse_in_drill().map(|()| Self(()))
    }

    /// Returns the permission of what is open at the moment; nothing open is fine.
    ///
    /// # Errors
    ///
    /// `drill_no_real_sources`.
    pub(crate) fn at_present(app: &App) -> Result<Self, AppError> {
        app.refuse_in_drill().map(|()| Self(()))
    }
}

/// Makes the client of a Prometheus.
///
/// # Errors
///
/// Failures of its settings.
pub(super) fn prometheus(
    _: Outside,
    config: &PrometheusConfig,
    secret: Option<Secret>,
) -> Result<Prometheus, AppError> {
    Ok(Prometheus::new(config, secret)?)
}

/// Makes the client of a cluster with log lines.
///
/// # Errors
///
/// Failures of its settings.
pub(super) fn cluster(
    _: Outside,
    config: &ElasticsearchConfig,
    secret: Option<Secret>,
) -> Result<Elasticsearch, AppError> {
    Ok(Elasticsearch::new(config, secret)?)
}

/// Makes the client of an inventory.
///
/// # Errors
///
/// Failures of its settings.
pub(super) fn inventory(_: Outside, config: &CmdbConfig, secret: Option<Secret>) -> Result<Cmdb, AppError> {
    Ok(Cmdb::new(config, secret)?)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    /// Every source file below a folder.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
            .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
            .collect()
    }

    #[test]
    fn clients_of_real_servers_are_made_nowhere_else() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let made = ["Prometheus", "Elasticsearch", "Cmdb"].map(|client| format!("{client}::new("));

        let elsewhere: Vec<PathBuf> = files(&here)
            .into_iter()
            .filter(|path| !path.ends_with("connections/live.rs"))
            .filter(|path| {
                let text = std::fs::read_to_string(path).unwrap();
                made.iter().any(|making| text.contains(making))
            })
            .collect();

        assert!(elsewhere.is_empty(), "{elsewhere:?}");
    }
}
