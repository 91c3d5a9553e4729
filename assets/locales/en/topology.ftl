# Sentences about the inventory and the map that the core sends as data: the same in window and terminal.

## The map
map-nothing = Nothing is known of what exists here. Add an inventory, import a file, or bring metrics that name services.
map-calm = Nothing departs from the usual on { $n ->
    [one] the one entity
   *[other] { $n } entities
 } and { $edges ->
    [one] one dependency
   *[other] { $edges } dependencies
 } between them.
map-unscored = { $n ->
    [one] One entity
   *[other] { $n } entities
 } and { $edges ->
    [one] one dependency
   *[other] { $edges } dependencies
 } between them. No series is scored yet, so what departs from the usual is not known.
map-failing = { $n ->
    [one] One entity departs
   *[other] { $n } entities depart
 } from the usual within { $span }, { $entity } first at { $time }; { $affected ->
    [0] nothing depends on it
    [one] one depends on it
   *[other] { $affected } depend on it
 }, { $tier1 } in tier 1{ $apart ->
    [0] .
    [one] ; one more has findings or alerts apart from that.
   *[other] ; { $apart } more have findings or alerts apart from that.
 }
map-failing-one = { $entity } has departed from the usual since { $time }; { $affected ->
    [0] nothing depends on it
    [one] one entity depends on it
   *[other] { $affected } entities depend on it
 }, { $tier1 } in tier 1{ $apart ->
    [0] .
    [one] ; one more has findings or alerts apart from that.
   *[other] ; { $apart } more have findings or alerts apart from that.
 }
map-no-domain = No source records a domain, so everything stands in one.
map-no-system = No source records a system, so everything stands in one.
map-rest = { $n ->
    [one] One entity is
   *[other] { $n } entities are
 } folded into boxes.
topology-phase-first = First onset
topology-phase-failing = Failing
topology-phase-impact = Impact
map-foot = { $drawn ->
    [one] one edge
   *[other] { $drawn } edges
 } drawn, { $bundled } bundled, { $folded } within a node or box, { $dropped } dropped

## Reach
reach-down = { $n ->
    [one] One entity
   *[other] { $n } entities
 } may be affected when { $name } fails, { $tier1 } in tier 1.
reach-down-none = Nothing is known to depend on { $name }.
reach-up = { $name } depends on { $n ->
    [one] one entity
   *[other] { $n } entities
 }, { $tier1 } in tier 1.
reach-up-none = { $name } is not known to depend on anything.
reach-both = { $n ->
    [one] One entity is
   *[other] { $n } entities are
 } tied to { $name }, { $tier1 } in tier 1.

## Dependencies
topology-plain = { $text }
edge-declared = { $source } says so, unchanged for { $age }
edge-inferred = telemetry names both ends ({ $rule }), last seen { $date }
edge-co-move = both depart one after the other; sure to { $share } %
edge-times-lines = { $n ->
    [one] seen in one line
   *[other] seen in { $n } lines
 }
edge-times-series = { $n ->
    [one] seen in one series
   *[other] seen in { $n } series
 }
edge-drawn = drawn by hand
entity-version-told = { $source } tells it
entity-version-changed = { $source } tells it otherwise
edge-version-declared = { $source } declares it: { $how }
edge-version-inferred = telemetry names both ends ({ $rule })
edge-version-proposed = proposed: both depart one after the other
edge-version-drawn = drawn by hand
edge-version-removed = removed by hand
edge-version-confirmed = confirmed by hand
edge-stale-old = For more than 14 days its source has not changed it, nobody has confirmed it, and no telemetry has shown it.
edge-stale-unseen = Telemetry of both ends names whom they talk to, and not each other.
edge-doubtful-reversed = Another source says the opposite direction.
edge-doubtful-retired = One of its ends is out of use.
edge-proposed = Nobody said so: both depart one after the other more often than by chance.

## Doubts
duplicate-fact = { $kind }, site { $site }, address { $address }
duplicate-named-only = only dependencies name it
identity-same-serial = same serial number
identity-same-name = same name
identity-same-short-name = same name without its domain
identity-same-alias = one lists the other's name as its own
identity-name-of-address = one is named by the other's address
identity-same-address = same address
identity-similar-name = names differ by one letter
identity-lookalike-name = names look the same, their letters are different
identity-same-site = same site
identity-different-serial = different serial numbers
identity-different-name = names have nothing in common
identity-different-domain = different domains
identity-different-kind = different kinds
identity-different-environment = different environments
identity-different-site = different sites
identity-different-address = no address in common
identity-address-reused = the address is used several times
identity-name-reused = the name is used several times
identity-serial-reused = the serial number is used several times
identity-same-source = one source has them as two
conflict-preferred = A person prefers this source here.
conflict-ranked = This source has precedence.
conflict-newest = It is the newest word.
conflict-first = All are equally new; the first source counts.
orphan-measured = It is measured, so it lives: draw its dependencies, or bring a source that knows them.
orphan-unmeasured = Nothing is measured of it and nothing depends on it: it may be gone. Ask its owner.
orphan-named-only = It is only named by others. Give it an alias of something that is known.
dangling-self = It depends on itself.
dangling-shared = Several things are called { $name }.
dangling-missing = Nothing is called { $name }.
dangling-lookalike = Nothing is called { $name }: what looks the same has other letters, { $letters }.

