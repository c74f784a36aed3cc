"""How far an apply has come, kept beside its snapshot: what ``difftool apply --resume`` goes on from.

One small object a run, ``journal-1.json`` for the apply and ``journal-2.json`` for the first that resumes it, written
anew when a segment begins and when the run is over. A plan runs in its order and commits by segments, so two numbers
say everything: how many statements are committed, and to which one the segment at work reaches.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from difftool import __version__
from difftool.document import build, sealed, unsealed
from difftool.errors import DifftoolError, SnapshotError
from difftool.model import TargetIdentity
from difftool.pg.interrupt import undisturbed
from difftool.snapshot import Store, names

FORMAT = 1
NAME = re.compile(r"(?P<folder>[^/]+)/(?P<id>[^/]+)/journal-(?P<run>[1-9]\d{0,5})\.json")
READERS = 16
HINT = "difftool plan shows what is left, and difftool apply finishes it"

State = Literal["not-run", "running", "done", "failed", "in-doubt"]
Ended = Literal["", "done", "failed"]
Unseen = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Session:
    """A server process: its number, and when it began, for numbers come again."""

    pid: int = 0
    since: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """What one run wrote last: statements 1 to ``done`` are committed, the segment at work goes to ``reaches``."""

    snapshot: str
    run: int
    statements: int
    allowed: tuple[str, ...] = ()
    """What was allowed when it began: it is not asked for again."""
    invalid: tuple[Unseen, ...] = ()
    """What the target had before the apply that no dump shows."""
    tool_version: str = __version__
    host: str = ""
    process: int = 0
    begun: str = ""
    written: str = ""
    done: int = 0
    reaches: int = 0
    """The last statement of the segment that was begun and not seen to end; 0 for none."""
    transaction: str = ""
    """That segment's transaction (``pg_current_xact_id``); "" for a statement that stands outside of one."""
    session: Session = field(default_factory=Session)
    ended: Ended = ""
    doubt: bool = False
    """Whether the end of that segment was asked for and could not be learnt."""
    why: str = ""
    """What stopped it."""

    @property
    def finished(self) -> bool:
        """True when every statement is committed."""
        return self.done == self.statements

    @property
    def stopped_part_way(self) -> bool:
        """True when something was, or may have been, committed, and not everything."""
        return not self.finished and (self.done > 0 or self.doubt or (bool(self.reaches) and not self.ended))

    def following(self, done: int, allowed: tuple[str, ...], reaches: int = 0) -> Journal:
        """The journal of the run that goes on after ``done`` statements; ``reaches`` is what it finds half done."""
        return Journal(self.snapshot, self.run + 1, self.statements, allowed, self.invalid, done=done, reaches=reaches)

    def state(self, number: int) -> State:
        """What is known of one statement without a look at the database."""
        if number <= self.done:
            return "done"
        if number > self.reaches:
            return "not-run"
        if self.doubt:
            return "in-doubt"
        return "failed" if self.ended else "running"


