"""Tables and views, as numbered migrations that are only ever added to.

People query these names: a column is never renamed, only joined by another. JSON is TEXT.
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("taxoloom")


@migrations()
def m001_runs_samples_and_calls(db: Database) -> None:
    """The tables of a generation run."""
    _carry_out(db, _FIRST)


@migrations()
def m002_growths(db: Database) -> None:
    """Runs of another kind: a taxonomy that is grown, list by list."""
    db.execute("ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'generate'")
    _carry_out(db, _GROWTHS)


@migrations()
def m003_coverage_of_runs(db: Database) -> None:
    """What a run found already there, and what it could not fill."""
    _carry_out(db, _COVERAGE)


@migrations()
def m004_consistency(db: Database) -> None:
    """Verdicts on canaries and by people, differences of every kind, and how they were settled."""
    _carry_out(db, _CONSISTENCY)


@migrations()
def m005_labelling(db: Database) -> None:
    """Runs of another kind: data that is placed on a taxonomy, text by text."""
    _carry_out(db, _LABELLING)


@migrations()
def m006_fingerprints(db: Database) -> None:
    """What near-duplicates of a sample are found by."""
    _carry_out(db, _FINGERPRINTS)


def _carry_out(db: Database, script: str) -> None:
    """Statement by statement, so that all stay in the migration's transaction."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


_FIRST = """
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
"""
_GROWTHS = """
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
"""
_COVERAGE = """
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
"""
_CONSISTENCY = """
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
"""
_LABELLING = """
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
"""
_FINGERPRINTS = """
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
"""
