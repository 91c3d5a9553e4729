## The debrief of a drill, and the instructor's window.

review-of = of 100
review-of-was = of 100, was { $before }
review-passed = passed, from { $pass }
review-not-passed = not passed, needs { $pass }
review-again = Try again from { $time }
review-again-key = Try again from the moment that is worth it
review-branching = Another attempt is being made.
review-list = Open the list of drills
review-lanes = Two timelines, one clock
review-lanes-said = Two timelines: the reference with { $reference ->
    [one] one mark
   *[other] { $reference } marks
 }, you with { $you ->
    [one] one mark
   *[other] { $you } marks
 }. The table lists them.
review-zone = { $zone }, drill time
review-reference = Reference
review-reference-about = best known way
review-you = You
review-attempt = attempt { $n }
review-phase = { $part }, { $start } to { $end }
review-phase-open = { $part }, { $start } to { $end }, not reached
review-onset = The fault began { $time }
review-gap-behind = { $span } behind
review-gap-ahead = { $span } ahead
review-hidden = { $count ->
    [one] The words of one mark have no room; the table has them all.
   *[other] The words of { $count } marks have no room; the table has them all.
}
review-step = Step through your marks and try again from any of them
review-next-mark = Next mark
review-mark-before = Previous mark
review-as-table = Lanes and curve as tables
review-times = Times since the fault began
review-times-start = Times since the beginning
review-time-detect = Seen
review-time-acknowledge = Alert acknowledged
review-time-localise = Cause named
review-time-mitigate = Goal met again
review-col-time = Time, { $zone }
review-col-after = After the fault
review-col-who = Who
review-col-what = What
review-tone-good = helped
review-tone-bad = made it worse
review-tone-plain = neither
review-curve = { $component }: { $measure }
review-objectives = What was to be reached
review-run-you = you
review-run-trainee = trainee
review-run-reference = reference
review-run-nobody = if nobody acts
review-lost = Requests that failed: you { $you }, reference { $reference }, nobody { $nobody }
review-wanted = wanted { $share }
review-no-value = no data
review-at = at { $time }
review-chart-said = Users of { $component } served: you { $you }, reference { $reference }, if nobody acts { $nobody }.
review-scores = Scores
review-last = last attempt
review-part-said = { $points } of { $of ->
    [one] 1 point
   *[other] { $of } points
 }
review-part-said-before = { $points } of { $of ->
    [one] 1 point
   *[other] { $of } points
 }, { $before } in the last attempt
review-points-given = +{ $points }
review-points-taken = −{ $points }
review-points-none = 0
review-name-detect = Detect
review-name-localise = Localise
review-name-mitigate = Mitigate
review-name-safety = Safety
review-name-communicate = Communicate
review-hints = Hints cost { $points ->
    [one] one point
   *[other] { $points } points
 }.
review-never = Evidence you never opened
review-never-none = You opened everything that helps.
review-knowable = What was knowable when
review-knowable-none = This drill names no evidence.
review-first = first useful: { $what }, { $time }
review-first-none = nothing useful was opened
review-where = on { $screen }
review-where-subject = on { $screen }, { $subject }
review-decides = (decides)
review-from = from { $time }
review-unknowable = could not be seen
review-not-opened = never opened
review-opened = you { $time }
review-opened-after = you { $time }, { $span } later
review-open = open
review-open-what = Open the evidence: { $what }
review-screen-now = Now
review-screen-alerts = Alerts
review-screen-metrics = Metrics
review-screen-logs = Logs
review-screen-catalog = Catalog
review-screen-changes = Changes
review-screen-checks = Checks
review-beliefs = How sure you were, and how right
review-beliefs-none = You named no cause.
review-belief-right = { $odds }, right
review-belief-wrong = { $odds }, wrong
review-advice = What the program suggested
review-advice-normal = as on call
review-advice-mayBeWrong = some were planted
review-advice-none = It suggested nothing.
review-advice-right-followed = right, followed
review-advice-right-rejected = right, but rejected
review-advice-right-open = right, not answered
review-advice-wrong-followed = wrong, but followed
review-advice-wrong-rejected = wrong, rejected
review-advice-wrong-open = wrong, not answered
review-instructor = What the instructor did
review-next = Next for you
review-next-drill = Drill { $number }, { $title }, takes about { $minutes } min.
review-next-none = Nothing is left that you have not passed.
review-attempts = Attempt
review-attempt-points = { $n }, { $points ->
    [one] one point
   *[other] { $points } points
 }
review-attempt-from = { $n }, { $points ->
    [one] one point
   *[other] { $points } points
 }, from { $time }
review-coming = That attempt is being computed again, with the runs to compare with.
review-same = Same seed, same world: { $seed }. Anyone with the file gets these bytes.
review-said = { $points } of 100. { $headline }
review-loading = Two more runs of the world are computed to compare with.
review-not-over = The drill is still under way.
review-not-over-help = The debrief tells the cause. Declare it resolved, or end the drill, and it is here.
review-to-drill = Go back to the drill
review-none = The open workspace is no drill.
review-none-help = A drill makes a workspace of its own; its debrief stays in it.
review-kept = What the file keeps
review-failed-works = The drill's screens still work.

