// Generated from the core by `cargo xtask bindings`; do not edit.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

/** What a command answers: its data, or one failure. */
export type Result<T> = { status: 'ok'; data: T } | { status: 'error'; error: AppError };

/**
 * A failure as window, terminal and report get it. The message is `error-<code>` of the catalogue.
 */
export type AppError = { 
/**
 * What kind of failure, in `snake_case`.
 */
code: string, 
/**
 * The values that enter the sentence; never a secret.
 */
fields: { [key in string]: string }, };

/**
 * A fact. The interface decides what to reload.
 */
export type AppEvent = { "kind": "workspaceChanged" } | { "kind": "sourcesChanged" } | { "kind": "samplesArrived", 
/**
 * The source.
 */
source: number, 
/**
 * The newest sample.
 */
until: Millis, } | { "kind": "findingsChanged" } | { "kind": "jobProgressed", 
/**
 * The job.
 */
job: JobRow, } | { "kind": "settingsChanged" };

/**
 * Everything that the window needs to begin.
 */
export type AppStateRow = { 
/**
 * The program's version.
 */
version: string, 
/**
 * The version of the workspace format that it writes.
 */
workspaceFormat: number, 
/**
 * Settings of this machine's user.
 */
settings: Settings, 
/**
 * Whether a system keychain answers.
 */
keychain: KeychainState, 
/**
 * The open workspace; `null` when none is open.
 */
workspace: WorkspaceRow | null, 
/**
 * Bytes that went anywhere but to sources; nothing in this version sends any.
 */
egressBytes: number, 
/**
 * The machine's time zone, as an IANA name.
 */
localZone: string, 
/**
 * A file named on the command line or double-clicked, to be opened first.
 */
openFirst: string | null, };

/**
 * A row that cannot be read.
 */
export type BadRowRow = { 
/**
 * The line, from 1.
 */
line: number, 
/**
 * The column, from 1.
 */
column: number, 
/**
 * What stands there.
 */
text: string, 
/**
 * Why it is bad.
 */
problem: Phrase, };

/**
 * A change of version.
 */
export type ChangeRow = { 
/**
 * When it was first seen.
 */
at: Millis, 
/**
 * The service.
 */
subject: string, 
/**
 * The version.
 */
version: string, };

/**
 * The header of a chart's bytes. For each series the columns follow in this order: times, values, band times, band
 * lower, band expected, band upper, ghost times (already moved by a week), ghost values.
 */
export type ChartHeader = { 
/**
 * The range that is drawn.
 */
range: Span, 
/**
 * The charts, in the order asked for.
 */
series: Array<ChartSeries>, };

/**
 * What is asked of a chart. The answer is bytes: a [`ChartHeader`] and its columns (see `wire::Frame`).
 */
export type ChartRequest = { 
/**
 * The series, at most 24.
 */
series: Array<number>, 
/**
 * The range.
 */
range: Span, 
/**
 * Width of the plot in pixels.
 */
width: number, 
/**
 * Whether the same time last week is wanted beside it.
 */
lastWeek: boolean, };

/**
 * One series of a chart message.
 */
export type ChartSeries = { 
/**
 * The series.
 */
id: number, 
/**
 * Its metric.
 */
metric: string, 
/**
 * Its labels as text.
 */
labels: string, 
/**
 * What it belongs to.
 */
entity: string, 
/**
 * The unit's word of what is drawn (a rate for counters).
 */
unit: string, 
/**
 * Whether a per-second rate is drawn instead of the raw counter.
 */
rate: boolean, 
/**
 * Length of times and values.
 */
points: number, 
/**
 * Length of each of the four band columns; 0 without a band.
 */
band: number, 
/**
 * Length of the two ghost columns.
 */
ghost: number, 
/**
 * Samples behind the points.
 */
samples: number, 
/**
 * Findings in the range, for the ribbon.
 */
findings: Array<FindingRow>, 
/**
 * Why there is no band: the key of a word, `null` when there is one.
 */
refused: string | null, 
/**
 * Periods without samples, to be hatched.
 */
gaps: Array<Span>, 
/**
 * The last value, formatted.
 */
last: string | null, 
/**
 * When that was.
 */
lastAt: Millis | null, 
/**
 * The source's number.
 */
source: number, };

/**
 * What a check of a workspace file found.
 */
