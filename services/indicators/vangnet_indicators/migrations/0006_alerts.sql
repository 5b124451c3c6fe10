-- Where each alert stands and what came of it, as the notifier last said on vangnet.alerts (I15, I16). No person, rule or event.
CREATE TABLE alert (
    alert text COLLATE "C" PRIMARY KEY,
    -- Of several messages about an alert the one with the greatest version holds.
    version integer NOT NULL,
    at timestamptz NOT NULL,
    municipality text COLLATE "C",
    state text COLLATE "C" NOT NULL,
    crossing_received_at timestamptz,
    released_at timestamptz,
    acknowledged_at timestamptz,
    -- Codes of vangnet_contract.outcomes.
    outcome text COLLATE "C",
    novelty text COLLATE "C"
);

CREATE INDEX alert_at ON alert (at);
