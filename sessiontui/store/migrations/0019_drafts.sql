-- Forms that were left half typed, by whose they are: offered again when the form is opened the next time.

CREATE TABLE draft (
    person_id INTEGER NOT NULL,
    form VARCHAR NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person_id, form),
    FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX draft_at ON draft (at);
