-- Which version of the policy each partition goes by; no row = the one that the deployment began with.
CREATE TABLE policy_in_force (
    partition   integer PRIMARY KEY,
    version     text NOT NULL,
    activations integer NOT NULL
);

-- How many activations the person's signals go by. Whoever is behind is looked at again, a bounded number at each Tick.
ALTER TABLE person ADD COLUMN activation integer NOT NULL DEFAULT 0;
CREATE INDEX person_behind ON person (partition, activation);
