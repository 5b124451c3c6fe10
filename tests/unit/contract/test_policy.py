"""A policy is refused with file, line and reason; the shipped ones hold what privacy promises."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from vangnet_contract.policy import PolicyRefused, load_policy
from vangnet_contract.taxonomy import event_types

SHIPPED = Path(__file__).parents[3] / "deploy" / "policy"


@pytest.mark.parametrize("name", ["demo", "regio"])
def test_shipped_policies_are_accepted(name: str) -> None:
    assert load_policy(SHIPPED / name).region.profile == name


def test_the_demo_has_both_rules_active_everywhere_by_decision_demo() -> None:
    policy = load_policy(SHIPPED / "demo")
    settings = [rule.setting(code) for rule in policy.rules for code in policy.region.municipalities]
    assert [rule.id for rule in policy.rules] == ["R1", "R2"]
    assert {(setting.state, setting.besluit) for setting in settings} == {("actief", "DEMO")}
    assert all(policy.cell(partner.name, name) for partner in policy.partners for name in event_types())


def test_the_safe_default_lets_persons_in_only_with_a_decision() -> None:
    policy = load_policy(SHIPPED / "regio")
    allowed = {
        name.split(".", 2)[2] for cell in policy.matrix if cell.admission == "allowed" for name in cell.full_types()
    }
    with_rights = {"beheer.bezwaar.v1", "beheer.inzageverzoek.v1", "beheer.wissing.v1", "beheer.buiten-bereik.v1",
                   "client.eigen-melding.v1", "client.crisiskaart.v1"}  # fmt: skip
    assert allowed - with_rights == {"veiligheid.zorgmelding.v1", "sociaal-domein.oggz-melding.v1"}
    assert {rule.setting(code).state for rule in policy.rules for code in policy.region.municipalities} == {"schaduw"}


@pytest.mark.parametrize(
    ("file", "edit", "line", "says"),
    [
        ("region.yaml", lambda t: t.replace("horizonDays", "horizonsDays"), 7, "horizonsDays Extra inputs are not permitted"),
        ("region.yaml", lambda t: t.replace("GM0034", "GM9999"), 6, "no such municipality: GM9999"),
        ("matrix.yaml", lambda t: t.replace("  besluit: DEMO\n", "", 1), 2, "persons may only be sent with a decision: besluit missing"),
        ("matrix.yaml", lambda t: t.replace("[alle]", "[veiligheid.onzin]", 1), 3, "no such event type: veiligheid.onzin"),
        ("rules.yaml", lambda t: t.replace("actief, besluit: DEMO", "actief", 1), 8, "an active rule needs `besluit`"),
        ("rules.yaml", lambda t: t.replace("days: 90", "days: 1827"), 0, "longer than retentionDays"),
        ("rules.yaml", lambda t: t.replace("id: R2", "id: R1"), 0, "R1 is given twice"),
        ("people.yaml", lambda t: t.replace("GM0034", "GM0014"), 0, "no coordinator for GM0034"),
        ("partners.yaml", lambda t: t.replace("urn:nld:oin:0", "urn:nld:kvk:0", 1), 18, "must be urn:nld:oin"),
        ("partners.yaml", lambda t: t + "\n  - : x: [", 37, "is not YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_file_line_and_rule(
    tmp_path: Path, file: str, edit: Callable[[str], str], line: int, says: str
) -> None:
    shutil.copytree(SHIPPED / "demo", tmp_path / "p")
    path = tmp_path / "p" / file
    path.write_text(edit(path.read_text()))
    with pytest.raises(PolicyRefused) as refused:
        load_policy(tmp_path / "p")
    assert any(says in str(problem) and (problem.line == line or not line) for problem in refused.value.problems), str(
        refused.value
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "demo", tmp_path / "p")
    (tmp_path / "p" / "rules.yaml").unlink()
    with pytest.raises(PolicyRefused, match=r"rules\.yaml: is missing"):
        load_policy(tmp_path / "p")
