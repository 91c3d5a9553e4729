-- Deliberate alterations, each stored once.
CREATE TABLE changes (
    id       INTEGER PRIMARY KEY,
    fact     BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source   INTEGER NOT NULL REFERENCES sources (id),
    event_at INTEGER NOT NULL,
    subject  TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    what     TEXT    NOT NULL,
    known_at INTEGER NOT NULL,
    UNIQUE (source, event_at, subject, kind, what)
) STRICT;

CREATE INDEX changes_by_time ON changes (event_at);
