//! The topology as a file: for programs, for graph tools, and as a picture.

mod picture;
mod text;

use std::path::Path;

use wardroom_store::{EdgeVersionRow, EntityVersionRow};

use super::room::{self, Snapshot};
use super::rows::{TopologyExport, TopologyFormat};
use crate::context::App;
use crate::error::AppError;
use crate::series::write_file;
use crate::wire::Millis;

/// Writes the topology to a file and returns its path.
///
/// # Errors
///
/// `no_workspace`; `missing_glyphs` for a PNG whose text the fonts cannot write (SVG can); `over_workspace`; `io`; store
/// failures.
pub async fn export(app: &App, request: &TopologyExport) -> Result<String, AppError> {
    let shown = request.map.clone().unwrap_or_else(|| picture::whole(request.as_of));
    let bytes = match request.format {
        TopologyFormat::Svg => picture::svg(app, &shown).await?.into_bytes(),
        TopologyFormat::Png => picture::png(app, &shown).await?,
        TopologyFormat::Json | TopologyFormat::Dot | TopologyFormat::Graphml | TopologyFormat::Cypher => {
            export_text(app, request.format, request.as_of).await?.into_bytes()
        }
    };
    let open = app.open()?;
    write_file(Some(&open), Path::new(&request.path), &bytes)?;
    Ok(request.path.clone())
}

/// Returns the topology as text.
///
/// # Errors
///
/// `no_workspace`; `format_not_text` for a PNG; store failures.
pub async fn export_text(
    app: &App,
    format: TopologyFormat,
    as_of: Option<Millis>,
) -> Result<String, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, as_of.map(Into::into)).await?;
    match format {
        TopologyFormat::Svg => picture::svg(app, &picture::whole(as_of)).await,
        TopologyFormat::Png => Err(AppError::new("format_not_text")),
        TopologyFormat::Json | TopologyFormat::Dot | TopologyFormat::Graphml | TopologyFormat::Cypher => {
            // Only the JSON has histories.
            let told = if format == TopologyFormat::Json {
                let entities = open.workspace.all_entity_versions(snapshot.as_of).await?;
                (entities, open.workspace.all_edge_versions().await?)
            } else {
                (Vec::new(), Vec::new())
            };
            let written = tokio::task::spawn_blocking(move || written(&snapshot, told, format));
            written.await.map_err(|e| AppError::internal(&e))?
        }
    }
}

fn written(
    snapshot: &Snapshot,
    told: (Vec<EntityVersionRow>, Vec<EdgeVersionRow>),
    format: TopologyFormat,
) -> Result<String, AppError> {
    match format {
        TopologyFormat::Json => text::json(snapshot, told.0, &told.1),
        TopologyFormat::Dot => Ok(text::dot(snapshot)),
        TopologyFormat::Graphml => Ok(text::graphml(snapshot)),
        TopologyFormat::Cypher => Ok(text::cypher(snapshot)),
        TopologyFormat::Svg | TopologyFormat::Png => Err(AppError::new("format_not_text")),
    }
}
