-- Requests to partners, so that an answer finds its alert.
CREATE TABLE contact_request (
    request text PRIMARY KEY,
    alert   text NOT NULL REFERENCES alert
);
CREATE INDEX contact_request_alert ON contact_request (alert);

-- What waits for a second person may be a link decision or a contact request.
DROP INDEX alert_second;
UPDATE alert SET body = jsonb_set(body, '{awaits_second}', 'true')
    WHERE body -> 'apart' ->> 'status' IN ('asked', 'rejoin-asked');
CREATE INDEX alert_second ON alert (id) WHERE body @> '{"awaits_second": true}';
