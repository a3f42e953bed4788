-- +goose Up
-- 1 while the request keeps its owner's account from being asked for.
ALTER TABLE requests ADD COLUMN blocks INTEGER NOT NULL DEFAULT 0;
UPDATE requests SET blocks = 1 WHERE state = 'disowned';
CREATE INDEX requests_by_block ON requests (owner_onelogin) WHERE blocks = 1;

-- Who is asked about which pending request, by every Slack id they have.
CREATE TABLE asked (
    slack   TEXT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (slack, request)
) STRICT;
CREATE INDEX asked_by_request ON asked (request);

-- What was asked for and not accepted, to fill in a form with.
CREATE TABLE drafts (
    id   TEXT   PRIMARY KEY,
    at   INTEGER NOT NULL,
    body TEXT   NOT NULL
) STRICT;
CREATE INDEX drafts_by_age ON drafts (at);
