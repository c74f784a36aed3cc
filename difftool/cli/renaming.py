"""Whether what goes is what comes under another name: asked where somebody can answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from difftool import console

if TYPE_CHECKING:
    from difftool.model import Hazard, Plan
    from difftool.settings import Settings

KIND = "maybe-rename"


def ask_renames(
    plan: Plan, settings: Settings, allow: Collection[str], again: Callable[[Settings], Plan]
) -> tuple[Plan, Settings, tuple[str, ...]]:
    """The plan, made ``again`` with every new name that the user agrees to, under settings that know it.

    What is another thing, the user says, may go: the words that allow it come last. Without a terminal nobody is asked.
    """
    others: dict[str, str] = {}
    while console.is_interactive():
        asked = [h for h in _open(plan, {*allow, *others.values()}) if h.renamed not in others]
        same = [h.renamed for h in asked if _is_same(h)]
        others |= {h.renamed: f"{KIND}:{h.objects[0]}" for h in asked if h.renamed not in same}
        if not same:
            break
        settings = replace(settings, rename=(*settings.rename, *same))
        plan = again(settings)
    return plan, settings, tuple(others.values())


def _open(plan: Plan, allow: Collection[str]) -> list[Hazard]:
    """The hazards of that kind that are not allowed, and that a new name would settle."""
    from difftool.allowing import unallowed

    found = (h for _, _, h in unallowed(plan, allow) if h.kind == KIND and h.renamed and h.objects)
    return list({h.renamed: h for h in found}.values())


def _is_same(hazard: Hazard) -> bool:
    from difftool.annotations import asked
    from difftool.parse import qualified

    renamed = asked(hazard.renamed)
    old = qualified(*renamed.names[:-1], renamed.old)
    return console.confirm(f"is {qualified(*renamed.names)} the old {old}?")