## Decisions
topology-decided-merge = { $names } are one
topology-decided-apart = { $names } are different things
topology-decided-draw = { $from } { $how } { $to }: drawn
topology-decided-remove = { $from } does not depend on { $to }
topology-decided-confirm = { $from } depends on { $to }: confirmed
topology-decided-prefer = { $source } is right about { $field } of { $entity }
topology-decided-note = { $names }: “{ $text }”
topology-decided-unnote = { $names }: note taken away
topology-decided-dismiss = { $name }: right as it is
topology-decided-dismiss-edge = { $from } to { $to }: right as it is
topology-decided-alias = { $name } is also called { $alias }
topology-decided-own = { $name } belongs to { $team }
owner-by-system = Of { $of ->
    [one] 1 entity of { $system } that has
   *[other] { $of } entities of { $system } that have
 } an owner, { $n ->
    [one] one belongs
   *[other] { $n } belong
 } to { $team }, such as { $names }.
owner-by-carried = Of { $of ->
    [one] 1 thing that runs on it and has
   *[other] { $of } things that run on it and have
 } an owner, { $n ->
    [one] one belongs
   *[other] { $n } belong
 } to { $team }, such as { $names }.
owner-by-neighbours = Of { $of ->
    [one] 1 neighbour of the kind { $kind } that has
   *[other] { $of } neighbours of the kind { $kind } that have
 } an owner, { $n ->
    [one] one belongs
   *[other] { $n } belong
 } to { $team }, such as { $names }.

## Reading an inventory
missing-inventory = { $lost } cannot be read: { $path } is not allowed.
absent-inventory = { $lost } cannot be read: the server has no { $path }.
inventory-held-back = { $n } of { $of ->
    [one] 1 entity
   *[other] { $of } entities
 } and { $dependencies ->
    [one] one dependency
   *[other] { $dependencies } dependencies
 } did not come. They stay until you say whether they are gone.
inventory-filter-ignored = The source ignores the filter for { $subject } ({ $detail }). Items that do not belong were left out.
inventory-count-differs = { $subject }: another number came than the source counts (came / counted: { $detail }).
inventory-changed-while-read = { $subject } changed while it was read (counted before / after: { $detail }).
inventory-pages-repeat = { $subject }: pages bring nothing new, so reading ended (pages: { $detail }). The rest may be missing.
inventory-page-cap = { $subject } has more than { $detail ->
    [one] one page
   *[other] { $detail } pages
 }, the cap of the mapping. The rest is missing.
inventory-item-too-long = { $subject }: an item is too long and was left out (bytes: { $detail }).
inventory-item-without-name = { $subject }: items without a name, or without the key that the mapping names, were left out; the first is { $detail }.
inventory-value-not-understood = { $subject } cannot be understood: { $detail }
inventory-value-not-mapped = { $subject } has a value without a place in the mapping: { $detail }
inventory-nothing-found = The field { $subject } of the mapping finds nothing in { $detail ->
    [one] the one item
   *[other] any of { $detail } items
 } of the first page.
inventory-lookup-missed = The lookup { $subject } of the mapping has no row for { $detail }.
inventory-class-lost = { $subject } is not read: { $detail } cannot be reached or is not allowed.
inventory-place-rewritten = { $subject }: the next page was said to be at { $detail }; the configured address was asked instead.
inventory-empty = { $subject } has no item. { $detail }
inventory-list-cut = { $subject }: an item has more than the { $detail } that are kept of each; the rest is missing.
inventory-text-cut = { $subject }: { $detail ->
    [one] one text is longer than the 2,000 characters that are kept and was cut
   *[other] { $detail } texts are longer than the 2,000 characters that are kept and were cut
 }.
inventory-lookup-cut = { $subject } has more rows than the { $detail } that are kept.
inventory-begun-again = The mapping was changed since the read began, so it began again. { $subject } { $detail }

