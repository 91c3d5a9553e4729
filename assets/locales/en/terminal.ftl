terminal-more = … and { $n } more; --json lists them.
terminal-more-than-listed = … and { $n } more; --json lists { $listed } of all, and `wardroom series` every series with a finding.
terminal-synced = { $name }: { $samples ->
    [one] one new sample
   *[other] { $samples } new samples
 } of { $series } series, { $requests ->
    [one] one request
   *[other] { $requests } requests
 }.
terminal-followed = { $name }: followed for { $span }, last answer at { $time }.
terminal-followed-silent = { $name }: followed for { $span } without an answer.
terminal-imported = { $samples ->
    [one] One sample
   *[other] { $samples } samples
 } of { $series } series imported; rows left out: { $bad }.
terminal-bad-row = { $column ->
    [0] Line { $line }: “{ $text }”, { $problem }; left out.
   *[other] Line { $line }, column { $column }: “{ $text }”, { $problem }; left out.
 }
terminal-bad-line = Line { $line }: { $problem }.
import-repeated-times = { $n ->
    [one] One local time occurred twice
   *[other] { $n } local times occurred twice
 } in the night in which the clock is put back; the first was taken. Times that name their zone leave no doubt.
import-overwritten = At least { $n ->
    [one] one sample has
   *[other] { $n } samples have
 } the time of another one of the same series; the later one in the file was taken.
terminal-preview = Rows: { $rows }, series: { $series }, samples: { $samples }, rows that cannot be read: { $bad }. Nothing is stored yet.
terminal-preview-about = The beginning of the file was read. From it, about: rows { $rows }, series { $series }, samples { $samples }, rows that cannot be read { $bad }. Nothing is stored yet.
terminal-preview-asking = Rows: { $rows }. What comes of them shows when the question is answered. Nothing is stored yet.
import-again = This file was imported before, as { $name }; what is the same was not stored twice.
import-not-taken = Columns that were not taken: { $columns }. --value or --label takes them, --ignore leaves them.
import-not-read = Column { $column } is left out: { $why }.
import-columns-cut = Only the first { $n ->
    [one] column is
   *[other] { $n } columns are
 } taken: the objects of this file have more keys. Write a file with fewer keys to take the others.
import-period = From { $first } to { $last }.
import-times-far = The times reach from { $first } to { $last }. If that is not meant, delete the source (wardroom source delete) and name another column with --time; a number is read as a Unix time.
terminal-exported = { $samples ->
    [one] One sample
   *[other] { $samples } samples
 } of { $series } series written to { $path }
export-as-of = As known at { $date }: samples that became known later are left out. Kinds and units of series are those known now.
terminal-sound = Sound: { $chunks ->
    [one] one chunk
   *[other] { $chunks } chunks
 } with { $samples ->
    [one] one sample was
   *[other] { $samples } samples were
 } read back.
terminal-not-sound = Not sound. { $chunks ->
    [one] One chunk
   *[other] { $chunks } chunks
 } with { $samples ->
    [one] one sample was
   *[other] { $samples } samples were
 } looked at:
terminal-compacted = { $before } MB before, { $after } MB after.
terminal-secret = Password or token:{" "}
terminal-source-none = There are no sources.
terminal-kind-prometheus = Prometheus
terminal-kind-elasticsearch = Elasticsearch
terminal-kind-cmdb = CMDB
terminal-kind-simulated = simulated
terminal-kind-file = file
terminal-kind-log-files = log files
terminal-kind-inventory-file = inventory file
terminal-source-is-paused = paused
terminal-source-edited = { $name } is changed. Next: wardroom sync.
terminal-source-trusted = This workspace comes from another machine or place and is trusted here from now on: reading { $name } runs the program that you named.
terminal-source-unchanged = { $name } is as it was: nothing was named that it has not.
terminal-source-paused = { $name } is paused: it is not asked for anything.
terminal-source-resumed = { $name } is asked again. Next: wardroom sync.
terminal-source-deleted = { $name } is deleted; its data stays.
terminal-source-deleted-data = { $name } is deleted with its data. wardroom workspace compact gives the space back.
terminal-scope-cost = { $series } series, { $bytes } and { $requests ->
    [one] one request
   *[other] { $requests } requests
 } for seven days
terminal-scope-total = What is marked takes { $series } series at most, { $bytes } and { $requests ->
    [one] one request
   *[other] { $requests } requests
 } for seven days.
terminal-scope-instead = Without that label it is { $series } series: --expression '{ $expression }'
terminal-secret-of = Password or token for { $name } ({ $place }):{" "}
terminal-secret-not-kept = No keychain answers here, so the secret of { $name } ends with this command: wardroom sync asks for it, or reads it with --secret-stdin.
terminal-secret-several = Several sources take a secret: { $names }. Name the one that it is for with --source.
terminal-secret-lost = { $name } signs in at { $place } with a secret that is not known here. wardroom sync asks for it, or reads it with --secret-stdin.
terminal-option-misplaced = { $option } has no meaning for { $kind ->
    [prometheus] a Prometheus
    [elasticsearch] a cluster with log lines
   *[cmdb] an inventory
 }. Leave it out.
terminal-secret-for-nothing = --secret-stdin gives a secret, and no sign-in takes one. Add --user, --bearer or --api-key.
terminal-connected = { $name } is source { $id }. Next: wardroom sync.
terminal-connected-idle = { $name } is source { $id }. Nothing is chosen to be read from it: wardroom query --live can ask it, wardroom sync reads nothing. --suggest, --selector and --expression choose.
terminal-probe = { $product } answers: { $series } series; { $requests ->
    [one] one request
   *[other] { $requests } requests
 } in { $took }.
terminal-probe-data = Data from { $oldest } to { $newest }.
terminal-probe-clock = Its clock is { $offset } off from yours.
terminal-format-unclear = The ending of the file does not tell the format. Use .csv, .parquet or .om, or name it with --format.
terminal-header-unclear = A header is written as "Name: value".
terminal-expression-unclear = An expression is written as name=promql.
role-time = time
role-name = name
role-label = label
role-value = value
role-kind = kind
role-unit = unit
role-left-out = left out
job-demo = Demo
job-sync = Sync
job-import = Import
job-export = Export
job-detect = Detection
job-report = Report
job-compact = Compact
job-copy = Copy
terminal-zone-question = The times do not name a zone; say it with --times-in.
terminal-series-none = No series matches; classes are told by wardroom detect.
