-- What is said about partners and municipalities, by the owner of partition 0. MessagePack (domain/regional/board.py).
CREATE TABLE board (
    partition integer PRIMARY KEY,
    body bytea NOT NULL
);

-- Events of each partner by the hour (since 1970 UTC) in which they came, by the clock of the stream: an hour that every
-- partition's clock has passed does not change any more.
CREATE TABLE arrival (
    partition integer NOT NULL,
    partner text COLLATE "C" NOT NULL,
    hour integer NOT NULL,
    events integer NOT NULL,
    PRIMARY KEY (hour, partner, partition)
);
