-- Templates with all their versions, and which of them a session was made from.

CREATE TABLE template (
    id INTEGER NOT NULL,
    slug VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    built_in BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    author_id INTEGER,
    created_at BIGINT NOT NULL,
    retired_at BIGINT,
    PRIMARY KEY (id),
    UNIQUE (slug),
    FOREIGN KEY(author_id) REFERENCES person (id)
);

CREATE TABLE template_version (
    id INTEGER NOT NULL,
    template_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_id INTEGER,
    by_name VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (template_id, version),
    FOREIGN KEY(template_id) REFERENCES template (id) ON DELETE CASCADE
);

ALTER TABLE session ADD COLUMN template_id INTEGER REFERENCES template (id);

ALTER TABLE session ADD COLUMN template_version INTEGER NOT NULL DEFAULT 0;

CREATE INDEX session_template ON session (template_id, starts_at) WHERE template_id IS NOT NULL;
