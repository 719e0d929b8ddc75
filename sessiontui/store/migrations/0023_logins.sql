-- Clients, people's passwords, logins with their tokens, and what is measured of calls from outside.

CREATE TABLE client (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    name_key VARCHAR NOT NULL,
    person_id INTEGER NOT NULL,
    scopes VARCHAR NOT NULL,
    key_hash VARCHAR NOT NULL,
    old_key_hash VARCHAR,
    old_key_until BIGINT,
    signing_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    rotated_at BIGINT,
    used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (id),
    UNIQUE (name_key),
    UNIQUE (key_hash),
    FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX client_old_key ON client (old_key_hash) WHERE old_key_hash IS NOT NULL;

CREATE INDEX ix_client_person_id ON client (person_id);

CREATE TABLE password (
    person_id INTEGER NOT NULL,
    hash VARCHAR NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (person_id),
    FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE TABLE sign_in_failure (
    account VARCHAR NOT NULL,
    person_id INTEGER,
    failures INTEGER NOT NULL,
    last_at BIGINT NOT NULL,
    locked_until BIGINT,
    PRIMARY KEY (account),
    FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_sign_in_failure_person_id ON sign_in_failure (person_id);

CREATE TABLE login (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    client_id INTEGER,
    device VARCHAR NOT NULL,
    scopes VARCHAR NOT NULL,
    generation INTEGER NOT NULL,
    opened_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    beat_at BIGINT,
    refreshed_at BIGINT,
    access_until BIGINT NOT NULL,
    lease_until BIGINT,
    failures INTEGER NOT NULL,
    stuck INTEGER NOT NULL,
    ladder TEXT NOT NULL,
    ended_at BIGINT,
    ended_why VARCHAR NOT NULL,
    ended_by VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(person_id) REFERENCES person (id),
    FOREIGN KEY(client_id) REFERENCES client (id)
);

CREATE INDEX login_live ON login (seen_at) WHERE ended_at IS NULL;

CREATE INDEX login_ended ON login (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX login_leased ON login (lease_until) WHERE lease_until IS NOT NULL;

CREATE INDEX ix_login_person_id ON login (person_id);

CREATE INDEX ix_login_client_id ON login (client_id);

CREATE TABLE token (
    hash VARCHAR NOT NULL,
    login_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    generation INTEGER NOT NULL,
    scopes VARCHAR NOT NULL,
    until BIGINT NOT NULL,
    spent_at BIGINT,
    PRIMARY KEY (hash),
    FOREIGN KEY(login_id) REFERENCES login (id) ON DELETE CASCADE
);

CREATE INDEX ix_token_login_id ON token (login_id);

CREATE INDEX ix_token_until ON token (until);

CREATE TABLE login_minute (
    login_id INTEGER NOT NULL,
    minute BIGINT NOT NULL,
    calls INTEGER NOT NULL,
    good INTEGER NOT NULL,
    PRIMARY KEY (login_id, minute),
    FOREIGN KEY(login_id) REFERENCES login (id) ON DELETE CASCADE
);

CREATE INDEX ix_login_minute_minute ON login_minute (minute);

CREATE TABLE endpoint_minute (
    endpoint VARCHAR NOT NULL,
    minute BIGINT NOT NULL,
    bucket INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    PRIMARY KEY (endpoint, minute, bucket)
);

CREATE INDEX ix_endpoint_minute_minute ON endpoint_minute (minute);

CREATE TABLE error_tally (
    place VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    hour BIGINT NOT NULL,
    number INTEGER NOT NULL,
    last_at BIGINT NOT NULL,
    message VARCHAR NOT NULL,
    PRIMARY KEY (place, kind, hour)
);

CREATE INDEX ix_error_tally_hour ON error_tally (hour);

CREATE TABLE health_point (
    at BIGINT NOT NULL,
    score INTEGER NOT NULL,
    worst VARCHAR NOT NULL,
    PRIMARY KEY (at)
);
