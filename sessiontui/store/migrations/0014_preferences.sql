-- How people want to be written to, the day they were last told of, and letters that leave by a way of their own.

ALTER TABLE person ADD COLUMN no_mail TEXT NOT NULL DEFAULT '[]';

ALTER TABLE person ADD COLUMN quiet VARCHAR NOT NULL DEFAULT '';

ALTER TABLE person ADD COLUMN mail_channel VARCHAR NOT NULL DEFAULT '';

ALTER TABLE person ADD COLUMN language VARCHAR NOT NULL DEFAULT '';

ALTER TABLE person ADD COLUMN digest_on VARCHAR NOT NULL DEFAULT '';

ALTER TABLE notification ADD COLUMN own_channel VARCHAR NOT NULL DEFAULT '';

CREATE INDEX notification_told ON notification (session_id, person_id, kind);
