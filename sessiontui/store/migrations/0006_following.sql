-- What follows soon after a write: the searchable text of sessions, and all that hangs on those of a large import.
CREATE TABLE words_due (
    session_id INTEGER NOT NULL,
    PRIMARY KEY (session_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);

CREATE TABLE settling_due (
    session_id INTEGER NOT NULL,
    PRIMARY KEY (session_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
