"""Reports and exports into files: work for the thread beside the screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from timebank.desk.desk import Desk
from timebank.reports.table import Report
from ui.jobs import IsCancelled, Progress, Work
from ui.look import Tone
from ui.paper.press import write_apart
from ui.paper.tables import paged_table
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.voucher_form import open_path

KINDS = {"xlsx": "Excel (*.xlsx)", "csv": "CSV (*.csv)", "pdf": "PDF (*.pdf)"}
"""The files that a report can be written into, by their ending, as Qt names kinds of files."""


def writing_report(report: Report, path: Path) -> Work[Desk]:
    """Write a finished report to ``path`` as its ending says."""

    def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Path:
        def on_paper(report: Report, path: Path) -> Path:
            return write_apart(partial(paged_table, report), path, progress, cancelled)

        return desk.reports.write(report, path, on_paper)

    return work


def save_report(
    context: ScreenContext,
    report: Report,
    path: Path,
    said: Callable[..., None],
    refused: Callable[..., None],
) -> None:
    """Write a report to ``path`` beside the screen; ``said`` tells where it lies, ``refused`` what stood in the way."""

    def saved(written: object) -> None:
        words = phrase("reporting.saved", file=str(written))
        said(Tone.GOOD, words, action=phrase("vouchers.open_file"), do=lambda: open_path(path))

    job = context.jobs.start(writing_report(report, path), then=saved, refused=refused)
    context.follow(job, phrase("reporting.saving", file=path.name))


def exporting(name: str, path: Path, *, with_names: bool) -> Work[Desk]:
    """Write the ledger for Beancount to the file ``path``, or plain tables into the folder ``path``."""

    def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Path:
        if name == "beancount":
            return desk.reports.export_beancount(path, cancelled=cancelled).file
        desk.reports.export_tables(path, with_names=with_names, progress=progress, cancelled=cancelled)
        return path

    return work
