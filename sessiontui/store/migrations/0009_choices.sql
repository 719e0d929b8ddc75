-- Whom an admin took an attendee of a report for, remembered for the meeting or the series.
CREATE TABLE attendee_choice (
    id INTEGER NOT NULL,
    scope VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    person_id INTEGER NOT NULL,
    by_name VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    voided_by INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX attendee_choice_scope ON attendee_choice (scope, "key");
CREATE INDEX ix_attendee_choice_person_id ON attendee_choice (person_id);
