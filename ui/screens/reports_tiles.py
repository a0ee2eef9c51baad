"""What the month's page is laid out with: cards in columns of one width, and a target with its source."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.rules import source_text
from timebank.policy.settings import SETTINGS
from timebank.reports.table import Share
from timebank.reports.targets import Aim
from ui.look import TONE_ICONS, Look, Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import day_text
from ui.screens.words import category_words, joined
from ui.widgets import Button, IconView, Kind, Text
from ui.widgets.chart import TargetBar
from ui.widgets.laid import Laid


class Shelf(Laid):
    """Cards side by side in columns of one width, as many as there is room for; a line is as high as its highest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._gap = 300, 8

    def put_widths(self, least: int, gap: int) -> None:
        """Set the least width of a column and the gap between cards, in logical pixels."""
        self._least, self._gap = least, gap
        self.invalidate()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _place(self, rect: QRect, *, move: bool) -> int:
        shown = [item for item in self._items if not item.isEmpty()]
        if not shown:
            return 0
        least = max(self._least, self.minimumSize().width())
        columns = max(1, min(len(shown), (rect.width() + self._gap) // (least + self._gap)))
        width = (rect.width() - (columns - 1) * self._gap) // columns
        y = rect.y()
        for first in range(0, len(shown), columns):
            line = shown[first : first + columns]
            heights = [
                item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
                for item in line
            ]
            height = max(heights)
            if move:
                for at, item in enumerate(line):
                    corner = QPoint(rect.x() + at * (width + self._gap), y)
                    item.setGeometry(QRect(corner, QSize(width, height)))
            y += height + self._gap
        return y - self._gap - rect.y()


def percent(share: Share | None) -> str:
    """A share as people read it; a dash where there is nothing to measure."""
    if share is None or share.ratio is None:
        return "—"
    said = f"{100 * share.part / share.whole:.1f}"
    return f"{said.removesuffix('.0')} %"


class TargetTile(QFrame):
    """One target: the share reached, where it should be, and on request what document says so."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._aim: Aim | None = None
        self.setProperty("part", "card")
        self._label = Text(look, "", Role.LABEL)
        self._value = Text(look, "", Role.VERDICT, wrap=False)
        self._of = Text(look, "", Role.SMALL, soft=True)
        self._bar = TargetBar(look)
        self._icon = IconView(look, "info", ems=1.2)
        self._status = Text(look, "", Role.SMALL)
        self._source = Text(look, "", Role.SMALL, soft=True)
        self._source.hide()
        self.why = Button(look, phrase("window.why"), kind=Kind.QUIET)
        self.why.setCheckable(True)
        self.why.toggled.connect(self._asked)
        top = QHBoxLayout()
        top.addWidget(self._value)
        top.addWidget(self._of, 1, Qt.AlignmentFlag.AlignBottom)
        below = QHBoxLayout()
        below.addWidget(self._icon)
        below.addWidget(self._status, 1)
        below.addWidget(self.why)
        self._rows = (top, below)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._label)
        self._column.addLayout(top)
        self._column.addWidget(self._bar)
        self._column.addLayout(below)
        self._column.addWidget(self._source)
        self._column.addStretch(1)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def text(self) -> str:
        """The whole tile in words."""
        parts = (self._label, self._value, self._of, self._status)
        return "  ".join(part.text() for part in parts if part.text())

    @property
    def source(self) -> str:
        """Where the target is written, as shown below it."""
        return self._source.text() if not self._source.isHidden() else ""

    def put(self, label: Words, share: Share | None, aim: Aim | None) -> None:
        """Show a share, with the target for it where the rules set one."""
        self._aim = aim
        met = None if aim is None else aim.met
        tone = {True: Tone.GOOD, False: Tone.WARN, None: Tone.ACCENT}[met]
        self._label.put(label)
        self._value.put(percent(share))
        shown = share is not None and share.whole > 0
        self._of.put(
            phrase("reporting.of", part=f"{share.part:,}", whole=f"{share.whole:,}")
            if shown and share
            else ""
        )
        self._bar.put(share.ratio if share else None, aim.percent / 100 if aim else None, tone)
        self._icon.put(
            TONE_ICONS[tone] if met is not None else "info", tone if met is not None else Tone.PLAIN
        )
        self._status.put(_status(aim, shown), tone if met is not None else Tone.PLAIN, soft=met is None)
        self._source.put(_source(aim, self._look) if aim else "")
        self.why.setVisible(aim is not None)
        self.refresh()

    def _asked(self, on: bool) -> None:
        self._source.setVisible(on and self._aim is not None)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._look
        pad = look.space(4)
        self._column.setContentsMargins(pad, look.space(3), pad, look.space(2))
        self._column.setSpacing(look.space(1))
        for row in self._rows:
            row.setSpacing(look.space(2))
        self.setAccessibleName(self.text)
        said = look.say(self._label.words)
        self.why.setAccessibleDescription(said)


def _status(aim: Aim | None, measured: bool) -> Words:
    if aim is None:
        return phrase("reporting.no_target")
    wanted = phrase("reporting.wanted", percent=aim.percent)
    if aim.by is not None:
        by = aim.by
        wanted = phrase(
            "reporting.wanted_by", percent=aim.percent, day=Spoken(lambda language: day_text(by, language))
        )
    if aim.met is None or not measured:
        return phrase("reporting.why_not", wanted=wanted, why=phrase(f"reports.met.{aim.why or 'nobody'}"))
    return phrase("reporting.why_not", wanted=wanted, why=phrase(f"reports.met.{'yes' if aim.met else 'no'}"))


def _source(aim: Aim, look: Look) -> Words:
    def said(language: str) -> str:
        lines = []
        if aim.categories:
            lines.append(look.say(joined(map(category_words, aim.categories), look.say)))
        if aim.source is not None:
            lines.append(source_text(aim.source, language))
        return "\n".join(lines)

    return Spoken(said)


def target_words(key: str) -> Words:
    """What a target of the rule pack is about."""
    return Spoken(SETTINGS[key].meaning)


def focused_in(widget: QWidget) -> bool:
    """Whether the keyboard is somewhere within ``widget``."""
    focus = QApplication.focusWidget()
    return focus is not None and (focus is widget or widget.isAncestorOf(focus))
