"""Facts told in a description: constants, defaults, units, conditions, item types."""

from __future__ import annotations

import re

from conformance.model.operation import Kind, Scalar, Stated, Unit
from conformance.reading.facets.types import TypeReading, read_type
from conformance.vocabulary import phrases, units, words

_VALUE = (
    r"(?:[“\"'‘`](?P<quoted>[^“”\"'‘’`\n]{0,80})[”\"'’`]|(?P<bare>-?\d+(?:\.\d+)?|true|false"
    r"|null)(?![\w.]))"
)
_CONSTANT = re.compile(
    r"(?:\b(?:is|are|be|returns?|value is|fixed (?:at|to|value)?)\s+always\s+(?:be\s+)?"
    r"|\balways\s+(?:be|is|returns?|equals?|set to)?\s*:?\s*"
    r"|\bfixed (?:value|to|at|as)?:?\s*|\bconstant(?: value)?:?\s+|항상\s*|总是(?:为|返回)?\s*"
    r"|總是(?:為|返回)?\s*|固定(?:值|为|為)?[:：]?\s*)" + _VALUE,
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"(?:\bdefaults? (?:value )?(?:is|to|as|of|are)\s*:?\s*|\bdefaults?(?: value)?\s*[:：=]\s*"
    r"|\bby default,?\s*(?:is|it is)?\s*|\bdefault\s+(?=[\d`“\"'])"
    r"|기본값(?:은|이|:)?\s*|默认(?:值)?(?:为|是|：|:)?\s*|預設(?:值)?(?:為|是|：|:)?\s*"
    r"|默認(?:值)?(?:為|是|：|:)?\s*|缺省(?:值)?(?:为|是|：|:)?\s*)"
    r"(?:[“\"'‘`](?P<quoted>[^“”\"'‘’`\n]{0,80})[”\"'’`]|(?P<bare>-?\d+(?:\.\d+)?(?![A-Za-z0-9_%])"
    r"|true|false|[A-Z][A-Za-z0-9_]*(?=\s*(?:[.,;)。，]|$|\n))))",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?P<words>\b(?:only |is |are |be )*(?:provided|returned|present|available|included|appears?"
    r"|exists?|shown|valid|applicable|required|effective|meaningful|mandatory|must be (?:sent"
    r"|passed|provided))"
    r" (?:only )?(?:when|if|for|to|in case)\b[^\n.]{0,160}"
    r"|\bonly (?:if|when|for|appears?|valid|applicable|returned|provided|present|available"
    r"|applies)\b[^\n.]{0,160}"
    r"|[^\n.。]{0,80}(?:일 때만|때만 나타|경우에만)[^\n.]{0,40}"
    r"|(?:仅当|僅當|仅在|僅在|只有|当|當|仅对|僅對|仅适用|僅適用)[^\n。]{0,100}(?:必填|必传|必傳"
    r"|返回|有效|有值|时|時|时有效|時有效)?)",
    re.IGNORECASE,
)
_NULLABLE = re.compile(
    r"\b(?:can|may|could|might) be null\b|\bnullable\b|\bor null\b|\bnull if\b|null일 수"
    r"|可能为null|可为空|可為空",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(
    r"^\W{0,3}(?:optional|선택|可选|可選)\b|[\[(（]optional[\])）]|\(선택\)", re.IGNORECASE
)
_REQUIRED = re.compile(
    r"^\W{0,3}(?:required|mandatory|필수|必填)\b(?! (?:if|when|for|param))|[\[(（](?:required"
    r"|mandatory)[\])）]",
    re.IGNORECASE,
)
_NAME_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ITEMS = (
    re.compile(
        r"^\W{0,3}(?:an? )?(?:array|list) of (?P<item>[A-Za-z][\w<>\[\]]{0,40})", re.IGNORECASE
    ),
    re.compile(r"^\W{0,3}(?P<item>[A-Za-z]\w{0,40})의 (?:배열|리스트|목록)"),
    re.compile(r"^\W{0,3}(?P<item>[A-Za-z]\w{0,40}) ?(?:数组|數組|陣列|列表)"),
    re.compile(
        r"^\W{0,3}(?P<item>object|string|integer|long|objects|strings)\W{0,3}$", re.IGNORECASE
    ),
)
_DECIMAL_TEXT = re.compile(
    r"\bnumeric string\b|\bstring of (?:a )?number\b|\bdecimal string\b|숫자 ?문자열", re.IGNORECASE
)


def read_constant(text: str, kind: Kind | None) -> tuple[Scalar, ...]:
    """``It is always "UTC"``: the one value it has; empty when none is told."""
    return _value(_CONSTANT.search(text), kind)


def read_default(text: str, kind: Kind | None) -> tuple[Scalar, ...]:
    """``Default is 20``; empty when none is told or two differ."""
    hits = (hit for hit in _DEFAULT.finditer(text) if not _in_example(text, hit.start()))
    found = {_value(hit, kind) for hit in hits}
    return found.pop() if len(found) == 1 else ()


def _in_example(text: str, at: int) -> bool:
    """Whether the sentence before ``at`` gives an example."""
    sentence = re.split(r"[.。\n]", text[max(0, at - 120) : at])[-1]
    return bool(re.search(r"\bfor example\b|\be\.g\b|例如|예를 들어", sentence, re.IGNORECASE))


def read_default_cell(text: str, kind: Kind | None) -> tuple[Scalar, ...]:
    """The content of a column for defaults; blanks and dashes are no default."""
    plain = text.strip().strip("`“”\"'")
    if not plain or plain.lower() in {"-", "--", "n/a", "none", "无", "無", "없음", "—"}:
        return ()
    return _typed(plain, kind)


def _value(hit: re.Match[str] | None, kind: Kind | None) -> tuple[Scalar, ...]:
    if hit is None:
        return ()
    token = hit["quoted"] if hit["quoted"] is not None else hit["bare"]
    return _typed(token, kind)


def _typed(token: str, kind: Kind | None) -> tuple[Scalar, ...]:
    """``token`` as one scalar of ``kind``; empty when it cannot be one."""
    try:
        if kind == "integer":
            return (int(token.replace(",", "")),)
        if kind == "number":
            return (float(token) if "." in token else int(token),)
    except ValueError:
        return ()
    if kind == "boolean":
        return (token.lower() == "true",) if token.lower() in {"true", "false"} else ()
    return (token,) if kind in (None, "string") else ()


def read_unit(name: str, type_text: str, text: str, kind: Kind | None) -> tuple[Unit | None, bool]:
    """Unit and whether the value is a moment since the epoch, from name, type and description."""
    if kind in ("object", "array", "boolean"):
        return None, False
    unit: Unit | None = next((u for u, named in units() if named.found_in(text)), None)
    if unit is None:
        return ("percent" if phrases("units.percent").found_in(text) else None), False
    duration, epoch = phrases("time.duration"), phrases("time.epoch")
    if duration.found_in(text) or duration.found_in(name):
        return unit, False
    return unit, any(map(epoch.found_in, (text, name, type_text))) or _names_moment(name)


def _names_moment(name: str) -> bool:
    """Whether a name speaks of a point in time: ``createdAt``, ``server_time``, ``ts``."""
    last = "".join(_NAME_PARTS.findall(name)[-1:]).lower()
    moments = [word for word, meaning in words("names").items() if meaning == "moment"]
    if any(last == word or (len(word) > 3 and last.endswith(word)) for word in moments):
        return True
    return phrases("time.moment").found_in(name)


def read_condition(text: str) -> str:
    """The page's words for when something is there; empty when it names no condition."""
    hit = _CONDITION.search(text)
    return " ".join(hit["words"].split()) if hit else ""


def read_stated(text: str) -> Stated:
    """A required mark told in prose (``[Optional] ...``, ``Required. ...``)."""
    if _OPTIONAL.search(text):
        return Stated.NO
    return Stated.YES if _REQUIRED.search(text) else Stated.NOT_STATED


def read_nullable(text: str) -> Stated:
    return Stated.YES if _NULLABLE.search(text) else Stated.NOT_STATED


def read_items(text: str) -> TypeReading | None:
    """What an array holds, when the description says so (``Array of Long. ...``)."""
    for pattern in _ITEMS:
        if hit := pattern.search(text):
            reading = read_type(hit["item"])
            if reading.known and reading.kind:
                return reading
    return None


def read_format(text: str, kind: Kind | None) -> str | None:
    """A format the description names for a string."""
    if kind == "string" and _DECIMAL_TEXT.search(text):
        return "decimal"
    return None
