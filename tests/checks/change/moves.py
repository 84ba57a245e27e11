"""The same page told otherwise: nothing a client relies on is changed by any of these."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from markdown_it import MarkdownIt

TRANSLATED = {
    "Parameter Name": "参数",
    "Name": "이름",
    "필드": "Field",
    "설명": "Description",
    "타입": "Type",
    "Description": "설명",
    "Type": "类型",
    "Required": "필수",
    "Included": "포함 여부",
}
_ROW = re.compile(r"^\|.*\|\s*$")


def rows_moved(text: str, chance: random.Random) -> str:
    """Rows of every table in another order, members below their parents."""
    return _tables(text, lambda table: [*table[:2], *_shuffled(table[2:], chance)])


def columns_moved(text: str, chance: random.Random) -> str:
    def moved(table: list[str]) -> list[str]:
        cells = [_cells(line) for line in table]
        order = list(range(len(cells[0])))
        chance.shuffle(order)
        return ["|" + "|".join(row[at] for at in order) + "|" for row in cells]

    return _tables(text, moved)


def padded(text: str, chance: random.Random) -> str:
    def wider(table: list[str]) -> list[str]:
        pad = " " * chance.randrange(1, 5)
        rows = [_cells(line) for line in table]
        told = [[cell.strip() for cell in row] for row in rows]
        return ["|" + "|".join(f"{pad}{cell} " for cell in row) + "|" for row in told]

    return _tables(text, wider)


def lines_added(text: str, chance: random.Random) -> str:
    """Sentences that say nothing, between paragraphs."""
    blocks = text.split("\n\n")
    for _ in range(3):
        at = chance.randrange(1, len(blocks))
        if not _in_code(blocks[:at]):
            blocks.insert(at, "Thank you for reading this page with care.")
    return "\n\n".join(blocks)


def headers_translated(text: str, chance: random.Random) -> str:
    def other(table: list[str]) -> list[str]:
        cells = [cell.strip() for cell in _cells(table[0])]
        told = [TRANSLATED.get(c, c) if chance.random() < 0.7 else c for c in cells]
        return ["| " + " | ".join(told) + " |", *table[1:]]

    return _tables(text, other)


def line_ends(text: str, chance: random.Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def as_html(text: str, chance: random.Random) -> str:
    """The page as a site would show it."""
    body = MarkdownIt("commonmark").enable("table").render(text)
    return f"<!DOCTYPE html><html><body><main>{body}</main></body></html>"


MOVES: tuple[Callable[[str, random.Random], str], ...] = (
    rows_moved,
    columns_moved,
    padded,
    lines_added,
    headers_translated,
    line_ends,
)


def _tables(text: str, change: Callable[[list[str]], list[str]]) -> str:
    lines: list[str] = []
    table: list[str] = []
    for line in [*text.split("\n"), ""]:
        if _ROW.match(line):
            table.append(line)
            continue
        lines += change(table) if len(table) > 2 else table
        table = []
        lines.append(line)
    return "\n".join(lines[:-1])


def _cells(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))


def _shuffled(rows: list[str], chance: random.Random) -> list[str]:
    """Families of dotted names keep together."""
    families: dict[str, list[str]] = {}
    for row in rows:
        name = _cells(row)[0].strip().strip("`")
        families.setdefault(name.partition(".")[0], []).append(row)
    order = list(families.values())
    chance.shuffle(order)
    return [row for family in order for row in family]


def _in_code(blocks: list[str]) -> bool:
    return sum(block.count("```") for block in blocks) % 2 == 1
