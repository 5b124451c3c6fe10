"""A partner at its own machine."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.e2e.town import Town

PROGRAM = Path(sys.executable).parent / "vangnet-partner"


def partner(town: Town, name: str, *arguments: str) -> list[dict[str, Any]]:
    """The lines that `vangnet-partner` prints."""
    config = town.platform.layout.partner(name) / "partner.toml"
    argv = [str(PROGRAM), "--config", str(config), *arguments]
    done = subprocess.run(argv, env=dict(os.environ), capture_output=True, text=True, check=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]
