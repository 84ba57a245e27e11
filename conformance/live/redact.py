"""Secrets replaced before anything is written: the same value by the same placeholder.

What is secret is recognised by its name (headers, parameters, members) or known by its value
(credentials, and whatever once stood under such a name).  Placeholders keep type and length, so
that what is checked and recorded is what was sent in all but the secret.  What cannot be replaced,
because it stands there in disguise, keeps the whole answer from being stored.

An excerpt is the smallest part of a body that shows one thing: the way to the place and what stands
there; of everything else nothing.  It has no secrets either, so that it may be printed and sent.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http import HTTPStatus
from math import isinf
from typing import Final
from urllib.parse import unquote, unquote_plus, urlsplit

from msgspec.structs import replace

from conformance.errors import InputError
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import path_matches
from conformance.live.disguises import SecretMatcher, list_readings
from conformance.live.secrets import (
    LearnedSecrets,
    SecretNames,
    decode_value,
    is_distinctive,
    is_learnable,
    pattern_of,
    placeholder,
    scalars,
)
from conformance.model.finding import Excerpt
from conformance.model.interaction import Interaction, Reply, Request
from conformance.model.operation import Json
from conformance.patterns import regex
from conformance.schema.kinds import tokens

_SCHEMES: Final = regex(
    r"(?i)\b(bearer|basic)(\s)((?=[A-Za-z._~+/-]*[0-9=])[A-Za-z0-9._~+/=-]{8,})"
)
_JWT: Final = regex(r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_NAMED: Final = regex(r"(?<![A-Za-z0-9_%-])([A-Za-z0-9_%-]{2,60}+)[\"'\]]?\s{0,3}[=:]\s{0,3}[\"']?")
_ELEMENT: Final = regex(r"<(?:[\w.-]{1,60}:)?([\w-]{2,60})(?:\s[^<>]{0,300})?>([^<>]+)<")
"""Of XML or HTML, with nothing but text in it."""
_JSON: Final = regex(r"\ufeff?\s*(?:\)\]\}',?\s*|[\w.$]{1,60}\(\s*)?[\[{\"]")
"""How JSON begins, or a call with JSON, or JSON behind what keeps it from being a call."""
_WIDE: Final[Mapping[bytes, str]] = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_FORM: Final = regex(r"[^\s=&<>\"']++=[^\s&]*+(?:&[^\s=&]++=[^\s&]*+)*+\s*\Z")
"""A body that is nothing but names and values."""
_VALUE: Final = regex(r"[^\s\"'&;,<>]+")
_MOST_LEARNED: Final = 200
"""Values of answers, each of which is looked for in all that follows."""
_LONGEST_SCHEME: Final = 12
"""Letters of a way to authorise (Bearer, Digest)."""
_COOKIE_WORDS: Final = frozenset({"path", "domain", "expires", "max-age", "samesite", "version"})


class SecretInAnswerError(InputError):
    """An answer has a secret in disguise: it is not stored."""


@dataclass(slots=True)
class Redactor:
    """Remembers what it has replaced, for as long as a run lasts."""

    names: SecretNames
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Credentials: never written, in whatever disguise."""
    public: frozenset[str] = frozenset()
    """Values that are no secrets under whatever name they stand."""
    _numbers: dict[str, int] = field(default_factory=dict, repr=False)
    _learned: LearnedSecrets = field(default_factory=LearnedSecrets, repr=False)
    _room: int = _MOST_LEARNED
    """How many more values of answers are remembered; those of requests all are."""
    _answering: bool = False
    _placeholders: set[str] = field(default_factory=set, repr=False)
    _pattern: re.Pattern[str] = field(init=False, repr=False)
    _matcher: SecretMatcher = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._pattern = pattern_of(self.secrets)
        self._matcher = SecretMatcher(self.secrets)

    def interaction(self, interaction: Interaction, template: str = "") -> Interaction:
        """``interaction`` without secrets; ``template`` is its documented path.  Raises
        SecretInAnswerError: one is left in the answer."""
        request, reply = interaction.request, interaction.reply
        for _ in range(2):  # once to learn what is secret, once to replace it wherever it stands
            done = request and self.request(request, template)
            answered = self.reply(reply)
        values = "".join(value for _, value in answered.headers)
        lines = "\n".join(f"{name}: {value}" for name, value in answered.headers)
        if self.leaks(answered.body) or self._leaks(values) or self._leaks(lines):
            what = f"{done.method} {done.url}" if done else self.text(interaction.where)
            why = "a secret is in the answer, in disguise: the answer is not stored"
            raise SecretInAnswerError(f"{what}: {why}")
        return replace(interaction, request=done, reply=answered, note=self.text(interaction.note))

    def request(self, request: Request, template: str = "") -> Request:
        """``request`` without secrets; "x" for all of a part in which one is left."""
        self._answering = False
        url = self.url(request.url, template)
        fields = self._redact_headers(request.headers)
        headers = tuple((name, self._hide_rest(value)) for name, value in fields)
        body = self.body(request.body)
        body = b"x" * len(body) if self.leaks(body) else body
        return replace(request, url=url, headers=headers, body=body)

    def reply(self, reply: Reply) -> Reply:
        """``reply`` with its secrets replaced, but for those in disguise."""
        self._answering = True
        fields = self._redact_headers(reply.headers)
        return replace(reply, headers=fields, body=self.body(reply.body))

    def url(self, url: str, template: str = "") -> str:
        """Secrets in the query, the path and before the host; "x" where one is left."""
        return self._hide_rest(self._redact_address(url, template))

    def _redact_address(self, url: str, template: str = "") -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return self._substitute(url)
        if "@" in parts.netloc:
            user, _, host = parts.netloc.rpartition("@")
            parts = parts._replace(netloc=f"{self._hide_value(user)}@{host}")
        for name, value in (path_matches(template, parts.path) or {}).items():
            if name in self.names:
                parts = parts._replace(path=parts.path.replace(value, self._hide_value(value)))
        return self._substitute(parts._replace(query=self._redact_pairs(parts.query)).geturl())

    def text(self, text: str) -> str:
        """Any words: a message, a note, an address; all "x" where a secret is left."""
        return self._hide_rest(self._substitute(text))

    def body(self, body: bytes) -> bytes:
        """Octets in, octets out, as many characters of them; secrets in disguise are left."""
        text, coding = _decode(body)
        if _JSON.match(text):
            # values under secret names replaced, all else as it was, broken JSON or not
            parts, at = [], 0
            for scalar in scalars(text):
                written = text[scalar.start : scalar.end]
                secret = self.names.cover(scalar.names)
                new = self._redact_json_scalar(written, secret)
                if new != written:
                    parts += [text[at : scalar.start], new]
                    at = scalar.end
            text = self._replace_known("".join([*parts, text[at:]]))
        else:
            text = self._substitute(self._redact_pairs(text) if _FORM.match(text) else text)
        return text.encode(coding)

    def leaks(self, content: bytes) -> bool:
        """Whether a secret can be read in ``content``, straight or in disguise."""
        return self._leaks(_decode(content)[0])

    def _substitute(self, text: str) -> str:
        text = _SCHEMES.sub(lambda hit: f"{hit[1]}{hit[2]}{self._hide_value(hit[3])}", text)
        text = _JWT.sub(lambda hit: self._hide_value(hit[0]), text)
        return self._replace_known(self._assign(text))

    def _leaks(self, text: str) -> bool:
        known = any(self._replace_known(view) != view for view in list_readings(text))
        return known or self._matcher.finds(text)

    def _hide_rest(self, text: str) -> str:
        """``text`` unless a secret can still be read in it: then "x" for all that is no blank."""
        return re.sub(r"\S", "x", text) if self._leaks(text) else text

    def _redact_headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, self._replace_known(self._redact_field(name, value))) for name, value in headers
        )

    def _redact_field(self, name: str, value: str) -> str:
        if name.lower() in ("cookie", "set-cookie"):
            return "; ".join(self._redact_cookie(part.strip()) for part in value.split(";"))
        if name in self.names if self._answering else self.names.name_header(name):
            scheme, blank, rest = value.partition(" ")
            known = blank and scheme.isalpha() and len(scheme) <= _LONGEST_SCHEME
            return f"{scheme} {self._hide_value(rest)}" if known else self._hide_value(value)
        return self._redact_address(value) if "://" in value else self._substitute(value)

    def _redact_cookie(self, part: str) -> str:
        name, equals, value = part.partition("=")
        if not equals or name.lower() in _COOKIE_WORDS:
            return part
        return f"{name}={self._hide_value(value)}"

    def _redact_pairs(self, query: str) -> str:
        pairs = (pair.partition("=") for pair in query.split("&"))
        return "&".join(
            f"{name}={self._hide_value(unquote_plus(value))}"
            if equals and unquote(name) in self.names
            else f"{name}{equals}{value}"
            for name, equals, value in pairs
        )

    def _redact_json_scalar(self, written: str, secret: bool) -> str:
        if not written.startswith('"'):
            return self._hide_value(written) if secret or written in self._learned else written
        try:
            value = json.loads(written if written.endswith('"') else written + '"', strict=False)
        except ValueError:
            value = written[1:]
        if secret:
            return f'"{self._hide_value(value)}"'
        known = self._substitute(value)
        return json.dumps(known, ensure_ascii=not value.isascii()) if known != value else written

    def _assign(self, text: str) -> str:
        """Replace what stands behind a secret name and a sign of assignment, or in its tags.  Words
        are left alone: in prose, "auth: no header" is about no secret."""
        text = _ELEMENT.sub(self._redact_element, text)
        parts, at, end = [], 0, 0
        for hit in _NAMED.finditer(text):
            if hit.end() < end or unquote(hit[1]) not in self.names:
                continue
            value = _VALUE.match(text, hit.end())
            end = value.end() if value else end
            if value and is_distinctive(value[0]):
                parts += [text[at : value.start()], self._hide_value(value[0])]
                at = end
        return "".join([*parts, text[at:]])

    def _redact_element(self, hit: re.Match[str]) -> str:
        if hit[1] not in self.names:
            return hit[0]
        return f"{hit[0][: hit.start(2) - hit.start()]}{self._hide_value(hit[2])}<"

    def _replace_known(self, text: str) -> str:
        text = self._pattern.sub(lambda hit: self._stand_in(hit[0]), text)
        return self._learned.replace_secrets(text, self._stand_in)

    def _hide_value(self, value: str) -> str:
        """The placeholder of a value that its place says is secret; remembered."""
        if not value or value in self._placeholders or value in self.public:
            return value
        if value not in self._learned and is_learnable(value):
            self._room -= self._answering
            if self._room >= 0 or not self._answering:
                self._learned.add(value)
                self._matcher.add(decode_value(value))
        return self._stand_in(value)

    def _stand_in(self, found: str) -> str:
        number = self._numbers.setdefault(decode_value(found), len(self._numbers) + 1)
        stand_in = placeholder(found, number)
        self._placeholders.add(stand_in)
        return stand_in


