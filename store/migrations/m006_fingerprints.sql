CREATE TABLE fingerprints (
    sample_id TEXT NOT NULL REFERENCES samples(id),
    field TEXT NOT NULL,         -- instruction, answer, both
    signature BLOB NOT NULL,     -- MinHash of the shingles: 128 numbers of four bytes
    shingles BLOB NOT NULL,      -- their hashes, ascending, four bytes each, the lowest first
    PRIMARY KEY (sample_id, field)
);
CREATE TABLE fingerprint_bands (
    band INTEGER NOT NULL,       -- one of 32 hashes of the shingles
    field TEXT NOT NULL,
    sample_id TEXT NOT NULL REFERENCES samples(id),
    PRIMARY KEY (band, field, sample_id)
) WITHOUT ROWID;
