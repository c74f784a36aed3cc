"""Plans and fleets as text for programs, by the name of the format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from difftool.model import Plan
from difftool.render.fleet import FLEET_FORMATS
from difftool.render.github import github
from difftool.render.json import json
from difftool.render.markdown import markdown
from difftool.render.sql import sql
from difftool.script import TIMEOUTS, Timeouts

__all__ = ["FLEET_FORMATS", "FORMATS", "Format"]


class Format(Protocol):
    """A plan as text; the timeouts are those that the runner would set."""

    def __call__(self, plan: Plan, *, timeouts: Timeouts = TIMEOUTS, show_secrets: bool = False) -> str:
        """The text, ending in a line break."""
        ...


FORMATS: Mapping[str, Format] = {"sql": sql, "json": json, "markdown": markdown, "github": github}
