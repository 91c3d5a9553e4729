//! What a check of a workspace file found wrong, as codes with fields and as sentences.

use std::collections::BTreeMap;
use std::fmt;

use wardroom_store::{CheckProblem, Flaw};

use super::rows::CheckProblemRow;
use crate::phrase::{Phrase, PhraseValue};

/// Says what is wrong.
pub(super) fn problem_row(problem: &CheckProblem) -> CheckProblemRow {
    match problem {
        CheckProblem::Structure { detail } => row("structure", "check-structure").with("detail", detail),
        CheckProblem::Reference { table, row: Some(number) } => {
            row("reference", "check-reference").with("table", table).with("row", number)
        }
        CheckProblem::Reference { table, row: None } => {
            row("reference", "check-reference-somewhere").with("table", table)
        }
        CheckProblem::Chunk { chunk, series, flaw } => {
            row("chunk", "check-chunk").with("chunk", chunk).with("series", series.0).why(flaw)
        }
        CheckProblem::LogBlock { block, source, flaw } => {
            row("log_block", "check-log-block").with("block", block).with("source", source.0).why(flaw)
        }
        CheckProblem::LogIndex { row: number, flaw } => {
            row("log_index", "check-log-index").with("row", number).why(flaw)
        }
        CheckProblem::LogIndexLacks { blocks } => {
            row("log_index_lacks", "check-log-index-lacks").with("blocks", blocks)
        }
        CheckProblem::TemplateCounts { source, hour, flaw } => {
            let mut counts =
                row("template_counts", "check-template-counts").with("source", source.0).why(flaw);
            counts.fields.insert("hour".to_owned(), hour.to_string());
            counts.says = counts.says.with("hour", PhraseValue::Date((*hour).into()));
            counts
        }
        CheckProblem::Tail { batch, flaw } => row("tail", "check-tail").with("batch", batch.0).why(flaw),
        CheckProblem::Entity { row: number, flaw } => {
            row("entity", "check-entity").with("row", number).why(flaw)
        }
        CheckProblem::Evidence { edge, flaw } => {
            row("evidence", "check-evidence").with("edge", edge).why(flaw)
        }
        CheckProblem::EntityTwice { source, key } => {
            row("entity_twice", "check-entity-twice").with("source", source.0).with("key", key)
        }
        CheckProblem::DependencyTwice { source, from, to } => {
            let twice = row("dependency_twice", "check-dependency-twice").with("source", source.0);
            twice.with("from", from).with("to", to)
        }
        CheckProblem::EdgeTwice { from, to } => {
            row("edge_twice", "check-edge-twice").with("from", from).with("to", to)
        }
    }
}

fn row(code: &str, key: &str) -> CheckProblemRow {
    CheckProblemRow { code: code.to_owned(), fields: BTreeMap::new(), says: Phrase::new(key) }
}

impl CheckProblemRow {
    fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        self.fields.insert(name.to_owned(), value.clone());
        self.says = self.says.text(name, value);
        self
    }

    fn why(mut self, flaw: &Flaw) -> Self {
        let (code, why) = match flaw {
            Flaw::Checksum => ("checksum", PhraseValue::Word("check-why-checksum".to_owned())),
            Flaw::Incomplete => ("incomplete", PhraseValue::Word("check-why-incomplete".to_owned())),
            Flaw::Content { detail } => {
                self.fields.insert("detail".to_owned(), detail.clone());
                let why = PhraseValue::Word("check-why-content".to_owned());
                ("content", PhraseValue::List(vec![why, PhraseValue::Text(format!("({detail})"))]))
            }
        };
        self.fields.insert("flaw".to_owned(), code.to_owned());
        self.says = self.says.with("why", why);
        self
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use wardroom_core::Timestamp;
    use wardroom_store::{BatchId, SeriesId, SourceId};

    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    /// One of each kind.
    fn all() -> Vec<CheckProblem> {
        let (source, hour) = (SourceId(2), Timestamp::from_millis(1_794_927_600_000));
        let (from, to) = ("web".to_owned(), "ledger".to_owned());
        let content = Flaw::Content { detail: "-42-".to_owned() };
        vec![
            CheckProblem::Structure { detail: "-42-".to_owned() },
            CheckProblem::Reference { table: "chunks".to_owned(), row: Some(4) },
            CheckProblem::Reference { table: "chunks".to_owned(), row: None },
            CheckProblem::Chunk { chunk: 7, series: SeriesId(3), flaw: Flaw::Checksum },
            CheckProblem::Chunk { chunk: 7, series: SeriesId(3), flaw: content.clone() },
            CheckProblem::LogBlock { block: 5, source, flaw: Flaw::Checksum },
            CheckProblem::LogIndex { row: 6, flaw: Flaw::Incomplete },
            CheckProblem::LogIndexLacks { blocks: 9 },
            CheckProblem::TemplateCounts { source, hour, flaw: Flaw::Checksum },
            CheckProblem::Tail { batch: BatchId(8), flaw: content.clone() },
            CheckProblem::Entity { row: 1, flaw: content.clone() },
            CheckProblem::Evidence { edge: 1, flaw: content },
            CheckProblem::EntityTwice { source, key: "web".to_owned() },
            CheckProblem::DependencyTwice { source, from: from.clone(), to: to.clone() },
            CheckProblem::EdgeTwice { from, to },
        ]
    }

    #[test]
    fn every_problem_has_a_sentence_of_its_own_in_both_languages() {
        for language in [Language::En, Language::ZhCn] {
            let words = Words::with(language, TimeZone::UTC);

            let said: Vec<String> = all().iter().map(|p| words.phrase(&problem_row(p).says)).collect();

            for (at, text) in said.iter().enumerate() {
                assert!(!text.starts_with("check-") && !text.contains('$'), "{text}");
                assert!(!said[..at].contains(text), "{text}");
            }
        }
    }

    #[test]
    fn a_flipped_bit_is_said_with_chunk_series_and_reason() {
        let problem = CheckProblem::Chunk { chunk: 7, series: SeriesId(3), flaw: Flaw::Checksum };

        let row = problem_row(&problem);

        let fields: Vec<(&str, &str)> = row.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(
            (row.code.as_str(), fields),
            ("chunk", vec![("chunk", "7"), ("flaw", "checksum"), ("series", "3")])
        );
        let says = |language| Words::with(language, TimeZone::UTC).phrase(&row.says);
        assert_eq!(says(Language::En), "Chunk 7 of series 3 cannot be read: its checksum does not hold.");
        assert_eq!(says(Language::ZhCn), "序列 3 的数据块 7 无法读取：校验和不符。");
    }
}
