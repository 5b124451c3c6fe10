"""SIGKILL while a mail is under way, the provider away, commands where they do not belong."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import httpx2
from vangnet_local.ports import LOOPBACK, free_port
from vangnet_local.processes import Child, Folders

from tests.integration.notifier.region import PROGRAM, Region, until
from tests.integration.notifier.servers import Postbox, listening


def test_sigkill_while_a_mail_is_under_way(region: Region) -> None:
    postbox, port = Postbox("hang"), free_port()
    program = region.notifier.program
    slow = replace(program, env={**region.environment, "VANGNET_SMTP_PORT": str(port)})
    until(lambda: not region.rows("SELECT 1 FROM delivery WHERE state IN ('queued', 'sending')"), "other tests' mails")
    region.notifier.stop()
    child = Child(slow, Folders(region.folder / "run-slow", region.folder / "logs-slow"))
    with listening(postbox, port):
        child.start()
        child.wait_ready()
        person = region.person()
        region.raise_signal(person)
        alert = region.alert(person)
        until(lambda: postbox.seen, "a mail under way")
        child.kill()
        postbox.released.set()
        # the lease of the dead process runs out: half a minute, made shorter here
        region.rows("UPDATE delivery SET lease_until = now() WHERE state = 'sending'")
        child.start()
        child.wait_ready()
        until(lambda: len(postbox.seen) > 1, "the mail again")
        until(lambda: region.rows(f"SELECT state FROM delivery WHERE alert = '{alert}'") == [["sent"]], "noted")
        assert len(set(postbox.seen)) == 1
        child.stop()
    region.notifier.start()
    region.notifier.wait_ready()


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
