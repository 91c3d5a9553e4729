# What drills and the plain lists say, as data from the core: the same in window, terminal and report.

## Lists
alerts-none = Nothing is firing; the last { $span } were looked at.
alerts-none-here = Nothing is firing here, { $elsewhere ->
    [0] nor elsewhere
    [one] but one alert elsewhere
   *[other] but { $elsewhere } alerts elsewhere
 }; the last { $span } were looked at.
alerts-firing = { $n ->
    [one] One alert firing
   *[other] { $n } alerts firing
 } since { $time }: { $rules ->
    [one] one rule
   *[other] { $rules } rules
 }, { $entities ->
    [one] one service or host
   *[other] { $entities } services and hosts
 }.
logs-none = No line matches.
logs-lines = { $n ->
    [one] One line
   *[other] { $n } lines
 }, { $errors ->
    [one] one of them an error
   *[other] { $errors } of them errors
 }.

## The list of drills
drill-list-none = { $of ->
    [one] One drill
   *[other] { $of } drills
 }, none tried yet.
drill-list-passed = { $n ->
    [0] None
   *[other] { $n }
 } of { $of } drills passed.
drill-next-first = Begin with drill { $number }, { $title }: { $trains }.
drill-next-again = Drill { $number }, { $title }, is not passed yet: { $trains }.
drill-next-part = What cost you most on { $after }: { $part }. Next is drill { $number }, { $title }: { $trains }.
drill-tier-1 = one clear fault
drill-tier-2 = the cause raises no alert
drill-tier-3 = the cure can hurt
drill-tier-4 = the signals mislead
drill-part-detect = detecting
drill-part-localise = localising
drill-part-mitigate = mitigating
drill-part-safety = safety
drill-part-communicate = updates
drill-screen-now = Now
drill-screen-alerts = Alerts
drill-screen-metrics = Metrics
drill-screen-logs = Logs
drill-screen-catalog = Catalog
drill-screen-changes = Changes
drill-screen-checks = Checks
drill-never = never
drill-unfelt = without harm

## Moves
move-acknowledged = Acknowledged { $alert }
move-opened = Opened { $screen }
move-opened-subject = Opened { $screen }: { $subject }
move-opened-detail = Opened { $screen }: { $subject }, { $detail }
move-hypothesis = Says: { $entity }, { $fault }, { $odds }
move-hypothesis-place = Says: { $entity }, { $odds }
move-hypothesis-none = Says: nothing is broken, { $odds }
move-dry-run = Tried dry: { $kind }, { $target }
move-acted = Did: { $kind }, { $target }
move-refused = Refused by the world: { $kind }, { $target }
move-update = Told others: { $text }
move-hint = Asked for hint { $n }
move-advice-followed = Followed suggestion { $n }
move-advice-rejected = Rejected suggestion { $n }
move-declared = Declared an incident
move-resolved = Declared it resolved
move-whispered = The instructor as { $role }: { $text }
move-injected = The instructor injected: { $fault }, { $target }
move-sensor-away = The instructor took the telemetry of { $target } away
move-sensor-back = The instructor gave the telemetry of { $target } back
effect-waiting = works at { $time }
effect-worse = made it worse: { $before } to { $after } served
effect-better = served rose from { $before } to { $after }
effect-none = no difference: { $share } served

## Debrief
debrief-fixed = You found the cause and fixed it, no later than the reference.
debrief-fixed-behind = You found the cause and fixed it, { $gap } behind the reference.
debrief-found = You found the cause; the goal was not met again, or never missed.
debrief-found-not-served = You found the cause, but the goal was not met again.
debrief-found-unfelt = You found the cause, and the goal was never missed.
debrief-restored = The goal was met again, but the cause was not named.
debrief-neither = The cause was not named, and the goal was not met again.
debrief-no-fault-seen = Nothing was broken, and you said so.
debrief-no-fault-missed = Nothing was broken, and that was not said.
debrief-worse = { $n ->
    [one] One move
   *[other] { $n } moves
 } made it worse and cost about { $cost ->
    [one] one request
   *[other] { $cost } requests
 }.
debrief-stale = Reads of old data: you { $you }, reference { $reference }, nobody acting { $nobody }.
debrief-failed = Failed requests: you { $you }, reference { $reference }, nobody acting { $nobody }.
debrief-weakest = What cost most: { $part }.
debrief-truth = What was true: { $fault } on { $entity } since { $time }.
debrief-truth-none = What was true: nothing was broken.

## Instructor
instructor-at = { $trainee } is in { $screen }; { $n ->
    [one] one useful thing is
   *[other] { $n } useful things are
 } not opened yet.
instructor-nowhere = { $trainee } has opened nothing yet; { $n ->
    [one] one useful thing waits
   *[other] { $n } useful things wait
 }.
