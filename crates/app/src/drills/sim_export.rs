//! A simulated world as files, for those who need labelled telemetry: what monitoring shows, and what is true.

mod families;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};
use wardroom_core::{Labels, LogLevel, MetricKind, Samples, SeriesKey, TimeRange, Timestamp, Topology};
use wardroom_sim::World;

use crate::drills::begin::beginning;
use crate::drills::{catalogue, texts};
use crate::error::AppError;
use crate::jobs::Job;

/// Log lines are read from the world in pieces of this length.
const LOG_PIECE_MS: i64 = 60_000;
/// The compression of the large files: faster than what the world makes.
const LEVEL: i32 = 3;
/// The files of an export, in the order in which they are told; the last one says of what they are.
const FILES: [&str; 8] = [
    "metrics.om.zst",
    "logs.jsonl.zst",
    "alerts.jsonl",
    "changes.jsonl",
    "checks.jsonl",
    "topology.json",
    "truth.json",
    ABOUT,
];
const ABOUT: &str = "about.json";
/// What only the last file of an export has.
const STEPS: &str = "samples_every_s";

/// What is to be written.
#[derive(Clone, Debug)]
pub struct SimExport {
    /// A scenario's name, or the path of a scenario file.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// The folder; it is made when it is not there.
    pub out: PathBuf,
    /// How much before the end of the scenario is written, in milliseconds; `None` takes the run itself.
    pub span_ms: Option<i64>,
    /// Where the run begins; `None` takes the beginning that every drill has.
    pub start: Option<Timestamp>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SimExported {
    /// The folder.
    pub out: PathBuf,
    /// The first time that is covered.
    pub from: String,
    /// The end, exclusive.
    pub until: String,
    /// Series with samples.
    pub series: u64,
    /// Samples.
    pub samples: u64,
    /// Log lines.
    pub logs: u64,
    /// Alerts that fired or ended.
    pub alerts: u64,
    /// The files by name.
    pub files: Vec<String>,
}

/// Writes a world to a folder: all files or none. The same inputs give the same bytes. An export that is there already
/// is replaced, and nothing else is.
///
/// Files: `metrics.om.zst` (OpenMetrics), `logs.jsonl.zst` (ECS fields), `alerts.jsonl`, `changes.jsonl`,
/// `checks.jsonl`, `topology.json` (as the inventory has it), `truth.json`, `about.json`. Logs are kept for the run and
/// the hour before it. Memory: the world; files are written as they are made.
///
/// # Errors
///
/// `no_such_drill`; `scenario_unreadable`; `sim_span`; `sim_start`; `sim_out_taken`; `io`; `cancelled`.
pub fn run(export: &SimExport, job: &Job) -> Result<SimExported, AppError> {
    let found = catalogue::find_or_read(&export.scenario)?;
    let brief = found.scenario.brief();
    let start = export.start.unwrap_or_else(|| beginning(brief));
    if start.as_millis() % 60_000 != 0 || start.as_millis() < 0 {
        return Err(AppError::new("sim_start").with("start", start));
    }
    let longest = (brief.span_s + brief.history_s) * 1000;
    let span = export.span_ms.unwrap_or(brief.span_s * 1000);
    if !(60_000..=longest).contains(&span) {
        // Down to a tenth, so that what is offered is accepted.
        return Err(AppError::new("sim_span").with("hours", (longest / 360_000) as f64 / 10.0));
    }
    refuse_others(&export.out)?;
    job.count_in("steps");
    let total = u64::try_from(brief.span_s / 60).unwrap_or(0) + 1;
    let mut world = World::new(&found.scenario, export.seed, start);
    let ends = world.ends();
    while world.at() < ends {
        job.check()?;
        world.advance(world.at().plus_millis(60_000));
        let done = (world.at().as_millis() - start.as_millis()) / 60_000;
        job.progress(u64::try_from(done).unwrap_or(0), total, 0);
    }
    let range =
        TimeRange::new(ends.plus_millis(-span), ends.plus_millis(1)).map_err(|e| AppError::internal(&e))?;
    // Under a name of its own until it is whole.
    let unfinished = export.out.join(format!(".{}.part", std::process::id()));
    std::fs::create_dir_all(&unfinished).map_err(|e| failed(&export.out, &e))?;
    let writer = Writer { world: &world, range, out: &unfinished, job };
    let written = writer.all(&found.id, export.seed).and_then(|exported| {
        for name in FILES {
            let path = export.out.join(name);
            std::fs::rename(unfinished.join(name), &path).map_err(|e| failed(&path, &e))?;
        }
        Ok(SimExported { out: export.out.clone(), ..exported })
    });
    // What was not finished is of no use; that it stays is no further harm.
    let _gone = std::fs::remove_dir_all(&unfinished);
    written
}

/// Refuses a folder in which files of something else would be written over.
fn refuse_others(out: &Path) -> Result<(), AppError> {
    let about = std::fs::read(out.join(ABOUT)).ok();
    let about = about.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    if about.is_some_and(|about| about.get(STEPS).is_some()) {
        return Ok(());
    }
    let mut taken = FILES.iter().map(|name| out.join(name));
    match taken.find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => Err(AppError::new("sim_out_taken").with("path", path.display())),
        None => Ok(()),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> AppError {
    AppError::new("io").with("path", path.display()).with("detail", error)
}

struct Writer<'a> {
    world: &'a World,
    range: TimeRange,
    out: &'a Path,
    job: &'a Job,
}

impl Writer<'_> {
    fn all(&self, scenario: &str, seed: u64) -> Result<SimExported, AppError> {
        let (series, samples) = self.metrics()?;
        let logs = self.logs()?;
        let alerts = self.alerts()?;
        self.changes()?;
        self.checks()?;
        self.json("topology.json", &topology(&self.world.inventory()))?;
        self.json("truth.json", &truth(self.world))?;
        let (world, range, start) = (self.world, self.range, self.world.start());
        let about = json!({
            "scenario": scenario, "seed": seed, "start": start.to_string(),
            "from": range.start().to_string(), "until": range.end().to_string(),
            "series": series, "samples": samples, "logs": logs,
            STEPS: {
                "history": world.interval_ms(start) / 1000,
                "run": world.interval_ms(start.plus_millis(1)) / 1000,
            },
            "logs_from": range.start().max(world.logs_from()).to_string(),
        });
        self.json(ABOUT, &about)?;
        Ok(SimExported {
            out: self.out.to_owned(),
            from: self.range.start().to_string(),
            until: self.range.end().to_string(),
            series,
            samples,
            logs,
            alerts,
            files: FILES.iter().map(|name| (*name).to_owned()).collect(),
        })
    }

