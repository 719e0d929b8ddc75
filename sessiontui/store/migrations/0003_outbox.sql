-- What is sent to someone, and what comes back.

CREATE TABLE notification (
    id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    person_id INTEGER,
    name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    session_id INTEGER,
    subject VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    headers TEXT NOT NULL,
    attachments TEXT NOT NULL,
    state VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    occurrence VARCHAR NOT NULL,
    not_before BIGINT NOT NULL,
    about_start BIGINT,
    attempts INTEGER NOT NULL,
    last_error VARCHAR NOT NULL,
    created_at BIGINT NOT NULL,
    claimed_at BIGINT,
    sent_at BIGINT,
    cause_id INTEGER,
    resend_of INTEGER,
    PRIMARY KEY (id),
    UNIQUE (message_id),
    UNIQUE (occurrence),
    FOREIGN KEY (person_id) REFERENCES person (id),
    FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE SET NULL,
    FOREIGN KEY (cause_id) REFERENCES audit_entry (id),
    FOREIGN KEY (resend_of) REFERENCES notification (id)
);

CREATE INDEX notification_due ON notification (state, not_before);
CREATE INDEX notification_session ON notification (session_id, state);
CREATE INDEX notification_person ON notification (person_id);
CREATE INDEX notification_cause ON notification (cause_id);
CREATE INDEX notification_resend ON notification (resend_of);

CREATE TABLE follow_up (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    person_id INTEGER,
    kind VARCHAR NOT NULL,
    occurrence VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    created_at BIGINT NOT NULL,
    notification_id INTEGER,
    rating INTEGER,
    answer VARCHAR NOT NULL,
    may_tell BOOLEAN,
    source VARCHAR NOT NULL,
    answered_at BIGINT,
    closed_at BIGINT,
    closed_by VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (occurrence),
    FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY (person_id) REFERENCES person (id),
    FOREIGN KEY (notification_id) REFERENCES notification (id)
);

CREATE INDEX follow_up_session ON follow_up (session_id, state);
CREATE INDEX follow_up_person ON follow_up (person_id);
CREATE INDEX follow_up_answered ON follow_up (answered_at);
CREATE INDEX follow_up_open ON follow_up (state, created_at);

CREATE TABLE success_story (
    session_id INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    told_at BIGINT NOT NULL,
    told_by VARCHAR NOT NULL,
    PRIMARY KEY (session_id),
    FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
);

ALTER TABLE session ADD COLUMN tasks INTEGER NOT NULL DEFAULT 0;

ALTER TABLE session ADD COLUMN followed_at BIGINT;

CREATE INDEX session_tasks ON session (tasks) WHERE tasks > 0;

CREATE INDEX session_unfollowed ON session (final_end_at) WHERE final_end_at IS NOT NULL AND followed_at IS NULL;
