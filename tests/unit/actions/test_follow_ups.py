import pytest


def only(messages):
    assert len(messages) == 1
    return messages[0]


@pytest.fixture
def english_s9(student):
    """A student who has asked for the English courses of mechanics in semester 9."""
    student.says("find_courses", "", department="MECA", semester="9", course_language="en")
    return student


@pytest.fixture
def english_courses(student):
    """A student who has asked for the English courses of mechanics, of which a page is shown."""
    student.says("find_courses", "", department="MECA", course_language="en")
    return student


def remembered(student):
    names = ("department", "semester", "study_year", "term", "course_language", "subject", "keywords")
    return {name: student.slots[name] for name in names if student.slots[name]}


def test_a_new_semester_keeps_the_other_criteria(english_s9):
    english_s9.says("change_criteria", "and in semester 8?", semester=("8", "semester 8"))
    assert remembered(english_s9) == {"department": ["MECA"], "semester": ["8"], "course_language": ["en"]}


def test_a_new_department_keeps_semester_and_language(english_s9):
    said = only(english_s9.says("change_criteria", "and in applied maths?", department=("GM", "applied maths")))
    assert "Applied mathematics (GM), in S9" in said.variables["criteria"]


def test_a_year_of_study_takes_the_place_of_the_semester(english_s9):
    english_s9.says("change_criteria", "and in 4th year?", study_year=("4", "4th year"))
    assert remembered(english_s9) == {"department": ["MECA"], "study_year": ["4"], "course_language": ["en"]}


def test_year_and_term_together_mean_one_semester(student):
    student.says("find_courses", "", department="MECA", study_year="4")
    said = only(student.says("change_criteria", "and in spring?", term=("spring", "spring")))
    assert said.variables["criteria"].endswith("in S8")


def test_a_subject_without_a_thesaurus_entry_is_a_word_of_the_title(english_s9):
    said = only(english_s9.says("change_criteria", "what about turbulence?"))
    assert english_s9.slots["keywords"] == ["turbulence"]
    assert "Turbulence" in said.text


def test_only_in_english_is_about_the_courses(student):
    student.says("find_courses", "", department="MECA", semester="9")
    said = only(student.says("change_criteria", "only in English", requested_language=("en", "in English")))
    assert "flagged as taught in English" in said.variables["criteria"]


def test_in_english_while_english_is_spoken_is_about_the_courses(student):
    student.says("find_courses", "", department="MECA", semester="9")
    said = only(student.says("change_language", "in English", requested_language=("en", "in English")))
    assert "flagged as taught in English" in said.variables["criteria"]


def test_a_new_question_starts_from_fresh_criteria(english_s9):
    english_s9.says("find_courses", "courses in semester 5", semester=("5", "semester 5"))
    assert remembered(english_s9) == {"semester": ["5"]}


def test_the_second_one_is_the_second_of_the_list(english_s9):
    listed = only(english_s9.says("change_criteria", "and in semester 9?", semester=("9", "semester 9")))
    said = only(english_s9.says("ask_item", "the second one", ordinal="2"))
    assert said.response == "utter_course_details"
    assert said.variables["code"] in listed.text.splitlines()[3]


def test_the_last_one_is_the_last_of_the_page_and_the_list_outlives_details(english_courses):
    page = only(english_courses.says("find_more", "more"))
    last = only(english_courses.says("ask_item", "the last one", ordinal="-1"))
    assert f"10. **{last.variables['title']}**" in page.text
    first = only(english_courses.says("ask_item", "and the first", ordinal="1"))
    assert f"6. **{first.variables['title']}**" in page.text
    following = only(english_courses.says("find_more", "more"))
    assert following.variables["first"] == "11"


def test_an_item_that_is_not_there_is_asked_back_about(english_courses):
    said = only(english_courses.says("ask_item", "the ninth", ordinal="9"))
    assert said.answer["outcome"] == "clarify"
    assert "5" in said.text


def test_an_item_named_by_its_title_needs_no_number(english_s9):
    said = only(english_s9.says("ask_item", "tell me about MECA51-LBM", course="MECA51-LBM"))
    assert said.variables["code"] == "MECA51-LBM"


