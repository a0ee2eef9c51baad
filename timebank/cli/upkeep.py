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
@click.option("--out", type=FILE, help="The file to write.")
@click.option("--into", type=FILE, help="A folder: a file named by station and time, and older ones rotate.")
@passphrase_option
@click.pass_obj
def backup(session: Session, out: Path | None, into: Path | None, passphrase_file: Path | None) -> None:
    """Copy store and keys into one file, and read it back."""
    if (out is None) == (into is None):
        raise click.UsageError("Say --out FILE or --into FOLDER.")
    with session.desk() as desk:
        if into is not None:
            kept = desk.upkeep.backup_into(into, passphrase_file)
        else:
            assert out is not None
            kept = desk.upkeep.backup(out, passphrase_file)
    data: dict[str, Any] = {"file": str(kept.file), "bytes": kept.bytes, "sha256": kept.sha256}
    said = session.say("backed_up", **data)
    if into is not None:
        data["rotated"] = list(kept.rotated)
        if kept.rotated:
            said += " " + session.say("backups_rotated", count=len(kept.rotated))
    session.answer(data, said)


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
