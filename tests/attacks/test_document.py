"""The trust model names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?:(tests/[\w/]+\.py)|…)::(\w+)`")


def test_every_test_that_the_trust_model_names_is_there() -> None:
    text = (ROOT / "docs" / "trust-model.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| who")]
    file = ""
    for row in table:
        named = NAMED.findall(row)
        assert named, row
        for path, test in named:
            file = path or file
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{test}"
