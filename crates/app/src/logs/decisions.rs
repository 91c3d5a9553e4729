//! What people decide about templates: merged, split, named, given a class. A decision stands until it is taken back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wardroom_analysis::logs::classify::CustomClasses;
use wardroom_core::{FaultClass, TemplateId, Timestamp};
use wardroom_store::{LogDecision, LogDecisionId};

use super::phrases::class_word;
use super::rows::{DecisionDraft, DecisionRow};
use super::{class_in, room, template_number, template_text};
use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::phrase::Phrase;

/// The longest name of a template or class, in characters.
const LONGEST_NAME: usize = 80;
/// Characters of a template that a sentence shows.
const SHOWN: usize = 60;

/// A decision as it is stored, with the texts that its sentence needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    draft: DecisionDraft,
    /// The template's text at that time.
    text: String,
    /// One of its lines.
    example: String,
}

/// Everything that people have decided, put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decisions {
    /// Templates that count as another one.
    pub(crate) merged: BTreeMap<TemplateId, TemplateId>,
    /// Templates of which each value of a parameter is one of its own.
    pub(crate) splits: BTreeMap<TemplateId, u32>,
    /// Names.
    pub(crate) names: BTreeMap<TemplateId, String>,
    /// Classes.
    pub(crate) labels: BTreeMap<TemplateId, (FaultClass, Option<String>)>,
    /// Classes of people's own, made of the templates that they labelled.
    pub(crate) own: CustomClasses,
}

impl Decisions {
    /// Returns the template that one counts as.
    pub(crate) fn stands_for(&self, id: TemplateId) -> TemplateId {
        let mut at = id;
        // Merging is refused where it would make a circle; the limit holds for a file that was changed by hand.
        for _ in 0..64 {
            match self.merged.get(&at) {
                Some(next) => at = *next,
                None => return at,
            }
        }
        at
    }
}

/// Puts stored decisions together, the oldest first.
fn put_together(stored: &[(u32, Stored, Timestamp)]) -> Decisions {
    let mut made = Decisions::default();
    let mut examples: BTreeMap<TemplateId, (String, String)> = BTreeMap::new();
    for (_, decision, _) in stored {
        match &decision.draft {
            DecisionDraft::Merge { templates } => {
                let numbers: Vec<TemplateId> =
                    templates.iter().filter_map(|t| template_number(t).ok()).collect();
                let Some((kept, others)) = numbers.split_first() else { continue };
                let kept = made.stands_for(*kept);
                let others = others.iter().map(|id| made.stands_for(*id)).filter(|id| *id != kept);
                let others: BTreeSet<TemplateId> = others.collect();
                made.merged.extend(others.into_iter().map(|id| (id, kept)));
            }
            DecisionDraft::Split { template, parameter } => {
                if let Ok(id) = template_number(template) {
                    made.splits.insert(id, *parameter);
                }
            }
            DecisionDraft::Rename { template, name } => {
                let Ok(id) = template_number(template) else { continue };
                if name.trim().is_empty() {
                    made.names.remove(&id);
                } else {
                    made.names.insert(id, name.trim().to_owned());
                }
            }
            DecisionDraft::Label { template, class, custom } => {
                let Ok(id) = template_number(template) else { continue };
                let custom = custom.as_deref().map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned);
                match &custom {
                    Some(own) => examples.insert(id, (decision.example.clone(), own.clone())),
                    None => examples.remove(&id),
                };
                made.labels.insert(id, (class_in(*class), custom));
            }
        }
    }
    let pairs: Vec<(&str, &str)> =
        examples.values().map(|(text, own)| (text.as_str(), own.as_str())).collect();
    made.own = CustomClasses::new(&pairs);
    made
}

async fn stored(open: &Open) -> Result<Vec<(u32, Stored, Timestamp)>, AppError> {
    let rows = open.workspace.log_decisions().await?.into_iter().filter(|d| d.undone_at.is_none());
    let mut read: Vec<(u32, Stored, Timestamp)> = rows.filter_map(|row| read_one(&row)).collect();
    read.sort_by_key(|(id, _, _)| *id);
    Ok(read)
}

