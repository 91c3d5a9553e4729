// Generated from the core by `cargo xtask bindings`; do not edit.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

/** What a command answers: its data, or one failure. */
export type Result<T> = { status: 'ok'; data: T } | { status: 'error'; error: AppError };

/**
 * What came of an action.
 */
export type ActedRow = { 
/**
 * Why it was not done; `null` when it was begun.
 */
refused: Phrase | null, 
/**
 * When it works; `null` when it was refused.
 */
worksAt: Millis | null, };

/**
 * A card that offers an action.
 */
export type ActionCard = { 
/**
 * What is done.
 */
remedy: RemedyRow, 
/**
 * What it is, in words.
 */
title: Phrase, 
/**
 * What it is meant to do, in words.
 */
effect: Phrase, 
/**
 * Its risk, 1 to 3.
 */
risk: number, 
/**
 * Minutes until it works.
 */
minutes: number, 
/**
 * When it was last done; `null` when never.
 */
done: Millis | null, 
/**
 * Whether it is under way.
 */
running: boolean, };

/**
 * How the program's suggestions are during a drill.
 */
export type AdviceMode = "normal" | "mayBeWrong";

/**
 * A suggestion of the program.
 */
export type AdviceRow = { 
/**
 * Its place among the drill's suggestions.
 */
index: number, 
/**
 * When it was made.
 */
at: Millis, 
/**
 * What it says.
 */
text: string, 
/**
 * The action that it suggests.
 */
remedy: RemedyRow, 
/**
 * The action in words.
 */
action: Phrase, 
/**
 * Whether it was followed; `null` while it is not answered.
 */
followed: boolean | null, };

/**
 * What became of a suggestion.
 */
export type AdviceVerdict = { 
/**
 * What it said.
 */
text: string, 
/**
 * Whether it was wrong.
 */
wrong: boolean, 
/**
 * Whether it was followed; `null` when it was not answered.
 */
followed: boolean | null, 
/**
 * Why it was right or wrong.
 */
why: string, 
/**
 * Points that the answer gave or (negative) cost.
 */
points: number, };

/**
 * Alerts that began in one bin.
 */
export type AlertBin = { 
/**
 * The bin's beginning.
 */
start: Millis, 
/**
 * Critical ones.
 */
critical: number, 
/**
 * Warnings.
 */
warning: number, 
/**
 * Others.
 */
info: number, };

/**
 * Which alerts are wanted.
 */
export type AlertFilter = "all" | "firing" | "pending" | "ended" | "open";

/**
 * An alert in the list.
 */
export type AlertItem = { 
/**
 * Its identity; it stays when the state changes.
 */
id: string, 
/**
 * The rule's name.
 */
name: string, 
/**
 * How serious it says it is.
 */
severity: Severity, 
/**
 * Its state at the end of the range.
 */
state: AlertItemState, 
/**
 * Since when its condition holds.
 */
since: Millis, 
/**
 * When it ended; `null` while it lasts.
 */
ended: Millis | null, 
/**
 * When this workspace learnt of it.
 */
knownAt: Millis, 
/**
 * The service or host.
 */
entity: string, 
/**
 * The team that has it: as its labels say (`team`, `owner`), or else as the inventory does; empty where neither does.
 */
team: string, 
/**
 * Labels that tell it from other alerts of the list with the same name on the same thing; empty without such.
 */
apart: Array<[string, string]>, 
/**
 * Labels that are neither shared by all nor said elsewhere in the row; those that tell it apart stand first.
 */
differs: Array<[string, string]>, 
/**
 * All labels.
 */
labels: Array<[string, string]>, 
/**
 * What the rule says (`summary`, or else `description`); empty when it says nothing.
 */
summary: string, 
/**
 * Further texts of the rule by name (`description`, `runbook_url`).
 */
annotations: Array<[string, string]>, 
/**
 * The value that the rule saw.
 */
value: number | null, 
/**
 * The rule's expression; empty when it is not known.
 */
expression: string, 
/**
 * The source.
 */
source: number, 
/**
 * When it was acknowledged; `null` when it was not.
 */
acknowledged: Millis | null, 
/**
 * By whom; empty when not known.
 */
acknowledgedBy: string, };

/**
 * The state of an alert in the list.
 */
export type AlertItemState = "firing" | "pending" | "ended";

/**
 * What is asked of the list.
 */
export type AlertsRequest = { 
/**
 * The range; `null` takes the last six hours of data.
 */
range: Span | null, 
/**
 * Which.
 */
state: AlertFilter, 
/**
 * Words that have to occur in name, labels or summary; empty for all.
 */
text: string, 
/**
 * Only alerts on this entity; `null` for all.
 */
entity: string | null, 
/**
 * Rows to leave out at the beginning.
 */
offset: number, 
/**
 * Rows at most, 500 at the very most.
 */
limit: number, };

/**
 * The list of alerts.
 */
export type AlertsView = { 
/**
 * The range.
 */
range: Span, 
/**
 * The one sentence.
 */
headline: Phrase, 
/**
 * Whether any source of this workspace tells of alerts at all.
 */
known: boolean, 
/**
 * Rows that match.
 */
total: number, 
/**
 * The rows asked for: firing first, then the latest.
 */
rows: Array<AlertItem>, 
/**
 * Alerts that fire at the end of the range, whatever the filter.
 */
firing: number, 
/**
 * Alerts that are pending then.
 */
pending: number, 
/**
 * Alerts that ended within the range.
 */
ended: number, 
/**
 * Firing ones that nobody has acknowledged.
 */
open: number, 
/**
 * Labels that all matching rows share, folded out of the rows.
 */
shared: Array<[string, string]>, 
/**
 * Rules behind the matching rows.
 */
rules: number, 
/**
 * Services and hosts behind them.
 */
entities: number, 
/**
 * Alerts that began, by bin and severity, over the range.
 */
bins: Array<AlertBin>, 
/**
 * Length of a bin.
 */
bin: Millis, };

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
 * The end of the time that they cover, exclusive.
 */
until: Millis, } | { "kind": "findingsChanged" } | { "kind": "jobProgressed", 
/**
 * The job.
 */
job: JobRow, } | { "kind": "settingsChanged" } | { "kind": "alertsChanged" } | { "kind": "topologyChanged" } | { "kind": "logsChanged" } | { "kind": "linesArrived", 
/**
 * The source.
 */
source: number, 
/**
 * Up to when.
 */
until: Millis, } | { "kind": "drillTicked", 
/**
 * The clock.
 */
clock: DrillClock, } | { "kind": "drillChanged" };

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
 * An expression that was asked.
 */
export type AskedQuery = { 
/**
 * The expression.
 */
expression: string, 
/**
 * When it was asked last.
 */
at: Millis, };

/**
 * An attempt of a drill's file.
 */
export type AttemptRow = { 
/**
 * Its number, from 1.
 */
number: number, 
/**
 * From where it branched; `null` for the first.
 */
branchedAt: Millis | null, 
/**
 * Its points; `null` while it is not ended.
 */
points: number | null, };

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
 * A series that begins in the window: nothing is usual for it yet, so it is not ranked.
 */
export type BegunRow = { 
/**
 * The series.
 */
series: number, 
/**
 * The source's number.
 */
source: number, 
/**
 * The metric's name.
 */
metric: string, 
/**
 * The labels that tell the series apart, as text.
 */
labels: string, 
/**
 * What it belongs to.
 */
entity: string, 
/**
 * Its first sample.
 */
start: Millis, 
/**
 * When and with what it begins, in words.
 */
sentence: Phrase, };

/**
 * A hypothesis in the debrief.
 */
export type BeliefRow = { 
/**
 * What was believed.
 */
belief: HypothesisRow, 
/**
 * Whether it was right.
 */
right: boolean, };

/**
 * What is asked: for which series, at which sensitivity.
 */
export type BillRequest = { 
/**
 * A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
 */
filter: string, 
/**
 * Only series of this entity; `null` for all.
 */
entity: string | null, 
/**
 * The sensitivity, 1 to 20; `null` takes the one of the workspace, or else the proposed one.
 */
sensitivity: number | null, 
/**
 * Windows in which something real happened, besides the findings that were marked as real.
 */
marked: Array<Span>, 
/**
 * The word of a method whose alarms stand in the place of the stored findings; `null` for the findings.
 */
detector?: string, };

/**
 * What one sensitivity would have cost and brought.
 */
export type BillRow = { 
/**
 * The sensitivity.
 */
sensitivity: number, 
/**
 * The least score that calls somebody.
 */
leastScore: number, 
/**
 * Alarms of all series.
 */
alarms: number, 
/**
 * Pages: alarms that were raised together are one.
 */
pages: number, 
/**
 * Pages that belong to no marked window.
 */
unmarked: number, 
/**
 * Pages a week.
 */
pagesPerWeek: number, 
/**
 * Marked windows that were found.
 */
found: number, 
/**
 * The median time from the begin of a found window to its page; `null` when none was found.
 */
medianDelay: Millis | null, };

/**
 * The bill.
 */
export type BillView = { 
/**
 * The bill in one sentence.
 */
lead: Phrase, 
/**
 * How it was made, and what it does not know.
 */
notes: Array<Phrase>, 
/**
 * The history that it is of.
 */
period: Span, 
/**
 * How much of that samples cover; weeks are counted of it.
 */
covered: Millis, 
/**
 * Series that match; those that are one workload count as one.
 */
series: number, 
/**
 * Windows in which something real happened; windows that overlap are one.
 */
marked: number, 
/**
 * The word of the method whose alarms are billed; not there for the stored findings.
 */
detector?: string, 
/**
 * The sensitivity that the sentence speaks of, 1 to 20.
 */
sensitivity: number, 
/**
 * The sensitivity that is kept for this detector, for these series or else for the workspace; `null` when none was
 * chosen.
 */
stored: number | null, 
/**
 * Whether what is kept is kept for this very choice of series.
 */
own: boolean, 
/**
 * What that sensitivity costs and brings.
 */
chosen: BillRow, 
/**
 * The same for every sensitivity from 1, the least, to 20.
 */
curve: Array<BillRow>, };

/**
 * A change.
 */
export type ChangeItem = { 
/**
 * When it happened.
 */
at: Millis, 
/**
 * What was altered.
 */
subject: string, 
/**
 * `deployment`, `configuration`, `maintenance`.
 */
kind: string, 
/**
 * What it was altered to.
 */
what: string, 
/**
 * When this workspace learnt of it.
 */
knownAt: Millis, };

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
 * The place of a series that changed: what orders and counts it.
 */
export type ChangedPlace = { 
/**
 * The series.
 */
series: number, 
/**
 * How unusual, 0 to 1.
 */
score: number, 
/**
 * Grade of that score, 1 to 3.
 */
grade: number, 
/**
 * How it departs.
 */
kind: FindingKind, 
/**
 * The first sample of the change; `null` when it was so before the window, or when only the peers tell.
 */
start: Millis | null, };

/**
 * An entity with the places of what changed on it.
 */
export type ChangedPlaces = { 
/**
 * The service, host or other thing.
 */
entity: string, 
/**
 * The score of its first row.
 */
score: number, 
/**
 * Its series, the most unusual first; of equally unusual ones that which changed first.
 */
rows: Array<ChangedPlace>, };

/**
 * What changed in a window: where every row stands, and the first rows.
 */
export type ChangedRanking = { 
/**
 * Its number, by which its other rows are asked for.
 */
ranking: number, 
/**
 * The window that was asked for; each source is judged as far as it has answered.
 */
window: Span, 
/**
 * The answer in one sentence.
 */
lead: Phrase, 
/**
 * What changed, by what it belongs to: the entity with the most unusual series first, its rows likewise.
 */
entities: Array<ChangedPlaces>, 
/**
 * The first 100 of these rows, in their order.
 */
rows: Array<ChangedRow>, 
/**
 * Rows in `entities`; those that say hardly anything are left out.
 */
shown: number, 
/**
 * Series that changed: of middle grade and more.
 */
changed: number, 
/**
 * Series that were judged.
 */
judged: number, 
/**
 * Series that match.
 */
series: number, 
/**
 * Series that could not be judged, and why, by the key of a word.
 */
refused: Array<NotScored>, 
/**
 * The first 20 series that begin in the window, by their begin: new ones, and no other copies of what was there.
 */
begun: Array<BegunRow>, 
/**
 * How many there are of them.
 */
begunCount: number, 
/**
 * How long it took.
 */
took: Millis, };

/**
 * What is asked: which window, of which series.
 */
export type ChangedRequest = { 
/**
 * The window.
 */
window: Span, 
/**
 * Rows in the answer at most, 1 to 1,000.
 */
limit: number, 
/**
 * A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
 */
filter: string, 
/**
 * Only series of this entity; `null` for all.
 */
entity: string | null, };

/**
 * A series that changed.
 */
export type ChangedRow = { 
/**
 * The series.
 */
series: number, 
/**
 * The source's number.
 */
source: number, 
/**
 * The metric's name.
 */
metric: string, 
/**
 * The labels that tell the series apart, as text.
 */
labels: string, 
/**
 * What it belongs to.
 */
entity: string, 
/**
 * How unusual, 0 to 1.
 */
score: number, 
/**
 * Grade of that score, 1 to 3.
 */
grade: number, 
/**
 * How it departs.
 */
kind: FindingKind, 
/**
 * Whether it was measured against its peers, because for itself it is less unusual.
 */
byPeers: boolean, 
/**
 * What changed, in words.
 */
sentence: Phrase, 
/**
 * What was to be expected.
 */
usual: PhraseValue, 
/**
 * What was seen.
 */
seen: PhraseValue, 
/**
 * The unit's word of what is judged (a rate for counters).
 */
unit: string, 
/**
 * The first sample of the change; `null` when it was so before the window, or when only the peers tell.
 */
start: Millis | null, 
/**
 * How far it parts from its peers, in robust standard deviations; `null` without peers.
 */
againstPeers: number | null, };

/**
 * What is asked: rows of a ranking by their places.
 */
export type ChangedRowsRequest = { 
/**
 * The number of the ranking.
 */
ranking: number, 
/**
 * The place of the first row among all of its rows.
 */
offset: number, 
/**
 * Rows in the answer at most, 1 to 100.
 */
limit: number, };

/**
 * What is asked of the list.
 */
export type ChangesRequest = { 
/**
 * The range; `null` takes the last day of data.
 */
range: Span | null, 
/**
 * Words that have to occur in subject or text; empty for all.
 */
text: string, };

/**
 * The list of changes.
 */
export type ChangesView = { 
/**
 * The range.
 */
range: Span, 
/**
 * The changes, newest first.
 */
rows: Array<ChangeItem>, };

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
 * The last value.
 */
last: PhraseValue | null, 
/**
 * When that was.
 */
lastAt: Millis | null, 
/**
 * The source's number.
 */
source: number, 
/**
 * What was joined, where the series is one name of a workload whose history is drawn; `null` for most.
 */
joined: Phrase | null, };

/**
 * A synthetic check with its last results.
 */
export type CheckItem = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it does (`login`, `procedure`, `page`).
 */
kind: string, 
/**
 * What it tries.
 */
component: string, 
/**
 * Whether the last try succeeded.
 */
ok: boolean, 
/**
 * When it was last tried.
 */
at: Millis, 
/**
 * How long that took.
 */
took: Millis, 
/**
 * The steps of the last try, each with whether it succeeded.
 */
steps: Array<[string, boolean]>, 
/**
 * Tries in the range.
 */
tries: number, 
/**
 * Tries of them that failed.
 */
failed: number, 
/**
 * When it began to fail; `null` while it succeeds.
 */
failingSince: Millis | null, };

/**
 * One thing that a check of a workspace file found wrong.
 */
export type CheckProblemRow = { 
/**
 * What kind of problem, in `snake_case`.
 */
code: string, 
/**
 * What is damaged, by name.
 */
fields: { [key in string]: string }, 
/**
 * The sentence.
 */
says: Phrase, };

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
 * What is wrong.
 */
problems: Array<CheckProblemRow>, };

/**
 * What is asked of the synthetic checks.
 */
export type ChecksRequest = { 
/**
 * The range; `null` takes the last hour of data.
 */
range: Span | null, };

