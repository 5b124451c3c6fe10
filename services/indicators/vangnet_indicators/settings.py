"""Settings of indicators."""

from typing import ClassVar

from vangnet_runtime.settings import StatefulSettings


class IndicatorsSettings(StatefulSettings):
    """What `vangnet-indicators run` needs."""

    service: ClassVar[str] = "indicators"
