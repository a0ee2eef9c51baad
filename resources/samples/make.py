"""Writes the sample rosters beside this file, the same every time: ``python resources/samples/make.py``.

All people are invented. Their identity numbers are well formed (GB 11643), but begin with an area code that
no place has; their telephone numbers all begin with 1380000. Some rows are wrong on purpose: see README.md.
"""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from timebank.domain.identity import check_character

FOLDER = Path(__file__).resolve().parent
NOBODYS_AREA = "330199"
MONTH = date(2026, 10, 1)


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严金魏陶姜谢邹章苏潘葛范彭鲁韦马方俞任袁柳"
WOMEN = words(
    "桂芳 秀兰 玉珍 爱珠 美娟 惠琴 菊英 素芬 雅琴 月仙 彩云 根娣 凤仙 丽萍 荷花 银娣 水仙 淑贞 慧敏"
)
MEN = words("志明 建国 阿根 国强 宝泉 永福 荣生 水林 德华 金木 家骏 培根 长庚 伯年 炳坤 海涛 松年 茂林 文龙")
STREETS = words("梧桐巷 银杏弄 石桥里 听雨街 落霞路 清溪弄")
TEAMS = (("桐花社区老年协会", 16), ("爱心敲门团", 14), ("银杏助老队", 10))
SKILLS = words("烧饭 理发 陪同就医 水电维修 量血压 书法 法律咨询 手机教学 陪聊 保洁")
KINDS = words("助餐 助洁 助行 陪同就医 代办 探访 陪聊 理发")
LEVELS = words("能力完好 轻度失能 中度失能 重度失能 完全失能")
HARDSHIPS = (*words("独居 空巢 低保 低边 失智 独居、低保 计划生育特殊家庭 低保、失智 重残"), *[""] * 5)


@dataclass(frozen=True)
class Person:
    """An invented person."""

    name: str
    sex: str
    age: int
    identity: str
    phone: str
    address: str


class Town:
    """Invents people, no two with the same name, document or telephone number."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  the same files every time
        self._names: set[str] = set()

    def person(self, ages: tuple[int, int], place: str = "") -> Person:
        """Someone of an age within ``ages`` in the samples' month."""
        chance = self.chance
        female = chance.random() < 0.55
        name = ""
        while not name or name in self._names:
            name = chance.choice(SURNAMES) + chance.choice(WOMEN if female else MEN)
        self._names.add(name)
        number, age = len(self._names), chance.randint(*ages)
        birth = date(MONTH.year - age, 9, 30) - timedelta(days=chance.randrange(364))
        first17 = f"{NOBODYS_AREA}{birth:%Y%m%d}{2 * number + (not female):03d}"
        return Person(
            name=name,
            sex="女" if female else "男",
            age=age,
            identity=first17 + check_character(first17),
            phone=f"1380000{1000 + number}",
            address=f"{place or chance.choice(STREETS)}{chance.randint(1, 120)}号",
        )


def with_wrong_check(identity: str) -> str:
    """An identity number whose last character does not fit."""
    return identity[:17] + ("0" if identity[17] != "0" else "1")


# Rosters


def volunteers_book(town: Town, people: Sequence[Person]) -> bytes:
    """The centre's roster of volunteers: titles, teams as merged cells, one wrong row in each team."""
    book, sheet = _book("志愿者", "桐花社区“时间银行”志愿者花名册", 9)
    sheet.append(["填表单位：桐花街道桐花社区", *[None] * 5, "填表日期：2026年10月30日"])
    sheet.merge_cells("A2:D2")
    sheet.merge_cells("G2:I2")
    sheet.append(["序号", "姓名", "性别", "身份证号码", "联系电话", "家庭住址", "特长", "所属队伍", "备注"])
    number, rest = 0, list(people)
    for team, size in TEAMS:
        rows = [_volunteer(town, each) for each in rest[:size]]
        rest = rest[size:]
        rows.append(_wrong_volunteer(town, team, rows[2]))
        first = sheet.max_row + 1
        for row in rows:
            number += 1
            sheet.append([number, *row, None if sheet.max_row >= first else team])
        sheet.merge_cells(start_row=first, end_row=sheet.max_row, start_column=8, end_column=8)
    sheet.append(["合计", f"{number}人"])
    return _saved(book, (6, 10, 6, 22, 14, 18, 12, 18, 10))