condition-seen = { $value }, last at { $time }
condition-unseen = nothing arrives
condition-up = well
condition-degraded = some instances are away
condition-slow = slow
condition-failing = failing
condition-down = down
condition-certificate-expired = certificate expired
condition-not-resolved = name not resolved
condition-credential-refused = credential refused
condition-no-primary = no primary
condition-connections-full = connections full
condition-locked = held by a lock
condition-replica-stopped = replica stopped
condition-replica-lagging = lagging
condition-cache-cold = cold cache
condition-consumers-stuck = consumers stuck
condition-registry-drifted = registry differs from what runs
condition-disk-full = disk full
condition-cut-off = cut off
condition-overloaded = overloaded
condition-disk-slow = slow disk
condition-memory-full = memory full
condition-link-slow = slow network
condition-losing-packets = losing packets
condition-clock-wrong = clock wrong
condition-zombies = zombie processes
role-database = Database team
role-developer = Developer
role-network = Network team
role-security = Security team
role-support = Support
role-customer = Customer
role-duty-manager = Duty manager
role-coach = Coach

## Faults
fault-none = no fault
fault-unnamed = kind not named
fault-effect-none = Nothing is broken.
fault-memory-leak = memory leak
fault-effect-memory-leak = Memory is lost with every request until the process is killed.
fault-noisy-neighbour = noisy neighbour
fault-effect-noisy-neighbour = Something else on the host takes its cores.
fault-disk-fills = disk fills
fault-effect-disk-fills = Something fills the file system of a host.
fault-slow-disk = slow disk
fault-effect-slow-disk = The disk of a host answers late.
fault-bad-deploy = bad deploy
fault-effect-bad-deploy = A version answers with errors, is slow, or leaks.
fault-configuration-error = configuration error
fault-effect-configuration-error = A setting makes a share of the requests fail.
fault-pool-too-small = pool too small
fault-effect-pool-too-small = A pool of connections is too small for the load.
fault-slow-dependency = slow dependency
fault-effect-slow-dependency = A component answers late.
fault-dead-dependency = dead dependency
fault-effect-dead-dependency = A component does not answer at all.
fault-network-partition = network partition
fault-effect-network-partition = Two groups of hosts cannot reach each other.
fault-packet-loss = packet loss
fault-effect-packet-loss = A host loses packets.
fault-dns-failure = DNS failure
fault-effect-dns-failure = The name of a component is not resolved.
fault-certificate-expired = certificate expired
fault-effect-certificate-expired = The certificate of a component has ended.
fault-replication-lag = replication lag
fault-effect-replication-lag = A replica applies more slowly than the primary writes.
fault-replication-stopped = replication stopped
fault-effect-replication-stopped = A replica has stopped applying with an error.
fault-primary-crash = primary crash
fault-effect-primary-crash = The primary of a database dies.
fault-deadlocks = deadlocks
fault-effect-deadlocks = Transactions lock each other out.
fault-lock-pile-up = lock pile-up
fault-effect-lock-pile-up = A long transaction holds locks that others wait for.
fault-connection-saturation = connection saturation
fault-effect-connection-saturation = Something holds the connections of a database.
fault-zombie-processes = zombie processes
fault-effect-zombie-processes = Dead processes are never collected until the process table is full.
fault-cache-flush = cache flush
fault-effect-cache-flush = A cache loses what it holds.
fault-consumer-stuck = consumer stuck
fault-effect-consumer-stuck = The consumers of a queue take nothing.
fault-retry-storm = retry storm
fault-effect-retry-storm = Retries multiply the load; it can outlive its cause.
fault-load-surge = load surge
fault-effect-load-surge = Many more users than usual.
fault-registration-drift = registration drift
fault-effect-registration-drift = A balancer's registry no longer says what runs.
fault-clock-skew = clock skew
fault-effect-clock-skew = The clock of a host runs away.
fault-credential-expired = credential expired
fault-effect-credential-expired = A credential has ended or was revoked.
fault-port-scan = port scan
fault-effect-port-scan = Somebody tries the ports of a host.
fault-brute-force = brute-force login
fault-effect-brute-force = Somebody tries passwords.
fault-telemetry-loss = telemetry loss
fault-effect-telemetry-loss = A host no longer reports; what runs on it goes on.

