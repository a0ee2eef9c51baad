"""The bytes of format 1, as first released: what was written once is read for ever, and written alike.

``format-1.json`` was made from the fixed seeds below. A codec that changes one byte fails here. Never edit
a line of that file: a new kind of fact adds a line (run this file as a program to see it), a new format
adds a file.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from timebank.domain.voucher_code import VoucherCode, holder_tag, read_code, serial_text, write_code
from timebank.journal import facts
from timebank.journal.entry import Entry, read_entry, write_entry
from timebank.journal.keys import (
    PrivacyKey,
    Signer,
    fingerprint,
    identity_tag,
    journal_id,
    key_id,
    network_id,
    private_hash,
)
from timebank.journal.refs import EntryRef

GOLDEN = Path(__file__).parent / "format-1.json"

SIGNER = Signer(bytes(range(32)))
NETWORK = network_id(SIGNER.public)
JOURNAL = journal_id(SIGNER.public, b"n" * 16)
ONE = EntryRef(JOURNAL, 7, bytes(range(8)))
TWO = EntryRef(bytes(range(8)), 300, b"\xff" * 8)
SERIALS = (bytes(range(8)), b"\xfe" * 8)

FACTS: dict[str, facts.Fact] = {
    type(fact).__name__: fact
    for fact in (
        facts.NetworkFounded("西湖时间银行", SIGNER.public, b"n" * 16),
        facts.StationEnrolled(12, "龙坞村", "station", 1, SIGNER.public, "age1xyz"),
        facts.StationRevoked(12, ((JOURNAL, 400),), "电脑被盗"),
        facts.JournalBegun(SIGNER.public, b"m" * 16, "restored", ((JOURNAL, 40),)),
        facts.PrivacyKeyShared(((1, b"sealed"), (2, b"too"))),
        facts.OperatorAppointed(3, "coordinator"),
        facts.PolicyAdopted("hangzhou", 9_822, {"voucher.goods": False, "step": 30}, b"\5" * 32),
        facts.MemberRegistered("012-00034", ("volunteer", "elder"), b"\6" * 16, ("health",)),
        facts.MemberChanged(ONE, ("elder",), b"\7" * 16, ("name", "phone")),
        facts.MemberErased(ONE),
        facts.MemberLeft(ONE, "moved", 9_826),
        facts.MembersMerged((ONE, TWO)),
        facts.ConsentChanged(ONE, "photo", False),
        facts.ServiceLogged((ONE, TWO), TWO, "bath", 14_145_660, 90, (90, 60), "voucher", False, SERIALS[0]),
        facts.ServiceRated(ONE, TWO, 5),
        facts.FactReversed(TWO),
        facts.ServiceRequested(ONE, "bath", 14_145_660, 60, False, 2, True),
        facts.RequestAssigned(TWO, (ONE, TWO)),
        facts.RequestNoted(TWO, "arrived", 14_145_665),
        facts.RequestClosed(TWO, "cancelled"),
        facts.RequestFulfilled(TWO, ONE),
        facts.CreditMoved(None, ONE, 120, 9_822, facts.ALLOWANCE),
        facts.AllowanceGranted(9_801, ((ONE, 3_120, "hangzhou.severe"),)),
        facts.AccountsAdjusted("lapsed", facts.ALLOWANCE, 9_830, ((ONE, 60, "allowance.carry_over"),), TWO),
        facts.VouchersIssued(ONE, facts.CREDIT, 60, 9_822, 10_187, 2, SERIALS),
        facts.VouchersPrinted(SERIALS, True),
        facts.VoucherRedeemed(SERIALS[0], TWO, "account", 9_823),
        facts.VouchersVoided(SERIALS, 9_824),
        facts.VouchersExpired(SERIALS, 10_188),
        facts.VouchersSettled(((SERIALS[0], TWO),)),
        facts.CaseResolved("double_redemption-0001020304050607", "forgive", 9_825, (ONE, TWO)),
    )
}

GROWN: dict[str, facts.Fact] = {
    "PrivacyKeyShared": facts.PrivacyKeyShared(((1, b"sealed"),), 12),
    "StationEnrolled": facts.StationEnrolled(13, "龙坞村", "station", 1, SIGNER.public, "age1xyz", 12),
}
"""Kinds that were given a field since their first golden bytes, with the line ``grown`` for the longer form."""

CODES = {
    "plain": VoucherCode(
        NETWORK[:4], key_id(SIGNER.public), SERIALS[0], 0, 60, 9_822, 0, holder_tag(str(ONE))
    ),
    "locked": VoucherCode(
        NETWORK[:4], key_id(SIGNER.public), SERIALS[1], 1, 6_000, 9_822, 10_187, holder_tag(str(TWO)), lock=2
    ),
}


def entry_of(fact: facts.Fact) -> Entry:
    """The entry in which a golden fact was written."""
    return write_entry(
        SIGNER,
        fact,
        network=NETWORK,
        journal=JOURNAL,
        seq=8,
        previous=bytes(range(32)),
        lamport=1_000_000,
        wall=1_795_305_600,
        clock=1,
        action=b"action08",
        operator=3,
        seen=((TWO.journal, 299),),
        private=b"\x11" * 32,
    )


def golden() -> dict[str, dict[str, str]]:
    """The released bytes."""
    return json.loads(GOLDEN.read_text("utf-8"))


def made_now() -> dict[str, dict[str, str]]:
    """The same, as this version writes them."""
    sealed = PrivacyKey(b"\3" * 32).seal({"name": "王志强", "care": [{"level": 3}]}, b"\4" * 24)
    return {
        "entries": {kind: entry_of(fact).data.hex() for kind, fact in FACTS.items()},
        "grown": {kind: entry_of(fact).data.hex() for kind, fact in GROWN.items()},
        "vouchers": {name: write_code(code, SIGNER) for name, code in CODES.items()},
        "names": {
            "network": NETWORK.hex(),
            "journal": JOURNAL.hex(),
            "key": key_id(SIGNER.public).hex(),
            "fingerprint": fingerprint(SIGNER.public),
            "identity": identity_tag(b"secret", "11010519491231002X").hex(),
            "holder": holder_tag(str(ONE)).hex(),
            "entry": str(entry_of(FACTS["MemberErased"]).ref),
            "serial": serial_text(SERIALS[0]),
            "sealed": sealed.hex(),
            "private": private_hash(sealed).hex(),
        },
    }


def test_every_kind_of_fact_has_its_golden_bytes() -> None:
    assert set(golden()["entries"]) == set(FACTS) == set(facts.KINDS)


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_released_entries_are_read_and_written_alike(kind: str) -> None:
    released = bytes.fromhex(golden()["entries"][kind])
    entry = read_entry(released)
    assert facts.decode_fact(entry.header.kind, entry.header.body) == FACTS[kind]
    assert entry.signed_by(SIGNER.public)
    if kind not in GROWN:
        assert entry_of(FACTS[kind]).data == released


@pytest.mark.parametrize("kind", sorted(GROWN))
def test_facts_with_a_new_field_are_read_and_written_alike_too(kind: str) -> None:
    released = bytes.fromhex(golden()["grown"][kind])
    entry = read_entry(released)
    assert facts.decode_fact(entry.header.kind, entry.header.body) == GROWN[kind]
    assert entry_of(GROWN[kind]).data == released


@pytest.mark.parametrize("name", sorted(CODES))
def test_released_vouchers_are_read_and_written_alike(name: str) -> None:
    text = golden()["vouchers"][name]
    code = read_code(text)
    assert code.signed_by(SIGNER.public)
    assert code.body() == CODES[name].body()
    assert write_code(CODES[name], SIGNER) == text


def test_names_seals_and_tags_stay_as_they_are() -> None:
    assert made_now()["names"] == golden()["names"]
    sealed = bytes.fromhex(golden()["names"]["sealed"])
    assert PrivacyKey(b"\3" * 32).open(sealed) == {"name": "王志强", "care": [{"level": 3}]}


if __name__ == "__main__":
    print(json.dumps(made_now(), indent=1, ensure_ascii=False))