def _volunteer(town: Town, person: Person) -> list[object]:
    chance, number = town.chance, person.identity
    written = f" {number[:6]} {number[6:]}" if chance.random() < 0.2 else number
    phone: object = int(person.phone) if chance.random() < 0.2 else person.phone
    return [person.name, person.sex, written, phone, person.address, chance.choice(SKILLS)]


def _wrong_volunteer(town: Town, team: str, known: list[object]) -> list[object]:
    """A check character that does not fit, a missing name, or somebody who is there already."""
    if team == TEAMS[2][0]:
        return known
    person = town.person((60, 69))
    row = _volunteer(town, person)
    if team == TEAMS[0][0]:
        return [*row[:2], with_wrong_check(person.identity), *row[3:]]
    return [None, *row[1:]]


def elders_rows(town: Town, people: Sequence[Person]) -> list[list[object]]:
    """The centre's roster of elders: levels and categories in words, three wrong rows."""
    rows = [_elder(town, each) for each in people]
    for at in (11, 23, 37):
        person = town.person((75, 92))
        row = _elder(town, person)
        if at == 11:
            row[1] = with_wrong_check(person.identity)
        elif at == 23:
            row[1] = "3.30199E+17"  # what a spreadsheet leaves of a long number
        else:
            row[0] = ""
        rows.insert(at, row)
    header = words("序号 姓名 身份证号 年龄 失能等级 类别 本地户籍 住址 监护人 监护人电话")
    return [list(header), *([number, *row] for number, row in enumerate(rows, 1))]


def _elder(town: Town, person: Person) -> list[object]:
    chance = town.chance
    level = chance.choices(LEVELS, (3, 4, 5, 3, 1))[0]
    here = "否" if chance.random() < 0.06 else "是"
    kin = chance.choice(SURNAMES) + chance.choice(WOMEN + MEN)
    return [
        *(person.name, person.identity, person.age, level, chance.choice(HARDSHIPS), here, person.address),
        *(kin, f"1380000{chance.randint(5000, 9999)}"),
    ]


# Sign-ins


@dataclass(frozen=True)
class SignIn:
    """One line of a sign-in sheet."""

    day: date
    volunteers: tuple[str, ...]
    elder: str
    kind: str
    start: int
    minutes: int


