"""A dump less what the rules of ``ignore`` take out, and that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from difftool.catalog import TABLES, Catalog, Entry, columns, normalise
from difftool.catalog import Key as DumpKey
from difftool.clone import OWNER
from difftool.ignore import ABSENT_ROLE, SAID_OF, Key, Rule, dotted
from difftool.phrases import OF_COLUMN, PART, names
from difftool.scope import NOTHING_KNOWN, Circumstances, Found, Scope
from difftool.subjects import Chain, Subjects, items, said_of

GRANTEE = re.compile(rf" TO (?P<role>{PART})(?: WITH GRANT OPTION)?$")
SESSION = ("SET SESSION AUTHORIZATION ", "RESET SESSION AUTHORIZATION")
ACLS = frozenset({"ACL", "DEFAULT ACL"})


class LeftOut(NamedTuple):
    """What was taken out of one entry of a dump: its text, and the rule."""

    text: str
    rule: Rule


@dataclass(frozen=True)
class Narrowed:
    """A dump less what is ignored; and that, by the entry that it was in."""

    catalog: Catalog
    left_out: Mapping[DumpKey, LeftOut] = field(default_factory=dict)
    found: frozenset[Found] = frozenset()
    owners: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    """Of objects whose owners are ignored: the statements that say who they are."""
    subjects: Subjects | None = None
    circumstances: Circumstances = NOTHING_KNOWN
    """What rules ask about the objects of this dump."""

    @property
    def whole(self) -> frozenset[DumpKey]:
        """What is ignored as a whole."""
        return frozenset(k for k in self.left_out if k not in self.catalog.by_key)

    @cached_property
    def names(self) -> frozenset[str]:
        """The dotted names of what is ignored as a whole."""
        if self.subjects is None:
            return frozenset()
        whole = (e for e in self.subjects.catalog.entries if e.key in self.whole)
        keys = (k for e in whole for k in (self.subjects.chain(e)[0], *self.subjects.index_of(e)))
        return frozenset(dotted(k) for k in keys if k[0] not in SAID_OF)

    def has(self, name: str) -> bool:
        """Whether a statement about an object of that name, quoted as SQL has it, is about something ignored."""
        parts = _parts(name)
        return any(".".join(parts[:n]) in self.names for n in range(2, len(parts) + 1))


def _parts(name: str) -> tuple[str, ...]:
    """A statement's name without quotes, its arguments with the last part."""
    head, bracket, rest = name.partition("(")
    parts = names(head)
    return (*parts[:-1], f"{parts[-1]}{bracket}{rest}") if parts else ()


def narrow(scope: Scope, catalog: Catalog) -> Narrowed:
    """A dump less what is ignored."""
    return _Narrowing(scope, Subjects(catalog)).done() if scope else Narrowed(catalog)


@dataclass
class _Narrowing:
    """One dump, while it is gone through."""

    scope: Scope
    subjects: Subjects
    left_out: dict[DumpKey, LeftOut] = field(default_factory=dict)
    found: set[Found] = field(default_factory=set)
    owners: dict[Key, set[str]] = field(default_factory=dict)

    def done(self) -> Narrowed:
        catalog = self.subjects.catalog
        kept = tuple(filter(None, map(self._kept, catalog.entries)))
        less = replace(catalog, entries=kept, rules=self.scope.rules.digest)
        owners = {k: frozenset(v) for k, v in self.owners.items()}
        return Narrowed(less, self.left_out, frozenset(self.found), owners, self.subjects, self.circumstances)

    def _kept(self, entry: Entry) -> Entry | None:
        chain = self.subjects.chain(entry)
        if found := self.scope.judge(chain, self.circumstances):
            self.found.add(found)
            self.left_out[entry.key] = LeftOut(normalise(entry), found[0])
            return None
        statements = list(entry.statements)
        gone = (
            *self._owners(chain, statements),
            *self._grants(entry, chain, statements),
            *self._items(entry, statements),
        )
        if not gone:
            return entry
        self.left_out[entry.key] = LeftOut("\n".join(sorted(text for text, _ in gone)), gone[0][1])
        return replace(entry, statements=tuple(statements)) if statements else None

    @cached_property
    def circumstances(self) -> Circumstances:
        """What rules ask about the objects of this dump."""
        return Circumstances(self._only_here, self._partition)

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

    def _owners(self, chain: Chain, statements: list[str]) -> Iterator[LeftOut]:
        """ALTER … OWNER TO, taken out of the statements where a rule is about the object's owner."""
        if self.scope.rules.about("owner") and (rule := self.scope.judge(said_of("owner", chain), self.circumstances)):
            gone = [s for s in statements if OWNER.fullmatch(s)]
            self.owners.setdefault(rule[1], set()).update(gone)
            yield from self._out(statements, gone, rule)

    def _grants(self, entry: Entry, chain: Chain, statements: list[str]) -> Iterator[LeftOut]:
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

    def _items(self, entry: Entry, statements: list[str]) -> Iterator[LeftOut]:
        """Columns and check constraints out of a table's own statement, and what else is said of such columns."""
        if entry.key.type not in TABLES or not self.scope.rules.about("column", "constraint"):
            return
        inside = ((i, (i.key, ("schema", entry.key.schema))) for i in items(entry))
        gone = {i: found for i, chain in inside if (found := self.scope.judge(chain, self.circumstances))}
        if not gone:
            return
        head, written, tail = columns(statements[0])
        rules = {i.text: found for i, found in gone.items()}
        left = ",\n".join(f"    {text}" for text in written if text not in rules)
        statements[0] = f"{head}\n{left}\n{tail}" if left else f"{head}\n{tail}"
        self.found.update(rules.values())
        yield from (LeftOut(text, rule) for text, (rule, _) in rules.items())
        lost = {i.key[-1]: found for i, found in gone.items() if i.key[0] == "column"}
        for statement in list(statements):
            of = OF_COLUMN.match(statement)
            if of and (column := names(of["column"])[0]) in lost:
                yield from self._out(statements, [statement], lost[column])

    def _out(self, statements: list[str], some_of_them: list[str], found: Found) -> Iterator[LeftOut]:
        """Take statements out, by a rule."""
        if some_of_them:
            self.found.add(found)
        for statement in some_of_them:
            statements.remove(statement)
            yield LeftOut(statement, found[0])


def said(kind: str, name: str) -> str:
    """An object of a dump as rules know it: what kind of constraint it is depends on how it was made."""
    return f"{'constraint' if kind.endswith('constraint') else kind} {name}"
