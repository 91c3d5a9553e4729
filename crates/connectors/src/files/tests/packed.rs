//! Files packed by gzip and Zstandard: read like their texts, or refused whole.

use std::io::Write as _;

use super::*;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 1).unwrap()
}

/// A table of some megabytes whose values do not repeat.
fn table(rows: i64) -> String {
    let row = |idx: i64| {
        let value = idx.wrapping_mul(2_654_435_761) % 1_000_003;
        format!("{},{value}\n", DAY + idx * 1000)
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    "time,cpu\n".to_owned() + &rows.concat()
}

/// Remembers how far an import said that it was.
#[derive(Debug, Default)]
struct Steps(Vec<(u64, u64)>);

impl Sink for Steps {
    fn series(&mut self, _: &SeriesKey, _: MetricKind, _: Unit) -> u32 {
        0
    }

    fn flush(&mut self, _: u32, _: Samples) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }

    fn progress(&mut self, bytes_done: u64, bytes_total: u64) {
        self.0.push((bytes_done, bytes_total));
    }
}

fn refused_with(path: &Path) -> Option<FileError> {
    let refusal = preview(path, None).unwrap().refusal;
    let reading = Reading { roles: vec![Role::Time, Role::Value], ..preview(path, None).unwrap().reading() };
    let (result, _) = imported(path, &reading);
    assert_eq!(result.err(), refusal, "{}", path.display());
    refusal
}

#[test]
fn a_packed_export_reads_back_as_the_plain_one_does() {
    let folder = folder();
    let all = many_kinds();
    for (format, name) in [(FileFormat::Csv, "all.csv"), (FileFormat::OpenMetrics, "all.om")] {
        let plain = folder.path().join(name);
        exported(&plain, format, &all);
        let text = fs::read(&plain).unwrap();
        let (_, _, expected) = previewed_and_imported(&plain);
        for (ending, bytes, compression) in [
            ("gz", gzip(&text), Compression::Gzip),
            ("zst", zstandard(&text), Compression::Zstd),
            ("ZST", [zstandard(&text[..100]), zstandard(&text[100..])].concat(), Compression::Zstd),
        ] {
            let path = written(folder.path(), &format!("{name}.{ending}"), &bytes);

            let (preview, imported, known) = previewed_and_imported(&path);

            assert_eq!((preview.format, preview.compression), (format, compression), "{name}.{ending}");
            assert_eq!(preview.size_bytes, bytes.len() as u64);
            assert_eq!(imported.bad_rows, []);
            assert_eq!(known, expected, "{name}.{ending}");
        }
    }
}

#[test]
fn json_lines_and_utf_16_are_read_packed_too() {
    let folder = folder();
    let json =
        b"{\"time\":\"2026-11-10T00:00:00Z\",\"cpu\":1}\n{\"time\":\"2026-11-10T00:01:00Z\",\"cpu\":2}\n";
    let wide: Vec<u8> = "\u{feff}time,cpu\n2026-11-10T00:00:00Z,1\n2026-11-10T00:01:00Z,2\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let expected = [(DAY, 1.0_f64.to_bits()), (DAY + 60_000, 2.0_f64.to_bits())];

    for (name, bytes, format) in [
        ("a.jsonl.gz", gzip(json), FileFormat::JsonLines),
        ("b.csv.zst", zstandard(&wide), FileFormat::Csv),
        // What a file is packed with is told by its bytes, not by its name.
        ("c.csv", gzip(&wide), FileFormat::Csv),
    ] {
        let (preview, _, known) = previewed_and_imported(&written(folder.path(), name, &bytes));

        assert_eq!(preview.format, format, "{name}");
        assert_eq!(known[&key("cpu", &[])].2, expected, "{name}");
    }
}

#[test]
fn progress_counts_the_bytes_of_the_file_and_not_those_of_its_text() {
    let folder = folder();
    let bytes = zstandard(table(400_000).as_bytes());
    let n = bytes.len() as u64;
    let path = written(folder.path(), "load.csv.zst", &bytes);
    let reading = preview(&path, None).unwrap().reading();
    let mut steps = Steps::default();

    let imported = import(&path, &reading, &mut steps, &AtomicBool::new(false)).unwrap();

    assert_eq!(imported.rows, 400_000);
    assert!(steps.0.iter().all(|&(_, total)| total == n), "{:?}", steps.0);
    assert!(steps.0.is_sorted());
    assert!(steps.0.iter().any(|&(done, _)| done > n / 4 && done < n), "{:?}", steps.0);
    assert_eq!(steps.0.last(), Some(&(n, n)));
}

