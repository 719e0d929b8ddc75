-- What the no-show risk has learned, what it said of each session, and attendance set by hand.
CREATE TABLE risk_fit (
    id INTEGER NOT NULL,
    at BIGINT NOT NULL,
    until BIGINT,
    cases INTEGER NOT NULL,
    people INTEGER NOT NULL,
    base_rate FLOAT NOT NULL,
    strength FLOAT NOT NULL,
    intercept FLOAT NOT NULL,
    effects TEXT NOT NULL,
    ended INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE session_risk (
    session_id INTEGER NOT NULL,
    chance FLOAT NOT NULL,
    base_rate FLOAT NOT NULL,
    cases INTEGER NOT NULL,
    facts TEXT NOT NULL,
    at BIGINT NOT NULL,
    basis VARCHAR NOT NULL,
    marked BOOLEAN NOT NULL,
    warned_at BIGINT,
    PRIMARY KEY (session_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
CREATE INDEX session_risk_marked ON session_risk (session_id) WHERE marked;
CREATE INDEX session_risk_warned ON session_risk (warned_at) WHERE warned_at IS NOT NULL;

CREATE TABLE attendance_mark (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    verdict VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    by_id INTEGER,
    by_name VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    voided_by INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX attendance_mark_session ON attendance_mark (session_id, person_id, id);
CREATE INDEX ix_attendance_mark_person_id ON attendance_mark (person_id);
