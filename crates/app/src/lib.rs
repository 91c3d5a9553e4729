//! What the user can do: every action as a plain async function.
//!
//! Window and terminal call the same functions; each takes the [`context::App`] first. What is deliberately *not*
//! here: the window toolkit, HTML, SQL text. Start reading at [`context`].

pub mod alerts;
pub mod bill;
pub mod changed;
pub mod changes;
pub mod clock;
pub mod compare;
pub mod connections;
pub mod context;
mod covered;
pub mod detection;
pub mod drills;
pub mod egress;
pub mod entity;
pub mod error;
pub mod events;
pub mod export;
pub mod feedback;
pub mod follow;
mod fonts;
pub mod group_score;
pub mod import;
pub mod inventory;
pub mod jobs;
pub mod logs;
pub mod metric_words;
pub mod moments;
pub mod now;
mod paging;
pub mod phrase;
pub mod query;
pub mod reports;
pub mod secrets;
pub mod selector;
pub mod series;
pub mod settings;
pub mod sync;
pub mod time_expression;
pub mod topology;
pub mod wire;
pub mod words;
pub(crate) mod workloads;
pub mod workspaces;

pub use context::App;
pub use error::AppError;
