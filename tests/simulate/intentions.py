"""What people do at a desk in a day: registering, serving, giving, vouchers, cases; sound or not, as it comes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from timebank.desk.person_form import PersonForm
from timebank.desk.request_form import RequestForm
from timebank.desk.services import ServiceForm
from timebank.desk.vouchers import IssueForm
from timebank.domain.cases import DECISIONS
from timebank.domain.identity import check_character
from timebank.domain.requests import OUTCOMES
from timebank.domain.voucher_code import read_code, serial_text
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import MemberRecord, member_by_row

from .world import HUB, Site, World

KINDS = ("visit", "meal", "cleaning", "bath")
COPIED = 0.12
"""How many of the vouchers that were redeemed are tried again somewhere: someone had made a copy."""


def identity(number: int) -> str:
    """A valid, fictional identity number."""
    first17 = f"330105{date(1935 + number % 30, 1 + number % 12, 1 + number % 28):%Y%m%d}{number % 1000:03d}"
    return first17 + check_character(first17)


def member(world: World, site: Site, role: str = "") -> MemberRecord | None:
    """Some member known at a station, mostly one of its own."""
    own = site.number if world.rng.random() < 0.7 else -1
    gone = world.rng.random() < 0.02
    where = "WHERE (? < 0 OR station = ?) AND roles LIKE ? AND (? OR erased IS NULL)"
    filling = (own, own, f"%{role}%", gone)
    count = int(site.store.value(f"SELECT count(*) FROM member {where}", filling))
    if not count:
        return None
    at = world.rng.randrange(count)
    at = at // 2 if world.rng.random() < 0.3 else at
    row = site.store.value(f"SELECT id FROM member {where} ORDER BY id LIMIT 1 OFFSET ?", (*filling, at))
    return member_by_row(site.store, row)


def rich(world: World, site: Site, unit: int = 0) -> MemberRecord | None:
    """Mostly a member who has something to spend."""
    rows = site.store.rows(
        "SELECT b.account FROM balance b JOIN member m ON m.id = b.account"
        " WHERE b.unit = ? AND b.minutes >= 60 AND (m.station = ? OR ? < 0.3) ORDER BY b.account",
        (unit, site.number, world.rng.random()),
    )
    if not rows or world.rng.random() < 0.1:
        return member(world, site)
    return member_by_row(site.store, world.rng.choice(rows)[0])


def entry(world: World, site: Site, kind: str) -> str | None:
    """One of the entries of a kind that are known at a station, rather a late one."""
    rows = site.store.rows(
        'SELECT j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal'
        " WHERE e.kind = ? AND e.bytes IS NOT NULL ORDER BY e.id DESC LIMIT 25",
        (kind,),
    )
    return str(EntryRef(*world.rng.choice(rows))) if rows else None


def recently(world: World, site: Site) -> datetime:
    """A time of the last days, by the clock on the desk."""
    rng = world.rng
    day = site.clock() - timedelta(days=rng.choice((0, 1, 1, 1, 2, 3, 9, 40)))
    return day.replace(hour=rng.randint(7, 17), minute=rng.choice((0, 15, 30)), second=0, microsecond=0)


# People


def register(world: World, site: Site) -> None:
    """A person comes for the first time, perhaps not to this network."""
    rng = world.rng
    who = rng.randrange(60 * len(world.sites))
    roles = rng.choice((("volunteer",), ("elder",), ("volunteer", "elder")))
    form = PersonForm(
        f"王{who}",
        roles,
        id_number=identity(who) if rng.random() < 0.8 else "",
        birth=date(1938, 5, 1 + who % 28),
        care_level=rng.choice((None, None, 2, 3)),
        categories=("disabled",) if rng.random() < 0.2 else (),
        phone=f"139{who:08d}",
        consents=("health",) if rng.random() < 0.5 else (),
    )
    world.act(site, "register", lambda: site.desk.people.register(form))


def change(world: World, site: Site) -> None:
    """A phone, an address, a role or the document changes."""
    someone = member(world, site)
    if someone is None:
        return
    rng = world.rng
    form = PersonForm(
        someone.name if someone.known else f"王{rng.randrange(60)}",
        rng.choice((someone.roles, someone.roles, ("volunteer", "elder"))),
        phone=f"138{rng.randrange(10**8):08d}" if rng.random() < 0.7 else "",
        address=f"柳溪村{rng.randrange(200)}号" if rng.random() < 0.5 else "",
        id_number=identity(rng.randrange(60)) if rng.random() < 0.1 else "",
    )
    world.act(site, "change", lambda: site.desk.people.change(someone, form))


def consent(world: World, site: Site) -> None:
    """Consent is given or withdrawn."""
    someone, given = member(world, site), world.rng.random() < 0.6
    if someone is not None:
        purpose = world.rng.choice(("health", "photo"))
        world.act(site, "consent", lambda: site.desk.people.consent(someone, purpose, given))


def erase(world: World, site: Site) -> None:
    """Someone asks to be forgotten."""
    someone = member(world, site)
    if someone is not None:
        world.act(site, "erase", lambda: site.desk.people.erase(someone, "本人要求"))


def roster(world: World, site: Site) -> None:
    """A small roster is read in."""
    enlist(world, site, world.rng.choice(("volunteer", "elder")), world.rng.randint(2, 6))


def enlist(world: World, site: Site, role: str, count: int) -> None:
    """Read a roster of so many people in."""
    rng = world.rng
    path = world.scratch(".csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("姓名", "身份证号", "电话", "住址"))
        for _ in range(count):
            who = rng.randrange(60 * len(world.sites))
            rows.writerow((f"王{who}", identity(who), f"139{who:08d}", "柳溪村"))
    world.act(site, "roster", lambda: site.desk.people.import_roster(path, role))


# Services


def serve(world: World, site: Site) -> None:
    """An hour is served, alone or in pairs, and paid by whom it may concern."""
    rng = world.rng
    team = [member(world, site, "volunteer")]
    if rng.random() < 0.2:
        team.append(member(world, site, "volunteer"))
    funding = rng.choice(("platform", "platform", "platform", "account", "pool", "allowance"))
    paying = {"account": 0, "allowance": 1}.get(funding)
    whom = member(world, site, "elder") if paying is None else rich(world, site, paying)
    if whom is None or None in team:
        return
    form = ServiceForm(
        tuple(each for each in team if each is not None),
        whom,
        rng.choice(KINDS),
        recently(world, site),
        rng.choice((30, 45, 60, 60, 90, 120)),
        timed=rng.random() < 0.85,
        funding=funding,
        note="很好" if rng.random() < 0.2 else "",
    )
    world.act(site, "serve", lambda: site.desk.services.log(form))


def serve_for_voucher(world: World, site: Site) -> None:
    """A service is paid with a voucher."""
    gives, gets, code = member(world, site, "volunteer"), member(world, site, "elder"), _voucher(world, site)
    if gives is None or gets is None or code is None:
        return
    form = ServiceForm((gives,), gets, "visit", recently(world, site), 30, funding="voucher", voucher=code)
    if world.act(site, "serve_for_voucher", lambda: site.desk.services.log(form)) is not None:
        _spent(world, code)


def sheet(world: World, site: Site) -> None:
    """A sign-in sheet is read in, sometimes twice."""
    rng = world.rng
    path = world.scratch(".csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("日期", "志愿者", "服务老人", "服务项目", "开始时间", "服务时长"))
        for _ in range(rng.randint(2, 8)):
            gives, gets = member(world, site, "volunteer"), member(world, site, "elder")
            if gives is not None and gets is not None:
                start = recently(world, site)
                rows.writerow((f"{start:%Y-%m-%d}", gives.name, gets.name, "探访", f"{start:%H:%M}", "1小时"))
    for _ in range(rng.choice((1, 1, 2))):
        world.act(site, "sheet", lambda: site.desk.services.import_sheet(path))


def reverse(world: World, site: Site) -> None:
    """Something was written down wrongly."""
    kind = world.rng.choice(
        ("ServiceLogged", "ServiceLogged", "CreditMoved", "VoucherRedeemed", "AllowanceGranted", "MemberLeft")
    )
    wrong = entry(world, site, kind)
    if wrong is not None:
        world.act(site, f"reverse {kind}", lambda: site.desk.services.reverse(wrong, "记错了"))


def rate(world: World, site: Site) -> None:
    """One side of a service says how it was."""
    which, stars = entry(world, site, "ServiceLogged"), world.rng.randint(0, 6)
    if which is None:
        return
    lines = site.store.rows(
        "SELECT elder FROM service ORDER BY id DESC LIMIT 25",
    )
    by = member_by_row(site.store, world.rng.choice(lines)[0]) if lines else None
    if by is not None:
        world.act(site, "rate", lambda: site.desk.services.rate(which, by, stars, "好"))


# Credit


def give(world: World, site: Site) -> None:
    """A gift, a donation to the pool, or help out of it."""
    rng = world.rng
    source = None if rng.random() < 0.2 else rich(world, site)
    target = None if rng.random() < 0.3 else member(world, site)
    minutes = 15 * rng.randint(0, 8)
    world.act(site, "give", lambda: site.desk.credit.move(source, target, minutes, "赠与"))


def grant(world: World, site: Site) -> None:
    """The month's free hours are granted."""
    month = site.clock().date().replace(day=1)
    world.act(site, "grant", lambda: site.desk.months.grant(month))


