"""The desk: everything a person can do at a station, in one place."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from timebank.desk.access import AccessLog
from timebank.desk.cases import Cases
from timebank.desk.certificates import Certificates
from timebank.desk.closing import Closing
from timebank.desk.credit import Credit
from timebank.desk.exchange import Exchange
from timebank.desk.layouts import Layouts
from timebank.desk.mistaken import Mistakes
from timebank.desk.months import Months
from timebank.desk.network import Standing, StationLine, network_name, standing, stations
from timebank.desk.operators import Operators
from timebank.desk.people import People
from timebank.desk.person_records import PersonRecords
from timebank.desk.person_standing import PersonStanding
from timebank.desk.policies import Policies
from timebank.desk.recent import Deed, recent
from timebank.desk.reports import Reports
from timebank.desk.requests import Requests
from timebank.desk.run_lists import RunLists
from timebank.desk.services import Services
from timebank.desk.sheet import TypedSheet
from timebank.desk.station import Station
from timebank.desk.surroundings import Surroundings
from timebank.desk.upkeep import Upkeep
from timebank.desk.voucher_book import VoucherBook
from timebank.desk.vouchers import Vouchers
from timebank.desk.wire import Wire


class Desk:
    """An open station. Close it, or use it in a ``with`` block."""

    def __init__(self, home: Path, surroundings: Surroundings | None = None) -> None:
        self.station = Station(home, surroundings or Surroundings())
        self.policies = Policies(self.station)
        self.people = People(self.station, self.policies)
        self.records = PersonRecords(self.station)
        self.mistakes = Mistakes(self.station)
        self.access = AccessLog(self.station)
        self.person_standing = PersonStanding(self.station, self.policies)
        self.months = Months(self.station, self.policies)
        self.run_lists = RunLists(self.station, self.policies)
        self.services = Services(self.station, self.policies, self.people, self.months)
        self.layouts = Layouts(self.station)
        self.typed_sheet = TypedSheet(self.station, self.policies, self.people, self.services)
        self.credit = Credit(self.station, self.policies, self.people)
        self.closing = Closing(self.station, self.policies)
        self.vouchers = Vouchers(self.station, self.policies)
        self.voucher_book = VoucherBook(self.station)
        self.cases = Cases(self.station)
        self.exchange = Exchange(self.station)
        self.wire = Wire(self.station, self.exchange)
        self.reports = Reports(self.station, self.policies)
        self.requests = Requests(self.station, self.policies, self.services, self.reports, self.access)
        self.certificates = Certificates(self.station)
        self.operators = Operators(self.station)
        self.upkeep = Upkeep(self.station)

    def standing(self) -> Standing:
        """Who this station is."""
        return standing(self.station)

    def network_name(self) -> str:
        """The network's name."""
        return network_name(self.station.store)

    def stations(self) -> list[StationLine]:
        """All stations of the network."""
        return stations(self.station.store)

    def root_key(self) -> str:
        """How the network's root key is kept here: ``open``, ``closed`` (with a passphrase) or ``absent``."""
        folder = self.station.key_folder
        if folder.root_open():
            return "open"
        return "closed" if folder.has_root() else "absent"

    def recent(self, limit: int = 12) -> list[Deed]:
        """What was done at this station lately, newest first."""
        return recent(self.station, limit)

    def close(self) -> None:
        """Let go of the station's folder."""
        self.station.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
