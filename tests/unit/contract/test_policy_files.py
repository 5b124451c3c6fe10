"""Whatever lies in a policy's files: a named problem, never a traceback, and nothing silently left out."""

import shutil
from pathlib import Path

import pytest
from vangnet_contract.policy import PolicyRefused, load_policy

DEMO = Path(__file__).parents[3] / "deploy" / "policy" / "demo"


def problems(folder: Path) -> list[str]:
    with pytest.raises(PolicyRefused) as refused:
        load_policy(folder)
    return [str(problem) for problem in refused.value.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo's policy."""
    return Path(shutil.copytree(DEMO, tmp_path / "p"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "region.yaml: is not YAML: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"a: !!python/object/apply:os.system [id]", "region.yaml:1: is not YAML: could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.system'"),
        (b"a: " + b"[" * 5000, "region.yaml: is not YAML: it is nested too deeply"),
        (b"? [1, 2]\n: 3", "region.yaml:1: is not YAML: found unhashable key"),
        (b"a: \x01", "region.yaml: is not YAML: unacceptable character #x0001: special characters are not allowed"),
        (b"name: x\nversion: 2026-13-45", "region.yaml: is not YAML: month must be in 1..12"),
    ],
)  # fmt: skip
def test_what_is_not_yaml_is_said(folder: Path, content: bytes, says: str) -> None:
    (folder / "region.yaml").write_bytes(content)
    assert problems(folder) == [says]


def test_a_member_given_twice_is_refused(folder: Path) -> None:
    region = folder / "region.yaml"
    lines = len(region.read_text().splitlines())
    region.write_text(region.read_text() + "profile: regio\n")
    assert problems(folder) == [f"region.yaml:{lines + 1}: profile is given twice"]


def test_an_alias_of_what_it_lies_in_ends(folder: Path) -> None:
    (folder / "region.yaml").write_text("a: &a [*a]")
    assert "region.yaml:1: a Extra inputs are not permitted" in problems(folder)


def test_what_cannot_be_read_is_said(folder: Path) -> None:
    (folder / "rules.yaml").unlink()
    (folder / "rules.yaml").mkdir()
    assert problems(folder) == [f"{folder}/rules.yaml: cannot be read: Is a directory"]
    assert f"{DEMO}/region.yaml/region.yaml: cannot be read: Not a directory" in problems(DEMO / "region.yaml")
