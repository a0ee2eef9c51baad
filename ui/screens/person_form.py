"""Registering and changing a person. Every field is checked as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.desk.person_form import PersonForm
from timebank.domain.categories import CARE_LEVELS, CATEGORIES
from timebank.domain.identity import IdentityNumber, age_on, masked, normalise_phone
from timebank.domain.quantities import parse_date
from timebank.outcome import Problem, Refusal
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Phrase, phrase
from ui.screens.context import ScreenContext
from ui.screens.drafts import Drafts, parts_of
from ui.screens.errands import WritePerson
from ui.screens.form_page import FormPage
from ui.screens.words import category_words, level_words, masked_phone
from ui.widgets import Card, Flow, FormField, Kind, PageHeader, Toggle

_TEXTS = ("name", "id_number", "birth", "phone", "address", "community", "grid", "organisation", "skills",
          "guardian", "guardian_phone", "emergency_contact", "emergency_relation", "emergency_phone", "note",
          "document")  # fmt: skip
DOCUMENTS = (
    *("passport", "officer_card", "hk_macao_permit", "taiwan_permit", "residence_permit"),
    *("household_register", "other"),
)
"""Documents other than the identity card, as rosters name them too."""
_NONE = frozenset(("无", "没有", "清除", "none", "-", "—"))
"""What somebody types into a masked field to take back what is known; left empty it changes nothing."""
CONSENT = "personal_data"
"""The purpose of the consent that the form records: keeping and using personal data."""
_HINTED = ("name", "id_number", "birth", "phone", "organisation", "skills")
_EMERGENCY = ("emergency_contact", "emergency_relation", "emergency_phone")
_PHONES = ("phone", "guardian_phone", "emergency_phone")
_MASKED = {"id_number": masked, "document": masked, **dict.fromkeys(_PHONES, masked_phone)}
_IDENTITY = ("characters", "length", "check_digit", "date", "number_rounded")


class PersonPage(FormPage):
    """The form. ``saved`` carries the member."""

    BLAMED: ClassVar[Mapping[str, str]] = {
        "name_missing": "name",
        "name_too_long": "name",
        "already_registered": "id_number",
        **{f"identity_{each}": "id_number" for each in _IDENTITY},
        "document_incomplete": "document",
        "birth_in_future": "birth",
    }
    saved = Signal(object)
    closed = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._today = date.min
        look = context.look
        save = context.actions.button("confirm", Kind.PRIMARY, phrase("window.save"))
        back = context.actions.button("back")
        self.header = PageHeader(look, phrase("person.new"), icon="person", actions=[back, save])
        self.edits = {key: QLineEdit() for key in _TEXTS}
        self.fields = {
            key: FormField(look, phrase(f"person.{key}"), edit, hint=_hint(key))
            for key, edit in self.edits.items()
        }
        self.volunteer = Toggle(look, phrase("people.role_volunteer"))
        self.elder = Toggle(look, phrase("people.role_elder"))
        self.sex, self.level, self.document_kind = QComboBox(), QComboBox(), QComboBox()
        chosen = {"sex": self.sex, "care_level": self.level, "document_kind": self.document_kind}
        self.fields |= {key: FormField(look, phrase(f"person.{key}"), box) for key, box in chosen.items()}
        self.registered_here = Toggle(look, phrase("person.registered_here"))
        self.lives_here = Toggle(look, phrase("person.lives_here"))
        self.consent = Toggle(look, phrase("person.consent"))
        self.categories = {code: Toggle(look, category_words(code)) for code in CATEGORIES}
        for _ in ("", "f", "m"):
            self.sex.addItem("")
        for _ in (None, *CARE_LEVELS):
            self.level.addItem("")
        for _ in (None, *DOCUMENTS):
            self.document_kind.addItem("")
        self.lay_out(self.header, self._body())
        for key, edit in self.edits.items():
            edit.textEdited.connect(lambda _text, key=key: self._check(key))
        self.document_kind.currentIndexChanged.connect(lambda _at: self._let_document())
        for toggle in (self.volunteer, self.elder):
            toggle.toggled.connect(self._show_parts)
        self.refresh()
        self.drafts = self._make_drafts()

    def _make_drafts(self) -> Drafts[WritePerson]:
        ticks = {"volunteer": self.volunteer, "elder": self.elder, "consent": self.consent, **self.categories}
        ticks |= {"registered_here": self.registered_here, "lives_here": self.lives_here}
        choices = {"sex": self.sex, "level": self.level, "document_kind": self.document_kind}
        return Drafts(
            self.notice,
            typed=parts_of({**choices, **self.edits, **ticks}),
            none=WritePerson(),
            begin=self._begin,
            resumed=self._go_on,
            opened=self._opened,
            meets=lambda asked, begun: asked.row == begun.row and asked.name in ("", begun.name),
        )

    @property
    def member(self) -> MemberRecord | None:
        """Who is changed; None for somebody new."""
        return self._profile.member if self._profile is not None else None

    @property
    def _profile(self) -> Profile | None:
        return self.drafts.errand.profile

    def _body(self) -> QWidget:
        look = self._look
        body = QWidget()
        self._cards = QVBoxLayout(body)
        self._cards.setContentsMargins(0, 0, 0, 0)
        who, others, more = (Card(look, phrase(f"person.{each}")) for each in ("who", "others", "more"))
        self._volunteer_card = Card(look, phrase("person.as_volunteer"))
        self._elder_card = Card(look, phrase("person.as_elder"))
        for card in (who, self._volunteer_card, self._elder_card, others, more):
            self._cards.addWidget(card)
        roles = Flow()
        roles.addWidget(self.volunteer)
        roles.addWidget(self.elder)
        who.body.addLayout(roles)
        who.body.addLayout(
            self._grid("name", "id_number", "document_kind", "document", "birth", "sex", "phone")
        )
        self._volunteer_card.body.addLayout(self._grid("organisation", "skills"))
        ticks = Flow()
        for toggle in self.categories.values():
            ticks.addWidget(toggle)
        here = Flow()
        here.addWidget(self.registered_here)
        here.addWidget(self.lives_here)
        self._flows = (roles, ticks, here)
        self._elder_card.body.addLayout(self._grid("care_level"))
        self._elder_card.body.addLayout(here)
        self._elder_card.body.addLayout(ticks)
        others.body.addLayout(self._grid("guardian", "guardian_phone", *_EMERGENCY))
        more.body.addLayout(self._grid("address", "community", "grid", "note"))
        more.body.addWidget(self.consent)
        return body

    def _grid(self, *keys: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self._look.space(6))
        grid.setVerticalSpacing(self._look.space(3))
        for n, key in enumerate(keys):
            grid.addWidget(self.fields[key], n // 2, n % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def enter(self, profile: Profile | None, name: str = "") -> None:
        """An empty form (for ``name``), or what is known of a member; one that was begun for them goes on."""
        self.drafts.enter(WritePerson(profile, name))

    def _opened(self) -> None:
        self._context.read(lambda desk: desk.station.surroundings.today(), self._told_today, slot="today")
        self.edits["name"].setFocus()

    def _begin(self, asked: WritePerson) -> None:
        profile = asked.profile
        self.header.put(phrase("person.change" if profile else "person.new"))
        self.forgive()
        details = self.member.details if self.member else {}
        for key, edit in self.edits.items():
            known = _known(details, key)
            # What is sensitive stays masked: the field is empty, and left empty it changes nothing.
            edit.setText("" if key in _MASKED else known)
            edit.setPlaceholderText(_MASKED[key](known) if key in _MASKED else "")
            self.fields[key].put_hint(
                phrase("person.keep_or_clear") if key in _MASKED and known else _hint(key)
            )
        kind = str((details.get("document") or {}).get("type") or "")
        self.document_kind.setCurrentIndex((DOCUMENTS.index(kind) + 1) if kind in DOCUMENTS else 0)
        if profile is None:
            self.edits["name"].setText(asked.name)
        roles = self.member.roles if self.member else ("volunteer",)
        self.volunteer.setChecked("volunteer" in roles)
        self.elder.setChecked("elder" in roles)
        self.sex.setCurrentIndex(("", "f", "m").index(str(details.get("sex") or "")))
        level = profile.care_level if profile else None
        self.level.setCurrentIndex(0 if level is None else level + 1)
        for code, toggle in self.categories.items():
            toggle.setChecked(profile is not None and code in profile.categories)
        self.registered_here.setChecked(bool(details.get("registered_here", True)))
        self.lives_here.setChecked(bool(details.get("lives_here", True)))
        self.consent.setChecked(self.member is not None and CONSENT in self.member.consents)
        self._go_on()

    def _go_on(self) -> None:
        """Show what belongs to what is typed, and what is wrong with it."""
        self._show_parts()
        self._let_document()
        for key in ("id_number", *_PHONES):
            self._check(key)

    def _told_today(self, today: date) -> None:
        self._today = today
        if self.fields["id_number"].problem is None:  # what was found meanwhile stays said
            self._check("id_number")

    # Checking

    def _check(self, key: str) -> None:
        """Say what is wrong with a field as soon as it is; an empty field is not wrong."""
        field, text = self.fields[key], self.edits[key].text()
        problem: Problem | None = None
        try:
            if not text.strip() or self._clears(key):
                pass
            elif key == "id_number":
                IdentityNumber.parse(text, self._today if self._today > date.min else None)
            elif key == "birth":
                self._birth()
            elif key in _PHONES:
                normalise_phone(text)
        except Refusal as refusal:
            problem = refusal
        # While a number is being typed it is too short; that is said when it is handed in.
        typing = key == "id_number" and problem is not None and problem.code == "identity_length"
        field.put_problem(None if typing else problem)
        if key == "id_number":
            self._show_identity(None if problem else text)

    def _show_identity(self, text: str | None) -> None:
        """Birth and sex as the identity number says them; they cannot be typed beside it."""
        known = self.member is not None and bool(self.member.details.get("id_number"))
        if text and text.strip() and self._clears("id_number"):
            known = False
        elif text and text.strip():
            known = True
            number = IdentityNumber.parse(text)
            self.edits["birth"].setText(number.birth.isoformat())
            self.sex.setCurrentIndex(("", "f", "m").index(number.sex))
            self.fields["birth"].put_problem(None)
            words = (
                phrase("person.id_says", age=age_on(number.birth, self._today))
                if self._today > date.min
                else ""
            )
            self.fields["id_number"].put_hint(words or _hint("id_number"))
        else:
            self.fields["id_number"].put_hint(phrase("person.keep_or_clear") if known else _hint("id_number"))
        self.edits["birth"].setEnabled(not known)
        self.sex.setEnabled(not known)

    def _birth(self) -> date | None:
        text = self.edits["birth"].text().strip()
        return parse_date(text, self._today) if text else None

    def _show_parts(self) -> None:
        self._volunteer_card.setVisible(self.volunteer.isChecked())
        self._elder_card.setVisible(self.elder.isChecked())

    def _let_document(self) -> None:
        """A document has a number once it has a kind."""
        self.edits["document"].setEnabled(self.document_kind.currentIndex() > 0)
        self._check("document")

    # Saving

    def save(self) -> None:
        """Hand the form in; a problem is said at its field and nothing is lost."""
        for key in ("id_number", "birth", "document", *_PHONES):
            self._check(key)
        if not self.edits["name"].text().strip():
            self.put_problem(Refusal("name_missing"))
            return
        if not (self.volunteer.isChecked() or self.elder.isChecked()):
            self.notice.show_notice(Tone.BAD, phrase("person.role_missing"))
            return
        wrong = next((field for field in self.fields.values() if field.problem), None)
        if wrong is not None:
            wrong.setFocus()
            return
        try:
            form = self.form()
        except Refusal as refusal:
            self.put_problem(refusal)
            return
        member, agreed = self.member, self.consent.isChecked()

        def work(desk: Desk) -> MemberRecord:
            if member is None:
                return desk.people.register(form)
            if agreed != (CONSENT in member.consents):
                desk.people.consent(member, CONSENT, agreed)
            return desk.people.change(member, form)

        def saved(record: MemberRecord) -> None:
            self.drafts.settle()
            self.saved.emit(record)

        self._context.write(work, saved, refused=self.put_problem)

    def form(self) -> PersonForm:
        """What was typed; refuses with ``document_incomplete`` where a document has no kind or no number."""
        cleared = self._cleared()
        texts: dict[str, Any] = {
            key: "" if key in cleared else edit.text().strip()
            for key, edit in self.edits.items()
            if key not in ("birth", "document")
        }
        elder = self.elder.isChecked()
        roles = [role for role, on in (("volunteer", self.volunteer.isChecked()), ("elder", elder)) if on]
        birth = None if texts["id_number"] or not self.edits["birth"].isEnabled() else self._birth()
        return PersonForm(
            **texts,
            roles=tuple(roles),
            birth=birth,
            document=self._document(cleared),
            sex=("", "f", "m")[self.sex.currentIndex()],
            care_level=self.level.currentIndex() - 1 if elder and self.level.currentIndex() else None,
            categories=tuple(
                code for code, toggle in self.categories.items() if elder and toggle.isChecked()
            ),
            registered_here=self.registered_here.isChecked(),
            lives_here=self.lives_here.isChecked(),
            consents=(CONSENT,) if self.consent.isChecked() else (),
            cleared=frozenset(cleared),
        )

    def _document(self, cleared: set[str]) -> dict[str, str] | None:
        """The document that is named; what is known where only its kind was left as it was."""
        if "document" in cleared:
            return None
        at = self.document_kind.currentIndex()
        if not at:
            return None
        known = (self.member.details.get("document") or {}) if self.member else {}
        number = self.edits["document"].text().strip() or str(known.get("number") or "")
        if not number:
            raise Refusal("document_incomplete")
        return {"type": DOCUMENTS[at - 1], "number": number}

    def _clears(self, key: str) -> bool:
        """Whether what was typed into a masked field says that there is none."""
        known = self.member is not None and bool(_known(self.member.details, key))
        return known and key in _MASKED and self.edits[key].text().strip().casefold() in _NONE

    def _cleared(self) -> set[str]:
        """The fields that were known and are now blank."""
        details, profile = (self.member.details if self.member else {}), self._profile
        cleared = {
            key
            for key, edit in self.edits.items()
            if key != "name"
            and _known(details, key)
            and edit.isEnabled()
            and (self._clears(key) if key in _MASKED else not edit.text().strip())
        }
        if details.get("document") and not self.document_kind.currentIndex():
            cleared.add("document")
        if details.get("sex") and self.sex.isEnabled() and not self.sex.currentIndex():
            cleared.add("sex")
        if profile is not None and self.elder.isChecked():
            if profile.care_level is not None and not self.level.currentIndex():
                cleared.add("care_level")
            if profile.categories and not any(each.isChecked() for each in self.categories.values()):
                cleared.add("categories")
        return cleared

    def refresh(self) -> None:
        """Say the choices in the current language."""
        look = self._look
        super().refresh()
        self._cards.setSpacing(look.space(3))
        for flow in self._flows:
            flow.put_gaps(look.space(6), look.space(1))
        for n, key in enumerate(("unknown", "f", "m")):
            self.sex.setItemText(n, look.say(phrase(f"person.sex_{key}")))
        self.document_kind.setItemText(0, look.say(phrase("person.document_none")))
        for n, code in enumerate(DOCUMENTS, 1):
            self.document_kind.setItemText(n, look.say(phrase(f"person.document_{code}")))
        self.level.setItemText(0, look.say(phrase("person.not_assessed")))
        for n in range(len(CARE_LEVELS)):
            self.level.setItemText(n + 1, f"{n}  {look.say(level_words(n))}")


def _hint(key: str) -> Phrase | str:
    return phrase(f"person.{key}_hint") if key in _HINTED else ""


def _known(details: Mapping[str, Any], key: str) -> str:
    """What is known of a field, as text."""
    value = details.get(key) or ""
    return str(value.get("number") or "") if isinstance(value, dict) else str(value)