teach-window = Instructor, Wardroom
teach-tab = DRILL, SIMULATED, INSTRUCTOR
teach-seed = seed { $seed }
teach-somebody = the trainee
teach-somebody-first = The trainee
teach-you = trainee: { $trainee }
teach-truth = What is true, and what telemetry says
teach-bold = differences in bold
teach-col-grade = State
teach-col-thing = Thing
teach-col-truth = True state, { $time }
teach-col-seen = Telemetry says
teach-col-looked = The trainee
teach-grade-well = well
teach-grade-strained = strained
teach-grade-failing = failing
teach-grade-silent = silent
teach-same = the same
teach-never = never opened
teach-looked = { $screen }, { $time }
teach-lost = Failed requests by { $time }: nobody acts { $nobody }, reference { $reference }
teach-now = now
teach-clock = The drill's clock
teach-since = { $span } since onset
teach-pause = Pause the world
teach-resume = Let it go on
teach-speed = Run the world at { $times }×
teach-event = Jump to the next event
teach-over = The drill is over; nothing more can be done to it.
teach-did = What { $trainee } did
teach-did-nothing = Nothing yet.
teach-earlier = { $count ->
    [one] One earlier move is in the debrief.
   *[other] { $count } earlier moves are in the debrief.
}
teach-useful = { $found } of { $of ->
    [one] 1 useful thing
   *[other] { $of } useful things
 } opened
teach-effect = users served { $before } to { $after }
teach-worse = made it worse
teach-left = Not opened yet
teach-left-order = in the order that would help
teach-left-none = Everything that helps was opened.
teach-decides = decides
teach-not-yet = cannot be seen yet
teach-clocks = Clocks
teach-clocks-hidden = kept by the drill
teach-update = Next update to others
teach-update-none = none due
teach-update-due = due in { $span }
teach-update-late = due, { $span } late
teach-doing = What you can do
teach-whisper = Whisper
teach-whisper-about = to { $trainee }, as a simulated role
teach-whisper-role = Role
teach-whisper-text = What the role says
teach-whisper-hint = What the role says
teach-whisper-empty = Write what the role says.
teach-say = Say it
teach-saying = It is being said.
teach-recorded = recorded
teach-prepared = { $count ->
    [one] One prepared line
   *[other] { $count } prepared lines
}
teach-inject = Inject a fault
teach-fault = Fault
teach-where = Where
teach-refused = Nothing was injected. { $why }
teach-after = Begins after
teach-after-hint = Seconds of the world, 0 to { $most }
teach-after-problem = A whole number of seconds, 0 to { $most }
teach-inject-it = Inject in 10 s, stoppable
teach-inject-most = at most two in a drill
teach-nothing-to-inject = Nothing can be injected here.
teach-waits = Injects in { $left } s:
teach-stop = Stop the injection
teach-sensors = Take a sensor away
teach-sensors-about = { $trainee } gets no data, never zero
teach-sensors-filter = Filter sensors
teach-sensors-more = { $count ->
    [one] One more; filter to see it.
   *[other] { $count } more; filter to see them.
}
teach-answers = answers
teach-away = away since { $time }
teach-sensor-decides = the deciding evidence needs it
teach-shown-later = All you do here is recorded with its time and shown to { $trainee } in the debrief.
teach-loading = Two runs of the world are computed to compare with.
teach-none = No drill is open.
teach-none-help = Start a drill in the other window; this one then shows what is true in it.
teach-failed-works = The drill in the other window still runs.
teach-way = Way
teach-way-errors = errors
teach-way-slow = slow
teach-way-leak = leak
teach-range = { $least } to { $most }
teach-range-usual = { $least } to { $most }, usually { $usual }
teach-parameter-wrong = A parameter is outside of its range.
teach-param-error-ratio = Requests that fail, as a share
teach-param-extra-ms = Longer by, ms
teach-param-factor = How many times
teach-param-ghosts-count = Ghost addresses
teach-param-mib-per-request = Lost memory, MiB per request
teach-param-missing-count = Unregistered instances
teach-param-retries = Further tries
teach-param-trigger-s = Slow for, s
teach-param-applied-ratio = Writes applied, as a share
teach-param-attempts-per-s = Attempts per second
teach-param-connections = Pool size
teach-param-connections-per-s = Connections per second
teach-param-cores = Cores
teach-param-delay-ms = Slower by, ms
teach-param-error-number = Error number
teach-param-failing-ratio = Look-ups that fail, as a share
teach-param-gib-per-hour = Used up, GiB per hour
teach-param-held-ratio = Connections held, as a share
teach-param-instance-ratio = Instances that hang, as a share
teach-param-locked-ratio = Writes that meet a lock, as a share
teach-param-loss-ratio = Packets lost, as a share
teach-param-lost-ratio = Cache lost, as a share
teach-param-network-mbit = Network used, Mbit/s
teach-param-offset-s = Clock off by, s
teach-param-processes-per-minute = Processes per minute
teach-param-refused-ratio = Requests refused, as a share
teach-param-victim-ratio = Writes that are victims, as a share
