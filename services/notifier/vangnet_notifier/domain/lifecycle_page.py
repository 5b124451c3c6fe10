"""docs/lifecycle.md, made from the table: `python -m vangnet_notifier.domain.lifecycle_page` prints it."""

import sys

from vangnet_notifier.domain.transitions import COORDINATORS_ACTIONS, REVIEWERS_ACTIONS, SECONDS_ACTIONS, TRANSITIONS
from vangnet_notifier.domain.words import REASON_TEXT, STATE_TEXT, Action, Reason, State

HEAD = """# The life of an alert
Made from `vangnet_notifier.domain.transitions` (`make docs`); a test compares the two. A cell holds the state that an action leads to, or in italics why it is refused.
`raise` begins a life, as shadow or candidate. Who may comes first, then this table, then whether the person saw the present
version, then what he chose.
"""


def page() -> str:
    """The whole page."""
    states = list(State)
    lines = [HEAD, _line(["action", "by", *states]), _line(["---"] * (len(states) + 2))]
    lines += [_line([action, _by(action), *(_cell(row[state]) for state in states)]) for action, row in _rows()]
    lines += ["", "## States", ""]
    lines += [f"- `{state}`: {STATE_TEXT[state]}" for state in states]
    lines += ["", "## Why a command is refused", ""]
    lines += [f"- `{reason}`: {REASON_TEXT[reason]}" for reason in Reason]
    return "\n".join(lines) + "\n"


def _rows() -> list[tuple[Action, dict[State, State | Reason]]]:
    return [(action, TRANSITIONS[action]) for action in Action if action in TRANSITIONS]


def _by(action: Action) -> str:
    if action in REVIEWERS_ACTIONS:
        return "reviewer"
    if action in SECONDS_ACTIONS:
        return "reviewer or coordinator"
    return "coordinator" if action in COORDINATORS_ACTIONS else "system"


def _cell(target: State | Reason) -> str:
    return str(target) if isinstance(target, State) else f"*{target}*"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
