CREATE SCHEMA "My Schema";
CREATE TABLE "My Schema"."Select" ("From" int PRIMARY KEY, "a.b" text DEFAULT 'it''s', "ü""q" text);
CREATE INDEX "An Index" ON "My Schema"."Select" ("a.b");
CREATE VIEW "My Schema"."View; DROP TABLE x" AS SELECT "From" FROM "My Schema"."Select";
COMMENT ON TABLE "My Schema"."Select" IS '-- Name: x; Type: TABLE; Schema: -; Owner: y';