export type CheckRow = { 
/**
 * Whether nothing is wrong.
 */
sound: boolean, 
/**
 * Chunks of samples that were decoded.
 */
chunks: number, 
/**
 * Samples in them.
 */
samples: number, 
/**
 * What is wrong, in the words of the check.
 */
problems: Array<string>, };

/**
 * What a column is taken for.
 */
export type ColumnRole = "time" | "name" | "label" | "value" | "kind" | "unit" | "leftOut";

/**
 * A column as it was understood.
 */
export type ColumnRow = { 
/**
 * Its head.
 */
name: string, 
/**
 * What it is taken for.
 */
role: ColumnRole, 
/**
 * How it was understood.
 */
understood: Phrase, 
/**
 * Its first value.
 */
firstValue: string, };

/**
 * What compacting gave back.
 */
export type CompactRow = { 
/**
 * Bytes before.
 */
bytesBefore: number, 
/**
 * Bytes after.
 */
bytesAfter: number, 
/**
 * Samples dropped because they are older than their source's retention.
 */
samplesDropped: number, };

/**
 * A connection as a person writes it.
 */
export type ConnectionDraft = { 
/**
 * The source's number when an existing one is edited.
 */
id: number | null, 
/**
 * A name for people.
 */
name: string, 
/**
 * The base URL; a path is kept.
 */
url: string, 
/**
 * How to sign in.
 */
signIn: SignIn, 
/**
 * The secret as it was just typed; `null` leaves the stored one.
 */
secret: string | null, 
/**
 * Headers to add, such as `X-Scope-OrgID`.
 */
headers: Array<[string, string]>, 
/**
 * A private CA in a PEM file.
 */
caPath: string | null, 
/**
 * A proxy; `null` takes `HTTPS_PROXY` and `NO_PROXY` of the environment.
 */
proxy: string | null, 
/**
 * Requests at the same time, at most.
 */
maxConcurrent: number, 
/**
 * Requests a minute, at most; 0 for no limit.
 */
requestsPerMinute: number, 
/**
 * What to bring: selectors.
 */
selectors: Array<string>, 
/**
 * What to bring: expressions with the name under which they are stored.
 */
expressions: Array<ExpressionRow>, 
/**
 * The wanted resolution; `null` takes the raw samples.
 */
step: Millis | null, 
/**
 * Time between two requests while following.
 */
followEvery: Millis, 
/**
 * How long samples are kept; `null` for ever.
 */
retention: Millis | null, 
/**
 * How many bytes the source may fill; `null` without a limit.
 */
maxBytes: number | null, };

/**
 * Formats of an export.
 */
export type ExportFormat = "csv" | "parquet" | "openMetrics";

/**
 * What is asked of an export.
 */
export type ExportRequest = { 
/**
 * Where to.
 */
path: string, 
/**
 * The format.
 */
format: ExportFormat, 
/**
 * The period; `null` for all.
 */
range: Span | null, 
/**
 * A selector or words; empty for all series.
 */
filter: string, };

/**
 * An expression and the metric name under which its result is stored.
 */
export type ExpressionRow = { 
/**
 * The name.
 */
name: string, 
/**
 * The PromQL.
 */
expression: string, };

/**
 * What can be said of a file.
 */
export type FileVerdict = "ready" | "asking" | "refused";

/**
 * Kinds of findings on the wire.
 */
export type FindingKind = "level" | "spike" | "trend" | "variance" | "missing" | "flat";

/**
 * A finding as the interface gets it.
 */
export type FindingRow = { 
/**
 * Its identity.
 */
id: string, 
/**
 * The series.
 */
series: number, 
/**
 * What happened, in words.
 */
title: Phrase, 
/**
 * Why it is a finding, in words.
 */
reason: Phrase, 
/**
 * The metric's name.
 */
metric: string, 
/**
 * The labels that tell the series apart, as text.
 */
labels: string, 
/**
 * The service, host or other thing that it belongs to.
 */
entity: string, 
/**
 * The kind.
 */
kind: FindingKind, 
/**
 * First sample outside the band.
 */
start: Millis, 
/**
 * First sample back inside; `null` while it lasts.
 */
end: Millis | null, 
/**
 * Resolution of the start.
 */
step: Millis, 
/**
 * Surprise, 0 to 1.
 */
score: number, 
/**
 * Grade, 1 to 3.
 */
grade: number, 
/**
 * The value now (or at the end), formatted.
 */
value: string | null, 
/**
 * The lower end of normal, formatted.
 */
normalLow: string | null, 
/**
 * The upper end of normal, formatted.
 */
normalHigh: string | null, 
/**
 * When this workspace first knew it.
 */
knownAt: Millis, 
/**
 * A small line of the last six hours: 60 values, `null` for gaps.
 */
spark: Array<number | null>, 
/**
 * The expected band under the small line: lower, then upper.
 */
sparkLow: number | null, 
/**
 * Upper end of the band.
 */
sparkHigh: number | null, };

