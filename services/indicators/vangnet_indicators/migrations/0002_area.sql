-- Area counts as difference counts for each day: the running sum of a series' cells is the series. They are summed over
-- partitions, and over snapshots (area_block) and what came since (area_delta).

-- The located events of one incident of one partner, or one event: what is needed to take back what it added.
CREATE TABLE area_report (
    key uuid PRIMARY KEY,
    partition integer NOT NULL,
    -- MessagePack (domain/area/reports.py, Located).
    events bytea NOT NULL
) WITH (fillfactor = 90);

-- Cells of one series and partition, 256 days a row.
CREATE TABLE area_block (
    area text COLLATE "C" NOT NULL,
    component text COLLATE "C" NOT NULL,
    days integer NOT NULL,
    part text COLLATE "C" NOT NULL,
    -- Day number (since 1970) divided by 256.
    block integer NOT NULL,
    partition integer NOT NULL,
    -- MessagePack: day number → how much higher than the day before.
    cells bytea NOT NULL,
    PRIMARY KEY (area, component, days, part, block, partition)
) WITH (fillfactor = 80);

-- What batches changed since the partition's last fold, one row a batch.
CREATE TABLE area_delta (
    id bigint GENERATED ALWAYS AS IDENTITY,
    partition integer NOT NULL,
    -- Number of cells.
    size integer NOT NULL,
    -- MessagePack: series ("area/component/window/part") → day number → how much higher than the day before.
    cells bytea NOT NULL,
    PRIMARY KEY (partition, id)
);
