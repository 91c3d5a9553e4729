-- What is measured. "labels" is a JSON object with its names in byte order.
CREATE TABLE series (
    id       INTEGER PRIMARY KEY,
    fact     BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source   INTEGER NOT NULL REFERENCES sources (id),
    metric   TEXT    NOT NULL,
    labels   TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    unit     TEXT    NOT NULL,
    known_at INTEGER NOT NULL,
    UNIQUE (source, metric, labels)
) STRICT;
