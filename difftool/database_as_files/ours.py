"""What of a database goes into files: all but what is ignored."""

from __future__ import annotations

from difftool.ignore import Installed, Rules, as_made
from difftool.judging import IN_NO_SCHEMA, Judging, among, plain
from difftool.model import Ignored
from difftool.objects import Objects
from difftool.scope import Circumstances, Scope
from difftool.seen import counted

PUBLIC = ("schema", "public")


def ours(found: Objects, rules: Rules) -> tuple[Objects, tuple[Ignored, ...]]:
    """The objects less what the rules take out, partitions by rule and what extensions make; and how much that was.

    The schema public stays: an empty database has it as well.
    """
    rules = as_made(rules, _installed(found))
    if not rules:
        return found, ()
    known = {plain(k) for k in found.by_key if k[0] not in IN_NO_SCHEMA}
    circumstances = Circumstances(known.__contains__, lambda key: ("partition", *key[1:]) in found)
    judging = Judging(found, circumstances, Scope(rules))
    out = {k: by for k in found.by_key if k[-2:] != PUBLIC and (by := judging.ignored(k))}
    return among(found, {k: o for k, o in found.by_key.items() if k not in out}), counted(rules, out.values())


def _installed(found: Objects) -> Installed:
    return Installed(
        {o.names[0]: str(o["schema"]) for o in found.by_key.values() if o.kind == "extension"},
        frozenset(k[1:] for k in found.by_key if k[0] == "table"),
        frozenset(table[1:] for links in found.above.values() for _, table in links),
    )