    fn create(&self, name: &str) -> Result<(PathBuf, BufWriter<File>), AppError> {
        let path = self.out.join(name);
        let file = File::create(&path).map_err(|e| failed(&path, &e))?;
        Ok((path, BufWriter::with_capacity(256 * 1024, file)))
    }

    /// Writes through a compressor and ends its frame.
    fn compressed<T>(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<T, Stopped>,
    ) -> Result<T, AppError> {
        let (path, file) = self.create(name)?;
        let mut encoder = zstd::stream::write::Encoder::new(file, LEVEL).map_err(|e| failed(&path, &e))?;
        let written = write(&mut encoder).map_err(|stopped| stopped.told(&path))?;
        let mut file = encoder.finish().map_err(|e| failed(&path, &e))?;
        file.flush().map_err(|e| failed(&path, &e))?;
        Ok(written)
    }

    fn metrics(&self) -> Result<(u64, u64), AppError> {
        let specs = self.world.series();
        let kinds: Vec<(&SeriesKey, MetricKind)> = specs.iter().map(|spec| (&spec.key, spec.kind)).collect();
        self.compressed("metrics.om.zst", |out| {
            let (mut series, mut samples, mut looked_at) = (0_u64, 0_u64, 0_u64);
            for family in families::families(&kinds) {
                let mut is_named = false;
                for group in &family.groups {
                    self.job.check().map_err(Stopped::Asked)?;
                    looked_at += group.len() as u64;
                    let members = self.members(&kinds, group);
                    if members.is_empty() {
                        continue;
                    }
                    if !std::mem::replace(&mut is_named, true) {
                        families::write_head(out, &family)?;
                    }
                    samples += families::write_group(out, &members, &sample)?;
                    series += members.len() as u64;
                    self.job.progress(looked_at, kinds.len() as u64, samples);
                }
            }
            writeln!(out, "# EOF")?;
            Ok((series, samples))
        })
    }

    /// Returns the series of a group that have samples, as they are written.
    fn members(&self, kinds: &[(&SeriesKey, MetricKind)], group: &[usize]) -> Vec<(String, Samples)> {
        let read = group.iter().map(|place| (line_of(kinds[*place].0), self.world.read(*place, self.range)));
        read.filter(|(_, samples)| !samples.is_empty()).collect()
    }

