"""The chat API as its clients see it."""

import pytest

from bot.review.feedback import FeedbackStore
from bot.web.schemas import LONGEST_TEXT, Messages, OpenedConversation, Replies
from tests.unit.web.fake_rasa import OFFERED


async def test_opening_gives_a_token_and_the_greeting(door, fake_rasa):
    response = await door.post("/api/conversations", json={"language": "fr"})
    assert response.status == 201
    opened = OpenedConversation.parse_obj(await response.json())
    assert opened.conversation_id in fake_rasa.conversations
    assert fake_rasa.received == [{"language": "fr"}]
    assert opened.messages[0].text == "Hello"


async def test_words_are_answered(door, make_student):
    headers, _ = await make_student()
    response = await door.post("/api/messages", json={"text": " Is there a room? \n"}, headers=headers)
    assert response.status == 200
    replies = Replies.parse_obj(await response.json())
    assert (replies.sent.text, replies.messages[0].text) == ("Is there a room?", "Echo: Is there a room?")


async def test_an_offered_choice_is_answered(door, make_student, fake_rasa):
    headers, opened = await make_student()
    choice = opened["messages"][0]["buttons"][0]["choice"]
    response = await door.post("/api/messages", json={"choice": choice}, headers=headers)
    assert response.status == 200
    assert fake_rasa.received[-1] == {"choice": OFFERED}


async def test_a_choice_that_was_not_offered_is_refused(door, make_student):
    headers, _ = await make_student()
    response = await door.post("/api/messages", json={"choice": "f" * 16}, headers=headers)
    assert (response.status, (await response.json())["error"]["code"]) == (404, "choice_not_offered")


async def test_history_is_whole_or_begins_after_a_message(door, make_student):
    headers, opened = await make_student()
    await door.post("/api/messages", json={"text": "one"}, headers=headers)
    whole = Messages.parse_obj(await (await door.get("/api/messages", headers=headers)).json()).messages
    assert [message.sender for message in whole] == ["assistant", "student", "assistant"]
    later = await door.get("/api/messages", params={"after": opened["messages"][0]["id"]}, headers=headers)
    assert [message["text"] for message in (await later.json())["messages"]] == ["one", "Echo: one"]


async def test_after_must_be_a_message_id(door, make_student):
    headers, _ = await make_student()
    assert (await door.get("/api/messages?after=yesterday", headers=headers)).status == 400


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("a\x00b\x1b[31m", "ab[31m"),
        ("\ud800half", "half"),
        ("👩‍🎓", "👩‍🎓"),
        ("two\nlines", "two\nlines"),
        ("x" * LONGEST_TEXT + "   ", "x" * LONGEST_TEXT),
        ('/restart{"a": 1}', '/restart{"a": 1}'),
        ("EXTERNAL: greet", "EXTERNAL: greet"),
    ],
)
async def test_texts_reach_rasa_without_what_no_writer_means(door, make_student, fake_rasa, written, understood):
    headers, _ = await make_student()
    assert (await door.post("/api/messages", json={"text": written}, headers=headers)).status == 200
    assert fake_rasa.received[-1] == {"text": understood}


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": " \n\t "},
        {"text": "\x00\x07"},
        {"text": "x" * (LONGEST_TEXT + 1)},
        {"text": None},
        {"text": 7},
        {"text": ["hi"]},
        {},
        {"text": "hi", "choice": OFFERED},
        {"text": "hi", "sender": "someone else"},
        {"choice": ""},
        {"choice": {"payload": "/greet"}},
        [],
        "hi",
    ],
)
async def test_malformed_messages_are_refused_and_reach_nobody(door, make_student, fake_rasa, body):
    headers, _ = await make_student()
    before = len(fake_rasa.received)
    response = await door.post("/api/messages", json=body, headers=headers)
    assert response.status == 400
    assert (await response.json())["error"]["code"] == "invalid_request"
    assert len(fake_rasa.received) == before


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 60_000, b'{"text": "\xe9"}'])
async def test_what_is_no_json_is_refused(door, make_student, body):
    headers, _ = await make_student()
    response = await door.post("/api/messages", data=body, headers={**headers, "Content-Type": "application/json"})
    assert response.status == 400
    assert (await response.json())["error"]["code"] == "malformed_json"


async def test_a_too_long_text_is_refused_with_its_length(door, make_student):
    headers, _ = await make_student()
    response = await door.post("/api/messages", json={"text": "x" * 4001}, headers=headers)
    assert "4001" in (await response.json())["error"]["message"]


