"""A network and its stations: the names under which the rest of the program knows them."""

from __future__ import annotations

from timebank.desk.enrolment import enrol, join, read_asking, read_request, request
from timebank.desk.founding import found
from timebank.desk.stations import (
    ROLES,
    Standing,
    StationLine,
    find_station,
    find_stations,
    network_name,
    standing,
    stations,
)
from timebank.desk.trust import promote, revoke, share_with_hubs

__all__ = [
    "ROLES",
    "Standing",
    "StationLine",
    "enrol",
    "find_station",
    "find_stations",
    "found",
    "join",
    "network_name",
    "promote",
    "read_asking",
    "read_request",
    "request",
    "revoke",
    "share_with_hubs",
    "standing",
    "stations",
]
