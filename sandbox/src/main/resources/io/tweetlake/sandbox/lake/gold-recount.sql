-- Gold counted again from silver. ${grace} is gold.grace in milliseconds. A statement that begins with a table's name in a
-- comment gives: rows of the table, rows that it should have, rows that differ, one of these.

-- Sizes of a table's windows, and what lies between the starts of two: all starts are multiples of it.
CREATE MACRO windows_of(gold) AS TABLE
  SELECT size, gcd(size, list_reduce(list(DISTINCT start), lambda a, b: gcd(a, b))) AS advance
  FROM (SELECT epoch_ms(window_end) - epoch_ms(window_start) AS size, epoch_ms(window_start) AS start FROM query_table(gold))
  GROUP BY size;

-- The starts of the windows that hold a time.
CREATE MACRO starts(millis, size, advance) AS range(((millis - size) // advance + 1) * advance, millis + 1, advance);

-- Case is folded by the table that the services fold by.
CREATE MACRO fold(written) AS translate(written, '${folded}', '${folds}');

-- The versions of posts that were met first, unless they are from the future, or further than the grace behind the newest post of their
-- partition so far. No post moves that clock beyond its own arrival.
CREATE MACRO counting(silver) AS TABLE
  SELECT *, epoch_ms(created_at) AS millis
  FROM (SELECT *, max(least(epoch_ms(created_at), epoch_ms(observed_at)))
          OVER (PARTITION BY kafka_partition ORDER BY kafka_offset) AS clock FROM query_table(silver))
  WHERE coalesce(first_met, version = 1) AND epoch_ms(created_at) <= epoch_ms(observed_at) + 900000 AND epoch_ms(created_at) + ${grace} >= clock;

-- Facets tell the 24 languages with most mentions apart, of equals those first in the alphabet; the rest is one.
-- What a gold row says of each tier and language: the facets that have both, or the row itself if it has none.
CREATE MACRO cells_of(row_tier, row_lang, row_mentions, row_originals, facets) AS
  CASE WHEN len(facets) = 0
    THEN [{'tier': row_tier, 'lang': row_lang, 'mentions': row_mentions, 'originals': row_originals}]
    ELSE list_sort([{'tier': f.tier, 'lang': f.lang, 'mentions': f.mentions, 'originals': f.originals}
                    FOR f IN facets IF f.tier IS NOT NULL AND f.lang IS NOT NULL]) END;

-- In a window with a row for all others, which things have their own depends on the order of posts in memory: they have at most what is
-- counted again, and all rows together as much.

-- An estimate of distinct authors may be off by five standard errors, an exact count by none.
CREATE MACRO authors_differ(said, error, counted) AS abs(said - counted) > 5 * error * counted;

-- gold.hashtag_counts
WITH mentions AS (
  SELECT w.size, unnest(starts(millis, w.size, w.advance)) AS start, hashtag, tier, lang, author_id, repost_of
  FROM (SELECT *, unnest(hashtag_keys) AS hashtag FROM counting('silver.tweets')), windows_of('gold.hashtag_counts') w),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY size, start, hashtag ORDER BY mentions DESC, of_lang) AS place,
    count(*) OVER (PARTITION BY size, start, hashtag) AS languages
  FROM (SELECT size, start, hashtag, lang AS of_lang, count(*) AS mentions FROM mentions GROUP BY ALL)),
shown AS (
  SELECT m.* REPLACE (CASE WHEN r.languages > 24 AND r.place > 24 THEN 'other' ELSE m.lang END AS lang)
  FROM mentions m JOIN ranked r ON r.size = m.size AND r.start = m.start AND r.hashtag = m.hashtag AND r.of_lang = m.lang),
cells AS (
  SELECT size, start, hashtag, tier, lang, count(*) AS mentions, count(*) FILTER (repost_of IS NULL) AS originals,
    list(DISTINCT author_id) FILTER (author_id <> '') AS authors
  FROM shown GROUP BY ALL),
