"""Whom a roster is of, as far as the sheet itself says so."""

from __future__ import annotations

from timebank.roster.survey import Survey

_WORDS = {
    "elder": ("老人", "老年人", "长者", "服务对象", "elder"),
    "volunteer": ("志愿者", "义工", "服务人员", "volunteer"),
}
_FIELDS = {
    "elder": frozenset(("care_level", "categories", "guardian", "guardian_phone", "assessed", "benefits")),
    "volunteer": frozenset(
        ("skills", "organisation", "trainings", "insurance_until", "qualifications", "health")
    ),
}


def role_told(survey: Survey) -> str:
    """``elder`` or ``volunteer`` by the titles and headings, else by the columns; "" where neither is plain."""
    heads = [cell for table in survey.tables for row in table.shown if row.head for cell in row.cells]
    titles = [text for table in survey.tables for text in (*table.titles, table.sheet)]
    fields = {column.field for table in survey.tables for column in table.columns}
    for said in (titles, heads, [survey.file]):
        text = " ".join(said).lower()
        found = [role for role, words in _WORDS.items() if any(word in text for word in words)]
        if len(found) == 1:
            return found[0]
    found = [role for role, marks in _FIELDS.items() if fields & marks]
    return found[0] if len(found) == 1 else ""
