"""What every start of Kafka reads is never seen half."""

from pathlib import Path

from vangnet_local.kafka_archive import put_in_place


def test_who_has_the_old_archive_open_keeps_it_whole(tmp_path: Path) -> None:
    old, new = tmp_path / "classes.jsa", tmp_path / "new"
    old.write_bytes(b"old")
    new.write_bytes(b"other")
    with old.open("rb") as reader:
        put_in_place(new, old)
        assert reader.read() == b"old"
    assert old.read_bytes() == b"other"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["classes.jsa", "new"]


def test_a_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for name in ("formatted", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    put_in_place(tmp_path / "new", tmp_path / "formatted")
    assert [path.name for path in (tmp_path / "formatted").iterdir()] == ["new"]
