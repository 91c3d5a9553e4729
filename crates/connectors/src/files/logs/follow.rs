//! Follows files that change while they are open: what was added is read once, replaced files are read anew.

use std::path::{Path, PathBuf};

use super::chunk::{Cutter, Piece, walk};
use super::detect::{SAMPLE_BYTES, detect};
use super::pass::Indexer;
use super::problem::{LogFileError, unreadable};
use super::read::{NEVER, RecordReader};
use super::set::{LogFileSet, OneFile, prepare};
use super::source::{HEAD_BYTES, Head, Stat, fill, reader_before};
use super::{Compression, Continue, LastLine, LineSink, LogLine, LogReading, wide};

/// What happened to a file since the last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileChange {
    /// Nothing.
    Same,
    /// Bytes were added.
    Grown,
    /// It is shorter or begins otherwise: it was emptied or written anew, and is read from its beginning.
    Shrunk,
    /// Another file stands under its name; the rest of the old one was read, then the new one.
    Rotated,
    /// There is no file of its name; the rest of the old one was read.
    Gone,
    /// The file is there again.
    Back,
}

/// What happened to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNews {
    /// The file.
    pub path: PathBuf,
    /// What happened.
    pub change: FileChange,
    /// Unpacked bytes that were read.
    pub bytes: u64,
    /// Why a changed file cannot be read at the moment; it is looked at again the next time.
    pub problem: Option<LogFileError>,
}

/// What a look at all files came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Each file that is followed, in the order of the set.
    pub files: Vec<FileNews>,
    /// Records handed on.
    pub records: u64,
    /// Whether the receiver stopped; the next look goes on where it did, of a line with many records behind the line.
    pub stopped: bool,
}

impl Refreshed {
    /// Reports whether anything changed.
    pub fn changed(&self) -> bool {
        self.files.iter().any(|news| news.change != FileChange::Same || news.bytes > 0)
    }
}

/// Who gets what was added.
struct Receivers<'r, S> {
    sink: &'r mut S,
    f: &'r mut dyn FnMut(LogLine) -> Continue,
    done: Refreshed,
}

impl LogFileSet {
    /// Looks at every file and hands on the records that were added, each once.
    ///
    /// A last line without an end waits as [`super::LogReading::last_line`] says. A file that was replaced gets a new
    /// number; places in the old one stay valid as long as its content can be read.
    ///
    /// # Errors
    ///
    /// When a file that is open cannot be read any more.
    pub fn refresh<S: LineSink>(
        &mut self,
        sink: &mut S,
        f: &mut dyn FnMut(LogLine) -> Continue,
    ) -> Result<Refreshed, LogFileError> {
        let mut to = Receivers { sink, f, done: Refreshed::default() };
        for followed in 0..self.followed.len() {
            let news = self.look(followed, &mut to)?;
            to.done.files.push(news);
            if to.done.stopped {
                break;
            }
        }
        Ok(to.done)
    }

    fn look<S: LineSink>(
        &mut self,
        followed: usize,
        to: &mut Receivers<'_, S>,
    ) -> Result<FileNews, LogFileError> {
        let (path, current) = self.followed[followed].clone();
        let mut news = FileNews { path: path.clone(), change: FileChange::Same, bytes: 0, problem: None };
        let found =
            std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file).map(|about| Stat::of(&about));
        let Some(current) = current else {
            if found.is_some() {
                news.change = FileChange::Back;
                self.begin(followed, &path, to, &mut news)?;
            }
            return Ok(news);
        };
        news.change = change_of(&self.files[current], found)?;
        match news.change {
            FileChange::Same | FileChange::Grown | FileChange::Back => {
                let still = news.change == FileChange::Same;
                if let Some(stat) = found {
                    self.files[current].stat = stat;
                }
                // A file that stands still between two looks has ended with its last line.
                let take = self.reading.last_line == LastLine::Take || still;
                if !still || self.files[current].unfinished > 0 {
                    news.bytes = self.grow(current, take, to)?;
                }
            }
            FileChange::Shrunk => {
                self.files[current].lost = true;
                self.begin(followed, &path, to, &mut news)?;
            }
            FileChange::Rotated | FileChange::Gone => {
                news.bytes = self.grow(current, true, to)?;
                if to.done.stopped {
                    // The rest of the old file comes with the next look.
                    news.change = FileChange::Grown;
                    return Ok(news);
                }
                self.followed[followed].1 = None;
                if news.change == FileChange::Rotated {
                    self.begin(followed, &path, to, &mut news)?;
                }
            }
        }
        Ok(news)
    }

    /// Reads a file that stands under a followed name from its beginning.
    fn begin<S: LineSink>(
        &mut self,
        followed: usize,
        path: &Path,
        to: &mut Receivers<'_, S>,
        news: &mut FileNews,
    ) -> Result<(), LogFileError> {
        self.followed[followed].1 = None;
        let prepared = match prepare(path, &self.reading) {
            Ok(prepared) => prepared,
            // An empty file is one that nothing was written to yet.
            Err(LogFileError::Empty { .. }) => return Ok(()),
            Err(error) => {
                news.problem = Some(error);
                return Ok(());
            }
        };
        let number = self.files.len();
        self.files.push(OneFile::new(prepared));
        self.followed[followed].1 = Some(number);
        news.bytes += self.grow(number, self.reading.last_line == LastLine::Take, to)?;
        Ok(())
    }

    /// Reads what stands behind the index of a file; returns the bytes.
    fn grow<S: LineSink>(
        &mut self,
        number: usize,
        take_last: bool,
        to: &mut Receivers<'_, S>,
    ) -> Result<u64, LogFileError> {
        let file = &mut self.files[number];
        file.look_again(&self.reading)?;
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let start = file.index.end();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error: std::io::Error| unreadable(&path, &error)
        };
        let mut reader = reader_before(&file.file, file.compression, &file.index.restarts, start).guarded();
        reader.skip_to(start, &NEVER).map_err(failed(&file.path))?;
        let mut cutter = Cutter::new(reader, file.detected.grammar.fork(), start, !take_last)
            .behind(&file.bytes_before(start));
        while let Some(piece) = cutter.next(Vec::new()).map_err(failed(&file.path))? {
            let (piece, stopped) = deliver(file, number, piece, to);
            let mut indexer =
                Indexer { grammar: file.detected.grammar.fork(), sink: &mut *to.sink, file: number };
            let indexed = indexer.index(&piece);
            let (skipped, repeated) = (indexer.grammar.clock.skipped, indexer.grammar.clock.repeated());
            for (second, counts) in &indexed.seconds {
                self.histogram.add(second * 1000, counts);
            }
            file.index.tally.skipped_times += skipped;
            file.index.tally.repeated_times += repeated;
            file.index.append(&indexed);
            if stopped {
                to.done.stopped = true;
                break;
            }
        }
        file.unfinished = if to.done.stopped { 0 } else { cutter.left_bytes() };
        if (file.head.bytes as usize) < HEAD_BYTES
            && let Ok(bytes) = super::source::read_at(&file.file, 0, HEAD_BYTES)
        {
            file.head = Head::of(&bytes);
        }
        Ok(file.index.end() - start)
    }
}

