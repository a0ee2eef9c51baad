"""Narrowing and ordering the list of people: category, level, age, place, station, state, order."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.domain.categories import CARE_LEVELS, CATEGORIES
from timebank.domain.wanted import ORDERS, STATES, Wanted
from ui.look import Look
from ui.say import Spoken, Words, phrase
from ui.screens.words import category_words, level_words
from ui.widgets.filter_choice import FilterChoice
from ui.widgets.flow import Flow

BANDS = ((0, 17), (18, 59), (60, 69), (70, 79), (80, 89), (90, 0))
"""Age bands in completed years, both ends included; 0 at the end: no end."""


class PeopleFilters(QWidget):
    """One row of choices; ``changed`` after each."""

    changed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        keys = ("category", "level", "age", "community", "grid", "station", "state", "order")
        self.choices = {
            key: FilterChoice(look, phrase(f"people.filter_{key}"), phrase(f"people.filter_{key}_all"))
            for key in keys
        }
        self._grids: list[tuple[str, str]] = []
        self._flow = Flow()
        for each in self.choices.values():
            self._flow.addWidget(each)
            each.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.choices["community"].currentIndexChanged.connect(lambda _at: self._offer_grids())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._flow)
        self.choices["category"].put((code, category_words(code)) for code in CATEGORIES)
        self.choices["level"].put((level, level_words(level)) for level in range(len(CARE_LEVELS)))
        self.choices["age"].put((band, _band_words(band)) for band in BANDS)
        self.choices["state"].put((state, phrase(f"people.state_{state}")) for state in STATES if state)
        orders = [(each, False) for each in ORDERS if each] + [("age", True), ("credit", True)]
        self.choices["order"].put((each, _order_words(*each)) for each in sorted(orders))
        look.changed.connect(self.refresh)
        self.refresh()

    def put_places(self, places: list[tuple[str, str]], stations: list[tuple[int, str]]) -> None:
        """Offer the communities, grids and home stations that there are."""
        self._grids = places
        communities = dict.fromkeys(community for community, _ in places if community)
        offered: list[tuple[object, Words]] = [(each, each) for each in communities]
        if [each for each, _ in offered] != self.choices["community"].offered:
            self.choices["community"].put(offered)
        self._offer_grids()
        several = stations if len(stations) > 1 else []
        self.choices["station"].put((number, name) for number, name in several)

    def _offer_grids(self) -> None:
        chosen = self.choices["community"].value
        grids = dict.fromkeys(grid for community, grid in self._grids if grid and chosen in (None, community))
        self.choices["grid"].put((each, each) for each in sorted(grids))

    def wanted(self, role: str, today: date) -> Wanted:
        """What is chosen, as the desk takes it."""
        value = {key: each.value for key, each in self.choices.items()}
        band, level = value["age"], value["level"]
        return Wanted(
            role=role,
            category=str(value["category"] or ""),
            level=level if isinstance(level, int) else None,
            born=born_in(band, today) if isinstance(band, tuple) else ("", ""),
            community=str(value["community"] or ""),
            grid=str(value["grid"] or ""),
            station=value["station"] if isinstance(value["station"], int) else 0,
            state=str(value["state"] or ""),
        )

    @property
    def order(self) -> tuple[str, bool]:
        """What the list is ordered by, and whether descending."""
        value = self.choices["order"].value
        return (str(value[0]), bool(value[1])) if isinstance(value, tuple) else ("", False)

    def show_order(self, order: str, descending: bool) -> None:
        """Take over an order that was chosen at a column's title."""
        choice = self.choices["order"]
        if order:
            choice.offer_also((order, descending), _order_words(order, descending))
        choice.take((order, descending))

    @property
    def count(self) -> int:
        """How many choices narrow the list."""
        return sum(each.value is not None for key, each in self.choices.items() if key != "order")

    def clear(self) -> None:
        """Show everyone again, in the order of registration."""
        for each in self.choices.values():
            each.take(None)
        self._offer_grids()
        self.changed.emit()

    def refresh(self) -> None:
        """Say the choices in the current language and size."""
        self._flow.put_gaps(self._look.space(2), self._look.space(2))
        for each in self.choices.values():
            each.refresh()


def born_in(band: tuple[int, int], today: date) -> tuple[str, str]:
    """The first and last day of birth (ISO, also days that no calendar has) of everyone in an age band."""
    youngest, oldest = band
    day = today.strftime("%m-%d")
    last = f"{today.year - youngest:04d}-{day}" if youngest else ""
    first = f"{today.year - oldest - 1:04d}-{day}~" if oldest else ""  # ~ comes after every digit
    return first, last


def _band_words(band: tuple[int, int]) -> Words:
    youngest, oldest = band
    if not oldest:
        return phrase("people.age_from", age=youngest)
    return phrase("people.age_to", age=oldest) if not youngest else Spoken(lambda _l: f"{youngest}–{oldest}")


def _order_words(order: str, descending: bool) -> Words:
    return phrase(
        "people.order_falling" if descending else "people.order_rising", what=phrase(_TITLES[order])
    )


_TITLES = {
    "name": "people.name",
    "number": "people.number",
    "role": "people.role",
    "age": "people.age_title",
    "level": "people.care_level",
    "place": "person.community",
    "credit": "people.credit",
    "allowance": "people.allowance_left",
}
