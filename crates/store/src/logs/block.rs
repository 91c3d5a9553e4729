//! The bytes of a block: log records of one source, sorted by time, in four parts that are read as they are needed.

use std::collections::{BTreeSet, HashMap};

use wardroom_core::{Labels, LogLevel, LogRecord, TemplateId, Timestamp};

use super::bytes::{Reader, put_ids, put_length, put_text, unzip, zip};
use super::frames::{MOST_INSIDE, Written};
use super::long::{Long, Unpacked};
use super::words::{Term, each_dotted, each_term, term_of_value};
use super::{apart, fields};
use crate::error::StoreError;
use crate::samples::codec::{Effort, pack, pack_runs, unpack, unpack_runs};
use crate::samples::count;

/// Records of a block at most; their texts hold positions of 16 bits.
pub(crate) const BLOCK_RECORDS: usize = 8192;
/// Bytes of text after which a block ends, however few its records are.
pub(crate) const BLOCK_BYTES: usize = 8 << 20;
/// How the parts are written.
pub(crate) const CODEC: i64 = 3;
/// Earlier ways that are read as well: 2 has the values of every column in the column, and 1 a value for each text where
/// later ones write those that repeat once.
pub(crate) const FIRST_CODEC: i64 = 1;

/// More records than any block may claim to have, so that a damaged count cannot ask for all memory.
const LARGEST_BLOCK: i64 = 1 << 16;
/// zstd's level. Measured on real lines, level 3 is 6 to 10 % larger and level 12 less than 1 % smaller; whole appends
/// take 22 % less CPU time with the one and 49 % more with the other.
const LEVEL: i32 = 9;

/// Bytes that a time takes in a line: RFC 3339 with milliseconds.
const TIME_BYTES: usize = 24;

/// Columns whose exact values stand in the filter of a block.
pub(crate) const SERVICE: u8 = b's';
pub(crate) const HOST: u8 = b'h';
pub(crate) const TEMPLATE: u8 = b't';

/// All levels in the order of their numbers in a block.
pub(crate) const LEVELS: [Option<LogLevel>; 7] = [
    None,
    Some(LogLevel::Trace),
    Some(LogLevel::Debug),
    Some(LogLevel::Info),
    Some(LogLevel::Warn),
    Some(LogLevel::Error),
    Some(LogLevel::Fatal),
];

/// Returns the number of a level in a block.
pub(crate) fn level_number(level: Option<LogLevel>) -> u8 {
    let at = LEVELS.iter().position(|known| *known == level);
    at.and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
}

/// A stored log record with all that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its number in the file.
    pub(crate) number: i64,
    /// The batch that brought it.
    pub(crate) batch: i64,
    /// When that became known.
    pub(crate) known: i64,
    /// Its template.
    pub(crate) template: Option<TemplateId>,
    /// The record.
    pub(crate) record: LogRecord,
}

impl Entry {
    /// Returns what the list of records is ordered by.
    pub(crate) const fn key(&self) -> (i64, i64) {
        (self.record.at.as_millis(), self.number)
    }
}

/// The parts of a block as they stand in the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    /// Times, numbers and batches.
    pub(crate) place: Vec<u8>,
    /// Levels, services, hosts, data sets and templates.
    pub(crate) short: Vec<u8>,
    /// Messages; not read when only the other columns are asked for.
    pub(crate) messages: Vec<u8>,
    /// Fields; `None` when no record has any.
    pub(crate) fields: Option<Vec<u8>>,
}

impl Parts {
    /// Returns the bytes of all parts.
    pub(crate) fn view(&self) -> View<'_> {
        View {
            place: &self.place,
            short: &self.short,
            messages: &self.messages,
            fields: self.fields.as_deref(),
        }
    }
}

/// The parts of a block, wherever their bytes are held.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct View<'p> {
    pub(crate) place: &'p [u8],
    pub(crate) short: &'p [u8],
    pub(crate) messages: &'p [u8],
    pub(crate) fields: Option<&'p [u8]>,
}

/// A block that is ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) source: i64,
    pub(crate) from_ts: i64,
    pub(crate) to_ts: i64,
    pub(crate) n: i64,
    pub(crate) last_number: i64,
    pub(crate) batches: (i64, i64),
    pub(crate) known: (i64, i64),
    pub(crate) raw_bytes: i64,
    /// Records of each level, in the order of [`LEVELS`].
    pub(crate) levels: Vec<u8>,
    pub(crate) parts: Parts,
    /// The filter of its words.
    pub(crate) filter: Vec<u8>,
    /// Who wrote: services and machines.
    pub(crate) writers: (BTreeSet<String>, BTreeSet<String>),
}

