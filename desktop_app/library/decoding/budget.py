"""The time budget of one order to a decoder: how much it may take, and how much is used up."""

import math


class Budget:
    """How long one order to a decoder may take, and how long its answer may be.

    Asked by the thread that watches; begun anew by the one that waits for the answer.

    Attributes:
        words: For a person, that it took too long.
        most_bytes: How many bytes the answer may have beside its words.
    """

    def __init__(
        self, words: str, work_s: float, clock_s: float, most_bytes: int = 0, silent_s: float = math.inf
    ) -> None:
        """Begin.

        Args:
            words: For a person, that it took too long.
            work_s: Processor time it may take.
            clock_s: Time on the clock it may take.
            most_bytes: How many bytes the answer may have beside its words.
            silent_s: So long the decoder may show no sign of life; longer, and it hangs on a drive that is gone.
        """
        self.words = words
        self.most_bytes = most_bytes
        self._work_s, self._clock_s, self._silent_s = work_s, clock_s, silent_s
        self.begin_anew()

    def begin_anew(self) -> None:
        """Let its time begin now."""
        self._passed_s = self._quiet_s = 0.0
        self._worked_before_s: float | None = None
        self._signs = -1.0

    @property
    def may_hang(self) -> bool:
        """Whether signs of life are asked for."""
        return self._silent_s < math.inf

    def is_over(self, passed_s: float, worked_s: float) -> bool:
        """Tell whether its time is up.

        Args:
            passed_s: Time on the clock since the last call.
            worked_s: Processor time of the process, in all.
        """
        if self._worked_before_s is None:
            self._worked_before_s = worked_s
        self._passed_s += passed_s
        return worked_s - self._worked_before_s > self._work_s or self._passed_s > self._clock_s

    def is_silent(self, passed_s: float, signs: float) -> bool:
        """Tell whether nothing at all has happened for too long.

        Args:
            passed_s: As for `is_over`.
            signs: Another number whenever the process did anything.
        """
        self._quiet_s = self._quiet_s + passed_s if signs == self._signs else 0.0
        self._signs = signs
        return self._quiet_s > self._silent_s
