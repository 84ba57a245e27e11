"""What a client nobody here wrote says of the contracts and the sandbox: Schemathesis.

    python -m venv elsewhere && elsewhere/bin/pip install schemathesis
    python -m benchmarks.outsider --schemathesis elsewhere/bin/schemathesis

For each exchange the OpenAPI document is validated and given to Schemathesis with the address of a
sandbox: all its checks, valid and invalid requests, signed as the page asks.  Then once more with a
wrong type planted, which it has to find.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from openapi_spec_validator import OpenAPIV31SpecValidator

from conformance.pages.exchange import Exchange, find_root
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import load_exchanges
from conformance.sandbox import running_sandbox
from conformance.sandbox.requests import SANDBOX_KEYS
from conformance.schema.openapi import to_openapi

_FAULT: Final = "wrong-type"
_VIOLATIONS: Final = (
    "JsonSchemaError",
    "MalformedJson",
    "MalformedMediaType",
    "MissingContentType",
    "MissingHeaders",
    "ContentDeserializationError",
    "DiscriminatorMismatch",
    "UndefinedContentType",
)
"""What Schemathesis calls an answer that is not as the document says."""
_SUCCESS_OR_NOT: Final = ["2xx", "3xx", "401", "403", "404", "409", "429", "5xx", "400"]
"""Its own list, and 400: for rules between inputs that OpenAPI has no words for."""
_HEAD: Final = (
    "| exchange | document | requests | server errors | violations | planted one found | other |",
    "|---|---|---:|---:|---:|---|---|",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one exchange."""

    exchange: str
    problems: int
    """Of the document, to openapi-spec-validator."""
    requests: int
    server_errors: int
    violations: int
    is_planted_found: bool
    others: tuple[str, ...]
    """What else Schemathesis has to say, with how often."""
    version: str

    @property
    def is_good(self) -> bool:
        return not (self.problems or self.server_errors or self.violations) and (
            self.is_planted_found and self.requests > 0
        )


def ask(exchange: Exchange, program: str, most: int) -> Told:
    """Everything about one exchange."""
    contract = read_exchange(exchange).contract
    document: Any = to_openapi(contract)
    said = {auth.scheme for operation in contract.operations for auth in operation.auth}
    scheme = next(iter(sorted(said)), exchange.auth or "none")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        (place / "schemathesis.toml").write_text(_settings(document), encoding="utf-8")
        reports = []
        for faults in ((), (_FAULT,)):
            with running_sandbox(contract, faults, scheme=None if said else scheme) as url:
                reports.append(_run(program, place, url, scheme, most))
    usual, planted = reports
    return Told(
        exchange=exchange.name,
        problems=sum(1 for _ in OpenAPIV31SpecValidator(document).iter_errors()),
        requests=usual["test_cases"]["generated"],
        server_errors=_count(usual, ("ServerError",)),
        violations=_count(usual, _VIOLATIONS),
        is_planted_found=_count(planted, _VIOLATIONS) > 0,
        others=tuple(_others(usual)),
        version=usual["schemathesis_version"],
    )


def _settings(document: Any) -> str:
    """Where the pages bind inputs together, valid by the schema is not valid by the page."""
    bound = [
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and operation.get("x-groups")
    ]
    told = f"checks.positive_data_acceptance.expected-statuses = {json.dumps(_SUCCESS_OR_NOT)}"
    return "\n".join(
        f"[[operations]]\ninclude-name = {json.dumps(name)}\n{told}\n" for name in bound
    )


def _run(program: str, place: Path, url: str, scheme: str, most: int) -> Any:
    """The report of one run, as Schemathesis writes it."""
    report = place / "report.json"
    report.unlink(missing_ok=True)
    command = [program, "--config-file", f"{place / 'schemathesis.toml'}", "run"]
    command += [f"{place / 'openapi.json'}", "--url", url, "--checks", "all", "--no-color"]
    command += ["--seed", "1", "--max-examples", f"{most}", "--generation-database", "none"]
    command += ["--continue-on-failure", "--report", "json", "--report-json-path", f"{report}"]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "SCHEMATHESIS_HOOKS": f"{Path(__file__).with_name('outsider_hooks.py')}",
        "OUTSIDER_SCHEME": scheme,
        "OUTSIDER_ACCESS_KEY": SANDBOX_KEYS.access_key,
        "OUTSIDER_SECRET_KEY": SANDBOX_KEYS.secret_key,
    }
    done = subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    if not report.is_file():
        sys.exit(
            f"{' '.join(command)}: exit {done.returncode}\n{(done.stderr or done.stdout)[-2000:]}"
        )
    return json.loads(report.read_bytes())


def _count(report: Any, types: Sequence[str]) -> int:
    return sum(failure["count"] for failure in report["failures"] if failure["type"] in types)


def _others(report: Any) -> Iterator[str]:
    for failure in report["failures"]:
        if failure["type"] not in (*_VIOLATIONS, "ServerError"):
            yield f"{failure['code']} {failure['title']} ({failure['count']})"
    for error in report["errors"]:
        yield f"error: {error}"


def table(told: Sequence[Told]) -> str:
    """As a Markdown table."""
    lines = [
        f"| {t.exchange} | {f'{t.problems} problems' if t.problems else 'valid'} | {t.requests} "
        f"| {t.server_errors} | {t.violations} | {'yes' if t.is_planted_found else 'NO'} "
        f"| {'; '.join(t.others)} |"
        for t in told
    ]
    return "\n".join((*_HEAD, *lines))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when a server error, a violation or an invalid document is in it."""
    parser = argparse.ArgumentParser(description="What Schemathesis says of the sandboxes.")
    parser.add_argument("--schemathesis", default="schemathesis", metavar="PROGRAM")
    parser.add_argument("--exchange", action="append", default=[], metavar="NAME")
    parser.add_argument("--examples", type=int, default=100, metavar="N", help="requests at most")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args(arguments)
    exchanges = load_exchanges(find_root(None), args.exchange)
    told = [ask(exchange, args.schemathesis, args.examples) for exchange in exchanges]
    print(json.dumps([asdict(t) for t in told], indent=2) if args.json else table(told))
    sys.stderr.write(f"Schemathesis {told[0].version if told else 'was not asked'}\n")
    return 0 if told and all(t.is_good for t in told) else 1


if __name__ == "__main__":
    sys.exit(main())