    fn logs(&self) -> Result<u64, AppError> {
        self.compressed("logs.jsonl.zst", |out| {
            let mut lines = 0_u64;
            let mut from = self.range.start();
            while from < self.range.end() {
                self.job.check().map_err(Stopped::Asked)?;
                let to = from.plus_millis(LOG_PIECE_MS).min(self.range.end());
                let Ok(piece) = TimeRange::new(from, to) else { break };
                for record in self.world.logs(piece) {
                    let mut fields = serde_json::Map::new();
                    fields.insert("@timestamp".to_owned(), record.at.to_string().into());
                    fields.insert("log.level".to_owned(), record.level.map_or("", LogLevel::as_str).into());
                    fields.insert("service.name".to_owned(), record.service.into());
                    fields.insert("host.name".to_owned(), record.host.into());
                    fields.insert("event.dataset".to_owned(), record.dataset.into());
                    fields.insert("message".to_owned(), record.message.into());
                    for (name, value) in record.fields.iter() {
                        fields.insert(name.to_owned(), value.into());
                    }
                    writeln!(out, "{}", Value::Object(fields))?;
                    lines += 1;
                }
                from = to;
            }
            Ok(lines)
        })
    }

    fn lines(&self, name: &str, lines: impl Iterator<Item = Value>) -> Result<u64, AppError> {
        let (path, mut file) = self.create(name)?;
        let mut n = 0;
        for line in lines {
            writeln!(file, "{line}").map_err(|e| failed(&path, &e))?;
            n += 1;
        }
        file.flush().map_err(|e| failed(&path, &e))?;
        Ok(n)
    }

    fn alerts(&self) -> Result<u64, AppError> {
        let events = self.world.alert_events(self.range).into_iter();
        self.lines(
            "alerts.jsonl",
            events.map(|event| {
                json!({
                    "at": event.at.to_string(), "state": event.state.as_str(), "name": event.alert.name,
                    "active_at": event.alert.active_at.to_string(), "value": event.alert.value,
                    "labels": labels(&event.alert.labels), "annotations": labels(&event.alert.annotations),
                })
            }),
        )
    }

    fn changes(&self) -> Result<u64, AppError> {
        let changes = self.world.changes(self.range).into_iter();
        self.lines(
            "changes.jsonl",
            changes.map(|change| {
                json!({
                    "at": change.at.to_string(), "subject": change.subject, "kind": change.kind.as_str(),
                    "what": change.what,
                })
            }),
        )
    }

    fn checks(&self) -> Result<u64, AppError> {
        let results = self.world.check_results(self.range).into_iter();
        self.lines(
            "checks.jsonl",
            results.map(|check| {
                json!({
                    "at": check.at.to_string(), "name": check.name, "kind": check.kind, "component": check.component,
                    "ok": check.ok, "took_ms": check.took_ms, "steps": check.steps,
                })
            }),
        )
    }

    fn json(&self, name: &str, value: &Value) -> Result<(), AppError> {
        let (path, mut file) = self.create(name)?;
        serde_json::to_writer_pretty(&mut file, value).map_err(|e| AppError::internal(&e))?;
        writeln!(file).and_then(|()| file.flush()).map_err(|e| failed(&path, &e))
    }
}

/// Why writing ended early.
enum Stopped {
    Asked(AppError),
    Io(std::io::Error),
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl Stopped {
    fn told(self, path: &Path) -> AppError {
        match self {
            Self::Asked(error) => error,
            Self::Io(error) => failed(path, &error),
        }
    }
}

/// Writes name and labels as OpenMetrics has them.
fn line_of(key: &SeriesKey) -> String {
    let escape = |v: &str| v.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels: Vec<String> = key.labels.iter().map(|(n, v)| format!("{n}=\"{}\"", escape(v))).collect();
    if labels.is_empty() { key.metric.clone() } else { format!("{}{{{}}}", key.metric, labels.join(",")) }
}

fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() }
    } else {
        value.to_string()
    }
}

/// Writes a sample of a series.
fn sample(series: &str, at_ms: i64, value: f64) -> String {
    format!("{series} {} {}", number(value), seconds(at_ms))
}

fn seconds(at_ms: i64) -> String {
    format!("{}.{:03}", at_ms.div_euclid(1000), at_ms.rem_euclid(1000))
}

fn labels(labels: &Labels) -> Value {
    Value::Object(labels.iter().map(|(n, v)| (n.to_owned(), v.into())).collect())
}

fn topology(topology: &Topology) -> Value {
    let entities = topology.entities.iter().map(|e| {
        json!({
            "name": e.name, "kind": e.kind.as_str(), "tier": e.tier, "domain": e.domain, "team": e.team,
            "contact": e.contact, "environment": e.environment, "site": e.site, "tags": labels(&e.tags),
        })
    });
    json!({ "entities": entities.collect::<Vec<_>>(), "dependencies": edges(&topology.dependencies) })
}

fn edges(edges: &[wardroom_core::Dependency]) -> Vec<Value> {
    edges.iter().map(|d| json!({ "from": d.from, "to": d.to, "how": d.how })).collect()
}

