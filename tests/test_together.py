"""What is joined to one ALTER TABLE, and what stays apart."""

from __future__ import annotations

from difftool.prove import as_statements
from difftool.rules.together import read_once, rewritten_once, scanned

ONE, TWO, KEY = (
    f"ALTER TABLE t ADD CONSTRAINT {what} NOT VALID"
    for what in ("a CHECK (x > 0)", "b CHECK (y > 0)", "c FOREIGN KEY (x) REFERENCES r")
)
A, B, C = (f"ALTER TABLE t VALIDATE CONSTRAINT {name}" for name in "abc")


def test_one_scan_checks_all_of_a_table() -> None:
    known = scanned([ONE, TWO, KEY])
    assert read_once([ONE, A, TWO, B], known) == [f"{ONE}, {TWO[14:]}", f"{A}, {B[14:]}"]
    assert read_once([A, "ALTER TABLE u VALIDATE CONSTRAINT b", B], known) == [
        f"{A}, {B[14:]}",
        "ALTER TABLE u VALIDATE CONSTRAINT b",
    ]


def test_a_foreign_key_and_what_the_plan_did_not_add_stay_apart() -> None:
    for known in (scanned([ONE, KEY]), frozenset[tuple[str, str]]()):
        assert read_once([A, C, B], known) == [A, C, B]


def test_neighbours_that_change_types_are_one() -> None:
    same = [
        "ALTER TABLE t ALTER COLUMN a TYPE bigint",
        "ALTER TABLE t ALTER COLUMN b TYPE bigint USING b::bigint",
        "ALTER TABLE t ALTER COLUMN c TYPE bigint USING a",
        "ALTER TABLE t ALTER COLUMN d TYPE bigint",
        "ALTER TABLE ONLY t ALTER COLUMN e TYPE bigint",
        "ALTER TABLE u ALTER COLUMN f TYPE bigint",
    ]
    plan = as_statements(same)
    assert [s.sql for s in rewritten_once(plan, lambda _: True)] == [f"{same[0]}, {same[1][14:]}", *same[2:]]
    assert [s.sql for s in rewritten_once(plan, lambda _: False)] == same
    assert next(s.name for s in rewritten_once(plan, lambda _: True)) == "t"
