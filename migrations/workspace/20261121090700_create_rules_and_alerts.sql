-- Rules and alerts as the source showed them; a change is a further row, and "replaced_at" closes the one before.
CREATE TABLE rules (
    id          INTEGER PRIMARY KEY,
    fact        BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source      INTEGER NOT NULL REFERENCES sources (id),
    rule_group  TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('alerting', 'recording')),
    expression  TEXT    NOT NULL,
    hold_s      REAL    NOT NULL,
    labels      TEXT    NOT NULL,
    annotations TEXT    NOT NULL,
    last_error  TEXT    NOT NULL,
    known_at    INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;

CREATE INDEX rules_current ON rules (source) WHERE replaced_at IS NULL;

CREATE TABLE alerts (
    id          INTEGER PRIMARY KEY,
    fact        BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source      INTEGER NOT NULL REFERENCES sources (id),
    name        TEXT    NOT NULL,
    labels      TEXT    NOT NULL,
    annotations TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
    active_at   INTEGER NOT NULL,
    ended       INTEGER,
    value       REAL,
    known_at    INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;

CREATE INDEX alerts_current ON alerts (source, active_at) WHERE replaced_at IS NULL;
