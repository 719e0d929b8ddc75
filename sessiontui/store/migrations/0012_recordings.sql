-- Recordings of sessions: where they lie, who may see them, who opened them; and what platforms tell of how people took part.
CREATE TABLE recording (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    title VARCHAR NOT NULL,
    link VARCHAR NOT NULL,
    length_ms BIGINT,
    audience VARCHAR NOT NULL,
    imported TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by VARCHAR NOT NULL,
    removed_at BIGINT,
    removed_by VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
CREATE INDEX recording_session ON recording (session_id, added_at, id);
CREATE TABLE recording_reader (
    recording_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (recording_id, person_id),
    FOREIGN KEY(recording_id) REFERENCES recording (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX ix_recording_reader_person_id ON recording_reader (person_id);
CREATE TABLE recording_opening (
    id INTEGER NOT NULL,
    recording_id INTEGER NOT NULL,
    person_id INTEGER,
    by_name VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(recording_id) REFERENCES recording (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX recording_opening_recording ON recording_opening (recording_id, at);
CREATE INDEX ix_recording_opening_person_id ON recording_opening (person_id);
CREATE TABLE engagement (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    person_id INTEGER,
    attendee_id INTEGER,
    talk_ms BIGINT,
    webcam_ms BIGINT,
    messages INTEGER,
    reactions INTEGER,
    raised_hands INTEGER,
    poll_answers INTEGER,
    PRIMARY KEY (id),
    UNIQUE (session_id, source, "key"),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id),
    FOREIGN KEY(attendee_id) REFERENCES attendee (id)
);
CREATE INDEX ix_engagement_person_id ON engagement (person_id);
CREATE INDEX ix_engagement_attendee_id ON engagement (attendee_id);
