## Metrics: what is asked in PromQL, what changed in a window, what would have paged, and what a person said of findings.

## An expression and its answer
promql = PromQL
promql-how = How series are asked for
promql-filter = Filter
promql-focus = Ask in PromQL
promql-field = Expression in PromQL; the arrow up brings back what was asked before
promql-hint = sum by (job) (rate(name{"{"}label="value"{"}"}[5m]))
promql-run = Run
promql-run-key = Run the expression
promql-when = Moments
promql-over = Window
promql-end = Its end
promql-valid = valid
promql-facts = { $count ->
    [one] { $series } series
   *[other] { $series } series
}, { $samples ->
    [one] one sample
   *[other] { $samples } samples
 } read, { $took } ms
promql-facts-live = { $count ->
    [one] { $series } series
   *[other] { $series } series
}, { $samples ->
    [one] one value
   *[other] { $samples } values
 } from the server, { $took } ms
promql-step = every { $step }
promql-about = Answered from stored samples; no server is asked.
promql-about-live = The server of the source is asked; nothing is stored.
promql-by = Who answers
promql-stored = Stored
promql-server = Server
promql-ask-server = Ask the server
promql-ask-source = Ask { $name }
promql-any-source = Only { $name }. Ask all sources
promql-title = Ask in PromQL; the stored samples answer.
promql-title-over = { $count ->
    [one] { $series } series between { $start } and { $end }.
   *[other] { $series } series between { $start } and { $end }.
}
promql-title-at = { $count ->
    [one] { $series } series at { $time }.
   *[other] { $series } series at { $time }.
}
promql-title-value = { $value } at { $time }.
promql-series = Series of the answer
promql-values = Values
promql-line = Line
promql-drawn = drawn
promql-last = Last value
promql-unnamed = no labels
promql-drawn-all = { $count ->
    [one] { $count } series drawn
   *[other] { $count } series drawn
}
promql-drawn-of = Series { $first } to { $last } of { $total } are drawn, those around the row of the list
promql-drawn-before = Previous { $n }
promql-drawn-next = Next { $n }
promql-drawn-first = These are the first.
promql-drawn-last = These are the last.
promql-not-finite = { $count ->
    [one] { $values } value is NaN or infinite and not drawn
   *[other] { $values } values are NaN or infinite and not drawn
}
promql-nothing-finite = No value can be drawn.
promql-apart-label = One chart or one for each series
promql-together = One chart
promql-apart = One each
promql-apart-key = One chart, or one for each series
promql-table = The answer as a table
promql-chart-said = { $title }: { $count ->
    [one] { $series } series
   *[other] { $series } series
}, from { $low } to { $high }.
promql-history = Asked before
promql-history-none = Nothing was asked of this workspace yet.
promql-none = No expression was run yet.
promql-none-help = Write one above and press Ctrl Enter, or begin with the series that is selected in the list.
promql-no-series = No series has values between { $start } and { $end }.
promql-no-series-stored = Nothing that the expression names is stored for this window. Check the names and labels, choose another window, or ask the server, which may have what was not brought.
promql-no-series-help = The expression can be read. Check the names and labels, or choose another window.
promql-refused = The stored samples have no answer to this expression.
promql-refused-live = No server has an answer to this expression.
promql-refused-live-help = The reason stands under the field. The stored samples can be asked instead.
promql-refused-help = The reason stands under the field. What is answered here is listed in docs/promql.md.
promql-of-before = The last answer is kept: { $expression }
promql-stop = Stop the expression

## What a person says of a finding
say-group = Say what this is: { $what }
say-of = { $what }: { $verdict }
say-real = It is real
say-once = Expected once
say-weekly = Every { $day }
say-always = Always here
say-maintenance = Maintenance, this window
say-window = Say what this window is: { $what }
say-window-series = Real on this series
say-window-entity = Real on { $entity }
say-window-key = This window was real on { $what }
say-undo = Undo
say-undo-this = Take back what was said
say-undo-last = Take back what was said: { $what }
say-done = It is kept and holds from here on.
say-undone = It is taken back.
say-busy = The last word is being kept.
say-failed-works = Findings and charts still work.
said-title = What you said
said-count = { $count ->
    [one] one label, newest first
   *[other] { $count } labels, newest first
}
said-none = Nothing was said of a finding yet.
said-none-help = Mark a finding as real or as expected; later results follow it.

