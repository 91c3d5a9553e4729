-- What detection found. The identity (series, kind, start) stays; what is known of it is kept in versions.
-- The version whose "replaced_at" is NULL is the current one; a finding without one is withdrawn.
CREATE TABLE findings (
    id       INTEGER PRIMARY KEY,
    fact     BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    series   INTEGER NOT NULL REFERENCES series (id),
    kind     TEXT    NOT NULL,
    start_at INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    UNIQUE (series, kind, start_at)
) STRICT;

CREATE TABLE finding_versions (
    id             INTEGER PRIMARY KEY,
    finding        INTEGER NOT NULL REFERENCES findings (id),
    known_at       INTEGER NOT NULL,
    replaced_at    INTEGER,
    method         TEXT    NOT NULL,
    end_at         INTEGER,
    step_ms        INTEGER NOT NULL,
    score          REAL    NOT NULL,
    observed       REAL,
    peak           REAL,
    expected       REAL,
    lower_limit    REAL,
    upper_limit    REAL,
    slope_per_hour REAL,
    rarer_than     REAL    NOT NULL,
    history_steps  INTEGER NOT NULL,
    season_ms      INTEGER
) STRICT;

CREATE INDEX finding_versions_by_finding ON finding_versions (finding, replaced_at);
CREATE INDEX finding_versions_current ON finding_versions (finding) WHERE replaced_at IS NULL;

CREATE TABLE detections (
    id          INTEGER PRIMARY KEY,
    known_at    INTEGER NOT NULL,
    from_ts     INTEGER NOT NULL,
    to_ts       INTEGER NOT NULL,
    judged      INTEGER NOT NULL,
    refused     INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    method      TEXT    NOT NULL
) STRICT;

-- Why a series could not be judged when it was last tried.
CREATE TABLE refusals (
    series   INTEGER PRIMARY KEY REFERENCES series (id),
    code     TEXT    NOT NULL,
    known_at INTEGER NOT NULL
) STRICT;
