"""Nothing can be done at the command line alone: every command, and each of its options, has its place in the window.

``WINDOW`` says of every command where a clerk does the same, and which options that place covers. A command or
option that is not in the table fails here: put it into the window first, or give it a reason in ``SHELL_ONLY``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import click
import pytest

from timebank.cli.main import timebank
from ui.actions import ACTIONS
from ui.scenes import _KNOWN as SCENES


class Place(NamedTuple):
    """Where the window does it: the ids of keyed actions or names of scenes, and the options covered there."""

    where: str
    options: str = ""


PERSON = (
    "name role registered-here lives-here id-number birth gender care-level category document phone organisation"
    " skills address community grid guardian guardian-phone emergency-contact emergency-phone emergency-relation"
    " note assessor health-declared insurance-until assessed assessed-until trained training qualification benefit"
)
READING = "FILE dry-run map dates unit sheet forget-map rejected"
RECORD = "assessor scale score evidence course number relation"
REPORT = "from to out upward"

WINDOW: dict[str, Place] = {
    "init": Place("found", "network station policy passphrase-file"),
    "station request": Place("join", "name out"),
    "station enrol": Place("enrol_station enrol", "FILE out role replaces reason passphrase-file"),
    "station join": Place("join", "FILE"),
    "station list": Place("exchange trust"),
    "station revoke": Place("trust", "NAME reason passphrase-file"),
    "station promote": Place("trust", "NAME role parent passphrase-file"),
    "station sheet": Place("trust", "out passphrase-file"),
    "station recover": Place("trust", "CODE passphrase-file"),
    "member add": Place("register_member profile-records", f"{PERSON} consent"),
    "member change": Place("edit profile-records", f"WHO {PERSON} clear"),
    "member import": Place("import_sheet roster-read", f"{READING} role"),
    "member search": Place("find people", "TEXT role"),
    "member show": Place("profile-details profile-standing", "WHO reveal explain"),
    "member erase": Place("profile-details", "WHO reason"),
    "member consent": Place("profile-details", "WHO purpose withdraw"),
    "member close": Place("close_account", "WHO cause reason on credit heir dry-run"),
    "member card": Place("member_card", "WHO out layout"),
    "member take-back": Place("unregister roster-read", "WHO reason dry-run"),
    "member record add": Place(
        "profile-assessments profile-categories profile-records", f"WHO KIND VALUE from until {RECORD}"
    ),
    "member record end": Place("profile-records", "WHO KIND VALUE from until"),
    "member record correct": Place(
        "profile-records", f"WHO KIND VALUE from new-value new-from new-until {RECORD}"
    ),
    "member record remove": Place("profile-records", "WHO KIND VALUE from"),
    "member access-log": Place("profile-details settings-safety", "WHO"),
    "service log": Place(
        "log_hours log-hours",
        "volunteer elder kind start minutes request funding voucher note kin for-group late-reason second"
        " relation explain",
    ),
    "service import": Place("import_sheet sign-in-sheet", READING),
    "service rate": Place("profile-services", "ENTRY by stars note"),
    "entry reverse": Place("undo services profile-passbook voucher", "ENTRY reason"),
    "account": Place("passbook profile-passbook", "MEMBER"),
    "credit move": Place("move_credit", "from to minutes reason relation"),
    "credit month-end": Place("month-end", "month dry-run explain"),
    "credit undo-month-end": Place("take_back_month", "month reason dry-run"),
    "allowance grant": Place("run_month month-runs", "month dry-run recover explain"),
    "allowance undo": Place("take_back_month", "month reason dry-run"),
    "policy list": Place("rules"),
    "policy show": Place("open_pack rules-pack", "PACK"),
    "policy questions": Place("adopt_pack", "PACK from"),
    "policy adopt": Place("adopt_pack", "PACK from answer reason dry-run passphrase-file"),
    "policy history": Place("rules"),
    "policy diff": Place("compare_packs", "FIRST SECOND"),
    "policy validate": Place("load_pack", "FILE"),
    "voucher issue": Place("issue_voucher", "holder minutes count kind expires lock-to out png layout"),
    "voucher verify": Place("desk-voucher desk-forged", "CODE"),
    "voucher redeem": Place("redeem_voucher", "CODE beneficiary use for relation"),
    "voucher void": Place("void_voucher", "SERIAL reason"),
    "voucher reprint": Place("reprint_voucher", "SERIAL out layout"),
    "voucher list": Place("vouchers", "state holder unprinted"),
    "voucher expire": Place("vouchers"),
    "request add": Place("ask_request", "elder kind start minutes persons urgent prefers weeks note"),
    "request assign": Place("assign_request", "ENTRY volunteer note"),
    **dict.fromkeys(
        ("request arrive", "request leave", "request confirm", "request follow-up"),
        Place("next_step note_step", "ENTRY at note"),
    ),
    "request cancel": Place("close_request", "ENTRY reason outcome"),
    "request take-back": Place("take_back_request", "ENTRY"),
    "request list": Place("requests_board", "day elder volunteer kind all"),
    "request suggest": Place("assign_request", "ENTRY"),
    "request contacts": Place("emergency", "MEMBER"),
    "request unvisited": Place("unvisited", "month ask-on minutes"),
    "rota": Place("requests_rota", "day out"),
    "sync export": Place("export_file", "out to full"),
    "sync import": Place("import_file", "FILES"),
    "sync status": Place("exchange"),
    "sync watch": Place("exchange", "PLACE off"),
    "case list": Place("cases", "open"),
    "case show": Place("cases", "CASE"),
    "case resolve": Place("resolve_case", "CASE with reason"),
    "report list": Place("reports_list"),
    "report registration": Place("report", f"{REPORT} population"),
    "report": Place("report", REPORT),
    "export beancount": Place("reports_list", "out"),
    "export csv": Place("reports_list", "out with-names"),
    "certificate issue": Place("certificate", "WHO from to out responsible contact"),
    "certificate verify": Place("certificate", "CODE name"),
    "certificate list": Place("certificate"),
    "check": Place("settings-support"),
    "rebuild": Place("settings-support"),
    "backup": Place("backup settings-backup", "out into passphrase-file"),
    "restore": Place("restore", "FILE passphrase-file"),
    "ui": Place("desk"),
    "desktop-entry install": Place("settings-support"),
    "desktop-entry remove": Place("settings-support"),
}
"""The commands of the single reports share the line ``report``, but for those with a line of their own."""

SHELL_ONLY: dict[str, str] = {
    "demo": "makes a whole network in a folder; the window shows one station of it as its sample",
    "screenshots": "makes the pictures of the guide",
    "station request --passphrase-file": "a sealed copy of the keys for support; the window makes a backup of all",
    "member search --limit": "the window's list goes on as one scrolls",
    "member access-log --limit": "the window shows all looks",
    "request suggest --limit": "the window's list goes on as one scrolls",
    "account --from": "the window shows the whole passbook, the newest line first",
    "account --to": "the window shows the whole passbook, the newest line first",
    "sync watch --once": "for a timer of the system; the window has a button that looks now",
    "sync watch --every": "the window looks by itself while it is open",
}
GLOBAL: dict[str, str] = {
    "home": "a window is opened on one folder",
    "json": "for programs",
    "lang": "switch_language",
    "explain": "every refusal and amount in the window has its own why",
    "operator": "sign-in",
    "version": "settings-support",
}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands(timebank))


def options(command: click.Command) -> set[str]:
    """Options by their long names, arguments in capitals."""
    return {
        str(each.name).upper() if isinstance(each, click.Argument) else each.opts[-1].lstrip("-")
        for each in command.params
    }


def place(words: str) -> Place | None:
    """Where the window does what the command with these words does."""
    return WINDOW.get(words) or (WINDOW["report"] if words.startswith("report ") else None)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_and_option_has_its_place_in_the_window(words: str) -> None:
    found = place(words)
    if found is None:
        assert words in SHELL_ONLY, f"`timebank {words}` can be done at the command line alone"
        return
    alone = {key.rpartition(" --")[2] for key in SHELL_ONLY if key.rpartition(" --")[0] == words}
    covered = set(found.options.split())
    assert options(COMMANDS[words]) == covered | alone, f"`timebank {words}`"
    assert not covered & alone


def test_the_table_speaks_of_what_there_is() -> None:
    known = {action.id for action in ACTIONS} | {scene.name for scene in SCENES}
    named = {each for at in WINDOW.values() for each in at.where.split()}
    assert named <= known, f"no action or scene is called {named - known}"
    assert set(WINDOW) - {"report"} <= set(COMMANDS)
    assert {key.rpartition(" --")[0] or key for key in SHELL_ONLY} <= set(COMMANDS)


def test_options_before_the_command_have_theirs() -> None:
    assert options(timebank) == set(GLOBAL)