## Remedies
remedy-restart = Restart { $target }
remedy-name-restart = restart
remedy-effect-restart = Starts it anew; what is inside fails and it begins cold.
remedy-scale-out = Add an instance to { $target }
remedy-name-scale-out = add an instance
remedy-effect-scale-out = Shares the load among more; a new instance begins cold.
remedy-scale-in = Take an instance from { $target }
remedy-name-scale-in = remove an instance
remedy-effect-scale-in = Leaves the load to fewer.
remedy-roll-back = Roll { $target } back
remedy-name-roll-back = roll back
remedy-effect-roll-back = Returns to the version or configuration before.
remedy-fail-over = Promote a replica of { $target }
remedy-name-fail-over = fail over
remedy-effect-fail-over = A replica becomes the primary; writes that it does not have are lost.
remedy-drain = Drain { $target }
remedy-name-drain = drain
remedy-effect-drain = Takes it out of the traffic; the others carry more.
remedy-shift-traffic = Shift the traffic: { $target }
remedy-name-shift-traffic = shift traffic
remedy-effect-shift-traffic = Sends calls, and the users who come in there, to another zone, which carries them besides its own.
remedy-clear-cache = Empty the cache { $target }
remedy-name-clear-cache = clear cache
remedy-effect-clear-cache = Drops what may be wrong; what is behind it is asked for everything.
remedy-raise-pool = Set the pool { $target } to { $amount }
remedy-name-raise-pool = set pool
remedy-effect-raise-pool = Changes how many connections may be open at once.
remedy-change-timeout = Set the timeout { $target } to { $amount }
remedy-name-change-timeout = set timeout
remedy-effect-change-timeout = Changes how long a caller waits.
remedy-kill-transaction = End the oldest transaction of { $target }
remedy-name-kill-transaction = kill transaction
remedy-effect-kill-transaction = Frees its locks; its writes are taken back.
remedy-skip-replication = Let { $target } skip the failed transaction
remedy-name-skip-replication = skip transaction
remedy-effect-skip-replication = The replica goes on and differs from the primary from then on.
remedy-reseed-replica = Make the replica { $target } anew
remedy-name-reseed-replica = re-seed replica
remedy-effect-reseed-replica = Copies the primary; it takes a while and slows the primary.
remedy-expand-disk = Make the disk of { $target } larger
remedy-name-expand-disk = expand disk
remedy-effect-expand-disk = Adds space that has to be paid for.
remedy-clean-disk = Delete old logs and dumps on { $target }
remedy-name-clean-disk = clean disk
remedy-effect-clean-disk = Frees some space; evidence goes with it.
remedy-rotate-certificate = Install a valid certificate on { $target }
remedy-name-rotate-certificate = rotate certificate
remedy-effect-rotate-certificate = Ends the handshake failures.
remedy-renew-credential = Install a valid credential for { $target }
remedy-name-renew-credential = renew credential
remedy-effect-renew-credential = Ends the refused sign-ins.
remedy-purge-queue = Throw away the messages of { $target }
remedy-name-purge-queue = purge queue
remedy-effect-purge-queue = Empties the queue; what was in it is lost.
remedy-re-register = Register with { $target } what runs
remedy-name-re-register = re-register
remedy-effect-re-register = Calls go to what runs again.
remedy-throttle = Let { $amount } of the requests into { $target }
remedy-name-throttle = throttle
remedy-effect-throttle = Refuses the rest, so that what is let in is served.
remedy-flag-off = Switch the feature of { $target } off
remedy-name-flag-off = switch feature off
remedy-effect-flag-off = Spares its work; users do without it.
remedy-silence = Silence { $target }
remedy-name-silence = silence
remedy-effect-silence = The alert is muted; nothing is cured.
remedy-stop-job = End the job on { $target }
remedy-name-stop-job = stop job
remedy-effect-stop-job = Frees the cores that it takes.
remedy-restart-agent = Restart the monitoring agent of { $target }
remedy-name-restart-agent = restart agent
remedy-effect-restart-agent = Telemetry arrives again; the gap stays.
remedy-sync-clock = Set the clock of { $target }
remedy-name-sync-clock = set clock
remedy-effect-sync-clock = Times in its logs jump to the right ones.
remedy-block-source = Block the address that attacks { $target }
remedy-name-block-source = block address
remedy-effect-block-source = The attempts end.
remedy-repair-network = Have the network of { $target } repaired
remedy-name-repair-network = repair network
remedy-effect-repair-network = Routes, links and resolvers work again; it takes people.