@dataclass
class Keeper:
    """Writes the journal of one run; without a store it keeps none. A store that fails stops nothing, and is told."""

    store: Store | None = None
    place: str = ""
    """The snapshot's folder in the store, slash included."""
    now: Journal = field(default_factory=lambda: Journal("", 1, 0))
    talk: Callable[[str], None] = lambda _: None
    lost: bool = False

    def start(self) -> None:
        """Write the first state under a key that nobody has yet; raises SnapshotError."""
        if self.store:
            who = {"host": socket.gethostname(), "process": os.getpid(), "begun": _clock()}
            self.now = replace(self.now, **who, written=_clock())  # type: ignore[arg-type]
            self.store.put_new(self._key(), _dumps(self.now))

    def works(self, session: Session) -> None:
        """The session that the statements run on; written with what comes next."""
        self.now = replace(self.now, session=session)

    def begins(self, reaches: int, transaction: str) -> None:
        """A segment begins: nothing of it has run yet, and no lock is held."""
        self._write(reaches=reaches, transaction=transaction)

    def committed(self, done: int) -> None:
        """The statements up to this one are committed; written with what comes next, for the database knows it."""
        self.now = replace(self.now, done=done, reaches=0, transaction="")

    def stops(self, why: str, *, doubt: bool = False) -> None:
        """The run is over before the plan's end; ``doubt``: whether its last segment was committed is not known."""
        try:
            self._write(ended="failed", why=why, doubt=doubt)
        except KeyboardInterrupt:  # once more: what is committed is told all the same
            self.lost = True

    def ends(self) -> None:
        """Everything is committed."""
        self._write(ended="done")

    def _write(self, **changes: object) -> None:
        self.now = replace(self.now, **changes, written=_clock())  # type: ignore[arg-type]
        if not self.store or self.lost:
            return
        try:
            with undisturbed():
                self.store.put(self._key(), _dumps(self.now))
        except SnapshotError as error:
            self.lost = True
            self.talk(
                f"the journal cannot be kept any more: {error.message}; the plan goes on, "
                "and if it stops, difftool plan knows what is left where --resume does not"
            )

    def _key(self) -> str:
        return f"{self.place}journal-{self.now.run}.json"


def journals(store: Store, target: TargetIdentity | None) -> dict[str, Journal | DifftoolError]:
    """The last journal of each snapshot that has one, by the snapshot's ``folder/id/``; or why it cannot be read."""
    prefix = f"{names.folder(target)}/" if target else ""
    found = _last_runs(store.keys(prefix))
    with ThreadPoolExecutor(READERS) as pool:
        return dict(zip(found, pool.map(lambda item: _tried(store, *item), found.items()), strict=True))


def newest(store: Store, target: TargetIdentity) -> tuple[str, Journal] | None:
    """The place and the journal of the last apply to this target that kept one; raises SnapshotError."""
    found = _last_runs(store.keys(f"{names.folder(target)}/"))
    place = max(found, default="")
    return (place, _read(store, place, found[place])) if place else None


def of_snapshot(store: Store, place: str) -> Journal | None:
    """The last journal of one snapshot, by its ``folder/id/``; raises SnapshotError."""
    found = _last_runs(store.keys(f"{place}journal-"))
    return _read(store, place, found[place]) if place in found else None


def _last_runs(keys: tuple[str, ...]) -> dict[str, int]:
    """The number of the last run of each snapshot whose manifest is there."""
    whole = {key.removesuffix("manifest.json") for key in keys if key.endswith("/manifest.json")}
    runs: dict[str, int] = {}
    for place, run in _runs(keys):
        if place in whole or not whole:
            runs[place] = max(run, runs.get(place, 0))
    return runs


def _runs(keys: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for key in keys:
        found = NAME.fullmatch(key)
        if found and names.is_id(found["id"]):
            yield f"{found['folder']}/{found['id']}/", int(found["run"])


def _tried(store: Store, place: str, run: int) -> Journal | DifftoolError:
    try:
        return _read(store, place, run)
    except DifftoolError as error:
        return error


def _read(store: Store, place: str, run: int) -> Journal:
    where = f"{place}journal-{run}.json"
    try:
        text = store.get(where).decode("utf-8")
        found = build(Journal, unsealed(text, what="journal", where=where, version=FORMAT, hint=HINT), where)
    except UnicodeError:
        raise SnapshotError(f"the journal {where} is damaged: it is not UTF-8", hint=HINT) from None
    if f"{found.snapshot}/" != place.partition("/")[2] or found.run != run:
        raise SnapshotError(f"the journal {where} is another one's: that of {found.snapshot}, {found.run}", hint=HINT)
    return found


def _dumps(journal: Journal) -> bytes:
    return sealed({"format": FORMAT, **asdict(journal)}).encode("utf-8")


def _clock() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
