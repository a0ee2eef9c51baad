"""Requests and the rota from the shell, from asking to the service that came of it."""

from __future__ import annotations

from pathlib import Path

from conftest import Town


def test_a_request_from_asking_to_follow_up(town: Town) -> None:
    centre = town.shell("centre")
    asked = centre.did(
        "request", "add", "--elder", "陈阿婆", "--kind", "助餐", "--start", "2026-11-22", "--minutes", 60,
        "--urgent", "--weeks", 2, "--note", "门铃坏了",
    )  # fmt: skip
    entry = asked["entry"]
    assert asked["entries"][0] == entry
    assert len(asked["entries"]) == 2
    (line, later) = centre.did("request", "list")["requests"]
    assert (line["entry"], line["state"], line["start"], line["urgent"]) == (
        entry,
        "open",
        "2026-11-22",
        True,
    )
    assert (line["note"], line["volunteers"], later["start"]) == ("门铃坏了", [], "2026-11-29")
    (found, *_) = centre.did("request", "suggest", entry)["suggestions"]
    assert set(found) == {
        *("member", "number", "name", "times", "experience", "grid", "community", "busy", "refused", "fits")
    }
    assert centre.did("request", "assign", entry, "--volunteer", "王志强")["clashes"] == []
    assert centre.did("request", "list", "--volunteer", "王志强")["requests"][0]["state"] == "assigned"
    centre.did("request", "arrive", entry, "--at", "2026-11-22T07:30")
    centre.did("request", "leave", entry, "--at", "2026-11-22T08:30")
    logged = centre.did("service", "log", "--request", entry)
    assert [each["minutes"] for each in logged["credited"]] == [60]
    centre.did("request", "confirm", entry)
    centre.did("request", "follow-up", entry, "--note", "很满意")
    (done,) = centre.did("request", "list", "--all", "--day", "2026-11-22")["requests"]
    assert (done["state"], done["service"], done["arrived"]) == (
        "fulfilled",
        logged["entry"],
        "2026-11-22T07:30:00",
    )
    assert centre.run("request", "cancel", entry, "--reason", "不需要了").error["code"] == "request_fulfilled"
    centre.did("request", "cancel", later["entry"], "--reason", "女儿来了", "--outcome", "cancelled")
    centre.did("request", "take-back", later["entry"])
    assert centre.did("request", "list")["requests"][0]["entry"] == later["entry"]
    assert centre.did("check")["ok"]


def test_the_rota_and_the_unvisited(town: Town) -> None:
    centre = town.shell("centre")
    missing = centre.did("request", "unvisited")["unvisited"]
    assert all(set(each) == {"member", "number", "name", "last_visit", "asked"} for each in missing)
    made = centre.did("request", "unvisited", "--ask-on", "2026-11-23")["entries"]
    assert len(made) == len(missing)
    rota = centre.did("rota", "--day", "2026-11-23", "--out", town.file("rota.pdf"))
    assert [each["entry"] for each in rota["requests"]] == made
    assert Path(rota["file"]).read_bytes().startswith(b"%PDF")
    assert centre.did("request", "unvisited", "--ask-on", "2026-11-24")["entries"] == []
    assert centre.did("request", "contacts", "陈阿婆")["contacts"] == []


def test_a_service_without_a_request_needs_everything_said(town: Town) -> None:
    assert town.shell("centre").run("service", "log", "--elder", "陈阿婆").code == 2
