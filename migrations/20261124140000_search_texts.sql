-- Chinese full text without an extension: an item is found by pairs of neighbouring characters. The index
-- stands on an expression, so whatever writes a text keeps it, in the same commit. The title is copied
-- beside the long texts: an index of its words on `item` would be written anew with every change of a flag.
-- What units report is not in the index: each report would have to write some fifty pairs.

ALTER TABLE item_text ADD COLUMN title text NOT NULL DEFAULT '';

UPDATE item_text t
SET title = i.title
FROM item i
WHERE i.id = t.item;

-- The words of an item as they are compared: half-width, lower case.
CREATE FUNCTION folded(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT translate(
        lower(words),
        '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　',
        '0123456789abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz '
    )
$$;

-- The pairs of neighbouring characters of a text.
CREATE FUNCTION pairs(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT ARRAY(
        SELECT DISTINCT p.c || p.following
        FROM (
            SELECT l.c, lead(l.c) OVER (ORDER BY l.place) AS following
            FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS l (c, place)
        ) p
        WHERE p.following IS NOT NULL
          AND p.c || p.following !~ '[[:space:]，。、；：]'
    )
$$;

-- All that is searched of an item, in one text; a line break keeps its parts apart. What it calls is
-- settled here and not where it is used: a restore looks for nothing by its bare name.
CREATE FUNCTION item_words(title text, description text, goal text, measures text, category text, region text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN folded(
    title || chr(10) || description || chr(10) || goal || chr(10) || measures || chr(10) || category
    || chr(10) || region
);

CREATE INDEX item_text_pairs ON item_text
USING gin (pairs(item_words(title, description, goal, measures, category, region)));