/**
 * How a source is.
 */
export type HealthState = "fresh" | "resting" | "stale" | "failed" | "paused" | "syncing";

/**
 * Heat by service.
 */
export type Heat = { 
/**
 * Start of the first bin.
 */
start: Millis | null, 
/**
 * Length of a bin.
 */
bin: Millis | null, 
/**
 * The rows.
 */
rows: Array<HeatRow>, };

/**
 * A service's row of the heat.
 */
export type HeatRow = { 
/**
 * The service.
 */
entity: string, 
/**
 * Share of its series outside their band, 0 to 1; `null` without data.
 */
shares: Array<number | null>, };

/**
 * What is asked when an import begins.
 */
export type ImportRequest = { 
/**
 * The file.
 */
path: string, 
/**
 * How to read it; `null` takes the preview's understanding.
 */
reading: ReadingChoice | null, 
/**
 * The source's name.
 */
sourceName: string, };

/**
 * What a job does.
 */
export type JobKind = "demo" | "sync" | "import" | "export" | "detect" | "report" | "compact" | "copy";

/**
 * A job as the interface gets it.
 */
export type JobRow = { 
/**
 * Its number in this run of the program.
 */
id: number, 
/**
 * What it does.
 */
kind: JobKind, 
/**
 * What it works on: a source's or file's name.
 */
subject: string, 
/**
 * The source's number, for a sync or an import.
 */
source: number | null, 
/**
 * How far it is.
 */
state: JobState, 
/**
 * Units done (requests, bytes in KiB, series).
 */
done: number, 
/**
 * Units in all; 0 while not known.
 */
total: number, 
/**
 * What a unit is: `requests`, `kib`, `series`, `steps`.
 */
unit: string, 
/**
 * Samples that arrived so far.
 */
samples: number, 
/**
 * Samples a second, over the last seconds.
 */
samplesPerSecond: number, 
/**
 * Expected time to the end; `null` while it cannot be told.
 */
remaining: Millis | null, 
/**
 * Time since the start.
 */
elapsed: Millis, };

/**
 * How far a job is.
 */
export type JobState = { "kind": "running" } | { "kind": "done" } | { "kind": "partial" } | { "kind": "cancelled" } | { "kind": "failed", 
/**
 * Why.
 */
error: AppError, };

/**
 * Where secrets are kept.
 */
export type KeychainState = "system" | "memory";

/**
 * A language of the catalogue.
 */
export type Language = "system" | "en" | "zh-CN";

/**
 * What is asked of *Metrics*.
 */
export type MetricsRequest = { 
/**
 * The range.
 */
range: Span, 
/**
 * A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
 */
filter: string, };

/**
 * What *Metrics* lists.
 */
export type MetricsView = { 
/**
 * Series that match the filter, those with findings first, by surprise; then by name.
 */
rows: Array<SeriesRow>, 
/**
 * How many match in all; `rows` holds at most 500.
 */
matching: number, 
/**
 * How many there are.
 */
total: number, 
/**
 * Findings in the range of the matching series.
 */
findings: Array<FindingRow>, 
/**
 * Series that were scored.
 */
scored: number, 
/**
 * Labels that all rows share.
 */
shared: Array<[string, string]>, };

/**
 * Milliseconds since the epoch (or a length in them): the one 64-bit number on the wire.
 *
 * Exact in JavaScript up to 2^53, which is the year 287396.
 */
export type Millis = number;

/**
 * A missing right.
 */
export type MissingRow = { 
/**
 * The path that may not be read.
 */
path: string, 
/**
 * The status.
 */
status: number, 
/**
 * What is lost, in words (`missing-metadata`, …).
 */
lost: Phrase, };

/**
 * Series that were not scored, and why.
 */
export type NotScored = { 
/**
 * Why: the key of a word (`refusal-constant`, `refusal-too-short`, `refusal-empty`).
 */
reason: string, 
/**
 * How many.
 */
count: number, };

