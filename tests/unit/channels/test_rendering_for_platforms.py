"""Texts, choices and cuts on each platform, within its limits."""

from html import unescape
from re import sub

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messaging.commands import Command, read_command
from bot.messaging.platforms.base import Labels
from bot.messaging.platforms.choices import choice_marks, typed_choice
from bot.messaging.platforms.kinds import PLATFORMS
from bot.messaging.platforms.markdown import to_html, to_mrkdwn, to_plain, to_whatsapp
from bot.messaging.platforms.splitting import shortened, split_text
from bot.settings import CHANNEL_VARIABLES, Settings

SAID = "**Rent** of [a room](https://a.example/b_c?d=1&e=2): 5 < 6 & 7\n- one\n- two"
MADE = {name: kind({needed: "4711:x" for needed in CHANNEL_VARIABLES[name]}) for name, kind in PLATFORMS.items()}


def message(text="", titles=(), attachments=()):
    buttons = [{"title": title, "choice": f"{number:016x}"} for number, title in enumerate(titles)]
    return {"text": text, "buttons": buttons, "cards": [], "attachments": list(attachments), "answer": None,
            "sender": "assistant"}  # fmt: skip


def rendered(channel, text, titles):
    labels = Labels(body=text, choose="Please choose:", choose_by_mark="Answer with the number.", options="Choose")
    return [call.payload for call in MADE[channel].render("33612345678", message(text, titles), labels)]


def test_each_dialect_shows_bold_links_and_lists_and_escapes_the_rest():
    assert to_html(SAID) == (
        '<b>Rent</b> of <a href="https://a.example/b_c?d=1&amp;e=2">a room</a>: 5 &lt; 6 &amp; 7\n• one\n• two'
    )
    assert to_mrkdwn(SAID) == "*Rent* of <https://a.example/b_c?d=1&amp;e=2|a room>: 5 &lt; 6 &amp; 7\n• one\n• two"
    assert to_whatsapp(SAID) == "*Rent* of a room (https://a.example/b_c?d=1&e=2): 5 < 6 & 7\n• one\n• two"
    assert to_plain(SAID) == "Rent of a room (https://a.example/b_c?d=1&e=2): 5 < 6 & 7\n• one\n• two"


def test_marks_in_a_text_are_not_taken_for_formatting_but_addresses_stay_whole():
    shown = to_whatsapp("a *b* _c_ at first_last@school.example or https://a.example/_x_")
    assert "first_last@school.example or https://a.example/_x_" in shown
    assert "*b*" not in shown
    assert shown.replace("\u200b", "").startswith("a *b* _c_")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab .!\n*[]()é😀\u0301مر"), max_size=400), st.integers(5, 60))
def test_a_cut_text_fits_and_loses_nothing_but_space(text, limit):
    pieces = split_text(text, lambda piece: len(to_plain(piece)) <= limit)
    assert all(0 < len(to_plain(piece)) <= limit for piece in pieces)
    assert sub(r"\s", "", "".join(pieces)) == sub(r"\s", "", text)


def test_a_text_is_cut_at_paragraphs_else_sentences_and_never_within_a_link():
    assert split_text("One. Two.\n\nThree.", lambda piece: len(piece) <= 12) == ["One. Two.", "Three."]
    assert split_text("One two. Three four.", lambda piece: len(piece) <= 12) == ["One two.", "Three four."]
    link = "[a title](https://a.example)"
    assert split_text(f"word word {link}", lambda piece: len(piece) <= 30) == ["word word", link]


def test_64_kilobytes_are_cut_for_every_platform():
    text = "All this and more. " * 3500
    for channel, most in (("telegram", 4096), ("whatsapp", 4096), ("slack", 3000), ("messenger", 2000)):
        payloads = rendered(channel, text, ())
        assert len(payloads) >= len(text) // most
    texts = [payload["text"] for payload in rendered("telegram", text, ())]
    assert "".join(unescape(piece).replace(" ", "") for piece in texts) == text.replace(" ", "")


def test_whatsapp_shows_buttons_else_a_list_else_numbers():
    kinds = [rendered("whatsapp", "Which one?", [f"Choice {number}" for number in range(count)])[-1]
             for count in (3, 4, 10, 11)]  # fmt: skip
    assert [payload["type"] for payload in kinds] == ["interactive", "interactive", "interactive", "text"]
    assert [payload["interactive"]["type"] for payload in kinds[:3]] == ["button", "list", "list"]
    assert kinds[3]["text"]["body"].endswith("11. Choice 10\n\nAnswer with the number.")
    (long_title,) = rendered("whatsapp", "Which one?", ["A title that is longer than a button"])
    (row,) = long_title["interactive"]["action"]["sections"][0]["rows"]
    assert (row["title"], row["description"]) == ("A title that is longer…", "A title that is longer than a button")
    long_text = rendered("whatsapp", "word " * 300, ["Yes", "No"])
    assert [payload["type"] for payload in long_text] == ["text", "interactive"]


