"""What a few words mean after an answer, corrections, and what a conversation keeps of the student."""

import pytest


def only(messages):
    assert len(messages) == 1
    return messages[0]


class TestNarrowing:
    @pytest.mark.parametrize("text", ["under 350 euros", "moins de 350 euros", "is that possible for 350 euros?"])
    def test_an_amount_after_the_housing_list_narrows_it(self, student, text):
        student.says("find_residences", "a room please")
        ranking = [("ask_housing_aid_amount", 0.67), ("find_residences", 0.5), ("change_criteria", 0.55)]
        said = only(student.says("nlu_fallback", text, ranking=ranking, amount=("..350", "350 euros")))
        assert said.response == "utter_residences_matching"
        assert "350" in said.variables["criteria"]

    def test_a_kind_of_room_keeps_the_budget(self, student):
        student.says("find_residences", "a room for 350 euros", amount=("..350", "350 euros"))
        said = only(student.says("change_criteria", "and a studio?", room_kind=("studio", "studio")))
        assert "studio" in said.variables["criteria"]
        assert "350" in said.variables["criteria"]

    def test_an_amount_that_nothing_is_searched_by_is_asked_back(self, student):
        student.says("ask_library", "is there a library?")
        ranking = [("ask_cvec_amount", 0.6), ("ask_visa_cost", 0.6)]
        said = only(student.says("nlu_fallback", "under 350 euros", ranking=ranking, amount=("..350", "350 euros")))
        assert said.answer["outcome"] == "clarify"

    def test_a_budget_that_may_be_for_a_room_looks_for_rooms(self, student):
        ranking = [("out_of_scope", 0.75), ("ask_housing_aid_amount", 0.18), ("find_residences", 0.15)]
        said = only(student.says("nlu_fallback", "max 500", ranking=ranking, amount=("..500", "max 500")))
        assert said.response == "utter_residences_matching"

    @pytest.mark.parametrize("intent", ["out_of_scope", "change_criteria"])
    def test_a_country_after_double_degrees_in_general_is_looked_up(self, student, intent):
        student.says("ask_double_degree", "are there double degrees?")
        said = only(student.says(intent, "with Brazil?", country=("BR", "Brazil"), nationality=("non_eu", "Brazil")))
        assert said.response == "utter_double_degree_country_found"

    def test_a_university_after_double_degrees_is_looked_up(self, student):
        student.says("ask_double_degree", "are there double degrees?")
        said = only(student.says("out_of_scope", "Federal University of Ceará"))
        assert said.response == "utter_partner_found"

    def test_what_is_no_university_stays_out_of_scope(self, student):
        student.says("ask_double_degree", "are there double degrees?")
        assert only(student.says("out_of_scope", "best pizza in town")).answer["outcome"] == "fallback"

    def test_a_budget_alone_looks_for_rooms(self, student):
        said = only(student.says("change_criteria", "max 350 euros", amount=("..350", "350 euros")))
        assert said.response == "utter_residences_matching"


