-- What people say they knew of a skill before a session and after it, in points from 0 to 100.

CREATE TABLE skill_practice (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    skill VARCHAR NOT NULL,
    before FLOAT NOT NULL,
    after FLOAT NOT NULL,
    at BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    by_name VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (session_id, person_id, skill),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_skill_practice_person_id ON skill_practice (person_id);
