-- By which part of its source ("devices"; '' where the source has none, or it was not recorded) an entity or dependency
-- was last told: when a part cannot be read, what the others tell no more still ends.
ALTER TABLE entities ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE dependencies ADD COLUMN part TEXT NOT NULL DEFAULT '';
