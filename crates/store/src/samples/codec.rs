//! The bytes of a chunk: times, values and batches as compressed columns, and their checksum.

use pco::ChunkConfig;
use pco::data_types::Number;
use pco::standalone::{simple_compress, simple_decompress};

use super::Column;
use crate::error::StoreError;

/// Both columns are one pco stream each.
const CODEC_PCO: i64 = 1;
/// Each column begins with a byte that says how the rest is written.
const CODEC_TAGGED: i64 = 2;

/// More samples than any chunk may claim to have, so that a damaged count cannot ask for all memory.
const LARGEST_CHUNK: usize = 1 << 20;

const TAG_PCO: u8 = 0;
/// Times: first and step; values: the one value. Eight bytes each, little-endian.
const TAG_REGULAR: u8 = 1;

/// Batch runs as pairs of `u32` count and `i64` batch, little-endian.
const RUNS_PLAIN: u8 = 0;
/// Batch runs as two pco streams: counts (length of the stream before it), batches.
const RUNS_PCO: u8 = 1;

/// How hard the compressor works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Level 8: what is kept.
    Best,
    /// Level 4: 2.6 times faster, 4 % larger; for imports and the tail.
    Quick,
}

impl Effort {
    fn config(self) -> ChunkConfig {
        ChunkConfig::default().with_compression_level(match self {
            Self::Best => 8,
            Self::Quick => 4,
        })
    }
}

/// One chunk as it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    /// The series.
    pub(crate) series: i64,
    /// The first time.
    pub(crate) from_ts: i64,
    /// The last time.
    pub(crate) to_ts: i64,
    /// The number of samples.
    pub(crate) n: i64,
    /// The smallest batch.
    pub(crate) first_batch: i64,
    /// The largest batch.
    pub(crate) last_batch: i64,
    /// How the columns are written.
    pub(crate) codec: i64,
    /// CRC-32 over the three columns, one behind the other.
    pub(crate) check32: i64,
    /// Times.
    pub(crate) ts: Vec<u8>,
    /// Values.
    pub(crate) val: Vec<u8>,
    /// Batches, run-length coded.
    pub(crate) batch: Vec<u8>,
}

impl Encoded {
    /// Returns the bytes of the three columns.
    pub(crate) fn bytes(&self) -> u64 {
        (self.ts.len() + self.val.len() + self.batch.len()) as u64
    }
}

/// A chunk that was read and checked.
#[derive(Clone, Debug)]
pub(crate) struct Decoded {
    /// Times, not descending.
    pub(crate) times: Vec<i64>,
    /// Values.
    pub(crate) values: Vec<f64>,
    /// Batches: how many samples in a row came with which.
    pub(crate) runs: Vec<(u32, i64)>,
}

/// Packs the batches of a column, run-length coded.
pub(crate) fn pack_batches(batches: &[i64], effort: Effort) -> Result<Vec<u8>, StoreError> {
    encode_runs(&runs_of(batches), &effort.config())
}

/// Encodes samples of one series, sorted by time and not empty, as one chunk; `batch` is what [`pack_batches`] makes of
/// the column's batches.
pub(crate) fn encode_with(
    series: i64,
    column: &Column,
    batch: Vec<u8>,
    effort: Effort,
) -> Result<Encoded, StoreError> {
    let (Some(&from_ts), Some(&to_ts)) = (column.times.first(), column.times.last()) else {
        return Err(StoreError::internal("an empty chunk was to be written"));
    };
    let config = effort.config();
    let step = regular_step(&column.times);
    let one_value = column.values.iter().all(|v| v.to_bits() == column.values[0].to_bits());
    let codec = if step.is_some() || one_value { CODEC_TAGGED } else { CODEC_PCO };
    let ts = match step {
        Some(step) => tagged_pair(from_ts, Some(step)),
        None => pco_column(&column.times, codec, &config)?,
    };
    let val = if one_value {
        tagged_pair(column.values[0].to_bits().cast_signed(), None)
    } else {
        pco_column(&column.values, codec, &config)?
    };
    let first_batch = column.batches.iter().copied().min().unwrap_or(0);
    let last_batch = column.batches.iter().copied().max().unwrap_or(0);
    let check32 = checksum([&ts, &val, &batch]);
    let n = super::count(column.len());
    Ok(Encoded { series, from_ts, to_ts, n, first_batch, last_batch, codec, check32, ts, val, batch })
}

