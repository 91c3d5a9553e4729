# Methods side by side: their names, and the sentences that the core sends as data, for window and terminal.

## The methods
method-standard = Wardroom's default
method-standard-about = Combines level, time of day, spread and sudden change: the choice where nothing is known of a series. It fails where most of a history is unusual.
method-seasonal-baseline = Seasonal baseline
method-seasonal-baseline-about = Expects the usual value of the time of day: good where days are alike. It fails where the rhythm moves, and on shapes that stay inside the band.
method-forest = Isolation forest
method-forest-about = Cuts at random until a sample stands alone: good at values that are rare as such. It fails on what is only unusual for its time of day.
method-extended-forest = Extended isolation forest
method-extended-forest-about = Cuts at any angle: good at rare combinations of value and movement. It fails like the forest on what is unusual only for its time, and is slower.
method-lof = Local outlier factor
method-lof-about = Compares how dense it is around a sample and around its neighbours: good where quiet and busy states alternate. It fails on long anomalies, whose samples are neighbours of one another.
method-dbscan = Density (DBSCAN)
method-dbscan-about = Takes for noise what has few like it close by: good at single outliers among clear states. It fails where states spread differently, because one density is meant for all.
method-knn = Nearest neighbours
method-knn-about = Measures how far away the nearest samples like it are: simple and steady. It fails where an anomaly comes again, because then it has neighbours.
method-matrix-profile = Matrix profile
method-matrix-profile-about = Finds the stretch whose shape is like no other: good at a broken rhythm. It fails on noise without a shape and on a fault that looks the same twice.
method-change-points = Change points
method-change-points-about = Finds where a level changes to stay: good at shifts after a release. It says nothing of short spikes.
method-mstl = Remainder of MSTL
method-mstl-about = Takes trend and seasons away and looks at what is left: good where several rhythms overlap. It fails on short histories and where a rhythm moves.
method-peers = Peers
method-peers-about = Compares the copies of one thing: good at the one that behaves differently. It is silent where all of them fail together.

## A comparison
compare-lead-best = { $method } does best on what you marked: { $found } of { $marked ->
    [one] 1 window
   *[other] { $marked } windows
 } found, { $precision } % of the samples in its alarms right, { $alarms ->
    [0] no alarm
    [one] one alarm
   *[other] { $alarms } alarms
 } a week.
compare-lead-found = { $method } finds most of what you marked: { $found } of { $marked ->
    [one] 1 window
   *[other] { $marked } windows
 }, with { $alarms ->
    [0] no alarm
    [one] one alarm
   *[other] { $alarms } alarms
 } a week.
compare-lead-none-found = { $n ->
    [one] The method does not find
   *[other] None of { $n } methods finds
 } { $marked ->
    [one] the one window that is marked
   *[other] any of the { $marked } windows that are marked
 } as real.
compare-lead-unmarked = { $n ->
    [one] { $method } has { $alarms ->
        [0] no alarm
        [one] one alarm
       *[other] { $alarms } alarms
     } a week on { $series ->
        [one] one series
       *[other] { $series } series
     }
   *[other] Of { $n } methods on { $series ->
        [one] one series
       *[other] { $series } series
     } { $method } is the quietest with { $alarms ->
        [0] no alarm
        [one] one alarm
       *[other] { $alarms } alarms
     } a week; the loudest has { $most }
 }. No finding is marked as real, so only alarms and time can be compared.
compare-lead-silent = { $n ->
    [one] The method has no alarm on { $series ->
        [one] one series
       *[other] { $series } series
     }
   *[other] None of { $n } methods has an alarm on { $series ->
        [one] one series
       *[other] { $series } series
     }
 }. No finding is marked as real, so only time can be compared.
compare-lead-not-scored = No method can score these series.
compare-note-limits = Each method alarms by its own limit, which is fixed without labels, and knows all of the time shown when it scores.
compare-note-marks = The windows are findings and windows that were marked as real: what nobody marked is not among them.
compare-note-unmarked-false = Alarms of which nothing was said count as false.
compare-note-unmarked-left = Alarms of which nothing was said count neither as right nor as false.
compare-note-no-expected = No finding is marked as expected, so false alarms and precision cannot be told.
compare-note-slow = The slow ones ({ $methods }) were asked about { $n } of { $of } series, those with marks first: their alarms, finds and time are of these.
compare-note-refused = { $n ->
    [one] One series
   *[other] { $n } series
 } not scored by at least one method: { $reason }
