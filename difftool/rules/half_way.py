"""What an apply that stopped has left of a column, and what this plan makes of it: a note, for nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from difftool.batches import as_backfill
from difftool.model import Statement
from difftool.parse import ending, quoted
from difftool.rules.columns import FILLING
from difftool.rules.facts import Facts
from difftool.rules.shadow_column import filler


def half_way(statements: Sequence[Statement], facts: Facts, *, retype: bool) -> Iterator[str]:
    """Which second columns are dropped that could be gone on with, and which are gone on with as they are."""
    dropped = {s.name for s in statements if (s.kind, s.action) == ("column", "drop")}
    filled = {(f.table, f.column) for s in statements if (f := as_backfill(s.sql))}
    for table in facts.relations:
        kept = {ending(name, FILLING) for name in table.columns if (table.oid, filler(name)) in facts.kept}
        for name in sorted(kept.intersection(table.columns)):
            if not retype and (column := f"{table.name.sql}.{quoted(name)}") in dropped:
                yield f"{column} was left by a change of type that stopped: --online-type-change goes on with it"
        for name in table.columns:
            if name not in kept and (table.name.sql, quoted(name)) in filled:
                yield (
                    f"{table.name.sql}.{quoted(name)} is there already: rows that have a value in it keep that one; "
                    "drop the column first where it was not this plan that gave it"
                )
