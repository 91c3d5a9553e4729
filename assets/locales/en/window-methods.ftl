## Metrics: methods side by side, the wall of small charts, classes of series, and units of expressions.

## Methods side by side
methods-open = Compare methods
methods-title = Which method suits these series?
methods-about = Each method looks at the same stored series; nothing is stored and no source is asked.
methods-choose = Methods
methods-chosen = { $chosen } of { $all }
methods-all = All
methods-no = None
methods-series = Series to compare on
methods-over = Time
methods-history = Whole history
methods-window = Window
methods-strict = Alarms of which nothing was said are false
methods-run = Compare
methods-stop = Stop the comparison
methods-none-chosen = Choose at least one method.
methods-none = Nothing was compared yet.
methods-none-help = Choose methods and series, then compare. All series and the whole history may take minutes; it can be stopped.
methods-begins = Reading the series
methods-under-way = { $done } of { $total ->
    [one] 1 step
   *[other] { $total } steps
 }
methods-under-way-left = { $done } of { $total }, { $left } left
methods-stopped = The comparison was stopped.
methods-refused-help = Choose other methods, series or another time.
methods-scored = { $scored } of { $series } series scored
methods-range = { $start } to { $end } { $zone }
methods-marked = { $count ->
    [one] measured on one window that was marked as real
   *[other] measured on { $count } windows that were marked as real
}
methods-unlabelled = No window was marked as real, so only alarms can be counted.
methods-side = Side by side on one series
methods-no-sample = No series could be scored, so none is drawn.
methods-table = The alarms as a table
methods-label = Methods, best first
methods-method = Method
methods-alarms = Alarms a week
methods-found = Found
methods-false = False alarms
methods-f1 = F1
methods-delay = Median delay
methods-took = Time
methods-refused = { $count ->
    [one] { $series } series refused
   *[other] { $series } series refused
}
methods-source = Source
methods-source-key = Where the method comes from
methods-quality = Precision { $precision }, recall { $recall }; { $alarms ->
    [one] one alarm
   *[other] { $alarms } alarms
 } in all.
methods-alarms-label = Alarms on the series that is drawn
methods-start = Start, { $zone }
methods-end = End
methods-score = Score
methods-drawn-said = { $name } under { $count ->
    [one] one method
   *[other] { $count } methods
}: { $parts }.
methods-drawn-part = { $method } { $count ->
    [0] no alarm
    [one] one alarm
   *[other] { $count } alarms
}
methods-join = {", "}

## The series of an entity together
together-open = Series together
together-label = The series of { $entity } together
together-close = Close the scores together
together-stop = Stop the scoring
together-stopped = The scoring was stopped.
together-under-way = { $done } of { $total } series scored
together-limit = alarms begin
together-alarms = Score and time of the alarms
together-alarms-some = The { $shown } highest of { $count } alarms
together-alarm = { $core ->
    [one] { $start }, for { $length }; one row stands out
   *[other] { $start }, for { $length }; { $core } rows stand out
}
together-parts = What carries it at { $time }
together-series = Look at { $name }
together-look = Look at this time
together-proof = { $scored } of { $series } series, { $start } to { $end } { $zone }
together-refused = { $count ->
    [one] One series left out: { $reason }
   *[other] { $count } series left out: { $reason }
}

## The bill of a method
woken-detector = Detector
woken-detector-own = As it runs, with what was said

## What was said
say-maintenance-here = Maintenance while it lasted

## A wall of small charts
many-title = { $count ->
    [one] One series
   *[other] { $series } series, small
}
many-label = { $count ->
    [one] One small chart
   *[other] { $series } small charts
}
many-down = A line of charts down
many-up = A line of charts up
many-left = The chart before
many-right = The next chart

## Classes of series
series-class-constant = constant
series-class-sparse = sparse
series-class-counter-like = counter-like
series-class-stepped = stepped
series-class-seasonal = seasonal
series-class-bursty = bursty
series-class-trending = trending
series-class-wandering = wandering
series-class-stationary = stationary
series-class = Class of the series
series-class-all = All classes
series-class-count = { $class } · { $n }

## Units of an expression
promql-unit = in { $unit }, as the names say
promql-unit-seconds = seconds
promql-unit-bytes = bytes
promql-unit-ratio = shares of one
promql-unit-celsius = degrees Celsius
promql-unit-bytes-per-second = bytes per second
promql-unit-per-second = times per second
