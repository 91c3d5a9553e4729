//! Which source an import goes into: that of the same file under the same name, or a new one with a name of its own.

use wardroom_core::Timestamp;
use wardroom_store::{NewSource, SourceId, SourceRow};

use crate::connections;
use crate::context::Open;
use crate::error::AppError;

/// Where the samples of a file go.
pub(super) struct Place {
    /// The source.
    pub(super) source: SourceId,
    /// Its name.
    pub(super) name: String,
    /// Whether it was made for this import, and goes with it when it fails.
    pub(super) is_new: bool,
}

/// Finds the source of a file that was imported before under this name, or makes one.
///
/// In the same source a sample that is the same is not stored twice, so that nothing is counted double. A name that
/// another source has gets a number: sources are told apart by their names.
///
/// # Errors
///
/// Store failures.
pub(super) async fn place_of(
    open: &Open,
    wanted: &str,
    (file_name, hash): (&str, &str),
    now: Timestamp,
) -> Result<Place, AppError> {
    let wanted = if wanted.trim().is_empty() { file_name } else { wanted.trim() };
    let sources = open.workspace.sources().await?;
    let imports = open.workspace.imports(None).await?;
    let of_file = |source: &&SourceRow| {
        is_called(&source.name, wanted) && imports.iter().any(|i| i.source == source.id && i.blake3 == hash)
    };
    if let Some(source) = sources.iter().find(of_file) {
        return Ok(Place { source: source.id, name: source.name.clone(), is_new: false });
    }
    let name = free_name(wanted, &sources);
    let config = serde_json::to_string(&connections::StoredFile { file: file_name.to_owned() })
        .map_err(|e| AppError::internal(&e))?;
    let new = NewSource { name: name.clone(), kind: connections::FILE.to_owned(), config, created_at: now };
    Ok(Place { source: open.workspace.add_source(new).await?, name, is_new: true })
}

/// Reports whether a source has a name, or that name with a number.
fn is_called(name: &str, wanted: &str) -> bool {
    let is_number = |rest: &str| {
        let number = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    name.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || is_number(rest))
}

/// Returns the name, with a number where a source has it already.
fn free_name(wanted: &str, sources: &[SourceRow]) -> String {
    let is_free = |name: &String| sources.iter().all(|source| source.name != *name);
    let numbered = (2..u32::MAX).map(|n| format!("{wanted} ({n})"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_number_is_still_the_name() {
        assert!(is_called("load.csv", "load.csv") && is_called("load.csv (12)", "load.csv"));
        assert!(!is_called("load.csv (old)", "load.csv") && !is_called("load.csv2", "load.csv"));
    }
}