def _decode(body: bytes) -> tuple[str, str]:
    wide = _WIDE.get(body[:2], "utf-16-le" if body[1:2] == b"\0" else "utf-16-be")
    for coding in (*([wide] if b"\0" in body[:2] or body[:2] in _WIDE else []), "utf-8"):
        try:
            return body.decode(coding), coding
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1"), "latin-1"


_LONGEST: Final = 80
"""Characters of a string that are shown."""
_MEMBERS: Final = 12
"""Members of an object and items of a list at the place itself."""
_DEPTH: Final = 2
"""Levels shown below the place."""
_TEXT: Final = 300
"""Characters shown of a body that is no JSON."""
_LEFT_OUT: Final = "…"
_SECRET: Final = SecretNames()
_DEEPEST: Final = 60
"""Levels of a value that is shown; it is shortened long before."""


def excerpt(body: bytes, pointer: str) -> Excerpt:
    """What stands in ``body`` at ``pointer`` (RFC 6901), under the names that lead to it; else the
    object or list that could have held it.  A body that is no JSON is shown from its beginning."""
    try:
        return _cut_excerpt(_decode_body(body), tokens(pointer))
    except JsonError:
        text = Redactor(_SECRET).text(body[: 4 * _TEXT].decode("utf-8", "replace"))
        shown = text[:_TEXT] + (_LEFT_OUT if len(text) > _TEXT else "")
        return Excerpt(shown, 0, shown.count("\n"))


