-- What was told before: why a series could not be judged, and what kind of course it had. "refusals" and "series_classes"
-- hold what was told last and since when; "replaced_at" is when a detection told otherwise, or judged the series.
CREATE TABLE IF NOT EXISTS past_refusals (
    id          INTEGER PRIMARY KEY,
    series      INTEGER NOT NULL REFERENCES series (id),
    code        TEXT    NOT NULL,
    known_at    INTEGER NOT NULL,
    replaced_at INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS past_refusals_by_series ON past_refusals (series);

CREATE TABLE IF NOT EXISTS past_series_classes (
    id          INTEGER PRIMARY KEY,
    series      INTEGER NOT NULL REFERENCES series (id),
    class       TEXT    NOT NULL,
    period_ms   INTEGER,
    known_at    INTEGER NOT NULL,
    replaced_at INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS past_series_classes_by_series ON past_series_classes (series);
