"""A column that is filled a few rows at a time: one DO block, which commits as it goes and can be run again.

It goes through each table by ranges of blocks (https://www.postgresql.org/docs/current/ddl-system-columns.html, ctid),
changes the rows that still need it and that nobody else holds, commits, and rests. It sweeps until nothing is open:
rows that others held or moved meanwhile are found by the next sweep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from difftool.parse import Name, Node, dotted, is_a, one_expression, parse, quoted
from difftool.pg.connection import literal

ROWS, PAUSE = 2000, 10
PROGRESS = "difftool: backfill"
"""How the session is called meanwhile: ``difftool: backfill public.t.c 1200 of 40000 blocks``."""
LONGEST_NAME = 20
"""Bytes of the column's name in it: PostgreSQL takes 63 of the whole."""
PATIENCE = 30
"""How often rows that others hold are waited for, a second each."""

PATTERN = re.compile(
    r"DO (?P<block>\$backfill_*\$)\n.*, (?P<rows>\d+) rows at a time\n.*"
    r" IN ARRAY (?P<parts>ARRAY.*?) LOOP\n.*"
    r" SET (?P<column>[^\n]+?) = \((?P<value>[^\n]+)\) WHERE [^\n]+?\.ctid = ANY [^\n]*"
    r" RETURNING \((?P<open>[^\n]+)\) AS still\)"
    r".* PERFORM pg_sleep\((?P<pause>\d+)::.* OR sweep >= NULLIF\((?P<sweeps>\d+), 0\)\);.*\nEND\n(?P=block)",
    re.DOTALL,
)
PARTS = re.compile(r".*?'((?:[^']|'')+)'", re.DOTALL)
"""The table's name in what gives the tables that hold its rows."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many rows are changed between two commits, and how many milliseconds pass from one to the next."""

    rows: int = ROWS
    pause: int = PAUSE


DEFAULT_PACE = Pace()


@dataclass(frozen=True, slots=True)
class Backfill:
    """``UPDATE table SET column = value WHERE open``, in batches; everything as SQL writes it."""

    table: str
    column: str
    value: str
    open: str
    partitioned: bool = False
    pace: Pace = DEFAULT_PACE
    sweeps: int = 0
    """How often the table is gone through at most, where others go on bringing rows that are open; 0: to the end."""

    @property
    def plain(self) -> str:
        """The same in one statement and one transaction."""
        return f"UPDATE {self.table} SET {self.column} = ({self.value}) WHERE {self.open}"

    @property
    def block(self) -> str:
        """The same as a statement that commits as it goes, and so cannot run inside a transaction."""
        relation = literal(self.table)
        parts = f"ARRAY[{relation}::regclass]"
        if self.partitioned:
            parts = f"ARRAY(SELECT relid FROM pg_partition_tree({relation}) WHERE isleaf)::regclass[]"
        text = dollar_quote("$sql$", self.value, self.open, self.column, self.table)
        return _sql().format(
            block=dollar_quote("$backfill$", self.value, self.open, self.column, self.table),
            text=text,
            shown=f"fills {_one_line(self.table)}.{_one_line(self.column)}",
            parts=parts,
            progress=literal(f"{PROGRESS} {_short(f'{self.table}.{self.column}')}"),
            alias=quoted(_name(self.table).name),
            column=self.column,
            value=self.value,
            open=self.open,
            rows=self.pace.rows,
            pause=self.pace.pause,
            sweeps=self.sweeps,
            patience=PATIENCE,
            table=relation,
        )


def possible(backfill: Backfill) -> bool:
    """Whether it can be written as a block that is known again for what it is."""
    return as_backfill(backfill.block) == backfill


@lru_cache(maxsize=256)
def as_backfill(sql: str) -> Backfill | None:
    """The backfill that a statement is; None for any other, be it one that looks like it.

    Nothing in the text is believed: it has to be, letter by letter, what would be written for what is read from it.
    """
    found = PATTERN.fullmatch(sql) if sql.startswith("DO $backfill") else None
    named = PARTS.match(found["parts"]) if found else None
    if found is None or named is None:
        return None
    pace = Pace(int(found["rows"]), int(found["pause"]))
    partitioned = found["parts"].startswith("ARRAY(")
    table = named[1].replace("''", "'")
    how = found["column"], found["value"], found["open"]
    read = Backfill(table, *how, partitioned, pace, int(found["sweeps"]))
    return read if _sound(read) and read.block == sql else None


def gave_up(why: str, filling: Backfill) -> bool:
    """Whether the block says by this that others held the rows that were left for too long."""
    return why.endswith(f" rows of {_one_line(filling.table)} are held by other transactions")


def in_block(body: str) -> Backfill | None:
    """The same, where only the text between the quotes is known."""
    quote = dollar_quote("$backfill$", body)
    return as_backfill(f"DO {quote}{body}{quote}")


def backfill_node(backfill: Backfill) -> Node:
    """The parse tree of the plain statement."""
    parsed = parse(backfill.plain)
    assert parsed, backfill.plain
    return parsed[0]


@cache
def _sql() -> str:
    """The block, with a place for whatever is its own."""
    return files("difftool").joinpath("batches.sql").read_text(encoding="utf-8").rstrip()


def _sound(read: Backfill) -> bool:
    """Whether each part is one expression or one name: then the statement cannot mean anything else."""
    parsed = parse(read.plain)
    if not parsed or len(parsed) != 1 or not is_a(parsed[0], "UpdateStmt") or parsed[0].fromClause:
        return False
    targets = parsed[0].targetList
    table = dotted(parsed[0].relation)
    names = table.sql == read.table and len(targets) == 1 and quoted(targets[0].name) == read.column
    return names and not targets[0].indirection and one_expression(read.value) and one_expression(read.open)


def _name(table: str) -> Name:
    parsed = parse(f"TABLE {table}")
    return dotted(parsed[0].fromClause[0]) if parsed else Name("", table)


def dollar_quote(quote: str, *texts: str) -> str:
    """A dollar quote that none of these texts has."""
    while any(quote in text for text in texts):
        quote = f"{quote[:-1]}_$"
    return quote


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short(name: str) -> str:
    """A name as ``application_name`` can hold it."""
    plain = re.sub(r"[^A-Za-z0-9_.$]", "_", name)
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1]}~"
