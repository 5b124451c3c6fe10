"""`python -m benchmarks.linkage sets|train|table FOLDER`: makes the sets, learns the weights that ship from them, prints the figures."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.linkage.sets import PERSONS, write

FEBRL = ("febrl1", "febrl2", "febrl1full", "febrl2full")
TABLES: dict[str, tuple[int, tuple[str, ...]]] = {
    "clients": (950, FEBRL),
    "population": (990, (*FEBRL, "population_train@40000")),
    "names": (500, ("german_train",)),
    "netherlands": (500, ("dutch_train", "dutch_register_train@30000")),
}
"""Table → prior in thousandths, and the sets that it is learned from: none of those in TRIED."""
TWINS = {"population": ("--twins", "--decides", "750"), "netherlands": ("--twins", "--decides", "850")}
TRIED: dict[str, tuple[str, ...]] = {
    "febrl3": (),
    "febrl3full": (),
    "population_test": ("--register", str(PERSONS)),
    "population_half_test": ("--register", str(PERSONS)),
    "german_test": ("--calibrate",),
    "dutch_test": (),
    "dutch_register_test": ("--register", "30000"),
}
SHOWN = ("precision", "recall", "f", "recall_at_999", "recall_at_998", "recall_at_995", "records_per_s")


def main() -> None:
    """One step, or all of them in this order."""
    if len(sys.argv) != 3 or sys.argv[1] not in ("sets", "train", "table"):
        sys.exit(__doc__)
    folder = Path(sys.argv[2])
    {"sets": write, "train": train, "table": table}[sys.argv[1]](folder)


def train(folder: Path) -> None:
    """Writes weights.json in the folder."""
    for name, (known, sets) in TABLES.items():
        files = [f"--records={folder / one.partition('@')[0]}.csv{''.join(one.partition('@')[1:])}" for one in sets]
        _linker(
            "train",
            "--table",
            name,
            "--known",
            str(known),
            "--weights",
            str(folder / "weights.json"),
            *files,
            *TWINS.get(name, ()),
        )


def table(folder: Path) -> None:
    """A line of Markdown for each set, none of which was learned from."""
    print(f"| set | {' | '.join(SHOWN)} |")
    print("|---" * (len(SHOWN) + 1) + "|")
    for name, options in TRIED.items():
        found = json.loads(_linker("evaluate", "--json", "--records", str(folder / f"{name}.csv"), *options))
        print(
            f"| {name} {' '.join(options)} | " + " | ".join(str(found[figure]) for figure in SHOWN) + " |", flush=True
        )


def _linker(*arguments: str) -> str:
    return subprocess.run(
        [Path(sys.executable).parent / "vangnet-linker", *arguments], check=True, text=True, stdout=subprocess.PIPE
    ).stdout


if __name__ == "__main__":
    main()
