"""The part of requirements.lock that a member of the workspace needs: same versions, same hashes. For images, standard library only.

    python deploy/docker/locked.py ingest [--without PACKAGE …]     prints a requirements file on stdout
    python deploy/docker/locked.py ingest --members                 prints the folders of our own packages instead
    python deploy/docker/locked.py hatchling                        the same for another package

The lock says of each package who asked for it ("# via"): what is asked for by one that is in, is in.
"""

import argparse
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [*sorted(ROOT.glob("shared/*")), *sorted(ROOT.glob("services/*")), ROOT / "deploy/local"]
OURS = "vangnet-"
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def members() -> dict[str, tuple[Path, list[str]]]:
    """Name → folder and what it depends on, of every package of ours."""
    found = {}
    for folder in FOLDERS:
        if (folder / "pyproject.toml").exists():
            project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
            names = [match.group() for text in project["dependencies"] if (match := NAME.match(text))]
            found[project["name"]] = (folder, names)
    return found


def closure(name: str) -> set[str]:
    """The member and every member below it."""
    known, wanted, found = members(), [name], set[str]()
    while wanted:
        if (one := wanted.pop()) not in found:
            found.add(one)
            wanted += [other for other in known[one][1] if other.startswith(OURS)]
    return found


def blocks(lock: str) -> dict[str, tuple[str, set[str]]]:
    """Name → its lines in the lock, and who asked for it."""
    found: dict[str, tuple[str, set[str]]] = {}
    for text in re.split(r"\n(?=[A-Za-z0-9])", lock):
        if (match := NAME.match(text)) and "==" in text.partition("\n")[0]:
            askers = re.findall(r"^    #(?: via)?\s+([A-Za-z0-9._-]+)", text, re.MULTILINE)
            # A package stands there once for each of the markers that decide its version.
            before, asked = found.get(match.group(), ("", set()))
            found[match.group()] = (f"{before}\n{text}".strip(), asked | set(askers) - {"via"})
    return found


def needed(roots: set[str], lock: str, without: set[str]) -> list[str]:
    """The blocks of `roots` and of everything that they ask for, directly or not."""
    known, inside = blocks(lock), set(roots)
    while fresh := {name for name, (_, askers) in known.items() if askers & inside} - inside - without:
        inside |= fresh
    return [text for name, (text, _) in known.items() if name in inside - without]


def roots_of(name: str) -> set[str]:
    """A member: it, those below it and what their pyproject.toml name. Any other package: itself."""
    if OURS + name not in members():
        return {name}
    ours = closure(OURS + name)
    return ours | {asked for member in ours for asked in members()[member][1]}


def main() -> None:
    """See the top."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--members", action="store_true")
    given = parser.parse_args()
    if given.members:
        print(*(members()[name][0].relative_to(ROOT) for name in sorted(closure(OURS + given.name))), sep="\n")
    else:
        lock = (ROOT / "requirements.lock").read_text()
        print(*needed(roots_of(given.name), lock, set(given.without)), sep="\n")


if __name__ == "__main__":
    main()
