"""How a page of help looks: margins, code, tables and anchors, which Markdown alone leaves plain."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import (
    QBrush,
    QColor,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextList,
    QTextListFormat,
    QTextTable,
    QTextTableFormat,
)

from desktop_app.help_pages import anchor_of
from desktop_app.ui.look import theme

# In heights of the letter x of the page's font, so that they grow with it.
_ABOVE_HEADING: Final = {1: 0.0, 2: 3.0, 3: 2.4}
_BELOW_HEADING: Final = {1: 1.8, 2: 1.3, 3: 0.9}
_BETWEEN: Final = 1.6
_IN_CODE: Final = 1.5
_IN_CELL: Final = 1.0
# In Qt's steps: 1.5 times, 1.2 times, and as large as the text.
_HEADING_STEPS: Final = {1: 2, 2: 1}
_LINE_PERCENT: Final = 125
# Of a line, of a cell's two margins, and of cells: of a word or two, and those longer than which none gets more room.
_LINE_LETTERS, _PADDING, _FEW_LETTERS, _MANY_LETTERS = 92, 5, 16, 60
_FENCED = QTextFormat.Property.BlockCodeFence
_LANGUAGE = QTextFormat.Property.BlockCodeLanguage


def dress(document: QTextDocument, unit_px: float) -> None:
    """Give a page that was read from Markdown its look, in the colours of now.

    Args:
        document: The page.
        unit_px: Height of the letter x in its font; distances are made of it.
    """
    document.setIndentWidth(unit_px * 3.2)
    # In one step: a page of tables would be laid out anew for each of a thousand changes.
    step = QTextCursor(document)
    step.beginEditBlock()
    _dress(document, unit_px)
    step.endEditBlock()


def _dress(document: QTextDocument, unit_px: float) -> None:
    colours = theme.colours()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, colours, unit_px)
    blocks = list(_blocks(document))
    for block in blocks:
        if level := block.blockFormat().headingLevel():
            _dress_heading(block, level, unit_px)
        elif _is_code(block):
            _dress_code(block, unit_px)
        elif not block.text() and QTextCursor(block).currentTable() is None:
            _hide(block)
        else:
            _dress_text(block, unit_px)
        _dress_words(block, colours)


def code_places(document: QTextDocument, unit_px: float) -> list[QRectF]:
    """Return where code stands on a dressed page, with the room around it, in the document's coordinates."""
    places: list[QRectF] = []
    layout = document.documentLayout()
    for block in _blocks(document):
        if not _is_code(block):
            continue
        place = layout.blockBoundingRect(block)
        if _is_code(block.previous()):
            place = places.pop().united(place)
        places.append(place)
    margin, room = document.documentMargin(), _IN_CODE * unit_px
    width = document.textWidth() - 2 * margin
    return [QRectF(margin, one.top() - room, width, one.height() + 2 * room) for one in places]


def place_of(document: QTextDocument, anchor: str) -> QTextCursor | None:
    """Return the beginning of a heading on a dressed page, None where there is none of that name."""
    for block in _blocks(document):
        if block.blockFormat().headingLevel() and anchor_of(block.text()) == anchor:
            return QTextCursor(block)
    return None


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _is_code(block: QTextBlock) -> bool:
    shape = block.blockFormat()
    return shape.hasProperty(_FENCED) or shape.hasProperty(_LANGUAGE)


def _dress_heading(block: QTextBlock, level: int, unit_px: float) -> None:
    shape = QTextBlockFormat(block.blockFormat())
    beside_code = _IN_CODE if _is_code(block.previous()) else 0.0
    shape.setTopMargin((_ABOVE_HEADING.get(level, 2.0) + beside_code) * unit_px)
    shape.setBottomMargin(_BELOW_HEADING.get(level, 0.8) * unit_px)
    words = QTextCharFormat()
    words.setProperty(QTextFormat.Property.FontSizeAdjustment, _HEADING_STEPS.get(level, 0))
    words.setFontWeight(600)
    words.setAnchor(True)
    words.setAnchorNames([anchor_of(block.text())])
    cursor = _whole(block)
    cursor.setBlockFormat(shape)
    cursor.mergeCharFormat(words)


def _dress_code(block: QTextBlock, unit_px: float) -> None:
    """Leave room around code for its ground, which the page paints: Qt's own has none."""
    shape = QTextBlockFormat(block.blockFormat())
    shape.setNonBreakableLines(False)
    shape.setLeftMargin(_IN_CODE * unit_px)
    shape.setRightMargin(_IN_CODE * unit_px)
    shape.setTopMargin(0 if _is_code(block.previous()) else _IN_CODE * unit_px)
    shape.setBottomMargin(0 if _is_code(block.next()) else (_IN_CODE + _BETWEEN) * unit_px)
    _whole(block).setBlockFormat(shape)


