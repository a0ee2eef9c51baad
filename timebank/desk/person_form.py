"""What is said of a person at the desk or in a roster, and how it becomes the private part of a fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from timebank.domain.categories import care_level, category
from timebank.domain.identity import IdentityNumber, normalise_phone
from timebank.domain.names import clean_name
from timebank.domain.people import ROLES
from timebank.outcome import Refusal
from timebank.roster import PersonRow


@dataclass(frozen=True)
class PersonForm:
    """What a clerk or a roster row says of a person; empty values say nothing."""

    name: str
    roles: tuple[str, ...]
    id_number: str = ""
    document: dict[str, str] | None = None
    birth: date | None = None
    sex: str = ""
    phone: str = ""
    address: str = ""
    community: str = ""
    grid: str = ""
    organisation: str = ""
    skills: str = ""
    care_level: int | None = None
    categories: tuple[str, ...] = ()
    guardian: str = ""
    guardian_phone: str = ""
    emergency_contact: str = ""
    emergency_phone: str = ""
    registered_here: bool = True
    lives_here: bool = True
    note: str = ""
    consents: tuple[str, ...] = ()


def personal_part(form: PersonForm, today: date) -> dict[str, Any]:
    """The private part for a form, checked; what the form leaves empty is left out."""
    personal: dict[str, Any] = {"name": clean_name(form.name)}
    if not personal["name"]:
        raise Refusal("name_missing")
    if form.id_number:
        number = IdentityNumber.parse(form.id_number, today)
        personal |= {"id_number": number.number, "birth": number.birth.isoformat(), "sex": number.sex}
    elif form.birth is not None:
        if form.birth > today:
            raise Refusal("birth_in_future", date=form.birth.isoformat())
        personal["birth"] = form.birth.isoformat()
    if form.sex and "sex" not in personal:
        personal["sex"] = form.sex
    if form.document:
        personal["document"] = form.document
    for key in ("phone", "guardian_phone", "emergency_phone"):
        if getattr(form, key):
            personal[key] = normalise_phone(getattr(form, key))
    for key in (
        "address",
        "community",
        "grid",
        "organisation",
        "skills",
        "guardian",
        "emergency_contact",
        "note",
    ):
        if getattr(form, key):
            personal[key] = getattr(form, key).strip()
    if form.care_level is not None:
        personal["care"] = [{"level": form.care_level, "from": "", "until": ""}]
    if form.categories:
        personal["categories"] = [{"code": each, "from": "", "until": ""} for each in form.categories]
    if "elder" in form.roles:
        personal["registered_here"] = form.registered_here
        personal["lives_here"] = form.lives_here
    return personal


def form_of(row: PersonRow, roles: tuple[str, ...]) -> PersonForm:
    """The form that a roster row fills in."""
    return PersonForm(
        name=row.name,
        roles=roles,
        id_number=row.id_number.number if row.id_number else "",
        document={"type": row.other_document.type, "number": row.other_document.number}
        if row.other_document
        else None,
        birth=row.birth,
        sex=row.gender or "",
        phone=row.phone,
        address=row.address,
        community=row.community,
        grid=row.grid,
        organisation=row.organisation,
        skills=row.skills,
        care_level=row.care_level,
        categories=row.categories,
        guardian=row.guardian,
        guardian_phone=row.guardian_phone,
        emergency_contact=row.emergency_contact,
        emergency_phone=row.emergency_phone,
        registered_here=row.registered_here is not False,
        lives_here=row.lives_here is not False,
        note=row.note,
    )


def roles_of(roles: Iterable[str]) -> tuple[str, ...]:
    words = {
        "volunteer": "volunteer",
        "elder": "elder",
        "志愿者": "volunteer",
        "老人": "elder",
        "服务对象": "elder",
    }
    named = [words.get(role.strip().lower(), "") for role in roles]
    if not named or "" in named:
        raise Refusal("role_unknown", role=", ".join(roles))
    return tuple(role for role in ROLES if role in named)


def dated(
    known: list[dict[str, Any]] | None,
    said: list[dict[str, Any]],
    today: str,
    key: str,
    *,
    keep: bool = False,
) -> list[dict[str, Any]]:
    """Dated states after ``said``: what still holds stays as it was, what is new begins today, the rest ends.

    What was said at registration has no beginning: it held before anyone asked.
    """
    before = [dict(each) for each in known or []]
    current = {each[key]: each for each in before if not each.get("until")}
    values = [each[key] for each in said]
    for value, state in current.items():
        if value not in values and not keep:
            state["until"] = today
    start = today if known else ""
    return before + [dict(each, **{"from": start}) for each in said if each[key] not in current]


def current_level(details: dict[str, Any], day: date) -> int | None:
    """The care level that holds on ``day``, None where none was ever assessed."""
    text = day.isoformat()
    levels = [
        each
        for each in details.get("care") or []
        if each["from"] <= text and (not each["until"] or text <= each["until"])
    ]
    return int(levels[-1]["level"]) if levels else None


def current_categories(details: dict[str, Any], day: date) -> tuple[str, ...]:
    """The categories that hold on ``day``."""
    text = day.isoformat()
    return tuple(
        each["code"]
        for each in details.get("categories") or []
        if each["from"] <= text and (not each["until"] or text <= each["until"])
    )


def parse_level(text: str) -> int:
    """A care level from 0–4 or a word."""
    return care_level(text)


def parse_category(text: str) -> str:
    """A category's code from a code or a word."""
    return category(text)
