## Catalog: the sources of the workspace.

catalog-lead-none = No source is connected.
catalog-lead-all = { $count ->
    [one] The source is healthy.
   *[other] All { $count } sources are healthy.
}
catalog-lead-some = { $good ->
    [0] { $count ->
        [one] The source is not healthy.
       *[other] None of { $count } sources is healthy.
    }
    [one] One of { $count } sources is healthy.
   *[other] { $good } of { $count } sources are healthy.
}
catalog-rest-empty = Connect a Prometheus, or drop files.
catalog-rest-stale = { $count ->
    [one] One is late; it is asked again by itself.
   *[other] { $count } are late; they are asked again by themselves.
}
catalog-rest-failed = { $count ->
    [one] One needs you.
   *[other] { $count } need you.
}
catalog-rest-partial = { $count ->
    [one] One has data only in part.
   *[other] { $count } have data only in part.
}
catalog-crumb = Catalog
catalog-tab-sources = Sources
catalog-tabs = Parts of the catalog
catalog-list = Sources
catalog-col-state = State
catalog-col-source = Source
catalog-col-heard = Last heard
catalog-col-data = Data
catalog-col-rules = Rules
catalog-col-firing = Firing
catalog-col-secret = Secret
catalog-kind-prometheus = Prometheus
catalog-kind-simulated = simulated
catalog-kind-file = file
catalog-size = { $series } series, { $samples ->
    [one] one sample
   *[other] { $samples } samples
}
catalog-never = never
catalog-not-yet = nothing yet
catalog-every = every { $span }
catalog-not-followed = not followed
catalog-on-demand = read once
catalog-with-clock = with the drill's clock
catalog-data-span = { $start } to { $end }
catalog-secret-stored = stored
catalog-secret-memory = until you quit
catalog-secret-missing = missing
catalog-secret-none = none needed
catalog-state-fresh = fresh
catalog-state-resting = resting
catalog-state-stale = stale
catalog-state-failed = failed
catalog-state-paused = paused
catalog-state-syncing = syncing
catalog-add = Add a source
catalog-drill-note = A drill reaches nothing real. Sources and files are added in a workspace of your own.
catalog-drop = Drop files here
catalog-drop-note = CSV, Parquet, JSON lines, OpenMetrics. Each is shown to you before anything is stored.
catalog-browse = Browse
catalog-path = Path of a file
catalog-path-preview = Preview
catalog-secrets-note-memory = Every source is read only. No keychain here: secrets stay in memory until you quit, never in the workspace file.
catalog-secrets-note = Every source is read only. Secrets stay in the system keychain, never in the workspace file.
catalog-empty-title = Nothing is connected yet
catalog-empty-body = Connect a Prometheus to bring its series here, or drop a file on this window.
catalog-failed-title = The list of sources cannot be read
catalog-again = Try again

## One source, beside the list.

source-details = Details of the source
source-sync = Sync now
source-syncing = Show the sync
source-follow = Follow
source-unfollow = Stop following
source-pause = Pause
source-wake = Wake
source-edit = Edit
source-delete = Delete
source-say-fresh = It answers. Newest data { $age } old.
source-say-fresh-file = Read whole. Its data ends { $age } ago.
source-say-whole = Read whole.
source-say-inventory-file = Read whole { $age } ago.
source-say-inventory-fresh = It answers. Read { $age } ago.
source-say-inventory-resting = It is not followed. It was read { $age } ago; a sync brings what has changed.
source-say-resting = It is not followed. Its data ends { $age } ago; a sync brings the rest.
source-say-resting-empty = It is not followed, and nothing was brought yet.
source-say-drill = The simulated world of this drill. What its monitoring sees arrives with the drill's clock; there is nothing to sync or follow.
source-say-paused = It is paused and not contacted. Its data stays.
source-say-syncing = It is being read.
source-say-stale = Last answer { $age } ago. Its charts stay, with their time.
source-say-failed = It needs you. What arrived before is here and usable.
source-say-failed-silent = It has not answered for { $span }. See whether it is up; what arrived before is here and usable.
source-say-waiting = It is asked again at { $time }.
source-say-elsewhere = This workspace came from another machine, so nothing is contacted until you follow it.
source-say-elsewhere-program = To sign in it runs this program of this machine, not before you follow it: { $program }
source-place = Where
source-data = Data
source-size = Size
source-every = Follows
source-rules = Rules and alerts
source-rules-count = { $rules ->
    [0] no rule stored
    [one] one rule stored
   *[other] { $rules } rules stored
}
source-firing-count = { $firing ->
    [0] none firing
    [one] one firing
   *[other] { $firing } firing
}
source-rules-note = Stored from the first sync on, because the source forgets them. As of its last answer.
source-notices = What is partial
source-notices-none = Nothing is partial.
source-capped = Label { $label } is capped
source-resume = Resume { $label }
source-resume-note = Its further values are brought again from the next answer on.
source-keep = Keep
source-keep-days = Days
source-keep-megabytes = MiB at most
source-keep-hint = Empty is without a limit. Older samples go with the next compact.
source-keep-save = Keep it so
source-keep-saved = Stored.
source-keep-file = All of it is kept.
source-actions = Actions for { $name }
delete-title = Delete { $name }?
delete-body = Choose what goes. Findings on its series go with the data.
delete-connection = Delete the connection, keep its { $samples ->
    [one] one sample
   *[other] { $samples } samples
 }
