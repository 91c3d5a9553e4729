-- Connections and imports. "config" is opaque JSON text and never holds a secret.
CREATE TABLE sources (
    id             INTEGER PRIMARY KEY,
    fact           BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    name           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    config         TEXT    NOT NULL,
    paused         INTEGER NOT NULL CHECK (paused IN (0, 1)),
    follow_allowed INTEGER NOT NULL CHECK (follow_allowed IN (0, 1)),
    follow_step_ms INTEGER NOT NULL CHECK (follow_step_ms > 0),
    retention_ms   INTEGER CHECK (retention_ms > 0),
    max_bytes      INTEGER CHECK (max_bytes > 0),
    created_at     INTEGER NOT NULL,
    last_sync      INTEGER,
    last_error     TEXT,
    deleted        INTEGER NOT NULL CHECK (deleted IN (0, 1))
) STRICT;
