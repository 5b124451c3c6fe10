"""partner.toml for each partner of the policy: what a partner system needs to take part in this platform."""

from string import Template

from vangnet_contract.policy import Partner, Policy

from vangnet_local.endpoints import EVALUATORS, State
from vangnet_local.layout import Layout
from vangnet_local.ports import LOOPBACK
from vangnet_local.programs import people_settings
from vangnet_local.secrets import answer_key_id

SETTINGS = Template("""\
# Made by `vangnet up` for this data folder. What each setting means: vangnet_partner/config.py
name = "$name"
source = "$source"
region = "$region"
own_ids = $own_ids

[kafka]
bootstrap = "$kafka"
$kafka_access
[http]
url = "$ingest"
token_endpoint = "$token_endpoint"
client_id = "$name"
key_file = "client-key.pem"

[seal]
key_id = "$seal_id"
public_key = "$seal_key"

[signing]
key_id = "$signing_id"
key_file = "signing-key.pem"

[answers]
key_id = "$answer_id"
key_file = "answer-key"
""")
KAFKA_ACCESS = Template("""\
security = "SASL_SSL"
username = "partner-$name"
password_file = "kafka-password"
ca_file = "kafka-ca.pem"
""")
EVALUATOR = Template("""
[[evaluators]]
name = "$name"
url = "$url"
""")
EPOCH = Template("""
[[epochs]]
epoch = $number
public_key = "$key"
""")


def write_partner_settings(layout: Layout, state: State, policy: Policy) -> None:
    """Anew at each start: ports may have changed. Keys and the partner's own state stay."""
    for partner in policy.partners:
        text = partner_settings(partner, layout, state, policy)
        (layout.partner(partner.name) / "partner.toml").write_text(text, encoding="utf-8")


def partner_settings(partner: Partner, layout: Layout, state: State, policy: Policy) -> str:
    """The text of a partner.toml. (`PartnerConfig.to_toml` says the same but loads the whole partner library.)"""
    seal, ports = policy.keys.seal[-1], state.ports
    settings = SETTINGS.substitute(
        name=partner.name,
        source=partner.sources[0],
        region=policy.region.name,
        own_ids=str(policy.region.own_ids).lower(),
        kafka=f"{LOOPBACK}:{ports.kafka}",
        kafka_access=KAFKA_ACCESS.substitute(name=partner.name) if state.secure else "",
        ingest=ports.url("ingest"),
        token_endpoint=f"{people_settings(state, layout).token_issuer}/token",
        seal_id=seal.key_id,
        seal_key=seal.public_key,
        answer_id=answer_key_id(partner.name),
        signing_id=policy.keys.partners[partner.name][-1].key_id,
    )
    evaluators = [EVALUATOR.substitute(name=name, url=ports.url(f"evaluator-{name}")) for name in EVALUATORS]
    epochs = [EPOCH.substitute(number=epoch.epoch, key=epoch.public_key) for epoch in policy.keys.epochs]
    return settings + "".join(evaluators + epochs)
