"""Twin pages made of data, so that one fact of one page can be changed at a time."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from conformance.checks.parity.runner import ParityResult, compare_sides
from conformance.compare.matching import Side, SidePage, build_side_page
from conformance.parse import parse_page
from conformance.reading import read_document

LANGUAGES = ("en", "ko", "zh")
HEADINGS = {
    "en": ("Cancel orders", "Request parameters", "Response", "A response example"),
    "ko": ("주문 취소", "요청 파라미터", "응답", "응답 예시"),
    "zh": ("取消订单", "请求参数", "响应参数", "响应示例"),
}
HEADERS = {
    "en": ("Name", "Type", "Required", "Description"),
    "ko": ("이름", "타입", "필수", "설명"),
    "zh": ("参数", "类型", "必填", "说明"),
}


@dataclass(frozen=True)
class Row:
    """One row in every language; ``words`` by language."""

    name: str
    type: str
    mark: str
    words: dict[str, str]


@dataclass(frozen=True)
class Page:
    """One page in one language."""

    language: str
    inputs: tuple[Row, ...]
    outputs: tuple[Row, ...]
    example: Any
    columns: tuple[int, ...] = (0, 1, 2, 3)
    padding: int = 0
    endpoint: str = "POST /v1/orders/cancel"

    def text(self) -> str:
        title, asked, given, shown = HEADINGS[self.language]
        lines = [f"# {title}", "", f"`{self.endpoint}`", "", f"## {asked}", ""]
        lines += [*self._table(self.inputs), "", f"## {given}", "", *self._table(self.outputs)]
        body = json.dumps(self.example, indent=2, ensure_ascii=False)
        lines += ["", f"**{shown}**", "", "```json", *body.split("\n"), "```", ""]
        return "\n".join(lines)

    def _table(self, rows: tuple[Row, ...]) -> list[str]:
        cells = [HEADERS[self.language], ("---",) * 4]
        cells += [(r.name, r.type, r.mark, r.words[self.language]) for r in rows]
        pad = " " * self.padding
        return [
            "|" + "|".join(f" {pad}{row[at]}{pad * 2} " for at in self.columns) + "|"
            for row in cells
        ]

    def line_of(self, piece: str, nth: int = 0) -> int:
        """The line ``piece`` stands on."""
        found = [n for n, line in enumerate(self.text().split("\n"), 1) if piece in line]
        return found[nth]


def row(name: str, type: str, mark: str, en: str, ko: str, zh: str) -> Row:  # noqa: A002
    return Row(name, type, mark, {"en": en, "ko": ko, "zh": zh})


INPUTS = (
    row("pair", "String", "O", "The pair to cancel.", "취소할 거래쌍.", "要取消的交易对。"),
    row(
        "side",
        "String",
        "",
        "One of `BUY`, `SELL`, `BOTH`.",
        "`BUY`, `SELL`, `BOTH` 중 하나입니다.",
        "取值: `BUY`, `SELL`, `BOTH`。",
    ),
    row(
        "limit",
        "Integer",
        "",
        "How many. The default is 20 and the maximum is 1000.",
        "개수. 기본값은 20이며 최댓값은 1000입니다.",
        "数量。默认值为 20，最大值为 1,000。",
    ),
    row(
        "ids",
        "Array[String]",
        "",
        "At most 50 ids.",
        "ID 목록. 최대 50개.",
        "订单号列表，最多 50 个。",
    ),
)
OUTPUTS = (
    row(
        "zone",
        "String",
        "O",
        'The zone. It is always "UTC".',
        "기준 시간대. 항상 “UTC”입니다.",
        "时区，总是 “UTC”。",
    ),
    row(
        "time",
        "Long",
        "O",
        "A timestamp in milliseconds since the Unix epoch.",
        "밀리초 단위의 Unix 타임스탬프입니다.",
        "毫秒时间戳。",
    ),
    row("done", "Object", "O", "What was cancelled.", "취소된 주문.", "已取消的订单。"),
    row("> count", "Integer", "O", "How many.", "개수.", "数量。"),
    row("> orders", "Array", "", "The orders.", "주문 목록.", "订单列表。"),
    row(">> uuid", "String", "O", "Its id.", "주문의 ID.", "订单号。"),
    row(
        ">> state",
        "String",
        "",
        "One of `DONE`, `WAIT`.",
        "`DONE`, `WAIT` 중 하나입니다.",
        "取值: `DONE`, `WAIT`。",
    ),
    row("note", "String", "", "For people.", "안내문.", "说明文字。"),
)
EXAMPLE = {
    "zone": "UTC",
    "time": 1700000000000,
    "done": {
        "count": 2,
        "orders": [{"uuid": "a1", "state": "DONE"}, {"uuid": "b2", "state": "WAIT"}],
    },
    "note": "ok",
}


def page(language: str, **changes: Any) -> Page:
    return replace(Page(language, INPUTS, OUTPUTS, EXAMPLE), **changes)


@dataclass(frozen=True)
class Named:
    """Text of one page of one side."""

    label: str
    text: str
    place: str = "page.md"
    suffix: str = field(default="")


def compare(*pages: Named, evidence: Any = ()) -> ParityResult:
    """The pages, sides by label in the order given."""
    sides: dict[str, list[SidePage]] = {}
    for told in pages:
        sides.setdefault(told.label, []).append(_reading(told))
    every = [Side(label=label, pages=tuple(pages)) for label, pages in sides.items()]
    return compare_sides(every, evidence)


@lru_cache(maxsize=32)
def _reading(told: Named) -> SidePage:
    """Remembered: the unedited page is the twin of many edited ones."""
    document = parse_page(told.text.encode(), f"{told.label}/{told.place}")
    return build_side_page(told.place, document, read_document(document))


def compare_pages(*pages: Page) -> ParityResult:
    return compare(*(Named(p.language, p.text()) for p in pages))


def shuffled(told: Page, seed: int) -> Page:
    """The same page with rows (children stay below their parents) and columns moved about."""
    chance = random.Random(seed)  # noqa: S311
    columns = list(told.columns)
    chance.shuffle(columns)
    return replace(
        told,
        inputs=_moved(told.inputs, chance),
        outputs=_moved(told.outputs, chance),
        columns=tuple(columns),
        padding=chance.randrange(4),
    )


def _moved(rows: tuple[Row, ...], chance: random.Random) -> tuple[Row, ...]:
    families: list[list[Row]] = []
    for told in rows:
        if told.name.startswith(">"):
            families[-1].append(told)
        else:
            families.append([told])
    chance.shuffle(families)
    return tuple(told for family in families for told in family)
