"""Expand now, contract later: what is put off, whatever needs it, and a proof that the rest runs without.

Nothing is worked out here that a server can tell. The rest is run on a clone: what fails is put off, too. The engine
then says what the result still lacks. What it would do again, because the rest did it in vain, is put off; what was to
be put off and is done all the same, because another statement implies it, takes that one along. At the end the rest,
and then what the engine proposes for its result, must lead to the desired schema; and it may propose nothing else than
what was put off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from difftool.allowing import Allowance, allowances, allowed
from difftool.kinds.sql import REPLACED
from difftool.model import HAZARDS, Deferred, Hazard, Statement, Unhandled
from difftool.parse import qualified
from difftool.partly import as_they_are
from difftool.pg.connection import rows, session
from difftool.phrases import names
from difftool.prove import as_statements
from difftool.rules import annotate, online_forms
from difftool.words import one_line

if TYPE_CHECKING:
    from difftool.batches import Pace
    from difftool.catalog import Catalog
    from difftool.objects import Key, Objects
    from difftool.prove import Proven, Rehearsal
    from difftool.rules.facts import Facts
    from difftool.scratch.workspace import Database

ASIDE = re.compile(rf"\w+{REPLACED}\b")
"""The name of what is about to go, while another has its own."""
PAIR = frozenset({"create", "drop"})
NEEDS = "it needs what is deferred: {}"
TOGETHER = "it goes together with what is deferred"
PART = "it is a part of what is deferred"
AGAIN = "it would have to be done again with what is deferred"
IMPLIES = "it would do what is deferred: {}"
NOT_FILLED = """
SELECT 1 FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attname = %s AND attnotnull AND NOT atthasdef AND attidentity = ''
"""


@dataclass(frozen=True, slots=True)
class Interim:
    """What is run now, what later and why, what is left besides, and the schema that stands in between."""

    statements: tuple[Statement, ...]
    deferred: tuple[Deferred, ...]
    unhandled: tuple[Unhandled, ...]
    after: Catalog
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """What decides how a statement is run: plainly below which size, how quickly, a type by way of a second column."""

    small: int
    pace: Pace
    retype: bool


@dataclass(frozen=True)
class Forms:
    """How statements are run, and what hazards they have then."""

    facts: Facts
    ways: Ways
    online: Callable[[Sequence[Statement]], tuple[Statement, ...]]
    from_rows: dict[str, tuple[Hazard, ...]]
    """By SQL, what is known of the target's rows."""

    def of(self, statements: Sequence[Statement]) -> tuple[Statement, ...]:
        """The statements as they are run."""
        found = annotate(self.online(statements), self.facts, small=self.ways.small, retype=self.ways.retype)
        return tuple(replace(s, hazards=self._sorted(s)) for s in found)

    def _sorted(self, statement: Statement) -> tuple[Hazard, ...]:
        every = dict.fromkeys((*statement.hazards, *self.from_rows.get(statement.sql, ())))
        return tuple(sorted(every, key=lambda h: HAZARDS.index(h.kind)))

    def origins(self, plain: Sequence[Statement], form: Statement) -> list[str]:
        """The plain statements that one as it is run stands for."""
        if any(s.sql == form.sql for s in plain):
            return [form.sql]
        ways = self.ways
        known = online_forms(plain, self.facts, small=ways.small, pace=ways.pace, retype=ways.retype)
        found = [plain[n].sql for n, f in known.items() if form.sql in (*f.before, *f.here, *f.after, *f.apart)]
        return found or [s.sql for s in plain if (s.kind, s.name) == (form.kind, form.name)]


