"""The window's side of the program as the command line sees it. Qt is started only when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from timebank.desk.surroundings import Surroundings
from timebank.paper.certificate import CertificateFace
from timebank.paper.faces import Layout, MemberCardFace, PassbookFace, VoucherFace
from timebank.paper.recovery import RecoveryFace
from timebank.reports.table import Report

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]
Sample = Callable[["Front", Path, str, Progress, Cancel], Path]


class Front:
    """Paper and window, for :mod:`timebank.__main__` to hand to the command line."""

    def __init__(self, sample: Sample | None = None) -> None:
        """``sample`` makes a station of sample data in a folder, for the window to show."""
        self._sample = None if sample is None else partial(sample, self)

    def print_vouchers(
        self,
        faces: Sequence[VoucherFace],
        layout: Layout,
        path: Path,
        progress: Progress | None,
        cancelled: Cancel | None,
    ) -> Path:
        """Print vouchers into a PDF and read every one back from the page."""
        from ui.paper.sheets import print_to_pdf
        from ui.qt import application, require_qt

        require_qt()
        application([], offscreen=True)
        return print_to_pdf(faces, layout, path, progress=progress, cancelled=cancelled)

    def print_cards(self, faces: Sequence[MemberCardFace], layout: Layout, path: Path) -> Path:
        """Print members' cards into a PDF and read every code back from the page."""
        from ui.paper.card import print_cards
        from ui.qt import application, require_qt

        require_qt()
        application([], offscreen=True)
        return print_cards(faces, layout, path)

    def print_passbook(self, face: PassbookFace, path: Path) -> Path:
        """Print a passbook into a PDF."""
        from ui.paper.passbook import print_passbook
        from ui.qt import application, require_qt

        require_qt()
        application([], offscreen=True)
        return print_passbook(face, path)

    def print_certificate(self, face: CertificateFace, path: Path) -> Path:
        """Print a certificate of service into a PDF and read its code back."""
        from ui.paper.certificate import print_certificate
        from ui.qt import application, require_qt

        require_qt()
        application([], offscreen=True)
        return print_certificate(face, path)

    def print_recovery(self, face: RecoveryFace, path: Path) -> Path:
        """Print a root key's recovery sheet into a PDF and read its code back."""
        from ui.paper.recovery import print_recovery
        from ui.qt import application, require_qt

        require_qt()
        application([], offscreen=True)
        return print_recovery(face, path)

    def print_table(self, report: Report, path: Path) -> Path:
        """Print a report's tables into a PDF."""
        from ui.paper.tables import print_table
        from ui.qt import application, require_qt

        require_qt()
        application([], offscreen=True)
        return print_table(report, path)

    def has_display(self) -> bool:
        """Whether there is a screen to open a window on."""
        from ui.qt import has_screen

        return has_screen()

    def run_window(self, home: Path, language: str) -> int:
        """Open the window on a station's folder; returns the exit code."""
        from ui.start import run

        return run(home, language, self._sample)

    def pictures(self, home: Path, folder: Path, language: str) -> list[Path]:
        """Save pictures of the main screens of a station."""
        from ui.scenes import pictures

        return pictures(home, folder, language)

    def screenshots(
        self, homes: Mapping[str, Path], folder: Path, language: str, around: Surroundings
    ) -> list[Path]:
        """Save pictures of every screen, on a network made for it."""
        from ui.scenes import screenshots

        return screenshots(homes, folder, language, around)
