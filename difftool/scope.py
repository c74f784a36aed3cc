"""Whether an object is ignored: the rules, and what they have to know of both sides of a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from difftool.ignore import ABSENT_ROLE, EXTRA, NO_RULES, PARTITION, SAID_OF, SCHEMAS, Key, Rule, Rules
from difftool.subjects import Chain

Found = tuple[Rule, Key]
"""A rule, and the outermost object that it is about."""


@dataclass(frozen=True)
class Circumstances:
    """What rules ask about an object of one side, beyond its kind and name."""

    only_here: Callable[[Key], bool]
    partition: Callable[[Key], bool]
    known: dict[Key, Rule | None] = field(default_factory=dict)
    """The rules that were found so far."""

    def hold(self, rule: Rule, key: Key) -> bool:
        """Whether the rule's circumstance is the object's."""
        return (
            not rule.when
            or (rule.when == EXTRA and self.only_here(key))
            or (rule.when == PARTITION and self.partition(key))
        )


@dataclass(frozen=True)
class Scope:
    """The rules, and what they have to know of both sides."""

    rules: Rules
    wanted: frozenset[str] = frozenset()
    """What the desired schema has: "table public.users"."""
    present: frozenset[str] = frozenset()
    """The roles that both sides have; empty where no rule asks."""
    owner: str = ""
    """The target's owner role."""

    def __bool__(self) -> bool:
        return bool(self.rules)

    def judge(self, chain: Chain, circumstances: Circumstances) -> Found | None:
        """The rule that ignores an object, or what it is a part of; the outermost that is ignored decides."""
        if found := self._outside(chain, circumstances):
            return SCHEMAS, found
        for key in reversed(chain):
            if key not in circumstances.known:
                circumstances.known[key] = self._rule_of(key, circumstances)
            if rule := circumstances.known[key]:
                return rule, key
        return None

    def _rule_of(self, key: Key, circumstances: Circumstances) -> Rule | None:
        """The first rule that is about an object itself."""
        rules = (r for r in self.rules.rules if r.when != ABSENT_ROLE)
        return next((r for r in rules if r.matches(key) and circumstances.hold(r, key)), None)

    def _outside(self, chain: Chain, circumstances: Circumstances) -> Key | None:
        """What lies in a schema that is not managed; of what lies in none, what only the target has."""
        if not self.rules.schemas:
            return None
        objects = [k for k in chain if k[0] not in SAID_OF]
        if objects[-1][0] == "schema":
            inside = objects[-1][1] in self.rules.schemas
            return None if inside else objects[-2] if len(objects) > 1 else objects[-1]
        return objects[-1] if circumstances.only_here(objects[-1]) else None

    def about_absent(self, chain: Chain) -> Found | None:
        """The rule that ignores what absent roles may do with an object."""
        rules = (r for r in self.rules.rules if r.when == ABSENT_ROLE)
        return next(((r, k) for r in rules for k in reversed(chain) if r.matches(k)), None)

    def absent(self, role: str) -> bool:
        """Whether one of the sides does not have that role."""
        return role not in self.present


NOTHING_KNOWN = Circumstances(lambda _: False, lambda _: False)
"""For where nothing is asked."""
UNLIMITED = Scope(NO_RULES)
"""Nothing is ignored."""


def by(rule: Rule) -> str:
    """Why something is left alone, for the reader."""
    return f'it is ignored ("{rule.text}")'
