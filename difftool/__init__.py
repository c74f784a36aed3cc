"""difftool: one desired PostgreSQL schema as SQL; plan, prove, apply, snapshot, roll back."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["apply", "check", "check_all", "diff", "dump", "plan", "pooled", "resume", "rollback_plan"]

if TYPE_CHECKING:
    from difftool.api import apply, check, check_all, diff, dump, plan, pooled, resume, rollback_plan


def __getattr__(name: str) -> object:
    """The API's functions, imported when first used: the command line must not pay for what it does not call."""
    if name in __all__:
        from difftool import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
