//! Files that change while they are open.

use super::*;

fn waiting() -> LogReading {
    LogReading { last_line: LastLine::Wait, ..utc() }
}

fn look(set: &mut LogFileSet) -> (Vec<String>, FileChange) {
    let mut lines = Vec::new();
    let done = set
        .refresh(&mut (), &mut |line| {
            lines.push(line.record.message);
            Continue::Yes
        })
        .unwrap();
    (lines, done.files.last().unwrap().change)
}

fn line(second: i64, text: &str) -> String {
    format!("{} INFO {text}\n", Timestamp::from_millis(NOON + second * 1000))
}

#[test]
fn what_was_added_is_read_once() {
    let folder = Folder::new();
    let path = folder.write("a.log", line(0, "one"));
    let mut set = open(&[path], &waiting());
    assert_eq!(look(&mut set), (vec![], FileChange::Same));
    folder.append("a.log", line(1, "two") + &line(2, "three"));
    assert_eq!(look(&mut set), (vec!["two".to_owned(), "three".to_owned()], FileChange::Grown));
    assert_eq!(look(&mut set), (vec![], FileChange::Same));
    assert_eq!(messages(&all(&set)), ["one", "two", "three"]);
    assert_eq!(all(&set).iter().map(|line| line.line).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((set.tally().records, set.histogram().len()), (3, 3));
}

#[test]
fn half_a_line_waits_for_its_end_or_for_a_still_file() {
    let folder = Folder::new();
    let path = folder.write("a.log", line(0, "one") + "2026-11-10T12:00:01Z INFO tw");
    let mut set = open(std::slice::from_ref(&path), &waiting());
    assert_eq!(messages(&all(&set)), ["one"]);
    assert_eq!(set.notices(), [LogNotice::UnfinishedLine { path, bytes: 28 }]);
    folder.append("a.log", "o\n2026-11-10T12:00:02Z INFO thr");
    assert_eq!(look(&mut set), (vec!["two".to_owned()], FileChange::Grown));
    assert_eq!(look(&mut set), (vec!["thr".to_owned()], FileChange::Same));
    assert_eq!(look(&mut set), (vec![], FileChange::Same));
    assert_eq!(set.notices(), []);
}

#[test]
fn a_finished_file_gives_its_last_line_at_once() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", line(0, "one").trim_end())], &utc());
    assert_eq!(messages(&all(&set)), ["one"]);
}

#[test]
fn an_emptied_file_is_read_from_its_beginning() {
    let folder = Folder::new();
    let path = folder.write("a.log", line(0, "one") + &line(1, "two"));
    let mut set = open(std::slice::from_ref(&path), &waiting());
    let old = all(&set)[0].place;
    fs::write(&path, line(5, "new")).unwrap();
    assert_eq!(look(&mut set), (vec!["new".to_owned()], FileChange::Shrunk));
    assert_eq!(messages(&all(&set)), ["new"]);
    assert_eq!(set.context(old, 0, 0), Err(LogFileError::Changed { path: path.clone() }));
    fs::write(&path, "").unwrap();
    assert_eq!(look(&mut set), (vec![], FileChange::Shrunk));
    folder.append("a.log", line(6, "again"));
    assert_eq!(look(&mut set).0, ["again"]);
}

#[test]
fn a_rotated_file_loses_no_line() {
    let folder = Folder::new();
    let path = folder.write("a.log", line(0, "one"));
    let mut set = open(std::slice::from_ref(&path), &waiting());
    folder.append("a.log", line(1, "two"));
    fs::rename(&path, folder.path("a.log.1")).unwrap();
    fs::write(&path, line(2, "three")).unwrap();
    assert_eq!(look(&mut set), (vec!["two".to_owned(), "three".to_owned()], FileChange::Rotated));
    let lines = all(&set);
    assert_eq!(messages(&lines), ["one", "two", "three"]);
    assert_eq!(lines.iter().map(|line| line.place.file).collect::<Vec<_>>(), [0, 0, 1]);
    folder.append("a.log", line(3, "four"));
    assert_eq!(look(&mut set), (vec!["four".to_owned()], FileChange::Grown));
}

#[test]
fn a_file_that_vanishes_stays_readable_and_may_come_back() {
    let folder = Folder::new();
    let path = folder.write("a.log", line(0, "one"));
    let mut set = open(std::slice::from_ref(&path), &waiting());
    folder.append("a.log", line(1, "two"));
    fs::remove_file(&path).unwrap();
    assert_eq!(look(&mut set), (vec!["two".to_owned()], FileChange::Gone));
    assert_eq!(look(&mut set), (vec![], FileChange::Same));
    #[cfg(unix)]
    assert_eq!(messages(&all(&set)), ["one", "two"]);
    fs::write(&path, line(2, "three")).unwrap();
    assert_eq!(look(&mut set), (vec!["three".to_owned()], FileChange::Back));
}

#[test]
fn a_receiver_that_stops_gets_the_rest_with_the_next_look() {
    let folder = Folder::new();
    let mut set = open(&[folder.write("a.log", line(0, "one"))], &waiting());
    folder.append("a.log", line(1, "two") + &line(2, "three") + &line(3, "four"));
    let mut got = Vec::new();
    let done = set
        .refresh(&mut (), &mut |line| {
            got.push(line.record.message);
            Continue::Stop
        })
        .unwrap();
    assert!(done.stopped && done.changed());
    assert_eq!(got, ["two"]);
    assert_eq!(look(&mut set).0, ["three", "four"]);
    assert_eq!(messages(&all(&set)), ["one", "two", "three", "four"]);
}

#[test]
fn lines_of_a_trace_that_come_late_are_records_of_their_own_and_counted() {
    let folder = Folder::new();
    let path = folder.write("a.log", line(0, "one") + &line(1, "boom"));
    let mut set = open(std::slice::from_ref(&path), &waiting());
    folder.append("a.log", "\tat a.B.c(B.java:1)\n".to_owned() + &line(2, "three"));
    let mut got = Vec::new();
    set.refresh(&mut (), &mut |line| {
        got.push((line.record.message, line.timed, line.record.at.as_millis()));
        Continue::Yes
    })
    .unwrap();
    let expected =
        [("\tat a.B.c(B.java:1)".to_owned(), false, NOON + 1000), ("three".to_owned(), true, NOON + 2000)];
    assert_eq!(got, expected);
    assert_eq!(set.notices().last(), Some(&LogNotice::LateLines { path, lines: 1 }));
}

#[test]
fn a_sink_sees_what_was_added() {
    struct Texts(Vec<String>);
    impl LineSink for Texts {
        fn line(&mut self, line: &SinkLine<'_>) {
            self.0.push(line.message.to_owned());
        }
    }
    let folder = Folder::new();
    let mut set = open(&[folder.write("a.log", line(0, "one"))], &waiting());
    folder.append("a.log", line(1, "two"));
    let mut sink = Texts(Vec::new());
    set.refresh(&mut sink, &mut |_| Continue::Yes).unwrap();
    assert_eq!(sink.0, ["two"]);
}

#[test]
fn a_packed_file_that_grows_is_read_on() {
    let folder = Folder::new();
    let path = folder.write("a.gz", gzip(line(0, "one").as_bytes()));
    let mut set = open(&[path], &waiting());
    folder.append("a.gz", gzip(line(1, "two").as_bytes()));
    assert_eq!(look(&mut set), (vec!["two".to_owned()], FileChange::Grown));
    assert_eq!(messages(&all(&set)), ["one", "two"]);
}
