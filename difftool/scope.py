"""What the rules of ``ignore`` leave of two dumps; and what they took out, to see that a plan leaves it as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from difftool.catalog import TABLES, Catalog, Entry, columns, normalise
from difftool.catalog import Key as DumpKey
from difftool.clone import OWNER
from difftool.ignore import (
    ABSENT_ROLE,
    EXTRA,
    NO_RULES,
    PARTITION,
    SAID_OF,
    SCHEMAS,
    Key,
    Rule,
    Rules,
    dotted,
)
from difftool.model import Unhandled
from difftool.phrases import OF_COLUMN, PART, names
from difftool.subjects import Chain, Subjects, items, said_of

GRANTEE = re.compile(rf" TO (?P<role>{PART})(?: WITH GRANT OPTION)?$")
SESSION = ("SET SESSION AUTHORIZATION ", "RESET SESSION AUTHORIZATION")
GONE = "it is ignored, and this plan drops it"
CHANGED = "it is ignored, and this plan changes it"
PARTLY = "what is ignored of it would not stay"
ACLS = frozenset({"ACL", "DEFAULT ACL"})

STAYS = TABLES | {"TABLE ATTACH"}
"""What a partition of a managed table keeps, whatever becomes of that."""

Found = tuple[Rule, Key]
"""A rule, and the outermost object that it is about."""


@dataclass(frozen=True)
class Facts:
    """What rules ask about an object of one side, beyond its kind and name."""

    only_here: Callable[[Key], bool]
    partition: Callable[[Key], bool]
    known: dict[Key, Rule | None] = field(default_factory=dict)
    """The rules that were found so far."""

    def hold(self, rule: Rule, key: Key) -> bool:
        """Whether the rule's circumstance is the object's."""
        return (
            not rule.when
            or (rule.when == EXTRA and self.only_here(key))
            or (rule.when == PARTITION and self.partition(key))
        )


@dataclass(frozen=True)
class Narrowed:
    """A dump less what is ignored; and that, as text, by the entry that it was in."""

    catalog: Catalog
    left_out: Mapping[DumpKey, str] = field(default_factory=dict)
    found: frozenset[Found] = frozenset()
    owners: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    """Of objects whose owners are ignored: the statements that say who they are."""
    subjects: Subjects | None = None

    @cached_property
    def names(self) -> frozenset[str]:
        """The dotted names of what is ignored as a whole."""
        if self.subjects is None:
            return frozenset()
        whole = (e for e in self.subjects.catalog.entries if e.key not in self.catalog.by_key)
        chains = (self.subjects.chain(e)[0] for e in whole)
        return frozenset(dotted(k) for k in chains if k[0] not in SAID_OF)

    def has(self, name: str) -> bool:
        """Whether a statement about an object of that name, quoted as SQL has it, is about something ignored."""
        parts = _parts(name)
        return any(".".join(parts[:n]) in self.names for n in range(2, len(parts) + 1))


def _parts(name: str) -> tuple[str, ...]:
    """A statement's name without quotes, its arguments with the last part."""
    head, bracket, rest = name.partition("(")
    parts = names(head)
    return (*parts[:-1], f"{parts[-1]}{bracket}{rest}") if parts else ()