impl Sealed {
    /// Returns the bytes of all parts and of the filter.
    pub(crate) fn bytes(&self) -> i64 {
        let parts = &self.parts;
        let long = parts.messages.len() + parts.fields.as_ref().map_or(0, Vec::len);
        count(parts.place.len() + parts.short.len() + long + self.filter.len())
    }
}

/// Returns the bytes of a record as a line of text: its time, its level and all its texts.
pub(crate) fn raw_bytes(record: &LogRecord) -> usize {
    let fields: usize = record.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    let level = record.level.map_or(0, |level| level.as_str().len());
    let names = record.service.len() + record.host.len() + record.dataset.len();
    TIME_BYTES + level + names + record.message.len() + fields
}

/// Returns how sorted records are cut into blocks of about equal length.
pub(crate) fn cuts(entries: &[Entry]) -> Vec<std::ops::Range<usize>> {
    let pieces = entries.len().div_ceil(BLOCK_RECORDS).max(1);
    let length = entries.len().div_ceil(pieces).max(1);
    let (mut cuts, mut start, mut bytes) = (Vec::with_capacity(pieces), 0, 0);
    for (at, entry) in entries.iter().enumerate() {
        let more = raw_bytes(&entry.record);
        if at > start && (at - start >= length || bytes + more > BLOCK_BYTES) {
            cuts.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += more;
    }
    if start < entries.len() {
        cuts.push(start..entries.len());
    }
    cuts
}

/// Writes records of one source, sorted and not empty, as a block.
pub(crate) fn seal(source: i64, entries: &[Entry]) -> Result<Sealed, StoreError> {
    seal_keeping(MOST_INSIDE, source, entries)
}

/// Writes a block whose columns keep values of at most so many bytes inside.
pub(crate) fn seal_keeping(most_inside: usize, source: i64, entries: &[Entry]) -> Result<Sealed, StoreError> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Err(StoreError::internal("an empty block was to be written"));
    };
    let mut terms: Vec<Term> = Vec::with_capacity(entries.len() * 8);
    let (mut short, levels) = columns_part(entries, &mut terms);
    let messages: Vec<&str> = entries.iter().map(|entry| entry.record.message.as_str()).collect();
    let mut written = Written::keeping(most_inside);
    short.push(u8::from(apart::encode(&messages, &mut written, &mut |term| terms.push(term))));
    let messages = written.pack(LEVEL)?;
    let mut fields = None;
    if entries.iter().any(|entry| !entry.record.fields.is_empty()) {
        let all: Vec<&Labels> = entries.iter().map(|entry| &entry.record.fields).collect();
        let mut written = Written::keeping(most_inside);
        fields::encode(&all, &mut written, &mut |term| terms.push(term));
        fields = Some(written.pack(LEVEL)?);
    }
    let parts = Parts { place: place_part(entries)?, short: zip(&short, LEVEL)?, messages, fields };
    let ends = |of: &dyn Fn(&Entry) -> i64| {
        (entries.iter().map(of).min().unwrap_or(0), entries.iter().map(of).max().unwrap_or(0))
    };
    let names = |of: &dyn Fn(&LogRecord) -> &String| {
        let names: BTreeSet<&String> = entries.iter().map(|entry| of(&entry.record)).collect();
        names.into_iter().filter(|name| !name.is_empty()).cloned().collect::<BTreeSet<String>>()
    };
    Ok(Sealed {
        source,
        from_ts: first.record.at.as_millis(),
        to_ts: last.record.at.as_millis(),
        n: count(entries.len()),
        last_number: ends(&|entry| entry.number).1,
        batches: ends(&|entry| entry.batch),
        known: ends(&|entry| entry.known),
        raw_bytes: count(entries.iter().map(|entry| raw_bytes(&entry.record)).sum()),
        levels,
        parts,
        filter: super::terms::filter_of(&mut terms),
        writers: (names(&|record| &record.service), names(&|record| &record.host)),
    })
}

fn place_part(entries: &[Entry]) -> Result<Vec<u8>, StoreError> {
    let of = |f: &dyn Fn(&Entry) -> i64| entries.iter().map(f).collect::<Vec<i64>>();
    let pieces = [
        pack(&of(&|entry| entry.record.at.as_millis()), Effort::Best)?,
        pack(&of(&|entry| entry.number), Effort::Best)?,
        pack_runs(&of(&|entry| entry.batch))?,
        pack_runs(&of(&|entry| entry.known))?,
    ];
    Ok(super::terms::join(&pieces))
}

