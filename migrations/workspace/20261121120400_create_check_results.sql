-- Outcomes of checks from outside. "steps" is a JSON array of pairs: what a step of a transaction asked, and whether
-- it worked; empty for checks of one step.
CREATE TABLE check_results (
    id        INTEGER PRIMARY KEY,
    fact      BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source    INTEGER NOT NULL REFERENCES sources (id),
    event_at  INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    component TEXT    NOT NULL,
    ok        INTEGER NOT NULL CHECK (ok IN (0, 1)),
    took_ms   REAL    NOT NULL,
    steps     TEXT    NOT NULL,
    known_at  INTEGER NOT NULL,
    UNIQUE (source, name, event_at)
) STRICT;

CREATE INDEX check_results_by_time ON check_results (event_at);
