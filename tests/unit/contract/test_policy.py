"""A policy is refused with file, line, field and reason; the shipped ones hold what privacy promises."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from vangnet_contract.policy import PolicyRefused, load_policy
from vangnet_contract.taxonomy import event_types

SHIPPED = Path(__file__).parents[3] / "deploy" / "policy"
RULES = ["R1", "R2", "R3", "R4", "R5", "R6a", "R6b", "R7", "R8", "R9", "R10", "R11", "R12"]


@pytest.mark.parametrize("name", ["demo", "regio"])
def test_shipped_policies_are_accepted_and_hold_all_rules(name: str) -> None:
    policy = load_policy(SHIPPED / name)
    assert policy.region.profile == name
    assert [rule.id for rule in policy.rules] == RULES
    assert {rule.id: rule.default.state for rule in policy.rules if rule.default.state != "uit"} == {
        "R1": "schaduw",
        "R2": "schaduw",
        "R11": "schaduw",
        "R12": "actief",
    }


def test_the_demo_has_r1_and_r2_active_everywhere_by_decision_demo() -> None:
    policy = load_policy(SHIPPED / "demo")
    active = {
        rule.id: {rule.setting(code).besluit for code in policy.region.municipalities}
        for rule in policy.rules
        if any(rule.setting(code).state == "actief" for code in policy.region.municipalities)
    }
    assert active == {"R1": {"DEMO"}, "R2": {"DEMO"}, "R12": {"DEMO"}}
    assert all(policy.cell(partner.name, name) for partner in policy.partners for name in event_types())


def test_the_safe_default_lets_persons_in_only_with_a_decision() -> None:
    policy = load_policy(SHIPPED / "regio")
    allowed = {
        name.split(".", 2)[2] for cell in policy.matrix if cell.admission == "allowed" for name in cell.full_types()
    }
    with_rights = {"beheer.bezwaar.v1", "beheer.inzageverzoek.v1", "beheer.wissing.v1", "beheer.buiten-bereik.v1",
                   "client.eigen-melding.v1", "client.crisiskaart.v1"}  # fmt: skip
    assert allowed - with_rights == {"veiligheid.zorgmelding.v1", "sociaal-domein.oggz-melding.v1"}
    active = [
        rule.id
        for rule in policy.rules
        for code in policy.region.municipalities
        if rule.setting(code).state == "actief"
    ]
    assert set(active) == {"R12"}


def changed(old: str, new: str, nth: int = 1) -> Callable[[str], str]:
    """With the n-th `old` replaced."""

    def edit(text: str) -> str:
        parts = text.split(old)
        assert len(parts) > nth, old
        return old.join(parts[:nth]) + new + old.join(parts[nth:])

    return edit


@pytest.mark.parametrize(
    ("file", "edit", "at", "field", "says"),
    [
        ("region.yaml", changed("horizonDays", "horizonsDays"), "horizonsDays", "horizonsDays", "Extra inputs are not permitted"),
        ("region.yaml", changed("GM0034", "GM9999"), "GM9999", "municipalities", "no such municipality: GM9999"),
        ("matrix.yaml", changed("  besluit: DEMO\n", ""), "- partner: politie", "0", "persons may only be sent with a decision: besluit missing"),
        ("matrix.yaml", changed("[alle]", "[veiligheid.onzin]"), "veiligheid.onzin", "0.types", "no such event type: veiligheid.onzin"),
        ("matrix.yaml", changed("partner: ggz", "partner: ggd"), "partner: ggd", "1.partner", "partner ggd is not in partners.yaml"),
        ("matrix.yaml", changed("[wpg-meldpunt", "[wpg"), "[wpg,", "0.grondslag", "grondslag wpg is not in partners.yaml"),
        ("people.yaml", changed("GM0034", "GM0014"), "GM0014", "coordinators", "no coordinator for GM0034"),
        ("partners.yaml", changed("urn:nld:oin:0", "urn:nld:kvk:0"), "urn:nld:kvk", "partners.0.sources", "must be urn:nld:oin"),
        ("partners.yaml", changed("00102:systeem:epd", "00101:systeem:bvh"), "00101:systeem:bvh\"", "sources", "is given twice"),
        ("partners.yaml", lambda t: t + "\n  - : x: [", "- : x: [", "", "is not YAML"),
        ("rules.yaml", changed("id: R2", "id: R1"), "id: R1", "1.id", "R1 is given twice"),
        ("rules.yaml", changed("  rearmDays", "  rearmDay"), "rearmDay:", "0.rearmDay", "Extra inputs are not permitted"),
        ("rules.yaml", changed("count: 4", "counts: 4"), "counts", "0.condition.counts", "Extra inputs are not permitted"),
        ("rules.yaml", changed("kind: occurrence-count", "kind: occurrence-sum"), "occurrence-sum", "0.condition", "does not match any of the expected tags"),
        ("rules.yaml", changed("actief, besluit: DEMO", "actief"), "GM0034", "0.municipalities.GM0034", "an active rule needs `besluit`"),
        ("rules.yaml", changed("GM0034", "GM0014"), "GM0014", "0.municipalities.GM0014", "GM0014 is not in this region"),
        ("rules.yaml", changed("days: 90", "days: 1827"), "days: 1827", "0.condition", "looks back 1827 days, longer than retentionDays (1826)"),
        ("rules.yaml", changed("baselineDays: 180", "baselineDays: 1800"), "kind: acceleration", "4.condition", "looks back 1835 days"),
        ("rules.yaml", changed("count: 3, days: 14", "count: 57, days: 14"), "count: 57", "1.condition.count", "57 occurrences do not fit in 14 days: at most 56"),
        ("rules.yaml", changed("{state: actief, besluit: DEMO}", "{state: actief, besluit: DEMO, threshold: 999}"), "999", "0.municipalities.GM0034.threshold", "999 occurrences do not fit in 90 days: at most 360"),
        ("rules.yaml", changed("atLeast: 3", "atLeast: 113"), "atLeast: 113", "4.condition.atLeast", "113 occurrences do not fit in 28 days"),
        ("rules.yaml", changed("occurrences: 2", "occurrences: 121"), "occurrences: 121", "3.condition.occurrences", "121 occurrences do not fit in 30 days"),
        ("rules.yaml", changed("count: 2, days: 180", "count: 721, days: 180"), "count: 721", "7.condition.conditions.0.count", "721 occurrences do not fit"),
        ("rules.yaml", changed("groups: 3, classes: [incident, context]", "groups: 3, classes: [care]"), "classes: [care]", "3.condition", "these classes have events of 2 groups only"),
        ("rules.yaml", changed("default: {state: uit}", "default: {state: uit, threshold: 2}"), "id: R3", "2", "followed-by has no threshold"),
        ("rules.yaml", changed("mergeDays: 3", "mergeDays: 30"), "kind: followed-by", "2.condition", "mergeDays must be less than days"),
        ("rules.yaml", changed("by: {what: occurrence}\n    days: 30", "by: {what: occurrence}\n    days: 30\n  rearmDays: 3"), "id: R3", "2", "rearmDays does not go with an anchor"),
        ("rules.yaml", changed("  rearmDays: 30", "  rearmDays: 30\n  openDays: 30"), "id: R1", "0", "openDays only goes with an anchor"),
        ("rules.yaml", changed("withGroup: politie", "withGroup: zorg, withType: veiligheid.zorgmelding"), "withGroup: zorg", "0.condition", "veiligheid.zorgmelding is never of group zorg"),
        ("rules.yaml", changed("withGroup: politie", "withType: ggz.opname"), "withType: ggz.opname", "0.condition.withType", "no event type of class incident: ggz.opname"),
        ("rules.yaml", changed("types: [ggz.zorguitval]", "types: [ggz.zorguitvallen]"), "zorguitvallen", "5.condition.by.like.0", "no such event type: ggz.zorguitvallen"),
        ("rules.yaml", changed("fase: [aangekondigd]", "fase: [gestart]"), "fase: [gestart]", "8.condition.after.like.0", "no event can be like this"),
        ("rules.yaml", changed("recipients: [behandelaar, coordinator]", "recipients: [burgemeester]"), "burgemeester", "2.recipients.0", "Input should be 'coordinator'"),
        ("rules.yaml", changed("grondslag: avg-9-2-h", "grondslag: avg-9"), "grondslag: avg-9", "2.grondslag", "grondslag avg-9 is not in partners.yaml"),
        ("rules.yaml", changed("  since: 2026-01-01\n", ""), "id: R1", "0.since", "Field required"),
        ("rules.yaml", changed("historyDays: 56", "historyDays: 50"), "historyDays: 50", "12.condition.historyDays", "multiple of 7"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_file_line_field_and_reason(
    tmp_path: Path, file: str, edit: Callable[[str], str], at: str, field: str, says: str
) -> None:
    path = edited(tmp_path, "demo", file, edit)
    with pytest.raises(PolicyRefused) as refused:
        load_policy(tmp_path / "p")
    lines = {number for number, line in enumerate(path.read_text().splitlines(), 1) if at in line}
    found = [p for p in refused.value.problems if says in p.rule and p.file == file and p.line in lines]
    assert any(problem.field.endswith(field) for problem in found), str(refused.value)


def test_an_absence_rule_is_not_active_where_nobody_may_send_what_it_waits_for(tmp_path: Path) -> None:
    def activated(text: str) -> str:
        before, rest = text.split("id: R6b")
        return before + "id: R6b" + rest.replace("{state: uit}", "{state: actief, besluit: B}", 1)

    edited(tmp_path, "regio", "rules.yaml", activated)
    with pytest.raises(PolicyRefused, match="rule R6b is active, and no partner may send what it waits for"):
        load_policy(tmp_path / "p")


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    edited(tmp_path, "demo", "rules.yaml", lambda t: t.replace("id: R2", "id: R1").replace("days: 365", "days: 1827"))
    with pytest.raises(PolicyRefused) as refused:
        load_policy(tmp_path / "p")
    assert len(refused.value.problems) == 2


def edited(folder: Path, name: str, file: str, edit: Callable[[str], str]) -> Path:
    """A copy of a shipped policy in `p`, one of its files changed."""
    shutil.copytree(SHIPPED / name, folder / "p")
    path = folder / "p" / file
    before = path.read_text()
    path.write_text(edit(before))
    assert path.read_text() != before
    return path


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "demo", tmp_path / "p")
    (tmp_path / "p" / "rules.yaml").unlink()
    with pytest.raises(PolicyRefused, match=r"rules\.yaml: is missing"):
        load_policy(tmp_path / "p")
