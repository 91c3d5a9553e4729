# What people say of findings: the same in window and terminal.

## On Now
lead-expected = { $n ->
    [one] One finding was
   *[other] { $n } findings were
 } expected.
lead-held-back = { $n ->
    [one] One weaker finding is
   *[other] { $n } weaker findings are
 } held back: among { $series } series, chance alone brings as much in a day.

## What was said
feedback-real = Real.
feedback-once = Expected, this once.
feedback-weekly = Expected every { $day } at { $time } ({ $zone }).
feedback-always = Expected on this series, whatever it shows.
feedback-maintenance = Maintenance of { $entity } from { $from } to { $to }.
feedback-maintenance-everything = Maintenance of everything from { $from } to { $to }.
feedback-window-real = Real from { $from } to { $to }, whatever was found in it.
feedback-window-series = { $metric } on { $entity }
feedback-window-entity = everything on { $entity }
feedback-stage-too-few = Nothing is learnt from labels yet: { $real } marked as real, { $expected } as expected. It takes { $least } of each, on { $series } series.
feedback-stage-not-better = Learnt from { $labels ->
    [one] one label
   *[other] { $labels } labels
 } and not used: of labels held back it puts { $staged } % of pairs in order, the score alone { $plain } %.
feedback-stage-better = Learnt from { $labels ->
    [one] one label
   *[other] { $labels } labels
 } and in use: of labels held back it puts { $staged } % of pairs in order, the score alone { $plain } %.
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday

## Failures
error-no-such-finding = There is no finding { $id }, or it was withdrawn. Look at the findings of this moment.
error-no-such-feedback = There is no feedback number { $id }, or it was taken back already.
error-feedback-window = The finding began { $start } and does not lie in the maintenance from { $from } to { $to }. Choose a window that contains it.
error-window-outside-data = Nothing was measured from { $from } to { $to }: the data goes from { $first } to { $last }. Choose a window within it.
error-feedback-window-series = { $n } series match “{ $filter }”. A window is marked on exactly one: add labels, or name an entity.
error-feedback-window-entity = No series belongs to { $entity }. Take a name as findings and series show it.

## The terminal
terminal-feedback-none = Nothing was said of any finding yet.
terminal-feedback-marked = Kept as number { $id }: { $phrase }
terminal-feedback-undone = Number { $id } is taken back.
terminal-feedback-was-undone = taken back
terminal-feedback-window-only = --from and --to belong to --as maintenance and to --window; --everything belongs to --as maintenance.
terminal-feedback-window-real = A window is marked as real. To say that findings in it were expected, mark those.