/// Reads a decision; one that cannot be read (a newer program wrote it) decides nothing here.
fn read_one(row: &LogDecision) -> Option<(u32, Stored, Timestamp)> {
    let decision = serde_json::from_str(&row.payload).ok()?;
    Some((u32::try_from(row.id.0).ok()?, decision, row.made_at))
}

/// Reads what people have decided.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn load(open: &Open) -> Result<Decisions, AppError> {
    Ok(put_together(&stored(open).await?))
}

/// Lists the decisions that stand, the newest first.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn list(app: &App) -> Result<Vec<DecisionRow>, AppError> {
    let open = app.open()?;
    Ok(stored(&open).await?.iter().rev().map(row).collect())
}

/// Lists the decisions about one template, the newest first.
pub(crate) async fn about(open: &Open, id: TemplateId) -> Result<Vec<DecisionRow>, AppError> {
    let text = template_text(id);
    let is_about = |draft: &DecisionDraft| match draft {
        DecisionDraft::Merge { templates } => templates.contains(&text),
        DecisionDraft::Split { template, .. }
        | DecisionDraft::Rename { template, .. }
        | DecisionDraft::Label { template, .. } => *template == text,
    };
    Ok(stored(open).await?.iter().rev().filter(|(_, d, _)| is_about(&d.draft)).map(row).collect())
}

fn row(stored: &(u32, Stored, Timestamp)) -> DecisionRow {
    let (id, decision, at) = stored;
    let text = || shortened(&decision.text);
    let words = match &decision.draft {
        DecisionDraft::Merge { templates } => {
            Phrase::new("logroom-decided-merge").count("n", templates.len()).text("template", text())
        }
        DecisionDraft::Split { parameter, .. } => Phrase::new("logroom-decided-split")
            .text("template", text())
            .text("place", (parameter + 1).to_string()),
        DecisionDraft::Rename { name, .. } if name.trim().is_empty() => {
            Phrase::new("logroom-decided-unnamed").text("template", text())
        }
        DecisionDraft::Rename { name, .. } => {
            Phrase::new("logroom-decided-name").text("template", text()).text("name", name.trim())
        }
        DecisionDraft::Label { custom: Some(own), .. } if !own.trim().is_empty() => {
            Phrase::new("logroom-decided-own-class").text("template", text()).text("name", own.trim())
        }
        DecisionDraft::Label { class, .. } => Phrase::new("logroom-decided-class")
            .text("template", text())
            .word("class", class_word(class_in(*class))),
    };
    DecisionRow { id: *id, words, at: (*at).into() }
}

/// Shortens a text for a sentence, at a character.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text[..end].trim_end_matches(['…', ' '])),
        None => text.to_owned(),
    }
}

/// Keeps a decision; it acts at once.
///
/// # Errors
///
/// `no_such_template`; `log_merge_few`; `log_split_parameter`; `log_name_long`; read-only workspaces; store failures.
pub async fn decide(app: &App, draft: &DecisionDraft) -> Result<DecisionRow, AppError> {
    let open = app.open()?;
    let kind = check(&open, draft).await?;
    let first = template_number(first_of(draft))?;
    let known = room::describe(&open, first).await?;
    let (text, example) =
        known.ok_or_else(|| AppError::new("no_such_template").with("id", first_of(draft)))?;
    let decision = Stored { draft: draft.clone(), text, example };
    let payload = serde_json::to_string(&decision).map_err(|e| AppError::internal(&e))?;
    let at = app.now();
    let id = open.workspace.add_log_decision(kind, &payload, at).await?;
    room::decided(&open).await?;
    app.bus().tell(AppEvent::LogsChanged);
    Ok(row(&(u32::try_from(id.0).unwrap_or(u32::MAX), decision, at)))
}

/// Takes a decision back.
///
/// # Errors
///
/// `no_such_decision`; read-only workspaces; store failures.
pub async fn undo(app: &App, id: u32) -> Result<(), AppError> {
    let open = app.open()?;
    if !open.workspace.undo_log_decision(LogDecisionId(i64::from(id)), app.now()).await? {
        return Err(AppError::new("no_such_decision").with("id", id));
    }
    room::decided(&open).await?;
    app.bus().tell(AppEvent::LogsChanged);
    Ok(())
}

fn first_of(draft: &DecisionDraft) -> &str {
    match draft {
        DecisionDraft::Merge { templates } => templates.first().map_or("", String::as_str),
        DecisionDraft::Split { template, .. }
        | DecisionDraft::Rename { template, .. }
        | DecisionDraft::Label { template, .. } => template,
    }
}

/// Refuses a decision that makes no sense and returns its kind for the store.
async fn check(open: &Open, draft: &DecisionDraft) -> Result<&'static str, AppError> {
    let short = |name: &str| {
        if name.trim().chars().count() > LONGEST_NAME {
            Err(AppError::new("log_name_long").with("n", LONGEST_NAME))
        } else {
            Ok(())
        }
    };
    match draft {
        DecisionDraft::Merge { templates } => {
            let different: BTreeSet<&String> = templates.iter().collect();
            for template in &different {
                template_number(template)?;
            }
            if different.len() < 2 { Err(AppError::new("log_merge_few")) } else { Ok("merge") }
        }
        DecisionDraft::Split { template, parameter } => {
            let parameters = room::parameters_of(open, template_number(template)?).await?;
            if *parameter < parameters {
                Ok("split")
            } else {
                Err(AppError::new("log_split_parameter").with("n", parameters))
            }
        }
        DecisionDraft::Rename { name, .. } => short(name).map(|()| "rename"),
        DecisionDraft::Label { custom, .. } => short(custom.as_deref().unwrap_or_default()).map(|()| "label"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::LogClass;

    fn decided(drafts: Vec<DecisionDraft>) -> Decisions {
        let stored = |(at, draft): (usize, DecisionDraft)| {
            let id = u32::try_from(at).unwrap();
            let example = "nightly backup of volume 3 finished".to_owned();
            (id, Stored { draft, text: "a <*>".to_owned(), example }, Timestamp::from_millis(0))
        };
        put_together(&drafts.into_iter().enumerate().map(stored).collect::<Vec<_>>())
    }

    fn merge(templates: &[u64]) -> DecisionDraft {
        DecisionDraft::Merge { templates: templates.iter().map(|n| template_text(TemplateId(*n))).collect() }
    }

    #[test]
    fn a_text_that_is_cut_at_a_gap_ends_in_one_ellipsis() {
        let kept = "a".repeat(SHOWN - 1);

        assert_eq!(shortened(&format!("{kept}…b")), format!("{kept}…"));
        assert_eq!(shortened(&format!("{kept}bc")), format!("{kept}b…"));
    }

    #[test]
    fn merged_templates_stand_for_the_one_that_was_kept_also_over_steps() {
        let made = decided(vec![merge(&[1, 2]), merge(&[3, 1]), merge(&[2, 3])]);

        let kept: Vec<u64> = [1, 2, 3, 4].map(|n| made.stands_for(TemplateId(n)).0).to_vec();
        assert_eq!(kept, [3, 3, 3, 4]);
    }

    #[test]
    fn an_empty_name_takes_the_name_away() {
        let name = |text: &str| DecisionDraft::Rename {
            template: template_text(TemplateId(7)),
            name: text.to_owned(),
        };

        assert_eq!(decided(vec![name("pool full")]).names[&TemplateId(7)], "pool full");
        assert!(decided(vec![name("pool full"), name(" ")]).names.is_empty());
    }

    #[test]
    fn a_class_of_ones_own_reaches_lines_like_the_labelled_ones() {
        let label = DecisionDraft::Label {
            template: template_text(TemplateId(7)),
            class: LogClass::None,
            custom: Some("backup".to_owned()),
        };
        let made = decided(vec![label]);

        let alike = made.own.classify("nightly backup of volume 12 finished");

        assert_eq!(made.labels[&TemplateId(7)], (FaultClass::None, Some("backup".to_owned())));
        assert_eq!(alike.class.as_deref(), Some("backup"));
    }
}
