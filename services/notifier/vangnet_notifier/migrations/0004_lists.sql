-- Mails about new alerts of a municipality on a local day: beyond a number one mail says that many wait.
CREATE TABLE candidate_mails (
    municipality text NOT NULL,
    day          date NOT NULL,
    number       integer NOT NULL DEFAULT 0,
    PRIMARY KEY (municipality, day)
);

-- What a list is made of, beside the bodies: it is read from the index alone, the bodies of one page only.
ALTER TABLE alert ADD COLUMN start_list boolean GENERATED ALWAYS AS (body @> '{"start_list": true}') STORED;
CREATE INDEX alert_listing ON alert (state) INCLUDE (id, severity, raised_at, person, owner, lead, rule, start_list);
