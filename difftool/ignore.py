"""Rules for what is somebody else's: by kind, by name, and by circumstance. Standard library only, no I/O.

A rule is asked about an object and about all that it is a part of: what is ignored is ignored with its parts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from glob import escape

Key = tuple[str, ...]
"""A kind and the names that address one object of it; functions with their arguments, and no name in quotes."""

ANY = "*"
KINDS = (
    "access_method", "aggregate", "base_type", "cast", "collation", "column", "comment", "composite", "constraint",
    "conversion", "default_privileges", "domain", "enum", "event_trigger", "extension", "foreign_data_wrapper",
    "function", "grant", "index", "language", "materialized_view", "operator", "operator_class", "operator_family",
    "owner", "policy", "publication", "publication_schema", "publication_table", "range", "rule", "schema",
    "security_label", "sequence", "server", "shell_type", "statistics", "subscription", "table",
    "text_search_configuration", "text_search_dictionary", "text_search_parser", "text_search_template", "transform",
    "trigger", "user_mapping", "view",
)  # fmt: skip
"""Kinds that a rule may name: what is always a part of one of these has no rule of its own."""
NOT_IN_ANY = frozenset({"column"})
"""Kinds that a rule has to name: a table is little without its columns."""
SAID_OF = frozenset({"comment", "grant", "owner", "security_label"})
"""Kinds that go by the name of what they are said of."""
WITH_ARGUMENTS = frozenset({"aggregate", "function", "operator"})

PARTITION, EXTRA, ABSENT_ROLE = "partition", "extra", "absent-role"
WHEN = {
    PARTITION: frozenset({"table"}),
    EXTRA: frozenset(KINDS) - {"grant", "owner"},
    ABSENT_ROLE: frozenset({"default_privileges", "grant"}),
}
"""Circumstances, and the kinds that they can be said of."""
KEYS = ("kind", "name", "when")
"""The keys of ``[[ignore]]``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: kinds (or ``*``), a pattern for the dotted name, and a circumstance or none."""

    kinds: tuple[str, ...]
    name: str = ANY
    when: str = ""
    said: str = ""
    """How a plan names a rule that nobody wrote."""

    @property
    def text(self) -> str:
        """The rule as a plan names it: ``table public.events_* (partition)``."""
        if self.said:
            return self.said
        name = "" if self.name == ANY else f" {self.name}"
        return f"{', '.join(self.kinds)}{name}{f' ({self.when})' if self.when else ''}"

    def of(self, kind: str) -> bool:
        """Whether it is about objects of that kind."""
        if self.when and kind not in WHEN[self.when]:
            return False
        return kind in self.kinds or (ANY in self.kinds and kind in KINDS and kind not in NOT_IN_ANY)

    def matches(self, key: Key) -> bool:
        """Whether it is about that object, as far as kind and name say."""
        if not self.of(key[0]):
            return False
        if self.name == ANY:
            return True
        name = dotted(key)
        said_of = key[1] if key[0] in SAID_OF else key[0]
        short = name.partition("(")[0] if said_of in WITH_ARGUMENTS else name
        return fnmatchcase(name, self.name) or fnmatchcase(short, self.name)


@dataclass(frozen=True)
class Rules:
    """All rules, in the order in which they are asked, and the only schemas that are managed, if these are few."""

    rules: tuple[Rule, ...] = ()
    schemas: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules or self.schemas)

    def __add__(self, more: Iterable[Rule]) -> Rules:
        return Rules((*self.rules, *more), self.schemas)

    @cached_property
    def digest(self) -> str:
        """What tells these rules from others, for whoever compares what they left; "" for none.

        Those that are built in go by what extensions made so far: that changes, and no plan gets stale by it.
        """
        written = [r for r in self.rules if not r.said]
        if not written and not self.schemas:
            return ""
        parts = (*(f"{','.join(r.kinds)}\0{r.name}\0{r.when}" for r in written), "", *self.schemas)
        return hashlib.sha256("\0\0".join(parts).encode()).hexdigest()[:8]

    @property
    def by_circumstance(self) -> Rules:
        """The rules that ask for more than kind and name."""
        return Rules(tuple(r for r in self.rules if r.when))

    def asks(self, when: str, *kinds: str) -> bool:
        """Whether a rule about one of these kinds, or any, has that circumstance."""
        return any(r.when == when and (not kinds or any(map(r.of, kinds))) for r in self.rules)

    def always(self, key: Key) -> Rule | None:
        """The rule that ignores a table wherever it is, going by its names alone."""
        if self.schemas and key[1] not in self.schemas:
            return SCHEMAS
        return self.by_name(key) or self.by_name(("schema", key[1]))

    def by_name(self, key: Key) -> Rule | None:
        """The rule that ignores an object wherever it is, whatever it is a part of."""
        return next((r for r in self.rules if not r.when and r.matches(key)), None)

    def about(self, *kinds: str) -> bool:
        """Whether a rule is about one of these kinds."""
        return any(r.of(k) for r in self.rules for k in kinds)


NO_RULES = Rules()
SCHEMAS = Rule((ANY,), said="schemas")
"""Stands for the setting: what lies in no schema that it names."""


def dotted(key: Key) -> str:
    """The name that a pattern is held against: ``app.users.email``; of a comment, that of what it is said of."""
    return ".".join(key[2:] if key[0] in SAID_OF else key[1:])


def rule(kind: str | list[str], name: str, when: str) -> Rule:
    """One table of the settings file; raises ValueError, with the key that is wrong first and then what it may be."""
    kinds = tuple(dict.fromkeys([kind] if isinstance(kind, str) else kind))
    if not kinds or not set(kinds) <= {*KINDS, ANY}:
        wrong = next((k for k in kinds if k not in KINDS), "")
        better = f' ("{wrong}" is a table, when = "partition")' if wrong == "partition" else ""
        raise ValueError("kind", f"{ANY} or one or more of {', '.join(KINDS)}{better}")
    if when and when not in WHEN:
        raise ValueError("when", f"one of {', '.join(WHEN)}")
    if when and ANY not in kinds and not WHEN[when].intersection(kinds):
        raise ValueError("when", f"a circumstance of {', '.join(kinds)}: {when} is one of {_listed(WHEN[when])}")
    if ANY in kinds and name == ANY and not when:
        raise ValueError("name", "a pattern: a rule for every kind and every name would leave nothing to manage")
    return Rule(kinds, name, when)


def _listed(kinds: frozenset[str]) -> str:
    return ", ".join(sorted(kinds)) if len(kinds) < 5 else "other kinds"


TOPOLOGY = frozenset({"edge_data", "face", "node", "relation"})
"""The tables of a topology: https://postgis.net/docs/CreateTopology.html."""
BUILT_IN: tuple[tuple[str, str, Rule], ...] = (
    ("pg_partman", "partitions", Rule(("table",), "*_p[0-9]*", PARTITION)),
    ("pg_partman", "partitions", Rule(("table",), "*_default", PARTITION)),
    ("pg_partman", "template tables", Rule(("table",), "{schema}.template_*", EXTRA)),
    ("pgmq", "queues", Rule((ANY,), "pgmq.*", EXTRA)),
    ("pg_cron", "what lies in its schema", Rule((ANY,), "cron.*", EXTRA)),
    ("timescaledb", "chunks and materializations", Rule((ANY,), "_timescaledb_*.*", EXTRA)),
    ("timescaledb", "triggers", Rule(("trigger",), "*.ts_insert_blocker", EXTRA)),
    ("timescaledb", "triggers", Rule(("trigger",), "*.ts_cagg_invalidation_trigger", EXTRA)),
    ("postgis_tiger_geocoder", "loaded tables", Rule((ANY,), "tiger_data.*", EXTRA)),
)
"""What extensions make while they run, and is no member of theirs: the extension, what it is, and where it lies.

https://github.com/pgpartman/pg_partman, https://github.com/pgmq/pgmq, https://github.com/timescale/timescaledb,
https://github.com/citusdata/pg_cron, https://postgis.net/docs/Extras.html
"""
STATEFUL = frozenset({extension for extension, _, _ in BUILT_IN} | {"postgis_topology"})


