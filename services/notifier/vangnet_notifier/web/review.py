"""What a reviewer weighs beside the evidence: how sure the join is, and what partners say against a release."""

from vangnet_contract.contact import GROUNDS
from vangnet_contract.dutch import counted, day

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.release import local_day, released
from vangnet_notifier.inbox import Seen
from vangnet_notifier.web.apart import in_words
from vangnet_notifier.web.desk import WebDesk


def certainty(alert: Alert) -> str:
    """How sure it is that the events are about one person, in words; empty when there are none left."""
    items = alert.evidence
    doubtful = sum(item.certainty == "tentative" for item in items)
    if not items:
        return ""
    if not doubtful:
        return "Zeker: de meldingen horen bij één persoon"
    return f"Niet zeker: {counted(doubtful, 'melding kan', 'meldingen kunnen')} ook bij iemand anders horen"


def objections(seen: Seen, desk: WebDesk, actor: Actor) -> list[str]:
    """A sentence for each objection of a partner; for reviewers alone, as far as they may see the event."""
    if not actor.reviewer:
        return []
    items = {(item.partner, item.event.id): item for item in seen.alert.evidence}
    said = [(one, items[one.partner, one.about]) for one in seen.objections if (one.partner, one.about) in items]
    view = desk.view(actor)
    return [
        f"{in_words(released(item, view))}. Reden: {GROUNDS.get(one.ground, one.ground).lower()} "
        f"({day(local_day(one.registered_at))})"
        for one, item in said
    ]
