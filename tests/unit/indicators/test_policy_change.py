"""Another policy comes into force in the middle of the stream: who is looked at again, when, and what is said."""

from datetime import timedelta

from vangnet_contract.messages import PersonsMessage, PolicyActivated, RuleState, Signal, SignalsMessage, Tick
from vangnet_contract.policy import RuleSetting
from vangnet_indicators.app import DUE_AT_ONCE, Partition, step
from vangnet_indicators.domain.rulebook import Rulebook, rulebook

from tests.unit.indicators.people import DAY, DEMO, HOUR, PERSONS, START, change, record

NOW = START + 30 * DAY
NIGHTS = [record(f"n{number}", START + number * 7 * DAY) for number in range(4)]


def book(version: str, state: RuleState, threshold: int = 4) -> Rulebook:
    """R1 alone, the same everywhere."""
    setting = RuleSetting(state=state, besluit="B-1" if state == "actief" else None, threshold=threshold)
    rule = DEMO.rules[0].model_copy(update={"default": setting, "municipalities": {}})
    region = DEMO.region.model_copy(update={"version": version})
    return rulebook(DEMO.model_copy(update={"rules": [rule], "region": region}))


class Stream:
    """A partition that goes by the versions it is told of, as the stage does."""

    def __init__(self, first: Rulebook, *others: Rulebook) -> None:
        self.books = {None: first} | {one.version: one for one in (first, *others)}
        self.partition = Partition(0, None, {})

    def take(self, *messages: PersonsMessage) -> list[Signal]:
        """The signals that they make."""
        said: list[SignalsMessage] = []
        for message in messages:
            said += step(self.partition, message, self.books[self.partition.policy])
        return [one for one in said if isinstance(one, Signal)]


TRIAL, ACTIVE = book("trial", "schaduw"), book("active", "actief")
ACTIVATED = PolicyActivated(version="active")


def brief(said: list[Signal]) -> list[tuple[object, ...]]:
    return [(one.change, one.mode, one.start_list, one.policy_version) for one in said]


def test_what_was_on_trial_stands_on_the_start_list_at_the_next_tick() -> None:
    stream = Stream(TRIAL, ACTIVE)
    assert brief(stream.take(change(NOW, NIGHTS))) == [("raised", "schaduw", False, "trial")]
    assert stream.take(ACTIVATED) == []
    assert brief(stream.take(Tick(at=NOW + HOUR))) == [("updated", "actief", True, "active")]
    assert stream.take(Tick(at=NOW + 2 * HOUR)) == []


def test_a_lower_threshold_brings_those_who_are_above_it_already_onto_the_start_list() -> None:
    stream = Stream(ACTIVE, book("lower", "actief", 3))
    assert stream.take(change(START + 15 * DAY, NIGHTS[:3])) == []
    stream.take(PolicyActivated(version="lower"))
    assert brief(stream.take(Tick(at=START + 16 * DAY))) == [("raised", "actief", True, "lower")]


def test_a_new_event_finds_the_start_list_made_and_is_news_itself() -> None:
    stream = Stream(TRIAL, ACTIVE)
    stream.take(change(NOW, NIGHTS), ACTIVATED)
    said = stream.take(change(NOW + HOUR, [record("n4", NOW)]))
    assert brief(said) == [("updated", "actief", True, "active"), ("updated", "actief", False, "active")]
    assert [len(one.evidence) for one in said] == [4, 5]
    assert stream.take(Tick(at=NOW + 2 * HOUR)) == []


def test_a_rule_that_is_switched_off_takes_its_open_signals_back() -> None:
    for off in (
        book("off", "uit"),
        rulebook(DEMO.model_copy(update={"rules": [], "region": DEMO.region.model_copy(update={"version": "off"})})),
    ):
        stream = Stream(ACTIVE, off)
        stream.take(change(NOW, NIGHTS), PolicyActivated(version="off"))
        assert [one.change for one in stream.take(Tick(at=NOW + HOUR))] == ["withdrawn"]


def test_a_higher_threshold_takes_back_what_no_longer_reaches_it() -> None:
    stream = Stream(ACTIVE, book("higher", "actief", 5))
    stream.take(change(NOW, NIGHTS), PolicyActivated(version="higher"))
    assert [one.change for one in stream.take(Tick(at=NOW + HOUR))] == ["withdrawn"]


def test_the_version_that_holds_already_is_passed_on_and_changes_nothing() -> None:
    stream = Stream(ACTIVE)
    stream.take(change(NOW, NIGHTS))
    assert step(stream.partition, ACTIVATED, ACTIVE) == [ACTIVATED]
    assert not stream.partition.switched and stream.take(Tick(at=NOW + HOUR)) == []


def test_many_are_looked_at_in_parts_each_once() -> None:
    stream = Stream(TRIAL, ACTIVE)
    persons = [f"{number:032x}" for number in range(DUE_AT_ONCE + 10)]
    for person in persons:
        stream.take(change(NOW, NIGHTS, person=person))
    stream.take(ACTIVATED)
    rounds = [[one.person for one in stream.take(Tick(at=NOW + hours * HOUR))] for hours in (1, 2, 3)]
    assert [len(each) for each in rounds] == [DUE_AT_ONCE, 10, 0]
    assert rounds[0] + rounds[1] == persons


def test_whoever_comes_after_the_change_is_not_behind() -> None:
    stream = Stream(TRIAL, ACTIVE)
    stream.take(ACTIVATED)
    assert brief(stream.take(change(NOW, NIGHTS))) == [("raised", "actief", False, "active")]
    assert stream.take(Tick(at=NOW + timedelta(hours=1))) == []
    assert PERSONS[0] in stream.partition.persons
