"""What the words of headings and captions are about: topics, sides and statuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus

from conformance.patterns import regex
from conformance.vocabulary import Topic, columns, names_side, normalize_text, phrases, topics

_ALONE = 40
"""Characters of words that are a status without a label for it."""
_OUTCOME = 24
"""Characters of a line that is an outcome and its status: ``Upload failed (404)``."""
CAPTION_LENGTH = 90
FEW_WORDS = 2
"""Of a heading that is about errors and nothing else."""
ERRORS = "4XX"
"""The status of an error that the page names no status of."""
_NAMES: dict[str, str] = {str(s.value): s.phrase.lower() for s in HTTPStatus} | {
    "413": "payload too large",
    "422": "unprocessable entity",
}
"""The registered reason phrase of every status."""
_ERRORS = frozenset(status for status in _NAMES if status >= "4")
_PHRASES: dict[str, str] = {phrase: status for status, phrase in _NAMES.items()} | {
    "request entity too large": "413",
    "content too large": "413",
    "request-uri too long": "414",
    "uri too long": "414",
    "unprocessable content": "422",
}

_REASON = regex(
    "|".join(sorted((re.escape(phrase) for phrase in _PHRASES if " " in phrase), key=len)[::-1]),
    re.IGNORECASE,
)
_REASON_CUE = regex(
    r"bad re|too (?:many|large|long|early)|request (?:time|header|entity)|authentication req"
    r"|error\b|required",
    re.IGNORECASE,
)
"""What every reason phrase has in it that could be taken for a topic."""
_STATUS = regex(r"(?<![\d.,/-])([1-5](?:\d\d|XX))(?![\d.,/-])", re.IGNORECASE)
SIDES: frozenset[Topic] = frozenset(("request", "response"))
FIELD_TOPICS: frozenset[Topic] = frozenset(
    ("request", "path", "query", "header", "body", "response")
)
"""What words that announce fields are about."""
PART_TOPICS: frozenset[Topic] = FIELD_TOPICS | {"error", "example"}
"""What headings over a part of an operation are about."""
_OTHER_TOPICS: frozenset[Topic] = frozenset(("error", "enum", "change", "limit", "example"))


def titles_operation(words: str) -> bool:
    """Whether a heading names no part of an operation."""
    return not PART_TOPICS & set(topics_of(words)) or titles_query(words)


def titles_query(words: str) -> bool:
    """Whether to query is what an operation does: ``Query orders``."""
    return topics_of(words) == ("query",) and not names_side(words)


def announces_fields(words: str) -> bool:
    """Whether words announce inputs or members of an answer, and nothing else."""
    topics = set(topics_of(words))
    return bool(topics & FIELD_TOPICS) and not topics & _OTHER_TOPICS


_WORD = regex(r"\w")
_ADDRESS = regex(r"https?://\S+")
_HUMP = regex(r"(?<=[a-z])(?=[A-Z][a-z])")
"""Where a word begins within a name (``OrderResponse``)."""


@lru_cache(maxsize=4096)
def topics_of(words: str) -> tuple[Topic, ...]:
    """Everything a heading or caption announces, the strongest first.

    Neither the reason phrase of a status announces anything, as in ``400 Bad Request``, nor an
    address.
    """
    words = _HUMP.sub(" ", _ADDRESS.sub(" ", words))
    if _REASON_CUE.search(words):
        words = _REASON.sub(" ", words)
    return tuple(topic for topic, announced in topics() if announced.found_in(words))


def topics_in_turn(words: Iterable[str]) -> Iterator[tuple[str, tuple[Topic, ...]]]:
    """Each of the words about a place with its topics, the nearest first.

    A body that is not stated to be a request's is that of the side the words around it announce:
    ``Body`` under ``Responses`` is an answer, and so is ``Parameters`` right below it.  An
    example whose words name both sides is of the one whose examples stand there.
    """
    wording = [(text, _topics_with_status(text)) for text in words]
    for at, (text, stated) in enumerate(wording):
        if stated == ("request",) and _names_parameters(text):
            above, around = next(iter(wording[at + 1 :]), ("", ()))
            if SIDES & set(around) == {"response"} and names_side(above):
                stated = ("response",)
        elif "body" in stated and not SIDES & set(stated):
            around = next((t for _, t in wording[at + 1 :] if len(SIDES & set(t)) == 1), ())
            if SIDES & set(around) == {"response"}:
                stated = tuple("response" if topic == "body" else topic for topic in stated)
        elif "header" in stated and not SIDES & set(stated):
            around = next((t for _, t in wording[at + 1 :] if SIDES & set(t)), ())
            if SIDES & set(around) == {"response"}:
                stated = ("response", *stated)
        elif set(stated) >= {*SIDES, "example"}:
            _, around = next(iter(wording[at + 1 :]), ("", ()))
            stated = around if "example" in around and len(SIDES & set(around)) == 1 else stated
        yield text, stated


def _topics_with_status(words: str) -> tuple[Topic, ...]:
    """What words announce; a status of a success with nothing but codes for words is an answer."""
    found = topics_of(words)
    is_code = set(found) == {"error"} and (status_of(words) or "").startswith("2")
    return ("response",) if is_code else found


@lru_cache(maxsize=1024)
def _names_parameters(words: str) -> bool:
    """Whether words are those for parameters, of a request or of an answer, and no others."""
    if phrases("header-sides.request").found_in(words) or not names_side(words):
        return False
    return phrases("header-sides.parameter").found_in(words)


def topic_of(words: str) -> Topic | None:
    return next(iter(topics_of(words)), None)


def nearest_topics(words: Iterable[str]) -> tuple[Topic, ...]:
    """What the nearest words about a place announce that announce anything."""
    return next(filter(None, map(topics_of, words)), ())


@lru_cache(maxsize=4096)
def status_of(words: str) -> str | None:
    """An HTTP status named by a heading, tab or caption (``200``, ``Response 4XX``).

    A reason phrase of several words is one by itself (``Bad Request``).
    """
    plain = normalize_text(words)
    hit = _STATUS.search(plain)
    if not hit:
        return _PHRASES.get(plain) if " " in plain else None
    status = hit.group().upper()
    if status[0] < "4" and status not in _NAMES and not status.endswith("XX"):
        return None  # a number of something else
    about = set(topics_of(plain))
    lead = plain[: hit.start()].rstrip(" :：")
    labelled = columns().get(lead) == "code"
    brief = len(plain) <= (CAPTION_LENGTH if labelled else _ALONE)
    alone = brief and (labelled or not _WORD.search(lead))
    named = status in _NAMES and _NAMES[status] in plain
    is_announced = about & {"response", "error", "example"} or _names_outcome(plain)
    is_remark = lead.endswith("(") and hit.end() == len(plain) <= _ALONE and status in _ERRORS
    return status if alone or named or is_announced or is_remark else None


def nearest_status(words: Iterable[str]) -> str | None:
    """The status that the nearest words about a place name that name one."""
    return next(filter(None, map(status_of, words)), None)


def _names_outcome(plain: str) -> bool:
    """Whether a few words say that something succeeds or fails."""
    if len(plain) > _OUTCOME:
        return False
    return any(phrases(f"outcomes.{outcome}").found_in(plain) for outcome in ("success", "failure"))


@lru_cache(maxsize=4096)
def announces_failure(words: str) -> bool:
    """Whether words announce what comes back when a request fails, and nothing else.

    ``Error response`` and ``the error is:`` do, the name of an operation on errors does not.
    """
    if phrases("outcomes.success").found_in(words) or (status_of(words) or "").startswith("2"):
        return False
    if phrases("outcomes.failure").found_in(words):
        return True
    about = topics_of(words)
    return "error" in about and (
        words.rstrip().endswith((":", "："))
        or len(words.split()) <= FEW_WORDS
        or bool({"response", "example"} & set(about))
    )