/// Writes the short columns, each as a dictionary and positions in it, and counts the levels.
fn columns_part(entries: &[Entry], terms: &mut Vec<Term>) -> (Vec<u8>, Vec<u8>) {
    let mut out = Vec::new();
    let mut levels = [0_u64; 7];
    for entry in entries {
        let level = level_number(entry.record.level);
        levels[usize::from(level)] += 1;
        out.push(level);
    }
    for (level, n) in LEVELS.iter().zip(levels) {
        if let (Some(level), true) = (level, n > 0) {
            each_term(level.as_str(), &mut |term| terms.push(term));
        }
    }
    let columns: [(&dyn Fn(&LogRecord) -> &String, Option<u8>); 3] = [
        (&|record| &record.service, Some(SERVICE)),
        (&|record| &record.host, Some(HOST)),
        (&|record| &record.dataset, None),
    ];
    for (of, column) in columns {
        let (known, ids) = dictionary(entries.iter().map(|entry| of(&entry.record).as_str()));
        put_length(&mut out, known.len());
        for name in &known {
            put_text(&mut out, name);
            each_term(name, &mut |term| terms.push(term));
            each_dotted(name, &mut |term| terms.push(term));
            terms.extend(column.map(|column| term_of_value(column, name.as_bytes())));
        }
        put_ids(&mut out, &ids, known.len());
    }
    let (known, ids) = dictionary(entries.iter().map(|entry| entry.template));
    put_length(&mut out, known.len());
    for template in &known {
        out.push(u8::from(template.is_some()));
        let bytes = template.map_or(0, |template| template.0).to_le_bytes();
        out.extend_from_slice(&bytes);
        terms.extend(template.map(|_| term_of_value(TEMPLATE, &bytes)));
    }
    put_ids(&mut out, &ids, known.len());
    let mut counts = Vec::new();
    for n in levels {
        super::bytes::put(&mut counts, n);
    }
    (out, counts)
}

/// Returns the distinct values in the order in which they first come, and the position of each row's value.
fn dictionary<T: Copy + Eq + std::hash::Hash>(values: impl Iterator<Item = T>) -> (Vec<T>, Vec<u16>) {
    let (mut known, mut ids) = (Vec::new(), Vec::new());
    let mut positions: HashMap<T, u16> = HashMap::new();
    let mut last: Option<(T, u16)> = None;
    for value in values {
        let id = match last {
            Some((before, id)) if before == value => id,
            _ => *positions.entry(value).or_insert_with(|| {
                known.push(value);
                u16::try_from(known.len() - 1).unwrap_or(u16::MAX)
            }),
        };
        last = Some((value, id));
        ids.push(id);
    }
    (known, ids)
}

/// Reads how many records of each level a block has.
pub(crate) fn level_counts(bytes: &[u8]) -> Result<[u64; 7], StoreError> {
    let mut reader = Reader::new(bytes);
    let mut counts = [0; 7];
    for count in &mut counts {
        *count = reader.number()?;
    }
    Ok(counts)
}

/// Returns the number of records that a block claims to have.
pub(crate) fn records_of(n: i64) -> Result<usize, StoreError> {
    let n = usize::try_from(n).ok().filter(|_| n <= LARGEST_BLOCK);
    n.ok_or_else(|| StoreError::damaged("the number of records cannot be"))
}

/// Times, numbers, and what brought the records.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) times: Vec<i64>,
    pub(crate) numbers: Vec<i64>,
    batches: Vec<(u32, i64)>,
    knowns: Vec<(u32, i64)>,
}

impl Place {
    pub(crate) fn read(bytes: &[u8], n: usize) -> Result<Self, StoreError> {
        let pieces = super::terms::split(bytes)?;
        let [times, numbers, batches, knowns] = pieces.as_slice() else {
            return Err(StoreError::damaged("the times of a block are written in an unknown way"));
        };
        let times: Vec<i64> = unpack(times, n)?;
        if !times.is_sorted() {
            return Err(StoreError::damaged("the times of a block are not in order"));
        }
        Ok(Self {
            times,
            numbers: unpack(numbers, n)?,
            batches: unpack_runs(batches, n)?,
            knowns: unpack_runs(knowns, n)?,
        })
    }

    /// Returns for each record when it became known.
    pub(crate) fn knowns(&self) -> impl Iterator<Item = i64> {
        each_of(&self.knowns)
    }

    /// Returns the batch of one record, and when it became known.
    pub(crate) fn origin(&self, row: usize) -> (i64, i64) {
        (value_at(&self.batches, row), value_at(&self.knowns, row))
    }

