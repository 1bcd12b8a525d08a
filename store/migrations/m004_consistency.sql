DROP VIEW open_disagreements;
CREATE TABLE verdicts_wider (
    id INTEGER PRIMARY KEY,
    sample_id TEXT NOT NULL,     -- of a sample, or of a canary
    run_id TEXT NOT NULL,
    judge TEXT NOT NULL,         -- of the panel, or the name of a person or agent that settled
    model TEXT NOT NULL,         -- '' for a person
    prompt TEXT NOT NULL,        -- prompt name and language
    accept INTEGER,              -- NULL when unscored
    score INTEGER,
    criteria TEXT NOT NULL,      -- JSON object: criterion to {finding, quote}
    rationale TEXT NOT NULL,
    unscored TEXT NOT NULL,      -- why there is no vote, or ''
    source TEXT NOT NULL,        -- agent, agent:adjudicator or person:NAME
    created_at TEXT NOT NULL,
    variant TEXT NOT NULL DEFAULT ''  -- another wording that the judge was asked in; no vote
);
INSERT INTO verdicts_wider
    SELECT id, sample_id, run_id, judge, model, prompt, accept, score, criteria, rationale,
           unscored, source, created_at, '' FROM verdicts;
DROP TABLE verdicts;
ALTER TABLE verdicts_wider RENAME TO verdicts;
CREATE INDEX verdicts_by_sample ON verdicts (sample_id);
CREATE INDEX verdicts_by_run ON verdicts (run_id, source);
CREATE TABLE disagreements_wider (
    id TEXT PRIMARY KEY,
    sample_id TEXT NOT NULL,     -- of a sample, or of an item that was labelled
    run_id TEXT NOT NULL,
    kind TEXT NOT NULL,          -- decision, criterion, score, label
    detail TEXT NOT NULL,        -- JSON: what each side said
    status TEXT NOT NULL,        -- open or settled
    resolved_by TEXT,            -- person:NAME or agent:adjudicator
    resolution TEXT,
    resolved_at TEXT,
    created_at TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT ''  -- the criterion, or the attribute; '' for all else
);
INSERT INTO disagreements_wider
    SELECT id, sample_id, run_id, kind, detail, status, resolved_by, resolution, resolved_at,
           created_at, '' FROM disagreements;
DROP TABLE disagreements;
ALTER TABLE disagreements_wider RENAME TO disagreements;
CREATE INDEX disagreements_by_status ON disagreements (run_id, status);
CREATE INDEX disagreements_by_sample ON disagreements (sample_id);
CREATE VIEW open_disagreements AS
    SELECT d.id, d.run_id, d.sample_id, s.leaf, d.kind, d.detail, s.status AS sample_status,
           d.created_at, d.subject
    FROM disagreements d LEFT JOIN samples s ON s.id = d.sample_id WHERE d.status = 'open';
CREATE TABLE canaries (
    id TEXT PRIMARY KEY,         -- its verdicts and calls stand under it
    run_id TEXT NOT NULL REFERENCES runs(id),
    wave INTEGER NOT NULL,       -- the wave whose samples it was judged among
    place INTEGER NOT NULL,      -- which of the canaries of the run
    leaf TEXT NOT NULL,
    labels TEXT NOT NULL,        -- JSON object
    language TEXT NOT NULL,
    request TEXT NOT NULL,       -- JSON: what the judges are told that was asked for
    messages TEXT NOT NULL,      -- JSON list of {role, content}
    final_answer TEXT NOT NULL,
    good INTEGER NOT NULL,       -- the truth
    defect TEXT NOT NULL,        -- what was planted, '' in a good one
    detail TEXT NOT NULL,        -- what was changed, for a person
    origin TEXT NOT NULL,        -- where the good one came from
    created_at TEXT NOT NULL
);
CREATE INDEX canaries_by_run ON canaries (run_id, place);
CREATE TABLE policies (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs(id),
    wave INTEGER,                -- the wave that was decided with it; NULL: samples decided anew
    name TEXT NOT NULL,
    data TEXT NOT NULL,          -- JSON: all its parameters; {} for one that has none
    created_at TEXT NOT NULL,
    UNIQUE (run_id, wave)
);
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    sample_id TEXT NOT NULL,     -- of a sample, or of an item that was labelled
    run_id TEXT NOT NULL,
    source TEXT NOT NULL,        -- person:NAME, agent:adjudicator or policy:NAME
    was TEXT NOT NULL,           -- decision before
    was_reason TEXT NOT NULL,
    became TEXT NOT NULL,        -- decision after
    became_reason TEXT NOT NULL,
    criterion TEXT NOT NULL,     -- what decided, or ''
    comment TEXT NOT NULL,
    undone_at TEXT,              -- when it was taken back
    created_at TEXT NOT NULL,
    accept INTEGER,              -- the vote, followed or not; NULL for a policy
    blind INTEGER,               -- whether the judges' votes were unseen; NULL for no person
    before TEXT NOT NULL DEFAULT ''  -- JSON: what else an item was, and what was settled with it
);
CREATE INDEX reviews_by_sample ON reviews (sample_id);
CREATE INDEX reviews_by_run ON reviews (run_id);
