"""What may run though it is dangerous: a hazard's kind, narrowed to an object, to a size, or to both.

``data-loss``, ``data-loss:public.users.email``, ``blocks-writes:below=1GB``, ``blocks-writes:public.log_*:below=1GB``.
Standard library only, no I/O.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from difftool.errors import UsageError
from difftool.model import HAZARDS, Deferred, Hazard, Plan, Statement

ALL, LOSS, MISSED = "all", "data-loss", "breaks-clients"
BYTES = {"": 1, "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}
WORD = re.compile(r"(?P<kind>[a-z-]+)(?::(?!below=)(?P<name>.+?))?(?::below=(?P<below>[^:]+))?", re.DOTALL)
IDENTIFIER = r'(?:"(?:[^"]|"")+"|[^\s".(),]+)'
NAME = re.compile(rf"(?P<dotted>{IDENTIFIER}(?:\.{IDENTIFIER})*)(?P<arguments>\(.*\))?", re.DOTALL)
FEW = 3
"""So many narrow words are offered; beyond, only the kinds."""

Numbered = tuple[int, Statement, Hazard]


@dataclass(frozen=True, slots=True)
class Allowance:
    """One kind of hazard, of the objects that a pattern matches, below a size; "" and None for any."""

    kind: str
    pattern: str = ""
    below: int | None = None

    @property
    def narrow(self) -> bool:
        """Whether it is about less than everything of its kind."""
        return bool(self.pattern) or self.below is not None

    def covers(self, hazard: Hazard, name: str) -> bool:
        """Whether it speaks of this hazard, as far as one of its objects goes; an unknown size is never small."""
        small = self.below is None or (hazard.bytes is not None and hazard.bytes < self.below)
        return self.kind == hazard.kind and small and (not self.pattern or matches(self.pattern, name))


def in_bytes(size: str) -> int:
    """The number of bytes that a size stands for: kB and so on are powers of 1,000, as they are shown.

    Raises ValueError for anything else.
    """
    found = re.fullmatch(r"([0-9]{1,12}) ?(B|kB|MB|GB|)", size.strip())
    if not found:
        raise ValueError("not a size")
    return int(found[1]) * BYTES[found[2]]


def allowance(word: str) -> Allowance | None:
    """What a word allows; None for one that is no hazard's: "all", "unproven", or what cannot be meant."""
    found = WORD.fullmatch(word)
    if not found or found["kind"] not in HAZARDS:
        return None
    try:
        below = in_bytes(found["below"]) if found["below"] else None
    except ValueError:
        return None
    return Allowance(found["kind"], found["name"] or "", below)


def allowances(words: Iterable[str]) -> tuple[Allowance, ...]:
    """The words that are about hazards."""
    return tuple(found for word in words if (found := allowance(word)))


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern is about an object, or about the table that it is a part of; quotes may be left out.

    ``public.users`` stands for its columns, too; ``public`` alone for nothing in it, which ``public.*`` does.
    """
    found = NAME.fullmatch(name)
    if pattern == name or not found:
        return pattern == name
    parts = re.findall(IDENTIFIER, found["dotted"])
    return any(fnmatchcase(known, pattern) for known in _known_as(parts, found["arguments"] or ""))


def _known_as(parts: Sequence[str], arguments: str) -> Iterator[str]:
    """The names of an object and of what it is a part of, with and without quotes."""
    for end in range(min(2, len(parts)), len(parts) + 1):
        dotted = ".".join(parts[:end])
        bare = ".".join(map(_bare, parts[:end]))
        yield from (dotted, bare)
    yield from (dotted + arguments, bare + arguments)


def _bare(part: str) -> str:
    """A name without its quotes; with them where a dot in it would make it another object's."""
    inside = part[1:-1].replace('""', '"') if part.startswith('"') else part
    return part if "." in inside else inside


