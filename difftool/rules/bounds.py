"""Bounds of partitions: whether two of them certainly share no row. Who is not certain says no.

https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import gcd, inf

from difftool.parse import Node, is_a, parse, strings, written

DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?([+-]\d\d)?")
"""A date or a time as PostgreSQL writes it: two of one length are in the order of their letters."""
ENDS = {"minvalue": -inf, "maxvalue": inf}

Value = tuple[str, float, str]
"""What is compared with what, a number, a text."""


def bound_of(text: str) -> Node:
    """The bound that ``FOR VALUES …`` says, or None."""
    parsed = parse(f"ALTER TABLE p ATTACH PARTITION c {text}") if text else None
    return parsed[0].cmds[0].def_.bound if parsed else None


def apart(one: Node, other: Node) -> bool:
    """True for two bounds of one table that certainly have no row in common."""
    if one is None or other is None or one.is_default or other.is_default or one.strategy != other.strategy:
        return False
    if one.modulus:
        return bool((one.remainder - other.remainder) % gcd(one.modulus, other.modulus))
    if one.listdatums:
        return not {written(x) for x in one.listdatums} & {written(x) for x in other.listdatums}
    return _below(one.upperdatums, other.lowerdatums) or _below(other.upperdatums, one.lowerdatums)


def _below(upper: Sequence[Node], lower: Sequence[Node]) -> bool:
    """Whether a range ends, its end left out, before another begins."""
    ends, begins = [_value(x) for x in upper], [_value(x) for x in lower]
    sorts = {a[0] for a in (*ends, *begins) if a} - {"end"}
    return None not in ends + begins and len(sorts) < 2 and [a[1:] for a in ends if a] <= [b[1:] for b in begins if b]


def _value(datum: Node) -> Value | None:
    """A value that can be compared, whatever the key's type; None for one of which nobody knows."""
    if is_a(datum, "ColumnRef"):
        end = ENDS.get(strings(datum.fields)[-1])
        return None if end is None else ("end", end, "")
    text = written(datum).strip("'")
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return "number", float(text), ""
    return (f"date {len(text)}", 0, text) if DATE.fullmatch(text) else None
