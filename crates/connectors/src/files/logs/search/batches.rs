//! Searches lines that hold many records: each record is looked at, with what it comes from.

use regex::bytes::Regex;

use super::super::chunk::walk;
use super::super::grammar::Grammar;
use super::super::read::BlockJob;
use super::super::{LogFormat, LogLine};
use super::{Matcher, Searcher};

/// Reports whether lines of a text may hold many records.
pub(super) fn holds_batches(grammar: &Grammar, text: &[u8]) -> bool {
    grammar.shape.format == LogFormat::OpenTelemetry
        && memchr::memmem::find(text, b"\"resourceLogs\"").is_some()
}

impl Matcher {
    /// Reports whether a record can match by its bytes and by those of what it comes from.
    fn may_match(&self, texts: [&[u8]; 3]) -> bool {
        let occurs = |regex: &Regex| texts.iter().any(|text| regex.is_match(text));
        // A question reads the record's parts: its words may stand there otherwise than in the file.
        self.query.is_some() || self.candidate.as_ref().is_none_or(occurs) && self.all.iter().all(occurs)
    }
}

impl Searcher<'_> {
    /// Finds the records of a block whose lines hold many of them: each is looked at, with what it comes from.
    pub(super) fn each_of_batches(&mut self, job: &BlockJob, f: &mut dyn FnMut(LogLine)) {
        let (matcher, data) = (self.matcher, &job.piece.data);
        let (mut left, mut carried) = (self.most, job.carried);
        let mut walker = self.reader.grammar.fork();
        let walked = walk(data, &mut walker, |grammar, span| {
            let origin = span.origin.unwrap_or_default();
            let places = [(span.start, span.end), origin.resource, origin.scope];
            if left == 0 {
                return Err(());
            }
            if !matcher.may_match(places.map(|(start, end)| &data[start..end])) {
                carried = grammar.parse(data, span, None).at.or(carried);
                return Ok(());
            }
            let line = self.reader.read(job, span, &mut carried);
            let matches = matcher.query.as_ref().is_none_or(|query| query.matches(&line.record));
            if matches && self.reader.holds(job, &line, carried) {
                left -= 1;
                f(line);
            }
            Ok(())
        });
        debug_assert!(walked.is_ok() || left == 0, "only the limit ends the walk");
    }

    /// Returns the last time that the batches of a text say.
    pub(super) fn last_time_of_batches(&self, text: &[u8]) -> Option<i64> {
        let (mut walker, mut last) = (self.reader.grammar.fork(), None);
        let walked = walk(text, &mut walker, |grammar, span| {
            last = grammar.parse(text, span, None).at.or(last);
            Ok::<(), ()>(())
        });
        debug_assert!(walked.is_ok(), "the visitor never ends the walk");
        last
    }
}
