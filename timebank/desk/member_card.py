"""What stands on a member's card (会员卡)."""

from __future__ import annotations

from collections.abc import Sequence

from timebank.desk.desk import Desk
from timebank.paper.faces import MemberCardFace
from timebank.phrases import phrases
from timebank.store.people_queries import MemberRecord


def card_faces(desk: Desk, members: Sequence[MemberRecord], language: str) -> list[MemberCardFace]:
    """The cards of these members, in their order, with today's date."""
    network, today, say = desk.network_name(), desk.station.surroundings.today(), phrases(language)
    return [
        MemberCardFace(
            number=each.number,
            name=each.name,
            roles_text=" · ".join(say(f"card.role_{role}") for role in each.roles),
            network_name=network,
            station_name=desk.station.name,
            issued=today,
            language=language,
        )
        for each in members
    ]
