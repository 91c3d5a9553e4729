-- Results of drills on this machine, one row an attempt. "parts" is a JSON array of [part, points, of].
CREATE TABLE drill_results (
    id        INTEGER PRIMARY KEY,
    workspace TEXT    NOT NULL,
    attempt   INTEGER NOT NULL,
    scenario  TEXT    NOT NULL,
    seed      INTEGER NOT NULL,
    trainee   TEXT    NOT NULL,
    points    INTEGER NOT NULL,
    passed    INTEGER NOT NULL CHECK (passed IN (0, 1)),
    parts     TEXT    NOT NULL,
    advice    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    UNIQUE (workspace, attempt)
) STRICT;

CREATE INDEX drill_results_by_trainee ON drill_results (trainee, at);
