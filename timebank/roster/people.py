"""Rosters of people: 花名册, 台账, lists of volunteers and elders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

from timebank.domain.categories import care_level, category, is_old_level_word
from timebank.domain.identity import IdentityNumber, Sex, normalise_phone
from timebank.domain.names import LONGEST_NAME, clean_name, is_name
from timebank.domain.quantities import parse_date
from timebank.domain.records import LONGEST_TEXT
from timebank.outcome import Fault, Refusal
from timebank.roster.cells import Cells, text_of
from timebank.roster.evidence import NO, YES, split_list
from timebank.roster.layout import Table
from timebank.roster.mapping import NO_DIRECTIONS, Directions
from timebank.roster.rows import OtherDocument, PeopleRoster, PersonRow, RowProblem
from timebank.roster.sheets import OpenedFile, Watch, open_file, unwatched
from timebank.roster.workbook import read_rows, read_tables

_PHONE_IN_TEXT = re.compile(
    r"(?<!\d)(?:(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}|0\d{2,3}-?\d{7,8}|[2-8]\d{6,7})(?!\d)"
)
_NEUTRAL = frozenset(
    (
        *("一般", "普通", "正常", "健康", "其他", "其它", "普通老人", "一般老人", "一般户"),
        *("与子女同住", "与配偶同住", "与家人同住"),
    )
)
_HERE = re.compile(r"(本|在)(地|市|区|县|街道|镇|乡|社区|村|册)|人户一致|户在人在|^(户籍|常住)$")
_ELSEWHERE = re.compile(r"非|外(地|市|省|区|县|来)|不在|空挂|人户分离")
_DOCUMENTS: tuple[tuple[str, str], ...] = (
    ("passport", r"护照|passport"),
    ("officer_card", r"军官|士官|士兵|军人|officer"),
    ("hk_macao_permit", r"港澳|回乡|hong kong|macao"),
    ("taiwan_permit", r"台胞|台湾|taiwan"),
    ("residence_permit", r"永久居留|居留|residence"),
    ("household_register", r"户口"),
    ("other", r"其他|其它|驾驶|社保|残疾人|other"),
)
_HK_MACAO_NUMBER = re.compile(r"[HM]\d{8}(\d{2})?")
_PASSPORT_NUMBER = re.compile(r"[A-Z]{1,2}\d{7,8}")


def read_people(
    source: Path | OpenedFile,
    today: date,
    directions: Directions = NO_DIRECTIONS,
    watch: Watch = unwatched,
) -> PeopleRoster:
    """Read a roster of people from an xlsx or csv file; duplicates are not looked for.

    ``directions`` correct how the columns are understood; ``watch`` is called at every row.

    Raises Fault for the file as a whole (facts: file): the codes of
    :func:`timebank.roster.sheets.open_sheets`, ``roster_no_header`` where no sheet has a column of names,
    ``roster_is_sign_in`` for a sign-in sheet.
    """
    opened = source if isinstance(source, OpenedFile) else open_file(source, watch)

    def rows_of(table: Table) -> Callable[[Cells], PersonRow]:
        if "name" not in table.plan.fields:  # names of volunteers beside names of elders
            raise Fault("roster_is_sign_in", file=opened.path.name)
        return lambda cells: _person(cells, today)

    return read_rows(read_tables(opened, "people", directions), rows_of, watch)


def _person(cells: Cells, today: date) -> PersonRow:
    notices: list[RowProblem] = []
    name, phone_beside = _name(cells)
    identity, other = _document(cells, today)
    level, level_categories = _care_level(cells, notices)
    guardian, guardian_phone = _contact(cells, "guardian", "guardian_phone", notices)
    emergency, emergency_phone = _contact(cells, "emergency_contact", "emergency_phone", notices)
    return PersonRow(
        sheet=cells.table.sheet.name,
        row=cells.row + 1,
        name=name,
        id_number=identity,
        other_document=other,
        gender=_gender(cells, identity, notices),
        birth=_birth(cells, identity, today, notices),
        phone=_phone(cells, "phone", notices) or phone_beside,
        address=cells.text("address"),
        organisation=cells.text("organisation"),
        skills="、".join(text_of(value) for _, value in cells.all("skills")),
        care_level=level,
        categories=_categories(cells, level_categories, notices),
        guardian=guardian,
        guardian_phone=guardian_phone,
        emergency_contact=emergency,
        emergency_phone=emergency_phone,
        community=cells.text("community"),
        grid=cells.text("grid"),
        registered_here=_yes_or_no(cells, "registered_here", notices),
        lives_here=_yes_or_no(cells, "lives_here", notices),
        joined=_day(cells, "joined", today, notices),
        member_number=cells.text("number"),
        note="；".join(text_of(value) for _, value in cells.all("note")),
        relation=cells.text("contact_relation")[:LONGEST_TEXT],
        assessed=_past_day(cells, "assessed", today, notices),
        assessor=cells.text("assessor")[:LONGEST_TEXT],
        assessed_until=_last_day(cells, "assessed_until", today, notices, "date_unreadable"),
        health=_past_day(cells, "health", today, notices, "health_unclear"),
        trainings=_trainings(cells, notices),
        trained=_past_day(cells, "trained", today, notices),
        insurance_until=_last_day(cells, "insurance_until", today, notices, "insurance_unclear"),
        qualifications=_several(cells, "qualifications"),
        benefits=_several(cells, "benefits"),
        notices=tuple(notices),
    )


def _name(cells: Cells) -> tuple[str, str]:
    """The name, and a telephone number that stood in the same cell."""
    found = cells.first("name")
    if found is None:
        cells.missing("name_missing", "name")
    column, value = found
    text, phone = _without_phone(text_of(value))
    name = clean_name(text)
    if not is_name(name):
        cells.missing("name_missing", "name")
    if re.search(r"\d{3,}", name) or len(name) > LONGEST_NAME:
        cells.reject(column, Refusal("name_unreadable", text=name[:LONGEST_NAME]))
    return name, phone


def _document(cells: Cells, today: date) -> tuple[IdentityNumber | None, OtherDocument | None]:
    found = cells.first("id_number")
    if found is None:
        return None, None
    column, value = found
    other = _other_document(cells.text("document_type"), value)
    if other:
        return None, other
    try:
        return IdentityNumber.parse(value, today), None
    except Refusal as refusal:
        cells.reject(column, refusal)


def _other_document(said: str, value: object) -> OtherDocument | None:
    """A document other than the identity card: said beside or in the cell, or plain from its number."""
    text = unicodedata.normalize("NFKC", text_of(value))
    number = re.sub(r"[\s\-]", "", text).upper()
    for kind, words in _DOCUMENTS:
        if re.search(words, said, re.IGNORECASE):
            return OtherDocument(kind, number)
        if inside := re.search(rf"({words})(证|号码?|[:：\s])*", text, re.IGNORECASE):
            return OtherDocument(kind, re.sub(r"[\s\-]", "", text.replace(inside[0], "")).upper())
    if _HK_MACAO_NUMBER.fullmatch(number):
        return OtherDocument("hk_macao_permit", number)
    return OtherDocument("passport", number) if _PASSPORT_NUMBER.fullmatch(number) else None


def _gender(cells: Cells, identity: IdentityNumber | None, notices: list[RowProblem]) -> Sex | None:
    found = cells.first("gender")
    word = text_of(found[1]).lower() if found else ""
    said: Sex | None = "f" if word.startswith(("女", "f")) else "m" if word.startswith(("男", "m")) else None
    if found and identity and said and said != identity.sex:
        notices.append(cells.problem(found[0], "gender_differs", text=text_of(found[1])))
    return identity.sex if identity else said


def _birth(
    cells: Cells, identity: IdentityNumber | None, today: date, notices: list[RowProblem]
) -> date | None:
    if identity is None:
        return _day(cells, "birth", today, notices)
    found = cells.first("birth")
    if found:
        try:
            differs = parse_date(found[1], today) != identity.birth
        except Refusal:
            differs = False  # a year and month only: the number says it better
        if differs:
            notices.append(cells.problem(found[0], "birth_differs", text=text_of(found[1])))
    return identity.birth


def _day(cells: Cells, field: str, today: date, notices: list[RowProblem]) -> date | None:
    found = cells.first(field)
    if found is None:
        return None
    try:
        return parse_date(found[1], today)
    except Refusal as refusal:
        notices.append(cells.problem(found[0], refusal.code, **refusal.facts))
        return None


def _past_day(
    cells: Cells, field: str, today: date, notices: list[RowProblem], unclear: str = ""
) -> date | None:
    """A day that has come; one that has not, or no day at all, is noticed."""
    found = cells.first(field)
    if found is None or text_of(found[1]).lower() in NO:
        return None
    try:
        day = parse_date(found[1], today)
    except Refusal as refusal:
        code, facts = (unclear, {"text": text_of(found[1])}) if unclear else (refusal.code, refusal.facts)
        notices.append(cells.problem(found[0], code, **facts))
        return None
    if day > today:
        notices.append(
            cells.problem(found[0], "record_in_future", start=day.isoformat(), today=today.isoformat())
        )
        return None
    return day


def _last_day(cells: Cells, field: str, today: date, notices: list[RowProblem], unclear: str) -> date | None:
    """The last day of something: a day, or the second of two (2026-1-1 至 2026-12-31)."""
    found = cells.first(field)
    if found is None or text_of(found[1]).lower() in NO:
        return None
    column, value = found
    if isinstance(value, str):
        value = re.split(r"至|到|~|～|—|–| - |until|to", value)[-1].strip() or value
    try:
        return parse_date(value, today)
    except Refusal:
        notices.append(cells.problem(column, unclear, text=text_of(found[1])))
        return None


def _trainings(cells: Cells, notices: list[RowProblem]) -> tuple[str, ...]:
    """What was trained for; a mere yes says nothing of what, and is noticed."""
    named: dict[str, None] = {}
    for column, value in cells.all("trainings"):
        for part in split_list(text_of(value)):
            if part.lower() in YES or part in ("已培训", "合格", "已参加") or part[0].isdigit():
                notices.append(cells.problem(column, "training_unclear", text=part))
            elif part.lower() not in NO and part not in ("未培训", "未参加"):
                named[part[:LONGEST_TEXT]] = None
    return tuple(named)


def _several(cells: Cells, field: str) -> tuple[str, ...]:
    """Every item named in a field, each once."""
    parts = (part for _, value in cells.all(field) for part in split_list(text_of(value)))
    return tuple(dict.fromkeys(part[:LONGEST_TEXT] for part in parts if part.lower() not in YES | NO))


def _phone(cells: Cells, field: str, notices: list[RowProblem]) -> str:
    """The first telephone number of a field; one that cannot be read, or a second one, is noticed."""
    phone = ""
    for column, value in cells.all(field):
        parts = re.split(r"[、，,；;/|\n]+|\s{2,}", value) if isinstance(value, str) else [value]
        for part in (part for part in parts if str(part).strip()):
            try:
                number = normalise_phone(part)
            except Refusal as refusal:
                notices.append(cells.problem(column, refusal.code, **refusal.facts))
                continue
            if phone and number != phone:
                notices.append(cells.problem(column, "phone_second", text=number))
            phone = phone or number
    return phone


def _contact(cells: Cells, name_field: str, phone_field: str, notices: list[RowProblem]) -> tuple[str, str]:
    """A guardian or contact with their telephone, which may stand in the same cell."""
    text, beside = _without_phone(cells.text(name_field))
    return clean_name(text), _phone(cells, phone_field, notices) or beside


def _without_phone(text: str) -> tuple[str, str]:
    found = _PHONE_IN_TEXT.search(unicodedata.normalize("NFKC", text))
    if not found:
        return text, ""
    plain = unicodedata.normalize("NFKC", text)
    left = re.sub(r"[(（]\s*[)）]|(电话|手机)[:：]?", "", plain.replace(found[0], ""))
    return left.strip(" ,，、/:：;；-"), normalise_phone(found[0])


def _care_level(cells: Cells, notices: list[RowProblem]) -> tuple[int | None, list[str]]:
    """The level, and a category where the column names one (失智) in place of a level."""
    found = cells.first("care_level")
    if found is None:
        return None, []
    column, value = found
    text = text_of(value)
    try:
        level = care_level(text)
    except Refusal as refusal:
        try:
            return None, [category(text)]
        except Refusal:
            notices.append(cells.problem(column, refusal.code, **refusal.facts))
            return None, []
    if is_old_level_word(text):
        notices.append(cells.problem(column, "care_level_old_word", text=text, level=level))
    return level, []


def _categories(cells: Cells, given: list[str], notices: list[RowProblem]) -> tuple[str, ...]:
    codes = dict.fromkeys(given)
    for column, value in cells.all("categories"):
        for part in split_list(text_of(value)):
            try:
                codes[category(part)] = None
            except Refusal as refusal:
                if part not in _NEUTRAL:
                    notices.append(cells.problem(column, refusal.code, **refusal.facts))
    for field in cells.table.plan.fields:
        if field.startswith("flag:") and (ticked := cells.text(field)) and ticked.lower() not in NO:
            codes[field.removeprefix("flag:")] = None
    return tuple(codes)


def _yes_or_no(cells: Cells, field: str, notices: list[RowProblem]) -> bool | None:
    for column in cells.table.plan.fields.get(field, ()):
        value = cells.table.sheet.cell(cells.row, column)
        word = text_of(value).lower() if value is not None else ""
        if word in NO or _ELSEWHERE.search(word):
            return False
        if word in YES or _HERE.search(word):
            return True
        if word:
            notices.append(cells.problem(column, "yes_or_no_unclear", text=word))
    return None
