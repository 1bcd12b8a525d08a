CREATE TABLE difficulties (
    sample_id TEXT PRIMARY KEY REFERENCES samples(id),
    run_id TEXT NOT NULL REFERENCES runs(id),
    rating REAL NOT NULL,        -- on Elo's scale, 1500 in the mean of its group
    error REAL NOT NULL,         -- standard error of the rating
    comparisons INTEGER NOT NULL,  -- other requests that it was ranked among
    pool INTEGER NOT NULL,       -- ratings of different pools must not be compared; mostly 0 alone
    model TEXT NOT NULL,         -- the ranker's
    prompt TEXT NOT NULL,        -- prompt name and language
    created_at TEXT NOT NULL     -- of the measuring; a later one replaces all rows of its run
);
CREATE INDEX difficulties_by_run ON difficulties (run_id, rating);
CREATE TABLE rankings (
    id TEXT PRIMARY KEY,         -- of the batch: the ranker's calls stand under it
    run_id TEXT NOT NULL REFERENCES runs(id),
    samples TEXT NOT NULL,       -- JSON list of ids, as they stood before the ranker
    ranks TEXT NOT NULL,         -- JSON: lists of ids from easy to hard, equal ones in one list
    created_at TEXT NOT NULL
);
CREATE INDEX rankings_by_run ON rankings (run_id);
