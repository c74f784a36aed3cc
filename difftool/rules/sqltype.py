"""Types as both the catalog and the parse tree can say them, and what changing one into another does to the rows.

Follows ``ATColumnChangeRequiresRewrite`` and the planner's support functions for length coercions; see
https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES.
"""

from __future__ import annotations

from dataclasses import dataclass

from difftool.parse import Name

VARHDRSZ = 4
ALL_FIELDS = 0x7FFF
FIELDS = {2: "year", 1: "month", 3: "day", 10: "hour", 11: "minute", 12: "second"}
FULL = 0xFFFF
"""``interval`` without fields, and any precision that was not given."""
SHORT = {"int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
         "bool": "boolean", "bpchar": "character", "varchar": "character varying", "varbit": "bit varying",
         "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
         "timetz": "time with time zone", "time": "time without time zone"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SqlType:
    """One type: its name in the catalog, its modifiers as SQL writes them (decoded), and whether it is an array."""

    name: Name
    modifiers: tuple[int, ...] = ()
    array: bool = False

    @property
    def shown(self) -> str:
        """The type as SQL writes it: ``numeric(10,2)``, ``text[]``, ``public.status``."""
        builtin = self.name.schema == "pg_catalog"
        name = SHORT.get(self.name.name, self.name.name) if builtin else self.name.sql
        head, _, tail = name.partition(" with")
        given = self.modifiers
        if builtin and self.name.name == "interval":
            name += fields(given)
            given = given[1:] if given and given[-1] != FULL else ()
            head, tail = name, ""
        digits = "(" + ",".join(map(str, given)) + ")" if given else ""
        return head + digits + (" with" + tail if tail else "") + ("[]" if self.array else "")


def fields(given: tuple[int, ...]) -> str:
    """The fields that an interval keeps, from its mask: `` day to hour``; empty for all of them."""
    kept = [word for bit, word in FIELDS.items() if given and given[0] != ALL_FIELDS and given[0] >> bit & 1]
    return " " + " to ".join(dict.fromkeys((kept[0], kept[-1]))) if kept else ""


def modifiers(name: Name, typmod: int) -> tuple[int, ...]:
    """``atttypmod`` as the numbers that SQL writes in parentheses; an unknown type's typmod as it is."""
    if typmod < 0:
        return ()
    if name.schema == "pg_catalog":
        if name.name in ("varchar", "bpchar"):
            return (typmod - VARHDRSZ,)
        if name.name == "numeric":
            packed = typmod - VARHDRSZ
            return (packed >> 16 & 0xFFFF, ((packed & 0x7FF) ^ 1024) - 1024)
        if name.name == "interval":
            return (typmod >> 16 & ALL_FIELDS, typmod & FULL)
    return (typmod,)


def declared(name: Name, given: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers that SQL wrote in parentheses, made complete: ``numeric(10)`` is ``numeric(10,0)``."""
    if name == Name("pg_catalog", "numeric") and len(given) == 1:
        return (*given, 0)
    if name == Name("pg_catalog", "interval") and len(given) == 1:
        return (*given, FULL)
    return given
