-- Which version of the policy each partition of the signals goes by; no row = the one that the deployment began with.
CREATE TABLE policy_in_force (
    partition   integer PRIMARY KEY,
    version     text NOT NULL,
    activations integer NOT NULL
);

-- Signals about a place or a partner, as last said: what stands above the pages. `body` = messages.RegionalSignal.
CREATE TABLE regional_signal (
    id   text PRIMARY KEY,
    body jsonb NOT NULL
);
