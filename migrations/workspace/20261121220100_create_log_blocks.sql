-- Sealed log records of one source, sorted by time. What is needed to choose a block stands here; its parts and the
-- filter of its words lie in tables of their own (see docs/WORKSPACE.md). "levels" counts its records by level.
-- A block whose filter lies in the pages of a group names the group and its place there.
CREATE TABLE log_blocks (
    id          INTEGER PRIMARY KEY,
    source      INTEGER NOT NULL REFERENCES sources (id),
    from_ts     INTEGER NOT NULL,
    to_ts       INTEGER NOT NULL CHECK (to_ts >= from_ts),
    n           INTEGER NOT NULL CHECK (n > 0),
    last_number INTEGER NOT NULL,
    first_batch INTEGER NOT NULL,
    last_batch  INTEGER NOT NULL,
    first_known INTEGER NOT NULL,
    last_known  INTEGER NOT NULL,
    raw_bytes   INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    codec       INTEGER NOT NULL,
    levels      BLOB    NOT NULL,
    term_group  INTEGER,
    slot        INTEGER
) STRICT;

CREATE INDEX log_blocks_by_source ON log_blocks (source);

-- The parts of blocks, each with its CRC-32 before it: times, numbers and batches; short columns; messages; fields, NULL
-- when no record has any. In this order, so that the first two are read without the others.
CREATE TABLE log_parts (
    block    INTEGER PRIMARY KEY,
    place    BLOB NOT NULL,
    short    BLOB NOT NULL,
    messages BLOB NOT NULL,
    fields   BLOB
) STRICT;

-- The filters of blocks that belong to no group yet, by block.
CREATE TABLE log_terms (
    block   INTEGER PRIMARY KEY,
    check32 INTEGER NOT NULL,
    bytes   BLOB    NOT NULL
) STRICT;

-- The filters of 64 blocks laid beside each other, one row a segment: the group's number times 64, plus the segment.
CREATE TABLE log_term_pages (
    id      INTEGER PRIMARY KEY,
    check32 INTEGER NOT NULL,
    bytes   BLOB    NOT NULL
) STRICT;

-- Services and machines that have written sealed records.
CREATE TABLE log_writers (
    source INTEGER NOT NULL REFERENCES sources (id),
    kind   TEXT    NOT NULL CHECK (kind IN ('service', 'host')),
    name   TEXT    NOT NULL,
    PRIMARY KEY (source, kind, name)
) STRICT, WITHOUT ROWID;
