-- The text that a search compares gets more scripts right: ΓΙΩΡΓΟΣ finds Γιώργος, half-width kana find the full ones, Arabic and Hebrew
-- are found with and without their vowels, and 太郎 is found in 山田太郎. Five steps make the change while servers of the
-- version before go on, and whoever searches in between finds everybody:
--   1  the text is filled by a trigger, from now on in both forms, the one before and the next one
--   2  the customers whose two forms differ get both
--   3  what is typed is compared in the next form
--   4  the form before is taken out again
--   5  the references get an index
-- No step holds a lock on the table for longer than a moment. Steps 2 and 4 look at every customer, in batches, and write
-- those that differ; interrupted, they begin again and pass over what is done.

-- Text as it is compared. First come PostgreSQL's own rules, which are all that Latin, Cyrillic and most Greek need; what
-- is ASCII then is done. The rest loses its compatibility forms (half-width kana, the joined forms of Arabic), what nobody
-- sees, and the marks that people leave out: accents, the vowels of Arabic and Hebrew, the tatweel, the nukta.
CREATE FUNCTION fold_next(text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
  plain text := $1;
BEGIN
  IF octet_length(plain) > length(plain) THEN
    plain := public.unaccent('public.unaccent'::regdictionary, normalize(plain));
  END IF;
  IF octet_length(plain) = length(plain) THEN
    RETURN lower(plain);
  END IF;
  -- A spacing accent used as an apostrophe would become a space with an accent.
  plain := regexp_replace(lower(normalize(replace(plain, E'\u00b4', ''''), NFKC)),
    '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u061c\u0640\u064b-\u065f'
    '\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc\u180b-\u180f\u200b-\u200f'
    '\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]', '', 'g');
  -- Letters that are typed one for the other: final sigma; alef with hamza or madda, yeh, heh and kaf of Arabic, Persian and
  -- Urdu; the three letters of Devanagari that have their nukta inside. Digits of Arabic and Persian. The dot between
  -- Japanese names.
  RETURN translate(plain,
    E'\u03c2\u0622\u0623\u0625\u0671\u0649\u06cc\u0629\u06be\u06c0\u06c1\u06d5\u06a9\u06aa\u0929\u0931\u0934'
      '\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669'
      '\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u30fb',
    E'\u03c3\u0627\u0627\u0627\u0627\u064a\u064a\u0647\u0647\u0647\u0647\u0647\u0643\u0643\u0928\u0930\u0933'
      '0123456789'
      '0123456789 ');
END $$;

-- The same with a bar before each word: "|jane |o'|neil |j.|oneil|7@|gmail.|com", "|山|田|太|郎". A word is a run of digits, of
-- kana, or of anything else that is not ASCII punctuation; each Han character and each Hangul syllable is a word, because
-- names of two of them stand inside longer ones. Whether a bar stands between two characters depends on these two alone,
-- so a part of a text has its bars where the text has them. A bar that was typed counts as a space.
CREATE FUNCTION search_text_next(text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
  plain CONSTANT text := translate(public.fold_next($1), '|', ' ');
BEGIN
  IF octet_length(plain) = length(plain) THEN
    RETURN regexp_replace(plain, '[0-9]+|[^0-9 -/:-@[-`{-~]+', '|\&', 'g');
  END IF;
  RETURN regexp_replace(plain,
    '[0-9]+'
    '|[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]'
    '|[\u3040-\u30ff\u31f0-\u31ff]+'
    '|[^0-9 -/:-@[-`{-~\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff'
      '\U00020000-\U0003ffff]+',
    '|\&', 'g');
END $$;

-- The text of a customer, from the fields that have words.
CREATE FUNCTION customer_search(name text, email text, company text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  whole CONSTANT text := coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(company, '');
  before CONSTANT text := public.search_text(whole);
  next CONSTANT text := public.search_text_next(whole);
BEGIN
  RETURN CASE WHEN before = next THEN next ELSE before || ' ' || next END;
END $$;

CREATE FUNCTION fill_customer_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := public.customer_search(NEW.name, NEW.email, NEW.company);
  RETURN NEW;
END $$;

-- Brings the text and the sort key of every customer up to date with the functions that make them, and adds the words;
-- each batch is a transaction. To be called whenever one of the functions has changed, or PostgreSQL's rules for accents.
CREATE PROCEDURE rewrite_search() LANGUAGE plpgsql AS $$
DECLARE
  batch CONSTANT integer := 500;
  -- Both ends of a batch are always known, so that the primary key leads to it.
  begin_account uuid := '00000000-0000-0000-0000-000000000000';
  begin_id uuid := '00000000-0000-0000-0000-000000000000';
  end_account uuid;
  end_id uuid;
  is_last boolean := false;
BEGIN
  WHILE NOT is_last LOOP
    SELECT account_id, id INTO end_account, end_id FROM customers
      WHERE (account_id, id) > (begin_account, begin_id) ORDER BY account_id, id OFFSET batch - 1 LIMIT 1;
    is_last := NOT FOUND;
    IF is_last THEN
      end_account := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
      end_id := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    END IF;
    WITH changed AS (
      UPDATE customers SET name = name
        WHERE (account_id, id) > (begin_account, begin_id) AND (account_id, id) <= (end_account, end_id)
          AND (search IS DISTINCT FROM public.customer_search(name, email, company)
               OR name_key IS DISTINCT FROM public.fold(coalesce(name, email, phone, '')))
        RETURNING account_id, search)
    INSERT INTO words (account_id, word)
      SELECT DISTINCT account_id, word FROM changed, unnest(public.search_words(search)) AS word
      ORDER BY account_id, word ON CONFLICT DO NOTHING;
    COMMIT;
    begin_account := end_account;
    begin_id := end_id;
  END LOOP;
END $$;

DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE customers IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
-- Not generated any more: what makes a generated column could only be changed under a lock for as long as it takes to
-- write the whole table.
ALTER TABLE customers ALTER COLUMN search DROP EXPRESSION;
CREATE TRIGGER customers_search BEFORE INSERT OR UPDATE OF name, email, company ON customers
  FOR EACH ROW EXECUTE FUNCTION fill_customer_search();
