"""What a library does while nobody waits for it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.safety_copy import SafetyCopy
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.freed_memory import FreedMemory
from desktop_app.library.concurrency.writer import Writer
from desktop_app.library.errors import LibraryError
from desktop_app.library.events import CalibrationReady, Listener
from desktop_app.library.indexing.watching import Watching
from desktop_app.library.indexing.work import Work
from desktop_app.library.models.bench.bencher import ModelBencher
from desktop_app.library.models.switch import ModelSwitch
from desktop_app.library.search.calibration import Calibrations
from desktop_app.library.services.searching import Searching
from desktop_app.library.space.forgetter import Forgetter
from desktop_app.library.stacks.keeper import StackKeeper

logger = logging.getLogger(__name__)

# Whoever searched just now may do so again, and would wait for a measurement.
_QUIET_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleMoments:
    """Does what can wait, a piece at a time. Belongs to the writer thread.

    Each attribute is the part of the library of that name.
    """

    writer: Writer
    control: Control
    courtesy: Courtesy
    freed: FreedMemory
    catalog: Catalog
    safety_copy: SafetyCopy
    forgetter: Forgetter
    watching: Watching
    work: Work
    searching: Searching
    switch: ModelSwitch
    calibrations: Calibrations
    stacks: StackKeeper
    bencher: ModelBencher
    tell: Listener

    def use(self) -> None:
        """Use one, while no job waits for the writer."""
        stays = self.watching.is_on or self.searching.is_kept_open
        self.work.mind_vectors(stays=stays, are_asked=self.searching.needs_stores)
        self.forgetter.renew(self._is_wanted)
        self.safety_copy.renew(self._is_wanted)
        self.renew_words(self._is_wanted)
        if self.watching.is_on:
            self.work.mind_drives()
            self.work.use_idle_moment()
        if stays and not self.courtesy.is_used:
            self._prepare()
        self.searching.hold_vectors()
        if self.switch.rest():
            self.freed.expect()
        if not self._is_wanted():
            self.freed.rest()
        if self.watching.is_on:
            self.bencher.use_idle_moment(self._is_left_alone)

    def renew_words(self, is_wanted: Callable[[], bool]) -> None:
        """Split the names of photos into words anew where an earlier version did it otherwise.

        Args:
            is_wanted: Asked again and again; once it says yes, the rest waits.
        """
        try:
            self.catalog.words.renew(is_wanted)
        except LibraryError as error:
            logger.warning("the words of names could not be written anew: %s", error)

    def _prepare(self) -> None:
        """Calibrate the model and make the stacks, where that is still to be done.

        It takes seconds, with a million photos many. A command that ends after its answer would never come to its end,
        and lost most of its time there.
        """
        model = self.switch.searching
        model = model if model is not None and model.is_loaded else None
        if (calibrated := self.calibrations.renew(model, self._is_wanted)) is not None:
            self.freed.expect()
            self.tell(CalibrationReady(calibrated))
        self.stacks.renew(self.tell, self._is_wanted_elsewhere)

    def _is_wanted(self) -> bool:
        return self.writer.is_wanted

    def _is_wanted_elsewhere(self) -> bool:
        self.courtesy.give_way(self._is_wanted)
        return self._is_wanted()

    def _is_left_alone(self) -> bool:
        is_wanted = self._is_wanted() or self.control.rests or self.control.stopped
        return not is_wanted and self.courtesy.is_quiet(_QUIET_S)
