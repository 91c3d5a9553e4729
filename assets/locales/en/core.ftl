# Sentences that the core sends as data: the same in window, terminal and report.

span-days = { $n } d
span-hours = { $n } h
span-minutes = { $n } min
span-seconds = { $n } s

## Now
headline-fails = { $entity } fails for { $n } in { $of } requests since { $time }.
headline-finding-slower = { $entity }: { $what } { $times } times as long since { $time }.
headline-finding-times-higher = { $entity }: { $what } { $times } times higher since { $time }.
headline-finding-rose = { $entity }: { $what } rose to { $value } at { $time }.
headline-finding-fell = { $entity }: { $what } fell to { $value } at { $time }.
headline-finding-spike = { $entity }: { $what } jumped to { $value } at { $time }.
headline-finding-dip = { $entity }: { $what } dipped to { $value } at { $time }.
headline-finding-trend-up = { $entity }: { $what } keeps rising since { $time }.
headline-finding-trend-down = { $entity }: { $what } keeps falling since { $time }.
headline-finding-variance = { $entity }: { $what } swings more than usual since { $time }.
headline-finding-missing = { $entity } sends no { $what } since { $time }.
headline-finding-flat = { $entity }: { $what } stands still since { $time }.
headline-finding-season-break = { $entity }: { $what } does not follow the time of day since { $time }.
headline-finding-reset-storm = { $entity }: { $what } begins again and again since { $time }.
headline-finding-above-peers = { $entity }: { $what } is above the copies that do the same work since { $time }.
headline-finding-below-peers = { $entity }: { $what } is below the copies that do the same work since { $time }.
headline-calm = Nothing unusual in the last { $span }.
headline-calm-before = Nothing unusual in the { $span } before { $end }.
headline-over = Nothing unusual at the end: { $what } on { $entity } was until { $end }.
headline-calm-partial = Nothing unusual in what came of the last { $span }, which is not everything.
headline-calm-until = Nothing unusual until { $end }. What came since is not scored yet.
headline-not-scored = Not scored yet: detection has not run on this data.
headline-not-judged = It cannot be said yet: no series can be judged (mostly: { $reason }).
headline-no-data = No data yet. Add a source or drop files here.
headline-outside-data = No data in this range: what is stored is from { $from } to { $to }.
lead-group = { $entities ->
    [one] One service or host
   *[other] { $entities } services and hosts
 }, { $series ->
    [one] one series
   *[other] { $series } series
 } since { $time }; all series began within { $span }.
lead-group-at-once = { $entities ->
    [one] One service or host
   *[other] { $entities } services and hosts
 }, { $series ->
    [one] one series
   *[other] { $series } series
 } since { $time }.
lead-others = { $n ->
    [one] One more finding
   *[other] { $n } more findings
 } of this range began apart from that.
lead-listed = { $n ->
    [one] One finding of this range is
   *[other] { $n } findings of this range are
 } over or weak.
lead-first = The first is { $entity }: { $what } went from { $from } to { $to } at { $time }.
lead-first-missing = The first is { $entity }: no { $what } since { $time }.
as-of-known = As known at { $date }: what became known later is left out.
as-of-nothing = Nothing was known at { $date }: data came later, or never.
as-of-not-kept = Not kept by time, and so not of that moment: the state of the sources, which of their answers were partial, and which series are judged as one.
lead-order = This is an order in time, not yet a cause.
partial-answers = { $name } answered in part between { $from } and { $to }. What is missing there is not known, and is read again.
lead-age = The data ends { $date }, { $age } ago.
lead-age-simulated = The simulated data ends { $date }, { $age } ago; follow its source to go on.
compact-dropped = Dropped, because their sources keep no more: { $samples ->
    [one] one sample
   *[other] { $samples } samples
 }, { $lines ->
    [one] one log line
   *[other] { $lines } log lines
 }.
detection-method = row scores and seasonal baseline v2
proof = { $method } · { $series ->
    [one] one series
   *[other] { $series } series
 }, { $history } of history · scored { $time } in { $took } · no track record here yet
proof-none = nothing is scored yet

