CREATE TABLE present (
    run_id TEXT NOT NULL REFERENCES runs(id),
    leaf_id TEXT NOT NULL,
    labels TEXT NOT NULL,        -- JSON object
    count INTEGER NOT NULL       -- samples that were there before the run and count towards it
);
CREATE INDEX present_by_run ON present (run_id);
CREATE TABLE shortfalls (
    run_id TEXT NOT NULL REFERENCES runs(id),
    leaf TEXT NOT NULL,
    label TEXT NOT NULL,         -- attribute or axis; '' for the leaf as a whole
    value TEXT NOT NULL,
    asked INTEGER NOT NULL,      -- slots of the cell
    missing INTEGER NOT NULL,    -- slots that no sample was accepted for
    tries INTEGER NOT NULL,      -- samples that were decided for these slots
    reason TEXT NOT NULL,        -- what decided most of them; '' when none was tried
    PRIMARY KEY (run_id, leaf, label, value)
);
