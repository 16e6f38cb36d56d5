"""Which photos are shown as one: the rules, over numbers."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.catalog import Frames
from desktop_app.library.catalog.facts import UNKNOWN, Facts
from desktop_app.library.media.looks import PLAIN, differing_bits
from desktop_app.library.stacks.grouping import stacks_of
from desktop_app.library.stacks.likeness import Likeness, Numbers, Rows, Stopped, likeness_of

DIMENSION = 64
STRANGERS = 60


def unit(rows: NDArray[np.float64]) -> Rows:
    long: Rows = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return long


class Photos:
    """Numbers for photos that have nothing to do with each other, and for those that are added as alike."""

    def __init__(self, strangers: int = STRANGERS) -> None:
        self._random = np.random.default_rng(7)
        self.looks: list[int] = []
        self.pixels: list[int] = []
        self.taken_at: list[int] = []
        self.cameras: list[int] = []
        self.vectors: list[Rows | None] = []
        self.differ: set[frozenset[int]] = set()
        self.flat: set[int] = set()
        self.known_flat: dict[int, bool] = {}
        self.asked_if_flat: set[int] = set()
        self.lengths_ms: dict[int, int] = {}
        self.pictures: dict[int, int] = {}
        self.frames: list[tuple[int, int, int]] = []
        self.compared: list[tuple[int, int]] = []
        self.expected: list[tuple[int, int]] = []
        for _ in range(strangers):
            self.add()

    def add(
        self,
        like: int | None = None,
        *,
        bits: int = 32,
        cosine: float = 0.0,
        taken_at: int = UNKNOWN,
        camera: int = 0,
        pixels: int = 0,
        look: int | None = None,
    ) -> int:
        """Add a photo and return its number; `bits` and `cosine` tell how far it is from the one it is like."""
        drawn = unit(self._random.standard_normal(DIMENSION))
        if like is None:
            look = int(self._random.integers(-(2**63), 2**63)) if look is None else look
        else:
            base = self.vectors[like - 1]
            assert base is not None
            away = unit((drawn - (drawn @ base) * base).astype(np.float64))
            drawn = unit((cosine * base + np.sqrt(1 - cosine**2) * away).astype(np.float64))
            flipped = sum(1 << int(place) for place in self._random.choice(63, bits, replace=False))
            look = self.looks[like - 1] ^ flipped if look is None else look
        self.looks.append(look)
        self.pixels.append(pixels)
        self.taken_at.append(taken_at)
        self.cameras.append(camera)
        self.vectors.append(drawn)
        return len(self.looks)

    def film(self, number: int, length_ms: int, cosines: Sequence[float], like: int | None = None) -> None:
        """Make a photo a video, of which so many moments follow; perhaps like those of another one."""
        self.lengths_ms[number] = length_ms
        theirs = [content for content, video, at_ms in self.frames if video == like and at_ms]
        self.frames.append((number, number, 0))
        for at, cosine in enumerate(cosines):
            moment = self.add(theirs[at] if theirs else None, cosine=cosine)
            self.frames.append((moment, number, (at + 1) * length_ms // (len(cosines) + 1)))

    def facts(self) -> Facts:
        numbers = range(1, len(self.looks) + 1)
        flats = [int(self.known_flat.get(number, UNKNOWN)) for number in numbers]
        columns = (numbers, self.looks, self.pixels, self.taken_at, self.cameras, flats)
        ids, looks, pixels, taken_at, cameras, flat = (np.array(column, dtype=np.int64) for column in columns)
        lengths = np.full(len(self.looks), UNKNOWN)
        for number, length_ms in self.lengths_ms.items():
            lengths[number - 1] = length_ms
        frames = np.array(sorted(self.frames), dtype=np.int64).reshape(-1, 3).T
        pictures = np.array([self.pictures.get(number, 1) for number in numbers], dtype=np.int64)
        return Facts(ids, looks, pixels, taken_at, cameras, flat, lengths, pictures, Frames(*frames))

    def fetch(self, ids: Numbers) -> Iterator[tuple[Numbers, Rows]]:
        """In two blocks and not in order, as a catalogue may."""
        has = [number for number in ids.tolist() if self.vectors[number - 1] is not None]
        for block in (has[1::2], has[::2]):
            if block:
                yield np.array(block), np.array([self.vectors[number - 1] for number in block])

    def agree(self, first: int, second: int) -> bool:
        self.compared.append((first, second))
        return frozenset((first, second)) not in self.differ

    def is_flat(self, number: int) -> bool:
        self.asked_if_flat.add(number)
        return number in self.flat

    def expect(self, pairs: Sequence[tuple[int, int]], *, of_flat_ones: bool) -> None:
        self.expected += [*pairs]

    def stacks(self, usual: float | None = None) -> list[set[int]]:
        found = stacks_of(self.facts(), self.fetch, self, usual)
        return [
            {number for number in found if found[number] == stack} for stack in sorted(set(found.values()))
        ]


def test_an_animation_is_no_copy_of_its_first_picture_nor_taken_in_a_burst_with_it() -> None:
    photos = Photos()
    still = photos.add(taken_at=100)
    animation = photos.add(still, cosine=1.0, taken_at=101)
    photos.pictures[animation] = 12
    same = photos.add(animation, bits=1, cosine=1.0, taken_at=102)
    assert photos.stacks() == [{still, same}]
    photos.pictures[same] = 12
    assert photos.stacks() == [{animation, same}]


def test_what_is_looked_at_was_expected_and_little_else_is() -> None:
    photos = Photos()
    for _ in range(3):
        first = photos.add()
        for _ in range(5):
            photos.add(first, bits=2, cosine=0.999)
    # One that differs stands alone, though a chain of others was expected to lead to it.
    photos.differ = {frozenset((len(photos.looks), other)) for other in range(1, len(photos.looks))}
    assert [len(stack) for stack in photos.stacks()] == [6, 6, 5]
    assert set(photos.expected) <= set(photos.compared)
    assert len(photos.expected) == 3 * 5


def test_photos_that_have_nothing_to_do_with_each_other_are_shown_by_themselves() -> None:
    assert Photos().stacks() == []
    assert Photos(0).stacks() == []
    assert Photos(1).stacks() == []


@pytest.mark.parametrize("bits", range(7))
def test_a_copy_is_found_by_its_look(bits: int) -> None:
    photos = Photos()
    copy = photos.add(5, bits=bits, cosine=0.9)
    assert photos.stacks() == [{5, copy}]


def test_pictures_of_like_look_are_no_copies_when_the_model_sees_something_else() -> None:
    photos = Photos()
    photos.add(5, bits=0, cosine=0.5)
    assert photos.stacks() == []


def test_pictures_of_another_look_are_no_copies_however_like_they_are_to_the_model() -> None:
    photos = Photos()
    photos.add(5, bits=8, cosine=0.999)
    assert photos.stacks() == []


def test_pictures_that_differ_in_a_detail_are_no_copies() -> None:
    photos = Photos()
    other, copy = photos.add(5, bits=0, cosine=0.99), photos.add(5, bits=2, cosine=0.99)
    photos.differ = {frozenset((5, other)), frozenset((other, copy))}
    assert photos.stacks() == [{5, copy}]


def test_equal_pixels_are_not_compared() -> None:
    photos = Photos()
    first = photos.add(pixels=9)
    again = photos.add(first, pixels=9, bits=0, cosine=1.0)
    assert photos.stacks() == [{first, again}]
    assert photos.compared == []


def test_pages_in_a_burst_must_agree_in_detail() -> None:
    photos = Photos()
    first = photos.add(taken_at=1000, camera=1)
    second = photos.add(first, cosine=0.97, taken_at=1001, camera=1)
    photos.differ = {frozenset((first, second))}
    assert photos.stacks() == [{first, second}], "in a photo of a scene things move"
    photos.flat = {second}
    assert photos.stacks() == []
    photos.differ = set()
    assert photos.stacks() == [{first, second}]


def test_no_thumbnail_is_read_of_a_burst_that_is_known_not_to_be_flat() -> None:
    photos = Photos()
    first = photos.add(taken_at=1000, camera=1)
    second = photos.add(first, cosine=0.97, taken_at=1001, camera=1)
    photos.differ = {frozenset((first, second))}
    photos.known_flat = {first: False, second: False}
    assert photos.stacks() == [{first, second}]
    assert (photos.asked_if_flat, photos.compared, photos.expected) == (set(), [], [])
    photos.known_flat = {first: False, second: True}
    assert photos.stacks() == []
    assert (photos.asked_if_flat, photos.expected) == (set(), [(first, second)])
    photos.known_flat = {first: False}
    assert photos.stacks() == [{first, second}]
    assert photos.asked_if_flat == {second}


def test_plain_pictures_are_no_copies_of_each_other() -> None:
    photos = Photos()
    first = photos.add(look=PLAIN)
    photos.add(first, look=PLAIN, cosine=1.0)
    assert photos.stacks() == []


def test_equal_pixels_are_one_whatever_else_is_known() -> None:
    photos = Photos()
    first = photos.add(pixels=77, look=PLAIN)
    turned = photos.add(pixels=77)
    photos.vectors[turned - 1] = None
    assert photos.stacks() == [{first, turned}]
    alone = Photos(0)
    alone.add(pixels=3)
    alone.add(pixels=3)
    alone.add(pixels=4)
    assert alone.stacks() == [{1, 2}]


def test_a_burst_is_one() -> None:
    photos = Photos()
    first = photos.add(taken_at=1000, camera=1)
    burst = [photos.add(first, cosine=0.97, taken_at=1000 + 2 * n, camera=1) for n in range(1, 4)]
    assert photos.stacks() == [{first, *burst}]


@pytest.mark.parametrize(
    ("seconds", "camera", "cosine"),
    [(4, 1, 0.95), (1, 2, 0.95), (1, 0, 0.95), (1, 1, 0.6)],
    ids=["later", "another camera", "an unknown camera", "something else"],
)
def test_what_is_no_burst(seconds: int, camera: int, cosine: float) -> None:
    photos = Photos()
    first = photos.add(taken_at=1000, camera=1)
    photos.add(first, cosine=cosine, taken_at=1000 + seconds, camera=camera)
    assert photos.stacks() == []


def test_photos_without_a_date_are_no_burst() -> None:
    photos = Photos()
    photos.add(photos.add(camera=1), cosine=0.95, camera=1)
    assert photos.stacks() == []


def test_cameras_that_nobody_knows_count_as_one() -> None:
    photos = Photos()
    first = photos.add(taken_at=1000)
    second = photos.add(first, cosine=0.95, taken_at=1001)
    assert photos.stacks() == [{first, second}]


def test_one_photo_that_failed_does_not_cut_a_burst() -> None:
    photos = Photos()
    first = photos.add(taken_at=1000, camera=1)
    photos.add(taken_at=1001, camera=1)
    third = photos.add(first, cosine=0.95, taken_at=1002, camera=1)
    assert photos.stacks() == [{first, third}]


def test_a_long_chain_does_not_drift_into_another_scene() -> None:
    """Each is like the one before, the last is nothing like the first."""
    photos = Photos()
    chain = [photos.add(taken_at=1000, camera=1)]
    start, end = photos.vectors[chain[0] - 1], photos.vectors[0]
    assert start is not None
    assert end is not None
    for step in range(1, 31):
        share = step / 30
        number = photos.add(taken_at=1000 + step, camera=1)
        photos.vectors[number - 1] = unit(((1 - share) * start + share * end).astype(np.float64))
        chain.append(number)
    stacks = photos.stacks()
    assert len(stacks) > 1
    assert all(stack <= set(chain) for stack in stacks)
    for stack in stacks:
        lead = photos.vectors[min(stack) - 1]
        assert lead is not None
        cosines = [
            float(lead @ vector) for number in stack if (vector := photos.vectors[number - 1]) is not None
        ]
        assert min(cosines) > 0.6


def test_a_stack_has_the_number_of_its_first_photo() -> None:
    photos = Photos()
    copy = photos.add(9, bits=2, cosine=0.95)
    other = photos.add(copy, bits=2, cosine=0.98)
    assert stacks_of(photos.facts(), photos.fetch, photos) == dict.fromkeys((9, copy, other), 9)


def test_without_vectors_copies_must_look_the_same_almost_exactly() -> None:
    photos = Photos()
    near, far = photos.add(5, bits=2), photos.add(6, bits=4)
    photos.vectors = [None] * len(photos.vectors)
    assert photos.stacks() == [{5, near}]
    assert far not in stacks_of(photos.facts(), photos.fetch, photos)


def test_in_a_small_library_the_model_s_usual_cosine_is_the_measure() -> None:
    photos = Photos(3)
    first = photos.add(taken_at=1000)
    second = photos.add(first, cosine=0.9, taken_at=1001)
    assert photos.stacks() == []
    assert photos.stacks(usual=0.1) == [{first, second}]
    assert photos.stacks(usual=0.8) == []


def test_the_measure_follows_the_model() -> None:
    """All vectors in a narrow cone, as a model of another kind places them: the same photos are alike."""
    photos = Photos(200)
    burst = photos.add(taken_at=1000)
    photos.add(burst, cosine=0.9, taken_at=1001)
    wide = limits(photos)
    axis = unit(np.ones(DIMENSION))
    narrow = [
        unit((0.3 * vector + axis).astype(np.float64)) for vector in photos.vectors if vector is not None
    ]
    photos.vectors = [*narrow]
    narrowed = limits(photos)
    assert narrowed.burst > 0.97
    assert 0.75 < wide.burst < 0.85
    assert narrowed.lead < narrowed.burst
    assert photos.stacks() == [{burst, burst + 1}]


def test_a_model_that_tells_nothing_apart_makes_no_bursts() -> None:
    """Of its pairs of different photos many are as near as a burst, so that cosines say nothing."""
    photos = Photos(200)
    centres = unit(np.random.default_rng(3).standard_normal((8, DIMENSION)))
    photos.vectors = [
        unit((centres[n % 8] + 0.04 * vector).astype(np.float64))
        for n, vector in enumerate(photos.vectors)
        if vector is not None
    ]
    assert limits(photos).burst > 0.99


def limits(photos: Photos) -> Likeness:
    facts = photos.facts()
    likeness = likeness_of(facts.ids, facts.looks, photos.fetch)
    assert likeness is not None
    return likeness


def test_many_photos_of_one_look_are_one_stack() -> None:
    """More than each is compared with."""
    photos = Photos()
    first = photos.add()
    others = [photos.add(first, bits=2, cosine=0.97) for _ in range(150)]
    assert photos.stacks() == [{first, *others}]


def test_every_pair_of_like_looks_is_found() -> None:
    """Against comparing all with all."""
    photos = Photos(300)
    for number in range(1, 200):
        photos.add(number, bits=number % 9, cosine=0.99)
    found = stacks_of(photos.facts(), photos.fetch, photos)
    looks = np.array(photos.looks)
    bits = differing_bits(looks[:, None], looks[None, :])
    expected = {int(place) + 1 for place in np.argwhere((bits <= 6) & ~np.eye(len(looks), dtype=bool))[:, 0]}
    assert set(found) == expected


def test_work_ends_when_somebody_else_waits() -> None:
    photos = Photos()
    photos.add(5, bits=0, cosine=0.99)
    with pytest.raises(Stopped):
        stacks_of(photos.facts(), photos.fetch, photos, stopped=lambda: True)


def test_a_chain_of_very_small_steps_does_not_drift_either() -> None:
    """Finer than the steps that a burst may have, so that nothing but the first photos can end it."""
    photos = Photos(200)
    chain = [photos.add(taken_at=1000, camera=1)]
    start, end = photos.vectors[chain[0] - 1], photos.vectors[0]
    assert start is not None
    assert end is not None
    for step in range(1, 121):
        number = photos.add(taken_at=1000 + step, camera=1)
        photos.vectors[number - 1] = unit(((1 - step / 120) * start + step / 120 * end).astype(np.float64))
        chain.append(number)
    stacks = photos.stacks()
    # Every step alone is a burst's.
    assert set().union(*stacks) == set(chain)
    for stack in stacks:
        lead = photos.vectors[min(stack) - 1]
        rows = [vector for number in stack if (vector := photos.vectors[number - 1]) is not None]
        assert lead is not None
        assert min(float(lead @ vector) for vector in rows) > 0.6


@pytest.mark.parametrize(("bits", "is_one"), [(0, True), (2, True), (3, False)])
def test_a_copy_that_has_no_vector_yet_is_found_by_its_look_alone(bits: int, *, is_one: bool) -> None:
    photos = Photos()
    copy = photos.add(5, bits=bits, cosine=0.9)
    photos.vectors[copy - 1] = None
    assert photos.stacks() == ([{5, copy}] if is_one else [])
