-- Workspaces that were opened on this machine, with what was last known of each.
CREATE TABLE recents (
    path        TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    size_bytes  INTEGER NOT NULL,
    opened_at   INTEGER NOT NULL,
    data_until  INTEGER,
    said        TEXT,
    origin      TEXT    NOT NULL,
    fact_writer INTEGER NOT NULL
) STRICT;
