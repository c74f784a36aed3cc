"""A plan as SQL for psql: what apply would send, in the same transactions under the same settings."""

from __future__ import annotations

from difftool.model import Plan
from difftool.script import TIMEOUTS, Timeouts, sql_script
from difftool.secrets import masked

GUARD = """\
-- passwords are masked in this script, so it stops at once: --show-secrets writes one that runs
\\set ON_ERROR_STOP on
DO $$ BEGIN RAISE EXCEPTION 'passwords are masked in this script: write it with --show-secrets'; END $$;

"""


def sql(plan: Plan, *, timeouts: Timeouts = TIMEOUTS, show_secrets: bool = False) -> str:
    """The plan as a script; one in which a password had to be masked refuses to run, or it would set ``***``."""
    shown = plan if show_secrets else masked(plan)
    guard = GUARD if shown.statements != plan.statements else ""
    return guard + sql_script(shown, timeouts)
