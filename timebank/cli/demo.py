"""The main job in one command, on fictional people: three stations, one month, vouchers, exchange, a case."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from timebank.assets import asset
from timebank.cli.answers import Session
from timebank.cli.demo_requests import leave_requests
from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import Batch, IssueForm
from timebank.domain.voucher_code import serial_text
from timebank.files import writing
from timebank.outcome import Fault, Refusal
from timebank.paper.faces import Layout
from timebank.store.people_queries import MemberRecord

BEGINS = datetime(2026, 11, 5, 9, 0)
"""The demonstration's clock: the samples are sheets of October 2026."""
NAMES = {
    "zh_CN": {
        "network": "示范区养老时间银行",
        "hub": "街道枢纽站",
        "centre": "社区中心",
        "village": "东村服务点",
    },
    "en": {
        "network": "Demonstration time bank",
        "hub": "Street hub",
        "centre": "Community centre",
        "village": "East village",
    },
}
VOUCHERS = 6
MINUTES = 30


class _Clock:
    """Moves on a minute each time it is asked, so that the demonstration's entries have an order to show."""

    def __init__(self) -> None:
        self._now = BEGINS

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


@dataclass
class Demo:
    """One run: where it writes, and what it made so far."""

    session: Session
    folder: Path
    made: list[tuple[str, str, str]] = field(default_factory=list)
    surroundings: Surroundings = field(default_factory=lambda: Surroundings(clock=_Clock()))

    def home(self, name: str) -> Path:
        """The folder of a station."""
        return self.folder / name

    def note(self, what: str, figure: object, where: Path | str = "") -> None:
        """Remember a line of the table, and say it at once where people watch."""
        place = str(where.relative_to(self.folder)) if isinstance(where, Path) else where
        label = self.session.phrases(f"demo.{what}")
        self.made.append((what, str(figure), place))
        if not self.session.json:
            print(f"  {_padded(label, 28)} {_padded(str(figure), 30)} {place}", flush=True)

    def run(self) -> dict[str, Any]:
        """Do the whole job; the data of the answer."""
        self._found()
        with ExitStack() as stack:
            hub, centre, village = (
                stack.enter_context(Desk(self.home(name), self.surroundings))
                for name in ("hub", "centre", "village")
            )
            self._register(hub, centre, village)
            self._exchange("round-1", hub, centre, village)
            batch = self._vouchers(centre)
            self.note("requests", leave_requests(centre, chinese=self._chinese), self.home("centre"))
            self._exchange("round-2", centre, hub, village)
            self._redeem(hub, centre, village, batch)
            self._exchange("round-3", village, hub, centre)
            self._exchange("round-4", centre, hub, village)
            self._settle_case(hub)
            self._exchange("round-5", hub, centre, village)
            self._exchange("round-6", village, centre, hub)
            self._reports(hub, centre)
            checks = self._check(hub, centre, village)
        return {
            "folder": str(self.folder),
            "made": [{"what": what, "figure": figure, "where": where} for what, figure, where in self.made],
            "checks": checks,
            "ok": all(each["ok"] for each in checks) and len({each["digest"] for each in checks}) == 1,
        }

    def _found(self) -> None:
        names = NAMES[self.session.phrases.language]
        network.found(
            self.home("hub"),
            self.surroundings,
            network=names["network"],
            station=names["hub"],
            policy="hangzhou",
        )
        papers = self.folder / "papers"
        papers.mkdir()
        for name in ("centre", "village"):
            asked, answered = papers / f"{name}.request", papers / f"{name}.enrolment"
            network.request(
                self.home(name), self.surroundings, name=names[name], out=asked, passphrase_file=None
            )
            with Desk(self.home("hub"), self.surroundings) as hub:
                network.enrol(hub.station, asked, out=answered)
            network.join(self.home(name), self.surroundings, answered)
        self.note("stations", 3, papers)

    def _register(self, hub: Desk, centre: Desk, village: Desk) -> None:
        for desk, prefix, folder in ((centre, "", "centre"), (village, "village_", "village")):
            sheet = "csv" if prefix else "xlsx"
            for role, file in (
                ("volunteer", f"{prefix}volunteers.{sheet}"),
                ("elder", f"{prefix}elders.csv"),
            ):
                outcome = desk.people.import_roster(asset("samples", file), role)
                figure = f"{outcome.registered} (-{len(outcome.rejected)})"
                self.note(f"{role}s", figure, self.home(folder))
            logged = desk.services.import_sheet(asset("samples", f"{prefix}signins.{sheet}"))
            self.note("services", f"{logged.logged} (-{len(logged.rejected)})", self.home(folder))
        hub.people.register(PersonForm("街道志愿者" if self._chinese else "Street Helper", ("volunteer",)))
        run = centre.months.grant(date(2026, 10, 1))
        self.note("allowance", len(run.granted), self.home("centre"))

    @property
    def _chinese(self) -> bool:
        return self.session.phrases.language == "zh_CN"

    def _vouchers(self, centre: Desk) -> Batch:
        """Issue, print, read back from the page."""
        holder = _richest(centre)
        batch = centre.vouchers.issue(IssueForm(holder, MINUTES, VOUCHERS))
        papers = self.folder / "papers"
        for layout in (Layout.A4, Layout.ROLL80, Layout.CARD):
            centre.vouchers.print(
                batch.vouchers,
                self.session.screen,
                layout,
                papers / f"vouchers-{layout.value}.pdf",
                language=self.session.phrases.language,
                reprint=layout is not Layout.A4,
            )
        self.note("printed", len(batch.vouchers), papers / "vouchers-a4.pdf")
        from timebank.cli.vouchers import write_pictures
        from timebank.paper.reader import read_codes

        pictures = write_pictures(self.session, centre, batch.vouchers, papers / "chat")
        read = [code for path in (papers / "vouchers-a4.pdf", *pictures[:1]) for code in read_codes(path)]
        if {centre.vouchers.verify(code).verdict for code in read} != {"valid"}:
            vouchers = len(batch.vouchers)
            raise Fault("printed_unreadable", file="vouchers-a4.pdf", missing=vouchers, vouchers=vouchers)
        self.note("read_back", len(read), papers)
        return batch

    def _redeem(self, hub: Desk, centre: Desk, village: Desk, batch: Batch) -> None:
        codes = [each.code for each in batch.vouchers]
        for desk, code, folder in (
            (centre, codes[0], "centre"),
            (village, codes[1], "village"),
            (village, codes[2], "village"),
        ):
            self._redeem_at(desk, code, folder)
        # The same paper, copied, at a station that could not know: found when the files meet.
        self._redeem_at(hub, codes[2], "hub")
        try:
            centre.vouchers.redeem(codes[0], centre.people.search("", role="elder", limit=1)[0])
        except Refusal as refusal:
            self.note("refused", refusal.code, self.home("centre"))

    def _redeem_at(self, desk: Desk, code: str, folder: str) -> None:
        own = [each for each in desk.people.search("", limit=500) if each.station == desk.station.number]
        made = desk.vouchers.redeem(code, own[-1])
        self.note("redeemed", f"{serial_text(made.serial)} {made.settlement}", self.home(folder))

    def _exchange(self, name: str, *desks: Desk) -> None:
        """Every station writes a file to the same stick, then every station takes all of them."""
        stick = self.folder / "stick" / name
        stick.mkdir(parents=True)
        files = [desk.exchange.export(stick).file for desk in desks]
        if name == "round-3":
            self._damage(files[0], desks[1])
        taken = [each for desk in desks for each in desk.exchange.take(files)]
        new = sum(each.new_entries for each in taken)
        self.note("exchanged", f"{len(files)} × {len(desks)}: {new}", stick)
        cases = sum(each.cases_opened for each in taken)
        if cases:
            self.note("case_found", cases, stick)

    def _damage(self, file: Path, desk: Desk) -> None:
        """A copy of a file with one byte changed: kept aside, nothing of it believed."""
        damaged = file.with_name(f"damaged-{file.name}")
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        damaged.write_bytes(data)
        (taken,) = desk.exchange.take([damaged])
        self.note("damaged", f"{taken.outcome}: {taken.code}", damaged)

    def _settle_case(self, hub: Desk) -> None:
        for case in hub.cases.list(only_open=True):
            if case.kind == "double_redemption":
                reason = "持有人复印了服务券" if self._chinese else "The holder copied the voucher"
                hub.cases.resolve(case.key, "charge_holder", reason)
                self.note("case_settled", case.kind, self.home("hub"))

    def _reports(self, hub: Desk, centre: Desk) -> None:
        folder = self.folder / "reports"
        folder.mkdir()
        start, end = date(2026, 10, 1), date(2026, 11, 30)
        for desk, name, suffix in (
            (hub, "monthly", "pdf"),
            (hub, "services", "xlsx"),
            (centre, "visits", "xlsx"),
            (centre, "ledger", "csv"),
        ):
            made = desk.reports.make(name, start, end, language=self.session.phrases.language, upward=False)
            file = desk.reports.write(made, folder / f"{name}.{suffix}", self.session.screen.print_table)
            self.note("report", f"{name}: {made.rows}", file)

    def _check(self, *desks: Desk) -> list[dict[str, Any]]:
        checks = []
        for desk in desks:
            report = desk.upkeep.check()
            checks.append(
                {
                    "station": desk.station.name,
                    "ok": report.ok,
                    "entries": report.entries,
                    "digest": report.digest,
                    "credit": report.credit,
                    "allowance": report.allowance,
                }
            )
            self.note(
                "checked",
                f"{'ok' if report.ok else '!!'} {report.entries} {report.digest[:16]}",
                desk.station.name,
            )
        return checks