finding-slower = { $what } on { $entity } became { $times } times as long
finding-times-higher = { $what } on { $entity } became { $times } times higher
finding-rose = { $what } on { $entity } rose to { $value }
finding-fell = { $what } on { $entity } fell to { $value }
finding-spike = { $what } on { $entity } jumped to { $value } and came back
finding-dip = { $what } on { $entity } dipped to { $value } and came back
finding-trend-up = { $what } on { $entity } keeps rising
finding-trend-down = { $what } on { $entity } keeps falling
finding-variance = { $what } on { $entity } swings more than usual
finding-missing = { $entity } sends no { $what }
finding-flat = { $what } on { $entity } stands still
finding-season-break = { $what } on { $entity } does not follow the time of day
finding-reset-storm = { $what } on { $entity } began again { $value } times within an hour
finding-above-peers = { $what } on { $entity } is above the copies that do the same work
finding-below-peers = { $what } on { $entity } is below the copies that do the same work

reason-level = Outside { $low } to { $high }; further off than in { $share } of { $history }{ $season }.
reason-spike = Left { $low } to { $high } for a short time; further off than in { $share } of { $history }{ $season }.
reason-trend = Moves by { $slope } an hour; further off than in { $share } of { $history }{ $season }.
reason-variance = Its spread is larger than in { $share } of { $history }{ $season }.
reason-missing = Samples stopped while the source went on answering.
reason-flat = It stands still, unlike { $share } of { $history }.
reason-season-break = Its level is usual, but a day like this was not among { $share } of the earlier ones in { $history }, an hour's shift allowed.
reason-reset-storm = It counted from zero again more often than in { $share } of the hours of { $history }.
reason-peer-outlier = The copies stay within { $low } to { $high }; its distance is larger than in { $share } of { $history }.
reason-season = , the daily pattern taken out
reason-no-season = {""}
reason-all = all
joined-names = One history of { $names } series: { $labels } changed, the workload went on.
joined-copies = Stored { $copies ->
    [one] once
   *[other] { $copies } times
 } ({ $copied }), counted once.
joined-both = One history of { $names } series: { $labels } changed, the workload went on. Each is stored { $copies } times ({ $copied }) and counted once.
onset-change = { $what } { $from } → { $to }
onset-change-first = { $from } → { $to } { $what }
onset-missing = no { $what }

refusal-constant = constant
refusal-no-peers = no peers to compare with
refusal-too-short = too little history
refusal-begins = begins in this window
refusal-empty = no values that are numbers
refusal-cancelled = not reached

class-constant = never changes; a change or an end is what counts
class-sparse = rests nearly always; the more of its short events were as large, the less one counts
class-counter = only rises and begins again; judged by its rate
class-counter-daily = only rises and begins again; judged by its rate, against the same time of earlier days
class-stepped = holds a level for long and moves in steps; judged against a level that follows
class-hourly = repeats every hour; judged against its level and spread
class-daily = repeats every day; judged against the same time of earlier days
class-weekly = repeats every week; judged against the same time of earlier days, whatever their weekday
class-seasonal = repeats every { $period }; judged against its level and spread
class-bursty = stays near its level and bursts again and again; the more bursts were as large, the less one counts
class-trending = rises or falls all along; judged against a level that follows
class-wandering = its level moves without a pattern; judged against a level that follows
class-stationary = swings around one level; judged against its level and spread

read-only-open-elsewhere = Open for writing elsewhere: { $process ->
    [none] { $owner }
    [unknown] another program
   *[other] process { $process } on { $host }
 }. Here it can be read.
read-only-newer = Written by a newer version: it can be read, not written.
read-only-medium = The file cannot be written here.

## What a check of a file finds
check-structure = The structure of the file is damaged: { $detail }.
check-reference = Row { $row } of the table { $table } points to something that is not there.
check-reference-somewhere = A row of the table { $table } points to something that is not there.
check-chunk = Chunk { $chunk } of series { $series } cannot be read: { $why }.
check-tail = The samples of batch { $batch } cannot be read: { $why }.
check-log-block = Block { $block } of log lines of source { $source } cannot be read: { $why }.
check-log-index = Row { $row } of the index of log lines cannot be used: { $why }. Searching is slower, and finds the same.
check-log-index-lacks = { $blocks ->
    [one] One block of log lines is
   *[other] { $blocks } blocks of log lines are
 } not in the index. Searching is slower, and finds the same.
