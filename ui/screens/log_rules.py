"""What a rule asks of a service beyond who, what and when: kin, group, relation, late entry. Shown only then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QComboBox, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.rules import STRANGER
from timebank.desk.services import PAST_DAYS
from timebank.desk.vouchers import Checked
from timebank.outcome import Problem
from timebank.policy.eligibility import FOR_WHOM, is_late
from timebank.policy.holding import GROUP
from timebank.store.people_queries import MemberRecord
from ui.say import phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.context import ScreenContext
from ui.screens.relation import RelationField
from ui.widgets import FormField, Toggle

KIN = "service.kin"
_PAUSE_MS = 400
_FIELD_OF = {"late_entry": "late", "late_entry_second": "second"}


class Asked(NamedTuple):
    """What was said of it: the fields of a :class:`~timebank.desk.services.ServiceForm` of the same names."""

    relation: str = STRANGER
    kin: bool = False
    for_group: bool = False
    late_reason: str = ""
    second: str = ""


class LogRules(QWidget):
    """Follows the form by ``put``; as high as what it has to ask, and hidden where that is nothing."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._late = False
        self._holder: tuple[str, MemberRecord | None] = ("", None)
        self._volunteers: Sequence[MemberRecord] = ()
        self._elder: MemberRecord | None = None
        self._voucher = ""
        look = context.look
        self.kin, self.group = Toggle(look, phrase("logged.kin")), Toggle(look, "")
        self.relation = RelationField(context, FOR_WHOM)
        self.late, self.second = QLineEdit(), QComboBox()
        self.fields = {
            "kin": FormField(look, "", self.kin),
            "group": FormField(look, "", self.group),
            "late": FormField(look, phrase("logged.late"), self.late),
            "second": FormField(look, phrase("logged.second"), self.second),
        }
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.relation)
        self._pairs = [QBoxLayout(QBoxLayout.Direction.LeftToRight) for _ in range(2)]
        for pair, keys in zip(self._pairs, (("late", "second"), ("kin", "group")), strict=True):
            for key in keys:
                pair.addWidget(self.fields[key], 1)
            self._column.addLayout(pair)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look_up)
        for edit in (self.late, self.second):
            changed = edit.textChanged if isinstance(edit, QLineEdit) else edit.currentIndexChanged
            changed.connect(self._forgive)
        look.changed.connect(self.refresh)
        self.refresh()

    def begin(self) -> None:
        """Nothing is said yet; read who else works here."""
        self.kin.setChecked(False)
        self.group.setChecked(False)
        self.relation.put(None, None)
        self.late.clear()
        self._holder = ("", None)
        self._forgive()
        self._context.read(_others, self._put_operators, slot="log rules operators")
        self._settle()

    def _put_operators(self, names: list[str]) -> None:
        self.second.clear()
        self.second.addItem(self._look.say(phrase("logged.second_choose")), "")
        own = self._context.operator
        for name in names:
            if own is None or name != own.name:
                self.second.addItem(name, name)
        none = self.second.count() == 1
        self.fields["second"].put_hint(phrase("logged.second_none") if none else "")

    def put(
        self,
        volunteers: Sequence[MemberRecord],
        elder: MemberRecord | None,
        day: date | None,
        today: date,
        voucher: str,
    ) -> None:
        """The form says this now; ``day`` is None while it cannot be read, ``voucher`` a code or serial."""
        self._volunteers, self._elder, self._voucher = tuple(volunteers), elder, voucher.strip()
        self._late = day is not None and is_late(day, today, self._context.pack)
        if self._voucher and self._voucher != self._holder[0]:
            self._pause.start()
        self._settle()

    # Whose voucher it is

    def _look_up(self) -> None:
        code = self._voucher

        def found(answer: tuple[Checked, MemberRecord | None]) -> None:
            if code == self._voucher:
                self._holder = (code, answer[1])
                self._settle()

        if code:
            self._context.read(
                lambda desk: _holder_of(desk, code),
                found,
                refused=lambda _problem: None,
                slot="log rules voucher",
            )

    # What there is to ask

    def _settle(self) -> None:
        pack = self._context.pack
        kin, group = pack.value(KIN), pack.value(GROUP)
        groups = list(
            dict.fromkeys(
                str(each.details["organisation"])
                for each in self._volunteers
                if each.details.get("organisation")
            )
        )
        code, holder = self._holder
        self.relation.put(holder if code and code == self._voucher else None, self._elder)
        shown = {
            "kin": kin not in (None, "allowed"),
            "group": bool(groups) and group is not None,
            "late": self._late,
            "second": self._late,
        }
        if shown["kin"]:
            self.fields["kin"].put_hint(phrase(f"logged.kin_{kin}"))
        if shown["group"]:
            self.group.put(phrase("logged.group", names="、".join(groups)))
            donate = group == "donate_only"
            self.fields["group"].put_hint(phrase("logged.group_donate" if donate else "logged.group_own"))
        if self._late:
            self.fields["late"].put_hint(phrase("logged.late_hint", days=pack.value(PAST_DAYS)))
        for key, field in self.fields.items():
            field.setVisible(shown[key])
        self.setVisible(any(shown.values()) or not self.relation.isHidden())
        self._shown = shown

    def asked(self) -> Asked:
        """What was said; what was not asked says nothing."""
        shown = self._shown
        return Asked(
            relation=self.relation.current,
            kin=shown["kin"] and self.kin.isChecked(),
            for_group=shown["group"] and self.group.isChecked(),
            late_reason=self.late.text().strip() if shown["late"] else "",
            second=str(self.second.currentData() or "") if shown["late"] else "",
        )

    def put_problem(self, problem: Problem) -> bool:
        """Say a problem at its field; False where none of these fields is to blame."""
        if self.relation.put_problem(problem):
            return True
        field = self.fields.get(_FIELD_OF.get(problem.code, ""))
        if field is None or not field.isVisibleTo(self):
            return False
        field.put_problem(problem)
        field.editor.setFocus()
        return True

    def _forgive(self) -> None:
        for key in ("late", "second"):
            self.fields[key].put_problem(None)

    def refresh(self) -> None:
        """Keep names and gaps in step with language and text size."""
        look = self._look
        self._column.setSpacing(look.space(4))
        way = QBoxLayout.Direction
        for pair in self._pairs:
            pair.setSpacing(look.space(6))
            pair.setDirection(way.TopToBottom if look.em >= LARGE_EM else way.LeftToRight)
        for edit in (self.late, self.second):
            edit.setFont(look.font())
        for toggle in (self.kin, self.group):
            toggle.refresh()
        if self.second.count():
            self.second.setItemText(0, look.say(phrase("logged.second_choose")))


def _others(desk: Desk) -> list[str]:
    return [each.name for each in desk.operators.list()]


def _holder_of(desk: Desk, code: str) -> tuple[Checked, MemberRecord | None]:
    checked = desk.vouchers.verify(code)
    return checked, desk.people.find(checked.holder) if checked.holder else None