counted AS (
  SELECT size, start, hashtag, sum(mentions) AS mentions, sum(originals) AS originals,
    len(list_distinct(flatten(list(coalesce(authors, []))))) AS authors,
    list_sort(list({'tier': tier, 'lang': lang, 'mentions': mentions, 'originals': originals})) AS cells
  FROM cells GROUP BY ALL),
said AS (
  SELECT *, epoch_ms(window_end) - epoch_ms(window_start) AS size, epoch_ms(window_start) AS start,
    cells_of(tier, lang, mentions, originals, facets) AS cells
  FROM gold.hashtag_counts),
others AS (SELECT DISTINCT size, start FROM said WHERE hashtag = '(other)'),
sums AS (
  SELECT size, start, (SELECT sum(mentions) FROM said s WHERE s.size = o.size AND s.start = o.start)
    = (SELECT sum(mentions) FROM counted c WHERE c.size = o.size AND c.start = o.start) AS is_same FROM others o),
both_of AS (
  SELECT coalesce(s.hashtag, c.hashtag) || ' in ' || make_timestamp(coalesce(s.start, c.start) * 1000) AS which,
    s.hashtag IS NOT NULL AS is_said, c.hashtag IS NOT NULL AS is_counted,
    CASE WHEN o.size IS NULL THEN s.mentions = c.mentions AND s.originals = c.originals AND s.cells = c.cells
      AND NOT authors_differ(s.authors, s.authors_error, c.authors)
      ELSE s.hashtag IS NULL OR s.hashtag = '(other)' OR s.mentions <= c.mentions END AS is_same
  FROM said s FULL OUTER JOIN counted c ON s.size = c.size AND s.start = c.start AND s.hashtag = c.hashtag
    LEFT JOIN others o ON o.size = coalesce(s.size, c.size) AND o.start = coalesce(s.start, c.start)
  UNION ALL SELECT 'all in ' || make_timestamp(start * 1000), false, false, is_same FROM sums)
SELECT count(*) FILTER (is_said), count(*) FILTER (is_counted), count(*) FILTER (is_same IS NOT TRUE),
  min(which) FILTER (is_same IS NOT TRUE) FROM both_of;

-- gold.happy_hashtags
WITH smiles AS (
  SELECT w.size, unnest(starts(millis, w.size, w.advance)) AS start, hashtag, happy_emoticons + happy_emoji AS smiles
  FROM (SELECT *, unnest(hashtag_keys) AS hashtag FROM counting('silver.tweets') WHERE happy_emoticons + happy_emoji > 0),
    windows_of('gold.happy_hashtags') w),
counted AS (
  SELECT size, start, hashtag, count(*) AS posts, max(smiles) AS max_smiles, sum(smiles) AS sum_smiles
  FROM smiles GROUP BY ALL),
said AS (
  SELECT *, epoch_ms(window_end) - epoch_ms(window_start) AS size, epoch_ms(window_start) AS start FROM gold.happy_hashtags),
others AS (SELECT DISTINCT size, start FROM said WHERE hashtag = '(other)'),
sums AS (
  SELECT size, start, (SELECT sum(posts) FROM said s WHERE s.size = o.size AND s.start = o.start)
    = (SELECT sum(posts) FROM counted c WHERE c.size = o.size AND c.start = o.start) AS is_same FROM others o),
both_of AS (
  SELECT coalesce(s.hashtag, c.hashtag) || ' in ' || make_timestamp(coalesce(s.start, c.start) * 1000) AS which,
    s.hashtag IS NOT NULL AS is_said, c.hashtag IS NOT NULL AS is_counted,
    CASE WHEN o.size IS NULL THEN s.posts = c.posts AND s.max_smiles = c.max_smiles AND s.sum_smiles = c.sum_smiles
      ELSE s.hashtag IS NULL OR s.hashtag = '(other)' OR s.posts <= c.posts END AS is_same
  FROM said s FULL OUTER JOIN counted c ON s.size = c.size AND s.start = c.start AND s.hashtag = c.hashtag
    LEFT JOIN others o ON o.size = coalesce(s.size, c.size) AND o.start = coalesce(s.start, c.start)
  UNION ALL SELECT 'all in ' || make_timestamp(start * 1000), false, false, is_same FROM sums)
