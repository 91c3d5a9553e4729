-- What was imported, from which file, and which rows were not understood (JSON array of line, column, text, problem).
CREATE TABLE imports (
    id        INTEGER PRIMARY KEY,
    fact      BLOB    NOT NULL UNIQUE CHECK (length(fact) = 16),
    source    INTEGER NOT NULL REFERENCES sources (id),
    file_name TEXT    NOT NULL,
    blake3    TEXT    NOT NULL,
    n_rows    INTEGER NOT NULL,
    n_samples INTEGER NOT NULL,
    bad_rows  TEXT    NOT NULL,
    known_at  INTEGER NOT NULL
) STRICT;
