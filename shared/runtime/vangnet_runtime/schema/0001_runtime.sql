-- The runtime's own tables, in the schema of each service that consumes exactly once. PostgreSQL 15 to 18.

-- The next offset of each input partition. Whoever moves it owns the partition for that transaction.
CREATE TABLE input_offset (
    partition integer PRIMARY KEY,
    next bigint NOT NULL,
    -- After an accepted loss: the first number of a producer not seen before is taken as it comes.
    numbers_open boolean NOT NULL DEFAULT false
);

-- The highest sequence number that was taken in from each producer.
CREATE TABLE input_seq (
    partition integer NOT NULL,
    producer text NOT NULL,
    highest bigint NOT NULL,
    PRIMARY KEY (partition, producer)
);

-- The last sequence number given out, without holes, for each producer and output partition.
CREATE TABLE outbox_seq (
    producer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (producer, topic, partition)
);

-- Messages committed and not yet known to be in Kafka.
CREATE TABLE outbox (
    producer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    seq bigint NOT NULL,
    key bytea NOT NULL,
    value bytea NOT NULL,
    headers bytea NOT NULL,
    PRIMARY KEY (producer, topic, partition, seq)
);

-- Messages that could not be processed, and those of the same key behind them, in order of `id`.
CREATE TABLE parked (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partition integer NOT NULL,
    key bytea NOT NULL,
    topic text NOT NULL,
    "offset" bigint NOT NULL,
    timestamp_ms bigint NOT NULL,
    record_key bytea,
    value bytea NOT NULL,
    headers bytea NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX parked_key ON parked (partition, key, id);

-- What an operator asked to be done with a parked key; the running service does it between two batches.
CREATE TABLE parked_order (
    partition integer NOT NULL,
    key bytea NOT NULL,
    action text NOT NULL CHECK (action IN ('replay', 'drop')),
    PRIMARY KEY (partition, key)
);

-- Records that are no message: where they stand and why, never what they say.
CREATE TABLE dead_letter (
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    timestamp_ms bigint NOT NULL,
    reason text NOT NULL,
    key_sha256 bytea,
    value_sha256 bytea NOT NULL,
    size integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, "offset")
);

-- The fence: first statement of every batch. It raises, because a data-modifying CTE would run all its parts even
-- when the fence matched nothing. Answers whether the partition has parked keys.
CREATE FUNCTION advance_input(p integer, expected bigint, following bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE input_offset SET next = following WHERE partition = p AND next = expected;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'another process has gone on with partition %', p USING ERRCODE = 'VN001';
    END IF;
    RETURN EXISTS (SELECT FROM parked WHERE partition = p);
END $$;
