"""Everything that can have happened, one small frozen struct per kind.

A struct here is the *public* part of a fact: references, numbers, minutes, kinds and dates. What is
personal (names, documents, health, hardship, free text) travels in the entry's private part.

Fields are only ever added at the end with a default; any other change is a new kind or a higher version
with a higher lowest reader. Days and minutes count from :data:`timebank.journal.refs.EPOCH`.

The bounds of the fields are those that every store and calendar can keep: a signed entry whose body does
not keep them is no fact, and every station ignores it alike.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

import msgspec

from timebank.journal.refs import EPOCH, EightBytes, EntryRef

POOL = "pool"
"""The community pool, where an account is asked for and it is no member's."""

CREDIT = 0
ALLOWANCE = 1

_FIRST_DAY, _LAST_DAY = (date.min - EPOCH).days, (date.max - EPOCH).days
_LARGEST = (1 << 31) - 1

# What the fields hold; see "bounds" above.
Number = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]
Unit = Annotated[int, msgspec.Meta(ge=CREDIT, le=ALLOWANCE)]
Day = Annotated[int, msgspec.Meta(ge=_FIRST_DAY, le=_LAST_DAY)]
Moment = Annotated[int, msgspec.Meta(ge=_FIRST_DAY * 1440, le=_LAST_DAY * 1440)]
Serial = EightBytes


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of all facts. They hold no cycles, and an import makes them by the hundred thousand."""

    version: ClassVar[int] = 1
    lowest_reader: ClassVar[int] = 1


# Trust


class NetworkFounded(Fact, frozen=True):
    """A network begins: first entry of the root's journal. ``key`` is the root's Ed25519 public key."""

    name: str
    key: bytes
    nonce: bytes


class StationEnrolled(Fact, frozen=True):
    """The root certifies a station: its number, place in the tree, signing key and age recipient.

    A later certificate with the same number and key renews name, role, parent and recipient.
    """

    station: Number
    name: str
    role: str
    parent: Number
    key: bytes
    recipient: str
    replaces: Number = 0
    """The lost station whose members this one looks after from now on; 0 for none."""


class StationRevoked(Fact, frozen=True):
    """The root withdraws a certificate; of each journal named, entries up to the given number stand."""

    station: Number
    last: tuple[tuple[bytes, Number], ...]
    reason: str


class JournalBegun(Fact, frozen=True):
    """First entry of every station's journal. The journal's id is derived from ``key`` and ``nonce``."""

    key: bytes
    nonce: bytes
    cause: str
    after: tuple[tuple[bytes, Number], ...] = ()


class PrivacyKeyShared(Fact, frozen=True):
    """A station's privacy key, sealed (age) to each station entitled to read what it seals."""

    sealed: tuple[tuple[Number, bytes], ...]
    of: Number = 0
    """Whose key it is; 0 for the writer's own. A hub hands on the key of a station that was replaced."""


class OperatorAppointed(Fact, frozen=True):
    """A person may act at this desk; the name is private."""

    number: Number
    role: str


class PolicyAdopted(Fact, frozen=True):
    """From ``day`` on these rules hold. The resolved values travel, so that no pack file is needed."""

    pack: str
    day: Day
    values: dict[str, Any]
    digest: bytes


# People


class MemberRegistered(Fact, frozen=True):
    """A person joins. ``identity`` is an HMAC of the document under the network's secret, or empty."""

    number: str
    roles: tuple[str, ...]
    identity: bytes
    consents: tuple[str, ...] = ()


class MemberChanged(Fact, frozen=True):
    """Details of a member changed; empty fields stay as they were. The new details are private."""

    member: EntryRef
    roles: tuple[str, ...] | None = None
    identity: bytes | None = None
    fields: tuple[str, ...] = ()


class MemberErased(Fact, frozen=True):
    """The personal data of a member is erased on lawful request; hours and balances stay."""

    member: EntryRef


class MemberLeft(Fact, frozen=True):
    """A member's account is closed after ``day``: ``cause`` is ``died``, ``moved`` or ``withdrew``."""

    member: EntryRef
    cause: str
    day: Day


class MembersMerged(Fact, frozen=True):
    """These members are one person (a hub says so): their accounts and histories are shown as one.

    The one registered first, in canonical order, stands for all.
    """

    members: tuple[EntryRef, ...]


class ConsentChanged(Fact, frozen=True):
    """A member gives (or withdraws) consent to one purpose."""

    member: EntryRef
    purpose: str
    given: bool


# Services


class ServiceLogged(Fact, frozen=True):
    """Volunteers served an elder. ``credited`` holds the minutes each volunteer earns, in their order."""

    volunteers: tuple[EntryRef, ...]
    elder: EntryRef
    kind: str
    start: Moment
    minutes: Minutes
    credited: tuple[Minutes, ...]
    funding: str = "platform"
    timed: bool = True
    voucher: bytes = b""


class ServiceRated(Fact, frozen=True):
    """One side of a service rates it with 1 to 5 stars."""

    service: EntryRef
    by: EntryRef
    stars: Number


class FactReversed(Fact, frozen=True):
    """A fact is taken back (冲正); the reason is private."""

    entry: EntryRef


# Requests for service


