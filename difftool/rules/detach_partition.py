"""DETACH PARTITION and NO INHERIT keep the rows, but queries of the parent no longer find them, nor may they be needed.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DETACH-PARTITION
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.leaving import about, detached, without_check
from difftool.rules.locks import referencing
from difftool.rules.registry import Online, online, rule

BACK = "AT_AttachPartition"


@rule("detach-partition", "AT_DetachPartition", "AT_DropInherit")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A child table in use, unless the same transaction puts it back: then its rows are found where they were."""
    partition = node.subtype.name == "AT_DetachPartition"
    here, other = context.relation_of_table(), context.relation(node.def_.name if partition else node.def_)
    parent, child = (here, other) if partition else (other, here)
    if child.new:
        return
    if partition and not node.def_.concurrent:
        yield from pointed_at(parent, child, context)
    again = attached_again(node, here, other, context)
    if again or (partition and dropped(child, context)):
        return
    rows = f"the rows of {context.shown(child)}"
    if again is None:
        yield Hazard(
            "breaks-clients",
            f"queries of {parent.name.shown} no longer find {rows} once this commits; "
            "the rows stay, so let the code that needs them read that table first",
        )
    else:
        yield Hazard(
            "breaks-clients",
            f"queries of {parent.name.shown} do not find {rows} from this commit until a later transaction of the "
            "plan attaches them again; run the plan when nobody needs them",
        )


def pointed_at(parent: Relation, child: Relation, context: Context) -> Iterator[Hazard]:
    """The tables with a foreign key to the parent: none of their rows may point at the partition that leaves."""
    for table, key in referencing(parent, context):
        if context.busy(table):
            yield Hazard(
                "blocks-reads",
                f'blocks reads and writes on {context.shown(table)} until its foreign key "{key.name}" is checked, and '
                f"fails if one of its rows points at {child.name.shown}; drop the foreign key first, add it again "
                "NOT VALID, then VALIDATE CONSTRAINT in a later transaction",
            )


def attached_again(node: Node, here: Relation, other: Relation, context: Context) -> bool | None:
    """Whether the statement that ties the two tables again is in the same transaction; None where there is none."""
    back = BACK if node.subtype.name == "AT_DetachPartition" else "AT_AddInherit"
    for command, together in context.commands_later(here, back):
        named = context.relation(getattr(command.def_, "name", command.def_))
        if named.name == other.name:
            return together
    return None


def dropped(child: Relation, context: Context) -> bool:
    """Whether the plan goes on to drop the partition: then that says what is lost."""
    return ("relation", child.name.name) in context.later.dropped


@online("AT_DetachPartition")
def concurrently(node: Node, context: Context) -> Online | None:
    """CONCURRENTLY, by itself, for a partition that stays away; the CHECK that this leaves is dropped."""
    parent, child = context.relation_of_table(), context.relation(node.def_.name)
    attached = (command for (what, _), found in context.later.commands.items() for *_, command in found if what == BACK)
    if node.def_.concurrent or any(context.relation(command.def_.name) == child for command in attached):
        return None
    detach = detached(parent, child, context)
    after = () if dropped(child, context) else (without_check(child, context),)
    return Online(apart=(detach, *after), about=about(parent, child, context)) if detach else None
