"""What is known of a person. What is sensitive is masked until asked for, and asking is kept on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from timebank.desk.access import MASKED, Access
from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.domain.identity import masked
from ui.look import Look
from ui.say import Words, phrase
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.screens.person_form import CONSENT, DOCUMENTS
from ui.screens.profile_seen import Seen
from ui.screens.reason import ReasonAsked
from ui.screens.scroll import Scroll
from ui.screens.words import category_words, joined, level_words, masked_phone
from ui.widgets import Button, ButtonRow, Card, FormField, Kind, Text, Toggle, announce
from ui.widgets.text import Rule

PURPOSES = (CONSENT, "sensitive_data", "photos", "sharing")
"""What consent is asked for: personal data; health, hardship and identity; pictures; handing on to others."""
_LOOKS = 12
"""Looks shown at first; a button shows the rest."""
_ALL_LOOKS = 1000


class DetailsTab(Scroll):
    """Label and value; consents; for those who oversee, who looked; and the way to erase."""

    erased = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look)
        self._context = context
        self._seen: Seen | None = None
        self._shown: dict[str, str] = {}
        look = context.look
        self.reveal = Button(look, phrase("people.reveal"), icon="eye", hint=phrase("people.reveal_hint"))
        self.reveal.clicked.connect(self._reveal)
        self.erase = Button(look, phrase("people.erase"), icon="close", kind=Kind.DANGER)
        self.erase.clicked.connect(self._ask_erase)
        self.consents = {purpose: Toggle(look, phrase(f"people.consent.{purpose}")) for purpose in PURPOSES}
        for purpose, toggle in self.consents.items():
            toggle.clicked.connect(lambda on, purpose=purpose: self._consent(purpose, on))
        self._known, self._grid = Grid(look), Grid(look)
        self._looks_card = Card(look, phrase("people.looks"))
        self._no_looks = Text(look, phrase("people.no_looks"), soft=True)
        self._looks_card.body.addWidget(self._no_looks)
        self._looks_card.body.addLayout(self._grid)
        self.all_looks = Button(look, phrase("people.looks_all"), icon="more", kind=Kind.QUIET)
        self.all_looks.clicked.connect(self._show_all_looks)
        self._looks_card.body.addWidget(ButtonRow(look, [self.all_looks]))
        agreed = Card(look, phrase("people.consents"))
        for toggle in self.consents.values():
            agreed.body.addWidget(toggle)
        self._others = QVBoxLayout()
        agreed.body.addLayout(self._others)
        self.purpose = QLineEdit()
        self.purpose.returnPressed.connect(self._agree)
        self.agree = Button(look, phrase("people.consent_add"), icon="add")
        self.agree.clicked.connect(self._agree)
        both = QHBoxLayout()
        both.addWidget(FormField(look, phrase("people.consent_purpose"), self.purpose), 1)
        both.addWidget(self.agree, 0, Qt.AlignmentFlag.AlignBottom)
        agreed.body.addLayout(both)
        self.column.addWidget(ButtonRow(look, [self.reveal]))
        self.column.addLayout(self._known)
        self.column.addWidget(agreed)
        self.column.addWidget(self._looks_card)
        self.column.addWidget(Rule())
        self._erase_about = Text(look, phrase("people.erase_about"), soft=True)
        self.column.addWidget(self._erase_about)
        self.column.addWidget(ButtonRow(look, [self.erase]))
        self.column.addStretch(1)
        context.permission.guard(self.erase)
        self.refresh()

    @property
    def _texts(self) -> list[Text]:
        return self._known.texts

    def put(self, seen: Seen) -> None:
        """Show a person; what was shown in full stays so only while it is the same person."""
        if self._seen is None or self._seen.profile.member.row != seen.profile.member.row:
            self._shown = {}
        self._seen = seen
        member = seen.profile.member
        self._known.put(detail_rows(self._context, seen.profile, self._shown))
        hidden = any(member.details.get(field) for field in MASKED)
        self.reveal.setVisible(member.known and hidden)
        self.reveal.put(phrase("people.hide" if self._shown else "people.reveal"))
        may = self._context.may_write and not member.erased
        for purpose, toggle in self.consents.items():
            toggle.setChecked(purpose in member.consents)
            toggle.setEnabled(may)
        self.purpose.setEnabled(may)
        self.agree.setEnabled(may)
        self._put_others([each for each in member.consents if each not in PURPOSES], may)
        for part in (self.erase, self._erase_about):
            part.setVisible(member.known and not member.erased)
        self._looks_card.setVisible(self._context.permission.oversees)
        self._no_looks.setVisible(not seen.looks)
        self._grid.put([self._look_row(each) for each in seen.looks[:_LOOKS]])
        self.all_looks.setVisible(len(seen.looks) > _LOOKS)

    def _show_all_looks(self) -> None:
        if self._seen is not None:
            member = self._seen.profile.member

            def came(looks: list[Access]) -> None:
                self.all_looks.hide()
                self._grid.put([self._look_row(each) for each in looks])

            self._context.read(lambda desk: desk.access.looks(member, _ALL_LOOKS), came, slot="all looks")

    def _look_row(self, access: Access) -> tuple[Words, Words]:
        fields = joined([phrase(f"person.{field}") for field in access.fields], self._look.say)
        who = access.operator or phrase("people.look_nobody")
        return access.at.strftime("%Y-%m-%d %H:%M"), phrase("people.look", who=who, fields=fields)

    # Looking

    def hide_again(self) -> None:
        """Mask what was shown."""
        if self._shown and self._seen is not None:
            self._shown = {}
            self.put(self._seen)

    def _reveal(self) -> None:
        if self._shown:
            self.hide_again()
            return
        if self._seen is None:
            return
        member = self._seen.profile.member

        def work(desk: Desk, _progress: object, _cancelled: object) -> tuple[dict[str, str], list[Access]]:
            return desk.access.reveal(member), desk.access.looks(member, 50)

        def shown(answer: object) -> None:
            assert isinstance(answer, tuple)
            seen = self._seen
            if seen is not None and seen.profile.member.row == member.row and self.isVisible():
                self._shown = answer[0]
                self.put(seen._replace(looks=answer[1]))
                announce(self, self._look.say(phrase("people.revealed")))

        # By the writing desk, which knows who is signed in; no screen needs to read anything anew.
        self._context.jobs.start(work, then=shown, refused=self._context.problem)

    # Consents, erasing

    def _put_others(self, purposes: Sequence[str], may: bool) -> None:
        """Consents for purposes of the centre's own; each can be withdrawn."""
        clear(self._others)
        for purpose in purposes:
            toggle = Toggle(self._look, purpose)
            toggle.setChecked(True)
            toggle.setEnabled(may)
            toggle.clicked.connect(lambda on, purpose=purpose: self._consent(purpose, on))
            self._others.addWidget(toggle)

    def _agree(self) -> None:
        purpose = self.purpose.text().strip()
        if purpose:
            self._consent(purpose, True)
            self.purpose.clear()

    def _consent(self, purpose: str, given: bool) -> None:
        if self._seen is not None:
            member = self._seen.profile.member
            self._context.write(lambda desk: desk.people.consent(member, purpose, given), lambda _entry: None)

    def _ask_erase(self) -> None:
        if self._seen is None:
            return
        member = self._seen.profile.member
        self.asked = ReasonAsked(
            self._look,
            phrase("people.erase_title", name=member.name),
            phrase("people.erase_sentence", name=member.name, number=member.number),
            phrase("people.erase"),
            self,
        )
        self.asked.accepted.connect(lambda: self._erase(self.asked.reason))
        self.asked.open()

    def _erase(self, reason: str) -> None:
        if self._seen is not None:
            member = self._seen.profile.member
            self._context.write(
                lambda desk: desk.people.erase(member, reason), lambda _entry: self.erased.emit()
            )

    def refresh(self) -> None:
        super().refresh()
        look = self._look
        if hasattr(self, "purpose"):
            self.purpose.setFont(look.font())
        self.column.setContentsMargins(look.space(2), look.space(4), look.space(2), 0)
        if self.widget() is not None and hasattr(self, "_known"):
            self._known.refresh()
            self._grid.refresh()


