-- Templates of log lines: what they say, and what was concluded from it. "id" holds the 64 bits of the template's number
-- as a signed integer; "parts", "services" and "hosts" are JSON.
CREATE TABLE log_templates (
    id               INTEGER PRIMARY KEY,
    text             TEXT    NOT NULL,
    parts            TEXT    NOT NULL,
    name             TEXT,
    first_seen       INTEGER,
    last_seen        INTEGER,
    lines            INTEGER NOT NULL CHECK (lines >= 0),
    level            TEXT    NOT NULL CHECK (level IN ('', 'trace', 'debug', 'info', 'warn', 'error', 'fatal')),
    class            TEXT    NOT NULL,
    best_class       TEXT    NOT NULL,
    confidence       REAL    NOT NULL,
    error_code       TEXT,
    affected_service TEXT,
    custom_class     TEXT,
    by_hand          INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
    services         TEXT    NOT NULL,
    hosts            TEXT    NOT NULL
) STRICT;

-- A template that counts as another one from a person's decision on.
CREATE TABLE log_template_aliases (
    template INTEGER PRIMARY KEY,
    stands_for INTEGER NOT NULL
) STRICT;

-- A few lines of each template as they came, as JSON.
CREATE TABLE log_template_examples (
    template INTEGER NOT NULL,
    position INTEGER NOT NULL,
    source   INTEGER NOT NULL REFERENCES sources (id),
    line     TEXT    NOT NULL,
    PRIMARY KEY (template, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX log_template_examples_by_source ON log_template_examples (source);

-- How many lines of each template and level came in each minute of an hour (see docs/WORKSPACE.md).
CREATE TABLE log_template_hours (
    id         INTEGER PRIMARY KEY,
    source     INTEGER NOT NULL REFERENCES sources (id),
    hour_start INTEGER NOT NULL,
    check32    INTEGER NOT NULL,
    bytes      BLOB    NOT NULL,
    UNIQUE (source, hour_start)
) STRICT;

-- The dictionary of the template miner: a zstd frame of bytes that only the miner reads.
CREATE TABLE log_miner (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    check32 INTEGER NOT NULL,
    bytes   BLOB    NOT NULL
) STRICT;

-- What people decided about templates; "payload" is opaque JSON.
CREATE TABLE log_decisions (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      TEXT    NOT NULL,
    payload   TEXT    NOT NULL,
    made_at   INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;

-- How many secrets were masked in the lines of a source before they were stored, by rule.
CREATE TABLE log_masked (
    source INTEGER NOT NULL REFERENCES sources (id),
    rule   TEXT    NOT NULL,
    found  INTEGER NOT NULL CHECK (found >= 0),
    PRIMARY KEY (source, rule)
) STRICT, WITHOUT ROWID;
