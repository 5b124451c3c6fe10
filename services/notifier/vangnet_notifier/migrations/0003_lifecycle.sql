-- More states. What is over is a shorter list than what is open, and a new open state cannot be forgotten in it.
DROP INDEX alert_one_open;
CREATE UNIQUE INDEX alert_one_open ON alert (person, rule) WHERE state NOT IN ('closed', 'declined', 'withdrawn');
-- Alerts of one person stand together; a closed one is locked before a new one comes beside it.
CREATE INDEX alert_person ON alert (person, rule);

-- When a Tick must do something with an alert; what waits for a review now is looked at by the next one.
ALTER TABLE alert ADD COLUMN due timestamptz;
UPDATE alert SET due = since, body = jsonb_set(body, '{told_at}', body -> 'since')
    WHERE state = 'candidate' AND NOT escalated AND NOT coalesce((body ->> 'start_list')::boolean, false);
UPDATE alert SET due = since WHERE state = 'released';
-- What was closed before outcomes had a table of their own: whether it was news was not asked.
UPDATE alert SET body = jsonb_set(body, '{closing}', jsonb_build_object('outcome', body ->> 'choice', 'novelty', NULL))
    WHERE state = 'closed';
DROP INDEX alert_to_review;
CREATE INDEX alert_due ON alert (partition, due) WHERE due IS NOT NULL;
ALTER TABLE alert DROP COLUMN escalated, DROP COLUMN since;
