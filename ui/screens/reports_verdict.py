"""The verdict on a certificate of service, in words and colour, wherever one was scanned."""

from __future__ import annotations

from timebank.desk.certificates import Verified
from timebank.outcome import Refusal
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext, day_text

TONES = {
    "valid": Tone.GOOD,
    "forged": Tone.BAD,
    "other_network": Tone.WARN,
    "unknown_issuer": Tone.WARN,
    "revoked_issuer": Tone.BAD,
    "unreadable": Tone.WARN,
}
"""What each verdict on a certificate means to the clerk."""


def verdict_tone(found: Verified) -> Tone:
    """What a verdict means to the clerk; a wrong name is never good."""
    return Tone.BAD if found.name_fits is False else TONES[found.verdict]


def verdict_words(found: Verified, context: ScreenContext) -> Words:
    """The verdict on a certificate in sentences: what it is, what it says, whether the name fits."""

    def said(language: str) -> str:
        say = context.look.say
        more: Words = phrase(f"certificate.verdict_more.{found.verdict}", issuer=found.issuer)
        if found.reason:
            more = Refusal(found.reason)
        lines = [f"{say(phrase(f'certificate.verdict.{found.verdict}'))}{_STOP[language]}{say(more)}"]
        if found.first is not None and found.last is not None and found.issued is not None:
            lines.append(
                say(
                    phrase(
                        "reporting.certificate_says",
                        number=found.number or "—",
                        holder=_holder(found),
                        first=day_text(found.first, language),
                        last=day_text(found.last, language),
                        services=found.services,
                        hours=context.hours(found.minutes),
                        issued=day_text(found.issued, language),
                    )
                )
            )
        if found.name_fits is not None:
            lines.append(say(phrase(f"cli.certificate_name_{'fits' if found.name_fits else 'differs'}")))
        if found.now is not None and found.now != (found.services, found.minutes):
            hours = context.hours(found.now[1])
            lines.append(say(phrase("cli.certificate_now", services=found.now[0], hours=hours)))
        return "\n".join(lines)

    return Spoken(said)


_STOP = {"zh_CN": "。", "en": ". "}


def _holder(found: Verified) -> str:
    member = found.member
    if member is None or not member.known:
        return found.holder
    return f"{member.name}  {found.holder}"