class TestInContext:
    def test_the_cheapest_one_after_the_housing_list_is_about_rents(self, student):
        student.says("find_residences", "a room please")
        ranking = [("ask_phone", 0.65), ("ask_residence_price", 0.54), ("ask_shopping", 0.49)]
        said = only(student.says("nlu_fallback", "cheapest one?", ranking=ranking))
        assert said.answer["topic"] == "housing_price"

    def test_who_can_apply_after_the_housing_list_is_about_rooms(self, student):
        student.says("find_residences", "a room please")
        said = student.says("ask_application_procedure", "who can apply?")
        assert {one.answer["topic"] for one in said} == {"housing_search"}

    def test_who_can_apply_in_general_is_about_the_exchange(self, student):
        said = only(student.says("ask_application_procedure", "who can apply?"))
        assert said.answer["topic"] == "application_deadline"

    @pytest.mark.parametrize("intent", ["ask_ects", "ask_course_credits", "nlu_fallback"])
    def test_credits_after_the_course_plan_are_those_of_the_plan(self, student, intent):
        student.says("report_course_choice", "add ASI42-BGD", course="ASI42-BGD")
        student.says("ask_course_plan", "my course plan")
        ranking = [("ask_course_credits", 1.0), ("ask_ects", 0.99), ("ask_course_plan", 0.5)]
        assert only(student.says(intent, "how many ECTS?", ranking=ranking)).response == "utter_course_plan_shown"

    def test_credits_after_a_course_are_those_of_the_course(self, student):
        student.says("ask_course_details", "tell me about Big Data", course="ASI42-BGD")
        said = only(student.says("ask_ects", "how many credits?"))
        assert said.answer["outcome"] == "answered"
        assert "ASI42-BGD" in said.text

    def test_a_deadline_after_a_procedure_is_its_own(self, student):
        student.says("ask_visa_validation", "how do I validate my visa?")
        said = only(student.says("ask_application_deadline", "deadline?"))
        assert said.answer["topic"] == "residence_permit"
        assert "3 months" in said.text

    def test_a_deadline_after_a_procedure_without_one_is_that_of_the_application(self, student):
        student.says("ask_bank", "do I need a bank account?")
        said = only(student.says("ask_application_deadline", "deadline?"))
        assert said.response == "utter_application_deadline_found"

    def test_documents_after_a_procedure_are_its_own(self, etudiant):
        etudiant.says("ask_visa", "faut-il un visa ?", nationality="non_eu")
        said = only(etudiant.says("ask_documents", "quels documents ?"))
        assert said.answer["topic"] == "visa"
        assert "Les pièces pour le visa" in said.text

    def test_documents_after_a_procedure_without_an_intent_of_their_own(self, student):
        student.says("ask_guarantor", "do I need a guarantor?", nationality="non_eu")
        said = only(student.says("ask_documents", "which documents?"))
        assert said.answer["topic"] == "housing_guarantor_deposit"

    def test_what_was_told_without_answering_is_not_told_twice(self, student):
        first = only(student.says("ask_language_level", "what French level do I need?"))
        second = only(student.says("ask_language_level", "B1 enough?"))
        assert first.answer["outcome"] == second.answer["outcome"] == "not_known"
        assert second.response == "utter_everyday_topic_nothing_more"

    def test_who_the_student_is_said_in_between_is_no_repetition(self, student):
        student.says("ask_tuition_fees", "do I pay tuition fees?")
        said = only(student.says("change_criteria", "I'm on exchange", stay=("exchange", "on exchange")))
        assert said.response == "utter_everyday_topic_partly_known"


class TestTypedChoices:
    def test_the_title_of_a_choice_is_that_choice(self, student):
        said = only(student.says("start_plan", "what do I have to do?"))
        assert "Outside the EU" in said.choices
        student.says("out_of_scope", "outside the EU")
        assert student.slots["nationality"] == ["non_eu"] or student.slots["nationality"] == "non_eu"

    def test_other_words_are_none(self, student):
        student.says("start_plan", "what do I have to do?")
        assert only(student.says("out_of_scope", "outside the box")).answer["outcome"] == "fallback"


class TestOffices:
    def test_which_office_is_that_for_the_last_answer(self, student):
        student.says("ask_learning_agreement", "help with my learning agreement")
        said = only(student.says("ask_contact", "which office?"))
        assert said.variables["contact_name"] == "International relations office"

    def test_an_office_for_something_is_looked_for(self, student):
        said = only(student.says("ask_contact", "which office for accommodation?"))
        assert "ccommodation" in said.variables["contact_name"]


class TestInstitutionCodes:
    @pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
    def test_an_erasmus_code_is_looked_up_and_no_emergency(self, student, intent):
        ranking = [("nlu_fallback", 0.78), ("report_distress", 0.68), ("change_criteria", 0.67)]
        said = only(student.says(intent, "I TORINO02", ranking=ranking))
        assert said.answer["topic"] == "nomination"
        assert said.response == "utter_partner_unknown"

    @pytest.mark.parametrize("text", ["I want to die", "in room 12", "S9", "A bus hit me 3 times"])
    def test_other_words_are_no_code(self, student, text):
        ranking = [("nlu_fallback", 0.78), ("report_distress", 0.68)]
        assert only(student.says("nlu_fallback", text, ranking=ranking)).answer["topic"] == "emergency"

    def test_ue_is_the_european_union_where_the_nationality_was_asked(self, etudiant):
        etudiant.says("start_plan", "que dois-je faire ?")
        etudiant.says("find_teaching_units", "UE")
        assert etudiant.slots["nationality"] == "eu" or etudiant.slots["nationality"] == ["eu"]

    def test_ue_is_a_teaching_unit_elsewhere(self, etudiant):
        said = etudiant.says("find_teaching_units", "UE")
        assert said[0].answer["topic"] != "arrival"


