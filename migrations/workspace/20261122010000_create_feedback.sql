-- What people said of findings. "finding" is the identity of the one that was marked, which a later detection may have
-- withdrawn; "body" is opaque JSON.
CREATE TABLE feedback (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    fact      BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    finding   BLOB    NOT NULL CHECK (length(finding) = 16),
    verdict   TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    made_at   INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;
