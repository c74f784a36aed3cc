"""A plan of which not every statement can be done online keeps the forms of the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest
from conftest import Ran, Server

from difftool.model import Statement
from difftool.partly import FEW, partly

PAIR = Path(__file__).parent / "pairs" / "partitions_keys_of_their_own"
APART = "CREATE TABLE apart (a integer{}, b integer);"


@pytest.mark.parametrize("wrong", [{0}, {9}, {3, 7}, {1, 2, 8}])
def test_the_statements_in_the_way_stay_plain(wrong: set[int]) -> None:
    def forms(places: Collection[int]) -> tuple[Statement, ...]:
        return tuple(Statement(str(place), "table", "t", "alter") for place in places)

    def proves(statements: Sequence[Statement]) -> bool:
        return not wrong & {int(s.sql) for s in statements}

    assert partly(10, forms, proves) == tuple(sorted(wrong))
    assert partly(10, forms, lambda _: False) == ()


def test_it_is_given_up_where_many_are_in_the_way() -> None:
    def forms(places: Collection[int]) -> tuple[Statement, ...]:
        return tuple(Statement(str(place), "table", "t", "alter") for place in places)

    assert partly(FEW + 1, forms, lambda statements: not statements) == ()


def test_the_others_are_still_done_online(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    """ATTACH takes an index for a part that another one is to be: a drop of that cannot wait until the end."""
    now = server18.database((PAIR / "after.sql").read_text() + APART.format(""))
    (tmp_path / "schema").mkdir()
    wanted = (PAIR / "before.sql").read_text() + APART.format(" NOT NULL") + "CREATE INDEX i ON apart (b);"
    (tmp_path / "schema" / "a.sql").write_text(wanted)
    target = ("--target", now.url(secrets=True))
    shown = difftool("plan", *target, DIFFTOOL_SMALL_TABLE="0").out
    assert "CREATE INDEX CONCURRENTLY i ON public.apart" in shown
    assert "no online form was found for drop index public.x2_1_a_idx that can be proven" in shown
    ran = difftool("apply", *target, "--yes", "--allow", "all", DIFFTOOL_SMALL_TABLE="0")
    assert ran.code == 0, ran.err + ran.out
    assert difftool("check", *target).code == 0
