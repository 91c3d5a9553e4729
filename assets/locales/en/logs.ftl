# Sentences about log lines that the core sends as data: the same in window and terminal.

## The table of templates
logroom-new = { $n ->
    [one] One template did not exist before { $time }.
   *[other] { $n } templates did not exist before { $time }.
 }
logroom-nothing-new = Nothing new: every template was there before.
logroom-nothing-new-but = Nothing new. { $more ->
    [0] No template is
    [one] One template is
   *[other] { $more } templates are
 } more frequent than expected, { $gone ->
    [0] none
    [one] one
   *[other] { $gone }
 } stopped.
logroom-history-short = There is too little before the compared window to call anything new.
logroom-history-short-lead = It takes { $n ->
    [one] one line
   *[other] { $n } lines
 } at least. Choose an earlier baseline, or a longer range.
logroom-not-compared = The windows hold more lines than were looked at: nothing is compared.
logroom-lead = Look first at “{ $template }” of { $place }, since { $time }.
logroom-lead-before-alert = Look first at “{ $template }” of { $place }, since { $time }: { $span } before the first alert.
logroom-lead-after-alert = Look first at “{ $template }” of { $place }, since { $time }: { $span } after the first alert.
logroom-lead-nowhere = Look first at “{ $template }”, since { $time }.
logroom-lead-nowhere-before-alert = Look first at “{ $template }”, since { $time }: { $span } before the first alert.
logroom-lead-nowhere-after-alert = Look first at “{ $template }”, since { $time }: { $span } after the first alert.
logroom-looked-at-partly = Only { $n ->
    [one] one line of each source was
   *[other] { $n } lines of each source were
 } looked at; the counts are too low. Choose a shorter range or a narrower query.
logroom-rows-cut = The table shows { $n } of { $all ->
    [one] 1 template
   *[other] { $all } templates
 }. Narrow the query, or choose a level, a class or a change.
logroom-values-partly = Only { $n ->
    [one] one line of a window was
   *[other] { $n } lines of a window were
 } looked at for the values, so none is said to explain the change. Choose shorter windows.
logroom-counted-partly = Not all lines of { $name } were looked at; the counts are too low. Choose a shorter range or a narrower query.
log-change-new = new
log-change-gone = gone
log-change-more = more
log-change-fewer = fewer
log-change-rare = rare
log-change-same = same
log-class-hardware = hardware failure
log-class-application = application error
log-class-network = network interruption
log-class-security = security attack
log-class-none = no fault
log-class-unknown = unknown

## One template
logroom-before-alert = { $span } before the first alert, which fired at { $time }
logroom-after-alert = { $span } after the first alert, which fired at { $time }
logroom-before-finding = { $span } before { $what } of { $entity } departed from the usual
logroom-after-finding = { $span } after { $what } of { $entity } departed from the usual
logroom-explains = { $value } is behind { $increase } % of the additional lines: { $before } % of the lines before, { $after } % in the compared window.
logroom-explains-new = { $value } is in { $after } % of the lines.
logroom-evidence-rule = the rule “{ $rule }” finds “{ $text }”: { $class }
logroom-evidence-term = the words “{ $text }” speak for { $class }
logroom-evidence-level = its level { $text } speaks for { $class }
logroom-decided-merge = { $n } templates are one: “{ $template }”
logroom-decided-split = “{ $template }” is split at parameter { $place }
logroom-decided-name = “{ $template }” is called { $name }
logroom-decided-unnamed = “{ $template }” has no name
logroom-decided-class = “{ $template }” is of the class { $class }
logroom-decided-own-class = “{ $template }” is of the class { $name }

