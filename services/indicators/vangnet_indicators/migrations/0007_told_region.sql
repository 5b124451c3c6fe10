-- Up to which day quarters were published of a region of these municipalities (sorted, joined by commas). When the policy changes
-- the municipalities, days that were told of one region are not told of another: the difference would be a municipality.
CREATE TABLE told_region (
    municipalities text COLLATE "C" PRIMARY KEY,
    until date NOT NULL
);
