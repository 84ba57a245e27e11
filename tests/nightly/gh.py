"""A ``gh`` that keeps its issues in a file, and says what it was asked."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import Any


def main(args: list[str]) -> None:
    store = Path(os.environ["GH_STORE"])
    state: Any = {"calls": [], "issues": []}
    if store.exists():
        state = json.loads(store.read_text("utf-8"))
    state["calls"].append(" ".join(args[:2]))
    store.write_text(json.dumps(state), "utf-8")
    if os.environ.get("GH_FAILS") == args[1]:
        sys.exit("HTTP 403: Resource not accessible by integration")
    issues = state["issues"]
    if args[:2] == ["issue", "list"]:
        sys.stdout.write(json.dumps(issues))
    elif args[:2] == ["issue", "create"]:
        issues.append({"number": len(issues) + 1})
        _write(issues[-1], args)
        _stand(issues[-1], "OPEN")
    elif args[0] == "issue":
        issue = issues[int(args[2]) - 1]
        if args[1] == "edit":
            _write(issue, args)
        else:
            _stand(issue, "OPEN" if args[1] == "reopen" else "CLOSED")
    store.write_text(json.dumps(state), "utf-8")


def _write(issue: Any, args: list[str]) -> None:
    issue |= {"title": args[args.index("--title") + 1], "body": sys.stdin.read()}


def _stand(issue: Any, state: str) -> None:
    closed = dt.datetime.now(dt.UTC).isoformat() if state == "CLOSED" else None
    issue |= {"state": state, "closedAt": closed}


if __name__ == "__main__":
    main(sys.argv[1:])
