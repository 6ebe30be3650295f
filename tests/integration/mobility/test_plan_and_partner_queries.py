"""Plans, course plans and the partner check answer alike on both databases."""

import datetime as dt

import pytest
import yaml

from bot.mobility.course_plans import course_plan
from bot.mobility.database import session_scope
from bot.mobility.loading.loader import load
from bot.mobility.partners import find_agreements, find_institutions, institutions_by_code, list_read_on
from bot.mobility.plans import PlanCriteria, build_plan, procedures_done

TODAY = dt.date(2026, 11, 23)


def plan(session, nationality="non_eu", stay="exchange", **criteria):
    return build_plan(session, criteria=PlanCriteria(nationality, stay, **criteria), today=TODAY)


def codes(plan):
    return [step.procedure.code for step in plan.steps]


def due(plan, code):
    (step,) = [step for step in plan.steps if step.procedure.code == code]
    return step.due_dates[0]


@pytest.mark.parametrize("nationality", ["eu", "non_eu", "algeria"])
@pytest.mark.parametrize("stay", ["exchange", "degree"])
def test_every_step_comes_after_those_it_requires(full_session, nationality, stay):
    found = plan(full_session, nationality, stay, term="autumn")
    order = codes(found)
    assert len(order) == len(set(order)) > 8
    for step in found.steps:
        assert all(order.index(one.procedure.code) < order.index(step.procedure.code) for one in step.requirements)
        assert step.stating("step"), step.procedure.code


@pytest.mark.parametrize(
    ("criteria", "day", "has_passed", "next_day"),
    [
        ({"term": "autumn"}, dt.date(2027, 4, 28), False, None),
        ({"term": "year"}, dt.date(2027, 4, 28), False, None),
        ({"term": "spring"}, dt.date(2026, 10, 24), True, dt.date(2027, 10, 24)),
        ({"arrival": "2027-01-12"}, dt.date(2026, 10, 24), True, dt.date(2027, 10, 24)),
        ({"arrival": "2028-01"}, dt.date(2027, 10, 24), False, None),
        ({"arrival": "2027-08-30"}, dt.date(2027, 4, 28), False, None),
    ],
)
def test_a_day_without_a_year_is_the_last_one_before_the_stay(full_session, criteria, day, has_passed, next_day):
    date = due(plan(full_session, **criteria), "insa_application")
    assert (date.day, date.has_passed, date.next_day) == (day, has_passed, next_day)
    assert date.last_day == day - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("arrival", "day"),
    [
        ("2027-01-12", dt.date(2027, 4, 12)),
        ("2026-11-30", dt.date(2027, 2, 28)),
        ("2027-09", dt.date(2027, 12, 1)),
    ],
)
def test_a_rule_is_counted_from_the_arrival(full_session, arrival, day):
    date = due(plan(full_session, arrival=arrival), "vls_ts_validation")
    assert (date.day, date.is_counted) == (day, True)


def test_a_rule_is_only_told_where_nothing_can_be_counted(full_session):
    assert due(plan(full_session, term="autumn"), "vls_ts_validation").day is None


def test_a_wrong_nationality_is_refused(full_session):
    with pytest.raises(ValueError, match="mars"):
        plan(full_session, "mars")


def test_criteria_travel_in_a_link_and_back():
    criteria = PlanCriteria("eu", "exchange", "autumn", "2027-09", ("registration",))
    assert PlanCriteria.from_claims({**criteria.as_claims(), "language": "fr"}) == criteria


def test_words_say_what_is_done(full_session):
    assert procedures_done(full_session, words="J'ai ma CEAM et mon assurance habitation") == (
        "home_insurance", "social_security_eu",
    )  # fmt: skip
    assert procedures_done(full_session, words="invisible", codes=("bank", "unknown")) == ("bank",)


def test_a_course_plan_counts_complete_units_only(full_session):
    unit = course_plan(full_session, codes=("H-42-ANG-ASI",)).units[0]
    assert (unit.unit.code, unit.total, unit.is_complete) == ("ASI42-Huma", 3, False)
    whole = course_plan(full_session, codes=("H-42-ANG-ASI", "GONE", "H-42-APS-ASI", "H-42-ANG-TEST-TOEIC"))
    assert whole.complete_ects == 4
    assert (whole.departments, whole.semesters) == (("ITI",), (8,))
    assert [course.code for course in whole.courses][1] == "H-42-APS-ASI"


