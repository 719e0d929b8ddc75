-- Projects with items, questions and reported activity; visits to them, and what is known of each person there.

CREATE TABLE project (
    id INTEGER NOT NULL,
    slug VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    author_id INTEGER,
    created_at BIGINT NOT NULL,
    active_at BIGINT,
    archived_at BIGINT,
    version INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    imported TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    UNIQUE (slug),
    FOREIGN KEY(author_id) REFERENCES person (id)
);

CREATE INDEX ix_project_author_id ON project (author_id);

CREATE TABLE item (
    id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    since BIGINT NOT NULL,
    session_id INTEGER,
    created_at BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    touched_at BIGINT NOT NULL,
    reopened_at BIGINT,
    removed_at BIGINT,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    imported TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE,
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE SET NULL
);

CREATE INDEX item_project ON item (project_id, state, since);

CREATE INDEX item_session ON item (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE item_change (
    id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    by_id INTEGER,
    by_name VARCHAR NOT NULL,
    session_id INTEGER,
    reason VARCHAR NOT NULL,
    voided_by INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE,
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE SET NULL
);

CREATE INDEX item_change_at ON item_change (state, at);

CREATE INDEX item_change_item ON item_change (item_id, at, id);

CREATE INDEX ix_item_change_session_id ON item_change (session_id);

CREATE TABLE question (
    id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    item_id INTEGER,
    text VARCHAR NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by_id INTEGER,
    asked_by VARCHAR NOT NULL,
    answer VARCHAR NOT NULL,
    answered_at BIGINT,
    answered_by_id INTEGER,
    answered_by VARCHAR NOT NULL,
    removed_at BIGINT,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    imported TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE,
    FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE SET NULL,
    FOREIGN KEY(asked_by_id) REFERENCES person (id),
    FOREIGN KEY(answered_by_id) REFERENCES person (id)
);

CREATE INDEX ix_question_answered_by_id ON question (answered_by_id);

CREATE INDEX ix_question_asked_by_id ON question (asked_by_id);

CREATE INDEX ix_question_item_id ON question (item_id);

CREATE INDEX question_project ON question (project_id, answered_at);

CREATE TABLE user_sessions (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    session_start BIGINT NOT NULL,
    session_end BIGINT,
    is_active BOOLEAN NOT NULL,
    last_activity BIGINT NOT NULL,
    activities INTEGER NOT NULL,
    ended_by VARCHAR NOT NULL,
    snapshot_at_start TEXT NOT NULL,
    snapshot_at_end TEXT NOT NULL,
    metadata TEXT NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(user_id) REFERENCES person (id),
    FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX user_sessions_active ON user_sessions (user_id, project_id) WHERE is_active;

CREATE INDEX user_sessions_idle ON user_sessions (last_activity) WHERE is_active;

CREATE INDEX user_sessions_project ON user_sessions (project_id, session_start);

CREATE INDEX user_sessions_user ON user_sessions (user_id, project_id, session_start);

CREATE TABLE activity (
    id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    visit_id INTEGER,
    person_id INTEGER,
    agent VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    blocks BOOLEAN NOT NULL,
    text VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    item_id INTEGER,
    settled_at BIGINT,
    settled_by VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE,
    FOREIGN KEY(visit_id) REFERENCES user_sessions (id) ON DELETE SET NULL,
    FOREIGN KEY(person_id) REFERENCES person (id),
    FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE SET NULL
);

CREATE INDEX activity_open ON activity (project_id, kind) WHERE blocks AND settled_at IS NULL;

CREATE INDEX activity_project ON activity (project_id, at);

CREATE INDEX ix_activity_item_id ON activity (item_id);

CREATE INDEX ix_activity_person_id ON activity (person_id);

CREATE INDEX ix_activity_visit_id ON activity (visit_id);

CREATE TABLE session_analytics (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    last_activity BIGINT,
    previous_activity BIGINT,
    items_decided_since INTEGER NOT NULL,
    items_exploring INTEGER NOT NULL,
    items_parked INTEGER NOT NULL,
    pending_questions INTEGER NOT NULL,
    suggested_next_steps TEXT NOT NULL,
    active_blockers TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (user_id, project_id),
    FOREIGN KEY(user_id) REFERENCES person (id),
    FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE
);

CREATE INDEX session_analytics_project ON session_analytics (project_id);

CREATE TABLE activity_tally (
    hour INTEGER NOT NULL,
    done INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    PRIMARY KEY (hour)
);

ALTER TABLE session ADD COLUMN project_id INTEGER REFERENCES project (id);

CREATE INDEX session_project ON session (project_id, starts_at) WHERE project_id IS NOT NULL;
