"""Every kind of object under names that break tools: built, taken down, changed and changed back, dumped and loaded.

``hostile/everything.sql`` has something of every kind, ``hostile/changes.sql`` makes it something else; a style says
what each of their names becomes. A kind without a statement there fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_native import apply, statements

from difftool.catalog import compare
from difftool.clone import read_catalog
from difftool.emptiness import guard, guarded
from difftool.engine import native
from difftool.kinds import KINDS
from difftool.objects import differing
from difftool.parse import qualified, quoted
from difftool.pg.connection import literal, rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import find_pg_dump
from difftool.pg.types import Error

EVERYTHING, CHANGES = (
    Path(__file__).parent.joinpath("hostile", f"{name}.sql").read_text() for name in ("everything", "changes")
)
NAMED = re.compile(r"<([='])?([a-z_0-9.]+)'?>")
ELSEWHERE = {
    "security_label": "no server has a provider built in: test_grants_native.py",
    "system_privileges": "names are PostgreSQL's own, and it is always refused: test_blind_spots.py",
    "publication_schema": "since PostgreSQL 15",
}
EXTENSIONS = ("hstore", "vector")
"""One that can be moved to a schema of its own: what the server has of these."""
ROLES = ("owner", "reader")
MARKS = ["(", ")", '"', "'", ".", ",", ";", "--", "/*", "*/", "$$", "$1", "%s", "{0}", "\\", "\n", " ", "[]", "::"]
RESERVED = (
    "select table user order group column check primary constraint default end case when from where with grant to "
    "public_ all any only references unique create left right full cross int integer char bit varchar timestamp time "
    "interval numeric boolean precision row values setof array binary collation current_user current_date session_user "
    "none_ using window union true false null not or and in is like between exists coalesce nullif trim position "
    "overlay substring treat xmlparse json_object merge_action freeze isnull notnull overlaps similar verbose "
    "tablesample authorization concurrently ilike inner natural outer join asc desc do else except fetch for foreign "
    "having initially intersect into lateral leading limit localtime offset on placing returning some symmetric then "
    "trailing variadic new old excluded oid ctid_ value key procedure function operator type domain schema index view "
    "sequence trigger rule policy server text name cast"
).split()


def every_mark(number: int, word: str) -> str:
    """All that a tool can trip over, in one name."""
    return f"9A{number:x}.\"b'c\\d%s%(e)s{{0}}$1$$$guard$\n;--/*é漢 [](,)"


def two_marks(number: int, word: str) -> str:
    """Nothing but punctuation."""
    pairs = list(product(MARKS, MARKS))
    return "".join(pairs[number])


def reserved(number: int, word: str) -> str:
    """Words of the grammar, names of types and of system columns' like; then those that many tools use themselves."""
    return RESERVED[number] if number < len(RESERVED) else f"$$ difftool_{number}"


def as_long_as_can_be(number: int, word: str) -> str:
    """63 bytes, and different behind the 57th alone: PostgreSQL makes names of arrays of what is before the last one."""
    return "ä" + "Long name " * 5 + f"_____{number:02x}____"


def case_alone(number: int, word: str) -> str:
    """Different in nothing but capitals."""
    return "".join(c.upper() if number >> i & 1 else c for i, c in enumerate("abcdefgh"))


STYLES = (every_mark, two_marks, reserved, as_long_as_can_be, case_alone)


