"""The rules against a real schema: their exact words, their silence, and what a server locks, reads and rewrites."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg2
import pytest
from conftest import Server

from difftool.emptiness import guard
from difftool.model import HAZARDS, Statement
from difftool.parse import Name, parse
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.rules import annotate
from difftool.rules.context import Context
from difftool.rules.facts import Facts, Relation, read_facts
from difftool.rules.identify import identify
from difftool.rules.transaction import commit_points, transactional
from difftool.sizes import amount, number

HERE = Path(__file__).parent / "rules"
BEFORE = (HERE / "before.sql").read_text(encoding="utf-8")
GB = 1024**3
SIZES = {
    "orders": (40_123_456, 5.2 * GB),
    "users": (1_234_567, 0.3 * GB),
    "events_2024": (9e8, 80 * GB),
    "keyless": (0, 0),
    "emptied": (0, 0),
}
SMALL = (12, 16 * 1024)
"""Rows and bytes of every table that is not in SIZES."""


@dataclass(frozen=True)
class Case:
    """One plan of a case file: its statements, the hazards that they must carry, and remarks for the runner."""

    where: str
    sql: tuple[str, ...]
    hazards: tuple[tuple[str, str], ...]
    remarks: dict[str, str] = field(default_factory=dict)

    @property
    def since(self) -> int:
        return int(self.remarks.get("since", "0"))

    @property
    def small(self) -> int:
        return int(self.remarks.get("small", "0"))


def read_cases(path: Path) -> Iterator[Case]:
    """Blocks between blank lines: SQL, then ``-- hazard: words`` or ``-- silent``, and remarks.

    ``-- since: 18`` is a server's major version, ``-- small: 10000000`` the bytes below which a table is small.
    """
    text, line = path.read_text(encoding="utf-8"), 1
    for block in re.split(r"\n\s*\n", text):
        notes = dict(re.findall(r"^-- (silent|since|small|not measured)(?:: (.*))?$", block, re.MULTILINE))
        said = re.findall(rf"^-- ({'|'.join(HAZARDS)}): (.*)$", block, re.MULTILINE)
        body = re.sub(r"^--.*\n?", "", block, flags=re.MULTILINE)
        sql = tuple(s.strip().removesuffix(";") for s in re.split(r"(?<=;)\n", body) if s.strip())
        if sql:
            yield Case(f"{path.stem}:{line}", sql, tuple(said), notes)
        line += block.count("\n") + 2


CASES = [case for path in sorted(HERE.glob("*.sql")) if path.name != "before.sql" for case in read_cases(path)]


def by_place(case: Case) -> str:
    return case.where


@pytest.fixture(scope="module")
def shop(server: Server) -> Conninfo:
    """A database with the tables of before.sql, reached as its owner."""
    return server.database(BEFORE)


@pytest.fixture(scope="module")
def facts(server18: Server) -> Facts:
    """The facts of the shop on one server; what the others say is compared below."""
    return facts_of(server18.database(BEFORE))


def facts_of(info: Conninfo) -> Facts:
    """What is read from a real server, with sizes that do not depend on its pages, and always the same settings."""
    with session(info) as connection:
        read = read_facts(connection)
    relations = []
    for relation in read.relations:
        count, size = SIZES.get(relation.name.name, SMALL)
        stored = relation.kind in "rm"
        relations.append(replace(relation, rows=int(count), bytes=int(size)) if stored else relation)
    return replace(read, relations=tuple(relations), time_zone="Europe/Berlin", version=170000)


def statements(*sql: str) -> tuple[Statement, ...]:
    """The statements of a plan; COMMIT stands for a commit that the plan asks for."""
    plan: list[Statement] = []
    for text in sql:
        if text == "COMMIT":
            plan[-1] = replace(plan[-1], commit=True)
        else:
            plan.append(Statement(text, *identify(text), transactional(text)))
    return commit_points(plan)


def said(plan: tuple[Statement, ...]) -> list[tuple[str, str]]:
    return [(hazard.kind, hazard.detail) for statement in plan for hazard in statement.hazards]


@pytest.mark.parametrize("case", CASES, ids=by_place)
def test_words(case: Case, facts: Facts) -> None:
    assert bool(case.hazards) != ("silent" in case.remarks), "a case says what is said, or that nothing is"
    assert said(annotate(statements(*case.sql), facts, small=case.small)) == list(case.hazards)


def test_words_are_the_same_on_every_server(shop: Conninfo) -> None:
    read = facts_of(shop)
    wrong = [c for c in CASES if said(annotate(statements(*c.sql), read, small=c.small)) != list(c.hazards)]
    assert [c.where for c in wrong] == []


def existing(connection: psycopg2.extensions.connection) -> dict[int, tuple[str, str, int]]:
    """Every table, view and index by OID: its name, kind and file."""
    found = rows(
        connection,
        "SELECT oid::int8, relname, relkind, COALESCE(pg_relation_filenode(oid), 0)::int8 FROM pg_class"
        " WHERE relnamespace IN ('public'::regnamespace, 'audit'::regnamespace)"
        " AND relkind IN ('r', 'v', 'm', 'p', 'i', 'I')",
    )
    return {oid: (name, kind, file) for oid, name, kind, file in found}


def measured(connection: psycopg2.extensions.connection, case: Case) -> set[str]:
    """The hazards that a server shows while it runs a plan in one transaction, which is rolled back.

    A table's new file is a rewrite. What PostgreSQL says at DEBUG1 of reading a whole table that was there before,
    together with the strongest lock that is held at the end, is a block of reads or of writes. Of ALTER DOMAIN's
    reading it says nothing: there the lock alone tells.
    """
    before = existing(connection)
    run(connection, "SET LOCAL client_min_messages = debug1")
    run(connection, "SET LOCAL timezone = 'Europe/Berlin'")
    del connection.notices[:]
    for sql in case.sql:
        run(connection, sql)
    told = " ".join(connection.notices)
    run(connection, "SET LOCAL client_min_messages = warning")
    after = existing(connection)
    held = rows(
        connection, "SELECT relation::int8, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'"
    )
    names = "|".join(re.escape(name) for name, _, _ in before.values())
    reads = re.search(rf'(rewriting|verifying|on) table "({names})"|validating foreign key', told)
    moved = [file for oid, file in before.items() if file[1] == "r" and after.get(oid, file)[2] != file[2]]
    modes = {mode for oid, mode in held if oid in before}
    if reads and "AccessExclusiveLock" in modes:
        return {"blocks-reads"} | ({"rewrites-table"} if moved else set())
    shared = modes & {"ShareLock", "ShareRowExclusiveLock"}
    return {"blocks-writes"} if shared and (reads or "ALTER DOMAIN" in case.sql[0]) else set()


LOCKING = {"rewrites-table", "blocks-reads", "blocks-writes"}


def claimed(case: Case) -> set[str]:
    """The hazards of a case that a server can show; who may not read may not write either."""
    found = {kind for kind, _ in case.hazards} & LOCKING
    return found - ({"blocks-writes"} if "blocks-reads" in found else set())


@pytest.mark.parametrize("name", sorted({case.where.partition(":")[0] for case in CASES}))
def test_a_server_locks_reads_and_rewrites_as_the_rules_say(name: str, shop: Conninfo, server: Server) -> None:
    cases = [c for c in CASES if c.where.partition(":")[0] == name and c.since <= server.major]
    cases = [c for c in cases if not {"not measured", "small"} & c.remarks.keys() and "COMMIT" not in c.sql]
    seen = {}
    with session(shop) as connection:
        connection.autocommit = False
        for case in cases:
            try:
                seen[case.where] = measured(connection, case)
            finally:
                connection.rollback()
    assert seen == {case.where: claimed(case) for case in cases}


def test_the_same_plan_gets_the_same_words(facts: Facts) -> None:
    plan = statements(*(sql for case in CASES[:60] for sql in case.sql))
    assert annotate(plan, facts) == annotate(annotate(plan, facts), facts)


def test_statements_keep_their_order_and_all_else(facts: Facts) -> None:
    plan = (Statement("SELECT 1", "a", "b", "set", transaction=False), Statement("DROP TABLE orders", "c", "d", "drop"))
    assert [replace(s, hazards=()) for s in annotate(plan, facts)] == list(plan)


def test_the_worst_hazard_comes_first(facts: Facts) -> None:
    kinds = [
        h.kind for h in annotate(statements("ALTER TABLE orders ALTER state TYPE date USING now()"), facts)[0].hazards
    ]
    assert kinds == ["data-loss", "rewrites-table", "blocks-reads"]


def test_without_facts_everything_exists_and_is_in_use() -> None:
    plan = annotate(statements("DROP TABLE IF EXISTS x", "CREATE INDEX ON y (z)", "DROP TABLE IF EXISTS v.w"), Facts())
    assert [(s.name, h.kind) for s in plan for h in s.hazards] == [
        ("x", "data-loss"),
        ("x", "breaks-clients"),
        ("y", "blocks-writes"),
        ("v.w", "data-loss"),
        ("v.w", "breaks-clients"),
    ]
    assert "of unknown size" in plan[0].hazards[0].detail


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "GMT", "Zulu"])
@pytest.mark.parametrize("column", ["shipped TYPE timestamptz", "shipped TYPE timestamptz(6)"])
def test_timestamps_stay_as_they_are_under_utc(facts: Facts, zone: str, column: str) -> None:
    plan = statements(f"ALTER TABLE orders ALTER {column}")
    assert said(annotate(plan, replace(facts, time_zone=zone))) == []
    assert "rewrites-table" in [kind for kind, _ in said(annotate(plan, facts))]


def test_a_server_leaves_timestamps_alone_under_utc(shop: Conninfo) -> None:
    with session(shop) as connection:
        connection.autocommit = False
        run(connection, "SET LOCAL timezone = 'Etc/UTC'")
        before = existing(connection)
        run(connection, "ALTER TABLE orders ALTER shipped TYPE timestamptz")
        assert existing(connection) == before
        connection.rollback()


def test_a_foreign_key_on_a_partitioned_table_can_wait_on_18(facts: Facts) -> None:
    sql = "ALTER TABLE events ADD FOREIGN KEY (id) REFERENCES users (id)"
    old, new = said(annotate(statements(sql), facts)), said(annotate(statements(sql), replace(facts, version=180000)))
    assert old[0][1].endswith("to each partition, VALIDATE those in later transactions, and add it to the parent last")
    assert new[0][1].endswith("; add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction")


@pytest.mark.parametrize("sql", ["SELECT 1\0; DROP TABLE orders", "\ud800", "NOT SQL", "SELECT (" * 20])
def test_what_cannot_be_parsed_gets_the_worst(sql: str, facts: Facts) -> None:
    assert [kind for kind, _ in said(annotate(statements(sql), facts))] == [
        "data-loss",
        "blocks-reads",
        "breaks-clients",
    ]
    assert all(words.startswith("unparsable, ") for _, words in said(annotate(statements(sql), facts)))


@pytest.mark.parametrize("sql", ["", ";", "-- nothing", "SELECT 1; SELECT 2"])
def test_nothing_has_no_hazard(sql: str, facts: Facts) -> None:
    assert said(annotate(statements(sql), facts)) == []


def test_each_of_several_statements_in_one_text_is_looked_at(facts: Facts) -> None:
    plan = annotate(statements("COMMENT ON TABLE users IS 'x'; DROP TABLE carts"), facts)
    assert [kind for kind, _ in said(plan)] == ["data-loss", "breaks-clients"]


def test_facts_need_no_privilege_and_are_the_same_for_everybody(shop: Conninfo, server: Server) -> None:
    name = shop.get("user") + "_nobody"
    with session(server.admin) as connection:
        run(connection, f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    try:
        with session(shop) as owner, session(shop.but(user=name, password=name)) as nobody:
            assert rows(nobody, "SELECT has_table_privilege('orders', 'SELECT')") == [(False,)]
            assert read_facts(nobody) == read_facts(owner)
    finally:
        with session(server.admin) as connection:
            run(connection, f"DROP ROLE {name}")


def test_facts_of_the_shop(shop: Conninfo, server: Server) -> None:
    with session(shop) as connection:
        read = read_facts(connection)
    context = Context(read, (), ())
    orders = context.relation(parse("TABLE orders")[0].fromClause[0])  # type: ignore[index]
    shown = {name: column.type.shown for name, column in orders.columns.items() if column.type}
    assert read.version // 10000 == server.major
    assert shown["code"] == "character varying(10)"
    assert shown["states"] == "public.status[]"
    assert shown["total"] == "numeric(10,2)"
    assert shown["placed"] == "timestamp(3) with time zone"
    assert orders.columns["id"].identity
    assert orders.columns["doubled"].generated == "s"
    assert orders.columns["state"].default
    assert orders.columns["state"].not_null
    assert orders.columns["collated"].collation == "C"
    assert (orders.rows, orders.bytes is not None, orders.persistence) == (0, True, "p")
    assert [
        r.name.name for r in context.family(context.relations[context.names[orders.name._replace(name="events")]])
    ] == [
        "events",
        "events_2024",
        "events_2025",
        "events_rest",
    ]
    assert context.types[orders.name._replace(name="status")].labels == ("new", "paid", "gone")
    assert context.types[orders.name._replace(name="positive")].constrained
    assert read.builtins["random"]
    assert not read.builtins["now"]


def test_sizes_are_those_of_the_server(server: Server) -> None:
    info = server.database(
        "CREATE TABLE counted AS SELECT g AS id FROM generate_series(1, 20000) g",
        "ANALYZE counted",
        "CREATE TABLE split (id integer) PARTITION BY RANGE (id)",
        "CREATE TABLE split_1 PARTITION OF split FOR VALUES FROM (0) TO (30000)",
        "INSERT INTO split SELECT id FROM counted",
        "ANALYZE split",
        "CREATE TABLE untouched (id integer, t text)",
    )
    with session(info) as connection:
        plan = annotate(
            statements(*(f"DROP TABLE {t}" for t in ("counted", "split", "untouched"))), read_facts(connection)
        )
    told = [words.partition(" for good")[0] for kind, words in said(plan) if kind == "data-loss"]
    assert told[0].startswith('deletes "public.counted" (about 20,000 rows, ')
    assert told[1].startswith('deletes "public.split" with its partition (about 20,000 rows, ')
    assert told[2] == 'deletes "public.untouched" (no rows)'


def test_a_not_null_that_is_not_valid_is_no_proof(server: Server) -> None:
    if server.major < 18:
        pytest.skip("NOT NULL NOT VALID came with PostgreSQL 18")
    info = server.database("CREATE TABLE t (a integer)", "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID")
    with session(info) as connection:
        read = read_facts(connection)
    assert [c.not_null for r in read.relations for c in r.columns.values()] == [False]


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1"), (99, "99"), (840, "840"), (1234, "1,200"), (99_950, "100,000"),
     (1_234_567, "1.2 million"), (40_123_456, "40 million"), (999_999_999, "1 billion"),
     (123_456_789, "120 million"), (3_460_000_000, "3.5 billion")],
)  # fmt: skip
def test_numbers_in_words(count: int, words: str) -> None:
    assert number(count) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (8192, "8 kB"),
        (16 * 1024, "16 kB"),
        (1024**2, "1.0 MB"),
        (5.2 * GB, "5.2 GB"),
        (80 * GB, "80 GB"),
    ],
)
def test_sizes_in_words(size: float, words: str) -> None:
    assert amount(int(size)) == words


def test_small_tables_carry_no_lock_but_lose_data_all_the_same() -> None:

    table = Relation(1, Name("public", "t"), "r", rows=10, bytes=8192)
    facts = Facts(relations=(table,))
    statements = tuple(
        Statement(sql, "table", "public.t", "alter")
        for sql in ("CREATE INDEX i ON public.t (a)", "ALTER TABLE public.t DROP COLUMN a")
    )
    kinds = [{h.kind for h in s.hazards} for s in annotate(statements, facts, small=10_000_000)]
    assert kinds == [set(), {"data-loss", "breaks-clients"}]
    assert {h.kind for h in annotate(statements, facts, small=8192)[0].hazards} == {"blocks-writes"}


GUARD = guard("public.t")


def test_a_table_that_nobody_knows_is_believed_to_be_empty_after_the_look_at_it_alone() -> None:
    drops = ("DROP TABLE public.t", "ALTER TABLE public.u DROP COLUMN a")
    told = annotate(statements(*GUARD, *drops), Facts())
    assert [(s.name, h.kind) for s in told for h in s.hazards] == [
        ("public.t", "blocks-reads"),
        ("public.t", "breaks-clients"),
        ("public.u.a", "data-loss"),
        ("public.u.a", "breaks-clients"),
    ]
    assert "of unknown size" in told[0].hazards[0].detail


@pytest.mark.parametrize(
    ("before", "lost"),
    [
        (GUARD, []),
        (GUARD[1:], ["data-loss"]),
        (GUARD[:1], ["data-loss"]),
        ((GUARD[0].replace("ACCESS EXCLUSIVE", "SHARE"), GUARD[1]), ["data-loss"]),
        ((*GUARD, "COMMIT"), ["data-loss"]),
        ((*GUARD, "INSERT INTO t VALUES (1)"), ["data-loss"]),
        ((*GUARD, "WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT FROM x"), ["data-loss"]),
        ((*GUARD, "CALL fill()"), ["data-loss"]),
        ((*GUARD, "DO $$ BEGIN PERFORM fill(); END $$"), ["data-loss"]),
        ((*GUARD, "ALTER TABLE u ADD COLUMN b integer"), []),
    ],
)
def test_only_a_locked_look_proves_that_nothing_is_lost(before: tuple[str, ...], lost: list[str]) -> None:
    there = (Relation(1, Name("public", "t"), rows=5, bytes=8192), Relation(2, Name("public", "u"), rows=0, bytes=0))
    facts = Facts(relations=(*there, Relation(3, Name("public", "t_1"), rows=1, bytes=8192)), inherits=((3, 1),))
    for sql in ("DROP TABLE public.t", "ALTER TABLE public.t DROP COLUMN a"):
        told = annotate(statements(*before, sql), facts)
        assert [h.kind for h in told[-1].hazards if h.kind == "data-loss"] == lost


def test_a_lock_on_the_parent_alone_proves_nothing_of_its_children() -> None:
    there = (Relation(1, Name("public", "t"), rows=0, bytes=0), Relation(2, Name("public", "t_1"), rows=0, bytes=0))
    facts = Facts(relations=there, inherits=((2, 1),))
    alone = (GUARD[0].replace("TABLE", "TABLE ONLY"), GUARD[1])
    for sql, lost in {"ALTER TABLE t DROP a": True, "ALTER TABLE ONLY t DROP a": False, "DROP TABLE t": False}.items():
        told = annotate(statements(*alone, sql), facts)
        assert ("data-loss" in [h.kind for h in told[-1].hazards]) is lost, sql


def test_a_look_at_the_parent_is_one_at_its_children() -> None:
    there = (Relation(1, Name("public", "t"), rows=0, bytes=0), Relation(2, Name("public", "t_1"), rows=0, bytes=0))
    facts = Facts(relations=there, inherits=((2, 1),))
    plan = annotate(statements(*GUARD, "DROP TABLE public.t_1", "DROP TABLE public.t"), facts, small=1)
    assert said(plan) == [
        (
            "breaks-clients",
            'queries that name "public.t_1" fail once this commits; drop it after the code that names it is gone',
        ),
        (
            "breaks-clients",
            'queries that name "public.t" fail once this commits; drop it after the code that names it is gone',
        ),
    ]


def test_what_a_transaction_locks_is_told_of_once_with_its_children() -> None:
    there = [Relation(1, Name("public", "p"), "p"), Relation(9, Name("public", "big"), rows=10**6, bytes=GB)]
    there += [Relation(n, Name("public", f"p_{n}"), rows=1, bytes=8192, default_partition=n == 3) for n in (2, 3)]
    facts = Facts(relations=tuple(there), inherits=((2, 1), (3, 1)))
    plan = statements("ALTER TABLE p ADD COLUMN a int", "ALTER TABLE p_3 ADD COLUMN b int", "CREATE INDEX ON big (a)")
    told = [words for _, words in said(annotate(plan, facts, small=10_000_000)) if words.startswith("keeps")]
    assert told == [
        'keeps reads and writes on "public.p" with its 2 partitions (about 2 rows, 16 kB) blocked until it is done, because '
        "an earlier statement of the same transaction locked them; run it in a later transaction"
    ]


def test_a_large_plan_is_read_in_moments() -> None:
    count = 1500
    there = tuple(Relation(n + 1, Name("public", f"t{n}"), rows=1, bytes=GB) for n in range(count))
    plan = statements(*(f"ALTER TABLE t{n} ADD COLUMN b int" for n in range(count)),
                      *(f"ALTER SEQUENCE s{n} RENAME TO r{n}" for n in range(count)),
                      *(f"CREATE INDEX i{n} ON t{n} (b)" for n in range(count)),
                      *(f"DROP VIEW v{n}" for n in range(count)),
                      *(f"CREATE VIEW v{n} AS SELECT 1 AS a" for n in range(count)))  # fmt: skip
    started = time.process_time()
    told = annotate(plan, Facts(relations=there))
    assert sum(len(s.hazards) for s in told) >= 4 * count
    assert time.process_time() - started < 30
