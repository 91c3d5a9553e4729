//! The few types that need care on the wire: times, gaps, and large arrays as bytes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_core::{TimeRange, Timestamp};

use crate::error::AppError;

/// Milliseconds since the epoch (or a length in them): the one 64-bit number on the wire.
///
/// Exact in JavaScript up to 2^53, which is the year 287396.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Millis(#[ts(type = "number")] pub i64);

impl From<Timestamp> for Millis {
    fn from(at: Timestamp) -> Self {
        Self(at.as_millis())
    }
}

impl From<Millis> for Timestamp {
    fn from(at: Millis) -> Self {
        Self::from_millis(at.0)
    }
}

/// A period as the window sends it: start inclusive, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// Inclusive start.
    pub start: Millis,
    /// Exclusive end.
    pub end: Millis,
}

impl From<TimeRange> for Span {
    fn from(range: TimeRange) -> Self {
        Self { start: range.start().into(), end: range.end().into() }
    }
}

impl TryFrom<Span> for TimeRange {
    type Error = AppError;

    fn try_from(span: Span) -> Result<Self, AppError> {
        Self::new(span.start.into(), span.end.into())
            .map_err(|e| AppError::new("range_reversed").with("start", e.start).with("end", e.end))
    }
}

/// Builds one message of a JSON header and typed arrays behind it.
///
/// Layout, little-endian: `u32` length of the header, the header as UTF-8 JSON, zero bytes up to a multiple of eight,
/// then the arrays one behind the other as `f64`. The header says how long each array is. A gap is `NaN` here only,
/// because a typed array has no `null`.
#[derive(Debug, Default)]
pub struct Frame {
    columns: Vec<f64>,
}

impl Frame {
    /// Appends a column of times and returns its length.
    pub fn times(&mut self, times: &[i64]) -> u32 {
        self.columns.extend(times.iter().map(|&t| t as f64));
        u32::try_from(times.len()).unwrap_or(u32::MAX)
    }

    /// Appends a column of values; a gap becomes `NaN`.
    pub fn values(&mut self, values: &[Option<f64>]) -> u32 {
        self.columns.extend(values.iter().map(|v| v.unwrap_or(f64::NAN)));
        u32::try_from(values.len()).unwrap_or(u32::MAX)
    }

    /// Puts the header in front and returns the bytes.
    ///
    /// # Errors
    ///
    /// `internal` when the header cannot be written as JSON.
    pub fn finish<T: Serialize>(self, header: &T) -> Result<Vec<u8>, AppError> {
        let head = serde_json::to_vec(header).map_err(|e| AppError::internal(&e))?;
        let pad = (8 - (4 + head.len()) % 8) % 8;
        let mut bytes = Vec::with_capacity(4 + head.len() + pad + self.columns.len() * 8);
        let length = u32::try_from(head.len()).map_err(|e| AppError::internal(&e))?;
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&head);
        bytes.resize(bytes.len() + pad, 0);
        for value in self.columns {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_begin_at_a_multiple_of_eight() {
        let mut frame = Frame::default();
        let n = frame.values(&[Some(1.0), None]);

        let bytes = frame.finish(&serde_json::json!({ "n": n })).unwrap();

        let head = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
        let begin = (4 + head).div_ceil(8) * 8;
        assert_eq!(bytes.len(), begin + 16);
        assert!((f64::from_le_bytes(bytes[begin..begin + 8].try_into().unwrap()) - 1.0).abs() < 1e-12);
        assert!(f64::from_le_bytes(bytes[begin + 8..].try_into().unwrap()).is_nan());
    }
}