## Consequences
consequence-blocks-the-address = Blocks the address that attacks { $target }.
consequence-empties-the-cache = Empties { $target }.
consequence-ends-the-job = Ends the job on { $target }.
consequence-registers-what-runs = Registers with { $target } what runs.
consequence-sets-the-clock = Sets the clock of { $target }.
consequence-starts-the-agent-anew = Starts the agent of { $target } anew.
consequence-makes-the-disk-larger = Makes the disk of { $target } { $gib } larger.
consequence-mutes-the-alert = Mutes { $target }.
consequence-makes-the-replica-anew = Makes { $target } anew from the primary.
consequence-promotes-a-replica = Promotes a replica of { $target }.
consequence-skips-one-transaction = { $target } skips the transaction at which it stopped.
consequence-starts-processes-anew = Starts the processes of { $target } anew.
consequence-switches-the-feature-off = Switches the feature of { $target } off.
consequence-throws-messages-away = Throws away the messages of { $target }.
consequence-adds-instances = Adds { $n_instances } to the instances of { $target }.
consequence-ends-the-oldest-transaction = Ends the oldest transaction of { $target }.
consequence-has-the-network-repaired = Has the network of { $target } repaired.
consequence-installs-a-certificate = Installs a certificate on { $target }.
consequence-lets-a-share-in = Lets { $admitted_ratio } of the requests into { $target }.
consequence-returns-to-the-one-before = Returns { $target } to what it was before.
consequence-sets-the-pool = Sets the pool { $target } to { $connections }.
consequence-sets-the-timeout = Sets the timeout { $target } to { $timeout_ms }.
consequence-sends-calls-to-the-zone = Sends the calls elsewhere: { $target }.
consequence-takes-instances-away = Takes { $n_instances } of the instances of { $target } away.
consequence-takes-out-of-the-traffic = Takes { $target } out of the traffic.
consequence-installs-a-credential = Installs a credential for { $target }.
consequence-deletes-logs-and-dumps = Deletes old logs and dumps on { $target }.
consequence-asks-unhealthy-ones-again = Instances that are not well are asked again.
consequence-gap-in-the-telemetry = A gap in the telemetry stays.
consequence-jump-in-the-logs = Times in the logs jump.
consequence-loses-the-work-of-the-job = The work of the job is lost.
consequence-stampede-behind-the-cache = Everything is asked behind the cache until it is warm.
consequence-costs-money-for-good = It costs money from now on.
consequence-hides-what-comes = What comes under that name is not seen.
consequence-fails-requests-inside = Requests that are inside fail.
consequence-starts-cold = It begins cold.
consequence-loses-messages = Messages are lost.
consequence-no-writes-meanwhile = No writes until it is done.
consequence-old-primary-has-to-be-made-anew = The old primary has to be made anew afterwards.
consequence-replica-diverges = The replica differs from the primary from then on.
consequence-replica-is-away = The replica is away until it is done.
consequence-slows-the-primary = The primary is slower meanwhile.
consequence-users-do-without = Users do without the feature.
consequence-longer-holds-workers-shorter-fails-more = A longer one holds workers, a shorter one fails more.
consequence-moves-the-waiting-to-the-callee = The waiting moves to who is called.
consequence-opens-more-connections = More connections are opened.
consequence-takes-its-writes-back = Its writes are taken back.
consequence-takes-people-from-other-work = It takes people from other work.
consequence-takes-the-last-change-back = What the last change brought is gone.
consequence-loads-the-others = The others carry more.
consequence-refuses-callers-for-a-moment = Callers are refused for a moment.
consequence-deletes-evidence = Evidence is deleted.
consequence-stays-in-the-traffic = { $instance } stays in the traffic.
consequence-loses-messages-now = { $n_messages ->
    [one] One message
   *[other] { $n_messages } messages
 } would be lost now.
consequence-refuses-users = { $refused_ratio } of the users are refused.
consequence-restarts-all-instances = All instances of { $target } restart, one after the other.
consequence-exceeds-connections = { $component } would be asked for { $wanted ->
    [one] one connection
   *[other] { $wanted } connections
 } and has { $most }.
consequence-nobody-answers-meanwhile = Nobody answers for { $target } meanwhile.
consequence-primary-is-away = { $target } is the primary: no writes meanwhile.
consequence-cache-is-empty = { $target } is empty afterwards.
consequence-loses-writes = { $instance } lacks { $n_writes ->
    [one] one write; it is
   *[other] { $n_writes } writes; they are
 } lost.
consequence-carried-by = { $component } in { $zone } carries it with { $n_instances ->
    [one] one instance
   *[other] { $n_instances } instances
 }.
consequence-replica-has-diverged = { $instance } has diverged before: what it holds is wrong.

## Refusals of the world
refused-no-such-target = There is nothing called { $target } that this can be done to.
refused-amount = { $what } is “{ $given }”, and has to be { $range }.
refused-now-already-drained = It is out of the traffic already.
refused-now-already-away = Its telemetry is away already.
refused-now-already-off = The feature is off already.
refused-now-already-running = The same is under way already.
refused-now-is-primary = It is the primary.
refused-now-keeps-data = It keeps data and cannot be taken away like this.
refused-now-last-instance = It is the last instance.
refused-now-never-authenticated = It never shows a credential.
refused-now-never-encrypted = It never uses a certificate.
refused-now-never-resolved = Nobody resolves its name.
refused-now-no-caller = Nobody calls it.
refused-now-no-consumer = It has no consumers.
refused-now-no-free-place = There is no place for another instance.
refused-now-no-host-with-memory = No host has enough memory for it.
refused-now-no-instance-in-zone = There is no instance in that zone.
refused-now-no-previous-version = There is no version before this one.
refused-now-no-primary = There is no primary.
refused-now-no-replica = There is no replica that could.
refused-now-no-sign-in = Nobody can sign in to it.
refused-now-not-away = Its telemetry is not away.
refused-now-not-drained = It has to be drained first.
refused-now-not-running = It does not run.
refused-now-not-stopped = It has not stopped.
refused-now-nothing-to-drain = Nothing of it is in the traffic.
refused-now-unknown-parameter = A parameter is not known.
refused-now-unknown-way = The way is not known.

