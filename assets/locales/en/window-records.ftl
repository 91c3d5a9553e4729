## Alerts, log lines and entities as plain lists.

alertlist-title = Alerts
alertlist-label = Alerts
alertlist-details = Details of the alert
alertlist-states = Which alerts
alertlist-state-all = All
alertlist-state-firing = Firing { $count }
alertlist-state-open = Not acknowledged { $count }
alertlist-state-pending = Pending { $count }
alertlist-state-ended = Resolved { $count }
alertlist-filter = Filter alerts
alertlist-filter-hint = name, label or text
alertlist-critical = { $count ->
    [0] None of them is critical.
    [one] One of them is critical.
   *[other] { $count } of them are critical.
}
alertlist-critical-one = { $count ->
    [0] It is not critical.
   *[other] It is critical.
}
alertlist-unseen = { $count ->
    [0] All are acknowledged.
    [one] One is not acknowledged.
   *[other] { $count } are not acknowledged.
}
alertlist-unseen-one = { $count ->
    [0] It is acknowledged.
   *[other] It is not acknowledged.
}
alertlist-shared = { $count ->
    [one] Shared by it: { $labels }
   *[other] Shared by all { $count }: { $labels }
}
alertlist-col-severity = Severity
alertlist-col-name = Alert, rows { $first } to { $last } of { $total }
alertlist-col-alert = Alert
alertlist-col-where = Where, and what differs
alertlist-col-since = Since, { $zone }
alertlist-col-lasted = For
alertlist-col-team = Team
alertlist-col-state = State
alertlist-col-seen = Acknowledged by
alertlist-severity-critical = critical
alertlist-severity-warning = warning
alertlist-severity-info = info
alertlist-is-firing = firing
alertlist-is-pending = pending
alertlist-is-ended = resolved
alertlist-nowhere = no entity named
alertlist-nobody = nobody
alertlist-say-firing = Firing since { $since }, for { $span }.
alertlist-say-pending = Its condition has held since { $since }, not yet long enough to fire.
alertlist-say-ended = Began { $since }, resolved after { $span }.
alertlist-value = Value
alertlist-source = Source
alertlist-rule = The rule asks
alertlist-history = What happened
alertlist-began = the condition began to hold
alertlist-learnt = we learned it, { $span } later
alertlist-acknowledged = acknowledged, { $role }
alertlist-ended = resolved
alertlist-others = { $count ->
    [one] One more alert of this rule
   *[other] { $count } more alerts of this rule
}
alertlist-labels = Labels
alertlist-annotations = Annotations
alertlist-look = Look at the alert
alertlist-acknowledge = Acknowledge
alertlist-acknowledge-title = Acknowledge { $name }
alertlist-acknowledge-about = Others see that somebody has it. It goes on firing until its condition ends.
alertlist-acknowledge-about-entity = Others see that somebody has it, on { $entity }. It goes on firing until its condition ends.
alertlist-role = In which role
alertlist-role-on-call = On call
alertlist-role-duty-manager = Duty manager
alertlist-role-database = Database
alertlist-role-developer = Development
alertlist-role-network = Network
alertlist-role-security = Security
alertlist-role-support = Support
alertlist-acknowledge-as = Acknowledge as { $role }
alertlist-acknowledge-done = { $name } is acknowledged.
alertlist-leave = Leave it
alertlist-to-metric = Show the metric
alertlist-to-logs = Show its logs
alertlist-to-entity = Show the entity
alertlist-empty = No source here reports alerts.
alertlist-empty-help = Alerts come with a Prometheus that has alerting rules: connect it, and what fires appears here.
alertlist-none = No alert was active in this range.
alertlist-none-filtered = No alert matches.
alertlist-none-help = Another state, other words or a longer range may show some.
alertlist-clear = Show all alerts
alertlist-longer = Show a range four times as long
alertlist-failed-works = Metrics and the sources still work.

