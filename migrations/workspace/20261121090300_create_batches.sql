-- One sync, import or follow tick: where samples came from and when this workspace learnt of them.
-- The id is the running number within "fact", so it is never used twice.
CREATE TABLE batches (
    id       INTEGER PRIMARY KEY,
    fact     BLOB    NOT NULL CHECK (length(fact) = 16),
    source   INTEGER NOT NULL REFERENCES sources (id),
    kind     TEXT    NOT NULL CHECK (kind IN ('sync', 'import', 'follow')),
    state    TEXT    NOT NULL CHECK (state IN ('open', 'complete', 'partial')),
    known_at INTEGER NOT NULL,
    note     TEXT    NOT NULL
) STRICT;

CREATE INDEX batches_open ON batches (id, kind) WHERE state = 'open';