compare-note-left-out = { $n ->
    [one] One series
   *[other] { $n } series
 } left out: { $reason }
job-compare = Comparing methods
error-method-unknown = There is no method “{ $method }”. Choose one of: { $known }.
error-compare-no-series = { $choice ->
    [entity] No series with samples in this time belongs to “{ $entity }”. Choose another entity or another time.
    [both] No series with samples in this time belongs to “{ $entity }” and matches “{ $filter }”. Choose another entity or another filter.
    [filter] No series with samples in this time matches “{ $filter }”.
   *[none] No series has samples in this time. Choose another time.
}

## The series of an entity together
group-score-lead = Together the { $series } series of { $entity } departed { $alarms ->
    [one] once
   *[other] { $alarms } times
 }, most of all at { $at }.
group-score-lead-none = Together the { $series } series of { $entity } never departed from what they are used to.
group-score-alarm = { $what } carries { $share } of it
group-score-alarm-two = { $what } carries { $share } of it, { $second } { $part }
group-score-alarm-none = no series carries it alone
group-score-note-rows = Mean of what each series scores against its whole history, also against what came later, on rows of { $step }; around 1 alarms begin.
group-score-note-now = Nothing of it is stored or reaches Now: how often groups cry wolf over a whole fleet was not measured.
job-group-score = Scoring series together
error-group-score-no-series = { $choice ->
    [entity] No series with samples belongs to “{ $entity }”. Choose another entity.
    [both] No series with samples belongs to “{ $entity }” and matches “{ $filter }”. Choose another entity or another filter.
   *[none] No entity is named. Name the service, host or other thing whose series are to be scored together.
}
error-group-score-few = Together takes at least two series that can be scored; { $entity } has { $usable }. { $reason ->
    [constant] Most of the others never changed: choose an entity with series that move.
    [too_short] The history of most others is too short: wait for at least 30 samples of each, or import more.
    [empty] Most of the others have no values to judge: sync or import more.
   *[other] Look at it alone, or choose an entity with more series.
 }
error-group-score-large = The series of { $entity } are { $millions } million values, and { $most } million can be scored together. Choose fewer series with a filter.

## The bill of a method
bill-proof-method = { $method } · { $series ->
    [one] one series
   *[other] { $series } series
 } scored, { $history } of history, all of which it knew
bill-scale-method = At sensitivity 20 every alarm of the method calls; at 10 only scores of twice its limit do, at 5 of four times.
bill-kept = The workspace keeps { $method } at sensitivity { $sensitivity } as its detector.
bill-kept-here = For these series sensitivity { $sensitivity } is kept, whatever the workspace keeps.
bill-kept-here-method = For these series { $method } is kept at sensitivity { $sensitivity } as the detector, whatever the workspace keeps.
error-bill-not-kept = Nothing is kept for this choice of series. wardroom bill --kept lists what is.
error-bill-kept-unreadable = The detectors that are kept for choices of series cannot be read: a newer version of Wardroom probably wrote them. They stay as they are; open the workspace with that version to change them.
terminal-bill-none-kept = No detector is kept; the usual one calls at the usual sensitivity.
terminal-bill-all = all series

## The terminal
terminal-compare-head = Method, windows found, false alarms, precision, recall, F1, median delay in minutes, alarms a week, seconds:
terminal-compare-proof = { $n } of { $of } series scored, { $history } of history.
terminal-detect-method = { $method }: { $alarms ->
    [one] one alarm
   *[other] { $alarms } alarms
 } on { $n } of { $of } series; nothing is stored.
terminal-detect-more = and { $n } more, which --json prints
terminal-detect-selector = SELECTOR belongs to --method or --together: without them every series is scored and the findings are stored.
terminal-together-proof = { $n } of { $of } series scored together, { $rows ->
    [one] one row
   *[other] { $rows } rows
 } over { $history }, in { $took }.