class Grid(QGridLayout):
    """Rows of a quiet label and its value."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.texts: list[Text] = []
        self.setColumnStretch(1, 1)
        self.refresh()

    def put(self, rows: Sequence[tuple[Words, Words]]) -> None:
        """Show these rows."""
        for text in self.texts:
            self.removeWidget(text)
            text.hide()
            text.deleteLater()
        self.texts = []
        for n, (label, value) in enumerate(rows):
            for column, text in enumerate(
                (Text(self._look, label, soft=True, wrap=False), Text(self._look, value))
            ):
                self.addWidget(text, n, column)
                self.texts.append(text)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self.setHorizontalSpacing(self._look.space(6))
        self.setVerticalSpacing(self._look.space(2))


def detail_rows(
    context: ScreenContext, profile: Profile, shown: dict[str, str] | None = None
) -> list[tuple[Words, Words]]:
    """What is known of a person, what is sensitive masked but for ``shown``, what is not known left out."""
    details, member, full = profile.member.details, profile.member, shown or {}
    document = details.get("document") or {}
    birth = date.fromisoformat(details["birth"]) if details.get("birth") else None

    def phone(key: str) -> str:
        return full.get(key) or masked_phone(str(details.get(key) or ""))

    def text(key: str) -> str:
        return str(details.get(key) or "")

    categories = [category_words(code) for code in profile.categories]
    values: list[tuple[str, Words]] = [
        ("id_number", full.get("id_number") or (masked(text("id_number")) if text("id_number") else "")),
        ("document", _document_words(document, full.get("document"))),
        ("birth", context.day_words(birth) if birth else ""),
        ("sex", phrase(f"person.sex_{details['sex']}") if details.get("sex") in ("f", "m") else ""),
        ("phone", phone("phone")),
        *((key, text(key)) for key in ("address", "community", "grid", "organisation", "skills")),
    ]
    if "elder" in member.roles:
        values.append(("care_level", level_words(profile.care_level)))
        values.append(("categories", joined(categories, context.look.say) if categories else ""))
        values += [
            (key, phrase("person.yes" if details[key] else "person.no"))
            for key in ("registered_here", "lives_here")
            if key in details
        ]
    values += [
        ("guardian", text("guardian")),
        ("guardian_phone", phone("guardian_phone")),
        ("emergency_contact", text("emergency_contact")),
        ("emergency_relation", text("emergency_relation")),
        ("emergency_phone", phone("emergency_phone")),
        ("note", text("note")),
    ]
    return [(phrase(f"person.{key}"), value) for key, value in values if value]


def _document_words(document: dict[str, str], full: str | None) -> Words:
    number = full or masked(str(document.get("number") or ""))
    kind = str(document.get("type") or "")
    if not number:
        return ""
    if kind not in DOCUMENTS:
        return f"{kind} {number}".strip()
    words = phrase(f"person.document_{kind}")
    return phrase("people.record_named", name=words, text=number)