/**
 * The synthetic checks.
 */
export type ChecksView = { 
/**
 * The range.
 */
range: Span, 
/**
 * The checks by name, failing ones first.
 */
checks: Array<CheckItem>, };

/**
 * What one source says of a field.
 */
export type Claim = { 
/**
 * The source's number.
 */
source: number, 
/**
 * Its name.
 */
name: string, 
/**
 * The value; empty where it says nothing.
 */
value: string, 
/**
 * Since when it is known.
 */
knownAt: Millis, };

/**
 * How many series are of a class.
 */
export type ClassCount = { 
/**
 * The word of the class.
 */
class: string, 
/**
 * How many there are of it.
 */
count: number, };

/**
 * What is wanted of the clock.
 */
export type ClockWish = { "kind": "pause" } | { "kind": "resume" } | { "kind": "speed", 
/**
 * Simulated seconds a second: 1, 10 or 60.
 */
times: number, } | { "kind": "nextEvent" };

/**
 * The coach: hints that were shown, and what the next costs.
 */
export type CoachRow = { 
/**
 * Whether the coach speaks in this drill.
 */
on: boolean, 
/**
 * Hints that were shown, in order.
 */
shown: Array<string>, 
/**
 * Hints in all.
 */
hints: number, 
/**
 * Points that the next one costs.
 */
cost: number, };

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
 * Samples dropped because their source keeps no older ones, or no more.
 */
samplesDropped: number, 
/**
 * Log lines dropped for the same reasons.
 */
logsDropped: number, };

/**
 * What is asked: which methods, on which series, in which time.
 */
export type CompareRequest = { 
/**
 * A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
 */
filter: string, 
/**
 * The words of the methods; empty for all.
 */
methods: Array<string>, 
/**
 * From when to when; `null` for the whole history.
 */
range: Span | null, 
/**
 * Whether an alarm of which nothing was said is a false one; not said is no.
 */
unmarkedIsFalse?: boolean, };

/**
 * What one method would have cost and brought.
 */
export type CompareRow = { 
/**
 * Its stable word.
 */
method: string, 
/**
 * Its name; the key with `-about` behind it says what it is good at and where it fails.
 */
name: Phrase, 
/**
 * Author, title and year.
 */
source: string, 
/**
 * Alarms of all series.
 */
alarms: number, 
/**
 * Alarms a week of the time that samples cover.
 */
alarmsPerWeek: number, 
/**
 * Windows marked as real in which an alarm of the same series lies; `null` without any.
 */
found: number | null, 
/**
 * Alarms that were marked as expected, and where so said those of which nothing was said; `null` where no alarm could
 * be false.
 */
falseAlarms: number | null, 
/**
 * Of the samples in alarms that count (all, or those of which something was said) the share in real windows, 0 to 1.
 */
precision: number | null, 
/**
 * The share of the marked windows that were found, 0 to 1.
 */
recall: number | null, 
/**
 * The harmonic mean of both, the composite F1 of Garg et al. (2021).
 */
f1: number | null, 
/**
 * The median time from the begin of a found window to its first alarm, 0 for one that began before it.
 */
medianDelay: Millis | null, 
/**
 * Processor time for all its series.
 */
took: Millis, 
/**
 * Series that it scored; without any it has no alarms because it could judge nothing.
 */
scored: number, 
/**
 * Series that it refused.
 */
refused: number, 
/**
 * Its alarms on the series that is drawn, by time; of more than 500 those that depart most.
 */
spans: Array<CompareSpan>, };

/**
 * The series that is drawn.
 */
export type CompareSample = { 
/**
 * The series.
 */
series: number, 
/**
 * Metric and labels.
 */
name: string, 
/**
 * The times of at most 600 values, ascending.
 */
times: Array<Millis>, 
/**
 * The values, of cumulative kinds the rate; `null` in a gap.
 */
values: Array<number | null>, };

/**
 * An alarm of a method.
 */
export type CompareSpan = { 
/**
 * Its first sample.
 */
start: Millis, 
/**
 * Its last sample.
 */
end: Millis, 
/**
 * The score of the sample that departs most; around 1 alarms begin.
 */
score: number, };

/**
 * Methods side by side.
 */
export type CompareView = { 
/**
 * What was looked at: the time that was asked for, as far as there are samples.
 */
range: Span, 
/**
 * How much of that samples cover; weeks are counted of it.
 */
covered: Millis, 
/**
 * Series that match.
 */
series: number, 
/**
 * Series that at least one of the methods scored.
 */
scored: number, 
/**
 * Windows that a person marked as real, each on its series; those of one series that overlap are one.
 */
marked: number, 
/**
 * Whether an alarm of which nothing was said counts as a false one; never where nothing at all was said.
 */
unmarkedIsFalse: boolean, 
/**
 * The answer in one sentence.
 */
lead: Phrase, 
/**
 * How it was made, and what it does not know.
 */
notes: Array<Phrase>, 
/**
 * The methods, in the order of the catalogue.
 */
rows: Array<CompareRow>, 
/**
 * The series that is drawn: the one with most marks, or else the one that departs most; `null` when none was
 * scored.
 */
sample: CompareSample | null, };

/**
 * One thing of the world: true state beside telemetry.
 */
export type ConditionRow = { 
/**
 * The thing.
 */
entity: string, 
/**
 * How bad: 0 well, 1 strained, 2 failing, 3 silent.
 */
grade: number, 
/**
 * What is true.
 */
truth: Phrase, 
/**
 * The value that belongs to it; `null` without one.
 */
detail: PhraseValue | null, 
/**
 * What telemetry says where it differs; `null` when it says the same.
 */
seen: Phrase | null, 
/**
 * When the trainee looked at it last; `null` when never.
 */
looked: Millis | null, 
/**
 * On which screen.
 */
lookedOn: DrillScreen | null, };

/**
 * A field of which sources say different things.
 */
export type ConflictItem = { 
/**
 * The entity.
 */
entity: string, 
/**
 * The field.
 */
field: string, 
/**
 * What each source says.
 */
values: Array<Claim>, 
/**
 * Which of them counts.
 */
used: number, 
/**
 * Why that one.
 */
reason: Phrase, };

/**
 * A connection as a person writes it.
 */
export type ConnectionDraft = { 
/**
 * The source's number when an existing one is edited.
 */
id: number | null, 
/**
 * What it speaks to.
 */
kind: ConnectionKind, 
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
maxBytes: number | null, 
/**
 * Which log lines to bring, and how they are written there; `null` for anything else.
 */
logs: LogScopeDraft | null, 
/**
 * How an inventory is read; `null` for anything else.
 */
inventory: InventoryDraft | null, };

/**
 * What a connection speaks to.
 */
export type ConnectionKind = "prometheus" | "elasticsearch" | "cmdb";

/**
 * The share of users served in three runs of the same world; `null` for gaps.
 */
export type CurveRow = { 
/**
 * The component or entry.
 */
component: string, 
/**
 * What is measured of it: a share, in words.
 */
measure: Phrase, 
/**
 * What was to be reached, 0 to 1.
 */
wanted: number, 
/**
 * Where the run begins. Value `i` covers the step that ends at `start + (i + 1) * step`.
 */
start: Millis, 
/**
 * The length of a step.
 */
step: Millis, 
/**
 * The trainee's run.
 */
you: Array<number | null>, 
/**
 * The reference's.
 */
reference: Array<number | null>, 
/**
 * The run in which nobody acts.
 */
nobody: Array<number | null>, };

/**
 * An edge that leads nowhere.
 */
export type DanglingItem = { 
/**
 * Who depends, as the source writes it: a name, or a key of its own.
 */
from: string, 
/**
 * On whom, as the source writes it.
 */
to: string, 
/**
 * What the one that depends is called.
 */
fromName: string, 
/**
 * What the other is called.
 */
toName: string, 
/**
 * How.
 */
how: string, 
/**
 * The source that declares it.
 */
source: string, 
/**
 * The end that nothing has the name of.
 */
missing: string, 
/**
 * Why it is left out.
 */
reason: Phrase, 
/**
 * The known name that may be meant; `null` where none is near, or several are.
 */
proposed: string | null, };

/**
 * The debrief.
 */
export type DebriefView = { 
/**
 * The drill.
 */
id: string, 
/**
 * Its number.
 */
number: number, 
/**
 * Its title.
 */
title: string, 
/**
 * The seed.
 */
seed: number, 
/**
 * Who trained.
 */
trainee: string, 
/**
 * The attempt that this is about.
 */
attempt: number, 
/**
 * All attempts of this file.
 */
attempts: Array<AttemptRow>, 
/**
 * Points of 100.
 */
points: number, 
/**
 * Points of the try before (attempt or drill); `null` when there was none.
 */
before: number | null, 
/**
 * Points from which it is passed.
 */
pass: number, 
/**
 * Whether it is passed.
 */
passed: boolean, 
/**
 * The one sentence.
 */
headline: Phrase, 
/**
 * The sentences under it.
 */
lead: Array<Phrase>, 
/**
 * What really happened, a sentence a cause.
 */
truth: Array<Phrase>, 
/**
 * When the fault began; `null` without one.
 */
onset: Millis | null, 
/**
 * The five parts.
 */
parts: Array<PartRow>, 
/**
 * The part that cost most.
 */
weakest: DrillPart, 
/**
 * The period of both lanes and of the curve.
 */
range: Span, 
/**
 * The reference's lane.
 */
reference: LaneRow, 
/**
 * The trainee's lane.
 */
you: LaneRow, 
/**
 * How far behind the reference users were served again; `null` when one of them never got there.
 */
gap: Millis | null, 
/**
 * When the phases of the work were done, of both.
 */
times: TimesRow, 
/**
 * The curves, one an objective.
 */
curves: Array<CurveRow>, 
/**
 * Requests that failed.
 */
failed: FailedRow, 
/**
 * Evidence that was never opened, in the order in which it would have helped.
 */
neverOpened: Array<EvidenceRow>, 
/**
 * The first useful evidence that was opened.
 */
firstUseful: EvidenceRow | null, 
/**
 * What was knowable when: the useful evidence with the time from which it could be seen.
 */
knowable: Array<EvidenceRow>, 
/**
 * How sure, and how right.
 */
beliefs: Array<BeliefRow>, 
/**
 * What became of the suggestions.
 */
advice: Array<AdviceVerdict>, 
/**
 * How suggestions were in this drill.
 */
adviceMode: AdviceMode, 
/**
 * Points that hints cost.
 */
hintCost: number, 
/**
 * What the instructor did.
 */
instructor: Array<DrillMove>, 
/**
 * A moment from which trying again is worth it; `null` when there is nothing to do better.
 */
againFrom: Millis | null, 
/**
 * What to do next; `null` when nothing is left.
 */
next: NextRow | null, 
/**
 * What would be refused in the drill's text if it were new, each a sentence.
 */
remarks: Array<Phrase>, };

/**
 * What a person decides about templates.
 */
export type DecisionDraft = { "kind": "merge", 
/**
 * The templates.
 */
templates: Array<string>, } | { "kind": "split", 
/**
 * The template.
 */
template: string, 
/**
 * The parameter's place, from 0.
 */
parameter: number, } | { "kind": "rename", 
/**
 * The template.
 */
template: string, 
/**
 * The name.
 */
name: string, } | { "kind": "label", 
/**
 * The template.
 */
template: string, 
/**
 * The class.
 */
class: LogClass, 
/**
 * A class of a person's own; templates like it get it too.
 */
custom: string | null, };

/**
 * A decision that stands.
 */
export type DecisionRow = { 
/**
 * Its number.
 */
id: number, 
/**
 * What was decided.
 */
words: Phrase, 
/**
 * When.
 */
at: Millis, };

/**
 * What is asked of the list of edges.
 */
export type DependenciesRequest = { 
/**
 * Words that all have to occur in ends, kind or sources; empty for all.
 */
text: string, 
/**
 * Which.
 */
choice: EdgeChoice, 
/**
 * The column that orders them; `null` keeps the edges of one entity together.
 */
column: EdgeColumn | null, 
/**
 * Which way that column orders them.
 */
direction: ListDirection, 
/**
 * Only what this source declares; `null` for all. All counts are then of this source.
 */
source: number | null, 
/**
 * Only these edges; empty for all.
 */
only: Array<EdgeName>, 
/**
 * The edge whose place in the list is asked for.
 */
locate: EdgeName | null, 
/**
 * Rows to leave out at the beginning.
 */
offset: number, 
/**
 * Rows at most, 200 at the very most.
 */
limit: number, 
/**
 * The moment whose knowledge counts; `null` for all that is known.
 */
asOf: Millis | null, };

/**
 * One page of the edges.
 */
export type DependenciesView = { 
/**
 * Edges in all.
 */
of: number, 
/**
 * Stale and doubtful ones in all.
 */
unsure: number, 
/**
 * Proposed ones in all.
 */
proposed: number, 
/**
 * Edges that match.
 */
total: number, 
/**
 * The place of the one that was asked for among those that match; `null` when it is not among them.
 */
place: number | null, 
/**
 * The rows asked for.
 */
rows: Array<DependencyItem>, };

/**
 * `from` depends on `to`.
 */
export type DependencyItem = { 
/**
 * Who depends.
 */
from: string, 
/**
 * On whom.
 */
to: string, 
/**
 * How (`calls`, `runs on`, …).
 */
how: string, 
/**
 * How it is known.
 */
origin: EdgeOriginKind, 
/**
 * How sure it is.
 */
state: EdgeStateKind, 
/**
 * Why it is not sound.
 */
reason: Phrase | null, 
/**
 * The inventories that declare it.
 */
sources: Array<string>, 
/**
 * Since when it was last confirmed.
 */
age: Millis | null, 
/**
 * What it stands on.
 */
evidence: Array<Phrase>, 
/**
 * How sure a proposal is, 0 to 1.
 */
score: number | null, };

/**
 * For which series a detector is kept.
 */
export type DetectorScope = { 
/**
 * A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
 */
filter: string, 
/**
 * Only series of this entity; `null` for all.
 */
entity: string | null, };

/**
 * A kind of doubt that a person can call none.
 */
export type DismissedDoubt = "orphan" | "dangling" | "unowned";

/**
 * One thing that is doubtful.
 */
export type Doubt = { "kind": "held", "item": HeldBack } | { "kind": "duplicate", "item": DuplicateItem } | { "kind": "conflict", "item": ConflictItem } | { "kind": "edge", "item": DependencyItem } | { "kind": "dangling", "item": DanglingItem } | { "kind": "orphan", "item": OrphanItem } | { "kind": "unowned", "item": UnownedItem } | { "kind": "kept", "item": HeldBack };

/**
 * A column that doubts can be ordered by.
 */
export type DoubtColumn = "kind" | "about" | "sure";

/**
 * How many doubts there are of a kind.
 */
export type DoubtCount = { 
/**
 * The kind.
 */
kind: DoubtKind, 
/**
 * How many.
 */
count: number, };

/**
 * A kind of doubt, in the order in which they are listed: what waits for an answer first.
 */
export type DoubtKind = "held" | "duplicate" | "conflict" | "edge" | "dangling" | "orphan" | "unowned" | "kept";

/**
 * One doubt of the list.
 */
export type DoubtRow = { 
/**
 * What tells it from every other doubt.
 */
id: string, 
/**
 * What is doubtful, with a proposal and its reasons.
 */
doubt: Doubt, };

/**
 * What is asked of the list of doubts.
 */
export type DoubtsRequest = { 
/**
 * Only this kind; `null` for all.
 */
choice: DoubtKind | null, 
/**
 * The column that orders them; `null` keeps each kind together.
 */
column: DoubtColumn | null, 
/**
 * Which way that column orders them.
 */
direction: ListDirection, 
/**
 * Only the doubts of these identities; empty for all.
 */
only: Array<string>, 
/**
 * The identity of the doubt whose place in the list is asked for.
 */
locate: string | null, 
/**
 * Rows to leave out at the beginning.
 */
offset: number, 
/**
 * Rows at most, 100 at the very most.
 */
limit: number, 
/**
 * The moment whose knowledge counts; `null` for all that is known.
 */
asOf: Millis | null, };