loglist-title = Logs
loglist-counting = Lines are being counted.
loglist-label = Log lines, newest first
loglist-details = The line and its fields
loglist-level = Level
loglist-level-fatal = fatal
loglist-level-error = error
loglist-level-warn = warning
loglist-level-info = info
loglist-level-debug = debug
loglist-level-trace = trace
loglist-service = Service
loglist-host = Host
loglist-follow = Follow new lines
loglist-stop = Stop following
loglist-histogram = Lines in bins of { $bin }: at most { $most }, at { $time }.
loglist-col-at = Time, { $zone }
loglist-col-who = Written by
loglist-col-line = Line
loglist-col-text = Line, rows { $first } to { $last } of { $total }
loglist-unknown = unknown
loglist-written = Written { $time } { $zone }, by the clock of its writer.
loglist-around = Lines around it
loglist-only-service = Only { $name }
loglist-only-host = Only host { $name }
loglist-to-metrics = Show its metrics
loglist-fields = Fields
loglist-copy = To paste elsewhere
loglist-next-error = Next error
loglist-clear = Show all lines
loglist-longer = Show a range four times as long
loglist-empty = No log lines are stored here.
loglist-none = No line was written in this range.
loglist-none-filtered = No line matches.
loglist-none-help = Fewer filters or a longer range may show some.
loglist-failed-works = Metrics and alerts still work.

catalog-tab-entities = Entities
catalog-to-sources = Show the sources
catalog-to-entities = Show the entities
entities-lead = { $count ->
    [one] One entity is known here.
   *[other] { $shown } entities of { $kinds ->
        [one] one kind
       *[other] { $kinds } kinds
    } are known here.
}
entities-rest = { $firing ->
    [0] No alert fires on any of them
    [one] Alerts fire on one of them
   *[other] Alerts fire on { $firing } of them
}; { $edges ->
    [one] one dependency is
   *[other] { $edges } dependencies are
} recorded.
entities-label = Entities
entities-details = Details of the entity
entities-filter = Filter entities
entities-filter-hint = words, or team:data tier:1
entities-col-name = Entity, rows { $first } to { $last } of { $total }
entities-col-entity = Entity
entities-col-kind = Kind
entities-col-tier = Tier
entities-col-team = Team
entities-col-contact = Contact
entities-col-needs = Needs
entities-col-needed = Needed by
entities-col-firing = Firing
entities-not-recorded = not recorded
entities-firing = { $count ->
    [0] No alert fires on it.
    [one] One alert fires on it.
   *[other] { $count } alerts fire on it.
}
entities-select = Select it everywhere
entities-selected = Selected on every screen
entities-to-alerts = Show its alerts
entities-to-metrics = Show its metrics
entities-to-logs = Show its logs
entities-needs = { $count ->
    [0] It needs nothing that is recorded
    [one] It needs one
   *[other] It needs { $count }
}
entities-needed = { $count ->
    [0] Nothing recorded needs it
    [one] One needs it
   *[other] { $count } need it
}
entities-tags = Tags
entities-empty = No inventory is known here.
entities-empty-help = Entities, their teams and what depends on what come from a source that has an inventory. The simulator brings one.
entities-none = Nothing matches { $filter }.
entities-none-help = Every word has to occur in what is known of an entity. One field alone is asked by its name, such as team:data: name, kind, tier, team, department, person, contact, domain, system, environment, site, status, note, source, tag, link.
entities-clear = Show all entities
entities-failed-works = The sources still work.

catalog-tab-checks = Checks
catalog-to-checks = Show the checks
checks-label = Synthetic checks, failing ones first
checks-details = Details of the check
checks-col-state = State
checks-col-name = Check
checks-col-component = Tries
checks-col-last = Last, { $zone }
checks-col-took = Took
checks-col-failed = Failed
checks-col-since = Failing since
checks-passes = passes
checks-fails = fails
checks-of = { $failed } of { $tries }
checks-kind-login = sign-in
checks-kind-procedure = stored procedure
checks-kind-page = page
checks-say-passes = A { $kind }; passed { $time } in { $span }.
checks-say-fails = A { $kind }; fails since { $time }.
checks-to-metrics = Metrics of { $name }
checks-to-entity = Show the entity
checks-look = Look at the check
checks-none = No check was tried in this range.
checks-none-help = Synthetic checks come from a source that has them; the simulator tries some from outside.
checks-lead = { $failing ->
    [0] { $count ->
        [one] The one check passes.
       *[other] All { $count } checks pass.
    }
    [one] One of { $count } checks fails.
   *[other] { $failing } of { $count } checks fail.
}
checks-steps = { $count ->
    [0] It records no steps
    [one] The one step of its last try
   *[other] The { $count } steps of its last try
}
