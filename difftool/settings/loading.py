"""All layers put together into one frozen value; what a file must not decide is refused here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from difftool.errors import UsageError
from difftool.ignore import Rules
from difftool.pg.conninfo import is_url
from difftool.settings import environment, explanation, targets
from difftool.settings import file as settings_file
from difftool.settings.environment import refused
from difftool.settings.layers import Given, Layers, given
from difftool.settings.table import COMMAND, SCRATCH_URL, SETTINGS
from difftool.settings.values import Hook, PoolSettings, ScratchSettings, Settings, SnapshotSettings, TargetSettings


def load(
    *, start: Path | None = None, flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """All settings, as seen from the folder ``start`` (default: the current one); raises UsageError.

    ``flags`` are options by the setting's name ("target", "lock_timeout", "trust_schema"); None, "" and an empty list
    mean not given, False means no. Nothing is connected to, and ``environ`` (default: the process's) is not changed.
    """
    layers = _layers((start or Path.cwd()).absolute(), flags or {}, os.environ if environ is None else environ)
    values = {s.name: given(s, layers) for s in SETTINGS}
    _check_scratch(values["scratch"])
    _check_atomic(values)
    found, chosen = targets.choose(
        values["target"], targets.configured(layers.file, layers.variables), layers.variables
    )
    complete = tuple(_complete(t, values, layers) for t in found)
    return _settings(values, layers, complete, chosen)


def _layers(start: Path, flags: Mapping[str, object], environ: Mapping[str, str]) -> Layers:
    options = sorted(s.name for s in SETTINGS if s.option)
    if unknown := sorted(set(flags) - set(options)):
        raise UsageError(f"no option is called {unknown[0]}", hint=f"options are {', '.join(options)}")
    file = settings_file.find(start)
    root = file.path.parent if file else start
    return Layers(flags, environment.read(root, environ), file, start, root)


def _check_scratch(scratch: Given) -> None:
    """A URL must be one, and must not come from ``.env``; a settings file's was refused when it was read."""
    if is_url(scratch.value):
        if not scratch.trusted:
            raise refused(f"a URL in {scratch.place}", SCRATCH_URL, "DIFFTOOL_SCRATCH")
        targets.parse(scratch.value, scratch.place, trusted=True)


def _check_atomic(values: Mapping[str, Given]) -> None:
    """Online forms are committed in between: who asks for one of both beside ``--atomic`` has to choose."""
    atomic = values["atomic"]
    for name, option in (("online", "--online on"), ("online_type_change", "--online-type-change")):
        if atomic.layer == values[name].layer == "flag" and atomic.value and values[name].value:
            raise UsageError(
                f"--atomic is one transaction, and {option} plans statements that are committed in between",
                hint=f"leave one of them out: {option} blocks nobody for long, --atomic is all or nothing",
            )


def _complete(target: TargetSettings, values: Mapping[str, Given], layers: Layers) -> TargetSettings:
    """The target with the common settings filled in: what an option or a variable says wins over its own."""
    owner, schema, allow, window = values["owner"], values["schema"], values["allow"].value, values["window"]
    path = schema.value
    if target.schema and not schema.beats_file:
        path = layers.absolute(target.schema, trusted=False)
        _check_inside(path, f"targets.{target.name}.schema", layers.root)
    elif not schema.trusted:
        _check_inside(path, schema.place, layers.root)
    return replace(
        target,
        owner=owner.value if owner.beats_file or not target.owner else target.owner,
        schema=path,
        window=window.value if window.beats_file or not target.window else target.window,
        # permissions add up: --allow on the command line means "this one as well"
        allow=tuple(dict.fromkeys((*target.allow, *allow))),
    )


PLAIN = tuple(
    "schema engine column_order lock_timeout statement_timeout patience max_lag retries rename online "
    "atomic online_type_change small_table busy_table hook_timeout batch_rows batch_pause scope "
    "trust_schema".split()
)
"""Settings that are handed on as they are."""


def _hooks(variable: str, given: Given, layers: Layers) -> tuple[Hook, ...]:
    """Files of SQL by their absolute paths, and commands; a file may name no program, and no SQL from elsewhere."""
    hooks: tuple[Hook, ...] = given.value
    if commands := [h for h in hooks if not h.is_sql and not given.trusted]:
        raise refused(f"{given.place} names {commands[0].program}", COMMAND, variable)
    found = tuple(Hook((layers.absolute(h.program, trusted=given.trusted),)) if h.is_sql else h for h in hooks)
    for hook in found if not given.trusted else ():
        _check_inside(hook.program, given.place, layers.root, variable)
    return found


def _data(given: Given, layers: Layers) -> tuple[str, ...]:
    """The patterns of data files, absolute; a settings file may name none outside of its own repository."""
    found = tuple(layers.absolute(pattern, trusted=given.trusted) for pattern in given.value)
    for pattern in found if not given.trusted else ():
        _check_inside(pattern, given.place, layers.root, "DIFFTOOL_DATA")
    return found


def _check_inside(path: str, place: str, root: Path, variable: str = "DIFFTOOL_SCHEMA") -> None:
    """A file may only point to schema files of its own repository: errors quote them, so any file could be read."""
    repository = settings_file.repository(root).resolve()
    if not Path(path).resolve().is_relative_to(repository):
        raise refused(f"{place} = {path}", f"it lies outside {repository}, and errors quote what they read", variable)


def _settings(values: Mapping[str, Given], layers: Layers, found: tuple[TargetSettings, ...], chosen: str) -> Settings:
    value: dict[str, Any] = {name: g.value for name, g in values.items()}
    return Settings(
        root=layers.root,
        targets=found,
        default_target=chosen,
        **{name: value[name] for name in PLAIN},
        data=_data(values["data"], layers),
        before_apply=_hooks("DIFFTOOL_BEFORE_APPLY", values["before_apply"], layers),
        after_apply=_hooks("DIFFTOOL_AFTER_APPLY", values["after_apply"], layers),
        rules=Rules(layers.file.ignore if layers.file else (), value["schemas"]),
        pool=PoolSettings(**{f: value[f"pool_{f}"] for f in ("size", "max_overflow", "timeout", "recycle")}),
        snapshot=SnapshotSettings(value["snapshot_store"], value["s3_endpoint"], value["s3_region"] or _region(values)),
        scratch=ScratchSettings(
            choice=value["scratch"],
            image=value["scratch_image"],
            pg_bin=value["pg_bin"],
            extensions=value["extensions"],
            cache=value["cache_dir"],
        ),
        aws=MappingProxyType(environment.aws(layers.variables)),
        notes=environment.notes(layers.variables),
        file=layers.file.path if layers.file else None,
        explained=explanation.rows(values, found, layers),
    )


def _region(values: Mapping[str, Given]) -> str:
    """AWS's own region: boto3 reads only AWS_DEFAULT_REGION, everything else of Amazon's AWS_REGION too."""
    names = sorted(("aws_region", "aws_default_region"), key=lambda n: values[n].layer != "environment")
    return next((str(values[n].value) for n in names if values[n].value), "")
