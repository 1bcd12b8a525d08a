CREATE TABLE growths (
    id TEXT PRIMARY KEY,         -- calls of its proposers and its merger stand under it
    run_id TEXT NOT NULL REFERENCES runs(id),
    level_id TEXT NOT NULL,      -- the call for the level plan stands under it
    wave INTEGER NOT NULL,       -- 0 for lists of the file, 1 for lists of what wave 0 added, …
    place INTEGER NOT NULL,      -- order within the wave
    node TEXT NOT NULL,          -- id of the node that has the list
    path TEXT NOT NULL,          -- the list as people name it
    kind TEXT NOT NULL,          -- children, values, attributes
    attribute TEXT NOT NULL,     -- whose values they are, or ''
    known INTEGER NOT NULL,      -- entries before
    level TEXT NOT NULL,         -- JSON: the level plan, or why there is none
    proposals TEXT NOT NULL,     -- JSON: what became of each proposer's reply
    counted TEXT NOT NULL,       -- JSON: numbers of the proposers that the estimate counts
    cuts TEXT NOT NULL,          -- JSON: what was cut, and why
    changes TEXT NOT NULL,       -- JSON: what the merger did, and why
    additions TEXT NOT NULL,     -- JSON: what is offered
    estimate TEXT NOT NULL,      -- JSON: Chao2 with its interval; {} for none
    status TEXT NOT NULL,        -- grown, complete, full, failed
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX growths_by_run ON growths (run_id, wave, place);