def end_month(world: World, site: Site) -> None:
    """The last month is settled by the rules; now and then a month's grants are taken back."""
    first = site.clock().date().replace(day=1)
    if world.rng.random() < 0.2:
        world.act(site, "undo", lambda: site.desk.months.undo_grants(first, "发错了"))
    else:
        world.act(site, "month end", lambda: site.desk.months.end(first - timedelta(days=1)))


def leave(world: World, site: Site) -> None:
    """A member moves away or dies; the credit goes to the pool, an heir, or nowhere."""
    rng = world.rng
    who = member(world, site)
    if who is None or rng.random() < 0.7:
        return
    heir = member(world, site) if rng.random() < 0.3 else None
    way = "" if heir is not None else rng.choice(("pool", "honour"))
    cause = rng.choice(("died", "moved", "withdrew"))
    world.act(
        site, "close", lambda: site.desk.closing.close(who, cause, reason="家属告知", way=way, heir=heir)
    )


# Vouchers


def issue(world: World, site: Site) -> None:
    """Vouchers are issued, most of them printed."""
    rng = world.rng
    kind = rng.choice(("credit", "credit", "allowance"))
    holder = rich(world, site, ("credit", "allowance").index(kind))
    if holder is None:
        return
    today = site.clock().date()
    form = IssueForm(
        holder,
        rng.choice((30, 30, 60)),
        rng.choice((1, 1, 2, 4)),
        kind,
        today + timedelta(days=rng.randint(0, 60)) if rng.random() < 0.4 else None,
        str(rng.choice(world.sites).number) if rng.random() < 0.1 else "",
    )
    batch = world.act(site, "issue", lambda: site.desk.vouchers.issue(form))
    if batch is None:
        return
    if rng.random() < 0.8:
        world.act(site, "print", lambda: site.desk.vouchers.printed(batch.vouchers))
    world.pockets += [(each.code, site.number) for each in batch.vouchers]


