"""How much is done to measure a library: enough for steady figures, or just enough to see that it runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts of work.

    Attributes:
        queries: Questions of each kind.
        writes: Photos added one by one, with a question right after each.
        indexed: Photos indexed while questions are asked.
        starts: Fresh processes to a first answer.
        frames: Frames of scrolling.
        settle_s: Longest that the program may take to come to rest.
        quiet_s: How long the window must have been quiet to be at rest.
        idle_s: How long it is watched while nothing happens.
        vectors: Questions to the vectors, beside FAISS.
    """

    queries: int = 60
    writes: int = 8
    indexed: int = 300
    starts: int = 3
    frames: int = 300
    settle_s: float = 900.0
    quiet_s: float = 4.0
    idle_s: float = 60.0
    vectors: int = 60


WHOLE = Amounts()
# `--scale 10000` takes about two minutes with these.
SMALL = Amounts(
    queries=30, writes=4, indexed=100, starts=2, frames=150, settle_s=60.0, idle_s=20.0, vectors=40
)
# For the test of the benchmark itself.
TINY = Amounts(
    queries=2,
    writes=1,
    indexed=2,
    starts=0,
    frames=3,
    settle_s=1.0,
    quiet_s=0.5,
    idle_s=0.2,
    vectors=3,
)
_SMALL_COUNT = 20_000


def amounts_for(count: int) -> Amounts:
    """Return how much is done for a library of so many photos."""
    return SMALL if count <= _SMALL_COUNT else WHOLE
