## Import: nothing is stored before the person says so.

import-lead-empty = Nothing to import yet.
import-rest-empty = Drop files on this window, or browse.
import-lead-waiting = Nothing is stored yet.
import-lead-storing = Storing.
import-lead-stored = { $count ->
    [one] One file is in the workspace.
   *[other] { $count } files are in the workspace.
}
import-rest-reading = { $count ->
    [one] One file is being read.
   *[other] { $count } files are being read.
}
import-rest-ready = { $count ->
    [one] One file is ready.
   *[other] { $count } files are ready.
}
import-rest-asking = { $count ->
    [one] One asks a question.
   *[other] { $count } ask a question.
}
import-rest-refused = { $count ->
    [one] One is refused.
   *[other] { $count } are refused.
}
import-rest-storing = { $count ->
    [one] One file is on its way.
   *[other] { $count } files are on their way.
}
import-crumb = Import files
import-verdict-reading = being read
import-verdict-ready = ready
import-verdict-asking = asks
import-verdict-refused = refused
import-verdict-failed = not read
import-verdict-importing = being stored
import-verdict-imported = stored
import-files = Files
import-file = File { $name }
import-show = Show
import-layout = Layout
import-long = Long
import-wide = Wide
import-series = { $count ->
    [one] one series
   *[other] { $count } series
}
import-series-about = about { $count } series
import-samples = { $count ->
    [one] one sample
   *[other] { $count } samples
 }
import-samples-about = about { $count ->
    [one] one sample
   *[other] { $count } samples
 }
import-of-rows = of { $rows ->
    [one] one row
   *[other] { $rows } rows
 }
import-of-rows-about = of about { $rows ->
    [one] one row
   *[other] { $rows } rows
 }
import-no-range = no time
import-range-unread = to an end that is known when all is read
import-range = { $start } to { $end }
import-range-note = period, in { $zone }
import-bytes-note = in the workspace, about
import-columns-count = { $count ->
    [one] in one column
   *[other] in { $count } columns
}
import-before = This file was imported before. Under the same name, what is the same is not stored twice.
import-columns = Columns, as understood
import-columns-note = change any of them; the preview follows
import-rereading = reading again
import-col-column = Column
import-col-role = Role
import-col-understood = Understood as
import-col-first = First value
import-role-of = Role of { $column }
import-role-time = time
import-role-name = name
import-role-label = label
import-role-value = value
import-role-kind = kind
import-role-unit = unit
import-role-left-out = left out
import-first-rows = First rows
import-first-rows-note = { $shown } of { $rows }
import-bad = { $count ->
    [one] One bad row
   *[other] { $count } bad rows
}
import-bad-note-leave = left out and kept in the import record with line and column
import-bad-note-refuse = the file is refused as long as they are in it
import-bad-choice = What happens with bad rows
import-bad-leave = Leave them out
import-bad-refuse = Refuse the file
import-bad-more = { $count ->
    [one] One more is not shown.
   *[other] { $count } more are not shown.
}
import-col-line = Line
import-col-nth = Column
import-col-text = What stands there
import-col-problem = Why it is bad
import-col-then = Then
import-then-left-out = left out
import-then-refused = refuses the file
import-question = Which is it?
import-question-lead = The dates can be read in two ways:
import-day-first = Day first
import-month-first = Month first
import-zone = Zone
import-zone-hint = For times that have no zone written.
import-zone-none = none chosen
import-zone-utc = read as UTC
import-zone-local = read as { $zone }, as here
import-no-guess = No guess is made for you: it waits, and the other files do not.
import-refused-help = Nothing of it is stored. Change the file and read it again, or choose another one.
import-refused-cure = Nothing of it is stored. Choose other columns below, or change the file and read it again.
import-another = Choose another file
import-remove = Remove from the list
import-read-again = Read again
import-what = What is read
import-what-body = CSV and Parquet, long or wide; JSON lines; OpenMetrics text; the texts packed with gzip or Zstandard too. What Wardroom exports, it reads back equal.
import-drop-title = Drop files here
import-drop-body = Each is shown to you before anything is stored.
import-browse = Browse
import-path = Path of a file
import-preview = Preview
import-more = Add files
import-progress = Stored of { $name }
import-progress-samples = { $samples ->
    [one] one sample
   *[other] { $samples } samples
 } so far
import-stored-samples = { $samples ->
    [one] one sample
   *[other] { $samples } samples
 } stored as { $source }
import-problem = It was not stored; nothing of it is in the workspace.
import-bar = Name and import
import-as = As source
import-into = Into
import-batch = One batch a file: all of it, or none if something breaks.
import-waiting = Answer the question, then it can be imported.
import-discard = { $count ->
    [one] Discard the file
   *[other] Discard all { $count }
}
import-button = { $series ->
    [0] Import
    [one] Import one series
   *[other] Import { $series } series
}
import-open-now = Open Now
import-stop = Stop the import
import-question-zone = The times do not name a zone. In which zone were they written?
