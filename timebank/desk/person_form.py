"""What is said of a person at the desk or in a roster, and how it becomes the private part of a fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from timebank.domain.categories import care_level, category
from timebank.domain.identity import EARLIEST_BIRTH, IdentityNumber, normalise_phone
from timebank.domain.names import LONGEST_NAME, clean_name, is_name
from timebank.domain.people import ROLES
from timebank.domain.records import RECORD_KINDS, Record, assessment_on, holding, record_of
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
    emergency_relation: str = ""
    assessed: date | None = None
    """When the care level was assessed, where that is known."""
    assessor: str = ""
    assessed_until: date | None = None
    health: date | None = None
    """When the volunteer declared to be fit."""
    trainings: tuple[str, ...] = ()
    """Kinds of service that were trained for, or courses."""
    trained: date | None = None
    """When these trainings were."""
    insurance_until: date | None = None
    qualifications: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    """What is drawn, by the id of a pack's exclusion."""
    cleared: frozenset[str] = frozenset()
    """Fields to be taken back when a person is changed (:data:`timebank.desk.registering.CLEARABLE`)."""

    @property
    def asked_roles(self) -> tuple[str, ...]:
        """The roles in their order; refuses with ``role_unknown``."""
        return roles_of(self.roles)


def personal_part(form: PersonForm, today: date) -> dict[str, Any]:
    """The private part for a form but for its dated records, checked; what is left empty is left out."""
    personal: dict[str, Any] = {"name": clean_name(form.name)}
    if not is_name(personal["name"]):
        raise Refusal("name_missing")
    if len(personal["name"]) > LONGEST_NAME:
        raise Refusal("name_too_long", text=personal["name"][:LONGEST_NAME], longest=LONGEST_NAME)
    if form.id_number:
        number = IdentityNumber.parse(form.id_number, today)
        personal |= {"id_number": number.number, "birth": number.birth.isoformat(), "sex": number.sex}
    elif form.birth is not None:
        if form.birth > today:
            raise Refusal("birth_in_future", date=form.birth.isoformat())
        if form.birth < EARLIEST_BIRTH:
            raise Refusal("birth_too_early", date=form.birth.isoformat(), year=EARLIEST_BIRTH.year)
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
        "emergency_relation",
        "note",
    ):
        if getattr(form, key):
            personal[key] = getattr(form, key).strip()
    if "elder" in form.roles:
        personal["registered_here"] = form.registered_here
        personal["lives_here"] = form.lives_here
    return personal


def first_records(form: PersonForm, today: date) -> dict[str, Any]:
    """The dated records of somebody who is registered: what has no date held before anyone asked."""
    records: dict[str, Any] = said_records(form, today)
    if form.care_level is not None and "care" not in records:
        records["care"] = [{"level": form.care_level, "from": "", "until": ""}]
    if form.categories:
        records["categories"] = [{"code": each, "from": "", "until": ""} for each in form.categories]
    return records


def said_records(form: PersonForm, today: date) -> dict[str, list[Record]]:
    """The records that a form dates itself, or that need no date; checked."""
    kinds, said = RECORD_KINDS, dict[str, list[Record]]()
    if form.care_level is not None and form.assessed is not None:
        said["care"] = [
            record_of(
                kinds["care"],
                form.care_level,
                form.assessed,
                form.assessed_until,
                today,
                assessor=form.assessor,
            )
        ]
    if form.health is not None:
        said["health"] = [record_of(kinds["health"], "", form.health, None, today)]
    if form.insurance_until is not None:
        said["insurance"] = [record_of(kinds["insurance"], "", None, form.insurance_until)]
    for field in ("trainings", "qualifications", "benefits"):
        start = form.trained if field == "trainings" else None
        records = [record_of(kinds[field], each, start) for each in getattr(form, field)]
        if records:
            said[field] = records
    return said


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
        emergency_relation=row.relation,
        assessed=row.assessed,
        assessor=row.assessor,
        assessed_until=row.assessed_until,
        health=row.health,
        trainings=row.trainings,
        trained=row.trained,
        insurance_until=row.insurance_until,
        qualifications=row.qualifications,
        benefits=row.benefits,
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


def current_level(details: dict[str, Any], day: date) -> int | None:
    """The care level that counts on ``day``, None where none was assessed or the newest has run out."""
    found = assessment_on(details.get("care"), day)
    return None if found is None else int(found["level"])


def current_categories(details: dict[str, Any], day: date) -> tuple[str, ...]:
    """The categories that hold on ``day``, each once."""
    return tuple(dict.fromkeys(each["code"] for each in holding(details.get("categories"), day)))


def parse_level(text: str) -> int:
    """A care level from 0–4 or a word."""
    return care_level(text)


def parse_category(text: str) -> str:
    """A category's code from a code or a word."""
    return category(text)