check-template-counts = The template counts of source { $source } for the hour of { $hour } cannot be read: { $why }.
check-entity = The entity in row { $row } cannot be read: { $why }.
check-evidence = The evidence of dependency { $edge } cannot be read: { $why }.
check-entity-twice = The entity { $key } of source { $source } has two versions that count.
check-dependency-twice = The dependency of { $from } on { $to } from source { $source } has two versions that count.
check-edge-twice = The observed dependency of { $from } on { $to } has two versions that count.
check-why-checksum = its checksum does not hold
check-why-content = it is not what the program writes there
check-why-incomplete = parts of it are missing

## Sources
missing-metadata = May not read metadata: units and kinds are guessed from names. Allow { $path } to know them.
missing-server-status = May not read server status: retention is not known. Allow { $path } to know it.
missing-rules = May not read rules: nothing is suggested from them and none is kept. Allow { $path }.
missing-alerts = May not read alerts: firing alerts are not kept. Allow { $path }.
missing-build-info = May not read build info: the version is not known. Allow { $path }.
absent-metadata = It gives no metadata ({ $path }: { $status }): units and kinds are guessed from names.
absent-server-status = It gives no server status ({ $path }: { $status }): retention is not known.
absent-rules = It gives no rules ({ $path }: { $status }): nothing is suggested from them and none is kept.
absent-alerts = It gives no alerts ({ $path }: { $status }): firing alerts are not kept.
absent-build-info = It gives no build info ({ $path }: { $status }): the version is not known.
missing-query = May not run queries: nothing can be read. Allow { $path }.
notice-source-warning = The source warns about { $subject }: { $detail }. The answer may be incomplete.
notice-source-info = The source notes about { $subject }: { $detail }.
notice-truncated = The answer for { $subject } was cut: { $detail }.
notice-partial = The answer for { $subject } is partial: a part of the source did not take part.
notice-names-differ = Two results differ in their metric's name only, and one name stands for both: one of { $subject } is kept.
notice-label-runs-away = The label { $subject } runs away: { $detail }. Further values are not taken.
notice-native-histogram = { $subject } is a native histogram; it is not taken.
notice-missing-right = { $subject } may not be read: { $detail }.
scope-alert-rules = Alert rules
scope-recording-rules = Recording rules
scope-targets = Targets
scope-named = { $name }
why-alert-rules = read by { $n ->
    [one] one alert rule
   *[other] { $n } alert rules
 }
why-recording-rules = { $n ->
    [one] one rule builds on it
   *[other] { $n } rules build on these
 }
why-targets = up and scrape time of { $n ->
    [one] one target
   *[other] { $n } targets
 }
why-exporter = known exporter on { $n ->
    [one] one instance
   *[other] { $n } instances
 }
why-other = no rule reads it
why-runaway = label runs away: { $label } has { $values ->
    [one] one value
   *[other] { $values } values
 }

## Files
about-csv = CSV
about-parquet = Parquet
about-jsonl = JSON lines
about-openmetrics = OpenMetrics text
about-long = long
about-wide = wide
about-comma = comma
about-semicolon = semicolon
about-tab = tab
about-bar = vertical bar
about-decimal-comma = decimal comma
about-encoding = { $encoding }
about-gzip = packed with gzip
about-zstd = packed with Zstandard
about-columns-cut = only the first { $n ->
    [one] column is
   *[other] { $n } columns are
 } taken
understood-time-iso = ISO 8601 without a zone
understood-time-iso-offset = ISO 8601 with its zone written, { $offset }; kept as UTC
understood-unix = Unix time in { $unit }
understood-day-first = date, day first
understood-month-first = date, month first
understood-ambiguous-date = a date that can be read in two ways
understood-file-time = a time of the file format; kept as UTC
understood-values = { $n ->
    [one] one value
   *[other] { $n } values
 }
understood-number = numbers
understood-number-unit = numbers in { $unit }, from the name
understood-free-text = free text, { $share } % differ; as a label it would run away
understood-empty = empty
understood-joined = lists; their items are joined by |
understood-counted = lists of objects or lists; how many items each has
understood-whole = objects behind { $n ->
    [one] one key
   *[other] { $n } keys
 }; kept as text
