"""The outbox: whoever follows it knows exactly what the vector store should hold."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog, OutboxRow
from desktop_app.library.catalog.columns import path_from_blob
from tests.library.catalog.records import MODEL, OTHER_MODEL, record, unit

HOME = Path("/photos") if os.name == "posix" else Path("C:/photos")
INNER = HOME / "trips"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        yield catalog


def drain(catalog: Catalog, model_id: str = MODEL) -> list[OutboxRow]:
    rows = catalog.vectors.outbox(model_id, 10_000)
    if rows:
        catalog.vectors.outbox_done(model_id, up_to=rows[-1].seq)
    assert catalog.vectors.outbox(model_id, 1) == []
    return rows


def test_a_new_vector_is_in_the_outbox(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1), taken_at=datetime(1970, 1, 2))], MODEL)
    (row,) = drain(catalog)
    assert row.vector is not None
    assert float(row.vector @ unit(1)) > 0.9999
    assert row.content_id == int(catalog.vectors.live_ids(MODEL)[0])


def test_a_photo_without_a_vector_is_not_in_the_outbox(catalog: Catalog) -> None:
    catalog.photos.save(
        [record(HOME / "a.jpg"), record(HOME / "bad.jpg", "bad", problem="not a picture")], MODEL
    )
    assert catalog.vectors.outbox(MODEL, 10) == []


@dataclass
class Change:
    """Something that happens to a.jpg, and whether the store's row must stay."""

    do: Callable[[Catalog], object]
    stays: bool = True
    both_models: bool = True


@pytest.mark.parametrize(
    "change",
    [
        Change(lambda it: it.photos.remove([HOME / "a.jpg"]), stays=False),
        Change(lambda it: it.folders.remove(HOME), stays=False),
        Change(lambda it: it.photos.save([record(HOME / "a.jpg", "new")], None), stays=False),
        Change(
            lambda it: it.photos.save([record(HOME / "a.jpg", None, problem="no permission")], None),
            stays=False,
        ),
        Change(lambda it: it.photos.save([record(HOME / "a.jpg", mtime_ns=5)], None)),
        Change(lambda it: it.photos.save([record(HOME / "a.jpg", vector=unit(9))], MODEL), both_models=False),
    ],
)
def test_every_change_of_what_the_store_keeps_is_told_to_every_model(
    catalog: Catalog, change: Change
) -> None:
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], MODEL)
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(2))], OTHER_MODEL)
    drain(catalog, MODEL)
    drain(catalog, OTHER_MODEL)
    change.do(catalog)
    (row,) = drain(catalog, MODEL)
    assert (row.vector is not None) == change.stays
    assert len(drain(catalog, OTHER_MODEL)) == int(change.both_models)


def test_a_photo_that_comes_back_is_told_again(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], MODEL)
    catalog.photos.remove([HOME / "a.jpg"])
    assert [row.vector for row in drain(catalog)] == [None]
    catalog.photos.save([record(HOME / "b.jpg", decoded=False)], MODEL)
    assert [row.vector is not None for row in drain(catalog)] == [True]


def test_a_content_stays_while_one_of_its_files_is_there(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1)), record(HOME / "copy.jpg")], MODEL)
    catalog.photos.remove([HOME / "a.jpg"])
    assert [row.vector is not None for row in drain(catalog)] == [True]
    catalog.photos.remove([HOME / "copy.jpg"])
    assert [row.vector for row in drain(catalog)] == [None]


def test_saving_the_same_again_sends_nothing(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], MODEL)
    drain(catalog)
    catalog.photos.save([record(HOME / "a.jpg"), record(HOME / "a.jpg", decoded=False)], MODEL)
    catalog.known.forget_failures(None)
    assert drain(catalog) == []


def test_a_change_after_sending_survives_the_news_that_the_sending_is_done(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], MODEL)
    (sent,) = catalog.vectors.outbox(MODEL, 10)
    catalog.photos.remove([HOME / "a.jpg"])
    catalog.vectors.outbox_done(MODEL, up_to=sent.seq)
    (again,) = catalog.vectors.outbox(MODEL, 10)
    assert again.seq > sent.seq
    assert again.vector is None


def test_numbers_of_changes_are_never_used_again(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        catalog.photos.save([record(HOME / "a.jpg", vector=unit(1))], MODEL)
        (first,) = drain(catalog)
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.photos.save([record(HOME / "a.jpg", vector=unit(2))], MODEL)
        assert catalog.vectors.outbox(MODEL, 1)[0].seq > first.seq


def test_changes_can_be_read_in_pieces(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / f"{n}.jpg", str(n), vector=unit(n)) for n in range(10)], MODEL)
    seen: list[int] = []
    last = 0
    while rows := catalog.vectors.outbox(MODEL, 3, after=last):
        seen += [row.content_id for row in rows]
        last = rows[-1].seq
    assert seen == catalog.vectors.live_ids(MODEL).tolist()
    assert len(catalog.vectors.outbox(MODEL, 100)) == 10


