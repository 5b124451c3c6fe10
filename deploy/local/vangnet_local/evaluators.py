"""The two evaluators of a demo: their halves of the key and the partners that they know.

In a region each of two organisations makes its own half; here one process makes both, and forgets them.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from vangnet_pseudonym import keys, shares

from vangnet_local.endpoints import EVALUATORS
from vangnet_local.layout import Layout
from vangnet_local.secrets import EPOCH, keep, partner_key

POINTS_A_DAY = 10_000_000
"""Quota of each partner, and ten times that in total: a demo plays a year in minutes."""


def make_evaluators(layout: Layout, partners: Iterable[str]) -> str:
    """Makes shares once and tells both evaluators the partners' keys. Returns the pinned K = K₁ + K₂, base64url."""
    if not all(share_file(layout, name).exists() for name in EVALUATORS):
        for name, share in zip(EVALUATORS, shares.split(EPOCH, "1"), strict=True):
            _replace_share(layout, name, share)
    known = {"partners": {partner: [partner_key(layout, partner)] for partner in partners}}
    quotas = {"quotas": {"partner": POINTS_A_DAY, "total": 10 * POINTS_A_DAY}}
    for name in EVALUATORS:
        (layout.evaluator(name) / "partners.json").write_text(json.dumps(known | quotas, indent=2) + "\n")
    first, second = (_share(layout, name) for name in EVALUATORS)
    return keys.to_text(shares.pinned_key(first, second))


def share_file(layout: Layout, name: str) -> Path:
    """Where evaluator `a` or `b` has its half of the key."""
    return layout.evaluator(name) / "shares.json"


def _replace_share(layout: Layout, name: str, share: shares.Share) -> None:
    path = share_file(layout, name)
    path.unlink(missing_ok=True)
    keep(path, lambda: shares.dump_shares([share]).decode())


def _share(layout: Layout, name: str) -> shares.Share:
    return shares.load_shares(share_file(layout, name).read_bytes())[-1]
