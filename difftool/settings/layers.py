"""One setting through five layers: option, environment, .env, settings file, default; the first that speaks wins."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from difftool.pg.conninfo import is_url
from difftool.settings.environment import Variables
from difftool.settings.file import SettingsFile
from difftool.settings.readers import read
from difftool.settings.table import Setting

Layer = Literal["flag", "environment", ".env", "file", "default"]


@dataclass(frozen=True, slots=True)
class Layers:
    """Where values come from, and the two folders that relative paths start at."""

    flags: Mapping[str, object] = field(repr=False)
    variables: Variables
    file: SettingsFile | None
    start: Path
    root: Path

    def absolute(self, path: str, *, trusted: bool) -> str:
        """A file's relative path starts at the file's folder, an option's or a variable's at the current one."""
        if not path or is_url(path):
            return path
        return os.path.normpath((self.start if trusted else self.root) / Path(path).expanduser())


@dataclass(frozen=True, slots=True)
class Given:
    """One setting's value, the layer that gave it, and that place in words: of an error, and of ``difftool config``."""

    value: Any = field(repr=False)
    layer: Layer
    place: str
    origin: str

    @property
    def trusted(self) -> bool:
        """True when it cannot have arrived with a pull request."""
        return self.layer in {"flag", "environment"}

    @property
    def beats_file(self) -> bool:
        """True when it stands above what a target says for itself in the settings file."""
        return self.layer in {"flag", "environment", ".env"}


def given(setting: Setting, layers: Layers) -> Given:
    """The setting's value, of its own type, paths absolute; raises UsageError with the place and what is allowed."""
    found = _first(setting, layers)
    if found.beats_file:
        found = replace(found, value=read(found.place, setting.reader, found.value, secret=setting.secret))
    if setting.reader.path:
        found = replace(found, value=layers.absolute(found.value, trusted=found.trusted))
    return found


def _first(setting: Setting, layers: Layers) -> Given:
    flag = layers.flags.get(setting.name)
    if flag not in (None, "", (), []):
        return Given(flag, "flag", setting.option, f"flag {setting.option}")
    if found := layers.variables.find(setting.variable):
        return Given(found.value, found.layer, found.place, found.origin)
    if layers.file and setting.key in layers.file.values:
        path = layers.file.path
        return Given(layers.file.values[setting.key], "file", f"{path}: {setting.key}", path.name)
    return Given(setting.default, "default", "default", "default")
