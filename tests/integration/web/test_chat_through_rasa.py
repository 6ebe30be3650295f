"""The chat API, the channel and a trained Rasa agent together."""

import asyncio
import json

import aiohttp
import pytest
from small_assistant import PRICE, SECRET

from bot.tokens import WEB_TO_CHANNEL, internal_token, sign_conversation
from bot.web.schemas import Messages, OpenedConversation, Replies

pytestmark = pytest.mark.slow


async def open_conversation(door, language=None):
    response = await door.post("/api/conversations", json={"language": language})
    opened = await response.json()
    assert response.status == 201, opened
    OpenedConversation.parse_obj(opened)
    return {"Authorization": f"Bearer {opened['token']}"}, opened


async def send(door, headers, **what):
    response = await door.post("/api/messages", json=what, headers=headers)
    return response.status, await response.json()


async def history(door, headers, **query):
    response = await door.get("/api/messages", params=query, headers=headers)
    return [(message.sender, message.text) for message in Messages.parse_obj(await response.json()).messages]


async def test_a_conversation_from_greeting_to_choice(door):
    headers, opened = await open_conversation(door)
    assert opened["messages"][0]["text"] == "Hello"
    status, replies = await send(door, headers, text="hello there")
    assert status == 200
    assert Replies.parse_obj(replies).messages[0].answer.outcome == "small_talk"
    choice = opened["messages"][0]["buttons"][0]["choice"]
    status, replies = await send(door, headers, choice=choice)
    assert (status, replies["messages"][0]["text"]) == (200, PRICE)
    assert await history(door, headers) == [
        ("assistant", "Hello"),
        ("student", "hello there"),
        ("assistant", "Hello"),
        ("student", "What does a room cost?"),
        ("assistant", PRICE),
    ]
    live = [*opened["messages"], replies["sent"], *replies["messages"]]
    kept = (await (await door.get("/api/messages", headers=headers)).json())["messages"]
    assert [message for message in kept if message["id"] in {m["id"] for m in live}] == live
    assert await history(door, headers, after=kept[3]["id"]) == [("assistant", PRICE)]


async def test_what_is_sent_again_is_answered_once(door):
    headers, opened = await open_conversation(door)
    choice = opened["messages"][0]["buttons"][0]["choice"]
    for what in ({"text": "hello there", "client_id": "first-one"}, {"choice": choice, "client_id": "second-one"}):
        answers = [await send(door, headers, **what) for _ in range(3)]
        assert answers[0][0] == 200
        assert answers[0] == answers[1] == answers[2]
        assert answers[0][1]["sent"]["client_id"] == what["client_id"]
    both = await asyncio.gather(*(send(door, headers, text="price", client_id="third-one") for _ in range(2)))
    assert both[0] == both[1]
    said = [text for sender, text in await history(door, headers) if sender == "student"]
    assert said == ["hello there", "What does a room cost?", "price"]


async def test_what_found_no_answer_may_be_sent_again(door):
    headers, _ = await open_conversation(door)
    for _ in range(2):
        status, answer = await send(door, headers, text="break down", client_id="failing-one")
        assert (status, answer["error"]["code"]) == (503, "no_answer")
    assert [text for sender, text in await history(door, headers) if sender == "student"] == ["break down"]


async def test_the_greeting_is_in_the_language_asked_for(door):
    headers, opened = await open_conversation(door, "fr")
    assert opened["messages"][0]["text"] == "Bonjour"
    assert await history(door, headers) == [("assistant", "Bonjour")]


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "  /restart",
        "//restart",
        "/ /restart",
        "/session_start",
        '/ask_price{"residence": "x"}',
        "/back",
        "/",
        '/greet{"language": "fr"}',
        "EXTERNAL: greet",
        "/ask_price@1.0",
        "[hello](residence)",
    ],
)
async def test_texts_that_look_like_orders_are_words(door, agent, text):
    headers, opened = await open_conversation(door)
    status, replies = await send(door, headers, text=text)
    assert (status, replies["messages"][0]["text"]) == (200, "I did not understand")
    assert replies["sent"]["text"] == text.strip()
    tracker = await agent.tracker_store.retrieve(opened["conversation_id"])
    assert tracker.latest_message.text == text.strip()
    assert tracker.get_slot("language") is None
    assert await history(door, headers) == [
        ("assistant", "Hello"),
        ("student", text.strip()),
        ("assistant", "I did not understand"),
    ]