understood-unread-list = lists, which are not read; write a row for each item
understood-unread-object = objects, which are not read; write their fields as columns of their own
understood-unread-time = times of day, of which no moment can be made; write them with their date
understood-unread-bytes = bytes of a fixed length, which are not read; write them as text or as a number
understood-unread-other = a type that is not read; write it as text, a number or a time
unit-seconds = seconds
unit-millis = milliseconds
unit-micros = microseconds
unit-nanos = nanoseconds
unit-count = a count
unit-bytes = bytes
unit-ratio = a ratio
unit-per-second = events per second
unit-bytes-per-second = bytes per second
unit-celsius = degrees Celsius
unit-unix-time = Unix time
bad-time-missing = the time is missing
bad-not-a-time = this is not a time
bad-time-part = { $part } { $value } does not exist
time-part-month = month
time-part-day = day
time-part-hour = hour
time-part-minute = minute
time-part-second = second
time-part-offset = offset
bad-time-out-of-range = the time lies outside what can be kept
bad-nonexistent-time = this local time does not exist on that night
bad-zone-missing = the zone is missing
bad-day-or-month = day and month cannot be told apart
bad-not-a-number = not a number
bad-number-too-large = a number beyond 1.8e308
bad-unclear-separators = two separators, not a number
bad-too-few-columns = the line ends after { $got } of { $expected ->
    [one] 1 column
   *[other] { $expected } columns
 }
bad-too-many-columns = the line has { $got ->
    [one] one column
   *[other] { $got } columns
 } instead of { $expected }
bad-quote = a quote is never closed
bad-line-too-long = the line is too long
bad-not-json = not JSON: { $detail }
bad-expected = expected here: { $what }
bad-rule = a rule of OpenMetrics is broken: { $rule }
expected-metric-name = the name of a metric
expected-label-name = the name of a label
expected-equal-sign = =
expected-quoted-text = a text in quotes
expected-comma-or-brace = a comma or {"}"}
expected-space = one space
expected-value = a value
expected-time = a time
expected-end-of-line = the end of the line or an exemplar
expected-descriptor = TYPE, HELP, UNIT or EOF
expected-type-word = the word of a type
rule-eof-missing = the file has to end with # EOF
rule-after-eof = nothing may follow # EOF
rule-empty-line = no line is empty
rule-repeated-descriptor = TYPE, HELP and UNIT stand once a family, before its samples
rule-unit-not-in-name = the name of a family ends with its unit
rule-family-interleaved = the samples of a family stand together
rule-repeated-label = a label stands once
rule-suffix-not-allowed = the ending of a name fits the type of its family
rule-limit-missing = a bucket has the label le, a quantile the label quantile
question-day-first = Day first: { $first } to { $last }, one row every { $step }
question-month-first = Month first: { $first } to { $last }, one row every { $step }

## The shell, where no window can be seen

shell-not-painted-yet = Nothing was painted within 5 s. The graphics driver may be the reason; trying once more with WebKit's safer renderer.
shell-not-painted = Nothing is painted, also not with WebKit's safer renderer. The graphics driver may be the reason. The same works in the terminal: wardroom open FILE, or wardroom demo.
shell-not-opened = The window cannot be opened ({ $detail }). Check that a display is there and answers. The same works in the terminal: wardroom open FILE, or wardroom demo.
shell-help = wardroom-desktop opens the window of Wardroom: on its first page, on a workspace with wardroom-desktop FILE, on a demo with --demo; --size 1440x900 sets its size. The same works in the terminal: wardroom --help.

