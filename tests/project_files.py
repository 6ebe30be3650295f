"""The project's own files, parsed once, for the tests that guard its rules."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Set, Tuple

import yaml

from bot.settings import PROJECT_ROOT

PLACEHOLDER = re.compile(r"\{(\w+)\}")
ANNOTATION = re.compile(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})")


class Example(NamedTuple):
    """One line under `examples:` of a training file."""

    intent: str
    language: str
    text: str
    place: str
    """File and line."""


class StrictLoader(yaml.CSafeLoader):
    """Refuses a key that stands twice in one mapping: YAML would silently keep the later."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(f"{node.start_mark}: {sorted(twice)[0]} stands twice")
        return super().construct_mapping(node, deep)


def relative(path: Path) -> str:
    return path.relative_to(PROJECT_ROOT).as_posix()


@cache
def tracked_files() -> Tuple[str, ...]:
    """Return the paths that git keeps or would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(sorted(name for name in listing.split("\0") if name and (PROJECT_ROOT / name).is_file()))


def python_files(*folders: str) -> List[str]:
    return [name for name in tracked_files() if name.endswith(".py") and name.startswith(folders or ("",))]


@cache
def syntax_tree(name: str) -> ast.Module:
    return ast.parse((PROJECT_ROOT / name).read_text(encoding="utf-8"), name)


@cache
def imported_modules(name: str) -> Tuple[str, ...]:
    """Return every module that a file imports, wherever in it: `from a import b` gives "a" and "a.b"."""
    found: Set[str] = set()
    for node in ast.walk(syntax_tree(name)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or ".")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(sorted(found))


def calls_when_imported(tree: ast.Module) -> Iterator[ast.Call]:
    """Yield the calls that run when the module is imported: not those in functions, nor under `if __name__ == ...`."""
    waiting: List[ast.AST] = [node for node in tree.body if not _is_main_guard(node)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            waiting += [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        elif isinstance(node, ast.Lambda):
            continue
        else:
            waiting += ast.iter_child_nodes(node)


def _is_main_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.dump(node.test)


def called_name(call: ast.Call) -> str:
    """Return the last part of what is called: "open" for open() and for path.open()."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@cache
def load_yaml(name: str) -> Any:
    return yaml.load((PROJECT_ROOT / name).read_text(encoding="utf-8"), StrictLoader)


def yaml_files(folder: str) -> List[str]:
    return [name for name in tracked_files() if name.startswith(f"{folder}/") and name.endswith(".yml")]


def wording(section: str) -> Iterator[Tuple[str, str, Any]]:
    """Yield file, key and content of every entry under `responses:` or `phrases:`."""
    for name in yaml_files("data/responses"):
        for key, content in (load_yaml(name).get(section) or {}).items():
            yield name, key, content


def placeholders(value: Any) -> Set[str]:
    """Return the names in braces anywhere in the strings of `value`."""
    if isinstance(value, str):
        return set(PLACEHOLDER.findall(value))
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return set().union(*map(placeholders, parts)) if parts else set()


def turns() -> Iterator[Tuple[str, str, str, List[Mapping[str, Any]]]]:
    """Yield file, kind ("rule" or "story"), name and steps of every rule and story."""
    for name in (*yaml_files("data/rules"), *yaml_files("data/stories")):
        for kind in ("rule", "story"):
            for turn in load_yaml(name).get("rules" if kind == "rule" else "stories") or ():
                yield name, kind, turn[kind], turn["steps"]


@cache
def examples() -> Tuple[Example, ...]:
    """Return every training example, without its entity annotations."""
    found = []
    for name in yaml_files("data/nlu"):
        language, intent = name.split("/")[2], ""
        for number, line in enumerate((PROJECT_ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            if match := re.match(r"- intent: (\S+)", line):
                intent = match[1]
            elif match := re.match(r"\s+- (.+)", line):
                found.append(Example(intent, language, ANNOTATION.sub(r"\1", match[1]), f"{name}:{number}"))
    return tuple(found)
