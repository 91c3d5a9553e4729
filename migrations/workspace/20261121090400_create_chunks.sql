-- Sealed samples of one series: three compressed columns and their CRC-32 (see docs/WORKSPACE.md).
CREATE TABLE chunks (
    id          INTEGER PRIMARY KEY,
    series      INTEGER NOT NULL REFERENCES series (id),
    from_ts     INTEGER NOT NULL,
    to_ts       INTEGER NOT NULL CHECK (to_ts >= from_ts),
    n           INTEGER NOT NULL CHECK (n > 0),
    first_batch INTEGER NOT NULL,
    last_batch  INTEGER NOT NULL,
    codec       INTEGER NOT NULL,
    check32     INTEGER NOT NULL,
    ts          BLOB    NOT NULL,
    val         BLOB    NOT NULL,
    batch       BLOB    NOT NULL
) STRICT;

CREATE INDEX chunks_by_series ON chunks (series, from_ts, to_ts, n, first_batch, last_batch);

-- Chunks of an import appear all at once, when it is finished.
CREATE VIEW visible_chunks AS
SELECT * FROM chunks
WHERE first_batch NOT IN (SELECT id FROM batches WHERE state = 'open' AND kind = 'import');
