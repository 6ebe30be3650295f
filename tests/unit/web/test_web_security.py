"""What the public door refuses, and what every answer bears."""

import jwt
import pytest

from bot import tokens
from bot.errors import SettingsError
from bot.settings import Settings
from bot.web.app import create_app
from tests.unit.web.conftest import SECRET

SECURED = [
    ("POST", "/api/messages"),
    ("GET", "/api/messages"),
    ("GET", "/api/stream"),
    ("POST", "/api/messages/179999999999999900/feedback"),
    ("DELETE", "/api/conversations/current"),
]


@pytest.mark.parametrize(("method", "path"), SECURED)
async def test_without_a_token_nothing_is_read_or_written(door, method, path):
    response = await door.request(method, path, json={"text": "hi"} if method == "POST" else None)
    assert (response.status, (await response.json())["error"]["code"]) == (401, "token_missing")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "token",
    [
        "nonsense",
        tokens.sign_conversation("1" * 32, "another secret, just as long as ours"),
        jwt.encode({"sub": "1" * 32, "exp": 9999999999}, None, algorithm="none"),
        jwt.encode({"sub": "1" * 32, "exp": 9999999999}, SECRET, algorithm="HS256"),
        tokens.internal_token(SECRET, tokens.WEB_TO_CHANNEL),
    ],
    ids=["nonsense", "other secret", "unsigned", "underived key", "internal token"],
)
@pytest.mark.parametrize(("method", "path"), SECURED)
async def test_forged_tokens_are_refused(door, method, path, token):
    response = await door.request(method, path, headers={"Authorization": f"Bearer {token}"})
    assert (response.status, (await response.json())["error"]["code"]) == (401, "token_invalid")


async def test_an_expired_token_is_refused(door, make_student):
    _, opened = await make_student()
    old = tokens.sign_conversation(opened["conversation_id"], SECRET, now=0)
    response = await door.get("/api/messages", headers={"Authorization": f"Bearer {old}"})
    assert (response.status, (await response.json())["error"]["code"]) == (401, "token_expired")


async def test_a_token_opens_its_own_conversation_only(door, make_student):
    mine, _ = await make_student()
    theirs, other = await make_student()
    await door.post("/api/messages", json={"text": "my secret"}, headers=theirs)
    history = await (await door.get("/api/messages", headers=mine)).json()
    assert "my secret" not in str(history)
    foreign = other["messages"][0]["id"]
    response = await door.post(f"/api/messages/{foreign}/feedback", json={"helpful": True}, headers=mine)
    assert response.status == 404


async def test_the_client_cannot_name_a_conversation(door):
    response = await door.post("/api/conversations", json={"language": None, "conversation_id": "mine"})
    assert response.status == 400


@pytest.mark.parametrize("path", ["/", "/docs", "/static/chat/main.js", "/api/messages", "/nowhere", "/openapi.json"])
async def test_every_answer_bears_the_security_headers(door, path):
    response = await door.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert response.headers["X-Request-ID"]


async def test_answers_of_the_api_are_not_cached(door, make_student):
    headers, _ = await make_student()
    assert (await door.get("/api/messages", headers=headers)).headers["Cache-Control"] == "no-store"


async def test_only_allowed_origins_may_call_from_their_pages(make_door):
    door = await make_door(ALLOWED_ORIGINS="https://school.example, https://other.example/")
    for origin, allowed in (
        ("https://school.example", True),
        ("https://other.example", True),
        ("https://evil.example", False),
        ("null", False),
        ("https://school.example.evil.example", False),
    ):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        preflight = await door.options("/api/messages", headers=headers)
        answer = await door.post("/api/conversations", json={}, headers={"Origin": origin})
        for response in (preflight, answer):
            assert response.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert (preflight.status == 204) == allowed
        assert answer.headers["Vary"] == "Origin"


async def test_without_allowed_origins_no_other_page_may_call(door):
    response = await door.post("/api/conversations", json={}, headers={"Origin": "https://school.example"})
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_too_many_messages_are_refused_with_retry_after(door, make_student):
    headers, _ = await make_student()
    statuses = [(await door.post("/api/messages", json={"text": "hi"}, headers=headers)).status for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    refused = await door.post("/api/messages", json={"text": "hi"}, headers=headers)
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    other, _ = await make_student()
    assert (await door.post("/api/messages", json={"text": "hi"}, headers=other)).status == 200


async def test_too_many_conversations_of_one_address_are_refused(door):
    statuses = [(await door.post("/api/conversations", json={})).status for _ in range(61)]
    assert statuses[-2:] == [201, 429]
    elsewhere = await door.post("/api/conversations", json={}, headers={"X-Forwarded-For": "198.51.100.7"})
    assert elsewhere.status == 201


async def test_rate_limits_can_be_switched_off(make_door, make_student):
    door = await make_door(RATE_LIMITS="off")
    headers, _ = await make_student(door)
    statuses = {(await door.post("/api/messages", json={"text": "hi"}, headers=headers)).status for _ in range(30)}
    assert statuses == {200}


async def test_the_internal_door_wants_the_internal_token(door, make_student):
    headers, opened = await make_student()
    body = {"conversation_id": opened["conversation_id"], "messages": []}
    for refused in ({}, headers, {"Authorization": f"Bearer {tokens.internal_token(SECRET, tokens.WEB_TO_CHANNEL)}"}):
        assert (await door.post("/internal/messages", json=body, headers=refused)).status == 401


async def test_errors_show_no_trace_of_the_inside(door, make_student, monkeypatch):
    async def crash(*_):
        raise RuntimeError("/secret/path.py")

    headers, _ = await make_student()
    monkeypatch.setattr("bot.web.rasa_client.RasaClient.send", crash)
    response = await door.post("/api/messages", json={"text": "hi"}, headers=headers)
    text = await response.text()
    assert (response.status, (await response.json())["error"]["code"]) == (500, "internal_error")
    assert "secret" not in text
    assert "Traceback" not in text


async def test_the_log_holds_neither_tokens_nor_texts(door, make_student, caplog):
    caplog.set_level("DEBUG", logger="bot")
    headers, opened = await make_student()
    await door.post("/api/messages", json={"text": "my secret question"}, headers=headers)
    await door.get("/api/messages?after=179999999999999900", headers=headers)
    assert "/api/messages" in caplog.text
    for private in ("my secret question", opened["token"], opened["conversation_id"], "179999999999999900"):
        assert private not in caplog.text


def test_without_a_secret_key_the_door_does_not_open(tmp_path):
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        create_app(Settings.from_environment({"VAR_DIR": str(tmp_path)}))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_unknown_methods_are_refused_with_those_allowed(door, method):
    response = await door.request(method, "/api/messages")
    assert response.status == 405
    assert "POST" in response.headers["Allow"]
    assert (await response.json())["error"]["code"] == "method_not_allowed"


async def test_only_allowed_origins_may_show_the_widget(make_door):
    door = await make_door(ALLOWED_ORIGINS="https://school.example,https://other.example")
    frame = (await door.get("/widget/frame")).headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://school.example https://other.example" in frame
    assert "unsafe" not in frame
    page = (await door.get("/")).headers["Content-Security-Policy"]
    assert "frame-ancestors 'self';" in f"{page};"
