"""Minutes as the pack counts, weighs and shows them. All in whole numbers."""

from __future__ import annotations

from fractions import Fraction

from timebank.policy.pack import Pack

_WORDS = {
    "zh_CN": {"hour": "小时", "hours": "小时", "minute": "分", "minutes": "分", "only_minutes": "分钟"},
    "en": {"hour": "hour", "hours": "hours", "minute": "min", "minutes": "min", "only_minutes": "min"},
}


def counted(minutes: int, pack: Pack) -> int:
    """Minutes after the pack's step; unchanged where no step is set.

    A part of a step is dropped unless the pack says otherwise.
    """
    step: int | None = pack.value("step.minutes")
    if step is None:
        return minutes
    match pack.value("rounding"):
        case "up":
            return -(-minutes // step) * step
        case "nearest":
            return (2 * minutes + step) // (2 * step) * step
    return minutes // step * step


def weight(kind: str, pack: Pack) -> Fraction:
    """The weight of a service kind (by code); 1 where the pack says nothing."""
    given: Fraction | None = pack.value(f"kinds.{kind}.weight")
    return Fraction(1) if given is None else given


def earned(minutes: int, kind: str, pack: Pack) -> int:
    """Credit in minutes for a service of ``minutes``: by the step, then by the weight, rounded down."""
    return int(counted(minutes, pack) * weight(kind, pack))


def amount_text(minutes: int, pack: Pack, language: str) -> str:
    """An amount of credit as people read it: in the pack's unit where it has one, else hours and minutes.

    ``1.5 时间币`` where two decimals say it exactly, else ``1 时间币 20 分``.
    """
    name, size = pack.value("unit.name"), pack.value("unit.minutes")
    if name is None or size is None:
        return hours_text(minutes, language)
    sign, rest = ("-", -minutes) if minutes < 0 else ("", minutes)
    if rest * 100 % size == 0:
        return f"{sign}{_decimal(rest * 100 // size)} {name(language)}"
    units, left = divmod(rest, size)
    over = hours_text(left, language)
    return f"{sign}{units} {name(language)} {over}" if units else f"{sign}{over}"


def unit_word(pack: Pack, language: str) -> str:
    """What amounts are counted in: the pack's unit, or hours where it names none."""
    name = pack.value("unit.name")
    return str(name(language)) if name is not None else _WORDS[language]["hours"]


def hours_text(minutes: int, language: str) -> str:
    """An amount in hours and minutes, whatever the unit: ``1 小时 30 分``, ``30 分钟``, ``2 hours``."""
    words = _WORDS[language]
    sign, rest = ("-", -minutes) if minutes < 0 else ("", minutes)
    hours, left = divmod(rest, 60)
    whole = f"{hours} {words['hour' if hours == 1 else 'hours']}"
    if left == 0:
        return sign + whole
    if hours == 0:
        return f"{sign}{left} {words['only_minutes']}"
    return f"{sign}{whole} {left} {words['minutes']}"


def _decimal(hundredths: int) -> str:
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)
