"""What a partner installs: library and command."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vangnet_partner.answer import Answer
    from vangnet_partner.config import ConfigRefused, PartnerConfig, load_config
    from vangnet_partner.partner import Partner

__all__ = ["Answer", "ConfigRefused", "Partner", "PartnerConfig", "load_config"]
_HOMES = {"Answer": "answer", "Partner": "partner"}


def __getattr__(name: str) -> object:
    """Loads what is asked for: a process that only seals needs no Kafka client."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"vangnet_partner.{_HOMES.get(name, 'config')}"), name)
