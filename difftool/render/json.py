"""A plan as JSON, the same document that ``plan -o`` saves."""

from __future__ import annotations

import json as stdlib_json
from dataclasses import replace

from difftool.model import Plan
from difftool.script import TIMEOUTS, Timeouts
from difftool.secrets import masked

NOTE = "passwords are masked in this JSON, so it cannot be applied: difftool plan -o FILE writes one that can"


def json(plan: Plan, *, timeouts: Timeouts = TIMEOUTS, show_secrets: bool = False) -> str:
    """The plan as JSON.

    Where a password had to be masked it keeps the digest of the plan that was not: ``apply`` then refuses it as edited,
    and never sets a password to ``***``.
    """
    from difftool.planfile import dumps

    shown = plan if show_secrets else masked(plan)
    if shown == plan:
        return dumps(plan)
    text, whole = dumps(replace(shown, notes=(*shown.notes, NOTE))), dumps(plan)
    return text.replace(stdlib_json.loads(text)["digest"], stdlib_json.loads(whole)["digest"])
