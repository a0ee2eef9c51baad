"""The parts on one picture, to look at.

``python -m ui.look.gallery --view desk|parts|icons --lang en --dark --size large --out FILE.png``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from timebank.assets import asset
from ui.actions import Actions, keys_of, places
from ui.jobs import Job
from ui.look import Look, Mode, Role, TextSize, Theme, Tone
from ui.qt import application
from ui.say import Phrase, Speech, phrase
from ui.widgets import (
    Button,
    ButtonRow,
    Card,
    Codes,
    Column,
    DataTable,
    EmptyState,
    FormField,
    IconView,
    InlineNotice,
    KeyHints,
    Kind,
    NavigationRail,
    PageHeader,
    ProgressPanel,
    Recent,
    RecentList,
    RowsModel,
    ScanBox,
    Segment,
    Segments,
    StatusLine,
    Text,
    Toggle,
    VerdictCard,
)

WINDOW = (1366, 768)
CODES = Codes(("TB1",), lambda text: len(text) == 40)


@dataclass(frozen=True)
class Person:
    """A made-up row for the table."""

    number: str
    name: str
    role: str
    minutes: int
    standing: Tone
    state: str


class Gallery:
    """Builds the sample pictures; ``self.t(chinese, english)`` picks the sample's language."""

    def __init__(self, look: Look) -> None:
        self.look = look

    def t(self, chinese: str, english: str) -> str:
        """A sample text in the current language."""
        return chinese if self.look.speech.language == "zh_CN" else english

    def desk(self) -> QWidget:
        """A window as the desk will be: everything at once, in the smallest window that must hold it."""
        look, t = self.look, self.t
        window = QWidget()
        actions = Actions(look, window)
        rail = NavigationRail(look, t("时间银行", "Time Bank"), places())
        rail.go("desk")
        rail.put_count("cases", 3)
        box = ScanBox(look, CODES)
        buttons = ButtonRow(
            look,
            [actions.button(i) for i in ("log_hours", "issue_voucher", "passbook", "register_member")],
        )
        recent = Card(look, phrase("window.recent"))
        recent.body.addWidget(self.recent())
        page = QVBoxLayout()
        page.setContentsMargins(look.space(5), look.space(4), look.space(5), look.space(3))
        page.setSpacing(look.space(3))
        page.addWidget(box)
        page.addWidget(self.verdict(actions, window))
        page.addWidget(buttons)
        page.addWidget(recent, 1)
        inner = QWidget()
        inner.setLayout(page)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(rail)
        across.addWidget(scroll, 1)
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across, 1)
        column.addWidget(self.status())
        window.resize(*WINDOW)
        return window

    def parts(self) -> QWidget:
        """Every part by itself."""
        look, t = self.look, self.t
        board = QWidget()
        actions = Actions(look, board)
        grid = QGridLayout(board)
        grid.setContentsMargins(*[look.space(5)] * 4)
        grid.setSpacing(look.space(4))
        header = PageHeader(
            look,
            phrase("actions.go_people"),
            t("本站 236 人，其中志愿者 88 人", "236 people at this station, 88 of them volunteers"),
            icon="people",
            actions=[actions.button("import_sheet"), actions.button("register_member", Kind.PRIMARY)],
        )
        grid.addWidget(header, 0, 0, 1, 2)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(look.space(4))
        grid.addLayout(left, 1, 0)
        grid.addLayout(right, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for notice in self.notices(board):
            left.addWidget(notice)
        left.addWidget(self.table(), 1)
        left.addWidget(self.progress(board))
        right.addWidget(self.form())
        right.addWidget(self.buttons())
        keys = Card(look, phrase("window.keys_title"))
        keys.body.addWidget(KeyHints(look, keys_of("cases")[8:]))
        right.addWidget(keys)
        empty = Card(look)
        empty.body.addWidget(
            EmptyState(
                look,
                "gift",
                t("还没有开过服务券", "No vouchers have been issued yet"),
                t("选一位志愿者，按 F5 开第一张", "Choose a volunteer and press F5 to issue the first"),
            )
        )
        right.addWidget(empty, 1)
        board.resize(max(WINDOW[0], round(look.em * 100)), round(look.em * 70))
        return board

    def icons(self) -> QWidget:
        """Every drawn icon with its name."""
        look = self.look
        board = QWidget()
        grid = QGridLayout(board)
        for n, path in enumerate(sorted(asset("icons").glob("*.svg"))):
            row, column = divmod(n, 10)
            middle = Qt.AlignmentFlag.AlignHCenter
            grid.addWidget(IconView(look, path.stem, Tone.ACCENT, ems=3), 3 * row, column, middle)
            grid.addWidget(IconView(look, path.stem, ems=1.35), 3 * row + 1, column, middle)
            grid.addWidget(Text(look, path.stem, Role.SMALL, soft=True), 3 * row + 2, column, middle)
        return board

    def verdict(self, actions: Actions, window: QWidget) -> VerdictCard:
        """A good voucher."""
        look, t = self.look, self.t
        card = VerdictCard(look, window)
        card.show_verdict(
            Tone.GOOD,
            t("这张券有效，可以核销", "This voucher is good and can be redeemed"),
            details=[
                (t("持有人", "Holder"), t("王秀英  拱宸桥 00127", "Wang Xiuying  GCQ 00127")),
                (t("时长", "Time"), t("1.5 小时", "1.5 hours")),
                (t("有效期", "Until"), t("2027年3月31日", "31 March 2027")),
            ],
            actions=[actions.button("redeem_voucher", Kind.PRIMARY), actions.button("elder_view")],
        )
        return card

    def recent(self) -> RecentList:
        """Three things done, one of them reversed."""
        t = self.t
        recent = RecentList(self.look)
        log = t("登记服务 李建国 → 张桂兰  助餐 1.5 小时", "Logged Li Jianguo → Zhang Guilan, meals, 1.5 h")
        issue = t("开服务券 3 张给 陈美玲", "Issued 3 vouchers to Chen Meiling")
        redeem = t("核销 王秀英 的券 1 小时", "Redeemed Wang Xiuying's voucher, 1 h")
        recent.put(
            [
                Recent("a", "clock", log, t("10:42，刚才", "10:42, just now")),
                Recent("b", "vouchers", issue, t("10:31", "10:31")),
                Recent("c", "qr", redeem, t("10:05", "10:05"), undone=True),
            ]
        )
        return recent

    def status(self) -> StatusLine:
        """The line at the bottom."""
        t = self.t
        return StatusLine(
            self.look,
            [
                Segment("station", "home", t("拱宸桥站", "Gongchenqiao"), t("站点", "Station")),
                Segment("operator", "person", t("周敏（前台）", "Zhou Min (clerk)"), t("值班", "Operator")),
                Segment("date", "calendar", t("11月22日 星期日", "Sun 22 November"), t("日期", "Date")),
                Segment("exchange", "usb", t("3 天前交换", "Exchanged 3 days ago"), t("交换", "Exchange")),
                Segment("backup", "backup", t("今天 8:30 备份", "Backed up 8:30"), t("备份", "Backup")),
                Segment("cases", "cases", t("3 件待核", "3 cases open"), t("待核", "Cases"), Tone.WARN),
                Segment("net", "offline", t("离线，照常办理", "Offline, all works"), t("网络", "Network")),
            ],
        )

    def notices(self, board: QWidget) -> list[InlineNotice]:
        """One notice of each tone."""
        t = self.t
        said = [
            (Tone.GOOD, t("U 盘可以拔了。", "The stick may be pulled.")),
            (Tone.INFO, t("良渚站有新记录，等您导入。", "Liangzhu has news; import when you like.")),
            (
                Tone.WARN,
                t(
                    "上次备份已是 9 天前。插上 U 盘就能备份。",
                    "The last backup is 9 days old. Insert a stick.",
                ),
            ),
            (
                Tone.BAD,
                t(
                    "这个文件没有读完，可能拷贝时断了。什么都没有改变，请重新拷贝一次。",
                    "This file ends too early. Nothing was changed. Copy it once more.",
                ),
            ),
        ]
        notices = []
        for tone, words in said:
            notice = InlineNotice(self.look, board)
            retry: Phrase | str = phrase("window.retry") if tone is Tone.BAD else ""
            notice.show_notice(tone, words, action=retry, do=notice.dismiss if retry else None)
            notices.append(notice)
        return notices

    def table(self) -> DataTable:
        """People in a table."""
        t = self.t
        columns: list[Column[Person]] = [
            Column("number", t("编号", "Number"), lambda p: p.number),
            Column("name", t("姓名", "Name"), lambda p: p.name, stretch=True),
            Column("role", t("身份", "Role"), lambda p: p.role),
            Column(
                "hours",
                t("小时", "Hours"),
                lambda p: f"{p.minutes / 60:.1f}",
                lambda p: p.minutes,
                right=True,
            ),
            Column(
                "state", t("状态", "State"), lambda p: p.state, tone=lambda p: p.standing, icon=_state_icon
            ),
        ]
        volunteer, elder = t("志愿者", "Volunteer"), t("老人", "Elder")
        model = RowsModel(self.look, columns, lambda p: p.number)
        model.replace(
            [
                Person("00012", t("李建国", "Li Jianguo"), volunteer, 1290, Tone.GOOD, t("正常", "In order")),
                Person(
                    "00031", t("陈美玲", "Chen Meiling"), volunteer, 465, Tone.GOOD, t("正常", "In order")
                ),
                Person("00127", t("王秀英", "Wang Xiuying"), elder, 90, Tone.WARN, t("待核", "Case open")),
                Person("00130", t("欧阳建华", "Ouyang Jianhua"), elder, 0, Tone.BAD, t("停用", "Suspended")),
            ]
        )
        table = DataTable(self.look, phrase("actions.go_people"))
        table.put_model(model)
        table.go(1)
        table.setMinimumHeight(self.look.target * 6)
        return table

    def progress(self, board: QWidget) -> ProgressPanel:
        """A long import, a third done."""
        clock = iter([0.0, 40.0])
        panel = ProgressPanel(self.look, after_ms=0, clock=lambda: next(clock), parent=board)
        job = Job(lambda: None, "", panel)
        panel.follow(job, self.t("正在导入 良渚站 的记录", "Importing what Liangzhu has recorded"))
        job.progressed.emit(30_000, 90_000)
        panel.show()
        return panel

    def form(self) -> Card:
        """A form with a problem in it."""
        look, t = self.look, self.t
        card = Card(look, phrase("actions.log_hours"))
        hours, kind, day = QLineEdit("一个半小时"), QComboBox(), QDateEdit(QDate(2026, 11, 22))
        day.setCalendarPopup(True)
        kind.addItems([t("助餐", "Meals"), t("陪诊", "Doctor's visit")])
        who = QLineEdit("张")
        fields = QGridLayout()
        fields.setSpacing(look.space(3))
        hint = t("可以写 1.5 小时、90分钟、9点到10点半", "Such as 1.5 hours, 90 min, 9:00 to 10:30")
        wrong = FormField(look, t("老人", "Elder"), who)
        wrong.put_problem(t("有 3 位姓张的老人，请再多打一个字", "Three elders match; type one more letter"))
        fields.addWidget(FormField(look, t("时长", "Time"), hours, hint=hint), 0, 0)
        fields.addWidget(wrong, 0, 1)
        fields.addWidget(FormField(look, t("服务", "Service"), kind), 1, 0)
        fields.addWidget(FormField(look, t("日期", "Date"), day), 1, 1)
        card.body.addLayout(fields)
        sizes = Segments(
            look,
            [(size.value, phrase(f"window.text_{size.value}")) for size in TextSize],
            current=look.theme.text_size.value,
        )
        toggle = Toggle(look, t("扫到券时响一声", "Sound on every scan"))
        toggle.setChecked(True)
        card.body.addWidget(sizes)
        card.body.addWidget(toggle)
        return card

    def buttons(self) -> ButtonRow:
        """One button of each kind."""
        look, t = self.look, self.t
        off = Button(look, t("现在不能", "Not now"), icon="lock")
        off.setEnabled(False)
        return ButtonRow(
            look,
            [
                Button(look, t("核销", "Redeem"), icon="qr", key="F6", kind=Kind.PRIMARY),
                Button(look, phrase("actions.print"), icon="print", key="Ctrl+P"),
                Button(look, phrase("window.undo"), icon="undo", kind=Kind.QUIET),
                Button(look, phrase("actions.void_voucher"), icon="close", kind=Kind.DANGER),
                off,
            ],
        )


def _state_icon(person: Person) -> str:
    return {Tone.GOOD: "check", Tone.WARN: "warning"}.get(person.standing, "error")


def main(argv: Sequence[str]) -> int:
    """Write one picture and return 0."""
    options = argparse.ArgumentParser(prog="ui.look.gallery")
    options.add_argument("--view", choices=("desk", "parts", "icons"), default="parts")
    options.add_argument("--lang", choices=("zh_CN", "en"), default="zh_CN")
    options.add_argument("--dark", action="store_true")
    options.add_argument("--size", type=TextSize, default=TextSize.STANDARD)
    options.add_argument("--out", type=Path, default=Path("gallery.png"))
    chosen = options.parse_args(argv)
    app: QApplication = application([], offscreen=True)
    theme = Theme(Mode.DARK if chosen.dark else Mode.LIGHT, chosen.size)
    gallery = Gallery(Look(app, Speech(chosen.lang), theme))
    widget: QWidget = getattr(gallery, chosen.view)()
    widget.show()
    app.processEvents()
    return 0 if widget.grab().save(str(chosen.out)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
