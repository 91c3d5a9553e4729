## The log room: templates, most surprising first, and the lines themselves.

logs-title = Templates, most surprising first
logs-lines-title = Lines, newest first
logs-templates-label = Templates, most surprising first, with their changes
logs-details = Details of the template
logs-tabs = What is listed
logs-tab-templates = Templates
logs-tab-lines = Lines
logs-tab-other = Templates or lines
logs-template-lines = Show the lines of the template
logs-show-lines = Show the lines
logs-run = Run
logs-query-label = Query in KQL
logs-query-language = KQL
logs-query-label-raw = Query in Query DSL, asked of the cluster
logs-query-language-raw = Query DSL
logs-query-hint = service : checkout and level >= warn, or Query DSL in braces
logs-query-problem = Character { $at }: { $problem }
logs-values = Top values of { $field }
logs-values-hide = Hide the values of { $field }
logs-values-narrow = Only lines with { $field } “{ $value }”
logs-values-of = { $lines ->
    [one] One line has
   *[other] { $lines } lines have
 } { $field }; at most { $n ->
    [one] one value is
   *[other] { $n } values are
 } counted one by one.
logs-values-other = Other values
logs-values-none = No line in the range has { $field }.
logs-query-unreadable = the query cannot be read.
logs-refused = The query was not run: it cannot be read at character { $at }.
logs-failed-works = The lines, metrics and alerts still work.
logs-empty-help = Connect Elasticsearch or OpenSearch, or open log files; they stay where they are.
logs-add-elasticsearch = Add Elasticsearch
logs-open-files = Open log files
logs-none-match = No template matches.
logs-stale = { $name } last answered { $time }. What is shown is as old.
logs-late = { $name } last answered { $time }; its newer lines are missing.
logs-mined-known = { $templates } mined from { $lines ->
    [one] one line
   *[other] { $lines } lines
 }
logs-mined = { $templates } mined from { $lines ->
    [one] one line
   *[other] { $lines } lines
 } in { $span }
logs-proof = template miner · { $lines ->
    [one] one line
   *[other] { $lines } lines
 } read once · { $time } { $zone }
logs-look = Look at the template
logs-drawer-close = Close the details
logs-filters = Filters
logs-facet-source = Source
logs-facet-change = Change
logs-facet-class = Class
logs-facet-file = file
logs-facet-only = only
logs-facet-only-of = Only { $name }
logs-changes-new = new
logs-changes-less = gone or fewer
logs-changes-more = more
logs-changes-rare = rare
logs-changes-same = same
logs-change-new = new
logs-change-gone = gone
logs-change-more = more
logs-change-fewer = fewer
logs-change-rare = rare
logs-change-same = same
logs-change-times = ×{ $ratio }
logs-change-new-means = Not in the baseline, nor ever before.
logs-change-gone-means = In the baseline, not in the compared window.
logs-change-more-means = More often than the baseline lets expect.
logs-change-fewer-means = Less often than the baseline lets expect.
logs-change-rare-means = Too seldom to say that it changed.
logs-change-same-means = As often as usual.
logs-change-unknown = not compared
logs-change-unknown-means = Not all of its lines were looked at.
logs-class-hardware = hardware
logs-class-application = application
logs-class-network = network
logs-class-security = security
logs-class-none = no fault
logs-class-unknown = unknown
logs-class-odds = { $class } { $odds }
logs-by-hand = by hand
logs-col-change = Change
logs-col-template = Template
logs-col-lines = Lines in { $span }
logs-col-expected = Expected
logs-col-spark = { $start } to { $end }
logs-col-first = First seen
logs-last = last { $time }
logs-level-unknown = Its writer gave no level.
logs-histogram-none = No lines in the range.
logs-first-alert = first alert
logs-first-new = first new template { $time }
logs-window-baseline = baseline, { $span }
logs-window-compare = compared with, { $span }
logs-edge-baseline-start = Beginning of the baseline
logs-edge-baseline-end = End of the baseline
logs-edge-compare-start = Beginning of the compared window
logs-edge-compare-end = End of the compared window
logs-edge-hint = Drag, or arrow keys; with Shift the whole window moves.
logs-template-of = Template of { $who }
logs-first-seen = First seen
logs-last-seen = Last seen
logs-at-zone = { $time } { $zone }
logs-before = Before that
logs-before-never = never, in { $span } and { $lines ->
    [one] one line
   *[other] { $lines } lines
 }
