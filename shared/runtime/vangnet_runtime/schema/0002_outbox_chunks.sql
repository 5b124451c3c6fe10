-- One row for all messages of a transaction to one output partition (up to a bound), instead of a row a message: a quarter of
-- the work. `messages`: MessagePack, an array of [key, value, headers], numbered `first` to `last` without holes.
ALTER TABLE outbox RENAME COLUMN seq TO first;
ALTER TABLE outbox ADD COLUMN last bigint, ADD COLUMN messages bytea;
UPDATE outbox SET last = first, messages = '\x9193c6'::bytea || int4send(octet_length(key)) || key
    || '\xc6'::bytea || int4send(octet_length(value)) || value || headers;
ALTER TABLE outbox ALTER COLUMN last SET NOT NULL, ALTER COLUMN messages SET NOT NULL,
    DROP COLUMN key, DROP COLUMN value, DROP COLUMN headers;
-- It is read once, or never: to compress it costs more than to write it.
ALTER TABLE outbox ALTER COLUMN messages SET STORAGE EXTERNAL;