def test_the_end_of_a_list_is_said_and_the_page_stays(student):
    student.says("find_courses", "", department="EP", course_language="en")
    last = only(student.says("find_more", "more"))
    end = only(student.says("find_more", "more"))
    assert end.response == "utter_list_end"
    assert only(student.says("find_more", "more")).response == "utter_list_end"
    item = only(student.says("ask_item", "the first", ordinal="1"))
    assert item.variables["title"] in last.text


def test_units_are_lists_too(student):
    listed = only(student.says("find_teaching_units", "", department="MECA", semester="7"))
    said = only(student.says("ask_item", "the first one", ordinal="1"))
    assert said.response == "utter_teaching_unit_details"
    assert f"1. **{said.variables['title']}**" in listed.text


def test_residences_are_lists_too(student):
    listed = only(student.says("find_residences", "residences"))
    said = only(student.says("ask_item", "the second one", ordinal="2"))
    assert said.answer["topic"].startswith("housing")
    assert student.slots["residence"]
    assert listed.answer["outcome"] == said.answer["outcome"] == "answered"


def test_what_is_included_refers_to_the_residence_just_talked_about(student):
    student.says("ask_residence_price", "", residence="insa_residences")
    said = only(student.says("ask_residence_inclusions", "what is included?"))
    assert said.answer["topic"] == "housing_price"
    assert student.slots["residence"] == ["insa_residences"]


def test_another_programme_is_asked_the_same(student):
    student.says("ask_programme_dates", "", programme="welcome_programme")
    said = only(student.says("change_criteria", "and the summer school?", programme=("summer_school", "summer school")))
    assert said.answer["topic"] == "summer_school"
    assert student.slots["topic_intent"] == "ask_programme_dates"


def test_a_bare_name_after_another_topic_asks_about_it(student):
    student.says("ask_visa", "do I need a visa")
    said = only(student.says("change_criteria", "and the summer school?", programme=("summer_school", "summer school")))
    assert said.answer["topic"] == "summer_school"


def test_a_digression_does_not_lose_the_list(english_courses):
    english_courses.says("ask_cvec_payment", "how do I pay the CVEC")
    english_courses.says("thank", "thanks")
    assert only(english_courses.says("find_more", "more")).variables["first"] == "6"
    english_courses.says("ask_cvec", "do I pay the CVEC")
    said = only(english_courses.says("change_criteria", "and in semester 7?", semester=("7", "semester 7")))
    assert said.answer["topic"] == "course_search"
    assert remembered(english_courses) == {"department": ["MECA"], "semester": ["7"], "course_language": ["en"]}


@pytest.mark.parametrize("intent", ["change_criteria", "ask_item", "find_more"])
def test_with_nothing_to_follow_up_on_it_is_asked_back(student, intent):
    said = only(student.says(intent, "and that?", ordinal="2"))
    assert said.response == "utter_follow_up_unclear"
    assert said.answer["outcome"] == "clarify"
    assert len(said.choices) <= 3


def test_after_a_search_without_hits_there_is_no_second_one(student):
    student.says("find_courses", "", department="GCU", course_language="en")
    assert only(student.says("ask_item", "the second", ordinal="2")).answer["outcome"] == "clarify"


def test_after_one_item_words_of_a_title_still_search_the_list(english_s9):
    english_s9.says("ask_item", "the second one", ordinal="2")
    said = only(english_s9.says("change_criteria", "what about turbulence?"))
    assert said.answer["topic"] == "course_search"
    assert english_s9.slots["keywords"] == ["turbulence"]


def test_words_after_another_topic_search_no_courses(english_s9):
    english_s9.says("ask_visa", "do I need a visa")
    said = only(english_s9.says("change_criteria", "and for turbulence?"))
    assert said.answer["outcome"] == "clarify"


def test_only_in_english_taken_for_a_wish_of_language_is_about_the_courses(etudiant):
    etudiant.says("find_courses", "", department="MECA", semester="9")
    said = only(etudiant.says("change_language", "seulement en anglais", course_language="en", language="fr"))
    assert said.answer["language"] == "fr"
    assert etudiant.slots["course_language"] == ["en"]


