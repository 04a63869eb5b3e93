SELECT count(*) = 3 AS ok, 'posts ' || count(*) AS seen FROM silver.tweets WHERE id LIKE '810%'