def reprint(world: World, site: Site) -> None:
    """A voucher is printed once more."""
    code = _voucher(world, site)
    if code is None:
        return
    again = world.act(site, "for_reprint", lambda: site.desk.vouchers.for_reprint(code))
    if again is not None:
        world.act(site, "reprint", lambda: site.desk.vouchers.printed([again], again=True))


def redeem(world: World, site: Site) -> None:
    """A voucher is laid on the desk: the paper, a copy of it, or only its number."""
    code, who = _voucher(world, site), member(world, site)
    if code is None or who is None:
        return
    text = serial_text(read_code(code).serial) if world.rng.random() < 0.2 else code
    use = world.rng.choice(("account",) * 9 + ("reward",))
    if world.act(site, "redeem", lambda: site.desk.vouchers.redeem(text, who, use=use)) is not None:
        _spent(world, code)


def void(world: World, site: Site) -> None:
    """A voucher is withdrawn; its paper may still turn up."""
    code = _voucher(world, site)
    if code is not None:
        world.act(site, "void", lambda: site.desk.vouchers.void(code, "丢失"))


def expire(world: World, site: Site) -> None:
    """What has lapsed is swept."""
    world.act(site, "expire", site.desk.vouchers.expire)


def _voucher(world: World, site: Site) -> str | None:
    if not world.pockets:
        return None
    near = [code for code, issuer in world.pockets[-400:] if issuer == site.number]
    if near and world.rng.random() < 0.6:
        return world.rng.choice(near)
    return world.rng.choice(world.pockets)[0]


