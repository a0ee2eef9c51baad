"""Who works here today: choose a name, or add one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from timebank.desk.desk import Desk
from timebank.desk.operators import ROLES, Operator
from timebank.outcome import Problem
from ui.jobs import Jobs
from ui.look import Look, Role, TextSize, Theme, Tone
from ui.look.kept import Kept
from ui.say import Words, phrase
from ui.screens.new_passphrase import NewPassword
from ui.screens.scroll import Scroll
from ui.widgets import Button, ButtonRow, Card, FormField, IconView, InlineNotice, Kind, Segments, Text


class SignIn(QWidget):
    """The names of this station's operators. ``signed_in`` carries the :class:`Operator`."""

    signed_in = Signal(object)

    def __init__(self, look: Look, kept: Kept, jobs: Jobs[Desk]) -> None:
        super().__init__()
        self._look, self._kept, self._jobs = look, kept, jobs
        self._operators: Sequence[Operator] = ()
        self._station = Text(look, "", Role.TITLE)
        self.notice = InlineNotice(look)
        self.names = QListWidget()
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.names.currentRowChanged.connect(self._chosen)
        self.names.itemActivated.connect(lambda _item: self.sign_in())
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.returnPressed.connect(self.sign_in)
        self._password = FormField(look, phrase("signin.password"), self.password)
        self.go = Button(look, phrase("signin.go"), icon="arrow-right", kind=Kind.PRIMARY)
        self.go.clicked.connect(self.sign_in)
        self.add = Button(look, phrase("signin.add"), icon="add", kind=Kind.QUIET)
        self.add.clicked.connect(self._show_add)
        self.form = OperatorForm(look)
        self.form.submitted.connect(self._appoint)
        self.form.cancelled.connect(self._hide_add)
        self.form.cancel.listen("Esc")
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        look = self._look
        card = Card(look, phrase("signin.title"))
        for part in (
            self.notice,
            self.names,
            self._password,
            ButtonRow(look, [self.go, self.add]),
            self.form,
        ):
            card.body.addWidget(part)
        head = QHBoxLayout()
        head.addWidget(IconView(look, "mark", Tone.ACCENT, ems=3.0))
        head.addWidget(self._station, 1)
        inner = QWidget()
        inner.setMaximumWidth(round(look.em * 40))
        middle = QVBoxLayout(inner)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addStretch(1)
        middle.addLayout(head)
        middle.addWidget(card)
        middle.addWidget(LookSwitches(look, self._kept))
        middle.addStretch(2)
        scroll = Scroll(look)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, 4)
        row.addStretch(1)
        scroll.column.addLayout(row)
        self._inner, self._middle = inner, middle
        self._column = QVBoxLayout(self)
        self._column.addWidget(scroll)

    def enter(self) -> None:
        """Read who works here."""
        self.password.clear()
        self.notice.dismiss()
        self._jobs.start(
            lambda desk, _progress, _cancelled: (
                desk.operators.list(),
                desk.station.name,
                desk.network_name(),
            ),
            then=self._listed,
            refused=self.notice.show_problem,
            slot="operators",
        )

    def greet(self, words: Words) -> None:
        """Say something good above the names."""
        self.notice.show_notice(Tone.GOOD, words)

    def _listed(self, answer: object) -> None:
        assert isinstance(answer, tuple)
        operators, station, network = answer
        self._operators = operators
        self._station.put(phrase("signin.station", station=station, network=network))
        self.names.clear()
        for each in operators:
            item = QListWidgetItem(self._look.icon("lock" if each.protected else "person"), each.name)
            item.setToolTip(self._look.say(phrase(f"signin.role_{each.role}")))
            self.names.addItem(item)
        last = next((n for n, each in enumerate(operators) if each.name == self._kept.operator), 0)
        first = not operators
        # Whoever could add a name could walk past the passwords of the others.
        self.add.setVisible(not first and not any(each.protected for each in operators))
        self.form.setVisible(first)
        self.form.begin("keeper" if first else "clerk", can_cancel=not first)
        for part in (self.names, self.go):
            part.setVisible(not first)
        self.refresh()
        if first:
            self._chosen(-1)  # nobody to give a password for
            self.form.name.setFocus()
        else:
            self.names.setCurrentRow(last)
            self._focus()

    def _chosen(self, row: int) -> None:
        self._password.setVisible(0 <= row < len(self._operators) and self._operators[row].protected)
        self._password.put_problem(None)
        self.password.clear()

    def _focus(self) -> None:
        (self.password if self._password.isVisibleTo(self) else self.names).setFocus()

    def sign_in(self) -> None:
        """Act as the chosen operator."""
        row = self.names.currentRow()
        if 0 <= row < len(self._operators):
            name, password = self._operators[row].name, self.password.text()
            self._jobs.start(
                lambda desk, _progress, _cancelled: desk.operators.sign_in(name, password),
                then=self._done,
                refused=self._refused,
            )

    def _appoint(self, name: str, role: str, password: str) -> None:
        def work(desk: Desk, _progress: object, _cancelled: object) -> Operator:
            desk.operators.sign_out()
            desk.operators.appoint(name, role, password)
            return desk.operators.sign_in(name, password)

        self._jobs.start(work, then=self._done, refused=self.form.put_problem)

    def _done(self, operator: object) -> None:
        assert isinstance(operator, Operator)
        self._kept.operator = operator.name
        self.password.clear()
        self.signed_in.emit(operator)

    def _refused(self, problem: Problem) -> None:
        self._password.setVisible(True)
        self._password.put_problem(problem)
        self.password.selectAll()
        self.password.setFocus()

    def _show_add(self) -> None:
        self.form.show()
        self.form.name.setFocus()

    def _hide_add(self) -> None:
        self.form.hide()
        self._focus()

    def refresh(self) -> None:
        """Keep sizes in step with the text size."""
        look = self._look
        self.names.setFont(look.font(Role.INPUT))
        self.names.setIconSize(look.icon_size)
        self.names.setAccessibleName(look.say(phrase("signin.title")))
        self.password.setFont(look.font())
        for n in range(self.names.count()):
            self.names.item(n).setSizeHint(QSize(0, round(look.target * 1.1)))
        self.names.setFixedHeight(
            max(1, min(5, self.names.count())) * round(look.target * 1.1) + look.space(2)
        )
        self._inner.setMaximumWidth(round(look.em * 40))
        self._middle.setSpacing(look.space(5))


