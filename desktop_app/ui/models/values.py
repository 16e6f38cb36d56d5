"""What the cards show beside the models themselves: how fast they are here, what is being built, what could be faster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.library import ModelChoice


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a model embeds photos on this computer, as measured here.

    Attributes:
        photos_per_s: At the number of photos at once that is fastest.
        way: What runs the model, for a person: "OpenVINO bfloat16".
        memory_mb: What the model takes of the memory meanwhile; 0 when not known.
    """

    photos_per_s: float
    way: str
    memory_mb: int = 0


@dataclass(frozen=True, slots=True)
class FasterWay:
    """A way to run a model that is faster here.

    Attributes:
        key: Names it for the engine.
        title: For a person, in the middle of a sentence: "bfloat16".
        times: How many times as fast as now.
        exact: Whether the vectors stay as they are; otherwise the photos are embedded again.
    """

    key: str
    title: str
    times: float
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that the list of models shows, but for what moves: downloads and the building of vectors.

    Attributes:
        choices: The models there are.
        in_use: The chosen one; None without a usable one.
        answering: The one that is searched with; another than the chosen one until all photos are embedded again.
        speeds: What was measured here, by the models' keys.
        faster: What could be faster, by the models' keys.
        measuring: Key of the model that is being measured now; empty for none.
        switching: Whether photos are embedded again for the chosen model, or for the way it is run in now.
        way: How the chosen model is run, for a person: "OpenVINO, bfloat16"; empty where that is not known.
        way_before: Name of the way that the chosen model is run in until it can be run as chosen; empty where it is not
            the same model that answers.
        photos: How many photos another model would have to look at; 0 when not known.
    """

    choices: "tuple[ModelChoice, ...]" = ()
    in_use: "ModelChoice | None" = None
    answering: "ModelChoice | None" = None
    speeds: Mapping[str, Speed] = field(default_factory=lambda: MappingProxyType({}))
    faster: Mapping[str, FasterWay] = field(default_factory=lambda: MappingProxyType({}))
    measuring: str = ""
    switching: bool = False
    photos: int = 0
    way: str = ""
    way_before: str = ""

    def is_in_use(self, choice: "ModelChoice") -> bool:
        """Return whether this is the chosen model."""
        return self.in_use is not None and self.in_use.key == choice.key

    def is_built(self, choice: "ModelChoice") -> bool:
        """Return whether photos are being embedded with this model while the vectors of before answer."""
        return self.switching and self.is_in_use(choice)

    def before(self, choice: "ModelChoice") -> "ModelChoice | None":
        """Return the model that answers until this one can; None where it is this one, run in another way, or none."""
        one = self.answering
        return one if one is not None and self.is_built(choice) and one.key != choice.key else None
