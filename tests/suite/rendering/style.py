"""How a page is written: everything about it that says nothing about the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.vocabulary import Column
from tests.suite.rendering.words import LANGUAGES, Language

Markup: TypeAlias = Literal["markdown", "html"]
Nesting: TypeAlias = Literal["dots", "dots-items", "marks", "spaced-marks", "sections"]
EnumForm: TypeAlias = Literal["code", "slashes", "listed", "bullets", "brackets", "column"]
EndpointForm: TypeAlias = Literal["heading", "sample", "paragraph"]
Choice = TypeVar("Choice")

SUFFIXES: Final[dict[Markup, str]] = {"markdown": "md", "html": "html"}
"""What the file of a page ends with."""
COLUMN_ORDER: Final[tuple[Column, ...]] = (
    "name", "location", "type", "required", "nullable", "default", "enum", "example", "description",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One way to write a page; every combination is one that documentation has."""

    markup: Markup = "markdown"
    language: Language = "en"
    """Of headings, header words and marks."""
    columns: tuple[Column, ...] = COLUMN_ORDER
    """The order of those columns that are needed."""
    choice: int = 0
    """Picks one of several words for the same thing, the same one throughout the page."""
    case: Literal["as-is", "title", "upper"] = "title"
    padding: int = 1
    """Blanks around the text of a cell."""
    aligned: bool = False
    """Cells of a column are filled up to the same width."""
    outer_pipes: bool = True
    """Ignored in a table in which an outer cell is empty: nobody could tell it from a pipe."""
    inverted: bool = False
    """A column says what is optional instead of what is required."""
    not_stated: Literal["", "-"] = ""
    nesting: Nesting = "dots"
    nesting_mark: Literal[">", "»", "↳", "→"] = ">"
    enums: EnumForm = "code"
    array: Literal["Array[{}]", "{}[]", "List<{}>", "array of {}"] = "Array[{}]"
    endpoint: EndpointForm = "sample"
    placeholder: Literal["{{{}}}", ":{}", "<{}>"] = "{{{}}}"
    one_table: bool = False
    """All inputs in one table with a column for their place, not one table for each."""
    default_column: bool = False
    code_names: bool = False
    """Names stand in code spans."""
    filler: bool = False
    """Descriptions say something besides."""
    furniture: bool = False
    """HTML comes with navigation, scripts and a footer."""

    def pick(self, words: Sequence[Choice]) -> Choice:
        """The one of ``words`` that this page uses."""
        return words[self.choice % len(words)]

    def cased(self, word: str) -> str:
        """``word`` in the page's case."""
        if self.case == "as-is":
            return word
        return word.upper() if self.case == "upper" else word[:1].upper() + word[1:]


def styles() -> SearchStrategy[Style]:
    """Strategy for styles; the simplest is one Markdown page in English."""
    return st.builds(
        Style,
        markup=st.sampled_from(("markdown", "html")),
        language=st.sampled_from(LANGUAGES),
        columns=st.permutations(COLUMN_ORDER).map(tuple),
        choice=st.integers(0, 5039),
        case=st.sampled_from(("as-is", "title", "upper")),
        padding=st.integers(0, 3),
        aligned=st.booleans(),
        outer_pipes=st.booleans(),
        inverted=st.booleans(),
        not_stated=st.sampled_from(("", "-")),
        nesting=st.sampled_from(("dots", "dots-items", "marks", "spaced-marks", "sections")),
        nesting_mark=st.sampled_from((">", "»", "↳", "→")),
        enums=st.sampled_from(("code", "slashes", "listed", "bullets", "brackets", "column")),
        array=st.sampled_from(("Array[{}]", "{}[]", "List<{}>", "array of {}")),
        endpoint=st.sampled_from(("heading", "sample", "paragraph")),
        placeholder=st.sampled_from(("{{{}}}", ":{}", "<{}>")),
        one_table=st.booleans(),
        default_column=st.booleans(),
        code_names=st.booleans(),
        filler=st.booleans(),
        furniture=st.booleans(),
    )