async def test_words_behind_a_slash_are_understood_where_they_stand(door, agent):
    headers, opened = await open_conversation(door)
    status, replies = await send(door, headers, text="/ rent of bougainville")
    assert (status, replies["messages"][0]["text"]) == (200, PRICE)
    tracker = await agent.tracker_store.retrieve(opened["conversation_id"])
    (entity,) = tracker.latest_message.entities
    assert tracker.latest_message.text[entity["start"] : entity["end"]] == "bougainville"


async def test_choices_of_another_conversation_or_of_ones_own_making_are_refused(door):
    from bot.channels.messages import choice_id

    headers, _ = await open_conversation(door, "fr")  # its greeting offers nothing
    for choice in (choice_id('/ask_price{"residence": "bougainville"}'), choice_id("/restart"), "/restart"):
        status, answer = await send(door, headers, choice=choice)
        assert (status, answer["error"]["code"]) == (404, "choice_not_offered")
    assert await history(door, headers) == [("assistant", "Bonjour")]


# Rasa's own in-memory store forgets earlier sessions when it saves a new one.
@pytest.mark.parametrize("tracker_store", ["sql"], indirect=True)
async def test_history_and_choices_survive_a_new_session(door, agent):
    from rasa.shared.core.events import ActionExecuted, SessionStarted

    headers, opened = await open_conversation(door)
    tracker = await agent.tracker_store.retrieve(opened["conversation_id"])
    tracker.update_with_events(
        [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], agent.domain
    )
    await agent.tracker_store.save(tracker)
    status, _ = await send(door, headers, choice=opened["messages"][0]["buttons"][0]["choice"])
    assert status == 200
    assert [text for _, text in await history(door, headers)] == ["Hello", "What does a room cost?", PRICE]


@pytest.mark.parametrize("text", ["break down", "be quiet"])
async def test_no_answer_is_an_error_never_an_empty_list(door, text):
    headers, _ = await open_conversation(door)
    status, answer = await send(door, headers, text=text)
    assert (status, answer["error"]["code"]) == (503, "no_answer")
    status, _ = await send(door, headers, text="price")
    assert status == 200


