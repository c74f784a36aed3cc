"""The files of a desired schema: found, read, and told apart by their content. Nothing is parsed here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from difftool.errors import SchemaError


@dataclass(frozen=True, slots=True)
class Files:
    """The desired schema's files, read once: their names as shown, and their text."""

    path: str
    texts: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """SHA-256 over names and texts: the same files load to the same schema."""
        digest = hashlib.sha256()
        for name, text in self.texts:
            digest.update(f"{name}\0{text}\0".encode())
        return digest.hexdigest()

    def describe(self) -> str:
        """ "schema (12 files)"."""
        count = len(self.texts)
        return f"{self.path} ({count} file{'s' if count != 1 else ''})"


def read_files(path: Path, shown: str = "") -> Files:
    """The SQL files at a path, a folder's in the order of their names; raises SchemaError when there are none.

    A folder with nothing in it is taken for the wrong one; a file that somebody names may be empty.
    """
    shown = shown or str(path)
    if not path.exists():
        raise SchemaError(
            f"no desired schema at {shown}", hint="create the folder with one .sql file in it, or say --schema PATH"
        )
    files = sorted(p for p in path.rglob("*.sql") if p.is_file()) if path.is_dir() else [path]
    texts = tuple((_shown(p, path, shown), _text(p, path)) for p in files)
    if path.is_dir() and not any(text.strip() for _, text in texts):
        found = f"{len(files)} empty .sql file{'s' if len(files) != 1 else ''}" if files else "no .sql file"
        raise SchemaError(
            f"the desired schema {shown} is empty: {found} in it",
            hint="an empty schema would drop everything; to mean that, write a file with only a comment in it",
        )
    return Files(shown, texts)


def _shown(file: Path, path: Path, shown: str) -> str:
    return shown if file == path else f"{shown.rstrip('/')}/{file.relative_to(path)}"


def _text(file: Path, folder: Path) -> str:
    """A file's text; a link that leads out of the schema's folder is refused, or an error could print any file."""
    if not file.resolve().is_relative_to(folder.resolve()):
        raise SchemaError(f"{file} is a link that leads out of {folder}", hint="put the file itself there")
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaError(
            f"{file} is not UTF-8: {error.reason} at byte {error.start}", hint="save it as UTF-8"
        ) from None
    except OSError as error:
        raise SchemaError(f"cannot read {file}: {error.strerror}") from None
    if "\0" in text:
        raise SchemaError(f"{file} holds a NUL byte, which no SQL can", hint="save it as UTF-8 text")
    return text