def defer(
    words: Sequence[str],
    rehearsal: Rehearsal,
    proven: Proven,
    statements: Sequence[Statement],
    facts: Facts,
    ways: Ways,
    contract: Callable[[Database], tuple[str, ...]],
) -> Interim | None:
    """The plan less what ``words`` put off; None when nothing in it is what they say.

    ``statements`` are those of the whole plan with all their hazards; ``contract`` is what the engine proposes from a
    clone to the desired schema.
    """
    from difftool.engine import native

    bare = annotate(proven.statements, facts, small=ways.small, retype=ways.retype)
    extra = {s.sql: tuple(h for h in s.hazards if h not in b.hazards) for s, b in zip(statements, bare, strict=True)}
    online = as_they_are if proven.offline or proven.statements == proven.plain else rehearsal.online
    forms = Forms(facts, ways, online, extra)
    found = Deferring(rehearsal, proven.plain, native.read(rehearsal.base.admin), forms, contract).run(words)
    return replace(found, notes=tuple(_not_filled(found, rehearsal.base))) if found else None


def _not_filled(interim: Interim, base: Database) -> Iterator[str]:
    """Columns that stay for now, and that code which does not know them cannot leave out."""
    columns = [d.statement for d in interim.deferred if (d.statement.kind, d.statement.action) == ("column", "drop")]
    if not columns:
        return
    with session(base.admin) as connection:
        for statement in columns:
            *table, column = names(statement.name)
            if rows(connection, NOT_FILLED, (qualified(*table), column)):
                yield (
                    f"{statement.name} stays for now and is NOT NULL without a default: "
                    "code that does not know it cannot insert; make it nullable in a release before"
                )


