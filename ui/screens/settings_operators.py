"""Operators in the settings: who may act at this desk, as what, and with which password."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.operators import KEEPER, ROLES, Operator
from timebank.outcome import Problem
from ui.look import Look, Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.narrow import WIDE, narrow
from ui.screens.signin import OperatorForm
from ui.widgets import Button, ButtonRow, Card, Column, DataTable, FormField, Kind, RowsModel, Text

_ROWS = 6
"""Rows seen at once; the rest scrolls."""


class OperatorsCard(Card):
    """The names, and one form at a time below them. Keepers act on all, everyone on their own password."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("settings.operators"))
        self._context = context
        self._names: list[Operator] = []
        look = context.look
        columns: list[Column[Operator]] = [
            Column("name", phrase("signin.name"), lambda each: each.name),
            Column("role", phrase("signin.role"), lambda each: phrase(f"signin.role_{each.role}")),
            Column("password", phrase("signin.password"), _said_password, stretch=True),
        ]
        self.model = RowsModel(look, columns, lambda each: each.number)
        self.table = DataTable(look, phrase("settings.operators"))
        self.table.put_model(self.model, sortable=False)
        self.table.chosen.connect(self._chosen)
        self.add = Button(look, phrase("signin.add"), icon="add")
        self.change = Button(look, phrase("setup.change_role"), icon="edit")
        self.secret = Button(look, phrase("setup.password"), icon="lock")
        self.form, self.role, self.password = OperatorForm(look), RoleForm(look), PasswordForm(look)
        self._openers: dict[QWidget, Button] = {
            self.form: self.add, self.role: self.change, self.password: self.secret
        }  # fmt: skip
        self.add.clicked.connect(self._open_add)
        self.change.clicked.connect(self._open_role)
        self.secret.clicked.connect(self._open_password)
        self.form.submitted.connect(self._appoint)
        self.role.submitted.connect(self._change)
        self.password.submitted.connect(self._set_password)
        self.body.addWidget(self.table)
        self.body.addWidget(ButtonRow(look, [self.add, self.change, self.secret]))
        for form in (self.form, self.role, self.password):
            form.cancelled.connect(self._close)
            form.hide()
            self.body.addLayout(narrow(form))
        context.permission.changed.connect(self._settle)
        look.changed.connect(self._fit)
        self._fit()
        self._settle()

    @property
    def operator(self) -> Operator | None:
        """The one under the cursor."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() else None

    def read(self) -> None:
        """Read the names afresh."""
        self._context.read(lambda desk: desk.operators.list(), self._put, slot="operators")

    def _put(self, operators: list[Operator]) -> None:
        if operators != self._names:
            before = self.operator
            self._names = operators
            self.model.replace(operators)
            self.table.fit_columns()
            known = [each.number for each in operators]
            self.table.go(known.index(before.number) if before and before.number in known else 0)
            self._fit()
        self._settle()

    def _fit(self) -> None:
        for form in self._openers:
            form.setMaximumWidth(round(self._context.look.em * WIDE))
        rows = min(_ROWS, max(2, len(self._names)))
        self.table.setFixedHeight((rows + 1) * self._context.look.target + self._context.look.space(2))

    def _chosen(self, _operator: object) -> None:
        self._settle()
        if not self.role.isHidden() or not self.password.isHidden():
            self._close()

    def _settle(self) -> None:
        """What may not be used rests, and says why."""
        permission, chosen = self._context.permission, self.operator
        acting = permission.operator
        keeper = acting is None or acting.role == KEEPER or all(each.role != KEEPER for each in self._names)
        reason: Words = permission.reason or ("" if keeper else phrase("setup.keepers_only"))
        own = acting is not None and chosen is not None and acting.number == chosen.number
        self.add.forbid(reason)
        self.change.forbid(reason)
        self.secret.forbid(permission.reason if own else reason)
        for button in (self.change, self.secret):
            button.setEnabled(chosen is not None)

    # One form at a time

    def _show(self, form: OperatorForm | RoleForm | PasswordForm) -> None:
        for each in self._openers:
            each.setVisible(each is form)

    def _open_add(self) -> None:
        self.form.begin("clerk", can_cancel=True)
        self._show(self.form)
        self.form.name.setFocus()

    def _open_role(self) -> None:
        if (chosen := self.operator) is not None:
            self.role.begin(chosen)
            self._show(self.role)
            self.role.role.setFocus()

    def _open_password(self) -> None:
        if (chosen := self.operator) is not None:
            acting = self._context.permission.operator
            self.password.begin(chosen, own=acting is not None and acting.number == chosen.number)
            self._show(self.password)
            self.password.first.setFocus()

    def _close(self) -> None:
        opener = next((button for form, button in self._openers.items() if form.isVisible()), None)
        for each in self._openers:
            each.hide()
        if opener is not None:
            opener.setFocus()

    def back(self) -> bool:
        """Close the form that is open. False where none is."""
        is_open = any(form.isVisible() for form in self._openers)
        self._close()
        return is_open

    # Doing it

    def _appoint(self, name: str, role: str, password: str) -> None:
        self._do(lambda desk: desk.operators.appoint(name, role, password), "settings.appointed", self.form)

    def _change(self, role: str) -> None:
        name = self.role.name
        self._do(lambda desk: desk.operators.change_role(name, role), "setup.role_changed", self.role)

    def _set_password(self, password: str, old: str) -> None:
        name = self.password.name
        key = "setup.password_set" if password else "setup.password_removed"
        self._do(lambda desk: desk.operators.set_password(name, password, old), key, self.password)

    def _do(
        self, work: Callable[[Desk], Operator], key: str, form: OperatorForm | RoleForm | PasswordForm
    ) -> None:
        def done(operator: Operator) -> None:
            self._close()
            self._context.notice(Tone.GOOD, phrase(key, name=operator.name))
            acting = self._context.operator
            if acting is not None and acting.number == operator.number:
                self._context.operator = operator
                self._context.permission.put(operator)
            self.read()

        self._context.write(work, done, refused=form.put_problem)


def _said_password(operator: Operator) -> Words:
    return phrase("settings.has_password" if operator.protected else "settings.no_password")


class RoleForm(QWidget):
    """Another role for someone, and what it may do."""

    submitted = Signal(str)
    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.name = ""
        self.role = QComboBox()
        for code in ROLES:
            self.role.addItem("", code)
        self._field = FormField(look, phrase("signin.role"), self.role)
        self.role.currentIndexChanged.connect(lambda _row: self._describe())
        self.go = Button(look, phrase("setup.change_now"), icon="check", kind=Kind.PRIMARY)
        self.go.clicked.connect(lambda: self.submitted.emit(self.role.currentData()))
        self._column = _column(look, self, [self._field], self.go)
        look.changed.connect(self.refresh)
        self.refresh()

    def begin(self, operator: Operator) -> None:
        """Show the role of ``operator``."""
        self.name = operator.name
        self.role.setCurrentIndex(ROLES.index(operator.role))
        self._field.put_label(phrase("setup.role_of", name=operator.name))
        self._field.put_problem(None)
        self._describe()

    def put_problem(self, problem: Problem) -> None:
        """Say what stood in the way."""
        self._field.put_problem(problem)

    def _describe(self) -> None:
        self._field.put_problem(None)
        self._field.put_hint(phrase(f"setup.does_{self.role.currentData()}"))

    def refresh(self) -> None:
        """Say the roles in the current language."""
        self._column.setSpacing(self._look.space(3))
        self.role.setFont(self._look.font())
        for n, code in enumerate(ROLES):
            self.role.setItemText(n, self._look.say(phrase(f"signin.role_{code}")))


class PasswordForm(QWidget):
    """A password twice, or none; whoever changes the own one says the old one first."""

    submitted = Signal(str, str)
    """the new password, empty for none, and the old one"""
    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.name = ""
        self.old, self.new, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        for edit in (self.old, self.new, self.again):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.again.returnPressed.connect(self.submit)
        self._old = FormField(look, phrase("setup.password_old"), self.old)
        self._new = FormField(look, phrase("setup.password_new"), self.new)
        self._again = FormField(look, phrase("setup.password_again"), self.again)
        self.go = Button(look, phrase("setup.password_now"), icon="check", kind=Kind.PRIMARY)
        self.go.clicked.connect(self.submit)
        self.remove = Button(look, phrase("setup.password_remove"))
        self.remove.clicked.connect(lambda: self.submitted.emit("", self.old.text()))
        self._column = _column(look, self, [self._old, self._new, self._again], self.go, self.remove)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def first(self) -> QLineEdit:
        """Where typing begins."""
        return self.new if self._old.isHidden() else self.old

    def begin(self, operator: Operator, *, own: bool) -> None:
        """An empty form for ``operator``."""
        self.name = operator.name
        for edit, field in ((self.old, self._old), (self.new, self._new), (self.again, self._again)):
            edit.clear()
            field.put_problem(None)
        self._new.put_label(phrase("setup.password_of", name=operator.name))
        self._old.setVisible(own and operator.protected)
        self.remove.setVisible(operator.protected)

    def submit(self) -> None:
        """Hand in what was typed, if both are the same."""
        self._new.put_problem(None if self.new.text() else phrase("setup.password_missing"))
        same = self.new.text() == self.again.text()
        self._again.put_problem(None if same else phrase("setup.passwords_differ"))
        if self.new.text() and same:
            self.submitted.emit(self.new.text(), self.old.text())

    def put_problem(self, problem: Problem) -> None:
        """Say what stood in the way; what was typed stays."""
        (self._old if problem.code == "password_wrong" else self._new).put_problem(problem)

    def refresh(self) -> None:
        """Keep the font in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        for edit in (self.old, self.new, self.again):
            edit.setFont(self._look.font())


class RolesCard(Card):
    """What each role may do, in plain words."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, phrase("setup.roles"))
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        for row, code in enumerate(ROLES):
            self._grid.addWidget(Text(look, phrase(f"signin.role_{code}"), Role.LABEL, wrap=False), row, 0)
            self._grid.addWidget(Text(look, phrase(f"setup.does_{code}"), soft=True), row, 1)
        self.body.addLayout(self._grid)
        look.changed.connect(self.refresh_gaps)
        self.refresh_gaps()

    def refresh_gaps(self) -> None:
        """Keep the gaps in step with the text size."""
        self._grid.setHorizontalSpacing(self._look.space(4))
        self._grid.setVerticalSpacing(self._look.space(2))


def _column(look: Look, form: RoleForm | PasswordForm, fields: list[FormField], *go: Button) -> QVBoxLayout:
    column = QVBoxLayout(form)
    column.setContentsMargins(0, 0, 0, 0)
    for field in fields:
        column.addWidget(field)
    cancel = Button(look, phrase("window.cancel"))
    cancel.clicked.connect(form.cancelled)
    column.addWidget(ButtonRow(look, [*go, cancel]))
    return column
