"""The action server answers Rasa as the SDK's own server does."""

import pytest
from aiohttp.test_utils import TestClient, TestServer
from rasa_sdk import Action
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.action_server import _EXECUTOR, create_app


class Greeting(Action):
    def name(self):
        return "action_greet"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="utter_greet", name=tracker.get_slot("name"))
        return [{"event": "slot", "name": "greeted", "value": True, "timestamp": None}]


class Rejecting(Action):
    def name(self):
        return "action_reject"

    async def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection(self.name(), "not now")


class Failing(Action):
    def name(self):
        return "action_fail"

    async def run(self, dispatcher, tracker, domain):
        raise ValueError("of the action")


@pytest.fixture
async def server():
    app = create_app()
    for action in (Greeting, Rejecting, Failing):
        app[_EXECUTOR].register_action(action)
    async with TestClient(TestServer(app)) as client:
        yield client


def call(action):
    tracker = {"sender_id": "student", "slots": {"name": "Ana"}}
    return {"next_action": action, "sender_id": "student", "tracker": tracker}


async def test_an_action_is_run_and_its_events_and_responses_come_back(server):
    response = await server.post("/webhook", json=call("action_greet"))
    answer = await response.json()
    assert response.status == 200
    assert answer["events"] == [{"event": "slot", "name": "greeted", "value": True, "timestamp": None}]
    (said,) = answer["responses"]
    assert (said["response"], said["name"]) == ("utter_greet", "Ana")


async def test_it_knows_the_actions_of_the_domain(server):
    from project_files import load_yaml

    names = {action["name"] for action in await (await server.get("/actions")).json()}
    assert set(load_yaml("domain.yml")["actions"]) - names == set()
    assert (await server.get("/health")).status == 200


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (call("action_unheard_of"), 404, "action_unheard_of"),
        (call("action_reject"), 400, "not now"),
        (call("action_fail"), 500, "action_fail failed"),
        ({"next_action": "action_greet"}, 400, "tracker"),
        ([], 400, "tracker"),
    ],
)
async def test_what_cannot_be_run_is_told(server, body, status, error):
    response = await server.post("/webhook", json=body)
    assert response.status == status
    assert error in (await response.json())["error"]


async def test_what_is_no_json_is_told(server):
    response = await server.post("/webhook", data=b"\xff{", headers={"Content-Type": "application/json"})
    assert response.status == 400
