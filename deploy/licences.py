"""Prints docs/licences.md: the licence of every package in requirements.lock, as its own metadata say it. Standard library only."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
SAYS_NOTHING = {"axe-playwright-python": "MIT"}
"""Named in the file LICENSE of the package only."""
GENERAL = {"OSI Approved", "DFSG approved"}
HEAD = """# Licences
What is installed from [requirements.lock](../requirements.lock), as each package's own metadata say it. Made by `make docs`.
Kafka (Apache-2.0) and PostgreSQL (PostgreSQL licence) are programs beside it. Vangnet itself: [EUPL-1.2](../LICENSE).

| package | licence |
|---|---|"""


def locked() -> list[str]:
    """Names, each once."""
    return sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text(), re.MULTILINE)))


def licence(name: str) -> str | None:
    """None: the package is for another system or version of Python, and not here."""
    try:
        said = distribution(name).metadata
    except PackageNotFoundError:
        return None
    classifiers = [
        one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if one.startswith("License ::")
    ]
    found = said.get("License-Expression") or ", ".join(sorted(set(classifiers) - GENERAL)) or said.get("License")
    return found or SAYS_NOTHING.get(name)


def rows() -> list[tuple[str, str]]:
    """(package, licence) of those that are installed."""
    return [(name, found) for name in locked() if (found := licence(name)) is not None]


if __name__ == "__main__":
    print(HEAD)
    for name, found in rows():
        print(f"| {name} | {found} |")
