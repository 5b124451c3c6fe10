-- A delivery goes by mail or by webhook. Of a webhook `email` is the name of its target in the policy, which has no @:
-- so its delivery_id is never that of a mail.
ALTER TABLE delivery ADD COLUMN channel text NOT NULL DEFAULT 'mail' CHECK (channel IN ('mail', 'webhook'));

-- Targets that answered 410 Gone. What is for them waits until an operator takes the row out.
CREATE TABLE webhook_disabled (
    target      text PRIMARY KEY,
    delivery    text NOT NULL REFERENCES delivery,
    disabled_at timestamptz NOT NULL DEFAULT now()
);

-- A system that heard is nobody who read: webhooks count only where no mail was to go.
CREATE OR REPLACE VIEW released_alert AS
SELECT a.id AS alert, CASE
    WHEN bool_or(d.state = 'sent') THEN 'told'
    WHEN bool_or(d.state IN ('queued', 'sending')) THEN 'under-way'
    WHEN bool_or(d.state = 'failed') THEN 'failed'
    WHEN a.state = 'withdrawn' THEN 'withdrawn'
    ELSE 'missing' END AS told
FROM alert a LEFT JOIN delivery d ON d.alert = a.id AND d.kind = 'released' AND (d.channel = 'mail' OR NOT EXISTS (
    SELECT FROM delivery mail WHERE mail.alert = a.id AND mail.kind = 'released' AND mail.channel = 'mail'))
WHERE a.owner IS NOT NULL GROUP BY a.id;
