"""Desk ↔ PostgreSQL: locks and reads the alerts of a transaction, writes what it changed."""

from collections.abc import Iterable, Sequence

import msgspec
from vangnet_contract.messages import (
    AccessAsked,
    AlertChanged,
    ContactRequest,
    HeldTold,
    LinkDecision,
    PartnerReply,
    RegionalSignal,
    ReportDoubted,
    Signal,
    SignalsMessage,
    Tick,
    encode,
)
from vangnet_contract.stamp import control_headers
from vangnet_contract.topics import ALERTS, EVENTS_ACCEPTED, feedback
from vangnet_runtime.database import Connection
from vangnet_runtime.records import Outgoing
from vangnet_runtime.stage import Statement

from vangnet_notifier.adapters.objections import objection_statements
from vangnet_notifier.adapters.offices import Offices
from vangnet_notifier.adapters.trail import PUBLICATIONS, trail_statement
from vangnet_notifier.app import Desk
from vangnet_notifier.domain.access_request import Passed
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.delivery import MAIL, WEBHOOK
from vangnet_notifier.domain.notices import Notice
from vangnet_notifier.domain.quota import Quota
from vangnet_notifier.domain.release import local_day
from vangnet_notifier.domain.schedule import digest_due
from vangnet_notifier.domain.words import AT_WORK

_decode = msgspec.json.Decoder(Alert).decode
_encode = msgspec.json.Encoder().encode

# Locks in order of id: two transactions cannot wait for each other.
# Closed ones too: somebody may be opening one again at this moment, and then no second one may come beside it.
LOAD = """
SELECT body, ARRAY(SELECT signal FROM alert_signal s WHERE s.alert = a.id) AS signals,
       ARRAY(SELECT request FROM contact_request c WHERE c.alert = a.id) AS requests
FROM alert a
WHERE id IN (SELECT alert FROM alert_signal WHERE signal = ANY($1::text[]))
   OR id IN (SELECT alert FROM contact_request WHERE request = ANY($6::text[]))
   OR (state NOT IN ('declined', 'withdrawn') AND (person, rule) IN (SELECT * FROM unnest($2::text[], $3::text[])))
   OR (partition = $4 AND due <= $5::timestamptz)
   OR id = ANY($7::text[])
ORDER BY id FOR UPDATE
"""
# About these persons, and whatever an alert about them took the place of.
LOAD_ABOUT = """
WITH RECURSIVE held AS (
    SELECT id FROM alert WHERE person = ANY($1::text[])
    UNION
    SELECT a.id FROM held JOIN alert_signal s ON s.alert = held.id JOIN alert a ON a.body->>'successor' = s.signal
) SELECT array_agg(id) FROM held
"""
LOAD_PASSED = """
SELECT a AS alert, (SELECT count(*) FROM opened o WHERE o.alert = a) AS opened_by,
       ARRAY(SELECT (sent_at, channel, kind) FROM delivery d WHERE d.alert = a AND sent_at IS NOT NULL ORDER BY sent_at, id) AS told
FROM unnest($1::text[]) AS a
"""
LOAD_ONE = "SELECT body FROM alert WHERE id = $1 FOR UPDATE"
# After the lock on the first one, so that what a batch opened meanwhile is seen.
LOAD_RIVALS = """
SELECT body FROM alert WHERE (person, rule) = ($1, $2) AND id <> $3
AND state NOT IN ('closed', 'declined', 'withdrawn')
"""
WAITING = "SELECT owner, min(id) AS alert FROM alert WHERE partition = $1 AND state = ANY($2::text[]) GROUP BY owner"
LOAD_STANDING = """
SELECT (SELECT at FROM tick WHERE partition = $1) AS tick, (SELECT version FROM policy_in_force WHERE partition = $1) AS policy
"""