@dataclass(frozen=True)
class Scope:
    """The rules, and what they have to know of both sides."""

    rules: Rules
    wanted: frozenset[str] = frozenset()
    """What the desired schema has: "table public.users"."""
    present: frozenset[str] = frozenset()
    """The roles that both sides have; empty where no rule asks."""

    def __bool__(self) -> bool:
        return bool(self.rules)

    def judge(self, chain: Chain, facts: Facts) -> Found | None:
        """The rule that ignores an object, or what it is a part of; the outermost that is ignored decides."""
        if found := self._outside(chain, facts):
            return SCHEMAS, found
        for key in reversed(chain):
            if key not in facts.known:
                facts.known[key] = self._rule_of(key, facts)
            if rule := facts.known[key]:
                return rule, key
        return None

    def _rule_of(self, key: Key, facts: Facts) -> Rule | None:
        """The first rule that is about an object itself."""
        rules = (r for r in self.rules.rules if r.when != ABSENT_ROLE)
        return next((r for r in rules if r.matches(key) and facts.hold(r, key)), None)

    def _outside(self, chain: Chain, facts: Facts) -> Key | None:
        """What lies in a schema that is not managed; of what lies in none, what only the target has."""
        if not self.rules.schemas:
            return None
        objects = [k for k in chain if k[0] not in SAID_OF]
        if objects[-1][0] == "schema":
            inside = objects[-1][1] in self.rules.schemas
            return None if inside else objects[-2] if len(objects) > 1 else objects[-1]
        return objects[-1] if facts.only_here(objects[-1]) else None

    def about_absent(self, chain: Chain) -> Found | None:
        """The rule that ignores what absent roles may do with an object."""
        rules = (r for r in self.rules.rules if r.when == ABSENT_ROLE)
        return next(((r, k) for r in rules for k in reversed(chain) if r.matches(k)), None)

    def absent(self, role: str) -> bool:
        """Whether one of the sides does not have that role."""
        return role not in self.present

    def narrow(self, catalog: Catalog) -> Narrowed:
        """A dump less what is ignored."""
        if not self:
            return Narrowed(catalog)
        return _Narrowing(self, Subjects(catalog)).done()

    def touched(self, before: Narrowed, after: Narrowed) -> tuple[Unhandled, ...]:
        """What was ignored and is not as it was, though a plan should leave it alone."""
        return tuple(_touched(before, after)) if self else ()


UNLIMITED = Scope(NO_RULES)
"""Nothing is ignored."""


@dataclass
class _Narrowing:
    """One dump, while it is gone through."""

    scope: Scope
    subjects: Subjects
    left_out: dict[DumpKey, str] = field(default_factory=dict)
    found: set[Found] = field(default_factory=set)
    owners: dict[Key, set[str]] = field(default_factory=dict)

    def done(self) -> Narrowed:
        catalog = self.subjects.catalog
        kept = tuple(filter(None, map(self._kept, catalog.entries)))
        less = replace(catalog, entries=kept, rules=self.scope.rules.digest)
        owners = {k: frozenset(v) for k, v in self.owners.items()}
        return Narrowed(less, self.left_out, frozenset(self.found), owners, self.subjects)

    def _kept(self, entry: Entry) -> Entry | None:
        chain = self.subjects.chain(entry)
        if found := self.scope.judge(chain, self._facts):
            self.found.add(found)
            self.left_out[entry.key] = normalise(entry)
            return None
        statements = list(entry.statements)
        gone = [
            *self._owners(chain, statements),
            *self._grants(entry, chain, statements),
            *self._items(entry, statements),
        ]
        if not gone:
            return entry
        self.left_out[entry.key] = "\n".join(sorted(gone))
        return replace(entry, statements=tuple(statements)) if statements else None

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self._only_here, self._partition)

    def _only_here(self, key: Key) -> bool:
        entry = self.subjects.entry_of.get(key)
        if entry is None and key[0] not in ("column", "constraint"):
            return False  # nothing of its own in the dump, as the schema public
        return (said(entry.kind, entry.full_name) if entry else f"{key[0]} {dotted(key)}") not in self.scope.wanted

    def _partition(self, key: Key) -> bool:
        above = self.subjects.partition_of
        if key[0] != "table" or key[1:] not in above or self._wants(key[1:]):
            return False
        at, seen = key[1:], {key[1:]}
        while (at := above.get(at, ())) and at not in seen:
            seen.add(at)
            if self._wants(at):
                return True
        return False

    def _wants(self, table: tuple[str, ...]) -> bool:
        return any(f"{kind} {'.'.join(table)}" in self.scope.wanted for kind in ("table", "foreign table"))

    def _owners(self, chain: Chain, statements: list[str]) -> Iterator[str]:
        """ALTER … OWNER TO, taken out of the statements where a rule is about the object's owner."""
        if self.scope.rules.about("owner") and (rule := self.scope.judge(said_of("owner", chain), self._facts)):
            gone = [s for s in statements if OWNER.fullmatch(s)]
            self.owners.setdefault(rule[1], set()).update(gone)
            yield from self._out(statements, gone, rule)

    def _grants(self, entry: Entry, chain: Chain, statements: list[str]) -> Iterator[str]:
        """What is granted to absent roles, and default privileges for what they create."""
        if entry.key.type not in ACLS or not self.scope.rules.asks(ABSENT_ROLE):
            return
        rule = self.scope.about_absent(chain)
        if rule is None:
            return
        makers = chain[0][1:2] if entry.key.type == "DEFAULT ACL" else ()
        if any(map(self.scope.absent, makers)):
            yield from self._out(statements, list(statements), rule)
            return
        granted = ((s, GRANTEE.search(s)) for s in statements)
        yield from self._out(
            statements, [s for s, to in granted if to and self.scope.absent(names(to["role"])[0])], rule
        )
        for n in range(len(statements) - 1, 0, -1):
            if statements[n] == SESSION[1] and statements[n - 1].startswith(SESSION[0]):
                del statements[n - 1 : n + 1]

    def _items(self, entry: Entry, statements: list[str]) -> Iterator[str]:
        """Columns and check constraints out of a table's own statement, and what else is said of such columns."""
        if entry.key.type not in TABLES or not self.scope.rules.about("column", "constraint"):
            return
        inside = ((i, (i.key, ("schema", entry.key.schema))) for i in items(entry))
        gone = {i: found for i, chain in inside if (found := self.scope.judge(chain, self._facts))}
        if not gone:
            return
        self.found.update(gone.values())
        head, written, tail = columns(statements[0])
        dropped = {i.text for i in gone}
        left = ",\n".join(f"    {text}" for text in written if text not in dropped)
        statements[0] = f"{head}\n{left}\n{tail}" if left else f"{head}\n{tail}"
        yield from sorted(dropped)
        lost = {i.key[-1] for i in gone if i.key[0] == "column"}
        about = ((s, OF_COLUMN.match(s)) for s in statements)
        yield from self._out(statements, [s for s, of in about if of and names(of["column"])[0] in lost], None)

    def _out(self, statements: list[str], some_of_them: list[str], rule: Found | None) -> Iterator[str]:
        if some_of_them and rule:
            self.found.add(rule)
        for statement in some_of_them:
            statements.remove(statement)
            yield statement


