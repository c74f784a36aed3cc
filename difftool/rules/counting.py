"""How a sequence counts: what an identity says of it, and what the target's own do.

https://www.postgresql.org/docs/current/sql-createsequence.html
"""

from __future__ import annotations

from dataclasses import dataclass

from difftool.parse import Node
from difftool.rules.sqltype import SHORT

HIGHEST = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}
NUMBERS = ("start", "increment", "minvalue", "maxvalue", "cache")


@dataclass(frozen=True, slots=True)
class Counting:
    """The options of a sequence; ``type`` by the name that PostgreSQL has for it inside, such as int8."""

    type: str
    start: int
    increment: int
    low: int
    high: int
    cache: int
    cycle: bool

    @property
    def sql(self) -> str:
        """The options as CREATE SEQUENCE takes them."""
        return (
            f"AS {SHORT[self.type]} START WITH {self.start} INCREMENT BY {self.increment} MINVALUE {self.low} "
            f"MAXVALUE {self.high} CACHE {self.cache}{' CYCLE' if self.cycle else ''}"
        )

    def reaches(self, rows: int) -> bool:
        """Whether there are numbers for so many rows."""
        room = self.high - self.start if self.increment > 0 else self.start - self.low
        return self.cycle or room // abs(self.increment) + 1 >= rows


def counting(constraint: Node, type_: str) -> Counting | None:
    """How an identity of that type counts; None where it does not say it all, as what the native engine writes does."""
    given = {option.defname: option.arg for option in constraint.options or ()}
    if type_ not in HIGHEST or not {*NUMBERS, "cycle"} <= given.keys():
        return None
    numbers = {name: _number(given[name]) for name in NUMBERS}
    if numbers["maxvalue"] is None and (numbers["increment"] or 0) > 0:
        numbers["maxvalue"] = HIGHEST[type_]
    start, increment, low, high, cache = numbers.values()
    if start is None or not increment or low is None or high is None or cache is None:
        return None
    return Counting(type_, start, increment, low, high, cache, bool(given["cycle"].boolval))


def _number(arg: Node) -> int | None:
    """A number, which is a float to the parser where it is large; None for NO."""
    if arg is None:
        return None
    return int(arg.ival if hasattr(arg, "ival") else arg.fval)