    /// Returns the batch of each record.
    pub(crate) fn batches(&self) -> impl Iterator<Item = i64> {
        each_of(&self.batches)
    }
}

fn each_of(runs: &[(u32, i64)]) -> impl Iterator<Item = i64> {
    runs.iter().flat_map(|&(n, value)| (0..n).map(move |_| value))
}

/// Returns the value of one row; the runs cover all rows of a block.
fn value_at(runs: &[(u32, i64)], row: usize) -> i64 {
    let mut end = 0_u64;
    let run = runs.iter().find(|(n, _)| {
        end = end.saturating_add(u64::from(*n));
        end > row as u64
    });
    run.map_or(0, |(_, value)| *value)
}

/// The short columns.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) levels: Vec<u8>,
    pub(crate) service: Names,
    pub(crate) host: Names,
    pub(crate) dataset: Names,
    pub(crate) templates: Vec<Option<TemplateId>>,
    pub(crate) template: Vec<u16>,
    /// Whether all variables of the messages are known to be ASCII.
    pub(crate) has_plain_messages: bool,
}

/// A column of few distinct texts.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) known: Vec<String>,
    pub(crate) ids: Vec<u16>,
}

impl Names {
    fn read(reader: &mut Reader<'_>, n: usize) -> Result<Self, StoreError> {
        let length = reader.count()?;
        let known: Vec<String> =
            (0..length).map(|_| Ok(reader.text()?.to_owned())).collect::<Result<_, StoreError>>()?;
        let ids = reader.ids(n, length)?;
        Ok(Self { known, ids })
    }

    pub(crate) fn get(&self, row: usize) -> &str {
        &self.known[usize::from(self.ids[row])]
    }
}

impl Columns {
    pub(crate) fn read(part: &[u8], n: usize) -> Result<Self, StoreError> {
        let raw = unzip(part)?;
        let mut reader = Reader::new(&raw);
        let levels = reader.take(n)?.to_vec();
        if levels.iter().any(|level| usize::from(*level) >= LEVELS.len()) {
            return Err(StoreError::damaged("a level is not known"));
        }
        let service = Names::read(&mut reader, n)?;
        let host = Names::read(&mut reader, n)?;
        let dataset = Names::read(&mut reader, n)?;
        let length = reader.count()?;
        let mut templates = Vec::with_capacity(length);
        for _ in 0..length {
            let is_there = reader.take(1)? == [1];
            let bytes = <[u8; 8]>::try_from(reader.take(8)?).map_err(StoreError::internal)?;
            templates.push(is_there.then(|| TemplateId(u64::from_le_bytes(bytes))));
        }
        let template = reader.ids(n, length)?;
        let has_plain_messages = reader.rest().first() == Some(&1);
        Ok(Self { levels, service, host, dataset, templates, template, has_plain_messages })
    }

    /// Returns the level of a record.
    pub(crate) fn level(&self, row: usize) -> Option<LogLevel> {
        LEVELS.get(usize::from(self.levels[row])).copied().flatten()
    }

    /// Returns the template of a record.
    pub(crate) fn template(&self, row: usize) -> Option<TemplateId> {
        self.templates[usize::from(self.template[row])]
    }
}

/// Returns the record of one row.
pub(crate) fn record_of(
    place: &Place,
    columns: &Columns,
    long: &Long<'_>,
    row: usize,
) -> Result<LogRecord, StoreError> {
    let mut message = String::new();
    long.message_to(row, &mut message)?;
    Ok(LogRecord {
        at: Timestamp::from_millis(place.times[row]),
        level: columns.level(row),
        service: columns.service.get(row).to_owned(),
        host: columns.host.get(row).to_owned(),
        dataset: columns.dataset.get(row).to_owned(),
        message,
        fields: long.fields_of(row)?,
    })
}