## Why the system or a library failed: the part of a sentence behind its colon
cause-missing = nothing is there
cause-denied = the system does not allow it
cause-read-only = the medium can only be read
cause-full = the disk is full
cause-quota = no more room is granted on that disk
cause-exists = something of that name is there already
cause-folder = it is a folder
cause-no-folder = a part of the path is no folder
cause-in-use = another program uses it
cause-refused = nothing listens there
cause-hung-up = the other side ended the connection
cause-timeout = no answer came in time
cause-no-route = no way leads there from this machine
cause-no-address = no address is known for the name
cause-certificate-expired = the certificate has expired
cause-certificate-early = the certificate is not valid yet; one of the two clocks may be wrong
cause-certificate-name = the certificate is made for another name ({ $detail })
cause-certificate-issuer = the issuer of the certificate is not known here
cause-certificate-wanted = a client certificate is asked for
cause-certificate-own = the client certificate is refused there
cause-tls-version = both sides have no version of TLS in common
cause-no-file = it is a pipe or a device, and no file
cause-selector = a selector is expected, and no expression
cause-selector-plain = a selector without offset or @ is expected
cause-no-data = it has no data
cause-other-json = it answers with JSON that has neither status nor data
cause-not-http = the answer is not HTTP
cause-query-object = a JSON object with one key is expected, such as {"{"}"bool": …{"}"}
cause-query-regex = regular expressions are looked for in stored lines and in files only
cause-packed = it breaks the rules of its packing
cause-parquet-end = its end, which says what it holds, is damaged or missing
cause-parquet-kind = it uses a part of Parquet that is not read ({ $detail })
cause-page = a web page answers, perhaps that of a sign-in ({ $detail })
cause-keychain-entry = what it keeps for this source cannot be read; type the secret again
cause-keychain-shut = it cannot be reached ({ $detail })
cause-keychain-failed = its own program fails ({ $detail })
cause-none = the system gives no reason
cause-tls-nothing = both sides have no way in common to make the connection secure
cause-tls-none = it does not speak TLS; http:// may be meant
cause-certificate-revoked = the certificate was revoked
cause-certificate-authority = the certificate is that of an authority, or signed by itself, and cannot stand for a server; have one issued for the server and name its issuer as the private CA
cause-certificate-old = the certificate is of an old kind (version 1) that is not trusted any more
cause-proxy-sign-in = the proxy asks for a password
cause-proxy = the proxy does not connect to it
cause-medium = the disk fails while it is read or written
cause-not-opened = the file cannot be opened
cause-too-big = a value is too long to be stored
cause-checksum = its checksum does not hold
cause-structure = its structure is damaged
cause-content = a part of it cannot be read ({ $detail })
cause-program-slow = it did not end within 10 s
cause-program-none = no program is named
cause-program-no-token = what it printed is not a token on one line
cause-program-missing = its program is not found; write its whole path
cause-program-failed = it ended with a failure ({ $detail }); run it in a terminal to see why

## Why a text cannot be read: the part of a sentence behind its colon
cause-placed = { $detail } (line { $cause_line }, column { $cause_column })
cause-text-ends = it ends in the middle
cause-text-colon = a colon is expected
cause-text-list = a comma or ] is expected
cause-text-object = a comma or {"}"} is expected
cause-text-word = true, false or null is expected
cause-text-value = a value is expected
cause-text-name = a name in double quotes is expected
cause-text-escape = what stands behind a backslash has no meaning
cause-text-number = a number is not written as numbers are
cause-text-number-large = a number is too large
cause-text-control = a line break or a tab stands within quotes
cause-text-comma = a comma stands before the end of a list or an object
cause-text-behind = something stands behind its end
cause-text-deep = its parts lie too deep within each other
cause-text-twice = a key is there twice
cause-text-equals = = is expected behind a key
cause-text-quotes = a text stands without quotes
cause-text-string = a text in quotes is not closed, or holds what it cannot
cause-text-head = the head of a table is not closed
cause-text-key = a key is expected
cause-text-line = the end of the line is expected
cause-text-time = a time is not written as times are
cause-text-missing = the field “{ $cause_name }” is missing
cause-text-field-twice = the field “{ $cause_name }” is there twice
cause-text-field = there is no field “{ $cause_name }”; possible: { $cause_known }
cause-text-choice = “{ $cause_name }” is not among the possible words: { $cause_known }
cause-text-type = { $cause_wanted ->
    [text] a text
    [number] a number
    [whole] a whole number
    [natural] a whole number from 0
    [list] a list
    [object] an object with names
    [flag] true or false
   *[other] { $cause_known }
 } is expected, and { $cause_found ->
    [text] a text
    [number] a number
    [list] a list
    [object] an object with names
    [flag] true or false
    [nothing] null
   *[other] something else
 } stands there
cause-text-impossible = “{ $cause_name }” cannot stand there; { $cause_wanted ->
    [text] a text
    [number] a number
    [whole] a whole number
    [natural] a whole number from 0
    [list] a list
    [object] an object with names
    [flag] true or false
   *[other] { $cause_known }
 } is expected
cause-text-range = { $cause_name } is not between { $cause_low } and { $cause_high }
cause-text-moment = “{ $cause_name }” is no time after the beginning, such as +4m, +90s or +1h10m