def said(kind: str, name: str) -> str:
    """An object of a dump as rules know it: what kind of constraint it is depends on how it was made."""
    return f"{'constraint' if kind.endswith('constraint') else kind} {name}"


def _touched(before: Narrowed, after: Narrowed) -> Iterator[Unhandled]:
    """A part goes with its managed whole; a partition of a managed table changes with it, but stays one."""
    if before.subjects is None or after.subjects is None:
        return
    there = after.subjects.catalog.by_key
    for entry in before.subjects.catalog.entries:
        key, text = entry.key, before.left_out.get(entry.key)
        if text is None or after.left_out.get(key) == text or _became_managed(key, before, after):
            continue
        above, below_managed = _wholes(entry, before)
        if all(k in there for k in above) and not (below_managed and (key in there or key.type not in STAYS)):
            lost = [x for x in text.splitlines() if x not in after.left_out.get(key, "").splitlines()]
            whole = CHANGED if key in there else GONE
            yield Unhandled(*_named(key), whole if key not in before.catalog.by_key else f"{PARTLY}: {'; '.join(lost)}")


def _became_managed(key: DumpKey, before: Narrowed, after: Narrowed) -> bool:
    """Whether it is no longer ignored, so that it counts as any other."""
    return key in after.catalog.by_key and key not in before.catalog.by_key


def _named(key: DumpKey) -> tuple[str, str]:
    return key.kind, key.full_name


def _wholes(entry: Entry, before: Narrowed) -> tuple[list[DumpKey], bool]:
    """The managed objects that an ignored one is a part of; and whether its table inherits from a managed one."""
    subjects = before.subjects
    assert subjects is not None
    chain = subjects.chain(entry)
    own = {e for k in chain if (e := subjects.entry_of.get(k))} - ({entry.key} if entry.key.type in ACLS else set())
    managed = [k for k in own if k in before.catalog.by_key]
    table = next((k for k in chain if k[0] == "table"), None)
    if table is None or subjects.entry_of.get(table) in before.catalog.by_key:
        return managed, False
    return [], _inherits_from_managed(table[1:], before, subjects)


def _inherits_from_managed(table: tuple[str, ...], before: Narrowed, subjects: Subjects) -> bool:
    waiting, seen = [table], {table}
    while waiting:
        for above in subjects.above.get(waiting.pop(), ()):
            if subjects.entry_of.get(("table", *above)) in before.catalog.by_key:
                return True
            if above not in seen:
                seen.add(above)
                waiting.append(above)
    return False
