## The simulator: the list of drills, the running drill, and its frame.

sim-tab = DRILL, SIMULATED
sim-tab-ended = DRILL ENDED, SIMULATED
sim-chip = DRILL
sim-watermark = SIMULATED
sim-back = Back to the drill
sim-list-open = Choose another drill
sim-bar = Drill clock and the way back
sim-panel = Drill panel
sim-cancel = Cancel
sim-go-on = Go on with the drill
sim-refused-help = A drill has a file of its own and no real connection. Open another workspace to add sources or files.
sim-status-unreachable = Real sources unreachable in a drill
sim-status-trainee = Trainee { $trainee }
sim-status-nobody = No trainee named
sim-status-paused = paused
sim-status-clock = { $time } drill
sim-clock = Clock
sim-clock-zone = Drill clock, { $zone }
sim-clock-controls = Move the drill clock
sim-times = { $times }×
sim-speed = Clock at { $times }×
sim-speed-key = { $times ->
    [one] one simulated second
   *[other] { $times } simulated seconds
 } a second, key { $key }
sim-pause = Pause the drill, or go on
sim-resume = Let the drill go on
sim-next = next
sim-next-event = Jump to the next event
sim-next-event-key = Jump to the next event: an alert, a change, a remedy that works; key .
sim-rewind = Go back and try again from a moment
sim-key-pause = pause
sim-key-speed = speed
sim-key-next = next event

sim-list = Drills by tier
sim-list-failed = The results are untouched. The other screens still work.
sim-chosen = The chosen drill
sim-col-number = No.
sim-col-state = Passed
sim-col-drill = Drill
sim-col-trains = Trains
sim-col-about = About
sim-col-best = Best of 100, pass { $pass }
sim-col-tries = Last three tries, trend
sim-tier = Tier { $tier }
sim-tier-passed = { $n } of { $of } passed
sim-passed = passed
sim-not-passed = tried, not passed yet
sim-not-tried = not tried
sim-one-try = one try
sim-difficulty = Difficulty { $n } of 5
sim-trainee = Whose results
sim-trainee-hint = role that trains
sim-everyone = Everyone here
sim-you-get = You get
sim-you-get-what = { $services ->
    [one] one service
   *[other] { $services } services
}, { $hosts ->
    [one] one host
   *[other] { $hosts } hosts
}, { $history } of history
sim-you-can = You can
sim-you-can-what = { $n ->
    [one] one action, with a risk
   *[other] { $n } actions, each with a risk
}
sim-scored-on = Scored on
sim-scored-on-what = detect, localise, mitigate, safety, updates
sim-seed = Seed
sim-seed-new = new
sim-seed-problem = A seed is a whole number from 0 to 4294967295.
sim-brief-failed = The list still works.
sim-advice = Advice during the drill
sim-advice-normal = Normal
sim-advice-normal-about = What the program believes, right or wrong, as on call.
sim-advice-wrong = Advice may be wrong
sim-advice-wrong-about = Some suggestions are planted. Refusing a wrong one scores; so does following a right one. Not said which.
sim-coach-on = coach
sim-start = Start drill { $n }
sim-start-chosen = Start the chosen drill
sim-starting = The world and its history are being made.
sim-start-note = Starts a workspace file of its own. Real sources cannot be reached from it, and this workspace is left as it is.
sim-briefing = Read the briefing
sim-briefing-title = Briefing: { $title }
sim-briefing-score = It is passed with { $pass } of 100 points. Scores stay hidden until the debrief.
sim-briefing-hints = { $n ->
    [0] There are no hints.
    [one] There is one hint; it costs points.
   *[other] There are { $n } hints; each costs points.
}
sim-instructor = For an instructor
sim-instructor-window = Open the instructor window beside this one
sim-instructor-window-later = The instructor window opens beside a running drill.
sim-instructor-open = Open
sim-results = { $tries ->
    [one] Results of { $trainee }, one try, as CSV
   *[other] Results of { $trainee }, { $tries } tries, as CSV
}
sim-results-all = { $tries ->
    [one] Results of everyone here, one try, as CSV
   *[other] Results of everyone here, { $tries } tries, as CSV
}
sim-results-save = Save
sim-results-done = The results are written to { $path }.

sim-head = drill { $n } of { $of }, seed { $seed }
sim-head-branch = drill { $n } of { $of }, seed { $seed }, attempt { $attempt } from { $time }
sim-head-own = a drill of your own, seed { $seed }
sim-head-own-branch = a drill of your own, seed { $seed }, attempt { $attempt } from { $time }
sim-goal = Goal:
sim-scores-hidden = Scores stay hidden until the debrief
sim-end = End drill
sim-end-title = End “{ $title }”?
sim-end-about = The drill ends as it stands, without being declared resolved. The debrief follows.
sim-resolve = Declare resolved
sim-resolve-title = Declare “{ $title }” resolved?
sim-resolve-met = The goal is met since { $time }.
sim-resolve-unmet = The goal is not met at the moment.
sim-resolve-about = Declaring it resolved ends the drill. The debrief follows.
sim-no-drill = No drill is open.
sim-no-drill-help = Choose one from the list; it opens a file of its own.
sim-is-over = The drill “{ $title }” is over.
sim-is-over-help = Its debrief says what happened, what was knowable when, and what it scored.
sim-debrief = Read the debrief
sim-failed-works = The drill's file is untouched. The other screens still work.
sim-objectives = What users see
sim-wanted = { $component }, { $measure } above { $share } for { $span }
sim-chart-served = { $component }: { $measure }
sim-chart-failed = { $component }: failing
sim-chart-goal = goal { $share }
sim-chart-said = { $title }: { $value } at the moment, between { $low } and { $high } since the start.
sim-tables = Charts as tables
sim-firing = Firing alerts
sim-firing-count = { $n } firing, { $open } not acknowledged
sim-firing-all = All alerts
sim-severity-critical = critical
sim-severity-warning = warning
sim-severity-info = info
sim-since = since { $span }
sim-acknowledge = Acknowledge
sim-acknowledged = acknowledged
sim-changes = Changes
sim-changes-note = the last day; open a row to read it
sim-changes-none = No change in the last day.
sim-change-deployment = deployment
sim-change-configuration = configuration
sim-change-maintenance = maintenance
sim-change-known = known here since { $time }

