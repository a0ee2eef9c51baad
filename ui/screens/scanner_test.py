"""The scanner test page: codes to scan, what arrived key by key, and what to set otherwise, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from timebank.domain.scanned import Outcome
from timebank.domain.scanner_check import BARS, TEST_CODE, Diagnosis, Finding, Source, Stroke, diagnose
from timebank.paper.bars import bars
from timebank.paper.qr import QUIET_MODULES, qr_rows
from ui.look import TONE_ICONS, Look, Role, Tone
from ui.paper.press import always
from ui.paper.scanner_sheet import paged_scanner_sheet
from ui.say import Words, phrase
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.screens.key_catcher import KeyCatcher
from ui.screens.print_dialog import Document
from ui.screens.printing import print_pages
from ui.screens.scroll import Scroll
from ui.widgets import (
    Button,
    ButtonRow,
    Card,
    Column,
    DataTable,
    FormField,
    IconView,
    RowsModel,
    Text,
    VerdictCard,
)
from ui.widgets.sound import sound, try_sounds

_DOT = 5
"""Pixels of a QR module."""
_MARKS = {"\r": "CR", "\n": "LF", "\t": "TAB", "\x02": "STX", "\x03": "ETX", "\x04": "EOT", "\x1d": "GS"}


class _Row(NamedTuple):
    number: int
    stroke: Stroke


class TestCodes(QWidget):
    """The codes on white, as sharp as the screen allows: scanners read screens as well as paper."""

    __test__ = False  # no test, though pytest would take the name for one

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows = qr_rows(TEST_CODE)
        self._bars = [bars(text) for text in BARS]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say it again in the current language and size."""
        self.setAccessibleName(self._look.say(phrase("scan.codes")))
        self.setFont(self._look.font(Role.SMALL))
        self.updateGeometry()
        self.update()

    @property
    def _qr(self) -> int:
        return (len(self._rows) + 2 * QUIET_MODULES) * _DOT

    @property
    def _line(self) -> int:
        return QFontMetrics(self.font()).height()

    def sizeHint(self) -> QSize:
        width = max(self._qr, 2 * max(map(len, self._bars))) + 2 * self._look.space(3)
        height = self._qr + len(BARS) * (self._high + self._line + self._look.space(2))
        return QSize(width, height + 2 * self._look.space(3))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def _high(self) -> int:
        return round(self._look.em * 2.4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#ffffff"))  # paper, whatever the theme
        painter.drawRoundedRect(self.rect(), look.radius, look.radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        middle, top = self.width() // 2, look.space(3)
        left = middle - self._qr // 2 + QUIET_MODULES * _DOT
        for row, modules in enumerate(self._rows):
            _paint_run(painter, modules, QRect(left, top + (row + QUIET_MODULES) * _DOT, _DOT, _DOT))
        top += self._qr
        for text, modules in zip(BARS, self._bars, strict=True):
            _paint_run(painter, modules, QRect(middle - len(modules), top, 2, self._high))
            top += self._high
            painter.setPen(QColor("#1b2430"))
            painter.drawText(QRect(0, top, self.width(), self._line), Qt.AlignmentFlag.AlignHCenter, text)
            painter.setPen(Qt.PenStyle.NoPen)
            top += self._line + look.space(2)
        painter.end()


def _paint_run(painter: QPainter, modules: bytes, first: QRect) -> None:
    """Dark modules from left to right, each as wide and high as ``first``."""
    x = first.x()
    for dark, run in groupby(modules):
        width = len(list(run)) * first.width()
        if dark:
            painter.fillRect(x, first.y(), width, first.height(), QColor("#000000"))
        x += width


class ScannerTestPage(QWidget):
    """Scan into the line; Esc goes back to the settings."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        look = context.look
        self.catcher = KeyCatcher()
        self.catcher.caught.connect(self._caught)
        self.field = FormField(look, phrase("scan.catch"), self.catcher, hint=phrase("scan.catch_hint"))
        self.verdict = VerdictCard(look)
        self._findings = QVBoxLayout()
        self.said: list[Text] = []
        columns: list[Column[_Row]] = [
            Column("number", phrase("scan.nth"), lambda r: str(r.number), right=True),
            Column("key", phrase("scan.key"), lambda r: r.stroke.key or "—"),
            Column("text", phrase("scan.character"), _shown),
            Column("gap", phrase("scan.gap"), lambda r: f"{r.stroke.gap} ms", right=True),
            Column("source", phrase("scan.source"), _source, stretch=True),
        ]
        self.rows = RowsModel(look, columns, lambda row: row.number)
        self.table = DataTable(look, phrase("scan.keys"))
        self.table.put_model(self.rows, sortable=False)
        self.print_codes = Button(look, phrase("scan.print"), icon="print")
        self.print_codes.clicked.connect(self._print)
        self.listen = Button(look, phrase("scan.listen"), icon="sound")
        self.listen.clicked.connect(try_sounds)
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        look = self._look
        codes = Card(look, phrase("scan.codes"))
        codes.body.addWidget(TestCodes(look), 0, Qt.AlignmentFlag.AlignHCenter)
        codes.body.addWidget(ButtonRow(look, [self.print_codes, self.listen]))
        codes.body.addStretch(1)
        arrived = Card(look, phrase("scan.arrived_title"))
        arrived.body.addWidget(self.field)
        arrived.body.addWidget(self.verdict)
        arrived.body.addLayout(self._findings)
        arrived.body.addWidget(Text(look, phrase("scan.keys"), Role.LABEL))
        arrived.body.addWidget(self.table, 1)
        scroll = Scroll(look)
        self._across = QHBoxLayout()
        self._across.addWidget(codes)
        self._across.addWidget(arrived, 1)
        scroll.column.addLayout(self._across, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def enter(self) -> None:
        """Begin anew."""
        self.verdict.clear()
        self.rows.replace([])
        self._say([])
        self.catcher.clear()
        self.catcher.setFocus()

    def refresh(self) -> None:
        """Keep gaps and fonts in step with the text size."""
        look = self._look
        self._across.setSpacing(look.space(4))
        self._findings.setSpacing(look.space(2))
        self.catcher.setFont(look.font(Role.INPUT))
        self.catcher.setPlaceholderText(look.say(phrase("scan.catch_here")))
        self.table.setMinimumHeight(look.target * 4)

    def _caught(self, strokes: object) -> None:
        assert isinstance(strokes, tuple)
        found = diagnose(strokes)
        self.rows.replace([_Row(n, stroke) for n, stroke in enumerate(strokes, 1)])
        self.table.fit_columns()
        tone = self._tone(found)
        self.verdict.show_verdict(tone, phrase(f"scan.test_{tone.value}"), remark=self._understood(found))
        self._say(found.findings)
        if self._context.sound():
            sound(tone)
        self.catcher.selectAll()
        self.catcher.setFocus()

    def _tone(self, found: Diagnosis) -> Tone:
        if found.reading.outcome is not Outcome.WHOLE:
            return Tone.BAD
        return Tone.GOOD if all(each.good for each in found.findings) else Tone.WARN

    def _understood(self, found: Diagnosis) -> Words:
        text = found.reading.text
        if found.reading.outcome is not Outcome.WHOLE:
            return phrase("scan.not_understood", text=_short(text)) if text else ""
        if text == TEST_CODE:
            return phrase("scan.understood_qr", characters=len(text))
        return phrase("scan.understood_bars", text=text)

    def _say(self, findings: Sequence[Finding]) -> None:
        clear(self._findings)
        self.said = []
        for each in findings:
            tone = Tone.GOOD if each.good else Tone.WARN
            facts = dict(each.facts)
            if each.code == "layout":
                facts["layout"] = phrase(f"scan.layout_{facts['layout']}")
            words = Text(self._look, phrase(f"scan.find_{each.code}", **facts))
            line = QHBoxLayout()
            line.setSpacing(self._look.space(3))
            line.addWidget(IconView(self._look, TONE_ICONS[tone], tone), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            self._findings.addLayout(line)
            self.said.append(words)

    def _print(self) -> None:
        document = Document(
            "report",
            phrase("scan.test"),
            phrase("scan.sheet_file"),
            always(partial(paged_scanner_sheet, self._context.speech.language)),
            ("a4",),
        )
        self.dialog = print_pages(self._context, self, document)


def _shown(row: _Row) -> str:
    text = row.stroke.text
    return "".join(_MARKS.get(each, each if each.isprintable() else f"0x{ord(each):02X}") for each in text)


def _source(row: _Row) -> Words:
    return "" if row.stroke.source is Source.KEY else phrase(f"scan.source_{row.stroke.source}")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:24]} … {text[-10:]}"
