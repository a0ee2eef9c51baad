"""How every command answers: one JSON object for scripts, or sentences for people."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from timebank.desk.desk import Desk
from timebank.desk.people import Cancel, Progress
from timebank.desk.rules import explanation
from timebank.desk.surroundings import Surroundings
from timebank.outcome import Problem, Refusal
from timebank.paper.certificate import CertificateFace
from timebank.paper.faces import Layout, MemberCardFace, PassbookFace, VoucherFace
from timebank.paper.recovery import RecoveryFace
from timebank.phrases import Phrases
from timebank.reports.table import Report

log = logging.getLogger("timebank")


class Screen(Protocol):
    """What the command line asks of the window's side: paper, and the window itself."""

    def print_vouchers(
        self,
        faces: Sequence[VoucherFace],
        layout: Layout,
        path: Path,
        progress: Progress | None,
        cancelled: Cancel | None,
    ) -> Path:
        """Print vouchers into a PDF and read every one back."""

    def print_cards(self, faces: Sequence[MemberCardFace], layout: Layout, path: Path) -> Path:
        """Print members' cards into a PDF and read every code back."""

    def print_passbook(self, face: PassbookFace, path: Path) -> Path:
        """Print a passbook into a PDF."""

    def print_certificate(self, face: CertificateFace, path: Path) -> Path:
        """Print a certificate of service into a PDF and read its code back."""

    def print_recovery(self, face: RecoveryFace, path: Path) -> Path:
        """Print a root key's recovery sheet into a PDF and read its code back."""

    def print_table(self, report: Report, path: Path) -> Path:
        """Print a report's tables into a PDF."""

    def run_window(self, home: Path, language: str) -> int:
        """Open the window on a station's folder; the exit code."""

    def pictures(self, home: Path, folder: Path, language: str) -> list[Path]:
        """Save pictures of the main screens of a station."""

    def screenshots(
        self, homes: Mapping[str, Path], folder: Path, language: str, around: Surroundings
    ) -> list[Path]:
        """Save pictures of every screen, on a network made for it."""

    def has_display(self) -> bool:
        """Whether there is a screen to open a window on."""


@dataclass
class Session:
    """The options before the command, and how to answer."""

    home: Path
    json: bool
    phrases: Phrases
    operator: str
    screen: Screen
    surroundings: Surroundings = field(default_factory=Surroundings)
    explain: bool = False

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """The station of this session, with its operator signed in."""
        with Desk(self.home, self.surroundings) as desk:
            if self.operator and desk.station.joined:
                desk.operators.named(self.operator)
            yield desk

    def answer(self, data: dict[str, Any], *lines: str) -> None:
        """Print the answer: ``data`` as JSON, or ``lines``."""
        if self.json:
            print(json.dumps(data, ensure_ascii=False, default=plain))
        else:
            for line in lines:
                print(line)

    def say(self, key: str, /, **values: object) -> str:
        """A phrase of the command line."""
        return self.phrases(f"cli.{key}", **values)

    def rows(self, problems: Sequence[Any]) -> list[dict[str, Any]]:
        """Rejected rows of a sheet as data; where a rule of the pack refused, with that rule and its source."""
        return [
            {
                "sheet": each.sheet,
                "row": each.row,
                "column": each.column,
                "code": each.code,
                "message": self.sentence(Refusal(each.code, **each.facts)),
            }
            | {key: each.facts[key] for key in ("rule", "source") if key in each.facts}
            for each in problems
        ]

    def sentence(self, problem: Problem) -> str:
        """What stands in the way; with ``--explain`` also the rule that it comes from."""
        said = self.phrases.problem(problem)
        because = explanation(problem, self.phrases.language) if self.explain else ""
        return f"{said}\n{because}" if because else said

    def progress(self) -> Progress | None:
        """A progress bar on standard error, only where that is a terminal."""
        if not sys.stderr.isatty():
            return None

        def show(done: int, total: int) -> None:
            width = 30
            filled = width * done // total if total else width
            end = "\n" if done >= total else ""
            print(
                f"\r[{'#' * filled}{'.' * (width - filled)}] {done}/{total}",
                end=end,
                file=sys.stderr,
                flush=True,
            )

        return show


def plain(value: object) -> object:
    """What JSON cannot say by itself."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def answering(session: Session, work: Callable[[], int | None]) -> int:
    """Run ``work`` and turn whatever stands in its way into a sentence and an exit code."""
    try:
        code = work() or 0
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read the answer has gone, as `| head` does; nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Problem as problem:
        report(session, problem.code, session.sentence(problem), problem.facts)
    except UnicodeEncodeError:  # bytes that are no UTF-8 came in with the command, and no book can hold them
        report(session, "text_broken", session.phrases.code("text_broken", {}), {})
    except KeyboardInterrupt:
        report(session, "cancelled", session.phrases.code("cancelled", {}), {})
    except Exception:
        log.exception("unexpected failure")
        path = _keep_traceback(session.home)
        report(
            session,
            "internal_error",
            session.phrases.code("internal_error", {"path": path}),
            {"path": str(path)},
        )
    return 1


def report(session: Session, code: str, message: str, facts: dict[str, object]) -> None:
    """Print a refusal or failure."""
    if session.json:
        print(
            json.dumps(
                {"error": {"code": code, "message": message, "facts": facts}},
                ensure_ascii=False,
                default=plain,
            )
        )
    else:
        print(message, file=sys.stderr)


def _keep_traceback(home: Path) -> Path:
    """Keep the traceback of a defect for support: in the station's folder, or where temporary files go."""
    text = f"{datetime.now().isoformat(' ', 'seconds')}\n{traceback.format_exc()}\n"
    folder = home if home.is_dir() else Path(tempfile.gettempdir())
    for path in (folder / "timebank.log", Path(tempfile.gettempdir()) / "timebank.log"):
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            continue
        return path
    return folder
