-- One row a person: events as they are linked now, signals as they were last told. `due`: the Tick at which a signal ends.
CREATE TABLE person (
    person uuid PRIMARY KEY,
    partition integer NOT NULL,
    due timestamptz,
    body bytea NOT NULL
);
CREATE INDEX person_due ON person (partition, due) WHERE due IS NOT NULL;