/**
 * The screen *Now*.
 */
export type NowView = { 
/**
 * What the view is about.
 */
range: Span, 
/**
 * The one sentence ("Checkout fails for 4 in 10 requests since 14:53.").
 */
headline: Phrase, 
/**
 * Whether the sentence says that something is wrong, that nothing is, or that it cannot be said.
 */
verdict: Verdict, 
/**
 * The sentences under it, in order.
 */
lead: Array<Phrase>, 
/**
 * Method, inputs, time: the proof line.
 */
proof: Phrase, 
/**
 * The service on which the first of the group began; `null` without findings.
 */
firstEntity: string | null, 
/**
 * Number of services that were recognised.
 */
services: number, 
/**
 * Number of series.
 */
series: number, 
/**
 * The usual distance of samples at the end of the range.
 */
step: Millis | null, 
/**
 * The findings of the range, most surprising first; at most 200, the first 60 with their small line.
 */
findings: Array<FindingRow>, 
/**
 * How many there are in all.
 */
findingCount: number, 
/**
 * The group that began together, one row a service, in order of onset.
 */
onsets: Array<OnsetRow>, 
/**
 * Resolution of the onsets.
 */
onsetStep: Millis | null, 
/**
 * Share of series outside their band, by service and bin.
 */
heat: Heat, 
/**
 * Changes of version in the range.
 */
changes: Array<ChangeRow>, 
/**
 * The sources and their age.
 */
sources: Array<SourceHealth>, 
/**
 * Why series were not scored, with counts.
 */
notScored: Array<NotScored>, 
/**
 * Findings a bin of the strip, for the six hours before the end of the data.
 */
strip: Strip, 
/**
 * When the series were scored last; `null` when never.
 */
detected: Millis | null, 
/**
 * How long that took.
 */
detectionTook: Millis | null, 
/**
 * Findings that were not there in the detection before.
 */
newFindings: number, };

/**
 * A row of the onset chart: the first finding of one service in the group.
 */
export type OnsetRow = { 
/**
 * The service.
 */
entity: string, 
/**
 * When it began.
 */
start: Millis, 
/**
 * Distance from the first of the group.
 */
afterFirst: Millis, 
/**
 * What it shows, short ("commit 4 → 92 ms").
 */
shows: Phrase, 
/**
 * Grade, 1 to 3.
 */
grade: number, 
/**
 * The finding.
 */
finding: string, 
/**
 * Whether it is the one that the headline speaks of.
 */
headline: boolean, };

/**
 * What a system dialog is opened for.
 */
export type PathPurpose = "openWorkspace" | "newWorkspace" | "importFiles" | "saveCopy" | "exportCsv" | "exportParquet" | "exportOpenMetrics" | "picture" | "report" | "pem";

/**
 * A sentence of the catalogue with its values.
 */
export type Phrase = { 
/**
 * The key of the message.
 */
key: string, 
/**
 * The values that enter it, by name.
 */
values: { [key in string]: PhraseValue }, };

/**
 * A value that enters a sentence.
 */
export type PhraseValue = { "kind": "text", "value": string } | { "kind": "count", "value": number } | { "kind": "time", "value": Millis } | { "kind": "date", "value": Millis } | { "kind": "span", "value": Millis } | { "kind": "word", "value": string };

/**
 * Formats of a chart written to a file.
 */
export type PictureFormat = "svg" | "png";

/**
 * A chart to be written to a file.
 */
export type PictureRequest = { 
/**
 * The series.
 */
series: number, 
/**
 * The range.
 */
range: Span, 
/**
 * Whether last week is drawn.
 */
lastWeek: boolean, 
/**
 * The format.
 */
format: PictureFormat, 
/**
 * Where to.
 */
path: string, };

/**
 * What a sync would cost.
 */
export type PlanRow = { 
/**
 * Series.
 */
series: number, 
/**
 * Samples.
 */
samples: number, 
/**
 * Bytes here.
 */
bytes: number, 
/**
 * Requests.
 */
requests: number, 
/**
 * Time it takes at the budget.
 */
takes: Millis, 
/**
 * What was capped or left out.
 */
notices: Array<Phrase>, };

/**
 * What a file would bring. Nothing is stored yet.
 */
