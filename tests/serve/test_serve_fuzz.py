"""What the published description allows, and what it does not, is never answered with a 500."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from detente.serve.app import make_app
from detente.serve.limits import Limits

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis")

APP = make_app(Limits(per_second=1e6, burst=10**6, draws=2), warm=False)
HOST = {"host": "127.0.0.1"}
schema = schemathesis.openapi.from_asgi("/openapi.json", APP, headers=HOST)
solves = schema.include(path="/api/scenario/{name}/solve")


@solves.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_breaks_it(case):
    case.path_parameters["name"] = "may-2018"
    answer = case.call(headers=HOST)
    assert answer.status_code < 500, answer.text[:500]
    if answer.status_code == 422:
        assert answer.json()["problems"]
