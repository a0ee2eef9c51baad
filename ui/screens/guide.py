"""The illustrated guide in a window of its own, to be read beside the work; it needs no network."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QImageReader, QPixmap, QResizeEvent, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from timebank.assets import guide
from ui.look import Look
from ui.say import phrase
from ui.widgets import Button
from ui.widgets.piecemeal import Piecemeal

SIZE = QSize(1180, 700)
_LINES = 150
"""Distance between lines, in percent."""
_IMAGE = QTextDocument.ResourceType.ImageResource


class Guide(QDialog):
    """Chapters on the left, text and pictures on the right. Esc closes it; open it with ``show()``."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.page = _Page()
        self.chapters = QListWidget()
        self.chapters.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chapters.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.chapters.currentRowChanged.connect(self.turn_to)
        close = Button(look, phrase("window.close"), key="Esc", icon="close")
        close.clicked.connect(self.close)
        self._left = QVBoxLayout()
        self._left.addWidget(self.chapters, 1)
        self._left.addWidget(close)
        self._across = QHBoxLayout(self)
        self._across.addLayout(self._left)
        self._across.addWidget(self.page, 1)
        look.changed.connect(self.refresh)
        self.resize(SIZE)
        self.refresh()
        self.chapters.setFocus()

    def turn_to(self, chapter: int) -> None:
        """Show a chapter from its title on."""
        if 0 <= chapter < len(self._starts):
            self.page.show_from(self._starts[chapter])

    _starts: list[int]

    def refresh(self) -> None:
        """The guide in the current language, size and colours, at the same chapter."""
        look = self._look
        chapter = max(0, self.chapters.currentRow())
        for part in (self.chapters, self.page):
            part.setFont(look.font())
        title = look.say(phrase("guide.title"))
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.page.setAccessibleName(title)
        self.chapters.setAccessibleName(look.say(phrase("guide.chapters")))
        for layout in (self._across, self._left):
            layout.setSpacing(look.space(3))
        self._across.setContentsMargins(*[look.space(4)] * 4)
        titles = self.page.read(look.speech.language)
        self._starts = [start for _, start in titles]
        self.chapters.blockSignals(True)
        self.chapters.clear()
        for words, _ in titles:
            QListWidgetItem(words, self.chapters)
        self.chapters.blockSignals(False)
        bar = self.chapters.verticalScrollBar().sizeHint().width()
        self.chapters.setFixedWidth(self.chapters.sizeHintForColumn(0) + bar + look.space(3))
        self.chapters.setCurrentRow(min(chapter, len(titles) - 1))


class _Page(QTextBrowser):
    """Text with pictures as wide as the page."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: one that came while the text is being set would change the width it is set for.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSearchPaths([str(guide())])
        self._language = ""
        self._at = 0
        """What was at the top before the page got another width."""
        self._named: list[QUrl] = []
        """The pictures of the text, as it names them."""
        self._missing: list[QUrl] = []
        """Those in whose place is a blank."""
        self._pieces = Piecemeal(self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(lambda: self._pieces.begin(self._pictures()))
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._read_again)

    def read(self, language: str) -> list[tuple[str, int]]:
        """Show the guide in ``language``; the titles of its chapters, and where each begins in the text."""
        self._language = language
        text = (guide() / f"guide.{language}.md").read_text("utf-8")
        self.document().setDocumentMargin(self.fontMetrics().height())
        self.document().clear()
        for url in self._named:
            self.document().addResource(_IMAGE.value, url, None)  # of another width
        self._named, self._missing = [], []
        self.setMarkdown(text)
        titles = []
        spaced = QTextBlockFormat()
        spaced.setLineHeight(_LINES, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() == 2:
                titles.append((block.text(), block.position()))
            if "\ufffc" not in block.text():  # a picture's line is as high as the picture
                QTextCursor(block).mergeBlockFormat(spaced)
            block = block.next()
        return titles

    def show_from(self, position: int) -> None:
        """Put the line at ``position`` at the top."""
        block = self.document().findBlock(position)
        area = self.document().documentLayout().blockBoundingRect(block)
        self.verticalScrollBar().setValue(round(area.top()) - self.fontMetrics().height() // 2)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """A blank in place of a picture, as large as that will be: reading them all would hold the screen."""
        if kind != _IMAGE.value:
            return super().loadResource(kind, name)
        url = name if isinstance(name, QUrl) else QUrl(name)
        self._named.append(url)
        self._missing.append(url)
        self._soon.start()
        size = QImageReader(_file(url)).size()
        room, sharp = self._room(), self.devicePixelRatioF()
        if size.width() > room:
            size = size.scaled(round(min(size.width(), room * sharp)), size.height(), _KEEP)
        blank = QPixmap(size)
        blank.fill(Qt.GlobalColor.transparent)
        blank.setDevicePixelRatio(max(1.0, size.width() / room))
        return blank

    def _pictures(self) -> Iterator[None]:
        """Put the pictures themselves in place, one at a time."""
        while self._missing:
            url = self._missing.pop(0)
            blank = self.document().resource(_IMAGE.value, url)
            picture = QPixmap(_file(url))
            if isinstance(blank, QPixmap) and picture.size() != blank.size():
                picture = picture.scaled(blank.size(), mode=Qt.TransformationMode.SmoothTransformation)
                picture.setDevicePixelRatio(blank.devicePixelRatio())
            self.document().addResource(_IMAGE.value, url, picture)
            self.viewport().update()
            yield

    def _room(self) -> int:
        """How wide a picture may be, in logical pixels."""
        return self.viewport().width() - 4 * self.fontMetrics().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._language and event.oldSize().width() != event.size().width():
            if not self._again.isActive():  # the lines are still broken as they were
                self._at = self.cursorForPosition(self.viewport().rect().topLeft()).position()
            self._again.start()
        super().resizeEvent(event)

    def _read_again(self) -> None:
        """Fit the pictures to another width, at the same place."""
        self.read(self._language)
        self.show_from(self._at)


_KEEP = Qt.AspectRatioMode.KeepAspectRatio


def _file(url: QUrl) -> str:
    return str(guide() / url.path())