delete-with-data = Delete { $name } with its { $samples ->
    [one] one sample
   *[other] { $samples } samples
 }
delete-connection-lines = Delete the connection, keep its { $n ->
    [one] one line
   *[other] { $samples } lines
 }
delete-with-lines = Delete { $name } with its { $n ->
    [one] one line
   *[other] { $samples } lines
 }
delete-connection-records = Delete the connection; what it told leaves catalog and map, and stays in the file
delete-with-records = Delete { $name } with its { $n ->
    [one] one entity or edge
   *[other] { $samples } entities and edges
 }
delete-keep = Keep everything
delete-space = “Compact” in Settings gives the space back.

## Add a source.

connect-lead-new = Add a source.
connect-lead-edit = Edit { $name }.
connect-lead-asking = Asking { $name }.
connect-lead-answers = { $name } answers.
connect-lead-denied = { $name } refused the credentials.
connect-lead-silent = { $name } does not answer as a Prometheus.
connect-rest-untried = Nothing is asked before you test the connection.
connect-rest-asking = A few small requests, read only.
connect-rest-asking-scope = It is being asked what is worth watching.
connect-rest-proposal = Of { $total } series we propose { $proposed }.
connect-rest-proposal-only = We propose { $proposed } series.
connect-rest-rights = { $count ->
    [one] One right is missing.
   *[other] { $count } rights are missing.
}
connect-crumb = Add a source
connect-crumb-edit = Edit
connect-title = Connect
connect-kind = Kind of source
connect-kind-prometheus = Prometheus
connect-kind-files = Files
connect-name = Name
connect-url = URL
connect-url-hint = The path is kept; a Grafana proxy URL works too.
connect-url-bad = Begin with http:// or https://.
connect-sign-in = Sign in
connect-sign-none = No sign-in
connect-sign-basic = User and password
connect-sign-bearer = Bearer token
connect-sign-certificate = Client certificate
connect-sign-command = Token command
connect-hint-basic = basic
connect-hint-bearer = sent with every request
connect-hint-certificate = two PEM files
connect-hint-command = run again when the server says 401
connect-user = User
connect-password = Password
connect-token = Token
connect-certificate = Certificate, PEM
connect-key = Key, PEM
connect-command = Command
connect-command-note = Program and arguments; no shell is involved. It prints the token.
connect-secret-stored = Stored on this machine
connect-replace = Replace
connect-keep-stored = Keep the stored one
connect-keychain-system = Kept in the system keychain, never in the workspace.
connect-keychain-memory = No keychain here: kept in memory until you quit.
connect-secret-goes = Sent only to { $scheme }, { $host }, port { $port }; never after a redirect elsewhere.
connect-secret-plain = This address is not encrypted: whoever is on the way can read the secret.
connect-way = Route
connect-headers = Headers
connect-header-nth = Header { $n }
connect-header-add = Add a header
connect-header-remove = Remove header { $n }
connect-headers-bad = Write a header as Name: value.
connect-ca = Private CA
connect-browse = Browse
connect-ca-hint = PEM file; empty takes the system's.
connect-proxy = Proxy
connect-proxy-hint = Empty takes HTTPS_PROXY and NO_PROXY.
connect-proxy-used = The test went through { $proxy }.
connect-proxy-none = The test went without a proxy.
connect-limits = Limits
connect-load = Load there
connect-per-minute = requests a minute,
connect-per-minute-label = Requests a minute, 0 without a limit
connect-at-once = at once
connect-at-once-label = Requests at once
connect-keep = Keep here
connect-keep-days = days,
connect-keep-days-label = Days to keep, empty for ever
connect-keep-mb = MiB
connect-keep-mb-label = Mebibytes to keep, empty without a limit
connect-keep-hint = Empty keeps everything.
connect-test = Test connection
connect-test-hint = read only; a few small requests
connect-test-facts = { $time }, { $requests ->
    [one] one request
   *[other] { $requests } requests
}, { $took }
connect-test-nothing = Nothing has been asked yet. The test says version, number of series, period, clock, and which rights are missing.
connect-probe-product = { $product } { $version }
connect-probe-build = build info
connect-probe-series = { $count } series
connect-probe-series-groups = { $count } series, { $groups ->
    [one] one rule group
   *[other] { $groups } rule groups
}
connect-probe-series-unknown = It does not tell how many series it has
connect-probe-own = by its own metric
connect-probe-data = Data from { $start } to { $end }
connect-probe-clock-same = Its clock agrees with yours
connect-probe-clock-ahead = Its clock is { $span } ahead of yours
connect-probe-clock-behind = Its clock is { $span } behind yours
connect-probe-harmless = harmless
connect-probe-clock-warn = samples keep its times
connect-scope = What to bring
connect-scope-ways = Ways to choose
connect-scope-suggested = Suggested
connect-scope-matcher = By matcher
connect-scope-expression = PromQL
connect-scope-filter = nothing is asked for without a filter
connect-scope-after-test = Proposals come after the test of the connection.
connect-scope-asking = Reading the rules and the known exporters.
connect-scope-empty = Nothing to propose: no rules, no known exporters. Choose by matcher or PromQL.
connect-scope-failed = No proposal could be made.
connect-scope-again = Ask again
connect-col-take = Take
connect-col-what = What
connect-col-why = Why
connect-col-series = Series
connect-col-samples = Samples, M
connect-col-megabytes = MiB here
connect-col-requests = Requests
connect-take = Take { $what }
connect-instead = { $series ->
    [one] Take it summed: one series
   *[other] Take it summed: { $series } series
}
connect-instead-undo = Summed: { $series } series. Undo
connect-total = Chosen
connect-total-why = { $range } at { $step }
connect-total-why-raw = { $range }, every sample
connect-proof = bytes as measured in this workspace, or 1.5 a sample
connect-matchers = Matchers, one a line
connect-matchers-hint = Each line brings the series it matches, such as node_load1 or an exporter's job.
connect-expressions-hint = The result of each expression is stored as a series of its own under the name beside it.
connect-expression-name = Name { $n }
connect-expression-query = Expression { $n }
connect-expression-add = Add an expression
connect-expression-remove = Remove expression { $n }
connect-count = Count the cost
connect-counting = Counting.
connect-count-hint = What is typed has no cost yet; the server can be asked.
connect-plan-notices = What the plan says
connect-rules = Rules and firing alerts come along from the first sync on; the source forgets them.
connect-bar = Range, cost and sync
connect-range = Range
connect-range-preset = { $days } d
connect-range-label = Range in words, such as now-7d to now
connect-step = Step
connect-step-raw = as scraped
connect-follow = then follow every { $span }
connect-follow-every = Seconds between two requests while following
connect-follow-row = Follow every
connect-follow-seconds = seconds
connect-cost = { $samples ->
    [one] One sample
   *[other] { $samples } samples
 }, { $size }
