-- One row a person in view. Everything but `next_due` is written and read as a whole, by the service alone.

CREATE TABLE person (
    person uuid PRIMARY KEY,
    -- Of vangnet.persons: whose Ticks this person's time is measured by.
    partition integer NOT NULL,
    -- Fixed-size records, sorted by time (domain/packed.py), and the whole records in the same order (domain/history.py).
    events bytea NOT NULL,
    facts bytea NOT NULL,
    -- Signals raised and not withdrawn (domain/person.py), and how many were ever raised.
    signals bytea NOT NULL,
    raised integer NOT NULL,
    -- Between the chunks of one change: time (µs) of the earliest event that went or came.
    changed_from bigint,
    -- The first Tick at which something happens by itself.
    next_due timestamptz
) WITH (fillfactor = 80);

CREATE INDEX person_due ON person (partition, next_due) WHERE next_due IS NOT NULL;

-- The greatest Tick so far.
CREATE TABLE clock (
    partition integer PRIMARY KEY,
    tick timestamptz NOT NULL
);
