//! One column of a Parquet file: what its type says, and its values as text, numbers or times.

use half::f16;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescriptor;

use super::super::UnreadKind;
use super::super::rows::Cell;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Whole numbers up to here are exact as doubles.
const EXACT: u128 = 1 << 53;

/// Powers of ten up to this one are exact as doubles.
const EXACT_POWER: i32 = 22;

/// How the stored values of a column become cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Text in UTF-8.
    Text,
    /// 16 bytes, written the usual way.
    Uuid,
    /// A number as it is stored; whole numbers without a sign are stored as those with one.
    Number { unsigned: bool },
    /// A whole number, to be divided by this power of ten.
    Decimal { scale: i32 },
    /// A number of 16 bits.
    Half,
    /// Days since 1970.
    Days,
    /// A moment: how many of it are a millisecond, and whether it is in UTC.
    Moment { per_milli: i64, utc: bool },
    /// A moment of old writers: day and nanoseconds. They do not say whether it is in UTC.
    OldMoment,
}

impl Form {
    /// Returns the form of a column, which may have no value in a row but not several.
    pub(super) fn of(column: &ColumnDescriptor) -> std::result::Result<Self, UnreadKind> {
        if column.max_rep_level() > 0 {
            return Err(UnreadKind::List);
        }
        let physical = column.physical_type();
        let form = match column.logical_type_ref() {
            Some(logical) => Self::of_logical(physical, logical),
            None => Self::of_converted(physical, column.converted_type(), column.type_scale()),
        };
        match form {
            // A whole of the file's own kind, whatever more its name says.
            Ok(Self::Decimal { scale }) if !(0..=76).contains(&scale) => Err(UnreadKind::Bytes),
            other => other,
        }
    }

    fn of_logical(physical: Physical, logical: &LogicalType) -> std::result::Result<Self, UnreadKind> {
        match (logical, physical) {
            (LogicalType::String | LogicalType::Enum | LogicalType::Json, Physical::BYTE_ARRAY) => {
                Ok(Self::Text)
            }
            (LogicalType::Uuid, Physical::FIXED_LEN_BYTE_ARRAY) => Ok(Self::Uuid),
            (LogicalType::Float16, Physical::FIXED_LEN_BYTE_ARRAY) => Ok(Self::Half),
            (LogicalType::Decimal(decimal), _) => Ok(Self::Decimal { scale: decimal.scale }),
            (LogicalType::Date, Physical::INT32) => Ok(Self::Days),
            (LogicalType::Timestamp(moment), Physical::INT64) => {
                let per_milli = match moment.unit {
                    TimeUnit::MILLIS => 1,
                    TimeUnit::MICROS => 1_000,
                    TimeUnit::NANOS => 1_000_000,
                };
                Ok(Self::Moment { per_milli, utc: moment.is_adjusted_to_u_t_c })
            }
            (LogicalType::Integer(whole), Physical::INT32 | Physical::INT64) => {
                Ok(Self::Number { unsigned: !whole.is_signed })
            }
            (LogicalType::Time(_), _) => Err(UnreadKind::TimeOfDay),
            // A column of which no value was ever written.
            (LogicalType::Unknown, _) => Self::plain(physical),
            (LogicalType::List, _) => Err(UnreadKind::List),
            (LogicalType::Map | LogicalType::Variant(_), _) => Err(UnreadKind::Object),
            _ => Err(UnreadKind::Bytes),
        }
    }

    /// The names of types that older writers use.
    fn of_converted(
        physical: Physical,
        converted: ConvertedType,
        scale: i32,
    ) -> std::result::Result<Self, UnreadKind> {
        match converted {
            ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Ok(Self::Text),
            ConvertedType::DECIMAL => Ok(Self::Decimal { scale }),
            ConvertedType::DATE => Ok(Self::Days),
            ConvertedType::TIMESTAMP_MILLIS => Ok(Self::Moment { per_milli: 1, utc: true }),
            ConvertedType::TIMESTAMP_MICROS => Ok(Self::Moment { per_milli: 1_000, utc: true }),
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Ok(Self::Number { unsigned: true }),
            ConvertedType::NONE
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64 => Self::plain(physical),
            ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS => Err(UnreadKind::TimeOfDay),
            ConvertedType::INTERVAL => Err(UnreadKind::Other),
            ConvertedType::LIST => Err(UnreadKind::List),
            ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE => Err(UnreadKind::Object),
            ConvertedType::BSON => Err(UnreadKind::Bytes),
        }
    }

