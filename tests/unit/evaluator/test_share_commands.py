"""The life of two halves, as two organisations live it on the command line."""

from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result
from vangnet_linker.evaluator.share_commands import app
from vangnet_pseudonym import keys, shares, voprf

RUNNER = CliRunner()


def run(*words: str | Path) -> Result:
    return RUNNER.invoke(app, [str(word) for word in words], env={"VANGNET_PASSPHRASE": "juist paard"})


def told(*words: str | Path) -> list[str]:
    done = run(*words)
    assert done.exit_code == 0, done.output
    return done.stdout.split()


def pinned(a: Path, b: Path, share_id: str) -> list[str]:
    lines = [next(line for line in run("show", path).stdout.splitlines() if f" {share_id} " in line) for path in (a, b)]
    return told("pin", *(line.split()[2] for line in lines))


def test_a_refresh_by_two_organisations_keeps_the_key_that_partners_pinned(tmp_path: Path) -> None:
    a, b, delta = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "delta"
    assert told("new", a)[:2] == told("new", b)[:2] == ["1", "1"]
    before = pinned(a, b, "1")
    told("delta", delta)
    told("refresh", a, "--delta-file", delta, "--share-id", "2", "--add")
    told("refresh", b, "--delta-file", delta, "--share-id", "2", "--subtract")
    assert pinned(a, b, "2") == before == pinned(a, b, "1")
    assert [share.share_id for share in shares.load_shares(a.read_bytes())] == ["1", "2"]
    assert {path.stat().st_mode & 0o777 for path in (a, b, delta)} == {0o600}


def test_a_key_may_begin_with_a_hyphen() -> None:
    known = (voprf.public_key(n.to_bytes(32, "little")) for n in range(1, 100_000))
    one, other = islice((key for key in known if keys.to_text(key).startswith("-")), 2)
    assert told("pin", keys.to_text(one), keys.to_text(other)) == [keys.to_text(voprf.add(one, other))]


def test_a_backup_comes_back_and_nothing_is_overwritten(tmp_path: Path) -> None:
    path, kept, again = tmp_path / "a.json", tmp_path / "backup.json", tmp_path / "again.json"
    made = told("new", path)
    told("backup", path, kept)
    assert told("restore", kept, again) == made and again.read_bytes() == path.read_bytes()
    for words in (("backup", path, kept), ("restore", kept, again)):
        refused = run(*words)
        assert refused.exit_code == 65 and "is there already" in refused.stderr
    wrong = RUNNER.invoke(app, ["restore", str(kept), str(tmp_path / "x")], env={"VANGNET_PASSPHRASE": "other"})
    assert wrong.exit_code == 65 and "wrong passphrase" in wrong.stderr and not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "{}/none"), "No such file"),
        (("show", "{}/junk"), "not a share file"),
        (("new", "{}/a"), "two shares with one epoch and shareId"),
        (("refresh", "{}/a", "--delta-file", "{}/junk", "--share-id", "2"), "is not a number"),
        (("refresh", "{}/a", "--delta-file", "{}/junk", "--share-id", "2", "--epoch", "3"), "no share of epoch 3"),
        (("pin", "AAAA", "AAAA"), "not a group element"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    told("new", tmp_path / "a")
    (tmp_path / "junk").write_text("AAAA")
    before = (tmp_path / "a").read_bytes()
    refused = run(*(word.format(tmp_path) for word in words))
    assert refused.exit_code == 65 and said in refused.stderr
    assert (tmp_path / "a").read_bytes() == before and {p.name for p in tmp_path.iterdir()} == {"a", "junk"}
