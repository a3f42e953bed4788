-- +goose Up
-- What was asked for and answered, and is not a request yet. A row is what one
-- commit took; the time and the id are those of its first entry.
CREATE TABLE inbox (
    at      INTEGER NOT NULL,
    id      TEXT    NOT NULL,
    size    INTEGER NOT NULL, -- how many entries
    entries TEXT    NOT NULL,
    PRIMARY KEY (at, id)
) STRICT;