def test_everything_can_be_sent_again(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / f"{n}.jpg", str(n), vector=unit(n)) for n in range(5)], MODEL)
    catalog.photos.save([record(HOME / "0.jpg", "0", vector=unit(0))], OTHER_MODEL)
    catalog.photos.remove([HOME / "3.jpg"])
    drain(catalog)
    assert catalog.vectors.outbox_all(MODEL) == 5
    rows = drain(catalog)
    assert sum(row.vector is not None for row in rows) == 4
    assert catalog.vectors.outbox_all("unknown model") == 0


def test_single_contents_can_be_sent_again(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / f"{n}.jpg", str(n), vector=unit(n)) for n in range(5)], MODEL)
    drain(catalog)
    wanted = catalog.vectors.live_ids(MODEL)[1:3]
    catalog.vectors.outbox_add(MODEL, [*wanted.tolist(), 999])
    rows = drain(catalog)
    assert {row.content_id: row.vector is not None for row in rows} == {
        int(wanted[0]): True,
        int(wanted[1]): True,
        999: False,
    }


class Follower:
    """A vector store that loses what it had not flushed, at any moment, and is told everything by the outbox."""

    def __init__(self, catalog: Catalog, model_id: str) -> None:
        self.flushed: dict[int, OutboxRow] = {}
        self._memory: dict[int, OutboxRow] = {}
        self._catalog = catalog
        self._model_id = model_id
        self._sent_to = 0

    def push(self, limit: int) -> None:
        for row in self._catalog.vectors.outbox(self._model_id, limit, after=self._sent_to):
            if row.vector is None:
                self._memory.pop(row.content_id, None)
            else:
                self._memory[row.content_id] = row
            self._sent_to = row.seq

    def flush(self) -> None:
        self.flushed = dict(self._memory)
        self._catalog.vectors.outbox_done(self._model_id, up_to=self._sent_to)

    def crash(self) -> None:
        self._memory = dict(self.flushed)
        self._sent_to = 0


@dataclass
class Truth:
    """What was done, kept in plain dictionaries."""

    files: dict[Path, tuple[str | None, int]] = field(default_factory=dict)
    """The content of each file, and the date it is sorted by."""
    dates: dict[str, int | None] = field(default_factory=dict)
    vectors: dict[tuple[str, str], int] = field(default_factory=dict)
    folders: set[Path] = field(default_factory=lambda: {HOME})

    def home_of(self, path: Path) -> Path | None:
        above = [folder for folder in self.folders if folder in path.parents]
        return max(above, key=lambda folder: len(folder.parts), default=None)

    def store(self, model_id: str) -> dict[str, int]:
        """What a store of this model should hold: content → seed of the vector."""
        contents = {content for content, _ in self.files.values() if content is not None}
        return {
            content: seed
            for (content, model), seed in self.vectors.items()
            if model == model_id and content in contents
        }

    def listed(self) -> dict[Path, tuple[Path | None, int]]:
        """What the catalogue should say of each photo: its folder, and the date it is sorted by."""
        return {path: (self.home_of(path), date) for path, (_, date) in self.files.items()}