export type PreviewRow = { 
/**
 * The file.
 */
path: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its size.
 */
sizeBytes: number, 
/**
 * One of the three verdicts.
 */
verdict: FileVerdict, 
/**
 * What it is, in words: format, layout, separator, encoding.
 */
about: Array<Phrase>, 
/**
 * The understanding; `null` when the file is refused.
 */
reading: ReadingChoice | null, 
/**
 * The columns.
 */
columns: Array<ColumnRow>, 
/**
 * The first rows, as they stand in the file.
 */
firstRows: Array<Array<string>>, 
/**
 * Rows in all.
 */
rows: number, 
/**
 * Whether `rows`, `series` and `samples` are estimates from a part of the file.
 */
estimated: boolean, 
/**
 * Series.
 */
series: number, 
/**
 * Samples.
 */
samples: number, 
/**
 * The period.
 */
range: Span | null, 
/**
 * Bytes in the workspace, about.
 */
bytes: number, 
/**
 * The rows that cannot be read, at most 100.
 */
badRows: Array<BadRowRow>, 
/**
 * How many there are.
 */
badRowCount: number, 
/**
 * The question that has to be answered first.
 */
question: QuestionRow | null, 
/**
 * Why the file is refused.
 */
refusal: AppError | null, 
/**
 * Whether the same file was imported before.
 */
importedBefore: boolean, };

/**
 * What "Test connection" says.
 */
export type ProbeRow = { 
/**
 * When it was asked.
 */
at: Millis, 
/**
 * How long it took.
 */
took: Millis, 
/**
 * Requests made.
 */
requests: number, 
/**
 * Product and version.
 */
product: string, 
/**
 * Its version; may be empty.
 */
version: string, 
/**
 * Number of series; `null` when it does not tell.
 */
series: number | null, 
/**
 * Rule groups.
 */
ruleGroups: number | null, 
/**
 * First sample.
 */
oldest: Millis | null, 
/**
 * Last sample.
 */
newest: Millis | null, 
/**
 * Its clock minus ours.
 */
clockOffset: Millis | null, 
/**
 * Missing rights, each a sentence: what, lost, what to allow.
 */
missing: Array<MissingRow>, 
/**
 * The proxy that is used; `null` without one.
 */
proxy: string | null, };

/**
 * A question whose answer nothing in the file decides.
 */
export type QuestionRow = { 
/**
 * Lines in question.
 */
examples: Array<string>, 
/**
 * What the day-first reading would mean; `null` when only the zone is asked for.
 */
dayFirst: Phrase | null, 
/**
 * What the month-first reading would mean; `null` when only the zone is asked for.
 */
monthFirst: Phrase | null, };

/**
 * How a file is to be read: the preview's understanding with a person's changes.
 */
export type ReadingChoice = { 
/**
 * Long or wide.
 */
layout: TableLayout, 
/**
 * The columns' roles, in order.
 */
roles: Array<ColumnRole>, 
/**
 * Whether `01/02/2026` is the first of February; `null` when the question does not arise or is not answered.
 */
dayFirst: boolean | null, 
/**
 * The zone of times without one, as an IANA name or offset; `null` while none is chosen.
 */
zone: string | null, 
/**
 * Whether a file with a bad row is refused whole.
 */
refuseBad: boolean, };

/**
 * A mark on a recent file.
 */
export type RecentMark = "simulated" | "fromElsewhere" | "networkShare" | "missing";

/**
 * A file that was open here before, with what it said then. Nothing of it is read until it is opened.
 */
export type RecentRow = { 
/**
 * The file.
 */
path: string, 
/**
 * Its name without the ending.
 */
name: string, 
/**
 * The folder, shortened for reading.
 */
folder: string, 
/**
 * Bytes when it was last open.
 */
sizeBytes: number, 
/**
 * When it was last open.
 */
openedAt: Millis, 
/**
 * Its newest data then.
 */
dataUntil: Millis | null, 
/**
 * Its last finding then.
 */
said: Phrase | null, 
/**
 * When that finding began.
 */
saidAt: Millis | null, 
/**
 * The finding's grade, 1 to 3.
 */
saidGrade: number | null, 
/**
 * Marks.
 */
marks: Array<RecentMark>, };

/**
 * What is asked of a report.
 */
export type ReportRequest = { 
/**
 * Where to; `null` writes into the documents folder under a name with the time.
 */
path: string | null, 
/**
 * The range; `null` takes the workspace's.
 */
range: Span | null, };

/**
 * A proposed group of series with its cost.
 */