## Failures: what is wrong, where, what to do
error-internal = Something went wrong that should not: { $detail }. Nothing stored is lost; please report it.
error-cancelled = Cancelled.
error-no-workspace = No workspace is open. Open one, make a new one, or open the demo.
error-no-source-called = No source that can be read is called { $name }. There are: { $known }.
error-nothing-to-sync = No source of this workspace can be read: there are none, or only files. Add one with wardroom connect, or in the catalog.
error-no-such-source = There is no source number { $id }.
error-no-source-named = No source is called { $name }. wardroom source list shows which there are.
error-several-sources-named = Several sources are called { $name }, with the numbers { $numbers }. Give the number.
error-not-a-connection = { $name } is no connection: what a file or the simulator brought has no settings. Delete it with wardroom source delete, or import the file again.
error-class-unknown = There is no class “{ $class }”. Choose one of: { $known }.
error-no-such-series = There is no series number { $id }.
error-not-found = Nothing is at { $path }. Check the path.
error-not-a-workspace = { $path } is not a Wardroom workspace. It was not touched.
error-workspace-damaged = { $path } is damaged: { $detail }. It was not touched; restore a copy, or run `wardroom workspace check` on it.
error-workspace-newer = { $path } was written by a newer version (step { $migration }). It can be read with a newer Wardroom.
error-workspace-read-only = This workspace can only be read here. Save a copy to write into it.
error-workspace-locked = The workspace is open for writing elsewhere: { $process ->
    [none] { $owner }
    [unknown] another program
   *[other] process { $process } on { $host }
 }. Close it there, or read it here.
error-file-exists = { $path } exists already, and nothing was overwritten. Choose another name, or say that it may be replaced: in the window by choosing the file itself, in the terminal with --force.
error-output-lost = The output could not be written whole: { $detail }. Look at the place where it goes and try again.
error-over-workspace = { $path } is a workspace. Choose another name; nothing was overwritten.
error-workspace-exists = { $path } exists already. Choose another name; nothing was overwritten.
error-no-space = The disk is full. Free some space and try again; what was stored is kept.
error-no-permission = The system does not allow access to { $path }.
error-io = { $path } could not be read or written: { $detail }.
error-range-reversed = The range has to end after it starts: it starts { $start } and ends { $end }.
error-range-in-future = The range starts { $start }, and it is { $now }: what has not happened yet cannot be read.
error-time-expression = “{ $text }” cannot be read at column { $column }: { $expected ->
    [empty] a time is expected
    [too_long] it is too long for a time
    [sign] + or - is expected, and a length of time
    [number] a number that is not too large is expected
    [unit] a unit is expected: s, m, h, d or w
    [time_skipped] this local time does not exist in that night
   *[time] a date or a time is expected
 }. Try now-6h, or 2026-11-17 14:00 to 15:00.
error-selector = “{ $text }” cannot be read at column { $column }: { $expected ->
    [brace] “{"{"}” is expected
    [comma_or_brace] a comma or “{"}"}” is expected
    [end] the selector has to end here
    [label] the name of a label is expected
    [operator] =, !=, =~ or !~ is expected
    [quoted] a text in quotes is expected
    [closing_quote] the closing quote is missing
    [regex] a regular expression is expected
   *[name] the name of a metric or a matcher is expected
 }.
error-setting-out-of-range = { $setting ->
    [text_size] The text size
   *[follow] The time between two requests while following
 } takes { $allowed }.