def test_an_empty_course_plan_is_empty(full_session):
    nothing = course_plan(full_session, codes=())
    assert (nothing.courses, nothing.units, nothing.complete_ects) == ((), (), 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("is Federal University of Ceará a partner", "ufc"),
        ("Universidade Federal do Ceara?", "ufc"),
        ("UFC", "ufc"),
        ("an agreement with RO IASI05?", "tuiasi"),
        ("ROIASI05", "tuiasi"),
        ("西北工业大学", "nwpu"),
        ("Linkoping universty", "linkoping"),
        ("TU Hamburg", "tuhh"),
        ("Hamburg University of Technology", "tuhh"),
        ("university of twente", "twente"),
        ("l'université autonome de Barcelone", "uab"),
        ("Tec de Monterrey", "monterrey"),
    ],
)
def test_an_institution_is_found_by_what_students_write(full_session, text, code):
    assert find_institutions(full_session, text).codes == (code,)


@pytest.mark.parametrize("text", ["is my university a partner?", "mon école est partenaire ?", "list of partners"])
def test_words_that_name_no_institution_find_none(full_session, text):
    assert find_institutions(full_session, text) == find_institutions(full_session, "")


def test_an_unknown_institution_is_named_and_not_guessed(full_session):
    found = find_institutions(full_session, "do you have an agreement with Hogwarts University?")
    assert (found.codes, found.words) == ((), ("hogwarts",))


@pytest.mark.parametrize("text", ["Is Hogwarts a partner?", "hogwarts", "hogwarts university?"])
def test_an_unknown_name_is_told_by_how_it_is_written(full_session, text):
    assert find_institutions(full_session, text).words == ("hogwarts",)


@pytest.mark.parametrize("text", ["ways to stay in touch", "Ways to keep in touch", "WAYS TO KEEP IN TOUCH"])
def test_ordinary_words_are_no_unknown_name(full_session, text):
    found = find_institutions(full_session, text)
    assert (found.codes, found.words) == ((), ())


def test_agreements_are_found_by_institution_country_and_kind(full_session):
    assert {one.partner.code for one in find_agreements(full_session, country="BR")} == {"ufc", "ufsc"}
    assert [one.kind for one in find_agreements(full_session, partners=("aalborg",))] == ["network"]
    assert {one.kind for one in find_agreements(full_session, kind="double_degree")} == {"double_degree"}
    assert find_agreements(full_session, country="JP") == ()
    assert list_read_on(full_session) == "2026-11"
    assert [one.code for one in institutions_by_code(full_session, codes=("uab", "none", "ufc"))] == ["uab", "ufc"]


MONDAY, TUESDAY, NINE = {"weekday": 1}, {"weekday": 2}, {"starts_at": "09:00", "ends_at": "11:00"}
SLOTS = [
    {"code": "fluid", "course": "FLUID", **MONDAY, **NINE},
    {"code": "planes", "course": "PLANES", "weekday": 1, "starts_at": "10:30", "ends_at": "12:00"},
    {"code": "lang", "course": "LANG", "weekday": 1, "starts_at": "11:00", "ends_at": "12:00", "ends_on": "2026-10-31"},
    {"code": "late", "course": "LANG", **TUESDAY, **NINE, "starts_on": "2026-11-01"},
    {"code": "early", "course": "FLUID", **TUESDAY, **NINE, "ends_on": "2026-10-31"},
]


def load_slots(folder, slots, url):
    content = {"defaults": {"source": "page", "verified_on": "2026-11"}, "records": slots}
    (folder / "course_slot.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return load(folder, url=url)


def test_clashes_are_found_where_the_times_are_known(url, small_folder):
    assert load_slots(small_folder, SLOTS, url).problems == []
    with session_scope(url) as session:
        plan = course_plan(session, codes=("FLUID", "PLANES", "LANG", "SAFETY"))
    assert {tuple(sorted((one.course, other.course))) for one, other in plan.clashes} == {
        ("FLUID", "PLANES"), ("LANG", "PLANES"),
    }  # fmt: skip
    assert plan.without_slots == ("SAFETY",)


@pytest.mark.parametrize("wrong", [{"weekday": 8}, {"starts_at": "12:00"}, {"starts_at": "9:00"}])
def test_a_slot_that_cannot_be_is_refused(url, small_folder, wrong):
    assert len(load_slots(small_folder, [{**SLOTS[0], **wrong}], url).problems) == 1
