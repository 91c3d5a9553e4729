-- What inventories tell beside name and owner; when they last told it; and what was observed and decided of the topology.
--
-- "key" is the source's own identity of an entity, its name where there is none. "changed_at" is when the source last
-- changed the record by its own account, as it told last, and "first_changed_at" as it told when the version was stored.
-- "confirmed_at" is when the source last said the same, "seen_run" the last run that met the version (0: none),
-- "first_known_at" since when the source has the entity without a break. "aliases" and "addresses" are JSON arrays,
-- "links" is a JSON object.
ALTER TABLE entities ADD COLUMN key TEXT NOT NULL DEFAULT '';
ALTER TABLE entities ADD COLUMN system TEXT NOT NULL DEFAULT '';
ALTER TABLE entities ADD COLUMN department TEXT NOT NULL DEFAULT '';
ALTER TABLE entities ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE entities ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE entities ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]';
ALTER TABLE entities ADD COLUMN addresses TEXT NOT NULL DEFAULT '[]';
ALTER TABLE entities ADD COLUMN serial TEXT NOT NULL DEFAULT '';
ALTER TABLE entities ADD COLUMN links TEXT NOT NULL DEFAULT '{}';
ALTER TABLE entities ADD COLUMN changed_at INTEGER;
ALTER TABLE entities ADD COLUMN first_changed_at INTEGER;
ALTER TABLE entities ADD COLUMN seen_run INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entities ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entities ADD COLUMN first_known_at INTEGER NOT NULL DEFAULT 0;

UPDATE entities SET key = entities.name, confirmed_at = event_at, first_known_at = said.first
FROM (SELECT source, kind, name, min(known_at) AS first FROM entities GROUP BY source, kind, name) AS said
WHERE said.source = entities.source AND said.kind = entities.kind AND said.name = entities.name;

ALTER TABLE dependencies ADD COLUMN changed_at INTEGER;
ALTER TABLE dependencies ADD COLUMN first_changed_at INTEGER;
ALTER TABLE dependencies ADD COLUMN seen_run INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dependencies ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;

UPDATE dependencies SET confirmed_at = event_at;

-- The current versions of a source by their identity: each page of a run looks its records up here.
DROP INDEX IF EXISTS entities_by_source;
DROP INDEX IF EXISTS dependencies_by_source;
CREATE INDEX entities_open ON entities (source, key) WHERE replaced_at IS NULL;
CREATE INDEX dependencies_open ON dependencies (source, from_name, to_name) WHERE replaced_at IS NULL;

-- One reading of the inventory of a source. "place" is where an open run goes on, in the reader's words; "event_at" the
-- time for which its last page spoke. A run that "is_delta" brings changes only. "closed" says whether what a complete
-- run had not met was ended.
CREATE TABLE inventory_runs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source      INTEGER NOT NULL REFERENCES sources (id),
    state       TEXT    NOT NULL CHECK (state IN ('open', 'complete', 'abandoned')),
    is_delta    INTEGER NOT NULL CHECK (is_delta IN (0, 1)),
    closed      INTEGER NOT NULL CHECK (closed IN (0, 1)),
    place       TEXT,
    known_at    INTEGER NOT NULL,
    event_at    INTEGER,
    finished_at INTEGER
) STRICT;

CREATE INDEX inventory_runs_by_source ON inventory_runs (source, id);

-- What a reader keeps of a source between two runs, opaque.
CREATE TABLE inventory_state (
    source INTEGER PRIMARY KEY REFERENCES sources (id),
    state  TEXT    NOT NULL
) STRICT;

-- Edges that telemetry shows, version by version, known by both ends, how, origin and rule. "evidence" is a JSON array of
-- texts. "last_at" grows in place while the edge is seen again.
CREATE TABLE observed_edges (
    id          INTEGER PRIMARY KEY,
    fact        BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    from_name   TEXT    NOT NULL,
    to_name     TEXT    NOT NULL,
    how         TEXT    NOT NULL,
    origin      TEXT    NOT NULL,
    rule        TEXT    NOT NULL,
    evidence    TEXT    NOT NULL,
    score       REAL    NOT NULL,
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    known_at    INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;

CREATE INDEX observed_edges_open ON observed_edges (origin, from_name, to_name) WHERE replaced_at IS NULL;

-- What people decided about the topology; "body" is opaque JSON.
CREATE TABLE topology_decisions (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    fact      BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    kind      TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    made_at   INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;

-- Filters of lists that were given a name.
CREATE TABLE saved_filters (
    name TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