WRITE_ALERTS = """
INSERT INTO alert (id, person, rule, state, severity, owner, lead, partition, raised_at, due, version, body)
SELECT id, person, rule, state, severity, owner, lead, partition, raised_at, due, version, body::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::integer[],
            $9::timestamptz[], $10::timestamptz[], $11::integer[], $12::text[])
     AS t(id, person, rule, state, severity, owner, lead, partition, raised_at, due, version, body)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, severity = excluded.severity, owner = excluded.owner, lead = excluded.lead,
    due = excluded.due, version = excluded.version, body = excluded.body
"""
WRITE_SIGNALS = """
INSERT INTO alert_signal (signal, alert) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (signal) DO UPDATE SET alert = excluded.alert
"""
WRITE_REQUESTS = """
INSERT INTO contact_request (request, alert) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING
"""
WRITE_TICK = """
INSERT INTO tick (partition, at) VALUES ($1, $2)
ON CONFLICT (partition) DO UPDATE SET at = greatest(tick.at, excluded.at)
"""
WRITE_POLICY = """
INSERT INTO policy_in_force (partition, version, activations) VALUES ($1, $2, $3)
ON CONFLICT (partition) DO UPDATE SET version = excluded.version,
    activations = policy_in_force.activations + excluded.activations
"""
WRITE_REGIONAL = """
INSERT INTO regional_signal (id, body) SELECT id, body::jsonb FROM unnest($1::text[], $2::text[]) AS t(id, body)
ON CONFLICT (id) DO UPDATE SET body = excluded.body
"""
FORGET_REGIONAL = "DELETE FROM regional_signal WHERE id = ANY($1::text[])"
QUEUE = """
INSERT INTO delivery (id, alert, kind, email, name, channel)
SELECT delivery_id(alert, kind, version, email), alert, kind, email, name, channel
FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[])
    AS t(alert, kind, version, email, name, channel)
ON CONFLICT (id) DO NOTHING
"""
# The same mail whichever alert, replica or partition brings it first.
QUEUE_ONCE = """
INSERT INTO delivery (id, alert, kind, email, name)
SELECT delivery_id($2, kind, 0, email), alert, kind, email, name
FROM unnest($1::text[], $3::text[], $4::text[], $5::text[]) AS t(alert, kind, email, name)
ON CONFLICT (id) DO NOTHING
"""
# Rows are there before they are locked; in one order, so that two transactions cannot wait for each other.
OPEN_QUOTA = """
INSERT INTO candidate_mails (municipality, day) SELECT m, d FROM unnest($1::text[]) AS m, unnest($2::date[]) AS d
ORDER BY m, d ON CONFLICT DO NOTHING
"""
LOAD_QUOTA = """
SELECT municipality, day, number FROM candidate_mails
WHERE municipality = ANY($1::text[]) AND day = ANY($2::date[]) ORDER BY municipality, day FOR UPDATE
"""
WRITE_QUOTA = """
UPDATE candidate_mails c SET number = t.number FROM unnest($1::text[], $2::date[], $3::integer[]) AS t(municipality, day, number)
WHERE (c.municipality, c.day) = (t.municipality, t.day)
"""
# Whoever was not told yet need not be told of the withdrawal either; a list is about others too.
CANCEL = "UPDATE delivery SET state = 'cancelled' WHERE state = 'queued' AND alert = $1 AND kind NOT IN ('list', 'many', 'digest')"
QUEUE_TOLD = """
INSERT INTO delivery (id, alert, kind, email, name, channel)
SELECT delivery_id($1::text, $2::text, $3::integer, email), $1, $2, email, max(name), channel
FROM (SELECT email, name, channel FROM delivery WHERE alert = $1 AND (attempts > 0 OR state <> 'cancelled')
      UNION ALL SELECT email, name, 'mail' FROM opened WHERE alert = $1) AS told
GROUP BY email, channel
ON CONFLICT (id) DO NOTHING
"""


async def load_desk(
    connection: Connection, offices: Offices, partition: int, messages: Sequence[SignalsMessage]
) -> Desk:
    """The desk for these messages of one partition, its alerts locked."""
    [standing] = await connection.fetch(LOAD_STANDING, partition)
    desk = Desk(partition, standing["tick"], standing["policy"])
    signals = [message for message in messages if isinstance(message, Signal)]
    ticks = [message.at for message in messages if isinstance(message, Tick)]
    names, persons, rules = [s.id for s in signals], [s.person for s in signals], [s.rule for s in signals]
    answered = [message.about for message in messages if isinstance(message, PartnerReply)]
    access = [message.person for message in messages if isinstance(message, AccessAsked) and message.person]
    about = (await connection.fetchval(LOAD_ABOUT, access) or []) if access else []
    due = max(ticks, default=None)
    for row in await connection.fetch(LOAD, names, persons, rules, partition, due, answered, about):
        alert = _decode(row["body"])
        desk.put(alert, tuple(row["signals"]))
        desk.by_request |= dict.fromkeys(row["requests"], alert.id)
    for row in await connection.fetch(LOAD_PASSED, about) if about else ():
        told = tuple(HeldTold(at=at, channel=channel, kind=kind) for at, channel, kind in row["told"])
        desk.passed[row["alert"]] = Passed(told, row["opened_by"])
    if ticks and digest_due(desk.tick, max(ticks), offices.current.pace):
        waiting = await connection.fetch(WAITING, partition, AT_WORK)
        desk.waiting = {row["owner"]: row["alert"] for row in waiting}
    if signals and not offices.current.played:
        desk.quota = await _quota(connection, offices.current.policy.people.hours.mails_a_day, desk, signals)
    return desk


async def load_one(connection: Connection, alert_id: str) -> tuple[Desk, Alert | None]:
    """The desk for one decision: the alert locked, and beside it the open one of the same person and rule."""
    desk = Desk()
    body = await connection.fetchval(LOAD_ONE, alert_id)
    if body is None:
        return desk, None
    alert = _decode(body)
    for (rival,) in await connection.fetch(LOAD_RIVALS, alert.person, alert.rule, alert.id):
        desk.put(_decode(rival))
    desk.put(alert)
    return desk, alert


