-- How many alerts are open, and how many of them somebody took up, by level: every console is told after every change.
CREATE TABLE alert_count (
    level INTEGER NOT NULL,
    n INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (level)
);
INSERT INTO alert_count (level, n, taken)
    SELECT level, count(*), count(acknowledged_at) FROM alert WHERE resolved_at IS NULL GROUP BY level;
CREATE INDEX alert_put_off ON alert (snoozed_until, level) WHERE snoozed_until IS NOT NULL AND resolved_at IS NULL
    AND acknowledged_at IS NULL;

CREATE TRIGGER alert_counted AFTER INSERT ON alert WHEN NEW.resolved_at IS NULL BEGIN
    INSERT INTO alert_count (level, n, taken) VALUES (NEW.level, 1, NEW.acknowledged_at IS NOT NULL)
        ON CONFLICT (level) DO UPDATE SET n = n + 1, taken = taken + excluded.taken; END;
CREATE TRIGGER alert_uncounted AFTER DELETE ON alert WHEN OLD.resolved_at IS NULL BEGIN
    UPDATE alert_count SET n = n - 1, taken = taken - (OLD.acknowledged_at IS NOT NULL) WHERE level = OLD.level; END;
CREATE TRIGGER alert_recounted AFTER UPDATE OF level, resolved_at, acknowledged_at ON alert
    WHEN OLD.level != NEW.level OR (OLD.resolved_at IS NULL) != (NEW.resolved_at IS NULL)
        OR (OLD.acknowledged_at IS NULL) != (NEW.acknowledged_at IS NULL) BEGIN
    UPDATE alert_count SET n = n - 1, taken = taken - (OLD.acknowledged_at IS NOT NULL)
        WHERE OLD.resolved_at IS NULL AND level = OLD.level; INSERT INTO alert_count (level, n, taken)
        SELECT NEW.level, 1, NEW.acknowledged_at IS NOT NULL WHERE NEW.resolved_at IS NULL
        ON CONFLICT (level) DO UPDATE SET n = n + 1, taken = taken + excluded.taken; END;
