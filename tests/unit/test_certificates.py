"""Certificates of service: what they say, that nobody can make one up, and that any station can check one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stations import Network, carry, elder, found_network, identity, serve, share, volunteer

from timebank.cli.main import run
from timebank.desk.certificates import Certificate, CertificateForm
from timebank.desk.desk import Desk
from timebank.desk.network import revoke
from timebank.domain.certificate import (
    PREFIX,
    CertificateCode,
    certificate_number,
    looks_like_certificate,
    name_tag,
    read_certificate,
    write_certificate,
)
from timebank.domain.voucher_code import base32
from timebank.journal.keys import Signer, key_id
from timebank.outcome import Fault, Refusal
from timebank.paper.certificate import CertificateFace
from timebank.paper.qr import qr_rows
from timebank.phrases import phrases
from ui.front import Front

SIGNER = Signer(bytes(range(32)))
REFUSED = {"certificate_prefix", "certificate_length", "certificate_symbols", "certificate_body"}

codes = st.builds(
    CertificateCode,
    network=st.binary(min_size=4, max_size=4),
    key=st.just(key_id(SIGNER.public)),
    serial=st.binary(min_size=5, max_size=5),
    first=st.integers(0, 1000),
    last=st.integers(1000, 65_535),
    issued=st.integers(0, 65_535),
    services=st.integers(0, (1 << 24) - 1),
    minutes=st.integers(0, (1 << 32) - 1),
    holder=st.binary(min_size=8, max_size=8),
    number=st.from_regex(r"[0-9]{3}-[0-9]{5,18}", fullmatch=True),
)


def outcome(text: str) -> CertificateCode | str:
    """What is read from a text, or the code of the refusal."""
    try:
        return read_certificate(text)
    except Refusal as refusal:
        return refusal.code


# The code


@given(codes)
def test_what_was_written_is_read_and_signed(code: CertificateCode) -> None:
    text = write_certificate(code, SIGNER)
    read = read_certificate(text)
    assert read.signed_by(SIGNER.public)
    assert read.body() == code.body()
    assert len(text) <= 201
    assert qr_rows(text)
    assert looks_like_certificate(text)
    assert read_certificate(text.lower().replace("0", "o")) == read


@given(codes, st.data())
def test_a_code_with_one_other_symbol_is_refused_or_not_signed(
    code: CertificateCode, data: st.DataObject
) -> None:
    text = write_certificate(code, SIGNER)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(
        st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ").filter(lambda sign: sign != text[at])
    )
    read = outcome(text[:at] + other + text[at + 1 :])
    assert read in REFUSED if isinstance(read, str) else not read.signed_by(SIGNER.public)


@given(st.one_of(st.text(max_size=400), st.binary(max_size=160).map(lambda data: PREFIX + base32(data))))
def test_whatever_is_scanned_is_read_or_refused_precisely(text: str) -> None:
    read = outcome(text)
    assert read in REFUSED if isinstance(read, str) else read.first <= read.last


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "certificate_prefix"),
        ("TB1ABCDEF", "certificate_prefix"),
        (PREFIX, "certificate_length"),
        (PREFIX + "0" * 150, "certificate_length"),
        (PREFIX + "0" * 5_000_000, "certificate_length"),
        (PREFIX + "U" * 170, "certificate_symbols"),
        (
            write_certificate(
                CertificateCode(b"netw", b"keyk", b"seria", 3, 2, 3, 4, 5, b"holdertg", "1"), SIGNER
            ),
            "certificate_body",
        ),
    ],
)
def test_each_way_to_be_wrong_has_its_own_code(text: str, code: str) -> None:
    assert outcome(text) == code
    assert phrases("zh_CN").code(code, {})


def test_random_damage_never_raises_anything_else() -> None:
    chance = random.Random(7)
    code = CertificateCode(b"netw", b"keyk", b"seria", 1, 2, 3, 4, 5, b"holdertg", "002-00001")
    text = write_certificate(code, SIGNER)
    for _ in range(3000):
        pieces = list(text)
        for _ in range(chance.randrange(1, 5)):
            at = chance.randrange(len(pieces))
            deed = chance.randrange(3)
            if deed == 0:
                pieces[at] = chr(chance.randrange(1, 0x3000))
            elif deed == 1:
                del pieces[at]
            else:
                pieces.insert(at, chance.choice("0A -Ｏ证"))
        damaged = outcome("".join(pieces))
        assert damaged in REFUSED or isinstance(damaged, CertificateCode)


def test_a_name_belongs_to_one_certificate_however_it_is_spaced() -> None:
    assert name_tag(b"seria", "王 秀英") == name_tag(b"seria", "王秀英")
    assert name_tag(b"seria", "王秀英") != name_tag(b"serib", "王秀英")
    assert name_tag(b"seria", "王秀英") != name_tag(b"seria", "王秀瑛")
    assert name_tag(b"seria", "\udcff")  # what a terminal makes of a name in another encoding


def test_the_number_tells_station_year_and_serial() -> None:
    assert certificate_number(2, 2026, bytes(5)) == "002-2026-00000000"


# At the desk


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = found_network(tmp_path / "n", policy="hangzhou")
    network.clock.moment = datetime(2026, 11, 22, 9)
    return network


def at_work(centre: Desk) -> Certificate:
    """王志强 visited twice for an hour and helped once for 90 minutes, with another volunteer."""
    wang = volunteer(centre, "王志强", id_number=identity(101))
    other, host = volunteer(centre, "陈美玲"), elder(centre)
    serve(centre, wang, host, 60, start=datetime(2026, 10, 2, 9))
    serve(centre, wang, host, 60, start=datetime(2026, 10, 3, 9))
    serve(centre, (wang, other), host, 90, start=datetime(2026, 11, 4, 9))
    return centre.certificates.prepare(CertificateForm(wang))


def paper(face: CertificateFace, path: Path) -> Path:
    path.write_bytes(face.code.encode())
    return path


def test_a_certificate_says_what_the_books_say(network: Network) -> None:
    with network.desk(2) as centre:
        made = at_work(centre)
        assert (made.services, made.minutes) == (3, 210)
        assert (made.first, made.last, made.issued) == (
            date(2026, 10, 2),
            date(2026, 11, 22),
            date(2026, 11, 22),
        )
        october = CertificateForm(made.holder, date(2026, 10, 1), date(2026, 10, 31), "王主任", " 0571 1 ")
        second = centre.certificates.prepare(october)
        assert (second.services, second.minutes, second.kinds) == (2, 120, (("visit", 2, 120),))
        face = centre.certificates.face(second)
        assert (face.responsible, face.contact) == ("王主任", "0571 1")
        assert face.holder_document == "330105" + "*" * 8 + identity(101)[-4:]
        assert identity(101) not in repr(face)
        assert not second.code.isspace()


def test_any_station_can_check_it_with_no_network(network: Network) -> None:
    with network.desk(2) as centre, network.desk(3) as village:
        made = at_work(centre)
        found = village.certificates.verify(made.code, "王 志强")  # nothing of this has arrived there
        assert (found.verdict, found.issuer, found.holder) == ("valid", "翠苑社区", made.holder.number)
        assert (found.number, found.services, found.minutes) == (made.number, 3, 210)
        assert (found.name_fits, found.member, found.now) == (True, None, None)
        assert village.certificates.verify(made.code, "王志刚").name_fits is False
        assert village.certificates.verify(made.code).name_fits is None


def test_where_the_books_are_known_they_are_compared(network: Network) -> None:
    with network.desk(2) as centre, network.desk(1) as hub:
        made = at_work(centre)
        last = centre.station.store.value("SELECT max(service) FROM credited")
        share([centre, hub])
        before = hub.certificates.verify(made.code)
        assert before.member is not None
        assert (before.now, before.name_fits) == (
            (3, 210),
            None,
        )  # nobody has read the name on the paper out yet
        ref = centre.station.store.value(
            "SELECT lower(hex(j.ref)) || '-' || e.seq || '-' || lower(hex(e.\"check\")) FROM entry e"
            " JOIN journal j ON j.id = e.journal WHERE e.id = ?",
            (last,),
        )
        centre.services.reverse(ref, "记错人")
        share([centre, hub])
        after = hub.certificates.verify(made.code)
        assert (after.verdict, after.minutes, after.now) == ("valid", 210, (2, 120))


def test_a_certificate_of_another_key_is_forged(network: Network) -> None:
    with network.desk(2) as centre:
        made = at_work(centre)
        code = read_certificate(made.code)
        more = CertificateCode(
            *(
                getattr(code, name)
                for name in ("network", "key", "serial", "first", "last", "issued", "services")
            ),
            minutes=code.minutes + 6000,
            holder=code.holder,
            number=code.number,
        )
        assert centre.certificates.verify(write_certificate(more, SIGNER)).verdict == "forged"


def test_other_networks_unknown_and_revoked_stations_are_told_apart(network: Network, tmp_path: Path) -> None:
    other = found_network(tmp_path / "other", policy="hangzhou", seed=9)
    with network.desk(2) as centre, network.desk(1) as hub, other.desk(2) as elsewhere:
        made = at_work(centre)
        assert elsewhere.certificates.verify(made.code).verdict == "other_network"
        code = read_certificate(made.code)
        stranger = write_certificate(
            CertificateCode(
                code.network, key_id(SIGNER.public), code.serial, code.first, code.last, code.issued,
                code.services, code.minutes, code.holder, code.number,
            ),
            SIGNER,
        )  # fmt: skip
        assert hub.certificates.verify(stranger).verdict == "unknown_issuer"
        share([centre, hub])
        revoke(hub.station, "翠苑社区", reason="停办")
        assert hub.certificates.verify(made.code).verdict == "revoked_issuer"
        carry(hub, centre)


def test_what_cannot_be_certified_is_refused(network: Network) -> None:
    with network.desk(2) as centre, network.desk(3) as village, network.desk(1) as hub:
        made = at_work(centre)
        idle = volunteer(centre, "闲人")
        share([centre, village, hub])
        foreign = village.people.find(made.holder.number)
        for desk, form, code in (
            (centre, CertificateForm(idle), "certificate_empty"),
            (centre, CertificateForm(made.holder, date(2026, 12, 1)), "certificate_period"),
            (centre, CertificateForm(made.holder, end=date(2026, 11, 23)), "certificate_period"),
            (centre, CertificateForm(made.holder, date(2026, 9, 1), date(2026, 9, 2)), "certificate_empty"),
            (village, CertificateForm(foreign), "certificate_person_unknown"),
        ):
            with pytest.raises(Refusal) as caught:
                desk.certificates.prepare(form)
            assert caught.value.code == code


def test_it_is_registered_once_it_was_printed_and_not_before(network: Network, tmp_path: Path) -> None:
    with network.desk(2) as centre:
        made = at_work(centre)

        def jammed(_face: CertificateFace, _path: Path) -> Path:
            raise Fault("printed_unreadable", file="x", missing=1, vouchers=1)

        with pytest.raises(Fault):
            centre.certificates.print(made, jammed, tmp_path / "a.pdf")
        assert centre.certificates.issued() == []
        centre.certificates.print(
            made._replace(responsible="王主任", contact="0571"), paper, tmp_path / "b.pdf"
        )
        (issued,) = centre.certificates.issued()
        assert (issued.number, issued.holder, issued.minutes) == (made.number, made.holder.number, 210)
        assert centre.certificates.signatory() == ("王主任", "0571")
    with network.desk(2) as again:
        assert [each.number for each in again.certificates.issued()] == [made.number]


# By the command line


@pytest.fixture
def told(
    network: Network, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, object]]:
    monkeypatch.setenv("TIMEBANK_NOW", "2026-11-22T09:00")

    def command(number: int, *arguments: object) -> dict[str, object]:
        run(["--home", str(network.home(number)), "--json", *map(str, arguments)], Front())
        return dict(json.loads(capsys.readouterr().out))

    return command


def test_issue_verify_and_list_by_the_command_line(
    network: Network, told: Callable[..., dict[str, object]], tmp_path: Path
) -> None:
    with network.desk(2) as centre:
        at_work(centre)
    file = tmp_path / "证明.pdf"
    made = told(2, "certificate", "issue", "王志强", "--from", "2026-10-01", "--out", file)
    assert (made["services"], made["minutes"]) == (3, 210)
    found = told(3, "certificate", "verify", file, "--name", "王志强")  # read from the printed page
    assert (found["verdict"], found["number"], found["name_fits"]) == ("valid", made["number"], True)
    assert told(3, "certificate", "verify", made["code"])["minutes"] == 210
    assert told(3, "certificate", "verify", "TBS1XYZ")["reason"] == "certificate_length"
    empty = tmp_path / "empty.png"
    from PIL import Image

    Image.new("L", (200, 200), 255).save(empty)
    assert told(3, "certificate", "verify", empty)["error"]["code"] == "certificate_not_found"  # type: ignore[index]
    (line,) = told(2, "certificate", "list")["certificates"]  # type: ignore[misc]
    assert line["number"] == made["number"]
    shown = told(2, "member", "show", "王志强")
    assert (shown["stars"], shown["next_star_minutes"]) == (0, 6000)
