//! Parquet files of odd types, packings and damages.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::super::{Preview, import, preview};
use super::*;

/// The samples of an import, as text: metric, labels, milliseconds, value.
#[derive(Debug, Default)]
struct Taken(Vec<(wardroom_core::SeriesKey, i64, f64)>, Vec<wardroom_core::SeriesKey>);

impl super::super::Sink for Taken {
    fn series(
        &mut self,
        key: &wardroom_core::SeriesKey,
        _: wardroom_core::MetricKind,
        _: wardroom_core::Unit,
    ) -> u32 {
        self.1.push(key.clone());
        u32::try_from(self.1.len() - 1).unwrap()
    }

    fn flush(
        &mut self,
        slot: u32,
        samples: wardroom_core::Samples,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let key = &self.1[slot as usize];
        let samples = samples.times().iter().zip(samples.values());
        self.0.extend(samples.map(|(at, value)| (key.clone(), *at, *value)));
        Ok(())
    }

    fn progress(&mut self, _: u64, _: u64) {}
}

/// A column to be written: its values, and in which rows it has one.
enum Written {
    Bools(Vec<bool>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    I96(Vec<Int96>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

struct File {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

/// Writes row groups of columns; of an optional column each value is there, unless `present` says otherwise.
fn file(schema: &str, groups: &[Vec<(Written, Option<Vec<i16>>)>], packing: Compression) -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.parquet");
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(packing).build());
    let mut writer = SerializedFileWriter::new(fs::File::create(&path).unwrap(), schema, properties).unwrap();
    for columns in groups {
        let mut group = writer.next_row_group().unwrap();
        for (values, present) in columns {
            let present = present.as_deref();
            match values {
                Written::Bools(v) => write::<BoolType>(&mut group, v, present),
                Written::I32(v) => write::<Int32Type>(&mut group, v, present),
                Written::I64(v) => write::<Int64Type>(&mut group, v, present),
                Written::I96(v) => write::<Int96Type>(&mut group, v, present),
                Written::F32(v) => write::<FloatType>(&mut group, v, present),
                Written::F64(v) => write::<DoubleType>(&mut group, v, present),
                Written::Bytes(v) => write::<ByteArrayType>(&mut group, v, present),
                Written::Fixed(v) => write::<FixedLenByteArrayType>(&mut group, v, present),
            }
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    File { path, _folder: folder }
}

fn write<T: DataType>(
    group: &mut parquet::file::writer::SerializedRowGroupWriter<'_, fs::File>,
    values: &[T::T],
    present: Option<&[i16]>,
) {
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<T>().write_batch(values, present, None).unwrap();
    column.close().unwrap();
}

fn looked_at(path: &Path) -> Preview {
    preview(path, None).unwrap()
}

/// Imports a file as its preview understands it: metric, milliseconds and value of each sample.
fn taken(path: &Path) -> Vec<(String, i64, f64)> {
    let preview = looked_at(path);
    assert_eq!(preview.refusal, None);
    let mut sink = Taken::default();
    import(path, &preview.choices, &mut sink, &AtomicBool::new(false)).unwrap();
    sink.0.into_iter().map(|(key, at, value)| (key.metric, at, value)).collect()
}

fn text(text: &str) -> ByteArray {
    ByteArray::from(text)
}

fn fixed(bytes: &[u8]) -> FixedLenByteArray {
    FixedLenByteArray::from(bytes.to_vec())
}

/// Three moments of a minute's distance.
fn minutes() -> Vec<i64> {
    vec![1_764_000_000_000, 1_764_000_060_000, 1_764_000_120_000]
}

#[test]
fn numbers_of_every_kind_are_taken() {
    let schema = "message m {
        required int64 time (TIMESTAMP(MILLIS,true));
        required boolean up; required int32 small (INTEGER(8,true)); required int32 wide (INTEGER(32,false));
        required int64 huge (INTEGER(64,false)); required float single; optional double lacking;
        required int32 price (DECIMAL(9,2)); required int64 sum (DECIMAL(18,3));
        required fixed_len_byte_array(3) total (DECIMAL(5,1)); required binary any (DECIMAL(20,2));
        required fixed_len_byte_array(2) half (FLOAT16); }";
    let columns = vec![
        (Written::I64(minutes()), None),
        (Written::Bools(vec![true, false, true]), None),
        (Written::I32(vec![-5, 0, 5]), None),
        (Written::I32(vec![-1, 0, 1]), None),
        (Written::I64(vec![-1, 0, 1]), None),
        (Written::F32(vec![0.5, 1.5, 2.5]), None),
        (Written::F64(vec![7.0, 9.0]), Some(vec![1, 0, 1])),
        (Written::I32(vec![-1999, 0, 1999]), None),
        (Written::I64(vec![1, 10, 1_234_567]), None),
        (Written::Fixed(vec![fixed(&[0xff, 0xff, 0xf6]), fixed(&[0, 0, 0]), fixed(&[0, 0, 10])]), None),
        (Written::Bytes([&[0xff][..], &[0], &[1, 0]].map(|b| ByteArray::from(b.to_vec())).to_vec()), None),
        (Written::Fixed([0x3c00_u16, 0xc000, 0x3555].map(|b| fixed(&b.to_le_bytes())).to_vec()), None),
    ];
    let file = file(schema, &[columns], Compression::UNCOMPRESSED);

    let taken = taken(&file.path);

    let of = |metric: &str| -> Vec<f64> {
        let samples = taken.iter().filter(|(name, ..)| name == metric);
        samples.map(|(_, _, value)| *value).collect()
    };
    assert_eq!(of("up"), [1.0, 0.0, 1.0]);
    assert_eq!(of("small"), [-5.0, 0.0, 5.0]);
    assert_eq!(of("wide"), [4_294_967_295.0, 0.0, 1.0]);
    assert_eq!(of("huge"), [u64::MAX as f64, 0.0, 1.0]);
    assert_eq!(of("single"), [0.5, 1.5, 2.5]);
    assert_eq!(of("lacking"), [7.0, 9.0]);
    assert_eq!(of("price"), [-19.99, 0.0, 19.99]);
    assert_eq!(of("sum"), [0.001, 0.01, 1_234.567]);
    assert_eq!(of("total"), [-1.0, 0.0, 1.0]);
    assert_eq!(of("any"), [-0.01, 0.0, 2.56]);
    assert_eq!(of("half"), [1.0, -2.0, 0.333_251_953_125]);
    let lacking: Vec<i64> =
        taken.iter().filter(|(name, ..)| name == "lacking").map(|(_, at, _)| *at).collect();
    assert_eq!(lacking, [minutes()[0], minutes()[2]]);
}

#[test]
fn times_of_every_kind_are_taken() {
    let micros = minutes().iter().map(|ms| ms * 1_000 + 999).collect();
    let nanos = minutes().iter().map(|ms| ms * 1_000_000 + 999_999).collect();
    // Day 2,461,004 of the old count is 2025-11-24; 57,600 s later it is 16:00.
    let at_16 = |minute: u64| {
        let nanos = (57_600 + 60 * minute) * 1_000_000_000;
        let mut at = Int96::new();
        at.set_data((nanos & 0xffff_ffff) as u32, (nanos >> 32) as u32, 2_461_004);
        at
    };
    let of = |kind: &str, values: Written| {
        let schema = format!("message m {{ required {kind}; required double load; }}");
        let columns = vec![(values, None), (Written::F64(vec![1.0, 2.0, 3.0]), None)];
        file(&schema, &[columns], Compression::UNCOMPRESSED)
    };
    for (kind, values) in [
        ("int64 time (TIMESTAMP(MICROS,true))", Written::I64(micros)),
        ("int64 time (TIMESTAMP(NANOS,true))", Written::I64(nanos)),
        ("int64 time (TIMESTAMP_MILLIS)", Written::I64(minutes())),
        ("int64 time", Written::I64(minutes())),
    ] {
        let file = of(kind, values);
        let times: Vec<i64> = taken(&file.path).into_iter().map(|(_, at, _)| at).collect();
        assert_eq!(times, minutes(), "{kind}");
    }
    for (kind, values, first) in [
        ("int96 time", Written::I96(vec![at_16(0), at_16(1), at_16(2)]), "2025-11-24T16:00:00"),
        ("int64 time (TIMESTAMP(MILLIS,false))", Written::I64(minutes()), "2025-11-24T16:00:00"),
        ("int32 time (DATE)", Written::I32(vec![20_416, 20_417, 20_418]), "2025-11-24T00:00:00"),
    ] {
        let file = of(kind, values);
        let seen = looked_at(&file.path);
        assert!(matches!(seen.question, Some(super::super::Question::Zone { .. })), "{kind}");
        assert_eq!(seen.first_rows[0][0], first, "{kind}");
    }
}

#[test]
fn texts_become_labels_and_bytes_without_a_name_are_text() {
    let schema = "message m {
        required int64 time (TIMESTAMP(MILLIS,true)); required double load;
        required binary host; optional binary zone (ENUM); required fixed_len_byte_array(16) run (UUID); }";
    let run = || fixed(&[7; 16]);
    let columns = vec![
        (Written::I64(minutes()), None),
        (Written::F64(vec![1.0, 2.0, 3.0]), None),
        (Written::Bytes(vec![text("db-1"), text("db-1"), text("db-1")]), None),
        (Written::Bytes(vec![text("eu")]), Some(vec![0, 1, 0])),
        (Written::Fixed(vec![run(), run(), run()]), None),
    ];
    let file = file(schema, &[columns], Compression::UNCOMPRESSED);
    let mut sink = Taken::default();

    import(&file.path, &looked_at(&file.path).choices, &mut sink, &AtomicBool::new(false)).unwrap();

    let labels: Vec<Vec<(&str, &str)>> = sink.1.iter().map(|key| key.labels.iter().collect()).collect();
    let id = "07070707-0707-0707-0707-070707070707";
    assert_eq!(labels[0], [("host", "db-1"), ("run", id)]);
    assert_eq!(labels[1], [("host", "db-1"), ("run", id), ("zone", "eu")]);
}

#[test]
fn a_type_that_is_not_taken_is_named_and_only_refused_where_it_is_wanted() {
    let schema = "message m {
        required int64 time (TIMESTAMP(MILLIS,true)); required double load;
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
        required int32 clock (TIME(MILLIS,true)); required fixed_len_byte_array(12) span (INTERVAL);
        required fixed_len_byte_array(4) raw; }";
    let columns = vec![
        (Written::I64(vec![minutes()[0]]), None),
        (Written::F64(vec![1.0]), None),
        (Written::Bytes(Vec::new()), Some(vec![0])),
        (Written::I32(vec![1]), None),
        (Written::Fixed(vec![fixed(&[0; 12])]), None),
        (Written::Fixed(vec![fixed(&[0; 4])]), None),
    ];
    // The writer wants levels of repetition for a list, so the file is written by hand for that column.
    let file = {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("odd.parquet");
        let parsed = Arc::new(parse_message_type(schema).unwrap());
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer =
            SerializedFileWriter::new(fs::File::create(&path).unwrap(), parsed, properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        for (values, _) in &columns {
            match values {
                Written::I32(v) => write::<Int32Type>(&mut group, v, None),
                Written::I64(v) => write::<Int64Type>(&mut group, v, None),
                Written::F64(v) => write::<DoubleType>(&mut group, v, None),
                Written::Fixed(v) => write::<FixedLenByteArrayType>(&mut group, v, None),
                Written::Bools(_) | Written::I96(_) | Written::F32(_) | Written::Bytes(_) => {
                    let mut column = group.next_column().unwrap().unwrap();
                    column.typed::<ByteArrayType>().write_batch(&[], Some(&[0]), Some(&[0])).unwrap();
                    column.close().unwrap();
                }
            }
        }
        group.close().unwrap();
        writer.close().unwrap();
        File { path, _folder: folder }
    };

    let seen = looked_at(&file.path);

    let understood: Vec<Understood> = seen.columns[2..].iter().map(|column| column.understood).collect();
    let kinds = [UnreadKind::List, UnreadKind::TimeOfDay, UnreadKind::Other, UnreadKind::Bytes];
    assert_eq!(understood, kinds.map(|kind| Understood::Unread { kind }));
    assert!(seen.columns[2..].iter().all(|column| column.role == Role::LeftOut));
    assert_eq!(taken(&file.path), [("load".to_owned(), minutes()[0], 1.0)]);
    let mut wanted = seen.choices;
    wanted.roles[5] = Role::Value;
    let refused = import(&file.path, &wanted, &mut Taken::default(), &AtomicBool::new(false)).unwrap_err();
    let (path, column) = (file.path.clone(), "raw".to_owned());
    assert_eq!(refused, FileError::UnreadColumn { path, column, kind: UnreadKind::Bytes });
}

#[test]
fn every_packing_is_read_and_groups_without_rows_too() {
    let schema = "message m { required int64 time (TIMESTAMP(MILLIS,true)); required double load; }";
    for packing in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ] {
        let group = |from: usize, to: usize| {
            vec![
                (Written::I64(minutes()[from..to].to_vec()), None),
                (Written::F64([1.0, 2.0, 3.0][from..to].to_vec()), None),
            ]
        };
        let file = file(schema, &[group(0, 1), group(1, 1), group(1, 3)], packing);

        let values: Vec<f64> = taken(&file.path).into_iter().map(|(_, _, value)| value).collect();

        assert_eq!(values, [1.0, 2.0, 3.0], "{packing:?}");
        assert_eq!(looked_at(&file.path).rows, Some(3));
    }
}

#[test]
fn a_file_without_rows_and_a_file_that_only_says_parquet_are_refused() {
    let schema = "message m { required int64 time (TIMESTAMP(MILLIS,true)); required double load; }";
    let empty = file(schema, &[], Compression::UNCOMPRESSED);
    let damaged = file(schema, &[], Compression::UNCOMPRESSED);
    let mut bytes = b"PAR1 and then nothing of the kind ".to_vec();
    bytes.extend_from_slice(&[0xff, 0xff, 0xff, 0x7f]);
    bytes.extend_from_slice(b"PAR1");
    fs::write(&damaged.path, bytes).unwrap();

    let no_rows = Some(FileError::NoRows { path: empty.path.clone() });
    assert_eq!(looked_at(&empty.path).refusal, no_rows);
    assert!(matches!(looked_at(&damaged.path).refusal, Some(FileError::Parquet { .. })));
}

#[test]
fn a_row_group_longer_than_what_is_decoded_at_once_is_read_whole() {
    let schema = "message m { required int64 time (TIMESTAMP(MILLIS,true)); optional double load; }";
    let n = ROWS + 10;
    let times = (0..).take(n).map(|idx: i64| minutes()[0] + idx * 1_000).collect();
    let values: Vec<f64> = (0..n).filter(|idx| idx % 3 != 0).map(|idx| idx as f64).collect();
    let present = (0..n).map(|idx| i16::from(idx % 3 != 0)).collect();
    let columns = vec![(Written::I64(times), None), (Written::F64(values.clone()), Some(present))];
    let file = file(schema, &[columns], Compression::SNAPPY);

    let taken = taken(&file.path);

    assert_eq!(taken.len(), values.len());
    let numbers: Vec<f64> = taken.iter().map(|(_, at, _)| ((at - minutes()[0]) / 1_000) as f64).collect();
    assert!(taken.iter().map(|(_, _, value)| value).eq(&numbers));
}