@dataclass
class Deferring:
    """One plan, while it is found out what of it is put off. Statements go by their SQL."""

    rehearsal: Rehearsal
    plain: tuple[Statement, ...]
    """The whole plan, each statement in its plain form."""
    objects: Objects
    """What there is, to tell what is a part of what."""
    forms: Forms
    contract: Callable[[Database], tuple[str, ...]]
    off: dict[str, Deferred] = field(default_factory=dict)

    def run(self, words: Sequence[str]) -> Interim | None:
        """What is run now and later; None when nothing in the plan is what was asked for."""
        by = allowances(words)
        for _ in range(len(self.plain) + 1):
            before = len(self.off)
            rest = as_statements([s.sql for s in self.plain if s.sql not in self.off and not _is_setting(s)])
            forms = self.forms.of(rest)
            self._asked(rest, forms, by)
            if not self.off:
                return None
            if len(self.off) > before:
                continue
            later, after = self._try(rest, forms)
            if len(self.off) == before:
                return self._told(forms, later, after)
        raise AssertionError("each turn puts something off")

    def _asked(self, rest: Sequence[Statement], forms: Sequence[Statement], by: Sequence[Allowance]) -> None:
        """Put off what carries a hazard that is to be deferred, with what only makes sense together with it."""
        for form in forms:
            hazard = next((h for h in form.hazards if allowed(h, by)), None)
            for sql in self.forms.origins(rest, form) if hazard else ():
                self._put_off(sql, hazard.detail if hazard else "", hazard)

    def _put_off(self, sql: str, why: str, hazard: Hazard | None = None) -> None:
        """One statement, the other half of a drop and a creation, and what is dropped as a part of it."""
        statement = next((s for s in self.plain if s.sql == sql and sql not in self.off), None)
        if statement is None:
            return
        self.off[sql] = Deferred(statement, hazard.kind if hazard else "", why)
        for other in self.plain:
            if _halves(statement, other):
                self._put_off(other.sql, TOGETHER)
            elif statement.action == "drop" and self._only_dropped(other) and self._is_part(other, statement):
                self._put_off(other.sql, PART)

    def _only_dropped(self, statement: Statement) -> bool:
        return statement.action == "drop" and not any(_halves(statement, other) for other in self.plain)

    def _is_part(self, part: Statement, whole: Statement) -> bool:
        """Whether one object is of the other's table and goes by itself with it: an index, a trigger, a constraint."""
        small, large = self._key(part), self._key(whole)
        if small is None or large is None or small == large:
            return False
        table = self.objects.by_key[large].parent or large
        return table in self._parents(small) and (large == table or large in self._needs(small))

    def _key(self, statement: Statement) -> Key | None:
        head, bracket, arguments = statement.name.partition("(")
        parts = names(head)
        key = (statement.kind.replace(" ", "_"), *parts[:-1], *(p + bracket + arguments for p in parts[-1:]))
        return key if key in self.objects.by_key else None

    def _parents(self, key: Key) -> Iterator[Key]:
        while (o := self.objects.by_key.get(key)) and o.parent:
            key = o.parent
            yield key

    def _needs(self, key: Key) -> frozenset[Key]:
        return frozenset((*self.objects.needs.get(key, ()), *self.objects.follows.get(key, ())))

    def _try(self, rest: Sequence[Statement], forms: Sequence[Statement]) -> tuple[tuple[str, ...], Catalog]:
        """Run the rest on a clone; put off what fails, what is done in vain, and what does more than it should."""
        with self.rehearsal.ran(forms) as (copy, failure):
            after = self.rehearsal.read(copy).catalog
            later = () if failure else self.contract(copy)
        if failure:
            for sql in self.forms.origins(rest, forms[failure.place]):
                self._with_all(sql, NEEDS.format(one_line(failure.what.detail)))
            return (), after
        for statement in rest:
            if statement.sql in later and not _is_setting(statement):
                self._put_off(statement.sql, AGAIN)
        known = {(s.kind, s.name) for s in as_statements(later)}
        for sql, deferred in list(self.off.items()):
            if deferred.hazard and sql not in later and (deferred.statement.kind, deferred.statement.name) not in known:
                self._implied(rest, deferred.statement)
        return later, after

    def _with_all(self, sql: str, why: str) -> None:
        """One statement, every other about the same object, and what has stepped aside for it."""
        statement = next(s for s in self.plain if s.sql == sql)
        aside = set(ASIDE.findall(sql))
        for other in self.plain:
            same = (other.kind, other.name) == (statement.kind, statement.name) and not _is_setting(other)
            if other.sql == sql or same or aside.intersection(ASIDE.findall(other.sql)):
                self._put_off(other.sql, why)

    def _implied(self, rest: Sequence[Statement], deferred: Statement) -> None:
        """Put off the first statement after which what is deferred is no longer missing."""
        low, high = 0, len(rest)
        while low < high:
            middle = (low + high) // 2
            with self.rehearsal.ran(rest[: middle + 1]) as (copy, failure):
                missing = failure is None and deferred.sql in self.contract(copy)
            low, high = (middle + 1, high) if missing else (low, middle)
        if low < len(rest) and not _is_setting(rest[low]):
            self._put_off(rest[low].sql, IMPLIES.format(one_line(deferred.sql)))

    def _told(self, forms: tuple[Statement, ...], later: Iterable[str], after: Catalog) -> Interim:
        """The result, judged: with what is deferred it is the desired schema, and nothing else is missing."""
        contracted = as_statements(tuple(later))
        besides = [s for s in contracted if not _is_setting(s) and s.sql not in self.off]
        found = [Unhandled(s.kind, s.name, f"differs besides what is deferred: {one_line(s.sql)}") for s in besides]
        ran = self.rehearsal.run((*forms[:-1], *(replace(s, commit=True) for s in forms[-1:]), *contracted))
        in_order = tuple(self.off[s.sql] for s in self.plain if s.sql in self.off)
        return Interim(forms, in_order, (*found, *ran.left), after)


def _is_setting(statement: Statement) -> bool:
    """What comes and goes with the functions that a plan creates."""
    return statement.action == "set" and statement.name == "check_function_bodies"


def _halves(one: Statement, other: Statement) -> bool:
    """Whether the two take one object down and put it up again, or the other way round."""
    same = (one.kind, one.name) == (other.kind, other.name)
    return same and {one.action, other.action} == PAIR