async def test_a_crash_in_rasa_is_an_error(door, agent, monkeypatch):
    headers, _ = await open_conversation(door)

    async def crash(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(agent.processor, "handle_message", crash)
    status, answer = await send(door, headers, text="price")
    assert (status, answer["error"]["code"]) == (503, "assistant_failed")
    assert "secret" not in json.dumps(answer)


async def test_without_a_model_the_answer_is_503(door, rasa_server):
    rasa_server.app.ctx.agent = None
    response = await door.post("/api/conversations", json={})
    assert (response.status, (await response.json())["error"]["code"]) == (503, "model_not_loaded")


async def test_erasing_leaves_no_event_and_no_lock(door, agent):
    headers, opened = await open_conversation(door)
    other, _ = await open_conversation(door)
    await send(door, headers, text="price")
    assert (await door.delete("/api/conversations/current", headers=headers)).status == 204
    assert list(await agent.tracker_store.keys()) != []
    assert opened["conversation_id"] not in await agent.tracker_store.keys()
    assert agent.lock_store.conversation_locks == {}
    for status, answer in (await send(door, headers, text="price"), await send(door, headers, text="/price")):
        assert (status, answer["error"]["code"]) == (404, "conversation_not_found")
    assert opened["conversation_id"] not in await agent.tracker_store.keys()
    assert await history(door, other) == [("assistant", "Hello")]


async def test_a_message_that_waits_while_the_conversation_is_erased_does_not_write_it_anew(door, agent):
    headers, opened = await open_conversation(door)
    conversation_id = opened["conversation_id"]
    async with agent.lock_store.lock(conversation_id):
        erasing = asyncio.ensure_future(door.delete("/api/conversations/current", headers=headers))
        await asyncio.sleep(0.2)
        waiting = asyncio.ensure_future(send(door, headers, text="price"))
        await asyncio.sleep(0.2)
    assert (await erasing).status == 204
    assert (await waiting)[0] == 404
    assert conversation_id not in await agent.tracker_store.keys()


async def test_a_signed_token_of_an_unknown_conversation_is_404(door, agent):
    headers = {"Authorization": f"Bearer {sign_conversation('f' * 32, SECRET)}"}
    assert (await send(door, headers, text="price"))[0] == 404
    assert (await door.get("/api/messages", headers=headers)).status == 404
    assert list(await agent.tracker_store.keys()) == []


async def test_two_messages_at_once_are_taken_one_after_the_other(door):
    headers, _ = await open_conversation(door)
    answers = await asyncio.gather(*(send(door, headers, text="price") for _ in range(2)))
    assert [status for status, _ in answers] == [200, 200]
    senders = [sender for sender, _ in await history(door, headers)]
    assert senders == ["assistant", "student", "assistant", "student", "assistant"]


async def test_a_turn_that_takes_too_long_is_an_error_and_its_answer_comes_by_the_stream(door, agent, monkeypatch):
    headers, opened = await open_conversation(door)
    handle_message = agent.processor.handle_message

    async def handle_slowly(message):
        await asyncio.sleep(0.6)
        return await handle_message(message)

    monkeypatch.setattr(agent.processor, "handle_message", handle_slowly)
    monkeypatch.setattr("bot.channels.turns.TURN_SECONDS", 0.2)
    stream = await door.get("/api/stream", headers=headers)
    status, answer = await send(door, headers, text="price")
    assert (status, answer["error"]["code"]) == (503, "timeout")
    assert (await next_message(stream))["text"] == PRICE
    async with agent.lock_store.lock(opened["conversation_id"]):
        pass  # Rasa sends an answer before it writes it: the turn is over when it lets go of its lock
    assert (await history(door, headers))[1:] == [("student", "price"), ("assistant", PRICE)]


async def test_what_comes_by_itself_reaches_the_stream_as_the_history_shows_it(door, agent, rasa_server):
    from rasa.core.actions.action import create_bot_utterance

    headers, opened = await open_conversation(door)
    stream = await door.get("/api/stream", headers=headers)
    event = create_bot_utterance({"text": "The office answers", "custom": {"sender": "staff"}})
    tracker = await agent.tracker_store.retrieve(opened["conversation_id"])
    tracker.update(event)
    await agent.tracker_store.save(tracker)
    await rasa_server.channel.get_output_channel().send_response(opened["conversation_id"], event.message())
    arrived = await next_message(stream)
    kept = (await (await door.get("/api/messages", headers=headers)).json())["messages"]
    assert (arrived, arrived["sender"]) == (kept[-1], "staff")


@pytest.mark.parametrize("token", [None, "wrong", internal_token(SECRET, "channel calls web")])
async def test_the_channel_lets_in_only_the_public_door(rasa_server, token):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(headers=headers) as session:
        for method, path in (
            ("GET", "/health"),
            ("POST", "/conversations/x"),
            ("DELETE", "/conversations/x"),
            ("GET", "/conversations/x/messages"),
            ("POST", "/conversations/x/messages"),
        ):
            async with session.request(
                method, f"{rasa_server.url}/webhooks/web{path}", json={"text": "hi"}
            ) as response:
                assert response.status == 401


async def test_the_channel_says_which_model_is_loaded(rasa_server, agent):
    headers = {"Authorization": f"Bearer {internal_token(SECRET, WEB_TO_CHANNEL)}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(f"{rasa_server.url}/webhooks/web/health") as response:
            assert (response.status, await response.json()) == (200, {"model": agent.model_id})


async def next_message(stream):
    """Return the message of the stream's next event."""

    async def read():
        async for line in stream.content:
            if line.startswith(b"data: "):
                return json.loads(line[6:])
        raise AssertionError("the stream has ended")

    return await asyncio.wait_for(read(), 5)
