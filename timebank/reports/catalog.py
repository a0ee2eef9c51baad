"""Every report by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from timebank.reports import (
    books,
    case_work,
    commendation,
    monthly,
    people,
    service_hours,
    targets,
    teams,
    visits,
)
from timebank.reports.frame import Frame
from timebank.reports.table import Table


class ReportKind(NamedTuple):
    """A report that can be made. ``names``: at the station itself it lists single people or cases.

    ``upward``: what the hub and the bureau ask for; one that nobody above needs stays at the station.
    """

    name: str
    build: Callable[[Frame], tuple[Table, ...]]
    names: bool = False
    upward: bool = True


REPORTS: dict[str, ReportKind] = {
    kind.name: kind
    for kind in (
        ReportKind("monthly", monthly.monthly),
        ReportKind("visits", visits.visits, names=True),
        ReportKind("warm_nest", visits.warm_nest, names=True),
        ReportKind("registration", people.registration),
        ReportKind("teams", teams.teams),
        ReportKind("targets", targets.targets),
        ReportKind("services", service_hours.services),
        ReportKind("ledger", books.ledger),
        ReportKind("allowance", books.allowance),
        ReportKind("vouchers", books.vouchers),
        ReportKind("cases", case_work.cases, names=True),
        ReportKind("ratings", service_hours.ratings),
        ReportKind("stars", commendation.commendation, names=True),
        ReportKind("members", people.members, upward=False),
    )
}
"""Names are stable: scripts use them."""
