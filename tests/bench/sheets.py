"""The screen while paper is shown and printed: vouchers in every layout, cards, lists, pictures.

Run ``python tests/bench/sheets.py``. Each paper is ordered from the preview as a clerk does, into a PDF. For the
preview and for the printing there is one line each, as probe.py has them; ``--load 4`` puts so many busy processes
beside.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import chain
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from desk import GIVEN, SURNAMES
from probe import HEAD, Probe, beside, opened, row, work_of

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.journal.facts import MemberRegistered
from timebank.paper.faces import Layout
from timebank.reports.table import Column, Minutes, Report, Table
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Mode, Theme
from ui.qt import application
from ui.say import Speech
from ui.screens.print_dialog import PrintDialog
from ui.screens.printing import print_member_card, print_report
from ui.screens.reports_write import writing_report
from ui.screens.voucher_form import IssuePage
from ui.screens.vouchers import VouchersScreen
from ui.window import Window, settle

AROUND = Surroundings(clock=lambda: datetime(2026, 11, 22, 9, 30))
TODAY = date(2026, 11, 22)


def station(home: Path, vouchers: int, cards: int) -> None:
    """A station with a volunteer who has a minute for each voucher of each layout, and people for the cards."""
    network.found(
        home, AROUND, network="时间银行", station="和睦街道", policy="neutral", passphrase_file=None
    )
    with Desk(home, AROUND) as desk:
        volunteer = desk.people.register(PersonForm("李建国", ("volunteer",)))
        elder = desk.people.register(PersonForm("王秀英", ("elder",)))
        for day in range((len(Layout) + 1) * vouchers // 240 + 1):
            when = datetime(2026, 1 + day // 28, 1 + day % 28, 9)
            desk.services.log(ServiceForm((volunteer,), elder, "meal", when, 240))
        with desk.station.recording() as pen:
            for at in range(cards):
                told: dict[str, object] = {
                    "name": _name(at),
                    "phone": f"138{at:08d}",
                }
                pen.tell(MemberRegistered(f"001-9{at:04d}", ("elder",), b""), told)


def _name(at: int) -> str:
    return SURNAMES[at % len(SURNAMES)] + GIVEN[at % len(GIVEN)]


def report(rows: int) -> Report:
    """A list as long as that."""
    names = ("编号", "姓名", "社区", "服务", "时长", "日期")
    lines = tuple(
        (f"001-{at:05d}", _name(at), "和睦社区", "助餐、代买药品", Minutes(at), TODAY) for at in range(rows)
    )
    table = Table("服务明细", tuple(Column(name) for name in names), lines)
    return Report("services", "服务明细", ("和睦街道",), TODAY, TODAY, "zh_CN", False, (table,))


def printed(
    what: str, window: Window, folder: Path, shown: Callable[[], PrintDialog]
) -> Iterator[tuple[str, Probe]]:
    """Open the preview, order a PDF there, and wait for it."""
    with Probe() as preview:
        dialog = shown()
        settle(window)
    yield f"{what}: preview", preview
    file = folder / f"{len(list(folder.glob('*.pdf')))}.pdf"
    began = time.perf_counter()
    with Probe() as printing:
        dialog.save_to(file)
        settle(window)
    assert file.exists()
    yield f"{what}: printed and read back in {time.perf_counter() - began:.1f} s", printing


def form(window: Window, layout: Layout, count: int) -> IssuePage:
    """The form, filled in for so many vouchers."""
    work = work_of(window)
    work.go("vouchers", _found(window, "李建国")[0])
    settle(window)
    screen = work.screens["vouchers"]
    assert isinstance(screen, VouchersScreen)
    screen.form.fields.choose_layout(layout.value)
    screen.form.fields.amount.setText("1分钟")
    screen.form.fields.count.setText(str(count))
    settle(window)
    return screen.form


def vouchers(window: Window, folder: Path, layout: Layout, count: int) -> Iterator[tuple[str, Probe]]:
    """Issue so many in a layout."""
    page = form(window, layout, count)

    def shown() -> PrintDialog:
        dialog = page.print_asked()
        assert dialog is not None
        return dialog

    yield from printed(f"{count:,} vouchers, {layout.value}", window, folder, shown)


def cards(window: Window, folder: Path, count: int) -> Iterator[tuple[str, Probe]]:
    """The cards of so many people."""
    members = _found(window, "001-9")[:count]

    def shown() -> PrintDialog:
        dialogs: list[PrintDialog] = []
        print_member_card(work_of(window).context, window, members, then=dialogs.append)
        settle(window)
        return dialogs[0]

    yield from printed(f"{len(members):,} member cards", window, folder, shown)


def lists(window: Window, folder: Path, rows: int) -> Iterator[tuple[str, Probe]]:
    """A list on paper from its preview, and straight into a file."""
    context, made = work_of(window).context, report(rows)
    yield from printed(
        f"a list of {rows:,} rows", window, folder, lambda: print_report(context, window, made)
    )
    for ending in ("pdf", "xlsx"):
        with Probe() as probe:
            context.jobs.start(writing_report(made, folder / f"list.{ending}"))
            settle(window)
        yield f"a list of {rows:,} rows as {ending}", probe


def pictures(window: Window, folder: Path, count: int) -> Iterator[tuple[str, Probe]]:
    """Issue so many as pictures for a chat."""
    page = form(window, Layout.A4, count)
    with Probe() as probe:
        page.issue_as_pictures(folder / "pictures")
        settle(window)
    assert len(list((folder / "pictures").glob("*.png"))) == count
    yield f"{count:,} vouchers as pictures", probe


def _found(window: Window, typed: str) -> list[MemberRecord]:
    with Desk(window.home, AROUND) as desk:
        return desk.people.search(typed, limit=1_000)


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--count", type=int, default=1000)
    words.add_argument("--cards", type=int, default=500)
    words.add_argument("--pictures", type=int, default=200)
    words.add_argument("--rows", type=int, default=5000)
    words.add_argument("--load", type=int, default=0, help="so many busy processes beside")
    asked = words.parse_args(sys.argv[1:])
    app = application([], language="zh_CN")
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as name, beside(asked.load):
        folder = Path(name)
        station(folder / "home", asked.count, asked.cards)
        window = opened(folder / "home", Look(app, Speech("zh_CN"), Theme(Mode.LIGHT)))
        papers = [
            *(vouchers(window, folder, layout, asked.count) for layout in Layout),
            cards(window, folder, asked.cards),
            lists(window, folder, asked.rows),
            pictures(window, folder, asked.pictures),
        ]
        try:
            for what, probe in chain.from_iterable(papers):
                print(row(what, probe), flush=True)
        finally:
            window.close()


if __name__ == "__main__":
    main()
