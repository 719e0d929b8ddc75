-- The marks of a session in the index of words: signs for what filters ask about most, at the end of its text. What
-- moves one without a change of the text makes the session owe its words. And what is not over, in the order of time.
UPDATE session SET haystack = haystack || '|'
    || CASE
        WHEN kind = 'conversation' THEN char(32, 57344)
        WHEN kind = 'mentoring' THEN char(32, 57345)
        WHEN kind = 'coaching' THEN char(32, 57346)
        WHEN kind = 'work' THEN char(32, 57347) ELSE '' END
    || CASE
        WHEN priority = 'low' THEN char(32, 57348)
        WHEN priority = 'high' THEN char(32, 57349)
        WHEN priority = 'urgent' THEN char(32, 57350) ELSE '' END
    || CASE
        WHEN mentor_id IS NULL THEN char(32, 57351) ELSE '' END
    || CASE
        WHEN description != '' THEN char(32, 57352) ELSE '' END
    || CASE
        WHEN progress IS NOT NULL THEN char(32, 57353) ELSE '' END
    || CASE
        WHEN tasks > 0 THEN char(32, 57354) ELSE '' END
    || CASE
        WHEN ends_at - starts_at <= 1799999 THEN char(32, 57355)
        WHEN ends_at - starts_at >= 1800000 AND ends_at - starts_at <= 2699999 THEN char(32, 57356)
        WHEN ends_at - starts_at >= 2700000 AND ends_at - starts_at <= 3599999 THEN char(32, 57357)
        WHEN ends_at - starts_at >= 3600001 AND ends_at - starts_at <= 5400000 THEN char(32, 57358)
        WHEN ends_at - starts_at >= 5400001 AND ends_at - starts_at <= 7200000 THEN char(32, 57359)
        WHEN ends_at - starts_at >= 7200001 THEN char(32, 57360) ELSE '' END
    || CASE
        WHEN capacity <= 0 THEN char(32, 57361)
        WHEN capacity >= 1 AND capacity <= 1 THEN char(32, 57362)
        WHEN capacity >= 2 AND capacity <= 4 THEN char(32, 57363)
        WHEN capacity >= 10 AND capacity <= 20 THEN char(32, 57364)
        WHEN capacity >= 21 THEN char(32, 57365) ELSE '' END
    || CASE
        WHEN status = 'cancelled' THEN char(32, 57366)
        WHEN status = 'ended_early' THEN char(32, 57367)
        WHEN status = 'ended_no_show' THEN char(32, 57368)
        WHEN NOT status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete')
            THEN char(32, 57369) ELSE '' END
    || CASE
        WHEN NOT status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete') THEN ''
        WHEN pending >= 1 AND pending <= 2 THEN char(32, 57370)
        WHEN pending >= 3 THEN char(32, 57371) ELSE '' END
    || CASE
        WHEN NOT status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete') THEN ''
        WHEN approved <= 0 THEN char(32, 57372)
        WHEN approved >= 4 THEN char(32, 57373) ELSE '' END
    || CASE
        WHEN NOT status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete') THEN ''
        WHEN rejected >= 1 THEN char(32, 57374) ELSE '' END
    || CASE
        WHEN NOT status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete') THEN ''
        WHEN departed = 0 AND active = 0 THEN char(32, 57375)
        WHEN departed <= 0 THEN char(32, 57376)
        WHEN departed >= 4 THEN char(32, 57377) ELSE '' END
    || CASE
        WHEN NOT status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete') THEN ''
        WHEN actual_ms = 0 THEN char(32, 57378)
        WHEN actual_ms <= 300000 AND actual_ms * 10 < ends_at - starts_at THEN char(32, 57379)
        WHEN actual_ms <= 300000 THEN char(32, 57380)
        WHEN actual_ms * 10 < ends_at - starts_at THEN char(32, 57381) ELSE '' END || ' ' WHERE haystack != '';

DROP INDEX session_astray_start;
CREATE INDEX session_astray_start ON session (starts_at, id, archived_at, ends_at, final_end_at, created_at)
    WHERE (final_end_at IS NULL OR ends_at - starts_at > 86400000
    OR abs(ifnull(final_end_at, starts_at) - starts_at) > 86400000
    OR ifnull(starts_at - created_at, 0) > 5184000000 OR ifnull(created_at - starts_at, 0) > 86400000);

INSERT INTO session_words (session_words) VALUES ('rebuild');

CREATE TRIGGER session_marked AFTER UPDATE OF status, pending, approved, rejected, actual_ms, kind, priority, mentor_id,
    progress, tasks, starts_at, ends_at, capacity ON session
    WHEN OLD.kind != NEW.kind OR OLD.priority != NEW.priority OR OLD.capacity != NEW.capacity
        OR (OLD.mentor_id IS NULL) != (NEW.mentor_id IS NULL) OR (OLD.progress IS NULL) != (NEW.progress IS NULL)
        OR (OLD.tasks > 0) != (NEW.tasks > 0) OR OLD.ends_at - OLD.starts_at != NEW.ends_at - NEW.starts_at
        OR (OLD.status != NEW.status
            AND (OLD.status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete')
                OR NEW.status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete')))
        OR (NEW.status IN ('cancelled', 'ended_early', 'ended_no_show', 'ended_complete')
            AND (OLD.pending != NEW.pending OR OLD.approved != NEW.approved OR OLD.rejected != NEW.rejected
                OR OLD.actual_ms != NEW.actual_ms)) BEGIN
    INSERT OR IGNORE INTO words_due (session_id) VALUES (NEW.id); END;

-- Heads are counted at each event: it is told soon that a session is not over.
CREATE TRIGGER session_heads_marked AFTER UPDATE OF active, departed ON session
    WHEN NEW.final_end_at IS NOT NULL AND (OLD.active != NEW.active OR OLD.departed != NEW.departed) BEGIN
    INSERT OR IGNORE INTO words_due (session_id) VALUES (NEW.id); END;
