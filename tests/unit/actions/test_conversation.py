import pytest
from conversation_partner import Student

MAILBOX = "international@insa-rouen.fr"


def only(messages):
    assert len(messages) == 1
    return messages[0]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("intent", "outcome"),
    [
        ("start_conversation", "small_talk"), ("greet", "small_talk"), ("goodbye", "small_talk"),
        ("thank", "small_talk"),
        ("deny", "small_talk"), ("ask_help", "small_talk"), ("ask_identity", "small_talk"), ("insult", "small_talk"),
        ("affirm", "small_talk"), ("start_over", "small_talk"), ("out_of_scope", "fallback"),
    ],
)  # fmt: skip
def test_social_acts_are_answered_in_the_language_of_the_conversation(real_facts, language, intent, outcome):
    said = only(Student(language=language).says(intent))
    assert said.answer["language"] == language
    assert said.answer["outcome"] == outcome
    assert "{" not in said.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_greeting_offers_choices_that_all_lead_to_an_answer(real_facts, language):
    student = Student(language=language)
    choices = only(student.says("start_conversation")).choices
    assert 4 <= len(choices) <= 6
    for payload in choices.values():
        assert only(student.presses(payload)).answer["outcome"] == "answered"


@pytest.mark.parametrize(("intent", "outcome"), [("ask_person", "handed_over"), ("report_wrong_answer", "answered")])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_wants_a_person_gets_the_office_with_mailbox_and_phone(real_facts, language, intent, outcome):
    said = only(Student(language=language).says(intent))
    assert said.answer["topic"] == "contact"
    assert said.answer["outcome"] == outcome
    assert said.answer["sources"]
    assert MAILBOX in said.text
    assert "+33" in said.text


class TestLanguage:
    def test_the_last_answer_comes_again_in_the_language_asked_for(self, student):
        before = only(student.says("find_courses", "courses in S9", semester="9"))
        after = only(student.says("change_language", "in French please", requested_language="fr"))
        assert after.response == before.response
        assert after.answer["language"] == student.slots["language"] == "fr"
        assert after.variables["total"] == before.variables["total"]
        assert after.text.startswith("J'ai trouvé")

    def test_the_page_that_was_shown_comes_again(self, student):
        student.says("find_courses", "courses in S9", semester="9")
        before = only(student.says("find_more", "more"))
        after = only(student.says("change_language", "in French please", requested_language="fr"))
        assert (after.variables["first"], after.variables["last"]) == (
            before.variables["first"],
            before.variables["last"],
        )

    def test_the_language_of_the_message_counts_where_none_is_named(self, etudiant):
        etudiant.says("greet")
        etudiant.says("change_language", "Sorry, I do not understand", language="en")
        assert etudiant.slots["language"] == "en"

    def test_another_language_is_the_other_one(self, student):
        student.says("greet")
        said = only(student.says("change_language", "another language please", language="en"))
        assert said.response == "utter_language_set"
        assert said.answer["language"] == "fr"

    def test_three_languages_would_be_asked_back_about(self, student, monkeypatch):
        for module in ("actions.conversation", "actions.follow_ups"):
            monkeypatch.setattr(f"{module}.SUPPORTED_LANGUAGES", ("en", "fr", "es"))
        student.says("greet")
        said = only(student.says("change_language", "another language please"))
        assert said.answer["outcome"] == "clarify"
        assert len(said.buttons) == 3
        assert student.slots["language"] == "en"


def test_starting_over_forgets_all_but_the_language(etudiant):
    etudiant.says("find_courses", "cours en S9", semester="9")
    said = only(etudiant.says("start_over"))
    assert said.answer["language"] == "fr"
    assert {name for name, value in etudiant.slots.items() if value is not None} == {"language"}
    assert only(etudiant.says("find_more")).answer["outcome"] == "clarify"


