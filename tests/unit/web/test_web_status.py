"""Health, readiness, figures and the description of the API."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot.web.routes import OPERATIONS


@pytest.fixture
async def action_server():
    app = web.Application()

    async def health(request):
        return web.json_response({"status": "ok"})

    app.router.add_get("/health", health)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def load_facts(make_settings):
    def load():
        from sqlalchemy import insert
        from sqlalchemy.sql import func

        from bot.mobility.database import get_engine
        from bot.mobility.models import DataLoad, metadata

        engine = get_engine(make_settings().mobility_database_url)
        metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(insert(DataLoad).values(loaded_at=func.now(), digest="0", with_samples=False))

    return load


async def test_alive_needs_nothing_but_the_process(door, rasa_server):
    await rasa_server.close()
    response = await door.get("/healthz")
    assert (response.status, await response.json()) == (200, {"status": "alive"})


async def test_ready_when_everything_answers(make_door, action_server, load_facts):
    load_facts()
    door = await make_door(ACTIONS_PORT=str(action_server.port))
    response = await door.get("/readyz")
    parts = ("rasa", "actions", "mobility_database", "review_database")
    assert (response.status, await response.json()) == (200, {"checks": {part: "ok" for part in parts}})


async def test_not_ready_says_what_is_missing(door, rasa_server):
    await rasa_server.close()
    response = await door.get("/readyz")
    answer = await response.json()
    assert (response.status, answer["error"]["code"]) == (503, "not_ready")
    assert {name for name, verdict in answer["checks"].items() if verdict != "ok"} == {
        "rasa",
        "actions",
        "mobility_database",
    }
    assert "127.0.0.1" not in str(answer)


async def test_a_review_database_that_is_away_is_named(make_door, tmp_path):
    door = await make_door(REVIEW_DATABASE_URL=f"sqlite:///{tmp_path}")
    assert (await (await door.get("/readyz")).json())["checks"]["review_database"] == "does not answer"


async def test_feedback_without_its_database_is_503(make_door, make_student, tmp_path):
    door = await make_door(REVIEW_DATABASE_URL=f"sqlite:///{tmp_path}")
    headers, opened = await make_student(door)
    url = f"/api/messages/{opened['messages'][0]['id']}/feedback"
    response = await door.post(url, json={"helpful": True}, headers=headers)
    assert (response.status, (await response.json())["error"]["code"]) == (503, "database_unavailable")


async def test_figures_count_requests_answers_and_errors(door, make_student):
    headers, _ = await make_student()
    await door.post("/api/messages", json={"text": "hi"}, headers=headers)
    await door.get("/api/messages")
    await door.get("/no/such/address")
    text = await (await door.get("/metrics")).text()
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    answers = (("language", "en"), ("outcome", "small_talk"), ("topic", "greeting_smalltalk"))
    assert samples["assistant_answers_total", answers] == 2
    assert samples["assistant_errors_total", (("code", "token_missing"),)] == 1
    sent = (("method", "POST"), ("route", "/api/messages"), ("status", "200"))
    assert samples["assistant_requests_total", sent] == 1
    assert "/no/such/address" not in text


async def test_every_route_of_the_api_is_described(door):
    described = await (await door.get("/openapi.json")).json()
    routed = {
        (route.method, route.resource.canonical)
        for route in door.app.router.routes()
        if route.resource.canonical.startswith("/api/")
    }
    told = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert told == {(operation.method, operation.path) for operation in OPERATIONS}
    assert routed <= told


async def test_fields_that_may_be_null_say_so(door):
    described = await (await door.get("/openapi.json")).json()
    answer = described["components"]["schemas"]["Message"]["properties"]["answer"]
    assert {"type": "null"} in answer["anyOf"]