error-no-series-yet = This workspace has no series yet. Bring some first: in the terminal with wardroom import or wardroom connect, in the window with “Add a source” or by dropping files on it.
error-no-series-known = At that moment no series was known yet. Choose a later one.
error-nothing-matches = No series matches “{ $filter }”. Nothing was written.
error-too-many-steps = { $steps } steps are too many; 11,000 is the limit. Take a larger step.
error-missing-glyphs = The fonts cannot write “{ $sample }” into a PNG. Save as SVG instead; it uses the viewer's fonts.
error-chart = The picture could not be drawn: { $detail }.
error-format-not-written = This format can be read but not written. Choose CSV, Parquet or OpenMetrics.
error-name-taken = A source is called { $name } already. Choose another name with --name; what a source brings is changed in the catalog.
error-name-missing = The source needs a name.
error-scope-empty = Nothing is chosen to be read from { $name }. Choose what to bring.
error-source-paused = { $name } is paused. Resume it first.
error-already-syncing = { $name } is being read already.
error-nothing-was-asked = { $name } is simulated: its samples were made here and no request brought them, so there is none to repeat.
error-not-a-live-source = { $name } is a file; it cannot be asked for more. Import the newer file.
error-settings-unreadable = The settings of { $name } cannot be read: { $detail }. Edit the source.
error-secret-missing = The secret of { $name } is not on this machine. Edit the source and type it again; in the terminal --secret-stdin reads it.
error-program-elsewhere = { $name } signs in by running “{ $program }” on this machine, and this workspace comes from another machine or place: its word alone runs nothing. To allow it, follow { $name } in the window, or name a program yourself: wardroom source edit NAME --token-command PROGRAM.
error-secret-bound-elsewhere = The stored secret belongs to { $origin } and is not sent to { $wanted }. Type the secret for the new place.
error-keychain = The keychain does not answer: { $detail }.
error-keychain-locked = The keychain is locked. Unlock it and try again; a terminal without a screen reads the secret with --secret-stdin.
error-keychain-waiting = The keychain is waiting for an answer. Unlock it and try again.
error-source-settings = { $field ->
    [url] The URL
    [auth] The sign-in
    [headers] A header
    [ca_path] The private CA
    [proxy] The proxy
    [indices] The choice of indices
    [mapping] The mapping
    [scenario] The scenario
    [kind] The kind of source
    [place] The place to go on from
   *[other] The setting { $field }
 } cannot be used: { $problem ->
    [scheme] it has to begin with http:// or https://
    [user_in_url] a user or password belongs into the sign-in, not into the URL
    [query_in_url] it may have a path, but nothing behind ? or #
    [no_host] it names no host
    [secret_header] { $name } carries a secret; sign in with a password, a token, an API key or a token command instead
    [header_name] “{ $name }” is not the name of a header
    [header_value] the value of { $name } has characters that cannot be sent
    [file] { $path } cannot be read: { $detail }
    [certificate] { $path } is not a PEM certificate
    [identity] { $certificate } and { $key } are no PEM certificate and key
    [proxy_password] a proxy with a password is taken from the environment only (HTTPS_PROXY)
    [other_origin] the secret was given for { $given } and is not sent to { $wanted }
    [no_password] the password is missing
    [no_token] the token is missing
    [no_api_key] the API key is missing
    [no_token_command] the token command is missing
    [secret_characters] the secret has characters that a header cannot carry
    [session_secret] a session is opened with a password or a token only
    [index_name] “{ $name }” is not the name of an index or a pattern
    [long_names] the names have { $length } characters and { $most } can be sent; a pattern is shorter
    [no_time_field] no index matches, or none has a field that is a time; name the indices and the field
    [other_question] it belongs to another question
    [kind] a source stays what it is, here { $detail }; add another source
   *[unreadable] { $detail }
 }.
error-source-unknown-host = No address is known for { $host }. Check the name, or the network.
error-source-unreachable = { $address } does not accept a connection: { $detail }. Check host and port, or the tunnel.
error-source-tls = The secure connection to { $address } failed: { $detail }. Check the certificate, or name the private CA.
error-source-shut-out = { $address } ends the connection as soon as it is secure, before it answers. A server that asks for a client certificate does so without one, or when its authority is not known there: check certificate and key.
error-source-needs-https = { $address } speaks https. Write https:// in the URL.
error-source-timeout = No answer within { $seconds } s. Try again, or ask for less.
error-source-query-timeout = The source ran out of time for { $query }. Ask for a shorter range, or for fewer series or lines.
error-source-denied = The credentials were refused (401). Check how to sign in.
error-source-no-tenant = The source keeps the data of several tenants apart and was not told whose is asked for (401, no org id). Add the header X-Scope-OrgID with the name of the tenant.
error-source-forbidden = { $path } may not be read (403). Ask for the right to read it.
error-source-redirected = The source redirects to { $to }, another place. Nothing was sent there; use that URL if it is right.
error-source-not-found = { $path } is not there (404). Check the path of the URL; a prefix may be missing, or a part too many.
error-source-not-prometheus = What answers is not a Prometheus API: { $detail }. Check the URL.
error-source-bad-query = The source refuses { $query }: { $detail }
error-source-too-large = The source finds { $query } too large: { $detail } Ask for less at a time.
error-source-answer-too-long = The answer is longer than { $megabytes } MB; reading stopped there. Ask for fewer series or lines, or for a shorter range.
error-source-truncated = The answer ended in the middle, after { $bytes ->
    [one] one byte
   *[other] { $bytes } bytes
 }, also when it was asked for again. Try later; a proxy in between may cut long answers.
