-- The desk: people, sessions, requests, presence, audit, and the worker's books.
CREATE TABLE audit_entry (
    id INTEGER NOT NULL,
    at BIGINT NOT NULL,
    by_id INTEGER,
    by_name VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    subject_id INTEGER,
    sentence VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    detail TEXT NOT NULL,
    reversible BOOLEAN NOT NULL,
    undoes INTEGER,
    undone_by INTEGER,
    hash VARCHAR NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX audit_subject ON audit_entry (subject, subject_id);
CREATE INDEX ix_audit_entry_by_id ON audit_entry (by_id);

CREATE TABLE change_log (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE idempotency_key (
    by_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    asked VARCHAR NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (by_id, "key")
);
CREATE INDEX ix_idempotency_key_at ON idempotency_key (at);

CREATE TABLE job (
    name VARCHAR NOT NULL,
    every_ms INTEGER NOT NULL,
    paused BOOLEAN NOT NULL,
    wanted_at BIGINT,
    last_at BIGINT,
    took_ms INTEGER,
    next_at BIGINT,
    runs INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    last_error VARCHAR NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE job_run (
    id INTEGER NOT NULL,
    job VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    took_ms INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    error VARCHAR NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_job_run_job ON job_run (job);

CREATE TABLE lease (
    name VARCHAR NOT NULL,
    holder VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    renewals INTEGER NOT NULL,
    renewed_at BIGINT,
    length_ms INTEGER NOT NULL,
    late_ms INTEGER NOT NULL,
    locked BOOLEAN NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE person (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    name_key VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    email_key VARCHAR NOT NULL,
    phone VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    zone VARCHAR NOT NULL,
    os_user VARCHAR,
    created_at BIGINT,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (os_user)
);
CREATE INDEX ix_person_email_key ON person (email_key);
CREATE INDEX ix_person_name_key ON person (name_key);

CREATE TABLE remembered (
    person_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (person_id, "key")
);

CREATE TABLE setting (
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY ("key")
);

CREATE TABLE source_seen (
    source VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (source)
);

CREATE TABLE status_count (
    status VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    PRIMARY KEY (status)
);

CREATE TABLE outside_id (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);
CREATE INDEX ix_outside_id_person_id ON outside_id (person_id);

CREATE TABLE session (
    id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    title VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    priority VARCHAR NOT NULL,
    tags TEXT NOT NULL,
    fields TEXT NOT NULL,
    link VARCHAR NOT NULL,
    meeting_key VARCHAR NOT NULL,
    meeting_id VARCHAR NOT NULL,
    author_id INTEGER,
    created_at BIGINT,
    imported TEXT NOT NULL,
    haystack VARCHAR NOT NULL,
    title_words VARCHAR NOT NULL,
    tag_keys VARCHAR NOT NULL,
    base_control VARCHAR NOT NULL,
    base_starts_at BIGINT NOT NULL,
    base_ends_at BIGINT NOT NULL,
    base_mentor_id INTEGER,
    base_capacity INTEGER NOT NULL,
    control VARCHAR NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    mentor_id INTEGER,
    capacity INTEGER NOT NULL,
    archived_at BIGINT,
    status VARCHAR NOT NULL,
    provisional BOOLEAN NOT NULL,
    badges VARCHAR NOT NULL,
    rank BIGINT NOT NULL,
    next_transition_at BIGINT,
    final_end_at BIGINT,
    pending INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    active INTEGER NOT NULL,
    departed INTEGER NOT NULL,
    actual_ms BIGINT NOT NULL,
    version INTEGER NOT NULL,
    changed_at BIGINT,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(author_id) REFERENCES person (id),
    FOREIGN KEY(base_mentor_id) REFERENCES person (id),
    FOREIGN KEY(mentor_id) REFERENCES person (id)
);
CREATE INDEX ix_session_author_id ON session (author_id);
CREATE INDEX ix_session_external_id ON session (external_id);
CREATE INDEX ix_session_meeting_id ON session (meeting_id);
CREATE INDEX ix_session_meeting_key ON session (meeting_key);
CREATE INDEX session_created ON session (created_at);
CREATE INDEX session_due ON session (next_transition_at) WHERE next_transition_at IS NOT NULL;
CREATE INDEX session_end ON session (ends_at);
CREATE INDEX session_here ON session (active) WHERE active > 0;
CREATE INDEX session_mentor ON session (mentor_id, starts_at);
CREATE INDEX session_pending ON session (pending, id, archived_at);
CREATE INDEX session_rank ON session (rank, id, archived_at);
CREATE INDEX session_start ON session (starts_at, id, archived_at);
CREATE INDEX session_title ON session (title_words, id, archived_at);

CREATE VIRTUAL TABLE session_words USING fts5 (
    haystack,
    content = 'session', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3', detail = none, columnsize = 0
);

CREATE TABLE attendee (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    name_key VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    person_id INTEGER,
    PRIMARY KEY (id),
    UNIQUE (session_id, "key"),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE join_request (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    requested_at BIGINT,
    decided_at BIGINT,
    decided_by VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    imported TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (session_id, person_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX join_request_person ON join_request (person_id, session_id);
CREATE INDEX join_request_state ON join_request (session_id, state);

CREATE TABLE session_change (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    "key" VARCHAR,
    at BIGINT NOT NULL,
    move VARCHAR,
    starts_at BIGINT,
    ends_at BIGINT,
    mentor_id INTEGER,
    capacity INTEGER,
    by_id INTEGER,
    by_name VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    voided_by INTEGER,
    PRIMARY KEY (id),
    UNIQUE (session_id, "key"),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
CREATE INDEX session_change_at ON session_change (session_id, at, id);

CREATE TABLE presence (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    person_id INTEGER,
    attendee_id INTEGER,
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    heartbeat_at BIGINT,
    source VARCHAR NOT NULL,
    approximate BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id),
    FOREIGN KEY(attendee_id) REFERENCES attendee (id)
);
CREATE INDEX presence_open ON presence (session_id) WHERE left_at IS NULL;
CREATE INDEX presence_person ON presence (person_id, session_id);
CREATE INDEX presence_session ON presence (session_id, left_at);

CREATE TABLE presence_signal (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    person_id INTEGER,
    attendee_id INTEGER,
    signal VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    until BIGINT,
    source VARCHAR NOT NULL,
    connection VARCHAR NOT NULL,
    approximate BOOLEAN NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (session_id, "key"),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id),
    FOREIGN KEY(attendee_id) REFERENCES attendee (id)
);
CREATE INDEX presence_signal_stream ON presence_signal (session_id, person_id, connection, at);

CREATE TABLE request_change (
    id INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    at BIGINT,
    state VARCHAR NOT NULL,
    by_id INTEGER,
    by_name VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(request_id) REFERENCES join_request (id) ON DELETE CASCADE
);
CREATE INDEX request_change_request ON request_change (request_id, id);
