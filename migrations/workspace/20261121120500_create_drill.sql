-- A drill: what makes its world, and what was done in it. A file with a row in "drill" holds simulated data only.
CREATE TABLE drill (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    scenario_id TEXT    NOT NULL,
    scenario    TEXT    NOT NULL,
    topology    TEXT    NOT NULL,
    seed        INTEGER NOT NULL,
    start_at    INTEGER NOT NULL,
    advice      TEXT    NOT NULL,
    trainee     TEXT    NOT NULL,
    coach       INTEGER NOT NULL CHECK (coach IN (0, 1)),
    created_at  INTEGER NOT NULL,
    attempt     INTEGER NOT NULL CHECK (attempt > 0),
    reached_at  INTEGER NOT NULL
) STRICT;

-- Orders to the world; "what" is opaque JSON. Going back begins another attempt with a copy of what was done before.
CREATE TABLE drill_orders (
    attempt  INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    what     TEXT    NOT NULL,
    PRIMARY KEY (attempt, sequence)
) STRICT, WITHOUT ROWID;

-- Decisions of the trainee: the world's time, the real time, opaque JSON.
CREATE TABLE drill_decisions (
    attempt  INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    real_at  INTEGER NOT NULL,
    what     TEXT    NOT NULL,
    PRIMARY KEY (attempt, sequence)
) STRICT, WITHOUT ROWID;

-- The world as it stood at some times of the current attempt: zstd frames of bytes that only the simulator reads.
CREATE TABLE drill_snapshots (
    at    INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

-- What came of an attempt; "result" is opaque JSON.
CREATE TABLE drill_results (
    attempt INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    points  INTEGER NOT NULL,
    passed  INTEGER NOT NULL CHECK (passed IN (0, 1)),
    result  TEXT    NOT NULL
) STRICT;