SELECT count(*) FILTER (is_said), count(*) FILTER (is_counted), count(*) FILTER (is_same IS NOT TRUE),
  min(which) FILTER (is_same IS NOT TRUE) FROM both_of;

-- gold.entity_counts
WITH entities AS (
  SELECT id, millis, tier, lang, author_id, repost_of, unnest(entities) AS entity FROM counting('silver.entities')),
named AS (
  SELECT DISTINCT id, millis, tier, lang, author_id, repost_of, entity.type AS type,
    fold(trim(regexp_replace(nfc_normalize(entity.text), '\s+', ' ', 'g'))) AS entity_key
  FROM entities WHERE entity.type NOT IN ('HASHTAG', 'CASHTAG', 'MENTION', 'URL')),
mentions AS (
  SELECT w.size, unnest(starts(millis, w.size, w.advance)) AS start, type, entity_key, tier, lang, author_id, repost_of
  FROM named, windows_of('gold.entity_counts') w),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY size, start, type, entity_key ORDER BY mentions DESC, of_lang) AS place,
    count(*) OVER (PARTITION BY size, start, type, entity_key) AS languages
  FROM (SELECT size, start, type, entity_key, lang AS of_lang, count(*) AS mentions FROM mentions GROUP BY ALL)),
shown AS (
  SELECT m.* REPLACE (CASE WHEN r.languages > 24 AND r.place > 24 THEN 'other' ELSE m.lang END AS lang)
  FROM mentions m JOIN ranked r ON r.size = m.size AND r.start = m.start AND r.type = m.type AND r.entity_key = m.entity_key AND r.of_lang = m.lang),
cells AS (
  SELECT size, start, type, entity_key, tier, lang, count(*) AS mentions, count(*) FILTER (repost_of IS NULL) AS originals,
    list(DISTINCT author_id) FILTER (author_id <> '') AS authors
  FROM shown GROUP BY ALL),
counted AS (
  SELECT size, start, type, entity_key, sum(mentions) AS mentions, sum(originals) AS originals,
    len(list_distinct(flatten(list(coalesce(authors, []))))) AS authors,
    list_sort(list({'tier': tier, 'lang': lang, 'mentions': mentions, 'originals': originals})) AS cells
  FROM cells GROUP BY ALL),
said AS (
  SELECT *, epoch_ms(window_end) - epoch_ms(window_start) AS size, epoch_ms(window_start) AS start,
    cells_of(tier, lang, mentions, originals, facets) AS cells
  FROM gold.entity_counts),
others AS (SELECT DISTINCT size, start FROM said WHERE entity_key = '(other)'),
sums AS (
  SELECT size, start, (SELECT sum(mentions) FROM said s WHERE s.size = o.size AND s.start = o.start)
    = (SELECT sum(mentions) FROM counted c WHERE c.size = o.size AND c.start = o.start) AS is_same FROM others o),
both_of AS (
  SELECT coalesce(s.entity_key, c.entity_key) || ' in ' || make_timestamp(coalesce(s.start, c.start) * 1000) AS which,
    s.entity_key IS NOT NULL AS is_said, c.entity_key IS NOT NULL AS is_counted,
    CASE WHEN o.size IS NULL THEN s.mentions = c.mentions AND s.originals = c.originals AND s.cells = c.cells
      AND NOT authors_differ(s.authors, s.authors_error, c.authors)
      ELSE s.entity_key IS NULL OR s.entity_key = '(other)' OR s.mentions <= c.mentions END AS is_same
  FROM said s FULL OUTER JOIN counted c
    ON s.size = c.size AND s.start = c.start AND s.type = c.type AND s.entity_key = c.entity_key
    LEFT JOIN others o ON o.size = coalesce(s.size, c.size) AND o.start = coalesce(s.start, c.start)
  UNION ALL SELECT 'all in ' || make_timestamp(start * 1000), false, false, is_same FROM sums)
SELECT count(*) FILTER (is_said), count(*) FILTER (is_counted), count(*) FILTER (is_same IS NOT TRUE),
  min(which) FILTER (is_same IS NOT TRUE) FROM both_of;

