"""certificate."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.people import Day
from timebank.desk.certificates import CertificateForm, Verified
from timebank.domain.certificate import PREFIX, looks_like_certificate
from timebank.outcome import Fault, Refusal
from timebank.policy.amounts import hours_text

FILE = click.Path(path_type=Path)


@click.group()
def certificate() -> None:
    """Certificates of service: issue, verify, list."""


@certificate.command()
@click.argument("who")
@click.option("--from", "start", type=Day(), help="First day; the first service where not said.")
@click.option("--to", "end", type=Day(), help="Last day, included; today where not said.")
@click.option("--out", required=True, type=FILE, help="A PDF file.")
@click.option("--responsible", help="Who answers for it; kept for the next certificate.")
@click.option("--contact", help="Where to ask; kept for the next certificate.")
@click.pass_obj
def issue(
    session: Session,
    who: str,
    start: date | None,
    end: date | None,
    out: Path,
    responsible: str | None,
    contact: str | None,
) -> None:
    """Print what the books say a volunteer did; its code is read back from the page."""
    with session.desk() as desk:
        holder = desk.people.find(who, "volunteer")
        made = desk.certificates.prepare(CertificateForm(holder, start, end, responsible, contact))
        file = desk.certificates.print(made, session.screen.print_certificate, out, session.phrases.language)
    data = {
        "number": made.number,
        "code": made.code,
        "member": str(holder.ref),
        "holder": holder.number,
        "from": made.first,
        "to": made.last,
        "issued": made.issued,
        "services": made.services,
        "minutes": made.minutes,
        "kinds": [{"kind": kind, "services": count, "minutes": given} for kind, count, given in made.kinds],
        "file": str(file),
    }
    hours = hours_text(made.minutes, session.phrases.language)
    session.answer(data, session.say("certificate_made", name=holder.name, hours=hours, **data))


@certificate.command()
@click.argument("code")
@click.option("--name", default="", help="The name on the paper, to be compared.")
@click.pass_obj
def verify(session: Session, code: str, name: str) -> None:
    """What a certificate is worth: its code, or a picture or PDF of it. Needs no network."""
    with session.desk() as desk:
        found = desk.certificates.verify(_code_in(code), name)
    data = verified_data(found)
    session.answer(data, *_lines(session, found))


def _mine(code: str) -> bool:
    return code.startswith(PREFIX)


def _code_in(text: str) -> str:
    if looks_like_certificate(text) or len(text) > 1_000:
        return text
    path = Path(text)
    if not path.suffix and not path.exists():
        return text
    from timebank.paper.reader import read_all_codes

    codes = [code for code in read_all_codes(path, _mine) if _mine(code)]
    if not codes:
        raise Fault("certificate_not_found", file=path.name)
    if len(codes) > 1:
        raise Refusal("several_codes", count=len(codes))
    return codes[0]


def verified_data(found: Verified) -> dict[str, Any]:
    """A verdict on a certificate as data."""
    return {
        "verdict": found.verdict,
        "reason": found.reason,
        "number": found.number,
        "issuer": found.issuer,
        "holder": found.holder,
        "from": found.first,
        "to": found.last,
        "issued": found.issued,
        "services": found.services,
        "minutes": found.minutes,
        "member": str(found.member.ref) if found.member else None,
        "name_fits": found.name_fits,
        "services_now": found.now[0] if found.now else None,
        "minutes_now": found.now[1] if found.now else None,
    }


def _lines(session: Session, found: Verified) -> list[str]:
    words, language = session.phrases, session.phrases.language
    verdict = words(f"certificate.verdict.{found.verdict}")
    more = words(f"certificate.verdict_more.{found.verdict}", issuer=found.issuer)
    if found.reason:
        more = words.code(found.reason, {})
    lines = [session.say("certificate_verdict", verdict=verdict, more=more)]
    if found.first is not None:
        hours = hours_text(found.minutes, language)
        lines.append(session.say("certificate_facts", **found._asdict() | {"hours": hours}))
    if found.name_fits is not None:
        lines.append(session.say(f"certificate_name_{'fits' if found.name_fits else 'differs'}"))
    if found.now is not None and found.now != (found.services, found.minutes):
        hours = hours_text(found.now[1], language)
        lines.append(session.say("certificate_now", services=found.now[0], hours=hours))
    return lines


@certificate.command("list")
@click.pass_obj
def list_certificates(session: Session) -> None:
    """Every certificate that this station printed, the newest first."""
    with session.desk() as desk:
        rows = [
            {
                "number": each.number,
                "holder": each.holder,
                "from": each.first,
                "to": each.last,
                "issued": each.issued,
                "services": each.services,
                "minutes": each.minutes,
            }
            for each in desk.certificates.issued()
        ]
    language = session.phrases.language
    lines = [
        session.say(
            "certificate_line",
            first=each["from"],
            last=each["to"],
            hours=hours_text(int(str(each["minutes"])), language),
            **{key: each[key] for key in ("number", "holder", "services")},
        )
        for each in rows
    ]
    session.answer({"certificates": rows}, *lines)


COMMANDS = (certificate,)
