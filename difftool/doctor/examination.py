"""Steps that need each other's findings: one that fails becomes a row, and what needs it becomes "not tried"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from difftool import words
from difftool.errors import DifftoolError
from difftool.render.rows import DoctorRow

T = TypeVar("T")
Finding = tuple[str, T]
"""What was found, in words, and what later steps use of it."""

OWN_ADVICE = re.compile(r"(?:^|(?<=[;?]) )[^;?]*difftool doctor[^;?]*;?")
"""What the errors of other commands advise, and whoever reads it here has done."""


class UnmetError(Exception):
    """A step that this one needs was not ok; the message is its name."""


@dataclass(frozen=True, slots=True)
class Tried(Generic[T]):
    """One step, and what it found when it was ok."""

    name: str
    found: T | None

    @property
    def value(self) -> T:
        """What it found; raises UnmetError when it was not ok."""
        if self.found is None:
            raise UnmetError(self.name)
        return self.found


@dataclass
class Examination:
    """The rows of the steps tried so far."""

    talk: Callable[[str], None]
    rows: list[DoctorRow] = field(default_factory=list)

    def step(self, name: str, attempt: Callable[[], Finding[T]]) -> Tried[T]:
        """Try one thing and note how it went; no error gets out."""
        self.talk(f"trying {name}")
        found: T | None = None
        try:
            detail, found = attempt()
            row = DoctorRow(name, True, detail)
        except UnmetError as needed:
            row = DoctorRow(name, None, f'not tried until "{needed}" is ok')
        except DifftoolError as error:
            row = DoctorRow(name, False, error.message, todo(error.hint))
        except Exception as error:  # noqa: BLE001 (the other steps must be tried too, and this one not pass for ok)
            said = " ".join(str(error).split())
            row = DoctorRow(name, False, words.one_line(f"{type(error).__name__}: {said}"))
        self.rows.append(row)
        return Tried(name, found)


def todo(hint: str) -> str:
    """An error's hint, without the advice to run what is running.

    >>> todo("is the port right? difftool doctor tries every step")
    'is the port right?'
    """
    return OWN_ADVICE.sub("", hint).strip(" ;")