connect-cost-time = { $requests ->
    [one] one request
   *[other] { $requests } requests
}, about { $span }
connect-cost-requests = { $requests ->
    [one] one request
   *[other] { $requests } requests
}
connect-cost-none = nothing chosen yet
connect-cost-typed = plus what is typed
connect-save = Save, sync later
connect-sync = { $series ->
    [0] Sync
    [one] Sync one series
   *[other] Sync { $series } series
}
connect-saving = Storing
connect-why-name = Give it a name first.
connect-why-url = Its address is needed first, beginning with http:// or https://.
connect-why-user = The user is needed first.
connect-why-certificate = Certificate and key are needed first.
connect-why-command = The token command is needed first.
connect-why-headers = Write the headers as Name: value first.
connect-why-preset = Choose or write a mapping first.
connect-why-disabled-nothing = Choose something to bring first.

## Sync.

syncing-crumb = Sync of { $name }
syncing-lead-begin = { $name } is being asked.
syncing-lead-running = { $share } of { $name } is here.
syncing-rest-done-at = Done about { $time }.
syncing-rest-unknown = When it ends is not known yet.
syncing-lead-done = { $name } is in.
syncing-rest-done = { $samples ->
    [one] One sample
   *[other] { $samples } samples
 } arrived in { $span }.
