"""What became of the hours of a service that was just logged: credited, passed to the pool, honour alone."""

from __future__ import annotations

from timebank.desk.services import Logged, ServiceForm
from timebank.domain.kinds import service_kind
from timebank.policy.amounts import earned
from timebank.policy.holding import Share
from timebank.store.people_queries import MemberRecord
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.words import joined


def logged_words(context: ScreenContext, logged: Logged, form: ServiceForm) -> Words:
    """One sentence on the service that was told as ``form``."""
    minutes = earned(form.minutes, service_kind(form.kind), context.pack)
    kin = {member.row for member in logged.kin}
    parts = [
        phrase("logged.kin_done", name=member.name)
        if member.row in kin
        else _part(context, member, share, minutes)
        for (member, _), share in zip(logged.credited, logged.shares, strict=True)
    ]
    return phrase("logged.done", parts=joined(parts, context.look.say))


def _part(context: ScreenContext, member: MemberRecord, share: Share, minutes: int) -> Words:
    amount, name = context.amount_words, member.name
    kept, honoured = share.credited - share.donated, minutes - share.credited
    if share.donated:
        donated = amount(share.donated)
        if not kept:
            return phrase("logged.to_pool", name=name, donated=donated)
        return phrase("logged.split", name=name, amount=amount(kept), donated=donated)
    if share.rule and honoured > 0:
        said = amount(honoured)
        if not kept:
            return phrase("logged.honour_only", name=name, honoured=said)
        return phrase("logged.honour", name=name, amount=amount(kept), honoured=said)
    return phrase("logged.credited", name=name, amount=amount(kept))