#[test]
fn a_cut_or_damaged_file_is_refused_whole() {
    let folder = folder();
    let text = table(200_000);
    let packed = gzip(text.as_bytes());
    let n = packed.len() as u64;
    let mut damaged = packed.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0xff);
    let mut wrong_sum = packed.clone();
    wrong_sum[packed.len() - 6] ^= 1;
    let fault = |name: &str, bytes: &[u8]| {
        let refusal = refused_with(&written(folder.path(), name, bytes));
        let Some(FileError::Packed { fault, .. }) = refusal.clone() else { panic!("{name}: {refusal:?}") };
        fault
    };

    let cut = [
        fault("cut.csv.gz", &packed[..packed.len() / 2]),
        fault("cut.csv.zst", &zstandard(text.as_bytes())[..packed.len() / 2]),
    ];
    for cut in cut {
        assert!(matches!(cut, PackedFault::Cut { bytes } if bytes > 1_000_000), "{cut:?}");
    }
    assert_eq!(fault("header.csv.gz", &packed[..4]), PackedFault::Cut { bytes: 0 });
    assert!(matches!(fault("damaged.csv.gz", &damaged), PackedFault::Damaged { .. }));
    let bytes = text.len() as u64;
    let of_sum = fault("sum.csv.gz", &wrong_sum);
    assert!(matches!(&of_sum, PackedFault::Damaged { bytes: n, .. } if *n == bytes), "{of_sum:?}");
    let trailing = [packed.as_slice(), b"garbage"].concat();
    assert_eq!(fault("trailing.csv.gz", &trailing), PackedFault::Trailing { at: n });
    let padded = written(folder.path(), "padded.csv.gz", &[packed.as_slice(), &[0; 512]].concat());
    assert_eq!(previewed_and_imported(&padded).1.rows, 200_000);
}

#[test]
fn a_file_that_is_made_to_fill_a_machine_is_not_read_to_its_end() {
    let folder = folder();
    let mut text = b"time,cpu\n2026-11-10T00:00:00Z,1\n".to_vec();
    text.resize(96 * 1024 * 1024, b'x');
    let path = written(folder.path(), "bomb.csv.zst", &zstandard(&text));

    let refusal = refused_with(&path);

    assert_eq!(refusal, Some(FileError::Packed { path, fault: PackedFault::TooDense { times: 1000 } }));
}

#[test]
fn of_a_long_packed_text_a_part_is_looked_at_and_all_of_it_imported() {
    let folder = folder();
    let note = "x".repeat(4000);
    let row = |idx: i64| format!("{},{note},{}\n", DAY + idx * 1000, idx % 977);
    let rows: Vec<String> = (0..18_000).map(row).collect();
    let text = "time,note,cpu\n".to_owned() + &rows.concat();
    let path = written(folder.path(), "long.csv.gz", &gzip(text.as_bytes()));

    let (preview, imported, _) = previewed_and_imported(&path);

    assert!(preview.estimated);
    let estimate = preview.rows.unwrap();
    assert!((17_000..19_000).contains(&estimate), "{estimate}");
    // The times of an end that was not read are not known.
    assert_eq!(preview.range, None);
    assert_eq!((imported.rows, imported.samples), (18_000, 18_000));
}

#[test]
fn archives_and_packed_parquet_have_to_be_unpacked() {
    let folder = folder();
    let mut archive = b"load.csv".to_vec();
    archive.resize(257, 0);
    archive.extend_from_slice(b"ustar\x0000");
    archive.resize(1024, 0);

    for (name, bytes) in [
        ("load.tar.gz", gzip(&archive)),
        ("load.tar", archive.clone()),
        ("load.parquet.zst", zstandard(b"PAR1....PAR1")),
    ] {
        let path = written(folder.path(), name, &bytes);
        let refusal = FileError::Foreign { path: path.clone(), kind: ForeignKind::Compressed };
        assert_eq!(preview(&path, None).unwrap().refusal, Some(refusal), "{name}");
    }
    let empty = written(folder.path(), "empty.csv.gz", &gzip(b""));
    assert_eq!(preview(&empty, None).unwrap().refusal, Some(FileError::Empty { path: empty }));
}
