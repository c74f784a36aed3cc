-- roles: dt_app
CREATE SCHEMA s;
CREATE TEXT SEARCH PARSER s.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH PARSER p2 (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE s.t (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE t2 (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = simple, accept = false, stopwords = 'english');
CREATE TEXT SEARCH DICTIONARY d2 (TEMPLATE = s.t, accept = true);
CREATE TEXT SEARCH DICTIONARY d3 (TEMPLATE = snowball, language = english);
CREATE TEXT SEARCH CONFIGURATION s.c (PARSER = s.p);
ALTER TEXT SEARCH CONFIGURATION s.c ADD MAPPING FOR asciiword, word, "int" WITH s.d, simple;
ALTER TEXT SEARCH CONFIGURATION s.c ADD MAPPING FOR email, "float" WITH d3;
COMMENT ON TEXT SEARCH CONFIGURATION s.c IS 'cfg'; COMMENT ON TEXT SEARCH DICTIONARY s.d IS 'dict'; COMMENT ON TEXT SEARCH PARSER s.p IS 'prs'; COMMENT ON TEXT SEARCH TEMPLATE s.t IS 'tm';
CREATE TABLE tt (x text, g tsvector GENERATED ALWAYS AS (to_tsvector('s.c', x)) STORED); CREATE INDEX ON tt USING gin (to_tsvector('s.c', x));
CREATE TEXT SEARCH CONFIGURATION "Weird ""q""" (PARSER = default); ALTER TEXT SEARCH CONFIGURATION "Weird ""q""" OWNER TO dt_app;
