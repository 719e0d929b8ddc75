-- Figures kept ready for the analytics.

-- Below zero: the session was not derived since these columns are there.
ALTER TABLE session ADD COLUMN asked INTEGER NOT NULL DEFAULT -1;
ALTER TABLE session ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN slow INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN came INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN joined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN seen_ids BLOB;
ALTER TABLE session ADD COLUMN ended_reason VARCHAR NOT NULL DEFAULT '';
CREATE INDEX session_unfigured ON session (id) WHERE asked < 0;

CREATE TABLE rollup (
    dim VARCHAR NOT NULL,
    level INTEGER NOT NULL,
    slot BIGINT NOT NULL,
    "key" VARCHAR NOT NULL,
    sessions BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    early BIGINT NOT NULL,
    no_show BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    approved BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    ended_asked BIGINT NOT NULL,
    ended_approved BIGINT NOT NULL,
    came BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    slow BIGINT NOT NULL,
    actual_ms BIGINT NOT NULL,
    efficiency BIGINT NOT NULL,
    squares BIGINT NOT NULL,
    ran_0 BIGINT NOT NULL,
    ran_1 BIGINT NOT NULL,
    ran_2 BIGINT NOT NULL,
    ran_3 BIGINT NOT NULL,
    ran_4 BIGINT NOT NULL,
    ran_5 BIGINT NOT NULL,
    ran_6 BIGINT NOT NULL,
    ran_7 BIGINT NOT NULL,
    ran_8 BIGINT NOT NULL,
    PRIMARY KEY (dim, level, slot, "key")
) WITHOUT ROWID;

CREATE TABLE rollup_spread (
    measure VARCHAR NOT NULL,
    level INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    slot BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    held BLOB NOT NULL,
    PRIMARY KEY (measure, level, bucket, slot, kind)
) WITHOUT ROWID;

CREATE TABLE rollup_crowd (
    level INTEGER NOT NULL,
    slot BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    once BLOB NOT NULL,
    again BLOB NOT NULL,
    PRIMARY KEY (level, slot, kind)
) WITHOUT ROWID;

-- Hours whose figures are to be made anew, in hours since 1970; all that hold a session, to begin with.
CREATE TABLE rollup_dirty (
    hour INTEGER NOT NULL PRIMARY KEY
);
INSERT INTO rollup_dirty (hour) SELECT DISTINCT
    (starts_at - (starts_at % 3600000 + 3600000) % 3600000) / 3600000 FROM session;
