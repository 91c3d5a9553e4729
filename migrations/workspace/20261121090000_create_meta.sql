-- Settings that travel with the file, and the store's own counters (keys that begin with "store.").
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