-- gold.volume
WITH posts AS (
  SELECT w.size, unnest(starts(millis, w.size, w.advance)) AS start, tier, lang, repost_of, reply_to, quote_of
  FROM counting('silver.tweets'), windows_of('gold.volume') w),
counted AS (
  SELECT size, start, tier, lang, count(*) AS posts, count(repost_of) AS reposts, count(reply_to) AS replies,
    count(quote_of) AS quotes
  FROM posts GROUP BY ALL),
said AS (
  SELECT *, epoch_ms(window_end) - epoch_ms(window_start) AS size, epoch_ms(window_start) AS start FROM gold.volume),
both_of AS (
  SELECT coalesce(s.tier || '/' || s.lang, c.tier || '/' || c.lang) || ' in '
      || make_timestamp(coalesce(s.start, c.start) * 1000) AS which,
    s.tier IS NOT NULL AS is_said, c.tier IS NOT NULL AS is_counted,
    s.posts = c.posts AND s.reposts = c.reposts AND s.replies = c.replies AND s.quotes = c.quotes AS is_same
  FROM said s FULL OUTER JOIN counted c
    ON s.size = c.size AND s.start = c.start AND s.tier = c.tier AND s.lang = c.lang)
SELECT count(*) FILTER (is_said), count(*) FILTER (is_counted), count(*) FILTER (is_same IS NOT TRUE),
  min(which) FILTER (is_same IS NOT TRUE) FROM both_of;

-- gold.place_counts
WITH posts AS (
  SELECT w.size, unnest(starts(millis, w.size, w.advance)) AS start, CASE WHEN regexp_full_match(geo_country, '[A-Z]{2}') THEN geo_country ELSE '--' END AS country,
    CASE WHEN geo_lat IS NULL OR geo_lon IS NULL THEN '--' ELSE
      format('{}{:02d}{}{:03d}', CASE WHEN geo_lat < 0 THEN 'S' ELSE 'N' END, abs(floor(geo_lat / 5) * 5)::INT,
        CASE WHEN geo_lon < 0 THEN 'W' ELSE 'E' END, abs(floor(geo_lon / 5) * 5)::INT) END AS cell
  FROM counting('silver.tweets'), windows_of('gold.place_counts') w WHERE geo_country IS NOT NULL OR geo_lat IS NOT NULL),
counted AS (SELECT size, start, country, cell, count(*) AS posts FROM posts GROUP BY ALL),
said AS (
  SELECT *, epoch_ms(window_end) - epoch_ms(window_start) AS size, epoch_ms(window_start) AS start FROM gold.place_counts),
others AS (SELECT DISTINCT size, start FROM said WHERE cell = '(other)'),
sums AS (
  SELECT size, start, (SELECT sum(posts) FROM said s WHERE s.size = o.size AND s.start = o.start)
    = (SELECT sum(posts) FROM counted c WHERE c.size = o.size AND c.start = o.start) AS is_same FROM others o),
both_of AS (
  SELECT coalesce(s.country || '/' || s.cell, c.country || '/' || c.cell) || ' in '
      || make_timestamp(coalesce(s.start, c.start) * 1000) AS which,
    s.country IS NOT NULL AS is_said, c.country IS NOT NULL AS is_counted, CASE WHEN o.size IS NULL THEN s.posts = c.posts
      ELSE s.country IS NULL OR s.cell = '(other)' OR s.posts <= c.posts END AS is_same
  FROM said s FULL OUTER JOIN counted c
    ON s.size = c.size AND s.start = c.start AND s.country = c.country AND s.cell = c.cell
    LEFT JOIN others o ON o.size = coalesce(s.size, c.size) AND o.start = coalesce(s.start, c.start)
  UNION ALL SELECT 'all in ' || make_timestamp(start * 1000), false, false, is_same FROM sums)
SELECT count(*) FILTER (is_said), count(*) FILTER (is_counted), count(*) FILTER (is_same IS NOT TRUE),
  min(which) FILTER (is_same IS NOT TRUE) FROM both_of;
