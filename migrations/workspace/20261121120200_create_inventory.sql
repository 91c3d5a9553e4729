-- What an inventory recorded, version by version; "replaced_at" closes a version. "event_at" is the time for which the
-- inventory spoke, "tags" a JSON object with its names in byte order.
CREATE TABLE entities (
    id          INTEGER PRIMARY KEY,
    fact        BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source      INTEGER NOT NULL REFERENCES sources (id),
    kind        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    tier        INTEGER,
    domain      TEXT    NOT NULL,
    team        TEXT    NOT NULL,
    contact     TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    site        TEXT    NOT NULL,
    tags        TEXT    NOT NULL,
    event_at    INTEGER NOT NULL,
    known_at    INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;

CREATE INDEX entities_by_source ON entities (source, replaced_at);

CREATE TABLE dependencies (
    id          INTEGER PRIMARY KEY,
    fact        BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source      INTEGER NOT NULL REFERENCES sources (id),
    from_name   TEXT    NOT NULL,
    to_name     TEXT    NOT NULL,
    how         TEXT    NOT NULL,
    event_at    INTEGER NOT NULL,
    known_at    INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;

CREATE INDEX dependencies_by_source ON dependencies (source, replaced_at);
