-- The running totals of each day in UTC by quarters of an hour; all days are made anew, to begin with.
CREATE TABLE rollup_course (
    kind VARCHAR NOT NULL,
    slot BIGINT NOT NULL,
    held BLOB NOT NULL,
    PRIMARY KEY (kind, slot)
) WITHOUT ROWID;
INSERT OR IGNORE INTO rollup_dirty (hour) SELECT DISTINCT
    (starts_at - (starts_at % 3600000 + 3600000) % 3600000) / 3600000 FROM session;
