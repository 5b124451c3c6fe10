"""The people that can log in: everyone in the policy's people.yaml, and an operator."""

from dataclasses import dataclass

from vangnet_contract.policy import People

OPERATOR = "operator"


@dataclass(frozen=True)
class User:
    """`name` as shown; `roles` out of reviewer, on-call, coordinator, operator; `municipalities` of a coordinator."""

    sub: str
    name: str
    email: str
    roles: tuple[str, ...]
    municipalities: tuple[str, ...] = ()
    organisation: str | None = None

    @property
    def claims(self) -> dict[str, object]:
        """Claims of the ID token (OpenID Connect Core 5.1) and those of our own."""
        return {
            "name": self.name,
            "email": self.email,
            "email_verified": True,
            "preferred_username": self.sub,
            "vangnet_roles": list(self.roles),
            "vangnet_municipalities": list(self.municipalities),
            **({"vangnet_organisation": self.organisation} if self.organisation else {}),
        }


def users_of(people: People) -> list[User]:
    """One user for each `user` of the policy, with all roles that it has there."""
    roles = [(person, "reviewer", "") for person in people.on_duty.reviewers]
    roles += [(person, "on-call", "") for person in people.on_duty.escalation]
    roles += [(person, "coordinator", code) for code, those in people.coordinators.items() for person in those]
    found: dict[str, User] = {}
    for person, role, code in roles:
        known = found.get(person.user) or User(person.user, person.name, person.email, ())
        found[person.user] = User(
            person.user,
            person.name,
            person.email,
            tuple(dict.fromkeys([*known.roles, role])),
            tuple(dict.fromkeys([*known.municipalities, *([code] if code else [])])),
            person.organisation or known.organisation,
        )
    others = ((OPERATOR, "Op Erator"), ("privacyofficer", "Priva Cee"), ("analyst", "Ana List"))
    return [*found.values(), *(User(role, name, f"{role}@vangnet.example", (role,)) for role, name in others)]
