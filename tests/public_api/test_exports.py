"""What the package shows: sorted exports, all of them there, all of them documented."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import xling
from xling import errors

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "xling").rglob("*.py"))
MODULES = [path for path in FILES if path.name != "__init__.py"]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def in_order(names: list[str]) -> list[str]:
    """Sort constants first, then classes, then the rest, each by name: as the linter does."""
    return sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n))


def exports(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    """Find what a module makes at its top level: functions, classes and variables."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {t.id: node for t in node.targets if isinstance(t, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return {name: node for name, node in found.items() if not name.startswith("_")}


def imported(tree: ast.Module) -> set[str]:
    """Find the names that a module takes from other modules, and may show again."""
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in froms for alias in node.names}


def test_exports_are_sorted() -> None:
    assert list(xling.__all__) == in_order(list(xling.__all__))


def test_exports_are_unique_and_listed() -> None:
    assert sorted(set(xling.__all__)) == dir(xling)


@pytest.mark.parametrize("name", xling.__all__)
def test_export_resolves(name: str) -> None:
    assert getattr(xling, name) is not None


def test_every_export_has_a_home() -> None:
    assert set(xling._HOMES) == set(xling.__all__) - {"__version__"}


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'xling' has no attribute 'nothing'"):
        _ = xling.nothing


def test_version_is_a_plain_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?(\.dev\d+)?", xling.__version__)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_exports_what_it_makes(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = exports(tree)
    assert listed is not None, "no __all__"
    assert listed == in_order(listed)
    hidden = set(definitions(tree)) - set(listed)
    assert not hidden, "public, but not in __all__: export it or begin its name with _"
    assert set(listed) <= set(definitions(tree)) | imported(tree), "in __all__, but not there"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_everything_public_is_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    waiting = [node for node in definitions(tree).values() if not isinstance(node, ast.Assign)]
    bare = []
    for node in waiting:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not ast.get_docstring(node):
                bare.append(f"{node.name} (line {node.lineno})")
            if isinstance(node, ast.ClassDef):
                inner = ast.Module(body=node.body, type_ignores=[])
                waiting.extend(definitions(inner).values())
    assert not bare, "no docstring"


def drawn_tree() -> dict[str, tuple[str, set[str]]]:
    """Read each class's parent, and the built-in classes named beside it, off the drawing."""
    drawn: dict[str, tuple[str, set[str]]] = {}
    above = [(0, "XlingError")]
    for line in inspect.getdoc(errors).splitlines():
        match = re.match(r"([ │]*[├└]─ )(\w+)(.*)", line)
        if match:
            depth = len(match[1])
            above = [pair for pair in above if pair[0] < depth]
            drawn[match[2]] = (above[-1][1], set(re.findall(r"\(also (\w+)\)", match[3])))
            above.append((depth, match[2]))
    return drawn


def real_tree() -> dict[str, tuple[str, set[str]]]:
    real = {}
    for name, member in inspect.getmembers(errors, inspect.isclass):
        if member.__module__ == errors.__name__ and name != "XlingError":
            own = [base.__name__ for base in member.__bases__ if base.__module__ == errors.__name__]
            others = {base.__name__ for base in member.__bases__} - set(own)
            assert own, f"{name} is no XlingError"
            real[name] = (own[0], others)
    return real


def test_errors_are_one_tree_and_drawn_as_they_are() -> None:
    assert drawn_tree() == real_tree()


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_an_xling_error(name: str) -> None:
    assert issubclass(getattr(errors, name), errors.XlingError)
