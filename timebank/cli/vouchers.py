"""voucher."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.people import Day, relation_option
from timebank.desk.desk import Desk
from timebank.desk.voucher_book import UNPRINTED
from timebank.desk.vouchers import Checked, Issued, IssueForm
from timebank.domain.credit import UNITS
from timebank.domain.voucher_code import looks_like_code, serial_text
from timebank.domain.vouchers import STATES
from timebank.files import make_folder, require_writable, write_bytes_whole, writing
from timebank.outcome import Fault, Problem, Refusal
from timebank.paper.faces import Layout
from timebank.store.people_queries import MemberRecord

FILE = click.Path(path_type=Path)
_ALIASES = {"a4-24": Layout.A4_3X8.value, "a4x24": Layout.A4_3X8.value}
LAYOUTS = click.Choice([*(each.value for each in Layout), *_ALIASES])
_IMAGE_PROBLEMS = {"image_unreadable", "no_code_found", "image_too_big"}


def codes_in(text: str) -> list[str]:
    """The codes that a text names: itself, or those in the image or PDF at that path."""
    path = Path(text)
    if looks_like_code(text) or not _names_a_file(path):
        return [text]
    from timebank.paper.reader import read_codes

    return read_codes(path)


def _names_a_file(path: Path) -> bool:
    try:
        return bool(path.name) and (bool(path.suffix) or path.exists())
    except (OSError, ValueError):  # too long for a name, or with a character that no name has
        return False


def code_in(text: str) -> str:
    """The one code that a text names; refuses with ``several_codes``."""
    codes = codes_in(text)
    if len(codes) > 1:
        raise Refusal("several_codes", count=len(codes))
    return codes[0]


@click.group()
def voucher() -> None:
    """Vouchers: issue, verify, redeem, void, reprint, list, expire."""


@voucher.command()
@click.option("--holder", required=True)
@click.option("--minutes", required=True, type=int)
@click.option("--count", type=int, default=1, show_default=True)
@click.option("--kind", type=click.Choice(UNITS), default="credit", show_default=True)
@click.option("--expires", type=Day())
@click.option("--lock-to", default="")
@click.option("--out", required=True, type=FILE, help="The PDF to print into.")
@click.option("--png", type=FILE, help="A folder for one picture each, for chat.")
@click.option("--layout", type=LAYOUTS, default="a4", show_default=True)
@click.pass_obj
def issue(
    session: Session,
    holder: str,
    minutes: int,
    count: int,
    kind: str,
    expires: date | None,
    lock_to: str,
    out: Path,
    png: Path | None,
    layout: str,
) -> None:
    """Issue vouchers, print them, and read every one back from the page."""
    with session.desk() as desk:
        form = IssueForm(desk.people.find(holder), minutes, count, kind, expires, lock_to)
        require_writable(out)
        batch = desk.vouchers.issue(form)
        try:
            files = [_print(session, desk, batch.vouchers, layout, out)]
            if png is not None:
                files += write_pictures(session, desk, batch.vouchers, png)
        except Problem as problem:
            # What was issued stays issued: it can be printed again, or voided.
            raise Fault(
                "issued_not_printed",
                batch=str(batch.entry),
                count=count,
                reason=session.phrases.problem(problem),
            ) from problem
    data = {
        "batch": str(batch.entry),
        "vouchers": [issued_data(each) for each in batch.vouchers],
        "files": [str(file) for file in files],
    }
    session.answer(
        data,
        session.say("vouchers_issued", count=count, minutes=minutes, file=files[0]),
        *(session.say("serial_line", serial=serial_text(each.serial)) for each in batch.vouchers),
    )


def _print(
    session: Session,
    desk: Desk,
    vouchers: tuple[Issued, ...],
    layout: str,
    out: Path,
    *,
    reprint: bool = False,
) -> Path:
    return desk.vouchers.print(
        vouchers,
        session.screen,
        Layout(_ALIASES.get(layout, layout)),
        out,
        language=session.phrases.language,
        reprint=reprint,
        progress=session.progress(),
    )


def write_pictures(session: Session, desk: Desk, vouchers: tuple[Issued, ...], folder: Path) -> list[Path]:
    """One PNG for each voucher, named by its serial."""
    from timebank.paper.png import voucher_png

    files = []
    with writing(folder / "x"):
        make_folder(folder)
    for each, face in zip(vouchers, desk.vouchers.faces(vouchers, session.phrases.language), strict=True):
        path = folder / f"{serial_text(each.serial)[:-2]}.png"
        files.append(write_bytes_whole(path, voucher_png(face)))
    return files


def issued_data(each: Issued) -> dict[str, Any]:
    """A voucher as issued."""
    return {
        "serial": serial_text(each.serial),
        "code": each.code,
        "minutes": each.minutes,
        "expires": each.expires,
    }


@voucher.command()
@click.argument("code")
@click.pass_obj
def verify(session: Session, code: str) -> None:
    """What a voucher is worth here and now: a code, a photo, a PNG or a PDF."""
    with session.desk() as desk:
        try:
            checked = [desk.vouchers.verify(each) for each in codes_in(code)]
        except Problem as problem:
            if problem.code not in _IMAGE_PROBLEMS:
                raise
            nothing = Checked("unreadable", b"", 0, 0, "", "", None, None, (problem.code,), None)
            checked = [nothing]
        told = [checked_data(session, each, desk.vouchers.receiver(each)) for each in checked]
    data = dict(told[0])
    if len(told) > 1:
        data["vouchers"] = told
    session.answer(data, *(each["message"] for each in told))


def checked_data(session: Session, checked: Checked, receiver: MemberRecord | None) -> dict[str, Any]:
    """A verdict as data; ``receiver`` is for whom the voucher was redeemed."""
    return {
        "verdict": checked.verdict,
        "serial": serial_text(checked.serial) if checked.serial else "",
        "minutes": checked.minutes,
        "kind": UNITS[checked.unit],
        "issuer": checked.issuer,
        "holder": checked.holder,
        "receiver": receiver.number if receiver else "",
        "issued": checked.issued,
        "expires": checked.expires,
        "reasons": list(checked.reasons),
        "message": verdict_sentence(session, checked, receiver),
    }


def verdict_sentence(session: Session, checked: Checked, receiver: MemberRecord | None) -> str:
    """A verdict in one sentence, with ``receiver``, for whom it was redeemed, as they are known here."""
    serial = serial_text(checked.serial) if checked.serial else ""
    key = "update_needed" if "update_needed" in checked.reasons else checked.verdict
    return session.phrases(
        f"verdicts.{'redeemed_for' if receiver is not None else key}",
        receiver=receiver.name if receiver is not None else "",
        serial=serial,
        minutes=checked.minutes,
        issuer=checked.issuer,
        expires=checked.expires or "",
    )


@voucher.command()
@click.argument("code")
@click.option("--beneficiary", required=True)
@click.option("--use", type=click.Choice(["account", "reward"]), default="account", show_default=True)
@click.option("--for", "purpose", default="")
@relation_option
@click.pass_obj
def redeem(session: Session, code: str, beneficiary: str, use: str, purpose: str, relation: str) -> None:
    """Honour a voucher for a member."""
    with session.desk() as desk:
        who = desk.people.find(beneficiary)
        made = desk.vouchers.redeem(code_in(code), who, use=use, purpose=purpose, relation=relation)
    data = {
        "entry": str(made.entry),
        "serial": serial_text(made.serial),
        "minutes": made.minutes,
        "settlement": made.settlement,
    }
    session.answer(data, session.say(f"redeemed_{made.settlement}", **data))


@voucher.command()
@click.argument("serial")
@click.option("--reason", required=True)
@click.pass_obj
def void(session: Session, serial: str, reason: str) -> None:
    """Withdraw a voucher before use."""
    with session.desk() as desk:
        record = desk.vouchers.void(serial, reason)
    data = {"serial": serial_text(record.serial), "state": record.voucher.state}
    session.answer(data, session.say("voucher_void", **data))


@voucher.command()
@click.argument("serial")
@click.option("--out", required=True, type=FILE)
@click.option("--layout", type=LAYOUTS, default="a4", show_default=True)
@click.pass_obj
def reprint(session: Session, serial: str, out: Path, layout: str) -> None:
    """Print a voucher again (补打); it keeps its serial."""
    with session.desk() as desk:
        issued = desk.vouchers.for_reprint(serial)
        # One that never came out is printed for the first time, and says so.
        printed = desk.voucher_book.details(issued.serial).line.printed > 0
        file = _print(session, desk, (issued,), layout, out, reprint=printed)
    session.answer({"serial": serial, "files": [str(file)]}, session.say("reprinted", file=file))


@voucher.command("list")
@click.option("--state", type=click.Choice(STATES))
@click.option("--holder")
@click.option("--unprinted", is_flag=True, help="Only those in circulation that never came out on paper.")
@click.pass_obj
def list_vouchers(session: Session, state: str | None, holder: str | None, unprinted: bool) -> None:
    """Vouchers known here, newest first."""
    with session.desk() as desk:
        records = desk.vouchers.list(state, desk.people.find(holder) if holder else None)
        if unprinted:
            waiting = {line.serial for line in desk.voucher_book.lines(state=UNPRINTED)}
            records = [each for each in records if each.serial in waiting]
        rows = [
            {
                "serial": serial_text(each.serial),
                "state": desk.vouchers.state_today(each.voucher),
                "minutes": each.voucher.minutes,
                "kind": UNITS[each.voucher.unit],
                "issuer": each.voucher.issuer,
                "expires": _day(each.voucher.expires),
                "printed": each.voucher.printed,
                "settlement": "settled" if each.voucher.final else "provisional",
            }
            for each in records
        ]
    session.answer({"vouchers": rows}, *(session.say("voucher_line", **each) for each in rows))


@voucher.command()
@click.pass_obj
def expire(session: Session) -> None:
    """Return the minutes of this station's vouchers whose last day has passed."""
    with session.desk() as desk:
        serials = [serial_text(each) for each in desk.vouchers.expire()]
    session.answer({"expired": serials}, session.say("vouchers_expired", count=len(serials)))


def _day(number: int) -> date | None:
    from timebank.journal.refs import day_of

    return day_of(number) if number else None


COMMANDS = (voucher,)
