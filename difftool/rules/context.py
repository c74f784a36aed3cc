"""What the target looks like when a statement of a plan starts: the facts, and what earlier statements made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from difftool.batches import Pace
from difftool.model import Hazard, Statement
from difftool.parse import Name, Node, strings
from difftool.rules.do_block import unfolded
from difftool.rules.facts import Column, Facts, Function, Index, Relation, Type
from difftool.rules.later import Again, Later
from difftool.rules.registry import Rule
from difftool.rules.sqltype import SqlType, declared
from difftool.rules.words import counted
from difftool.sizes import size

UNKNOWN = -1
"""The OID of what the facts do not know; what the plan makes has smaller ones."""


class Context:
    """One plan's walk over its statements. Lookups answer for the moment before the statement under ``position``.

    ``table`` is the relation of the ALTER TABLE whose subcommands are looked at, ``only`` its ONLY; ``of_index`` says
    that it is an ALTER INDEX.
    """

    def __init__(
        self, facts: Facts, statements: Sequence[Statement], parsed: Sequence[tuple[Node, ...] | None], small: int = 0
    ) -> None:
        self.facts = facts
        self.small = small
        self.statements = statements
        self.parsed = [unfolded(found) for found in parsed]
        self.later = Later(statements, self.parsed)
        self.position = 0
        self.search_path = facts.search_path
        self.last_oid = UNKNOWN
        self.relations = {relation.oid: relation for relation in facts.relations}
        self.names = {relation.name: relation.oid for relation in facts.relations}
        self.children: dict[int, list[int]] = defaultdict(list)
        self.parents: dict[int, list[int]] = defaultdict(list)
        for child, parent in facts.inherits:
            self.inherit(child, parent)
        self.indexes = {index.name: index for index in facts.indexes}
        self.types = dict(facts.types)
        self.functions: dict[Name, list[Function]] = defaultdict(list)
        for function in facts.functions:
            self.functions[function.name].append(function)
        self.new_schemas: set[str] = set()
        self.owned = {sequence: (table, column) for sequence, table, column in facts.owned}
        """By a sequence's OID, the table and the column that it belongs to."""
        self.reads: dict[int, set[int]] = defaultdict(set)
        """By a view's OID, what it reads."""
        for view, read in facts.reads:
            self.reads[view].add(read)
        self.former: dict[tuple[str, Name], tuple[Name, int]] = {}
        """What this plan has renamed, by (space, name now): the name that clients know, and the transaction."""
        self.held: dict[int, int] = {}
        """The relations that the transaction so far has locked, by OID, with what is blocked: see ``locks``."""
        self.gone: dict[int, Relation] = {}
        """The relations that the transaction so far has dropped."""
        self.locked: set[Name] = set()
        """The tables that the transaction so far has taken for itself by LOCK TABLE."""
        self.empty: set[Name] = set()
        """Those of them that it has found empty."""
        self.carried: set[Name] = set()
        """The sequences whose position the transaction so far has given to another one."""
        self.unseen: set[Name] = set()
        """The indexes that the transaction so far has made: nobody else knows them."""
        self.found: list[tuple[Rule, Hazard]] = []
        """What the rules have found in the statement at hand so far."""
        self.pace = Pace()
        """How quickly a table may be filled in batches."""
        self.retype = False
        """Whether columns get another type by way of a second one."""
        self.table = Relation(UNKNOWN, Name("", ""))
        self.only = False
        self.taken: Mapping[int, int] = {}
        """What the statement at hand locks, by OID: see ``locks``."""
        self.of_index = False

    def begin_statement(self) -> None:
        """Forget what the statement before has found, and its transaction when that is over."""
        self.found = []
        if not self.position or not self.later.together(self.position - 1, self.position):
            self.held, self.gone = {}, {}
            self.locked, self.empty, self.carried, self.unseen = set(), set(), set(), set()

    def hold(self, taken: Mapping[int, int]) -> None:
        """Keep these locks until the transaction ends."""
        for oid, level in taken.items():
            self.held[oid] = max(level, self.held.get(oid, 0))

    # names

    def qualify(self, schema: str, name: str, known: Container[Name] = ()) -> Name:
        """The name with its schema: the first on the search path that makes it ``known``, else the path's first."""
        if schema:
            return Name(schema, name)
        for candidate in self.search_path:
            if Name(candidate, name) in known:
                return Name(candidate, name)
        return Name(self.search_path[0] if self.search_path else "", name)

    def dotted(self, parts: Node, known: Container[Name] = ()) -> Name:
        """``qualify`` for a list of String nodes; a database's name in front is dropped."""
        *schema, name = strings(parts)[-2:] or ("",)
        return self.qualify(schema[0] if schema else "", name, known)

    # relations

    def relation(self, node: Node) -> Relation:
        """The relation that a RangeVar or a dotted name means; one that the facts do not know is taken to exist."""
        if hasattr(node, "relname"):
            name = self.qualify(node.schemaname or "", node.relname, self.names)
        else:
            name = node if isinstance(node, Name) else self.dotted(node, self.names)
        return self.relations[self.names[name]] if name in self.names else Relation(UNKNOWN, name)

    def called(self, sql: str) -> Relation:
        """The relation of this name as SQL writes it, with its schema."""
        found = (relation for relation in self.relations.values() if relation.name.sql == sql)
        return next(found, Relation(UNKNOWN, Name(*sql.split(".")) if sql.count(".") == 1 else Name("", sql)))

    def missing(self, relation: Relation) -> bool:
        """True when the relation certainly does not exist: what IF EXISTS passes over."""
        return relation.oid == UNKNOWN and self.facts.complete

    def dropped(self, node: Node, *kinds: str) -> Iterator[Relation]:
        """The relations that a DROP of one of these object types takes away, without new and certainly missing ones."""
        for item in node.objects if node.removeType.name in kinds else ():
            relation = self.relation(item)
            if not relation.new and not (node.missing_ok and self.missing(relation)):
                yield relation

    def in_use(self, relation: Relation) -> bool:
        """True for a relation with rows on this server that others may use: no new one, no view, no foreign table."""
        return not relation.new and relation.kind in "rpm"

    def awaited(self, relation: Relation) -> bool:
        """True for a relation that others may wait for while it is locked, be it small or without rows of its own."""
        return not relation.new and relation.kind in "rpmvf"

    def busy(self, relation: Relation) -> bool:
        """True for a relation in use that others would wait for: its size is unknown or no small one, or it is hot."""
        stored = [m for m in self.family(relation) if m.kind != "p"]
        sizes = [m.bytes for m in stored]
        large = None in sizes or sum(n or 0 for n in sizes) >= self.small
        return self.in_use(relation) and (large or any(m.hot for m in stored))

    def read_by(self, *views: int) -> frozenset[int]:
        """What views read, also through other ones; all by OID."""
        pending, seen = [*views], set[int]()
        while pending:
            for read in self.reads.get(pending.pop(), set()) - seen:
                seen.add(read)
                pending.append(read)
        return frozenset(seen)

    def fills_slowly(self, view: Relation) -> bool:
        """True for a materialized view that takes a while to fill: it is large, or something that it reads is."""
        from_ = [read for filled, read in self.facts.filled_from if filled == view.oid]
        read = (self.relations[oid] for oid in {*from_, *self.read_by(*from_)} if oid in self.relations)
        return self.busy(view) or any(map(self.busy, read))

    def found_empty(self, relation: Relation, *, only: bool = False) -> bool:
        """True for a table that this transaction has locked and found empty, with what inherits from it.

        A partitioned table has no rows of its own.
        """
        return all(m.name in self.empty for m in self.family(relation, only=only) if m.kind != "p")

    def family(self, relation: Relation, *, only: bool = False) -> list[Relation]:
        """The relation and, unless ``only``, everything that inherits from it, parents first."""
        found, pending = [], [relation.oid]
        while pending:
            oid = pending.pop(0)
            found.append(self.relations.get(oid, relation))
            pending.extend([] if only else [c for c in self.children[oid] if c in self.relations])
        return found

    def shown(self, relation: Relation, *, only: bool = False) -> str:
        """``"public.orders" (about 40 million rows, 5.2 GB)``, with its partitions or children where it has some."""
        if relation.kind == "v":
            return relation.name.shown
        members = self.family(relation, only=only)
        stored = [m for m in members if m.kind != "p"]
        noun = "partition" if relation.kind == "p" else "child table"
        below = [m for m in stored if m is not members[0]]
        also = f" with its {counted(below, noun) if len(below) > 1 else noun}" if below else ""
        return f"{relation.name.shown}{also} ({self.size(stored)})"

    def size(self, members: Sequence[Relation]) -> str:
        """The size of these relations together, in words."""
        rows, held = [m.rows for m in members], [m.bytes for m in members]
        found = size(
            None if None in rows else sum(n or 0 for n in rows), None if None in held else sum(n or 0 for n in held)
        )
        hot = sum(m.rate or 0 for m in members if m.hot)
        return f"{found}, about {hot:,.0f} rows written a second" if hot else found

    def add(self, relation: Relation) -> Relation:
        """Let the relation exist from the next statement on; returns it with the OID it was given."""
        self.last_oid -= 1
        known = replace(relation, oid=self.last_oid)
        self.relations[known.oid], self.names[known.name] = known, known.oid
        return known

    def change(self, relation: Relation) -> None:
        """Let this be what a known relation looks like from now on."""
        if relation.oid in self.relations:
            self.names.pop(self.relations[relation.oid].name, None)
            self.relations[relation.oid], self.names[relation.name] = relation, relation.oid

    def remove(self, relation: Relation) -> None:
        """Let the relation be gone from now on."""
        if relation.oid in self.relations:
            self.gone[relation.oid] = relation
        self.names.pop(relation.name, None)
        self.relations.pop(relation.oid, None)

    def inherit(self, child: int, parent: int) -> None:
        """Let one relation be a partition or child of another."""
        if parent == UNKNOWN:
            return
        self.children[parent].append(child)
        self.parents[child].append(parent)

    def disinherit(self, child: int, parent: int) -> None:
        """Let one relation stand apart from a parent."""
        self.children[parent] = [c for c in self.children[parent] if c != child]
        self.parents[child] = [p for p in self.parents[child] if p != parent]

    def column(self, relation: Relation, name: str) -> Column:
        """A column; one that the facts do not know is taken to exist, with an unknown type."""
        return relation.columns.get(name) or Column(name)

    def indexes_of(self, relation: Relation) -> list[Index]:
        """The indexes of one relation."""
        return [index for index in self.indexes.values() if index.table == relation.oid]

    def relation_of_table(self) -> Relation:
        """The relation of the ALTER TABLE at hand as the subcommands so far have made it."""
        return self.relations.get(self.table.oid, self.table)

    def passes_over(self, command: Node) -> bool:
        """True for a subcommand that IF EXISTS or IF NOT EXISTS turns into nothing."""
        if not command.missing_ok:
            return False
        table = self.relation_of_table()
        if command.subtype.name == "AT_AddColumn":
            return command.def_.colname in table.columns
        return command.subtype.name == "AT_DropColumn" and self.facts.complete and command.name not in table.columns

    def table_of_index(self, node: Node) -> Relation:
        """The table of the index that a RangeVar or name means; without such an index, the relation of that name."""
        here = self.relation(node)
        if isinstance(node, Name):
            name = node
        elif hasattr(node, "relname"):
            name = self.qualify(node.schemaname or "", node.relname, self.indexes)
        else:
            name = self.dotted(node, self.indexes)
        index = self.indexes.get(name)
        return self.relations.get(index.table, here) if index else here

    # types and functions

    nothing = SqlType(Name("", ""))
    """What a procedure gives back."""

    def type(self, node: Node) -> SqlType:
        """A TypeName node as the catalog knows the type; what the path does not find is left as it was written."""
        parts = strings(node.names)
        name = Name(*parts[-2:]) if len(parts) > 1 else self.type_name(parts[-1])
        given = tuple(m.val.ival for m in node.typmods or () if hasattr(m, "val") and hasattr(m.val, "ival"))
        complete = len(given) == len(node.typmods or ())
        return SqlType(name, declared(name, given) if complete else (UNKNOWN,), array=bool(node.arrayBounds))

    def type_name(self, name: str) -> Name:
        """An unqualified type's name with its schema: pg_catalog first, as PostgreSQL searches."""
        builtin = Name("pg_catalog", name)
        return builtin if builtin in self.types else self.qualify("", name, self.types)

    def known_type(self, type_: SqlType | None) -> Type | None:
        """What is known of the type, or of an array's elements."""
        return self.types.get(type_.name) if type_ else None

    def users(self, name: Name) -> list[tuple[Relation, Column]]:
        """The columns of tables that have this type, or a domain over it, in a stable order."""
        names, size_before = {name}, 0
        while size_before < len(names):
            size_before = len(names)
            names |= {t.name for t in self.types.values() if t.base and t.base.name in names}
        found = [(r, c) for r in self.relations.values() if r.kind in "rpm" for c in r.columns.values()]
        return sorted(
            ((r, c) for r, c in found if c.type and c.type.name in names), key=lambda pair: (pair[0].name, pair[1].name)
        )

    def overloads(self, parts: Node) -> list[Function] | None:
        """The functions that a call by this name may mean; None for one that nobody knows, [] for a builtin."""
        names = strings(parts)
        if names[0] == "pg_catalog" or (len(names) == 1 and names[0] in self.facts.builtins):
            return []
        name = self.dotted(parts, {n for n, found in self.functions.items() if found})
        return self.functions.get(name) or None

    def volatile(self, parts: Node) -> bool:
        """True unless every function that a call by this name may mean is known to be stable or immutable."""
        found = self.overloads(parts)
        if found is None:
            return True
        return self.facts.builtins.get(strings(parts)[-1], True) if not found else any(f.volatile for f in found)

    # the rest of the plan

    def again(self, space: str, name: Name, *, earlier: bool = False) -> Again | None:
        """The first later statement that gives this name to something; with ``earlier``, one before will do as well."""
        return next(self.every_again(space, name, earlier=earlier), None)

    def every_again(self, space: str, name: Name, *, earlier: bool = False) -> Iterator[Again]:
        """All of them; what an earlier one has made is there by now."""
        for place, made, node in self.later.made.get((space, name.name), ()):
            past = place < self.position
            if (earlier or place > self.position) and self.qualify(made.schema, made.name, [name]) == name:
                yield Again(node, past or self.later.together(place, self.position))

    def dropped_later(self, space: str, name: Name) -> bool:
        """True when this very transaction drops what has the name by then."""
        for place, item in self.later.dropped.get((space, name.name), ()):
            parts = getattr(item, "objname", getattr(item, "names", item))
            here = place > self.position and self.later.together(place, self.position)
            if here and self.dotted(parts, [name]) == name:
                return True
        return False

    def commands_later(self, table: Relation, *subtypes: str) -> Iterator[tuple[Node, bool]]:
        """The subcommands of these sorts that this statement or a later one has for a table; and whether together."""
        for subtype in subtypes:
            for place, node, command in self.later.commands.get((subtype, table.name.name), ()):
                there = self.qualify(node.relation.schemaname or "", node.relation.relname, [table.name])
                if place >= self.position and there == table.name:
                    yield command, self.later.together(place, self.position)

    def nodes_later(self, *classes: str) -> Iterator[tuple[Node, bool]]:
        """The later statements of these classes, and whether each is in the transaction at hand."""
        for name in classes:
            for place, node in self.later.nodes.get(name, ()):
                if place > self.position:
                    yield node, self.later.together(place, self.position)

    def refreshed_later(self, view: Relation) -> bool:
        """True when a later statement of the same transaction fills a materialized view."""
        found = (n for n, together in self.nodes_later("RefreshMatViewStmt") if together and not n.skipData)
        return any(self.relation(node.relation).name == view.name for node in found)

    def identity_later(self, kind: str, name: str) -> Again | None:
        """The first later statement that creates an object of this kind, called so in SQL."""
        for place in self.later.identities.get((kind, name, "create"), ()):
            if place > self.position:
                return Again(self.parsed[place], self.later.together(place, self.position))
        return None

    def made_before(self, kind: str, name: str) -> bool:
        """True for an object of this kind, called so in SQL, that the plan itself has made."""
        return any(place < self.position for place in self.later.identities.get((kind, name, "create"), ()))

    def remember(self, space: str, old: Name, new: Name) -> None:
        """Let what is renamed be known by its name before the plan."""
        if old != new:
            self.former[space, new] = (self.known_as(space, old), self.later.transactions[self.position])

    def known_as(self, space: str, name: Name) -> Name:
        """The name that clients know: the one before this plan renamed it."""
        return self.former.get((space, name), (name, 0))[0]

    def renamed_before(self, space: str, name: Name) -> bool:
        """True for a name that the plan has given, and told of, in a transaction that is over."""
        found = self.former.get((space, name))
        return found is not None and found[1] != self.later.transactions[self.position]