## Queries
query-unclosed-quote = a quote is not closed
query-unclosed-parenthesis = a parenthesis is not closed
query-unexpected-parenthesis = this parenthesis was not opened
query-missing-value = the field has no value
query-missing-operand = something is missing beside and, or, not, or within the parentheses
query-empty-text = there is nothing between the quotes
query-unexpected-text = a space is missing behind the quote
query-unknown-operator = this operator is not known; write field : value, and, or, not
query-unknown-level = this is no level; write trace, debug, info, warn, error or fatal
query-mixed-stars = a word cannot have a star as itself beside one for any characters
query-bad-regex = what stands between the slashes is no regular expression, or too large a one; write \/word to mean a slash
query-time-field = the time is no field of stored lines and files; choose the period instead, in the terminal with --since and --until
query-too-deep = the parentheses are nested too deeply
query-too-long = the query is too long
query-json-ends = the JSON ends before it is complete; close its quotes, brackets and braces
query-json-bad = here JSON goes on otherwise; look for a comma, a colon, a quote or a brace too many or too few
query-json-empty = the object is empty; write one query in it, such as “match_all”
query-json-keys = { $keys } does not belong here; give the one query alone, under “query” or without it
query-json-no-object = “query” has to hold an object
query-json-behind = behind the object only “and” with a query in KQL may stand
query-json-regex = a cluster is not asked for regular expressions of KQL; write them in the object, as “regexp”

## Clusters
missing-log-product = May not read { $path }: product and version are not known.
missing-log-indices = May not list indices: they have to be typed. Allow { $path } to list them.
missing-log-sizes = May not read how many documents there are. Allow { $path } to know it.
missing-log-fields = May not read types of fields: which field holds what is guessed from some lines. Allow { $path }.
missing-log-search = May not search: nothing can be read. Allow { $path }.
absent-log-product = It does not say who it is ({ $path }: { $status }): product and version are not known.
absent-log-indices = It gives no list of indices ({ $path }: { $status }): they have to be typed.
absent-log-sizes = It does not say how many documents there are ({ $path }: { $status }).
absent-log-fields = It gives no types of fields ({ $path }: { $status }): which field holds what is guessed from some lines.
absent-log-search = Nothing is there to be searched ({ $path }: { $status }): nothing can be read. Name indices that exist.
log-field-conflict = The field { $field } has several types: { $types }.
log-notice-shards = Parts of { $subject } did not answer: { $detail }. What is shown is partial.
log-notice-timed-out = The cluster ran out of time for { $subject } and answered with what it had.
log-notice-conflict = A field has another type in { $subject }, which is left out: { $detail }.
log-notice-fields = { $subject ->
    [one] One line
   *[other] { $subject } lines
 } had more fields than are kept; { $detail ->
    [one] one was
   *[other] { $detail } were
 } left out.
log-notice-cut = { $detail ->
    [one] One value of { $subject } was longer than is kept, and was cut.
   *[other] { $detail } values of { $subject } were longer than is kept, and were cut.
 }
log-notice-too-long = The document { $detail } of { $subject } is too long; it came without its text.
log-notice-ties = So many lines share one time that they cannot be told apart: those beyond { $detail } are left out.
log-notice-repeat = After an interruption some lines of { $subject } may have come twice.
log-notice-no-pit = The cluster cannot hold a view of { $subject } at one moment: lines that were deleted or arrived meanwhile may be missing.
log-notice-coarser = The steps of the counts of { $subject } are wider than asked for, { $detail } each, to spare the cluster.
log-notice-not-countable = The field { $subject } cannot be counted by value.
log-notice-mapped-only = Text was looked for in the mapped fields of { $subject } only, because there are too many fields.
log-notice-no-time = These indices have no field { $detail }, so that their documents are not read: { $subject }. Choose indices without them, or map the time by hand.
log-notice-no-content = The index { $subject } keeps no content of its documents (_source is off): { $detail ->
    [one] one line
   *[other] { $detail } lines
 } came without text. Turn _source on and index them again to read it.
