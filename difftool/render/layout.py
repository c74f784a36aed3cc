"""Rich, tamed: nothing is cropped, no line ends in blanks, and what does not fit a narrow terminal is stacked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.segment import Segment
    from rich.table import Table
    from rich.text import Text

UNLIMITED = 1_000_000
NARROW = 60
"""Columns below which a row's long cell moves under the others."""
LEAST = 24
"""The narrowest column that sentences and lists of names are set in."""
MARGIN = 2


def room(console: Console) -> int:
    """The columns to fill; a file or a pipe has no edge."""
    return console.width if console.is_terminal else UNLIMITED


def put(console: Console, what: RenderableType, *, indent: int = 0, first: Text | None = None) -> None:
    """Print ``what`` wrapped into the room right of ``indent``; ``first`` stands in the margin of its first line."""
    from rich.segment import Segment, Segments

    options = console.options.update(width=max(room(console) - indent, 8), overflow="fold", highlight=False)
    out: list[Segment] = []
    for number, line in enumerate(console.render_lines(what, options, pad=False)):
        kept = _trimmed(line)
        if first is not None and number == 0:
            out += [*first.render(console), Segment(" " * (indent - first.cell_len) if kept else "")]
        elif kept:
            out.append(Segment(" " * indent))
        out += [*kept, Segment.line()]
    console.print(Segments(out), soft_wrap=True, end="")


def _trimmed(line: list[Segment]) -> list[Segment]:
    """A line without the blanks at its end."""
    from rich.segment import Segment

    kept = list(line)
    while kept and not kept[-1].text.strip(" "):
        kept.pop()
    return [*kept[:-1], Segment(kept[-1].text.rstrip(" "), kept[-1].style)] if kept else []


def heading(console: Console, text: str, style: str = "bold") -> None:
    """A section's name between blank lines."""
    from rich.text import Text

    put(console, Text(f"\n{text}\n", style=style))


def facts(console: Console, pairs: Iterable[tuple[str, str | Text]]) -> None:
    """Names and values in two columns."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for name, value in pairs:
        grid.add_row(Text(name), value if isinstance(value, Text) else Text(value))
    put(console, grid, indent=MARGIN)


def listing(console: Console, rows: Sequence[tuple[Sequence[Text], Text]]) -> None:
    """Rows of short cells and one long text: beside them where there is room, under them where there is not."""
    from rich.text import Text

    if room(console) < NARROW:
        for cells, long in rows:
            put(console, Text(" ").join(c for c in cells if c.plain), indent=MARGIN)
            put(console, long, indent=MARGIN + 4)
        return
    grid = _columns(len(rows[0][0]) + 1 if rows else 0, flexible=-1)
    for cells, long in rows:
        grid.add_row(*cells, long)
    put(console, grid, indent=MARGIN)


def table(console: Console, headers: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    """A table with a quiet header.

    Its widest column is wrapped where there is no room for it, stands under the others where that would be too narrow,
    and where even the others do not fit, each row is a block of names and values.
    """
    widths = [_width([header, *(row[n].plain for row in rows)]) for n, header in enumerate(headers)]
    widest = max(range(len(widths)), key=widths.__getitem__)
    left = room(console) - MARGIN - sum(widths) - MARGIN * (len(widths) - 1) + widths[widest]
    if left >= min(LEAST, widths[widest]):
        grid = _columns(len(headers), flexible=widest, headers=headers)
        for row in rows:
            grid.add_row(*row)
        put(console, grid, indent=MARGIN)
    elif left >= -MARGIN:
        _under(console, headers, rows, widest)
    else:
        _records(console, headers, rows)


def _width(cells: Iterable[str]) -> int:
    """The columns that the widest line of these cells takes."""
    from rich.cells import cell_len

    return max(cell_len(line) for cell in cells for line in cell.split("\n"))


def _under(console: Console, headers: Sequence[str], rows: Sequence[Sequence[Text]], long: int) -> None:
    """A table of all columns but one, whose cells stand under their rows."""
    from rich.text import Text

    short = [n for n in range(len(headers)) if n != long]
    widths = [_width([headers[n], *(row[n].plain for row in rows)]) for n in short]
    for row in ([Text(header, style="dim") for header in headers], *rows):
        line = Text()
        for n, width in zip(short, widths, strict=True):
            line.append_text(row[n]).append(" " * (width - row[n].cell_len + MARGIN))
        put(console, line, indent=MARGIN)
        if row[long].plain and row[0].plain != headers[0]:
            put(console, row[long], indent=2 * MARGIN)


def _columns(number: int, *, flexible: int, headers: Sequence[str] = ()) -> Table:
    """An empty table without lines, of which one column may wrap."""
    from rich.table import Table

    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=bool(headers), header_style="dim")
    for n in range(number):
        wraps = n == flexible % number
        grid.add_column(headers[n] if headers else "", no_wrap=not wraps, overflow="fold")
    return grid


def _records(console: Console, headers: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    """Each row as a block of names and values under its first cell."""
    from rich.text import Text

    for n, row in enumerate(rows):
        if n:
            put(console, Text())
        put(console, row[0], indent=MARGIN)
        facts(console, [(header, cell) for header, cell in zip(headers[1:], row[1:], strict=True) if cell.plain])
