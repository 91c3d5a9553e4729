//! What was asked of a workspace before, newest first: kept in its file, so that it is there the next time and elsewhere.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::context::{App, Open};
use crate::error::AppError;
use crate::wire::Millis;

/// Where the workspace keeps them.
const META: &str = "queries";
/// Expressions that are kept at most.
const MOST: usize = 50;
/// Bytes of an expression that is kept at most: the field takes more, and nobody looks for that in a list.
const LONGEST: usize = 4_000;

/// An expression that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskedQuery {
    /// The expression.
    pub expression: String,
    /// When it was asked last.
    pub at: Millis,
}

/// Returns what was asked of the open workspace before, newest first, each expression once.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn asked_queries(app: &App) -> Result<Vec<AskedQuery>, AppError> {
    read(&app.open()?).await
}

/// Keeps an expression as the newest that was asked, and returns all. A workspace that can only be read keeps nothing, and
/// neither is an empty expression or one of more than 4,000 bytes kept.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn remember_query(app: &App, expression: &str) -> Result<Vec<AskedQuery>, AppError> {
    let open = app.open()?;
    let mut all = read(&open).await?;
    let expression = expression.trim();
    if expression.is_empty() || expression.len() > LONGEST || !open.workspace.mode().is_writable() {
        return Ok(all);
    }
    all.retain(|asked| asked.expression != expression);
    all.insert(0, AskedQuery { expression: expression.to_owned(), at: app.now().into() });
    all.truncate(MOST);
    let text = serde_json::to_string(&all).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(META, &text).await?;
    Ok(all)
}

/// Reads the list; one that cannot be read (a newer program wrote it) is as if nothing was asked.
async fn read(open: &Open) -> Result<Vec<AskedQuery>, AppError> {
    let text = open.workspace.meta(META).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::tests::workspace;
    use crate::workspaces;

    fn expressions(all: &[AskedQuery]) -> Vec<&str> {
        all.iter().map(|asked| asked.expression.as_str()).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_asked_is_there_when_the_file_is_opened_again() {
        let home = tempfile::tempdir().unwrap();
        let (app, _open) = workspace(home.path()).await;
        for expression in ["up", "load", " up ", "", &"x".repeat(5_000)] {
            remember_query(&app, expression).await.unwrap();
        }
        workspaces::close(&app).await;

        workspaces::open(&app, &home.path().join("w.wardroom")).await.unwrap();

        assert_eq!(expressions(&asked_queries(&app).await.unwrap()), ["up", "load"]);
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_oldest_of_more_than_fifty_is_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let (app, open) = workspace(home.path()).await;
        for n in 0..=MOST {
            remember_query(&app, &format!("load + {n}")).await.unwrap();
        }

        let all = asked_queries(&app).await.unwrap();

        assert_eq!(
            (all.len(), all[0].expression.as_str(), all[49].expression.as_str()),
            (50, "load + 50", "load + 1")
        );
        open.workspace.set_meta(META, "not a list").await.unwrap();
        assert!(asked_queries(&app).await.unwrap().is_empty());
        workspaces::close(&app).await;
    }
}