def _dress_text(block: QTextBlock, unit_px: float) -> None:
    shape = QTextBlockFormat(block.blockFormat())
    table: QTextTable | None = QTextCursor(block).currentTable()
    items: QTextList | None = block.textList()
    below = _BETWEEN if items is None or block.next().textList() is not items else _BETWEEN * 0.5
    shape.setTopMargin(0)
    shape.setBottomMargin(0 if table is not None else below * unit_px)
    lines = QTextBlockFormat.LineHeightTypes
    if table is None:
        shape.setLineHeight(_LINE_PERCENT, lines.ProportionalHeight.value)
    else:
        shape.setLineHeight(0, lines.SingleHeight.value)
    cursor = _whole(block)
    cursor.setBlockFormat(shape)
    if table is not None and table.cellAt(cursor).row() == 0:
        head = QTextCharFormat()
        head.setFontWeight(600)
        cursor.mergeCharFormat(head)
    if items is not None:
        listed = QTextListFormat(items.format())
        listed.setIndent(1)
        items.setFormat(listed)


def _hide(block: QTextBlock) -> None:
    """Take the height from the line that Qt leaves below a table."""
    shape = QTextBlockFormat()
    shape.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    _whole(block).setBlockFormat(shape)


def _dress_words(block: QTextBlock, colours: theme.Colours) -> None:
    """Give code among words a ground."""
    pieces = []
    steps = block.begin()
    while not steps.atEnd():
        piece = steps.fragment()
        pieces.append((piece.position(), piece.length(), piece.charFormat()))
        steps += 1
    is_code = _is_code(block)
    for start, length, words in pieces:
        change = QTextCharFormat()
        if words.fontFixedPitch() and not is_code:
            change.setBackground(QColor(colours.hover))
        if words.isAnchor() and words.anchorHref():
            change.setForeground(QColor(colours.accent))
            change.setFontUnderline(True)
        cursor = QTextCursor(block)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(change)


def _dress_table(table: QTextTable, colours: theme.Colours, unit_px: float) -> None:
    shape = QTextTableFormat(table.format())
    shape.setBorder(1)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QBrush(QColor(colours.border)))
    shape.setBorderCollapse(True)
    shape.setCellPadding(_IN_CELL * unit_px)
    shape.setCellSpacing(0)
    # Below code, whose own margin Qt leaves away before a table.
    follows_code = _is_code(table.document().findBlock(table.firstPosition() - 1))
    shape.setTopMargin((_IN_CODE + _BETWEEN if follows_code else _BETWEEN * 0.3) * unit_px)
    shape.setBottomMargin(_BETWEEN * 1.6 * unit_px)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setHeaderRowCount(1)
    shape.setColumnWidthConstraints(_widths(table))
    table.setFormat(shape)
    first = table.cellAt(0, 0).firstCursorPosition()
    if first.block() != table.cellAt(0, 0).lastCursorPosition().block():
        # Qt begins the first cell of a table that follows code with an empty line.
        first.deleteChar()
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        ground = cell.format().toTableCellFormat()
        ground.setBackground(QColor(colours.hover))
        cell.setFormat(ground)


def _widths(table: QTextTable) -> list[QTextLength]:
    """Return the width of each column as its share: Qt gives all that are too wide the same.

    Columns of a word or two have what they need, and the others the rest, by their longest cells.
    """
    columns = range(table.columns())
    longest = [max(_letters(table, row, column) for row in range(table.rows())) for column in columns]
    narrow = {column: longest[column] + _PADDING for column in columns if longest[column] <= _FEW_LETTERS}
    wide = {column: min(longest[column], _MANY_LETTERS) for column in columns if column not in narrow}
    room = max(_LINE_LETTERS - sum(narrow.values()), sum(narrow.values()))
    shares = [narrow.get(column) or room * wide[column] / sum(wide.values()) for column in columns]
    return [QTextLength(QTextLength.Type.PercentageLength, 100 * share / sum(shares)) for share in shares]


def _letters(table: QTextTable, row: int, column: int) -> int:
    cell = table.cellAt(row, column)
    return cell.lastPosition() - cell.firstPosition()


def _whole(block: QTextBlock) -> QTextCursor:
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    return cursor
