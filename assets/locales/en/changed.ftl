# What changed in a window, and the bill of the detector: sentences that the core sends as data, for window and terminal.

## What changed
changed-lead = { $n } of { $of } series changed in this window, most of all { $what } on { $entity }.
changed-lead-little = Little changed: { $n } of { $of } series stand out a little, first { $what } on { $entity }.
changed-lead-nothing = Nothing much changed: { $n ->
    [one] the one series that was judged lies where it usually does
   *[other] all { $n } series that were judged lie where they usually do
 }.
changed-lead-no-series = No series matches.
changed-lead-not-judged = { $n ->
    [one] The one series cannot be judged
   *[other] None of { $n } series can be judged
 } in this window: choose one with history before it, within the data.
changed-rose = { $what } rose to { $seen }, against { $usual } before the window{ $since }
changed-fell = { $what } fell to { $seen }, against { $usual } before the window{ $since }
changed-near = { $what } is at { $seen }, against { $usual } before the window{ $since }
changed-spike = { $what } jumped to { $seen } and came back, against { $usual } before the window{ $since }
changed-dip = { $what } dipped to { $seen } and came back, against { $usual } before the window{ $since }
changed-trend-up = { $what } keeps rising: { $seen }, against { $usual } before the window{ $since }
changed-trend-down = { $what } keeps falling: { $seen }, against { $usual } before the window{ $since }
changed-swings = { $what } swings by { $seen } from step to step, against { $usual } before the window{ $since }
changed-flat = { $what } stands still; before the window it moves by { $usual } from step to step{ $since }
changed-missing = { $what } is there for { $seen } of { $usual ->
    [one] 1 step
   *[other] { $usual } steps
 }{ $since }
changed-above-peers = { $what } is at { $seen }; as its peers moved, it would be at { $usual }{ $since }
changed-below-peers = { $what } is only at { $seen }; as its peers moved, it would be at { $usual }{ $since }
changed-begins = { $what } on { $entity } begins in this window, at { $time }; its last value there is { $seen }
changed-before = , and began earlier than the window
changed-within = {""}
job-changed = What changed

## The bill
bill-lead = { $pages ->
    [one] One page
   *[other] { $pages } pages
 } a week; no window is marked as real.
bill-lead-found = { $pages ->
    [one] One page
   *[other] { $pages } pages
 } a week; { $marked ->
    [one] the one window marked as real is found, with a delay of { $delay }
   *[other] { $found } of { $marked } windows marked as real found, { $delay } median delay
 }.
bill-lead-none-found = { $pages ->
    [one] One page
   *[other] { $pages } pages
 } a week; { $marked ->
    [one] the one window marked as real is not found
   *[other] none of { $marked } windows marked as real is found
 }.
bill-proof = { $method } · { $series ->
    [one] one series
   *[other] { $series } series
 }, { $history } of history · scored { $time }, with all of that history known
bill-short = The history covers only { $history }: pages a week are extrapolated from it.
error-bill-not-scored = Nothing is scored yet. Score the series first, in the terminal with `wardroom detect`.
error-bill-no-series = { $choice ->
    [entity] No series with samples belongs to “{ $entity }”. Choose another entity.
    [both] No series with samples belongs to “{ $entity }” and matches “{ $filter }”. Choose another entity or another filter.
    [filter] No series with samples matches “{ $filter }”.
   *[none] No series has samples. Sync or import some first.
}
error-bill-sensitivity = The sensitivity is a whole number from 1 to { $most }.

## The terminal
terminal-changed-begun = { $n ->
    [one] One series begins
   *[other] { $n } series begin
 } in this window and { $n ->
    [one] is
   *[other] are
 } not ranked, because nothing is usual yet:
terminal-changed-proof = { $n } of { $of } series judged against their own past and their peers, in { $took }.
terminal-bill-head = Sensitivity, least score, pages a week, real windows found, median delay in minutes:
