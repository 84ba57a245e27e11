"""Small changes of a module's code that its tests should notice.

Only bodies of functions are changed, never docstrings, annotations or constants of a module.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Final, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_BUILTINS: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed function."""

    path: Path
    line: int
    """Of the change."""
    function: tuple[str, ...]
    """Names of the classes and the function, from the outside."""
    change: str
    """The old and the new source of what was changed."""
    code: CodeType
    """Of the changed function."""

    @property
    def place(self) -> str:
        """Where the change is, from the folder of the run."""
        return f"{self.path.relative_to(Path.cwd())}:{self.line}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of the module at ``path``."""
    tree = ast.parse(path.read_text("utf-8"))
    for names, function in _functions(tree.body, ()):
        for place, node in enumerate(_code_of(function)):
            new = _altered(node)
            if new is None or not isinstance(node, ast.expr | ast.stmt):
                continue
            changed = copy.deepcopy(function)
            _put(list(_code_of(changed))[place], ast.copy_location(new, node))
            yield Mutant(
                path=path,
                line=node.lineno,
                function=names,
                change=f"{_first_line(node)}  ->  {_first_line(new)}",
                code=_compile(tree, names, changed, path),
            )


def _put(node: ast.AST, new: ast.AST) -> None:
    """Make ``node``, which others point to, what ``new`` is."""
    node.__class__, node.__dict__ = new.__class__, dict(vars(new))


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0]


def _functions(
    body: list[ast.stmt], names: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Function]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, (*names, node.name))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (*names, node.name), node


def _code_of(function: Function) -> Iterator[ast.AST]:
    """Nodes of the body, in a fixed order, without docstrings and annotations."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "type_comment"):
                continue
            children = value if isinstance(value, list) else [value]
            waiting.extend(child for child in children if isinstance(child, ast.AST))


def _altered(node: ast.AST) -> ast.AST | None:
    """What could stand in place of ``node``; None where nothing is worth trying."""
    match node:
        case ast.Compare(left=left, ops=[only], comparators=right) if type(only) in _COMPARISONS:
            return ast.Compare(left, [_COMPARISONS[type(only)]()], right)
        case ast.BoolOp(op=op, values=values):
            return ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ast.Call(ast.Name("bool", ast.Load()), [operand], [])
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            return ast.BinOp(left, ast.Sub() if isinstance(op, ast.Add) else ast.Add(), right)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _BUILTINS:
            return ast.Call(ast.Name(_BUILTINS[name], ast.Load()), args, keywords)
        case ast.Constant(value=bool(value)):
            return ast.Constant(not value)
        case ast.Constant(value=int(value)):
            return ast.Constant(value + 1)
    return _with_inverted_test(node)


def _with_inverted_test(node: ast.AST) -> ast.AST | None:
    """The other branch; where the test is a comparison or ``not``, that is altered by itself."""
    if not isinstance(node, ast.If | ast.IfExp | ast.While):
        return None
    if isinstance(node.test, ast.Compare | ast.UnaryOp | ast.BoolOp):
        return None
    new = copy.copy(node)
    new.test = ast.UnaryOp(ast.Not(), node.test)
    return new


def _compile(tree: ast.Module, names: tuple[str, ...], changed: Function, path: Path) -> CodeType:
    """The code object of ``changed`` in a module that is otherwise as it was."""
    module = copy.copy(tree)
    module.body = _replaced(tree.body, names, changed)
    code = compile(ast.fix_missing_locations(module), str(path), "exec")
    for name in names:
        lines = {changed.lineno, *(d.lineno for d in changed.decorator_list)}
        found = [c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name]
        code = next((c for c in found if c.co_firstlineno in lines), found[0])
    return code


def _replaced(body: list[ast.stmt], names: tuple[str, ...], changed: Function) -> list[ast.stmt]:
    new: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name == names[0] and len(names) > 1:
            outer = copy.copy(node)
            outer.body = _replaced(node.body, names[1:], changed)
            new.append(outer)
        elif len(names) == 1 and getattr(node, "lineno", 0) == changed.lineno:
            new.append(changed)
        else:
            new.append(node)
    return new