/**
 * One page of the doubts.
 */
export type DoubtsView = { 
/**
 * How many there are in all, of each kind of which there are any, in the order of the kinds.
 */
counts: Array<DoubtCount>, 
/**
 * Possible doubles of which merging is proposed, in all.
 */
proposed: number, 
/**
 * Doubts that match.
 */
total: number, 
/**
 * The place of the one that was asked for among those that match; `null` when it is not among them.
 */
place: number | null, 
/**
 * The rows asked for.
 */
rows: Array<DoubtRow>, };

/**
 * A drill before it is started.
 */
export type DrillBrief = { 
/**
 * Its row in the list.
 */
drill: DrillRow, 
/**
 * Its tier.
 */
tier: number, 
/**
 * What has happened until now, as told to who comes on call.
 */
briefing: string, 
/**
 * What is to be reached.
 */
goal: string, 
/**
 * Services in the world.
 */
services: number, 
/**
 * Hosts in the world.
 */
hosts: number, 
/**
 * History before the beginning.
 */
history: Millis, 
/**
 * Action cards that are offered.
 */
remedies: number, 
/**
 * Hints that can be asked for.
 */
hints: number, 
/**
 * Points from which it is passed.
 */
pass: number, 
/**
 * A seed that was not tried yet.
 */
seed: number, };

/**
 * The clock of a drill.
 */
export type DrillClock = { 
/**
 * Where the run begins.
 */
start: Millis, 
/**
 * The world's time.
 */
at: Millis, 
/**
 * Where the run ends at the latest.
 */
ends: Millis, 
/**
 * Whether the world stands.
 */
paused: boolean, 
/**
 * Simulated seconds a second.
 */
speed: number, };

/**
 * The list of drills.
 */
export type DrillList = { 
/**
 * Whose results these are; empty for everyone here.
 */
trainee: string, 
/**
 * Everyone with a result here, by name.
 */
trainees: Array<string>, 
/**
 * "Four of 14 drills passed."
 */
headline: Phrase, 
/**
 * What is next and why; `null` when all are passed.
 */
lead: Phrase | null, 
/**
 * The drill to do next; `null` when all are passed.
 */
next: string | null, 
/**
 * Drills that were passed.
 */
passed: number, 
/**
 * Drills in all.
 */
count: number, 
/**
 * Points from which a drill is passed, of 100.
 */
pass: number, 
/**
 * Tries of this trainee over all drills.
 */
tries: number, 
/**
 * The tiers, easiest first.
 */
tiers: Array<DrillTier>, };

/**
 * One thing that was done, with what users saw of it.
 */
export type DrillMove = { 
/**
 * Its number among the shown moves, from 1.
 */
number: number, 
/**
 * When.
 */
at: Millis, 
/**
 * The kind.
 */
kind: MoveKind, 
/**
 * What, in words.
 */
text: Phrase, 
/**
 * Share of users served when an action was taken; `null` for other moves.
 */
before: number | null, 
/**
 * Share of users served now, or two minutes after it worked; `null` before that.
 */
after: number | null, 
/**
 * When the action works; `null` for other moves.
 */
worksAt: Millis | null, 
/**
 * What came of it, as far as it can be seen.
 */
effect: Phrase | null, 
/**
 * Whether what users saw became worse after it.
 */
worse: boolean, };

/**
 * How a drill is begun.
 */
export type DrillOptions = { 
/**
 * How suggestions are.
 */
advice: AdviceMode, 
/**
 * Simulated seconds a second: 1, 10 or 60.
 */
speed: number, 
/**
 * Whether the coach speaks and hints can be asked for.
 */
coach: boolean, };

/**
 * The five parts of a score.
 */
export type DrillPart = "detect" | "localise" | "mitigate" | "safety" | "communicate";

/**
 * How far a drill is.
 */
export type DrillPhase = "running" | "resolved" | "ended";

/**
 * A drill in the list.
 */
export type DrillRow = { 
/**
 * Its stable name.
 */
id: string, 
/**
 * Its number.
 */
number: number, 
/**
 * 1 to 5.
 */
difficulty: number, 
/**
 * The title in the chosen language.
 */
title: string, 
/**
 * What it trains.
 */
trains: string, 
/**
 * About how long it takes.
 */
minutes: number, 
/**
 * The best points of 100; `null` when it was not tried.
 */
best: number | null, 
/**
 * Whether it was passed.
 */
passed: boolean, 
/**
 * Times it was tried.
 */
tries: number, 
/**
 * Points of the last three tries, oldest first.
 */
last: Array<number>, 
/**
 * Points of the last twelve tries, oldest first, for the small line.
 */
trend: Array<number>, };

/**
 * The screens whose opening is recorded.
 */
export type DrillScreen = "now" | "alerts" | "metrics" | "logs" | "catalog" | "changes" | "checks";

/**
 * The running drill, as its panel shows it.
 */
export type DrillState = { 
/**
 * The drill.
 */
id: string, 
/**
 * Its number.
 */
number: number, 
/**
 * Of so many; 0 for a drill that does not come with the program.
 */
of: number, 
/**
 * Its title.
 */
title: string, 
/**
 * 1 to 5.
 */
difficulty: number, 
/**
 * What has happened until now.
 */
briefing: string, 
/**
 * What is to be reached.
 */
goal: string, 
/**
 * The seed.
 */
seed: number, 
/**
 * Who trains.
 */
trainee: string, 
/**
 * This attempt's number within the file, from 1.
 */
attempt: number, 
/**
 * From where it branched off an earlier attempt; `null` for the first.
 */
branchedAt: Millis | null, 
/**
 * How far it is.
 */
phase: DrillPhase, 
/**
 * The clock.
 */
clock: DrillClock, 
/**
 * Whether the older history has arrived.
 */
historyWhole: boolean, 
/**
 * Why the older history is not there; `null` while nothing went wrong with it.
 */
historyMissed: HistoryMissed | null, 
/**
 * What the trainee did, oldest first.
 */
moves: Array<DrillMove>, 
/**
 * The coach.
 */
coach: CoachRow, 
/**
 * What others said, oldest first.
 */
team: Array<TeamRow>, 
/**
 * The action cards.
 */
actions: Array<ActionCard>, 
/**
 * What the program suggests, oldest first.
 */
advice: Array<AdviceRow>, 
/**
 * What is to be reached, with its line so far.
 */
objectives: Array<ObjectiveRow>, 
/**
 * Since when all of it holds; `null` when it does not.
 */
metSince: Millis | null, 
/**
 * When the incident was declared; `null` while it is not.
 */
declared: Millis | null, 
/**
 * When the next update to others is due; `null` while none is.
 */
updateDue: Millis | null, 
/**
 * The last update; `null` when there was none.
 */
updated: Millis | null, 
/**
 * The hypothesis that stands.
 */
hypothesis: HypothesisRow | null, 
/**
 * What a hypothesis can name: components, instances, hosts and zones.
 */
entities: Array<string>, 
/**
 * Faults that a hypothesis can name.
 */
faults: Array<FaultChoice>, 
/**
 * Why the clock stands, where a failure stopped it; `null` otherwise.
 */
halted: AppError | null, 
/**
 * What would be refused in its text if it were new, each a sentence.
 */
remarks: Array<Phrase>, };

/**
 * A tier with its drills.
 */
export type DrillTier = { 
/**
 * 1 to 4.
 */
tier: number, 
/**
 * What its drills have in common ("one clear fault").
 */
about: Phrase, 
/**
 * Drills of it that were passed.
 */
passed: number, 
/**
 * The drills in order.
 */
drills: Array<DrillRow>, };

/**
 * What an action would do.
 */
export type DryRunRow = { 
/**
 * The plan that an approval is for: the same action on the same state has the same one.
 */
plan: string, 
/**
 * What is done, in words.
 */
title: Phrase, 
/**
 * Why it cannot be done now; `null` when it can.
 */
refused: Phrase | null, 
/**
 * What would happen, step by step.
 */
steps: Array<Phrase>, 
/**
 * What it touches.
 */
touches: Array<string>, 
/**
 * Its risk, 1 to 3.
 */
risk: number, 
/**
 * When it would work.
 */
worksAt: Millis | null, 
/**
 * What has to be typed before it is done, because it is risky; `null` for nothing.
 */
scope: string | null, };

/**
 * Two things that may be one.
 */
export type DuplicateItem = { 
/**
 * Their names.
 */
names: Array<string>, 
/**
 * How sure, 0 to 1.
 */
score: number, 
/**
 * Whether merging is proposed.
 */
proposed: boolean, 
/**
 * Under which names the sources have them.
 */
rows: Array<DuplicateName>, 
/**
 * What speaks for it.
 */
for: Array<EvidenceItem>, 
/**
 * What speaks against it.
 */
against: Array<EvidenceItem>, 
/**
 * What merging would bring together.
 */
moves: DuplicateMoves, };

/**
 * What merging would bring together.
 */
export type DuplicateMoves = { 
/**
 * Series.
 */
series: number, 
/**
 * Edges.
 */
edges: number, 
/**
 * Findings.
 */
findings: number, };

/**
 * A name of a possible double.
 */
export type DuplicateName = { 
/**
 * The name.
 */
name: string, 
/**
 * The name of the thing that it is here, which no other has.
 */
entity: string, 
/**
 * The source that uses it.
 */
source: string, 
/**
 * What it says there.
 */
fact: Phrase, };

/**
 * Which edges are wanted.
 */
export type EdgeChoice = "all" | "sound" | "stale" | "doubtful" | "proposed" | "drawn";

/**
 * A column that edges can be ordered by.
 */
export type EdgeColumn = "from" | "how" | "to" | "origin" | "state" | "source" | "age";

/**
 * What tells an edge from every other.
 */
export type EdgeName = { 
/**
 * Who depends.
 */
from: string, 
/**
 * On whom.
 */
to: string, 
/**
 * How.
 */
how: string, };

/**
 * How an edge is known.
 */
export type EdgeOriginKind = "declared" | "inferred" | "both" | "proposed" | "drawn";

/**
 * How sure an edge is.
 */
export type EdgeStateKind = "sound" | "stale" | "doubtful" | "proposed";

/**
 * What is asked of the list of entities.
 */
export type EntitiesRequest = { 
/**
 * Words that all have to occur somewhere, or in one field: `team:data tier:1`; empty for all.
 */
text: string, 
/**
 * The column that orders them; `null` puts those with firing alerts first, then by name.
 */
column: EntityColumn | null, 
/**
 * Which way that column orders them.
 */
direction: ListDirection, 
/**
 * Only what this source tells of; `null` for all sources. All counts are then of this source.
 */
source: number | null, 
/**
 * Only entities of these names; empty for all.
 */
only: Array<string>, 
/**
 * The entity whose place in the list is asked for.
 */
locate: string | null, 
/**
 * Rows to leave out at the beginning.
 */
offset: number, 
/**
 * Rows at most, 200 at the very most.
 */
limit: number, 
/**
 * The moment whose knowledge counts; `null` for all that is known.
 */
asOf: Millis | null, };

/**
 * One page of the entities.
 */
export type EntitiesView = { 
/**
 * Whether any source tells of an inventory.
 */
known: boolean, 
/**
 * The moment whose knowledge counts; `null` for all that is known.
 */
asOf: Millis | null, 
/**
 * Entities in all.
 */
of: number, 
/**
 * Kinds of entities in all.
 */
kinds: number, 
/**
 * Entities on which alerts fire, in all.
 */
firing: number, 
/**
 * Edges in all.
 */
edges: number, 
/**
 * Entities that match.
 */
total: number, 
/**
 * The place of the one that was asked for among those that match; `null` when it is not among them.
 */
place: number | null, 
/**
 * The rows asked for.
 */
rows: Array<EntityItem>, 
/**
 * Searches that were kept.
 */
filters: Array<SavedFilter>, };

/**
 * A column that entities can be ordered by.
 */
export type EntityColumn = "name" | "kind" | "tier" | "system" | "team" | "contact" | "source" | "needs" | "needed" | "doubts" | "firing";

/**
 * One entity in full.
 */
export type EntityDetails = { 
/**
 * As it stands in the list.
 */
item: EntityItem, 
/**
 * What each source says, field by field.
 */
fields: Array<FieldClaims>, 
/**
 * What it depends on.
 */
out: Array<DependencyItem>, 
/**
 * Who depends on it.
 */
into: Array<DependencyItem>, 
/**
 * Entities that may be affected when it fails.
 */
affected: number, 
/**
 * Of them of the first tier.
 */
affectedTier1: number, 
/**
 * Entities that lose their only way when it fails.
 */
singlePointFor: number, 
/**
 * When it began to depart in the range; `null` while it does not.
 */
onset: Millis | null, 
/**
 * Log lines of it in the range.
 */
lines: number, };

/**
 * Something that can be affected, as all sources together tell of it. A text that is not recorded is empty.
 */
export type EntityItem = { 
/**
 * Its name; no other has it.
 */
name: string, 
/**
 * The word of its kind (`service`, `host`, …).
 */
kind: string, 
/**
 * Its importance, 1 to 3; `null` when not recorded.
 */
tier: number | null, 
/**
 * The business domain.
 */
domain: string, 
/**
 * The system that it belongs to.
 */
system: string, 
/**
 * The owning team.
 */
team: string, 
/**
 * The team's department.
 */
department: string, 
/**
 * The person who answers for it.
 */
person: string, 
/**
 * Whom to ask.
 */
contact: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * The site or zone.
 */
site: string, 
/**
 * In which state the inventory has it.
 */
status: string, 
/**
 * All its other names and addresses.
 */
names: Array<string>, 
/**
 * Further attributes.
 */
tags: Array<[string, string]>, 
/**
 * Places to read more: titles and URLs.
 */
links: Array<[string, string]>, 
/**
 * Who tells of it.
 */
sources: Array<SourceClaim>, 
/**
 * What a person has noted.
 */
note: string, 
/**
 * Alerts that fire on it.
 */
firing: number, 
/**
 * Findings on it that last.
 */
findings: number, 
/**
 * Series that belong to it.
 */
series: number, 
/**
 * Conflicts, possible doubles and unsure edges.
 */
doubts: number, 
/**
 * Edges to what it depends on.
 */
needs: number, 
/**
 * Edges from what depends on it.
 */
needed: number, };

/**
 * One piece of evidence.
 */
export type EvidenceItem = { 
/**
 * What it is.
 */
phrase: Phrase, 
/**
 * The value that it stands on.
 */
detail: string, };

/**
 * A piece of useful evidence.
 */
export type EvidenceRow = { 
/**
 * Its place in the order in which it would help, from 1.
 */
order: number, 
/**
 * The screen that shows it.
 */
screen: DrillScreen, 
/**
 * What to look at: an entity, an alert, a metric.
 */
subject: string, 
/**
 * What of it: a metric, an alert, words of a line; empty for nothing in particular.
 */
detail: string, 
/**
 * What it says.
 */
what: string, 
/**
 * Whether it decides.
 */
decides: boolean, 
/**
 * From when it could be seen; `null` when it could not, and in a drill under way.
 */
knowable: Millis | null, 
/**
 * When it was opened; `null` when never.
 */
opened: Millis | null, };

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
filter: string, 
/**
 * Whether a file that is there already may be replaced: a person who chose it was asked, one who typed it was not.
 */
replace: boolean, };

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
 * Requests that failed in three runs.
 */
export type FailedRow = { 
/**
 * The trainee's run.
 */
you: number, 
/**
 * The reference's.
 */
reference: number, 
/**
 * The run in which nobody acts.
 */
nobody: number, };

/**
 * A fault that can be chosen.
 */
export type FaultChoice = { 
/**
 * The kind, in `snake_case`; `none` for "no fault".
 */
kind: string, 
/**
 * Its name.
 */
name: Phrase, 
/**
 * What it does, in a sentence.
 */
effect: Phrase, 
/**
 * What it takes as its target (`component`, `host`, `edge`, `component_or_instance` …); empty for "no fault".
 */
target: string, 
/**
 * Its parameters.
 */
parameters: Array<FaultParameter>, 
/**
 * Its ways, the usual one first; empty for kinds that have none.
 */
ways: Array<string>, };

