"""What fuzzing starts from: the real files of a small network, made anew each time, and every kind of fact."""

from __future__ import annotations

import hashlib
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from timebank.desk.desk import Desk
from timebank.desk.network import enrol, found, join, request
from timebank.desk.surroundings import Surroundings
from timebank.desk.whereabouts import FILE
from timebank.domain.voucher_code import VoucherCode, holder_tag, write_code
from timebank.exchange.sealed import unsealed
from timebank.journal.facts import (
    AccountsAdjusted,
    AllowanceGranted,
    CaseResolved,
    ConsentChanged,
    CreditMoved,
    Fact,
    FactReversed,
    JournalBegun,
    MemberChanged,
    MemberErased,
    MemberLeft,
    MemberRegistered,
    MembersMerged,
    NetworkFounded,
    OperatorAppointed,
    PolicyAdopted,
    PrivacyKeyShared,
    RequestAssigned,
    RequestClosed,
    RequestFulfilled,
    RequestNoted,
    ServiceLogged,
    ServiceRated,
    ServiceRequested,
    StationEnrolled,
    StationRevoked,
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersSettled,
    VouchersVoided,
    encode_fact,
)
from timebank.journal.keys import Signer, key_id
from timebank.journal.refs import EntryRef
from timebank.policy.catalog import load
from timebank.policy.pack import digest, resolved

HUB, CENTRE, VILLAGE, HILL = 1, 2, 3, 4
NAMES = {CENTRE: "和睦社区", VILLAGE: "桃源村", HILL: "半山社区"}
SERIALS = tuple(b"serial-%d" % number for number in range(4))
NOW = datetime(2026, 11, 22, 9, 0)
DAY = 9_822

HERE = b"program\0"
"""In a reference: the entry that this program itself wrote, by its place in the program; or, from ``LIVED`` on,
one of those that all stations know. Their names are others in every run."""
LIVED = 700

AUTHORS = ("village", "hill", "root")


class Written(msgspec.Struct, array_like=True):
    """One entry that a hostile but enrolled station writes: a program for the folds is a list of these."""

    author: int
    branch: int
    kind: str
    body: bytes
    """MessagePack, or what pretends to be."""
    private: bytes | None = None
    """What is sealed as the private part, with the station's own privacy key."""
    reader: int = 1
    version: int = 1
    later: int = 1
    """By how much the Lamport counter rises."""
    wall: int = 1_795_305_600
    clock: int = 0
    operator: int = 0
    seen: list[list[Any]] = []
    action: bytes = b"action01"


