//! The beginning of a column of texts: its wordings, and which text has which, which is all that some questions need.

use super::apart::{APART, REPEATS, WHOLE};
use super::bytes::Reader;
use super::words::{contains_word, fold};
use crate::error::StoreError;

/// How the values of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// There is one for each text.
    Each,
    /// Those that repeat stand there once.
    Repeats,
    /// As before, and all in a frame of their own.
    Apart,
}

impl Form {
    fn of(byte: &[u8]) -> Result<Self, StoreError> {
        match byte {
            [REPEATS] => Ok(Self::Repeats),
            [APART] => Ok(Self::Apart),
            _ => Err(StoreError::damaged("texts are written in an unknown way")),
        }
    }
}

/// The beginning of a column: which text has which wording.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    pub(super) wordings: Vec<&'a str>,
    pub(super) ids: Vec<u16>,
    pub(super) form: Form,
}

impl<'a> Head<'a> {
    /// Reads the beginning of what [`encode`](super::apart::encode) wrote of `n` texts.
    pub(crate) fn read(reader: &mut Reader<'a>, n: usize) -> Result<Self, StoreError> {
        let mut known = reader.count()?;
        let mut form = Form::Each;
        if known == 0 && n > 0 {
            form = Form::of(reader.take(1)?)?;
            known = reader.count()?;
        }
        let lengths: Vec<usize> = (0..known).map(|_| reader.length()).collect::<Result<_, _>>()?;
        let wordings: Vec<&str> =
            lengths.into_iter().map(|length| reader.text_of(length)).collect::<Result<_, _>>()?;
        let ids = reader.ids(n, known)?;
        Ok(Self { wordings, ids, form })
    }

    /// Reports whether wordings alone tell which texts contain a folded word, all variables of the column being ASCII.
    pub(crate) fn decides(&self, word: &str) -> bool {
        !may_be_variable(word) && !self.wordings.contains(&WHOLE)
    }

    /// Calls `f` with each text in whose wording a folded word may stand.
    pub(crate) fn with_word(&self, word: &str, f: &mut impl FnMut(usize)) {
        let is_hit: Vec<bool> =
            self.wordings.iter().map(|wording| contains_word(&fold(wording), word)).collect();
        let hits = self.ids.iter().enumerate().filter(|(_, id)| is_hit[usize::from(**id)]);
        hits.for_each(|(text, _)| f(text));
    }

    /// Reports whether a folded word may stand in the wording of one text.
    pub(crate) fn may_have(&self, text: usize, word: &str) -> bool {
        contains_word(&fold(self.wordings[usize::from(self.ids[text])]), word)
    }
}

/// Reports whether a folded word can be an ASCII variable: every variable has a digit.
pub(super) fn may_be_variable(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}