/**
 * A parameter of a fault; its name ends in its unit.
 */
export type FaultParameter = { 
/**
 * Its name (`gib_per_hour`).
 */
name: string, 
/**
 * The least possible value.
 */
least: number, 
/**
 * The greatest possible value.
 */
most: number, 
/**
 * The usual value.
 */
usual: number, };

/**
 * What a person wants to say of a finding.
 */
export type FeedbackDraft = { 
/**
 * The finding's identity.
 */
finding: string, 
/**
 * What is said of it.
 */
verdict: FeedbackVerdict, };

/**
 * Something that was said of a finding, or of a window.
 */
export type FeedbackItem = { 
/**
 * Its number.
 */
id: number, 
/**
 * What was said, in words ("Expected every Monday at 06:00 (Europe/Berlin).").
 */
phrase: Phrase, 
/**
 * The identity of the finding that was marked, which a later detection may have withdrawn; of a window its own.
 */
finding: string, 
/**
 * What the finding was, in words.
 */
title: Phrase, 
/**
 * When it began.
 */
start: Millis, 
/**
 * When it ended, as known when it was marked; `null` while it lasted.
 */
end: Millis | null, 
/**
 * Its series; 0 for a window on everything of an entity.
 */
series: number, 
/**
 * The metric's name; empty for such a window.
 */
metric: string, 
/**
 * The labels that tell the series apart, as text.
 */
labels: string, 
/**
 * What the series belonged to when it was marked.
 */
entity: string, 
/**
 * What was said.
 */
verdict: FeedbackVerdict, 
/**
 * On what a window is real in which nothing had to be found; `null` for a word about a finding.
 */
window: WindowReach | null, 
/**
 * When it was said.
 */
at: Millis, 
/**
 * Whether it was taken back.
 */
undone: boolean, };

/**
 * What the labels of the workspace taught, and whether it is used.
 */
export type FeedbackStage = { 
/**
 * Whether scores go by it.
 */
used: boolean, 
/**
 * Findings that are marked as real.
 */
real: number, 
/**
 * Findings that are marked as expected; a maintenance does not count, since it says nothing of how they look.
 */
expected: number, 
/**
 * Of the pairs of a real and an expected finding that were held back, the share that the score alone puts in order,
 * 0 to 1; `null` with too few labels.
 */
plain: number | null, 
/**
 * The share that the stage puts in order.
 */
staged: number | null, 
/**
 * The same in words.
 */
phrase: Phrase, };

/**
 * How a finding stands by what was said.
 */
export type FeedbackStanding = "expected" | "real";

/**
 * What can be said of a finding.
 */
export type FeedbackVerdict = { "kind": "real" } | { "kind": "expectedOnce" } | { "kind": "expectedWeekly" } | { "kind": "expectedAlways" } | { "kind": "maintenance", 
/**
 * The maintenance.
 */
window: MaintenanceWindow, };

/**
 * A field of an entity that a version changed.
 */
export type FieldChange = { 
/**
 * The field, such as `team`.
 */
field: string, 
/**
 * What was recorded before; empty where nothing was.
 */
before: string, 
/**
 * What is recorded since; empty where nothing is.
 */
after: string, };

/**
 * What the sources say of one field.
 */
export type FieldClaims = { 
/**
 * The field.
 */
field: string, 
/**
 * The value that counts.
 */
value: string, 
/**
 * Which claim that is.
 */
used: number, 
/**
 * What each source says.
 */
claims: Array<Claim>, 
/**
 * Whether they differ.
 */
conflict: boolean, 
/**
 * Whether a person chose the source.
 */
preferred: boolean, };

/**
 * In which fields a line's parts are written; `null` lets the program tell.
 */
export type FieldMappingDraft = { 
/**
 * The time.
 */
time: string | null, 
/**
 * The text.
 */
message: string | null, 
/**
 * How serious.
 */
level: string | null, 
/**
 * Who wrote it.
 */
service: string | null, 
/**
 * On which machine.
 */
host: string | null, 
/**
 * Which log.
 */
dataset: string | null, };

/**
 * What can be said of a file.
 */
export type FileVerdict = "ready" | "asking" | "refused";

/**
 * The word by which a finding stands as it does.
 */
export type FindingFeedback = { 
/**
 * The number of the word, by which it can be taken back.
 */
id: number, 
/**
 * How the finding stands.
 */
standing: FeedbackStanding, 
/**
 * What was said, in words.
 */
phrase: Phrase, };

/**
 * Kinds of findings on the wire.
 */
export type FindingKind = "level" | "spike" | "dip" | "trend" | "variance" | "missing" | "flat" | "seasonBreak" | "resetStorm" | "peerOutlier";

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
 * Which series were joined to one history, or stored twice and counted once; `null` for a series as it is.
 */
joined: Phrase | null, 
/**
 * The metric's name.
 */
metric: string, 
/**
 * The labels that tell the series apart, as text; those of a workload that was joined do not change.
 */
labels: string, 
/**
 * The service, host or other thing that it belongs to.
 */
entity: string, 
/**
 * The team that has this, as the inventory says; `null` where it does not.
 */
team: string | null, 
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
 * The value now (or at the end).
 */
value: PhraseValue | null, 
/**
 * The value that was to be expected; `null` where the departure is not one of a value.
 */
expected: PhraseValue | null, 
/**
 * The lower end of normal.
 */
normalLow: PhraseValue | null, 
/**
 * The upper end of normal.
 */
normalHigh: PhraseValue | null, 
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
sparkHigh: number | null, 
/**
 * What a person said of it, or of findings like it; `null` when nothing.
 */
feedback: FindingFeedback | null, };

/**
 * What is asked of the findings of a window.
 */
export type FindingsRequest = { 
/**
 * The window.
 */
range: Span, 
/**
 * Only those of series of this entity; `null` for all.
 */
entity: string | null, 
/**
 * Only those of this series; `null` for all.
 */
series: number | null, };

/**
 * The findings of a window, without small lines.
 */
export type FindingsView = { 
/**
 * Those that count, the most surprising 80.
 */
findings: Array<FindingRow>, 
/**
 * How many of them there are in all.
 */
findingCount: number, 
/**
 * Those that were expected, each with the word that says so, the most surprising 80.
 */
expected: Array<FindingRow>, 
/**
 * How many of them there are in all.
 */
expectedCount: number, };

/**
 * A stretch of time in which the series of an entity together depart more than they are used to.
 */
export type GroupAlarm = { 
/**
 * The first row.
 */
start: Millis, 
/**
 * The last row.
 */
end: Millis, 
/**
 * The row that departs most.
 */
peak: Millis, 
/**
 * The score of that row.
 */
score: number, 
/**
 * Which series carries it, in words.
 */
sentence: Phrase, 
/**
 * The series that carry it at its peak, largest first; at most five.
 */
parts: Array<GroupPart>, };

/**
 * A series with its part in an alarm.
 */
export type GroupPart = { 
/**
 * The series.
 */
series: number, 
/**
 * The source's number.
 */
source: number, 
/**
 * The metric's name.
 */
metric: string, 
/**
 * The labels that tell the series apart, as text.
 */
labels: string, 
/**
 * Its part of what all series depart together, 0 to 1.
 */
share: number, };

/**
 * What is asked: of which entity, and how finely the scores are drawn.
 */
export type GroupScoreRequest = { 
/**
 * The entity.
 */
entity: string, 
/**
 * A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all of its series.
 */
filter: string, 
/**
 * Columns that the scores are drawn in, 1 to 2,000; `null` for the score of every row.
 */
columns: number | null, };

/**
 * The scores of the series of an entity together.
 */
export type GroupScoreView = { 
/**
 * The entity.
 */
entity: string, 
/**
 * What was scored: the whole history of its series.
 */
range: Span, 
/**
 * The distance of rows.
 */
step: Millis, 
/**
 * Rows that were scored.
 */
rows: number, 
/**
 * Series of the entity that match.
 */
series: number, 
/**
 * Series that count, those that are one workload as one.
 */
scored: number, 
/**
 * Series that do not count, and why, by the key of a word.
 */
refused: Array<NotScored>, 
/**
 * The answer in one sentence.
 */
lead: Phrase, 
/**
 * How it was made, and what it is not.
 */
notes: Array<Phrase>, 
/**
 * The times of the scores, ascending.
 */
times: Array<Millis>, 
/**
 * The scores, 0 and more; around 1 alarms begin. In each column that is drawn the lowest and the highest.
 */
scores: Array<number | null>, 
/**
 * The rows in the core of an alarm, all of them.
 */
flagged: Array<Millis>, 
/**
 * The alarms by time; of more than 500 those with the highest scores.
 */
alarms: Array<GroupAlarm>, 
/**
 * Alarms in all.
 */
alarmCount: number, 
/**
 * How long it took.
 */
took: Millis, };

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
 * A sync that would delete so much that it asks.
 */
export type HeldBack = { 
/**
 * The source's number.
 */
source: number, 
/**
 * Its name.
 */
name: string, 
/**
 * Entities that the source did not bring.
 */
entities: number, 
/**
 * Entities that are known of it.
 */
ofEntities: number, 
/**
 * Dependencies that it did not bring.
 */
dependencies: number, 
/**
 * When it was read.
 */
at: Millis, };

/**
 * The older history could not be brought in.
 */
export type HistoryMissed = { 
/**
 * Why the last try failed.
 */
error: AppError, 
/**
 * When it is tried again by itself, by the machine's clock; `null` when it is not.
 */
next: Millis | null, 
/**
 * Whether it is being tried again at this moment.
 */
trying: boolean, };

/**
 * A hypothesis.
 */
export type HypothesisRow = { 
/**
 * When it was stated.
 */
at: Millis, 
/**
 * The entity.
 */
entity: string, 
/**
 * The fault, in `snake_case`; `none` for "no fault".
 */
fault: string, 
/**
 * The fault in words.
 */
name: Phrase, 
/**
 * How sure, 0 to 1.
 */
odds: number, };

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
 * What holds documents.
 */
export type IndexKind = "index" | "alias" | "dataStream";

/**
 * An index, alias or data stream.
 */
export type IndexRow = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it is.
 */
kind: IndexKind, 
/**
 * Documents in it; `null` when it does not tell.
 */
documents: number | null, 
/**
 * Its size; `null` when it does not tell.
 */
bytes: number | null, };

/**
 * A fault that an instructor wants.
 */
export type InjectionRequest = { 
/**
 * The kind, in `snake_case`.
 */
kind: string, 
/**
 * Where.
 */
target: string, 
/**
 * Its way; empty takes the usual one.
 */
way: string, 
/**
 * Parameters that are not to be the usual ones.
 */
values: Array<[string, number]>, 
/**
 * Seconds of the world until it begins, counted from the injection.
 */
afterS: number, };

/**
 * The instructor's panel.
 */
export type InstructorState = { 
/**
 * The drill's title.
 */
title: string, 
/**
 * The seed.
 */
seed: number, 
/**
 * Who trains.
 */
trainee: string, 
/**
 * Where the trainee is and how far from the cause.
 */
headline: Phrase, 
/**
 * The clock.
 */
clock: DrillClock, 
/**
 * How far the drill is.
 */
phase: DrillPhase, 
/**
 * Since the fault began; `null` before it, and without one.
 */
sinceOnset: Millis | null, 
/**
 * What is true and what telemetry says.
 */
conditions: Array<ConditionRow>, 
/**
 * What the trainee did, oldest first.
 */
moves: Array<DrillMove>, 
/**
 * The useful evidence, in the order in which it would help.
 */
evidence: Array<EvidenceRow>, 
/**
 * The three runs so far.
 */
curve: CurveRow | null, 
/**
 * Requests that failed by the end of the run: the trainee's until now.
 */
failed: FailedRow, 
/**
 * Roles that can speak.
 */
roles: Array<RoleChoice>, 
/**
 * Lines that are prepared.
 */
prepared: Array<PreparedRow>, 
/**
 * Faults that can be injected.
 */
faults: Array<FaultChoice>, 
/**
 * Names that a fault can be given to: components, instances, hosts.
 */
targets: Array<string>, 
/**
 * The injection that waits; `null` when none does.
 */
waiting: WaitingRow | null, 
/**
 * Why the last injection was not taken; `null` when it was.
 */
refused: Phrase | null, 
/**
 * Sensors that can be taken away.
 */
sensors: Array<SensorRow>, 
/**
 * When the next update of the trainee is due; `null` while none is.
 */
updateDue: Millis | null, };

/**
 * How an inventory is read.
 */
export type InventoryDraft = { 
/**
 * The key of the preset; `own` for a mapping of one's own.
 */
preset: string, 
/**
 * The mapping as TOML; empty takes the preset's.
 */
mapping: string, };

/**
 * How a file with an inventory is understood; nothing is stored.
 */
export type InventoryFilePreview = { 
/**
 * The file.
 */
path: string, 
/**
 * Its format.
 */
format: string, 
/**
 * Entities in it.
 */
entities: number, 
/**
 * Dependencies in it.
 */
dependencies: number, 
/**
 * Columns as they are written, each with our field; `null` for one that becomes a tag.
 */
columns: Array<[string, string | null]>, 
/**
 * Its first entities.
 */
sample: Array<EntityItem>, 
/**
 * Its first dependencies.
 */
edges: Array<DependencyItem>, 
/**
 * Rows that cannot be read, with line and column.
 */
problems: Array<Phrase>, 
/**
 * How many there are.
 */
bad: number, };

/**
 * What came of importing a file with an inventory.
 */
export type InventoryImported = { 
/**
 * The source's number.
 */
source: number, 
/**
 * Facts that were not known.
 */
fresh: number, 
/**
 * Facts that changed.
 */
changed: number, 
/**
 * Facts that stayed.
 */
same: number, 
/**
 * Facts that are gone.
 */
gone: number, 
/**
 * Rows that could not be read.
 */
bad: number, };

/**
 * What "Test connection" says of an inventory.
 */
export type InventoryProbeItem = { 
/**
 * The product.
 */
product: string, 
/**
 * Its version; may be empty.
 */
version: string, 
/**
 * Classes with how many items they have; `null` when the server does not tell.
 */
counts: Array<[string, number | null]>, 
/**
 * The first page as it came, shortened, secrets masked.
 */
raw: string, 
/**
 * The same page as it is understood.
 */
entities: Array<EntityItem>, 
/**
 * Its dependencies.
 */
dependencies: Array<DependencyItem>, 
/**
 * What was not understood.
 */
notUnderstood: Array<Phrase>, 
/**
 * Rights that are missing.
 */
missing: Array<Phrase>, 
/**
 * What else is worth knowing.
 */
notices: Array<Phrase>, };

/**
 * One selector or expression of a sync.
 */
export type JobGroup = { 
/**
 * The selector or the name of the expression, shortened; empty where several are told together.
 */
name: string, 
/**
 * How many selectors and expressions are told together.
 */
members: number, 
/**
 * How far it is.
 */
state: JobGroupState, 
/**
 * Requests that were answered.
 */
done: number, 
/**
 * Requests in all.
 */
total: number, 
/**
 * Series that arrived.
 */
series: number, 
/**
 * Samples that arrived.
 */
samples: number, 
/**
 * Samples a second, from the start of the job to the last answer.
 */
samplesPerSecond: number, };

/**
 * How far one selector or expression of a sync is.
 */
export type JobGroupState = "waiting" | "running" | "done" | "partial" | "left";

/**
 * What a job does.
 */
export type JobKind = "demo" | "sync" | "import" | "export" | "detect" | "report" | "compact" | "copy" | "drill" | "openLogs" | "keepLogs" | "changed" | "compare" | "groupScore";

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
 * Units done (requests, bytes in KiB, series, lines).
 */
done: number, 
/**
 * Units in all; 0 while not known.
 */
total: number, 
/**
 * What a unit is: `requests`, `kib`, `series`, `lines`, `records`, `steps`.
 */
unit: string, 
/**
 * Samples or lines that arrived so far.
 */
samples: number, 
/**
 * Samples or lines a second, over the last seconds.
 */
samplesPerSecond: number, 
/**
 * Expected time to the end; `null` while it cannot be told.
 */
