-- Marks along the orders of the desk, each with how many sessions that are not archived stand from it to the next: so
-- the row of a number is found without counting off all those before it. Whoever writes a session moves the numbers.
CREATE TABLE waymark (
    road VARCHAR NOT NULL,
    place BLOB NOT NULL,
    id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (road, place, id)
) WITHOUT ROWID;

INSERT INTO waymark (road, place, id, n) VALUES ('rank', -4611686018427387904, 0, 0);
INSERT INTO waymark (road, place, id, n) SELECT 'rank', rank, id, n FROM (
    SELECT rank, id, count(*) AS n, min(line) AS line FROM (
        SELECT rank, id, row_number() OVER (ORDER BY rank, id) - 1 AS line
        FROM session INDEXED BY session_rank WHERE archived_at IS NULL) GROUP BY line / 4096) WHERE line > 0;
UPDATE waymark SET n = (SELECT count(*) FROM session WHERE archived_at IS NULL)
    - (SELECT sum(n) FROM waymark WHERE road = 'rank') WHERE road = 'rank' AND id = 0;

INSERT INTO waymark (road, place, id, n) VALUES ('starts_at', -4611686018427387904, 0, 0);
INSERT INTO waymark (road, place, id, n) SELECT 'starts_at', starts_at, id, n FROM (
    SELECT starts_at, id, count(*) AS n, min(line) AS line FROM (
        SELECT starts_at, id, row_number() OVER (ORDER BY starts_at, id) - 1 AS line
        FROM session INDEXED BY session_start WHERE archived_at IS NULL) GROUP BY line / 4096) WHERE line > 0;
UPDATE waymark SET n = (SELECT count(*) FROM session WHERE archived_at IS NULL)
    - (SELECT sum(n) FROM waymark WHERE road = 'starts_at') WHERE road = 'starts_at' AND id = 0;

INSERT INTO waymark (road, place, id, n) VALUES ('title_words', '', 0, 0);
INSERT INTO waymark (road, place, id, n) SELECT 'title_words', title_words, id, n FROM (
    SELECT title_words, id, count(*) AS n, min(line) AS line FROM (
        SELECT title_words, id, row_number() OVER (ORDER BY title_words, id) - 1 AS line
        FROM session INDEXED BY session_title WHERE archived_at IS NULL) GROUP BY line / 4096) WHERE line > 0;
UPDATE waymark SET n = (SELECT count(*) FROM session WHERE archived_at IS NULL)
    - (SELECT sum(n) FROM waymark WHERE road = 'title_words') WHERE road = 'title_words' AND id = 0;

INSERT INTO waymark (road, place, id, n) VALUES ('pending', -4611686018427387904, 0, 0);
INSERT INTO waymark (road, place, id, n) SELECT 'pending', pending, id, n FROM (
    SELECT pending, id, count(*) AS n, min(line) AS line FROM (
        SELECT pending, id, row_number() OVER (ORDER BY pending, id) - 1 AS line
        FROM session INDEXED BY session_pending WHERE archived_at IS NULL) GROUP BY line / 4096) WHERE line > 0;
UPDATE waymark SET n = (SELECT count(*) FROM session WHERE archived_at IS NULL)
    - (SELECT sum(n) FROM waymark WHERE road = 'pending') WHERE road = 'pending' AND id = 0;

