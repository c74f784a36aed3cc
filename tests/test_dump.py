"""``difftool dump``: what it writes makes the same schema again, and no plan is needed between the two.

``dump/`` holds what is dumped beside the pairs of the native engine: every kind of object, under names that are hard to write.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_native import PAIRS, make_roles, said

import difftool as api
from difftool.catalog import compare
from difftool.clone import read_catalog
from difftool.engine import native
from difftool.errors import Refused
from difftool.objects import differing
from difftool.pg.connection import identifier, rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import find_pg_dump
from difftool.settings import load

Run = Callable[..., Ran]
SCHEMAS = Path(__file__).parent / "dump"
ROLES = ("dump_reader", "dump_editor", "dump_giver")
NAMES = ("tables", "code_f2", "code_part", "rare_opc1", "rare_ts1", "types_comp", "types_domain")
RICH = [p for p in PAIRS if p.name in NAMES]
MASKED = "a password is masked here"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[dict[str, str]]:
    """Scratch servers that are not the one with the targets: there, roles stand in for the target's, and can be joined."""
    from difftool.scratch.home import clusters, stop

    folder = Path(tempfile.mkdtemp(prefix="difftool-test-"))
    folder.chmod(0o755)
    environ = {"DIFFTOOL_CACHE_DIR": str(folder / "cache")}
    yield environ
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIFFTOOL_CACHE_DIR", environ["DIFFTOOL_CACHE_DIR"])
        for state in clusters(folder):
            if state.pid:
                stop(state)
    shutil.rmtree(folder, ignore_errors=True)


def schema(server: Server, name: str) -> str:
    """One of the schemas in ``dump/``; with what extensions bring where the server has them."""
    text = (SCHEMAS / f"{name}.sql").read_text("utf-8")
    with session(server.admin) as connection:
        known = {r[0] for r in rows(connection, "SELECT name FROM pg_available_extensions")}
    return text + (SCHEMAS / "extensions.sql").read_text("utf-8") if name == "ordinary" and "citext" in known else text


def owned(server: Server) -> tuple[Conninfo, Conninfo]:
    """Two empty databases of one ordinary role, which is a member of the others."""
    make_roles(server, ",".join(ROLES))
    first = server.database()
    with session(server.admin) as connection:
        run(connection, f"GRANT {', '.join(ROLES)} TO {identifier(first.user)}")
        run(connection, f"CREATE DATABASE {first.database}_2 TEMPLATE template0 OWNER {identifier(first.user)}")
    return first, first.but(dbname=f"{first.database}_2")


def fill(info: Conninfo, text: str) -> None:
    with session(info) as connection:
        run(connection, text)


def same(server: Server, *infos: Conninfo) -> None:
    """Both judges see no difference."""
    program = find_pg_dump(server.major, infos[0])
    assert compare(*(read_catalog(info, server.major, program) for info in infos)) == ()
    assert list(differing(*map(native.read, infos))) == []


def files_in(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}


# what is dumped comes back


@pytest.mark.parametrize("pair", RICH, ids=lambda p: p.name)
def test_what_is_dumped_makes_the_same_schema(pair: Path, difftool: Run, server: Server) -> None:
    make_roles(server, said((pair / "before.sql").read_text(), "roles"))
    full, empty = server.database((pair / "after.sql").read_text(), owner=False), server.database(owner=False)
    ran = difftool("dump", full.url(secrets=True), "--output", "-")
    assert (ran.code, ran.err.count("left out")) == (0, 0), ran.err
    fill(empty, ran.out)
    same(server, empty, full)


