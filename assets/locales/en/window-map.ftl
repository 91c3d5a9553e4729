## The map, and what belongs to one entity on every screen.

rail-map = Map
entity-only = Only
entity-only-clear = Show more than { $name }
entity-only-none = No series belongs to { $name } in this range.
entity-only-no-finding = Nothing on it departs from the usual in this range.
map-role = map
map-drawing = { $nodes ->
    [one] { $others ->
        [0] One node in layers, causes left and impact right
       *[other] One node in layers above { $others } others in boxes
    }
   *[other] { $others ->
        [0] { $nodes } nodes in layers, what is depended on left, who depends right
       *[other] { $nodes } nodes in layers above { $others } others in boxes
    }
}
map-level = What a node stands for
map-level-domain = Domain
map-level-system = System
map-level-service = Service
map-level-host = Host
map-only-failing = Only failing
map-reach = Reach
map-reach-all = All
map-hops = { $count ->
    [one] One hop
   *[other] { $count } hops
}
map-around = around
map-around-clear = Draw everything
map-around-key = Draw only what is around it, or everything
map-direction = To which side
map-direction-both = Both
map-direction-up = What it needs
map-direction-down = Who needs it
moment = As of
moment-now = now
moment-rangeStart = the range’s start
moment-hour = 1 hour ago
moment-day = 1 day ago
moment-week = 7 days ago
moment-month = 30 days ago
moment-typed = a moment that is typed
moment-field = Moment
moment-hint = A date and time, or now-3h; Enter asks for it
moment-taken = As of { $time } { $zone }
moment-clear = Back to now
moment-read-only = What was known then is only looked at. Go back to now to decide something.
map-list = List
map-counts = { $edges ->
    [one] one edge
   *[other] { $edges } edges
 }: { $drawn } drawn, { $bundled } bundled, { $folded } folded, { $dropped } dropped
map-phase-first = First onset
map-phase-failing = Failing
map-phase-impact = Impact
map-first = the first onset
map-onset = since { $time }
map-state-unknown = not measured
map-state-usual = as usual
map-state-unusual = unusual
map-state-warning = warning
map-state-silent = silent
map-state-stopped = out of use
map-state-critical = critical
map-members = { $n ->
    [one] one entity
   *[other] { $count } entities
}
map-lag = { $sign }{ $span }
map-axis-first = { $time } { $zone }
map-axis-span = { $from } to { $to }
map-others = Everything else
map-others-counts = { $nodes ->
    [one] one entity
   *[other] { $nodes } entities
} in { $n ->
    [one] one box
   *[other] { $n } boxes
}, one dot each
map-group-unnamed = no system recorded
map-node-unnamed = none recorded
map-line-whole = telemetry or several say so
map-line-declared = only declared
map-line-replica = replication
map-line-proposed = only proposed
map-line-old = old or doubtful
map-line-width = wider for more edges
map-line-bundle = edges between boxes, wider for more
map-dots-usual = as usual, { $count }
map-dots-unusual = unusual, { $count }
map-dots-silent = silent, { $count }
map-dots-unknown = not measured, { $count }
map-dots-stopped = out of use, { $count }
map-without-entity = Series without an entity { $share }
map-layout = Layout { $span }
map-nodes = Nodes of the map
map-edges-how = How edges are listed
map-edges-drawn = As drawn
map-edges-each = Each by itself
map-edges-loading = The edges are being read
map-edges-listed = { $rows ->
    [one] one row
   *[other] { $rows } rows
 } for { $count } of { $total ->
    [one] 1 edge
   *[other] { $total } edges
 }