class Life:
    """Does random things to a catalogue and to the truth alike."""

    def __init__(self, catalog: Catalog, seed: int) -> None:
        self.catalog = catalog
        self.truth = Truth()
        self.chance = random.Random(seed)
        self.followers = {model: Follower(catalog, model) for model in (MODEL, OTHER_MODEL)}
        self._paths = [folder / f"{n}.jpg" for folder in (HOME, INNER, INNER / "rome") for n in range(4)]

    def step(self) -> None:
        self.chance.choice(
            [self.save, self.save, self.save, self.remove, self.refolder, self.follow, self.follow]
        )()

    def save(self) -> None:
        model = self.chance.choice([MODEL, OTHER_MODEL, None])
        records = []
        for path in self.chance.sample(self._paths, self.chance.randint(1, 4)):
            content = self.chance.choice([f"c{n}" for n in range(6)] + [None])
            mtime_s, seed = self.chance.randint(0, 9), self.chance.randint(1, 50)
            day = self.chance.choice([None, None, 3, 4])
            embed = content is not None and model is not None and self.chance.random() < 0.5
            decoded = self.chance.random() < 0.7 and content is not None
            records.append(
                record(
                    path,
                    content,
                    mtime_ns=mtime_s * 10**9,
                    vector=unit(seed) if embed else None,
                    taken_at=None if day is None else datetime(1970, 1, day),
                    decoded=decoded,
                )
            )
            if self.truth.home_of(path) is None:
                continue
            said = None if day is None else (day - 1) * 86_400
            if content is not None and decoded:
                self.truth.dates[content] = said
            elif not decoded:
                said = self.truth.dates.get(content or "")
            self.truth.files[path] = (content, mtime_s if said is None else said)
            if content is not None and model is not None and embed:
                self.truth.vectors[content, model] = seed
        self.catalog.photos.save(records, model)

    def remove(self) -> None:
        paths = self.chance.sample(self._paths, self.chance.randint(1, 3))
        self.catalog.photos.remove(paths)
        for path in paths:
            self.truth.files.pop(path, None)

    def refolder(self) -> None:
        folder = self.chance.choice([HOME, INNER, INNER / "rome"])
        if folder in self.truth.folders:
            self.catalog.folders.remove(folder)
            self.truth.folders.remove(folder)
        else:
            self.catalog.folders.add(folder)
            self.truth.folders.add(folder)
        self.truth.files = {path: one for path, one in self.truth.files.items() if self.truth.home_of(path)}

    def follow(self) -> None:
        follower = self.chance.choice(list(self.followers.values()))
        follower.push(self.chance.randint(1, 5))
        if self.chance.random() < 0.7:
            self.chance.choice([follower.flush, follower.crash])()

    def stores(self) -> dict[str, dict[str, int]]:
        """What each follower holds once it has caught up, in the words of the truth."""
        held: dict[str, dict[str, int]] = {}
        for model, follower in self.followers.items():
            follower.push(1000)
            follower.flush()
            photos = self.catalog.photos.of_contents(list(follower.flushed), model)
            held[model] = {
                photos[number].content_hash or "": _seed_of(row.vector)
                for number, row in follower.flushed.items()
            }
        return held

    def listed(self) -> dict[Path, tuple[Path | None, int]]:
        """What the catalogue says of each photo, in the words of the truth."""
        with self.catalog._database.reading() as connection:
            rows = connection.execute(
                """SELECT file.path, folder.path, COALESCE(taken_at, mtime_ns / 1000000000) FROM file
                JOIN folder ON folder.id = folder_id LEFT JOIN content ON content.id = content_id"""
            ).fetchall()
        return {path_from_blob(path): (path_from_blob(folder), date) for path, folder, date in rows}


def _seed_of(vector: np.ndarray | None) -> int:
    assert vector is not None
    return max(range(51), key=lambda seed: float(unit(seed) @ vector))


@pytest.mark.parametrize("seed", range(6))
def test_following_the_outbox_through_anything_ends_at_the_truth(tmp_path: Path, seed: int) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        life = Life(catalog, seed)
        for _ in range(4):
            for _ in range(30):
                life.step()
            assert life.stores() == {model: life.truth.store(model) for model in (MODEL, OTHER_MODEL)}
            assert life.listed() == life.truth.listed()
            for model in (MODEL, OTHER_MODEL):
                assert catalog.vectors.live_count(model) == len(life.truth.store(model))
            assert set(catalog.known.files(HOME)) == set(life.truth.files)
        assert catalog.check() == []


def test_the_latest_change_that_left_the_outbox_is_noted(catalog: Catalog) -> None:
    """Whoever has followed it up to there finds all that came later in it."""
    catalog.photos.save([record(HOME / f"{n}.jpg", f"c{n}", vector=unit(n)) for n in range(4)], MODEL)
    assert catalog.vectors.outbox_left(MODEL) == 0
    first, second, *_, last = catalog.vectors.outbox(MODEL, 10)
    catalog.vectors.outbox_done(MODEL, up_to=second.seq)
    assert catalog.vectors.outbox_left(MODEL) == second.seq
    # Done once more, by somebody who was told to begin again.
    catalog.vectors.outbox_done(MODEL, up_to=first.seq)
    assert catalog.vectors.outbox_left(MODEL) == second.seq
    catalog.vectors.outbox_all(MODEL)
    assert catalog.vectors.outbox_left(MODEL) == last.seq
    assert catalog.vectors.outbox_left(OTHER_MODEL) == 0
    # A number that cannot be is no reason to look for changes for ever.
    catalog.notes.set(f"outbox left {MODEL}", "9" * 18)
    assert catalog.vectors.outbox_left(MODEL) == catalog.vectors.outbox_last()