def test_everything_that_an_owner_makes(
    difftool: Run, server: Server, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    full, empty = owned(server)
    fill(full, schema(server, "ordinary"))
    target = full.url(secrets=True)
    assert difftool("dump", target).code == 0
    ran = difftool("plan", "--target", target, **elsewhere)
    assert (ran.code, "no changes" in ran.out) == (0, True), ran.out + ran.err
    script = difftool("dump", target, "-o", "-").out
    fill(empty, script)
    same(server, empty, full)
    written = files_in(tmp_path / "schema")
    assert not [name for name, text in written.items() if full.user in text], "the owner's name"
    assert {"app/types/mixed_case.sql", "app/types/mixed_case-2.sql"} <= set(written)
    assert 'CREATE TABLE "Odd.Schema ""x"""."../../out of it"' in written["odd_schema__x_/tables/______out_of_it.sql"]
    assert [p.name for p in tmp_path.iterdir() if p.name != ".difftool"] == ["schema"]
    assert len({name.lower() for name in written}) == len(written)


def test_everything_that_a_superuser_makes(difftool: Run, server: Server) -> None:
    make_roles(server, ",".join(ROLES))
    full, empty = server.database(schema(server, "superuser"), owner=False), server.database(owner=False)
    target = full.url(secrets=True)
    ran = difftool("dump", target, "--show-secrets")
    assert (ran.code, "masked" in ran.err) == (0, False), ran.err
    ran = difftool("plan", "--target", target, "--trust-schema")
    assert (ran.code, "no changes" in ran.out) == (0, True), ran.out + ran.err
    fill(empty, difftool("dump", target, "--show-secrets", "-o", "-").out)
    same(server, empty, full)


def test_apply_makes_the_same_schema(difftool: Run, server18: Server, elsewhere: dict[str, str]) -> None:
    full, empty = owned(server18)
    fill(full, schema(server18, "ordinary"))
    assert difftool("dump", full.url(secrets=True)).code == 0
    ran = difftool(
        "apply", "--target", empty.url(secrets=True), "--yes", "--allow", "all", "--no-snapshot", **elsewhere
    )
    assert ran.code == 0, ran.out + ran.err
    same(server18, empty, full)


def test_the_same_database_gives_the_same_bytes(server18: Server, tmp_path: Path) -> None:
    full, _ = owned(server18)
    fill(full, schema(server18, "ordinary"))
    settings = load(start=tmp_path, flags={"target": full.url(secrets=True)}, environ={})
    first, second = api.dump(settings=settings), api.dump(tmp_path / "here", settings)
    assert first == second
    assert files_in(tmp_path / "here") == dict(first.files)
    assert first.roles == tuple(sorted(ROLES))
    assert (first.left_out, first.masked) == ((), ())


def test_an_empty_database(difftool: Run, server18: Server, tmp_path: Path) -> None:
    target = server18.database().url(secrets=True)
    assert difftool("dump", target).code == 0
    assert files_in(tmp_path / "schema") == {"00_schemas.sql": "-- nothing but what every database has\n"}
    assert difftool("check", "--target", target).code == 0


def test_public_may_be_gone(difftool: Run, server18: Server, tmp_path: Path) -> None:
    target = server18.database("DROP SCHEMA public", "CREATE SCHEMA app").url(secrets=True)
    assert difftool("dump", target).code == 0
    assert files_in(tmp_path / "schema")["00_schemas.sql"].split() == "CREATE SCHEMA app; DROP SCHEMA public;".split()
    assert difftool("check", "--target", target).code == 0


# how it is written


def test_a_table_has_all_that_is_on_it_in_its_file(difftool: Run, server18: Server, tmp_path: Path) -> None:
    target = server18.database(
        "CREATE TABLE a (id serial PRIMARY KEY, b int CHECK (b > 0))",
        "CREATE TABLE b (id int PRIMARY KEY REFERENCES a)",
        "ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b",
        "CREATE INDEX a_b ON a (b)",
        "COMMENT ON TABLE a IS 'first'",
        "COMMENT ON COLUMN a.b IS 'second'",
        "GRANT SELECT ON a TO PUBLIC",
    )
    ran = difftool("dump", target.url(secrets=True))
    assert ran.code == 0
    assert f"wrote 2 files with 10 statements to schema: the schema of {target.database} @ " in ran.err
    assert files_in(tmp_path / "schema")["public/tables/a.sql"] == (
        "CREATE SEQUENCE public.a_id_seq AS integer START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1;\n\n"
        "CREATE TABLE public.a (\n"
        "    id integer DEFAULT nextval('public.a_id_seq'::regclass) NOT NULL,\n"
        "    b integer,\n"
        "    CONSTRAINT a_b_check CHECK ((b > 0)),\n"
        "    CONSTRAINT a_pkey PRIMARY KEY (id)\n"
        ");\n\n"
        "GRANT SELECT ON TABLE public.a TO PUBLIC;\n\n"
        "COMMENT ON TABLE public.a IS 'first';\n"
        "COMMENT ON COLUMN public.a.b IS 'second';\n\n"
        "ALTER SEQUENCE public.a_id_seq OWNED BY public.a.id;\n\n"
        "ALTER TABLE public.a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES public.b(id);\n\n"
        "CREATE INDEX a_b ON public.a USING btree (b);\n"
    )


def test_partitions_stand_with_their_table(difftool: Run, server18: Server, tmp_path: Path) -> None:
    """Alone, one whose name comes first would take the names that PostgreSQL makes up for the table's constraints."""
    target = server18.database(
        "CREATE SCHEMA other",
        "CREATE TABLE events (id int NOT NULL) PARTITION BY LIST (id)",
        "CREATE TABLE a_first PARTITION OF events FOR VALUES IN (1) PARTITION BY LIST (id)",
        "CREATE TABLE other.below PARTITION OF a_first DEFAULT",
    ).url(secrets=True)
    assert difftool("dump", target).code == 0
    assert set(files_in(tmp_path / "schema")) == {"00_schemas.sql", "public/tables/events.sql"}
    assert difftool("check", "--target", target).code == 0


def test_passwords_are_masked_and_such_a_file_does_not_load(difftool: Run, server18: Server, tmp_path: Path) -> None:
    make_roles(server18, ",".join(ROLES))
    target = server18.database(schema(server18, "superuser"), owner=False).url(secrets=True)
    ran = difftool("dump", target)
    assert (ran.code, "20_foreign_servers.sql: passwords are masked" in ran.err) == (0, True)
    text = files_in(tmp_path / "schema")["20_foreign_servers.sql"]
    assert ("a secret" in text, "of a server" in text, text.count(MASKED)) == (False, False, 2)
    ran = difftool("plan", "--target", target, "--trust-schema")
    assert ran.code == 1
    assert f"schema/20_foreign_servers.sql:3: {MASKED}" in ran.err
    assert "hint: write it into the next statement and delete this one, or use difftool dump --show-secrets" in ran.err


def test_what_is_hidden_is_left_out_by_name(difftool: Run, server18: Server) -> None:
    make_roles(server18, ",".join(ROLES))
    full = server18.database(schema(server18, "superuser"), owner=False)
    nobody = f"test_{secrets.token_hex(6)}"
    fill(server18.admin, f"CREATE ROLE {nobody} LOGIN PASSWORD '{nobody}'")
    ran = difftool("dump", full.but(user=nobody, password=nobody).url(secrets=True), "-o", "-")
    assert ran.code == 3
    assert (
        'warning: left out: user mapping dump_reader.odd server: the options of the user mapping for "dump_r' in ran.err
    )
    assert "ALTER TABLE app.counted OWNER TO " in ran.out
    assert "of a server" not in ran.out


def test_the_role_of_the_owner_setting_is_not_named(difftool: Run, server18: Server) -> None:
    full = server18.database("CREATE TABLE t (a int)", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor")
    as_admin = server18.admin.but(dbname=full.database).url(secrets=True)
    assert f"OWNER TO {full.user}" in difftool("dump", as_admin, "-o", "-").out
    out = difftool("dump", as_admin, "-o", "-", DIFFTOOL_OWNER=full.user).out.partition("\n\n")[2]
    assert "CREATE TABLE public.t" in out
    assert full.user not in out


# refusals


def test_a_folder_with_something_in_it_is_left_alone(difftool: Run, server18: Server, tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "mine.sql").write_text("-- mine\n")
    target = server18.database("CREATE TABLE t (a int)").url(secrets=True)
    for output in ((), ("-o", "schema"), ("-o", "schema/mine.sql")):
        ran = difftool("dump", target, *output)
        assert (ran.code, ran.out) == (4, "")
        where = output[-1] if output else "schema"
        assert ran.err.startswith(f"error: {where} is not an empty folder, and nothing is overwritten\nhint: ")
    assert files_in(tmp_path) == {"schema/mine.sql": "-- mine\n"}
    (tmp_path / "schema" / "mine.sql").unlink()
    assert difftool("dump", target).code == 0
    settings = load(start=tmp_path, flags={"target": target}, environ={})
    with pytest.raises(Refused):
        api.dump(tmp_path / "schema", settings)


def test_a_folder_that_cannot_be_made(difftool: Run, server18: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = difftool("dump", server18.database("CREATE TABLE t (a int)").url(secrets=True), "-o", "file/schema")
    assert (ran.code, ran.err.startswith("error: cannot ")) == (1, True), ran.err


def test_an_unknown_source(difftool: Run) -> None:
    ran = difftool("dump", "nowhere")
    assert (ran.code, 'there is no target "nowhere"' in ran.err) == (2, True)


# the loader


def test_a_role_that_another_schema_has_brought_is_joined(
    difftool: Run, server18: Server, elsewhere: dict[str, str]
) -> None:
    """Its NOLOGIN stand-in is there already, and the new schema's role no member of it."""
    role = f"test_{secrets.token_hex(6)}"
    make_roles(server18, role)
    for table in ("a", "b"):
        full = server18.database(f"CREATE TABLE {table} (a int)", owner=False)
        fill(full, f"GRANT CREATE ON SCHEMA public TO {role}; ALTER TABLE {table} OWNER TO {role}")
        ran = difftool("dump", full.url(secrets=True), "-o", table)
        assert ran.code == 0
        ran = difftool("check", "--target", full.url(secrets=True), "--schema", table, **elsewhere)
        assert ran.code == 0, ran.err