## What changed in a window
whatchanged-open = What changed here?
whatchanged-brushed = The window is { $start } to { $end }.
whatchanged-title = What changed between { $start } and { $end }?
whatchanged-lead = { $count ->
    [one] { $changed } of { $judged } series changed between { $start } and { $end }.
   *[other] { $changed } of { $judged } series changed between { $start } and { $end }.
}
whatchanged-things = { $count ->
    [one] They belong to one thing.
   *[other] They belong to { $count } things.
}
whatchanged-things-first = { $count ->
    [one] They belong to one thing, { $first }.
   *[other] They belong to { $count } things; { $first } changed first.
}
whatchanged-things-quiet = { $count ->
    [one] They belong to one thing, { $first }.
   *[other] They belong to { $count } things; { $first } went quiet first.
}
whatchanged-took = ranked in { $took } s
whatchanged-against = against each series' own past, and its peers
whatchanged-not-judged = { $count ->
    [one] { $series } series could not be judged
   *[other] { $series } series could not be judged
}
whatchanged-busy = ranking again
whatchanged-back = Back to { $start } → { $end }
whatchanged-back-key = Back to the range before
whatchanged-earlier = earlier window
whatchanged-leave = back to the series
whatchanged-score = surprise
whatchanged-series = { $count ->
    [one] one series
   *[other] { $count } series
}
whatchanged-select = Select { $name } for the whole window
whatchanged-select-key = Select what the row belongs to, for the whole window
whatchanged-expected = Expected, not ranked
whatchanged-expected-cut = The { $shown } most surprising of { $all } are listed; select an entity to see those of it.
whatchanged-begun = Begins here, not ranked
whatchanged-begun-cut = The first { $shown } of { $all } are listed.
whatchanged-refused = Not judged
whatchanged-peer = unlike its peers
whatchanged-charts-coming = Charts come with the ranking
whatchanged-charts = { $count ->
    [0] No chart
    [one] One chart
   *[other] { $drawn } of { $all } charts
}
whatchanged-order = selected first, then by surprise
whatchanged-side = Bill and labels
whatchanged-of = { $entity }, { $metric }
whatchanged-kind-at = { $kind }, { $time }
whatchanged-usual = Before the window { $usual }, in it { $seen }; the time of day is taken into account.
whatchanged-band = The finding is measured against its band at its own time, as on Now: normally { $low } to { $high }.
whatchanged-parts = It lies { $sigmas ->
    [one] one robust deviation
   *[other] { $sigmas } robust deviations
 } from its peers.
whatchanged-with-peers = Its distance to its peers is { $sigmas ->
    [one] one robust deviation
   *[other] { $sigmas } robust deviations
 }.
whatchanged-no-finding = The detector has no finding here. Was something real there, the window can be marked; bill and comparison then count whether it is found.
whatchanged-none-help = Choose another window, or a longer one.
whatchanged-under-way = { $done } of { $total } series
whatchanged-stop = Stop the ranking
whatchanged-stopped = The ranking was stopped.
whatchanged-stopped-help = Nothing was changed by it.

## Would this have woken me?
woken-title = Would this have woken you?
woken-history = your last { $span }
woken-fewer = fewer
woken-more = more
woken-sensitivity = Sensitivity
woken-pages = pages a week
woken-found = real windows found
woken-delay = median delay
woken-of = { $found } of { $marked }
woken-none-marked = none marked
woken-curve = { $pages ->
    [one] One page
   *[other] { $pages } pages
 } a week; { $found } of { $marked ->
    [one] 1 real window
   *[other] { $marked } real windows
 } found
woken-curve-label = Pages a week and real windows found, by sensitivity
woken-found-key = real windows found
woken-pages-key = pages a week
woken-score = From a surprise of { $score } on; { $unmarked } of { $pages ->
    [one] 1 page belongs
   *[other] { $pages } pages belong
 } to no window that was marked as real.
woken-keep = Keep this sensitivity
woken-keep-for = Keep it for { $entity }
woken-kept-for = Sensitivity { $sensitivity } is kept for { $entity }.
woken-kept-list = Kept apart from the workspace
woken-kept-one = { $scope }: { $method }, sensitivity { $sensitivity }
woken-forget = Forget it for { $scope }
woken-kept = Sensitivity { $sensitivity } is kept in the workspace.
woken-is-kept = This sensitivity is the one that is kept.
woken-real = This window was real
woken-detect = Score the series
woken-failed-works = The ranking and the charts still work.