def allowed(hazard: Hazard, by: Sequence[Allowance]) -> bool:
    """Whether every object that a hazard speaks of is allowed; one that names none only by its whole kind."""
    if not hazard.objects:
        return any(a.covers(hazard, "") for a in by if not a.pattern)
    return all(any(a.covers(hazard, name) for a in by) for name in hazard.objects)


def unallowed(plan: Plan, words: Collection[str]) -> tuple[Numbered, ...]:
    """The hazards that nobody allowed; to allow a statement's loss of data is to allow that clients miss it."""
    by = allowances(words)
    return tuple(
        (n, s, h)
        for n, s, h in plan.hazards()
        if ALL not in words and not allowed(h, by) and not (h.kind == MISSED and _lost(s, by))
    )


def _lost(statement: Statement, by: Sequence[Allowance]) -> bool:
    """Whether a statement loses data, and may."""
    losses = [h for h in statement.hazards if h.kind == LOSS]
    return bool(losses) and all(allowed(h, by) for h in losses)


def to_allow(plan: Plan, words: Collection[str] = ()) -> tuple[Numbered, ...]:
    """The hazards that are still to be allowed, the worst first, less those that go with a loss of data."""
    found = unallowed(plan, words)
    if any(h.kind == LOSS for _, _, h in found):
        with_losses = {(n, h) for n, _, h in unallowed(plan, {*words, LOSS})}
        found = tuple(x for x in found if x[2].kind == LOSS or (x[0], x[2]) in with_losses)
    return tuple(sorted(found, key=lambda x: HAZARDS.index(x[2].kind)))


def narrowest(found: Iterable[Numbered]) -> tuple[str, ...]:
    """The words that allow these hazards and no others."""
    words = (w for _, _, h in found for w in ([f"{h.kind}:{name}" for name in h.objects] or [h.kind]))
    return tuple(dict.fromkeys(words))


def how_to_allow(plan: Plan, words: Collection[str] = ()) -> str:
    """What to type: the narrow words first, then the kinds that stand for all of them; of many, only the kinds."""
    found = to_allow(plan, words)
    narrow, kinds = narrowest(found), tuple(dict.fromkeys(h.kind for _, _, h in found))
    whole = " ".join(f"--allow {kind}" for kind in kinds)
    if len(narrow) > FEW or set(narrow) == set(kinds):
        return whole
    return f"{' '.join(f'--allow {shlex.quote(word)}' for word in narrow)}, or all of a kind: {whole}"


def how_to_rename(plan: Plan, words: Collection[str] = ()) -> str:
    """What to type where something that goes is what comes under another name; "" where nothing may be."""
    found = dict.fromkeys(h.renamed for _, _, h in unallowed(plan, words) if h.renamed)
    return " ".join(f"--rename {shlex.quote(renamed)}" for renamed in found)


def deferrable(words: Collection[str], engine: str) -> tuple[str, ...]:
    """Words for ``--defer``; raises UsageError for what is no hazard, and for an engine that cannot do it."""
    for word in words:
        if allowance(word) is None:
            raise UsageError(f"--defer {word} is no hazard", hint="--defer data-loss, or data-loss:public.users.name")
    if words and engine != "native":
        raise UsageError(f"the engine {engine} defers nothing", hint="leave --engine out")
    return tuple(words)


def not_deferred(words: Iterable[str], plan: Sequence[Deferred]) -> tuple[str, ...]:
    """A sentence for each word of ``--defer`` that is about nothing in the plan."""
    done = {d.hazard for d in plan}
    without = (w for w in words if w.partition(":")[0] not in done)
    return tuple(f"{word} is to be deferred, and nothing in this plan is" for word in without)


def idle(plan: Plan, words: Iterable[str]) -> tuple[str, ...]:
    """The narrow words that are about nothing in the plan."""
    found = [h for _, _, h in plan.hazards()]
    return tuple(
        word
        for word in words
        if (a := allowance(word)) and a.narrow and not any(a.covers(h, n) for h in found for n in h.objects or ("",))
    )
