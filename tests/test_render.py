from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from difftool import console, planfile, words
from difftool.errors import ConnectionFailed, DifftoolError, Refused, SchemaError
from difftool.journal import Journal
from difftool.model import (
    Applied,
    Fingerprints,
    Hazard,
    Ignored,
    Outcome,
    Plan,
    Proof,
    Statement,
    TargetIdentity,
    Unhandled,
)
from difftool.render.formats import FLEET_FORMATS, FORMATS
from difftool.render.github import annotation, failure
from difftool.render.markdown import code, fenced, text
from difftool.render.rows import DoctorRow, FleetRow, fleet_row
from difftool.render.servers import show_servers
from difftool.render.tables import show_config, show_doctor, show_fleet, show_outcomes, show_snapshots
from difftool.render.terminal import show_plan
from difftool.scratch.home import ClusterState
from difftool.script import Timeouts
from difftool.settings.values import Explained
from difftool.snapshot.manifest import Part, Snapshot

TARGET = TargetIdentity("production", "", "db.example.com", "5432", "app", "deploy", "app_owner", 160004, "1")
FUNCTION = """CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- only what changed counts
    NEW.updated_at := now();
    RETURN NEW;
END;
$$"""
STATEMENTS = (
    Statement("SET check_function_bodies = off", "", "", "set"),
    Statement(
        "CREATE TABLE public.anomalies (\n    id bigint,\n    note text DEFAULT 'x'\n)",
        "table",
        "public.anomalies",
        "create",
    ),
    Statement("CREATE TABLE public.models (id bigint)", "table", "public.models", "create"),
    Statement("ALTER TYPE public.severity ADD VALUE 'critical'", "type", "public.severity", "alter", commit=True),
    Statement(FUNCTION, "function", "public.touch()", "create"),
    Statement("CREATE INDEX CONCURRENTLY i ON public.t (a)", "index", "public.i", "create", transaction=False),
    Statement(
        "ALTER TABLE public.users DROP COLUMN nickname",
        "column",
        "public.users.nickname",
        "drop",
        hazards=(
            Hazard("breaks-clients", "whoever reads nickname gets an error"),
            Hazard("data-loss", "the values of public.users.nickname go away: 1,204,411 of 40 million rows have one"),
        ),
    ),
)
PLAN = Plan(
    TARGET,
    "schema",
    "migra",
    Fingerprints("a" * 64, "b" * 64, "pg_dump 18"),
    STATEMENTS,
    proven=True,
    proof=Proof("embedded PostgreSQL 16.4", 160004, 1.24),
    created="2025-03-01T14:02:11Z",
    tool_version="1.0",
)
LEFT = (
    Unhandled("COMMENT", "table users", "missing in the target"),
    Unhandled("policy", "public.t p", "line 3 differs"),
)
UNPROVEN = replace(PLAN, proven=False, unhandled=LEFT)
SAME = replace(PLAN, statements=(), proof=None)
DRIFT = replace(
    PLAN,
    statements=(),
    proven=None,
    proof=None,
    unhandled=(*LEFT, Unhandled("table", "public.x", "not in the desired schema")),
)
SECRET = replace(
    PLAN,
    statements=(
        Statement(
            "CREATE USER MAPPING FOR a SERVER b OPTIONS (password 'hunter2')", "user mapping", "a on b", "create"
        ),
    ),
)
STRANGE = "表[bold red]évil[/red]:smile:\x1b[35m\u202e\nnext"


def piped(show: Callable[[Console], object]) -> str:
    """What a show_ function writes into a pipe."""
    file = io.StringIO()
    show(console.build(file=file))
    return file.getvalue()


def terminal(
    show: Callable[[Console], object], width: int = 80, *, colour: bool = True, no_color: bool | None = None
) -> str:
    """What it writes on a terminal of so many columns."""
    file = io.StringIO()
    show(
        Console(
            file=file,
            width=width,
            force_terminal=True,
            color_system="standard" if colour else None,
            no_color=no_color,
            legacy_windows=False,
            _environ={},
        )
    )
    return file.getvalue()