syncing-lead-nothing = { $name } had nothing new.
syncing-rest-nothing = Everything it has for the range is here already.
syncing-lead-partial = { $name } came in part.
syncing-rest-partial = What arrived is kept; the next sync asks for the rest.
syncing-lead-cancelled = { $name } was stopped by you.
syncing-rest-cancelled = { $samples ->
    [one] One sample stays
   *[other] { $samples } samples stay
 }. The next sync fetches only what is missing.
syncing-lead-failed = { $name } stopped with an error.
syncing-rest-failed = { $samples ->
    [one] One sample that arrived before is
   *[other] { $samples } samples that arrived before are
 } kept.
syncing-none = No sync of this source has run since the program began.
syncing-none-body = Start one: it fetches only what is missing.
syncing-others = { $count ->
    [one] One other source needs a look.
   *[other] { $count } other sources need a look.
}
syncing-samples = samples
syncing-rate-value = { $rate } a second
syncing-rate = mean since the start
syncing-remaining = left, if the server stays as it is
syncing-remaining-unknown = not known yet
syncing-elapsed = since the start
syncing-requests = requests
syncing-steps = steps
syncing-done-of = { $done } of { $total }
syncing-progress = Share done
syncing-chart = Samples a second
syncing-chart-note = since { $time }
syncing-chart-label = Samples a second, { $low } to { $high } over { $span }.
syncing-chart-wait = The chart begins with the second answer.
syncing-groups = Groups of requests
syncing-groups-note = oldest first, over all groups at once
syncing-groups-name = Group
syncing-groups-asked = Requests
syncing-groups-rate = A second
syncing-groups-state = State
syncing-groups-rest = { $count ->
    [one] one further group
   *[other] { $count } further groups
}
syncing-group-waiting = not asked yet
syncing-group-running = being asked
syncing-group-done = here
syncing-group-partial = here in part
syncing-group-left = not all was asked
syncing-arrived = What is here
syncing-arrived-note = each answer is stored whole before the next is asked
syncing-col-what = What
syncing-col-count = Count
syncing-col-note = Note
syncing-row-series = Series
syncing-row-samples = Samples
syncing-row-period = Period
syncing-row-rules = Rules
syncing-row-firing = Firing alerts
syncing-note-rules = stored first; the source forgets them
syncing-note-series = with all that was here before
syncing-partial = Partial answers
syncing-partial-none = No answer was partial.
syncing-partial-note = What is missing is drawn as a gap; no finding and no sum uses it.
syncing-proof = every stored number can show its request: y in Metrics copies it as curl, without the secret
syncing-load = Load on { $name }
syncing-load-limit = { $count ->
    [0] no limit set
    [one] your limit one request/min
   *[other] your limit { $count } requests/min
}
syncing-load-concurrent = { $count ->
    [one] one request at once, at most
   *[other] { $count } requests at once, at most
}
syncing-others-title = Other sources
syncing-others-none = All other sources are healthy.
syncing-ask-now = Ask now
syncing-mend = Mend the connection
syncing-stop = Stop, keep what arrived
syncing-stopping = Stopping
syncing-stop-note = { $samples ->
    [one] One sample stays
   *[other] { $samples } samples stay
 }. The next sync fetches only what is missing.
syncing-leave = You can leave this screen; the status bar goes on counting.
syncing-open-now = Open Now with what is here
syncing-again = Sync again
syncing-again-now = Sync now

## Actions of the catalog, as palette and help list them.

key-next-source = Next source
key-previous-source = Source before
key-follow-source = Follow the source or stop following
