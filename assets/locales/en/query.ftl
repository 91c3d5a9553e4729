# Sentences about PromQL over stored samples and of a server: the same in the window and in the terminal.

## What an answer stands on
query-proof = From { $samples ->
    [one] one stored sample
   *[other] { $samples } stored samples
 } of { $series } series of { $source }, by the rules of { $told }: windows are { $window }.
query-proof-imported = From { $samples ->
    [one] one stored sample
   *[other] { $samples } stored samples
 } of { $series } series of { $source }, by the rules of Prometheus { $major }, as for all imported and simulated data: windows are { $window }.
query-proof-assumed = From { $samples ->
    [one] one stored sample
   *[other] { $samples } stored samples
 } of { $series } series of { $source }, by the rules of Prometheus { $major }, because the source names no version of Prometheus: windows are { $window }.
query-proof-nothing = Nothing stored was read; the rules are those of Prometheus { $major }: windows are { $window }.
query-as-of = As known at { $date }: samples that became known later are left out. By which rules is answered follows what the source is known to be now.
query-proof-live = Answered by { $source } ({ $server }), { $told }, on { $at }; nothing was stored.
query-proof-live-unnamed = Answered by { $source } ({ $server }), which does not say what it is, on { $at }; nothing was stored.
query-window-closed = closed on both sides
query-window-open = open on the left

## An expression that cannot be read
error-query-syntax = Column { $column }: “{ $found }” stands where { $expected ->
    [expression] an expression is expected
    [operator] an operator or the end is expected
    [duration] a length of time such as 5m is expected
    [number] a number or a length of time is expected
    [moment] a moment is expected: seconds, start() or end()
    [label] the name of a label is expected
    [match_operator] =, !=, =~ or !~ is expected
    [quoted] a text in quotes is expected
    [closing_quote] a text begins that has no closing quote
    [escape] an escape begins that is not known; double the backslash to mean one
    [comma_or] “,” or “{ $text }” is expected
   *[text] “{ $text }” is expected
}.
error-query-ends = Column { $column }: the expression ends where { $expected ->
    [expression] an expression is expected
    [operator] an operator is expected
    [duration] a length of time such as 5m is expected
    [number] a number is expected
    [moment] a moment is expected: seconds, start() or end()
    [label] the name of a label is expected
    [match_operator] =, !=, =~ or !~ is expected
    [quoted] a text in quotes is expected
    [closing_quote] a closing quote is expected
    [escape] an escape is expected
    [comma_or] “,” or “{ $text }” is expected
   *[text] “{ $text }” is expected
}.
error-query-unknown-function = Column { $column }: there is no function { $name }. Check its spelling.
error-query-refused = Column { $column }: { $name } is not answered from stored samples. Let the server answer (--live in the terminal), or see docs/promql.md for what is.
error-query-type = Column { $column }: { $of } takes the type { $wanted }, not { $got }.
error-query-arguments = Column { $column }: { $of } takes { $wanted ->
    [none] no argument
    [one] one argument
    [range] { $least } to { $most } arguments
    [least] at least { $least } arguments
   *[many] { $least } arguments
}, not { $got }.
error-query-pattern = Column { $column }: “{ $pattern }” is not a regular expression.
error-query-rule = Column { $column }: { $rule ->
    [empty_selector] a selector needs a name, or a matcher that an empty value does not pass
    [named_twice] the metric is named twice
    [not_a_selector] a range, offset and @ stand behind a selector
    [range_comes_first] the range stands before offset and @
    [set_twice] offset and @ stand once each
    [bool_without_comparison] bool is for comparisons
    [comparison_needs_bool] a comparison of two numbers needs bool behind the operator
    [set_of_scalars] and, or and unless take series, not numbers
    [matching_of_scalars] on and ignoring are for two operands with series
    [grouped_set] group_left and group_right are not for and, or and unless
    [label_twice] a label cannot stand both in on and in group_left or group_right
   *[moment_out_of_bounds] the moment behind @ is out of bounds
}.
error-query-too-deep = Column { $column }: the expression is too long or nested too deep. Split it.
error-query-step = “{ $text }” is not a step. Write a length of time such as 30s or 1h30m, or seconds.

## An expression that has no answer
error-query-sources = Several sources have what is asked for: { $names }. Name one.
error-query-no-source = There is no source of metrics called { $name }.
error-query-live-file = { $name } is a file: no server stands behind it. Ask the stored samples.
error-query-live-simulated = { $name } is simulated: no server stands behind it. Ask the stored samples.
error-query-live-nobody = No source of this workspace has a server that can be asked. Add a Prometheus, or ask the stored samples.
error-query-live-sources = Several servers could be asked: { $names }. Name one.
error-query-live-as-of = A server knows the present only and cannot be asked as of a moment. Ask the stored samples.
error-query-live-elsewhere = This workspace comes from another machine or place, and it alone names the server of { $name }. Follow { $name } to trust it, or ask the stored samples.
error-query-not-unique = { $side ->
    [left] On the left side
   *[right] On the right side
} { $first } and { $second } both match { $group }. Aggregate that side, or match by more labels.
error-query-many-to-one = Several series of one side match one of the other for { $group }. Say group_left or group_right if that is meant.
error-query-grouping = { $labels } comes out more than once: the labels behind group_left or group_right do not tell the results apart.
error-query-same-labels = { $labels } comes out more than once. Keep a label that tells the series apart.
error-query-label-name = “{ $name }” cannot be the name of a label.
error-query-bad-pattern = “{ $pattern }” is not a regular expression.
error-query-count = { $value } is not a number of series.
error-query-not-over-range = A { $got } has an answer at one moment only. Leave out the range.
error-query-no-steps = The range ends before it begins, or its step is not above zero.
error-query-too-many-values = On the way to the answer there would be more than { $limit } values. Choose fewer series or a larger step.
error-query-too-many-samples = About { $n } samples would have to be read; { $limit } is the limit. Choose fewer series or a shorter time.

## In the terminal
terminal-query-none-asked = Nothing was asked of this workspace yet.
terminal-query-empty = No series matches at this time.
