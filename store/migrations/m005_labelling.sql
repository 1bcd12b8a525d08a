CREATE TABLE items (
    id TEXT PRIMARY KEY,         -- its annotations, differences and calls stand under it
    run_id TEXT NOT NULL REFERENCES runs(id),
    place INTEGER NOT NULL,      -- which row of the data
    source TEXT NOT NULL,        -- file:line
    row TEXT NOT NULL,           -- JSON object, as it was read
    messages TEXT NOT NULL,      -- JSON list of {role, content}
    status TEXT NOT NULL,        -- labelled, disputed, none, failed
    reason TEXT NOT NULL,        -- what is disputed, or why all annotators failed
    detail TEXT NOT NULL,
    leaves TEXT NOT NULL,        -- JSON list of paths; what was agreed on
    labels TEXT NOT NULL,        -- JSON object: attribute to list of values
    stuck TEXT NOT NULL,         -- for none: path of the node below which nothing fitted
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX items_by_run ON items (run_id, place);
CREATE TABLE annotations (
    id INTEGER PRIMARY KEY,
    sample_id TEXT NOT NULL,     -- of an item, or of a sample
    run_id TEXT NOT NULL,
    annotator TEXT NOT NULL,
    model TEXT NOT NULL,         -- '' for a person
    prompt TEXT NOT NULL,        -- prompt name and language
    source TEXT NOT NULL,        -- agent or person:NAME
    leaves TEXT NOT NULL,        -- JSON list of paths
    labels TEXT NOT NULL,        -- JSON object: attribute that was asked about to list of values
    none INTEGER NOT NULL,       -- whether it said that nothing fits
    stuck TEXT NOT NULL,
    confidence TEXT NOT NULL,    -- low, medium, high
    evidence TEXT NOT NULL,      -- quote from the text
    failed TEXT NOT NULL,        -- why there is no answer, or ''
    created_at TEXT NOT NULL
);
CREATE INDEX annotations_by_sample ON annotations (sample_id);
CREATE INDEX annotations_by_run ON annotations (run_id);