remaining: Millis | null, 
/**
 * Time since the start.
 */
elapsed: Millis, 
/**
 * The selectors and expressions of a sync of metrics; empty for everything else.
 */
groups: Array<JobGroup>, };

/**
 * How far a job is.
 */
export type JobState = { "kind": "running" } | { "kind": "done" } | { "kind": "partial" } | { "kind": "cancelled" } | { "kind": "failed", 
/**
 * Why.
 */
error: AppError, };

/**
 * An attempt as a drill's file keeps it.
 */
export type KeptAttempt = { 
/**
 * Its number, from 1.
 */
number: number, 
/**
 * The world's time at which it ended.
 */
ended: Millis, 
/**
 * Points of 100.
 */
points: number, 
/**
 * Whether it is passed.
 */
passed: boolean, 
/**
 * The parts; their reasons are not kept.
 */
parts: Array<PartRow>, };

/**
 * A detector that is kept.
 */
export type KeptDetector = { 
/**
 * For which series; all where it is that of the workspace.
 */
scope: DetectorScope, 
/**
 * The word of a method; `null` for the detection whose findings are stored.
 */
detector: string | null, 
/**
 * Its sensitivity, 1 to 20.
 */
sensitivity: number, };

/**
 * What a drill's file keeps of its attempts, without a world that is computed.
 */
export type KeptResults = { 
/**
 * The drill.
 */
id: string, 
/**
 * The seed.
 */
seed: number, 
/**
 * Who trained.
 */
trainee: string, 
/**
 * The world's time that it reached.
 */
at: Millis, 
/**
 * Why no world can be made of its text; `null` where one can.
 */
why: AppError | null, 
/**
 * The attempts that ended, oldest first.
 */
attempts: Array<KeptAttempt>, };

/**
 * Where secrets are kept.
 */
export type KeychainState = "system" | "memory";

/**
 * A mark on a lane.
 */
export type LaneMark = { 
/**
 * When.
 */
at: Millis, 
/**
 * What.
 */
text: Phrase, 
/**
 * How it is meant.
 */
tone: MarkTone, };

/**
 * One lane of the debrief.
 */
export type LaneRow = { 
/**
 * Detect, localise, mitigate, one after the other; empty ones are left out.
 */
phases: Array<PhaseRow>, 
/**
 * What was done, oldest first.
 */
marks: Array<LaneMark>, };

/**
 * A language of the catalogue.
 */
export type Language = "system" | "en" | "zh-CN";

/**
 * Which way a list is ordered. What a row has no value for comes last either way.
 */
export type ListDirection = "rising" | "falling";

/**
 * Lines in one bin.
 */
export type LogBin = { 
/**
 * The bin's beginning.
 */
start: Millis, 
/**
 * Errors and fatal ones.
 */
error: number, 
/**
 * Warnings.
 */
warn: number, 
/**
 * Others, those whose writer named no level among them.
 */
other: number, };

/**
 * How a template's lines in the compared window stand against those in the window before.
 */
export type LogChange = "new" | "gone" | "more" | "fewer" | "rare" | "same";

/**
 * What kind of fault a line tells of.
 */
export type LogClass = "hardware" | "application" | "network" | "security" | "none" | "unknown";

/**
 * How many log lines match.
 */
export type LogCountsView = { 
/**
 * The one sentence; it says only how many lines there are.
 */
headline: Phrase, 
/**
 * Lines that match.
 */
total: number, 
/**
 * Lines by level, most serious first, without the choice of a level.
 */
levels: Array<LogLevelCount>, 
/**
 * Lines by bin over the range, without the choice of a level.
 */
bins: Array<LogBin>, 
/**
 * Length of a bin.
 */
bin: Millis, 
/**
 * What makes the counts partial.
 */
notices: Array<Phrase>, };

/**
 * What a line was found to be.
 */
export type LogFault = { 
/**
 * The class.
 */
class: LogClass, 
/**
 * A class of a person's own, which goes before the other one.
 */
customClass: string | null, 
/**
 * How sure the class is, 0 to 1.
 */
confidence: number, 
/**
 * Whether a person chose the class.
 */
byHand: boolean, };

/**
 * A log file.
 */
export type LogFileRow = { 
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
bytes: number, 
/**
 * How it is compressed: `none`, `gzip`, `zstd`.
 */
compression: string, 
/**
 * Its format.
 */
format: string, 
/**
 * Why it cannot be read.
 */
problem: Phrase | null, };

/**
 * How log files are to be read; `null` lets the program tell.
 */
export type LogFilesChoice = { 
/**
 * The format.
 */
format: string | null, 
/**
 * The zone of times without one, as an IANA name or offset.
 */
zone: string | null, 
/**
 * The year of times without one.
 */
year: number | null, 
/**
 * Whether `01/02/2026` is the first of February.
 */
dayFirst?: boolean, };

/**
 * How log files are understood; nothing is stored yet.
 */
export type LogFilesPreview = { 
/**
 * The files, in the order in which they are read.
 */
files: Array<LogFileRow>, 
/**
 * The format.
 */
format: string, 
/**
 * The zone of times without one.
 */
zone: string, 
/**
 * Whether the times name their zone.
 */
zoneKnown: boolean, 
/**
 * The period; `null` while it is not known.
 */
span: Span | null, 
/**
 * The first lines.
 */
first: Array<LogItem>, 
/**
 * What only a person can tell.
 */
questions: Array<Phrase>, 
/**
 * What is worth knowing.
 */
notices: Array<Phrase>, };

/**
 * What is asked when log files are opened.
 */
export type LogFilesRequest = { 
/**
 * The files.
 */
paths: Array<string>, 
/**
 * A name for people; empty takes the first file's.
 */
name: string, 
/**
 * How to read them.
 */
choice: LogFilesChoice, };

/**
 * How serious the writer of a line found it.
 */
export type LogGrade = "fatal" | "error" | "warn" | "info" | "debug" | "trace";

/**
 * A log line.
 */
export type LogItem = { 
/**
 * Its identity in this workspace, as text.
 */
id: string, 
/**
 * When it was written, by the clock of its writer.
 */
at: Millis, 
/**
 * How serious; `null` when its writer did not say.
 */
level: LogGrade | null, 
/**
 * Who wrote it; empty when not known.
 */
service: string, 
/**
 * On which machine; empty when not known.
 */
host: string, 
/**
 * Which log; empty when not known.
 */
dataset: string, 
/**
 * The text.
 */
message: string, 
/**
 * Everything else by field name.
 */
fields: Array<[string, string]>, 
/**
 * What kind of fault it tells of; `null` where lines are shown that nobody has judged, those of a preview.
 */
fault: LogFault | null, };

/**
 * Lines of one level.
 */
export type LogLevelCount = { 
/**
 * The level.
 */
level: LogGrade, 
/**
 * Lines.
 */
lines: number, };

/**
 * A place in the list of log lines.
 */
export type LogPlace = { 
/**
 * The time of the last line that was shown.
 */
at: Millis, 
/**
 * Its identity, as text.
 */
id: string, };

/**
 * What "Test connection" says of a cluster with log lines.
 */
export type LogProbeRow = { 
/**
 * The product.
 */
product: string, 
/**
 * Its version; may be empty.
 */
version: string, 
/**
 * What can be read.
 */
indices: Array<IndexRow>, 
/**
 * Names of the fields of the chosen indices, to map by hand.
 */
fields: Array<string>, 
/**
 * In which fields lines are written.
 */
mapping: FieldMappingDraft, 
/**
 * What the fields follow: `ecs`, `otel`, `ss4o`, `legacy`, `by_hand`.
 */
schema: string, 
/**
 * Fields that do not mean the same in all indices.
 */
conflicts: Array<Phrase>, 
/**
 * Some lines as they would be stored.
 */
sample: Array<LogItem>, };

/**
 * Which log lines to bring, and in which fields they are written.
 */
export type LogScopeDraft = { 
/**
 * Indices, data streams, aliases or patterns of them.
 */
indices: Array<string>, 
/**
 * Which lines: a query such as `level >= warn`, or a query of the cluster's own language as JSON; empty for all.
 */
query: string, 
/**
 * In which fields they are written.
 */
mapping: FieldMappingDraft, };

/**
 * A source of log lines.
 */
export type LogSourceRow = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its name.
 */
name: string, 
/**
 * What it is: `elasticsearch`, `log_files`, `simulated`.
 */
kind: string, 
/**
 * Lines in the range.
 */
lines: number, 
/**
 * Whether it is followed.
 */
live: boolean, };

/**
 * A value of a field.
 */
export type LogValueRow = { 
/**
 * The value.
 */
value: string, 
/**
 * Lines with it.
 */
lines: number, 
/**
 * Their share of the lines that have a value, 0 to 1.
 */
share: number, };

/**
 * What is asked of the values of a field.
 */
export type LogValuesRequest = { 
/**
 * The field: `service`, `host`, `level`, `dataset`, or a field by its own name.
 */
field: string, 
/**
 * Which lines; where a list of them goes on and how long it is does not matter.
 */
lines: LogsRequest, };

/**
 * The most frequent values of a field.
 */
export type LogValuesView = { 
/**
 * The field, as it was asked for.
 */
field: string, 
/**
 * The most frequent values, the most frequent first.
 */
values: Array<LogValueRow>, 
/**
 * Lines with other values.
 */
other: number, 
/**
 * Lines that have a value.
 */
lines: number, 
/**
 * Values that are counted one by one at most; what they cost a cluster in buckets.
 */
atMost: number, 
/**
 * What makes the counts partial or doubtful.
 */
notices: Array<Phrase>, };

/**
 * What is asked of the list of lines.
 */
export type LogsRequest = { 
/**
 * The range; `null` takes the last hour of data.
 */
range: Span | null, 
/**
 * Only lines at least this serious; `null` for all.
 */
level: LogGrade | null, 
/**
 * What a line has to match, such as `service : checkout and not "health check"`; empty for all lines. With a query in
 * a cluster's own language (JSON) in front, clusters are asked.
 */
query: string, 
/**
 * Only lines of this template; `null` for all.
 */
template: string | null, 
/**
 * Only lines of these sources; empty for all.
 */
sources: Array<number>, 
/**
 * Only lines of this entity; `null` for all.
 */
entity: string | null, 
/**
 * Goes on behind the line at which the answer before ended; `null` begins with the newest.
 */
behind: LogPlace | null, 
/**
 * Rows at most, 500 at the very most.
 */
limit: number, };

/**
 * The list of log lines.
 */
export type LogsView = { 
/**
 * The range.
 */
range: Span, 
/**
 * Whether this workspace has any log lines at all.
 */
known: boolean, 
/**
 * The rows asked for, newest first.
 */
rows: Array<LogItem>, 
/**
 * Where the next page begins; `null` at the end of the list.
 */
next: LogPlace | null, 
/**
 * Services that write lines in this workspace, by name.
 */
services: Array<string>, 
/**
 * Machines on which lines are written, by name.
 */
hosts: Array<string>, 
/**
 * What makes the answer partial.
 */
notices: Array<Phrase>, };

/**
 * What a maintenance covers.
 */
export type MaintenanceReach = "entity" | "everything";

/**
 * A maintenance.
 */
export type MaintenanceWindow = { 
/**
 * From when to when.
 */
range: Span, 
/**
 * What it covers.
 */
reach: MaintenanceReach, };

/**
 * Edges between two boxes, or a box and a node that is drawn by itself, as one line.
 */
export type MapBundle = { 
/**
 * The box that depends, or the name of the node that does.
 */
from: string, 
/**
 * Whether that is a node.
 */
fromNode: boolean, 
/**
 * The box it depends on, or the name of the node.
 */
to: string, 
/**
 * Whether that is a node.
 */
toNode: boolean, 
/**
 * Edges in it.
 */
edges: number, 
/**
 * Its share of the thickest bundle, 0 to 1.
 */
share: number, 
/**
 * Its line, from what is depended on to who depends; empty where an end is a node: it leads from there to the box.
 */
points: Array<[number, number]>, };

/**
 * A column of boxes.
 */
export type MapColumn = { 
/**
 * What its boxes have in common: the word of a domain; empty where they are mixed.
 */
label: string, 
/**
 * Its middle.
 */
x: number, };

/**
 * How much there is.
 */
export type MapCounts = { 
/**
 * Entities.
 */
entities: number, 
/**
 * Edges between them.
 */
edges: number, 
/**
 * Edges behind the lines between nodes.
 */
drawn: number, 
/**
 * Edges behind the bundles.
 */
bundled: number, 
/**
 * Edges within one node or one box, which are counted there.
 */
folded: number, 
/**
 * Edges that are nowhere in the picture, counted in what is drawn.
 */
dropped: number, 
/**
 * Entities that depart, with something that depends on them or that they depend on.
 */
failing: number, 
/**
 * Entities with a finding or an alert.
 */
unusual: number, 
/**
 * Entities that are silent.
 */
silent: number, };

/**
 * To which side dependencies are followed.
 */
export type MapDirection = "both" | "up" | "down";

/**
 * One thing in a box.
 */
export type MapDot = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it is: the word of its kind.
 */
kind: string, 
/**
 * The owning team.
 */
team: string, 
/**
 * How it is.
 */
state: NodeState, 
/**
 * When it began to depart; `null` while it does not.
 */
onset: Millis | null, 
/**
 * What it shows, in one line.
 */
fact: Phrase | null, 
/**
 * Its centre.
 */
x: number, 
/**
 * Its centre.
 */
y: number, };

/**
 * An edge; it is drawn from what is depended on to who depends.
 */
export type MapEdge = { 
/**
 * The node that depends.
 */
from: string, 
/**
 * The node it depends on.
 */
to: string, 
/**
 * How.
 */
how: string, 
/**
 * How it is known.
 */
origin: EdgeOriginKind, 
/**
 * The inventory that declares it.
 */
source: string | null, 
/**
 * Since when that stands there unchanged.
 */
age: Millis | null, 
/**
 * Whether it is old enough to be doubted for its age.
 */
old: boolean, 
/**
 * How sure it is.
 */
state: EdgeStateKind, 
/**
 * Time between the onsets of its ends.
 */
lag: Millis | null, 
/**
 * Whether both ends depart and the one that is depended on did so first.
 */
onPath: boolean, 
/**
 * Its share of the thickest bundle, 0 to 1.
 */
weight: number, 
/**
 * Edges that it stands for.
 */
members: number, 
/**
 * Its line, from what is depended on to who depends.
 */
points: Array<[number, number]>, };

/**
 * A counted box of things.
 */
export type MapGroup = { 
/**
 * Its identity, which bundles use.
 */
id: string, 
/**
 * What is written on it: a domain or system; of a box whose identity begins with `kind:` the word of a kind.
 */
label: string, 
/**
 * Things in it.
 */
count: number, 
/**
 * Of them with a finding or an alert.
 */
unusual: number, 
/**
 * Of them silent.
 */
silent: number, 
/**
 * Edges among them.
 */
inside: number, 
/**
 * Its column.
 */
column: number, 
/**
 * Its left edge.
 */
x: number, 
/**
 * Its upper edge.
 */
y: number, 
/**
 * Its width.
 */
width: number, 
/**
 * Its height.
 */
height: number, 
/**
 * Its things, one dot each.
 */
dots: Array<MapDot>, };

/**
 * A column of nodes.
 */
export type MapLayer = { 
/**
 * Its middle.
 */
x: number, 
/**
 * What its nodes have in common; `null` where nothing departs.
 */
phase: MapPhase | null, 
/**
 * The first onset in it.
 */
from: Millis | null, 
/**
 * The last.
 */
to: Millis | null, };

/**
 * What a node stands for.
 */
export type MapLevel = "domain" | "system" | "service" | "host";

/**
 * A node.
 */