/// Decodes one chunk of `n` samples.
///
/// # Errors
///
/// [`StoreError::Damaged`] when the checksum, a column or a length does not hold.
pub(crate) fn decode(
    n: i64,
    codec: i64,
    check32: i64,
    ts: &[u8],
    val: &[u8],
    batch: &[u8],
) -> Result<Decoded, StoreError> {
    if checksum([ts, val, batch]) != check32 {
        return Err(StoreError::damaged(StoreError::CHECKSUM));
    }
    let n = usize::try_from(n).ok().filter(|n| *n <= LARGEST_CHUNK);
    let n = n.ok_or_else(|| StoreError::damaged("the number of samples cannot be"))?;
    let (times, values) = match codec {
        CODEC_PCO => (unpack::<i64>(ts, n)?, unpack::<f64>(val, n)?),
        CODEC_TAGGED => (tagged_times(ts, n)?, tagged_values(val, n)?),
        other => return Err(StoreError::damaged(format!("the codec {other} is not known"))),
    };
    let runs = decode_runs(batch)?;
    let covered: u64 = runs.iter().map(|&(count, _)| u64::from(count)).sum();
    if covered != n as u64 || !times.is_sorted() {
        return Err(StoreError::damaged("the columns do not belong together"));
    }
    Ok(Decoded { times, values, runs })
}

/// Returns the CRC-32 over the parts, one behind the other.
pub(crate) fn checksum(parts: [&[u8]; 3]) -> i64 {
    let mut hasher = crc32fast::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    i64::from(hasher.finalize())
}

/// Compresses one column as one pco stream.
pub(crate) fn pack<T: Number>(numbers: &[T], effort: Effort) -> Result<Vec<u8>, StoreError> {
    simple_compress(numbers, &effort.config()).map_err(StoreError::internal)
}

/// Reads one pco stream of exactly `n` numbers.
pub(crate) fn unpack<T: Number>(bytes: &[u8], n: usize) -> Result<Vec<T>, StoreError> {
    let numbers = simple_decompress::<T>(bytes).map_err(|e| StoreError::damaged(e.to_string()))?;
    if numbers.len() == n { Ok(numbers) } else { Err(StoreError::damaged("a column has another length")) }
}

/// Writes one number for each of many rows, run-length coded.
pub(crate) fn pack_runs(values: &[i64]) -> Result<Vec<u8>, StoreError> {
    pack_batches(values, Effort::Best)
}

/// Reads what [`pack_runs`] wrote of `n` rows: how many of them in a row have which number.
pub(crate) fn unpack_runs(bytes: &[u8], n: usize) -> Result<Vec<(u32, i64)>, StoreError> {
    let runs = decode_runs(bytes)?;
    let covered: u64 = runs.iter().map(|&(count, _)| u64::from(count)).sum();
    if covered == n as u64 { Ok(runs) } else { Err(StoreError::damaged("a column has another length")) }
}

fn pco_column<T: Number>(numbers: &[T], codec: i64, config: &ChunkConfig) -> Result<Vec<u8>, StoreError> {
    let packed = simple_compress(numbers, config).map_err(StoreError::internal)?;
    if codec == CODEC_PCO {
        return Ok(packed);
    }
    let mut bytes = Vec::with_capacity(packed.len() + 1);
    bytes.push(TAG_PCO);
    bytes.extend_from_slice(&packed);
    Ok(bytes)
}

/// Returns the step when the times are equally spaced; a single time has the step 0.
fn regular_step(times: &[i64]) -> Option<i64> {
    let Some((&first, &second)) = times.first().zip(times.get(1)) else {
        return Some(0);
    };
    let step = second.checked_sub(first)?;
    times.windows(2).all(|w| w[1].checked_sub(w[0]) == Some(step)).then_some(step)
}

fn tagged_pair(first: i64, second: Option<i64>) -> Vec<u8> {
    let mut bytes = vec![TAG_REGULAR];
    bytes.extend_from_slice(&first.to_le_bytes());
    if let Some(second) = second {
        bytes.extend_from_slice(&second.to_le_bytes());
    }
    bytes
}

