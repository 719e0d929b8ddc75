-- What the client behind a login tells of its cache with a heartbeat: totals since it was started, an empty object
-- before it has told any.

ALTER TABLE login ADD COLUMN cache TEXT NOT NULL DEFAULT '{}';
