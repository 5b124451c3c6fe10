"""Who can log in, with which roles."""

from vangnet_contract.policy import OnDuty, People, Person
from vangnet_local.people.users import users_of


def person(user: str) -> Person:
    return Person(user=user, name=user.title(), email=f"{user}@vangnet.example")


def test_roles_come_from_the_policy_and_add_up() -> None:
    both = person("bea")
    people = People(
        on_duty=OnDuty(reviewers=[both], escalation=[both, person("piet")]),
        coordinators={"GM0034": [person("cor")], "GM0995": [person("cor"), both]},
    )
    users = {user.sub: user for user in users_of(people)}
    assert users["bea"].roles == ("reviewer", "on-call", "coordinator") and users["bea"].municipalities == ("GM0995",)
    assert users["piet"].roles == ("on-call",) and users["piet"].municipalities == ()
    assert users["cor"].roles == ("coordinator",) and users["cor"].municipalities == ("GM0034", "GM0995")
    assert users["operator"].claims["vangnet_roles"] == ["operator"]
