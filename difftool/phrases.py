"""How pg_dump writes what hangs on something else: patterns, and names without their quotes."""

from __future__ import annotations

import re

PART = r'(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_]*)'
"""An identifier as pg_dump writes it: without quotes only where it is plain."""
REL = rf"{PART}\.{PART}"
NAME = re.compile(PART)

RELATIONS = {
    "TABLE": "table", "FOREIGN TABLE": "table", "VIEW": "view", "MATERIALIZED VIEW": "materialized_view",
    "SEQUENCE": "sequence",
}  # fmt: skip
ROUTINES = {"FUNCTION": "function", "PROCEDURE": "function", "AGGREGATE": "aggregate"}
ON_TABLE = {"TRIGGER": "trigger", "RULE": "rule", "POLICY": "policy", "CONSTRAINT": "constraint"}
CONSTRAINTS = frozenset({"CONSTRAINT", "FK CONSTRAINT", "CHECK CONSTRAINT"})
PLAIN = {
    "ACCESS METHOD": "access_method", "COLLATION": "collation", "CONVERSION": "conversion", "DOMAIN": "domain",
    "EVENT TRIGGER": "event_trigger", "EXTENSION": "extension", "FOREIGN DATA WRAPPER": "foreign_data_wrapper",
    "FOREIGN SERVER": "server", "LANGUAGE": "language", "PROCEDURAL LANGUAGE": "language",
    "PUBLICATION": "publication", "SCHEMA": "schema", "SERVER": "server", "SHELL TYPE": "shell_type",
    "STATISTICS": "statistics", "SUBSCRIPTION": "subscription",
    "TEXT SEARCH CONFIGURATION": "text_search_configuration", "TEXT SEARCH DICTIONARY": "text_search_dictionary",
    "TEXT SEARCH PARSER": "text_search_parser", "TEXT SEARCH TEMPLATE": "text_search_template",
}  # fmt: skip
"""Types of pg_dump whose objects have the header's name."""

INDEX = re.compile(rf"CREATE (?:UNIQUE )?INDEX {PART} ON (?:ONLY )?(?P<on>{REL})")
ATTACH = re.compile(rf"ALTER (?:TABLE ONLY|INDEX) (?P<parent>{REL}) ATTACH PARTITION (?P<child>{REL})")
CONSTRAINT = re.compile(
    rf"ALTER (?P<domain>DOMAIN )?(?:FOREIGN )?(?:TABLE )?(?:ONLY )?(?P<on>{REL})\s+ADD CONSTRAINT (?P<name>{PART})"
    rf"(?: NOT NULL (?P<column>{PART}))?"
)
TRIGGER = re.compile(
    rf'CREATE (?:CONSTRAINT )?TRIGGER (?P<name>{PART}) (?:"(?:[^"]|"")*"|[^"])*? ON (?P<on>{REL}) ', re.DOTALL
)
VIEW = re.compile(rf"CREATE OR REPLACE VIEW (?P<on>{REL})")
"""Of views that need each other, the second half is dumped as a rule."""
STATE = re.compile(rf"ALTER TABLE (?:ONLY )?(?P<on>{REL}) (?:ENABLE|DISABLE)[A-Z ]* TRIGGER (?P<name>{PART})")
"""Of a partition's copy of a trigger, only whether it is enabled is dumped."""
RULE = re.compile(rf"CREATE RULE (?P<name>{PART}) AS\s+ON \w+ TO (?P<on>{REL})")
POLICY = re.compile(rf"CREATE POLICY (?P<name>{PART}) ON (?P<on>{REL})")
ROW_SECURITY = re.compile(rf"ALTER (?:FOREIGN )?TABLE (?:ONLY )?(?P<on>{REL}) ")
STATISTICS = re.compile(rf".* FROM (?P<on>{REL})$", re.DOTALL)
OF_COLUMN = re.compile(rf"ALTER (?:FOREIGN )?TABLE (?:ONLY )?(?P<on>{REL}) ALTER COLUMN (?P<column>{PART}) ")
IDENTITY = re.compile(OF_COLUMN.pattern + "ADD GENERATED ")
OWNED_BY = re.compile(rf"ALTER SEQUENCE (?P<sequence>{REL}) OWNED BY (?P<on>{REL})\.(?P<column>{PART})")
PUBLISHED = re.compile(rf"ALTER PUBLICATION (?P<name>{PART}) ADD TABLE (?:ONLY )?(?P<on>{REL})")
PUBLISHED_SCHEMA = re.compile(rf"ALTER PUBLICATION (?P<name>{PART}) ADD TABLES IN SCHEMA (?P<schema>{PART})")
USER_MAPPING = re.compile(rf"CREATE USER MAPPING FOR (?P<name>{PART}|PUBLIC) SERVER (?P<server>{PART})")
DEFAULT_ACL = re.compile(
    rf"ALTER DEFAULT PRIVILEGES FOR ROLE (?P<role>{PART})(?: IN SCHEMA (?P<schema>{PART}))? "
    rf"(?:GRANT|REVOKE) .*? ON (?P<on>TABLES|SEQUENCES|FUNCTIONS|TYPES|SCHEMAS|LARGE OBJECTS) ",
    re.DOTALL,
)
LETTERS = {"TABLES": "r", "SEQUENCES": "S", "FUNCTIONS": "f", "TYPES": "T", "SCHEMAS": "n", "LARGE OBJECTS": "L"}
ROUTINE = re.compile(rf"ALTER (?:FUNCTION|PROCEDURE|AGGREGATE) {PART}\.(?P<signature>.+) OWNER TO \S+", re.DOTALL)
OPERATOR = re.compile(rf"ALTER OPERATOR {PART}\.(?P<name>\S+) \((?P<types>.+)\) OWNER TO ", re.DOTALL)
OPERATOR_CLASS = re.compile(rf"ALTER OPERATOR (?P<what>CLASS|FAMILY) (?P<on>{REL}) USING (?P<method>{PART}) OWNER TO ")
TYPE = re.compile(rf"CREATE TYPE {REL}(?: AS (?P<how>ENUM|RANGE|\())?")
TYPES = {"ENUM": "enum", "RANGE": "range", "(": "composite", None: "base_type"}
CAST = re.compile(r"CAST \((.+)\)", re.DOTALL)
TRANSFORM = re.compile(r"TRANSFORM FOR (.+) LANGUAGE (.+)", re.DOTALL)
INHERITS = re.compile(rf"\)\s*INHERITS \((?P<parents>{REL}(?:, {REL})*)\)")
ON = re.compile(rf"(?P<name>{PART}) ON (?P<domain>DOMAIN )?(?:{PART}\.)?(?P<on>{PART})")
INLINE = re.compile(rf"CONSTRAINT (?P<name>{PART}) CHECK ")
INSTALLED = re.compile(rf"CREATE EXTENSION IF NOT EXISTS (?P<name>{PART}) WITH SCHEMA (?P<schema>{PART})")


def names(text: str) -> tuple[str, ...]:
    """The parts of a dotted name, without quotes."""
    return tuple(p[1:-1].replace('""', '"') if p[0] == '"' else p for p in NAME.findall(text))
