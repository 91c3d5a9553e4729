//! Streams: standard input and pipes.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// A pipe whose other end the test holds.
struct Pipe(Receiver<Vec<u8>>, Vec<u8>);

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.1.is_empty() {
            let Ok(bytes) = self.0.recv() else { return Ok(0) };
            self.1 = bytes;
        }
        let n = self.1.len().min(out.len());
        out[..n].copy_from_slice(&self.1[..n]);
        self.1.drain(..n);
        Ok(n)
    }
}

fn pipe() -> (Sender<Vec<u8>>, Pipe) {
    let (to, from) = channel();
    (to, Pipe(from, Vec::new()))
}

fn read(bytes: Vec<u8>, reading: &LogReading) -> (Vec<LogLine>, StreamStats) {
    let mut lines = Vec::new();
    let stats = read_stream(io::Cursor::new(bytes), reading, &mut |line| {
        lines.push(line);
        Continue::Yes
    })
    .unwrap();
    (lines, stats)
}

#[test]
fn a_stream_gives_the_records_of_the_file() {
    let folder = Folder::new();
    let text = seconds(30_000);
    let set = open(&[folder.write("a.log", &text)], &utc());
    let expected = all(&set);
    for (bytes, compression) in [
        (text.clone().into_bytes(), Compression::Plain),
        (gzip(text.as_bytes()), Compression::Gzip),
        (zstd::encode_all(text.as_bytes(), 1).unwrap(), Compression::Zstd),
    ] {
        let (lines, stats) = read(bytes, &utc());
        assert_eq!(lines, expected);
        assert_eq!(stats.compression, Some(compression));
        assert_eq!((stats.records, stats.lines, stats.timed), (30_000, 30_000, 30_000));
        assert_eq!(stats.format, Some(LogFormat::Leveled));
    }
}

#[test]
fn a_record_is_handed_on_when_the_stream_pauses() {
    let (to, from) = pipe();
    to.send(b"2026-11-10T12:00:00Z ERROR boom\n\tat a.B.c(B.java:1)\n".to_vec()).unwrap();
    let mut to = Some(to);
    let mut got = Vec::new();
    read_stream(from, &utc(), &mut |line| {
        got.push(line.record.message);
        // More is written only when a record has arrived: nothing waits for input behind it.
        match got.len() {
            1 => to.as_ref().unwrap().send(b"2026-11-10T12:00:01Z INFO ok\nhalf a li".to_vec()).unwrap(),
            _ => drop(to.take()),
        }
        Continue::Yes
    })
    .unwrap();
    assert_eq!(got, ["boom\n\tat a.B.c(B.java:1)", "ok", "half a li"]);
}

#[test]
fn a_stop_ends_the_reading_of_an_endless_stream() {
    let (to, from) = pipe();
    to.send(seconds(100).into_bytes()).unwrap();
    let mut n = 0;
    let stats = read_stream(from, &utc(), &mut |_| {
        n += 1;
        if n == 5 { Continue::Stop } else { Continue::Yes }
    })
    .unwrap();
    assert_eq!((n, stats.stopped), (5, true));
    drop(to);
}

#[test]
fn a_banner_before_the_records_does_not_decide_the_format() {
    let (to, from) = pipe();
    to.send(b"Shop server 1.0\n".to_vec()).unwrap();
    let mut sent = false;
    let mut lines = Vec::new();
    let to = std::cell::RefCell::new(Some(to));
    let stats = read_stream(from, &utc(), &mut |line| {
        lines.push(line);
        if !sent {
            sent = true;
            let sender = to.borrow_mut().take().unwrap();
            for chunk in seconds(2000).as_bytes().chunks(1000) {
                sender.send(chunk.to_vec()).unwrap();
            }
        }
        Continue::Yes
    })
    .unwrap();
    assert_eq!(stats.format, Some(LogFormat::Leveled));
    assert!(lines.iter().filter(|line| line.timed).count() > 1900);
}

