-- Stays know their connection (null: from before it was kept, or stated whole by a report), so that a signal that comes
-- late moves those of its own stream alone; and the ends of a session are found without its other signals.

ALTER TABLE presence ADD COLUMN connection VARCHAR;

DROP INDEX presence_person;

CREATE INDEX presence_person ON presence (person_id, session_id, connection, joined_at);

CREATE INDEX presence_signal_end ON presence_signal (session_id, at) WHERE signal = 'end';