@dataclass(frozen=True)
class Hostile:
    """The template's names in a style."""

    names: Mapping[str, str]

    @staticmethod
    def of(style: Callable[[int, str], str]) -> Hostile:
        words = dict.fromkeys(w for _, found in NAMED.findall(EVERYTHING + CHANGES) for w in found.split("."))
        names = {w: style(i, w) for i, w in enumerate(words)}
        assert len({n.encode()[:63] for n in names.values()}) == len(names), "two of them are the same"
        return Hostile(names)

    def script(self, server: Server, text: str) -> Iterator[str]:
        """The blocks of a template that this server knows."""
        with session(server.admin) as connection:
            has = {r[0] for r in rows(connection, "SELECT name FROM pg_available_extensions")}
            me = rows(connection, "SELECT current_user")[0][0]
        extension = next(e for e in EXTENSIONS if e in has)
        for block in text.split("\n\n")[1:]:
            since = re.search(r"^-- since (\d+)$", block, re.MULTILINE)
            if not since or int(since[1]) <= server.major:
                text = block.replace("{extension}", extension).replace("{me}", quoted(me))
                yield NAMED.sub(self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        how, names = found[1], [self.names[w] for w in found[2].split(".")]
        if how == "=":
            return literal(names[0])
        return literal(qualified(*names)) if how else qualified(*names)

    def make_roles(self, server: Server) -> None:
        with session(server.admin) as connection:
            there = {r[0] for r in rows(connection, "SELECT rolname FROM pg_roles")}
            for name in {self.names[r] for r in ROLES} - there:
                run(connection, f"CREATE ROLE {quoted(name)}")


@pytest.fixture(params=STYLES, ids=lambda s: s.__name__)
def hostile(request: pytest.FixtureRequest, server: Server) -> Hostile:
    found = Hostile.of(request.param)
    found.make_roles(server)
    return found


def made(server: Server, *sql: str) -> Conninfo:
    return server.database(*sql, owner=False)


def check(now: Conninfo, want: Conninfo, major: int) -> None:
    """Plan, run, and nothing is left; by both judges."""
    plan = statements(now, want, empty=True)
    assert plan == statements(now, want, empty=True), "the same input, other bytes"
    apply(now, plan)
    equal(now, want, major)
    assert statements(now, want) == ()


def equal(now: Conninfo, want: Conninfo, major: int) -> None:
    program = find_pg_dump(major, now)
    assert compare(*(read_catalog(info, major, program) for info in (now, want))) == ()
    assert list(differing(native.read(now), native.read(want))) == []


def test_every_kind_has_a_case(server18: Server) -> None:
    found = Hostile.of(case_alone)
    found.make_roles(server18)
    kinds = {k[0] for k in native.read(made(server18, *found.script(server18, EVERYTHING))).by_key}
    assert kinds | ELSEWHERE.keys() == KINDS().keys() | ELSEWHERE.keys()
    assert ELSEWHERE.keys() <= KINDS().keys()


@pytest.mark.timeout(600)
def test_built_changed_and_taken_down(hostile: Hostile, server: Server) -> None:
    everything = tuple(hostile.script(server, EVERYTHING))
    changes = tuple(hostile.script(server, CHANGES))
    kept = [block for block in everything if block.startswith("-- stays")]
    nothing, full, changed = made(server, *kept), made(server, *everything), made(server, *everything, *changes)
    now = made(server)
    for want in (full, changed, nothing, changed, full, nothing):
        check(now, want, server.major)


def test_a_guard_is_known_by_its_table(hostile: Hostile, server: Server) -> None:
    name = qualified(hostile.names["sales"], hostile.names["turned"])
    assert guarded(guard(name)[1]) == name
    with session(made(server, f"CREATE SCHEMA {quoted(hostile.names['sales'])}; CREATE TABLE {name} ()")) as connection:
        run(connection, guard(name)[1])
        run(connection, f"INSERT INTO {name} DEFAULT VALUES")
        with pytest.raises(Error) as raised:
            run(connection, guard(name)[1])
    assert str(raised.value).startswith(f"{name} holds rows by now")


def test_what_is_dumped_makes_the_same_schema(
    hostile: Hostile, difftool: Callable[..., Ran], server: Server, tmp_path: Path
) -> None:
    """As one script, and as files: whose names are what the file system takes, and different without capitals."""
    full = made(server, *hostile.script(server, EVERYTHING))
    loaded, empty = made(server), made(server)
    ran = difftool("dump", full.url(secrets=True), "--output", "-")
    assert ran.code == 0, ran.err
    with session(loaded) as connection:
        run(connection, ran.out)
    equal(loaded, full, server.major)
    assert difftool("dump", full.url(secrets=True), "--output", "schema").code == 0
    files = [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.sql")]
    assert len({f.casefold() for f in files}) == len(files)
    assert all(re.fullmatch(r"[\w/-]+\.sql", f) for f in files)
    apply(empty, statements(empty, full))
