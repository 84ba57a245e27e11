"""Who may call an operation, and how often: authentication and rate limits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.model.document import Block, CodeBlock, Heading, Paragraph, Table
from conformance.model.operation import Auth, RateLimit
from conformance.model.span import Span
from conformance.reading.context import LocatedBlock, topics_of

_NONE = re.compile(
    r"\bauthentication:?\s*(?:is )?(?:not required|none)|\bno authentication\b"
    r"|\bnot required \(public|\bpublic endpoint\b"
    r"|\bno (?:api )?key (?:is )?(?:needed|required)|인증 ?불필요|无需(?:鉴权|认证)|無需(?:鑑權"
    r"|認證)",
    re.IGNORECASE,
)
_SCHEMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("jwt", re.compile(r"\bJWT\b|\bjson ?web ?token\b", re.IGNORECASE)),
    (
        "hmac",
        re.compile(r"\bHMAC\b|\bsignature\b|\bHmacSHA|\bSIGNED\b|签名|簽名|서명", re.IGNORECASE),
    ),
    ("bearer", re.compile(r"\bbearer (?:token|auth)|Authorization: Bearer", re.IGNORECASE)),
    ("api-key", re.compile(r"\bapi[-_ ]?key\b|\bACCESS-KEY\b|API 키|密钥|密鑰", re.IGNORECASE)),
)
_MARKED = re.compile(r"^\W*(?:required|yes|필요|需要)\b", re.IGNORECASE)
_NOT_MARKED = re.compile(r"^\W*(?:not required|none|no)\b", re.IGNORECASE)
_UNSPECIFIED = re.compile(
    r"\bauthentication:?\s{0,3}required|\bprivate endpoint\b|\brequires? authentication\b"
    r"|\brequired login\b|인증 ?필요|需要登录|需要鉴权",
    re.IGNORECASE,
)
_PER = (
    (
        re.compile(
            r"(\d+)\s*(?:requests?|times?|calls?|회|次|reqs?)?\s*(?:/|per|every"
            r"|each)\s*(\d+)?\s*(ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b",
            re.IGNORECASE,
        ),
        False,
    ),
    (re.compile(r"초당\s*(?:최대\s*)?(\d+)\s*()(회|번)"), True),
    (re.compile(r"(\d+)\s*次\s*/\s*(\d+)?\s*(秒|s|分钟|分鐘)"), False),
)
_SECONDS = {"ms": 0.001, "m": 60.0, "h": 3600.0, "분": 60.0, "分": 60.0}
_RATE_CUE = re.compile(
    r"\brate\b|\blimit|\bfrequency\b|요청 ?제한|限速|限频|频率|頻率", re.IGNORECASE
)
_SCOPE = re.compile(
    r"\b(UID|user ?id|IP|account|api ?key|sub-?account|user|symbol|instrument(?: id)?|UserID)\b",
    re.IGNORECASE,
)


def find_auth(pieces: tuple[LocatedBlock, ...]) -> tuple[Auth, ...]:
    """The scheme the page names; the most specific word wins, "none" when it says so."""
    texts = list(_texts(pieces))
    for said, words, span in texts:
        if _NONE.search(said) or ("auth" in topics_of(words) and _NOT_MARKED.match(said)):
            return (Auth(scheme="none", span=span),)
    for scheme, pattern in _SCHEMES:
        for said, _, span in texts:
            if pattern.search(said):
                return (Auth(scheme=scheme, span=span),)  # type: ignore[arg-type]
    for said, words, span in texts:
        if _UNSPECIFIED.search(said) or ("auth" in topics_of(words) and _MARKED.match(said)):
            return (Auth(scheme="unspecified", span=span),)
    return ()


def _texts(pieces: tuple[LocatedBlock, ...]) -> Iterator[tuple[str, str, Span]]:
    """Prose and cells with the heading they stand under."""
    for piece in pieces:
        words = next(piece.place.words(), "")
        for said, span in _said(piece.block):
            yield said, words, span


def _said(block: Block) -> Iterator[tuple[str, Span]]:
    if isinstance(block, Heading | Paragraph):
        yield block.text.plain, block.span
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row.cells:
                yield cell.plain, cell.span
    elif isinstance(block, CodeBlock) and block.language in {"http", ""} and not _is_body(block):
        yield block.text[:2000], block.span


def _is_body(block: CodeBlock) -> bool:
    """A body may speak of keys and signatures; how to ask for it, it does not say."""
    return block.text.lstrip()[:1] in ("{", "[")


def find_rate_limits(pieces: tuple[LocatedBlock, ...]) -> tuple[RateLimit, ...]:
    """Every "n requests per time" the prose states, with the scope named beside it."""
    found: dict[tuple[int, float, str], RateLimit] = {}
    for piece in pieces:
        if not isinstance(piece.block, Heading | Paragraph):
            continue
        said = piece.block.text.plain
        if not _RATE_CUE.search(said) and not any(_RATE_CUE.search(w) for w in piece.place.words()):
            continue
        for limit in _limits_in(said, piece.block.span):
            found.setdefault((limit.count, limit.seconds, limit.scope), limit)
    return tuple(found.values())


def _limits_in(said: str, span: Span) -> Iterator[RateLimit]:
    for pattern, per_second in _PER:
        for hit in pattern.finditer(said):
            factor = 1.0 if per_second else _seconds(hit[3])
            every = float(hit[2]) if hit[2] else 1.0
            if every and int(hit[1]):
                yield RateLimit(
                    count=int(hit[1]),
                    seconds=every * factor,
                    scope=_scope(said, hit.start()),
                    span=span,
                )


def _seconds(unit: str) -> float:
    low = unit.lower()
    return _SECONDS.get(low) or _SECONDS.get(low[:1], 1.0)


def _scope(said: str, at: int) -> str:
    """The scope named nearest before the numbers, else anywhere in the sentence."""
    before = [m[1] for m in _SCOPE.finditer(said[:at])]
    after = _SCOPE.search(said, at)
    return before[-1] if before else (after[1] if after else "")