export type ScopeRow = { 
/**
 * A stable key.
 */
key: string, 
/**
 * Its name in words.
 */
title: Phrase, 
/**
 * Why.
 */
why: Phrase, 
/**
 * The selectors.
 */
selectors: Array<string>, 
/**
 * Series.
 */
series: number, 
/**
 * Samples over the range that was asked for.
 */
samples: number, 
/**
 * Bytes here, as measured in this workspace or 1.5 a sample.
 */
bytes: number, 
/**
 * Requests.
 */
requests: number, 
/**
 * Whether it is proposed.
 */
proposed: boolean, 
/**
 * The label that runs away.
 */
runaway: Phrase | null, 
/**
 * The sum without it, as the one action.
 */
instead: ExpressionRow | null, 
/**
 * Series of that sum.
 */
insteadSeries: number | null, };

/**
 * A series in a list.
 */
export type SeriesRow = { 
/**
 * Its number in this workspace file.
 */
id: number, 
/**
 * The source's number.
 */
source: number, 
/**
 * The metric's name.
 */
metric: string, 
/**
 * The labels as pairs, in name order.
 */
labels: Array<[string, string]>, 
/**
 * What it belongs to.
 */
entity: string, 
/**
 * The unit's word.
 */
unit: string, 
/**
 * The kind's word (`counter`, `gauge`, …).
 */
kind: string, 
/**
 * The highest score in the range; `null` when nothing was found.
 */
score: number | null, 
/**
 * Grade of that score, 1 to 3.
 */
grade: number | null, 
/**
 * Why it was not scored; the key of a word, `null` when it was.
 */
refused: string | null, };

/**
 * The settings. They stay on this machine and are not part of a workspace.
 */
export type Settings = { 
/**
 * The language of window, terminal and report.
 */
language: Language, 
/**
 * Dark, light, or what the system says.
 */
theme: ThemeChoice, 
/**
 * Text size in percent: 90, 100, 125 or 150.
 */
textSize: number, 
/**
 * The zone in which times are shown.
 */
zone: ZoneChoice, 
/**
 * Seconds between two requests while following.
 */
followS: number, };

/**
 * How to sign in. The secret itself travels beside it and is never stored in the workspace.
 */
export type SignIn = { "kind": "none" } | { "kind": "basic", 
/**
 * The user.
 */
user: string, } | { "kind": "bearer" } | { "kind": "clientCertificate", 
/**
 * The certificate's file.
 */
certPath: string, 
/**
 * The key's file.
 */
keyPath: string, } | { "kind": "tokenCommand", 
/**
 * The program and its arguments; no shell is involved.
 */
command: Array<string>, };

/**
 * A source's health in the status bar and on *Now*.
 */
export type SourceHealth = { 
/**
 * The source.
 */
id: number, 
/**
 * Its name.
 */
name: string, 
/**
 * How it is.
 */
state: HealthState, 
/**
 * Newest sample.
 */
until: Millis | null, 
/**
 * When it last answered.
 */
answered: Millis | null, 
/**
 * When it is tried again; `null` when it is not.
 */
nextTry: Millis | null, 
/**
 * Time between two requests while followed; `null` when not followed.
 */
every: Millis | null, 
/**
 * The failure, when stale or failed.
 */
error: AppError | null, };

/**
 * A source in the catalog.
 */
export type SourceRow = { 
/**
 * Health, name and number.
 */
health: SourceHealth, 
/**
 * What it is: `prometheus`, `simulated`, `file`.
 */
kind: string, 
/**
 * Where: a URL without its secret, a file name.
 */
place: string, 
/**
 * The settings, for editing; `null` for files and the simulator.
 */
draft: ConnectionDraft | null, 
/**
 * Series.
 */
series: number, 
/**
 * Samples.
 */
samples: number, 
/**
 * The period with data.
 */
data: Span | null, 
/**
 * Whether it is followed.
 */
following: boolean, 
/**
 * Whether it can be followed at all.
 */
canFollow: boolean, 
/**
 * Whether following was allowed here (a file from elsewhere begins with no).
 */
followAllowed: boolean, 
/**
 * Whether a secret is stored for it on this machine.
 */
secretStored: boolean, 
/**
 * What makes its data partial: capped labels, warnings, each a sentence.
 */
notices: Array<Phrase>, 
/**
 * Labels that were capped and can be resumed.
 */
capped: Array<string>, 
/**
 * Rules stored of it.
 */
rules: number, 
/**
 * Alerts firing at its last answer.
 */
firing: number, };