## Mappings
mapping-syntax = This is not TOML. { $subject } { $detail }
mapping-unknown-field = { $subject } is no field of the format. Possible: { $detail }
mapping-missing-field = { $subject } is missing. { $detail }
mapping-wrong-type = { $subject } has another type than expected: { $detail }
mapping-wrong-value = { $subject } cannot have this value. Possible: { $detail }
mapping-bad-path = { $subject }: the path cannot be read. { $detail }
mapping-bad-pattern = { $subject }: the pattern is no regular expression. { $detail }
mapping-unknown-lookup = { $subject }: there is no such lookup. Known: { $detail }
mapping-unknown-placeholder = { $subject }: there is no such placeholder. Known: { $detail }
mapping-reads-nothing = { $subject } reads nothing: add an entity or a relation. { $detail }
mapping-twice = { $subject } is there twice. { $detail }

## Files
inventory-file-syntax = Line { $line }, column { $column }: the text breaks the rules of its format; what follows is not read. { $detail }
inventory-file-open-quote = Line { $line }, column { $column }: a quotation is not closed, so this line is left out. { $detail }
inventory-file-too-many-cells = Line { $line }, column { $column }: the row has more cells than the header. { $detail }
inventory-file-no-columns = Line { $line }, column { $column }: there is neither a column name nor columns from and to, and one of them is needed. Columns: { $detail }
inventory-file-no-rows = There is nothing to read in it: no entity and no dependency.
inventory-file-no-entry = Line { $line }, column { $column }: this is neither an entity, which has a name, nor a dependency, which has from and to. { $detail }
inventory-file-unknown-list = Line { $line }, column { $column }: the list { $detail } is left out, because its name says nothing here. Call it entities or dependencies.
inventory-file-no-name = Line { $line }, column { $column }: the entity has no name. { $detail }
inventory-file-no-end = Line { $line }, column { $column }: the dependency lacks an end and is left out. Give it a { $detail }.
inventory-file-twice = Line { $line }, column { $column }: “{ $detail }” is there already, so this one is left out. If it is another thing, give it a key of its own.
inventory-file-unknown-kind = Line { $line }, column { $column }: “{ $detail }” is no kind; it is taken as “other”. Kinds are service, host, database, cache, queue, balancer, device, storage, cluster, container, system, external and other.
inventory-file-bad-value = Line { $line }, column { $column }: “{ $detail }” cannot be read here and is left out.
inventory-file-too-long = Line { $line }, column { $column }: the file is longer than the { $detail } bytes that are read.
inventory-file-value-too-long = Line { $line }, column { $column }: the value is cut after { $detail } characters, because no more are kept.
inventory-file-too-deep = Line { $line }, column { $column }: the document is nested too deeply. { $detail }

## Failures
error-mapping = Line { $line }, column { $column } of the mapping: { $problem ->
    [syntax] { mapping-syntax }
    [unknown_field] { mapping-unknown-field }
    [missing_field] { mapping-missing-field }
    [wrong_type] { mapping-wrong-type }
    [wrong_value] { mapping-wrong-value }
    [bad_path] { mapping-bad-path }
    [bad_pattern] { mapping-bad-pattern }
    [unknown_lookup] { mapping-unknown-lookup }
    [unknown_placeholder] { mapping-unknown-placeholder }
    [reads_nothing] { mapping-reads-nothing }
   *[twice] { mapping-twice }
 }
error-preset-missing = Say how the inventory is to be understood: --preset with one of { $known }, or --mapping with a file.
error-preset-unknown = No preset is called { $name }. There are { $known }; a mapping of your own comes with --mapping and a file.
error-not-an-inventory = { $name } is not an inventory.
error-source-not-inventory = What answers is not the inventory that the mapping describes: { $detail }. Check the URL and the mapping.
error-inventory-stands-still = { $name } sends the same page again and again. What arrived is kept; try again later, or lower the page size in the mapping.
error-inventory-file = { $path } cannot be read as an inventory: { $detail }
error-no-such-entity = Nothing is called { $name }. { $meant ->
    [some] Perhaps you mean { $near }.
    [empty] No entity is known here: sync an inventory, or import a file of one.
    [then] No entity was known at that moment: choose a later one.
   *[none] Look for it in the catalog.
 }
error-entity-ambiguous = Several things are called { $name }. Take one of these names: { $names }.
error-topology-few = It takes two things at least. Choose another one.
error-topology-same-thing = { $name } is named twice: both names are one thing already.
error-topology-no-record = { $name } is only named by others; no source tells of it, so it cannot be merged. Give it an alias instead.
error-topology-self-edge = { $name } cannot depend on itself.
error-topology-field = { $field } is no field of which a source can be preferred.
error-filter-exists = A filter called { $name } is kept already, and nothing was changed. Replace it, or choose another name.
error-topology-text = The text is empty, or longer than { $n } characters.
error-nothing-held-back = Nothing of { $name } waits to be deleted.
error-format-not-text = A PNG cannot be printed. Choose a file to write.

