"""How much each benchmark does: the whole, a minute's worth, or just enough to see that it runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Amounts of work.

    Attributes:
        photos: Large photos indexed in one round.
        photo_px: Width and height of each.
        small_photos: Photos of 640 × 480 pixels indexed in one round; none are if 0.
        indexed_way: Name of the way that models are run in while indexing; empty for the fastest that is true here.
        rounds: How often decoding, model and the whole are measured in turn.
        models: Names of `models.MAKERS`.
        memory_photos: Photos indexed first, and again in each of three further rounds.
        moved_photos: Tiny photos that are indexed, moved and looked for again.
        vectors: Sizes of the libraries that are searched; the largest is also opened and scanned again.
        queries: Queries to each of them.
        openings: How often the largest library is opened, and how often it is scanned again.
        windows: How often a window is opened.
        peer: Whether the other program is installed and measured beside this one.
        peer_models: Models that photos are indexed with beside the peer; the first is the peer's too.
        peer_ways: Ways that each of these models indexes in besides its own: `torch` is how it was before.
        peer_photos: Small photos, and large ones of `photo_px`, that both index.
        peer_rounds: How often both index them in turn.
        peer_starts: How often both are started in turn for what takes a second.
        peer_windows: Models whose window and its memory are looked at.
        runtime_s: Seconds that photos are embedded for at each size of batch.
        runtime_ways: Ways to run a model that are measured, beside torch; all there are if empty.
        narrow: Whether they are also measured without the processor's wider instructions.
    """

    photos: int = 96
    photo_px: tuple[int, int] = (4000, 3000)
    small_photos: int = 300
    indexed_way: str = ""
    rounds: int = 3
    models: tuple[str, ...] = ("ViT-B-32-256", "built-in")
    memory_photos: int = 100
    moved_photos: int = 10_000
    vectors: tuple[int, ...] = (10_000, 100_000)
    queries: int = 100
    openings: int = 3
    windows: int = 5
    peer: bool = True
    peer_models: tuple[str, ...] = ("ViT-B-32-256", "built-in")
    peer_ways: tuple[str, ...] = ("torch",)
    peer_photos: tuple[int, int] = (1_000, 300)
    peer_rounds: int = 3
    peer_starts: int = 7
    peer_windows: tuple[str, ...] = ("built-in", "ViT-B-32-256")
    runtime_s: float = 3.0
    runtime_ways: tuple[str, ...] = ()
    narrow: bool = True


WHOLE = Sizes()
# About a minute where nothing else runs: no model of 600 MB is made, and the figures are shakier.
QUICK = Sizes(
    photos=32,
    small_photos=100,
    rounds=2,
    models=("built-in",),
    memory_photos=12,
    moved_photos=1_000,
    vectors=(10_000,),
    queries=30,
    windows=3,
    peer_ways=(),
    peer_photos=(100, 30),
    peer_rounds=1,
    peer_starts=3,
    peer_windows=("built-in",),
    runtime_s=1.0,
    narrow=False,
)
# For the test of the benchmarks themselves.
TINY = Sizes(
    photos=6,
    photo_px=(320, 240),
    small_photos=0,
    indexed_way="openvino",
    rounds=1,
    models=("tiny",),
    memory_photos=6,
    moved_photos=20,
    vectors=(60,),
    queries=3,
    openings=1,
    windows=1,
    peer=False,
    peer_models=("built-in",),
    peer_ways=(),
    peer_photos=(6, 0),
    peer_rounds=1,
    peer_starts=0,
    peer_windows=(),
    runtime_s=0.1,
    runtime_ways=("openvino",),
    narrow=False,
)