## Reasons for points
score-detect-recognised = Recognised after { $at }; the reference after { $reference }.
score-detect-only-acknowledged = Acknowledged after { $at }, but nothing was said of it; the reference knew after { $reference }.
score-detect-nothing = No sign that it was recognised; the reference took { $reference }.
score-detect-acknowledged = The alert was acknowledged after { $at }; reference { $reference }.
score-detect-not-acknowledged = No alert of it was acknowledged; reference { $reference }.
score-detect-no-alert = No alert fired that belonged to it.
score-detect-before-alert = It was said before an alert of it fired, so there was none to acknowledge.
score-localise-named = Named { $entity } after { $at }; the reference after { $reference }.
score-localise-not-named = { $entity } was not named, or given up again; the reference took { $reference }.
score-localise-no-fault = Said that nothing is broken after { $at }; the reference after { $reference }.
score-localise-no-fault-unsaid = It was not said that nothing is broken; the reference took { $reference }.
score-localise-no-fault-kind = There was no kind of fault to name.
score-localise-sure = Sure of { $entity } with { $odds }.
score-localise-kind = The kind was right: { $fault } on { $entity }.
score-localise-kind-missing = The kind was not named: { $fault } on { $entity }.
score-localise-without-evidence = Named without having looked at anything useful.
score-localise-without-decisive = Named without the evidence that decides.
score-localise-wrong = Wrong: { $entity }, with { $odds }.
score-mitigate-nothing-done = Nothing was done.
score-mitigate-failed = { $failed ->
    [one] One request
   *[other] { $failed } requests
 } failed; reference { $reference }, nobody acting { $nobody }.
score-mitigate-time = The goal was met again after { $at }; reference { $reference }.
score-mitigate-not-served = The goal was not met again; reference { $reference }.
score-mitigate-unfelt = The goal was never missed; reference { $reference }.
score-mitigate-left-alone = Left alone what was not broken.
score-mitigate-not-said = It was not said that nothing is broken.
score-mitigate-needless = Needless: { $kind }, { $target }.
score-mitigate-by-itself = It healed by itself: { $failed ->
    [one] one request
   *[other] { $failed } requests
 } failed; reference { $reference }, nobody acting { $nobody }.
score-mitigate-moves = Moves made, of those that it takes: { $made } of { $steps }.
score-mitigate-resolved-before = Declared resolved after { $at }, before it had begun.
score-mitigate-resolved-unmet = Declared resolved after { $at } while { $component } still failed.
score-mitigate-resolved-early = Declared resolved after { $at }: { $component } had held for { $held } of { $needed }.
score-mitigate-not-declared = It was never declared resolved.
score-safety-nothing-done = Nothing was done and nothing named: no risk taken, no points.
score-safety-start = Where everybody begins who acts or names the cause.
score-safety-acted-unseen = After { $at }, before anything useful had been opened: { $kind }, { $target }.
score-safety-unprovoked = After { $at }, though nothing was broken: { $kind }, { $target }.
score-safety-much-worse = After { $at }, this made it much worse: { $kind }, { $target }. With it { $failed ->
    [one] one request
   *[other] { $failed } requests
 } failed within { $window }, { $without } without it.
score-safety-worse = After { $at }, this made it worse: { $kind }, { $target }. With it { $failed } failed within { $window }, { $without } without it.
score-safety-needless = After { $at }, this had no effect: { $kind }, { $target }.
score-safety-not-dry = After { $at }, dangerous and not tried dry before: { $kind }, { $target }.
score-safety-refused = { $orders ->
    [one] One order was
   *[other] { $orders } orders were
 } refused by the world.
score-safety-lost-writes = { $writes ->
    [one] One write was
   *[other] { $writes } writes were
 } lost that need not have been.
score-safety-lost-messages = { $messages ->
    [one] One message was
   *[other] { $messages } messages were
 } lost that need not have been.
score-safety-advice-right-done = Suggestion { $advice } was right, was rejected, and was carried out all the same.
score-safety-advice-wrong-done = Suggestion { $advice } was wrong, was rejected, and was carried out all the same.
score-safety-advice-right-followed = Suggestion { $advice } was right and was followed.
score-safety-advice-right-rejected = Suggestion { $advice } was right and was rejected.
score-safety-advice-wrong-followed = Suggestion { $advice } was wrong and was followed.
score-safety-advice-wrong-rejected = Suggestion { $advice } was wrong and was rejected.
score-communicate-nothing-to-say = Nothing was recognised, so there was nothing to tell.
score-communicate-never = Nobody was told.
score-communicate-empty = { $updates ->
    [one] One update
   *[other] { $updates } updates
 } said nothing new.
