"""A second question that means something only after the first."""

import re

ENGLISH_COURSES = "Which courses are taught in English in semester 9 in mechanical engineering?"


def test_another_semester(assistant):
    conversation = assistant.conversation("en")
    first = conversation.say(ENGLISH_COURSES)
    second = conversation.say("and in semester 8?")  # there is none
    third = conversation.say("and in semester 7?")
    assert {reply.topic for reply in (first, second, third)} == {"course_search"}
    assert "8" in second.text
    assert "7" in third.text
    assert "MECA41-MVAR" in third.everything


def test_the_same_in_french(assistant):
    conversation = assistant.conversation("en")
    first = conversation.say("What does a room in the INSA residences cost?")
    second = conversation.say("in French please")
    assert (first.language, second.language) == ("en", "fr")
    assert second.topic == "housing_price"
    assert "308" in second.text
    assert conversation.say("What is the deposit?").outcome == "not_known"


def test_the_language_asked_for_stays(assistant):
    conversation = assistant.conversation("en")
    conversation.say("in French please")
    assert conversation.say("ok").language == "fr"


def test_one_of_the_courses_shown(assistant):
    conversation = assistant.conversation("en")
    courses = conversation.say(ENGLISH_COURSES)
    details = conversation.say("tell me more about the second one")
    assert (details.topic, details.outcome) == ("course_details", "answered")
    second = re.findall(r"\((MECA51-\w+)\)", courses.text)[1]
    assert second in details.everything


def test_every_choice_offered_is_understood(assistant):
    conversation = assistant.conversation("en")
    choices = [button for message in conversation.greeting for button in message["buttons"]]
    assert choices
    for choice in choices:
        assert conversation.choose(choice["choice"]).outcome in ("answered", "clarify", "not_known"), choice["title"]
