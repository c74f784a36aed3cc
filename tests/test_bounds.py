"""Whether two bounds of partitions share no row: said only where it is certain, whatever the key's type."""

from __future__ import annotations

import pytest

from difftool.rules.bounds import apart, bound_of
from difftool.rules.leaving import composed


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        ("FOR VALUES FROM (1) TO (10)", "FOR VALUES FROM (10) TO (20)", True),
        ("FOR VALUES FROM (1) TO (11)", "FOR VALUES FROM (10) TO (20)", False),
        ("FOR VALUES FROM ('-5') TO ('9')", "FOR VALUES FROM ('10') TO ('20')", True),
        ("FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", "FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)", True),
        ("FOR VALUES FROM (MINVALUE) TO ('2025-01-02')", "FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)", False),
        ("FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", "FOR VALUES FROM ('2025-01-01 00:00:00') TO (MAXVALUE)", False),
        ("FOR VALUES FROM ('a') TO ('b')", "FOR VALUES FROM ('b') TO ('c')", False),
        ("FOR VALUES FROM (1, MINVALUE) TO (2, 5)", "FOR VALUES FROM (2, 5) TO (3, MAXVALUE)", True),
        ("FOR VALUES FROM (1, 1) TO (2, 5)", "FOR VALUES FROM (2, 4) TO (3, 1)", False),
        ("FOR VALUES FROM (1, 'a') TO (2, 'b')", "FOR VALUES FROM (3, 'a') TO (4, 'b')", False),
        ("FOR VALUES IN ('a', 'b')", "FOR VALUES IN ('c', NULL)", True),
        ("FOR VALUES IN ('a', NULL)", "FOR VALUES IN ('c', NULL)", False),
        ("FOR VALUES WITH (modulus 4, remainder 1)", "FOR VALUES WITH (modulus 4, remainder 2)", True),
        ("FOR VALUES WITH (modulus 4, remainder 1)", "FOR VALUES WITH (modulus 8, remainder 5)", False),
        ("FOR VALUES IN (1)", "DEFAULT", False),
        ("FOR VALUES IN (1)", "", False),
    ],
)  # fmt: skip
def test_apart(one: str, other: str, sure: bool) -> None:
    assert apart(bound_of(one), bound_of(other)) is sure
    assert apart(bound_of(other), bound_of(one)) is sure


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        ("p1", "id", "p1_id_check"),
        ("p1", "", "p1_check"),
        ("t" * 70, "id", f"{'t' * 54}_id_check"),
        ("t" * 40, "c" * 40, f"{'t' * 28}_{'c' * 28}_check"),
    ],
)
def test_names_as_postgresql_composes_them(first: str, second: str, name: str) -> None:
    assert composed(first, second, "check") == name