async def test_a_body_over_64_kib_is_refused(door, make_student):
    headers, _ = await make_student()
    response = await door.post("/api/messages", json={"text": "x" * 70_000}, headers=headers)
    assert (response.status, (await response.json())["error"]["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_other_content_types_are_refused(door, make_student, content_type):
    headers, _ = await make_student()
    response = await door.post(
        "/api/messages", data=b'{"text": "hi"}', headers={**headers, "Content-Type": content_type}
    )
    assert response.status == 415


@pytest.mark.parametrize("language", ["de", "", 1, "fr-CA"])
async def test_unknown_languages_are_refused(door, language):
    assert (await door.post("/api/conversations", json={"language": language})).status == 400


async def test_feedback_is_kept_and_the_latest_wins(door, make_student, make_settings):
    headers, opened = await make_student()
    message_id = opened["messages"][0]["id"]
    url = f"/api/messages/{message_id}/feedback"
    assert (await door.post(url, json={"helpful": True}, headers=headers)).status == 204
    assert (await door.post(url, json={"helpful": False, "comment": " old price "}, headers=headers)).status == 204
    kept = FeedbackStore(make_settings().review_database_url).find(opened["conversation_id"], message_id)
    assert (kept.helpful, kept.comment) == (False, "old price")


@pytest.mark.parametrize("body", [{}, {"helpful": "yes"}, {"helpful": 1}, {"helpful": True, "comment": "x" * 2001}])
async def test_malformed_feedback_is_refused(door, make_student, body):
    headers, opened = await make_student()
    url = f"/api/messages/{opened['messages'][0]['id']}/feedback"
    assert (await door.post(url, json=body, headers=headers)).status == 400


@pytest.mark.parametrize("message_id", ["179999999999999900", "x", "..%2f..%2fhealthz"])
async def test_feedback_on_no_message_is_refused(door, make_student, message_id):
    headers, _ = await make_student()
    response = await door.post(f"/api/messages/{message_id}/feedback", json={"helpful": True}, headers=headers)
    assert (response.status, (await response.json())["error"]["code"]) == (404, "message_not_found")


async def test_feedback_on_ones_own_words_is_refused(door, make_student):
    headers, _ = await make_student()
    sent = (await (await door.post("/api/messages", json={"text": "hi"}, headers=headers)).json())["sent"]
    response = await door.post(f"/api/messages/{sent['id']}/feedback", json={"helpful": True}, headers=headers)
    assert response.status == 404


async def test_erasing_leaves_nothing(door, make_student, fake_rasa, make_settings):
    headers, opened = await make_student()
    message_id = opened["messages"][0]["id"]
    await door.post(f"/api/messages/{message_id}/feedback", json={"helpful": True}, headers=headers)
    assert (await door.delete("/api/conversations/current", headers=headers)).status == 204
    assert fake_rasa.conversations == {}
    assert FeedbackStore(make_settings().review_database_url).find(opened["conversation_id"], message_id) is None
    for call in (
        door.get("/api/messages", headers=headers),
        door.post("/api/messages", json={"text": "hi"}, headers=headers),
        door.get("/api/stream", headers=headers),
        door.delete("/api/conversations/current", headers=headers),
    ):
        response = await call
        assert (response.status, (await response.json())["error"]["code"]) == (404, "conversation_not_found")


async def test_erasing_keeps_other_conversations(door, make_student, fake_rasa):
    headers, _ = await make_student()
    _, other = await make_student()
    await door.delete("/api/conversations/current", headers=headers)
    assert list(fake_rasa.conversations) == [other["conversation_id"]]


async def test_while_rasa_is_away_the_answer_is_503_with_retry_after(door, make_student, rasa_server):
    headers, _ = await make_student()
    await rasa_server.close()
    for call in (
        door.post("/api/conversations", json={}),
        door.post("/api/messages", json={"text": "hi"}, headers=headers),
        door.get("/api/messages", headers=headers),
        door.get("/api/stream", headers=headers),
        door.delete("/api/conversations/current", headers=headers),
    ):
        response = await call
        assert response.status == 503
        assert int(response.headers["Retry-After"]) > 0
        assert (await response.json())["error"]["code"] == "assistant_unavailable"


@pytest.mark.parametrize("status", [500, 503])
async def test_a_fault_in_rasa_is_503_with_its_code(door, make_student, fake_rasa, status):
    headers, _ = await make_student()
    fake_rasa.fails_with = status
    response = await door.post("/api/messages", json={"text": "hi"}, headers=headers)
    assert (response.status, (await response.json())["error"]["code"]) == (503, "no_answer")