def _padded(text: str, width: int) -> str:
    """``text`` and spaces up to ``width`` columns, where a hanzi takes two."""
    taken = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
    return text + " " * max(0, width - taken)


def _richest(desk: Desk) -> MemberRecord:
    """The volunteer with the most on the account."""
    volunteers = desk.people.search("", role="volunteer", limit=1000)
    return max(volunteers, key=lambda each: desk.people.profile(each).credit_minutes)


def fresh_folder(folder: Path | None) -> Path:
    """The folder to write to: the one named, if it is empty, or a new one beside the caller."""
    if folder is not None:
        if folder.exists() and any(folder.iterdir()):
            raise Refusal("folder_not_empty", folder=str(folder))
        return _made(folder)
    number = 1
    while True:
        candidate = Path.cwd() / ("timebank-demo" if number == 1 else f"timebank-demo-{number}")
        if not candidate.exists():
            return _made(candidate)
        number += 1


def _made(folder: Path) -> Path:
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder.absolute()


def show(session: Session, folder: Path, *, window: bool) -> dict[str, Any]:
    """Run the demonstration and, without a screen, save pictures of the main screens."""
    demo = Demo(session, folder)
    say: Callable[..., str] = session.phrases
    if not session.json:
        print(say("demo.begins", folder=folder))
    data = demo.run()
    if not window:
        pictures = session.screen.pictures(demo.home("centre"), folder / "pictures", session.phrases.language)
        data["pictures"] = [str(each) for each in pictures]
        demo.note("pictures", len(pictures), folder / "pictures")
    if not session.json:
        print(say("demo.ended" if data["ok"] else "demo.ended_badly", folder=folder))
    return data
