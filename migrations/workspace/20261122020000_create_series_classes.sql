-- What kind of course a series has, as last classified ("seasonal", "sparse", …), with the length of its season.
CREATE TABLE series_classes (
    series    INTEGER PRIMARY KEY REFERENCES series (id),
    class     TEXT    NOT NULL,
    period_ms INTEGER,
    known_at  INTEGER NOT NULL
) STRICT;
