"""What is allowed: a whole kind of hazard, or only of an object, or below a size; and how a refusal words it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_render import PLAN
from test_rules import statements

from difftool import planfile
from difftool.allowing import allowance, how_to_allow, idle, matches, unallowed
from difftool.model import Hazard, Plan, Statement
from difftool.pg.connection import session
from difftool.rules import annotate
from difftool.rules.facts import read_facts
from difftool.settings import load

Run = Callable[..., Ran]


def plan(*hazards: Hazard) -> Plan:
    return replace(PLAN, statements=(Statement("SELECT 1", "table", "public.t", "alter", hazards=hazards),))


LOSS = Hazard("data-loss", "d", ("public.users.email",), 5_000)
LOCK = Hazard("blocks-writes", "b", ("public.a", "public.b"), 2 * 10**9)
UNKNOWN = Hazard("blocks-reads", "r")


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [
        ("public.users.email", "public.users.email", True),
        ("public.users", "public.users.email", True),
        ("public.users", "public.users2", False),
        ("public", "public.users", False),
        ("public.*", "public.users.email", True),
        ("public.Users.E mail", 'public."Users"."E mail"', True),
        ('public."Users"', 'public."Users"."E mail"', True),
        ("public.a.b", 'public."a.b"', False),
        ('public."a.b"', 'public."a.b"', True),
        ("public.f", "public.f(integer, text)", True),
        ("public.f(integer, text)", "public.f(integer, text)", True),
        ("public.f(integer)", "public.f(integer, text)", False),
        ("public.a*", "public.a, other.b", False),
        ("plpgsql", "plpgsql", True),
    ],
)
def test_patterns(pattern: str, name: str, found: bool) -> None:
    assert matches(pattern, name) is found


@pytest.mark.parametrize(
    "word", ["all", "unproven", "recreate:public.t", "data-lose:public.t", "blocks-writes:below=much"]
)
def test_what_is_no_allowance(word: str) -> None:
    assert allowance(word) is None


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ((), [LOSS, LOCK, UNKNOWN]),
        (("all",), []),
        (("data-loss", "blocks-writes", "blocks-reads"), []),
        (("data-loss:public.users.email",), [LOCK, UNKNOWN]),
        (("data-loss:public.users.name",), [LOSS, LOCK, UNKNOWN]),
        (("data-loss:below=5kB",), [LOSS, LOCK, UNKNOWN]),
        (("data-loss:below=6kB",), [LOCK, UNKNOWN]),
        (("data-loss:public.*:below=6kB",), [LOCK, UNKNOWN]),
        (("blocks-writes:public.a",), [LOSS, LOCK, UNKNOWN]),
        (("blocks-writes:public.a", "blocks-writes:public.b"), [LOSS, UNKNOWN]),
        (("blocks-writes:below=3GB",), [LOSS, UNKNOWN]),
        (("blocks-reads:*", "blocks-reads:below=900GB"), [LOSS, LOCK, UNKNOWN]),
        (("blocks-reads",), [LOSS, LOCK]),
    ],
)
def test_what_is_left_to_allow(words: tuple[str, ...], left: list[Hazard]) -> None:
    assert [h for _, _, h in unallowed(plan(LOSS, LOCK, UNKNOWN), words)] == left


def test_who_allows_one_loss_allows_that_clients_miss_it_and_no_other() -> None:
    missed = Hazard("breaks-clients", "m", ("public.users.email",))
    other = Hazard("data-loss", "o", ("public.users.name",))
    assert unallowed(plan(LOSS, missed), ["data-loss:public.users.email"]) == ()
    assert [h for _, _, h in unallowed(plan(LOSS, other, missed), ["data-loss:public.users.email"])] == [other, missed]
    assert (
        how_to_allow(plan(LOSS, missed)) == "--allow data-loss:public.users.email, or all of a kind: --allow data-loss"
    )


def test_how_to_allow() -> None:
    odd = Hazard("data-loss", "q", ('public."E mail"',))
    assert how_to_allow(plan(odd)).startswith("""--allow 'data-loss:public."E mail"', or all """)
    assert how_to_allow(plan(LOSS, LOCK, UNKNOWN)) == "--allow data-loss --allow blocks-reads --allow blocks-writes"
    assert how_to_allow(plan(UNKNOWN)) == "--allow blocks-reads"
    assert how_to_allow(plan(LOSS), ["data-loss"]) == ""


def test_what_is_about_nothing() -> None:
    words = [
        "data-loss:public.users.emial",
        "data-loss:public.users",
        "rewrites-table",
        "blocks-writes:below=1kB",
        "all",
    ]
    assert idle(plan(LOSS, LOCK), words) == ("data-loss:public.users.emial", "blocks-writes:below=1kB")


def test_a_plan_file_keeps_what_a_hazard_speaks_of() -> None:
    found = planfile.loads(planfile.dumps(plan(LOSS, LOCK)), "x")
    assert found.statements[0].hazards == (LOSS, LOCK)


def test_settings_take_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "difftool.toml").write_text(
        "[targets.a]\nhost = 'h'\nallow = ['data-loss:public.old_*', 'blocks-writes:below=1GB']\n"
    )
    assert load(start=tmp_path, environ={}).target.allow == ("data-loss:public.old_*", "blocks-writes:below=1GB")


def test_hazards_speak_of_objects_and_sizes(server: Server) -> None:
    info = server.database(
        "CREATE TABLE big (id int, email text, gone text)",
        "INSERT INTO big SELECT n, 'x', 'y' FROM generate_series(1, 1000) n",
        "CREATE TABLE other (id int PRIMARY KEY)",
    )
    with session(info) as connection:
        facts = read_facts(connection)
    size = next(r.bytes for r in facts.relations if r.name.name == "big")
    found = annotate(
        statements(
            "ALTER TABLE public.big DROP COLUMN gone",
            "CREATE INDEX i ON public.big (id)",
            "ALTER TABLE public.big ALTER COLUMN id TYPE bigint, DROP COLUMN email",
            "DROP TABLE public.other CASCADE",
            "ALTER TABLE public.big ADD COLUMN o int REFERENCES public.other",
        ),
        facts,
    )
    said = [{(h.kind, h.objects, h.bytes) for h in s.hazards} for s in found]
    assert size and ("data-loss", ("public.big.gone",), size) in said[0]
    assert said[1] >= {("blocks-writes", ("public.big",), size)}
    assert {("data-loss", ("public.big.email",), size), ("rewrites-table", ("public.big",), size)} <= said[2]
    assert ("data-loss", ("public.other",), None) in said[3]


def test_apply_runs_what_was_allowed_and_says_what_was_about_nothing(
    difftool: Run, server18: Server, tmp_path: Path
) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int);")
    info = server18.database("CREATE TABLE t (a int, b text, c text)", "INSERT INTO t VALUES (1, 'x', 'y')")
    on = ("apply", "--yes", "--target", info.url(secrets=True), "--schema", "schema.sql")
    refused = difftool(*on, "--allow", "data-loss:public.t.b", "--allow", "data-loss:public.t.z")
    assert refused.code == 4
    assert "warning: --allow data-loss:public.t.z is about nothing in this plan" in refused.err
    assert "hint: to go ahead: --allow data-loss:public.t.c, or all of a kind: --allow data-loss" in refused.err
    assert difftool("plan", *on[2:], "--out", "plan.json").code == 3
    done = difftool(
        "apply", "plan.json", *on[1:4], "--allow", "data-loss:public.t.b", "--allow", "data-loss:public.t.c"
    )
    assert (done.code, "warning" in done.err) == (0, False), done.err
