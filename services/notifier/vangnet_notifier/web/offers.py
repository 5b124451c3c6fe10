"""The decisions that a page offers: a form for each that this person may take now."""

import msgspec
from vangnet_contract.contact import PURPOSES
from vangnet_contract.municipalities import municipalities
from vangnet_contract.outcomes import INTERVENTIONS, NOVELTY, OUTCOMES
from vangnet_contract.policy import People, Policy

from vangnet_notifier.domain.access import own_reference
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import ApproveContact, ApproveLink, Decision, RefuseContact, RefuseLink, Rejoin
from vangnet_notifier.domain.lifecycle import allowed, step
from vangnet_notifier.domain.words import ANSWERS, DECLINE_REASONS, MUTE_DAYS, Action, State
from vangnet_notifier.web.decisions import APPROVE, DECLINE, MARKS, REFUSE, REJOIN, RELEASE, URGENCY


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to fill in. `kind`: select, date, text, or checks (any number of the choices)."""

    name: str
    label: str
    kind: str = "select"
    choices: dict[str, str] = {}
    value: str = ""
    required: bool = True
    summary: str = ""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """One decision that can be taken: a button, with what is asked above it. `request`: which contact request it is about."""

    path: str
    label: str
    style: str = ""
    decision: str = ""
    request: str = ""
    fields: tuple[Field, ...] = ()
    hint: str = ""


class Offers(msgspec.Struct, frozen=True):
    """What is asked of this reader now: the decision that is expected, and what else he may do."""

    title: str
    explanation: str
    expected: tuple[Form, ...]
    others: tuple[Form, ...]


SIMPLE: dict[Action, Form] = {
    Action.RELEASE: Form(path="beoordelingen", decision=RELEASE, label="Vrijgeven", style="main"),
    Action.DECLINE: Form(
        path="beoordelingen",
        decision=DECLINE,
        label="Afwijzen",
        fields=(Field(name="reden", label="Reden om af te wijzen", choices=DECLINE_REASONS),),
    ),
    Action.ANSWER: Form(
        path="proefantwoorden",
        label="Antwoord geven",
        style="main",
        fields=(Field(name="antwoord", label="Had deze attendering geholpen?", choices=ANSWERS),),
    ),
    Action.ACKNOWLEDGE: Form(path="bevestigingen", label="Ik heb deze attendering ontvangen", style="main"),
    Action.BEGIN: Form(path="behandelingen", label="In behandeling nemen", style="main"),
    Action.MUTE: Form(
        path="uitstellen",
        label="Uitstellen",
        fields=(Field(name="dagen", label="Uitstellen voor", choices={str(d): t for d, t in MUTE_DAYS.items()}),),
        hint="De attendering komt om 08.00 uur terug. U krijgt dan een mail.",
    ),
    Action.CLOSE: Form(
        path="sluitingen",
        label="Sluiten",
        style="main",
        fields=(
            Field(name="uitkomst", label="Wat is eruit gekomen?", choices=OUTCOMES),
            Field(name="nieuw", label="Was dit nieuw voor u?", choices=NOVELTY),
            Field(name="interventie", label="Welke zorg of hulp is er gestart?", choices=INTERVENTIONS, required=False),
            Field(name="begonnenOp", label="Vanaf welke dag?", kind="date", required=False),
        ),
        hint="Is er zorg of hulp gestart? Vul dan ook in welke, en vanaf welke dag.",
    ),
    Action.REOPEN: Form(path="heropeningen", label="Heropenen"),
}
"""Those that are the same for every alert."""

LINK_FORMS: dict[type[Decision], Form] = {
    ApproveLink: Form(path="koppelbesluiten", decision=APPROVE, label="Bevestigen", style="main"),
    RefuseLink: Form(path="koppelbesluiten", decision=REFUSE, label="Niet bevestigen"),
    Rejoin: Form(
        path="koppelbesluiten",
        decision=REJOIN,
        label="Laten terugdraaien",
        hint="Gaan de meldingen toch over één persoon? Iemand anders moet dit bevestigen.",
    ),
}
"""What can be done about a link decision."""

EXPECTED: dict[State, tuple[Action, ...]] = {
    State.SHADOW: (Action.ANSWER,),
    State.CANDIDATE: (Action.RELEASE, Action.DECLINE),
    State.RELEASED: (Action.ACKNOWLEDGE,),
    State.REOPENED: (Action.ACKNOWLEDGE,),
    State.ACKNOWLEDGED: (Action.BEGIN, Action.CLOSE),
    State.IN_PROGRESS: (Action.CLOSE,),
    State.MUTED: (Action.BEGIN,),
}
OTHERS = (Action.CLOSE, Action.MUTE, Action.ASSIGN, Action.HAND_OVER, Action.FILE, Action.REOPEN)

_RECEIPT = "Zo weten de anderen dat u deze attendering oppakt. Wat u daarna doet, bepaalt u zelf, buiten Vangnet."
ASKED: dict[State, tuple[str, str]] = {
    State.SHADOW: (
        "Had dit geholpen?",
        "Deze regel draait op proef (schaduw). Niemand krijgt bericht. Uw antwoord telt mee bij het besluit om de regel "
        "in {municipality} aan te zetten.",
    ),
    State.CANDIDATE: (
        "Uw beoordeling",
        "Vrijgeven: de coördinatoren van {municipality} krijgen een mail en zien deze attendering. "
        "Afwijzen: niemand anders ziet haar.",
    ),
    State.RELEASED: ("Bevestig de ontvangst", _RECEIPT),
    State.REOPENED: ("Bevestig dat u verdergaat", _RECEIPT),
    State.ACKNOWLEDGED: (
        "Wat gaat u doen?",
        "Neem de attendering in behandeling, of sluit haar als u al weet wat eruit is gekomen.",
    ),
    State.IN_PROGRESS: ("Klaar?", "Sluit de attendering als u weet wat eruit is gekomen."),
    State.MUTED: ("Uitgesteld", "Neem de attendering weer in behandeling als u niet wilt wachten."),
    State.CLOSED: ("Gesloten", "Komt u erop terug? Heropen de attendering dan."),
}


def offers(alert: Alert, actor: Actor, policy: Policy, events: dict[str, str]) -> Offers | None:
    """What this person may decide; None: nothing. `events`: what he may mark as about somebody else, in words."""
    wanted = EXPECTED.get(alert.state, ())
    expected = _marking(_forms(wanted, alert, actor, policy.people), events)
    more = [action for action in OTHERS if action not in wanted]
    others = (*_marking(_forms(more, alert, actor, policy.people), events), *_contacting(alert, actor, policy, events))
    if not expected and not others:
        return None
    title, explanation = ASKED[alert.state]
    place = municipalities().get(alert.municipality or "", "de gemeente")
    return Offers(title, explanation.format(municipality=place), expected, others)


_MARKS = {
    "sluitingen": Field(
        name=MARKS,
        summary="Niet één persoon?",
        label="Gaan de meldingen niet over één persoon? Kruis dan aan wat over iemand anders gaat. Een tweede persoon moet dit bevestigen.",
        kind="checks",
        required=False,
    ),
    DECLINE: Field(
        name=MARKS,
        summary="Niet één persoon, of klopt een melding niet?",
        label="Kruis aan wat niet klopt, of wat over iemand anders gaat. Klopt een melding niet, dan krijgt de ketenpartner daar bericht "
        "van. Gaat zij over iemand anders, dan moet eerst een tweede persoon dat bevestigen.",
        kind="checks",
        required=False,
    ),
}


def _marking(forms: tuple[Form, ...], events: dict[str, str]) -> tuple[Form, ...]:
    """Where somebody can say that events are not right, or not about one person, he marks which."""
    if not events:
        return forms
    return tuple(_marked(form, events) for form in forms)


def _marked(form: Form, events: dict[str, str]) -> Form:
    marks = _MARKS.get(form.decision or form.path)
    if marks is None or (form.path == "sluitingen" and len(events) < 2):
        return form
    return msgspec.structs.replace(form, fields=(*form.fields, msgspec.structs.replace(marks, choices=events)))


def open_to(alert: Alert, actor: Actor) -> list[str]:
    """The sub-resources, or decisions, that this person may use now: what JSON says."""
    paths = {action: form.decision or form.path for action, form in SIMPLE.items()} | PATHS
    links = [form.decision for form in link_forms(alert, actor)]
    return [path for action, path in paths.items() if allowed(alert, action, actor)] + links


def link_forms(alert: Alert, actor: Actor) -> tuple[Form, ...]:
    """What this person may do about the link decision now."""
    possible = (
        kind for kind in LINK_FORMS if isinstance(step(alert, kind(seen=alert.version), actor, alert.since), Alert)
    )
    return tuple(LINK_FORMS[kind] for kind in possible)


PATHS = {
    Action.CONTACT: "contactverzoeken",
    Action.ASSIGN: "toewijzingen",
    Action.HAND_OVER: "overdrachten",
    Action.FILE: "dossiernummers",
}


def _forms(actions: tuple[Action, ...] | list[Action], alert: Alert, actor: Actor, people: People) -> tuple[Form, ...]:
    made = [_form(action, alert, actor, people) for action in actions if allowed(alert, action, actor)]
    return tuple(form for form in made if form)


def _form(action: Action, alert: Alert, actor: Actor, people: People) -> Form | None:
    match action:
        case Action.ASSIGN:
            return _assigning(alert, people)
        case Action.HAND_OVER:
            return _handing_over(alert, people)
        case Action.FILE:
            return _filing(alert, actor)
    return SIMPLE[action]


def _contacting(alert: Alert, actor: Actor, policy: Policy, events: dict[str, str]) -> tuple[Form, ...]:
    """Ask the partner behind one of the events that this person sees."""
    if not events or not allowed(alert, Action.CONTACT, actor):
        return ()
    fields = (
        Field(name="gebeurtenis", label="Over welke melding?", choices=events),
        Field(name="doel", label="Wat vraagt u de ketenpartner?", choices=PURPOSES),
        Field(name="grondslag", label="Op welke grondslag?", choices={b.code: b.name for b in policy.grondslagen}),
        Field(name="dringend", label="Is het dringend?", choices=URGENCY),
    )
    hint = "De ketenpartner ziet alleen zijn eigen melding, uw gemeente, het doel en de grondslag."
    return (Form(path="contactverzoeken", label="Contactverzoek doen", fields=fields, hint=hint),)


def contact_forms(alert: Alert, request: str, actor: Actor) -> tuple[Form, ...]:
    """What this person may say of a request now."""
    possible = (
        (APPROVE, "Bevestigen", "main", ApproveContact(seen=alert.version, request=request)),
        (REFUSE, "Niet bevestigen", "", RefuseContact(seen=alert.version, request=request)),
    )
    return tuple(
        Form(path="contactbesluiten", decision=decision, label=label, style=style, request=request)
        for decision, label, style, command in possible
        if isinstance(step(alert, command, actor, alert.since), Alert)
    )


def _assigning(alert: Alert, people: People) -> Form | None:
    holder = alert.holder.user if alert.holder else None
    those = {p.user: p.name for p in people.coordinators.get(alert.owner or "", []) if p.user != holder}
    field = Field(name="aan", label="Toewijzen aan", choices=those)
    return Form(path="toewijzingen", label="Toewijzen", fields=(field,)) if those else None


def _handing_over(alert: Alert, people: People) -> Form | None:
    names = municipalities()
    those = {code: names.get(code, code) for code in people.coordinators if code != alert.owner}
    field = Field(name="gemeente", label="Overdragen aan", choices=those)
    hint = "De attendering is dan van die gemeente. Uw gemeente ziet haar niet meer."
    return Form(path="overdrachten", label="Overdragen", fields=(field,), hint=hint) if those else None


def _filing(alert: Alert, actor: Actor) -> Form:
    field = Field(
        name="dossiernummer",
        label="Uw eigen dossiernummer",
        kind="text",
        value=own_reference(alert, actor) or "",
        required=False,
    )
    hint = "Geen naam, geboortedatum of BSN."
    return Form(path="dossiernummers", label="Bewaren", fields=(field,), hint=hint)
