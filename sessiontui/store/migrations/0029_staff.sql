-- Who works here, found among all people: whoever looks at a session is asked for those who may be named there.

CREATE INDEX person_staff ON person (role) WHERE role IN ('admin', 'superadmin', 'viewer');
