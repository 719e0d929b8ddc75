-- What the row of a session has to hold so that it is told at any instant without its history.
ALTER TABLE session ADD COLUMN derived_at BIGINT;
ALTER TABLE session ADD COLUMN heads_at BIGINT;
ALTER TABLE session ADD COLUMN rule INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN pace INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN together_ms BIGINT;
ALTER TABLE session ADD COLUMN begun_at BIGINT;
ALTER TABLE session ADD COLUMN ended_at BIGINT;
ALTER TABLE session ADD COLUMN paused_at BIGINT;
ALTER TABLE session ADD COLUMN present_since BIGINT;
ALTER TABLE session ADD COLUMN last_left_at BIGINT;

-- What few sessions have, so that it is found among a million.
CREATE INDEX session_overbooked ON session (id) WHERE capacity > 0 AND approved > capacity;
CREATE INDEX session_flagged ON session (id) WHERE flags != '';
CREATE INDEX presence_unknown ON presence (session_id) WHERE person_id IS NULL AND attendee_id IS NOT NULL;
CREATE INDEX presence_approximate ON presence (session_id) WHERE approximate;
