-- An operator may have a mail that was given up tried anew: `forgiven` = attempts that no longer count.
-- A mail that was accepted can still come back: when, and the status code of RFC 3463 that came with it.
ALTER TABLE delivery ADD COLUMN forgiven integer NOT NULL DEFAULT 0,
    ADD COLUMN failed_at timestamptz,
    ADD COLUMN bounced_at timestamptz,
    ADD COLUMN bounce_status text;
UPDATE delivery d SET failed_at = (SELECT max(at) FROM delivery_attempt a WHERE a.delivery = d.id) WHERE state = 'failed';
CREATE INDEX delivery_failed ON delivery (failed_at) WHERE state = 'failed';

-- One row for each alert that somebody released: what came of telling it. 'missing' = nobody was told, and nothing
-- explains it.
CREATE VIEW released_alert AS
SELECT a.id AS alert, CASE
    WHEN bool_or(d.state = 'sent') THEN 'told'
    WHEN bool_or(d.state IN ('queued', 'sending')) THEN 'under-way'
    WHEN bool_or(d.state = 'failed') THEN 'failed'
    WHEN a.state = 'withdrawn' THEN 'withdrawn'
    ELSE 'missing' END AS told
FROM alert a LEFT JOIN delivery d ON d.alert = a.id AND d.kind = 'released'
WHERE a.owner IS NOT NULL GROUP BY a.id;
