"""Whether a plan leaves alone what is ignored: what was taken out of the dump before, and after it."""

from __future__ import annotations

from collections.abc import Iterator

from difftool.catalog import TABLES, Entry
from difftool.catalog import Key as DumpKey
from difftool.ignore import Key
from difftool.model import Unhandled
from difftool.narrowing import ACLS, LeftOut, Narrowed
from difftool.scope import by
from difftool.subjects import Subjects, items

STAYS = TABLES | {"TABLE ATTACH"}
"""What a partition of a managed table keeps, whatever becomes of that."""


def touched(before: Narrowed, after: Narrowed) -> Iterator[Unhandled]:
    """What was ignored and is not as it was, though a plan should leave it alone.

    A part goes with its managed whole; a partition of a managed table changes with it, but stays one.
    """
    if before.subjects is None or after.subjects is None:
        return
    there = after.subjects.catalog.by_key
    columns = {i.key for e in after.subjects.catalog.entries for i in items(e)}
    for entry in before.subjects.catalog.entries:
        key = entry.key
        gone, still = before.left_out.get(key), after.left_out.get(key)
        if gone is None or (still and still.text == gone.text) or _became_managed(key, before, after):
            continue
        above, below_managed = _wholes(entry, before)
        if any(c not in columns for c in _columns(entry, before.subjects)):
            continue
        if all(k in there for k in above) and not (below_managed and (key in there or key.type not in STAYS)):
            yield Unhandled(key.kind, key.full_name, f"{by(gone.rule)}, and {_fate(key, gone, still, before, after)}")


def _fate(key: DumpKey, gone: LeftOut, still: LeftOut | None, before: Narrowed, after: Narrowed) -> str:
    """What a plan does to something ignored."""
    if key not in before.catalog.by_key:
        whole = after.subjects and key in after.subjects.catalog.by_key
        return "this plan changes it" if whole else "this plan drops it"
    lost = set(gone.text.splitlines()) - set(still.text.splitlines() if still else ())
    return f"would not stay as it is: {'; '.join(sorted(lost))}"


def _columns(entry: Entry, subjects: Subjects) -> Iterator[Key]:
    """The column of a table that something is said of: it has no entry of its own."""
    yield from (k for k in subjects.chain(entry) if k[0] == "column" and subjects.relations.get(k[1:3]) == "table")


def _became_managed(key: DumpKey, before: Narrowed, after: Narrowed) -> bool:
    """Whether it is no longer ignored, so that it counts as any other."""
    return key in after.catalog.by_key and key not in before.catalog.by_key


def _wholes(entry: Entry, before: Narrowed) -> tuple[list[DumpKey], bool]:
    """The managed objects that an ignored one is a part of; and whether its table inherits from a managed one."""
    subjects = before.subjects
    assert subjects is not None
    chain = subjects.chain(entry)
    own = {e for k in chain if (e := subjects.entry_of.get(k))} - ({entry.key} if entry.key.type in ACLS else set())
    managed = [k for k in own if k in before.catalog.by_key]
    table = next((k for k in chain if k[0] == "table"), None)
    if table is None or subjects.entry_of.get(table) in before.catalog.by_key:
        return managed, False
    return [], _inherits_from_managed(table[1:], before, subjects)


def _inherits_from_managed(table: tuple[str, ...], before: Narrowed, subjects: Subjects) -> bool:
    waiting, seen = [table], {table}
    while waiting:
        for above in subjects.above.get(waiting.pop(), ()):
            if subjects.entry_of.get(("table", *above)) in before.catalog.by_key:
                return True
            if above not in seen:
                seen.add(above)
                waiting.append(above)
    return False
