"""Single facts that belong to no photo: what was made from what, and which model is in use."""

from desktop_app.library.catalog.columns import clean_text
from desktop_app.library.catalog.database import Database

CHOSEN_MODEL = "model"
"""The key of the model that the person chose: its name, or its folder."""
SEARCHED = "model searched with"
"""The key of the model that answers."""
SEARCHED_ID = "model id searched with"
"""What its vectors are called."""
STORE_STATE = "store state "
"""What the keys begin with, a model's id behind it, under which stands what the files of its vector store are known by."""
STORE_CLEAN = "store clean "
"""The same for whether its vector store was closed in order, and need not be compared."""


def way_note(key: str) -> str:
    """Return the key under which stands how a model is run, by the model's own key."""
    return f"way of {key}"


class NoteTable:
    """Texts under keys. Any thread; what is written is on disk."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database

    def get(self, key: str) -> str | None:
        """Return what was noted under a key."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM note WHERE key = ?", (clean_text(key),)).fetchone()
        return str(row[0]) if row else None

    def set(self, key: str, value: str | None) -> None:
        """Note something under a key; None takes the note away. Nothing is written where it stands there already."""
        if self.get(key) == clean_text(value):
            return
        with self._database.writing() as connection:
            connection.execute("DELETE FROM note WHERE key = ?", (clean_text(key),))
            if value is not None:
                connection.execute("INSERT INTO note VALUES (?, ?)", (clean_text(key), clean_text(value)))