class TestCorrections:
    BARBET, CHARPAK = ("crous_barbet", "Barbet"), ("crous_charpak", "Charpak")

    @pytest.mark.parametrize("text", ["I said Charpak, not Barbet", "no, not Barbet, Charpak"])
    def test_the_name_that_is_denied_is_not_meant(self, student, text):
        student.says("ask_residence_details", "tell me about Barbet", residence=self.BARBET)
        said = only(student.says("ask_residence_comparison", text, residence=[self.BARBET, self.CHARPAK]))
        assert said.response == "utter_residence_found"
        assert "Charpak" in said.variables["residence"]

    def test_j_ai_dit(self, etudiant):
        etudiant.says("ask_residence_details", "parle-moi de Barbet", residence=self.BARBET)
        said = only(
            etudiant.says("ask_residence_details", "j'ai dit Charpak pas Barbet", residence=[self.BARBET, self.CHARPAK])
        )
        assert "Charpak" in said.variables["residence"]

    def test_a_name_that_nobody_knows_in_place_of_the_denied_one_is_asked_for(self, student):
        student.says("ask_residence_details", "tell me about Barbet", residence=self.BARBET)
        said = only(student.says("ask_residence_details", "I said Bougainville, not Barbet", residence=self.BARBET))
        assert said.response == "utter_correction_unknown"
        assert said.answer["outcome"] == "clarify"

    def test_a_question_with_not_is_no_correction(self, student):
        said = only(student.says("ask_residence_details", "why not Barbet?", residence=self.BARBET))
        assert "Barbet" in said.variables["residence"]

    def test_the_school_and_another_provider_are_compared(self, student):
        crous = ("crous_normandie", "crous residences")
        said = only(student.says("ask_residence_comparison", "compare INSA and crous residences", residence=crous))
        assert said.response == "utter_residences_compared"
        assert {"INSA student residences", "Crous residences in the Rouen area"} == {
            said.variables["first"], said.variables["second"],
        }  # fmt: skip


class TestLanguageOfCourses:
    def test_en_anglais_after_a_french_list_is_asked_back_in_french(self, etudiant):
        etudiant.says("find_courses", "cours de mécanique", department=("MECA", "mécanique"))
        said = only(
            etudiant.says("change_language", "en anglais", requested_language="en", language=("en", "en anglais"))
        )
        assert said.response == "utter_language_of_what"
        assert etudiant.slots["language"] == "fr"
        courses = only(etudiant.presses(said.choices["Les cours en anglais"]))
        assert "MECA" in courses.variables["criteria"]
        assert "anglais" in courses.variables["criteria"]

    def test_in_english_said_in_english_changes_the_language(self, etudiant):
        etudiant.says("find_courses", "cours de mécanique", department=("MECA", "mécanique"))
        said = only(etudiant.says("change_language", "in English", requested_language="en"))
        assert etudiant.slots["language"] == "en"
        assert said.response != "utter_language_of_what"


class TestWhoTheStudentIs:
    def test_hors_ue_alone_is_noted_and_no_question_about_teaching_units(self, etudiant):
        ranking = [("change_criteria", 1.0), ("find_teaching_units", 0.85)]
        said = only(etudiant.says("change_criteria", "hors UE", ranking=ranking, nationality=("non_eu", "hors UE")))
        assert said.response == "utter_student_noted"

    def test_a_search_for_rooms_does_not_forget_it(self, student):
        student.says("start_plan", "", nationality="non_eu", stay="exchange", term="spring")
        student.says("find_residences", "I need a room")
        assert only(student.says("ask_next_step", "my next step?")).response == "utter_plan_next_step"

    def test_a_plan_asked_for_after_a_housing_list_is_no_search_for_rooms(self, etudiant):
        etudiant.says("find_residences", "je cherche une chambre")
        said = only(
            etudiant.says(
                "change_criteria", "Je suis marocaine, en échange, j'arrive en janvier, fais-moi un plan",
                ranking=[("change_criteria", 1.0), ("start_plan", 0.85)],
                nationality=("non_eu", "marocaine"), stay=("exchange", "en échange"), period=("2027-01", "janvier"),
            )
        )  # fmt: skip
        assert said.response == "utter_plan_shown"


class TestCvec:
    @pytest.mark.parametrize(("stay", "pays"), [("exchange", False), ("degree", True)])
    def test_who_pays_is_told_the_amounts_each_with_its_year(self, student, stay, pays):
        text = only(student.says("ask_cvec_exemption", "do I have to pay the CVEC?", stay=stay)).text
        assert ("103 euros in 2024-2025" in text) is pays
        assert ("100 euros" in text) is pays
        assert ("do not pay the CVEC" in text.split("\n")[2]) is not pays

    def test_how_much_after_it_tells_the_amount(self, student):
        student.says("ask_cvec_exemption", "do I have to pay the CVEC?", stay="degree")
        assert "103 euros" in only(student.says("ask_programme_price", "how much is it?")).text
