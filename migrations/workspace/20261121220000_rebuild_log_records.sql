-- Log records that are not sealed yet. Their writer need not have said a level (''), and each may belong to a template
-- (the 64 bits of its number as a signed integer). Numbers are never used twice: the next one stands in "meta".
CREATE TABLE log_records_rebuilt (
    id       INTEGER PRIMARY KEY,
    batch    INTEGER NOT NULL REFERENCES batches (id),
    event_at INTEGER NOT NULL,
    level    TEXT    NOT NULL CHECK (level IN ('', 'trace', 'debug', 'info', 'warn', 'error', 'fatal')),
    service  TEXT    NOT NULL,
    host     TEXT    NOT NULL,
    dataset  TEXT    NOT NULL,
    message  TEXT    NOT NULL,
    fields   TEXT    NOT NULL,
    template INTEGER
) STRICT;

INSERT INTO log_records_rebuilt (id, batch, event_at, level, service, host, dataset, message, fields, template)
SELECT id, batch, event_at, level, service, host, dataset, message, fields, NULL FROM log_records ORDER BY id;

DROP TABLE log_records;
ALTER TABLE log_records_rebuilt RENAME TO log_records;

CREATE INDEX log_records_by_time ON log_records (event_at, level);
CREATE INDEX log_records_by_batch ON log_records (batch);
