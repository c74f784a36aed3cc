"""Plans between random schemas, there and back: what nobody thought of.

A handful here, always the same ones; ``python bench/property.py URL`` runs as many as there is time for.
"""

from __future__ import annotations

import random

import pytest
from conftest import Server
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_schemas import Schema, pair
from random_schemas.grammar import KINDS, RULES
from random_schemas.proof import check, make_roles

from difftool.pg.conninfo import Conninfo

FEW = 5


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Schema, Schema]:
    return pair(lambda below: draw(st.integers(0, below - 1)))


@settings(
    max_examples=FEW,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(schemas=pairs())
def test_a_plan_leads_there_and_back(server: Server, schemas: tuple[Schema, Schema]) -> None:
    make_roles(server.admin)

    def empty() -> Conninfo:
        return server.database(owner=False)

    assert check(empty, *schemas)


def test_most_of_a_random_schema_is_one(server18: Server) -> None:
    """PostgreSQL takes most of it: else little would be tried out."""
    make_roles(server18.admin)
    found = [
        check(lambda: server18.database(owner=False), *pair(random.Random(number).randrange)) for number in range(2)
    ]
    assert sum(f.left_out for f in found) < sum(f.parts for f in found) / 2
    assert sum(f.statements for f in found) > 100


def test_every_rule_is_used() -> None:
    text = " ".join((*(k.sql for k in KINDS), *RULES.values()))
    assert [r for r in RULES if f"<{r}>" not in text] == []


@pytest.mark.parametrize("number", range(3))
def test_a_number_is_always_the_same_pair(number: int) -> None:
    assert pair(random.Random(number).randrange) == pair(random.Random(number).randrange)
    before, after = pair(random.Random(number).randrange)
    assert before != after