def hide_secrets(value: Json, pointer: str) -> Json:
    """What stands at ``pointer`` of a body, with what is secret in it replaced; of its own type, a
    text as long as it was."""
    names = tuple(token for token in tokens(pointer) if not token.isdigit())
    return _hide_members(value, names, _DEEPEST)


def _hide_members(
    value: Json, names: tuple[str, ...], depth: int, *, shorten: bool = False
) -> Json:
    """``value`` without its secrets, down to a depth; ``shorten``: no more of it than is shown."""
    hide = partial(_hide_members, depth=depth - 1, shorten=shorten)
    most = 0 if not depth else _MEMBERS if shorten else None
    if isinstance(value, dict):
        kept = list(value.items())[:most]
        shown = {(n[:_LONGEST] if shorten else n): hide(v, (*names, n)) for n, v in kept}
        return shown | ({_LEFT_OUT: _LEFT_OUT} if shorten and len(value) > len(kept) else {})
    if isinstance(value, list):
        items = [hide(v, names) for v in value[:most]]
        return [*items, *([_LEFT_OUT] if shorten and len(value) > len(items) else [])]
    if _SECRET.cover(names) or (isinstance(value, str) and _JWT.search(value)):
        return _blank(value)
    if shorten and isinstance(value, str) and len(value) > _LONGEST:
        return value[:_LONGEST] + _LEFT_OUT
    return _LEFT_OUT if shorten and isinstance(value, float) and isinf(value) else value