## The words of inventories: how one thing depends on another, and what kind of thing it is.
edge-how-depends-on = depends on
edge-how-calls = calls
edge-how-reads = reads
edge-how-writes = writes
edge-how-caches-in = caches in
edge-how-publishes-to = publishes to
edge-how-consumes-from = consumes from
edge-how-runs-on = runs on
edge-how-balances = balances
edge-how-replicates-to = replicates to
edge-how-part-of = part of
edge-how-connects-to = connects to
entities-kind-device = device
entities-kind-storage = storage
entities-kind-cluster = cluster
entities-kind-container = container
entities-kind-system = system
entities-kind-other = other
entities-kind-domain = domain
entities-kind-service = service
entities-kind-host = host
entities-kind-database = database
entities-kind-cache = cache
entities-kind-queue = queue
entities-kind-balancer = balancer
entities-kind-external = external

## The terminal
terminal-topology-synced = { $name }: { $read ->
    [one] one item
   *[other] { $read } items
 } read, { $changed } changed, { $requests ->
    [one] one request
   *[other] { $requests } requests
 }.
terminal-topology-observed = { $n ->
    [one] One dependency is
   *[other] { $n } dependencies are
 } known from telemetry.
terminal-topology-held = { $name }: { $n } of { $of ->
    [one] 1 entity
   *[other] { $of } entities
 } and { $dependencies ->
    [one] one dependency
   *[other] { $dependencies } dependencies
 } did not come and were not deleted. Say wardroom topology sync with --delete-missing or --keep-missing.
terminal-topology-ended = { $name }: { $n } of { $of ->
    [one] 1 entity
   *[other] { $of } entities
 } and { $dependencies ->
    [one] one dependency
   *[other] { $dependencies } dependencies
 } that did not come are ended; as of an earlier moment they are still there.
terminal-topology-kept = { $name }: { $n } of { $of ->
    [one] 1 entity
   *[other] { $of } entities
 } and { $dependencies ->
    [one] one dependency
   *[other] { $dependencies } dependencies
 } that did not come are kept, and listed under Doubts.
terminal-topology-preview = { $format }: { $entities ->
    [one] one entity
   *[other] { $entities } entities
 }, { $dependencies ->
    [one] one dependency
   *[other] { $dependencies } dependencies
 }, { $bad ->
    [one] one row
   *[other] { $bad } rows
 } that cannot be read.
terminal-topology-imported = { $fresh } new, { $changed } changed, { $same } as before, { $gone } gone, { $bad ->
    [one] one row
   *[other] { $bad } rows
 } left out.
terminal-topology-loose = { $n ->
    [one] One dependency leads nowhere, so paths and the blast radius go without:
   *[other] { $n } dependencies lead nowhere, so paths and the blast radius go without them, such as
 } { $from } → { $to }. { $reason } Import the entities too, from a table with a column name; wardroom topology doubtful lists what is left.
terminal-topology-path-same = { $from } and { $to } are one thing: there is nothing between.
terminal-topology-reach-key = Hops, name, kind, tier, team and contact of each; ! marks what has no other way around, ? a way over an edge that is not sure.
terminal-topology-no-path = { $from } does not depend on { $to }, nor the other way round.
terminal-topology-path-reversed = { $from } does not depend on { $to }; it is the other way round.
terminal-topology-loops = { $n ->
    [one] One dependency leads from a thing back to itself and counts for nothing: { $from } → { $to }. Take it out of the file.
   *[other] { $n } dependencies lead from a thing back to itself and count for nothing, such as { $from } → { $to }. Take them out of the file.
 }
terminal-topology-doubts = { $duplicates ->
    [one] one possible double
   *[other] { $duplicates } possible doubles
 }, { $conflicts ->
    [one] one conflict
   *[other] { $conflicts } conflicts
 }, { $edges ->
    [one] one unsure dependency
   *[other] { $edges } unsure dependencies
 }, { $dangling ->
    [one] one that leads nowhere
   *[other] { $dangling } that lead nowhere
 }, { $orphans } without any, { $unowned } without an owner.
terminal-topology-duplicates = May be one
terminal-topology-conflicts = Sources disagree
terminal-topology-edges = Unsure dependencies
terminal-topology-dangling = Lead nowhere
terminal-topology-orphans = Without any dependency
terminal-topology-unowned = Without an owner