/**
 * A period as the window sends it: start inclusive, end exclusive.
 */
export type Span = { 
/**
 * Inclusive start.
 */
start: Millis, 
/**
 * Exclusive end.
 */
end: Millis, };

/**
 * The time strip: what happened in the hours around the range.
 */
export type Strip = { 
/**
 * What it covers.
 */
range: Span, 
/**
 * Length of a bin.
 */
bin: Millis, 
/**
 * Findings that begin in each bin, by grade 1, 2, 3.
 */
counts: Array<[number, number, number]>, 
/**
 * Changes of version, imports.
 */
events: Array<ChangeRow>, };

/**
 * What is asked when a plan is wanted or a sync is begun.
 */
export type SyncRequest = { 
/**
 * The source.
 */
source: number, 
/**
 * The range; `null` takes everything since the last sync, or seven days.
 */
range: Span | null, };

/**
 * How a table is laid out.
 */
export type TableLayout = "long" | "wide";

/**
 * A choice of colours.
 */
export type ThemeChoice = "system" | "dark" | "light";

/**
 * Whether something is wrong.
 */
export type Verdict = "wrong" | "calm" | "unknown";

/**
 * The open workspace.
 */
export type WorkspaceRow = { 
/**
 * The name that is shown.
 */
name: string, 
/**
 * The file.
 */
path: string, 
/**
 * Whether the data is simulated.
 */
simulated: boolean, 
/**
 * Why nothing can be written; `null` when it can.
 */
readOnly: Phrase | null, 
/**
 * Whether the file came from another machine, so that *Follow* is off until a person turns it on.
 */
fromElsewhere: boolean, 
/**
 * Bytes of the file.
 */
sizeBytes: number, 
/**
 * Series.
 */
series: number, 
/**
 * Samples.
 */
samples: number, 
/**
 * The period with data; `null` when there is none.
 */
data: Span | null, 
/**
 * The range to begin with: it ends at the last data.
 */
range: Span | null, 
/**
 * Whether a source is followed at the moment.
 */
following: boolean, };

/**
 * A choice of zone.
 */
export type ZoneChoice = "utc" | "local";

function isAppError(value: unknown): value is AppError {
	return typeof value === 'object' && value !== null && 'code' in value && 'fields' in value;
}

async function call<T>(command: string, args?: Record<string, unknown>): Promise<Result<T>> {
	try {
		return { status: 'ok', data: await invoke<T>(command, args) };
	} catch (thrown) {
		// The bridge itself refuses with a plain text, for instance an unknown command.
		return { status: 'error', error: isAppError(thrown) ? thrown : { code: 'internal', fields: { detail: String(thrown) } } };
	}
}