logs-before-seen = seen, since { $time }
logs-before-nothing = nothing older is known here
logs-against-alerts = Against alerts
logs-against-metrics = Against metrics
logs-error-code = Error code
logs-affected = Affected service
logs-actions = What can be done with the template
logs-label = Correct the class
logs-label-own = A class of your own
logs-label-hardware-means = a part fails or is out of its range
logs-label-application-means = a fault of software or of its configuration
logs-label-network-means = a peer cannot be reached, a link breaks
logs-label-security-means = a failed or suspicious sign-in, a scan, a denied access
logs-label-none-means = routine, progress, success
logs-label-own-means = learnt from the templates that you give it
logs-label-name = Name of the class
logs-label-name-why = Give the class a name first.
logs-label-why = Choose a class first.
logs-label-keep = Keep the class
logs-label-note = It holds for every line of the template, and can be undone.
logs-rename = Rename
logs-name = Name
logs-rename-hint = Shown before the text; empty takes the name away.
logs-rename-keep = Keep the name
logs-rename-clear = Take the name away
logs-merge = Merge with…
logs-merge-why = Mark several templates first, with x.
logs-merge-about = Their lines are counted as one template from here on. It can be undone.
logs-merge-kept = Which one is kept?
logs-split = Split here
logs-leave = Leave it
logs-undo = Undo
logs-decisions = Decisions
logs-decisions-none = Nobody has decided anything about templates here.
logs-copy-json = Copy as JSON
logs-copied-json = Type, code, service, confidence and evidence are copied.
logs-metrics-of = Metrics of { $name }
logs-to-map = Show on the map
logs-to-catalog = Show in the catalog
logs-around = Lines around it
logs-around-all = all who write
logs-around-where = { $who }, { $zone }
logs-explains = What explains it
logs-parameters = Parameters
logs-parameter = Parameter { $n }, { $kind }
logs-parameter-of = Of the merged template
logs-spread = Distribution of { $kind }: from { $low } to { $high }, middle { $median }.
logs-value = Value
logs-baseline = Baseline
logs-compare = Compared
logs-examples = Examples
logs-moment = Set as the moment
logs-minutes = Only the minutes around
logs-template-remove = Show lines of every template, not only { $text }
logs-keep = Keep these lines
logs-keeping = Keeping the lines
logs-mask-title = Secrets in lines
logs-mask-none = None were found.
logs-mask-off = secrets are not masked
logs-mask-switch = Mask secrets on the way in
logs-mask-note = Holds for lines that arrive from now on. What is masked is gone: only its rule is kept.
logs-rule-authorization = Authorization headers
logs-rule-bearer = bearer and basic sign-ins
logs-rule-password = passwords
logs-rule-secret = client and other secrets
logs-rule-api-key = API keys
logs-rule-token = access and other tokens
logs-rule-aws-key = AWS keys
logs-rule-gcp-key = Google Cloud keys
logs-rule-github-token = GitHub and GitLab tokens
logs-rule-slack-token = Slack tokens and web hooks
logs-rule-jwt = signed tokens (JWT)
logs-rule-private-key = private keys
logs-rule-url-credentials = passwords in addresses
logs-rule-card-number = card numbers
logs-rule-cookie = cookies
logs-rule-session = session ids
logs-kind-number = number
logs-kind-duration = duration
logs-kind-bytes = size
logs-kind-percent = percent
logs-kind-address = address
logs-kind-host = host
logs-kind-port = port
logs-kind-id = id
logs-kind-path = path
logs-kind-url = URL
logs-kind-time = time
logs-kind-user = user
logs-kind-hex = hexadecimal
logs-kind-version = version
logs-kind-flag = yes or no
logs-kind-text = text
logs-lines-count = { $n ->
    [one] one line
   *[other] { $lines } lines
}
logs-sources-elasticsearch = { $count ->
    [one] one cluster
   *[other] { $count } clusters
}
logs-sources-log-files = { $count ->
    [one] one set of files
   *[other] { $count } sets of files
}
logs-sources-simulated = { $count ->
    [one] one simulator
   *[other] { $count } simulators
}
logs-filters-left = { $count ->
    [one] Filters, one active
   *[other] Filters, { $count } active
}
logs-unmark = { $count ->
    [one] Take one mark away
   *[other] Take { $count } marks away
}
logs-merge-marked = { $count ->
    [one] Merge one template
   *[other] Merge { $count } templates
}
logs-merge-title = { $count ->
    [one] Merge one template
   *[other] Merge { $count } templates into one
}
logs-services-count = { $count ->
    [one] one service
   *[other] { $count } services
}
logs-hosts-count = { $count ->
    [one] one host
   *[other] { $count } hosts
}
logs-why-class = { $count ->
    [one] One reason for this class
   *[other] { $count } reasons for this class
}
logs-distinct = { $count ->
    [one] always the same
   *[other] { $shown } values
}
logs-distinct-more = { $count ->
    [one] more than one value
   *[other] more than { $shown } values
}
logs-kept = { $lines ->
    [one] One line of { $name } is
   *[other] { $lines } lines of { $name } are
 } kept in the workspace.
