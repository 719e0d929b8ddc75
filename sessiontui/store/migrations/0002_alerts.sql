-- What needs someone: alerts, who is double-booked, and how often each source usually sends.
CREATE TABLE alert (
    id INTEGER NOT NULL,
    rule VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    session_id INTEGER,
    level INTEGER NOT NULL,
    facts TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    acknowledged_by_id INTEGER,
    acknowledged_by VARCHAR NOT NULL,
    acknowledged_at BIGINT,
    snoozed_by VARCHAR NOT NULL,
    snoozed_at BIGINT,
    snoozed_until BIGINT,
    note VARCHAR NOT NULL,
    escalated_at BIGINT,
    resolved_at BIGINT,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX alert_open ON alert (rule, subject) WHERE resolved_at IS NULL;
CREATE INDEX alert_standing ON alert (level, opened_at, id, acknowledged_at, snoozed_until) WHERE resolved_at IS NULL;
CREATE INDEX alert_of_session ON alert (session_id, resolved_at);
CREATE INDEX alert_of_subject ON alert (subject, rule, opened_at);
CREATE INDEX alert_over ON alert (resolved_at) WHERE resolved_at IS NOT NULL;

CREATE TABLE clash (
    session_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (session_id, other_id, person_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(other_id) REFERENCES session (id) ON DELETE CASCADE
);
CREATE INDEX ix_clash_other_id ON clash (other_id);

CREATE TABLE clash_due (
    session_id INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (session_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);

CREATE TABLE source_gap (
    source VARCHAR NOT NULL,
    day INTEGER NOT NULL,
    size INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (source, day, size)
);

ALTER TABLE session ADD COLUMN flags VARCHAR NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN lift INTEGER NOT NULL DEFAULT 2;
