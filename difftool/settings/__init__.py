"""Settings: options, the environment, ``.env`` and difftool.toml, read into one frozen value. Start at ``load``."""

from difftool.settings.explanation import explain
from difftool.settings.loading import load
from difftool.settings.values import (
    Explained,
    Hook,
    PoolSettings,
    ScratchSettings,
    Settings,
    SnapshotSettings,
    TargetSettings,
)

__all__ = [
    "Explained",
    "Hook",
    "PoolSettings",
    "ScratchSettings",
    "Settings",
    "SnapshotSettings",
    "TargetSettings",
    "explain",
    "load",
]