score-communicate-first = The first update came { $after } after the first sign; { $target } is the target.
score-communicate-cadence = The last update was fresh for { $kept } of the time.
score-communicate-last = The last update, after { $at }, said that it is over.
score-communicate-no-last = No update at the end said that it is over.
score-communicate-not-over = It was not over, so there was no last update to send.

## Marks on the lanes
mark-acknowledged = acknowledged { $alert }
mark-said = says { $entity }, { $odds }
mark-tried-dry = tried dry: { $kind }, { $target }
mark-moved-better = { $kind }: { $target }, better ({ $failed } failed, { $without } without)
mark-moved-worse = { $kind }: { $target }, worse ({ $failed } failed, { $without } without)
mark-moved-at-a-price = { $kind }: { $target }, at a price ({ $failed } failed, { $without } without)
mark-moved = { $kind }: { $target }
mark-moved-nothing = { $kind }: { $target }, no effect
mark-refused = { $kind }: { $target }, refused
mark-update = update
mark-hint = hint
mark-advice-followed = followed suggestion { $advice }
mark-advice-rejected = rejected suggestion { $advice }
mark-injected = injected: { $target }
mark-sensor-taken = telemetry of { $target } taken away
mark-sensor-given = telemetry of { $target } given back
mark-whispered = { $role } speaks
mark-declared = declared
mark-first-useful = first useful evidence: { $what }
mark-first-useful-any = first useful evidence
mark-restored = goal met again
mark-resolved = resolved
mark-resolved-early = resolved too early
mark-recognised = recognised
mark-named = names { $entity }

## Drills of earlier texts
drill-noted = The text of this drill is older than a check that new drills pass ({ $problem }). The drill is as it was.
drill-past = The world of this drill cannot be made again, so that nothing is played on or judged anew. Its file keeps the points of each attempt, and what monitoring saw.
drill-past-none = No attempt of it has ended.
drill-past-attempt = Attempt { $n }, ended { $time }: { $points ->
    [one] one point
   *[other] { $points } points
 } of 100, { $passed }
drill-past-passed = passed
drill-past-not-passed = not passed

## Failures
error-no-drill = The open workspace is not a drill.
error-drill-over = The drill is over. Go back to a moment to try again.
error-drill-not-over = Attempt { $attempt } of this drill has not ended, or never began. Play it to its end in the window, or go on from a moment of it with drill run --from in the terminal.
error-drill-no-real-sources = A drill reaches nothing real: no sources, imports or syncs here. Close it first.
error-drill-speed = The clock runs at 1, 10 or 60 times, not at { $speed }.
error-trainee-name = A name has at most { $n } characters.
error-no-such-drill = There is no drill called { $id }. Try: wardroom drill list.
error-scenario-unreadable = The scenario cannot be read: line { $line }{ $key ->
    [none] {""}
   *[other] , { $key }
 }: { $detail }
