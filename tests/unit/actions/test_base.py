import asyncio
import threading

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import MobilityAction, find_action, payload, utter
from actions.questions import ANY, Question
from actions.replies import Button, Card, Outcome, Reply
from bot.errors import DatabaseUnavailableError
from bot.mobility.types import Provenance

# Not concrete subclasses of MobilityAction at module level would be registered as actions of the assistant in other
# tests; these bear no name that the domain knows.


class SlowAction(MobilityAction):
    action_name = "test_slow_action"
    criteria = ("semester", "term")
    context = ("semester",)
    displaces = {"semester": ("term",)}  # noqa: RUF012

    def answer(self, session, question):
        self.thread = threading.current_thread()
        yield Reply("utter_thank", topic="greeting_smalltalk", outcome=Outcome.ANSWERED, slots={"page": 3})


class AwayAction(MobilityAction):
    action_name = "test_away_action"

    def answer(self, session, question):
        raise DatabaseUnavailableError("The database is away.")


def tracker(entities=(), slots=None, text="a message", events=()):
    message = {"text": text, "intent": {"name": "find_courses"}, "entities": list(entities)}
    return Tracker("student", {"language": "fr", **(slots or {})}, message, list(events), False, None, {}, None)


def run(action, tracker):
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


def entity(name, value, start=0, end=1):
    return {"entity": name, "value": value, "start": start, "end": end}


def test_the_database_is_asked_off_the_event_loop(real_facts):
    action = SlowAction()
    run(action, tracker())
    assert action.thread is not threading.main_thread()


def test_an_action_remembers_what_it_answered_by(real_facts):
    _, slots = run(SlowAction(), tracker([entity("semester", "9")]))
    assert slots == {
        "topic_action": "test_slow_action",
        "topic_intent": "find_courses",
        "semester": ["9"],
        "page": 3,
    }
    _, again = run(SlowAction(), tracker([entity("semester", "9")], slots={**slots, "term": ["autumn"]}))
    assert again == {"term": None}, "only what changes"


@pytest.mark.parametrize(("response", "named"), [("utter_thank", False), ("utter_identity", True)])
def test_the_name_of_the_school_is_looked_up_where_a_response_says_it(real_facts, monkeypatch, response, named):
    reply = Reply(response, topic="greeting_smalltalk", outcome=Outcome.SMALL_TALK)
    monkeypatch.setattr(SlowAction, "answer", lambda *_: [reply])
    messages, _ = run(SlowAction(), tracker())
    assert ("INSA" in messages[0].get("school", "")) is named


def test_context_is_taken_over_unless_the_message_names_it_itself(real_facts):
    _, slots = run(SlowAction(), tracker(slots={"semester": ["9"], "term": ["autumn"]}))
    assert slots["term"] is None
    assert "semester" not in slots, "it stays"
    _, slots = run(SlowAction(), tracker([entity("semester", "5")], slots={"semester": ["9"]}))
    assert slots["semester"] == ["5"]


def test_a_criterion_puts_another_one_out_of_force():
    action = SlowAction()
    question = Question("", "change_criteria", "en", {"semester": ("8",)}, slots={"term": ["autumn"]})
    assert action.take_over(question, action.criteria).entities == {"semester": ("8",)}


def test_any_takes_a_criterion_away():
    question = Question(
        "", "change_criteria", "en", {"semester": (ANY,)}, slots={"semester": ["9"], "term": ["autumn"]}
    )
    assert question.taking_over(("semester", "term")).entities == {"term": ("autumn",)}


def test_a_database_that_is_away_is_an_answer_and_forgets_nothing(real_facts):
    messages, slots = run(AwayAction(), tracker(slots={"semester": ["9"]}))
    assert [message["response"] for message in messages] == ["utter_database_unavailable"]
    assert messages[0]["custom"]["answer"]["outcome"] == "fallback"
    assert slots == {}


def test_the_question_is_read_from_the_message_and_the_last_answer():
    events = [
        {"event": "bot", "data": {"custom": {"answer": {"outcome": "fallback", "language": "en"}}}},
        {"event": "user", "text": "courses on CFD and on CFD"},
    ]
    entities = [entity("subject", "cfd", 11, 14), entity("subject", "cfd", 22, 25), entity("language", "fr", 0, 25)]
    question = Question.from_tracker(tracker(entities, text="courses on CFD and on CFD", events=events))
    assert question.entities == {"subject": ("cfd",), "language": ("fr",)}
    assert question.spans == {"subject": ((11, 14), (22, 25))}
    assert (question.language, question.last_outcome, question.last_language) == ("fr", "fallback", "en")


def test_a_pressed_button_is_no_text_to_search_in():
    assert Question.from_tracker(tracker(text='/find_courses{"semester": "9"}')).text == ""


def source(**changed):
    facts = {
        "title": {"en": "A page", "fr": "Une page"},
        "url": "https://example.org",
        "as_of": "2018-2019",
        "verified_on": "2026-11",
        "confidence": "official",
        "sample": False,
        "kind": "residence_price",
        "valid_until": None,
    }
    return Provenance(**{**facts, **changed})


@pytest.mark.parametrize(
    ("provenances", "expected"),
    [
        ([source(as_of=None)], []),
        ([source()], ["peut"]),
        ([source(sample=True)], ["exemple"]),
        ([source(sample=True), source()], ["exemple", "peut"]),
    ],
)
def test_notes_tell_of_samples_and_of_old_facts(provenances, expected):
    dispatcher = CollectingDispatcher()
    utter(dispatcher, Reply("utter_thank", "contact", Outcome.ANSWERED, provenance=tuple(provenances)), "fr")
    notes = dispatcher.messages[0]["notes"]
    assert notes.count("\n\n") == len(expected)
    assert ("exemple" in notes) == ("exemple" in expected)


def test_an_answer_bears_its_sources_once_its_cards_and_its_buttons():
    dispatcher = CollectingDispatcher()
    reply = Reply(
        "utter_thank",
        "contact",
        Outcome.ANSWERED,
        provenance=(source(), source()),
        variables={"title": "A title"},
        cards=(Card("A card", facts=(("label", "value"),)),),
        buttons=(Button("Go", "find_courses", {"semester": "9"}),),
    )
    utter(dispatcher, reply, "fr")
    message = dispatcher.messages[0]
    assert message["response"] == "utter_thank"
    assert message["title"] == "A title"
    assert message["buttons"] == [{"title": "Go", "payload": '/find_courses{"semester": "9"}'}]
    assert message["custom"]["answer"] == {
        "topic": "contact",
        "outcome": "answered",
        "language": "fr",
        "sources": [
            {
                "title": "Une page",
                "url": "https://example.org",
                "as_of": "2018-2019",
                "verified_on": "2026-11",
                "sample": False,
                "stale": True,
            }
        ],
    }
    assert message["custom"]["cards"] == [
        {"title": "A card", "subtitle": "", "facts": [{"label": "label", "value": "value"}], "url": None}
    ]


def test_a_button_without_entities_is_a_bare_intent():
    assert payload(Button("Help", "ask_help")) == "/ask_help"


def test_actions_are_found_by_the_name_in_the_domain():
    assert isinstance(find_action("test_away_action"), AwayAction)
    assert find_action("action_that_is_not") is None
    assert find_action(None) is None