    fn plain(physical: Physical) -> std::result::Result<Self, UnreadKind> {
        match physical {
            Physical::INT96 => Ok(Self::OldMoment),
            // Some writers do not say that their bytes are text.
            Physical::BYTE_ARRAY => Ok(Self::Text),
            Physical::FIXED_LEN_BYTE_ARRAY => Err(UnreadKind::Bytes),
            Physical::BOOLEAN | Physical::INT32 | Physical::INT64 | Physical::FLOAT | Physical::DOUBLE => {
                Ok(Self::Number { unsigned: false })
            }
        }
    }
}

/// The values of some rows of a column.
#[derive(Debug)]
pub(super) enum Values {
    Text(Vec<Option<ByteArray>>),
    Number(Vec<Option<f64>>),
    /// Milliseconds, and whether they are in UTC.
    Time(Vec<Option<i64>>, bool),
    /// Of a type that is not taken.
    None,
}

impl Values {
    /// Returns the cell of a row.
    pub(super) fn cell(&self, idx: usize) -> Cell<'_> {
        match self {
            Self::Text(texts) => {
                texts.get(idx).and_then(Option::as_ref).map_or(Cell::Missing, |text| Cell::Text(text.data()))
            }
            Self::Number(numbers) => numbers.get(idx).copied().flatten().map_or(Cell::Missing, Cell::Number),
            Self::Time(times, utc) => match (times.get(idx).copied().flatten(), utc) {
                (Some(ms), true) => Cell::Millis(ms),
                (Some(ms), false) => Cell::LocalMillis(ms),
                (None, _) => Cell::Missing,
            },
            Self::None => Cell::Missing,
        }
    }
}

/// Reads the next `n` rows of a column.
///
/// # Errors
///
/// When the column ends earlier, or is damaged.
pub(super) fn read(reader: &mut ColumnReader, form: Form, may_lack: bool, n: usize) -> Result<Values> {
    Ok(match reader {
        ColumnReader::BoolColumnReader(reader) => {
            numbers(&values(reader, may_lack, n)?, |whether| f64::from(u8::from(*whether)))
        }
        ColumnReader::Int32ColumnReader(reader) => {
            let values = values(reader, may_lack, n)?;
            match form {
                Form::Days => times(&values, false, |days| i64::from(*days) * DAY_MS),
                Form::Decimal { scale } => numbers(&values, |whole| decimal(i128::from(*whole), scale)),
                Form::Number { unsigned: true } => numbers(&values, |whole| f64::from(whole.cast_unsigned())),
                Form::Text
                | Form::Uuid
                | Form::Number { unsigned: false }
                | Form::Half
                | Form::Moment { .. }
                | Form::OldMoment => numbers(&values, |whole| f64::from(*whole)),
            }
        }
        ColumnReader::Int64ColumnReader(reader) => {
            let values = values(reader, may_lack, n)?;
            match form {
                Form::Moment { per_milli, utc } => times(&values, utc, |at| at.div_euclid(per_milli)),
                Form::Decimal { scale } => numbers(&values, |whole| decimal(i128::from(*whole), scale)),
                Form::Number { unsigned: true } => numbers(&values, |whole| whole.cast_unsigned() as f64),
                Form::Text
                | Form::Uuid
                | Form::Number { unsigned: false }
                | Form::Half
                | Form::Days
                | Form::OldMoment => numbers(&values, |whole| *whole as f64),
            }
        }
        ColumnReader::Int96ColumnReader(reader) => {
            times(&values(reader, may_lack, n)?, false, Int96::to_millis)
        }
        ColumnReader::FloatColumnReader(reader) => {
            numbers(&values(reader, may_lack, n)?, |value| f64::from(*value))
        }
        ColumnReader::DoubleColumnReader(reader) => numbers(&values(reader, may_lack, n)?, |value| *value),
        ColumnReader::ByteArrayColumnReader(reader) => {
            let values = values(reader, may_lack, n)?;
            match form {
                Form::Decimal { scale } => numbers(&values, |bytes| decimal_of_bytes(bytes.data(), scale)),
                Form::Text
                | Form::Uuid
                | Form::Number { .. }
                | Form::Half
                | Form::Days
                | Form::Moment { .. }
                | Form::OldMoment => Values::Text(values),
            }
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            let values = values(reader, may_lack, n)?;
            match form {
                Form::Decimal { scale } => numbers(&values, |bytes| decimal_of_bytes(bytes.data(), scale)),
                Form::Half => numbers(&values, |bytes| half_of_bytes(bytes.data())),
                Form::Text
                | Form::Uuid
                | Form::Number { .. }
                | Form::Days
                | Form::Moment { .. }
                | Form::OldMoment => {
                    Values::Text(values.iter().map(|v| v.as_ref().map(|v| uuid(v.data()))).collect())
                }
            }
        }
    })
}