export type MapNode = { 
/**
 * Its name, which edges use.
 */
name: string, 
/**
 * What is written on it.
 */
label: string, 
/**
 * What it is: the word of its kind, or `domain`, `system`.
 */
kind: string, 
/**
 * Things that it stands for.
 */
members: number, 
/**
 * Edges among them.
 */
inside: number, 
/**
 * Its centre.
 */
x: number, 
/**
 * Its centre.
 */
y: number, 
/**
 * Its width.
 */
width: number, 
/**
 * Its height.
 */
height: number, 
/**
 * Its column.
 */
layer: number, 
/**
 * How it is.
 */
state: NodeState, 
/**
 * Whether the question is about it.
 */
subject: boolean, 
/**
 * Whether it departed first; that is an order and no cause.
 */
first: boolean, 
/**
 * When it began to depart; `null` while it does not.
 */
onset: Millis | null, 
/**
 * What it shows, in one line.
 */
fact: Phrase | null, 
/**
 * Alerts that fire on it.
 */
firing: number, 
/**
 * Findings on it in the range.
 */
findings: number, 
/**
 * Its importance.
 */
tier: number | null, 
/**
 * The owning team.
 */
team: string, };

/**
 * Where in the order of onsets a column stands. That is an order, and no judgement of causes.
 */
export type MapPhase = "first" | "failing" | "impact";

/**
 * What is asked of the map.
 */
export type MapRequest = { 
/**
 * The range; `null` takes the last hour of data. As of an earlier moment one of the same length that ends then.
 */
range: Span | null, 
/**
 * The moment whose knowledge counts; `null` takes what is known.
 */
asOf: Millis | null, 
/**
 * What a node stands for.
 */
level: MapLevel, 
/**
 * Whether only what departs from the usual and what lies between is wanted.
 */
onlyFailing: boolean, 
/**
 * Only this entity and what is around it; `null` for everything.
 */
focus: string | null, 
/**
 * Edges around the focus, 1 to 3.
 */
hops: number, 
/**
 * To which side.
 */
direction: MapDirection, 
/**
 * Width of the place on the screen.
 */
width: number, 
/**
 * Its height.
 */
height: number, };

/**
 * The map, laid out: causes left, impact right.
 */
export type MapView = { 
/**
 * Whether anything is known that could be drawn.
 */
known: boolean, 
/**
 * The range.
 */
range: Span, 
/**
 * The moment whose knowledge counts; `null` for all that is known.
 */
asOf: Millis | null, 
/**
 * The one sentence.
 */
lead: Phrase, 
/**
 * What it leaves out.
 */
rest: Phrase | null, 
/**
 * The nodes that are drawn one by one.
 */
nodes: Array<MapNode>, 
/**
 * The edges between them.
 */
edges: Array<MapEdge>, 
/**
 * The columns of the nodes, from the left.
 */
layers: Array<MapLayer>, 
/**
 * Width of the laid-out nodes.
 */
width: number, 
/**
 * Their height.
 */
height: number, 
/**
 * Everything else, in counted boxes; empty when all are nodes.
 */
groups: Array<MapGroup>, 
/**
 * The edges of the boxes, among themselves and with the nodes, bundled.
 */
bundles: Array<MapBundle>, 
/**
 * The columns of the boxes.
 */
columns: Array<MapColumn>, 
/**
 * Height of the boxes.
 */
groupsHeight: number, 
/**
 * How much there is, and that nothing was dropped.
 */
counts: MapCounts, 
/**
 * How long the layout took.
 */
layoutMs: number, 
/**
 * What found no entity.
 */
withoutEntity: Unmatched, };

/**
 * Whether a mapping can be read.
 */
export type MappingCheck = { 
/**
 * Whether it can.
 */
ok: boolean, 
/**
 * The line of the problem, from 1.
 */
line: number, 
/**
 * Its column, from 1.
 */
column: number, 
/**
 * The problem.
 */
problem: Phrase | null, 
/**
 * The classes that it reads.
 */
classes: Array<string>, };

/**
 * How a mark is meant.
 */
export type MarkTone = "good" | "bad" | "plain";

/**
 * What is masked on the way in.
 */
export type MaskingRow = { 
/**
 * Whether secrets are masked in this workspace.
 */
on: boolean, 
/**
 * Every rule with what it has found.
 */
rules: Array<[string, number]>, };

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
filter: string, 
/**
 * Only series of this entity; `null` for all.
 */
entity: string | null, 
/**
 * Only series of the class with this word; not said is all.
 */
class?: string, 
/**
 * Only these of them; not said is all.
 */
only?: Array<number>, 
/**
 * A series whose place in the list is wanted.
 */
locate?: number, 
/**
 * Rows before the first that is wanted; not said is none.
 */
offset?: number, 
/**
 * Rows in the answer at most, up to 100; not said is 100.
 */
limit?: number, };

/**
 * What *Metrics* lists.
 */
export type MetricsView = { 
/**
 * One page of the series that match, those with findings first, by surprise; then by name.
 */
rows: Array<SeriesRow>, 
/**
 * How many match in all.
 */
total: number, 
/**
 * How many there are.
 */
of: number, 
/**
 * The place of the series that was to be located; `null` when it does not match, or none was.
 */
place: number | null, 
/**
 * The classes of what matches apart from the class that was asked for, by their words.
 */
classes: Array<ClassCount>, 
/**
 * How many findings in the range the series that match have that count.
 */
findingCount: number, 
/**
 * How many of these are held back, because among so many series as there are chance alone brings as surprising ones.
 */
heldCount: number, 
/**
 * How many of the series that match were scored.
 */
scored: number, 
/**
 * Labels that all series share that match.
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
 * Kinds of moves.
 */
export type MoveKind = "acknowledged" | "opened" | "hypothesis" | "dryRun" | "acted" | "refused" | "update" | "hint" | "advice" | "declared" | "resolved" | "instructor";

/**
 * An entity that typed letters may mean.
 */
export type NameHit = { 
/**
 * Its name.
 */
name: string, 
/**
 * The word of its kind.
 */
kind: string, 
/**
 * Whether the letters are this very name, or another name of this entity alone.
 */
exact: boolean, };

/**
 * What to do next.
 */
export type NextRow = { 
/**
 * The drill.
 */
id: string, 
/**
 * Its number.
 */
number: number, 
/**
 * Its title.
 */
title: string, 
/**
 * About how long it takes.
 */
minutes: number, 
/**
 * Why.
 */
why: Phrase, };

/**
 * How a node is.
 */
export type NodeState = "unknown" | "usual" | "stopped" | "unusual" | "warning" | "silent" | "critical";

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
 * Where answers of a source were partial, a sentence each: what is missing then is not known, and is no finding.
 */
partial: Array<Phrase>, 
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
 * The findings of the range that count, most surprising first; at most 200 beside those that were marked as real
 * and the most surprising of each of the first 200 things, 60 with their small line.
 */
findings: Array<FindingRow>, 
/**
 * How many there are in all.
 */
findingCount: number, 
/**
 * The things on which `findings` lie, the one with the most surprising first.
 */
things: Array<ThingRow>, 
/**
 * How many things there are in all.
 */
thingCount: number, 
/**
 * On how many services and other things they lie.
 */
unusualServices: number, 
/**
 * On how many series they lie.
 */
unusualSeries: number, 
/**
 * The findings of the range that were expected, most surprising first, each with the word that says so; at most
 * 200. Neither the sentence nor any count speaks of them.
 */
expected: Array<FindingRow>, 
/**
 * How many of these there are in all.
 */
expectedCount: number, 
/**
 * The findings of the range that are held back, because among so many series chance alone brings as surprising
 * ones, most surprising first; at most 200. They stand at their series.
 */
held: Array<FindingRow>, 
/**
 * How many of these there are in all.
 */
heldCount: number, 
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
 * How the numbers of a parameter are spread.
 */
export type NumberSpread = { 
/**
 * The smallest.
 */
low: number, 
/**
 * The largest.
 */
high: number, 
/**
 * The middle one.
 */
median: number, 
/**
 * The unit; may be empty.
 */
unit: string, 
/**
 * Beginning of each bin and its lines in the compared window.
 */
bins: Array<[number, number]>, 
/**
 * Width of a bin.
 */
bin: number, };

/**
 * What is to be reached.
 */
export type ObjectiveRow = { 
/**
 * The component or entry.
 */
component: string, 
/**
 * What is measured of it: a share, in words.
 */
measure: Phrase, 
/**
 * The share of users to be served, 0 to 1.
 */
wanted: number, 
/**
 * For how long.
 */
hold: Millis, 
/**
 * The share at the moment; `null` when nothing was asked.
 */
now: number | null, 
/**
 * Where the run begins. Value `i` covers the step that ends at `start + (i + 1) * step`.
 */
start: Millis, 
/**
 * The length of a step.
 */
step: Millis, 
/**
 * The share from the start of the run until now; `null` for gaps.
 */
line: Array<number | null>, };

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
 * A thing without any edge.
 */
export type OrphanItem = { 
/**
 * Its name.
 */
name: string, 
/**
 * The word of its kind.
 */
kind: string, 
/**
 * The source that tells of it.
 */
source: string, 
/**
 * Series that belong to it.
 */
series: number, 
/**
 * Since when it stands there unchanged.
 */
age: Millis | null, 
/**
 * What to do about it.
 */
advice: Phrase, };

/**
 * An owner that is proposed.
 */
export type OwnerItem = { 
/**
 * The team.
 */
team: string, 
/**
 * Which share of those that were asked have it, 0 to 1.
 */
share: number, 
/**
 * Who says so, and how many of how many.
 */
reason: Phrase, };

/**
 * A parameter of a template with its values.
 */
export type ParameterRow = { 
/**
 * Its place, from 0.
 */
index: number, 
/**
 * The text of the merged template that it stands in; `null` for the template itself.
 */
merged: string | null, 
/**
 * Its kind.
 */
kind: string, 
/**
 * Different values.
 */
distinct: number, 
/**
 * Whether there are more than were counted.
 */
distinctMore: boolean, 
/**
 * The most frequent values.
 */
top: Array<ParameterValue>, 
/**
 * How numbers are spread; `null` for texts.
 */
numbers: NumberSpread | null, 
/**
 * Which value explains an increase; `null` when none does, or when not all lines were looked at.
 */
explains: Phrase | null, };

/**
 * A value of a parameter.
 */
export type ParameterValue = { 
/**
 * The value.
 */
value: string, 
/**
 * Lines with it in the window before.
 */
baseline: number, 
/**
 * Lines with it in the compared window.
 */
compare: number, };

/**
 * A part of the score.
 */
export type PartRow = { 
/**
 * Which.
 */
part: DrillPart, 
/**
 * Points.
 */
points: number, 
/**
 * Of so many.
 */
of: number, 
/**
 * Points of the try before.
 */
before: number | null, 
/**
 * Why, each a sentence.
 */
reasons: Array<ReasonRow>, };

/**
 * What a system dialog is opened for.
 */
export type PathPurpose = "openWorkspace" | "newWorkspace" | "importFiles" | "saveCopy" | "exportCsv" | "exportParquet" | "exportOpenMetrics" | "picture" | "report" | "exportResults" | "pem" | "openLogs" | "exportTopology";

/**
 * One entity on a way.
 */
export type PathStep = { 
/**
 * Its name.
 */
name: string, 
/**
 * The word of its kind.
 */
kind: string, 
/**
 * How it depends on the next; empty at the end.
 */
how: string, 
/**
 * How that edge is known.
 */
origin: EdgeOriginKind, 
/**
 * How sure that edge is.
 */
state: EdgeStateKind, };

/**
 * What is asked about paths.
 */
export type PathsRequest = { 
/**
 * Where they begin.
 */
from: string, 
/**
 * Where they end.
 */
to: string, 
/**
 * How many at most.
 */
limit: number, 
/**
 * The moment whose knowledge counts; `null` for all that is known.
 */
asOf: Millis | null, };

/**
 * The ways from one entity to another, the shortest first.
 */
export type PathsView = { 
/**
 * The ways.
 */
paths: Array<Array<PathStep>>, 
/**
 * Whether they lead the other way round: the end depends on the beginning.
 */
reversed: boolean, };

/**
 * A stretch of work.
 */
export type PhaseRow = { 
/**
 * Which.
 */
part: DrillPart, 
/**
 * Its beginning.
 */
start: Millis, 
/**
 * Its end.
 */
end: Millis, 
/**
 * Whether it came to what it is for.
 */
done: boolean, };

/**
 * Lengths of time since the fault began, or without one since the beginning of the run; `null` for what was not reached.
 */
export type PhaseTimesRow = { 
/**
 * Until the first sign of recognition.
 */
detect: Millis | null, 
/**
 * Until an alert that belongs to the trouble was acknowledged.
 */
acknowledge: Millis | null, 
/**
 * Until the true cause was named and not given up again.
 */
localise: Millis | null, 
/**
 * Until users were served again for good; `null` also where nothing was broken.
 */
mitigate: Millis | null, };

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
export type PhraseValue = { "kind": "text", "value": string } | { "kind": "count", "value": number } | { "kind": "time", "value": Millis } | { "kind": "date", "value": Millis } | { "kind": "span", "value": Millis } | { "kind": "word", "value": string } | { "kind": "list", "value": Array<PhraseValue> };

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
 * A line that is prepared for the instructor.
 */
export type PreparedRow = { 
/**
 * Who says it.
 */
role: string, 
/**
 * What.
 */
text: string, };

/**
 * A mapping that comes with the program.
 */
export type PresetItem = { 
/**
 * Its key.
 */
key: string, 
/**
 * The product's name.
 */
name: string, 
/**
 * Whether it was tried against a real server; else it was written from the product's documentation.
 */
tried: boolean, 
/**
 * The mapping as TOML.
 */
mapping: string, 
/**
 * The ways of signing in that the product understands.
 */
signIns: Array<string>, 
/**
 * What its address looks like.
 */
urlExample: string, 
/**
 * After which source and version it was written.
 */
from: string, };

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
 * The understanding; `null` when nothing of the file is understood.
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
proxy: string | null, 
/**
 * What a cluster holds; `null` for anything else.
 */
logs: LogProbeRow | null, 
/**
 * What an inventory holds; `null` for anything else.
 */
inventory: InventoryProbeItem | null, };

/**
 * Who answers an expression.
 */
export type QueryBy = "stored" | "server";

/**
 * How a typed query is understood.
 */
export type QueryCheck = { 
/**
 * Whether it can be read.
 */
ok: boolean, 
/**
 * Where it goes wrong, in characters from 0.
 */
at: number, 
/**
 * What is wrong.
 */
problem: Phrase | null, 
/**
 * The query as the program writes it.
 */
understood: string, };

/**
 * An expression and the moments for which it is answered.
 */
export type QueryRequest = { 
/**
 * The expression.
 */
expression: string, 
/**
 * One moment, or many.
 */
times: QueryTimes, 
/**
 * The source by name; `null` takes the only one that has what is asked for.
 */
source: string | null, 
/**
 * Who answers.
 */
by: QueryBy, };

/**
 * One series of an answer.
 */
export type QuerySeries = { 
/**
 * Its labels as pairs, in name order, `__name__` among them where it has a name.
 */
labels: Array<[string, string]>, 
/**
 * The times of its values.
 */
times: Array<Millis>, 
/**
 * Its values as Prometheus prints them: the shortest text that is exactly this number; `NaN`, `+Inf`, `-Inf`.
 */
values: Array<string>, };

/**
 * When an expression is answered for.
 */
export type QueryTimes = { "kind": "at", 
/**
 * The moment.
 */
at: Millis, } | { "kind": "over", 
/**
 * The first moment.
 */
from: Millis, 
/**
 * The last moment, where a step falls on it.
 */
to: Millis, 
/**
 * The distance of two moments.
 */
step: Millis, };

/**
 * The answer to an expression.
 */
export type QueryView = { 
/**
 * What the result is, in the words of the query API: `matrix`, `vector`, `scalar` or `string`.
 */
resultType: string, 
/**
 * The series; a scalar and a string are one without labels.
 */
series: Array<QuerySeries>, 
/**
 * What the answer stands on: how many samples of which source by the rules of which version, or which server of
 * which version answered when.
 */
proof: Phrase, 
/**
 * What makes the answer of a server partial or doubtful, in its own words; empty for stored samples.
 */
notices: Array<Phrase>, 
/**
 * Whether those rules are assumed, because the source has not said which version of Prometheus it is.
 */
assumed: boolean, 
/**
 * The major version of Prometheus by whose rules it is answered.
 */
major: number, 
/**
 * The source that was read; `null` where nothing was.
 */
source: string | null, 
/**
 * Samples that were read; values that came where a server answered.
 */
samples: number, 
/**
 * How long it took, in milliseconds.
 */
tookMs: number, };

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
 * What is asked about reach.
 */
