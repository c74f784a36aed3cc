"""Names that no dump shows: a clone has them all the same, and a plan finds them by what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import Ran, Server

from difftool.pg.connection import rows, session

REFERENCED = "CREATE TABLE r (id integer PRIMARY KEY{});"
WHOLE = "CREATE TABLE p (a integer, b integer REFERENCES r ON DELETE CASCADE) PARTITION BY LIST (a);"
PART = 'CREATE TABLE p0 (a integer, b integer, CONSTRAINT "Its own" FOREIGN KEY (b) REFERENCES r ON DELETE CASCADE);'
ATTACH = "ALTER TABLE p ATTACH PARTITION p0 FOR VALUES IN (0);"
NAMES = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' ORDER BY 1"


def test_a_partition_keeps_the_foreign_key_under_its_own_name(
    difftool: Callable[..., Ran], server: Server, tmp_path: Path
) -> None:
    now = server.database(REFERENCED.format("") + WHOLE + PART + ATTACH)
    (tmp_path / "schema").mkdir()
    file = tmp_path / "schema" / "a.sql"
    file.write_text(REFERENCED.format("") + WHOLE + PART)
    target = ("--target", now.url(secrets=True))
    assert difftool("apply", *target, "--yes", "--allow", "all").code == 0
    with session(now) as connection:
        assert rows(connection, NAMES) == [("p", "p_b_fkey"), ("p0", "Its own")]
    file.write_text(REFERENCED.format(", more text") + WHOLE + "CREATE TABLE p0 PARTITION OF p FOR VALUES IN (0);")
    ran = difftool("apply", *target, "--yes", "--allow", "all")
    assert ran.code == 0, ran.err + ran.out
    with session(now) as connection:
        assert rows(connection, NAMES) == [("p", "p_b_fkey"), ("p0", "p_b_fkey")]
    assert difftool("check", *target).code == 0
