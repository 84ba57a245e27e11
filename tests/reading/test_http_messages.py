"""Requests that commands send, as a shell hands them over."""

from __future__ import annotations

import pytest

from conformance.model.document import CodeBlock
from conformance.model.span import Span
from conformance.reading.http_messages import read_commands


@pytest.mark.parametrize(
    ("argument", "body"),
    [
        ("""-d '{"a": 1}' -H "x: 'y'" """, '{"a": 1}'),
        (r'--data "{\"a\": \"\$b\"}"', '{"a": "$b"}'),
        ("""-d '{"a": "it'"'"'s"}'""", '{"a": "it\'s"}'),
        ("""-d '{"a": "it'\\''s"}'""", '{"a": "it\'s"}'),
        ("""--data-raw '{"a": "'"$B"'"}'""", '{"a": "$B"}'),
        (r"""-d $'{"a": "it\'s"}'""", '{"a": "it\'s"}'),
        ("-d '{\"a\":\n 1}'", '{"a":\n 1}'),
    ],
)
def test_a_quoted_body_is_what_the_shell_makes_of_it(argument: str, body: str) -> None:
    text = f"curl https://api.example/v1/x {argument}"
    (message,) = read_commands(
        CodeBlock(text=text, language="sh", span=Span("page.md", 3, 3 + text.count("\n")))
    )
    assert (message.side, message.path, message.body.text) == ("request", "/v1/x", body)


@pytest.mark.parametrize("argument", ['-d \'{"a": 1}', "-d $'{", "-d “{}”", "-d @file"])
def test_a_body_that_is_not_quoted_is_none(argument: str) -> None:
    text = f"curl https://api.example/v1/x {argument}"
    block = CodeBlock(text=text, language="sh", span=Span("page.md", 1, 1))
    assert not list(read_commands(block))
