CREATE TABLE embeddings (
    sample_id TEXT NOT NULL,     -- a sample, or `text:HASH` for a row of a file it was compared with
    field TEXT NOT NULL,         -- instruction, answer, both; `[100]` behind it: of so many tokens
    model TEXT NOT NULL,         -- with `:LENGTH` behind it where a length was asked for
    vector BLOB NOT NULL,        -- numbers of four bytes, the lowest byte first
    PRIMARY KEY (model, sample_id, field)
);
