"""What comes in and goes out, against the platforms' own libraries and documented limits."""

import json

import httpx
import payloads as sent_by
import platform_server
import pytest
import pywa
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st
from pywa import types as whatsapp
from slack_sdk.signature import SignatureVerifier

from bot.messaging.platforms.base import Labels
from bot.messaging.platforms.kinds import PLATFORMS
from bot.settings import CHANNEL_VARIABLES

NUMBER = "33612345678"
MADE = {
    name: kind({**{needed: "4711:x" for needed in CHANNEL_VARIABLES[name]}, "WHATSAPP_PHONE_ID": "106540352242922"})
    for name, kind in PLATFORMS.items()
}
FRENCH = dict(choose="Que choisissez-vous ?", choose_by_mark="Répondez par le chiffre.", options="Choisir")


def rendered(channel, text, titles, chat=NUMBER):
    buttons = [{"title": title, "choice": f"{number:016x}"} for number, title in enumerate(titles)]
    message = {"text": text, "buttons": buttons, "cards": [], "attachments": [], "answer": None, "sender": "assistant"}
    return [call.payload for call in MADE[channel].render(chat, message, Labels(body=text, **FRENCH))]


def read(webhook):
    reading = MADE[webhook.channel].read(webhook.body, webhook.headers["Content-Type"])
    return list(reading.inbound)


# --- out


TITLES = st.text(alphabet=st.sampled_from("abcdé 😀<&|*"), min_size=1, max_size=90).filter(str.strip)


@pytest.mark.parametrize("channel", sorted(PLATFORMS))
@settings(max_examples=25, deadline=None)
@given(
    text=st.text(alphabet=st.sampled_from("abé .!*_~`<>&|[]()\n😀\u0301مر"), max_size=6000),
    titles=st.lists(TITLES, max_size=30),
)
def test_whatever_is_said_no_platform_refuses_it(channel, text, titles):
    wrong = getattr(platform_server, f"wrong_{channel}")
    sent = rendered(channel, text, titles)
    assert [reason for payload in sent if (reason := wrong(payload))] == []
    assert bool(sent) == bool(text.strip() or titles)


def by_pywa(send):
    """Return what pywa sends for the same."""
    taken = []

    def take(request):
        taken.append(json.loads(request.content))
        contacts = [{"input": NUMBER, "wa_id": NUMBER, "user_id": "FR.1"}]
        return httpx.Response(200, json={"messages": [{"id": "wamid.1"}], "contacts": contacts})

    with httpx.Client(transport=httpx.MockTransport(take)) as session:
        send(pywa.WhatsApp(phone_id="106540352242922", token="x", session=session))
    return taken


def test_whatsapp_gets_texts_buttons_and_lists_as_pywa_sends_them():
    titles = ["Price of a room", "How to apply for a room", "Help", "More"]
    buttons = [whatsapp.Button("Help", "0" * 16)]
    rows = [whatsapp.SectionRow(title, f"{number:016x}") for number, title in enumerate(titles)]
    listed = whatsapp.SectionList("Choisir", [whatsapp.Section("Choisir", rows)])
    assert rendered("whatsapp", "Hello", []) == by_pywa(lambda client: client.send_message(NUMBER, "Hello"))
    assert rendered("whatsapp", "Hello", ["Help"]) == by_pywa(
        lambda client: client.send_message(NUMBER, "Hello", buttons=buttons)
    )
    assert rendered("whatsapp", "Hello", titles) == by_pywa(
        lambda client: client.send_message(NUMBER, "Hello", buttons=listed)
    )
    assert rendered("whatsapp", "Hello", [], chat="FR.13491208655302741918") == by_pywa(
        lambda client: client.send_message("FR.13491208655302741918", "Hello")
    )


# --- in


def test_telegrams_updates_are_those_that_its_library_reads():
    def update(webhook):
        return telegram.Update.de_json(json.loads(webhook.body), None)

    text = update(sent_by.telegram_text(5, "hi", language="fr"))
    assert (text.message.text, text.effective_user.language_code, text.message.chat.type) == ("hi", "fr", "private")
    assert update(sent_by.telegram_press(5, "data")).callback_query.data == "data"
    content = sent_by.telegram_message(5, location={"latitude": 49.4, "longitude": 1.1})
    assert update(sent_by.telegram_update({"message": content})).message.location.latitude == 49.4
    sticker = {
        "file_id": "1", "file_unique_id": "2", "type": "regular", "width": 1, "height": 1, "is_animated": False,
        "is_video": False,
    }  # fmt: skip
    webhook = sent_by.telegram_update({"message": sent_by.telegram_message(5, sticker=sticker)})
    assert update(webhook).message.sticker.file_id == "1"
    assert [item.kind for item in read(webhook)] == ["other"]


def whatsapp_read(kind, webhook):
    client = pywa.WhatsApp(phone_id="106540352242922", token="x")
    return kind.from_update(client, json.loads(webhook.body))


def test_whatsapps_notifications_are_those_that_pywa_reads():
    webhook = sent_by.whatsapp_text(NUMBER, "hi")
    assert whatsapp_read(whatsapp.Message, webhook).text == "hi"
    (ours,) = read(webhook)
    assert (ours.kind, ours.chat, ours.text) == ("text", NUMBER, "hi")
    pressed = sent_by.whatsapp_press(NUMBER, "00ff", "Help")
    assert whatsapp_read(whatsapp.CallbackButton, pressed).data == read(pressed)[0].choice == "00ff"
    sticker = {"id": "1", "mime_type": "image/webp", "sha256": "x", "animated": False, "url": "https://a.example"}
    image = sent_by.whatsapp_update(sent_by.whatsapp_message(NUMBER, "sticker", sticker=sticker))
    assert whatsapp_read(whatsapp.Message, image).sticker.id == "1"
    assert read(image)[0].kind == "other"


def test_an_edit_on_whatsapp_names_the_message_and_a_deleted_one_is_left():
    new = {"type": "text", "text": {"body": "price"}}
    content = sent_by.whatsapp_message(NUMBER, "edit", edit={"original_message_id": "wamid.1", "message": new})
    webhook = sent_by.whatsapp_update(content)
    theirs = whatsapp_read(whatsapp.EditedMessage, webhook)
    (ours,) = read(webhook)
    assert (theirs.original_message_id, theirs.message.text) == (ours.subject, ours.text) == ("wamid.1", "price")
    assert ours.kind == "edit"
    revoked = sent_by.whatsapp_message(NUMBER, "revoke", revoke={"original_message_id": "wamid.1"})
    assert read(sent_by.whatsapp_update(revoked)) == []


def test_who_goes_by_a_user_name_on_whatsapp_is_answered_without_a_number():
    content = sent_by.whatsapp_message(NUMBER, text={"body": "hi"}, from_user_id="FR.13491208655302741918")
    del content["from"]
    (ours,) = read(sent_by.whatsapp_update(content))
    assert ours.chat == "FR.13491208655302741918"
    in_group = {**content, "group_id": "120363"}
    assert read(sent_by.whatsapp_update(in_group)) == []


def test_slacks_calls_are_signed_as_its_library_checks():
    for signed in (sent_by.slack_text("D1", "hi"), sent_by.slack_press("D1", "00ff", "Help")):
        assert SignatureVerifier("slack-secret-of-tests").is_valid_request(signed.body, signed.headers)