def _blank(value: Json) -> Json:
    """A stand-in for a secret of the same type; a word for a truth value is none."""
    if isinstance(value, str) and value.lower() in ("true", "false", "null"):
        return value
    if isinstance(value, str):
        return "x" * min(len(value), _LONGEST)
    return value if value is None or isinstance(value, bool) else 0


def request_excerpt(interaction: Interaction) -> Excerpt:
    """The request, marked, and the answer below it where that refuses; without secrets."""
    request, reply = interaction.request, interaction.reply
    if request is None:
        return excerpt(reply.body, "")
    line = f"{request.method} {Redactor(_SECRET).url(request.url)}"
    sent = line[:_TEXT] + (_LEFT_OUT if len(line) > _TEXT else "")
    sent += f"\n{excerpt(request.body, '').text}" if request.body else ""
    refused = reply.status >= HTTPStatus.BAD_REQUEST
    below = f"\n\n{reply.status}\n{excerpt(reply.body, '').text}" if refused and reply.body else ""
    return Excerpt(sent + below, 0, sent.count("\n"))


@lru_cache(maxsize=2)
def _decode_body(body: bytes) -> Json:
    return load_json(body)


def _cut_excerpt(value: Json, way: tuple[str, ...]) -> Excerpt:
    lines: list[str] = []
    closing: list[str] = []
    names: tuple[str, ...] = ()
    lead = ""
    for depth, token in enumerate(way):
        inner = _take_step(value, token)
        if inner is None:
            break
        is_object = isinstance(value, dict)
        lines.append("  " * depth + lead + ("{" if is_object else "["))
        closing.append("  " * depth + ("}" if is_object else "]"))
        lead = f"{json.dumps(token, ensure_ascii=False)}: " if is_object else ""
        names += (token,) if is_object else ()
        value = inner[0]
    value = _hide_members(value, names, _DEPTH, shorten=True)
    shown = lead + json.dumps(value, ensure_ascii=False, indent=2)
    within = ["  " * len(closing) + line for line in shown.split("\n")]
    text = "\n".join((*lines, *within, *reversed(closing)))
    return Excerpt(text, len(lines), len(lines) + len(within) - 1)


def _take_step(value: Json, token: str) -> tuple[Json] | None:
    """What ``token`` leads to, boxed, since it may be null."""
    if isinstance(value, dict):
        return (value[token],) if token in value else None
    if isinstance(value, list) and token.isascii() and token.isdigit() and len(token) < 19:
        return (value[int(token)],) if int(token) < len(value) else None
    return None
