"""The shape of the package: which module may import which, and what no module may do."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "xling"

# Lowest first. Imports point downwards only; members of one layer may not import each other.
LAYERS = [
    {"errors"},
    {"replacing"},
    {"arrays", "files", "optional", "progress", "stages"},
    {"data", "linalg"},
    {"counting"},
    {"encoders", "mapping", "retrieval"},
    {"aligners", "evidence"},
    {"model"},
    {"training"},
    {"evaluation"},
    {"linking"},
    {"students", "migration"},
    {"report"},
    {"transfer"},
    {"config", "recipes", "demo", "downloads", "hubs"},
    {"experiments"},
    {"server", "client"},
    {"cli"},
]
RANK = {name: level for level, names in enumerate(LAYERS) for name in names}

# Slow to import; none of them may be reached by importing one of the LIGHT modules.
HEAVY = {
    "torch",
    "faiss",
    "gensim",
    "transformers",
    "sentence_transformers",
    "datasets",
    "sklearn",
    "mteb",
}

LIGHT = ("errors", "arrays", "optional", "files", "data", "cli.main")

# Import names that differ from the name of the distribution.
DISTRIBUTIONS = {"faiss": "faiss-cpu", "sklearn": "scikit-learn"}

# Modules without a test file of their own, each with the reason.
WITHOUT_OWN_TEST: dict[str, str] = dict.fromkeys(
    (
        "xling.demo.choices",
        "xling.demo.clauses",
        "xling.demo.copular",
        "xling.demo.frames",
        "xling.demo.modality",
        "xling.demo.phrases",
        "xling.demo.questions",
        "xling.demo.statements",
        "xling.demo.tenses",
        "xling.demo.times",
        "xling.demo.verb_choice",
    ),
    "what it builds is read back in tests/demo/test_corpus.py",
) | {"xling.data.formats.words": "every reader of vectors stands on it: tests/data/formats"}

LONGEST_FILE = 400

_OWN_RANDOM_STATE = {
    "BitGenerator",
    "Generator",
    "PCG64",
    "Philox",
    "SeedSequence",
    "default_rng",
}
_PRINTS_OR_EXITS = {"print", "input", "exit", "quit", "sys.exit", "os._exit", "os.abort"}


@dataclass(frozen=True)
class Import:
    """One imported module, or name of a module, as absolute dotted path."""

    target: str
    line: int
    at_run_time: bool  # not under ``if TYPE_CHECKING``
    at_module_level: bool


@dataclass(frozen=True)
class Module:
    """One source file of the package."""

    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @cached_property
    def name(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if self.is_package else parts)

    @property
    def area(self) -> str:
        """The part of the package that the file belongs to; empty for ``xling`` itself."""
        return [*self.name.split("."), ""][1]

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(self._walk(self.tree, at_run_time=True, at_module_level=True))

    def _walk(self, node: ast.AST, *, at_run_time: bool, at_module_level: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                for target in self._targets(child):
                    yield Import(target, child.lineno, at_run_time, at_module_level)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                for part, real in ((child.body, False), (child.orelse, at_run_time)):
                    block = ast.Module(body=part, type_ignores=[])
                    yield from self._walk(block, at_run_time=real, at_module_level=at_module_level)
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from self._walk(
                    child, at_run_time=at_run_time, at_module_level=at_module_level and not inside
                )

    def _targets(self, node: ast.Import | ast.ImportFrom) -> list[str]:
        if isinstance(node, ast.Import):
            return [alias.name for alias in node.names]
        base = node.module or ""
        if node.level:
            parts = self.name.split(".")
            kept = parts[: len(parts) - node.level + self.is_package]
            base = ".".join([*kept, base] if base else kept)
        return [f"{base}.{alias.name}" for alias in node.names]

    @cached_property
    def named_modules(self) -> tuple[tuple[str, int], ...]:
        """Paths such as ``"xling.aligners.cca:CCA"`` in strings: imports resolved on use."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = re.fullmatch(r"(xling(?:\.[a-z_]\w*)+)(?::\w+)?", node.value)
                if match:
                    found.append((match[1], node.lineno))
        return tuple(found)


MODULES = tuple(Module(path) for path in sorted(PACKAGE.rglob("*.py")))
BY_NAME = {module.name: module for module in MODULES}
INSIDE = tuple(module for module in MODULES if module.area)


def own_module(target: str) -> str | None:
    """Find the module of the package that an imported path names or lies in."""
    while target and target not in BY_NAME:
        target = target.rpartition(".")[0]
    return target or None


def where(module: Module, line: int) -> str:
    return f"{module.path.relative_to(ROOT)}:{line}"


def report(problems: list[str]) -> None:
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_every_part_has_a_layer() -> None:
    unknown = sorted({module.area for module in INSIDE} - set(RANK))
    report([f"xling.{name} is in no layer: add it to LAYERS" for name in unknown])


