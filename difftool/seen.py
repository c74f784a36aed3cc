"""Both sides of a comparison less what is ignored: what the rules of ``ignore`` know, and what a plan says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difftool.catalog import Catalog
from difftool.clone import extensions_of, named_roles
from difftool.ignore import ABSENT_ROLE, EXTRA, SAID_OF, STATEFUL, Key, Rules, as_made, built_in, dotted
from difftool.model import Fingerprints, Ignored
from difftool.narrowing import Narrowed, narrow, said
from difftool.scope import Found, Scope
from difftool.subjects import Subjects, items
from difftool.words import many, some

if TYPE_CHECKING:
    from difftool.annotations import Renamed

RENAMED = ("table", "foreign table", "view", "materialized view", "sequence", "index", "type", "domain")
ROLE = "role "
"""Before a role's name in what a plan keeps of its desired schema."""


@dataclass(frozen=True)
class Seen:
    """Both sides of a comparison less what is ignored."""

    scope: Scope
    now: Narrowed
    want: Narrowed
    known: tuple[str, ...] = ()
    """What the rules know of the desired schema beyond the objects of its dump: roles, and parts of tables."""
    unread: tuple[Found, ...] = ()
    """Tables of the target that were not even dumped."""

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        """How many objects each rule took out, and which."""
        return counted(self.scope.rules, self._counted())

    def _counted(self) -> set[Found]:
        """Everything that was taken out, less owners that are the same on both sides."""
        same = {k for k, said in self.now.owners.items() if self.want.owners.get(k) == said}
        return {f for f in self.now.found | self.want.found if f[1] not in same} | set(self.unread)


def counted(rules: Rules, out: Iterable[Found]) -> tuple[Ignored, ...]:
    """How many objects each rule took out, and which; one that somebody wrote is named even if there were none."""
    found: dict[str, set[Key]] = {r.text: set() for r in rules.rules if not r.said}
    for rule, key in sorted(out, key=lambda f: (rules.rules.index(f[0]) if f[0] in rules.rules else -1, f[0].text)):
        found.setdefault(rule.text, set()).add(key)
    return tuple(Ignored("rule", text, _counted(sorted(keys))) for text, keys in found.items())


def _counted(keys: Sequence[Key]) -> str:
    return many(len(keys), "object") + (f": {some([shown(k) for k in keys])}" if keys else "")


def see(
    rules: Rules,
    now: Catalog,
    want: Catalog,
    owner: str,
    cluster: frozenset[str],
    made: Iterable[str] = (),
    unread: Iterable[tuple[str, str]] = (),
    named: frozenset[str] = frozenset(),
) -> Seen:
    """Both sides under the rules, and those of the extensions that the target has.

    ``owner`` is the target's owner role, ``cluster`` the roles of its server, ``made`` those that the files create;
    ``unread`` are ignored tables that are not in the dump; ``named`` is what counts as named by the desired schema.
    """
    hidden = tuple((rule, ("table", *t)) for t in unread if (rule := rules.always(("table", *t))))
    rules = _with_built_in(rules, now)
    if not rules:
        return Seen(Scope(rules), Narrowed(now), Narrowed(want))
    roles = sorted({*named_roles(want), *made}) if rules.asks(ABSENT_ROLE) else []
    present = frozenset(roles) & cluster | {owner}
    whole = narrow(Scope(rules, _names(want) | frozenset(_parts_of(rules, want)) | named, present, owner), want)
    parts = sorted({*_parts_of(rules, whole.catalog), *named})
    scope = Scope(rules, _names(whole.catalog) | frozenset(parts), present, owner)
    return Seen(scope, narrow(scope, now), whole, (*parts, *(f"{ROLE}{r}" for r in roles)), hidden)


def recall(rules: Rules, now: Catalog, made: Fingerprints, owner: str, cluster: frozenset[str]) -> Scope:
    """The scope of a plan that was made before, for a target as it is now."""
    rules = _with_built_in(rules, now)
    if not rules:
        return Scope(rules)
    roles = {w.removeprefix(ROLE) for w in made.wanted if w.startswith(ROLE)}
    return Scope(rules, names_of(made), frozenset(roles & cluster) | {owner}, owner)


def names_of(made: Fingerprints) -> frozenset[str]:
    """What the desired schema of a plan named, as rules know it."""
    return frozenset(said(kind, name) for kind, name, _ in made.desired_objects) | {
        w for w in made.wanted if not w.startswith(ROLE)
    }


def without_run_time(
    rules: Rules, snapshot: Catalog, made: Fingerprints, owner: str, cluster: frozenset[str]
) -> Catalog:
    """A snapshot's schema less what its plan ignored for its circumstances: to go back is not to make that again."""
    return narrow(recall(rules.by_circumstance, snapshot, made, owner, cluster), snapshot).catalog


def as_desired(rules: Rules, database: Catalog) -> Catalog:
    """A database's schema as the desired one of another: less its own partitions and what its extensions made."""
    if not is_limited(rules, database):
        return database
    subjects = Subjects(database)
    rules = as_made(rules.by_circumstance, subjects.installed)
    own = subjects.installed.tables - subjects.partition_of.keys()
    named = (".".join(t) for t in own if not any(r.matches(("table", *t)) for r in rules.rules if r.when == EXTRA))
    return narrow(Scope(rules, frozenset(f"table {name}" for name in named)), database).catalog


def former(renamed: Iterable[Renamed]) -> Iterator[str]:
    """What has another name by now, as rules know it: neither extra, nor are its partitions nobody's."""
    for one in renamed:
        name = ".".join((one.names[0] or "public", *one.names[1:-1], one.old))
        yield from (f"{kind} {name}" for kind in (RENAMED if len(one.names) == 2 else ("column", "constraint")))


def is_limited(rules: Rules, now: Catalog) -> bool:
    """Whether there are any rules, of the settings or of an extension that is installed."""
    return bool(rules) or any(e in STATEFUL for e in extensions_of(now))


def _with_built_in(rules: Rules, now: Catalog) -> Rules:
    if not any(e in STATEFUL for e in extensions_of(now)):
        return rules
    return rules + built_in(Subjects(now).installed)


def _names(catalog: Catalog) -> frozenset[str]:
    return frozenset(said(k.kind, k.full_name) for k in catalog.by_key)


def _parts_of(rules: Rules, catalog: Catalog) -> Iterator[str]:
    """Columns and check constraints inside their tables' own statements, where a rule asks whether they are extra."""
    kinds = [k for k in ("column", "constraint") if rules.asks(EXTRA, k)]
    if kinds:
        found = (i.key for e in catalog.entries for i in items(e))
        yield from (f"{key[0]} {dotted(key)}" for key in found if key[0] in kinds)


def shown(key: Key) -> str:
    """An object in words: "table public.users", "owner of public.users"."""
    kind = key[0].replace("_", " ")
    if key[0] == "default_privileges":
        return f"{kind} of {key[1]}" + (f" in {key[2]}" if key[2] else "")
    between = " of " if key[0] == "owner" else " on " if key[0] in SAID_OF else " "
    return f"{kind}{between}{dotted(key)}"
