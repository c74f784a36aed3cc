"""What the rules must know of the target, read in one query: sizes, columns, constraints, indexes, types, functions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from difftool.parse import Name, Node, parse, written
from difftool.pg.connection import rows
from difftool.rules.counting import Counting
from difftool.rules.sqltype import SqlType, modifiers

if TYPE_CHECKING:
    from difftool.pg.types import Connection

NAMES = (
    "relations", "inherits", "columns", "constraints", "indexes", "types", "functions", "builtins", "casts",
    "volatile_operators", "owned", "reads", "filled_from", "said", "kept", "late", "counting",
)  # fmt: skip
"""The lists that ``facts.sql`` gives after the settings, in its order."""
NOT_NULL = "NOT NULL"
QUALIFIER = re.compile(r"""'(?:[^']|'')*'|\b[A-Za-z_]\w*\.|"[^"]*"\.""")
"""A schema in front of a name; or a text, in which nothing is a name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``type`` is None where nobody knows it."""

    name: str
    type: SqlType | None = None
    not_null: bool = False
    default: bool = False
    identity: bool = False
    generated: str = ""
    """``s`` stored, ``v`` virtual, or empty: as ``pg_attribute.attgenerated``."""
    collation: str = ""
    new: bool = False

    @property
    def fills_itself(self) -> bool:
        """True when an INSERT may leave the column out though it is NOT NULL."""
        return self.default or self.identity or bool(self.generated)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint; ``type`` as ``pg_constraint.contype``, ``definition`` as PostgreSQL writes it."""

    name: str
    type: str
    valid: bool
    columns: tuple[str, ...] = ()
    definition: str = ""
    references: int = 0
    referenced: tuple[str, ...] = ()
    """The table that a foreign key points at, by OID, and the columns there."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index: every column that it reads, and whether it is plain (valid, no expression, no WHERE), and unique."""

    name: Name
    table: int
    columns: tuple[str, ...]
    plain: bool = True
    unique: bool = False
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view, materialized view, sequence or composite type, with its size where it has one.

    ``kind`` is ``pg_class.relkind``; ``rows`` is an estimate, None when nobody knows; ``bytes`` is without indexes.
    ``new`` marks what the plan itself makes: nobody uses it yet.
    """

    oid: int
    name: Name
    kind: str = "r"
    persistence: str = "p"
    rows: int | None = None
    bytes: int | None = None
    access_method: str = ""
    tablespace: str = ""
    row_security: bool = False
    partition: bool = False
    default_partition: bool = False
    extension: str = ""
    populated: bool = True
    """False for a materialized view that nobody can read until it is refreshed."""
    bound: str = ""
    """Of a partition: ``FOR VALUES FROM (1) TO (2)``."""
    key: str = ""
    """Of a partitioned table: ``RANGE (day)``."""
    written: int = 0
    """How many rows have been inserted, updated and deleted, as far as the server has counted."""
    on_update: str = ""
    """What an UPDATE of its rows does besides, or why it cannot be done in batches, in words."""
    rate: float | None = None
    """Rows inserted, updated and deleted a second since it was analyzed; None where nobody knows."""
    owner: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()
    new: bool = False
    hot: bool = False
    """So much is written to it that it counts as a large one: see ``with_hot``."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type that is not an array: ``kind`` as ``pg_type.typtype``, a domain's base, an enum's labels in order."""

    name: Name
    kind: str = "b"
    base: SqlType | None = None
    constrained: bool = False
    labels: tuple[str, ...] = ()
    new: bool = False
    checks: tuple[str, ...] = ()
    """What a domain's own constraints ask of a value, each as one line of SQL."""
    subtype: SqlType | None = None
    """What a range type is a range of."""


@dataclass(frozen=True, slots=True)
class Function:
    """One overload: the types it takes, and what it gives back as (set?, out columns or the one type).

    ``names`` are those of the arguments that it takes, none where none has one; the last ``defaults`` have a default.
    """

    name: Name
    takes: tuple[SqlType, ...]
    gives: tuple[bool, tuple[tuple[str, SqlType], ...]]
    volatile: bool = False
    kind: str = "f"
    new: bool = False
    names: tuple[str, ...] = ()
    defaults: int = 0


@dataclass(frozen=True, slots=True)
class Belongs:
    """What the rows of a partition fulfil; ``alone``: none of it is asked by a table further above."""

    condition: str
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """The target as the rules see it. An empty one knows nothing: then every object is taken to exist and to be in use.

    ``complete`` says that what is not in here does not exist, so that IF EXISTS can be believed.
    """

    version: int = 0
    time_zone: str = ""
    search_path: tuple[str, ...] = ("public",)
    complete: bool = False
    at: float = field(default=0.0, compare=False)
    """When they were read, by the server's clock: seconds since 1970."""
    relations: tuple[Relation, ...] = ()
    inherits: tuple[tuple[int, int], ...] = ()
    """(child, parent) by OID: partitions and old-style inheritance."""
    indexes: tuple[Index, ...] = ()
    types: Mapping[Name, Type] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    builtins: Mapping[str, bool] = field(default_factory=dict)
    """The functions of pg_catalog, by name: is any overload volatile?"""
    binary_casts: frozenset[tuple[Name, Name]] = frozenset()
    volatile_operators: frozenset[str] = frozenset()
    owned: tuple[tuple[int, int, str], ...] = ()
    """(sequence, table, column): the sequences that belong to a column, by OID and by the column's name."""
    reads: tuple[tuple[int, int], ...] = ()
    """(view, what it reads) by OID."""
    filled_from: tuple[tuple[int, int], ...] = ()
    """(materialized view, what its query reads) by OID."""
    said: Mapping[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)
    """By (table, column): the statements that say what is said of a column, its comment and its grants."""
    kept: frozenset[tuple[int, str]] = frozenset()
    """(table, trigger): those that see to every row that anybody writes, a subscription too, before it is stored."""
    late: tuple[tuple[int, str], ...] = ()
    """(table, trigger): those that may change a new row after most others, for triggers fire by their names."""
    counting: Mapping[int, Counting] = field(default_factory=dict)
    """By a sequence's OID, how it counts."""
    role: str = ""
    """Who runs the plan; "" where that is not known."""
    wanted: Mapping[Name, Belongs] = field(default_factory=dict)
    """What is asked of the partitions that the desired schema has."""