sim-moves = Your moves
sim-moves-since = { $span } since the start
sim-moves-none = Nothing yet. What you open and do is listed here.
sim-moves-all = Show { $n ->
    [one] the one move
   *[other] all { $n } moves
 }
sim-moves-few = Show the last moves only
sim-coach = Coach
sim-coach-is-on = on
sim-coach-is-off = off
sim-coach-off-about = This drill was started without the coach, so it has no hints.
sim-coach-quiet = Ask for a hint when you are stuck.
sim-hint-show = Show hint { $n } of { $of }
sim-hint-cost = { $points ->
    [one] costs one of 100 points
   *[other] costs { $points } of 100 points
}
sim-hint-n = Hint { $n }:
sim-hint-ask = Ask for the next hint
sim-hints-all = All hints were shown.
sim-team = Team
sim-team-about = roles played by the simulator
sim-team-none = Nobody has said anything yet.
sim-suggested = The program suggests
sim-suggested-about = it may be wrong
sim-suggested-action = Action: { $action }
sim-follow = Follow, dry run first
sim-refuse = Refuse
sim-followed = You followed it.
sim-refused = You refused it.
sim-act = Act
sim-act-about = each begins with a dry run
sim-act-first = Go to the actions
sim-act-facts = risk { $risk } of 3, works after { $span }
sim-act-running = under way
sim-act-done = last done { $time }
sim-dry-run = Dry run
sim-act-title = Dry run: { $action }
sim-act-nothing-yet = Nothing is done yet. This is what it would do now:
sim-act-touches = Touches
sim-act-touches-none = nothing else
sim-act-touches-what = { $more ->
    [0] { $n }: { $names }
   *[other] { $n }: { $names } and { $more } more
}
sim-act-risk = Risk
sim-risk-1 = 1 of 3, easily taken back
sim-risk-2 = 2 of 3, users may notice
sim-risk-3 = 3 of 3, something may be lost
sim-act-works = Would work
sim-act-scope = Type { $scope } to approve
sim-act-scope-missing = Approving needs the name { $scope } typed.
sim-act-ordering = It is being carried out.
sim-recording = Your decision is being recorded.
sim-act-approve = Approve and run
sim-act-leave = Do nothing
sim-act-refused-help = Nothing was done. Another action, or the same one later, may be possible.
sim-acted = It is under way and works at { $time }.
sim-tell = Believe and tell
sim-believe = Hypothesis
sim-believe-none = none stated yet
sim-believed = { $entity }: { $fault }, { $odds }
sim-believed-nothing = Nothing is broken, { $odds }
sim-believe-title = State a hypothesis
sim-believe-about = Say what is broken and how sure you are. It can be changed at any time; every statement is kept.
sim-believe-fault = What is wrong
sim-believe-entity = Where
sim-believe-choose = choose
sim-believe-odds = How sure
sim-believe-odds-about = 0.50 means as likely as not.
sim-believe-fault-missing = Choose what is wrong first.
sim-believe-entity-missing = Choose where it is wrong first.
sim-believe-state = State it
sim-believe-again = Change it
sim-people = Tell people
sim-update-never = no update sent yet
sim-update-last = last update { $span } ago
sim-update-due = next one due in { $span }
sim-update-late = overdue by { $span }
sim-update-write = Write
sim-update-title = Write an update
sim-update-about = What users see, what you do about it, and when you write next.
sim-update-missing = Write the update first.
sim-update-send = Send it
sim-incident = Incident
sim-incident-none = not declared
sim-incident-declared = declared { $time }
sim-declare = Declare incident
sim-over = The end
sim-goal-met = goal met since { $time }
sim-goal-unmet = goal not met
sim-halted = The clock of the drill stands: { $why } Once that is mended, let it go on.
sim-history = Older history
sim-history-missed = The history older than the hour before the drill could not be brought in: { $why }
sim-history-next = It is tried again by itself at { $time }, by this machine's clock.
sim-history-trying = It is being tried again.
sim-history-again = Try to bring it in now
sim-rewind-missed = The older history is not there yet; the drill's panel says why. Going back is possible once it is.
sim-rewind-title = Go back and try again
sim-rewind-about = The world goes on from that moment as a new attempt. What you did until now is kept for the debrief.
sim-rewind-none = The world stands at the beginning of the drill. Once it has moved on, there is a moment to go back to.
sim-rewind-wait = The older history is still arriving. Going back is possible when it is here.
sim-rewind-by = { $span } ago
sim-rewind-before = before “{ $what }”
sim-rewind-start = the start of the drill
sim-rewind-from = From { $time }
