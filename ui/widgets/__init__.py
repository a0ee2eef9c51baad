"""The parts that every screen is made of. Each takes the :class:`ui.look.Look` first."""

from timebank.domain.scanned import Codes
from ui.widgets.announce import announce
from ui.widgets.button import Button, Kind
from ui.widgets.confirm import Confirmation
from ui.widgets.flow import Flow
from ui.widgets.form import FormField, Segments, Toggle
from ui.widgets.notice import EmptyState, InlineNotice
from ui.widgets.page import ButtonRow, Card, KeyHints, KeySheet, PageHeader
from ui.widgets.pages import Later, Pages
from ui.widgets.progress import ProgressPanel
from ui.widgets.rail import NavigationRail, Place
from ui.widgets.recent import Recent, RecentList
from ui.widgets.rows import Column, PagedRowsModel, RowsModel, TableModel
from ui.widgets.scanbox import ScanBox
from ui.widgets.status import Segment, StatusLine
from ui.widgets.table import DataTable
from ui.widgets.text import IconView, Rule, Text
from ui.widgets.verdict import VerdictCard

__all__ = [
    "Button",
    "ButtonRow",
    "Card",
    "Codes",
    "Column",
    "Confirmation",
    "DataTable",
    "EmptyState",
    "Flow",
    "FormField",
    "IconView",
    "InlineNotice",
    "KeyHints",
    "KeySheet",
    "Kind",
    "Later",
    "NavigationRail",
    "PageHeader",
    "PagedRowsModel",
    "Pages",
    "Place",
    "ProgressPanel",
    "Recent",
    "RecentList",
    "RowsModel",
    "Rule",
    "ScanBox",
    "Segment",
    "Segments",
    "StatusLine",
    "TableModel",
    "Text",
    "Toggle",
    "VerdictCard",
    "announce",
]