/// Writes what is true: the causes with their faults and times, whom they reached, and who really depends on whom.
fn truth(world: &World) -> Value {
    let truth = world.truth();
    let causes = truth.causes.iter().map(|cause| {
        json!({
            "entity": cause.entity, "fault": texts::word_of(&cause.fault), "at": cause.at.to_string(),
            "ended": cause.ended.map(|at| at.to_string()),
        })
    });
    let affected =
        truth.affected.iter().map(|(entity, at)| json!({ "entity": entity, "since": at.to_string() }));
    let outcome = world.outcome();
    json!({
        "causes": causes.collect::<Vec<_>>(),
        "affected": affected.collect::<Vec<_>>(),
        "dependencies": edges(&truth.edges),
        "outcome": {
            "step_s": outcome.step_s, "asked": outcome.asked, "failed": outcome.failed,
            "lost_writes": outcome.lost_writes, "lost_messages": outcome.lost_messages,
            "stale_reads": outcome.stale_reads,
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::events::Bus;
    use crate::jobs::{JobKind, Jobs};

    /// Returns the parts of a line of the head of a family: the word, the name and the rest.
    fn head(line: &str) -> Option<(&str, &str, &str)> {
        let (word, rest) = line.strip_prefix("# ")?.split_once(' ')?;
        let (name, rest) = rest.split_once(' ')?;
        Some((word, name, rest))
    }

    /// The last minute before a run, into a folder.
    fn a_minute(out: &Path) -> SimExport {
        SimExport {
            scenario: "replica_lag".to_owned(),
            seed: 7,
            out: out.to_owned(),
            span_ms: Some(60_000),
            start: None,
        }
    }

    #[test]
    fn the_metrics_are_read_back_and_every_family_says_what_it_measures() {
        let folder = tempfile::tempdir().unwrap();
        let job = Jobs::default().begin(&Bus::default(), JobKind::Drill, "", None);
        let export = a_minute(folder.path());

        let exported = run(&export, &job).unwrap();
        assert_eq!(run(&export, &job), Ok(exported.clone()), "it replaces itself");
        let entries = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let entries: BTreeSet<_> = entries.filter_map(|name| name.into_string().ok()).collect();
        assert_eq!(entries, exported.files.iter().cloned().collect());
        let packed = File::open(folder.path().join("metrics.om.zst")).unwrap();
        let text = String::from_utf8(zstd::decode_all(packed).unwrap()).unwrap();
        let path = folder.path().join("metrics.om");
        std::fs::write(&path, &text).unwrap();
        let read = wardroom_connectors::files::preview(&path, None).unwrap();

        assert_eq!((read.refusal, read.bad_row_count, read.estimated), (None, 0, false));
        assert_eq!((read.series, read.samples), (exported.series, exported.samples));
        let heads: Vec<_> = text.lines().filter_map(head).collect();
        let families: Vec<_> = heads.chunk_by(|a, b| a.1 == b.1).collect();
        let names: BTreeSet<&str> = heads.iter().map(|(_, name, _)| *name).collect();
        assert_eq!(names.len(), families.len(), "a family stands twice");
        for family in families {
            let (_, name, kind) = family[0];
            let words: Vec<&str> = family.iter().map(|(word, _, _)| *word).collect();
            assert!(words == ["TYPE", "HELP"] || words == ["TYPE", "UNIT", "HELP"], "{name}: {words:?}");
            assert!(words.len() == 2 || name.ends_with(&format!("_{}", family[1].2)), "{name}");
            assert!(kind != "counter" || text.contains(&format!("\n{name}_total{{")), "{name}");
        }
    }

    #[test]
    fn nothing_but_an_export_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("topology.json");
        let job = Jobs::default().begin(&Bus::default(), JobKind::Drill, "", None);
        let export = a_minute(folder.path());

        for about in [None, Some("{\"name\": \"my project\"}"), Some("no JSON")] {
            std::fs::write(&own, "{}").unwrap();
            if let Some(about) = about {
                std::fs::write(folder.path().join(ABOUT), about).unwrap();
            }
            let error = run(&export, &job).unwrap_err();

            assert_eq!(error.code, "sim_out_taken", "{about:?}");
            assert!(error.fields["path"].ends_with("topology.json"), "{error:?}");
            assert_eq!(std::fs::read_to_string(&own).unwrap(), "{}");
        }
    }

    #[test]
    fn a_label_cannot_end_its_line() {
        let key = SeriesKey::new("up", Labels::new([("a", "x\"y\\z\nw")]));

        assert_eq!(line_of(&key), "up{a=\"x\\\"y\\\\z\\nw\"}");
    }

    #[test]
    fn numbers_are_written_as_the_format_has_them() {
        assert_eq!(number(f64::INFINITY), "+Inf");
        assert_eq!(number(0.25), "0.25");
        assert_eq!(seconds(1_500), "1.500");
    }
}