class OperatorForm(QWidget):
    """A new operator: name, role, and a password for whoever wants one."""

    submitted = Signal(str, str, str)
    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.name, self.role = QLineEdit(), QComboBox()
        self.password = NewPassword(look, phrase("signin.new_password"), phrase("signin.password_hint"))
        for code in ROLES:
            self.role.addItem("", code)
        self._name = FormField(look, phrase("signin.name"), self.name)
        go = Button(look, phrase("signin.add_now"), icon="check", kind=Kind.PRIMARY)
        go.clicked.connect(self.submit)
        self.cancel = Button(look, phrase("window.cancel"))
        self.cancel.clicked.connect(self.cancelled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._name)
        self._role = FormField(look, phrase("signin.role"), self.role, hint=phrase("signin.role_hint"))
        self._column.addWidget(self._role)
        self._column.addWidget(self.password)
        self._column.addWidget(ButtonRow(look, [go, self.cancel]))
        self.password.given.connect(self.submit)
        self.role.currentIndexChanged.connect(lambda _row: self._describe())
        look.changed.connect(self.refresh)
        self.refresh()

    def _describe(self) -> None:
        self._role.put_hint(phrase(f"setup.does_{self.role.currentData()}"))

    def begin(self, role: str, *, can_cancel: bool) -> None:
        """An empty form."""
        self.name.clear()
        self.password.clear()
        self._name.put_problem(None)
        self.role.setCurrentIndex(ROLES.index(role))
        self._describe()
        self.cancel.setVisible(can_cancel)

    def submit(self) -> None:
        """Hand in what was typed."""
        if not self.name.text().strip():
            self._name.put_problem(phrase("welcome.name_missing"))
            return
        password = self.password.read()
        if password is not None:
            self.submitted.emit(self.name.text(), self.role.currentData(), password)

    def put_problem(self, problem: Problem) -> None:
        """Say what stood in the way; what was typed stays."""
        self._name.put_problem(problem)

    def refresh(self) -> None:
        """Say the roles in the current language."""
        look = self._look
        self._column.setSpacing(look.space(3))
        for edit in (self.name, self.role):
            edit.setFont(look.font())
        for n, code in enumerate(ROLES):
            self.role.setItemText(n, look.say(phrase(f"signin.role_{code}")))


class LookSwitches(QWidget):
    """Language and text size, before and after signing in."""

    def __init__(self, look: Look, kept: Kept, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._kept = look, kept
        self.languages = Segments(
            look, [("zh_CN", "中文"), ("en", "English")],
            name=phrase("settings.language"), current=look.speech.language,
        )  # fmt: skip
        sizes = [(size.value, phrase(f"window.text_{size.value}")) for size in TextSize]
        self.sizes = Segments(
            look, sizes, name=phrase("settings.text_size"), current=look.theme.text_size.value
        )
        self.languages.chosen.connect(self._speak)
        self.sizes.chosen.connect(self._size)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(ButtonRow(look, [self.languages, self.sizes]))
        look.changed.connect(self.refresh)

    def _speak(self, language: str) -> None:
        self._look.speech.language = language
        self._kept.language = language

    def _size(self, size: str) -> None:
        self._look.use(Theme(self._look.theme.mode, TextSize(size)))
        self._kept.theme = self._look.theme

    def refresh(self) -> None:
        """Show what holds now, however it was changed."""
        self.languages.choose(self._look.speech.language)
        self.sizes.choose(self._look.theme.text_size.value)
