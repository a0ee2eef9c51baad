"""A month at two stations, small enough to be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from stations import Network, elder, found_network, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.services import ServiceForm
from timebank.desk.vouchers import IssueForm
from timebank.store.people_queries import MemberRecord

NAMES = ("沈桂英", "赵德福", "孙阿根", "钱爱珍", "周国强", "吴明", "郑小妹")


@dataclass
class Scene:
    """The stations after everything in :func:`play` has happened and every one knows all of it."""

    network: Network
    hub: Desk
    centre: Desk


def log(
    desk: Desk, who: tuple[MemberRecord, ...], whom: MemberRecord, kind: str, day: int, minutes: int
) -> str:
    logged = desk.services.log(ServiceForm(who, whom, kind, datetime(2026, 11, day, 9, 0), minutes))
    return str(logged.entry)


@contextmanager
def play(folder: Path) -> Iterator[Scene]:
    """One elder visited, one served otherwise, one left out; a voucher redeemed twice; a case settled."""
    network = found_network(folder, policy="hangzhou")
    network.clock.moment = datetime(2026, 10, 5, 9, 0)
    hub, centre = network.desk(1), network.desk(2)
    alone = elder(
        centre, NAMES[0], birth=date(1940, 1, 1), categories=("living_alone", "minimum_living"), care_level=2
    )
    disabled = elder(centre, NAMES[1], birth=date(1935, 1, 1), categories=("disabled",), care_level=3)
    other = elder(centre, NAMES[2], birth=date(1931, 1, 1))
    young = volunteer(centre, NAMES[3], birth=date(1960, 1, 1))
    adult = volunteer(centre, NAMES[4], birth=date(1990, 1, 1))
    undated = volunteer(centre, NAMES[5])
    network.clock.moment = datetime(2026, 11, 22, 9, 0)
    volunteer(centre, NAMES[6], birth=date(1950, 1, 1))
    visited = log(centre, (young,), alone, "visit", 3, 60)
    log(centre, (young, adult), disabled, "meal", 4, 90)
    log(centre, (undated,), other, "meal", 5, 30)
    mistaken = log(centre, (adult,), disabled, "visit", 6, 45)
    centre.services.reverse(mistaken, "记错人")
    centre.services.rate(visited, alone, 5)
    centre.services.rate(visited, young, 4)
    centre.credit.move(young, None, 20, "捐赠")
    centre.credit.move(young, adult, 10, "互助")
    centre.months.grant(date(2026, 11, 1))
    centre.services.log(
        ServiceForm((adult,), alone, "bath", datetime(2026, 11, 7, 9, 0), 40, funding="allowance")
    )
    batch = centre.vouchers.issue(IssueForm(holder=young, minutes=30, count=3))
    share([hub, centre])
    codes = [each.code for each in batch.vouchers]
    centre.vouchers.redeem(codes[0], adult)
    hub.vouchers.redeem(codes[0], young)
    centre.vouchers.void(codes[1], "印坏")
    share([hub, centre])
    (case,) = hub.cases.list(only_open=True)
    hub.cases.resolve(case.key, "charge_pool", "工作失误")
    share([hub, centre])
    yield Scene(network, hub, centre)
    hub.close()
    centre.close()
