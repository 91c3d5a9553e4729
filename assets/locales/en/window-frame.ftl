## The frame of every screen: rail, top bar, strip, status, palette, keys.

rail-label = Screens
rail-now = Now
rail-alerts = Alerts
rail-metrics = Metrics
rail-logs = Logs
rail-simulator = Simulator
rail-catalog = Catalog
rail-settings = Settings
no-workspace = No workspace
to-welcome = To the welcome screen
workspace-menu = What can be done with this workspace
simulated = simulated
live = LIVE
from-elsewhere = from elsewhere
selected = Selected
selected-nothing = nothing
selected-clear = Clear the selection
palette-field = Ask, jump or run
palette-found = What matches
palette-nothing = Nothing matches. Try fewer words.
palette-service = service
palette-services = Services
palette-series = Series
following = Following
follow = Follow
follow-nothing = The window moves with new data, and none comes: no source is followed. Follow one in the catalog.
range-shown = { $start } → { $end }
range-label = Window from { $start } to { $end }, { $zone }
range-field = Range
range-hint = now-6h, now-7d to now, or 2026-11-17 14:00 to 15:00. Enter takes it.
range-all = All data
clipboard-refused = The clipboard does not take it. Select the text and copy it by hand.
clipboard-unread = The clipboard may not be read. Type the range instead: t t.
range-copied = The range is copied.
strip-label = Time window
strip-region = Time strip
strip-per = Findings / { $span }
strip-last = last { $span }
status-more = { $count } more
status-findings = { $count ->
    [0] No findings
    [one] One finding, { $fresh ->
        [0] not new
       *[other] new
    }
   *[other] Findings { $count }, { $fresh } of them new
}
status-detection = Detection took { $took }, { $ago }
status-version = Wardroom { $version }
status-format = Workspace format { $format }
status-egress = Egress { $bytes }
running-demo = Making the demo
running-sync = Syncing { $subject }
running-import = Importing { $subject }
running-export = Exporting { $subject }
running-detect = Scoring the series
running-report = Writing the report
running-compact = Compacting the workspace
running-copy = Writing a copy
running-drill = Making the history of the drill
running-openLogs = Reading { $subject }
running-keepLogs = Keeping the lines of { $subject }
running-changed = Ranking what changed
running-compare = Comparing methods
running-groupScore = Scoring the series of { $subject } together
toasts = Messages
toast-done = done
toast-failed = failed
toast-close = Close this message
view-loading = Loading
view-again = Try again
view-table = Table
view-chart = Chart
breadcrumb = Where this is
copy = copy
copied = copied
copy-refused = not copied
copy-line = Copy { $text }
begin-failed-works = Nothing was changed. Quit and start again; if it stays, the log in the data folder says more.
span-ms = { $n } ms
span-s = { $n } s
span-min = { $n } min
span-h = { $n } h
span-d = { $n } d
span-pair = { $first } { $second }
span-ago = { $span } ago
act-palette = Open the palette
act-keys = Show the keys of this screen
act-region-next = Next region of the window
act-region-before = Previous region of the window
act-escape = Step back; clear the selection
act-back = Previous screen
act-forward = Next screen
act-go = Go to { $screen }
act-zone = UTC or local time
act-new = New workspace
act-open = Open a file
act-undo = Take back the last word or setting
act-demo = Open the demo
act-range = Type a range
act-range-copy = Copy the range
act-range-paste = Paste a range
act-range-back = Move the range back
act-range-on = Move the range forward
act-range-in = Shorter range
act-range-out = Longer range
act-following = Follow, or pause
act-last-week = Last week on all charts
act-add-source = Add a source
act-import = Import files
act-report = Write a report
act-detect = Score the series again
act-copy = Save a copy
act-check = Check the file
act-compact = Compact the file
act-close = Close the workspace
act-down = Next row
act-up = Previous row
act-open-finding = Open the finding
keys-title = Keys on this screen
keys-here = Here
keys-screens = Screens
keys-time = Time
keys-window = Window
keys-table = Table
keys-widths = Widths of columns: Tab from the table, then ← → with Shift for more, ↑ ↓ for other columns, Enter for the usual width.
keys-note = Letters do nothing while you type in a field; Esc leaves the field. Every action is in the palette too.
keys-close = Close
report-done = The report is written to { $path }.
report-show = Show it
copy-done = The copy is at { $path }.
check-sound = Nothing is wrong: { $chunks ->
    [one] one chunk
   *[other] { $chunks } chunks
 } with { $samples ->
    [one] one sample was
   *[other] { $samples } samples were
 } decoded.
compact-done = { $bytes } were given back.
grade = grade { $grade } of 3
anomaly-level = level shift
anomaly-spike = spike
anomaly-trend = trend
anomaly-variance = spread
anomaly-missing = no samples
anomaly-flat = stands still
anomaly-dip = dip
anomaly-seasonBreak = season break
anomaly-resetStorm = counter reset storm
anomaly-peerOutlier = parts from its peers
age-late = { $name } last answered { $time }, { $age } ago. What is shown is as old; it is asked again by itself.
age-late-until = { $name } last answered { $time }, { $age } ago. What is shown is as old; it is asked again by itself at { $next }.
age-needs-you = { $name } last answered { $time }, { $age } ago, and needs you: { $why }
age-answer = { $why } What is shown was answered { $time }, { $age } ago; it is asked again by itself at { $next }.
age-part = { $name } last answered { $time }, { $age } ago; what is newer of it is missing.
age-again = Ask again
health-fresh = answers
health-resting = not followed
health-stale = late; it is tried again by itself
health-failed = failed; it needs you
health-paused = paused
health-syncing = being read

## Tables: marks, copies, order, widths.

table-copy = Copy the rows as a table
table-copied = { $count ->
    [one] One row is copied.
   *[other] { $count } rows are copied.
}
table-copied-part = { $count ->
    [0] None of the { $of } marked rows is copied: { $why } Copy them again.
    [one] One of the { $of } marked rows is copied, the others are missing: { $why } Copy them again.
   *[other] { $count } of the { $of } marked rows are copied, the others are missing: { $why } Copy them again.
}
table-mark = Mark the row
table-mark-range = Mark up to here
table-unmark = Take the marks away
table-sort = Order by the next column
table-sort-by = Order by this column
table-turn = Turn the order round
table-widths = Choose the widths of columns
table-width = Width of { $name }
table-width-hint = Drag, or ← → with Shift for more; ↑ ↓ other columns; double click or Enter for the usual width.
table-in-zone = { $name }, { $zone }
