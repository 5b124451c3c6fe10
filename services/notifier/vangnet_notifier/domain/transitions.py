"""The table of the lifecycle: every action in every state, where it leads or why not. Total: a test counts the cells.

docs/lifecycle.md is made from it: `make docs`.
"""

from vangnet_notifier.domain.words import Action, Reason, State

S, R = State, Reason
Row = dict[State, State | Reason]

_ANYWHERE: Row = {state: state for state in State}
_CONTENT: Row = {**{state: state for state in State}, S.WITHDRAWN: R.WITHDRAWN}
_WITHDRAWN: Row = {**dict.fromkeys(State, S.WITHDRAWN), S.WITHDRAWN: R.WITHDRAWN}

# What stands in the way of those who review, and of those who work on what was released
_REVIEW: Row = {
    **dict.fromkeys(State, R.ALREADY_REVIEWED),
    S.SHADOW: R.SHADOW,
    S.CLOSED: R.ALREADY_CLOSED,
    S.DECLINED: R.DECLINED,
    S.WITHDRAWN: R.WITHDRAWN,
}
_WORK: Row = {
    S.SHADOW: R.SHADOW,
    S.CANDIDATE: R.NOT_RELEASED,
    S.RELEASED: R.NOT_ACKNOWLEDGED,
    S.REOPENED: R.NOT_ACKNOWLEDGED,
    S.ACKNOWLEDGED: R.ALREADY_ACKNOWLEDGED,
    S.IN_PROGRESS: R.ALREADY_ACKNOWLEDGED,
    S.MUTED: R.ALREADY_MUTED,
    S.CLOSED: R.ALREADY_CLOSED,
    S.DECLINED: R.DECLINED,
    S.WITHDRAWN: R.WITHDRAWN,
}
_HELD: Row = {state: state for state in (S.RELEASED, S.REOPENED, S.ACKNOWLEDGED, S.IN_PROGRESS, S.MUTED)}


def _only(home: State, reason: Reason, to: State) -> Row:
    """Possible in one state; the other answers are `reason`, but that what is gone is gone."""
    return {**dict.fromkeys(State, reason), home: to, S.WITHDRAWN: R.WITHDRAWN}


TRANSITIONS: dict[Action, Row] = {
    Action.ATTACH: _CONTENT,
    Action.DROP: _CONTENT,
    Action.END: _CONTENT,
    Action.PROMOTE: {**_CONTENT, S.SHADOW: S.CANDIDATE},
    Action.DEMOTE: {**_CONTENT, S.CANDIDATE: S.SHADOW},
    Action.WITHDRAW: _WITHDRAWN,
    Action.TELL: {**_only(S.CANDIDATE, R.ALREADY_REVIEWED, S.CANDIDATE), S.SHADOW: R.SHADOW},
    Action.ESCALATE: {**_only(S.CANDIDATE, R.ALREADY_REVIEWED, S.CANDIDATE), S.SHADOW: R.SHADOW},
    Action.CHASE: {**_WORK, S.RELEASED: S.RELEASED, S.REOPENED: S.REOPENED},
    Action.WAKE: _only(S.MUTED, R.NOT_MUTED, S.ACKNOWLEDGED),
    Action.RELEASE: {**_REVIEW, S.CANDIDATE: S.RELEASED},
    Action.DECLINE: {**_REVIEW, S.CANDIDATE: S.DECLINED},
    Action.ANSWER: _only(S.SHADOW, R.NOT_SHADOW, S.SHADOW),
    Action.ACKNOWLEDGE: {**_WORK, S.RELEASED: S.ACKNOWLEDGED, S.REOPENED: S.ACKNOWLEDGED},
    Action.BEGIN: {
        **_WORK,
        S.ACKNOWLEDGED: S.IN_PROGRESS,
        S.IN_PROGRESS: R.ALREADY_IN_PROGRESS,
        S.MUTED: S.IN_PROGRESS,
    },
    Action.ASSIGN: {**_WORK, **_HELD},
    Action.HAND_OVER: {**_WORK, **dict.fromkeys(_HELD, S.RELEASED)},
    Action.MUTE: {**_WORK, S.ACKNOWLEDGED: S.MUTED, S.IN_PROGRESS: S.MUTED},
    Action.FILE: {**_WORK, **_HELD, S.CLOSED: S.CLOSED},
    Action.CLOSE: {**_WORK, **dict.fromkeys((S.ACKNOWLEDGED, S.IN_PROGRESS, S.MUTED), S.CLOSED)},
    Action.REOPEN: {
        **_only(S.CLOSED, R.NOT_CLOSED, S.REOPENED),
        S.SHADOW: R.SHADOW,
        S.CANDIDATE: R.NOT_RELEASED,
        S.DECLINED: R.DECLINED,
    },
    # About which events belong together, not about the alert: the state has no say in it
    Action.APPROVE_LINK: _ANYWHERE,
    Action.REFUSE_LINK: _ANYWHERE,
    Action.REJOIN: _ANYWHERE,
    Action.FORGET: _ANYWHERE,
    # Requests to partners: asked while somebody works on it; what became of them is told whatever became of the alert
    Action.CONTACT: {**_WORK, **{state: state for state in (S.ACKNOWLEDGED, S.IN_PROGRESS, S.MUTED)}},
    Action.APPROVE_CONTACT: _ANYWHERE,
    Action.REFUSE_CONTACT: _ANYWHERE,
    Action.CONTACT_ANSWER: _ANYWHERE,
    Action.CONTACT_LATE: _ANYWHERE,
    Action.CONTACT_OVERDUE: _ANYWHERE,
}

ON_DUTY_ACTIONS = frozenset({Action.RELEASE, Action.DECLINE})
SECONDS_ACTIONS = frozenset(
    {Action.APPROVE_LINK, Action.REFUSE_LINK, Action.REJOIN, Action.APPROVE_CONTACT, Action.REFUSE_CONTACT}
)
REVIEWERS_ACTIONS = ON_DUTY_ACTIONS | {Action.ANSWER}
COORDINATORS_ACTIONS = frozenset(
    {
        Action.ACKNOWLEDGE,
        Action.BEGIN,
        Action.ASSIGN,
        Action.HAND_OVER,
        Action.MUTE,
        Action.FILE,
        Action.CLOSE,
        Action.REOPEN,
        Action.CONTACT,
    }
)