error-source-malformed = The answer cannot be read at byte { $offset }: { $detail }.
error-source-busy = The source is busy ({ $status }){ $waits ->
    [yes] {" "}and asks to be left alone for { $seconds } s
   *[no] {""}
 }. Try later, or allow fewer requests a minute.
error-source-server-failed = The source failed with { $status }: { $detail }
error-source-token-command = The token command failed: { $detail }.
error-question-open = { $file } asks a question first: day or month first? Answer it in the preview, or with --day-first or --month-first.
error-file-unreadable = { $path } cannot be read: { $detail }.
error-file-empty = { $path } is empty.
error-file-foreign = { $path } is not read: it is { $kind ->
    [spreadsheet] a spreadsheet
    [compressed] an archive, or packed in a way that is not read (text packed with gzip or Zstandard is)
    [pdf] a PDF
    [picture] a picture
    [database] a database
    [json_document] one JSON document
    [pipe] a pipe or a device
   *[binary] not text
 }. Save it as CSV and try again.
error-file-packed-cut = { $path } was cut: its packed data ends in the middle, at byte { $bytes } of the text. Nothing of it was stored. Copy it here again; or unpack what there is of it and import that.
error-file-packed-damaged = { $path } is damaged: its packed data cannot be trusted up to byte { $bytes } of the text ({ $detail }). Nothing of it was stored. Copy it here again.
error-file-packed-trailing = { $path } goes on behind its packed data with something else, from byte { $at } on. Nothing of it was stored. Unpack it, look whether the text is whole, and import that.
error-file-packed-dense = { $path } was not read to its end: its text is more than { $times } times larger than the file, as only in files that are made to fill a machine. Nothing of it was stored. If you trust it, unpack it and import the text.
error-file-no-time = { $path } has no column of times. Give it one with ISO times such as 2026-11-17T14:00:00Z or with Unix times, or choose one in the preview, or with --time.
error-file-inventory = { $path } holds entities or edges and no samples. Read it with “Import an inventory”, or in the terminal with wardroom topology import.
error-file-logs = { $path } holds log lines and no samples. Open it with “Open log files” in Logs, or read it in the terminal with wardroom logs templates or wardroom logs search.
error-file-no-rows = { $path } has a header and no rows below it.
error-file-no-values = { $path } has no column of numbers. Give it one whose cells are numbers only, or choose one in the preview, or with --value.
error-file-unread-column = The column { $column } of { $path } cannot be read: it holds { $kind ->
    [list] lists
    [object] objects
    [time] times of day without a date
    [bytes] bytes that are no text
   *[other] a type that is not read
}. Leave it out in the preview, or with --ignore { $column }; or write a file in which it holds text, numbers or times.
error-column-unknown = { $file } has no column “{ $column }”. Its columns: { $known }.
error-column-twice = The column “{ $column }” is named for two things. Name it for one of them.
error-columns-given = { $file } is OpenMetrics text, whose format itself says what stands where. Leave out --time, --metric, --value, --label, --kind, --unit and --ignore.
error-file-other-columns = { $path } has { $got ->
    [one] one column
   *[other] { $got } columns
 }, but the choices are for { $expected }.
error-file-bad-row = { $path }, line { $line }, column { $column }: “{ $text }” cannot be read. Nothing was stored: a file with a bad row was to be refused whole. Without --strict, or with “Leave them out” in the preview, only such rows are left out.
error-file-none-readable = { $path } was not imported: { $rows ->
    [one] its one row cannot be read,
   *[other] none of its { $rows } rows can be read, the first of them
 } in line { $line }: “{ $text }”. --preview shows how the columns are understood.
error-file-parquet = { $path } cannot be read as Parquet: { $detail }.
error-file-store = The samples of { $path } could not be stored: { $detail }. Nothing of it was kept.
error-unknown-zone = The zone { $zone } is not known. Try Europe/Berlin, UTC or +05:45.
error-no-display = There is no display to open a window on. The same works in the terminal: wardroom --help.
error-usage = { $detail }
error-secret-input = No secret was given. Type it where the terminal asks, or send it to standard input with --secret-stdin.
error-zone-open = The times in { $file } do not name a zone. Choose one in the preview, or with --times-in.
refusal-fact = states a fact, measures nothing
refusal-partial = the source answered only in part
refusal-joined = an earlier or parallel name of a workload that is judged as one
refusal-copy = stored twice, counted once
