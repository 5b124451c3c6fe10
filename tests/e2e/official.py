"""Somebody at the desk."""

from typing import Any

import httpx

from tests.e2e.town import Town


class Official:
    """Somebody who is logged in."""

    def __init__(self, town: Town, user: str) -> None:
        self.user = user
        self.http = httpx.Client(base_url=str(town.platform.endpoints["inbox"]), follow_redirects=True, timeout=60)
        self.http.post(str(self.http.get("/inloggen").url), data={"sub": user})
        self.csrf = self.http.get("/v1/sessie").raise_for_status().json()["csrf"]

    def see(self, alert: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/v1/attenderingen/{alert}").raise_for_status().json()
        return found

    def decide(self, alert: str, sub: str, **body: object) -> httpx.Response:
        sent = {**body, "versie": self.see(alert)["versie"]}
        return self.http.post(f"/v1/attenderingen/{alert}/{sub}", json=sent, headers={"X-CSRF-Token": self.csrf})

    def page(self, path: str) -> str:
        return self.http.get(path).raise_for_status().text
