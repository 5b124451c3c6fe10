-- What partners say against the release of an event of theirs (`about`, its id). `body` = messages.PartnerReply.
CREATE TABLE release_objection (
    source   text NOT NULL,
    id       text NOT NULL,
    partner  text NOT NULL,
    about    text NOT NULL,
    revision integer NOT NULL,
    body     jsonb NOT NULL,
    PRIMARY KEY (source, id)
);
CREATE INDEX release_objection_about ON release_objection (partner, about);