/** The commands of the core. None of them throws. */
export const commands = {
	/** A header and typed arrays; see `decodeChart`. */
	chart: (request: ChartRequest): Promise<Result<ArrayBuffer>> => call('chart', { request }),
	/** Everything that the window needs to begin. */
	appState: (): Promise<Result<AppStateRow>> => call('app_state'),
	/** Files that were open here before. */
	recents: (): Promise<Result<Array<RecentRow>>> => call('recents'),
	/** Takes a file out of the list; the file stays. */
	forgetRecent: (path: string): Promise<Result<null>> => call('forget_recent', { path }),
	/** Makes the demo and opens it at the end. */
	openDemo: (): Promise<Result<JobRow>> => call('open_demo'),
	/** Makes an empty workspace and opens it. */
	newWorkspace: (path: string): Promise<Result<WorkspaceRow>> => call('new_workspace', { path }),
	/** Opens a workspace. */
	openWorkspace: (path: string): Promise<Result<WorkspaceRow>> => call('open_workspace', { path }),
	/** Closes the open workspace. */
	closeWorkspace: (): Promise<Result<null>> => call('close_workspace'),
	/** The open workspace. */
	workspace: (): Promise<Result<WorkspaceRow | null>> => call('workspace'),
	/** Writes a copy of the workspace. */
	saveCopy: (path: string): Promise<Result<JobRow>> => call('save_copy', { path }),
	/** Decodes every chunk of the file. */
	checkWorkspace: (): Promise<Result<CheckRow>> => call('check_workspace'),
	/** Gives space back. */
	compactWorkspace: (): Promise<Result<CompactRow>> => call('compact_workspace'),
	/** Changes the settings at once. */
	setSettings: (settings: Settings): Promise<Result<Settings>> => call('set_settings', { settings }),
	/** The system's dialog; empty when it was cancelled. */
	choosePath: (purpose: PathPurpose): Promise<Result<Array<string>>> => call('choose_path', { purpose }),
	/** The screen Now. */
	now: (range: Span | null): Promise<Result<NowView>> => call('now', { range }),
	/** The list of Metrics. */
	metrics: (request: MetricsRequest): Promise<Result<MetricsView>> => call('metrics', { request }),
	/** Writes a chart and returns its path. */
	savePicture: (request: PictureRequest): Promise<Result<string>> => call('save_picture', { request }),
	/** The exact request as curl, without its secret. */
	explainRequest: (series: number, range: Span): Promise<Result<string>> => call('explain_request', { series, range }),
	/** Reads a typed expression such as `now-6h`. */
	parseTime: (text: string, now: Millis): Promise<Result<Span>> => call('parse_time', { text, now }),
	/** The catalog. */
	sources: (): Promise<Result<Array<SourceRow>>> => call('sources'),
	/** Asks a source whether it answers. */
	probeSource: (draft: ConnectionDraft): Promise<Result<ProbeRow>> => call('probe_source', { draft }),
	/** What to bring, why and at what cost. */
	suggestScope: (draft: ConnectionDraft, span: Span): Promise<Result<Array<ScopeRow>>> => call('suggest_scope', { draft, span }),
	/** What a sync would cost. */
	planSync: (draft: ConnectionDraft, span: Span): Promise<Result<PlanRow>> => call('plan_sync', { draft, span }),
	/** Stores a connection and returns its number. */
	saveSource: (draft: ConnectionDraft): Promise<Result<number>> => call('save_source', { draft }),
	/** Takes a source out. */
	deleteSource: (id: number, withData: boolean): Promise<Result<null>> => call('delete_source', { id, withData }),
	/** Pauses or resumes a source. */
	pauseSource: (id: number, paused: boolean): Promise<Result<null>> => call('pause_source', { id, paused }),
	/** Turns following on or off. */
	follow: (id: number, on: boolean): Promise<Result<null>> => call('follow', { id, on }),
	/** Takes a capped label up again. */
	resumeLabel: (id: number, label: string): Promise<Result<null>> => call('resume_label', { id, label }),
	/** Reads from a source. */
	sync: (request: SyncRequest): Promise<Result<JobRow>> => call('sync', { request }),
	/** Asks a job to end. */
	cancelJob: (id: number): Promise<Result<boolean>> => call('cancel_job', { id }),
	/** The jobs of this run, newest first. */
	jobs: (): Promise<Result<Array<JobRow>>> => call('jobs'),
	/** Reads the beginning of a file; nothing is stored. */
	previewFile: (path: string, reading: ReadingChoice | null): Promise<Result<PreviewRow>> => call('preview_file', { path, reading }),
	/** Stores a file's samples. */
	importFile: (request: ImportRequest): Promise<Result<JobRow>> => call('import_file', { request }),
	/** Writes series to a file. */
	exportSeries: (request: ExportRequest): Promise<Result<JobRow>> => call('export_series', { request }),
	/** Scores the series. */
	detect: (): Promise<Result<JobRow>> => call('detect'),
	/** Writes the report and returns its path. */
	writeReport: (request: ReportRequest): Promise<Result<string>> => call('write_report', { request }),
	/** Shows a written file with the system's program. */
	openPath: (path: string): Promise<Result<null>> => call('open_path', { path }),
	/** Told once, after the first screen is painted. */
	painted: (): Promise<Result<null>> => call('painted'),
};

/** The commands, for classes that are given them. */
export type Commands = typeof commands;

/** What the core tells by itself. */
export const events = {
	/** Hears every fact from now on; the answer ends it. */
	listen: (handler: (event: AppEvent) => void): Promise<() => void> => listen<AppEvent>('app-event', (event) => handler(event.payload)),
	/** Hears of files dropped on the window. */
	filesDropped: (handler: (paths: string[]) => void): Promise<() => void> =>
		listen<{ paths: string[] }>('tauri://drag-drop', (event) => handler(event.payload.paths)),
};

/** The events, for classes that are given them. */
export type Events = typeof events;
