"""SIGKILL at every step of a delivery, the provider away, commands where they do not belong."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from vangnet_local.ports import LOOPBACK, free_port
from vangnet_local.processes import Child, Folders, StartFailed

from tests.integration.notifier.hooks import Hook, hearing
from tests.integration.notifier.region import HOOK_SECRET, PROGRAM, Region, until
from tests.integration.notifier.servers import Postbox, listening


def waiting_for_a_lock(query: str) -> str:
    return f"SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '{query}'"


@contextmanager
def attempts_locked(region: Region, locked: bool) -> Iterator[Callable[[], None]]:
    """Nobody can note what came of an attempt, until the yielded function is called."""
    if not locked:
        yield lambda: None
        return
    held = "SELECT pid FROM pg_locks WHERE relation = 'notifier.delivery_attempt'::regclass AND mode = 'ExclusiveLock' AND granted"
    blocker = "BEGIN; LOCK TABLE notifier.delivery_attempt IN EXCLUSIVE MODE; SELECT pg_sleep(300);"

    def hold() -> None:
        with suppress(StartFailed):  # ends by being terminated
            region.postgres.sql(blocker)

    holding = threading.Thread(target=hold)
    holding.start()
    [[pid]] = until(lambda: region.rows(held), "the lock")

    def let_go() -> None:
        region.postgres.sql(f"SELECT pg_terminate_backend({pid});")
        holding.join()

    try:
        yield let_go
    finally:
        let_go()


@pytest.mark.parametrize("step", ["greet", "rcpt", "hang", "noting"])
def test_sigkill_at_every_step_of_a_delivery(region: Region, step: str) -> None:
    """Leased and connecting; recipient named; mail handed over and not answered; accepted and not yet noted."""
    postbox, port = Postbox(*([] if step == "noting" else [step])), free_port()
    slow = replace(region.notifier.program, env={**region.environment, "VANGNET_SMTP_PORT": str(port)})
    until(lambda: not region.rows("SELECT 1 FROM delivery WHERE state IN ('queued', 'sending')"), "other tests' mails")
    region.notifier.stop()
    child = Child(slow, Folders(region.folder / f"run-{step}", region.folder / f"logs-{step}"))
    with listening(postbox, port), attempts_locked(region, step == "noting") as let_go:
        child.start()
        child.wait_ready()
        person = region.person()
        region.raise_signal(person)
        alert = region.alert(person)
        until(postbox.reached.is_set, "a mail under way")
        if step == "noting":
            until(
                lambda: postbox.accepted and region.rows(waiting_for_a_lock("INSERT INTO delivery_attempt%")),
                "the note",
            )
        child.kill()
        let_go()
        postbox.released.set()
        # the lease of the dead process runs out: half a minute, made shorter here
        region.rows("UPDATE delivery SET lease_until = now() WHERE state = 'sending'")
        child.start()
        child.wait_ready()
        until(lambda: region.rows(f"SELECT state FROM delivery WHERE alert = '{alert}'") == [["sent"]], "noted")
        assert postbox.accepted and len(set(postbox.seen)) == 1
        assert region.rows(f"SELECT attempts FROM delivery WHERE alert = '{alert}'") == [["2"]]
        child.stop()
    region.notifier.start()
    region.notifier.wait_ready()


@pytest.mark.parametrize("step", ["hang", "noting"])
def test_sigkill_while_a_webhook_is_under_way(region: Region, step: str) -> None:
    """Handed over and not answered; accepted and not yet noted. The secret stands in no log and no row."""
    hook = Hook(*([] if step == "noting" else ["hang"]))
    until(lambda: not region.rows("SELECT 1 FROM delivery WHERE state IN ('queued', 'sending')"), "other tests' mails")
    person = region.person()
    region.raise_signal(person, lead="GM0303")
    alert = region.alert(person)
    webhook = f"FROM delivery WHERE alert = '{alert}' AND channel = 'webhook'"
    until(lambda: not region.rows("SELECT 1 FROM delivery WHERE state IN ('queued', 'sending')"), "its mail")
    with hearing(hook, region.hooks), attempts_locked(region, step == "noting") as let_go:
        answer = region.log_in("beoordelaar").press(alert, "Vrijgeven")
        assert answer.status_code == 200, answer.text
        until(hook.reached.is_set, "a webhook under way")
        if step == "noting":
            until(lambda: region.rows(waiting_for_a_lock("INSERT INTO delivery_attempt%")), "the note")
        region.notifier.kill()
        let_go()
        hook.released.set()
        region.rows("UPDATE delivery SET lease_until = now() WHERE state = 'sending'")
        region.notifier.start()
        region.notifier.wait_ready()
        until(lambda: region.rows(f"SELECT state {webhook}") == [["sent"]], "noted")
    assert len({heard.headers["webhook-id"] for heard in hook.heard}) == 1 and len(hook.heard) >= 2
    assert len({heard.body for heard in hook.heard}) == 1
    assert all(heard.signed_with(HOOK_SECRET) for heard in hook.heard)
    logs = b"".join(log.read_bytes() for log in (region.folder / "logs").iterdir())
    assert logs and HOOK_SECRET.encode() not in logs


def test_when_the_login_provider_is_away_a_page_says_so(region: Region) -> None:
    region.people.stop()
    try:
        answer = httpx2.get(f"{region.url}/inloggen", timeout=60)
        assert answer.status_code == 503 and "Inloggen lukt nu niet" in answer.text
    finally:
        region.people.start()
        region.people.wait_ready()
    assert region.log_in("beoordelaar").csrf  # with the new keys of the provider


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("VANGNET_")}
    return subprocess.run(
        [str(PROGRAM), *words], env={**bare, **environment}, capture_output=True, text=True, check=False
    )


def test_the_export_runs_in_the_local_profile_only(region: Region, tmp_path: Path) -> None:
    outside = run("alerts", "--data-dir", str(tmp_path))
    assert (outside.returncode, outside.stdout) == (77, "") and outside.stderr.startswith("not-in-production")
    production = run("alerts", **{**region.environment, "VANGNET_PROFILE": "production"})
    assert (production.returncode, production.stdout) == (77, "")


def test_it_refuses_to_start_without_its_secrets_or_in_the_clear(region: Region) -> None:
    environment = {**region.environment, "VANGNET_PROFILE": "production", "VANGNET_PSEUDONYM_KEY": "secret"}
    del environment["VANGNET_SESSION_KEY"]
    refused = run("run", **environment)
    assert refused.returncode == 78 and "Traceback" not in refused.stderr
    for part in (
        "VANGNET_PSEUDONYM_KEY",
        "64 hexadecimal digits",
        "VANGNET_SESSION_KEY",
        "VANGNET_BASE_URL",
        "https://",
    ):
        assert part in refused.stderr
    assert "secret" not in refused.stderr.replace("VANGNET_OIDC_CLIENT_SECRET", "").replace("holds", "")


def test_a_port_in_use_is_told(region: Region) -> None:
    refused = run("run", **region.environment)
    assert refused.returncode == 1 and f"cannot listen on {LOOPBACK}:" in refused.stderr
