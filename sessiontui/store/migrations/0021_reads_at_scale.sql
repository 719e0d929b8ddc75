-- What the list of people tells of each, kept by whoever writes, so that it can be sorted by it; and small indexes of
-- what few sessions have.

CREATE TABLE person_tally (
    person_id INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    takes_part INTEGER NOT NULL,
    hosts INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    seen_at BIGINT,
    came INTEGER NOT NULL,
    booked INTEGER NOT NULL,
    told_at BIGINT,
    told_until BIGINT,
    PRIMARY KEY (person_id),
    FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO person_tally (person_id, sessions, takes_part, hosts, pending, seen_at, came, booked)
    SELECT p.id, ifnull(r.approved, 0) + ifnull(h.n, 0), ifnull(r.approved, 0), ifnull(h.n, 0), ifnull(r.waiting, 0), v.at, 0, 0
    FROM person p
    LEFT JOIN (SELECT person_id, sum(state = 'approved') AS approved, sum(state = 'pending') AS waiting
        FROM join_request NOT INDEXED GROUP BY person_id) r ON r.person_id = p.id
    LEFT JOIN (SELECT mentor_id, count(*) AS n FROM session WHERE mentor_id IS NOT NULL GROUP BY mentor_id) h
        ON h.mentor_id = p.id
    LEFT JOIN (SELECT person_id, max(joined_at) AS at FROM presence NOT INDEXED WHERE person_id IS NOT NULL
        GROUP BY person_id) v ON v.person_id = p.id;
CREATE INDEX person_tally_sessions ON person_tally (sessions);
CREATE INDEX person_tally_seen ON person_tally (seen_at);
CREATE INDEX person_tally_pending ON person_tally (person_id) WHERE pending > 0;
CREATE INDEX person_tally_untold ON person_tally (person_id) WHERE told_at IS NULL;
CREATE INDEX person_tally_until ON person_tally (told_until) WHERE told_until IS NOT NULL;

-- What few sessions have: a question that names it is answered without looking at the others.
CREATE INDEX session_sought ON session (approved) WHERE approved > 4;
CREATE INDEX session_turned_away ON session (rejected) WHERE rejected > 1;
CREATE INDEX session_visited ON session (departed) WHERE departed > 4;
CREATE INDEX session_enduring ON session (actual_ms) WHERE actual_ms > 10800000;
CREATE INDEX session_lasting ON session (ends_at - starts_at) WHERE ends_at - starts_at > 10800000;
CREATE INDEX session_brief ON session (ends_at - starts_at) WHERE ends_at - starts_at < 1500000;
CREATE INDEX session_roomy ON session (capacity) WHERE capacity > 20;
CREATE INDEX session_overrun ON session (id) WHERE actual_ms > ends_at - starts_at;
CREATE INDEX session_untagged ON session (id) WHERE tag_keys = '';
CREATE INDEX session_unlinked ON session (id) WHERE link = '';
CREATE INDEX session_archived ON session (archived_at) WHERE archived_at IS NOT NULL;
CREATE INDEX session_waiting ON session (kind, priority) WHERE pending > 0;

-- What is not over, in the order of time: it lies at the far end of all that was.
CREATE INDEX session_ahead ON session (starts_at, id, archived_at) WHERE final_end_at IS NULL;

CREATE TRIGGER person_added AFTER INSERT ON person BEGIN
    INSERT INTO person_tally (person_id, sessions, takes_part, hosts, pending, came, booked)
        VALUES (NEW.id, 0, 0, 0, 0, 0, 0); END;

CREATE TRIGGER request_added AFTER INSERT ON join_request WHEN NEW.state IN ('approved', 'pending') BEGIN
    UPDATE person_tally SET takes_part = takes_part + (NEW.state = 'approved'),
        sessions = sessions + (NEW.state = 'approved'), pending = pending + (NEW.state = 'pending')
        WHERE person_id = NEW.person_id; END;
CREATE TRIGGER request_changed AFTER UPDATE OF state, person_id ON join_request
    WHEN NEW.state != OLD.state OR NEW.person_id != OLD.person_id BEGIN
    UPDATE person_tally SET takes_part = takes_part - (OLD.state = 'approved'),
        sessions = sessions - (OLD.state = 'approved'), pending = pending - (OLD.state = 'pending')
        WHERE person_id = OLD.person_id; UPDATE person_tally SET takes_part = takes_part + (NEW.state = 'approved'),
        sessions = sessions + (NEW.state = 'approved'), pending = pending + (NEW.state = 'pending')
        WHERE person_id = NEW.person_id; END;
CREATE TRIGGER request_removed AFTER DELETE ON join_request WHEN OLD.state IN ('approved', 'pending') BEGIN
    UPDATE person_tally SET takes_part = takes_part - (OLD.state = 'approved'),
        sessions = sessions - (OLD.state = 'approved'), pending = pending - (OLD.state = 'pending')
        WHERE person_id = OLD.person_id; END;

CREATE TRIGGER host_added AFTER INSERT ON session WHEN NEW.mentor_id IS NOT NULL BEGIN
    UPDATE person_tally SET hosts = hosts + 1, sessions = sessions + 1 WHERE person_id = NEW.mentor_id; END;
CREATE TRIGGER host_changed AFTER UPDATE OF mentor_id ON session WHEN NEW.mentor_id IS NOT OLD.mentor_id BEGIN
    UPDATE person_tally SET hosts = hosts - 1, sessions = sessions - 1 WHERE person_id = OLD.mentor_id; UPDATE person_tally SET hosts = hosts + 1, sessions = sessions + 1 WHERE person_id = NEW.mentor_id; END;
CREATE TRIGGER host_removed AFTER DELETE ON session WHEN OLD.mentor_id IS NOT NULL BEGIN
    UPDATE person_tally SET hosts = hosts - 1, sessions = sessions - 1 WHERE person_id = OLD.mentor_id; END;

CREATE TRIGGER stay_added AFTER INSERT ON presence WHEN NEW.person_id IS NOT NULL BEGIN
    UPDATE person_tally SET seen_at = NEW.joined_at
        WHERE person_id = NEW.person_id AND (seen_at IS NULL OR seen_at < NEW.joined_at); END;
CREATE TRIGGER stay_changed AFTER UPDATE OF joined_at, person_id ON presence
    WHEN NEW.joined_at != OLD.joined_at OR NEW.person_id IS NOT OLD.person_id BEGIN
    UPDATE person_tally SET seen_at = (SELECT max(joined_at) FROM presence WHERE person_id = OLD.person_id)
        WHERE person_id = OLD.person_id; UPDATE person_tally SET seen_at = (SELECT max(joined_at) FROM presence WHERE person_id = NEW.person_id)
        WHERE person_id = NEW.person_id; END;
CREATE TRIGGER stay_removed AFTER DELETE ON presence WHEN OLD.person_id IS NOT NULL BEGIN
    UPDATE person_tally SET seen_at = (SELECT max(joined_at) FROM presence WHERE person_id = OLD.person_id)
        WHERE person_id = OLD.person_id AND seen_at <= OLD.joined_at; END;

-- Whether people come to what they are booked for is told anew once something of what is over has changed.
CREATE TRIGGER record_of_request_added AFTER INSERT ON join_request
    WHEN NEW.state = 'approved' AND (SELECT final_end_at FROM session WHERE id = NEW.session_id) IS NOT NULL BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id = NEW.person_id; END;
CREATE TRIGGER record_of_request_changed AFTER UPDATE OF state, person_id ON join_request
    WHEN (NEW.state != OLD.state OR NEW.person_id != OLD.person_id)
        AND (SELECT final_end_at FROM session WHERE id = NEW.session_id) IS NOT NULL BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id IN (OLD.person_id, NEW.person_id); END;
CREATE TRIGGER record_of_request_removed AFTER DELETE ON join_request WHEN OLD.state = 'approved' BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id = OLD.person_id; END;
CREATE TRIGGER record_of_session AFTER UPDATE OF status, provisional, kind, badges, starts_at, ends_at, final_end_at,
        begun_at, mentor_id, author_id ON session
    WHEN (OLD.final_end_at IS NOT NULL OR NEW.final_end_at IS NOT NULL) AND (OLD.status != NEW.status
        OR OLD.provisional != NEW.provisional OR OLD.kind != NEW.kind OR OLD.badges != NEW.badges
        OR OLD.starts_at != NEW.starts_at OR OLD.ends_at != NEW.ends_at OR OLD.final_end_at IS NOT NEW.final_end_at
        OR OLD.begun_at IS NOT NEW.begun_at OR OLD.mentor_id IS NOT NEW.mentor_id
        OR OLD.author_id IS NOT NEW.author_id) BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id IN
        (SELECT person_id FROM join_request WHERE session_id = NEW.id AND state = 'approved'); END;
CREATE TRIGGER record_of_stay_added AFTER INSERT ON presence WHEN NEW.person_id IS NOT NULL
        AND (SELECT final_end_at FROM session WHERE id = NEW.session_id) IS NOT NULL BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id = NEW.person_id; END;
CREATE TRIGGER record_of_stay_changed AFTER UPDATE OF joined_at, left_at, person_id ON presence
    WHEN (SELECT final_end_at FROM session WHERE id = NEW.session_id) IS NOT NULL BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id IN (OLD.person_id, NEW.person_id); END;
CREATE TRIGGER record_of_stay_removed AFTER DELETE ON presence WHEN OLD.person_id IS NOT NULL BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id = OLD.person_id; END;
CREATE TRIGGER record_of_mark_added AFTER INSERT ON attendance_mark BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id = NEW.person_id; END;
CREATE TRIGGER record_of_mark_changed AFTER UPDATE ON attendance_mark BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id IN (OLD.person_id, NEW.person_id); END;
CREATE TRIGGER record_of_mark_removed AFTER DELETE ON attendance_mark BEGIN
    UPDATE person_tally SET told_at = NULL WHERE person_id = OLD.person_id; END;
