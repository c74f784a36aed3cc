"""Constraints that are added without a look at the rows there are, and validated when the rest of the plan is done."""

from __future__ import annotations

from difftool.parse import Node, quoted
from difftool.rules.context import Context
from difftool.rules.registry import Online


def later(constraint: Node, context: Context) -> Online:
    """The ADD CONSTRAINT at hand as NOT VALID; VALIDATE CONSTRAINT lets reads and writes go on."""
    return Online(here=(not_valid(context),), after=(validate(constraint.conname, context),))


def not_valid(context: Context) -> str:
    """The ADD CONSTRAINT at hand, which only sees to the rows to come."""
    return f"{context.statements[context.position].sql} NOT VALID"


def validate(name: str, context: Context) -> str:
    """Check the rows there are."""
    only = "ONLY " if context.only else ""
    return f"ALTER TABLE {only}{context.relation_of_table().name.sql} VALIDATE CONSTRAINT {quoted(name)}"