def _spent(world: World, code: str) -> None:
    if world.rng.random() > COPIED:
        world.pockets = [each for each in world.pockets if each[0] != code]


# Cases and the network


def resolve(world: World, site: Site) -> None:
    """A coordinator decides an open case; another may do so elsewhere at the same time."""
    cases = site.desk.cases.list(only_open=True)
    if not cases:
        return
    case = world.rng.choice(cases)
    site.desk.cases.evidence(case.key)
    decision = world.rng.choice(DECISIONS.get(case.kind, ("dismiss",)))
    world.act(site, f"resolve {case.kind}", lambda: site.desk.cases.resolve(case.key, decision, "商定"))


def ask(world: World, site: Site) -> None:
    """An elder needs something, one of these days."""
    someone, rng = member(world, site, "elder"), world.rng
    if someone is None:
        return
    start = site.clock().replace(hour=rng.randint(7, 17), minute=0) + timedelta(days=rng.choice((0, 1, 1, 3)))
    form = RequestForm(someone, rng.choice(KINDS), start, 60, rng.random() < 0.8, note="门铃坏了")
    weeks = rng.choice((1, 1, 1, 3))
    world.act(site, "ask", lambda: site.desk.requests.ask(form, weeks))


def attend(world: World, site: Site) -> None:
    """Somebody is sent, comes, leaves, is logged; or it comes to nothing, or the last step is taken back."""
    request, someone, rng = (
        entry(world, site, "ServiceRequested"),
        member(world, site, "volunteer"),
        world.rng,
    )
    if request is None or someone is None:
        return
    desk = site.desk.requests
    step = rng.choice(("send", "send", "arrived", "left", "log", "log", "close", "back"))

    def log() -> object:
        form = desk.prefilled(request)
        return desk.log(
            request, replace(form, volunteers=form.volunteers or (someone,), start=recently(world, site))
        )

    acts: dict[str, Callable[[], object]] = {
        "send": lambda: desk.assign(request, [someone]),
        "arrived": lambda: desk.note(request, "arrived"),
        "left": lambda: desk.note(request, "left"),
        "log": log,
        "close": lambda: desk.close(request, rng.choice(OUTCOMES), "家人在"),
        "back": lambda: desk.take_back(request),
    }
    world.act(site, f"request {step}", acts[step])


def adopt(world: World, site: Site) -> None:
    """The network adopts other rules: only the hub can."""
    pack, day = world.rng.choice(("hangzhou", "neutral", "ningbo")), site.clock().date()
    if site.number == HUB or world.rng.random() < 0.2:
        world.act(site, "adopt", lambda: site.desk.policies.adopt(pack, day=day))


def look(world: World, site: Site) -> None:
    """Someone only looks: nothing that is shown may fail."""
    desk = site.desk
    for someone in (member(world, site), member(world, site)):
        if someone is not None:
            desk.credit.passbook(someone)
            desk.services.lines(someone)
    for case in desk.cases.list()[-3:]:
        desk.cases.evidence(case.key)
    code = _voucher(world, site)
    if code is not None:
        desk.vouchers.verify(code)
    desk.people.lines("王1", limit=20)
    desk.exchange.status()
    desk.recent()
    desk.requests.lines()
    desk.requests.rota(site.clock().date())
    world.note(site, "look", "done")


Intention = Callable[[World, Site], None]

DAILY: dict[Intention, int] = {
    register: 40,
    change: 30,
    consent: 10,
    erase: 3,
    roster: 8,
    serve: 220,
    serve_for_voucher: 30,
    sheet: 15,
    reverse: 30,
    rate: 20,
    give: 40,
    grant: 10,
    end_month: 6,
    leave: 5,
    issue: 80,
    reprint: 10,
    redeem: 90,
    void: 10,
    expire: 10,
    resolve: 30,
    ask: 40,
    attend: 110,
    adopt: 3,
    look: 20,
}
"""How often each is wanted, against the others."""

_INTENTIONS, _WEIGHTS = list(DAILY), list(DAILY.values())


def intend(world: World, site: Site) -> None:
    """One thing that someone at a station wants now."""
    world.rng.choices(_INTENTIONS, _WEIGHTS)[0](world, site)