class ServiceRequested(Fact, frozen=True):
    """An elder needs a service; what is to be known of it is private."""

    elder: EntryRef
    kind: str
    start: Moment
    minutes: Minutes
    timed: bool = True
    persons: Number = 1
    urgent: bool = False


class RequestAssigned(Fact, frozen=True):
    """These volunteers will go, in place of whom was to go before; nobody where it is empty."""

    request: EntryRef
    volunteers: tuple[EntryRef, ...]


class RequestNoted(Fact, frozen=True):
    """What happened on the way: ``what`` is ``arrived``, ``left``, ``confirmed`` or ``followed_up``."""

    request: EntryRef
    what: str
    at: Moment


class RequestClosed(Fact, frozen=True):
    """A request comes to nothing: ``outcome`` is ``cancelled``, ``missed`` or ``refused``; the reason is private."""

    request: EntryRef
    outcome: str


class RequestFulfilled(Fact, frozen=True):
    """This service is what was asked for. It holds as long as the service stands."""

    request: EntryRef
    service: EntryRef


# Credit


class CreditMoved(Fact, frozen=True):
    """Minutes go from one account to another: a gift, a donation, a grant from the pool."""

    source: EntryRef | None
    target: EntryRef | None
    minutes: Minutes
    day: Day
    unit: Unit = CREDIT


class AllowanceGranted(Fact, frozen=True):
    """The month's free minutes of some elders: (member, minutes, rule) each; ``month`` is its first day."""

    month: Day
    grants: tuple[tuple[EntryRef, Minutes, str], ...]


class AccountsAdjusted(Fact, frozen=True):
    """A rule of the pack in force moved minutes of some accounts: (member, minutes, rule) each.

    ``cause`` is one of :data:`timebank.domain.credit.CAUSES` and gives the direction. Where ``of`` names the
    fact that it goes with (the service whose hours were past a cap), it stands and falls with that fact.
    """

    cause: str
    unit: Unit
    period: Day
    adjusted: tuple[tuple[EntryRef, Minutes, str], ...]
    of: EntryRef | None = None


# Vouchers


class VouchersIssued(Fact, frozen=True):
    """A batch of equal vouchers on one holder's account. ``expires`` and ``lock`` are 0 where there is none."""

    holder: EntryRef
    unit: Unit
    minutes: Minutes
    issued: Day
    expires: Day
    lock: Number
    serials: tuple[Serial, ...]


class VouchersPrinted(Fact, frozen=True):
    """Vouchers left on paper and were read back from it; ``again`` marks a reprint (补打)."""

    serials: tuple[Serial, ...]
    again: bool = False


class VoucherRedeemed(Fact, frozen=True):
    """A voucher is honoured for the beneficiary, into the account or for a reward."""

    serial: Serial
    beneficiary: EntryRef
    use: str
    day: Day


class VouchersVoided(Fact, frozen=True):
    """Vouchers are withdrawn before use; the minutes return to the holder."""

    serials: tuple[Serial, ...]
    day: Day


class VouchersExpired(Fact, frozen=True):
    """Vouchers reached their last day unused; the minutes return to the holder."""

    serials: tuple[Serial, ...]
    day: Day


class VouchersSettled(Fact, frozen=True):
    """The issuing station says which redemption settles each voucher, for good: (serial, redemption)."""

    settled: tuple[tuple[Serial, EntryRef], ...]


class CaseResolved(Fact, frozen=True):
    """A coordinator closes a case; ``facts`` are the facts that the decision speaks of."""

    case: str
    decision: str
    day: Day
    facts: tuple[EntryRef, ...] = ()


KINDS: dict[str, type[Fact]] = {
    kind.__name__: kind
    for kind in (
        NetworkFounded,
        StationEnrolled,
        StationRevoked,
        JournalBegun,
        PrivacyKeyShared,
        OperatorAppointed,
        PolicyAdopted,
        MemberRegistered,
        MemberChanged,
        MemberErased,
        MemberLeft,
        MembersMerged,
        ConsentChanged,
        ServiceLogged,
        ServiceRated,
        FactReversed,
        ServiceRequested,
        RequestAssigned,
        RequestNoted,
        RequestClosed,
        RequestFulfilled,
        CreditMoved,
        AllowanceGranted,
        AccountsAdjusted,
        VouchersIssued,
        VouchersPrinted,
        VoucherRedeemed,
        VouchersVoided,
        VouchersExpired,
        VouchersSettled,
        CaseResolved,
    )
}
"""Every kind of fact that this version understands, by the name written in entries."""

_DECODERS = {name: msgspec.msgpack.Decoder(kind) for name, kind in KINDS.items()}
_ENCODER = msgspec.msgpack.Encoder()


def encode_fact(fact: Fact) -> bytes:
    """The body of an entry that carries ``fact``."""
    return _ENCODER.encode(fact)


def decode_fact(kind: str, body: bytes | msgspec.Raw) -> Fact | None:
    """The fact in an entry's body, or None where this version does not know the kind.

    Raises :class:`msgspec.ValidationError` for a body that does not fit its kind.
    """
    decoder = _DECODERS.get(kind)
    try:
        return None if decoder is None else decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # A text that is no UTF-8, a map as a map's key: other errors of the decoder, the same to us.
        raise msgspec.ValidationError(str(error)) from error
