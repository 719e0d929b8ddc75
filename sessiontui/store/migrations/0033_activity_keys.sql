-- The keys of signs of activity that count already, so that one that is sent again after a restart counts once: those of
-- one transaction in one row, as digests of eight bytes.

CREATE TABLE activity_keys (
    id INTEGER NOT NULL,
    digests BLOB NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
