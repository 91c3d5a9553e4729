//! Identities of facts: 128 bits, unique across copies of a workspace.

use std::fmt;
use std::str::FromStr;

/// The identity of a stored fact: who wrote it (64 bits) and that writer's running number (64 bits).
///
/// Copies of a workspace get a writer of their own, so facts of two copies never collide and can be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId {
    writer: u64,
    sequence: u64,
}

impl FactId {
    /// Creates the identity of the fact number `sequence` of `writer`.
    pub const fn new(writer: u64, sequence: u64) -> Self {
        Self { writer, sequence }
    }

    /// Returns the writer's number.
    pub const fn writer(self) -> u64 {
        self.writer
    }

    /// Returns the running number within the writer.
    pub const fn sequence(self) -> u64 {
        self.sequence
    }

    /// Returns the sixteen bytes, writer first, both big-endian, so that byte order is numeric order.
    pub fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.writer.to_be_bytes());
        bytes[8..].copy_from_slice(&self.sequence.to_be_bytes());
        bytes
    }

    /// Reads what [`FactId::to_bytes`] wrote; `None` when there are not exactly sixteen bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (writer, sequence) = bytes.split_at_checked(8)?;
        Some(Self {
            writer: u64::from_be_bytes(writer.try_into().ok()?),
            sequence: u64::from_be_bytes(sequence.try_into().ok()?),
        })
    }
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.writer, self.sequence)
    }
}

/// A text that is not thirty-two hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an identity of 32 hexadecimal digits")]
pub struct InvalidFactId(pub String);

impl FromStr for FactId {
    type Err = InvalidFactId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || InvalidFactId(text.to_owned());
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(refuse());
        }
        let part = |s: &str| u64::from_str_radix(s, 16).map_err(|_| refuse());
        Ok(Self { writer: part(&text[..16])?, sequence: part(&text[16..])? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_survives_text_and_bytes() {
        let id = FactId::new(0x0102_0304_0506_0708, 42);

        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(FactId::from_bytes(&id.to_bytes()), Some(id));
    }

    #[test]
    fn a_text_of_another_length_or_alphabet_is_refused() {
        assert!("abc".parse::<FactId>().is_err());
        assert!("zz000000000000000000000000000000".parse::<FactId>().is_err());
        assert_eq!(FactId::from_bytes(&[0; 15]), None);
    }
}
