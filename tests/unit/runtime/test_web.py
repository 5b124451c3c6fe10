"""The application of a service: problem+json, headers, probes, limits."""

from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel
from vangnet_runtime.problem import Problem
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.web import make_app, metrics_app


class Body(BaseModel):
    a: int
    b: str


def example() -> tuple[FastAPI, Readiness]:
    readiness = Readiness("toy")
    app = make_app("Toy", "1.2.3", service="toy", readiness=readiness, most_bytes=1000)

    @app.post("/v1/things")
    def make(body: Body, venster: Annotated[int, Query()]) -> dict[str, int]:
        return {"sum": body.a + venster}

    @app.get("/v1/broken")
    def broken() -> None:
        raise RuntimeError("Anna Maria")

    @app.get("/v1/away")
    def away() -> None:
        raise Problem(503, "Kafka is away", headers={"Retry-After": "5"})

    return app, readiness


def client() -> TestClient:
    return TestClient(example()[0], raise_server_exceptions=False)


def test_a_wrong_request_answers_400_with_every_error() -> None:
    answer = client().post("/v1/things", json={"a": "x"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert {error["location"] for error in answer.json()["errors"]} == {"body.a", "body.b", "query.venster"}
    assert (answer.json()["status"], answer.json()["title"]) == (400, "Bad Request")


def test_every_answer_carries_version_and_security_headers() -> None:
    for path in ("/healthz", "/v1/nothing", "/v1/broken", "/v1/openapi.json"):
        answer = client().get(path)
        assert answer.headers["api-version"] == "1.2.3", path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["cache-control"] == "no-store", path


def test_a_fault_answers_500_without_its_text() -> None:
    answer = client().get("/v1/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Anna" not in answer.text


def test_problems_and_unknown_paths_are_problem_json() -> None:
    answer = client().get("/v1/away")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["detail"] == "Kafka is away"
    answer = client().get("/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_body_that_is_too_large_is_refused_declared_or_not() -> None:
    assert client().post("/v1/things?venster=1", content=b"x" * 1001).status_code == 413

    def chunks() -> object:
        for _ in range(5):
            yield b"x" * 300

    answer = client().post("/v1/things?venster=1", content=chunks())  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_probes() -> None:
    app, readiness = example()
    probe = TestClient(app)
    assert probe.get("/readyz").status_code == 200
    readiness.object("kafka", "Kafka cannot be read")
    answer = probe.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == {"kafka": "Kafka cannot be read"}
    assert probe.get("/healthz").status_code == 200


def test_openapi_follows_the_design_rules() -> None:
    answer = client().get("/v1/openapi.json")
    document = answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert document["servers"] == [{"url": "/v1"}]
    assert set(document["paths"]) == {"/things", "/broken", "/away"}
    responses = document["paths"]["/things"]["post"]["responses"]
    assert set(responses) == {"200", "400"}
    assert all("API-Version" in response["headers"] for response in responses.values())
    assert set(document["info"]["contact"]) == {"name", "url", "email"}


def test_metrics_show_the_catalogue() -> None:
    text = TestClient(metrics_app()).get("/metrics").text
    for name in ("vangnet_messages_in_total", "vangnet_outbox_depth", "vangnet_lag", "vangnet_parked_keys"):
        assert f"# TYPE {name}" in text or f"# TYPE {name.removesuffix('_total')}" in text
