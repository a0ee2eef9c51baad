"""check, rebuild, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.network import passphrase_option
from timebank.desk.upkeep import restore as restore_backup

FILE = click.Path(path_type=Path)


@click.command()
@click.pass_obj
def check(session: Session) -> int:
    """Read every byte: chains, signatures, ledger, and all tables against a fresh fold."""
    with session.desk() as desk:
        report = desk.upkeep.check(session.progress())
    findings = [
        {
            "severity": each.severity,
            "code": each.code,
            "message": session.phrases(f"findings.{each.code}", **each.facts),
        }
        for each in report.findings
    ]
    data: dict[str, Any] = {
        "ok": report.ok,
        "entries": report.entries,
        "journals": report.journals,
        "digest": report.digest,
        "ledger": {"credit": report.credit, "allowance": report.allowance},
        "findings": findings,
    }
    if not report.ok:
        bad = [each for each in findings if each["severity"] == "error"]
        data["error"] = {"code": "check_failed", "message": bad[0]["message"], "facts": {"errors": len(bad)}}
    session.answer(
        data,
        session.say(
            "checked_ok" if report.ok else "checked_bad", entries=report.entries, digest=report.digest[:16]
        ),
        *(session.say("finding_line", **each) for each in findings),
    )
    return 0 if report.ok else 1


@click.command()
@click.pass_obj
def rebuild(session: Session) -> None:
    """Fold all entries again."""
    with session.desk() as desk:
        entries, digest = desk.upkeep.rebuild(session.progress())
    session.answer(
        {"entries": entries, "digest": digest}, session.say("rebuilt", entries=entries, digest=digest[:16])
    )


@click.command()
@click.option("--out", required=True, type=FILE)
@passphrase_option
@click.pass_obj
def backup(session: Session, out: Path, passphrase_file: Path | None) -> None:
    """Copy store and keys into one file, and read it back."""
    with session.desk() as desk:
        kept = desk.upkeep.backup(out, passphrase_file)
    data = {"file": str(kept.file), "bytes": kept.bytes, "sha256": kept.sha256}
    session.answer(data, session.say("backed_up", **data))


@click.command()
@click.argument("file", type=FILE)
@passphrase_option
@click.pass_obj
def restore(session: Session, file: Path, passphrase_file: Path | None) -> None:
    """Put a backup into this home; a new journal begins."""
    station = restore_backup(session.home, session.surroundings, file, passphrase_file)
    journal = station.journal.hex()
    station.close()
    session.answer({"journal": journal}, session.say("restored", journal=journal))


COMMANDS = (check, rebuild, backup, restore)
