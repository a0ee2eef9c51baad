"""Rules: all packs, one to read, two compared, and adopting one. Keepers of the root key adopt, others look."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.policies import read_pack_findings
from timebank.policy.pack import Pack
from timebank.policy.validate import Finding
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_files
from ui.screens.policy_adopt import AdoptView
from ui.screens.policy_compare import CompareView
from ui.screens.policy_packs import PackLine, PackList, Shelf, read_shelf
from ui.screens.policy_view import PackView
from ui.widgets import ButtonRow, Kind, Pages

KEEPER = "keeper"
ACTIONS = ("open_pack", "compare_packs", "load_pack", "adopt_pack")
"""What can be done here; whoever leaves the page lets their keys rest."""


class PolicyPage(QWidget):
    """A list, and three views over it. ``titled`` says what the page above is to be called."""

    titled = Signal(object, object, bool)
    """title, subtitle, and whether this is the list itself"""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.shelf: Shelf | None = None
        self._files: list[Path] = []
        look, actions = context.look, context.actions
        self.pages = Pages()
        self.list = self.pages.take(PackList(context))
        self.list.opened.connect(self._open_line)
        self._buttons = {
            each: actions.button(each, Kind.PRIMARY if each == "adopt_pack" else Kind.PLAIN)
            for each in ACTIONS
        }
        self.buttons = ButtonRow(look, list(self._buttons.values()))
        for each, do in zip(ACTIONS, (self.open, self.show_compare, self.ask_file, self.begin), strict=True):
            actions.on("settings", each, do)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.pages, 1)
        self._column.addWidget(self.buttons)
        context.changed.changed.connect(lambda: self.read() if self.isVisible() else None)
        look.changed.connect(self.refresh)
        self.refresh()

    @cached_property
    def view(self) -> PackView:
        """One pack to read."""
        return self.pages.take(PackView(self._context))

    @cached_property
    def compare(self) -> CompareView:
        """Two packs side by side."""
        return self.pages.take(CompareView(self._context))

    @cached_property
    def adopt(self) -> AdoptView:
        """Adopting a pack, step by step."""
        page = self.pages.take(AdoptView(self._context))
        page.adopted.connect(self._adopted)
        return page

    def enter(self) -> None:
        """Begin anew at the list."""
        self.list.notice.dismiss()
        self.list.show_findings(Path(), ())
        self._turn(self.list)
        self.read()
        self.list.table.setFocus()

    def read(self) -> None:
        """Read the packs afresh."""
        files = tuple(self._files)
        self._context.read(
            lambda desk: read_shelf(desk, files),
            self._came,
            refused=self.list.notice.show_problem,
            slot="shelf",
        )

    def _came(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.list.put(shelf)

    def back(self) -> bool:
        """One level back; False on the list itself."""
        here = self.pages.currentWidget()
        if isinstance(here, AdoptView) and here.back():
            return True
        if here is self.list:
            return False
        self._turn(self.list)
        self.list.table.setFocus()
        return True

    def _turn(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        line, allow = self.list.line, self._context.actions.allow
        for each in ACTIONS:
            wanted = page is self.list or (isinstance(page, PackView) and each == "adopt_pack")
            allow(each, wanted)
            self._buttons[each].setVisible(wanted)
        self.buttons.setVisible(not isinstance(page, AdoptView | CompareView))
        titles: dict[type, tuple[Words, Words]] = {
            PackList: (phrase("packs.title"), phrase("packs.subtitle")),
            CompareView: (phrase("packs.compare_title"), phrase("packs.compare_subtitle")),
        }
        if line is not None:
            name = _name(line.pack)
            titles[PackView] = (name, phrase("packs.view_subtitle", id=line.pack.id))
            titles[AdoptView] = (phrase("packs.adopt_title", name=name), phrase("packs.adopt_subtitle"))
        self.titled.emit(*titles.get(type(page), titles[PackList]), page is self.list)

    # One pack

    def open(self) -> None:
        """Show the rules of the pack under the cursor."""
        if self.list.line is not None:
            self._open_line(self.list.line)

    def _open_line(self, line: object) -> None:
        assert isinstance(line, PackLine)
        shelf = self.shelf
        held = shelf is not None and line.adopted is not None and line.adopted.in_force
        pack = shelf.in_force if shelf is not None and held and line.file is None else line.pack
        self._turn(self.view)
        self.view.put(pack)

    # A file

    def ask_file(self) -> None:
        """Ask for a pack file."""
        ask_files(
            self,
            self._context,
            "packs",
            title=phrase("packs.load_title"),
            kinds="TOML (*.toml)",
            then=self._files_given,
            several=False,
        )

    def _files_given(self, paths: Sequence[Path]) -> None:
        self.load(paths[0])

    def load(self, file: Path) -> None:
        """Take a pack file if nothing is wrong with it; otherwise say what, line by line."""

        def read(findings: list[Finding]) -> None:
            self.list.notice.dismiss()
            self.list.show_findings(file, findings)
            if not findings:
                self._take(file)

        self._context.read(
            lambda _desk: read_pack_findings(file),
            read,
            refused=self.list.notice.show_problem,
            slot="findings",
        )

    def _take(self, file: Path) -> None:
        if file not in self._files:
            self._files.append(file)
        files = tuple(self._files)

        def came(shelf: Shelf) -> None:
            self._came(shelf)
            self.list.choose(str(file))
            words = phrase("packs.loaded", file=file.name)
            self.list.notice.show_notice(Tone.GOOD, words)

        self._context.read(
            lambda desk: read_shelf(desk, files), came, refused=self.list.notice.show_problem, slot="shelf"
        )

    # Two packs

    def show_compare(self) -> None:
        """Compare the rules in force with the pack under the cursor."""
        shelf, line = self.shelf, self.list.line
        if shelf is None or line is None:
            return
        choices: list[tuple[Words, Pack]] = [(phrase("packs.rules_in_force"), shelf.in_force)]
        choices += [(_title(each), each.pack) for each in shelf.lines]
        after = 1 + next(n for n, each in enumerate(shelf.lines) if each.ident == line.ident)
        self._turn(self.compare)
        self.compare.put(choices, 0, after)

    # Adopting

    def begin(self) -> None:
        """Begin adopting the pack under the cursor."""
        line, shelf, operator = self.list.line, self.shelf, self._context.operator
        if line is None or shelf is None:
            return
        self._turn(self.adopt)
        self.adopt.enter(line.name, shelf.key, operator is not None and operator.role == KEEPER)

    def _adopted(self) -> None:
        line = self.list.line
        self._turn(self.list)
        self.read()
        if line is not None:
            words = phrase("packs.adopted", name=_name(line.pack))
            self.list.notice.show_notice(Tone.GOOD, words)
        self.list.table.setFocus()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))


def _name(pack: Pack) -> Spoken:
    return Spoken(pack.name)


def _title(line: PackLine) -> Words:
    if line.file is not None:
        return phrase("packs.named_file", name=_name(line.pack), file=line.file.name)
    return _name(line.pack)