fn numbers<T>(values: &[Option<T>], number: impl Fn(&T) -> f64) -> Values {
    Values::Number(values.iter().map(|value| value.as_ref().map(&number)).collect())
}

fn times<T>(values: &[Option<T>], utc: bool, millis: impl Fn(&T) -> i64) -> Values {
    Values::Time(values.iter().map(|value| value.as_ref().map(&millis)).collect(), utc)
}

/// Reads `n` rows; a column that `may_lack` values says in which rows it does.
fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    may_lack: bool,
    n: usize,
) -> Result<Vec<Option<T::T>>> {
    let mut present = Vec::new();
    let mut values = Vec::new();
    let (rows, _, _) = reader.read_records(n, may_lack.then_some(&mut present), None, &mut values)?;
    if rows < n {
        return Err(ParquetError::General(format!("{rows} of {n} rows")));
    }
    if !may_lack {
        return Ok(values.into_iter().map(Some).collect());
    }
    let mut values = values.into_iter();
    Ok(present.into_iter().map(|level| if level > 0 { values.next() } else { None }).collect())
}

/// Divides a whole number by a power of ten, rounded once.
fn decimal(whole: i128, scale: i32) -> f64 {
    if scale <= EXACT_POWER && whole.unsigned_abs() <= EXACT {
        return whole as f64 / 10_f64.powi(scale);
    }
    // What stands there is a number; its text is one too.
    format!("{whole}e-{scale}").parse().unwrap_or(f64::NAN)
}

/// Reads a decimal of big-endian bytes in two's complement.
fn decimal_of_bytes(bytes: &[u8], scale: i32) -> f64 {
    let is_negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let filling = if is_negative { 0xff } else { 0 };
    // One byte of filling stays, which keeps the sign.
    let filled = bytes.iter().take_while(|byte| **byte == filling).count().saturating_sub(1);
    let digits = bytes.get(filled..).unwrap_or_default();
    if digits.len() > 16 {
        let start = if is_negative { -1.0 } else { 0.0 };
        let whole = digits.iter().fold(start, |sum, byte| sum * 256.0 + f64::from(*byte));
        return whole / 10_f64.powi(scale);
    }
    let start = if is_negative { -1 } else { 0 };
    decimal(digits.iter().fold(start, |sum: i128, byte| sum << 8 | i128::from(*byte)), scale)
}

fn half_of_bytes(bytes: &[u8]) -> f64 {
    <[u8; 2]>::try_from(bytes).map_or(f64::NAN, |bytes| f64::from(f16::from_le_bytes(bytes)))
}

/// Writes 16 bytes the usual way, `8-4-4-4-12`.
fn uuid(bytes: &[u8]) -> ByteArray {
    let mut text = String::with_capacity(36);
    for (idx, byte) in bytes.iter().enumerate() {
        if matches!(idx, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.extend(
            [byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0')),
        );
    }
    ByteArray::from(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_once() {
        assert_eq!(decimal(12_345, 2).to_bits(), 123.45_f64.to_bits());
        assert_eq!(decimal(-1, 0).to_bits(), (-1.0_f64).to_bits());
        let wide = 12_345_678_901_234_567_890_123_456_789_i128;
        assert_eq!(decimal(wide, 10).to_bits(), 1_234_567_890_123_456_789.012_345_678_9_f64.to_bits());
    }

    #[test]
    fn bytes_of_a_decimal_are_in_twos_complement() {
        assert_eq!(decimal_of_bytes(&[0x30, 0x39], 2).to_bits(), 123.45_f64.to_bits());
        assert_eq!(decimal_of_bytes(&[0xff; 12], 0).to_bits(), (-1.0_f64).to_bits());
        assert_eq!(decimal_of_bytes(&[0x80], 0).to_bits(), (-128.0_f64).to_bits());
        assert_eq!(decimal_of_bytes(&[], 3).to_bits(), 0.0_f64.to_bits());
        let mut long = vec![0; 18];
        long[1] = 1;
        assert_eq!(decimal_of_bytes(&long, 0).to_bits(), 2_f64.powi(128).to_bits());
    }

    #[test]
    fn a_uuid_is_written_the_usual_way() {
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(uuid(&bytes).data(), b"00010203-0405-0607-0809-0a0b0c0d0e0f");
    }
}
