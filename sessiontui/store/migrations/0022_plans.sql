-- Plans of sessions: goals with what they need and when they were in work, milestones, checklists, blockers.

CREATE TABLE goal (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    parent_id INTEGER,
    title VARCHAR NOT NULL,
    criteria VARCHAR NOT NULL,
    weight INTEGER NOT NULL,
    phase VARCHAR NOT NULL,
    progress INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    settled_at BIGINT,
    settled_by VARCHAR NOT NULL,
    working_since BIGINT,
    removed_at BIGINT,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(parent_id) REFERENCES goal (id) ON DELETE CASCADE
);

CREATE INDEX goal_session ON goal (session_id, position);

CREATE INDEX ix_goal_parent_id ON goal (parent_id);

CREATE TABLE goal_need (
    goal_id INTEGER NOT NULL,
    needs_id INTEGER NOT NULL,
    PRIMARY KEY (goal_id, needs_id),
    FOREIGN KEY(goal_id) REFERENCES goal (id) ON DELETE CASCADE,
    FOREIGN KEY(needs_id) REFERENCES goal (id) ON DELETE CASCADE
);

CREATE INDEX ix_goal_need_needs_id ON goal_need (needs_id);

CREATE TABLE goal_work (
    id INTEGER NOT NULL,
    goal_id INTEGER NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(goal_id) REFERENCES goal (id) ON DELETE CASCADE
);

CREATE INDEX ix_goal_work_goal_id ON goal_work (goal_id);

CREATE TABLE milestone (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    threshold INTEGER NOT NULL,
    position INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    reached_at BIGINT,
    reached_by VARCHAR NOT NULL,
    look_at BIGINT,
    removed_at BIGINT,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);

CREATE INDEX milestone_session ON milestone (session_id, position);

CREATE INDEX milestone_look ON milestone (look_at) WHERE look_at IS NOT NULL;

CREATE TABLE check_item (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    done_at BIGINT,
    done_by VARCHAR NOT NULL,
    removed_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);

CREATE INDEX check_item_session ON check_item (session_id, position);

CREATE TABLE blocker (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    goal_id INTEGER,
    kind VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by VARCHAR NOT NULL,
    resolved_at BIGINT,
    resolved_by VARCHAR NOT NULL,
    resolution VARCHAR NOT NULL,
    removed_at BIGINT,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(goal_id) REFERENCES goal (id) ON DELETE SET NULL
);

CREATE INDEX blocker_session ON blocker (session_id, id);

CREATE INDEX blocker_open ON blocker (kind, session_id) WHERE resolved_at IS NULL AND removed_at IS NULL;

CREATE INDEX ix_blocker_goal_id ON blocker (goal_id);

ALTER TABLE session ADD COLUMN progress INTEGER;

CREATE INDEX session_progress ON session (progress) WHERE progress IS NOT NULL;
