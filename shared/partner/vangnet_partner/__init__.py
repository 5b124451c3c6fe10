"""What a partner installs: library and command."""

from vangnet_partner.answer import Answer
from vangnet_partner.config import ConfigRefused, PartnerConfig, load_config
from vangnet_partner.partner import Partner

__all__ = ["Answer", "ConfigRefused", "Partner", "PartnerConfig", "load_config"]
