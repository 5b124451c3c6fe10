"""partner.toml for each partner of the policy: what a partner system needs to take part in this platform."""

from pathlib import Path

from vangnet_contract.policy import Partner, Policy
from vangnet_partner.config import (
    EpochConfig,
    EvaluatorConfig,
    HttpConfig,
    KafkaConfig,
    PartnerConfig,
    SealConfig,
    SigningConfig,
)

from vangnet_local.endpoints import EVALUATORS, State
from vangnet_local.layout import Layout
from vangnet_local.ports import LOOPBACK
from vangnet_local.programs import people_settings


def write_partner_settings(layout: Layout, state: State, policy: Policy) -> None:
    """Anew at each start: ports may have changed. Keys and the partner's own state stay."""
    for partner in policy.partners:
        settings = partner_settings(partner, layout, state, policy)
        (layout.partner(partner.name) / "partner.toml").write_text(settings.to_toml(), encoding="utf-8")


def partner_settings(partner: Partner, layout: Layout, state: State, policy: Policy) -> PartnerConfig:
    """Paths are relative to the partner's folder."""
    seal, ports = policy.keys.seal[-1], state.ports
    return PartnerConfig(
        name=partner.name,
        source=partner.sources[0],
        region=policy.region.name,
        own_ids=policy.region.own_ids,
        kafka=KafkaConfig(bootstrap=f"{LOOPBACK}:{ports.kafka}"),
        http=HttpConfig(
            url=ports.url("ingest"),
            token_endpoint=f"{people_settings(state, layout).token_issuer}/token",
            client_id=partner.name,
            key_file=Path("client-key.pem"),
        ),
        evaluators=[EvaluatorConfig(name=name, url=ports.url(f"evaluator-{name}")) for name in EVALUATORS],
        epochs=[EpochConfig(epoch=epoch.epoch, public_key=epoch.public_key) for epoch in policy.keys.epochs],
        seal=SealConfig(key_id=seal.key_id, public_key=seal.public_key),
        signing=SigningConfig(key_id=policy.keys.partners[partner.name][-1].key_id, key_file=Path("signing-key.pem")),
    )
