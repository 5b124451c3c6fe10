-- Alerts in which somebody asked what a second person must approve: few, and found without reading the others.
CREATE INDEX alert_second ON alert (id) WHERE body -> 'apart' ->> 'status' IN ('asked', 'rejoin-asked');