map-col-edges = Edges
map-box-said = { $label }, { $n ->
    [one] one entity
   *[other] { $count } entities
}, { $unusual } unusual, { $silent } silent. Enter goes into the box.
map-col-name = Node, rows { $first } to { $last } of { $total }
map-col-node = Node
map-col-state = State
map-col-fact = What it shows
map-col-onset = Since, { $zone }
map-col-began = Since
map-col-group = Box
map-col-lag = Lag
map-edge-said = { $from } { $how } { $to }. { $origin }; { $state }.
map-blast = Who may be affected
map-select-hint = Select a node: arrows walk along the edges, Enter selects.
map-singles = Single points of failure
map-singles-none = Nothing loses its only way when one entity fails.
map-single-count = { $n ->
    [one] cuts one off
   *[other] cuts { $count } off
}
map-single-tier1 = { $count ->
    [one] one in tier 1
   *[other] { $count } in tier 1
}
map-lost = Without an entity
map-lost-series = Series
map-lost-records = Writers of logs
map-lost-alerts = Alerts
map-lost-share = { $some } of { $all }, { $share }
map-below = Show the level below
map-list-members = List the entities
map-walk-right = Along an edge to who depends
map-walk-left = Along an edge to what is depended on
map-pan-up = Move the map up
map-pan-left = Move the map left
map-pan-down = Move the map down
map-pan-right = Move the map right
map-zoom-in = Zoom in
map-zoom-out = Zoom out
map-zoom-all = Show the whole map
map-empty = No entity is known here, so there is nothing to draw.
map-empty-help = Connect a CMDB, or import a file with entities and edges. The demo brings an inventory too.
map-none-failing = Nothing departs from the usual in this range.
map-none = Nothing was known at that moment, or around that entity.
map-none-help = Another moment, a longer range or a wider reach may show some.
map-show-all = Show what is well too
map-failed-works = The catalog, metrics and logs still work.
map-export = Export the topology, or a picture of the map
map-export-short = Export
map-export-write = Choose a file and write it
map-exported = Written: { $path }
map-format = Format
map-format-svg = SVG
map-format-png = PNG
map-format-json = JSON
map-format-dot = DOT
map-format-graphml = GraphML
map-format-cypher = Cypher
map-format-about-svg = A picture that stays sharp, for documents.
map-format-about-png = A picture, for chats and tickets.
map-format-about-json = Everything that is known of entities and edges, for programs.
map-format-about-dot = For Graphviz.
map-format-about-graphml = For graph editors such as yEd.
map-format-about-cypher = Statements for a graph database.

## Who may be affected, and ways between two.

reach-title-down = If { $name } fails
reach-title-up = What { $name } needs
reach-side-down = Who needs it
reach-side-up = What it needs
reach-back = Back
reach-none-down = Nothing is recorded that depends on { $name }.
reach-none-up = Nothing is recorded that { $name } depends on.
reach-tier = tier { $tier }
reach-via = { $how } { $via }
reach-single = No other way around it.
reach-weakest = One edge on the way is { $state }.
reach-more = and { $count } more
map-show-more = Show { $count } more
paths-title = Ways to another entity
paths-from = From
paths-to = To
paths-ask = Find the ways
paths-none = No way is known in either direction.
paths-found = { $count ->
    [one] One way.
   *[other] { $count } ways, the shortest first.
}
paths-reversed = They lead the other way round: the end depends on the beginning.
paths-nth = { $count ->
    [one] Way { $n }, one edge
   *[other] Way { $n }, { $count } edges
}

## Edges: how they are known and what is decided about them.

edge-origin-declared = declared
edge-origin-inferred = seen in telemetry
edge-origin-both = declared and seen
edge-origin-proposed = proposed
edge-origin-drawn = drawn by hand
edge-state-sound = sound
edge-state-stale = stale
edge-state-doubtful = doubtful
edge-state-proposed = only proposed
edge-old = old
edge-by = { $origin }, { $sources }
edge-aged = { $who }, { $span } old
edge-from = Who depends
edge-to = On whom
edge-how = How
edge-origin = Known by
edge-state = State
edge-age = Age
edge-age-unknown = the source does not tell
edge-no-source = no inventory
edge-score = Odds
edge-evidence = What it stands on
edge-evidence-none = An inventory says so, and nothing else.
history = History
history-loading = The history is being read
version-since = so since { $time }
version-confirmed-at = last told or seen { $time }
version-known = known here since { $time }
version-holds = holds
version-changed = { $field }: { $before } → { $after }
version-ended = gone or told otherwise since { $time }
edge-details = Details of the edge
edge-confirm = Confirm it
edges-confirm = Confirm the edge
edges-remove = Remove the edge
edge-remove = Remove it
edge-draw = Draw an edge
edge-draw-title = Draw an edge by hand
edge-draw-about = It stays in this workspace and changes no source. Ctrl Z takes it back.
edge-names = Names that fit
edge-end-empty = Name an entity.
edge-end-unknown = No entity has this name.
edge-end-same = An entity cannot depend on itself.
edge-to-entity = Show who depends
edges-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
catalog-tab-edges = Edges
catalog-to-edges = Show the edges
edges-lead = { $n ->
    [0] No edge is known here.
    [one] One edge is known here.
   *[other] { $count } edges are known here.
}
edges-rest = { $stale ->
    [0] None is stale or doubtful,
    [one] One is stale or doubtful,
   *[other] { $stale } are stale or doubtful,
} { $proposed ->
    [0] none is only proposed.
    [one] one is only proposed.
   *[other] { $proposed } are only proposed.
}
edges-label = Edges
edges-col-from = Who depends, rows { $first } to { $last } of { $total }
edges-filter = Filter edges
edges-filter-hint = entity, kind or source
edges-show = Which edges
edges-show-all = All
edges-show-sound = Sound
edges-show-stale = Stale
edges-show-doubtful = Doubtful
edges-show-proposed = Proposed
edges-show-drawn = Drawn
edges-empty = No edge is known here.
edges-empty-help = They come with an inventory, from metrics and logs that name the other side, or by hand.
edges-none = No edge matches.
edges-none-help = Other words or another state may show some.
edges-clear = Show all edges

