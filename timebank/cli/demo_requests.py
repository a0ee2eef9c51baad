"""Requests in the demonstration: some wait, some are on today's rota, one was served."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from timebank.desk.desk import Desk
from timebank.desk.request_form import RequestForm

_ASKED = (
    ("meal", 11, 60, 1, "", "少盐，门铃坏了请敲门", "Little salt; the bell is broken, please knock"),
    ("bath", 14, 60, 2, "f", "左腿不便，需要两个人", "The left leg is weak: two persons"),
    ("medical_escort", 15, 90, 1, "", "去区医院取药", "To the district hospital, for medicine"),
    ("cleaning", 33, 60, 1, "", "", ""),
    ("visit", 38, 30, 1, "", "子女在外地，想聊聊天", "The children live elsewhere; would like to talk"),
)
"""Kind, hours from midnight, minutes, persons, whom they wish for, and a word to the volunteer in both languages."""


def leave_requests(desk: Desk, *, chinese: bool) -> int:
    """Write down what some elders need, and who goes to some of them; how many requests there are."""
    midnight = datetime.combine(desk.station.surroundings.today(), time())
    elders = desk.people.search("", role="elder", limit=len(_ASKED) + 1)
    volunteers = desk.people.search("", role="volunteer", limit=3)
    own = [each for each in elders if each.known]
    entries = [
        desk.requests.ask(
            RequestForm(
                who,
                kind,
                midnight + timedelta(hours=hour),
                minutes,
                True,
                persons,
                note=words[not chinese],
                prefers=wish,
            )
        )[0]
        for who, (kind, hour, minutes, persons, wish, *words) in zip(own[1:], _ASKED, strict=False)
    ]
    urgent = "摔倒了，家人两小时后到" if chinese else "Had a fall; the family comes in two hours"
    form = RequestForm(own[0], "urgent", midnight + timedelta(hours=10), 60, urgent=True, note=urgent)
    entries += desk.requests.ask(form)
    for entry, member in zip(entries, volunteers, strict=False):
        desk.requests.assign(str(entry), [member])
    desk.requests.note(str(entries[0]), "arrived")
    return len(entries)


def clear_requests(desk: Desk, *, chinese: bool) -> None:
    """Close what waits from another day, so that today's board is today's."""
    for line in desk.requests.lines():
        desk.requests.close(
            str(line.request.entry), "cancelled", "家属陪同" if chinese else "The family came along"
        )