def read_facts(connection: Connection) -> Facts:
    """The facts of the database behind an open connection in autocommit; needs no privilege on any table."""
    sql = files("difftool.rules").joinpath("facts.sql").read_text(encoding="utf-8")
    settings, *lists = rows(connection, sql)[0]
    read = {name: found or [] for name, found in zip(NAMES, lists, strict=True)}
    types = {row[0]: row for row in read["types"]}
    return Facts(
        version=settings["version"],
        time_zone=settings["time_zone"],
        search_path=tuple(settings["search_path"]),
        complete=True,
        at=settings["at"],
        relations=tuple(_relations(read, types)),
        inherits=tuple((child, parent) for child, parent in read["inherits"]),
        indexes=tuple(Index(Name(s, n), table, tuple(c), *how) for s, n, table, c, *how in read["indexes"]),
        types={t.name: t for t in _types(read["types"], types)},
        functions=tuple(_function(row, types) for row in read["functions"]),
        builtins=dict(read["builtins"]),
        binary_casts=frozenset((_type(a, types).name, _type(b, types).name) for a, b in read["casts"]),
        volatile_operators=frozenset(read["volatile_operators"]),
        owned=tuple((sequence, table, column) for sequence, table, column in read["owned"]),
        reads=tuple((view, relation) for view, relation in read["reads"]),
        filled_from=tuple((view, relation) for view, relation in read["filled_from"]),
        said={(table, column): tuple(statements) for table, column, statements in read["said"]},
        kept=frozenset((table, trigger) for table, trigger in read["kept"]),
        late=tuple((table, trigger) for table, trigger in read["late"]),
        counting={sequence: Counting(*how) for sequence, *how in read["counting"]},
    )


def with_hot(facts: Facts, rate: int) -> Facts:
    """The facts, in which tables with that many rows written a second are hot; 0 for none."""
    if not rate:
        return facts
    return replace(facts, relations=tuple(replace(r, hot=(r.rate or 0) >= rate) for r in facts.relations))


def _relations(read: Mapping[str, list[Any]], types: Mapping[int, Any]) -> Iterable[Relation]:
    columns: dict[int, dict[str, Column]] = defaultdict(dict)
    for table, name, type_, typmod, not_null, default, identity, generated, collation in read["columns"]:
        found = _type(type_, types, typmod)
        columns[table][name] = Column(name, found, not_null, default, bool(identity), generated, collation or "")
    constraints: dict[int, list[Constraint]] = defaultdict(list)
    for table, name, contype, valid, definition, keys, other, there in read["constraints"]:
        made = Constraint(name, contype, valid, tuple(keys), definition or "", other, tuple(there))
        constraints[table].append(made)
    for oid, schema, name, *rest in read["relations"]:
        relation = Relation(oid, Name(schema, name), *rest)
        yield replace(relation, columns=columns[oid], constraints=tuple(constraints[oid]))


def _types(listed: Iterable[Any], types: Mapping[int, Any]) -> Iterable[Type]:
    for _, schema, name, kind, element, base, typmod, constrained, labels, definitions, not_null, subtype in listed:
        if element is None:
            under = _type(base, types, typmod) if base else None
            inside = _type(subtype, types) if subtype else None
            checks = dict.fromkeys([*map(asked_by, definitions), *([NOT_NULL] if not_null else [])])
            yield Type(Name(schema, name), kind, under, constrained, tuple(labels), False, tuple(checks), inside)


def asked_by(definition: str) -> str:
    """What a domain's constraint asks of a value, from PostgreSQL's own text of it, so that two can be compared."""
    parsed = parse(f"ALTER DOMAIN d ADD {definition}")
    return asked(parsed[0].def_) if parsed else definition


def asked(constraint: Node) -> str:
    """The same for a Constraint node; without schemas, which a text has or has not as the search path goes."""
    if constraint.raw_expr is None:
        return NOT_NULL
    return QUALIFIER.sub(lambda found: found[0] if found[0].startswith("'") else "", written(constraint.raw_expr))


def _function(row: Any, types: Mapping[int, Any]) -> Function:
    schema, name, volatility, kind, result, is_set, takes, every, modes, names, defaults = row
    outs = tuple(
        (names[n] if n < len(names) else "", _type(every[n], types)) for n, mode in enumerate(modes) if mode in "bot"
    )
    gives = outs or (("", _type(result, types)),)
    taken = [given for place, given in enumerate(names) if not modes or modes[place] not in "ot"]
    return Function(
        Name(schema, name),
        tuple(_type(t, types) for t in takes),
        (is_set, gives),
        volatility == "v",
        kind,
        names=tuple(taken) if any(taken) else (),
        defaults=defaults,
    )


def _type(oid: int, types: Mapping[int, Any], typmod: int = -1) -> SqlType:
    if oid not in types:  # 0 for a procedure without a result
        return SqlType(Name("", ""))
    _, schema, name, _, element, *_ = types[oid]
    if element is not None:
        inner = _type(element, types, typmod)
        return SqlType(inner.name, inner.modifiers, array=True)
    return SqlType(Name(schema, name), modifiers(Name(schema, name), typmod))