fn tagged_times(bytes: &[u8], n: usize) -> Result<Vec<i64>, StoreError> {
    match bytes.split_first() {
        Some((&TAG_PCO, rest)) => unpack(rest, n),
        Some((&TAG_REGULAR, rest)) if rest.len() == 16 => {
            let (start, step) = (i64_at(rest, 0)?, i64_at(rest, 8)?);
            // Wrapping cannot happen for what the store wrote; for anything else the order check refuses it.
            Ok((0..super::count(n)).map(|i| start.wrapping_add(step.wrapping_mul(i))).collect())
        }
        _ => Err(StoreError::damaged("the times are written in an unknown way")),
    }
}

fn tagged_values(bytes: &[u8], n: usize) -> Result<Vec<f64>, StoreError> {
    match bytes.split_first() {
        Some((&TAG_PCO, rest)) => unpack(rest, n),
        Some((&TAG_REGULAR, rest)) if rest.len() == 8 => {
            Ok(vec![f64::from_bits(i64_at(rest, 0)?.cast_unsigned()); n])
        }
        _ => Err(StoreError::damaged("the values are written in an unknown way")),
    }
}

fn i64_at(bytes: &[u8], at: usize) -> Result<i64, StoreError> {
    let part = bytes.get(at..at + 8).and_then(|part| <[u8; 8]>::try_from(part).ok());
    part.map(i64::from_le_bytes).ok_or_else(|| StoreError::damaged("a column is too short"))
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, StoreError> {
    let part = bytes.get(at..at + 4).and_then(|part| <[u8; 4]>::try_from(part).ok());
    part.map(u32::from_le_bytes).ok_or_else(|| StoreError::damaged("a column is too short"))
}

fn runs_of(batches: &[i64]) -> Vec<(u32, i64)> {
    let mut runs: Vec<(u32, i64)> = Vec::new();
    for &batch in batches {
        match runs.last_mut() {
            Some((count, last)) if *last == batch && *count < u32::MAX => *count += 1,
            _ => runs.push((1, batch)),
        }
    }
    runs
}

fn encode_runs(runs: &[(u32, i64)], config: &ChunkConfig) -> Result<Vec<u8>, StoreError> {
    // A pco stream of a few numbers is longer than the numbers.
    if runs.len() <= 8 {
        let mut bytes = vec![RUNS_PLAIN];
        for (count, batch) in runs {
            bytes.extend_from_slice(&count.to_le_bytes());
            bytes.extend_from_slice(&batch.to_le_bytes());
        }
        return Ok(bytes);
    }
    let counts: Vec<u32> = runs.iter().map(|run| run.0).collect();
    let batches: Vec<i64> = runs.iter().map(|run| run.1).collect();
    let counts = simple_compress(&counts, config).map_err(StoreError::internal)?;
    let batches = simple_compress(&batches, config).map_err(StoreError::internal)?;
    let length = u32::try_from(counts.len()).map_err(StoreError::internal)?;
    let mut bytes = vec![RUNS_PCO];
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&counts);
    bytes.extend_from_slice(&batches);
    Ok(bytes)
}

