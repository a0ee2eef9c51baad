"""How many older people live in each community: no fact says it, so somebody enters it here."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.domain.names import clean_name
from timebank.outcome import Problem
from ui.look import Role, Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.widgets import Button, ButtonRow, FormField, InlineNotice, Text


class PopulationCard(QWidget):
    """A community, its older people, and a button to keep them; an empty number forgets."""

    changed = Signal()
    """a number was kept"""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self._known: dict[str, int] = {}
        look = context.look
        self.community, self.people = QComboBox(), QLineEdit()
        self.community.setEditable(True)
        self.community.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.community.currentTextChanged.connect(self._named)
        self.button = Button(look, phrase("reporting.keep_population"), icon="check")
        self.button.clicked.connect(self.keep)
        self._said = Text(look, phrase("reporting.population_said"), Role.SMALL, soft=True)
        self.notice = InlineNotice(look)
        self._row = QHBoxLayout()
        self._row.addWidget(FormField(look, phrase("reporting.community"), self.community), 2)
        self._row.addWidget(FormField(look, phrase("reporting.older_people"), self.people), 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._said)
        self._column.addLayout(self._row)
        self._column.addWidget(ButtonRow(look, [self.button]))
        self._column.addWidget(self.notice)
        look.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._read()

    def _read(self) -> None:
        self._context.read(lambda desk: desk.reports.population(), self._told, slot="population")

    def _told(self, known: dict[str, int]) -> None:
        self._known = known
        typed = self.community.currentText()
        self.community.blockSignals(True)
        self.community.clear()
        self.community.addItems(sorted(known))
        self.community.setCurrentText(typed)
        self.community.blockSignals(False)
        self._named(typed)

    def _named(self, name: str) -> None:
        known = self._known.get(name.strip())
        self.people.setText("" if known is None else str(known))

    def keep(self) -> None:
        """Keep what was typed; what cannot be read stays, with the reason below it."""
        community, typed = self.community.currentText(), clean_name(self.people.text())
        people = int(typed) if typed.isdecimal() and len(typed) < 10 else (0 if typed else None)

        def work(desk: Desk) -> None:
            desk.reports.enter_population(community, people)

        self._context.write(work, self._kept, refused=self._refused)

    def _kept(self, _none: None) -> None:
        self.notice.show_notice(Tone.GOOD, phrase("reporting.population_kept"))
        self._read()
        self.changed.emit()

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._row.setSpacing(self._context.look.space(3))
        self._column.setSpacing(self._context.look.space(2))