def month_of(town: Town, volunteers: Sequence[Person], elders: Sequence[Person], count: int) -> list[SignIn]:
    """A month of services in which nobody is in two places at once."""
    chance = town.chance
    month = [MONTH + timedelta(days=at) for at in range(31)]
    days = [day for day in month if day.weekday() != 6]
    names = [each.name for each in volunteers]
    idle = {(day, half): names[:] for day in days for half in ("morning", "afternoon")}
    found: list[SignIn] = []
    for at in range(count):
        day, half = days[at * len(days) // count], chance.choice(("morning", "afternoon"))
        kind = "助浴" if at % 24 == 7 else chance.choice(KINDS)
        free = idle[day, half]
        chosen = tuple(free.pop(chance.randrange(len(free))) for _ in range(2 if kind == "助浴" else 1))
        start = chance.choice((8, 9) if half == "morning" else (13, 14)) * 60 + chance.choice((0, 15, 30))
        minutes = chance.choice((30, 45, 60, 60, 90, 90, 120))
        found.append(SignIn(day, chosen, chance.choice(elders).name, kind, start, minutes))
    return found


def signins_book(town: Town, services: list[SignIn]) -> bytes:
    """The centre's sign-in sheet: days as merged cells, times as people write them, four wrong rows."""
    book, sheet = _book("10月", "桐花社区“时间银行”志愿服务签到表（2026年10月）", 8)
    sheet.append(list(words("日期 志愿者 服务老人 服务项目 开始时间 结束时间 服务时长 备注")))
    rows = [(each.day, _as_people_write(town, each)) for each in services]
    for at, day, row in _wrong_signins(services):
        rows.insert(at, (day, row))
    for day in dict.fromkeys(day for day, _ in rows):
        first = sheet.max_row + 1
        forms = (datetime.combine(day, time()), day.isoformat(), f"{day.month}月{day.day}日")
        shown = town.chance.choice(forms)
        for row in (row for each, row in rows if each == day):
            sheet.append([None if sheet.max_row >= first else shown, *row])
        sheet.merge_cells(start_row=first, end_row=sheet.max_row, start_column=1, end_column=1)
    sheet.append(["合计", *[None] * 5, f"{len(rows)}人次"])
    sheet.append(["审核人："])
    return _saved(book, (14, 18, 12, 12, 12, 12, 14, 12))


def _wrong_signins(services: list[SignIn]) -> list[tuple[int, date, list[object]]]:
    """(place, day, row): already there, by a stranger, ends before it starts, in two places at once."""
    again, unknown, backwards, twice = (services[at] for at in (10, 40, 70, 100))
    other = next(each.elder for each in services if each.elder != twice.elder)
    return [
        (11, again.day, _plainly(again)),
        (42, unknown.day, ["欧阳无名", *_plainly(unknown)[1:]]),
        (73, backwards.day, [*_plainly(backwards)[:3], "16:00", "15:00"]),
        (104, twice.day, [twice.volunteers[0], other, "探访", _clock(twice.start + 15), None, "45分钟"]),
    ]


def _plainly(each: SignIn) -> list[object]:
    start, end = _clock(each.start), _clock(each.start + each.minutes)
    return ["、".join(each.volunteers), each.elder, each.kind, start, end, each.minutes / 60]


def _as_people_write(town: Town, each: SignIn) -> list[object]:
    hours, rest = divmod(each.minutes, 60)
    spoken = (f"{hours}小时" if hours else "") + (f"{rest}分{'' if hours else '钟'}" if rest else "")
    length = town.chance.choice((each.minutes / 60, f"{each.minutes}分钟", spoken))
    times = (_time(town, each.start), _time(town, each.start + each.minutes))
    return [*_plainly(each)[:3], *times, length]


def _time(town: Town, minute: int) -> object:
    plain = _clock(minute)
    return town.chance.choice((plain, time(minute // 60, minute % 60), plain.replace(":", "：")))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


# Files


def _book(name: str, title: str, width: int) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    sheet.append([title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    return book, sheet


def _saved(book: Workbook, widths: Sequence[int]) -> bytes:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    line = Side(style="thin", color="999999")
    for row in sheet.iter_rows(min_row=2, max_col=len(widths)):
        for cell in row:
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.alignment = Alignment(vertical="center")
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center")
    for column, width in zip("ABCDEFGHI", widths, strict=False):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def _without_clock(data: bytes) -> bytes:
    """The same workbook without the moment at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-10-31T09:00:00Z", content)
            member = zipfile.ZipInfo(name, (2026, 10, 31, 9, 0, 0))
            target.writestr(member, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def table(rows: Sequence[Sequence[object]], encoding: str) -> bytes:
    """Rows as a csv file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def village(town: Town) -> dict[str, bytes]:
    """The village's three small files; one length in the sign-ins is contradicted by its own times."""
    people = [town.person((60, 68), "柳溪村") for _ in range(8)]
    elders = [town.person((74, 91), "柳溪村") for _ in range(12)]
    roster = [[each.name, each.sex, each.identity, each.phone, each.address] for each in people]
    served = [[each.name, each.identity, *_elder(town, each)[3:5], each.address] for each in elders]
    lines: list[list[object]] = []
    for at, each in enumerate(month_of(town, people, elders, 20)):
        times = f"{_clock(each.start)}-{_clock(each.start + each.minutes)}"
        hours = each.minutes / 60 + (at == 13)
        lines.append([each.day, "、".join(each.volunteers), each.elder, each.kind, times, f"{hours:g}"])
    return {
        "village_volunteers.csv": table([words("姓名 性别 身份证号 电话 住址"), *roster], "utf-8-sig"),
        "village_elders.csv": table([words("姓名 身份证号 失能等级 类别 住址"), *served], "utf-8-sig"),
        "village_signins.csv": table([words("日期 志愿者 老人 项目 时间 小时"), *lines], "gb18030"),
    }


def sample_files() -> dict[str, bytes]:
    """Every sample file by its name."""
    town = Town(20261101)
    retired = [town.person((60, 69)) for _ in range(32)]
    younger = [town.person((19, 58)) for _ in range(8)]
    volunteers = [*retired[:12], *younger[:4], *retired[12:26], *younger[4:], *retired[26:]]
    elders = [town.person((72, 96)) for _ in range(50)]
    return {
        "volunteers.xlsx": volunteers_book(town, volunteers),
        "elders.csv": table(elders_rows(town, elders), "gb18030"),
        "signins.xlsx": signins_book(town, month_of(town, volunteers, elders, 116)),
        **village(town),
    }


def main() -> None:
    """Write the files beside this script."""
    for name, data in sample_files().items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
