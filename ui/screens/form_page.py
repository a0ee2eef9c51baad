"""A page that is a form: header, notice and fields, and every problem said at the field that is to blame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtWidgets import QBoxLayout, QComboBox, QLineEdit, QVBoxLayout, QWidget

from timebank.outcome import Problem
from timebank.phrases import phrases
from ui.look import Look
from ui.say import Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.context import ScreenContext
from ui.screens.permission import ReadsOnly
from ui.screens.scroll import Scroll
from ui.widgets import FormField, InlineNotice, PageHeader


class FormPage(QWidget):
    """Make ``fields`` in the order in which they are filled in, then ``lay_out`` the page once."""

    BLAMED: ClassVar[Mapping[str, str]] = {}
    """The field to which a problem belongs, by the problem's code; any other is said at the top of the page."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.notice = InlineNotice(context.look)
        self.fields: dict[str, FormField] = {}

    def lay_out(self, header: PageHeader, body: QWidget, *, fill: bool = False) -> None:
        """The header above, ``body`` below, which scrolls; with ``fill`` it takes all the height there is."""
        scroll = Scroll(self._look)
        scroll.column.addWidget(body, 1 if fill else 0)
        if not fill:
            scroll.column.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (header, ReadsOnly(self._look, self._context.permission), self.notice):
            self._column.addWidget(part)
        self._column.addWidget(scroll, 1)
        self._look.changed.connect(self.refresh)

    def forgive(self, *keys: str) -> None:
        """Nothing is wrong any more with these fields; without any named, with the whole form."""
        if not keys:
            self.notice.dismiss()
        for key in keys or self.fields:
            self.fields[key].put_problem(None)

    def put_problem(self, problem: Problem, *, go: bool = True) -> None:
        """Say it at its field, and ``go`` there; a rule's, with its source, at the top of the page."""
        field = self.fields.get(self.BLAMED.get(problem.code, ""))
        if field is None or not field.isVisibleTo(self):
            self.notice.show_problem(problem)
            return
        field.put_problem(self._short(problem))
        if go:
            field.editor.setFocus()

    def _short(self, problem: Problem) -> Words:
        """What was typed stands right above: where there is a shorter sentence, it does."""
        own = f"services.problem.{problem.code}"
        return phrase(own, **problem.facts) if own in phrases(self._look.speech.language) else problem

    def refresh(self) -> None:
        """Keep fonts and gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        for field in self.fields.values():
            if isinstance(field.editor, QLineEdit | QComboBox):
                field.editor.setFont(self._look.font())


class Abreast(QWidget):
    """Parts side by side, each with its share of the width; under one another where text is large."""

    def __init__(self, look: Look, *parts: tuple[QWidget, int], gap: float = 4) -> None:
        super().__init__()
        self._look, self._gap = look, gap
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        for part, share in parts:
            self._box.addWidget(part, share)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Keep direction and gap in step with the text size."""
        way = QBoxLayout.Direction
        self._box.setDirection(way.TopToBottom if self._look.em >= LARGE_EM else way.LeftToRight)
        self._box.setSpacing(self._look.space(self._gap))
