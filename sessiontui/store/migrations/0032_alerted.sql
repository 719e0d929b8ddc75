-- How many alerts of a session are open, so that those that have any are found in the order of urgency: the desk opens
-- on what goes on and what an alert is about.
ALTER TABLE session ADD COLUMN alerted INTEGER NOT NULL DEFAULT 0;
UPDATE session SET alerted = (SELECT count(*) FROM alert a WHERE a.session_id = session.id AND a.resolved_at IS NULL)
    WHERE id IN (SELECT session_id FROM alert WHERE resolved_at IS NULL);
CREATE INDEX session_alerted ON session (
    rank, id, archived_at, status, control, kind, priority, provisional, mentor_id, author_id, starts_at, ends_at,
    final_end_at, created_at, capacity, pending, approved, rejected, active, departed, actual_ms, tasks, progress,
    badges) WHERE alerted > 0;

CREATE TRIGGER alert_raised AFTER INSERT ON alert WHEN NEW.resolved_at IS NULL AND NEW.session_id IS NOT NULL BEGIN
    UPDATE session SET alerted = alerted + 1 WHERE id = NEW.session_id; END;
CREATE TRIGGER alert_settled AFTER UPDATE OF resolved_at, session_id ON alert
    WHEN (OLD.resolved_at IS NULL) != (NEW.resolved_at IS NULL) OR OLD.session_id IS NOT NEW.session_id BEGIN
    UPDATE session SET alerted = alerted - 1 WHERE OLD.resolved_at IS NULL AND id = OLD.session_id; UPDATE session
        SET alerted = alerted + 1 WHERE NEW.resolved_at IS NULL AND id = NEW.session_id; END;
CREATE TRIGGER alert_removed AFTER DELETE ON alert WHEN OLD.resolved_at IS NULL AND OLD.session_id IS NOT NULL BEGIN
    UPDATE session SET alerted = alerted - 1 WHERE id = OLD.session_id; END;
