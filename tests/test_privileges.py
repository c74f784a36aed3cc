"""What a plan needs of the role that runs it, told by the plan and asked before the first statement of an apply."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Server
from shell import columns

from difftool import api
from difftool.errors import TargetUnfit
from difftool.model import Statement
from difftool.pg.connection import identifier, run, session
from difftool.pg.conninfo import Conninfo
from difftool.privileges import lacking, needs
from difftool.settings import load


@pytest.mark.parametrize(
    ("sql", "needed"),
    [
        ("ALTER TABLE a.t ADD FOREIGN KEY (x) REFERENCES b.u, OWNER TO joe", "member joe, owner a.t, references b.u"),
        ("CREATE TABLE a.t (x int REFERENCES b.u)", "create a, references b.u"),
        ("CREATE TABLE a.p PARTITION OF a.t DEFAULT", "create a, owner a.t"),
        ("CREATE INDEX CONCURRENTLY i ON a.t (x)", "create a, owner a.t"),
        ('DROP TABLE a.t, "B"."c d"', 'drop "B"."c d", drop a.t'),
        ("DROP INDEX CONCURRENTLY a.i", "drop a.i"),
        ("ALTER INDEX a.i RENAME TO j", "owner a.i"),
        ("ALTER TYPE a.e ADD VALUE 'x'", "type a.e"),
        ("DROP DOMAIN a.d", "type a.d"),
        ("DROP FUNCTION a.f(int)", "routine a.f"),
        ("ALTER FUNCTION a.f(int) OWNER TO joe", "member joe, routine a.f"),
        ("COMMENT ON COLUMN a.t.x IS 'y'", "owner a.t"),
        ("COMMENT ON CONSTRAINT c ON a.t IS 'y'", "owner a.t"),
        ("CREATE TRIGGER g BEFORE INSERT ON a.t EXECUTE FUNCTION a.f()", "trigger a.t"),
        ("DROP TRIGGER g ON a.t", "owner a.t"),
        ("ALTER POLICY p ON a.t TO joe", "owner a.t"),
        ("CREATE SCHEMA s AUTHORIZATION joe", "database s"),
        ("CREATE VIEW a.v AS SELECT 1", "create a"),
        ("ALTER TABLE t ADD x int", ""),
        ("GRANT SELECT ON a.t TO joe", ""),
        ("no SQL at all", ""),
    ],
)
def test_what_a_statement_needs(sql: str, needed: str) -> None:
    assert ", ".join(f"{n.right} {n.name.sql}" for n in sorted(needs(sql))) == needed


def theirs(server: Server) -> tuple[Conninfo, str, str]:
    """A database of somebody else's, with tables t and u; as which role we come; and whose it is."""
    owner = server.database(
        "CREATE TABLE t (a int PRIMARY KEY)",
        "CREATE TABLE u (a int)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE TYPE e AS ENUM ('a')",
    )
    with session(server.admin.but(dbname=owner.database)) as connection:
        run(connection, "REVOKE CREATE ON SCHEMA public FROM public")  # before 15 it is the superuser's to take back
    guest = server.database().user
    with session(owner) as connection:
        run(connection, f"GRANT SELECT ON t, u TO {identifier(guest)}")
    return owner.but(user=guest, password=guest), guest, owner.user


def said(server: Server, *sql: str, grant: str = "") -> list[str]:
    """What the guest lacks for these statements."""
    target, guest, owner = theirs(server)
    if grant:
        with session(server.admin.but(dbname=target.database)) as connection:
            run(connection, grant.format(guest=identifier(guest), owner=identifier(owner)))
    with session(target) as connection:
        found = lacking(connection, guest, [Statement(s, "table", "public.t", "alter") for s in sql])
    return [text.partition(" needs ")[2].replace(owner, "owner") for text in found]


NEEDS_OWNER = 'ownership of public.{}, which is of "owner"'


def test_what_a_guest_lacks(server: Server) -> None:
    found = said(
        server,
        "ALTER TABLE public.t ADD b int",
        "CREATE TABLE public.n (a int REFERENCES public.t)",
        "DROP TABLE public.u",
        "CREATE TRIGGER g BEFORE INSERT ON public.t EXECUTE FUNCTION x()",
        "CREATE SCHEMA s",
        "DROP FUNCTION public.f()",
        "ALTER TYPE public.e ADD VALUE 'b'",
        "ALTER TABLE public.not_there ADD b int",
    )
    assert found == [
        NEEDS_OWNER.format("t"),
        "CREATE on schema public",
        "REFERENCES on public.t",
        NEEDS_OWNER.format("u"),
        "TRIGGER on public.t",
        "CREATE on database owner",
        NEEDS_OWNER.format("f"),
        NEEDS_OWNER.format("e"),
    ]


def test_what_the_plan_makes_is_its_own(server18: Server) -> None:
    """Who owns a schema may drop what others have there, and make it anew."""
    anew = ("DROP TABLE public.t", "CREATE TABLE public.t (a int)", "ALTER TABLE public.t ADD b int")
    assert said(server18, *anew, grant="ALTER SCHEMA public OWNER TO {guest}") == []
    assert said(server18, *anew[::-1], grant="ALTER SCHEMA public OWNER TO {guest}") == [NEEDS_OWNER.format("t")]


@pytest.mark.parametrize(
    "grant",
    [
        "GRANT {owner} TO {guest}",
        "ALTER ROLE {guest} SUPERUSER",
        "GRANT CREATE ON SCHEMA public TO {guest}; GRANT REFERENCES (a), TRIGGER ON t TO {guest}",
    ],
)
def test_what_is_enough(server18: Server, grant: str) -> None:
    create = "CREATE TABLE public.n (a int REFERENCES public.t (a))"
    trigger = "CREATE TRIGGER g BEFORE INSERT ON public.t EXECUTE FUNCTION x()"
    assert said(server18, create, trigger, grant=grant) == []


def test_an_apply_that_would_fail_half_way_does_not_begin(server18: Server, tmp_path: Path) -> None:
    target, guest, owner = theirs(server18)
    (tmp_path / "difftool.toml").write_text("".join(f'[[ignore]]\nkind = "{k}"\n' for k in ("owner", "grant", "enum")))
    (tmp_path / "schema.sql").write_text(
        "CREATE TABLE t (a int PRIMARY KEY);\nCREATE TABLE u (a int);\n"
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;\n"
    )
    flags = {"target": target.url(secrets=True), "schema": str(tmp_path / "schema.sql")}
    settings = load(start=tmp_path, flags=flags, environ={})
    same = api.plan(settings)
    assert not same.differs, same
    statements = (
        Statement("CREATE SCHEMA s", "schema", "s", "create", commit=True),
        Statement("ALTER TABLE public.t ADD COLUMN b int", "column", "public.t.b", "create"),
    )
    with pytest.raises(TargetUnfit) as refused:
        api.apply(replace(same, statements=statements), settings)
    assert refused.value.message == (
        f'the role "{guest}" lacks what the plan needs: '
        f"statement 1 (create schema s) needs CREATE on database {target.database}; "
        f'statement 2 (create column public.t.b) needs ownership of public.t, which is of "{owner}"'
    )
    assert columns(target) == ["a"]
    assert not (tmp_path / ".difftool").exists()