logroom-nothing-stored = Nothing of { $name } is stored here for this range. Sync it to see its lines; counts come from the cluster.
logroom-partly-stored = Of { $name } the lines from { $from } to { $to } are stored here; counts of the rest come from the cluster.
logroom-read-in-part = Parts of { $name } did not answer when lines of this range were read, so some of them are missing here. Sync it again; counts come from the cluster.
logroom-windows-lack = Not every line that { $name } has in both windows is stored here: what is gone or less frequent may only be missing. Sync both windows to be sure.
logroom-not-asked-again = Parts of { $name } did not answer for lines from { $from } to { $to }. So many others of that time are stored that they could not be told from new ones, so it is not read again by itself. To have it whole, add the cluster anew and sync that period.
logroom-cluster-no-regex = { $name } is not asked for regular expressions; only lines stored here are searched.
logroom-not-counted = { $name } did not count its lines in time; only those stored here are counted.
logroom-cluster-asked = Answered by { $names } just now; lines stored here and files were not looked at, and nothing of it is stored.
logroom-cluster-silent = { $name } did not answer the query; its lines are missing. Choose it alone to see why.
logroom-values-low = The parts of the cluster name their own most frequent values only: a count may be too low by up to { $n }.
logroom-values-joined = Several sources were counted, and not every one names all of its values: those between them may be too low.
logroom-cluster-uncounted = { $name } did not count what it finds; the counts are too low.

## Log files
logfile-question-zone = In which zone were these times written? { $examples }
logfile-question-day-first = Is the day or the month first? { $examples }
logfile-question-year = These times have no year: { $examples }. Taken is { $year }.
logfile-question-date = These times have no date: { $examples }. The day before the last change of the file is taken.
logfile-left-out = { $file } is left out: { $why ->
    [missing] nothing is there
    [denied] the system does not allow to read it
    [folder] it is a folder
    [empty] it is empty
    [foreign] it is not a log
    [utf16] it is text in { $detail }, and files are read in UTF-8; write it anew in UTF-8
    [undecided] its times can be read in more than one way
    [changed] it was written anew while it was read
   *[unreadable] { $detail }
 }.
logfile-invalid-utf8 = { $file }: { $n ->
    [one] one line has
   *[other] { $n } lines have
 } bytes that are not UTF-8, shown as �.
logfile-nul-bytes = { $file }: { $n ->
    [one] one line has
   *[other] { $n } lines have
 } NUL bytes, shown as �.
logfile-long-lines = { $file }: { $n ->
    [one] one line is
   *[other] { $n } lines are
 } longer than is kept, the longest { $longest }; the rest of it was not read.
logfile-truncated = { $file } ends in the middle, after { $bytes }; what arrived is shown.
logfile-damaged = { $file } is damaged after { $bytes }: { $detail }. What stood before is shown.
logfile-trailing = { $file }: something else stands behind the packed data; it was left out.
logfile-dense = { $file } was read up to { $bytes } and no further: its text is more than a thousand times larger than the file, as only in files that are made to fill a machine. What was read is shown. If you trust it, unpack it and open the text.
logfile-bad-json = { $file }: { $n ->
    [one] one line begins like JSON and is not; it is
   *[other] { $n } lines begin like JSON and are not; they are
 } kept as text.
logfile-elements = { $file } is one list in JSON; each of its elements is read as a line.
logfile-elements-of = { $file } is one document in JSON; each element of its list “{ $array }” is read as a line, what stands around the list is left out.
logfile-bad-elements = { $file }: { $n ->
    [one] element { $first } is no whole JSON object; it is
   *[other] { $n } elements are no whole JSON objects, the first is element { $first }; they are
 } kept as text.
logfile-many-fields = { $file }: { $n ->
    [one] one line has
   *[other] { $n } lines have
 } more fields than are kept.
logfile-no-times = { $file }: no line has a time. Only the order of the lines is known.
logfile-untimed = { $file }: { $n ->
    [one] one line has no time and takes
   *[other] { $n } lines have no time and take
 } that of the line before.