def plain(styled: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", styled)


def snapshot(number: int, broken: str = "") -> Snapshot:
    parts = (Part("schema.sql", "a" * 64, 14212), Part("plan.json", "b" * 64, 3000))
    return Snapshot(
        f"20250301-14021{number}-a1b2",
        f"2025-03-01T14:02:1{number}Z",
        TARGET,
        160004,
        "1.0",
        "apply",
        PLAN.fingerprints,
        parts,
        "18",
        broken,
    )


FLEET = [
    FleetRow("production", "app @ db.example.com:5432", "in sync"),
    FleetRow("staging", "app @ staging.example.com:5432", "drifted", "table public.a, index public.b and 4 more", 6),
    FleetRow("eu", "app @ eu.example.com:5432", "unreachable", "eu.example.com:5432 did not answer"),
]
DOCTOR = [
    DoctorRow("configuration", True, "difftool.toml"),
    DoctorRow(
        "scratch", False, "no PostgreSQL 16 among embedded (18) and Docker (no daemon)", "pip install 'difftool[pg16]'"
    ),
    DoctorRow("snapshot store", None, "not tried: there is no connection"),
]
CONFIG = [
    Explained("schema", "schema", "default"),
    Explained(
        "targets.production", "postgresql://deploy:***@db.example.com:5432/app?sslmode=verify-full", "DATABASE_URL"
    ),
]
SERVERS = [
    ClusterState(
        "default target", "home", 18, Path("/srv/app/.difftool/data"), 4211, "postgresql:///difftool?host=/run/a"
    ),
    ClusterState("scratch", "embedded-18", 18, Path("/srv/cache/18/data"), None, "postgresql:///postgres?host=/run/b"),
]
APPLIED = Applied(PLAN, tuple(Outcome(n, s, "done", 0.5) for n, s in enumerate(STATEMENTS, 1)), "20250301-140211-a1b2")

SHOWN: dict[str, Callable[[Console], object]] = {
    "plan": lambda c: show_plan(PLAN, c),
    "unproven": lambda c: show_plan(UNPROVEN, c),
    "drift": lambda c: show_plan(DRIFT, c),
    "same": lambda c: show_plan(SAME, c),
    "fleet": lambda c: show_fleet(FLEET, c),
    "snapshots": lambda c: show_snapshots([snapshot(1), snapshot(2, "manifest.json is not JSON")], c),
    "config": lambda c: show_config(CONFIG, c),
    "doctor": lambda c: show_doctor(DOCTOR, c),
    "servers": lambda c: show_servers(SERVERS, c),
    "outcomes": lambda c: show_outcomes(APPLIED, c),
}


HEADED = ("fleet", "snapshots", "config", "servers")


def test_a_plan_in_a_pipe_to_the_letter() -> None:
    assert piped(lambda c: show_plan(UNPROVEN, c)) == (
        "plan for production\n"
        "\n"
        "  database  app @ db.example.com:5432\n"
        "  server    PostgreSQL 16.4\n"
        "  owner     app_owner, connected as deploy\n"
        "  desired   schema\n"
        "\n"
        "objects\n"
        "\n"
        "  + create  2  table     public.anomalies, public.models\n"
        "            1  function  public.touch()\n"
        "            1  index     public.i\n"
        "  ~ alter   1  type      public.severity\n"
        "  - drop    1  column    public.users.nickname\n"
        "\n"
        "statements\n"
        "\n"
        "  transaction 1 of 3: statements 1-4\n"
        "\n"
        "    1  SET check_function_bodies = off;\n"
        "\n"
        "  + 2  CREATE TABLE public.anomalies (\n"
        "           id bigint,\n"
        "           note text DEFAULT 'x'\n"
        "       );\n"
        "\n"
        "  + 3  CREATE TABLE public.models (id bigint);\n"
        "  ~ 4  ALTER TYPE public.severity ADD VALUE 'critical';\n"
        "\n"
        "  + 5  CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "       BEGIN\n"
        "           -- only what changed counts\n"
        "           NEW.updated_at := now();\n"
        "           RETURN NEW;\n"
        "       END;\n"
        "       $$;\n"
        "       transaction 2 of 3, by itself\n"
        "\n"
        "  + 6  CREATE INDEX CONCURRENTLY i ON public.t (a);\n"
        "       runs outside a transaction\n"
        "\n"
        "  - 7  ALTER TABLE public.users DROP COLUMN nickname;\n"
        "       breaks-clients, data-loss\n"
        "       transaction 3 of 3, by itself\n"
        "\n"
        "hazards\n"
        "\n"
        "  data-loss       7  the values of public.users.nickname go away: 1,204,411 of 40 million rows have one\n"
        "  breaks-clients  7  whoever reads nickname gets an error\n"
        "\n"
        "  to allow: --allow data-loss\n"
        "\n"
        "not handled by this plan\n"
        "\n"
        "  - COMMENT on table users: missing in the target\n"
        "  - policy public.t p: line 3 differs\n"
        "\n"
        "4 to create, 1 to alter, 1 to drop, 2 not handled, in 3 transactions, 1 statement outside\n"
        "not proven on embedded PostgreSQL 16.4: 2 differences left\n"
        "apply refuses it without --allow unproven\n"
    )


def test_what_is_created_and_then_altered_is_created() -> None:
    made = (
        Statement("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "constraint", "t.c", "create"),
        Statement("ALTER TABLE t VALIDATE CONSTRAINT c", "constraint", "t.c", "alter"),
        Statement("ALTER TABLE t VALIDATE CONSTRAINT d", "constraint", "t.d", "alter"),
    )
    shown = piped(lambda c: show_plan(replace(PLAN, statements=made), c))
    assert "  + create  1  constraint  t.c\n  ~ alter   1  constraint  t.d\n" in shown
    assert "1 to create, 1 to alter, in one transaction" in shown


@pytest.mark.parametrize(
    ("plan", "last"),
    [
        (PLAN, "proven on embedded PostgreSQL 16.4, in 1.2 s: the result equals the desired schema"),
        (SAME, "proven: the target equals the desired schema"),
        (replace(PLAN, proven=None, proof=None), "proof not asked for"),
        (replace(PLAN, proven=False), "apply refuses it without --allow unproven"),
        (DRIFT, "3 objects differ"),
    ],
)
def test_the_last_line_is_the_verdict(plan: Plan, last: str) -> None:
    assert piped(lambda c: show_plan(plan, c)).splitlines()[-1] == last


def test_no_changes_is_said_only_when_nothing_differs_and_nothing_failed() -> None:
    assert "\nno changes\n" in piped(lambda c: show_plan(SAME, c))
    failed = replace(SAME, proven=False)
    for shown in (
        piped(lambda c: show_plan(failed, c)),
        FORMATS["sql"](failed),
        FORMATS["markdown"](failed),
        FORMATS["github"](failed),
    ):
        assert "no changes" not in shown
        assert "in sync" not in shown
        assert "not proven" in shown


def test_drift_is_marked_as_the_statement_would_be() -> None:
    shown = piped(lambda c: show_plan(DRIFT, c))
    assert shown.startswith("drift of production\n")
    assert "  + COMMENT on table users: missing in the target\n" in shown
    assert "  ~ policy public.t p: line 3 differs\n" in shown
    assert "  - table public.x: not in the desired schema\n" in shown
    assert "not handled" not in shown


def test_what_is_ignored_is_named() -> None:
    plan = replace(
        SAME,
        ignored=(Ignored("cluster", "CREATE ROLE reader", "schema/a.sql:3: cluster-wide, left to you"),),
        notes=("a note",),
    )
    shown = piped(lambda c: show_plan(plan, c))
    assert "\nignored\n\n  - CREATE ROLE reader: schema/a.sql:3: cluster-wide, left to you\n" in shown
    assert "\nnotes\n\n  - a note\n" in shown


def test_allowed_hazards_are_not_asked_for_again() -> None:
    assert "to allow: --allow data-loss\n" in piped(lambda c: show_plan(PLAN, c, allowed=("breaks-clients",)))
    # who allows the drop allows that the code which names the column breaks
    for allowed in (("all",), ("data-loss",), ("data-loss", "breaks-clients")):
        shown = piped(lambda c, a=allowed: show_plan(PLAN, c, allowed=a))  # type: ignore[misc]
        assert "--allow" not in shown
        assert "\n  allowed\n" in shown


@pytest.mark.parametrize("name", SHOWN)
def test_a_pipe_gets_no_escape_codes_no_trailing_blanks_and_no_cuts(name: str) -> None:
    shown = piped(SHOWN[name])
    assert "\x1b" not in shown
    assert "…" not in shown
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert shown.endswith("\n")


@pytest.mark.parametrize("width", [40, 60, 80, 140])
@pytest.mark.parametrize("name", SHOWN)
def test_a_terminal_is_never_too_narrow(name: str, width: int) -> None:
    shown = plain(terminal(SHOWN[name], width))
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    assert "…" not in shown


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_is_dropped_on_a_narrow_terminal(name: str, width: int) -> None:
    """Every character of the pipe's text is there; table headers aside, which not every form has."""
    whole = piped(SHOWN[name])
    if name in HEADED:
        whole = whole.partition("\n")[2]
    missing = Counter(whole) - Counter(plain(terminal(SHOWN[name], width)))
    assert set(missing) <= {" ", "\n"}


def test_colour_means_something_and_is_not_needed() -> None:
    styled = terminal(SHOWN["unproven"])
    assert "\x1b[32m+ create\x1b[0m" in styled
    assert "\x1b[33m~ alter \x1b[0m" in styled
    assert "\x1b[31m- drop  \x1b[0m" in styled
    assert "\x1b[31mdata-loss" in styled
    assert "\x1b[1mCREATE\x1b[0m" in styled
    assert terminal(SHOWN["unproven"], colour=False) == plain(styled)


def test_no_color_leaves_no_colour() -> None:
    shown = terminal(SHOWN["unproven"], no_color=True)
    assert not re.search(r"\x1b\[[0-9;]*(3|4|9|10)[0-7]m", shown)
    assert plain(shown) == plain(terminal(SHOWN["unproven"]))


def test_text_of_a_database_is_only_text() -> None:
    target = replace(TARGET, name=STRANGE, database=STRANGE, owner=STRANGE, host=STRANGE)
    plan = replace(
        PLAN,
        target=target,
        desired=STRANGE,
        statements=(
            Statement(f"SELECT '{STRANGE}'", STRANGE, STRANGE, "create", hazards=(Hazard("data-loss", STRANGE),)),
        ),
        unhandled=(Unhandled(STRANGE, STRANGE, STRANGE),),
        ignored=(Ignored(STRANGE, STRANGE, STRANGE),),
        notes=(STRANGE,),
    )
    outcomes = (Outcome(1, plan.statements[0], "failed", error=STRANGE),)
    shows: list[Callable[[Console], object]] = [
        lambda c: show_plan(plan, c),
        lambda c: show_plan(replace(plan, statements=(), proven=None), c),
        lambda c: show_fleet([FleetRow(STRANGE, STRANGE, "error", STRANGE)], c),
        lambda c: show_snapshots([replace(snapshot(1, STRANGE), id=STRANGE)], c),
        lambda c: show_config([Explained(STRANGE, STRANGE, STRANGE)], c),
        lambda c: show_doctor([DoctorRow(STRANGE, False, STRANGE, STRANGE)], c),
        lambda c: show_outcomes(Applied(plan, outcomes, STRANGE, plan.unhandled), c),
    ]
    for show in shows:
        for shown in (piped(show), terminal(show, 200), terminal(show, 40)):
            assert not re.search(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\u202e]", shown)
            assert "\x1b[35m" not in shown
            squeezed = re.sub(r"\s+", "", plain(shown))
            assert "表[boldred]évil[/red]:smile:\\x1b[35m\\u202e" in squeezed


def test_wide_names_stay_in_their_columns() -> None:
    made = [Statement("SELECT 1", kind, f"{kind}.x", "create") for kind in ("表", "table", "データベース")]
    rows = [
        line
        for line in terminal(lambda c: show_plan(replace(PLAN, statements=tuple(made)), c), colour=False).splitlines()
        if ".x" in line
    ]
    assert len({cell_len(line[: line.rindex(line.split()[-1])]) for line in rows[:3]}) == 1


def test_five_thousand_statements_are_all_there_and_summed_up() -> None:
    made = tuple(
        Statement(
            f"DROP TABLE public.t{n:04}",
            "table",
            f"public.t{n:04}",
            "drop",
            hazards=(Hazard("data-loss", f"t{n:04} goes"),),
        )
        for n in range(5000)
    )
    lines = piped(lambda c: show_plan(replace(PLAN, statements=made), c)).splitlines()
    assert "  - drop  5,000  table  public.t0000, public.t0001, public.t0002 and 4,997 more" in lines
    assert "  data-loss  5,000 statements: 1-5000" in lines
    for n in range(5000):
        assert f"  - {n + 1:>4}  DROP TABLE public.t{n:04};" in lines
        assert f"          data-loss: t{n:04} goes" in lines
    assert lines[-2] == "5,000 to drop, in one transaction"


def test_a_long_function_is_shown_in_full() -> None:
    body = "\n".join(f"  PERFORM {n};" for n in range(500))
    sql = f"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n{body}\nEND\n$$"
    plan = replace(PLAN, statements=(Statement(sql, "function", "f()", "create"),))
    for shown in (piped(lambda c: show_plan(plan, c)), plain(terminal(lambda c: show_plan(plan, c)))):
        assert all(f"  PERFORM {n};\n" in shown for n in range(500))


@pytest.mark.parametrize("form", ["sql", "json", "markdown"])
def test_every_statement_is_in_every_format(form: str) -> None:
    shown = FORMATS[form](UNPROVEN)
    for statement in STATEMENTS:
        assert (json.dumps(statement.sql, ensure_ascii=False) if form == "json" else statement.sql) in shown
    assert all(word in shown for word in ("table users", "policy", "public.users.nickname", "1,204,411"))


def test_the_lock_timeout_shown_is_the_one_given() -> None:
    assert "SET lock_timeout = '7s';" in FORMATS["sql"](PLAN, timeouts=Timeouts("7s"))
    assert "SET lock_timeout = '7s';" in FORMATS["markdown"](PLAN, timeouts=Timeouts("7s"))


@pytest.mark.parametrize("form", ["table", *FORMATS])
def test_passwords_are_masked_until_asked_for(form: str) -> None:
    def shown(*, show_secrets: bool) -> str:
        if form == "table":
            return piped(lambda c: show_plan(SECRET, c, show_secrets=show_secrets))
        return FORMATS[form](SECRET, show_secrets=show_secrets)

    assert "hunter2" not in shown(show_secrets=False)
    if form != "github":  # which shows no SQL
        assert "***" in shown(show_secrets=False)
        assert "hunter2" in shown(show_secrets=True)


def test_masked_json_can_not_be_applied() -> None:
    assert planfile.loads(FORMATS["json"](PLAN), "plan.json") == PLAN
    assert planfile.loads(FORMATS["json"](SECRET, show_secrets=True), "plan.json") == SECRET
    shown = FORMATS["json"](SECRET)
    assert "passwords are masked in this JSON, so it cannot be applied" in json.loads(shown)["notes"][0]
    with pytest.raises(Refused, match="was edited after it was written"):
        planfile.loads(shown, "plan.json")


def test_markdown() -> None:
    shown = FORMATS["markdown"](UNPROVEN)
    assert shown.startswith("## difftool: production: 4 to create, 1 to alter, 1 to drop, 2 not handled\n\n")
    assert "| create | 2 | table | `public.anomalies`, `public.models` |\n" in shown
    assert "| data-loss | 7 | `column public.users.nickname` | the values of public.users.nickname go away" in shown
    assert "To allow: `--allow data-loss`\n" in shown
    assert "### Not handled by this plan\n\n- `COMMENT on table users`: missing in the target\n" in shown
    assert "\n```sql\n-- difftool plan for production" in shown
    assert "## difftool: production: no changes\n" in FORMATS["markdown"](SAME)
    assert "### Differs\n" in FORMATS["markdown"](DRIFT)


def test_markdown_takes_names_for_names() -> None:
    assert code("a`b") == "``a`b``"
    assert code("`a`") == "`` `a` ``"
    assert fenced("SELECT '```'", "sql") == "````sql\nSELECT '```'\n````"
    assert text("<b>*x*</b> [a](b)") == r"\<b\>\*x\*\</b\> \[a\](b)"
    shown = FORMATS["markdown"](replace(PLAN, statements=(Statement("SELECT 1", "table", "a|b\nc", "create"),)))
    assert "| create | 1 | table | `a\\|b\\nc` |\n" in shown


def test_github_annotations() -> None:
    assert FORMATS["github"](SAME) == "::notice title=difftool%3A production::in sync with the desired schema\n"
    lines = FORMATS["github"](UNPROVEN).splitlines()
    assert lines[0].startswith(
        "::error file=schema,title=difftool%3A production differs::4 to create, 1 to alter, 1 to drop, 2 not handled%0A"
        "not proven on embedded PostgreSQL 16.4: 2 differences left%0A"
    )
    assert lines[1] == (
        "::error file=schema,title=difftool%3A production::"
        "not handled by this plan: COMMENT on table users: missing in the target"
    )
    assert lines[4] == (
        "::warning file=schema,title=difftool%3A production::statement 7, drop column public.users.nickname: "
        "data-loss: the values of public.users.nickname go away: 1,204,411 of 40 million rows have one"
    )
    assert "drop column public.users.nickname" in lines[0]
    for desired, file in (
        ("db/x.sql", "db/x.sql"),
        ("schema (8 files)", "schema"),
        ("postgresql://u@h/d", ""),
        ("snapshot a of b", ""),
    ):
        line = FORMATS["github"](replace(UNPROVEN, desired=desired)).splitlines()[0]
        assert line.startswith(f"::error {'file=' + file + ',' if file else ''}title=")


def test_github_shows_ten_of_a_level_so_the_tenth_counts_the_rest() -> None:
    left = tuple(Unhandled("table", f"t{n}", "missing in the target") for n in range(50))
    lines = FORMATS["github"](replace(DRIFT, unhandled=left)).splitlines()
    assert len(lines) == 10
    assert lines[0].endswith("::50 objects differ")
    assert lines[-1].endswith("::and 42 more")


def test_no_text_gets_out_of_an_annotation() -> None:
    line = annotation("error", "100%\r\n::stop-commands::x", file="a,b:c%.sql", line=3, title="t\n::x")
    assert line == "::error file=a%2Cb%3Ac%25.sql,line=3,title=t%0A%3A%3Ax::100%25%0D%0A::stop-commands::x"
    named = replace(
        DRIFT, target=replace(TARGET, name="a\n::error::b"), unhandled=(Unhandled("t", "x\n::debug::", "y\r\n::z"),)
    )
    assert all(line.startswith("::error file=schema,title=") for line in FORMATS["github"](named).splitlines())


def test_an_error_is_annotated_where_it_happened() -> None:
    error = SchemaError("schema/30_views.sql:12: no table x: CREATE ROLE a PASSWORD 'hunter2'", hint="check it")
    assert failure(error) == (
        "::error file=schema/30_views.sql,line=12,title=difftool::schema/30_views.sql:12: no table x: "
        "CREATE ROLE a PASSWORD '***'%0Ahint: check it\n"
    )
    assert failure(SchemaError("no desired schema")) == "::error title=difftool::no desired schema\n"


def test_a_fleet() -> None:
    assert piped(SHOWN["fleet"]) == (
        "  target      database                        state        differ  what\n"
        "  production  app @ db.example.com:5432       in sync\n"
        "  staging     app @ staging.example.com:5432  drifted      6       table public.a, index public.b and 4 more\n"
        "  eu          app @ eu.example.com:5432       unreachable          eu.example.com:5432 did not answer\n"
        "\n"
        "3 targets: 1 in sync, 1 drifted, 1 unreachable\n"
    )
    assert terminal(SHOWN["fleet"], 70, colour=False).splitlines()[2:4] == [
        "  staging     app @ staging.example.com:5432  drifted      6",
        "    table public.a, index public.b and 4 more",
    ]


def test_a_fleet_row_says_what_and_how_much() -> None:
    assert fleet_row("a", "d", SAME) == FleetRow("a", "d", "in sync")
    drifted = fleet_row("a", "d", replace(DRIFT, unhandled=tuple(Unhandled("table", f"t{n}", "") for n in range(5))))
    assert drifted == FleetRow("a", "d", "drifted", "table t0, table t1, table t2 and 2 more", 5)
    assert fleet_row("a", "d", ConnectionFailed("h refused: password='hunter2'")) == FleetRow(
        "a", "d", "unreachable", "h refused: password=***"
    )
    assert fleet_row("a", "d", SchemaError("no table")).state == "error"
    assert fleet_row("a", "d", replace(SAME, proven=False)).state == "drifted"


def test_a_fleet_in_other_formats() -> None:
    assert json.loads(FLEET_FORMATS["json"](FLEET))["targets"][1] == {
        "name": "staging",
        "database": "app @ staging.example.com:5432",
        "state": "drifted",
        "what": "table public.a, index public.b and 4 more",
        "count": 6,
    }
    assert "| `staging` | `app @ staging.example.com:5432` | drifted | table public.a, index" in FLEET_FORMATS[
        "markdown"
    ](FLEET)
    lines = FLEET_FORMATS["github"](FLEET).splitlines()
    assert lines[0].startswith(
        "::error title=difftool%3A staging (app @ staging.example.com%3A5432)::drifted: table public.a"
    )
    assert lines[-1] == "::notice title=difftool::3 targets: 1 in sync, 1 drifted, 1 unreachable"


def test_snapshots() -> None:
    assert piped(lambda c: show_snapshots([snapshot(1)], c)) == (
        "  snapshot              when (UTC)        database  before  size     schema    run\n"
        "  20250301-140211-a1b2  2025-03-01 14:02  app       apply   17.2 kB  aaaaaaaa\n"
    )
    done = Journal(snapshot(1).id, 1, 7, done=7, ended="done")
    for journal, said in (
        (done, "done"),
        (replace(done, done=3, reaches=5, ended=""), "not finished, 3 of 7"),
        (replace(done, done=3, reaches=5, ended="failed"), "stopped, 3 of 7"),
        (replace(done, done=0, reaches=5, ended="failed", doubt=True), "stopped, 0 of 7"),
        (replace(done, done=0, reaches=5, ended="failed"), "nothing changed"),
        (replace(done, done=0, ended=""), "not begun"),
        (DifftoolError("damaged"), "not known"),
    ):
        told = piped(lambda c, journal=journal: show_snapshots([snapshot(1)], c, {snapshot(1).folder: journal}))
        assert told.endswith(f"aaaaaaaa  {said}\n")
    assert "manifest.json is not JSON" in piped(SHOWN["snapshots"])
    assert piped(lambda c: show_snapshots([], c)) == "no snapshots\n"


def test_config_masks_what_it_shows() -> None:
    shown = piped(lambda c: show_config([Explained("x", "postgresql://u:hunter2@h/d", "file")], c))
    assert shown == "  name  value                   from\n  x     postgresql://u:***@h/d  file\n"


def test_the_doctor_says_what_to_do() -> None:
    assert piped(SHOWN["doctor"]) == (
        "  ok  configuration   difftool.toml\n"
        "  no  scratch         no PostgreSQL 16 among embedded (18) and Docker (no daemon)\n"
        "                      pip install 'difftool[pg16]'\n"
        "  --  snapshot store  not tried: there is no connection\n"
        "\n"
        "1 thing to do\n"
    )
    assert piped(lambda c: show_doctor(DOCTOR[:1], c)).endswith("\nall is well\n")


def test_servers() -> None:
    shown = piped(SHOWN["servers"])
    assert "default target  home         PostgreSQL 18  process 4211  postgresql:///difftool?host=/run/a\n" in shown
    assert "scratch         embedded-18  PostgreSQL 18  stopped" in shown
    assert piped(lambda c: show_servers([], c)) == "no servers\n"


def test_outcomes_of_a_whole_apply() -> None:
    shown = piped(SHOWN["outcomes"])
    assert "  2  done     0.50 s  create table public.anomalies\n" in shown
    assert shown.endswith(
        "\n7 of 7 statements done, in 3.5 s\n"
        "snapshot 20250301-140211-a1b2: difftool rollback 20250301-140211-a1b2 goes back to it\n"
    )


def test_outcomes_of_a_failed_apply_say_what_was_rolled_back() -> None:
    failing = STATEMENTS[4]
    outcomes = (
        *(Outcome(n, s, "done", 0.5) for n, s in enumerate(STATEMENTS[:2], 1)),
        Outcome(3, STATEMENTS[2], "failed", error="it exists\nLINE 1: PASSWORD 'hunter2'"),
    )
    shown = piped(lambda c: show_outcomes(Applied(PLAN, outcomes), c))
    lines = [line.split() for line in shown.splitlines()]
    assert [line[1:3] for line in lines[:2]] == [["rolled", "back"]] * 2
    assert lines[2][1] == "failed"
    assert "it exists" in shown
    assert "hunter2" not in shown
    assert [line[1:3] for line in lines[5:9]] == [["not", "run"]] * 4
    assert failing.name in shown
    assert shown.endswith("\n0 of 7 statements done, in 0.0 s\n")


def test_outcomes_after_a_retry_count_a_statement_once() -> None:
    again = (*APPLIED.outcomes[:3], *APPLIED.outcomes)
    assert "\n7 of 7 statements done, in 3.5 s\n" in piped(lambda c: show_outcomes(replace(APPLIED, outcomes=again), c))


def test_what_verification_left_is_named() -> None:
    shown = piped(lambda c: show_outcomes(replace(APPLIED, left=LEFT), c))
    assert "\nstill different\n\n  - COMMENT on table users: missing in the target\n" in shown


def test_many_outcomes_are_a_few_rows() -> None:
    made = tuple(Statement(f"SELECT {n}", "table", f"t{n}", "create") for n in range(5000))
    plan = replace(PLAN, statements=made)
    outcomes = tuple(Outcome(n, s, "done", 0.01) for n, s in enumerate(made, 1))
    shown = piped(lambda c: show_outcomes(Applied(plan, outcomes), c))
    assert shown == "5,000 of 5,000 statements done, in 50.0 s\n"
    made = (*made[:4000], replace(made[0], transaction=False), *made[4001:])
    failed = (*outcomes[:4000], Outcome(4001, made[4000], "failed", error="no"))
    shown = piped(lambda c: show_outcomes(Applied(replace(plan, statements=made), failed), c))
    assert shown == (
        "  1-4000     done       40.00 s  4,000 statements\n"
        "  4001       failed              create table t0\n"
        "                                 no\n"
        "  4002-5000  not run             999 statements\n"
        "\n"
        "4,000 of 5,000 statements done, in 40.0 s\n"
    )


def test_words() -> None:
    assert [words.size(n) for n in (0, 999, 1000, 14212, 3_000_000, 10**14)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "14.2 kB",
        "3.0 MB",
        "100.0 TB",
    ]
    assert words.many(1, "statement") == "1 statement"
    assert words.many(5000, "statement") == "5,000 statements"
    assert words.place(replace(TARGET, host="/run/postgresql")) == "app @ /run/postgresql"
    assert words.visible("a\tb\r\nc\rd\x9be\ud800") == "a\tb\nc\\rd\\x9be\\ud800"
    assert words.one_line("a\tb\n") == "a\\tb\\n"
    assert words.counts(replace(PLAN, statements=STATEMENTS[:1])) == "1 statement"


# the console


def test_rich_is_imported_only_to_show() -> None:
    program = (
        "import sys, difftool.render.formats, difftool.console, difftool.script, difftool.secrets\n"
        "from difftool.model import *\n"
        "plan = Plan(TargetIdentity('t','','h','1','d','u','u',160004,'1'),'s','migra',Fingerprints('a','b','c'),"
        "(Statement('SELECT 1','table','t','create'),))\n"
        "for render in difftool.render.formats.FORMATS.values(): difftool.console.data(render(plan))\n"
        "print([m for m in ('rich','pygments','pglast','psycopg2','sqlalchemy','boto3') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def run(program: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """A program that uses the console, in a process of its own with nothing but pipes."""
    code_ = f"from difftool import console as c\nfrom difftool.errors import *\n{program}"
    return subprocess.run(
        [sys.executable, "-c", code_], capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, **environ}
    )


def test_talk_goes_to_stderr_and_is_masked() -> None:
    done = run(
        "c.say('loading'); c.debug('no'); c.warn('slow')\n"
        "c.error(SchemaError(\"a.sql:1: [bold]x\\x1b[2J: CREATE ROLE a PASSWORD 'hunter2'\","
        " hint='type this' + ' and that' * 30))"
    )
    assert done.stdout == b""
    assert done.stderr.decode().splitlines() == [
        "loading",
        "warning: slow",
        "error: a.sql:1: [bold]x\\x1b[2J: CREATE ROLE a PASSWORD '***'",
        "hint: type this" + " and that" * 30,
    ]


def test_quiet_and_verbose() -> None:
    assert run("c.set_level(quiet=True); c.say('a'); c.debug('b'); c.warn('w')").stderr == b"warning: w\n"
    assert run("c.set_level(verbose=True); c.say('a'); c.debug('b')").stderr == b"a\nb\n"
    steps = "\nwith c.steps('one') as talk:\n    talk('two')\nwith c.status('three'): pass"
    assert run(steps).stderr == b""
    assert run(f"c.set_level(verbose=True){steps}").stderr == b"one\ntwo\nthree\n"


def test_progress_in_a_pipe_is_a_line_a_step() -> None:
    program = (
        "\nwith c.progress('x', 3) as bar:\n    bar.begin('create [b]a[/b]', 1); bar.done(1); bar.begin('x\\ny', 2)"
    )
    assert run(program).stderr == b"[1/3] create [b]a[/b]\n[2/3] x\\ny\n"
    assert run(f"c.set_level(quiet=True){program}").stderr == b""


@pytest.mark.parametrize("environ", [{}, {"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "ascii"}])
def test_data_is_utf8_to_the_letter(environ: dict[str, str]) -> None:
    assert run("c.data('表\\x1b[2J')", **environ).stdout == "表\x1b[2J\n".encode()


def test_a_stream_that_cannot_write_a_character_gets_it_escaped() -> None:
    assert run("c.say('表é')", PYTHONIOENCODING="ascii").stderr == b"\\u8868\\xe9\n"


def test_nobody_is_asked_without_a_terminal() -> None:
    with pytest.raises(Refused) as refused:
        console.confirm("apply?")
    assert refused.value.message == "nobody can be asked: this is no terminal"
    assert refused.value.hint == "--yes answers for you"


def on_terminal(program: str, typed: bytes, width: int = 60) -> tuple[str, str]:
    """What a program prints on stdout, a pipe, and on stderr, a terminal at which this is typed."""
    fcntl, pty, struct, termios = (pytest.importorskip(m) for m in ("fcntl", "pty", "struct", "termios"))
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environ = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")} | {"TERM": "xterm-256color"}
    code_ = f"from difftool import console as c\n{program}"
    with subprocess.Popen(
        [sys.executable, "-c", code_], stdin=there, stderr=there, stdout=subprocess.PIPE, env=environ
    ) as running:
        os.close(there)
        os.write(here, typed)
        seen = bytearray()
        while True:
            try:
                seen += os.read(here, 4096)
            except OSError:  # Linux's way to say that the other end is closed
                break
        assert running.stdout is not None
        printed = running.stdout.read().decode()
    os.close(here)
    return printed, seen.decode()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [(b"y\n", "True"), (b"YES\n", "True"), (b"\n", "False"), (b"no\n", "False"), (b"\x04", "False")],
)
def test_only_yes_is_yes(typed: bytes, answer: str) -> None:
    printed, seen = on_terminal("print(c.confirm('apply [b]it[/b]?'))", typed)
    assert printed == f"{answer}\n"
    assert "apply [b]it[/b]? [y/N]" in plain(seen)


@pytest.mark.parametrize(
    ("typed", "answer"), [(b"app\n", "True"), (b"App\n", "False"), (b"y\n", "False"), (b"\n", "False")]
)
def test_the_name_is_typed_to_the_letter(typed: bytes, answer: str) -> None:
    assert on_terminal("print(c.confirm_typed('type the name:', 'app'))", typed)[0] == f"{answer}\n"


def test_a_terminal_sees_a_spinner_and_a_bar_and_keeps_neither() -> None:
    program = (
        "import time\n"
        "with c.steps('loading') as talk:\n"
        "    time.sleep(0.3); talk('proving \\x1b[2J[b]it'); time.sleep(0.3)\n"
        "    with c.status('nested'): c.warn('odd')\n"
        "with c.progress('applying', 2) as bar:\n"
        "    bar.begin('create [b]a', 1); time.sleep(0.3); bar.done(1); bar.begin('drop b', 2); time.sleep(0.3)\n"
    )
    _, seen = on_terminal(program, b"", width=100)
    assert "loading" in seen
    assert "proving \\x1b[2J[b]it" in seen
    assert "warning: " in seen
    assert "0/2" in seen
    assert "create [b]a" in seen
    assert "1/2" in seen
    assert seen.rstrip().endswith("\x1b[2K")


def test_a_terminal_shows_control_characters_of_data_escaped() -> None:
    fcntl_missing = sys.platform == "win32"
    if fcntl_missing:
        pytest.skip("Windows has no pseudo-terminals")
    program = "import sys; sys.stdout = sys.stderr; c.data('a\\x1b[2Jb')"
    assert on_terminal(program, b"")[1] == "a\\x1b[2Jb\r\n"


def test_a_pipe_is_told_the_same_without_rich_when_nothing_changes() -> None:
    quiet = replace(PLAN, statements=(), unhandled=(), ignored=(), notes=(), proven=True)
    assert words.in_sync(quiet) == piped(lambda c: show_plan(quiet, c))
