## Metrics: the series and their charts.

metrics-title = { $count ->
    [0] Nothing unusual in { $matching ->
        [one] this series
       *[other] these { $series } series
    }.
    [one] One finding in { $matching ->
        [one] this series
       *[other] { $series } series
    }.
   *[other] { $count } findings in { $matching ->
        [one] this series
       *[other] { $series } series
    }.
}
metrics-title-unscored = { $matching ->
    [one] One series, not scored
   *[other] { $series } series, none of them scored
}.
metrics-title-held = { $count ->
    [0] No finding
    [one] One finding
   *[other] { $count } findings
 } in { $matching ->
    [one] this series
   *[other] { $series } series
 }, { $held ->
    [one] one weaker one
   *[other] { $weaker } weaker ones
 } held back.
metrics-filter = Filter the series
metrics-filter-hint = name {"{"}label="value"{"}"} or words
metrics-changed = What changed here
metrics-to-logs = Logs of { $name }
metrics-scored = { $count ->
    [one] { $scored } series scored
   *[other] { $scored } series scored
}
metrics-shared = Shared by all: { $labels }
metrics-charts = Series { $first } to { $last } of { $total }
metrics-one = One series
metrics-how-many = Charts at a time
metrics-empty = There is nothing to draw yet.
metrics-none = No series matches “{ $filter }”.
metrics-none-help = Words must all appear in the name or the labels; a selector must match whole values.
metrics-none-of-class = No series of this class matches.
metrics-clear = Show all series
metrics-failed-works = The samples are untouched. Now and Catalog still work.
metrics-open = One large chart, or several
metrics-back = Back to several charts
metrics-table = Charts as tables
metrics-picture = Save the chart as a picture
export-title = Write series to a file
export-which = Which series
export-which-hint = A selector or words, as in the filter; empty for all series.
export-format = Format
export-csv = CSV
export-parquet = Parquet
export-openMetrics = OpenMetrics
export-period = Period
export-period-range = This range
export-period-all = All of it
export-path = File
export-choose = Choose
export-write = Write
export-about = Values are written as they were stored, gaps and marks of staleness included. What is written here, the import reads back equal.
export-done = { $samples ->
    [one] One sample of { $series } series is
   *[other] { $samples } samples of { $series } series are
 } written to { $path }.
last-week = Last week
ribbon = Anomaly ribbon
ribbon-title = { $kind }, grade { $grade } of 3
series-label = Series, those with findings first
series-what = Series
series-since = { $time } { $kind }
chart-rate = per second
chart-at = at { $time }
chart-no-data = no data
chart-empty = No samples in this range.
chart-broken = axis starts at { $at }
chart-said = { $metric } of { $entity }: last { $value }. { $findings ->
    [0] No findings.
    [one] One finding: { $first }.
   *[other] { $findings } findings, the first: { $first }.
}
chart-drawn = { $samples ->
    [one] one sample
   *[other] { $samples } samples
 }, drawn from { $points ->
    [one] one point
   *[other] { $points } points
 }, extremes kept
chart-prove = Prove at source
chart-svg = Save SVG
chart-png = Save PNG
chart-time = Time, { $zone }
chart-value = Value
picture-instead = No font of this machine can write these characters into a PNG; the picture is written as SVG to { $path }.
picture-done = The picture is written to { $path }.
prove-title = The request behind { $metric }
prove-copy = Copy the command
prove-copied = The command is copied.
prove-about = Run this in a terminal: it asks the source itself for the same samples. Its secret is left out.
