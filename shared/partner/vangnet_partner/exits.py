"""Exit codes (sysexits.h): what a script that calls `vangnet-partner` can rely on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vangnet_partner.submission import Outcome

OK = 0
REFUSED = 65  # EX_DATAERR: a line is wrong; sending it again as it is will not help
AWAY = 75  # EX_TEMPFAIL: something did not answer; the same command again goes on where it stopped
MISTRUSTED = 76  # EX_PROTOCOL: an evaluator does not use the key that was agreed; nothing was sent through it
FILE = 74  # EX_IOERR: a file or the local state cannot be read or written
CONFIG = 78  # EX_CONFIG


def exit_code(outcome: "Outcome") -> int:
    """The gravest first; with refused lines and something away: 75, for only then is not everything said yet."""
    if outcome.mistrusted is not None:
        return MISTRUSTED
    if outcome.left or outcome.counts["spooled"] or outcome.counts["unsent"] or outcome.interrupted:
        return AWAY
    return REFUSED if outcome.counts["rejected"] else OK