fn decode_runs(bytes: &[u8]) -> Result<Vec<(u32, i64)>, StoreError> {
    match bytes.split_first() {
        Some((&RUNS_PLAIN, rest)) if rest.len().is_multiple_of(12) => {
            (0..rest.len()).step_by(12).map(|at| Ok((u32_at(rest, at)?, i64_at(rest, at + 4)?))).collect()
        }
        Some((&RUNS_PCO, rest)) => {
            let length = usize::try_from(u32_at(rest, 0)?).unwrap_or(usize::MAX);
            let end = length.saturating_add(4);
            let (Some(counts), Some(batches)) = (rest.get(4..end), rest.get(end..)) else {
                return Err(StoreError::damaged("the batches are cut off"));
            };
            let counts: Vec<u32> =
                simple_decompress(counts).map_err(|e| StoreError::damaged(e.to_string()))?;
            let batches: Vec<i64> = unpack(batches, counts.len())?;
            Ok(counts.into_iter().zip(batches).collect())
        }
        _ => Err(StoreError::damaged("the batches are written in an unknown way")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wardroom_core::series::STALE_BITS;

    use super::*;

    fn encode(series: i64, column: &Column, effort: Effort) -> Result<Encoded, StoreError> {
        encode_with(series, column, pack_batches(&column.batches, effort)?, effort)
    }

    fn round_trip(column: &Column, effort: Effort) -> Decoded {
        let e = encode(7, column, effort).unwrap();
        decode(e.n, e.codec, e.check32, &e.ts, &e.val, &e.batch).unwrap()
    }

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|v| v.to_bits()).collect()
    }

    #[test]
    fn odd_values_survive_to_the_bit() {
        let odd =
            [STALE_BITS, f64::NAN.to_bits(), (-0.0_f64).to_bits(), f64::INFINITY.to_bits(), 1, u64::MAX];
        let mut column = Column::default();
        for i in 0..3000_i64 {
            let value = f64::from_bits(odd[usize::try_from(i).unwrap() % odd.len()]);
            column.push(i * 15_000 + i % 3, value, i / 100);
        }

        for effort in [Effort::Best, Effort::Quick] {
            let back = round_trip(&column, effort);
            assert_eq!(back.times, column.times);
            assert_eq!(bits(&back.values), bits(&column.values));
        }
    }

    #[test]
    fn a_constant_on_an_exact_grid_costs_39_bytes() {
        let mut column = Column::default();
        for i in 0..4096 {
            column.push(i * 15_000, 1.0, 3);
        }

        let encoded = encode(1, &column, Effort::Best).unwrap();

        // 17 for the times, 9 for the value, 13 for the one run of batches.
        assert_eq!(encoded.bytes(), 39);
        assert_eq!(round_trip(&column, Effort::Best).times, column.times);
    }

    #[test]
    fn a_batch_for_every_sample_costs_little() {
        let mut column = Column::default();
        for i in 0..4096 {
            column.push(i * 15_000, 1.0, 1000 + i);
        }

        let encoded = encode(1, &column, Effort::Best).unwrap();

        assert!(encoded.batch.len() < 256, "{} bytes", encoded.batch.len());
        assert_eq!(round_trip(&column, Effort::Best).runs.len(), 4096);
    }

    #[test]
    fn every_flipped_byte_is_noticed() {
        let mut column = Column::default();
        for i in 0..200_i32 {
            column.push(i64::from(i) * 1000 + i64::from(i % 7), f64::from(i).sin(), 1);
        }
        let e = encode(1, &column, Effort::Best).unwrap();

        for at in 0..e.val.len() {
            let mut val = e.val.clone();
            val[at] ^= 0x10;
            assert!(decode(e.n, e.codec, e.check32, &e.ts, &val, &e.batch).is_err(), "byte {at}");
        }
    }

    proptest! {
        #[test]
        fn any_samples_come_back(
            samples in prop::collection::vec((any::<i64>(), any::<u64>(), 0_i64..5), 1..300)
        ) {
            let mut column = Column::default();
            for (time, value, batch) in &samples {
                column.push(*time, f64::from_bits(*value), *batch);
            }
            column.sort();

            let back = round_trip(&column, Effort::Best);

            prop_assert_eq!(&back.times, &column.times);
            prop_assert_eq!(bits(&back.values), bits(&column.values));
            let batches: Vec<i64> =
                back.runs.iter().flat_map(|&(n, batch)| std::iter::repeat_n(batch, n as usize)).collect();
            prop_assert_eq!(&batches, &column.batches);
        }

        #[test]
        fn garbage_is_refused_without_a_panic(
            ts in prop::collection::vec(any::<u8>(), 0..80),
            val in prop::collection::vec(any::<u8>(), 0..80),
            batch in prop::collection::vec(any::<u8>(), 0..80),
            codec in 0_i64..4,
            n in 0_i64..10_000,
        ) {
            let check32 = checksum([&ts, &val, &batch]);

            // The checksum holds, so only the decoders stand between the bytes and the reader.
            drop(decode(n, codec, check32, &ts, &val, &batch));
        }
    }
}