export type ReachRequest = { 
/**
 * The entity.
 */
name: string, 
/**
 * To which side.
 */
direction: MapDirection, 
/**
 * Edges at most; `null` for all.
 */
hops: number | null, 
/**
 * The moment whose knowledge counts; `null` for all that is known.
 */
asOf: Millis | null, };

/**
 * One entity that is reached.
 */
export type ReachRow = { 
/**
 * Its name.
 */
name: string, 
/**
 * The word of its kind.
 */
kind: string, 
/**
 * Edges on the shortest way.
 */
hops: number, 
/**
 * The neighbour through which that way comes.
 */
via: string, 
/**
 * How it is tied to that neighbour.
 */
how: string, 
/**
 * Its importance.
 */
tier: number | null, 
/**
 * The owning team.
 */
team: string, 
/**
 * Whom to ask.
 */
contact: string, 
/**
 * Whether there is no other way around.
 */
singlePoint: boolean, 
/**
 * The least sure edge on the way.
 */
weakest: EdgeStateKind, };

/**
 * Who may be affected, or what it depends on.
 */
export type ReachView = { 
/**
 * The entity.
 */
name: string, 
/**
 * What is reached, the nearest first.
 */
rows: Array<ReachRow>, 
/**
 * The one sentence.
 */
lead: Phrase, };

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
 * A reason for points.
 */
export type ReasonRow = { 
/**
 * The sentence.
 */
text: Phrase, 
/**
 * Points that it gave or (negative) cost.
 */
points: number, };

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
 * A remedy as it travels.
 */
export type RemedyRow = { 
/**
 * The kind, in `snake_case` (`roll_back`).
 */
kind: string, 
/**
 * What it is done to.
 */
target: string, 
/**
 * How much, where the kind takes a number.
 */
amount: number | null, };

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
 * A role that can speak.
 */
export type RoleChoice = { 
/**
 * The stable word (`database`).
 */
role: string, 
/**
 * Its name.
 */
name: Phrase, };

/**
 * A finding as the row of its series tells it.
 */
export type RowFinding = { 
/**
 * Its identity.
 */
id: string, 
/**
 * The kind.
 */
kind: FindingKind, 
/**
 * First sample outside the band.
 */
start: Millis, 
/**
 * What happened, in words.
 */
title: Phrase, 
/**
 * Why it is a finding, in words.
 */
reason: Phrase, 
/**
 * Which series were joined to one history, or stored twice and counted once; `null` for a series as it is.
 */
joined: Phrase | null, 
/**
 * What a person said of it, or of findings like it; `null` when nothing.
 */
feedback: FindingFeedback | null, };

/**
 * A search that was kept under a name.
 */
export type SavedFilter = { 
/**
 * Its name.
 */
name: string, 
/**
 * What is searched for.
 */
text: string, };

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
 * A sensor.
 */
export type SensorRow = { 
/**
 * The host or component whose telemetry it is.
 */
target: string, 
/**
 * Since when it is away; `null` while it answers.
 */
away: Millis | null, 
/**
 * Whether the deciding evidence needs it.
 */
decides: boolean, };

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
 * The highest score in the range of what counts; `null` when nothing was found, or only what was expected.
 */
score: number | null, 
/**
 * Grade of that score, 1 to 3.
 */
grade: number | null, 
/**
 * The finding with that score.
 */
finding: RowFinding | null, 
/**
 * Why it was not scored; the key of a word, `null` when it was.
 */
refused: string | null, 
/**
 * The word of its class (`seasonal`, `sparse`, …); `null` until a detection has told it.
 */
class: string | null, 
/**
 * What the class is and how the series is judged because of it.
 */
classPhrase: Phrase | null, 
/**
 * The length of its season; left out without one.
 */
period?: Millis, };

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
 * How serious an alert says it is, from its label `severity`.
 */
export type Severity = "critical" | "warning" | "info";

/**
 * How to sign in. The secret itself travels beside it and is never stored in the workspace.
 */
