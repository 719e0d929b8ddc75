-- Talk and files of sessions, and who else works on them.

CREATE TABLE comment (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    parent_id INTEGER,
    author_id INTEGER,
    body VARCHAR NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    deleted_by_id INTEGER,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    imported TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(parent_id) REFERENCES comment (id) ON DELETE CASCADE,
    FOREIGN KEY(author_id) REFERENCES person (id),
    FOREIGN KEY(deleted_by_id) REFERENCES person (id)
);

CREATE INDEX comment_session ON comment (session_id, id);

CREATE INDEX ix_comment_parent_id ON comment (parent_id);

CREATE INDEX ix_comment_author_id ON comment (author_id);

CREATE TABLE comment_version (
    id INTEGER NOT NULL,
    comment_id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    body VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(comment_id) REFERENCES comment (id) ON DELETE CASCADE,
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);

CREATE INDEX comment_version_comment ON comment_version (comment_id, id);

CREATE INDEX ix_comment_version_session_id ON comment_version (session_id);

CREATE TABLE mention (
    comment_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (comment_id, person_id),
    FOREIGN KEY(comment_id) REFERENCES comment (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_mention_person_id ON mention (person_id);

CREATE TABLE talk_look (
    session_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (session_id, person_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_talk_look_person_id ON talk_look (person_id);

CREATE TABLE attachment (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    name_key VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    media_type VARCHAR NOT NULL,
    added_by_id INTEGER,
    added_at BIGINT NOT NULL,
    removed_at BIGINT,
    removed_by_id INTEGER,
    cleared_at BIGINT,
    PRIMARY KEY (id),
    UNIQUE (session_id, name_key, version),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(added_by_id) REFERENCES person (id),
    FOREIGN KEY(removed_by_id) REFERENCES person (id)
);

CREATE INDEX ix_attachment_sha256 ON attachment (sha256);

CREATE INDEX attachment_removed ON attachment (removed_at) WHERE removed_at IS NOT NULL AND cleared_at IS NULL;

CREATE TABLE attachment_opening (
    id INTEGER NOT NULL,
    attachment_id INTEGER NOT NULL,
    person_id INTEGER,
    at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(attachment_id) REFERENCES attachment (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX attachment_opening_attachment ON attachment_opening (attachment_id, id);

CREATE INDEX ix_attachment_opening_person_id ON attachment_opening (person_id);

CREATE TABLE session_link (
    id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    link VARCHAR NOT NULL,
    added_by_id INTEGER,
    added_at BIGINT NOT NULL,
    removed_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(added_by_id) REFERENCES person (id)
);

CREATE INDEX session_link_session ON session_link (session_id, id);

CREATE TABLE collaborator (
    session_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    role VARCHAR NOT NULL,
    added_by_id INTEGER,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, person_id),
    FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY(person_id) REFERENCES person (id),
    FOREIGN KEY(added_by_id) REFERENCES person (id)
);

CREATE INDEX collaborator_person ON collaborator (person_id, session_id);
