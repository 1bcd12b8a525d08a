CREATE TABLE links (
    sample_id TEXT PRIMARY KEY REFERENCES samples(id),
    run_id TEXT NOT NULL,
    source_id TEXT NOT NULL REFERENCES samples(id),  -- the accepted sample it was made from
    kind TEXT NOT NULL,          -- wordings, languages, depths
    member INTEGER NOT NULL      -- which of the group this is, from 1; the source is 0
) WITHOUT ROWID;
CREATE INDEX links_by_source ON links (source_id, kind, member);
CREATE VIEW linked_groups AS
    SELECT s.run_id, l.source_id AS group_id, l.kind, l.member, s.id AS sample_id, s.leaf, s.language,
           s.labels, s.messages, s.reasoning, s.final_answer, s.status
    FROM links l JOIN samples s ON s.id = l.sample_id
    UNION ALL
    SELECT s.run_id, s.id, l.kind, 0, s.id, s.leaf, s.language, s.labels, s.messages, s.reasoning,
           s.final_answer, s.status
    FROM samples s JOIN (SELECT DISTINCT source_id, kind FROM links) l ON l.source_id = s.id;
