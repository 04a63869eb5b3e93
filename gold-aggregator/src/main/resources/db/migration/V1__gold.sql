-- Gold as people query it: one row a window, key and scope. Every row of a table has the window's size in seconds and its start.
-- tier and lang are '' where a row is of several. scopes says which questions the row answers, as a sum of
--   1  of all posts            2  of its tier, all languages
--   4  of its language, all tiers    8  of its tier and language
-- so that one row answers all of them while all posts have the same tier and language.

CREATE TABLE hashtag_counts (
    window_seconds int NOT NULL,
    window_start timestamptz NOT NULL,
    hashtag text COLLATE "C" NOT NULL,
    tier text NOT NULL,
    lang text NOT NULL,
    scopes smallint NOT NULL,
    mentions bigint NOT NULL,
    originals bigint NOT NULL,
    authors bigint NOT NULL,
    authors_error real NOT NULL,
    PRIMARY KEY (window_seconds, hashtag, window_start, tier, lang)
);
CREATE INDEX hashtag_counts_ranked ON hashtag_counts (window_seconds, window_start, mentions DESC, hashtag);

CREATE TABLE entity_counts (
    window_seconds int NOT NULL,
    window_start timestamptz NOT NULL,
    type text COLLATE "C" NOT NULL,
    entity_key text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    tier text NOT NULL,
    lang text NOT NULL,
    scopes smallint NOT NULL,
    mentions bigint NOT NULL,
    originals bigint NOT NULL,
    authors bigint NOT NULL,
    authors_error real NOT NULL,
    PRIMARY KEY (window_seconds, entity_key, type, window_start, tier, lang)
);
CREATE INDEX entity_counts_ranked ON entity_counts (window_seconds, window_start, mentions DESC, entity_key);

CREATE TABLE happy_hashtags (
    window_seconds int NOT NULL,
    window_start timestamptz NOT NULL,
    hashtag text COLLATE "C" NOT NULL,
    tier text NOT NULL,
    lang text NOT NULL,
    scopes smallint NOT NULL,
    posts bigint NOT NULL,
    max_smiles bigint NOT NULL,
    sum_smiles bigint NOT NULL,
    PRIMARY KEY (window_seconds, hashtag, window_start, tier, lang)
);
CREATE INDEX happy_hashtags_ranked ON happy_hashtags (window_seconds, window_start, max_smiles DESC, hashtag);

CREATE TABLE volume (
    window_seconds int NOT NULL,
    window_start timestamptz NOT NULL,
    tier text NOT NULL,
    lang text NOT NULL,
    posts bigint NOT NULL,
    reposts bigint NOT NULL,
    replies bigint NOT NULL,
    quotes bigint NOT NULL,
    PRIMARY KEY (window_seconds, window_start, tier, lang)
);

CREATE TABLE place_counts (
    window_seconds int NOT NULL,
    window_start timestamptz NOT NULL,
    country text COLLATE "C" NOT NULL,
    cell text COLLATE "C" NOT NULL,
    posts bigint NOT NULL,
    PRIMARY KEY (window_seconds, window_start, country, cell)
);

-- When a source was connected, and when not.
CREATE TABLE stream_intervals (
    source text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    posts bigint NOT NULL,
    undelivered bigint NOT NULL,
    cause text,
    PRIMARY KEY (source, state, started_at)
);
CREATE INDEX stream_intervals_time ON stream_intervals (ended_at);

-- How far event time has come: one row.
CREATE TABLE progress (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    as_of timestamptz NOT NULL,
    grace_seconds bigint NOT NULL
);
