"""What ``difftool config`` shows: every setting and every target, where it came from, and no secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from difftool.errors import UsageError
from difftool.pg.conninfo import MASK, SCHEMES, Conninfo, is_url, mask_url
from difftool.settings.layers import Given, Layers
from difftool.settings.table import SETTINGS
from difftool.settings.values import Explained, Hook, Settings, TargetSettings


def explain(settings: Settings) -> tuple[Explained, ...]:
    """Each setting, then each target, in a stable order, with secrets masked: the rows of ``difftool config``."""
    return settings.explained


def rows(values: Mapping[str, Given], targets: Sequence[TargetSettings], layers: Layers) -> tuple[Explained, ...]:
    """The rows, made while the layers are still known."""
    common = [Explained(s.name, shown(values[s.name].value, secret=s.secret), values[s.name].origin) for s in SETTINGS]
    ignored = layers.file.ignore if layers.file else ()
    rules = [Explained(f"ignore[{n}]", r.text, layers.file.path.name) for n, r in enumerate(ignored, 1) if layers.file]
    return (*common, *rules, *(row for target in targets for row in _target(target, values, layers)))


def shown(value: Any, *, secret: bool = False) -> str:
    """A value as text; of a URL only the secrets are masked, of a command its arguments, any other secret whole."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(_hook(part) if isinstance(part, Hook) else str(part) for part in value)
    text = str(value)
    if text.startswith(SCHEMES):
        return _url(text)
    if is_url(text) and not secret:
        return mask_url(text)
    return MASK if secret and text else text


def _hook(hook: Hook) -> str:
    return f"{hook.program} {MASK}" if len(hook.words) > 1 else hook.program


def _url(text: str) -> str:
    try:
        return Conninfo.parse(text).url()
    except UsageError:
        return MASK  # one that another layer overrides, and nobody had to understand


def _target(target: TargetSettings, values: Mapping[str, Given], layers: Layers) -> Iterator[Explained]:
    name = f"targets.{target.name}"
    yield Explained(name, _address(target, layers), target.origin)
    said = layers.file.targets.get(target.name, {}) if layers.file else {}
    for key in ("owner", "protect", "allow", "window", "schema"):
        if key in said:
            yield Explained(f"{name}.{key}", shown(getattr(target, key)), _origin(key, values, layers))


def _origin(key: str, values: Mapping[str, Given], layers: Layers) -> str:
    own = layers.file.path.name if layers.file else ""
    if key not in values or not values[key].beats_file:
        return own
    return f"{own}, {values[key].origin}" if key == "allow" else values[key].origin


def _address(target: TargetSettings, layers: Layers) -> str:
    if target.missing:
        return f"({target.missing})"
    if target.address is None:
        return "(embedded, kept in .difftool/)"
    if target.address.params:
        return target.address.url()
    process = layers.variables.process
    names = ("PGSERVICE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER")
    return " ".join(f"{n}={process[n]}" for n in names if process.get(n))