logs-masked = { $count ->
    [0] no secrets masked
    [one] one secret masked
   *[other] { $shown } secrets masked
}
logs-files-count = { $count ->
    [one] one file
   *[other] { $count } files
}
logs-files-rest-ready = { $count ->
    [0] None of them can be read.
    [one] One file can be read as { $format }.
   *[other] { $count } files can be read as { $format }.
}
logs-files-rest-refused = { $count ->
    [one] One is refused.
   *[other] { $count } are refused.
}
logs-files-open-count = { $count ->
    [0] Open the files
    [one] Open one file
   *[other] Open { $count } files
}

## Log files, opened in place.

logs-files-kind = log files
logs-files-lead-none = Open log files.
logs-files-lead-waiting = Nothing is opened yet.
logs-files-lead-opening = The files are being opened.
logs-files-lead-opened = The files are open.
logs-files-rest-none = Drop them here, choose them, or name a path.
logs-files-rest-reading = Their beginnings are being read.
logs-files-rest-asks = One thing is asked.
logs-files-format = Format
logs-files-as-found = as found: { $format }
logs-files-span = { $start } to { $end }
logs-files-zone = Zone
logs-files-zone-unknown = not written
logs-files-zone-ask = The times have no zone. In which zone were they written?
logs-files-asks = Answer the question first
logs-files-no-guess = Nothing is guessed: a wrong zone, year or order of day and month would move every line.
logs-files-reading = As understood
logs-files-reading-note = change any of it; the preview follows
logs-files-rereading = Reading again.
logs-files-year = Year
logs-files-day-order = Day and month
logs-files-year-hint = as found
logs-files-first = First lines
logs-files-text = Text
logs-files-list = Files
logs-files-order = one log, oldest first
logs-files-packed = { $format }, { $compression }
logs-files-leave-out = Leave out
logs-files-more = More files
logs-files-drop = Drop them on the window. Files of one set become one source.
logs-files-what = Plain lines, JSON lines, syslog, web server logs, key=value pairs, journal exports, traces of several lines; packed with gzip or zstd too.
logs-files-nothing = No file can be opened yet.
logs-files-open = Open the files
logs-files-stay = They stay where they are; templates and counts go into the workspace.
logs-files-stop = Stop opening
logs-files-progress = { $done } of { $total }, { $rate } a second
logs-files-left = { $span } left
logs-format-json = JSON lines
logs-format-ecs = JSON lines, ECS
logs-format-opentelemetry = JSON lines, OpenTelemetry
logs-format-logstash = JSON lines, logstash
logs-format-bunyan = JSON lines, bunyan or pino
logs-format-docker-json = Docker, json-file
logs-format-journald-json = journal, JSON
logs-format-journald-export = journal export
logs-format-syslog-3164 = syslog, RFC 3164
logs-format-syslog-5424 = syslog, RFC 5424
logs-format-access-common = web requests, common
logs-format-access-combined = web requests, combined
logs-format-nginx-error = Nginx errors
logs-format-apache-error = Apache errors
logs-format-logfmt = key=value pairs
logs-format-klog = klog
logs-format-logcat = logcat
logs-format-cbs = Windows servicing
logs-format-leveled = time, level, text
logs-format-timed-lines = lines with a time
logs-format-epoch-lines = lines with a Unix time
logs-format-plain = lines without a time