@dataclass(frozen=True)
class Installed:
    """What the rules that are built in go by: a database's extensions with their schemas, and its tables."""

    extensions: Mapping[str, str]
    tables: frozenset[tuple[str, ...]] = frozenset()
    """Schema and name of each."""
    parents: frozenset[tuple[str, ...]] = frozenset()
    """Of those that others inherit from, as partitions or otherwise."""


def built_in(installed: Installed) -> Iterator[Rule]:
    """The rules that come with installed extensions."""
    for extension, what, found in BUILT_IN:
        if extension in installed.extensions:
            name = found.name.replace("{schema}", escape(installed.extensions[extension]))
            yield Rule(found.kinds, name, found.when, f"{extension}: {what}")
    if "pg_partman" in installed.extensions:
        for table in sorted({name for _, name in installed.parents}):
            yield Rule(("table",), f"*.{escape(table)}_p[0-9]*", EXTRA, "pg_partman: detached partitions")
    if "postgis_topology" in installed.extensions:
        yield from _topologies(installed)


def _topologies(installed: Installed) -> Iterator[Rule]:
    inside: dict[str, set[str]] = {}
    for schema, table in installed.tables:
        inside.setdefault(schema, set()).add(table)
    for schema in sorted(s for s, names in inside.items() if names >= TOPOLOGY):
        said = "postgis_topology: topologies"
        yield Rule(("schema",), escape(schema), EXTRA, said)
        yield Rule((ANY,), f"{escape(schema)}.*", EXTRA, said)


def as_made(rules: Rules, installed: Installed) -> Rules:
    """The rules for a database beside which no desired schema stands: only what extensions made is extra there."""
    return Rules((*(r for r in rules.rules if r.when in ("", PARTITION)), *built_in(installed)), rules.schemas)
