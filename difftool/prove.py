"""The proof: run a plan on a clone of the target exactly as apply will, then let pg_dump judge the result.

When an engine's own order does not run, or something is left over, another clone is used to find what does; whatever
is found that way is proven on a fresh clone like the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from difftool import syntax, words
from difftool.catalog import Catalog, compare
from difftool.clone import Names, read_catalog, restore
from difftool.handover import hand_over
from difftool.load import EXTENSIONS
from difftool.model import Statement, Unhandled
from difftool.narrowing import Narrowed, narrow
from difftool.objects import differing, shown
from difftool.partly import Formed, as_they_are, partly
from difftool.pg.connection import run, session
from difftool.pg.execute import EXISTS, MEANINGLESS, Meaningless, execute, reason
from difftool.pg.types import Connection, Error
from difftool.rules.identify import identify
from difftool.rules.transaction import commit_points, transactional
from difftool.scope import UNLIMITED, Circumstances, Scope
from difftool.searching import search
from difftool.segments import is_transaction, segments
from difftool.sparing import ours
from difftool.steps import comments_on_extension
from difftool.unseen import with_unseen
from difftool.untouched import touched
from difftool.words import one_line

if TYPE_CHECKING:
    from difftool.now import Now
    from difftool.objects import Objects
    from difftool.scratch.workspace import Database, Workspace

BLIND = "pg_dump sees no difference, the catalog does"


@dataclass(frozen=True, slots=True)
class Proven:
    """The statements in the order that ran, and what they leave different: nothing, when the plan is proven."""

    statements: tuple[Statement, ...]
    unhandled: tuple[Unhandled, ...]
    referee: str = ""
    """What migra, who had no part in it, says of the result; "" where it was not asked."""
    offline: str = ""
    """What stood in the way of the online forms; "" for nothing."""
    about: tuple[str, ...] = ()
    """The statements that stay plain because of it; none where all of them do."""
    after: Catalog | None = None
    """The dump of the result."""
    plain: tuple[Statement, ...] = ()
    """The statements that the online forms stand for."""


class Failure(NamedTuple):
    """A statement that did not run: its place, what it is about and why."""

    place: int
    what: Unhandled


class Ran(NamedTuple):
    """What a run on a fresh clone left different, what the referee says of it, and the dump of the result."""

    left: tuple[Unhandled, ...]
    referee: str
    after: Catalog


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where plans are tried: copies of one clone, and what the result is held against."""

    workspace: Workspace
    base: Database
    now: Now
    want: Narrowed
    names: Names
    allowed: frozenset[str] = frozenset()
    """Extensions that may be created beyond the built-in list."""
    objects: Objects | None = None
    """The wanted schema as difftool itself reads it: the second judge."""
    desired: Database | None = None
    """The wanted schema's database, for a referee to look at."""
    online: Formed = as_they_are
    """What makes of statements others that block nobody for long; of all, or of those at the places that are given."""
    scope: Scope = UNLIMITED
    before: Narrowed | None = None
    """The clone's dump less what is ignored, and that."""
    renamed: Narrowed | None = None
    """The same once everything that only has another name has the wanted one: what is ignored names it by that."""

    def prove(self, proposed: Sequence[str]) -> Proven:
        """The statements in their online form where that does as well as the plain one, else plain, with the reason."""
        statements = as_statements(proposed)
        online = self.online(statements)
        ran = self.run(online)
        if not ran.left:
            return Proven(online, (), ran.referee, after=ran.after, plain=statements)
        if online == statements:
            return self._plain(proposed, statements, ran)
        plain = self._plain(proposed, statements, self.run(statements))
        if plain.statements == statements and set(ran.left) <= set(plain.unhandled):
            return Proven(online, plain.unhandled, after=ran.after, plain=statements)
        why = words.with_detail(ran.left[0])
        if plain.statements == statements and not plain.unhandled and (most := self._most(statements)):
            return replace(most, offline=why)
        return replace(plain, offline=why)

    def _most(self, statements: tuple[Statement, ...]) -> Proven | None:
        """The plan with all its online forms but a few; None where that cannot be proven, either."""
        places, run = range(len(statements)), cache(self.run)  # some plans are come back to, the last one at least
        stay = partly(len(places), partial(self.online, statements), lambda tried: not run(tried).left)
        if not stay:
            return None
        online = self.online(statements, [place for place in places if place not in stay])
        ran = run(online)
        about = tuple(words.title(statements[place]) for place in stay)
        return None if ran.left else Proven(online, (), ran.referee, after=ran.after, plain=statements, about=about)

    def _plain(self, proposed: Sequence[str], statements: tuple[Statement, ...], ran: Ran) -> Proven:
        """The engine's statements as proposed where they do, else as a search over clones can make them do."""
        if not ran.left:
            return Proven(statements, (), ran.referee, after=ran.after, plain=statements)
        tried, failing = search(self, proposed)
        found = as_statements(tried)
        if found != statements:
            ran = self.run(found)
            ran = ran._replace(left=(*failing, *ran.left))
        return Proven(found, ran.left, ran.referee, after=ran.after, plain=found)

    def run(self, statements: Sequence[Statement]) -> Ran:
        """Run a plan on a fresh clone, segment by segment: what is left, a failing statement first, and the result."""
        with self.ran(statements) as (copy, failure):
            after = self.read(copy)
            untouched = self.renamed or self.before
            moved = touched(untouched, after) if untouched else ()
            failed = (failure.what,) if failure else ()
            left = (*failed, *compare(after.catalog, self.want.catalog), *moved)
            left = left or self._second_opinion(copy, after.circumstances)
            return Ran(left, "" if left else self._referee(copy), after.catalog)

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        """A fresh clone for the length of a ``with``."""
        copy = self._copy()
        try:
            yield copy
        finally:
            self.workspace.drop(copy.name)
            self.workspace.databases.remove(copy.name)

    def spent(self) -> Database:
        """The clone itself, for a last run: no other copy of it is to be had afterwards."""
        self._limit(self.base)
        return self.base

    @contextmanager
    def ran(self, statements: Sequence[Statement]) -> Iterator[tuple[Database, Failure | None]]:
        """A fresh clone on which a plan has run, as far as it would."""
        with self.fresh() as copy:
            yield copy, self._run_segments(copy, statements)

    def read(self, copy: Database) -> Narrowed:
        """What a copy has by now, less what is ignored."""
        found = read_catalog(copy.admin, self.workspace.server.major, self.now.program, self.names)
        return narrow(self.scope, found)

    def _referee(self, copy: Database) -> str:
        """Whether migra still sees a difference between the result and what is wanted."""
        if self.desired is None:
            return ""
        from difftool.engine import migra

        try:
            seen = migra.statements(copy.user, self.desired.user)
        except migra.EngineError as error:
            return f"referee: migra broke down ({error})"
        seen = tuple(s for s in seen if not (self.before and about_ignored(s, self.before)))
        if not seen:
            return "referee: migra agrees"
        more = f" and {len(seen) - 1} more" if len(seen) > 1 else ""
        return f"referee: migra would still run {self.names.from_scratch(one_line(seen[0]))}{more}"

    def _second_opinion(self, copy: Database, circumstances: Circumstances) -> tuple[Unhandled, ...]:
        """What difftool's own catalog sees where pg_dump sees nothing; copies are empty: filled or not is left out."""
        if self.objects is None:
            return ()
        from difftool.engine import native

        scope, role = self.scope, self.workspace.role
        found = differing(
            ours(native.read(copy.admin), circumstances, scope, role),
            ours(with_unseen(self.objects, ()), self.want.circumstances, scope, role),
        )
        return tuple(Unhandled(*shown(k), self.names.from_scratch(f"{BLIND}: {how}")) for k, how in found)

    def _copy(self) -> Database:
        """A fresh clone, in which the ordinary role has the rights on the database that the owner has on the target.

        Subscriptions live in a catalog that all databases share: copying a database would lose them.
        """
        if any(k.type == "SUBSCRIPTION" for k in self.now.catalog.by_key):
            whole = self.before.whole if self.before else ()
            copy, _ = restore(self.workspace, self.now.catalog, self.names, whole)
        else:
            copy = self.workspace.create(self.base)
        self._limit(copy)
        return copy

    def _limit(self, copy: Database) -> None:
        """Give the ordinary role no more rights on a database than the owner has on the target."""
        if not self.now.owns_database and self.workspace.scratch.own and not self.workspace.trusted:
            self.workspace.disown(copy, creates=self.now.creates_schemas)

    def _run_segments(self, copy: Database, statements: Sequence[Statement]) -> Failure | None:
        before: list[str] = []
        with session(copy.user) as connection:
            for segment in segments(statements):
                statement = segment[0]
                try:
                    if is_transaction(segment):
                        run(connection, "BEGIN")
                    for statement in segment:
                        self.run_one(connection, copy, statement.sql, before)
                        before.append(statement.sql)
                    if is_transaction(segment):
                        run(connection, "COMMIT")
                except Error as error:
                    why = f"its statement fails: {reason(error)}"
                except Meaningless as nothing:
                    why = f"its statement does nothing: {nothing}"
                else:
                    continue
                return Failure(statements.index(statement), Unhandled(statement.kind, statement.name, why))
        return None

    def run_one(self, connection: Connection, copy: Database, sql: str, before: Sequence[str]) -> None:
        """One statement as the ordinary role, or by the superuser what that role may not do and cannot abuse."""
        if self._for_superuser(sql, before):
            together = connection.info.transaction_status != 0
            if together:  # the superuser's session must see what stands so far
                run(connection, "COMMIT")
            with session(copy.admin) as admin:
                run(admin, sql)
            if together:
                run(connection, "BEGIN")
            return
        for notice in self._execute(connection, self.names.to_scratch(sql)):
            if MEANINGLESS.search(notice) or EXISTS.search(notice):
                raise Meaningless(notice)

    def _execute(self, connection: Connection, sql: str) -> tuple[str, ...]:
        """One statement with the rights that the owner role has on the target."""
        if self.now.superuser and " OWNER TO " in sql:
            return hand_over(connection, sql, syntax.parse_one(sql))
        return execute(connection, sql)

    def _for_superuser(self, sql: str, before: Sequence[str]) -> bool:
        """A comment on an extension; an allow-listed extension, while no code of the plan could lie in its way."""
        if self.workspace.trusted or not self.workspace.scratch.own or "EXTENSION" not in sql.upper():
            return False
        node = syntax.parse_one(sql)
        if comments_on_extension(node):
            return True
        listed = type(node).__name__ == "CreateExtensionStmt" and node.extname in EXTENSIONS | self.allowed
        return listed and all(identify(s)[0] in ("schema", "extension", "session") for s in before)


def about_ignored(sql: str, less: Narrowed) -> bool:
    """Whether a statement is about something that is ignored as a whole."""
    return bool(less.names) and less.has(identify(sql)[1])


def as_statements(texts: Sequence[str]) -> tuple[Statement, ...]:
    """SQL texts as statements of a plan; functions are created with their bodies unchecked, as pg_dump does."""
    found = []
    for sql in texts:
        kind, name, action = identify(sql)
        found.append(Statement(sql, kind, name, action, transactional(sql)))
    if any(s.action == "create" and s.kind in ("function", "procedure") for s in found):
        found.insert(0, Statement("SET check_function_bodies = off", "session", "check_function_bodies", "set"))
        found.append(Statement("RESET check_function_bodies", "session", "check_function_bodies", "set"))
    return commit_points(found)
