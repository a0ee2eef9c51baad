"""How a person stands: what the rules hold against them and where that comes from, ratings, stars, open cases."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.rules import explanation
from timebank.outcome import Refusal
from timebank.policy.amounts import hours_text
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.errands import IssueCertificate
from ui.screens.profile_details import Grid
from ui.screens.profile_seen import Seen
from ui.screens.scroll import Scroll
from ui.screens.words import kind_words
from ui.widgets import Button, ButtonRow, Card, Text
from ui.widgets.stars import StarRow

_CASES = 8


class StandingTab(Scroll):
    """Sentences, each with its reason below it."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look)
        self._context = context
        look = context.look
        self.rules = Card(look, phrase("people.standing_rules"))
        self._rules = Sentences(look)
        self.rules.body.addWidget(self._rules)
        self.others = Card(look, phrase("people.standing_others"))
        self._figures = Grid(look)
        self.stars = StarRow(look)
        self.others.body.addWidget(self.stars)
        self.others.body.addLayout(self._figures)
        self.certificate = Button(look, phrase("reporting.issue_certificate"), icon="card")
        self.certificate.clicked.connect(self._certify)
        self._volunteer: MemberRecord | None = None
        self.others.body.addWidget(ButtonRow(look, [self.certificate]))
        self.cases = Card(look, phrase("people.standing_cases"))
        self._cases = Sentences(look)
        self.cases.body.addWidget(self._cases)
        for card in (self.rules, self.others, self.cases):
            self.column.addWidget(card)
        self.column.addStretch(1)
        self.refresh()

    def put(self, seen: Seen) -> None:
        """Show how a person stands."""
        standing, member = seen.standing, seen.profile.member
        said: list[tuple[Words, Words, Tone]] = []
        if member.erased:
            said.append((phrase("people.standing_erased"), "", Tone.WARN))
        if member.left is not None:
            said.append(
                (phrase("people.standing_left", day=self._context.day_words(member.left)), "", Tone.WARN)
            )
        said += [(_against(each), _source(each), Tone.WARN) for each in standing.against]
        said += [
            (
                phrase("people.standing_kind", kind=kind_words(kind), why=_against(each)),
                _source(each),
                Tone.PLAIN,
            )
            for kind, each in standing.closed
        ]
        self._rules.put(said or [(phrase("people.standing_good"), "", Tone.GOOD)])
        self._volunteer = member if "volunteer" in member.roles and member.known else None
        self.certificate.setVisible(self._volunteer is not None)
        merit = standing.stars
        self.stars.put(merit.reached, merit.of if "volunteer" in member.roles else 0)
        self._figures.put(self._received(seen))
        self._cases.put(
            [
                (phrase("people.standing_case", kind=phrase(f"cases.kind_{each.kind}")), "", Tone.WARN)
                for each in standing.cases[:_CASES]
            ]
            or [(phrase("people.standing_no_case"), "", Tone.PLAIN)]
        )

    def _certify(self) -> None:
        if self._volunteer is not None:
            self._context.go("reports", IssueCertificate(self._volunteer))

    def _received(self, seen: Seen) -> list[tuple[Words, Words]]:
        count, mean = seen.standing.received
        stars = seen.standing.stars
        rows: list[tuple[Words, Words]] = [
            (
                phrase("people.ratings"),
                phrase("people.rated_so", stars=f"{mean:.1f}", count=count)
                if mean
                else phrase("people.not_rated"),
            )
        ]
        if "volunteer" in seen.profile.member.roles:
            rows.append((phrase("people.honour"), self._context.hours_words(seen.profile.honour_minutes)))
            if stars.of:
                rows.append(
                    (phrase("people.stars"), phrase("people.stars_of", stars=stars.reached, of=stars.of))
                )
            if stars.following is not None:
                left = stars.following - seen.profile.honour_minutes
                rows.append((phrase("people.next_star"), Spoken(lambda language: hours_text(left, language))))
        return rows


def _against(refusal: Refusal) -> Words:
    """The rule's sentence, without what became of an attempt that nobody made."""
    return phrase(f"people.against.{refusal.code}", **refusal.facts)


def _source(refusal: Refusal) -> Words:
    return Spoken(lambda language: explanation(refusal, language))


class Sentences(QWidget):
    """Sentences one below the other, each with a quieter one after it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.texts: list[Text] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def put(self, sentences: list[tuple[Words, Words, Tone]]) -> None:
        """Show these (sentence, what stands behind it, tone)."""
        for text in self.texts:
            self._column.removeWidget(text)
            text.hide()
            text.deleteLater()
        self.texts = []
        for sentence, behind, tone in sentences:
            self.texts.append(Text(self._look, sentence, tone=tone))
            if self._look.say(behind):
                self.texts.append(Text(self._look, behind, soft=True))
        for text in self.texts:
            self._column.addWidget(text)
