"""Random schemas, and others made from them by random edits: pairs for a plan to lead from one to the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from random_schemas.grammar import KINDS, RULES, Kind

Choose = Callable[[int], int]
"""Any number below the one given: who chooses decides what a schema is."""
STYLES = ("{0}{1}", '"{0} {1}"', '"{0}""{1}"', '"{0}.Ü%s{1}"', '"{0}\'\\{1}$$"', f'"{{0:.3}}{"_long" * 11}{{1:05}}"')
EDITS = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a schema, and the object that it makes."""

    kind: Kind
    name: str
    sql: str


Schema = tuple[Part, ...]


def pair(choose: Choose) -> tuple[Schema, Schema]:
    """A schema, and what some edits have made of it."""
    writer = Writer(choose)
    before = writer.schema()
    return before, writer.edited(before)


@dataclass
class Writer:
    """Writes parts, one after the other: what has been written can be named by what follows."""

    choose: Choose
    made: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0

    def schema(self) -> Schema:
        """Some parts of each kind, in an order in which they can be created."""
        self.made = {}
        return tuple(p for kind in KINDS for _ in range(self.choose(kind.most + 1)) for p in self.part(kind))

    def edited(self, before: Schema) -> Schema:
        """The same less some parts, with others written anew, and with some more."""
        self.made = {}
        todo = [p for p in before if p.kind.where == "stays" or self.choose(EDITS)]
        after: list[Part] = []
        for kind in KINDS:
            for part in (p for p in todo if p.kind is kind):
                after += self.kept(part)
            if kind.where != "stays" and not self.choose(EDITS):
                after += self.part(kind)
        order = {id(k): i for i, k in enumerate(KINDS)}
        return tuple(sorted(after, key=lambda p: order[id(p.kind)]))

    def kept(self, part: Part) -> Iterator[Part]:
        """The part as it was; or one of the same name and other attributes, or of another kind."""
        if part.kind.where == "stays" or self.choose(EDITS // 2):
            self._remember(part)
            yield part
        else:
            others = [k for k in KINDS if k.swaps and k.swaps == part.kind.swaps]
            other = others[self.choose(len(others))] if others and not self.choose(4) else part.kind
            yield from self.part(other, part.name)

    def part(self, kind: Kind, name: str = "") -> Iterator[Part]:
        """A new part of a kind, unless it takes something to be there that is not."""
        name = name or self._name(kind)
        sql = self._expand(kind.sql, {"new": name, "other": self._bare("c")})
        if sql is not None:
            part = Part(kind, name, sql)
            self._remember(part)
            yield part

    def _remember(self, part: Part) -> None:
        self.made.setdefault(part.kind.name, []).append(part.name)

    def _bare(self, letter: str) -> str:
        self.count += 1
        return STYLES[self.choose(len(STYLES))].format(letter, self.count)

    def _name(self, kind: Kind) -> str:
        if not kind.where:
            return ""
        bare = self._bare(kind.name)
        if kind.where not in ("schema", "stays"):
            return bare
        schemas = ["public", *self.made.get("schema", ())] if kind.where == "schema" else ["public"]
        return f"{schemas[self.choose(len(schemas))]}.{bare}"

    def _expand(self, text: str, own: Mapping[str, str]) -> str | None:
        """The text with every choice made; None where there is nothing to choose from."""
        written = ""
        for piece in _pieces(text):
            if piece[0] == "{":
                found = self._one_of(_alternatives(piece[1:-1]), own)
            elif piece[0] == "<" and piece[-1] == ">" and piece[1:-1].isidentifier():
                found = self._named(piece[1:-1], own)
            else:
                found = piece
            if found is None:
                return None
            written += found
        return written

    def _one_of(self, alternatives: list[str], own: Mapping[str, str]) -> str | None:
        first = alternatives[self.choose(len(alternatives))]
        return next((x for a in (first, *alternatives) if (x := self._expand(a, own)) is not None), None)

    def _named(self, word: str, own: Mapping[str, str]) -> str | None:
        if word in own:
            return own[word]
        if word in RULES:
            return self._expand(RULES[word], own)
        names = self.made.get(word)
        return names[self.choose(len(names))] if names else None


def _pieces(text: str) -> Iterator[str]:
    """A text cut at its choices, those inside of others aside."""
    depth = start = 0
    for found in re.finditer(r"[{}]|<\w+>", text):
        if depth and found[0] not in "{}":
            continue
        if found[0] == "}":
            depth -= 1
        if not depth:
            begin = found.start() if found[0] != "}" else start
            if begin > start:
                yield text[start:begin]
            if found[0] != "{":
                yield text[begin : found.end()]
            start = found.end() if found[0] != "{" else found.start()
        if found[0] == "{":
            depth += 1
    if text[start:]:
        yield text[start:]


def _alternatives(text: str) -> list[str]:
    depth, found = 0, [""]
    for c in text:
        depth += (c == "{") - (c == "}")
        if c == "|" and not depth:
            found.append("")
        else:
            found[-1] += c
    return found
