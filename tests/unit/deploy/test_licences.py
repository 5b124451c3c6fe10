"""Every package that is installed from the lock has a licence that may be used with ours, and the page says which."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
FREE = re.compile(r"MIT|Apache|BSD|ISC|PSF|Python Software Foundation|MPL|Mozilla|Repoze|CC0|Unlicense|Zlib")

OF_SOME_VERSIONS = set(re.findall(r"^([A-Za-z0-9._-]+)==\S+ ;", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
"""Packages that not every Python or system has; the page was made on one."""


def printed() -> str:
    argv = [sys.executable, str(ROOT / "deploy/licences.py")]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_every_licence_may_be_used_and_is_on_the_page() -> None:
    page = (ROOT / "docs/licences.md").read_text()
    rows = [line for line in printed().splitlines() if re.match(r"\| [a-z]\S* \| ", line) and "package" not in line]
    assert len(rows) > 80
    for row in rows:
        name, licence = (cell.strip() for cell in row.split("|")[1:3])
        assert FREE.search(licence), row
        assert row in page or name in OF_SOME_VERSIONS, f"{row}: run `make docs`"