#[test]
fn long_lines_and_bad_bytes_of_a_stream_are_counted() {
    let mut bytes = b"2026-11-10T12:00:00Z INFO ".to_vec();
    bytes.extend(vec![b'x'; 5_000_000]);
    bytes.extend_from_slice(b"\n2026-11-10T12:00:01Z INFO caf\xe9\n");
    let (lines, stats) = read(bytes, &utc());
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1].record.message, "caf\u{fffd}");
    assert_eq!(lines[1].place.offset, 26 + 5_000_000 + 1);
    assert_eq!((stats.long_lines, stats.longest_line, stats.invalid_utf8), (1, 5_000_026, 1));
}

#[test]
fn questions_of_a_stream_are_refused_or_taken() {
    let text = b"2026-11-10 12:00:00 INFO a\n".to_vec();
    let refused = read_stream(io::Cursor::new(text.clone()), &LogReading::default(), &mut |_| Continue::Yes);
    assert!(matches!(refused, Err(LogFileError::Undecided { .. })));
    let taken = LogReading { undecided: Undecided::TakeUtc, ..LogReading::default() };
    let (lines, stats) = read(text, &taken);
    assert_eq!(lines[0].record.at.as_millis(), NOON);
    assert!(matches!(stats.questions.as_slice(), [LogQuestion::Zone { .. }]));
    let binary = read_stream(io::Cursor::new(vec![1, 2, 3, 4, 5, b'\n']), &taken, &mut |_| Continue::Yes);
    assert!(matches!(binary, Err(LogFileError::Foreign { .. })));
    assert_eq!(read(Vec::new(), &taken).1.records, 0);
}

#[test]
fn a_stream_in_utf_16_is_read_as_such_and_says_so() {
    let text = "2026-11-10T12:00:00Z ERROR 磁盘已满 größe 🜁\r\n2026-11-10T12:00:01Z INFO ok\r\n";
    let (expected, plain) = read(text.as_bytes().to_vec(), &utc());
    assert_eq!((expected.len(), plain.encoding), (2, None));
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let whole = [(little.clone(), Utf16::LittleEndian), (big, Utf16::BigEndian)];
    for (bytes, encoding) in whole.into_iter().chain([(gzip(&little), Utf16::LittleEndian)]) {
        let (lines, stats) = read(bytes, &utc());
        assert_eq!(lines, expected);
        assert_eq!((stats.encoding, stats.invalid_utf8), (Some(encoding), 0));
    }
}

#[test]
fn a_byte_order_mark_is_no_text_of_a_stream_either() {
    let (expected, _) = read(seconds(3).into_bytes(), &utc());
    let (lines, stats) = read(format!("\u{feff}{}", seconds(3)).into_bytes(), &utc());
    let records = |lines: &[LogLine]| lines.iter().map(|line| line.record.clone()).collect::<Vec<_>>();
    assert_eq!((records(&lines), stats.timed), (records(&expected), 3));
    assert_eq!(lines[0].place.offset, 3);

    // It may come in pieces.
    let (to, from) = pipe();
    let bytes = format!("\u{feff}{}", seconds(1)).into_bytes();
    for piece in bytes.chunks(1) {
        to.send(piece.to_vec()).unwrap();
    }
    drop(to);
    let mut timed = Vec::new();
    let stats = read_stream(from, &utc(), &mut |line| {
        timed.push(line.timed);
        Continue::Yes
    });
    assert_eq!((timed, stats.unwrap().notices()), (vec![true], Vec::new()));
}

#[test]
fn a_stream_says_what_is_odd_about_its_lines() {
    let path = || PathBuf::from("-");
    let notices = |bytes: &[u8]| read(bytes.to_vec(), &utc()).1.notices();

    assert_eq!(notices(b"one\ntwo\n"), [LogNotice::NoTimes { path: path() }]);
    let odd = [seconds(9).as_bytes(), b"ERROR caf\xe9 closed\n"].concat();
    assert!(
        notices(&odd).contains(&LogNotice::InvalidUtf8 { path: path(), lines: 1 }),
        "{:?}",
        notices(&odd)
    );
    assert!(notices(seconds(9).as_bytes()).is_empty());
}

#[test]
fn a_cut_packed_stream_keeps_what_arrived() {
    let packed = gzip(seconds(20_000).as_bytes());
    let (lines, stats) = read(packed[..packed.len() / 2].to_vec(), &utc());
    assert!(stats.cut_short && lines.len() > 1000);
}