impl OneFile {
    /// Looks again how lines are written where the first ones said too little: a banner, or one line.
    fn look_again(&mut self, reading: &LogReading) -> Result<(), LogFileError> {
        if self.detected.timed || self.index.end() > wide(SAMPLE_BYTES) {
            return Ok(());
        }
        let mut reader = reader_before(&self.file, self.compression, &[], 0);
        let mut sample = Vec::new();
        fill(&mut reader, &mut sample, 0, SAMPLE_BYTES).map_err(|error| unreadable(&self.path, &error))?;
        let detected = detect(&sample, &[], reading, Some(self.stat.changed_ms()))?;
        if detected.timed && detected.open_question(reading).is_none() {
            self.detected = detected;
        }
        Ok(())
    }
}

/// Hands the records of a piece on; cuts the piece behind the last one when the receiver stops.
fn deliver<S>(file: &mut OneFile, number: u32, piece: Piece, to: &mut Receivers<'_, S>) -> (Piece, bool) {
    let lines_before = file.index.blocks.last().map_or(0, |block| block.lines_before + block.lines);
    let mut carried = file.index.carried(file.index.blocks.len());
    let mut reader = RecordReader::new(file, number, None);
    let mut walker = file.detected.grammar.fork();
    let job = super::read::BlockJob {
        piece,
        unread: None,
        flattener: None,
        failure: None,
        lines_before,
        records: 0,
        carried,
        inside: true,
    };
    let continues = file.index.blocks.last().is_some();
    let (mut late, mut stopping) = (0, false);
    let walked = walk(&job.piece.data, &mut walker, |_, span| {
        if span.start == 0 && continues && !span.begin.shaped && !file.detected.grammar.shape.loose {
            late += wide(memchr::memchr_iter(b'\n', &job.piece.data[..span.end]).count());
        }
        to.done.records += 1;
        stopping |= (to.f)(reader.read(&job, span, &mut carried)) == Continue::Stop;
        let end = match span.origin {
            None => Some(span.end),
            // The next look begins with a line: of a batch the rest is handed on with what stands before it.
            Some(origin) if origin.is_last => {
                let rest = &job.piece.data[span.end..];
                Some(span.end + memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1))
            }
            Some(_) => None,
        };
        match end {
            Some(end) if stopping => Err(end),
            Some(_) | None => Ok(()),
        }
    });
    file.index.tally.late_lines += late;
    let mut piece = job.piece;
    let Err(end) = walked else { return (piece, false) };
    piece.data.truncate(end);
    piece.skips.retain(|(place, _)| *place < end);
    (piece, true)
}

/// Tells what happened to a file.
fn change_of(file: &OneFile, found: Option<Stat>) -> Result<FileChange, LogFileError> {
    let Some(stat) = found else { return Ok(FileChange::Gone) };
    if stat.identity != file.stat.identity {
        return Ok(FileChange::Rotated);
    }
    let same_head = file.head.is_of(&file.file).map_err(|error| unreadable(&file.path, &error))?;
    let known = match file.compression {
        Compression::Plain => file.index.end() + file.unfinished,
        Compression::Gzip | Compression::Zstd => file.stat.size,
    };
    Ok(if stat.size < known || !same_head {
        FileChange::Shrunk
    } else if stat.size > known {
        FileChange::Grown
    } else {
        FileChange::Same
    })
}
