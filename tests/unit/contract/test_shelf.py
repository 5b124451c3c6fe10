"""Versions of a policy stand side by side; what does not belong together is refused."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from vangnet_contract.policy import PolicyRefused, Shelf, VersionMissing, load_policy

SHIPPED = Path(__file__).parents[3] / "deploy" / "policy" / "demo"
Edit = Callable[[str], str]


def changed(folder: Path, file: str, edit: Edit) -> Path:
    """The demo policy with one file edited."""
    shutil.copytree(SHIPPED, folder)
    (folder / file).write_text(edit((folder / file).read_text()))
    return folder


def second(folder: Path, name: str = "second") -> Path:
    """The same policy under another name."""
    was = load_policy(SHIPPED).version
    return changed(folder, "region.yaml", lambda text: text.replace(was, name))


def shelf(folder: Path) -> Shelf:
    """A shelf that holds the demo policy."""
    return Shelf(shutil.copytree(SHIPPED, folder / "shelf"))


def test_a_version_that_was_put_there_is_found_again_also_by_another_process(tmp_path: Path) -> None:
    before = shelf(tmp_path)
    assert before.put(second(tmp_path / "new")).version == "second"
    again = Shelf(tmp_path / "shelf")
    assert again.version("second").version == "second"
    assert again.version(again.first.version) == again.first == again.in_force


def test_only_what_is_there_comes_into_force(tmp_path: Path) -> None:
    held = shelf(tmp_path)
    with pytest.raises(VersionMissing, match="put its files there"):
        held.activate("second")
    assert held.in_force == held.first
    held.put(second(tmp_path / "new"))
    held.activate("second")
    assert Shelf(tmp_path / "shelf").in_force.version == "second"


def test_a_new_version_has_the_keys_of_the_first(tmp_path: Path) -> None:
    held = shelf(tmp_path)
    keys = "seal: []\npartners: {}\nepochs: []\n"
    (tmp_path / "shelf" / "keys.yaml").write_text(keys)
    held.put(second(tmp_path / "new"))
    assert (tmp_path / "shelf" / "versions" / "second" / "keys.yaml").read_text() == keys


def test_the_same_once_more_is_no_news(tmp_path: Path) -> None:
    held = shelf(tmp_path)
    assert held.put(second(tmp_path / "new")) == held.put(tmp_path / "new")


@pytest.mark.parametrize(
    ("file", "edit", "says"),
    [
        ("region.yaml", lambda text: text.replace("horizonDays: 500", "horizonDays: 499"), "exists here with other contents"),
        ("region.yaml", lambda text: text.replace("name: demo-flevoland", "name: other"), "seals are bound to that"),
        ("region.yaml", lambda text: text.replace("horizonDays: 500", "horizonDays: x"), "region.yaml"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_left(tmp_path: Path, file: str, edit: Edit, says: str) -> None:
    held, new = shelf(tmp_path), changed(tmp_path / "new", file, edit)
    assert (new / file).read_text() != (SHIPPED / file).read_text()
    with pytest.raises(PolicyRefused, match=says):
        held.put(new)
    assert not (tmp_path / "shelf" / "versions").exists()


def test_a_folder_that_holds_another_version_than_its_name_is_not_used(tmp_path: Path) -> None:
    held = shelf(tmp_path)
    second(tmp_path / "shelf" / "versions" / "third")
    with pytest.raises(VersionMissing, match="holds policy second, not third"):
        held.version("third")
    with pytest.raises(VersionMissing):
        held.version("../../new")
