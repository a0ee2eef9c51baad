"""The certificates of service that this station has printed."""

from __future__ import annotations

from timebank.desk.certificates import Issuance
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.widgets import Card, Column, DataTable, EmptyState, RowsModel

_ROWS = 6


class IssuedCard(Card):
    """Number, volunteer, period and hours of each, the newest first; nothing while there is none."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("reporting.issued"))
        self._context = context
        look = context.look
        columns: list[Column[Issuance]] = [
            Column("issued", phrase("reporting.issued_on"), lambda each: context.day_words(each.issued)),
            Column("holder", phrase("reporting.issued_to"), lambda each: each.holder),
            Column("period", phrase("reporting.issued_for"), self._period, stretch=True),
            Column(
                "hours",
                phrase("services.length"),
                lambda each: context.hours_words(each.minutes),
                lambda each: each.minutes,
                right=True,
            ),
            Column("number", phrase("reporting.issued_number"), lambda each: each.number),
        ]
        self.model = RowsModel(look, columns, lambda each: each.number)
        self.table = DataTable(look, phrase("reporting.issued"))
        self.table.put_model(self.model)
        self.table.put_empty(EmptyState(look, "card", phrase("reporting.issued_none")))
        self.body.addWidget(self.table)
        look.changed.connect(self._fit)
        self._fit()

    def read(self) -> None:
        """Read the list afresh."""
        self._context.read(lambda desk: desk.certificates.issued(), self._put, slot="certificates issued")

    def _put(self, issued: list[Issuance]) -> None:
        self.model.replace(issued)
        self.table.fit_columns()
        self._fit()

    def _period(self, each: Issuance) -> Words:
        day = self._context.day_words
        return phrase("reporting.issued_span", first=day(each.first), last=day(each.last))

    def _fit(self) -> None:
        rows = min(_ROWS, max(3, self.model.rowCount()))
        self.table.setFixedHeight((rows + 1) * self._look.target + self._look.space(2))