/// Reads all records of a block.
pub(crate) fn open(n: i64, parts: &Parts) -> Result<Vec<Entry>, StoreError> {
    let n = records_of(n)?;
    let place = Place::read(&parts.place, n)?;
    let columns = Columns::read(&parts.short, n)?;
    let unpacked = Unpacked::new(parts.view())?;
    let long = unpacked.long(n);
    let origins = place.batches().zip(place.knowns()).enumerate();
    let entries = origins.map(|(row, (batch, known))| {
        Ok(Entry {
            number: place.numbers[row],
            batch,
            known,
            template: columns.template(row),
            record: record_of(&place, &columns, &long, row)?,
        })
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::terms::{may_hold, segment_of, split};
    use super::super::words::term_of;
    use super::*;

    fn entry() -> impl Strategy<Value = Entry> {
        let texts = ("[a-c]{0,2}", "[a-c]{0,2}", ".{0,3}", "([a-z]{1,3}|[0-9]{1,3}|[ .:]){0,6}");
        let rest = (0_usize..7, prop::option::of(0_u64..4), 0_i64..3, any::<i64>());
        let fields = prop::collection::btree_map("[a-d]", ".{1,4}", 0..3);
        (texts, rest, fields).prop_map(
            |((service, host, dataset, message), (level, template, batch, at), fields)| {
                let record = LogRecord {
                    at: Timestamp::from_millis(at),
                    level: LEVELS[level],
                    service,
                    host,
                    dataset,
                    message,
                    fields: Labels::new(fields),
                };
                Entry { number: 0, batch, known: batch * 10, template: template.map(TemplateId), record }
            },
        )
    }

    proptest! {
        #[test]
        fn any_records_come_back(mut entries in prop::collection::vec(entry(), 1..60)) {
            for (number, entry) in entries.iter_mut().enumerate() {
                entry.number = i64::try_from(number).unwrap();
            }
            entries.sort_by_key(Entry::key);

            let sealed = seal(1, &entries).unwrap();
            let messages: Vec<&str> = entries.iter().map(|entry| entry.record.message.as_str()).collect();
            // As blocks of the first codec have them.
            let messages = zip(&apart::encode_each(&messages), LEVEL).unwrap();

            prop_assert_eq!(&open(sealed.n, &sealed.parts).unwrap(), &entries);
            prop_assert_eq!(&open(sealed.n, &Parts { messages, ..sealed.parts.clone() }).unwrap(), &entries);
            // All values in their columns as of the second codec, and all apart.
            for most_inside in [usize::MAX, 0] {
                let sealed = seal_keeping(most_inside, 1, &entries).unwrap();
                prop_assert_eq!(&open(sealed.n, &sealed.parts).unwrap(), &entries);
            }
            let counts = level_counts(&sealed.levels).unwrap();
            prop_assert_eq!(counts.iter().sum::<u64>(), entries.len() as u64);
        }

        #[test]
        fn garbage_is_refused_without_a_panic(
            bytes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 4),
            n in 0_i64..40,
        ) {
            let part = |at: usize| zip(&bytes[at], 1).unwrap();
            let parts =
                Parts { place: bytes[0].clone(), short: part(1), messages: part(2), fields: Some(part(3)) };
            // As what claims to be several frames.
            let several = Parts { messages: [b"\0".as_slice(), bytes[2].as_slice()].concat(), ..parts.clone() };

            drop(open(n, &parts));
            drop(open(n, &several));
        }
    }

    #[test]
    fn blocks_end_after_their_records_or_their_bytes() {
        let entry = |message: String| Entry {
            number: 0,
            batch: 0,
            known: 0,
            template: None,
            record: LogRecord {
                at: Timestamp::from_millis(0),
                level: None,
                service: String::new(),
                host: String::new(),
                dataset: String::new(),
                message,
                fields: Labels::default(),
            },
        };
        let short: Vec<Entry> = (0..10_000).map(|i| entry(i.to_string())).collect();
        let long: Vec<Entry> = (0..3).map(|_| entry("x".repeat(BLOCK_BYTES))).collect();

        assert_eq!(cuts(&short), [0..5000, 5000..10_000]);
        assert_eq!(cuts(&long), [0..1, 1..2, 2..3]);
        assert!(cuts(&[]).is_empty());
    }

    #[test]
    fn the_filter_knows_words_of_every_column() {
        let record = LogRecord {
            at: Timestamp::from_millis(1),
            level: Some(LogLevel::Warn),
            service: "check-out".to_owned(),
            host: "node-7".to_owned(),
            dataset: "app.log".to_owned(),
            message: "Pool exhausted".to_owned(),
            fields: Labels::new([("error.type", "Timeout")]),
        };
        let entry = Entry { number: 1, batch: 1, known: 1, template: Some(TemplateId(9)), record };
        let sealed = seal(1, &[entry]).unwrap();
        let segments = split(&sealed.filter).unwrap();
        let holds = |term: Term| may_hold(segments[segment_of(term)], term);

        for word in ["warn", "check", "out", "node", "7", "app", "log", "pool", "exhausted", "timeout"] {
            assert!(holds(term_of(word)), "{word}");
        }
        assert!(holds(term_of_value(SERVICE, b"check-out")));
        assert!(holds(term_of_value(TEMPLATE, &9_u64.to_le_bytes())));
    }
}
