## Now: the sentence and what it stands on.

now-facts = { $services ->
    [one] One service
   *[other] { $services } services
}, { $series } series, sampled every { $step }
now-facts-bare =
    { $services ->
        [one] One service
       *[other] { $services } services
    }, { $series } series
now-demo = Demo, data until { $time }
now-open-finding = Open finding { $rank }
now-all = { $count ->
    [one] Show it in Metrics
   *[other] All { $count } in Metrics
}
now-series = All series in Metrics
now-report = Write a report
now-empty = This workspace has no data yet.
now-no-series = No series is here yet, so there is nothing to judge. What the sources brought is in Map, Logs and Catalog.
now-empty-help = Connect a Prometheus, or drop files on the window.
now-failed-works = The file and its samples are untouched. Metrics and Catalog still work.
onset-title = In the order they began
onset-after = after { $time }, right to one sample ({ $step })
onset-none = Nothing began together in this range.
onset-plus = +{ $span }
onset-change-short = { $from } → { $to }
onset-mark = { $entity }, { $time }
onset-row-first = { $entity }: began { $time }, the first; { $shows }
onset-row = { $entity }: began { $time }, { $after } after the first; { $shows }
onset-said =
    { $count ->
        [one] One service
       *[other] { $count } services
    } in the order they began; the first is { $first }.
findings-label = Findings, most surprising first
findings-what = Findings, most surprising first · rows { $first } to { $last } of { $total }
findings-what-folded =
    { $n ->
        [one] One finding
       *[other] { $n } findings
    }, most surprising first · rows { $first } to { $last } of { $total }
findings-more =
    { $n ->
        [one] one more
       *[other] { $n } more
    }
findings-team = Team: { $team }
findings-more-part = { $listed } of { $n } more
findings-more-there = All of them are in Metrics
findings-first-of = first of { $n }
findings-unfold = Show what else was found there
findings-fold = Fold what else was found there
findings-finding = Finding
findings-value = Value
findings-rank = Rank
findings-now = Last 6 h, now and normal
findings-began = Began, { $zone }
findings-kind = Kind
findings-score = Surprise
findings-why = What it shows
findings-no-value = no value
findings-normal = normally { $low } to { $high }
findings-lasted = lasted { $span }
heat-title = Services, last { $span }
heat-of = share of series outside their band
heat-none = no data
heat-empty = No services were recognised in the labels.
heat-said =
    Share of series outside their band, for { $count ->
        [one] one service
       *[other] { $count } services
    } over time.
changes-title = Version changes
changes-from = seen in build_info
changes-deployed = { $version } deployed
changes-none = No change of version in this range.
changes-note = Listed because they happened, not because they fit.
now-sources = { $count ->
    [one] Source
   *[other] Sources
}
now-source-empty = no data yet
now-source-no-samples = read { $ago }, no samples
now-source-every = { $ago }, every { $every }
now-source-until = until { $time }
not-scored-title = Not scored
not-scored-none = Every series was scored.
not-scored-note = { $left } of { $series } series. { $count ->
    [one] It is drawn, never judged.
   *[other] They are drawn, never judged.
}