cause-world-shipped-name = { $cause_a } comes with the program, and results are kept by this name
cause-world-text-empty = a text is empty in one of the languages
cause-world-no-entry = users cannot come in at { $cause_a }
cause-world-no-users = nobody comes in anywhere
cause-world-no-component-or-host = there is no component or host { $cause_a }
cause-world-no-component = there is no component { $cause_a }
cause-world-no-role-host = there is no host of the role { $cause_a }
cause-world-no-host = there is no host { $cause_a }
cause-world-no-hosts = there is no host
cause-world-no-topology = there is no topology { $cause_a }
cause-world-no-metric-near = there is no metric { $cause_a } of { $cause_b }; the nearest is { $cause_c }
cause-world-no-metric = there is no metric { $cause_a } of { $cause_b }
cause-world-no-name = there is no name
cause-world-no-parameter = there is no such parameter; there are { $cause_a }
cause-world-nothing-called = there is nothing called { $cause_a }
cause-world-no-target = there is no { $cause_a } { $cause_b }
cause-world-none-of = there are no { $cause_a }
cause-world-disk-full = { $cause_a } GiB are used of { $cause_b } GiB
cause-world-made-with = { $cause_a } cannot be made with { $cause_b }
cause-world-kind-no-key = { $cause_a } is a { $cause_b } and has no { $cause_c }
cause-world-no-instance = { $cause_a } has no instance { $cause_b }
cause-world-no-key = a { $cause_a } has no { $cause_b }
cause-world-memory-limit = the limit of { $cause_a } MiB is below the { $cause_b } MiB it needs
cause-world-shares = the shares add up to { $cause_a } and not to 1
cause-world-kind-of-check = { $cause_a } is not a kind of check
cause-world-no-procedures = { $cause_a } is not a database and has no procedures
cause-world-name-taken = the name { $cause_a } is taken
cause-world-key-missing = { $cause_a } is missing
cause-world-edge-exists = this edge exists, so that its record is not stale
cause-world-kind-of-error = { $cause_a } is not a kind of inventory error
cause-world-worker-broker = the worker { $cause_a } takes messages from no broker
cause-world-asked-twice = { $cause_a } is asked twice in the same way
cause-world-nobody-waits = nobody waits for the worker { $cause_a }
cause-world-read-or-written = say whether { $cause_a } is read or written: kind
cause-world-cannot-ask = { $cause_a } cannot be asked by { $cause_b }
cause-world-no-lookup = no lookup in { $cause_a } stands before this call
cause-world-balancer = a balancer has to say what stands behind it
cause-world-no-service = { $cause_a } is not a service
cause-world-does-not-ask = { $cause_a } does not ask { $cause_b }
cause-world-most-instances = a world has at most { $cause_a } instances, spare ones included
cause-world-most = a world has at most { $cause_a } { $cause_b }
cause-world-bad-name = { $cause_a } is not a name of up to 40 small letters, digits and hyphens
cause-world-circle = { $cause_a } is part of a circle of calls, or asks one
cause-world-instance-name = its instance { $cause_a } would be called like a component or host
cause-world-no-memory = no host has { $cause_a } MiB of memory left for { $cause_b }
cause-world-no-measure = { $cause_a } is no measure; measures: { $cause_b }
cause-world-limit = { $cause_a } does not take this limit
cause-world-not-measured = { $cause_a } is not measured at { $cause_b }
cause-world-number-of-component = { $cause_a } is no number of a component
cause-world-number-of-call = { $cause_a } is no number of a call
cause-world-number-of-host = { $cause_a } is no number of a host
cause-world-bad-id = { $cause_a } is not made of small letters, digits and _
cause-world-beyond-end = { $cause_a } s is beyond the end of the run, { $cause_b } s
cause-world-one-change = say one of deploy, configure, maintenance and restart
cause-world-only-maintenance = only maintenance lasts for a time
cause-world-no-parameters = this kind of fault takes no parameters
cause-world-grows-or-flaps = a fault either grows or comes and goes
cause-world-no-ways = this kind of fault has no ways
cause-world-no-way = { $cause_a } is not a way of this fault; ways: { $cause_b }
cause-world-nothing-decides = no piece of evidence decides
cause-world-no-rule-near = no rule raises an alert called { $cause_a }; the nearest is { $cause_b }
cause-world-no-rule = no rule raises an alert called { $cause_a }
cause-world-remedy-twice = this remedy is offered twice
cause-world-no-amount = it takes no amount
cause-world-how-much = say how much: { $cause_a }
cause-world-whole = { $cause_a } is not a whole number
cause-world-remedy-not-offered = this remedy is not among those that are offered
cause-world-no-role = { $cause_a } is not a role; roles: { $cause_b }
cause-world-no-fault-planned = no fault of this kind is planned at { $cause_a }
cause-world-not-wrong = { $cause_a } is not what is wrong here
cause-world-noticed-first = nothing is localised before it is noticed
cause-world-no-technology = { $cause_a } is not a known technology
cause-world-topology-or-world = say either topology or world
cause-world-range = { $cause_a } is not between { $cause_b } and { $cause_c }
cause-world-has-to-be = { $cause_a } is { $cause_b }, and has to be { $cause_c }
cause-world-needs = { $cause_a } needs { $cause_b }
error-no-such-alert = There is no alert { $id } that could be acknowledged.
error-hypothesis-odds = Odds go from 0 to 1, { $odds } does not.
error-hypothesis-entity = A hypothesis names an entity, or “none”.
error-hypothesis-unknown = Nothing in this drill is called { $entity }. Name a component, an instance, a host, a zone, or a call (caller -> callee).
error-no-such-fault = There is no kind of fault called { $kind }.
error-no-such-remedy = There is no kind of action called { $kind }.
error-plan-changed = What would happen is another thing than was shown. Look again before approving.
error-scope-not-typed = This is risky: type { $scope } to do it.
error-update-empty = There is nothing to tell: write a sentence first.
error-no-more-hints = There is no hint left, or the coach is off.
error-no-such-advice = There is no open suggestion { $index }.
error-drill-refused = The world refuses it: { $reason ->
    [no_such_target] { refused-no-such-target }
    [amount] { refused-amount }
    [already_drained] { refused-now-already-drained }
    [already_away] { refused-now-already-away }
    [already_off] { refused-now-already-off }
    [already_running] { refused-now-already-running }
    [is_primary] { refused-now-is-primary }
    [keeps_data] { refused-now-keeps-data }
    [last_instance] { refused-now-last-instance }
    [never_authenticated] { refused-now-never-authenticated }
    [never_encrypted] { refused-now-never-encrypted }
    [never_resolved] { refused-now-never-resolved }
    [no_caller] { refused-now-no-caller }
    [no_consumer] { refused-now-no-consumer }
    [no_free_place] { refused-now-no-free-place }
    [no_host_with_memory] { refused-now-no-host-with-memory }
    [no_instance_in_zone] { refused-now-no-instance-in-zone }
    [no_previous_version] { refused-now-no-previous-version }
    [no_primary] { refused-now-no-primary }
    [no_replica] { refused-now-no-replica }
    [no_sign_in] { refused-now-no-sign-in }
    [not_away] { refused-now-not-away }
    [not_drained] { refused-now-not-drained }
    [not_running] { refused-now-not-running }
    [not_stopped] { refused-now-not-stopped }
    [nothing_to_drain] { refused-now-nothing-to-drain }
    [unknown_parameter] { refused-now-unknown-parameter }
    [unknown_way] { refused-now-unknown-way }
   *[other] { $reason }
 }
