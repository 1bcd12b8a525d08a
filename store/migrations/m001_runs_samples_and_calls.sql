CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    recipe_key TEXT NOT NULL,    -- hash of the recipe file, by which --resume finds the run
    fingerprint TEXT NOT NULL,   -- hash of the recipe with the command line's options
    recipe TEXT NOT NULL,        -- JSON
    taxonomy TEXT NOT NULL,      -- JSON
    taxonomy_hash TEXT NOT NULL,
    graph TEXT NOT NULL,         -- Mermaid
    language TEXT NOT NULL,
    seed INTEGER NOT NULL,
    asked INTEGER NOT NULL,      -- accepted samples asked for
    as_of TEXT NOT NULL,
    models TEXT NOT NULL,        -- JSON: node to model
    status TEXT NOT NULL,        -- running, done, shortfall, interrupted, stopped
    reason TEXT NOT NULL DEFAULT '',
    version TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT
);
CREATE TABLE blueprints (
    run_id TEXT NOT NULL REFERENCES runs(id),
    id TEXT NOT NULL,
    wave INTEGER NOT NULL,
    slot INTEGER NOT NULL,       -- which of the samples asked for this is a try at
    attempt INTEGER NOT NULL,
    leaf TEXT NOT NULL,
    labels TEXT NOT NULL,        -- JSON object
    language TEXT NOT NULL,
    seed INTEGER NOT NULL,
    content TEXT NOT NULL,       -- JSON of all of it
    PRIMARY KEY (run_id, id)
);
CREATE INDEX blueprints_by_wave ON blueprints (run_id, wave, slot);
CREATE TABLE samples (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs(id),
    blueprint_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    leaf TEXT NOT NULL,          -- names from the top category down, joined by ' > '
    labels TEXT NOT NULL,        -- JSON object
    language TEXT NOT NULL,
    messages TEXT NOT NULL,      -- JSON list of {role, content}; empty when nothing was written
    reasoning TEXT NOT NULL,
    final_answer TEXT NOT NULL,
    status TEXT NOT NULL,        -- accepted, disputed, rejected, failed
    reason TEXT NOT NULL,        -- what decided, countable
    detail TEXT NOT NULL,        -- the same in words
    artifacts TEXT NOT NULL,     -- JSON object: role to its last reply
    model TEXT NOT NULL,         -- the writer's
    as_of TEXT NOT NULL,
    created_at TEXT NOT NULL,
    FOREIGN KEY (run_id, blueprint_id) REFERENCES blueprints (run_id, id)
);
CREATE UNIQUE INDEX samples_by_blueprint ON samples (run_id, blueprint_id);
CREATE INDEX samples_by_status ON samples (run_id, status, leaf);
CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    sample_id TEXT NOT NULL REFERENCES samples(id),
    run_id TEXT NOT NULL,
    judge TEXT NOT NULL,
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,        -- prompt name and language
    accept INTEGER,              -- NULL when unscored
    score INTEGER,
    criteria TEXT NOT NULL,      -- JSON object: criterion to {finding, quote}
    rationale TEXT NOT NULL,
    unscored TEXT NOT NULL,      -- why there is no vote, or ''
    source TEXT NOT NULL,        -- agent or person
    created_at TEXT NOT NULL
);
CREATE INDEX verdicts_by_sample ON verdicts (sample_id);
CREATE TABLE disagreements (
    id TEXT PRIMARY KEY,
    sample_id TEXT NOT NULL REFERENCES samples(id),
    run_id TEXT NOT NULL,
    kind TEXT NOT NULL,          -- decision
    detail TEXT NOT NULL,        -- JSON: what each side said
    status TEXT NOT NULL,        -- open or settled
    resolved_by TEXT,
    resolution TEXT,
    resolved_at TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX disagreements_by_status ON disagreements (run_id, status);
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL,
    sample_id TEXT NOT NULL,     -- known before the sample is decided: no foreign key
    role TEXT NOT NULL,
    node TEXT NOT NULL,
    round INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    request_key TEXT NOT NULL,
    model TEXT NOT NULL,
    params TEXT NOT NULL,        -- JSON
    prompt TEXT NOT NULL,
    prompt_hash TEXT NOT NULL,
    messages TEXT NOT NULL,      -- JSON, as sent
    reply TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    finish_reason TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    cost REAL,                   -- NULL when the recipe names no price
    latency_ms REAL NOT NULL,
    outcome TEXT NOT NULL,
    error TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX calls_by_sample ON calls (sample_id);
CREATE INDEX calls_by_run ON calls (run_id, role);
CREATE TABLE prompts (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE VIEW accepted AS
    SELECT id, run_id, leaf, labels, language, messages, reasoning, final_answer, model, as_of
    FROM samples WHERE status = 'accepted';
CREATE VIEW open_disagreements AS
    SELECT d.id, d.run_id, d.sample_id, s.leaf, d.kind, d.detail, s.status AS sample_status,
           d.created_at
    FROM disagreements d JOIN samples s ON s.id = d.sample_id WHERE d.status = 'open';
CREATE VIEW cost_by_role AS
    SELECT run_id, role, count(*) AS calls, sum(input_tokens) AS input_tokens,
           sum(output_tokens) AS output_tokens, sum(cached_tokens) AS cached_tokens,
           sum(cost) AS cost, round(avg(latency_ms), 1) AS mean_latency_ms,
           sum(outcome <> 'ok') AS not_ok
    FROM calls GROUP BY run_id, role;
CREATE VIEW coverage_by_leaf AS
    SELECT b.run_id, b.leaf, count(*) AS planned,
           coalesce(sum(s.status = 'accepted'), 0) AS accepted,
           coalesce(sum(s.status = 'disputed'), 0) AS disputed,
           coalesce(sum(s.status = 'rejected'), 0) AS rejected,
           coalesce(sum(s.status = 'failed'), 0) AS failed,
           sum(s.status IS NULL) AS pending
    FROM blueprints b LEFT JOIN samples s ON s.run_id = b.run_id AND s.blueprint_id = b.id
    GROUP BY b.run_id, b.leaf;
CREATE VIEW run_counts AS
    SELECT run_id, sum(planned) AS planned, sum(accepted) AS accepted, sum(disputed) AS disputed,
           sum(rejected) AS rejected, sum(failed) AS failed, sum(pending) AS pending
    FROM coverage_by_leaf GROUP BY run_id;
