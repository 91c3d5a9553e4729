-- Who (a role) has taken note of an alert, and when. An alert is known by source, labels and since when it is active.
CREATE TABLE acknowledgements (
    id        INTEGER PRIMARY KEY,
    fact      BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source    INTEGER NOT NULL REFERENCES sources (id),
    labels    TEXT    NOT NULL,
    active_at INTEGER NOT NULL,
    role      TEXT    NOT NULL,
    event_at  INTEGER NOT NULL,
    known_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX acknowledgements_by_alert ON acknowledgements (source, active_at);
CREATE INDEX alerts_by_identity ON alerts (source, active_at, id);
