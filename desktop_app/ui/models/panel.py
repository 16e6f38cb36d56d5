"""The models there are to search with: use one, get one, or bring a file."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.library import DownloadProgress, ModelChoice
from desktop_app.ui.look import icons, theme
from desktop_app.ui.models.card import ModelCard

FILE_TYPES = "Models (*.safetensors *.zip);;All files (*)"


class ModelPanel(QWidget):
    """A card for each model, and a button for one that is on the disk already.

    Signals:
        use_wanted(object): The model of this key shall be searched with.
        fetch_wanted(object): The model of this key shall be downloaded.
        cancel_wanted(): The download shall stop.
        import_wanted(object): The model in this file shall be brought in.
    """

    use_wanted = Signal(object)
    fetch_wanted = Signal(object)
    cancel_wanted = Signal()
    import_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network = True
        self._choices: list[ModelChoice] = []
        self._in_use: ModelChoice | None = None
        self._download: DownloadProgress | None = None
        self._cards: list[ModelCard] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.SPACE.small)
        self._file = QPushButton(" Choose a file…")
        self._file.setAccessibleName("Choose a model file")
        self._file.setToolTip(
            "A model that you have as a .safetensors file beside its configuration, or as a .zip"
        )
        self._file.clicked.connect(self._ask_for_file)
        icons.set_icon(self._file, "folder")
        self._offline = theme.set_subtle(
            QLabel("Downloads are switched off under Privacy; a file works all the same.")
        )
        self._offline.setWordWrap(True)
        self._offline.setVisible(False)
        self._lay_out()

    def show_models(self, choices: Sequence[ModelChoice], in_use: ModelChoice | None) -> None:
        """Show these models; `in_use` is the one that is searched with now."""
        if (list(choices), in_use) == (self._choices, self._in_use):
            return
        self._choices, self._in_use = list(choices), in_use
        self._make_cards()

    def show_download(self, progress: DownloadProgress | None) -> None:
        """Show how far the present download is; None when there is none."""
        self._download = progress
        for card in self._cards:
            card.show_download(progress if progress is not None and self._is_meant(card, progress) else None)

    def allow_network(self, allowed: bool) -> None:
        """Let models be downloaded or not; files can always be brought in."""
        if allowed == self._network:
            return
        self._network = allowed
        self._offline.setVisible(not allowed)
        self._make_cards()

    def cards(self) -> list[ModelCard]:
        """Return the cards from top to bottom."""
        return list(self._cards)

    def _make_cards(self) -> None:
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [self._made(choice) for choice in self._choices]
        for card in self._cards:
            self._column.addWidget(card)
        self.show_download(self._download)

    def _made(self, choice: ModelChoice) -> ModelCard:
        in_use = self._in_use is not None and self._in_use.key == choice.key
        card = ModelCard(choice, in_use=in_use, network=self._network)
        card.use_wanted.connect(self.use_wanted)
        card.fetch_wanted.connect(self.fetch_wanted)
        card.cancel_wanted.connect(self.cancel_wanted)
        return card

    def _is_meant(self, card: ModelCard, progress: DownloadProgress) -> bool:
        """Say whether a download is this card's: by its name, or as the only one that is not there yet."""
        if progress.name in {card.choice.title, card.choice.key}:
            return True
        known = any(progress.name in {choice.title, choice.key} for choice in self._choices)
        missing = [choice.key for choice in self._choices if not choice.ready]
        return not known and missing[:1] == [card.choice.key]

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._file)
        row.addWidget(self._offline, 1)
        row.addStretch(0)
        row.setSpacing(theme.SPACE.medium)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.medium)
        column.addLayout(self._column)
        column.addLayout(row)
        column.addStretch(1)
        row.setAlignment(self._file, Qt.AlignmentFlag.AlignLeft)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, "Choose a model", "", FILE_TYPES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.import_wanted.emit(Path(name)))
        dialog.open()
