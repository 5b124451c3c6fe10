-- What is missing can be told only when everyone who might have sent it has delivered up to then.

-- MessagePack: set of partners (names, joined by commas) → earliest due time (µs) that it has yet to deliver up to; NULL = nothing.
ALTER TABLE person ADD COLUMN waits bytea;

-- The same, to find who is due. Only persons for whom something may turn out to be missing have rows.
CREATE TABLE awaiting (
    person uuid NOT NULL,
    partners text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    due bigint NOT NULL,
    PRIMARY KEY (person, partners)
);

CREATE INDEX awaiting_due ON awaiting (partition, partners, due, person);

-- Up to when each partner has delivered, as each partition has heard (µs).
CREATE TABLE heartbeat (
    partition integer NOT NULL,
    partner text COLLATE "C" NOT NULL,
    up_to bigint NOT NULL,
    PRIMARY KEY (partition, partner)
);
