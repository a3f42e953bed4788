-- Times are nanoseconds since 1970 UTC, 0 for never. Flags are 0 or 1.
-- Bodies are JSON, opaque to SQL; the columns beside them are what is searched.

-- Until 0.1.0 this file is edited; after it, a migration only ever adds.

-- +goose Up
-- One row: the number of the last migration that a program has to know to work here.
CREATE TABLE compatibility (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    lowest_reader INTEGER NOT NULL
) STRICT;
INSERT INTO compatibility (id, lowest_reader) VALUES (1, 1);

CREATE TABLE states (
    state TEXT PRIMARY KEY
) STRICT;
INSERT INTO states (state) VALUES
    ('received'), ('pending'), ('approved'), ('issuing'), ('issued'), ('unknown'),
    ('refused'), ('denied'), ('withdrawn'), ('expired'), ('lapsed'), ('failed'), ('disowned'), ('stopped'), ('closed');

CREATE TABLE requests (
    id              TEXT    PRIMARY KEY,
    version         INTEGER NOT NULL CHECK (version >= 1),
    state           TEXT    NOT NULL REFERENCES states (state),
    agent_slack     TEXT    NOT NULL,
    agent_slack_org TEXT    NOT NULL,
    agent_onelogin  INTEGER NOT NULL,
    owner_slack     TEXT    NOT NULL, -- '' until the owner is looked up, and if they are not in Slack
    owner_slack_org TEXT    NOT NULL,
    owner_onelogin  INTEGER NOT NULL, -- 0 until the owner is looked up
    created_at      INTEGER NOT NULL,
    asked_at        INTEGER NOT NULL DEFAULT 0, -- when the approvers were asked
    ended_at        INTEGER NOT NULL,
    blocks          INTEGER NOT NULL DEFAULT 0 CHECK (blocks IN (0, 1)), -- it keeps its owner's account from being asked for
    body            TEXT    NOT NULL,
    mac             TEXT    NOT NULL -- of id, version and body
) STRICT;
CREATE INDEX requests_by_agent ON requests (agent_slack, state);
CREATE INDEX requests_by_agent_org ON requests (agent_slack_org, state);
CREATE INDEX requests_by_agent_onelogin ON requests (agent_onelogin);
CREATE INDEX requests_by_owner ON requests (owner_onelogin, asked_at);
CREATE INDEX requests_by_owner_slack ON requests (owner_slack, ended_at);
CREATE INDEX requests_by_owner_slack_org ON requests (owner_slack_org, ended_at);
CREATE INDEX requests_by_end ON requests (ended_at);
CREATE INDEX requests_by_block ON requests (owner_onelogin) WHERE blocks = 1;

-- Who is, or was, asked about which request, by every Slack id they have.
CREATE TABLE asked (
    slack   TEXT    NOT NULL,
    request TEXT    NOT NULL,
    waits   INTEGER NOT NULL CHECK (waits IN (0, 1)), -- their decision is waited for
    PRIMARY KEY (slack, request)
) STRICT;
CREATE INDEX asked_by_request ON asked (request);

-- What Slack delivered, so that it takes effect once.
CREATE TABLE idempotency_keys (
    key     TEXT    PRIMARY KEY,
    request TEXT    NOT NULL, -- '' if only an event came of it
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_keys_by_request ON idempotency_keys (request, at);

-- The trail: numbered without gaps, each hash over the hash before and the body, each with
-- the MAC of an olbot, as requests are: what anybody else writes is not believed.
CREATE TABLE events (
    number  INTEGER PRIMARY KEY CHECK (number >= 1),
    at      INTEGER NOT NULL,
    kind    TEXT    NOT NULL CHECK (kind <> ''),
    request TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    prev    TEXT    NOT NULL,
    hash    TEXT    NOT NULL,
    mac     TEXT    NOT NULL -- of the hash
) STRICT;
CREATE INDEX events_by_request ON events (request, number);
-- What security contacts restrict is read from these few.
CREATE INDEX events_by_restriction ON events (kind, number) WHERE kind IN ('account_blocked', 'block_lifted', 'paused', 'resumed', 'key_replaced');
-- What somebody has to look at, for the metrics.
CREATE INDEX events_by_alarm ON events (kind, at) WHERE kind IN ('denied', 'disowned', 'failed', 'not_shown', 'stopped', 'tampered', 'unknown');

-- One row: the last event. Who appends holds its lock.
CREATE TABLE trail_head (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    hash   TEXT    NOT NULL
) STRICT;
INSERT INTO trail_head (id, number, hash) VALUES (1, 0, '');

CREATE TABLE jobs (
    kind          TEXT    NOT NULL,
    request       TEXT    NOT NULL,
    run_at        INTEGER NOT NULL, -- the largest number while it is worked and was not enqueued again
    lease_until   INTEGER NOT NULL, -- 0 if nobody works it
    attempt       INTEGER NOT NULL, -- how many tries of it have failed
    fencing_token INTEGER NOT NULL, -- names the last claim
    due_at        INTEGER GENERATED ALWAYS AS (CASE WHEN lease_until = 0 THEN run_at ELSE lease_until END) STORED,
    PRIMARY KEY (kind, request)
) STRICT;
CREATE INDEX jobs_by_due ON jobs (kind, due_at);

-- How far each sink has been sent the trail. The feed is the audit channel.
CREATE TABLE cursors (
    name    TEXT    PRIMARY KEY,
    through INTEGER NOT NULL,
    lost    INTEGER NOT NULL CHECK (lost IN (0, 1)),
    trouble TEXT    NOT NULL -- JSON: what keeps it from being sent more; '' if nothing does
) STRICT;
INSERT INTO cursors (name, through, lost, trouble) VALUES ('feed', 0, 0, '');

-- What was asked for and not accepted, to fill in a form with.
CREATE TABLE drafts (
    id   TEXT    PRIMARY KEY,
    at   INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;
CREATE INDEX drafts_by_age ON drafts (at);

-- At most one row: the policy settings of the last start.
CREATE TABLE settings (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT    NOT NULL
) STRICT;

-- One row: when the feed was last told of a start, and how many there were since.
CREATE TABLE starts (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    told_at INTEGER NOT NULL,
    starts  INTEGER NOT NULL
) STRICT;
INSERT INTO starts (id, told_at, starts) VALUES (1, 0, 0);

-- One row, written to see whether anything can be written.
CREATE TABLE pulse (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL
) STRICT;
INSERT INTO pulse (id, at) VALUES (1, 0);

-- Where the messages of a request are.
CREATE TABLE messages (
    request  TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    ts       TEXT    NOT NULL, -- '' until it is known to be posted; - if it cannot be updated
    rendered TEXT    NOT NULL, -- what it shows
    sends    INTEGER NOT NULL, -- how often it was, or may have been, sent
    PRIMARY KEY (request, key)
) STRICT;

-- When each Slack channel may be written to next.
CREATE TABLE channel_slots (
    channel TEXT    PRIMARY KEY,
    next_at INTEGER NOT NULL
) STRICT;

-- Connections to Slack that a process has, or had when it ended: Slack counts one that
-- ended without its close frame for hours.
CREATE TABLE connections (
    process       TEXT    NOT NULL, -- drawn at each start
    number        INTEGER NOT NULL,
    counted_until INTEGER NOT NULL, -- when Slack surely counts it no more
    PRIMARY KEY (process, number)
) STRICT;
