-- What the orders of urgency and of time hold of each session, so that a filter is asked of them and not of its row;
-- and the few sessions whose instants lie far apart.
DROP INDEX session_rank;
CREATE INDEX session_rank ON session (
    rank, id, archived_at, status, control, kind, priority, provisional, mentor_id, author_id, starts_at, ends_at,
    final_end_at, created_at, capacity, pending, approved, rejected, active, departed, actual_ms, tasks, progress,
    badges);
DROP INDEX session_start;
CREATE INDEX session_start ON session (
    starts_at, id, archived_at, status, control, kind, priority, provisional, mentor_id, author_id, ends_at,
    final_end_at, created_at, capacity, pending, approved, rejected, active, departed, actual_ms, tasks, progress,
    badges);
CREATE INDEX session_astray ON session (
    rank, id, archived_at, starts_at, ends_at, final_end_at, created_at) WHERE (ends_at - starts_at > 86400000
    OR abs(ifnull(final_end_at, starts_at) - starts_at) > 86400000 OR ifnull(starts_at - created_at,
    0) > 5184000000 OR ifnull(created_at - starts_at, 0) > 86400000);
CREATE INDEX session_astray_start ON session (
    starts_at, id, archived_at, ends_at, final_end_at, created_at) WHERE (ends_at - starts_at > 86400000
    OR abs(ifnull(final_end_at, starts_at) - starts_at) > 86400000 OR ifnull(starts_at - created_at,
    0) > 5184000000 OR ifnull(created_at - starts_at, 0) > 86400000);
DROP INDEX session_overrun;
CREATE INDEX session_overrun ON session (actual_ms * 1.0 / (ends_at - starts_at)) WHERE actual_ms >= ends_at - starts_at;
CREATE INDEX session_begun ON session (control) WHERE control IN ('running', 'paused');
DROP INDEX session_waiting;
CREATE INDEX session_waiting ON session (
    rank, id, archived_at, status, control, kind, priority, provisional, mentor_id, author_id, starts_at, ends_at,
    final_end_at, created_at, capacity, pending, approved, rejected, active, departed, actual_ms, tasks, progress,
    badges) WHERE pending > 0;
CREATE INDEX session_stale ON session (id) WHERE instr(badges, 'STALE') > 0;
