"""Reads a policy folder. What is wrong is named by file, line, field and rule, all together."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vangnet_contract.policy.base import Contradictions
from vangnet_contract.policy.policy import Policy

# file → members of Policy that it holds; a file of one member holds that member itself
FILES: dict[str, tuple[str, ...]] = {
    "region.yaml": ("region",),
    "partners.yaml": ("grondslagen", "partners"),
    "matrix.yaml": ("matrix",),
    "rules.yaml": ("rules",),
    "people.yaml": ("people",),
    "keys.yaml": ("keys",),
}
OPTIONAL = {"keys.yaml"}


class PolicyProblem(NamedTuple):
    """One thing wrong with a policy; line 0 = the file as a whole."""

    file: str
    line: int
    field: str
    rule: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field + ' ' if self.field else ''}{self.rule}"


class PolicyRefused(Exception):
    """The policy cannot be used; `problems` says why, completely."""

    def __init__(self, problems: list[PolicyProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_policy(folder: Path) -> Policy:
    """The policy in a folder of YAML files (FILES). Raises PolicyRefused."""
    nodes, problems = _read(folder)
    if problems:
        raise PolicyRefused(problems)
    try:
        return Policy.model_validate(_members(nodes))
    except ValidationError as refused:
        raise PolicyRefused([problem for error in refused.errors() for problem in _problems(error, nodes)]) from None


def _read(folder: Path) -> tuple[dict[str, yaml.Node], list[PolicyProblem]]:
    nodes: dict[str, yaml.Node] = {}
    problems: list[PolicyProblem] = []
    for file in FILES:
        try:
            node = yaml.compose((folder / file).read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
            if node is not None:
                problems += [PolicyProblem(file, line, name, "is given twice") for line, name in _given_twice(node)]
                _value(node)
                nodes[file] = node
        except FileNotFoundError:
            if file not in OPTIONAL:
                problems.append(PolicyProblem(str(folder / file), 0, "", "is missing"))
        except OSError as error:
            problems.append(PolicyProblem(str(folder / file), 0, "", f"cannot be read: {error.strerror}"))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            problems.append(_not_yaml(file, error))
    return nodes, problems


def _not_yaml(file: str, error: Exception) -> PolicyProblem:
    """A mistake in the form; a ValueError is one of UTF-8, or a date or number that does not exist."""
    if isinstance(error, RecursionError):
        return PolicyProblem(file, 0, "", "is not YAML: it is nested too deeply")
    mark = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", error)).partition("\n")[0]
    return PolicyProblem(file, mark.line + 1 if mark else 0, "", f"is not YAML: {what}")


def _given_twice(node: yaml.Node) -> list[tuple[int, str]]:
    """Members (line, name) that stand twice in one mapping: YAML readers would silently take one of them."""
    found: list[tuple[int, str]] = []
    waiting, seen = [node], {id(node)}
    while waiting:
        inner = waiting.pop()
        names: set[str] = set()
        for key, _ in inner.value if isinstance(inner, yaml.MappingNode) else ():
            if str(key.value) in names:
                found.append((key.start_mark.line + 1, str(key.value)))
            names.add(str(key.value))
        for child in _children(inner):
            if id(child) not in seen:  # an alias may stand for the node that it lies in
                seen.add(id(child))
                waiting.append(child)
    return sorted(found)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _members(nodes: dict[str, yaml.Node]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for file, node in nodes.items():
        value = _value(node)
        if len(FILES[file]) == 1:
            members[FILES[file][0]] = value
        elif isinstance(value, dict):
            members |= value
    return members


def _value(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _problems(error: ErrorDetails, nodes: dict[str, yaml.Node]) -> list[PolicyProblem]:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Contradictions):
        return [_located(problem.place, problem.rule, nodes) for problem in cause.problems]
    return [_located(error["loc"], error["msg"].removeprefix("Value error, "), nodes)]


def _located(location: tuple[int | str, ...], rule: str, nodes: dict[str, yaml.Node]) -> PolicyProblem:
    member, path = (str(location[0]), location[1:]) if location else ("", ())
    file = next((name for name, members in FILES.items() if member in members), "")
    if file not in nodes:
        return PolicyProblem(file or "policy", 0, ".".join(map(str, location)), rule)
    node = nodes[file] if len(FILES[file]) == 1 else _child(nodes[file], member) or nodes[file]
    steps = [member] if len(FILES[file]) > 1 else []
    for step in path:
        if not _chosen_by(node, step):
            steps.append(str(step))
        node = _child(node, step) or node
    return PolicyProblem(file, node.start_mark.line + 1, ".".join(steps) or member, rule)


def _chosen_by(node: yaml.Node, step: int | str) -> bool:
    """Whether pydantic names here the kind that it chose by: that is no place in the file."""
    kinds = (_child(node, "kind"), _child(node, "what"))
    return any(kind is not None and kind.value == step for kind in kinds)


def _child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
