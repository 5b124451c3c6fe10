"""Puts a partner's tools together from its configuration: the only place where they are made."""

from datetime import UTC, datetime

from vangnet_pseudonym import keys
from vangnet_pseudonym.scheme import V2

from vangnet_partner.compute import Compute, SealingPlan
from vangnet_partner.config import ConfigProblem, ConfigRefused, PartnerConfig, Via
from vangnet_partner.doors.door import Door
from vangnet_partner.doors.kafka import KafkaDoor
from vangnet_partner.drafting import OwnNames
from vangnet_partner.feedback import FeedbackReader
from vangnet_partner.patience import Patience
from vangnet_partner.state.cipher import Cipher
from vangnet_partner.state.local_key import open_local_key
from vangnet_partner.state.store import Store
from vangnet_partner.tokens.cache import TokenCache
from vangnet_partner.tokens.evaluator import Evaluator
from vangnet_partner.tokens.identities import Identities
from vangnet_partner.tools import Tools

SCHEME = V2


def open_tools(config: PartnerConfig, via: Via, processes: int) -> Tools:
    """Opens the local state; connects to nothing yet. Raises ConfigRefused, LocalKeyInvalid."""
    compute = Compute(_plan(config), processes)
    patience = Patience(config.limits.retry_seconds)
    door = _door(config, via, patience)
    local = open_local_key(config.folder)
    return Tools(
        source=config.source,
        own_ids=config.own_ids,
        limits=config.limits,
        naming=OwnNames() if config.own_ids else local,
        content=local.content,
        store=Store(config.folder),
        cipher=Cipher(local.spool),
        identities=_identities(config, compute, patience),
        compute=compute,
        door=door,
        reader=FeedbackReader(config.kafka, config.name, patience),
    )


def _plan(config: PartnerConfig) -> SealingPlan:
    pem = config.signing.key_file.read_bytes()
    try:
        keys.load_signing_key(pem)
    except (ValueError, TypeError):
        rule = "must be an ECDSA P-256 private key in PEM, as `vangnet-partner keys` makes it"
        raise ConfigRefused([ConfigProblem(str(config.signing.key_file), "signing.key_file", rule)]) from None
    return SealingPlan(
        region=config.region,
        source=config.source,
        scheme=SCHEME.name,
        epoch=config.epochs[-1].epoch,
        seal_key_id=config.seal.key_id,
        seal_key=keys.from_text(config.seal.public_key),
        signing_key_id=config.signing.key_id,
        signing_key=pem,
    )


def _door(config: PartnerConfig, via: Via, patience: Patience) -> Door:
    if via == "kafka":
        return KafkaDoor(config.kafka, config.name, patience)
    if config.http is None:
        raise ConfigRefused([ConfigProblem("partner.toml", "http", "is required for --via http")])
    from vangnet_partner.doors.http import HttpDoor  # start-up time: brings joserfc

    return HttpDoor(config.http, patience)


def _identities(config: PartnerConfig, compute: Compute, patience: Patience) -> Identities:
    signing = (config.signing.key_id, keys.load_signing_key(config.signing.key_file.read_bytes()))
    first, second = (
        Evaluator(
            name=evaluator.name,
            url=evaluator.url,
            partner=config.name,
            signing=signing,
            patience=patience,
            now=lambda: datetime.now(UTC),
        )
        for evaluator in config.evaluators
    )
    return Identities(
        partner=config.name,
        scheme=SCHEME,
        epochs=config.epochs,
        evaluators=(first, second),
        compute=compute,
        cache=TokenCache(config.limits.cached_tokens),
        points=config.limits.evaluation_points,
    )