error-rewind-outside = The drill has come as far as { $to } after its beginning. Going back is possible to moments before that.
error-drill-history-missed = The older history could not be brought in yet. Going back is possible once it is there.
error-drill-history-loading = The older history is still arriving. Going back is possible in a moment.
error-injection-waits = An injection waits already. Stop it, or let it begin.
error-injection-most = At most { $n } faults are injected in a drill.
error-no-such-role = There is no role called { $role }.
error-actions-line = Line { $line } of the actions is not understood: { $detail }
error-actions-step = Line { $line } of the actions cannot be played: { $problem ->
    [advice] no suggestion { $name } waits for an answer at that time.
    [alert] no rule raises an alert called { $name }.
    [amount] { $what } of { $remedy } has to be { $range }, { $name } is not.
    [entity] nothing in this drill is called { $name }. Name a component, an instance, a host, a zone, or a call (caller -> callee).
    [fault] there is no kind of fault called { $name }.
    [hint] no hint is left, or the coach is off.
    [metric] { $subject } has no metric { $name }. The nearest is { $nearest }.
    [no_amount] { $remedy } needs an “amount”: { $what }, { $range }.
    [nothing] a hypothesis names an entity, or “none”.
    [odds] odds go from 0 to 1, { $name } does not.
    [quiet] no alert { $name } fires at that time, so there is nothing to acknowledge.
    [remedy] there is no kind of action called { $name }.
    [target] there is nothing called { $name } that { $remedy } can be done to.
    [subject] nothing in this drill is called { $name }. A screen is opened for a component, an instance, a host, a zone, a call (caller -> callee), on checks also for a check, on alerts for an alert, or for nothing.
    [untaken] { $remedy } takes no “amount”. Leave { $name } out.
    [update] there is nothing to tell. Write a sentence.
   *[other] { $problem }
 }
error-drill-moment = { $text } is no time after the beginning. Write +4m, +90s or +1h10m.
error-sim-out-taken = { $path } is there already and is not of an exported world. Choose another folder; nothing was overwritten.
error-sim-span = This world is at most { $hours } h long, history included, and at least a minute.
error-sim-start = The start has to be a whole minute after 1970, such as 2026-11-22T02:00:00Z; { $start } is not.
error-span-unreadable = { $text } is no length of time. Write 90m, 3h or 1d.

## Terminal
terminal-tier = Tier { $n }: { $about }
terminal-drill-unplayed = { $n ->
    [one] One action was
   *[other] { $n } actions were
 } not played: the drill was over before.
terminal-drill-file = The drill is kept in { $path }
terminal-hint-cost = Hints cost { $n ->
    [one] one point
   *[other] { $n } points
 }.
journal-title = Asked of the world, and done to it:
journal-asked = Dry run
journal-had-done = Order
journal-proposed = (risk { $risk }, touches { $n })
journal-begun = (begun, works at { $time })
journal-amount = The number is missing or out of its range.
terminal-drill-columns = Columns: number, drill, best points, last three tries, trend of the last twelve, title.
terminal-time = { $phase }: you { $you }, reference { $reference }
terminal-sim-exported = { $samples ->
    [one] One sample
   *[other] { $samples } samples
 } of { $series } series and { $lines ->
    [one] one log line
   *[other] { $lines } log lines
 } written to { $path }
job-drill = Drill

## What objectives measure
measure-success = users served
measure-fast = requests fast enough
measure-fresh = reads that are not stale
measure-following = replicas that keep up
measure-keeping-up = queue that keeps up
measure-reporting = hosts that report
measure-unattacked = not under attack
measure-room = hosts with room on the disk
measure-lean = instances within their memory
