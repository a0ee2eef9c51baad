"""Reports and exports into files: work for the thread beside the screen."""

from __future__ import annotations

from pathlib import Path

from timebank.desk.desk import Desk
from timebank.reports.table import Report
from ui.jobs import IsCancelled, Progress, Work
from ui.paper.tables import print_table


def writing_report(report: Report, path: Path) -> Work[Desk]:
    """Write a finished report to ``path`` as its ending says."""

    def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> Path:
        return desk.reports.write(report, path, print_table)

    return work


def exporting(name: str, path: Path, *, with_names: bool) -> Work[Desk]:
    """Write the ledger for Beancount to the file ``path``, or plain tables into the folder ``path``."""

    def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Path:
        if name == "beancount":
            return desk.reports.export_beancount(path, cancelled=cancelled).file
        desk.reports.export_tables(path, with_names=with_names, progress=progress, cancelled=cancelled)
        return path

    return work
