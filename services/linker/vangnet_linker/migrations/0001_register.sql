-- One row an event, by its root: the ledger (what was received) and, while it lives, its facts. Keys are keyed hashes.
CREATE TABLE event (
    key uuid PRIMARY KEY,
    profile bigint,
    due timestamptz,
    body bytea NOT NULL
);
CREATE INDEX event_profile ON event (profile) WHERE profile IS NOT NULL;
CREATE INDEX event_due ON event (due) WHERE due IS NOT NULL;

-- The ids of corrections and retractions: an id names one event for ever.
CREATE TABLE event_alias (
    version uuid PRIMARY KEY,
    root uuid NOT NULL REFERENCES event ON DELETE CASCADE
);
CREATE INDEX event_alias_root ON event_alias (root);

-- One row an identity profile; profiles that share tokens, however indirectly, have one component.
CREATE TABLE profile (
    birth bigint PRIMARY KEY,
    digest uuid NOT NULL UNIQUE,
    component bigint NOT NULL,
    person uuid NOT NULL,
    body bytea NOT NULL
);
CREATE INDEX profile_component ON profile (component);

CREATE TABLE token (
    token uuid NOT NULL,
    birth bigint NOT NULL REFERENCES profile ON DELETE CASCADE,
    PRIMARY KEY (token, birth)
);
CREATE INDEX token_birth ON token (birth);
