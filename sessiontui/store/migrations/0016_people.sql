-- Notes about people, duplicates made one, people forgotten, and audit entries whose names were taken out.

ALTER TABLE person ADD COLUMN erased_at BIGINT;

CREATE TABLE person_note (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    by_id INTEGER,
    by_name VARCHAR NOT NULL,
    removed_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX person_note_person ON person_note (person_id, id);

CREATE TABLE person_note_before (
    id INTEGER NOT NULL,
    note_id INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    by_name VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(note_id) REFERENCES person_note (id) ON DELETE CASCADE
);

CREATE INDEX person_note_before_note ON person_note_before (note_id, id);

CREATE TABLE person_merge (
    id INTEGER NOT NULL,
    kept_id INTEGER NOT NULL,
    gone_id INTEGER NOT NULL,
    at BIGINT NOT NULL,
    by_name VARCHAR NOT NULL,
    kept_before TEXT NOT NULL,
    kept_version INTEGER NOT NULL,
    undone BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX person_merge_kept ON person_merge (kept_id);

CREATE INDEX person_merge_gone ON person_merge (gone_id);

CREATE TABLE person_merge_row (
    id INTEGER NOT NULL,
    merge_id INTEGER NOT NULL,
    noun VARCHAR NOT NULL,
    "column" VARCHAR NOT NULL,
    "key" TEXT NOT NULL,
    whole TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(merge_id) REFERENCES person_merge (id) ON DELETE CASCADE
);

CREATE INDEX person_merge_row_merge ON person_merge_row (merge_id, id);

CREATE TABLE audit_redaction (
    entry_id INTEGER NOT NULL,
    erasure_id INTEGER NOT NULL,
    digest VARCHAR NOT NULL,
    PRIMARY KEY (entry_id, erasure_id)
);

CREATE INDEX audit_redaction_erasure ON audit_redaction (erasure_id, entry_id);

CREATE INDEX session_authored ON session (author_id, starts_at) WHERE mentor_id IS NULL;