## Entities: who tells of them, notes and filters.

entity-missing-fields = Not recorded: { $fields }. A CMDB or an inventory file brings them.
entity-field-kind = Kind
entity-field-tier = Tier
entity-field-name = Name
entity-field-team = Team
entity-field-department = Department
entity-field-person = Person
entity-field-contact = Contact
entity-field-domain = Domain
entity-field-system = System
entity-field-environment = Environment
entity-field-site = Site
entity-field-status = Status
entity-field-serial = Serial number
entity-field-addresses = Addresses
entity-field-aliases = Other names
entity-field-tags = Tags
entity-field-links = Links
entity-field-key = Key
entity-field-from = Who depends
entity-field-to = On whom
entity-field-how = How
entity-col-source = Source
entity-col-doubts = Doubts
entity-disputed = sources disagree
entity-conflict = { $field }: sources disagree
entity-preferred = chosen by hand
entity-claim = { $source }, { $time }
entity-counts = counts
entity-prefer = Take this one
entity-findings = { $count ->
    [one] One finding is open.
   *[other] { $count } findings are open.
}
entity-series = { $n ->
    [0] No series belongs to it.
    [one] One series belongs to it.
   *[other] { $count } series belong to it.
}
entity-doubts = { $count ->
    [one] One thing about it is doubtful.
   *[other] { $count } things about it are doubtful.
}
entity-affected = { $n ->
    [0] Nothing is recorded that depends on it.
    [one] One entity may be affected when it fails, { $tier1 } in tier 1.
   *[other] { $count } entities may be affected when it fails, { $tier1 } in tier 1.
}
entity-single = { $n ->
    [one] One loses its only way.
   *[other] { $count } lose their only way.
}
entity-sources = { $count ->
    [0] No source tells of it
    [one] One source tells of it
   *[other] { $count } sources tell of it
}
entity-since = known since { $time }
entity-age = unchanged for { $span }
entity-note = Note
entity-note-write = Write a note
entity-note-change = Change it
entity-links = Read more
entity-to-map = Show it on the map
entities-add-cmdb = Connect a CMDB
entities-marked = { $count ->
    [one] One is marked
   *[other] { $count } are marked
}
notes-marked = Note on the marked
notes-title = Note on { $name }
notes-title-many = { $count ->
    [one] Note on one entity
   *[other] Note on { $count } entities
}
notes-about = Notes and names stay in this workspace; no source is changed.
notes-alias = Further name
notes-alias-hint = Series, lines and alerts with this name belong to it then.
notes-there = { $count ->
    [one] One of them has a note already.
   *[other] { $count } of them have a note already.
}
notes-append = Write below it
notes-replace = Replace it
notes-aliases = Further names, one entity a line
notes-aliases-bad = Line { $line } does not begin with one of the marked names.
notes-keep = Keep it
notes-nothing = Nothing has changed.
filters-name = Name of the filter
filters-keep = Keep
filters-save = Keep this filter
filters-exists = { $name } is kept already, for “{ $text }”. Replace it, or type another name.
filters-replace = Replace it
filters-forget = Forget the filter { $name }

## Doubts: what may be one thing, where sources disagree, what hangs loose.

