-- Where sessions meet: the rooms on meeting platforms, what platforms are asked to do, and whether links work.

CREATE TABLE place (
    id INTEGER NOT NULL,
    session_id INTEGER,
    platform VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    room_id VARCHAR NOT NULL,
    occurrence VARCHAR NOT NULL,
    link VARCHAR NOT NULL,
    passcode VARCHAR NOT NULL,
    host_link VARCHAR NOT NULL,
    told VARCHAR NOT NULL,
    rolled_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE SET NULL
);

CREATE INDEX place_session ON place (session_id);
CREATE INDEX place_sealed ON place (id) WHERE passcode != '' OR host_link != '';

CREATE TABLE place_order (
    id INTEGER NOT NULL,
    place_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    next VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    not_before BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    last_error VARCHAR NOT NULL,
    cause_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY (place_id) REFERENCES place (id),
    FOREIGN KEY (cause_id) REFERENCES audit_entry (id)
);

CREATE INDEX place_order_due ON place_order (state, not_before);
CREATE INDEX place_order_place ON place_order (place_id, state);
CREATE INDEX place_order_cause ON place_order (cause_id);

CREATE TABLE link_look (
    session_id INTEGER NOT NULL,
    link VARCHAR NOT NULL,
    works BOOLEAN NOT NULL,
    fact VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (session_id),
    FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
);

ALTER TABLE session ADD COLUMN platform VARCHAR NOT NULL DEFAULT '';

ALTER TABLE session ADD COLUMN place_id INTEGER;

ALTER TABLE session ADD COLUMN backup_id INTEGER;

ALTER TABLE session ADD COLUMN backup_link VARCHAR NOT NULL DEFAULT '';

ALTER TABLE session ADD COLUMN placed_version INTEGER NOT NULL DEFAULT 0;

CREATE INDEX session_unplaced ON session (id)
    WHERE (place_id IS NOT NULL OR backup_id IS NOT NULL) AND placed_version < version;