logfile-zone-assumed = { $file }: its times name no zone and were taken as UTC. Name the zone if that is wrong.
logfile-year-assumed = { $file }: its times name no year; { $year } was taken, which fits to when it was changed last. Name the year of its last line with --year if that is wrong.
logfile-date-assumed = { $file }: its times name no date; the day before its last change was taken.
logfile-day-first-assumed = { $file }: its dates can be read with the day or the month first and were read with the day first. Say --month-first if that is wrong.
logfile-skipped-times = { $file }: { $n ->
    [one] one local time does not exist on the night of a change and was
   *[other] { $n } local times do not exist on the night of a change and were
 } moved forward.
logfile-repeated-times = { $file }: { $n } local times occurred twice; the first was taken.
logfile-unfinished = { $file }: its last line is not finished yet.
logfile-changed = { $file } became shorter while it was read.
logfile-index-not-kept = The index could not be kept: { $detail }. The next opening reads the files again.
logfile-late-lines = { $file }: { $n ->
    [one] one line of a record
   *[other] { $n } lines of a record
 } arrived after it was shown.
logfile-ordered = The files are read in the order of their times: { $files }.
logfile-overlap = { $first } and { $second } overlap from { $from } on; they are read one after the other.
logroom-file-shrunk = { $file } of { $name } was emptied or written anew, and was read again.
logroom-file-rotated = { $file } of { $name } was replaced by another file, which was read too.
logroom-file-gone = { $file } of { $name } is gone. What was counted stays; its lines can be read as long as it is open here.
logroom-file-back = { $file } of { $name } is there again.
logroom-files-grew = The files of { $name } have more lines than are counted in the table. Open them anew to count all.
logroom-files-unreadable = The files of { $name } cannot be read: { $path }. Templates and counts are those of the last reading.
logroom-files-elsewhere = { $name } names files of another machine. They are not opened by the word of a file from elsewhere.
logroom-input-short = The input ended in the middle; what arrived was read.
logroom-input-utf16 = The input is text in { $encoding } and was read as such.
job-open-logs = Log files
job-keep-logs = Keeping lines

## The terminal
terminal-templates = { $n ->
    [one] One template
   *[other] { $n } templates
 } in { $lines ->
    [one] one line
   *[other] { $lines } lines
 }.
terminal-diff = { $n ->
    [0] No template changed.
    [one] One template changed: { $new } new, { $gone } gone.
   *[other] { $n } templates changed: { $new } new, { $gone } gone.
 }
terminal-values = Values of { $field }, in { $lines ->
    [one] one line that has
   *[other] { $lines } lines that have
 } one:
terminal-values-none = No line that was found has a field { $field }.
terminal-values-other = … and { $lines ->
    [one] one line with another value
   *[other] { $lines } lines with other values
 }.
terminal-masked = { $n ->
    [one] One secret is masked
   *[other] { $n } secrets are masked
 } ({ $rules }). --show-secrets shows them.
terminal-field-unclear = A field is written as PART=FIELD; PART is time, message, level, service, host or dataset.
terminal-probe-cluster = { $product } { $version } answers; { $requests ->
    [one] one request
   *[other] { $requests } requests
 } in { $took }.
terminal-probe-mapping = Fields ({ $schema }): { $fields }.
terminal-synced-lines = { $name }: { $samples ->
    [one] one new line
   *[other] { $samples } new lines
 }, { $requests ->
    [one] one request
   *[other] { $requests } requests
 }.

## Failures
error-log-query = “{ $text }” cannot be read at column { $column }: { $problem ->
    [unclosed_quote] { query-unclosed-quote }
    [unclosed_parenthesis] { query-unclosed-parenthesis }
    [unexpected_parenthesis] { query-unexpected-parenthesis }
    [missing_value] { query-missing-value }
    [missing_operand] { query-missing-operand }
    [empty_text] { query-empty-text }
    [unexpected_text] { query-unexpected-text }
    [unknown_operator] { query-unknown-operator }
    [unknown_level] { query-unknown-level }
    [mixed_stars] { query-mixed-stars }
    [bad_regex] { query-bad-regex }
    [time_field] { query-time-field }
    [too_deep] { query-too-deep }
   *[too_long] { query-too-long }
 }.
