"""What comes from the region as a whole: another version of the policy, and signals about partners and places."""

import shutil
from datetime import timedelta

from vangnet_contract.messages import PolicyActivated, RegionalSignal
from vangnet_contract.policy import Shelf

from tests.integration.notifier.region import START, Region, until
from tests.integration.notifier.test_path import to

NAME = "Een andere naam"


def test_a_silent_partner_stands_above_the_pages_until_it_delivers(region: Region) -> None:
    silence = {"id": "silence", "rule": "R12", "policy_version": "demo-1", "partner": "ggz", "sign": "heartbeat"}
    times = {"at": START, "since": START, "crossed_at": START, "raised_at": START}
    region.publish(RegionalSignal(change="raised", mode="actief", **silence, **times))
    person = region.person()
    region.raise_signal(person)
    alert = region.alert(person)
    until(lambda: region.rows("SELECT id FROM regional_signal"), "the signal")
    reviewer = region.log_in("beoordelaar")
    for address in ("/", f"/attenderingen/{alert}"):
        assert "levert niet sinds" in reviewer.page(address) and "tellingen kunnen te laag zijn" in reviewer.page(
            address
        )
    assert len(reviewer.http.get("/v1/attenderingen").json()["mededelingen"]) == 1
    region.publish(RegionalSignal(change="ended", mode="actief", ended_at=START, **silence, **times))
    until(lambda: not region.rows("SELECT id FROM regional_signal"), "the end of it")
    assert "levert niet" not in reviewer.page("/")


def test_a_version_that_is_not_there_is_waited_for_and_then_pages_go_by_it(region: Region) -> None:
    new = region.folder / "second"
    shutil.copytree(region.policy, new, ignore=shutil.ignore_patterns("versions"))
    rules = (new / "rules.yaml").read_text()
    (new / "rules.yaml").write_text(rules.replace("Herhaling in 90 dagen", NAME))
    text = (new / "region.yaml").read_text()
    (new / "region.yaml").write_text(text.replace(Shelf(region.policy).first.version, "second"))

    region.publish(PolicyActivated(version="second"))
    person = region.person()
    region.raise_signal(person, start_list=True)
    until(lambda: not region.ready, "not ready without that version")
    assert not region.rows(f"SELECT id FROM alert WHERE person = '{person}'")
    Shelf(region.policy).put(new)
    alert = region.alert(person)
    until(lambda: region.ready, "ready again")
    assert len(region.rows("SELECT partition FROM policy_in_force WHERE version = 'second'")) > 0
    reviewer = region.log_in("beoordelaar")
    until(lambda: NAME in reviewer.page(f"/attenderingen/{alert}"), "the new name")
    assert "Startlijst" in reviewer.page(f"/attenderingen/{alert}") and reviewer.see(alert)["startlijst"]
    region.let_time_pass(timedelta(days=2))
    assert to(region.mails(alert)) == []
    reviewer.press(alert, "Vrijgeven")
    assert to(region.wait_for_mails(alert, 1)) == [
        (["coordinator-almere@vangnet.example"], "Nieuwe attendering voor uw gemeente")
    ]
    region.publish(PolicyActivated(version="demo-1"))
    until(lambda: NAME not in reviewer.page(f"/attenderingen/{alert}"), "the old name")