async def _quota(connection: Connection, most: int, desk: Desk, signals: Sequence[Signal]) -> Quota:
    """Of every municipality and day that these signals can be counted for."""
    places = {signal.lead or "" for signal in signals} | {alert.municipality or "" for alert in desk.alerts.values()}
    wanted = sorted(places), sorted({local_day(signal.at) for signal in signals})
    await connection.execute(OPEN_QUOTA, *wanted)
    rows = await connection.fetch(LOAD_QUOTA, *wanted)
    return Quota(most, {(row["municipality"], row["day"]): row["number"] for row in rows})


async def save(connection: Connection, desk: Desk) -> None:
    """Writes what a decision changed and what is published of it, in the caller's transaction. The trail comes last."""
    await PUBLICATIONS.put(connection, *map(outgoing, desk.take_published()), *to_others(desk))
    for statement in statements(desk):
        await connection.execute(statement.sql, *statement.args)


def outgoing(said: AlertChanged) -> Outgoing:
    """As it goes to `vangnet.alerts`, which has one partition."""
    return Outgoing(ALERTS, 0, said.alert.encode(), encode(said))


def to_others(desk: Desk) -> list[Outgoing]:
    """What this transaction says to the linker and to partners."""
    return [*map(to_the_linker, desk.decided), *(to_a_partner(*asked) for asked in desk.take_asked())]


def to_a_partner(partner: str, asked: ContactRequest | ReportDoubted) -> Outgoing:
    """On the topic that this partner alone may read."""
    return Outgoing(feedback(partner), 0, asked.id.encode(), encode(asked), control_headers())


def to_the_linker(decided: LinkDecision) -> Outgoing:
    """As it goes among the events, which have one order."""
    return Outgoing(EVENTS_ACCEPTED, 0, decided.decision.encode(), encode(decided), control_headers())


def statements(desk: Desk) -> list[Statement]:
    """What changed on the desk, in the order in which it must be written: the trail last, because it locks the chain."""
    written = []
    if desk.changed:
        written.append(Statement(WRITE_ALERTS, _columns(map(_alert_row, desk.changed.values()))))
    written += objection_statements(desk.objections)
    if asked := [(one.id, alert.id) for alert in desk.changed.values() for one in alert.contacts]:
        written.append(Statement(WRITE_REQUESTS, _columns(asked)))
    if desk.linked:
        written.append(Statement(WRITE_SIGNALS, _columns(desk.linked.items())))
    if desk.tick:
        written.append(Statement(WRITE_TICK, (desk.partition, desk.tick)))
    if desk.quota and desk.quota.changed:
        used = [(*key, number) for key, number in desk.quota.changed.items()]
        written.append(Statement(WRITE_QUOTA, _columns(used)))
    if desk.activated:
        written.append(Statement(WRITE_POLICY, (desk.partition, desk.policy, desk.activated)))
    written += _regional(desk.regional.values())
    written += [statement for notice in desk.notices for statement in _queued(notice)]
    return [*written, trail_statement(desk.trail)] if desk.trail else written


def _regional(signals: Iterable[RegionalSignal]) -> list[Statement]:
    """What is over or was wrong is not kept."""
    standing = {s.id: _encode(s).decode() for s in signals if s.change in ("raised", "updated")}
    over = [s.id for s in signals if s.id not in standing]
    written = [Statement(WRITE_REGIONAL, _columns(standing.items()))] if standing else []
    return [*written, Statement(FORGET_REGIONAL, (over,))] if over else written


def _queued(notice: Notice) -> list[Statement]:
    if notice.to is not None and notice.once:
        alerts, *others = _columns((notice.alert, str(notice.kind), one.email, one.name) for one in notice.to)
        return [Statement(QUEUE_ONCE, (alerts, notice.once, *others))]
    if notice.to is not None:
        what = notice.alert, str(notice.kind), notice.version
        mails = [(*what, person.email, person.name, MAIL) for person in notice.to]
        rows = mails + [(*what, hook.name, hook.title, WEBHOOK) for hook in notice.hooks]
        return [Statement(QUEUE, _columns(rows))] if rows else []
    told = Statement(QUEUE_TOLD, (notice.alert, str(notice.kind), notice.version))
    return [Statement(CANCEL, (notice.alert,)), told] if notice.kind == "withdrawn" else [told]


def _alert_row(alert: Alert) -> tuple[object, ...]:
    return (
        alert.id,
        alert.person,
        alert.rule,
        str(alert.state),
        alert.severity,
        alert.owner,
        alert.lead,
        alert.partition,
        alert.raised_at,
        alert.due,
        alert.version,
        _encode(alert).decode(),
    )


def _columns(rows: Iterable[Iterable[object]]) -> tuple[list[object], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))
