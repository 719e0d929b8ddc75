-- How often each person was refused lately, so that refusals cannot fill the audit trail.
CREATE TABLE refusal_tally (
    person_id INTEGER NOT NULL,
    since BIGINT NOT NULL,
    written INTEGER NOT NULL,
    more INTEGER NOT NULL,
    PRIMARY KEY (person_id),
    FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);
