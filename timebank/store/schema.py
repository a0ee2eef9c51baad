"""The tables, by sqlite-utils migrations.

``id`` columns of people, services and transfers are the local number of the entry that founded them.
Accounts are members' numbers, or the negative numbers of :mod:`timebank.domain.credit`. Dates are days,
times minutes, both since 2000-01-01. ``posting`` is the whole ledger, as a view over the folded state.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("timebank")

_TRUTH = """
CREATE TABLE local (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE journal (
    id INTEGER PRIMARY KEY, ref BLOB NOT NULL UNIQUE, station INTEGER, key BLOB,
    head INTEGER NOT NULL DEFAULT 0, head_hash BLOB NOT NULL DEFAULT x'', bytes INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, journal INTEGER NOT NULL REFERENCES journal(id), seq INTEGER NOT NULL,
    "check" BLOB NOT NULL, lamport INTEGER, wall INTEGER, kind TEXT, bytes BLOB
);
CREATE UNIQUE INDEX entry_place ON entry(journal, seq, "check");
CREATE INDEX entry_awaited ON entry(journal, seq) WHERE bytes IS NULL;
CREATE TABLE private (entry INTEGER PRIMARY KEY REFERENCES entry(id), sealed BLOB NOT NULL);
"""

_FOLDED = """
CREATE TABLE seen (
    journal INTEGER NOT NULL, other BLOB NOT NULL, seq INTEGER NOT NULL, head INTEGER NOT NULL,
    PRIMARY KEY (journal, other, seq)
) WITHOUT ROWID;
CREATE TABLE action (key BLOB PRIMARY KEY, entry INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE about (subject INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (subject, entry)) WITHOUT ROWID;
CREATE TABLE station (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, parent INTEGER NOT NULL,
    key BLOB NOT NULL UNIQUE, key_id BLOB NOT NULL, recipient TEXT NOT NULL, entry INTEGER NOT NULL,
    revoked INTEGER
);
CREATE INDEX station_key_id ON station(key_id);
CREATE TABLE operator (station INTEGER NOT NULL, number INTEGER NOT NULL, role TEXT NOT NULL,
    entry INTEGER NOT NULL, name TEXT, PRIMARY KEY (station, number)) WITHOUT ROWID;
CREATE TABLE privacy_key (entry INTEGER PRIMARY KEY, station INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE policy (entry INTEGER PRIMARY KEY, day INTEGER NOT NULL, pack TEXT NOT NULL);
CREATE TABLE member (
    id INTEGER PRIMARY KEY, station INTEGER NOT NULL, number TEXT NOT NULL, roles TEXT NOT NULL,
    identity BLOB, consents TEXT NOT NULL, erased INTEGER
);
CREATE INDEX member_number ON member(number);
CREATE INDEX member_running ON member(station, CAST(substr(number, instr(number, '-') + 1) AS INTEGER));
CREATE INDEX member_identity ON member(identity) WHERE identity IS NOT NULL;
CREATE TABLE person (
    member INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, birth TEXT NOT NULL,
    details TEXT NOT NULL
);
CREATE INDEX person_name ON person(name);
CREATE TABLE find_key (key TEXT NOT NULL, member INTEGER NOT NULL, PRIMARY KEY (key, member)) WITHOUT ROWID;
CREATE TABLE service (
    id INTEGER PRIMARY KEY, elder INTEGER NOT NULL, kind TEXT NOT NULL, start INTEGER NOT NULL,
    timed INTEGER NOT NULL, minutes INTEGER NOT NULL, funding TEXT NOT NULL, voucher BLOB, reversed INTEGER
);
CREATE INDEX service_elder ON service(elder, start);
CREATE TABLE credited (
    volunteer INTEGER NOT NULL, start INTEGER NOT NULL, service INTEGER NOT NULL, position INTEGER NOT NULL,
    minutes INTEGER NOT NULL, PRIMARY KEY (volunteer, start, service)
) WITHOUT ROWID;
CREATE TABLE rating (service INTEGER NOT NULL, by INTEGER NOT NULL, stars INTEGER NOT NULL,
    entry INTEGER NOT NULL, PRIMARY KEY (service, by)) WITHOUT ROWID;
CREATE TABLE transfer (
    id INTEGER PRIMARY KEY, day INTEGER NOT NULL, source INTEGER NOT NULL, target INTEGER NOT NULL,
    unit INTEGER NOT NULL, minutes INTEGER NOT NULL, reversed INTEGER
);
CREATE TABLE allowance_grant (
    member INTEGER NOT NULL, month INTEGER NOT NULL, entry INTEGER NOT NULL, minutes INTEGER NOT NULL,
    rule TEXT NOT NULL, counts INTEGER NOT NULL, PRIMARY KEY (member, month, entry)
) WITHOUT ROWID;
CREATE TABLE voucher (
    id INTEGER PRIMARY KEY, serial BLOB NOT NULL UNIQUE, issue INTEGER, issuer INTEGER NOT NULL,
    holder INTEGER NOT NULL, unit INTEGER NOT NULL, minutes INTEGER NOT NULL, issued INTEGER NOT NULL,
    expires INTEGER NOT NULL, lock INTEGER NOT NULL, state TEXT NOT NULL, final INTEGER NOT NULL,
    printed INTEGER NOT NULL, withdrawn_by INTEGER, withdrawn_on INTEGER NOT NULL
);
CREATE INDEX voucher_holder ON voucher(holder);
CREATE INDEX voucher_issue ON voucher(issue);
CREATE TABLE voucher_about (voucher INTEGER NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (voucher, entry)) WITHOUT ROWID;
CREATE TABLE redemption (
    entry INTEGER PRIMARY KEY, voucher INTEGER NOT NULL, beneficiary INTEGER NOT NULL, use TEXT NOT NULL,
    day INTEGER NOT NULL, standing TEXT NOT NULL, decision TEXT NOT NULL
);
CREATE INDEX redemption_voucher ON redemption(voucher);
CREATE INDEX redemption_beneficiary ON redemption(beneficiary);
CREATE TABLE balance (account INTEGER NOT NULL, unit INTEGER NOT NULL, minutes INTEGER NOT NULL,
    PRIMARY KEY (account, unit)) WITHOUT ROWID;
CREATE INDEX balance_overdrawn ON balance(account) WHERE minutes < 0 AND account > 0;
CREATE TABLE honour (member INTEGER PRIMARY KEY, minutes INTEGER NOT NULL);
CREATE TABLE finding (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, minutes INTEGER NOT NULL, members TEXT NOT NULL,
    facts TEXT NOT NULL, decided INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE resolution (key TEXT NOT NULL, entry INTEGER NOT NULL, decision TEXT NOT NULL,
    PRIMARY KEY (key, entry)) WITHOUT ROWID;
"""

_POSTING = """
CREATE VIEW posting AS
SELECT c.service AS entry, 'service' AS what, c.start / 1440 AS day, c.volunteer AS account, 0 AS unit,
       c.minutes AS minutes
  FROM credited c JOIN service s ON s.id = c.service WHERE s.reversed IS NULL AND c.minutes <> 0
UNION ALL
SELECT c.service, 'service', c.start / 1440,
       CASE s.funding WHEN 'account' THEN s.elder WHEN 'pool' THEN -2 WHEN 'voucher' THEN -4 ELSE -1 END,
       0, -c.minutes
  FROM credited c JOIN service s ON s.id = c.service WHERE s.reversed IS NULL AND c.minutes <> 0
UNION ALL
SELECT id, 'allowance_used', start / 1440, elder, 1, -minutes FROM service
 WHERE funding = 'allowance' AND reversed IS NULL
UNION ALL
SELECT id, 'allowance_used', start / 1440, -4, 1, minutes FROM service
 WHERE funding = 'allowance' AND reversed IS NULL
UNION ALL
SELECT id, 'move', day, source, unit, -minutes FROM transfer WHERE reversed IS NULL
UNION ALL
SELECT id, 'move', day, target, unit, minutes FROM transfer WHERE reversed IS NULL
UNION ALL
SELECT issue, 'voucher', issued, holder, unit, -minutes FROM voucher WHERE issue IS NOT NULL
UNION ALL
SELECT issue, 'voucher', issued, -3, unit, minutes FROM voucher WHERE issue IS NOT NULL
UNION ALL
SELECT withdrawn_by, state, withdrawn_on, holder, unit, minutes FROM voucher WHERE withdrawn_by IS NOT NULL
UNION ALL
SELECT withdrawn_by, state, withdrawn_on, -3, unit, -minutes FROM voucher WHERE withdrawn_by IS NOT NULL
UNION ALL
SELECT r.entry, 'redeemed', r.day, CASE r.use WHEN 'account' THEN r.beneficiary ELSE -4 END,
       v.unit, v.minutes
  FROM redemption r JOIN voucher v ON v.id = r.voucher
 WHERE v.issue IS NOT NULL AND r.standing <> 'reversed'
UNION ALL
SELECT r.entry, 'redeemed', r.day, CASE r.standing WHEN 'settled' THEN -3 ELSE -6 END,
       v.unit, -v.minutes
  FROM redemption r JOIN voucher v ON v.id = r.voucher
 WHERE v.issue IS NOT NULL AND r.standing <> 'reversed'
UNION ALL
SELECT r.entry, 'decided', r.day, -6, v.unit, v.minutes
  FROM redemption r JOIN voucher v ON v.id = r.voucher
 WHERE v.issue IS NOT NULL AND r.standing = 'suspense'
   AND r.decision IN ('charge_holder', 'charge_beneficiary', 'charge_pool', 'forgive')
UNION ALL
SELECT r.entry, 'decided', r.day,
       CASE r.decision WHEN 'charge_holder' THEN v.holder WHEN 'charge_beneficiary' THEN r.beneficiary
            WHEN 'charge_pool' THEN -2 ELSE -1 END, v.unit, -v.minutes
  FROM redemption r JOIN voucher v ON v.id = r.voucher
 WHERE v.issue IS NOT NULL AND r.standing = 'suspense'
   AND r.decision IN ('charge_holder', 'charge_beneficiary', 'charge_pool', 'forgive')
"""

_GRANTS = """
UNION ALL
SELECT entry, 'grant', month, member, 1, minutes FROM allowance_grant WHERE counts
UNION ALL
SELECT entry, 'grant', month, -1, 1, -minutes FROM allowance_grant WHERE counts
"""

FOLDS = 5
"""Rises whenever the folds make something else of the same facts: an older store is folded anew at opening."""

FOLDED_TABLES = (
    "seen",
    "trust",
    "late",
    "merging",
    "merged",
    "erased",
    "unread",
    "action",
    "about",
    "station",
    "operator",
    "privacy_key",
    "policy",
    "member",
    "person",
    "person_record",
    "find_key",
    "service",
    "credited",
    "rating",
    "transfer",
    "adjustment",
    "departure",
    "voucher",
    "voucher_about",
    "redemption",
    "request",
    "request_volunteer",
    "balance",
    "honour",
    "finding",
    "resolution",
)
"""Every table that a rebuild empties and folds again."""


@migrations()
def _begin(db: Database) -> None:
    for statement in (_TRUTH + _FOLDED).split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute(_POSTING + _GRANTS)


_CHAINS = """
ALTER TABLE entry ADD COLUMN branch INTEGER NOT NULL DEFAULT 0;
CREATE TABLE branch (
    id INTEGER PRIMARY KEY, journal INTEGER NOT NULL REFERENCES journal(id), ref BLOB NOT NULL UNIQUE,
    parent INTEGER NOT NULL, first INTEGER NOT NULL, head INTEGER NOT NULL, head_hash BLOB NOT NULL
);
CREATE VIEW chain AS
SELECT id AS journal, 0 AS branch, ref, ref AS origin, station, key, 1 AS first, head, head_hash
  FROM journal WHERE head > 0
UNION ALL
SELECT b.journal, b.id, b.ref, j.ref, j.station, j.key, b.first, b.head, b.head_hash
  FROM branch b JOIN journal j ON j.id = b.journal;
DROP TABLE seen;
CREATE TABLE seen (
    journal INTEGER NOT NULL, other BLOB NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL,
    head INTEGER NOT NULL, PRIMARY KEY (journal, other, branch, seq)
) WITHOUT ROWID;
CREATE INDEX seen_head ON seen(other, head);
CREATE TABLE trust (entry INTEGER PRIMARY KEY);
CREATE TABLE late (entry INTEGER PRIMARY KEY);
CREATE TABLE merging (entry INTEGER PRIMARY KEY);
CREATE TABLE merged (member INTEGER PRIMARY KEY, stands INTEGER NOT NULL);
CREATE INDEX merged_stands ON merged(stands);
ALTER TABLE station ADD COLUMN replaces INTEGER NOT NULL DEFAULT 0;
ALTER TABLE privacy_key ADD COLUMN of INTEGER NOT NULL DEFAULT 0
"""


@migrations()
def _chains(db: Database) -> None:
    """A journal becomes a tree of chains; what trust rests on is folded in canonical order."""
    for statement in _CHAINS.split(";\n"):
        if statement.strip():
            db.execute(statement)


_ERASED_AND_UNREAD = """
CREATE TABLE erased (member INTEGER PRIMARY KEY);
CREATE TABLE unread (names BLOB NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (names, entry)) WITHOUT ROWID
"""


@migrations()
def _erased_and_unread(db: Database) -> None:
    """Who was erased, whatever else is known of them; and what entries name that ask for a later version."""
    for statement in _ERASED_AND_UNREAD.split(";\n"):
        if statement.strip():
            db.execute(statement)


_ADJUSTMENTS = """
DROP VIEW posting;
DROP TABLE allowance_grant;
CREATE TABLE adjustment (
    member INTEGER NOT NULL, cause TEXT NOT NULL, unit INTEGER NOT NULL, period INTEGER NOT NULL,
    of INTEGER NOT NULL, entry INTEGER NOT NULL, day INTEGER NOT NULL, minutes INTEGER NOT NULL,
    rule TEXT NOT NULL, counts INTEGER NOT NULL, PRIMARY KEY (member, cause, unit, period, of, entry)
) WITHOUT ROWID;
CREATE INDEX adjustment_of ON adjustment(of) WHERE of > 0;
CREATE INDEX adjustment_period ON adjustment(cause, period);
CREATE VIEW allowance_grant AS
SELECT member, period AS month, entry, minutes, rule, counts FROM adjustment WHERE cause = 'grant';
CREATE TABLE departure (member INTEGER PRIMARY KEY, day INTEGER NOT NULL, cause TEXT NOT NULL, entry INTEGER NOT NULL)
"""

_ADJUSTED = """
UNION ALL
SELECT entry, cause, day, member, unit,
       CASE WHEN cause IN ('grant', 'opening') THEN minutes ELSE -minutes END
  FROM adjustment WHERE counts AND minutes <> 0
UNION ALL
SELECT entry, cause, day,
       CASE WHEN cause IN ('grant', 'opening') THEN -1 WHEN cause = 'donated' THEN -2 ELSE -5 END, unit,
       CASE WHEN cause IN ('grant', 'opening') THEN -minutes ELSE minutes END
  FROM adjustment WHERE counts AND minutes <> 0
"""


@migrations()
def _adjustments(db: Database) -> None:
    """The month's grants, and whatever else a rule moves, are one table; and who has left."""
    for statement in _ADJUSTMENTS.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute(_POSTING + _ADJUSTED)


@migrations()
def _by_day(db: Database) -> None:
    """Services by their day: a month's figures need not read all years."""
    db.execute("CREATE INDEX credited_day ON credited(start / 1440)")


_PEOPLE = """
CREATE TABLE access (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, operator INTEGER NOT NULL, member INTEGER NOT NULL,
    fields TEXT NOT NULL
);
CREATE INDEX access_member ON access(member);
ALTER TABLE person ADD COLUMN pinyin TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN community TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN grid TEXT NOT NULL DEFAULT '';
CREATE INDEX person_community ON person(community, grid) WHERE community <> '' OR grid <> '';
CREATE TABLE person_record (
    member INTEGER NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL,
    start TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (member, kind, position)
) WITHOUT ROWID;
CREATE INDEX person_record_value ON person_record(kind, value)
"""


@migrations()
def _people(db: Database) -> None:
    """Who looked at what is masked; and how long lists of people are ordered and narrowed."""
    for statement in _PEOPLE.split(";\n"):
        if statement.strip():
            db.execute(statement)


_REQUESTS = """
CREATE TABLE request (
    id INTEGER PRIMARY KEY, station INTEGER NOT NULL, elder INTEGER NOT NULL, kind TEXT NOT NULL,
    start INTEGER NOT NULL, timed INTEGER NOT NULL, minutes INTEGER NOT NULL, persons INTEGER NOT NULL,
    urgent INTEGER NOT NULL, state TEXT NOT NULL, contested INTEGER NOT NULL, arrived INTEGER,
    departed INTEGER, confirmed INTEGER, followed_up INTEGER, service INTEGER
);
CREATE INDEX request_start ON request(start);
CREATE INDEX request_waiting ON request(start) WHERE state IN ('open', 'assigned', 'arrived', 'left');
CREATE INDEX request_elder ON request(elder, start);
CREATE INDEX request_service ON request(service) WHERE service IS NOT NULL;
CREATE TABLE request_volunteer (
    volunteer INTEGER NOT NULL, request INTEGER NOT NULL, entry INTEGER NOT NULL, counts INTEGER NOT NULL,
    PRIMARY KEY (volunteer, request, entry)
) WITHOUT ROWID;
CREATE INDEX request_volunteer_request ON request_volunteer(request)
"""


@migrations()
def _requests(db: Database) -> None:
    """What elders asked for, and who was ever to go."""
    for statement in _REQUESTS.split(";\n"):
        if statement.strip():
            db.execute(statement)
