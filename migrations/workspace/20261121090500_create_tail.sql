-- Samples that are not sealed yet: one row a follow tick, in arrival order, of all its series.
CREATE TABLE tail (
    batch   INTEGER PRIMARY KEY,
    n       INTEGER NOT NULL CHECK (n > 0),
    codec   INTEGER NOT NULL,
    check32 INTEGER NOT NULL,
    series  BLOB    NOT NULL,
    ts      BLOB    NOT NULL,
    val     BLOB    NOT NULL
) STRICT;
