-- What a calendar said of a series when it was last imported, and what its dates keep besides.
ALTER TABLE series ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';
ALTER TABLE series ADD COLUMN imported TEXT NOT NULL DEFAULT '{}';
