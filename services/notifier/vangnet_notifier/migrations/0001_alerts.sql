-- Alerts. `body` is the whole alert (domain.alert.Alert); the columns beside it are what is searched by.
CREATE TABLE alert (
    id         text PRIMARY KEY,
    person     text NOT NULL,
    rule       text NOT NULL,
    state      text NOT NULL,
    severity   smallint NOT NULL,
    owner      text,
    lead       text,
    partition  integer NOT NULL,
    raised_at  timestamptz NOT NULL,
    since      timestamptz NOT NULL,
    escalated  boolean NOT NULL,
    version    integer NOT NULL,
    body       jsonb NOT NULL
);
CREATE UNIQUE INDEX alert_one_open ON alert (person, rule)
    WHERE state IN ('shadow', 'candidate', 'released', 'acknowledged');
CREATE INDEX alert_list ON alert (severity, raised_at, id);
CREATE INDEX alert_owner ON alert (owner, severity, raised_at) WHERE owner IS NOT NULL;
CREATE INDEX alert_to_review ON alert (partition, since) WHERE state = 'candidate' AND NOT escalated;

-- Which alerts a user may see: the one place where rows are filtered (domain.access.may_see says the same).
CREATE FUNCTION visible_alerts(reviewer boolean, municipalities text[]) RETURNS SETOF alert LANGUAGE sql STABLE AS $$
    SELECT * FROM alert WHERE reviewer OR owner = ANY(municipalities)
$$;

-- Which alert a signal belongs to.
CREATE TABLE alert_signal (
    signal text PRIMARY KEY,
    alert  text NOT NULL REFERENCES alert
);

-- The greatest Tick of each partition of the signals.
CREATE TABLE tick (
    partition integer PRIMARY KEY,
    at        timestamptz NOT NULL
);

-- Who looked at an alert: they are told when it is withdrawn.
CREATE TABLE opened (
    alert text NOT NULL REFERENCES alert,
    email text NOT NULL,
    name  text NOT NULL,
    PRIMARY KEY (alert, email)
);

-- The trail: only ever longer. `at` is the clock of the stream, `recorded_at` the clock on the wall.
CREATE TABLE trail (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    alert        text NOT NULL,
    at           timestamptz NOT NULL,
    user_id      text NOT NULL,
    user_name    text NOT NULL,
    action       text NOT NULL,
    before_state text,
    after_state  text,
    choice       text,
    recipient    text,
    added        integer NOT NULL DEFAULT 0,
    removed      integer NOT NULL DEFAULT 0
);
CREATE INDEX trail_alert ON trail (alert, id);

CREATE FUNCTION trail_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail is append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE ON trail
    FOR EACH ROW EXECUTE FUNCTION trail_only_grows();
CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail
    FOR EACH STATEMENT EXECUTE FUNCTION trail_only_grows();

-- Mails to be sent, being sent under a lease, sent, given up or no longer needed. Real time.
CREATE TABLE delivery (
    id           text PRIMARY KEY,
    alert        text NOT NULL REFERENCES alert,
    kind         text NOT NULL,
    email        text NOT NULL,
    name         text NOT NULL,
    state        text NOT NULL DEFAULT 'queued'
                 CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'cancelled')),
    attempts     integer NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now(),
    next_attempt timestamptz NOT NULL DEFAULT now(),
    lease_until  timestamptz,
    sent_at      timestamptz
);
CREATE INDEX delivery_due ON delivery (next_attempt) WHERE state IN ('queued', 'sending');
CREATE INDEX delivery_alert ON delivery (alert);

-- What the SMTP server answered to each attempt.
CREATE TABLE delivery_attempt (
    delivery text NOT NULL REFERENCES delivery,
    attempt  integer NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    result   text NOT NULL,
    code     integer,
    PRIMARY KEY (delivery, attempt)
);

-- The name of a mail: the same however often it is made or sent.
CREATE FUNCTION delivery_id(alert text, kind text, version integer, email text) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT left(encode(sha256(convert_to(concat_ws('|', alert, kind, version::text, email), 'UTF8')), 'hex'), 32)
$$;