catalog-tab-doubts = Doubts
catalog-to-doubts = Show the doubts
doubts-lead = { $n ->
    [0] Nothing is doubtful here.
    [one] One thing is doubtful.
   *[other] { $count } things are doubtful.
}
doubts-rest = { $duplicates ->
    [0] No double is proposed for merging;
    [one] One double is proposed for merging;
   *[other] { $duplicates } doubles are proposed for merging;
} { $conflicts ->
    [0] no source contradicts another.
    [one] sources disagree once.
   *[other] sources disagree { $conflicts } times.
}
doubts-label = Doubts
doubts-details = Details of the doubt
doubts-col-kind = What
doubts-col-about = About, rows { $first } to { $last } of { $total }
doubts-col-thing = About
doubts-col-why = Why
doubts-col-sure = Odds
doubts-show = Which doubts
doubts-show-all = All { $count }
doubts-show-held = Held back { $count }
doubts-show-duplicate = Doubles { $count }
doubts-show-conflict = Disagreements { $count }
doubts-show-edge = Edges { $count }
doubts-show-dangling = Loose ends { $count }
doubts-show-orphan = Orphans { $count }
doubts-show-unowned = Without an owner { $count }
doubts-show-kept = Kept { $count }
doubt-kind-held = held back
doubt-kind-kept = kept by you
doubt-kind-duplicate = perhaps one thing
doubt-kind-conflict = sources disagree
doubt-kind-edge = unsure edge
doubt-kind-dangling = loose end
doubt-kind-orphan = orphan
doubt-kind-unowned = without an owner
doubt-held-why = { $entities } of { $of ->
    [one] 1 entity
   *[other] { $of } entities
 } and { $edges ->
    [one] one edge
   *[other] { $edges } edges
 } did not come with the last sync; nothing was deleted.
doubt-kept-why = { $entities } of { $of ->
    [one] 1 entity comes no more and stays
   *[other] { $of } entities come no more and stay
 }, as you said.
doubt-conflict-why = { $field }: { $values }
doubt-unowned-why = No source says whose it is.
doubt-unowned-proposed = { $team } probably owns it.
doubt-own = It belongs to { $team }
doubts-accept = Accept what is proposed
doubts-refuse = Refuse it, or call it right as it is
doubt-to-entity = Show { $name }
doubts-none = Nothing is doubtful here.
doubts-none-help = Doubts appear when sources disagree, edges grow old, or two entries look like one thing.
doubts-all = Show all doubts
doubts-entity = Show the entity
duplicate-lead = { $count ->
    [one] that this is one thing.
   *[other] that these { $count } are one thing.
}
duplicate-not-proposed = Too unsure to propose it; the choice is yours.
duplicate-for = For
duplicate-against = Against
duplicate-if = If you merge
duplicate-moves = { $series } series, { $edges ->
    [one] one edge
   *[other] { $edges } edges
 } and { $findings ->
    [one] one finding
   *[other] { $findings } findings
 } join as { $name }. Sources are not changed.
duplicate-merge = { $count ->
    [one] Merge it
   *[other] Merge the { $count }
}
duplicate-apart = Keep apart
duplicate-undo = Undo with Ctrl Z, or at any time in the list of decisions. The map as of an earlier moment shows what was believed then.
conflict-lead = { $field } of { $entity }
conflict-keep = Keep this one
conflict-rule = The newest source wins until you decide. Nothing is merged in silence.
held-lead = { $name } would delete much at once.
held-about = Its last sync, { $time }, lacked { $entities } of { $of ->
    [one] 1 entity
   *[other] { $of } entities
 } and { $edges ->
    [one] one edge
   *[other] { $edges } edges
 }. What is stored stays until you answer.
kept-lead = You kept what { $name } has no more.
kept-about = Since its sync of { $time }, { $entities } of { $of ->
    [one] 1 entity
   *[other] { $of } entities
 } and { $edges ->
    [one] one edge
   *[other] { $edges } edges
 } have not come back. They stay, and nobody is asked again.
held-keep = Keep what is stored
held-delete = They are gone
held-delete-really = Delete { $count ->
    [one] one entity
   *[other] { $count } entities
 } of { $name }
dangling-about = { $source } names { $missing }, which no source knows.
dangling-told = { $source } tells of it.
dangling-proposed = The nearest name that is known is { $name }.
dangling-alias = { $missing } is { $name }
doubt-dismiss = Right as it is
orphan-about = From { $source }, with { $series } series.
decisions-show = Decisions
decisions-none = Nothing was decided yet.
decision-kept = Decided.
decision-undo = Undo
decision-undone = Taken back: { $what }
decision-is-undone = taken back
decision-undo-last = Take the last decision back

## An inventory as a source: presets, mapping, files, sync.