export type SignIn = { "kind": "none" } | { "kind": "basic", 
/**
 * The user.
 */
user: string, } | { "kind": "bearer" } | { "kind": "apiKey" } | { "kind": "clientCertificate", 
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
 * An entity without which others lose their only way.
 */
export type SinglePointItem = { 
/**
 * Its name.
 */
name: string, 
/**
 * The word of its kind.
 */
kind: string, 
/**
 * How many lose their only way.
 */
cutOff: number, 
/**
 * Entities of the first tier that may be affected.
 */
tier1: number, 
/**
 * The owning team.
 */
team: string, };

/**
 * The entities without which others lose their only way.
 */
export type SinglePointsView = { 
/**
 * How many there are in all.
 */
total: number, 
/**
 * Those that cut off most, at most 500 of them.
 */
points: Array<SinglePointItem>, };

/**
 * A source that tells of an entity.
 */
export type SourceClaim = { 
/**
 * The source's number.
 */
source: number, 
/**
 * Its name.
 */
name: string, 
/**
 * The key of the entity there.
 */
key: string, 
/**
 * Since when it stands there unchanged; `null` when the source does not tell.
 */
age: Millis | null, 
/**
 * When this workspace learnt of it.
 */
knownAt: Millis, };

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
 * For how long it has not answered, when it has failed by that alone; `null` otherwise.
 */
silent: Millis | null, 
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
 * What it is: `prometheus`, `elasticsearch`, `cmdb`, `simulated`, `file`, `log_files`, `inventory_file`.
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
 * Samples; of a source that brings log lines only, its stored lines, of an inventory its entities and dependencies.
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
 * Whether it can be followed at all; nothing can in a drill.
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
 * What a simulated colleague said.
 */
export type TeamRow = { 
/**
 * When.
 */
at: Millis, 
/**
 * The role that speaks, in words (`role-database`).
 */
role: Phrase, 
/**
 * What it says.
 */
text: string, 
/**
 * Whether the instructor said it.
 */
whispered: boolean, };

/**
 * One template with what explains it.
 */
export type TemplateDetails = { 
/**
 * Its row.
 */
row: TemplateRow, 
/**
 * Its lines before the compared window.
 */
beforeLines: number, 
/**
 * The period in which they were looked for; `null` without any history.
 */
beforeSpan: Span | null, 
/**
 * How its first line stands to the first alert.
 */
againstAlerts: Phrase | null, 
/**
 * How it stands to the nearest finding of a metric.
 */
againstMetrics: Phrase | null, 
/**
 * Every class with its probability.
 */
classes: Array<[LogClass, number]>, 
/**
 * The error code in it.
 */
errorCode: string | null, 
/**
 * The service that is affected.
 */
affectedService: string | null, 
/**
 * Why it has its class.
 */
evidence: Array<Phrase>, 
/**
 * The same as one JSON object.
 */
json: string, 
/**
 * Some of its lines.
 */
examples: Array<LogItem>, 
/**
 * The lines around the first of them.
 */
around: Array<LogItem>, 
/**
 * The line that they stand around.
 */
aroundOf: string, 
/**
 * Its parameters, in order; behind them those of templates that were merged into it.
 */
parameters: Array<ParameterRow>, 
/**
 * What makes this partial.
 */
notices: Array<Phrase>, 
/**
 * What people decided about it.
 */
decisions: Array<DecisionRow>, 
/**
 * Its lines by bin over the range.
 */
sparkBins: Array<LogBin>, };

/**
 * A part of a template's text.
 */
export type TemplatePartRow = { 
/**
 * The text: literal, or the word for a parameter.
 */
text: string, 
/**
 * The kind of parameter; `null` for a literal text.
 */
kind: string | null, };

/**
 * What is asked of one template.
 */
export type TemplateRequest = { 
/**
 * The template.
 */
id: string, 
/**
 * The table that it stands in.
 */
window: TemplatesRequest, };

/**
 * A template in the table.
 */
export type TemplateRow = { 
/**
 * Its identity, as text.
 */
id: string, 
/**
 * Its text in parts.
 */
parts: Array<TemplatePartRow>, 
/**
 * The name that a person gave it.
 */
name: string | null, 
/**
 * How it stands against the window before; `null` when not all of its lines were looked at.
 */
change: LogChange | null, 
/**
 * Its rate divided by the one before; `null` where one of them is nothing or not known.
 */
ratio: number | null, 
/**
 * Surprise, 0 to 1; 0 when it is not compared.
 */
surprise: number, 
/**
 * The level of most of its lines; `null` when their writers did not say.
 */
level: LogGrade | null, 
/**
 * Services that write it, by name; at most eight.
 */
services: Array<string>, 
/**
 * Machines on which it is written, by name; at most eight.
 */
hosts: Array<string>, 
/**
 * What kind of fault it tells of.
 */
class: LogClass, 
/**
 * A class of a person's own.
 */
customClass: string | null, 
/**
 * How sure the class is, 0 to 1.
 */
confidence: number, 
/**
 * Whether a person chose the class.
 */
byHand: boolean, 
/**
 * Lines in the compared window.
 */
count: number, 
/**
 * Lines that were expected there; `null` when not all of its lines were looked at.
 */
expected: number | null, 
/**
 * Lines by bin over the range.
 */
spark: Array<number>, 
/**
 * The first line of all.
 */
firstSeen: Millis, 
/**
 * The last line of all.
 */
lastSeen: Millis, 
/**
 * Whether the first line of all lies in the range.
 */
firstInRange: boolean, };

/**
 * What is asked of the table of templates. An empty list takes everything.
 */
export type TemplatesRequest = { 
/**
 * The range; `null` takes the last hours of data.
 */
range: Span | null, 
/**
 * The window to compare with; `null` lets the program choose.
 */
baseline: Span | null, 
/**
 * The window that is compared; `null` lets the program choose.
 */
compare: Span | null, 
/**
 * What a line has to match; empty for all lines.
 */
query: string, 
/**
 * Only lines of these sources.
 */
sources: Array<number>, 
/**
 * Only lines of this entity; `null` for all.
 */
entity: string | null, 
/**
 * Only templates of these levels.
 */
levels: Array<LogGrade>, 
/**
 * Only templates of these classes.
 */
classes: Array<LogClass>, 
/**
 * Only templates that changed in these ways.
 */
changes: Array<LogChange>, };

/**
 * The table of templates, the most surprising first.
 */
export type TemplatesView = { 
/**
 * The range.
 */
range: Span, 
/**
 * The window that is compared with.
 */
baseline: Span, 
/**
 * The window that is compared.
 */
compare: Span, 
/**
 * The one sentence ("Six templates did not exist before 02:57:38.").
 */
headline: Phrase | null, 
/**
 * The sentence under it, about the first or most serious of them.
 */
lead: Phrase | null, 
/**
 * Whether this workspace has any log lines at all.
 */
known: boolean, 
/**
 * Lines in the range.
 */
lines: number, 
/**
 * Templates in the range, whatever is chosen.
 */
templates: number, 
/**
 * Lines that templates were made of, in all.
 */
minedLines: number, 
/**
 * How long they took, in milliseconds; `None` when some were learnt before the workspace was opened.
 */
minedMs: number | null, 
/**
 * When the table was made.
 */
readAt: Millis, 
/**
 * The sources of lines.
 */
sources: Array<LogSourceRow>, 
/**
 * Templates by change, without the choice of a change.
 */
changes: Array<[LogChange, number]>, 
/**
 * Lines by level.
 */
levels: Array<LogLevelCount>, 
/**
 * Templates by class, without the choice of a class.
 */
classes: Array<[LogClass, number]>, 
/**
 * Lines by bin over the range.
 */
bins: Array<LogBin>, 
/**
 * Length of a bin.
 */
bin: Millis, 
/**
 * The first alert that began in the range; `null` without one.
 */
firstAlert: Millis | null, 
/**
 * The first line of a template that did not exist before; `null` without one.
 */
firstNew: Millis | null, 
/**
 * The rows, the most surprising first; at most 400.
 */
rows: Array<TemplateRow>, 
/**
 * Secrets that were masked on the way in, by rule.
 */
masked: Array<[string, number]>, 
/**
 * What makes the answer partial.
 */
notices: Array<Phrase>, };

/**
 * A choice of colours.
 */
export type ThemeChoice = "system" | "dark" | "light";

/**
 * The findings of a range on one service, host or other thing; a series that belongs to none stands for itself.
 */
export type ThingRow = { 
/**
 * Those that are listed, most surprising first, by their identities.
 */
findings: Array<string>, 
/**
 * How many there are in all.
 */
count: number, 
/**
 * When the earliest of all began.
 */
began: Millis, };

/**
 * When the phases of the work were done, of the trainee and of the reference.
 */
export type TimesRow = { 
/**
 * The trainee's.
 */
you: PhaseTimesRow, 
/**
 * The reference's.
 */
reference: PhaseTimesRow, };

/**
 * What a person decides.
 */
export type TopologyDecision = { "kind": "merge", 
/**
 * Their names.
 */
names: Array<string>, } | { "kind": "keepApart", 
/**
 * Their names.
 */
names: Array<string>, } | { "kind": "drawEdge", 
/**
 * Who depends.
 */
from: string, 
/**
 * On whom.
 */
to: string, 
/**
 * How.
 */
how: string, } | { "kind": "removeEdge", 
/**
 * Who is said to depend.
 */
from: string, 
/**
 * On whom.
 */
to: string, } | { "kind": "confirmEdge", 
/**
 * Who depends.
 */
from: string, 
/**
 * On whom.
 */
to: string, } | { "kind": "prefer", 
/**
 * The entity.
 */
entity: string, 
/**
 * The field.
 */
field: string, 
/**
 * The source's number.
 */
source: number, } | { "kind": "note", 
/**
 * Their names.
 */
names: Array<string>, 
/**
 * The note.
 */
text: string, } | { "kind": "dismiss", 
/**
 * What kind of doubt.
 */
doubt: DismissedDoubt, 
/**
 * The entity, or the beginning of an edge that leads nowhere.
 */
name: string, 
/**
 * The end of such an edge; empty for an entity.
 */
to: string, } | { "kind": "own", 
/**
 * The thing's name.
 */
name: string, 
/**
 * The team.
 */
team: string, } | { "kind": "alias", 
/**
 * Its name.
 */
name: string, 
/**
 * The further one.
 */
alias: string, };

/**
 * A decision that was made.
 */
export type TopologyDecisionItem = { 
/**
 * Its number.
 */
id: number, 
/**
 * When.
 */
at: Millis, 
/**
 * What.
 */
phrase: Phrase, 
/**
 * Whether it was taken back.
 */
undone: boolean, };

/**
 * The topology as a file.
 */
export type TopologyExport = { 
/**
 * Where to.
 */
path: string, 
/**
 * The format.
 */
format: TopologyFormat, 
/**
 * The moment whose knowledge counts; `null` for all that is known.
 */
asOf: Millis | null, 
/**
 * The map that a picture shows; `null` for the services as they are known. Other formats always have everything.
 */
map: MapRequest | null, };

/**
 * Formats of the topology.
 */
export type TopologyFormat = "json" | "dot" | "graphml" | "cypher" | "svg" | "png";

/**
 * What found no entity.
 */
export type Unmatched = { 
/**
 * Series whose labels name no entity.
 */
series: number, 
/**
 * Series in all.
 */
ofSeries: number, 
/**
 * Services and hosts of log lines that are no entity.
 */
records: number, 
/**
 * Services and hosts of log lines in all.
 */
ofRecords: number, 
/**
 * Alerts of the last hours whose labels name no entity.
 */
alerts: number, 
/**
 * Alerts of the last hours in all.
 */
ofAlerts: number, 
/**
 * At most ten values that name nothing.
 */
examples: Array<string>, };

/**
 * A thing of which nobody says whose it is.
 */
export type UnownedItem = { 
/**
 * Its name.
 */
name: string, 
/**
 * The word of its kind.
 */
kind: string, 
/**
 * The owner that is proposed; `null` where too few say so.
 */
proposed: OwnerItem | null, };

/**
 * Whether something is wrong.
 */
export type Verdict = "wrong" | "calm" | "unknown";

/**
 * One version of an edge or an entity: who told it, and from when to when.
 */
export type VersionItem = { 
/**
 * Who told it, or what a person decided.
 */
what: Phrase, 
/**
 * What it changed of the version before it; empty for the first, and for edges.
 */
changed: Array<FieldChange>, 
/**
 * Since when it is so by the account of who told it; `null` when that is not told.
 */
since: Millis | null, 
/**
 * When it was last told or seen; `null` for a decision.
 */
confirmedAt: Millis | null, 
/**
 * When this workspace learnt of it.
 */
knownAt: Millis, 
/**
 * When this workspace learnt that it is gone or told otherwise, or the decision was taken back; `null` while it
 * holds.
 */
endedAt: Millis | null, };

/**
 * An injection that waits.
 */
export type WaitingRow = { 
/**
 * The fault in words.
 */
name: Phrase, 
/**
 * Where.
 */
target: string, 
/**
 * Real time that is left to stop it.
 */
left: Millis, };

/**
 * A window in which something real happened, whatever was found in it.
 */
export type WindowDraft = { 
/**
 * On what.
 */
of: WindowOf, 
/**
 * From when to when.
 */
range: Span, };

/**
 * On what a window is real.
 */
export type WindowOf = { "kind": "series", 
/**
 * Its number.
 */
series: number, } | { "kind": "matching", 
/**
 * A selector (`name{label="value"}`) or plain words that must all appear in name or labels.
 */
filter: string, } | { "kind": "entity", 
/**
 * Its name.
 */
entity: string, };

/**
 * How far a window reaches that is real.
 */
export type WindowReach = "series" | "entity";

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
 * Whether the file is a drill.
 */
drill: boolean, 
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
	/** One page of the list of Metrics. */
	metrics: (request: MetricsRequest): Promise<Result<MetricsView>> => call('metrics', { request }),
	/** The findings of a window, those that count and those that were expected. */
	findings: (request: FindingsRequest): Promise<Result<FindingsView>> => call('findings', { request }),
	/** Answers a PromQL expression from the stored samples. */
	query: (request: QueryRequest): Promise<Result<QueryView>> => call('query', { request }),
	/** What was asked in PromQL before, newest first. */
	askedQueries: (): Promise<Result<Array<AskedQuery>>> => call('asked_queries'),
	/** Keeps an expression as the newest that was asked and returns all. */
	rememberQuery: (expression: string): Promise<Result<Array<AskedQuery>>> => call('remember_query', { expression }),
	/** Ends the expressions that are being answered. */
	cancelQuery: (): Promise<Result<null>> => call('cancel_query'),
	/** Keeps what a person says of a finding and returns its number. */
	markFinding: (draft: FeedbackDraft): Promise<Result<number>> => call('mark_finding', { draft }),
	/** Keeps that something real happened in a window and returns the number of the word. */
	markWindow: (draft: WindowDraft): Promise<Result<number>> => call('mark_window', { draft }),
	/** Takes back what was said of a finding. */
	undoFeedback: (id: number): Promise<Result<null>> => call('undo_feedback', { id }),
	/** What was said of findings, the newest first. */
	feedback: (): Promise<Result<Array<FeedbackItem>>> => call('feedback'),
	/** What was learnt from it, and whether it is used. */
	feedbackStage: (): Promise<Result<FeedbackStage>> => call('feedback_stage'),
	/** What changed in a window, the most unusual first. */
	changed: (request: ChangedRequest): Promise<Result<ChangedRanking>> => call('changed', { request }),
	/** Rows of such a ranking by their places. */
	changedRows: (request: ChangedRowsRequest): Promise<Result<Array<ChangedRow>>> => call('changed_rows', { request }),
	/** Methods side by side over the stored series, measured against what people said. */
	compareMethods: (request: CompareRequest): Promise<Result<CompareView>> => call('compare_methods', { request }),
	/** The series of an entity together: their scores over the whole history, the alarms, and what carries these. */
	groupScore: (request: GroupScoreRequest): Promise<Result<GroupScoreView>> => call('group_score', { request }),
	/** What the detector would have cost and brought over the history. */
	bill: (request: BillRequest): Promise<Result<BillView>> => call('bill', { request }),
	/** Keeps the sensitivity of the detector in the workspace. */
	setSensitivity: (sensitivity: number): Promise<Result<null>> => call('set_sensitivity', { sensitivity }),
	/** The detectors that are kept: that of the workspace, then those for choices of its series. */
	keptDetectors: (): Promise<Result<Array<KeptDetector>>> => call('kept_detectors'),
	/** Keeps a detector with its sensitivity for a choice of series. */
	keepDetector: (draft: KeptDetector): Promise<Result<null>> => call('keep_detector', { draft }),
	/** Forgets what is kept for a choice of series. */
	forgetDetector: (scope: DetectorScope): Promise<Result<null>> => call('forget_detector', { scope }),
	/** Keeps a method as the detector of the workspace, with its sensitivity. */
	setDetector: (detector: string | null, sensitivity: number): Promise<Result<null>> => call('set_detector', { detector, sensitivity }),
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
	/** The alerts. */
	alerts: (request: AlertsRequest): Promise<Result<AlertsView>> => call('alerts', { request }),
	/** Notes that somebody has taken note of an alert. */
	acknowledgeAlert: (id: string, by: string): Promise<Result<null>> => call('acknowledge_alert', { id, by }),
	/** The log lines. */
	logsList: (request: LogsRequest): Promise<Result<LogsView>> => call('logs_list', { request }),
	/** How many log lines there are, by level and over time. */
	logsCounts: (request: LogsRequest): Promise<Result<LogCountsView>> => call('logs_counts', { request }),
	/** Ends the counts of log lines that are being made. */
	logsCancelCounts: (): Promise<Result<null>> => call('logs_cancel_counts'),
	/** The most frequent values of a field of the log lines. */
	logsValues: (request: LogValuesRequest): Promise<Result<LogValuesView>> => call('logs_values', { request }),
	/** Ends the counts of values that are being made. */
	logsCancelValues: (): Promise<Result<null>> => call('logs_cancel_values'),
	/** The templates, most surprising first. */
	logsTemplates: (request: TemplatesRequest): Promise<Result<TemplatesView>> => call('logs_templates', { request }),
	/** A template with everything that is known about it. */
	logsTemplate: (request: TemplateRequest): Promise<Result<TemplateDetails>> => call('logs_template', { request }),
	/** The lines around a line, oldest first, with the line itself. */
	logsAround: (place: LogPlace, before: number, after: number): Promise<Result<Array<LogItem>>> => call('logs_around', { place, before, after }),
	/** Says whether a query can be read, and how it is understood. */
	logsCheckQuery: (query: string): Promise<Result<QueryCheck>> => call('logs_check_query', { query }),
	/** Keeps a decision about templates. */
	logsDecide: (draft: DecisionDraft): Promise<Result<DecisionRow>> => call('logs_decide', { draft }),
	/** Takes a decision back. */
	logsUndo: (id: number): Promise<Result<null>> => call('logs_undo', { id }),
	/** All decisions, newest first. */
	logsDecisions: (): Promise<Result<Array<DecisionRow>>> => call('logs_decisions'),
	/** Whether secrets in lines are masked, and how many were. */
	logsMasking: (): Promise<Result<MaskingRow>> => call('logs_masking'),
	/** Turns the masking of secrets on or off, for lines that arrive from then on. */
	logsSetMasking: (on: boolean): Promise<Result<null>> => call('logs_set_masking', { on }),
	/** Reads the beginning of log files; nothing is stored. */
	logFilesPreview: (paths: Array<string>, choice: LogFilesChoice): Promise<Result<LogFilesPreview>> => call('log_files_preview', { paths, choice }),
	/** Opens log files in place as one source. */
	logFilesOpen: (request: LogFilesRequest): Promise<Result<JobRow>> => call('log_files_open', { request }),
	/** Keeps the lines of a range of a source of log files in the workspace. */
	logFilesKeep: (source: number, range: Span): Promise<Result<JobRow>> => call('log_files_keep', { source, range }),
	/** One page of the entities that match, as they are known or were known at a moment. */
	entities: (request: EntitiesRequest): Promise<Result<EntitiesView>> => call('entities', { request }),
	/** One page of the edges that match, as they are known or were known at a moment. */
	dependencies: (request: DependenciesRequest): Promise<Result<DependenciesView>> => call('dependencies', { request }),
	/** The few entities that typed letters may mean, the likeliest first. */
	entityNames: (text: string, asOf: Millis | null): Promise<Result<Array<NameHit>>> => call('entity_names', { text, asOf }),
	/** One entity with everything that is known about it. */
	entity: (name: string, range: Span | null, asOf: Millis | null): Promise<Result<EntityDetails>> => call('entity', { name, range, asOf }),
	/** The map, laid out. */
	map: (request: MapRequest): Promise<Result<MapView>> => call('map', { request }),
	/** Every version of the edges from one entity to another. */
	edgeHistory: (from: string, to: string, asOf: Millis | null): Promise<Result<Array<VersionItem>>> => call('edge_history', { from, to, asOf }),
	/** Every version of an entity, as each source told it. */
	entityHistory: (name: string, asOf: Millis | null): Promise<Result<Array<VersionItem>>> => call('entity_history', { name, asOf }),
	/** Who may be affected by an entity, or what it depends on. */
	reach: (request: ReachRequest): Promise<Result<ReachView>> => call('reach', { request }),
	/** The ways by which one entity depends on another. */
	paths: (request: PathsRequest): Promise<Result<PathsView>> => call('paths', { request }),
	/** Entities without which others lose their only way, as of a moment. */
	singlePoints: (asOf: Millis | null): Promise<Result<SinglePointsView>> => call('single_points', { asOf }),
	/** One page of what is doubtful, with proposals and reasons. */
	doubts: (request: DoubtsRequest): Promise<Result<DoubtsView>> => call('doubts', { request }),
	/** Keeps a decision about the topology and returns its number. */
	decideTopology: (draft: TopologyDecision): Promise<Result<number>> => call('decide_topology', { draft }),
	/** All decisions about the topology, newest first. */
	topologyDecisions: (): Promise<Result<Array<TopologyDecisionItem>>> => call('topology_decisions'),
	/** Takes a decision about the topology back. */
	undoTopologyDecision: (id: number): Promise<Result<null>> => call('undo_topology_decision', { id }),
	/** Decides about deletions that wait. */
	releaseHeldBack: (source: number, remove: boolean): Promise<Result<null>> => call('release_held_back', { source, remove }),
	/** Keeps a search of the catalog under a name; another one of that name is replaced only when that is wished. */
	saveFilter: (filter: SavedFilter, replace: boolean): Promise<Result<null>> => call('save_filter', { filter, replace }),
	/** Forgets a search of the catalog. */
	deleteFilter: (name: string): Promise<Result<null>> => call('delete_filter', { name }),
	/** Writes the topology to a file and returns its path. */
	exportTopology: (request: TopologyExport): Promise<Result<string>> => call('export_topology', { request }),
	/** The mappings that come with the program. */
	cmdbPresets: (): Promise<Result<Array<PresetItem>>> => call('cmdb_presets'),
	/** Says whether a mapping can be read, and where it cannot. */
	checkMapping: (text: string): Promise<Result<MappingCheck>> => call('check_mapping', { text }),
	/** Reads the beginning of a file with an inventory; nothing is stored. */
	previewInventory: (path: string): Promise<Result<InventoryFilePreview>> => call('preview_inventory', { path }),
	/** Those of some files that look like inventories. */
	inventoryFiles: (paths: Array<string>): Promise<Result<Array<string>>> => call('inventory_files', { paths }),
	/** Stores a file with an inventory. */
	importInventory: (path: string, name: string | null): Promise<Result<InventoryImported>> => call('import_inventory', { path, name }),
	/** The synthetic checks. */
	checks: (request: ChecksRequest): Promise<Result<ChecksView>> => call('checks', { request }),
	/** The changes. */
	changes: (request: ChangesRequest): Promise<Result<ChangesView>> => call('changes', { request }),
	/** The drills with a trainee's results; an empty name takes everyone's here. */
	drillList: (trainee: string): Promise<Result<DrillList>> => call('drill_list', { trainee }),
	/** A drill before it is started. */
	drillBrief: (id: string): Promise<Result<DrillBrief>> => call('drill_brief', { id }),
	/** Begins a drill in a file of its own and opens it. */
	startDrill: (id: string, seed: number, trainee: string, options: DrillOptions): Promise<Result<DrillState>> => call('start_drill', { id, seed, trainee, options }),
	/** The drill of the open workspace; `null` when it is none. */
	drillState: (): Promise<Result<DrillState | null>> => call('drill_state'),
	/** Tries at once to bring in the older history of the drill, where that has failed. */
	drillHistoryAgain: (): Promise<Result<null>> => call('drill_history_again'),
	/** Sets the clock of the drill. */
	drillClock: (wish: ClockWish): Promise<Result<DrillClock>> => call('drill_clock', { wish }),
	/** Records that a screen or a piece of evidence was opened. */
	drillOpened: (screen: DrillScreen, subject: string, detail: string): Promise<Result<null>> => call('drill_opened', { screen, subject, detail }),
	/** States a cause. */
	drillHypothesis: (entity: string, fault: string, odds: number): Promise<Result<DrillState>> => call('drill_hypothesis', { entity, fault, odds }),
	/** Says what an action would do. */
	drillDryRun: (remedy: RemedyRow): Promise<Result<DryRunRow>> => call('drill_dry_run', { remedy }),
	/** Carries out an action whose plan was approved. */
	drillAct: (remedy: RemedyRow, plan: string, scope: string | null): Promise<Result<ActedRow>> => call('drill_act', { remedy, plan, scope }),
	/** Tells others how things stand. */
	drillUpdate: (text: string): Promise<Result<DrillState>> => call('drill_update', { text }),
	/** Asks for the next hint. */
	drillHint: (): Promise<Result<DrillState>> => call('drill_hint'),
	/** Answers a suggestion. */
	drillAdvice: (index: number, followed: boolean): Promise<Result<DrillState>> => call('drill_advice', { index, followed }),
	/** Declares an incident. */
	drillDeclare: (): Promise<Result<DrillState>> => call('drill_declare'),
	/** Declares the drill resolved, which ends it. */
	drillResolve: (): Promise<Result<DebriefView>> => call('drill_resolve'),
	/** Ends the drill without declaring it resolved. */
	endDrill: (): Promise<Result<DebriefView>> => call('end_drill'),
	/** Goes back to a moment and begins another attempt there. */
	drillRewind: (to: Millis): Promise<Result<DrillState>> => call('drill_rewind', { to }),
	/** The debrief of an attempt; `null` takes the last one that ended. */
	drillDebrief: (attempt: number | null): Promise<Result<DebriefView>> => call('drill_debrief', { attempt }),
	/** The points that the drill's file keeps, also where no world can be made of its text. */
	drillKept: (): Promise<Result<KeptResults>> => call('drill_kept'),
	/** Writes a trainee's results as CSV and returns the path. */
	drillResultsCsv: (trainee: string, path: string): Promise<Result<string>> => call('drill_results_csv', { trainee, path }),
	/** Opens the instructor's window beside this one. */
	openInstructor: (): Promise<Result<null>> => call('open_instructor'),
	/** The instructor's panel. */
	instructorState: (): Promise<Result<InstructorState>> => call('instructor_state'),
	/** Prepares a fault that is injected after ten seconds. */
	drillInject: (request: InjectionRequest): Promise<Result<InstructorState>> => call('drill_inject', { request }),
	/** Stops the injection that waits. */
	drillStopInjection: (): Promise<Result<InstructorState>> => call('drill_stop_injection'),
	/** Speaks to the trainee as a colleague. */
	drillWhisper: (role: string, text: string): Promise<Result<InstructorState>> => call('drill_whisper', { role, text }),
	/** Takes the telemetry of something away, or gives it back. */
	drillSensor: (target: string, away: boolean): Promise<Result<InstructorState>> => call('drill_sensor', { target, away }),
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
