"""The FastAPI application of a service, by the NL API Design Rules, and the endpoints that every process has."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException

from vangnet_runtime.metrics import REGISTRY
from vangnet_runtime.problem import Problem, problem_response
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.web_guard import Guard

CONTACT = {"name": "Vangnet", "url": "https://example.org/vangnet", "email": "vangnet@example.org"}
MOST_BYTES = 1024 * 1024


def make_app(
    title: str,
    version: str,
    *,
    service: str,
    readiness: Readiness,
    description: str = "",
    contact: dict[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
) -> FastAPI:
    """An application whose routes the service adds under `/v1`. Errors are problem+json, a wrong request answers 400 with
    every error; `/healthz`, `/readyz` and `/v1/openapi.json` are there."""
    app = FastAPI(
        title=title,
        version=version,
        description=description,
        contact=contact or CONTACT,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.add_middleware(Guard, service=service, version=version, most_bytes=most_bytes)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_error)
    add_probes(app, readiness)
    _publish_openapi(app)
    return app


def metrics_app() -> FastAPI:
    """`/metrics` alone, for a port of its own."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/metrics", include_in_schema=False)
    def show_metrics() -> Response:
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return app


def add_probes(app: FastAPI, readiness: Readiness) -> None:
    """`/healthz`: the process answers. `/readyz`: 200, or 503 with the named reasons."""

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> JSONResponse:
        return JSONResponse({"ready": readiness.ready, "reasons": readiness.reasons}, 200 if readiness.ready else 503)


def _publish_openapi(app: FastAPI) -> None:
    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = by_design_rules(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    description=app.description,
                    routes=app.routes,
                    contact=app.contact,
                )
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way

    @app.get("/v1/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(document(), headers={"Access-Control-Allow-Origin": "*"})


def by_design_rules(document: dict[str, Any]) -> dict[str, Any]:
    """Server with `/v1`, paths relative to it; API-Version on every answer; 400 where FastAPI says 422."""
    document["servers"] = [{"url": "/v1"}]
    document["paths"] = {path.removeprefix("/v1"): item for path, item in document["paths"].items()}
    for item in document["paths"].values():
        for operation in item.values():
            _finish_operation(operation)
    document.get("components", {}).get("schemas", {}).update(PROBLEM_SCHEMA)
    return document


PROBLEM_SCHEMA = {
    "Problem": {
        "type": "object",
        "required": ["status", "title", "detail"],
        "properties": {
            "status": {"type": "integer"},
            "title": {"type": "string"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
        },
    }
}


def _finish_operation(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if responses.pop("422", None) is not None:
        schema = {"type": "object", **PROBLEM_SCHEMA["Problem"]}
        responses["400"] = {"description": "Bad Request", "content": {"application/problem+json": {"schema": schema}}}
    for response in responses.values():
        header = {"description": "Full version of the API", "schema": {"type": "string"}}
        response.setdefault("headers", {})["API-Version"] = header


def _invalid(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    errors = [
        {"location": ".".join(str(step) for step in error["loc"]), "code": error["type"], "detail": error["msg"]}
        for error in fault.errors()
    ]
    return problem_response(400, f"the request has {len(errors)} error(s)", errors)


def _problem(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Problem)
    return fault.response()


def _http_error(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    return problem_response(fault.status_code, str(fault.detail), headers=fault.headers)
