"""A model that is not on the list: from a file or a folder, or from a repository, whose licence is shown first."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import DownloadProgress, ModelOffer
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.models.bringing import ask_for_file
from desktop_app.ui.models.details import address_line
from desktop_app.ui.models.progress_lines import DownloadLine

_EXPLAINS = (
    "A model of your own: its folder, a .zip, a .safetensors file beside its configuration, or two ONNX files as immich "
    "publishes them. Or a repository at huggingface.co, hf:owner/name, or a name and a tag of open_clip."
)
_EXAMPLE = "hf:owner/name, or ViT-B-16:laion2b_s34b_b88k"


class AddModel(QWidget):
    """Takes a file, a folder or the name of a repository; shows what a repository offers before anything large comes.

    Signals:
        import_wanted(object): The model at this path shall be brought in.
        look_up_wanted(str): It shall be looked up what is meant by these words.
        fetch_wanted(object): This `ModelOffer` shall be downloaded; its licence is accepted.
        cancel_wanted(): The download shall stop.
    """

    import_wanted = Signal(object)
    look_up_wanted = Signal(str)
    fetch_wanted = Signal(object)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer: ModelOffer | None = None
        self._file = _button(" Choose a file…", "Choose a model file", "file")
        self._file.clicked.connect(self.ask_for_file)
        self._folder = _button(" Choose a folder…", "Choose a model's folder", "folder")
        self._folder.clicked.connect(self.ask_for_folder)
        self._words = QLineEdit()
        self._words.setPlaceholderText(_EXAMPLE)
        self._words.setAccessibleName("Name of a repository, or of a model in open_clip")
        self._words.setMaxLength(200)
        self._words.returnPressed.connect(self._look_up)
        self._words.textChanged.connect(lambda _text: self._allow())
        self._look = _button(" Look it up", "Look up what is in this repository", "search")
        self._look.clicked.connect(self._look_up)
        self._says = theme.set_subtle(_label())
        self._says.setVisible(False)
        self._card = _OfferCard()
        self._card.accepted.connect(self._accept)
        self._card.refused.connect(lambda: self.show_offer(None))
        self._card.setVisible(False)
        self._download = DownloadLine()
        self._download.cancel_wanted.connect(self.cancel_wanted)
        self._download.setVisible(False)
        self._network = True
        self._lay_out()
        self._allow()

    def allow_network(self, allowed: bool) -> None:
        """Let repositories be asked or not."""
        self._network = allowed
        self._allow()

    def show_looking(self) -> None:
        """Show that a repository is asked."""
        self._show("Looking it up…")
        self._look.setEnabled(False)

    def show_offer(self, offer: ModelOffer | None) -> None:
        """Show what a repository offers; None to show none."""
        self._offer = offer
        self._show("")
        self._card.setVisible(offer is not None)
        if offer is not None:
            self._card.show_offer(offer)

    def show_problem(self, text: str) -> None:
        """Show why nothing is offered."""
        self.show_offer(None)
        self._show(text)

    def show_download(self, progress: DownloadProgress | None) -> bool:
        """Show how far a download is if it is that of the offer, and return whether it is."""
        is_ours = progress is not None and self._offer is not None and progress.name == self._offer.title
        self._download.setVisible(is_ours)
        if is_ours and progress is not None:
            self._card.setVisible(False)
            self._download.show_download(progress)
        return is_ours

    def ask_for_file(self) -> None:
        """Open a dialog that asks for a model's file."""
        ask_for_file(self).fileSelected.connect(lambda name: self.import_wanted.emit(Path(name)))

    def ask_for_folder(self) -> None:
        """Open a dialog that asks for a model's folder."""
        dialog = QFileDialog(self, "Choose a model's folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.import_wanted.emit(Path(name)))
        dialog.open()

    def _look_up(self) -> None:
        if words := self._words.text().strip():
            self.look_up_wanted.emit(words)

    def _accept(self) -> None:
        if self._offer is not None:
            self._card.setVisible(False)
            self._show(f"Getting {self._offer.title}. You can go on searching meanwhile.")
            self.fetch_wanted.emit(self._offer)

    def _show(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text))
        self._allow()

    def _allow(self) -> None:
        self._words.setEnabled(self._network)
        self._look.setEnabled(self._network and bool(self._words.text().strip()))

    def _lay_out(self) -> None:
        heading = theme.set_title(QLabel("Add a model"), 1.05)
        explains = theme.set_subtle(_label(_EXPLAINS))
        here = QHBoxLayout()
        here.setSpacing(theme.SPACE.small)
        for button in (self._file, self._folder):
            here.addWidget(button)
        here.addStretch(1)
        there = QHBoxLayout()
        there.setSpacing(theme.SPACE.small)
        there.addWidget(self._words, 1)
        there.addWidget(self._look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.small)
        column.addWidget(heading)
        column.addWidget(explains)
        column.addLayout(here)
        column.addLayout(there)
        for widget in (self._says, self._card, self._download):
            column.addWidget(widget)


class _OfferCard(QFrame):
    """What a repository offers: files, sums, licence, and a yes or a no.

    Signals:
        accepted(): The person accepts the licence and wants the model.
        refused(): The person does not want it.
    """

    accepted = Signal()
    refused = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_card(self)
        self._title = theme.set_title(_label(), 1.05)
        self._says = _label()
        self._sums = theme.set_subtle(_label())
        self._page = QVBoxLayout()
        yes = theme.set_primary(QPushButton("Accept the licence and get it"))
        yes.clicked.connect(self.accepted)
        no = QPushButton("No")
        no.setAccessibleName("Do not get it")
        no.clicked.connect(self.refused)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE.small)
        buttons.addStretch(1)
        buttons.addWidget(no)
        buttons.addWidget(yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.SPACE.large] * 4)
        column.setSpacing(theme.SPACE.small)
        for label in (self._title, self._says, self._sums):
            column.addWidget(label)
        column.addLayout(self._page)
        column.addLayout(buttons)

    def show_offer(self, offer: ModelOffer) -> None:
        """Show this one."""
        self._title.setText(offer.title)
        self._says.setText(said_of(offer))
        self._sums.setText(sums_of(offer))
        while (item := self._page.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        page = address_line(offer.page)
        self._page.addWidget(page)
        page.show()


def said_of(offer: ModelOffer) -> str:
    """Return size and licence of what a repository offers, in sentences."""
    kind = "as ONNX" if offer.as_onnx else "as weights of open_clip"
    files = wording.counted(len(offer.files), "file")
    licence = (
        f"Its licence is “{offer.licence}”; read on this page what that lets you do."
        if offer.licence
        else "Its page names no licence: look there whether you may use it."
    )
    return f"{wording.size(offer.size_bytes)} in {files}, {kind}. {licence}"


def sums_of(offer: ModelOffer) -> str:
    """Return which of the files can be told to be the right ones, in a sentence."""
    unknown = sum(file.size_bytes for file in offer.files if not file.sha256)
    if not offer.unknown_sums:
        return "The SHA-256 of every file is known and checked."
    if unknown == offer.size_bytes:
        return "No SHA-256 is known: that the files arrive unchanged rests on the connection alone."
    return (
        "The SHA-256 of the large files is known and checked; that of "
        f"{wording.counted(len(offer.unknown_sums), 'small file')} ({wording.size(unknown)}) is not known."
    )


def _button(text: str, name: str, icon: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    icons.set_icon(button, icon)
    return button


def _label(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