class TestNotUnderstood:
    def test_likely_intents_are_offered_at_most_three(self, student):
        ranking = [
            ("nlu_fallback", 0.4), ("ask_residence_price", 0.39), ("ask_residence_deposit", 0.38), ("greet", 0.37),
            ("find_residences", 0.36), ("ask_residence_contract", 0.35), ("ask_visa", 0.2),
        ]  # fmt: skip
        said = only(student.says("nlu_fallback", "hm", ranking=ranking, residence="insa"))
        assert said.answer["outcome"] == "clarify"
        assert said.answer["topic"] == "housing_price"
        assert list(said.choices.values()) == [
            '/ask_residence_price{"residence": "insa"}',
            '/ask_residence_deposit{"residence": "insa"}',
            '/find_residences{"residence": "insa"}',
        ]

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_what_may_be_a_matter_of_the_assistant_after_all_is_offered(self, real_facts, language):
        ranking = [("out_of_scope", 0.85), ("find_residences", 0.15), ("ask_guarantor", 0.14), ("ask_visa", 0.05)]
        said = only(Student(language).says("out_of_scope", "who rents out lofts", ranking=ranking))
        assert (said.answer["outcome"], said.answer["topic"]) == ("clarify", "housing_search")
        assert list(said.choices.values()) == ["/find_residences", "/ask_guarantor"]

    def test_what_is_surely_no_matter_of_the_assistant_is_not_offered_anything_likely(self, student):
        ranking = [("out_of_scope", 0.93), ("find_residences", 0.07)]
        assert only(student.says("out_of_scope", "who won", ranking=ranking)).answer["outcome"] == "fallback"

    def test_what_is_offered_in_vain_is_not_offered_again(self, student):
        ranking = [("out_of_scope", 0.85), ("find_residences", 0.15)]
        student.says("out_of_scope", "who rents out lofts", ranking=ranking)
        assert only(student.says("out_of_scope", "lofts I said", ranking=ranking)).answer["outcome"] == "fallback"

    @pytest.mark.parametrize("intent", ["report_emergency", "report_distress", "report_homelessness"])
    def test_what_may_be_an_emergency_is_taken_as_one(self, student, intent):
        ranking = [("nlu_fallback", 0.74), ("out_of_scope", 0.55), (intent, 0.45), ("ask_transport", 0.4)]
        said = only(student.says("nlu_fallback", "a car hit somebody", ranking=ranking))
        assert said.answer["topic"] == "emergency"
        assert said.answer["outcome"] == "handed_over"
        assert "112" in said.text

    def test_an_emergency_behind_another_intent_is_a_choice_like_others(self, student):
        ranking = [("nlu_fallback", 0.74), ("find_residences", 0.6), ("report_homelessness", 0.5)]
        assert only(student.says("nlu_fallback", "no room yet", ranking=ranking)).answer["outcome"] == "clarify"

    def test_what_lies_far_behind_is_not_offered(self, student):
        ranked = {"nlu_fallback": 0.4, "ask_visa": 0.55, "out_of_scope": 0.45, "ask_cvec": 0.45, "ask_bank": 0.4}
        said = only(student.says("nlu_fallback", "hm", ranking=list(ranked.items())))
        assert list(said.choices.values()) == ["/ask_visa", "/ask_cvec"]

    @pytest.mark.parametrize(
        "ranking", [[], [("nlu_fallback", 0.4), ("ask_visa", 0.08)], [("out_of_scope", 0.93), ("ask_visa", 0.07)]]
    )
    def test_chance_hits_are_a_fallback_and_the_second_time_the_office_is_named(self, student, ranking):
        first = only(student.says("nlu_fallback", "qwertz", ranking=ranking))
        second = only(student.says("nlu_fallback", "asdf", ranking=ranking))
        assert first.answer["outcome"] == second.answer["outcome"] == "fallback"
        assert first.answer["topic"] == "out_of_scope"
        assert MAILBOX not in first.text
        assert MAILBOX in second.text

    def test_something_understood_in_between_starts_the_count_anew(self, student):
        student.says("nlu_fallback", "qwertz")
        student.says("thank")
        assert MAILBOX not in only(student.says("nlu_fallback", "asdf")).text


class TestYes:
    def test_yes_takes_the_first_choice_offered(self, student):
        student.says("nlu_fallback", "hm", ranking=[("ask_residence_price", 0.39)])
        said = only(student.says("affirm", "yes"))
        assert said.answer["topic"] == "housing_price"
        assert said.answer["outcome"] == "answered"

    def test_yes_takes_a_search_offered_in_place_of_one_without_hits(self, student):
        none = only(student.says("find_courses", "", department="GCU", course_language="en"))
        assert none.answer["outcome"] == "not_known"
        said = only(student.says("affirm", "yes"))
        assert said.answer["outcome"] == "answered"
        assert student.slots["course_language"] is None
        assert student.slots["department"] == ["GCU"]

    def test_yes_to_help_gives_help(self, student):
        student.says("nlu_fallback", "hm", ranking=[("ask_help", 0.39)])
        assert only(student.says("affirm", "yes")).response == "utter_help"

    def test_yes_to_nothing_asks_what_is_wanted(self, student):
        student.says("find_courses", "courses in S9", semester="9")
        assert only(student.says("affirm", "yes")).response == "utter_what_next"


class TestMeantInContext:
    """What may be understood in several ways is about what was answered last."""

    def test_the_intent_about_the_same_thing_is_answered(self, student):
        student.says("ask_course_details", course="GMAT51-Sc-SFin")
        ranking = [("ask_ects", 0.7), ("ask_course_credits", 0.66)]
        said = only(student.says("nlu_fallback", "how many credits", ranking=ranking))
        assert (said.response, said.answer["outcome"]) == ("utter_course_credits", "answered")

    def test_the_intent_of_the_same_topic_is_answered(self, student):
        student.says("ask_cvec")
        ranking = [("ask_digital_services", 0.6), ("ask_cvec_refund", 0.59)]
        assert only(student.says("nlu_fallback", "can I get it back", ranking=ranking)).answer["topic"] == "cvec"

    def test_two_of_the_same_topic_are_asked_back(self, student):
        student.says("ask_cvec")
        ranking = [("ask_cvec_amount", 0.6), ("ask_cvec_refund", 0.59)]
        assert only(student.says("nlu_fallback", "money back", ranking=ranking)).answer["outcome"] == "clarify"

    def test_a_long_message_is_asked_back(self, student):
        student.says("ask_cvec")
        ranking = [("ask_digital_services", 0.6), ("ask_cvec_refund", 0.59)]
        text = "well my neighbour told me that she got all of it back some day"
        assert only(student.says("nlu_fallback", text, ranking=ranking)).answer["outcome"] == "clarify"

    def test_without_an_answer_before_it_is_asked_back(self, student):
        ranking = [("ask_digital_services", 0.6), ("ask_cvec_refund", 0.59)]
        assert only(student.says("nlu_fallback", "can I get it back", ranking=ranking)).answer["outcome"] == "clarify"
