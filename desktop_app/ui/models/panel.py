"""The models there are to search with, by kind: use one, get one, or add one that is not on the list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.library import DownloadProgress, Progress
from desktop_app.ui.look import theme
from desktop_app.ui.models.adding import AddModel
from desktop_app.ui.models.card import ModelCard
from desktop_app.ui.models.kept import KeptVectors
from desktop_app.ui.models.values import Shelf
from desktop_app.ui.models.words import TIERS

_NO_NETWORK = (
    "Vislumbre never connects: the network is switched off under Privacy. "
    "Models can be brought as files all the same."
)


class ModelPanel(QWidget):
    """A card for each model below the name of its kind, and a way to add others.

    Attributes:
        adding: Takes a model that is not on the list.
        kept: What is kept of models that are not in use.

    Signals:
        shown(): The person looks at it now.
        use_wanted(object): The model of this key shall be searched with.
        fetch_wanted(object): The model of this key shall be downloaded.
        cancel_wanted(): The download shall stop.
        import_wanted(object): The model in this file shall be brought in.
        privacy_wanted(): The person wants to see whether the network may be used.
        measure_wanted(object): It shall be measured how fast the model of this key is here, or no longer.
        way_wanted(object, str): The model of this key shall be run in the way of this key.
    """

    shown = Signal()
    use_wanted = Signal(object)
    fetch_wanted = Signal(object)
    cancel_wanted = Signal()
    import_wanted = Signal(object)
    privacy_wanted = Signal()
    measure_wanted = Signal(object)
    way_wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network = True
        self._measures = False
        self._shelf = Shelf()
        self._download: DownloadProgress | None = None
        self._building: Progress | None = None
        self._opening = ""
        self._cards: list[ModelCard] = []
        self._headings: list[QLabel] = []
        self.kept = KeptVectors()
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.SPACE.small)
        self.adding = AddModel()
        self.adding.import_wanted.connect(self.import_wanted)
        self.adding.cancel_wanted.connect(self.cancel_wanted)
        self._offline = self._offline_line()
        self._lay_out()

    def show_models(self, shelf: Shelf) -> None:
        """Show these models; cards that were unfolded stay so."""
        if shelf == self._shelf:
            return
        if not any(shelf.is_built(choice) for choice in shelf.choices):
            self._building = None
        self._shelf = shelf
        self._make_cards()

    def show_download(self, progress: DownloadProgress | None) -> None:
        """Show how far the present download is; None when there is none."""
        self._download = progress
        if self.adding.show_download(progress):
            progress = None
        for card in self._cards:
            card.show_download(progress if progress is not None and self._is_meant(card, progress) else None)

    def show_building(self, progress: Progress | None) -> None:
        """Show how many photos are embedded with the chosen model, where another one answers until that is done."""
        self._building = progress
        for card in self._cards:
            card.show_building(progress)

    def show_opening(self, key: str) -> None:
        """Show that the model of this key is being opened; empty when none is any more."""
        self._opening = key
        for card in self._cards:
            card.show_opening(opening=card.choice.key == key)

    def allow_network(self, allowed: bool) -> None:
        """Let models be downloaded or not; files can always be brought in."""
        if allowed == self._network:
            return
        self._network = allowed
        self._offline.setVisible(not allowed)
        self.adding.allow_network(allowed)
        self._make_cards()

    def allow_measuring(self) -> None:
        """Offer to measure how fast models are here; who calls this hears `measure_wanted` and `way_wanted`."""
        self._measures = True
        self._make_cards()

    def cards(self) -> list[ModelCard]:
        """Return the cards from top to bottom."""
        return list(self._cards)

    def headings(self) -> list[str]:
        """Return the names of the kinds from top to bottom."""
        return [heading.text() for heading in self._headings]

    def showEvent(self, event: QShowEvent) -> None:
        """Say that it is looked at."""
        super().showEvent(event)
        self.shown.emit()

    def _make_cards(self) -> None:
        unfolded = {card.choice.key for card in self._cards if card.is_unfolded()}
        focused = {card.choice.key: name for card in self._cards if (name := card.focused())}
        if focused and (widget := QApplication.focusWidget()) is not None:
            # Hidden with the focus, it would hand that on, and the page would scroll to where it goes.
            widget.clearFocus()
        for widget in (*self._cards, *self._headings):
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._cards, self._headings = [], []
        for tier, title in TIERS.items():
            self._add_kind(tier, title)
        for card in self._cards:
            if card.choice.key in unfolded:
                card.unfold()
            if card.choice.key in focused:
                card.take_focus(focused[card.choice.key])
        self.show_download(self._download)
        self.show_building(self._building)
        self.show_opening(self._opening)

    def _add_kind(self, tier: str, title: str) -> None:
        known = tier if tier in TIERS else "own"
        choices = [
            choice
            for choice in self._shelf.choices
            if (choice.tier if choice.tier in TIERS else "own") == known
        ]
        if not choices:
            return
        heading = theme.set_title(QLabel(title), 1.05)
        heading.setContentsMargins(0, theme.SPACE.small if self._cards else 0, 0, 0)
        self._headings.append(heading)
        self._column.addWidget(heading)
        for choice in choices:
            card = ModelCard(choice, self._shelf, network=self._network, measures=self._measures)
            card.use_wanted.connect(self.use_wanted)
            card.fetch_wanted.connect(self.fetch_wanted)
            card.cancel_wanted.connect(self.cancel_wanted)
            card.import_wanted.connect(self.import_wanted)
            card.measure_wanted.connect(self.measure_wanted)
            card.way_wanted.connect(self.way_wanted)
            self._cards.append(card)
            self._column.addWidget(card)

    def _is_meant(self, card: ModelCard, progress: DownloadProgress) -> bool:
        """Say whether a download is this card's: by its name, or as the only one that is not there yet."""
        if progress.name in {card.choice.title, card.choice.key}:
            return True
        known = any(progress.name in {choice.title, choice.key} for choice in self._shelf.choices)
        missing = [choice.key for choice in self._shelf.choices if not choice.ready]
        return not known and missing[:1] == [card.choice.key]

    def _offline_line(self) -> QWidget:
        says = QLabel(_NO_NETWORK)
        says.setTextFormat(Qt.TextFormat.PlainText)
        says.setWordWrap(True)
        privacy = QPushButton("Privacy")
        privacy.setAccessibleName("Go to the page Privacy")
        privacy.clicked.connect(self.privacy_wanted)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE.medium)
        row.addWidget(says, 1)
        row.addWidget(privacy)
        line.setVisible(False)
        return line

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.large)
        column.addWidget(self._offline)
        column.addLayout(self._column)
        column.addWidget(self.adding)
        column.addWidget(self.kept)
        column.addStretch(1)