## Add a source: clusters of logs.

connect-kind-elasticsearch = Elasticsearch
connect-kind-logs = Log files
connect-url-hint-logs = Elasticsearch or OpenSearch; the path is kept.
connect-sign-key = API key
connect-hint-key = as the cluster gave it
connect-api-key = API key
connect-api-key-hint = The encoded form, or id:key.
connect-lead-silent-logs = { $name } does not answer as an Elasticsearch or OpenSearch.
connect-test-nothing-logs = Nothing has been asked yet. The test says product, version, indices, fields, clock, and which rights are missing.
connect-probe-readable = readable
connect-logs-after-test = Indices and fields come after the test of the connection.
connect-scope-filter-logs = nothing is asked for without an index
connect-indices = Indices and data streams
connect-index-filter = Filter indices
connect-index-index = index
connect-index-alias = alias
connect-index-datastream = data stream
connect-index-none = No index that may be read is called so.
connect-index-gone = { $name } is not there any more, or may not be read.
connect-index-leave = Leave it out
connect-index-patterns = Patterns
connect-index-patterns-example = app-logs-*, db-logs-*
connect-index-patterns-hint = Added to what is chosen; separated by commas.
connect-col-kind = Kind
connect-col-documents = Documents
connect-col-size = Size there
connect-log-query = Only lines
connect-log-query-hint = level >= info and not service : probe
connect-log-query-note = KQL, or Query DSL in braces; empty brings all.
connect-map = Fields
connect-map-time = Time
connect-map-message = Text
connect-map-level = Level
connect-map-service = Service
connect-map-host = Host
connect-map-dataset = Log
connect-map-none = none
connect-map-found = Take what is found
connect-map-no-time = Without a field for the time nothing can be brought.
connect-map-no-message = Without a field for the text lines stay empty.
connect-schema-ecs = found: Elastic Common Schema
connect-schema-otel = found: OpenTelemetry
connect-schema-ss4o = found: Simple Schema for Observability
connect-schema-legacy = found: names that were usual before ECS
connect-schema-by-hand = as chosen here
connect-sample = Some lines
connect-sample-none = No line came: the indices are empty, or the query finds none.
connect-count-hint-logs = the cluster counts them after the test
connect-sync-logs = Sync the logs
connect-why-disabled-index = Choose an index first.
connect-rest-indices = { $count ->
    [0] No index may be read;
    [one] One index may be read;
   *[other] { $count } indices may be read;
} { $chosen ->
    [0] none is chosen yet.
    [one] one is chosen.
   *[other] { $chosen } are chosen.
}
connect-probe-indices = { $count ->
    [one] One index, alias or data stream
   *[other] { $count } indices, aliases and data streams
}
connect-index-more = { $count ->
    [one] One more is found by the filter.
   *[other] { $count } more are found by the filter.
}
connect-sample-note = { $count ->
    [one] one, as it would arrive
   *[other] { $count }, as they would arrive
}
connect-log-cost = { $n ->
    [one] one line, { $size }
   *[other] { $lines } lines, { $size }
}
connect-sync-lines = { $n ->
    [one] Sync one line
   *[other] Sync { $lines } lines
}
