"""What is saved comes back as it was."""

import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.folders.comparing import FoundPhoto, Stamp, compare
from desktop_app.library.folders.unchanged import KnownFolder
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.photo import FailedPhoto, PhotoState
from tests.library.catalog.records import MODEL, OTHER_MODEL, record, unit

HOME = Path("/photos") if os.name == "posix" else Path("C:/photos")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        yield catalog


def test_a_saved_photo_comes_back_with_all_that_was_learned(catalog: Catalog) -> None:
    path = HOME / "a.jpg"
    metadata = Metadata(datetime(1965, 3, 4, 5, 6, 7), "Agfa Isolette", 38.72, -9.14)
    catalog.photos.save([record(path, "hash", vector=unit(1), metadata=metadata)], MODEL)
    photo = catalog.photos.at(path, MODEL)
    assert photo is not None
    assert (photo.path, photo.size_bytes, photo.mtime_ns) == (path, 100, 1_700_000_000_000_000_000)
    assert (photo.content_hash, photo.width_px, photo.height_px) == ("hash", 40, 30)
    assert photo.taken_at == datetime(1965, 3, 4, 5, 6, 7)
    assert (photo.camera, photo.latitude, photo.longitude) == ("Agfa Isolette", 38.72, -9.14)
    assert (photo.state, photo.reason) == (PhotoState.INDEXED, None)


def test_a_catalogue_opened_again_knows_what_was_saved(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], MODEL)
    with Catalog(tmp_path / "catalog.db") as catalog:
        assert catalog.folders.paths() == [HOME]
        assert catalog.known.files(HOME) == {HOME / "a.jpg": Stamp(100, 1_700_000_000_000_000_000)}
        assert catalog.vectors.models() == {MODEL: 1}


def test_a_vector_comes_back_with_length_one_and_its_direction(catalog: Catalog) -> None:
    wanted = unit(3, 512)
    catalog.photos.save([record(HOME / "a.jpg", vector=wanted * 1e6)], MODEL)
    photo = catalog.photos.at(HOME / "a.jpg", MODEL)
    assert photo is not None
    vector = catalog.vectors.of_photo(photo.id, MODEL)
    assert vector is not None
    assert vector.dtype == np.float32
    assert vector.shape == (512,)
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-6)
    assert float(vector @ wanted) > 0.99999
    assert catalog.vectors.of_photo(photo.id, OTHER_MODEL) is None
    assert catalog.vectors.of_photo(photo.id + 1, MODEL) is None


@pytest.mark.parametrize(
    "vector", [np.zeros(4), np.array([1.0, np.nan]), np.array([np.inf, 1.0]), np.ones((1, 4))]
)
def test_a_vector_that_is_no_direction_is_refused_and_nothing_of_its_batch_is_saved(
    catalog: Catalog, vector: np.ndarray
) -> None:
    wrong = vector.astype(np.float32)
    with pytest.raises(ValueError, match="not a direction"):
        catalog.photos.save([record(HOME / "a.jpg"), record(HOME / "b.jpg", "c2", vector=wrong)], MODEL)
    assert catalog.known.files(HOME) == {}
    catalog.photos.save([record(HOME / "a.jpg")], MODEL)
    assert len(catalog.known.files(HOME)) == 1


def test_equal_files_share_one_content_and_its_vector(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "same", vector=unit(1))], MODEL)
    catalog.photos.save([record(HOME / "copy.jpg", "same", decoded=False)], MODEL)
    assert catalog.photos.hashes_of([HOME / "a.jpg", HOME / "copy.jpg"]) == ["same", "same"]
    copy = catalog.photos.at(HOME / "copy.jpg", MODEL)
    assert copy is not None
    assert (copy.state, copy.width_px) == (PhotoState.INDEXED, 40)
    assert catalog.vectors.models() == {MODEL: 1}


def test_what_a_record_does_not_say_is_left_as_it_was(catalog: Catalog) -> None:
    taken = datetime(2020, 1, 1)
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1), taken_at=taken)], MODEL)
    catalog.photos.save([record(HOME / "a.jpg", decoded=False, size_bytes=7)], MODEL)
    photo = catalog.photos.at(HOME / "a.jpg", MODEL)
    assert photo is not None
    assert (photo.taken_at, photo.width_px, photo.size_bytes) == (taken, 40, 7)
    assert photo.state is PhotoState.INDEXED


def test_a_changed_file_keeps_its_number_and_moves_to_its_new_content(catalog: Catalog) -> None:
    path = HOME / "a.jpg"
    catalog.photos.save([record(path, "old", vector=unit(1))], MODEL)
    before = catalog.photos.at(path, MODEL)
    catalog.photos.save([record(path, "new", mtime_ns=5)], MODEL)
    after = catalog.photos.at(path, MODEL)
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert (after.content_hash, after.state) == ("new", PhotoState.PENDING)
    assert catalog.photos.hashes_of([path]) == ["new"]
    assert catalog.vectors.has("old", MODEL)