catalog-kind-cmdb = CMDB
catalog-kind-inventory-file = inventory file
catalog-size-inventory = { $n ->
    [0] no entity or edge yet
    [one] one entity or edge
   *[other] { $records } entities and edges
}
connect-kind-cmdb = CMDB
connect-url-hint-cmdb = The server’s address; the mapping knows the paths behind it.
connect-lead-silent-cmdb = { $name } does not answer as this mapping expects.
connect-rest-cmdb = { $classes ->
    [one] { $product } has one class of items to read.
   *[other] { $product } has { $classes } classes of items to read.
}
connect-test-nothing-cmdb = Nothing has been asked yet. The test says product, version, how many items each class has, which rights are missing, and shows the first page as it is understood.
connect-probe-untold = it does not tell how many
connect-probe-items = { $n ->
    [one] one item
   *[other] { $count } items
}
connect-follow-cmdb = Then read again every { $span }
connect-cmdb-untested = Test the connection to see what there is.
connect-cmdb-untold = The server does not tell how many items there are.
connect-cmdb-cost = { $n ->
    [one] one item to read
   *[other] { $count } items to read
}
connect-sync-cmdb = Read the inventory
connect-why-disabled-mapping = The mapping cannot be read yet.
preset = Product
preset-own = A mapping of one’s own
preset-own-hint = Begins with the mapping on screen; docs/connectors/cmdb.md describes the format.
preset-tried = Tried against a real server; after { $from }.
preset-untried = Written after { $from }; it never met a server in our tests.
preset-file = Import a file instead
mapping-title = Mapping
mapping-classes = { $count ->
    [one] reads one class: { $classes }
   *[other] reads { $count } classes: { $classes }
}
mapping-reset = Back to the preset’s
mapping-at = Line { $line }, column { $column }:
mapping-good = It can be read.
mapping-hint = Paths, pages and fields as TOML.
mapping-after-test = Test the connection to see the first page beside what is understood of it.
mapping-understood = Everything on the first page was understood.
mapping-raw = First page as it came
mapping-result = As it is understood
mapping-result-counts = { $entities ->
    [one] one entity
   *[other] { $entities } entities
}, { $edges ->
    [one] one edge
   *[other] { $edges } edges
}
syncing-records = new or changed
syncing-records-read = items read
syncing-rate-records = { $rate } /s
syncing-chart-records = Records a second
syncing-chart-records-label = Records a second, { $low } to { $high } over { $span }.
syncing-rest-done-records = { $samples ->
    [one] One entity or edge is new or changed;
   *[other] { $samples } entities and edges are new or changed;
 } read in { $span }.
syncing-rest-nothing-records = Everything it tells is here already.
syncing-rest-cancelled-records = { $samples ->
    [one] One record is
   *[other] { $samples } records are
 } here; the next sync goes on there.
syncing-rest-failed-records = { $samples ->
    [one] One record is
   *[other] { $samples } records are
 } here; nothing that was stored is lost.
syncing-open-map = Open the map
syncing-stop-note-cmdb = The { $samples ->
    [one] one record that is here stays
   *[other] { $samples } records that are here stay
 }; a later sync goes on there.
syncing-note-kinds = { $count ->
    [one] of one kind
   *[other] of { $count } kinds
}
syncing-note-edges = of this source between known things; loose ends are among the doubts
syncing-doubts = Look at the catalog
inventory-files-title = Import an inventory
inventory-files-safe = Nothing is stored before you say so.
inventory-files-none = No file is chosen yet.
inventory-files-none-help = CSV, YAML or JSON with entities (name, kind, team, …) or with edges (from, to, how).
inventory-files-formats = CSV, YAML, JSON
inventory-files-format = Read as { $format }.
inventory-files-empty = There is neither an entity nor an edge in this file.
inventory-files-nothing = Choose a file with entities or edges first.
inventory-files-failed-works = Nothing was stored; what is here stays.
inventory-files-lead = { $entities ->
    [one] One entity
   *[other] { $entities } entities
 } and { $edges ->
    [one] one edge
   *[other] { $edges } edges
 } are in it.
inventory-files-bad = { $count ->
    [one] One row cannot be read and is left out.
   *[other] { $count } rows cannot be read and are left out.
}
inventory-files-name = Name
inventory-files-store = Store the inventory
inventory-files-stored = Stored: { $fresh } new, { $changed } changed, { $same } as before.
inventory-files-gone = { $count ->
    [one] One is no longer in the file.
   *[other] { $count } are no longer in the file.
}
inventory-files-next = { $count ->
    [one] Show { $file }, the last file
   *[other] Show { $file }, one of { $count } files left
}
inventory-files-leave-out = Leave this file out
inventory-files-columns = Columns
inventory-files-tag = a tag
inventory-files-entities = { $n ->
    [one] The entity
   *[other] The first { $shown } of { $count } entities
}
inventory-files-edges = { $n ->
    [one] The edge
   *[other] The first { $shown } of { $count } edges
}
