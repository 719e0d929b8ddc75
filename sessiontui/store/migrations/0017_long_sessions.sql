-- Sessions that began days before and still last are found without looking at all that began since; and where the
-- dates of a series meet: each gets a room of its own on the platform.

CREATE INDEX session_long ON session (ends_at, starts_at) WHERE ends_at - starts_at > 129600000;
ALTER TABLE series ADD COLUMN platform VARCHAR NOT NULL DEFAULT '';
