"""One simulation from its seed to its end."""

from __future__ import annotations

import shutil
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from . import faults, promises, thieves
from .intentions import enlist, intend
from .world import START, Site, World, room, under_control


class Told(NamedTuple):
    """What one simulation was and came to; ``failure`` is empty where every promise held."""

    seed: int
    station_days: int
    faults: Counter[str]
    outcomes: Counter[str]
    entries: int
    log: str
    """Fingerprint of all events."""
    digest: str
    """Fingerprint of the state at the end, the same at every station."""
    seconds: float
    failure: str = ""
    last: tuple[str, ...] = ()


def simulate(
    seed: int,
    *,
    days: int,
    stations: int,
    kinds: Iterable[str] = faults.STANDARD,
    every: int = 15,
    keep: Path | None = None,
) -> Told:
    """Let a network live for some days; ``every`` so many days stations are looked at in full.

    With ``keep`` the folders stay there after a failure.
    """
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=room(), prefix="timebank-") as folder:
        world = World(seed, Path(folder))
        digest = failure = ""
        with under_control(world):
            try:
                world.found(stations)
                for site in world.sites:
                    enlist(world, site, "volunteer", 8)
                    enlist(world, site, "elder", 8)
                for day in range(days):
                    _live(world, day, frozenset(kinds), every)
                digest = promises.at_the_end(world)
            except Exception as error:
                failure = "".join(traceback.format_exception(error))
                if keep is not None:
                    shutil.copytree(folder, keep, dirs_exist_ok=True)
            finally:
                world.close()
        return Told(
            seed,
            world.station_days,
            world.faults,
            world.outcomes,
            len(world.told),
            world.log,
            digest,
            time.perf_counter() - began,
            failure,
            tuple(world.last),
        )


def _live(world: World, day: int, kinds: frozenset[str], every: int) -> None:
    """One day everywhere."""
    world.day, world.now = day, START + timedelta(days=day)
    rng = world.rng
    for site in rng.sample(world.sites, len(world.sites)):
        if rng.random() < 0.75:
            _work(world, site, kinds)
    faults.deliver(world, kinds)
    _strike(world, kinds)
    if every and day % every == every - 1:
        promises.in_full(world, rng.choice(world.sites))


def _work(world: World, site: Site, kinds: frozenset[str]) -> None:
    """A station's day."""
    rng = world.rng
    world.station_days += 1
    if site.offset and rng.random() < 0.15:
        site.offset = timedelta()
    for _ in range(rng.randint(1, 7)):
        intend(world, site)
    if rng.random() < 0.15:
        faults.send(world, site)
    if rng.random() < 0.08:
        faults.keep_copies(world, site)
    for kind, chance, strike in (
        ("clock", 0.02, faults.wrong_clock),
        ("crash", 0.06, faults.crash),
        ("full_disk", 0.01, faults.full_disk),
        ("restart", 0.03, faults.restart),
        ("forged", 0.02, thieves.forge),
        ("foreign", 0.005, thieves.foreign),
    ):
        if rng.random() < chance and kind in kinds:
            strike(world, site)
    promises.at_a_glance(site)


def _strike(world: World, kinds: frozenset[str]) -> None:
    """What befalls a network now and then; the larger the network, the oftener."""
    rng = world.rng
    size = max(0.5, len(world.sites) / 20)

    def befalls(kind: str, once_in: int) -> bool:
        return rng.random() < size / once_in and kind in kinds

    others = [site for site in world.sites if site is not world.hub]
    trusted = [site for site in others if site.trusted]
    kept = [site for site in others if site.backups]
    copied = [site for site in others if site.copies]
    if kept and befalls("restore", 6):
        faults.put_back(world, rng.choice(kept), once="restore_again" not in kinds)
    if befalls("late_joiner", 20):
        faults.join_late(world)
    if copied and befalls("old_folder", 10):
        faults.old_folder(world, rng.choice(copied))
    if befalls("clone", 25):
        faults.clone(world, rng.choice(others))
    if befalls("hub_restore", 20):
        faults.put_back(world, world.hub, once="restore_again" not in kinds)
    if befalls("hub_clone", 40):
        faults.clone(world, world.hub)
    if befalls("revoke", 25) and len(trusted) > 2:
        faults.withdraw(world, rng.choice(trusted))