def test_slack_puts_five_buttons_in_a_block_and_messenger_numbers_long_titles():
    (payload,) = rendered("slack", "Which one?", [f"Choice {number}" for number in range(12)])
    assert [len(block["elements"]) for block in payload["blocks"][1:]] == [5, 5, 2]
    (payload,) = rendered("messenger", "Which one?", ["Short", "A title that is longer than a reply"])
    assert [reply["title"] for reply in payload["message"]["quick_replies"]] == ["1", "2"]
    assert "2. A title that is longer than a reply" in payload["message"]["text"]
    (payload,) = rendered("messenger", "Which one?", [f"Choice {number}" for number in range(14)])
    assert "quick_replies" not in payload["message"]


def test_telegram_makes_rows_that_fit():
    titles = ["Yes", "No", "Perhaps", "Later", "A title as long as a whole row is"]
    (payload,) = rendered("telegram", "Which one?", titles)
    rows = payload["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in rows] == [
        ["Yes", "No", "Perhaps"], ["Later"], ["A title as long as a whole row is"],
    ]  # fmt: skip


TITLES = ("Price of a room", "Le dépôt de garantie", "Help")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1", 0), ("2.", 1), ("#3", 2), ("the second", 1), ("the second one", 1), ("Deuxième", 1), ("le 3e", 2),
        ("la dernière", 2), ("option 2", 1), ("two", 1), ("numéro deux", 1), ("price of a ROOM", 0),
        ("le depot de garantie !", 1), ("4", None), ("0", None), ("2 rooms", None), ("no", None), ("", None),
        ("the price", None), ("second semester", None), ("1 or 2", None),
    ],
)  # fmt: skip
def test_a_choice_is_understood_by_number_ordinal_or_title(text, position):
    assert typed_choice(text, message("Which one?", TITLES)) == position


def test_where_the_text_is_a_list_choices_bear_letters():
    listed = message("1. **A course**\n2. **Another**", TITLES)
    assert choice_marks(listed) == ["A", "B", "C"]
    assert [typed_choice(text, listed) for text in ("b", "2", "the second one", "help")] == [1, None, None, 2]


def test_where_a_list_has_no_entries_to_ask_for_numbers_mean_the_choices():
    told = message("- Rent: 308 €\n- Internet: 10 €", TITLES)
    assert [typed_choice(text, told, refers_to_list=False) for text in ("b", "2", "the third one")] == [1, 1, 2]
    counted = message("1. **A course**\n2. **Another**", TITLES)
    assert typed_choice("2", counted, refers_to_list=False) is None


def test_cards_tell_only_what_the_text_does_not(monkeypatch):
    from bot.channels import wording

    labels = {"utter_channel_fact": "{label}: {value}"}
    monkeypatch.setattr(
        wording, "worded", lambda _agent, key, _language, **named: {"text": labels.get(key, key).format(**named)}
    )
    cards = [
        {"title": "Barbet", "subtitle": "Crous", "url": None, "facts": [{"label": "Places", "value": "81"}]},
        {"title": "Pollet", "subtitle": "Crous", "url": None, "facts": [{"label": "Places", "value": "115"}]},
        {"title": "HOM", "subtitle": "CGC", "url": None,
         "facts": [{"label": "Unit", "value": "Science (C42), CGC S8, 8 ECTS"}]},
    ]  # fmt: skip
    said = "- **Barbet**\n- **Pollet**\n- **HOM**: CGC, S8. Unit: Science (C42), 8 ECTS"
    body = wording.make_labels(None, {**message(said), "cards": cards}, "en").body
    assert body == f"{said}\n\n**Barbet** – Places: 81\n**Pollet** – Places: 115"


@pytest.mark.parametrize(
    "text", ["delete my data", "Erase our conversation please", "Can you delete all my personal data?",
             "efface mes données", "Supprimez notre conversation svp", "/effacer", "/erase@welcome_bot"],
)  # fmt: skip
def test_who_wants_all_erased_may_say_it_in_words(text):
    assert read_command(text) == Command("erase")


@pytest.mark.parametrize(
    "text", ["delete my plan", "remove a course", "Erase everything", "efface", "what data do you keep"]
)
def test_other_words_erase_nothing(text):
    assert read_command(text) is None


def test_a_title_is_shortened_at_a_word():
    assert shortened("How to apply for a room", 20) == "How to apply for a…"
    assert len(shortened("x" * 50, 20)) == 20


def test_a_channel_needs_all_of_its_variables():
    from bot.errors import SettingsError

    with pytest.raises(SettingsError, match="TELEGRAM_SECRET, TELEGRAM_BOT_NAME missing"):
        Settings.from_environment({"TELEGRAM_TOKEN": "1:a"})
    complete = {name: "x" for name in CHANNEL_VARIABLES["slack"]}
    assert Settings.from_environment(complete).channels == ("slack",)
    assert "xoxb-secret" not in repr(Settings.from_environment({**complete, "SLACK_BOT_TOKEN": "xoxb-secret"}))


def test_french_texts_end_no_line_before_a_sign_that_stands_apart():
    from bot.channels.wording import unbroken

    told = unbroken("Prix : 308 € ! « Ici » ; où ?", "fr")
    assert told == "Prix\N{NBSP}: 308\N{NBSP}€\N{NBSP}! «\N{NBSP}Ici\N{NBSP}»\N{NBSP}; où\N{NBSP}?"
    assert unbroken("308 € a month", "en") == "308 € a month"
