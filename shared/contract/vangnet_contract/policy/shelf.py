"""All versions of a policy that a deployment has, and which of them is in force.

    policy/*.yaml                 the version that the deployment began with
    policy/versions/<version>/    each later one, put there by `put`
    policy/in-force               the name of the version that was activated last; absent = the first

Consumers with state switch where `policy-activated` stands in the stream; ingest and the linker read `in_force` when they start.
"""

import os
import shutil
from pathlib import Path

from vangnet_contract.policy.load import FILES, OPTIONAL, PolicyProblem, PolicyRefused, load_policy
from vangnet_contract.policy.policy import Policy

VERSIONS = "versions"
IN_FORCE = "in-force"


class VersionMissing(PolicyRefused):
    """The deployment has no policy of that version; the text says where it belongs."""

    def __init__(self, place: Path, rule: str) -> None:
        super().__init__([PolicyProblem(str(place), 0, "", rule)])


class Shelf:
    """The versions below one folder. Each is read and checked once. Raises PolicyRefused for one that cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Policy] = {}

    @property
    def first(self) -> Policy:
        """The version that the deployment began with."""
        return self._read.get("") or self._keep("", load_policy(self._folder))

    @property
    def in_force(self) -> Policy:
        """The version that was activated last. Raises VersionMissing."""
        try:
            name = (self._folder / IN_FORCE).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return self.first
        return self.version(name)

    def version(self, name: str) -> Policy:
        """Raises VersionMissing."""
        if name == self.first.version:
            return self.first
        if name in self._read:
            return self._read[name]
        folder = self._folder / VERSIONS / Path(name).name
        if not folder.is_dir():
            rule = f"is missing: policy {name} is in force; put its files there (vangnet policy activate does)"
            raise VersionMissing(folder, rule)
        policy = load_policy(folder)
        if policy.version != name:
            raise VersionMissing(folder, f"holds policy {policy.version}, not {name}")
        return self._keep(name, policy)

    def put(self, source: Path) -> Policy:
        """Checks a new version and adds it; keys are those of the first unless it brings its own.

        Raises PolicyRefused, also when the shelf has another policy by that name, or one of another region.
        """
        policy = load_policy(source)
        problem = self._misfit(policy)
        if problem:
            raise PolicyRefused([PolicyProblem("region.yaml", 0, *problem)])
        target = self._folder / VERSIONS / policy.version
        if policy.version != self.first.version and not target.exists():
            self._copy(source, target)
        return self.version(policy.version)

    def activate(self, version: str) -> None:
        """What starts from now on starts with this version. Raises VersionMissing."""
        self.version(version)
        beside = self._folder / f"{IN_FORCE}.new"
        beside.write_text(version + "\n", encoding="utf-8")
        beside.replace(self._folder / IN_FORCE)

    def _misfit(self, policy: Policy) -> tuple[str, str] | None:
        first = self.first
        if policy.region.name != first.region.name:
            return (
                "name",
                f"is {policy.region.name}: this deployment is {first.region.name}, and seals are bound to that",
            )
        known = first.version == policy.version or (self._folder / VERSIONS / policy.version).exists()
        if known and _decided(self.version(policy.version)) != _decided(policy):
            return "version", f"{policy.version} exists here with other contents: give the new one another name"
        return None

    def _copy(self, source: Path, target: Path) -> None:
        """Whole or not at all."""
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        beside.mkdir(parents=True)
        for file in FILES:
            held = source / file if (source / file).exists() or file not in OPTIONAL else self._folder / file
            if held.exists():
                shutil.copyfile(held, beside / file)
        beside.replace(target)

    def _keep(self, name: str, policy: Policy) -> Policy:
        self._read[name] = policy
        return policy


def _decided(policy: Policy) -> Policy:
    """Without the keys: those are the deployment's, not the decision's."""
    return policy.model_copy(update={"keys": type(policy.keys)()})
