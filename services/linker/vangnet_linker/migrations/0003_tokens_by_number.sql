-- Tokens are searched by eight bytes of their keyed hash; the whole is compared with the profile's own after. What was there is
-- carried over. Components stay as they are: those of shared tokens hold those of edges, and shrink when they are looked at.
CREATE TABLE token_by_number (
    key bigint NOT NULL,
    birth bigint NOT NULL
);
INSERT INTO token_by_number
    SELECT DISTINCT ('x' || left(replace(token::text, '-', ''), 16))::bit(64)::bigint, birth FROM token;
DROP TABLE token;
ALTER TABLE token_by_number RENAME TO token;
ALTER TABLE token ADD CONSTRAINT token_key PRIMARY KEY (key, birth);
