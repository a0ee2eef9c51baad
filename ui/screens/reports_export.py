"""Exports for other programs: the ledger for Beancount, and all plain tables as CSV files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.look import Role, Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_folder, ask_new_file
from ui.screens.reports_write import exporting
from ui.screens.voucher_form import open_path
from ui.widgets import Button, ButtonRow, InlineNotice, Kind, Text, Toggle

EXPORTS = ("beancount", "csv")


class ExportPanel(QWidget):
    """What an export holds, whether names go with it, and the button that begins it."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.name = EXPORTS[0]
        look = context.look
        self.notice = InlineNotice(look)
        self._more = Text(look, "")
        self.with_names = Toggle(look, phrase("reporting.with_member_names"))
        self._names_said = Text(look, phrase("reporting.with_member_names_said"), Role.SMALL, soft=True)
        self.button = Button(look, "", icon="folder", kind=Kind.PRIMARY)
        self.button.clicked.connect(self.ask)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (
            self._more,
            self.with_names,
            self._names_said,
            ButtonRow(look, [self.button]),
            self.notice,
        ):
            self._column.addWidget(part)
        self._column.addStretch(1)
        look.changed.connect(self.refresh)
        self.refresh()

    def show_export(self, name: str) -> None:
        """Show one of :data:`EXPORTS`."""
        self.name = name
        self.notice.dismiss()
        self._more.put(phrase(f"reporting.{name}_more"))
        self.button.put(phrase(f"reporting.{name}_do"))
        for part in (self.with_names, self._names_said):
            part.setVisible(name == "csv")

    def ask(self) -> None:
        """Ask where it shall go."""
        title = phrase(f"reporting.{self.name}_do")
        if self.name == "csv":
            ask_folder(self, self._context, "exports", title=title, then=self.write)
        else:
            ask_new_file(
                self,
                self._context,
                "exports",
                title=title,
                name="timebank.beancount",
                kinds="Beancount (*.beancount)",
                then=self.write,
            )

    def write(self, path: Path) -> None:
        """Write the export to ``path``, beside the screen."""
        self.button.setEnabled(False)
        job = self._context.jobs.start(
            exporting(self.name, path, with_names=self.with_names.isChecked()),
            then=self._written,
            refused=self.notice.show_problem,
        )
        job.ended.connect(lambda: self.button.setEnabled(True))
        self._context.follow(job, phrase("reporting.saving", file=path.name))

    def _written(self, path: object) -> None:
        assert isinstance(path, Path)
        self.notice.show_notice(
            Tone.GOOD,
            phrase("reporting.saved", file=str(path)),
            action=phrase("vouchers.open_file"),
            do=lambda: open_path(path),
        )

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._context.look.space(3))
