"""What a case says, in plain words: the same sentences in the window and on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from timebank.desk.evidence import Evidence, FieldLine, ValueLine
from timebank.desk.evidence_lines import Branch, EntryLine
from timebank.domain.cases import (
    CONFLICTING_EDIT,
    DOUBLE_REDEMPTION,
    DUPLICATE_PERSON,
    FORK,
    IMPLAUSIBLE_CLOCK,
    KINDS,
    OVERDRAFT,
    OVERLAP,
    POLICY_BREACH,
    REVOKED_STATION,
)
from timebank.domain.categories import CARE_LEVELS, CATEGORIES
from timebank.domain.kinds import KINDS as SERVICE_KINDS
from timebank.domain.voucher_code import serial_text
from timebank.phrases import phrases
from timebank.policy.amounts import amount_text, hours_text
from timebank.policy.pack import Pack
from timebank.policy.settings import setting

_DISMISSED = (OVERLAP, DUPLICATE_PERSON, OVERDRAFT, CONFLICTING_EDIT, REVOKED_STATION, FORK, POLICY_BREACH)
"""Kinds whose dismissal means something of its own."""
_SECRET = ("id_number", "phone", "guardian_phone", "emergency_phone")


def kind_key(kind: str) -> str:
    """The key of a kind's phrases; a kind that this version does not know has a plain one."""
    return kind if kind in KINDS else "other"


