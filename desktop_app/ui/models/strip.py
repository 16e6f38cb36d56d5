"""One line below the photos that says which model is at work, and offers the better one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import DownloadProgress
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.labels import IconLabel
from desktop_app.ui.models.progress_lines import DownloadLine
from desktop_app.ui.models.values import Shelf

if TYPE_CHECKING:
    from desktop_app.library import ModelChoice

_WIDE_PX = 640
_SIGN_PX = 20
_OTHERS, _OTHERS_SHORT = "Other models…", "Others…"


class ModelStrip(QFrame):
    """Offers the recommended model while a lesser one, or none, is in use; hidden otherwise.

    Signals:
        fetch_wanted(object): The model of this key shall be downloaded.
        use_wanted(object): The model of this key, which is there already, shall be searched with.
        cancel_wanted(): The download shall stop.
        choose_wanted(): The person wants to see all models.
        dismissed(): The person does not want the offer; remember that.
    """

    fetch_wanted = Signal(object)
    use_wanted = Signal(object)
    cancel_wanted = Signal()
    choose_wanted = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_card(self)
        self._offer: ModelChoice | None = None
        self._sentence = self._afterwards = ""
        self._dismissed = False
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._get = theme.set_primary(QPushButton())
        self._get.clicked.connect(self._act)
        self._choose = QPushButton(_OTHERS)
        self._choose.setAccessibleName(_OTHERS)
        self._choose.setFlat(True)
        self._choose.clicked.connect(self.choose_wanted)
        self._cross = QToolButton()
        self._cross.setIconSize(QSize(16, 16))
        self._cross.setAccessibleName("Do not offer this again")
        self._cross.setToolTip("Do not offer this again; all models are in the settings")
        icons.set_icon(self._cross, "close", "subtle")
        self._cross.clicked.connect(self.dismiss)
        self._download = DownloadLine()
        self._download.cancel_wanted.connect(self.cancel_wanted)
        self._download.setVisible(False)
        self._lay_out()
        self.setVisible(False)

    def show_models(self, shelf: Shelf) -> None:
        """Show the offer that fits these models, or nothing."""
        in_use = shelf.in_use
        best = next((choice for choice in shelf.choices if choice.recommended), None)
        # While one is being built, another offer would only be in the way.
        busy = in_use is not None and shelf.is_built(in_use)
        self._offer = None if best is None or busy or shelf.is_in_use(best) else best
        self._sentence = _sentence(in_use, self._offer)
        self._afterwards = _afterwards(shelf, self._offer)
        if self._offer is not None:
            self._text.setText(self._sentence)
            self.setAccessibleName(self._text.text())
            self._label_buttons()
        self._update()

    def show_download(self, progress: DownloadProgress | None) -> None:
        """Show how far the present download is in place of the buttons; None when there is none."""
        self._download.setVisible(progress is not None)
        for button in (self._get, self._choose, self._cross):
            button.setVisible(progress is None)
        if progress is None:
            self._text.setText(self._sentence)
        else:
            self._text.setText(
                f"Getting {progress.name}. You can go on searching meanwhile{self._afterwards}."
            )
            self._download.show_download(progress)
        self._update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the words where these would be a narrow column beside them."""
        super().resizeEvent(event)
        self._label_buttons()
        direction = QBoxLayout.Direction
        beside = self._buttons_px() + self._text.minimumSizeHint().width() + _SIGN_PX + 4 * theme.SPACE.large
        is_narrow = event.size().width() < max(_WIDE_PX, beside)
        self._row.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)

    def dismiss(self) -> None:
        """Take the offer away for this session."""
        self._dismissed = True
        self._update()
        self.dismissed.emit()

    def _label_buttons(self) -> None:
        """Say on the buttons all that there is room for, so that nothing of it is cut."""
        offer = self._offer
        if offer is None:
            return
        get = "Use it" if offer.ready else "Get it"
        size = "" if offer.ready else f" ({wording.size(offer.size_bytes)})"
        room = self.width() - 2 * theme.SPACE.large
        for others, offered in ((_OTHERS, get + size), (_OTHERS_SHORT, get + size), (_OTHERS_SHORT, get)):
            self._choose.setText(others)
            self._get.setText(offered)
            if self._buttons_px() <= room:
                break
        self._get.setToolTip(get + size if self._get.text() != get + size else "")

    def _buttons_px(self) -> int:
        buttons = (self._choose, self._get, self._cross)
        return sum(button.sizeHint().width() + theme.SPACE.small for button in buttons)

    def _update(self) -> None:
        loading = not self._download.isHidden()
        self.setVisible(self._offer is not None and (loading or not self._dismissed))

    def _act(self) -> None:
        if self._offer is not None:
            (self.use_wanted if self._offer.ready else self.fetch_wanted).emit(self._offer.key)

    def _lay_out(self) -> None:
        said = QHBoxLayout()
        said.setSpacing(theme.SPACE.small)
        said.addWidget(IconLabel("sparkles", _SIGN_PX, "accent"))
        said.addSpacing(theme.SPACE.tiny)
        said.addWidget(self._text, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE.small)
        buttons.addStretch(1)
        for button in (self._choose, self._get, self._cross):
            buttons.addWidget(button)
        self._row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(theme.SPACE.small)
        row.addLayout(said, 1)
        row.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE.large, theme.SPACE.small, theme.SPACE.small, theme.SPACE.small)
        column.setSpacing(theme.SPACE.small)
        column.addLayout(row)
        column.addWidget(self._download)


def _sentence(in_use: "ModelChoice | None", offer: "ModelChoice | None") -> str:
    if in_use is None:
        return "Photos are found by name only, for there is no model yet. The recommended one understands pictures."
    if not in_use.built_in:
        return f"You search with {in_use.title}; the recommended model may know more."
    here = offer is not None and offer.ready
    meanwhile = "your photos are looked at again" if here else "it comes"
    # In a low window each line is one less for the photos.
    return (
        "The built-in model knows everyday things, the recommended one far more. "
        f"You go on searching while {meanwhile}."
    )


def _afterwards(shelf: Shelf, offer: "ModelChoice | None") -> str:
    """Return what comes after a download, and how long it takes where that was measured."""
    speed = shelf.speeds.get(offer.key) if offer is not None else None
    if speed is None or speed.photos_per_s <= 0 or not shelf.photos:
        return "; afterwards your photos are looked at again with it, in the background"
    takes = wording.duration(shelf.photos / speed.photos_per_s)
    return f"; afterwards your photos are looked at again with it, which takes {takes} here"
