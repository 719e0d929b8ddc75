-- Raw webhooks as they came, the sessions that reported meetings are, and the calendars that people subscribe to.

CREATE TABLE hook_event (
    id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    meeting VARCHAR NOT NULL,
    participant VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    received_at BIGINT NOT NULL,
    tried_at BIGINT,
    state VARCHAR NOT NULL,
    told VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, "key")
);

CREATE INDEX hook_event_participant ON hook_event (source, meeting, participant);

CREATE INDEX hook_event_received ON hook_event (received_at);

CREATE INDEX hook_event_waiting ON hook_event (state, tried_at) WHERE state IN ('new', 'unplaced');

CREATE TABLE hook_meeting (
    source VARCHAR NOT NULL,
    meeting VARCHAR NOT NULL,
    session_id INTEGER NOT NULL,
    PRIMARY KEY (source, meeting),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);

CREATE INDEX ix_hook_meeting_session_id ON hook_meeting (session_id);

CREATE TABLE calendar_feed (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    token_hash VARCHAR NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    UNIQUE (token_hash)
);

CREATE INDEX ix_calendar_feed_person_id ON calendar_feed (person_id);
