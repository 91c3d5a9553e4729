-- Log records as their writers wrote them. Where they came from and when this workspace learnt of them stands in
-- their batch. "fields" is a JSON object with its names in byte order.
CREATE TABLE log_records (
    id       INTEGER PRIMARY KEY,
    batch    INTEGER NOT NULL REFERENCES batches (id),
    event_at INTEGER NOT NULL,
    level    TEXT    NOT NULL CHECK (level IN ('trace', 'debug', 'info', 'warn', 'error', 'fatal')),
    service  TEXT    NOT NULL,
    host     TEXT    NOT NULL,
    dataset  TEXT    NOT NULL,
    message  TEXT    NOT NULL,
    fields   TEXT    NOT NULL
) STRICT;

CREATE INDEX log_records_by_time ON log_records (event_at, level);
CREATE INDEX log_records_by_batch ON log_records (batch);
CREATE INDEX batches_by_known_at ON batches (known_at);