def test_numbers_of_removed_photos_are_never_used_again(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "a"), record(HOME / "b.jpg", "b")], None)
    last = catalog.photos.at(HOME / "b.jpg", None)
    catalog.photos.remove([HOME / "a.jpg", HOME / "b.jpg", HOME / "never there.jpg"])
    assert catalog.known.files(HOME) == {}
    catalog.photos.save([record(HOME / "c.jpg", "c")], None)
    new = catalog.photos.at(HOME / "c.jpg", None)
    assert last is not None
    assert new is not None
    assert new.id > last.id


def test_a_photo_that_comes_back_is_known_with_its_vector(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], MODEL)
    catalog.photos.remove([HOME / "a.jpg"])
    assert catalog.photos.has_content("c1")
    assert catalog.vectors.has("c1", MODEL)
    catalog.photos.save([record(HOME / "moved" / "b.jpg", decoded=False)], MODEL)
    photo = catalog.photos.at(HOME / "moved" / "b.jpg", MODEL)
    assert photo is not None
    assert photo.state is PhotoState.INDEXED


def test_without_a_model_no_vector_is_written(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], None)
    assert catalog.vectors.models() == {}
    assert catalog.known.waiting(HOME, MODEL) == [FoundPhoto(HOME / "a.jpg", 100, 1_700_000_000_000_000_000)]


def test_waiting_are_usable_photos_without_a_vector_of_the_model(catalog: Catalog) -> None:
    catalog.photos.save(
        [
            record(HOME / "done.jpg", "done", vector=unit(1)),
            record(HOME / "waits.jpg", "waits"),
            record(HOME / "broken.jpg", "broken", problem="not a picture"),
            record(HOME / "deep" / "waits.jpg", "deep"),
        ],
        MODEL,
    )
    assert [one.path.name for one in catalog.known.waiting(HOME, MODEL)] == ["waits.jpg", "waits.jpg"]
    assert [one.path for one in catalog.known.waiting(HOME / "deep", MODEL)] == [HOME / "deep" / "waits.jpg"]
    assert len(catalog.known.waiting(HOME, OTHER_MODEL)) == 3


def test_a_problem_is_kept_with_its_reason_and_its_content(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "bad.jpg", "bad bytes", problem="the file is cut short")], MODEL)
    catalog.photos.save([record(HOME / "shut.jpg", None, problem="no permission")], MODEL)
    assert catalog.known.failures() == [
        FailedPhoto(HOME / "bad.jpg", "the file is cut short"),
        FailedPhoto(HOME / "shut.jpg", "no permission"),
    ]
    bad = catalog.photos.at(HOME / "bad.jpg", MODEL)
    assert bad is not None
    assert (bad.state, bad.reason) == (PhotoState.FAILED, "the file is cut short")
    assert bad.content_hash == "bad bytes"
    assert not catalog.photos.has_content("bad bytes")
    assert catalog.photos.hashes_of([HOME / "shut.jpg", HOME / "bad.jpg", HOME / "unknown.jpg"]) == [
        "bad bytes"
    ]


def test_problems_below_a_folder_are_only_those_below_it(catalog: Catalog) -> None:
    for name in ("x/a.jpg", "x2/b.jpg", "x/y/c.jpg", "x.jpg"):
        catalog.photos.save([record(HOME / name, None, problem="the file is empty")], None)
    assert [one.path for one in catalog.known.failures(HOME / "x")] == [HOME / "x/a.jpg", HOME / "x/y/c.jpg"]
    assert len(catalog.known.failures()) == 4


def test_a_photo_that_works_again_has_no_problem_left(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", None, problem="no permission")], MODEL)
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], MODEL)
    assert catalog.known.failures() == []


def test_forgotten_problems_look_changed_to_the_next_comparison(catalog: Catalog) -> None:
    failed = [HOME / "bad.jpg", HOME / "worse.jpg"]
    for path in failed:
        catalog.photos.save([record(path, None, problem="not a picture")], MODEL)
    catalog.photos.save([record(HOME / "good.jpg", "good")], MODEL)
    found = [FoundPhoto(path, 100, 1_700_000_000_000_000_000) for path in [*failed, HOME / "good.jpg"]]
    assert compare(found, catalog.known.stamps(HOME)).changed == ()
    assert catalog.known.forget_failures([failed[0], HOME / "good.jpg"]) == 1
    assert [one.path for one in compare(found, catalog.known.stamps(HOME)).changed] == [failed[0]]
    assert catalog.known.forget_failures(None) == 2
    assert {one.path for one in compare(found, catalog.known.stamps(HOME)).changed} == set(failed)
    assert len(catalog.known.failures()) == 2
    photo = catalog.photos.at(failed[0], None)
    assert photo is not None
    assert photo.size_bytes == 0


def test_known_tells_apart_folders_whose_names_begin_alike(catalog: Catalog) -> None:
    names = ["2024/a.jpg", "2024/deep/er/b.jpg", "2024b/c.jpg", "2024.jpg", "2024 x/d.jpg"]
    catalog.photos.save([record(HOME / name, name) for name in names], None)
    assert set(catalog.known.files(HOME / "2024")) == {HOME / "2024/a.jpg", HOME / "2024/deep/er/b.jpg"}
    assert set(catalog.known.files(HOME)) == {HOME / name for name in names}