def test_imports_point_downwards() -> None:
    problems = []
    for module in INSIDE:
        here = module.area
        used = [(found.target, found.line) for found in module.imports]
        for target, line in [*used, *module.named_modules]:
            if target.split(".")[0] != "xling" or target == "xling.__version__":
                continue
            there = [*target.split("."), ""][1]
            if there not in {other.area for other in INSIDE}:
                problems.append(f"{where(module, line)}: import from where it is made: {target}")
            elif here != there and {here, there} <= set(RANK) and RANK[there] >= RANK[here]:
                problems.append(f"{where(module, line)}: {here} must not import {there}")
    report(problems)


def test_no_import_cycle() -> None:
    graph = {
        module.name: {
            found
            for each in module.imports
            if (found := own_module(each.target)) not in (None, module.name, "xling")
        }
        for module in INSIDE
    }
    done: set[str] = set()
    problems: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            problems.append("import cycle: " + " -> ".join([*path[path.index(name) :], name]))
        elif name not in done:
            for next_name in sorted(graph.get(name, ())):
                visit(next_name, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())
    report(problems)


def test_heavy_libraries_are_imported_where_needed() -> None:
    problems = []
    for light in LIGHT:
        roots = [name for name in BY_NAME if (name + ".").startswith(f"xling.{light}.")]
        path_to = {name: (name,) for name in roots}
        waiting = list(roots)
        while waiting:
            name = waiting.pop()
            for found in BY_NAME[name].imports:
                if not (found.at_run_time and found.at_module_level):
                    continue
                if found.target.split(".")[0] in HEAVY:
                    chain = " -> ".join([*path_to[name], found.target])
                    problems.append(f"{where(BY_NAME[name], found.line)}: {chain}")
                target = own_module(found.target)
                if target and target not in path_to:
                    path_to[target] = (*path_to[name], target)
                    waiting.append(target)
    report(sorted(set(problems)))


def test_the_package_itself_imports_nothing_heavy() -> None:
    reached = [i for i in BY_NAME["xling"].imports if i.at_run_time and i.at_module_level]
    assert {found.target.split(".")[0] for found in reached} <= set(sys.stdlib_module_names)


def test_third_party_imports_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[^\w-]", line)[0].lower().replace("_", "-") for line in requirements}

    extras = project["optional-dependencies"]
    always = names(project["dependencies"])
    extra = ("server", "plots", "lemmas", "mteb", "students")
    optional = set().union(*(names(extras[name]) for name in extra))
    problems = []
    for module in MODULES:
        for found in module.imports:
            top = found.target.split(".")[0]
            if top == "xling" or top in sys.stdlib_module_names:
                continue
            distribution = DISTRIBUTIONS.get(top, top).replace("_", "-")
            if distribution not in always | optional:
                problems.append(f"{where(module, found.line)}: {top} is no dependency")
            elif distribution not in always and module.area != "server" and found.at_module_level:
                problems.append(f"{where(module, found.line)}: {top} is an extra: use require()")
    report(problems)


def test_only_the_command_line_prints_and_exits() -> None:
    problems = []
    for module in MODULES:
        if module.area == "cli":
            continue
        for node in ast.walk(module.tree):
            call = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if call in _PRINTS_OR_EXITS:
                problems.append(f"{where(module, node.lineno)}: calls {call}()")
            elif isinstance(node, ast.Name) and node.id == "SystemExit":
                problems.append(f"{where(module, node.lineno)}: names SystemExit")
    report(problems)


def test_no_global_random_state() -> None:
    problems = []
    for module in MODULES:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute):
                text = ast.unparse(node)
                match = re.fullmatch(r"(?:np|numpy)\.random\.(\w+)|random\.(\w+)", text)
                used = match and (match[1] or match[2])
                if match and used not in _OWN_RANDOM_STATE | {"Random"}:
                    problems.append(f"{where(module, node.lineno)}: {text} shares one state")
        for found in module.imports:
            match = re.fullmatch(r"(?:numpy\.)?random\.(\w+)", found.target)
            if match and match[1] not in _OWN_RANDOM_STATE | {"Random"}:
                problems.append(f"{where(module, found.line)}: {found.target} shares one state")
    report(problems)


def test_no_long_file() -> None:
    sizes = {
        module: len(module.path.read_text(encoding="utf-8").splitlines()) for module in MODULES
    }
    report(
        [
            f"{module.path.relative_to(ROOT)} has {size} lines; at most {LONGEST_FILE}: cut it"
            for module, size in sizes.items()
            if size > LONGEST_FILE
        ]
    )


def test_every_module_has_a_test_file() -> None:
    problems = []
    for module in MODULES:
        if module.is_package or module.name in WITHOUT_OWN_TEST:
            continue
        inside = module.path.relative_to(PACKAGE)
        test = Path("tests") / inside.parent / f"test_{inside.name}"
        if not (ROOT / test).is_file():
            problems.append(f"{module.path.relative_to(ROOT)}: no {test}")
    report(problems)


def test_exceptions_are_about_modules_that_exist() -> None:
    assert set(WITHOUT_OWN_TEST) <= set(BY_NAME)
