-- The recurrence that sessions are stamped from.
CREATE TABLE series (
    id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    title VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    priority VARCHAR NOT NULL,
    tags TEXT NOT NULL,
    link VARCHAR NOT NULL,
    author_id INTEGER,
    mentor_id INTEGER,
    capacity INTEGER NOT NULL,
    zone VARCHAR NOT NULL,
    starts VARCHAR NOT NULL,
    length_ms BIGINT NOT NULL,
    rule VARCHAR NOT NULL,
    added TEXT NOT NULL,
    excluded TEXT NOT NULL,
    published BOOLEAN NOT NULL,
    parted_from INTEGER,
    stamped_until BIGINT,
    created_at BIGINT,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(author_id) REFERENCES person (id),
    FOREIGN KEY(mentor_id) REFERENCES person (id),
    FOREIGN KEY(parted_from) REFERENCES series (id)
);
CREATE INDEX series_stamped ON series (stamped_until) WHERE stamped_until IS NOT NULL;

ALTER TABLE session ADD COLUMN series_id INTEGER REFERENCES series (id);
ALTER TABLE session ADD COLUMN slot VARCHAR NOT NULL DEFAULT '';
CREATE UNIQUE INDEX session_slot ON session (series_id, slot) WHERE series_id IS NOT NULL;