def test_what_lies_below_the_folders_of_a_folder_is_skipped(catalog: Catalog) -> None:
    names = [
        "a.jpg",
        "b!.jpg",
        "b/1.jpg",
        "b/deep/2.jpg",
        "b/3.jpg",
        "b0/4.jpg",
        "c.jpg",
        "d/deep/5.jpg",
        "e.jpg",
    ]
    catalog.photos.save([record(HOME / name, name) for name in names], None)
    known = catalog.known.in_folder(HOME)
    assert list(known.rows) == ["a.jpg", "b!.jpg", "c.jpg", "e.jpg"]
    assert known.below == ["b", "b0", "d"]
    assert {HOME / name: known.stamp(name) for name in known.rows}.items() <= (
        catalog.known.files(HOME).items()
    )
    assert catalog.known.in_folder(HOME / "d") == KnownFolder(below=["deep"])
    assert catalog.known.in_folder(HOME / "none") == KnownFolder()


def test_the_root_of_the_disk_can_be_a_chosen_folder(tmp_path: Path) -> None:
    root = Path(tmp_path.anchor)
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(root)
        catalog.photos.save([record(tmp_path / "a.jpg")], None)
        assert list(catalog.known.files(root)) == [tmp_path / "a.jpg"]
        assert catalog.known.in_folder(root) == KnownFolder(below=[tmp_path.parts[1]])
        assert [one.path for one in catalog.words.find("a jpg", 5, None)] == [tmp_path / "a.jpg"]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="such names cannot be there")
@pytest.mark.parametrize(
    "name", [b"caf\xe9.jpg", b"new\nline.jpg", b"\xff\xfe.jpg", "🏖️ 'quoted\" %_*.jpg".encode()]
)
def test_names_that_are_no_valid_text_come_back_as_they_are(catalog: Catalog, name: bytes) -> None:
    path = HOME / os.fsdecode(name)
    catalog.photos.save([record(path, "odd", problem=f"{path} is odd")], None)
    assert list(catalog.known.files(HOME)) == [path]
    assert [os.fsencode(found.name) for found in catalog.known.files(HOME)] == [name]
    assert list(catalog.known.in_folder(HOME).rows) == [path.name]
    assert catalog.photos.at(path, None) is not None
    assert catalog.known.failures()[0].path == path
    assert len(catalog.words.find("jpg", 5, None)) == 1


@pytest.mark.parametrize("mtime_ns", [-(2**62), 0, 2**63 - 1, 2**63, 253_402_300_799 * 10**9])
def test_any_modification_time_comes_back_exactly(catalog: Catalog, mtime_ns: int) -> None:
    catalog.photos.save(
        [record(HOME / "a.jpg", mtime_ns=mtime_ns), record(HOME / "b.jpg", "b", vector=unit(1))], MODEL
    )
    assert catalog.known.files(HOME)[HOME / "a.jpg"] == Stamp(100, mtime_ns)
    assert len(catalog.photos.ids_by_date()) == 2
    catalog.photos.save([record(HOME / "b.jpg", "b", mtime_ns=mtime_ns)], MODEL)
    _, seconds = catalog.filters.usable_dated()
    # None of these can be true, so that the photos stand at the beginning of time.
    assert seconds.tolist() == [0, 0]


def test_photos_outside_every_chosen_folder_are_left_out(catalog: Catalog) -> None:
    elsewhere = HOME.parent / "elsewhere" / "a.jpg"
    catalog.photos.save([record(elsewhere), record(HOME / "b.jpg", "b")], MODEL)
    assert catalog.photos.at(elsewhere, None) is None
    assert catalog.photos.counts(MODEL).photos == 1


def test_two_records_of_one_file_leave_the_later(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "one"), record(HOME / "a.jpg", "two")], MODEL)
    assert catalog.photos.hashes_of([HOME / "a.jpg"]) == ["two"]
    assert catalog.photos.counts(MODEL).photos == 1


def test_notes_are_kept_replaced_and_taken_away(catalog: Catalog) -> None:
    assert catalog.notes.get("model") is None
    catalog.notes.set("model", "built-in")
    catalog.notes.set("model", "other \udce9")
    assert catalog.notes.get("model") == "other ?"
    catalog.notes.set("model", None)
    assert catalog.notes.get("model") is None


def test_a_sound_catalogue_has_nothing_to_report(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / f"{n}.jpg", str(n), vector=unit(n)) for n in range(50)], MODEL)
    catalog.photos.remove([HOME / "3.jpg"])
    assert catalog.check() == []


def test_nothing_asked_for_changes_nothing(catalog: Catalog) -> None:
    catalog.photos.save([], MODEL)
    catalog.photos.remove([])
    assert catalog.known.forget_failures([]) == 0
    assert catalog.known.forget_failures(None) == 0
    assert catalog.vectors.outbox(MODEL, 0) == []