class CaseWords:
    """Says cases in one language, amounts as the rules in force count them."""

    def __init__(self, language: str, pack: Pack) -> None:
        self.language = language
        self._phrases = phrases(language)
        self._pack = pack

    def kind(self, kind: str) -> str:
        """The name of a kind of case."""
        return self._phrases(f"cases.kind_{kind_key(kind)}")

    def what(self, evidence: Evidence) -> str:
        """What happened, in a sentence or two."""
        kind, people, case = kind_key(evidence.case.kind), evidence.people, evidence.case
        values: dict[str, object] = {
            "name": people[0].member.name if people else "…",
            "amount": self.amount(case.minutes),
            "hours": self.hours(case.minutes),
            "count": sum(each.entries for each in evidence.branches),
            "station": self.station(evidence.station),
        }
        if kind == DOUBLE_REDEMPTION and evidence.voucher is not None:
            voucher = evidence.voucher
            values |= {
                "serial": serial_text(voucher.serial),
                "each": self.amount(voucher.minutes),
                "holder": voucher.name,
                "count": sum(each.standing != "reversed" for each in evidence.redemptions),
            }
            kind = kind if case.open else "double_redemption_closed"
        elif kind == OVERDRAFT:
            values["unit"] = self._phrases(f"vouchers.unit_{'allowance' if evidence.unit else 'credit'}")
        elif kind == POLICY_BREACH:
            found = setting(evidence.rule)
            values["rule"] = found.meaning(self.language) if found else evidence.rule
            kind = kind if found else "policy_breach_twice"
        elif kind == FORK and evidence.cause:
            kind = f"fork_{evidence.cause}"
        elif kind == IMPLAUSIBLE_CLOCK and len(evidence.entries) > 1:
            known, late = evidence.entries
            values |= {"other": self.station(known.station), "known": self.moment(known.told)}
            values["written"] = self.moment(late.told)
            kind = "implausible_clock_own" if known.station == late.station else kind
        elif kind in (DOUBLE_REDEMPTION, IMPLAUSIBLE_CLOCK):
            kind = "other"
        elif kind == DUPLICATE_PERSON and evidence.merger is not None:
            kind = "duplicate_person_merged"
        return self._phrases(f"cases.what_{kind}", **values)

    def decision(self, decision: str) -> str:
        """The name of a decision; one of a newer version keeps its code."""
        key = f"cases.decision_{decision}"
        return self._phrases(key) if key in self._phrases else decision

    def means(self, decision: str, evidence: Evidence) -> str:
        """What a decision would do."""
        if decision == "dismiss" and evidence.case.kind in _DISMISSED:
            return self._phrases(f"cases.means_dismiss_{evidence.case.kind}")
        stands = next((each.member.number for each in evidence.people if each.stands), "…")
        return self._phrases(f"cases.means_{decision}", number=stands)

    # What the evidence is made of

    def amount(self, minutes: int) -> str:
        """Credit as the rules in force count it."""
        return amount_text(minutes, self._pack, self.language)

    def hours(self, minutes: int) -> str:
        """A length of time."""
        return hours_text(minutes, self.language)

    def station(self, name: str) -> str:
        """A station's name; the root has its own."""
        return name or self._phrases("cases.root")

    def moment(self, moment: datetime) -> str:
        """A day with its time."""
        return f"{self.day(moment.date())} {moment:%H:%M}"

    def day(self, day: date) -> str:
        """A date as people here read it."""
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh_CN" else day.isoformat()

    def entry(self, line: EntryLine) -> str:
        """What an entry says, in one line, so that what was real can be entered again."""
        pool = self._phrases("desk.pool")
        names = [name or pool for name in line.names] or [""]
        service = SERVICE_KINDS.get(line.detail)
        detail = line.detail if service is None else service.zh if self.language == "zh_CN" else service.en
        when = line.day or line.told.date()
        key = f"cases.fact_{line.kind}"
        return self._phrases(
            key if key in self._phrases else "cases.fact_other",
            first=names[0],
            last=names[-1],
            others=self.listed(names[:-1]),
            everyone=self.listed(names),
            who=" ".join(dict.fromkeys([names[0], detail])),
            hours=self.hours(line.minutes),
            number=line.number,
            detail=detail,
            day=self.moment(line.start) if line.start is not None and line.timed else self.day(when),
        )

    def kinds(self, branch: Branch) -> str:
        """How many entries of which kind there are on a stretch."""
        said = []
        for kind, count in branch.kinds:
            key = f"cases.many_{kind}"
            noun = self._phrases(key if key in self._phrases else "cases.many_other")
            said.append(f"{noun} {count}")
        return self.listed(said)

    def field(self, field: str) -> str:
        """The name of a field of a person."""
        name = {"care": "care_level"}.get(field, field)
        key = "cases.roles" if field == "roles" else f"person.{name}"
        return self._phrases(key) if key in self._phrases else field

    def value(self, line: FieldLine, value: ValueLine) -> str:
        """A value of a field; of numbers that are to be kept private, no more than tells the values apart."""
        if not value.readable:
            return self._phrases("cases.value_sealed")
        text = self._plain(line.field, value.value)
        if line.field in _SECRET:
            others = [self._plain(line.field, each.value) for each in line.values if each.readable]
            text = _apart(text, others)
        return text or self._phrases("cases.value_empty")

    def _plain(self, field: str, value: object) -> str:
        if isinstance(value, bool):
            return self._phrases("person.yes" if value else "person.no")
        if field == "roles" and isinstance(value, Sequence):
            return self.listed(self._known(f"people.role_{each}", str(each)) for each in value)
        if field == "sex":
            return self._known(f"person.sex_{value}", str(value or ""))
        if isinstance(value, list):
            return self.listed(self._dated(each) for each in value)
        if isinstance(value, dict):
            return " ".join(_apart(str(each), []) for each in value.values())
        return str(value or "")

    def _dated(self, item: object) -> str:
        """A care level or category with the time for which it holds."""
        if not isinstance(item, dict):
            return str(item)
        chinese = self.language == "zh_CN"
        name = str(item.get("code", ""))
        if "level" in item and isinstance(item["level"], int) and 0 <= item["level"] < len(CARE_LEVELS):
            name = CARE_LEVELS[item["level"]][not chinese]
        elif name in CATEGORIES:
            name = CATEGORIES[name].zh if chinese else CATEGORIES[name].en
        begin, end = str(item.get("from") or ""), str(item.get("until") or "")
        return f"{name} {begin}–{end}".strip() if begin or end else name

    def _known(self, key: str, otherwise: str) -> str:
        return self._phrases(key) if key in self._phrases else otherwise

    def listed(self, words: Iterable[str]) -> str:
        """Several words as the language separates them."""
        return ("、" if self.language == "zh_CN" else ", ").join(words)


def _apart(text: str, others: Sequence[str]) -> str:
    """A number with its middle hidden, but for the places where others of its length differ."""
    same = [each for each in others if len(each) == len(text)]
    ends = 3 if len(text) >= 9 else 0
    return "".join(
        each if at < ends or at >= len(text) - 4 or any(other[at] != each for other in same) else "*"
        for at, each in enumerate(text)
    )