CREATE TRIGGER session_placed AFTER INSERT ON session WHEN NEW.archived_at IS NULL BEGIN
    UPDATE waymark SET n = n + 1
        WHERE road = 'rank' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'rank' AND (place, id) <= (+NEW.rank, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n + 1
        WHERE road = 'starts_at' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'starts_at' AND (place, id) <= (+NEW.starts_at, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n + 1
        WHERE road = 'title_words' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'title_words' AND (place, id) <= (+NEW.title_words, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n + 1
        WHERE road = 'pending' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'pending' AND (place, id) <= (+NEW.pending, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); END;
CREATE TRIGGER session_removed AFTER DELETE ON session WHEN OLD.archived_at IS NULL BEGIN
    UPDATE waymark SET n = n - 1
        WHERE road = 'rank' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'rank' AND (place, id) <= (+OLD.rank, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n - 1
        WHERE road = 'starts_at' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'starts_at' AND (place, id) <= (+OLD.starts_at, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n - 1
        WHERE road = 'title_words' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'title_words' AND (place, id) <= (+OLD.title_words, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n - 1
        WHERE road = 'pending' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'pending' AND (place, id) <= (+OLD.pending, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); END;
CREATE TRIGGER session_moved AFTER UPDATE OF rank, starts_at, pending, archived_at ON session
    WHEN OLD.rank != NEW.rank OR OLD.starts_at != NEW.starts_at OR OLD.pending != NEW.pending
        OR (OLD.archived_at IS NULL) != (NEW.archived_at IS NULL) BEGIN
    UPDATE waymark SET n = n - 1
        WHERE OLD.archived_at IS NULL AND (OLD.rank != NEW.rank OR NEW.archived_at IS NOT NULL)
        AND road = 'rank' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'rank' AND (place, id) <= (+OLD.rank, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n + 1
        WHERE NEW.archived_at IS NULL AND (OLD.rank != NEW.rank OR OLD.archived_at IS NOT NULL)
        AND road = 'rank' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'rank' AND (place, id) <= (+NEW.rank, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n - 1
        WHERE OLD.archived_at IS NULL AND (OLD.starts_at != NEW.starts_at OR NEW.archived_at IS NOT NULL)
        AND road = 'starts_at' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'starts_at' AND (place, id) <= (+OLD.starts_at, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n + 1
        WHERE NEW.archived_at IS NULL AND (OLD.starts_at != NEW.starts_at OR OLD.archived_at IS NOT NULL)
        AND road = 'starts_at' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'starts_at' AND (place, id) <= (+NEW.starts_at, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n - 1
        WHERE OLD.archived_at IS NULL AND NEW.archived_at IS NOT NULL
        AND road = 'title_words' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'title_words' AND (place, id) <= (+OLD.title_words, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n + 1
        WHERE NEW.archived_at IS NULL AND OLD.archived_at IS NOT NULL
        AND road = 'title_words' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'title_words' AND (place, id) <= (+NEW.title_words, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n - 1
        WHERE OLD.archived_at IS NULL AND (OLD.pending != NEW.pending OR NEW.archived_at IS NOT NULL)
        AND road = 'pending' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'pending' AND (place, id) <= (+OLD.pending, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n + 1
        WHERE NEW.archived_at IS NULL AND (OLD.pending != NEW.pending OR OLD.archived_at IS NOT NULL)
        AND road = 'pending' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'pending' AND (place, id) <= (+NEW.pending, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); END;
CREATE TRIGGER title_moved AFTER UPDATE OF title_words ON session
    WHEN OLD.title_words != NEW.title_words AND OLD.archived_at IS NULL AND NEW.archived_at IS NULL BEGIN
    UPDATE waymark SET n = n - 1
        WHERE road = 'title_words' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'title_words' AND (place, id) <= (+OLD.title_words, OLD.id)
        ORDER BY place DESC, id DESC LIMIT 1); UPDATE waymark SET n = n + 1
        WHERE road = 'title_words' AND (place, id) = (SELECT place, id FROM waymark
        WHERE road = 'title_words' AND (place, id) <= (+NEW.title_words, NEW.id)
        ORDER BY place DESC, id DESC LIMIT 1); END;

-- Where many have come together a mark is set in their midst; one with nothing up to the next is taken away.
CREATE TRIGGER waymark_moved AFTER UPDATE OF n ON waymark WHEN NEW.n > 8192 OR (NEW.n = 0 AND NEW.id != 0) BEGIN
    DELETE FROM waymark
        WHERE NEW.n = 0 AND road = NEW.road AND place = NEW.place AND id = NEW.id; INSERT INTO waymark
        SELECT NEW.road, place, id, NEW.n - 4096 FROM (
        SELECT * FROM (SELECT rank AS place, id FROM session INDEXED BY session_rank
                WHERE NEW.road = 'rank' AND rank = +NEW.place AND id >= NEW.id AND archived_at IS NULL
            UNION ALL SELECT rank, id FROM session INDEXED BY session_rank
                WHERE NEW.road = 'rank' AND rank > +NEW.place AND archived_at IS NULL
            ORDER BY 1, 2 LIMIT 1 OFFSET 4096)
        UNION ALL SELECT * FROM (SELECT starts_at AS place, id FROM session INDEXED BY session_start
                WHERE NEW.road = 'starts_at' AND starts_at = +NEW.place AND id >= NEW.id AND archived_at IS NULL
            UNION ALL SELECT starts_at, id FROM session INDEXED BY session_start
                WHERE NEW.road = 'starts_at' AND starts_at > +NEW.place AND archived_at IS NULL
            ORDER BY 1, 2 LIMIT 1 OFFSET 4096)
        UNION ALL SELECT * FROM (SELECT title_words AS place, id FROM session INDEXED BY session_title
                WHERE NEW.road = 'title_words' AND title_words = +NEW.place AND id >= NEW.id AND archived_at IS NULL
            UNION ALL SELECT title_words, id FROM session INDEXED BY session_title
                WHERE NEW.road = 'title_words' AND title_words > +NEW.place AND archived_at IS NULL
            ORDER BY 1, 2 LIMIT 1 OFFSET 4096)
        UNION ALL SELECT * FROM (SELECT pending AS place, id FROM session INDEXED BY session_pending
                WHERE NEW.road = 'pending' AND pending = +NEW.place AND id >= NEW.id AND archived_at IS NULL
            UNION ALL SELECT pending, id FROM session INDEXED BY session_pending
                WHERE NEW.road = 'pending' AND pending > +NEW.place AND archived_at IS NULL
            ORDER BY 1, 2 LIMIT 1 OFFSET 4096))
        WHERE NEW.n > 8192; UPDATE waymark SET n = 4096
        WHERE changes() = 1 AND road = NEW.road AND place = NEW.place AND id = NEW.id; END;
