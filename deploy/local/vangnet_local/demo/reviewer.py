"""A scripted reviewer: logs in as anyone would, and releases what waits. Only `--once` has one."""

from typing import Any

import httpx

from vangnet_local.failures import Expected

USER = "beoordelaar"


class LoginFailed(Expected):
    """The inbox did not let the scripted reviewer in."""


class Reviewer:
    """One session in the inbox, over HTTP."""

    def __init__(self, inbox: str, user: str = USER) -> None:
        self._client = httpx.Client(base_url=inbox, follow_redirects=True, timeout=30)
        chooser = self._client.get("/inloggen")
        self._client.post(str(chooser.url), data={"sub": user})
        session = self._client.get("/v1/sessie")
        if session.status_code != httpx.codes.OK:
            raise LoginFailed(f"the inbox at {inbox} answered {session.status_code} after the login")
        self._token = session.json()["csrf"]

    def waiting(self) -> list[dict[str, Any]]:
        """Candidates, at most 100."""
        answer = self._client.get("/v1/attenderingen", params={"status": "kandidaat", "aantal": 100}).raise_for_status()
        return list(answer.json()["attenderingen"])

    def newest(self) -> tuple[int, list[dict[str, Any]]]:
        """(how many are open, the first of them)."""
        answer = self._client.get("/v1/attenderingen", params={"aantal": 5}).raise_for_status().json()
        return answer["totaal"], answer["attenderingen"]

    def release_all(self) -> int:
        """Releases every candidate; returns how many."""
        released = 0
        while waiting := self.waiting():
            released += sum(self._release(alert) for alert in waiting)
        return released

    def close(self) -> None:
        """Ends the session's connection."""
        self._client.close()

    def _release(self, alert: dict[str, Any]) -> bool:
        """False when it changed since it was listed: then it is listed again."""
        decision = {"besluit": "vrijgeven", "versie": alert["versie"]}
        path = f"/v1/attenderingen/{alert['id']}/beoordelingen"
        answer = self._client.post(path, json=decision, headers={"X-CSRF-Token": self._token})
        if answer.status_code != httpx.codes.CONFLICT:
            answer.raise_for_status()
        return answer.is_success
