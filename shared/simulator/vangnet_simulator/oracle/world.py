"""The oracle's view of a policy: plain mappings."""

from typing import Any

from vangnet_contract.policy import Policy
from vangnet_contract.taxonomy import event_types

from vangnet_simulator.oracle.terms import World


def world_of(policy: Policy) -> World:
    """As its files say it."""
    plain: dict[str, Any] = policy.model_dump(by_alias=True, exclude={"keys", "people"})
    region = plain["region"]
    every = set(event_types())
    matrix = [
        (
            cell["partner"],
            every if "alle" in cell["types"] else {f"nl.oggz-signalen.{name}.v1" for name in cell["types"]},
            cell["admission"],
        )
        for cell in plain["matrix"]
    ]
    return World(
        rules=plain["rules"],
        types={row.type: (row.event_class, row.details) for row in event_types().values()},
        partners=plain["partners"],
        matrix=matrix,
        municipalities=region["municipalities"],
        waiting={one["partner"]: one["days"] for one in region["waiting"]},
        signal_horizon_days=region["signalHorizonDays"],
        care_days=region["careDays"],
        gap_hours=region["occurrence"]["gapHours"],
        max_hours=region["occurrence"]["maxHours"],
    )
