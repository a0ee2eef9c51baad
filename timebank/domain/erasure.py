"""Whose personal data the private part of a fact may hold: what goes when a person is erased.

What goes is decided by what the facts name, never by what they say, so that it is the same everywhere and
may be decided by stations that cannot read it.

- The note of a service is about the elder who was served, what a voucher went for about whom it was given
  to: it goes when that person is erased, and stays when a volunteer is.
- Every other free text (a rating, the reason of a transfer, of a reversal or of a decision) may speak of
  anyone whom the record names.
- The reason of an erasure stays: it is the station's proof of what it did, and on whose request.
- What an elder asked for is about her: it goes when she is erased, and stays when a volunteer is. What is said of
  a request later may speak of her and of everyone who was ever to go.
- A run of grants, or of what lapses, names hundreds; the reason for taking it back is about none of them.
"""

from __future__ import annotations

from timebank.journal.facts import (
    CaseResolved,
    ConsentChanged,
    CreditMoved,
    Fact,
    FactReversed,
    MemberChanged,
    MemberErased,
    MemberLeft,
    MembersMerged,
    RequestAssigned,
    RequestClosed,
    RequestNoted,
    ServiceLogged,
    ServiceRated,
    ServiceRequested,
    VoucherRedeemed,
    VouchersIssued,
    VouchersVoided,
)
from timebank.journal.refs import EntryRef


def named(fact: Fact) -> tuple[EntryRef, ...]:
    """The members of whom the record that ``fact`` makes, or what is said about it later, may speak."""
    members: tuple[EntryRef | None, ...] = ()
    match fact:
        case ServiceLogged():
            members = (fact.elder, *fact.volunteers)
        case MemberChanged() | ConsentChanged() | MemberErased() | MemberLeft():
            members = (fact.member,)
        case MembersMerged():
            members = fact.members
        case ServiceRated():
            members = (fact.by,)
        case ServiceRequested():
            members = (fact.elder,)
        case RequestAssigned():
            members = fact.volunteers
        case CreditMoved():
            members = (fact.source, fact.target)
        case VouchersIssued():
            members = (fact.holder,)
        case VoucherRedeemed():
            members = (fact.beneficiary,)
    return tuple(each for each in members if each is not None)


def spoken_of(fact: Fact) -> tuple[EntryRef, ...]:
    """The records (or members) that ``fact`` says something about."""
    match fact:
        case ServiceRated():
            return (fact.service,)
        case RequestAssigned() | RequestNoted() | RequestClosed():
            return (fact.request,)
        case FactReversed():
            return (fact.entry,)
        case CaseResolved():
            return fact.facts
    return ()


def vouchers_of(fact: Fact) -> tuple[bytes, ...]:
    """The serials of vouchers whose holders ``fact`` may speak of."""
    match fact:
        case VouchersVoided():
            return fact.serials
        case VoucherRedeemed():
            return (fact.serial,)
    return ()