def test_between_two_follow_ups_the_one_that_changes_a_criterion_is_taken(student):
    student.says("find_courses", "", department="MECA", semester="9")
    ranking = [("nlu_fallback", 0.4), ("change_language", 0.63), ("change_criteria", 0.62), ("find_courses", 0.42)]
    said = only(student.says("nlu_fallback", "only in English", ranking=ranking, course_language="en"))
    assert said.answer["topic"] == "course_search"
    assert student.slots["course_language"] == ["en"]


def test_a_doubtful_follow_up_on_nothing_is_not_understood(student):
    ranking = [("nlu_fallback", 0.4), ("change_criteria", 0.38), ("change_language", 0.37)]
    assert only(student.says("nlu_fallback", "only in", ranking=ranking)).answer["outcome"] == "fallback"


def test_and_the_bank_is_a_question_of_its_own(student):
    student.says("ask_visa", "do I need a visa")
    ranking = [("change_criteria", 1.0), ("ask_bank", 0.59), ("ask_residence_inclusions", 0.31)]
    assert only(student.says("change_criteria", "and the bank?", ranking=ranking)).answer["topic"] == "bank"


def test_between_questions_that_are_as_likely_the_student_chooses(student):
    student.says("ask_cvec", "what is the cvec")
    ranking = [("change_criteria", 1.0), ("ask_visa_cost", 0.41), ("ask_visa", 0.34), ("ask_meals", 0.1)]
    said = only(student.says("change_criteria", "and papers?", ranking=ranking))
    assert said.response == "utter_did_you_mean"
    assert list(said.choices.values()) == ["/ask_visa_cost", "/ask_visa"]


def test_what_changes_the_last_question_comes_before_a_question_of_its_own(english_s9):
    said = only(
        english_s9.says(
            "change_criteria", "and in semester 8?", semester=("8", "semester 8"), ranking=[("ask_timetable", 0.8)]
        )
    )
    assert said.answer["topic"] == "course_search"


def test_a_name_that_nobody_knows_is_one_more_partner_to_look_up(student):
    student.says("check_partner", "is Aalborg University a partner?")
    said = only(student.says("change_criteria", "and Hogwarts?", ranking=[("change_criteria", 1.0)]))
    assert said.response == "utter_partner_unknown"
    assert "hogwarts" in said.text


@pytest.mark.parametrize(("language", "who"), [("en", "Outside the EU"), ("fr", "Hors UE")])
def test_who_the_student_is_gets_noted_and_is_used(student, language, who):
    student.language = student.slots["language"] = language
    said = only(student.says("change_criteria", "Brazil", nationality=("non_eu", "Brazil")))
    assert said.response == "utter_student_noted"
    assert who in said.text
    assert who in only(student.says("ask_visa", "visa?")).text


@pytest.mark.parametrize(
    ("before", "topic"),
    [("ask_visa", "visa"), ("ask_cvec", "cvec"), ("ask_bank", "bank"), ("find_residences", "housing_price")],
)
def test_how_much_is_it_asks_about_what_was_answered_last(student, before, topic):
    student.says(before, "tell me")
    assert only(student.says("ask_programme_price", "how much is it?")).answer["topic"] == topic


def test_how_much_is_it_of_a_programme_that_is_named_is_about_the_programme(student):
    student.says("ask_visa", "do I need a visa")
    said = only(student.says("ask_programme_price", "and the summer school", programme="summer_school"))
    assert said.answer["topic"] == "summer_school"
    assert only(student.says("ask_programme_price", "how much is it?")).answer["topic"] == "summer_school"


def test_how_long_does_it_take_asks_for_the_steps_of_what_was_answered_last(student):
    student.says("ask_visa", "do I need a visa")
    assert only(student.says("ask_programme_dates", "how long does it take?")).answer["topic"] == "visa"


def test_a_period_said_when_the_plan_asks_for_it_is_no_question_about_the_programmes(student):
    student.says("ask_next_step", "what is next?", nationality="non_eu")
    student.says("ask_programme", "exchange, autumn", stay=("exchange", "exchange"), term=("autumn", "autumn"))
    assert student.slots["plan"]["term"] == "autumn"


def test_export_it_shows_the_course_plan_with_its_files(student):
    student.says("find_courses", "", department="MECA", semester="9", course_language="en")
    student.says("report_course_choice", "add the first one", ordinal="1")
    assert "CSV" in only(student.says("ask_method", "export it")).text
