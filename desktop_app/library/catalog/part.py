"""What every part of the catalogue stands on."""

import json
from collections.abc import Iterable

from desktop_app.library.catalog.connection import Connections


class Part:
    """A group of the catalogue's methods: they share its connections and nothing else."""

    def __init__(self, connections: Connections) -> None:
        """Make a part on open connections."""
        self._connections = connections


def number_list(numbers: Iterable[int]) -> str:
    """Return numbers as the JSON that SQLite's ``json_each`` reads: one parameter, however many they are."""
    return json.dumps([int(number) for number in numbers])