class Scene:
    """Four stations of one network in a folder, all knowing all, and how to put them back as they were."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.random = random.Random(7).randbytes
        self.surroundings = Surroundings(lambda: NOW, self.random)
        self._found()
        self._live()
        self._pristine = {number: self._store(number).read_bytes() for number in (HUB, *NAMES)}
        self._open: dict[int, Desk] = {}

    def home(self, number: int) -> Path:
        """The folder of a station."""
        return self.folder / str(number)

    def _store(self, number: int) -> Path:
        return self.home(number) / "timebank.db"

    def _found(self) -> None:
        found(self.home(HUB), self.surroundings, network="拱墅时间银行", station="街道枢纽", policy="neutral")
        for number, name in NAMES.items():
            self.asking, self.answer = (self.folder / f"{number}.{what}" for what in ("request", "enrolment"))
            request(self.home(number), self.surroundings, name=name, out=self.asking, passphrase_file=None)
            with Desk(self.home(HUB), self.surroundings) as hub:
                enrol(hub.station, self.asking, out=self.answer, role="hub" if number == HILL else None)
            if number == HILL:
                shutil.copytree(self.home(number), self.folder / "asking")
            join(self.home(number), self.surroundings, self.answer)

    def _live(self) -> None:
        """Some facts of every station, then files until all stations know all."""
        self.members: list[EntryRef] = []
        self.about: dict[str, EntryRef] = {}
        for number in NAMES:
            with Desk(self.home(number), self.surroundings) as desk, desk.station.recording() as pen:
                for at in range(2):
                    fact = MemberRegistered(
                        f"{number}{at}", ("volunteer", "elder"), tag(7 if at else number), ("service",)
                    )
                    details = {"name": f"张{at}", "phone": "13800000000", "birth": "1950-01-02", "care": []}
                    self.members.append(pen.tell(fact, details))
                one, other = self.members[-2:]
                if number == VILLAGE:
                    tell = pen.tell
                    self.about["service"] = tell(
                        ServiceLogged((one,), other, "meal", 14_100_000, 60, (60,)), {"for": "午餐"}
                    )
                    self.about["transfer"] = tell(CreditMoved(one, other, 5, DAY))
                    self.about["issue"] = tell(VouchersIssued(one, 0, 30, DAY - 9, 0, 0, SERIALS))
                    self.about["redeem"] = tell(VoucherRedeemed(SERIALS[0], other, "account", DAY))
                    tell(OperatorAppointed(1, "clerk"), {"name": "李"})
        for _ in range(2):
            for number in (HUB, *NAMES):
                path = self.export(number)
                for other in {HUB, *NAMES} - {number}:
                    with Desk(self.home(other), self.surroundings) as desk:
                        (taken,) = desk.exchange.take([path])
                        assert taken.outcome in ("applied", "known")
        with Desk(self.home(VILLAGE), self.surroundings) as desk:
            self.signer, self.network = desk.station.signer, desk.station.network
            self.code = VoucherCode(
                self.network[:4], key_id(self.signer.public), SERIALS[1], 0, 30, DAY - 9, 0, holder_tag("m")
            )

    @property
    def lived(self) -> list[EntryRef]:
        """The entries that programs speak of."""
        return [*self.members, *self.about.values()]

    def export(self, number: int) -> Path:
        """An export of all that a station knows, for all others."""
        with Desk(self.home(number), self.surroundings) as desk:
            return desk.exchange.export(self.folder, None, full=True).file

    def desk(self, number: int) -> Desk:
        """A station's desk, open, on a store that does not wait for the disk."""
        if number not in self._open:
            self._open[number] = Desk(self.home(number), self.surroundings)
            self._open[number].station.store.connection.execute("PRAGMA synchronous = OFF")
        return self._open[number]

    def put_back(self, *numbers: int) -> None:
        """Let stations be as they were: the store, what was learned, the shelves."""
        for number in numbers:
            if number in self._open:
                self._open.pop(number).close()
            self._store(number).write_bytes(self._pristine[number])
            (self.home(number) / FILE).unlink(missing_ok=True)  # or the older store would look like a copy
            self.sweep(number)

    def sweep(self, number: int) -> None:
        """Empty a station's shelves."""
        for shelf in ("quarantine", "parked"):
            shutil.rmtree(self.home(number) / shelf, ignore_errors=True)

    def close(self) -> None:
        """Close every desk."""
        for desk in self._open.values():
            desk.close()
        self._open.clear()

    def plain(self, path: Path) -> bytes:
        """What is inside an export."""
        keys = self.desk(HUB).station.keys
        with unsealed(path, keys.identities, self.folder) as plain:
            return plain.unpacked().read()

    def entries(self, number: int) -> dict[bytes, bytes | None]:
        """The payloads of all entries at a station, each with its private part."""
        rows = self.desk(number).station.store.rows(
            "SELECT e.bytes, p.sealed FROM entry e LEFT JOIN private p ON p.entry = e.id WHERE e.bytes NOT NULL"
        )
        return {data[:-64]: sealed for data, sealed in rows}

    def programs(self) -> list[bytes]:
        """One program for each kind of fact, and some that tell a story."""
        alone = [
            [
                Written(
                    2 if isinstance(fact, _ROOTS) else 0, 0, type(fact).__name__, encode_fact(fact), private
                )
            ]
            for fact, private in self.facts()
        ]
        told = [one[0] for one in alone]
        stories = [
            [each for each in told if each.kind.startswith("Voucher")],
            [each for each in told if each.kind.startswith("Member")],
            [each for each in told if each.author == 2],
            *([msgspec.structs.replace(each, author=1, branch=1), each] for each in told if each.author == 0),
        ]
        return [msgspec.msgpack.encode(program) for program in (*alone, *stories)]

    def facts(self) -> list[tuple[Fact, bytes | None]]:
        """A fact of every kind, with the plain private part of those that have one."""
        named = [EntryRef(HERE, LIVED + at, bytes(8)) for at in range(len(self.lived))]
        one, other, third = named[2], named[3], named[0]
        about = dict(zip(self.about, named[len(self.members) :], strict=True))
        itself = EntryRef(HERE, 1, bytes(8))
        words = msgspec.msgpack.encode({"name": "赵", "phone": "139", "birth": "1949-05-06", "care": [
            {"level": 2, "from": "2026-01-01", "until": ""}], "reason": "登错"})  # fmt: skip
        key = Signer(b"\5" * 32).public
        pack = load("neutral", NOW.date())
        return [
            (NetworkFounded("别处", key, bytes(16)), None),
            (StationEnrolled(5, "新站", "station", 1, key, self.recipient(), 0), None),
            (StationRevoked(VILLAGE, ((self.members[2].journal, 6),), "丢失"), None),
            (JournalBegun(self.signer.public, bytes(16), "restored", ((self.members[2].journal, 3),)), None),
            (PrivacyKeyShared(((HUB, b"sealed"),), 0), None),
            (OperatorAppointed(2, "auditor"), words),
            (PolicyAdopted(pack.id, DAY, resolved(pack), digest(pack)), None),
            (MemberRegistered("900", ("elder",), tag(7), ("service", "photo")), words),
            (MemberChanged(one, ("elder",), tag(8), ("name", "phone")), words),
            (MemberErased(other), words),
            (MembersMerged((one, third, other)), None),
            (ConsentChanged(one, "photo", True), None),
            (ServiceLogged((one, third), other, "visit", 14_100_010, 90, (90, 45), "platform", True), words),
            (
                ServiceLogged((one,), itself, "meal", 14_100_500, 30, (30,), "voucher", False, SERIALS[2]),
                None,
            ),
            (ServiceRated(about["service"], other, 5), words),
            (FactReversed(about["transfer"]), words),
            (FactReversed(itself), words),
            (CreditMoved(one, None, 500, DAY, 0), None),
            (AllowanceGranted(DAY - 21, ((other, 60, "rule"), (one, 30, "rule"))), None),
            (
                AccountsAdjusted(
                    "donated", 0, DAY, ((one, 30, "rule"), (other, 5, "rule")), about["service"]
                ),
                None,
            ),
            (MemberLeft(third, "moved", DAY), words),
            (ServiceRequested(other, "visit", 14_160_000, 60, True, 2, True), words),
            (RequestAssigned(itself, (one, third)), words),
            (RequestNoted(itself, "arrived", 14_160_005), None),
            (RequestClosed(itself, "missed"), words),
            (RequestFulfilled(itself, about["service"]), None),
            (VouchersIssued(other, 1, 60, DAY, DAY + 300, CENTRE, (b"serial-9", SERIALS[0])), None),
            (VouchersPrinted(SERIALS, True), None),
            (VoucherRedeemed(SERIALS[0], one, "account", DAY + 1), words),
            (VouchersVoided((SERIALS[1],), DAY), words),
            (VouchersExpired((SERIALS[0], SERIALS[2]), DAY), None),
            (VouchersSettled(((SERIALS[0], about["redeem"]), (SERIALS[1], itself))), None),
            (CaseResolved(f"double:{SERIALS[0].hex()}", "charge_holder", DAY, (about["redeem"],)), words),
        ]

    def recipient(self) -> str:
        """An age recipient of the network."""
        return str(self.desk(CENTRE).station.keys.recipient)

    def texts(self) -> list[bytes]:
        """Texts as a scanner or a keyboard gives them: voucher codes and serials, a recovery sheet."""
        from timebank.domain.root_sheet import sheet_code, sheet_groups
        from timebank.domain.voucher_code import serial_text

        locked = write_code(VoucherCode(**{**_fields(self.code), "lock": 3}), self.signer)
        groups = sheet_groups(bytes(range(32)))
        made = [write_code(self.code, self.signer), locked, serial_text(SERIALS[1]), " ".join(groups)]
        return [
            each.encode()
            for each in (*made, sheet_code(groups), "".join(groups).lower(), "ＴＢ１" + locked[3:])
        ]


def tag(document: int) -> bytes:
    """What stands for an identity document in the public part of a member."""
    return hashlib.sha256(b"%d" % document).digest()[:16]


_ROOTS = (StationEnrolled, StationRevoked, PolicyAdopted)


def _fields(code: VoucherCode) -> dict[str, Any]:
    return {name: getattr(code, name) for name in code.__slots__}


@contextmanager
def scene() -> Iterator[Scene]:
    """A network of its own, gone afterwards; in memory where the system has such a place."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="fuzz-") as folder:
        made = Scene(Path(folder))
        with closing(made):
            yield made


class Target(NamedTuple):
    """Something that reads what others made: ``run`` says in a word what became of the input, or it crashed."""

    seeds: list[bytes]
    run: Callable[[bytes], str]
    mutate: Callable[[bytes, random.Random], bytes]