error-log-query-regex = A cluster is not asked for the regular expression “{ $text }”: it would be looked for in single words only. Use words or raw JSON here.
error-log-query-json = The query begins with a brace, but line { $line }, column { $column } cannot be read: { $problem ->
    [ends] the JSON ends before it is complete. Close its quotes, brackets and braces.
    [empty] the object is empty. Write one query in it, such as “match_all”.
    [keys] { $keys } does not belong here. Give the one query alone, under “query” or without it.
    [no_object] “query” has to hold an object.
    [behind] behind the object only “and” with a query in KQL may stand.
    [regex] a cluster is not asked for regular expressions of KQL. Write them in the object, as “regexp”.
   *[not_json] here JSON goes on otherwise. Look for a comma, a colon, a quote or a brace too many or too few.
 }
error-log-query-raw = A query in braces is in the language of a cluster: stored lines, files and templates cannot be asked with it. Look at the lines of a workspace with it, or write words and fields, such as service : checkout; a brace that is meant as itself stands in quotes.
error-log-field-uncountable = “{ $field }” cannot be counted by value: name one field with short values, such as service, host, level or a field of the lines.
error-log-query-raw-regex = A cluster is not asked for --regex. Write it in the query, as “regexp”.
error-log-query-raw-context = A cluster is not asked for the lines around what it finds. Leave --context away.
error-log-query-raw-template = A cluster knows no templates. Take the template away, or ask in words and fields.
error-log-query-no-cluster = A query in braces is answered by a cluster, and no chosen source is one that may be asked. Connect Elasticsearch or OpenSearch, let it go on where it is paused, or choose it.
error-log-query-elsewhere = This workspace comes from another machine or place, and it alone names the server of { $name }. Follow { $name } to trust it, or ask stored lines in words and fields.
error-regex = “{ $text }” is not a regular expression: { $detail ->
    [empty] it is empty
    [too_large] it would need too much memory
   *[other] { $detail }
 }.
error-no-such-template = There is no template { $id } here.
error-no-such-line = There is no line { $id } here.
error-no-such-decision = There is no decision number { $id }, or it was taken back already.
error-log-merge-few = It takes two templates at least to merge. Mark another one.
error-log-split-parameter = The template has { $n ->
    [one] one parameter; choose it
   *[other] { $n } parameters; choose one of them
 }.
error-log-name-long = The name is too long; { $n } characters are the limit.
error-log-format = The format { $format } is not known. Known are: { $known }.
error-log-no-files = No file is named.
error-log-file-folder = { $path } is a folder. Name the files in it.
error-log-file-foreign = { $path } is not a log: it is { $kind ->
    [spreadsheet] a spreadsheet
    [compressed] compressed
    [pdf] a PDF
    [picture] a picture
    [database] a database
    [json_document] one JSON document
   *[binary] not text
 }.
error-log-file-utf16 = { $path } is text in { $encoding }; files are read in UTF-8. Write it anew, for example with iconv -f { $encoding } -t UTF-8, or give it to wardroom logs as standard input, which reads both.
error-log-file-changed = { $path } was written anew while it was read. Try again.
error-log-files-open-already = These files are open already, as { $name }.
error-log-files-elsewhere = { $name } names files of another machine. Open the files here as a source of their own.
error-not-log-files = { $name } is not a source of log files.
error-not-a-log-source = { $name } is not a cluster with log lines.
error-log-zone-open = The times in { $file } do not name a zone. Choose one in the preview, or with --times-in.
error-log-input = Standard input cannot be read: { $detail }.
error-log-diff-empty = One of the two has no line that matches: there is nothing to compare.
error-log-mixed-input = Standard input (-) is read alone. Leave the files out, or write the input to a file first.
error-log-diff-overlap = The two windows overlap, and what is new in both would not be told. Let one end where the other begins, such as now-1h to now-15m and now-15m to now.
error-log-diff-inputs = Name two files (one of them may be -), or one and two windows with --baseline and --compare.
error-source-not-elasticsearch = What answers is neither Elasticsearch nor OpenSearch: { $detail }. Check the URL.
