import datetime as dt
from decimal import Decimal

import pytest

from bot.mobility import contacts, courses, deadlines, departments, housing, institution, names, programmes
from bot.mobility.types import CourseCriteria, NamedRow


def codes(rows):
    return [row.code for row in rows]


def test_drafts_are_never_told(session):
    assert codes(contacts.find_contacts(session)) == ["office", "police"]
    assert contacts.contact_by_code(session, code="draft_office") is None
    assert programmes.find_programme_statements(session, programme="welcome", aspect="price") == ()
    assert housing.residence_by_code(session, code="hidden") is None
    assert all(row.code not in ("draft_office", "hidden") for row in names.load_names(session))


def test_a_row_does_not_tell_of_a_draft_that_it_refers_to(session):
    assert programmes.programme_by_code(session, code="welcome").contact is None
    assert "hidden" not in {price.residence for price in housing.find_prices(session)}


def test_contacts_of_the_school_and_of_others(session):
    assert codes(contacts.find_contacts(session, is_school=True)) == ["office"]
    assert codes(contacts.find_contacts(session, is_school=False)) == ["police"]


def test_every_fact_says_where_it_comes_from(session):
    provenance = contacts.contact_by_code(session, code="office").provenance
    assert provenance.url == "https://example.org/page"
    assert (provenance.as_of, provenance.verified_on) == ("2018-2019", "2026-11")
    assert (provenance.confidence, provenance.sample, provenance.kind) == ("official", False, "contact")


def test_departments_by_apprenticeship_only_when_asked_for(session):
    assert codes(departments.find_departments(session)) == ["ITI", "MECA"]
    assert codes(departments.find_departments(session, with_apprenticeships=True)) == ["ITI", "MECA", "PERF"]
    assert departments.department_by_code(session, code="MECA").name["fr"] == "Mécanique"
    assert departments.department_by_code(session, code="NOPE") is None


def test_deadlines_by_subject_and_term(session):
    assert codes(deadlines.find_deadlines(session, subject="application")) == ["apply_autumn", "apply_spring"]
    (spring,) = deadlines.find_deadlines(session, subject="application", term="spring")
    assert (spring.month, spring.day, spring.date, spring.inclusive, spring.terms) == (10, 24, None, None, ("spring",))
    (visa,) = deadlines.find_deadlines(session, subject="visa")
    assert (visa.inclusive, visa.terms, visa.rule["fr"]) == (True, (), "texte")


def test_statements_come_in_their_order(session):
    statements = programmes.find_programme_statements(session, programme="welcome")
    assert [statement.aspect for statement in statements] == ["overview", "overview"]
    assert programmes.find_programme_statements(session, programme="other") == ()


@pytest.mark.parametrize(
    ("today", "edition"),
    [
        (dt.date(2026, 9, 5), "old"),
        (dt.date(2026, 9, 6), "next"),
        (dt.date(2027, 9, 1), "next"),
        (dt.date(2028, 8, 30), "last"),
        (dt.date(2028, 8, 31), None),
    ],
)
def test_next_edition_is_the_running_or_the_next_one(session, today, edition):
    found = programmes.next_edition(session, programme="welcome", today=today)
    assert (found and found.code) == edition


def test_events_are_told_in_order_in_the_time_of_the_campus(session):
    events = programmes.next_edition(session, programme="welcome", today=dt.date(2027, 1, 1)).events
    assert codes(events) == ["opening", "tour"]
    assert events[0].starts_at.isoformat() == "2027-08-30T09:00:00+02:00"
    assert events[0].ends_at.isoformat() == "2027-08-30T10:30:00+02:00"
    assert events[1].ends_at is None


def test_residences_prices_and_rooms(session):
    assert codes(housing.find_residences(session)) == ["green", "blue"]
    assert housing.find_residences(session, provider="other") == ()
    assert housing.residence_by_code(session, code="blue").contact.email == "office@example.org"
    (price,) = housing.find_prices(session, residence="blue", kind="rent")
    assert (price.amount_min, price.amount_max, price.room_type) == (
        Decimal("308.00"),
        Decimal("385.50"),
        {"en": "text", "fr": "texte"},
    )
    assert housing.find_prices(session, kind="deposit") == ()
    (room,) = housing.find_room_types(session, residence="blue")
    assert (room.size_m2, room.rooms) == (Decimal("18.5"), None)


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (CourseCriteria(), ["FLUID", "PLANES", "LANG"]),
        (CourseCriteria(department="PERF"), ["SAFETY"]),
        (CourseCriteria(department="MECA", semesters=(9,)), ["PLANES", "LANG"]),
        (CourseCriteria(semesters=(5, 6)), ["FLUID"]),
        (CourseCriteria(language="en"), ["PLANES", "LANG"]),
        (CourseCriteria(subject="mechanics"), ["FLUID", "PLANES"]),
        (CourseCriteria(subject="mechanics", language="en", semesters=(9,)), ["PLANES"]),
        (CourseCriteria(subject="unknown"), []),
        (CourseCriteria(keywords=("MÉCA", "fluid")), ["FLUID"]),
        (CourseCriteria(keywords=("luides",)), []),
        (CourseCriteria(keywords=("%",)), ["FLUID", "PLANES", "LANG"]),
    ],
)
def test_courses_are_found_by_any_mix_of_criteria(session, criteria, found):
    hits = courses.find_courses(session, criteria=criteria)
    assert sorted(codes(hits.courses)) == sorted(found)
    assert hits.total == len(found)


def test_course_hits_come_by_semester_department_title_and_in_pages(session):
    everything = courses.find_courses(session, criteria=CourseCriteria())
    assert codes(everything.courses) == ["FLUID", "PLANES", "LANG"]
    page = courses.find_courses(session, criteria=CourseCriteria(), offset=1, limit=1)
    assert (codes(page.courses), page.total) == (["PLANES"], 3)


def test_course_hits_are_counted_by_what_narrows_them(session):
    hits = courses.find_courses(session, criteria=CourseCriteria())
    assert hits.by_department == {"ITI": 1, "MECA": 3}
    assert hits.by_semester == {5: 1, 7: 1, 9: 2}
    assert hits.by_language == {"en": 2, "fr": 1}


def test_a_course_stands_where_its_units_stand_and_in_its_other_departments(session):
    fluid = courses.course_by_code(session, code="FLUID")
    assert [(unit.code, unit.department) for unit in fluid.teaching_units] == [("UE-1", "MECA")]
    assert (fluid.departments, fluid.semesters, fluid.hours) == (("MECA",), (5,), Decimal("30.0"))
    planes = courses.course_by_code(session, code="PLANES")
    assert (planes.departments, planes.semesters, planes.hours) == (("ITI", "MECA"), (7, 9), None)
    assert courses.course_by_code(session, code="fluid") is None


def test_nearest_criteria_drop_the_one_that_is_in_the_way(session):
    criteria = CourseCriteria(department="MECA", semesters=(1,), language="en")
    (nearest,) = courses.nearest_criteria(session, criteria=criteria)
    assert (nearest.dropped, nearest.total) == ("semesters", 2)
    assert nearest.criteria == CourseCriteria(department="MECA", language="en")


def test_nearest_criteria_of_a_single_criterion_are_not_the_whole_catalogue(session):
    assert courses.nearest_criteria(session, criteria=CourseCriteria(subject="unknown")) == ()


def test_teaching_units_and_their_courses(session):
    assert codes(courses.find_teaching_units(session, department="MECA")) == ["UE-1", "UE-2"]
    assert codes(courses.find_teaching_units(session, semesters=(6,))) == ["UE-1"]
    units = courses.find_teaching_units(session, code="UE-1")
    assert [(unit.department, unit.ects) for unit in units] == [("MECA", Decimal("4.0")), ("ITI", None)]
    assert codes(courses.courses_of_unit(session, code="UE-2")) == ["PLANES", "LANG"]
    assert courses.courses_of_unit(session, code="UE-1", department="ITI") == ()


def test_names_are_told_in_both_languages_with_aliases_and_public_codes(session):
    found = names.load_names(session)
    assert len(found) == len(set(found))
    assert {row.name for row in found if row.code == "MECA"} == {"Mechanics", "Mécanique", "meca", "MECA"}
    assert NamedRow("course", "PLANES", "Aircraft mechanics") in found
    assert NamedRow("teaching_unit", "UE-2", "UE-2") in found
    assert not any(row.name == "blue" for row in found)


def test_the_project_s_data_hold_the_whole_catalogue(full_session):
    assert len(courses.find_teaching_units(full_session)) == 315
    everywhere = [
        courses.find_courses(full_session, criteria=CourseCriteria(department=department.code), limit=0)
        for department in departments.find_departments(full_session, with_apprenticeships=True)
    ]
    assert len(everywhere) == 12
    assert sum(hits.total for hits in everywhere) >= 1226
    hits = courses.find_courses(full_session, criteria=CourseCriteria("MECA", (9,), "en"), limit=100)
    assert (hits.total, len(hits.courses), hits.by_semester) == (24, 24, {9: 24})


def test_the_project_s_data_hold_the_facts_of_the_school_s_page(full_session):
    assert institution.home_institution(full_session).hei_id
    assert institution.find_figures(full_session, figure="double_degrees")[0].value == 22
    schemes = {identifier.scheme: identifier.value for identifier in institution.find_identifiers(full_session)}
    assert schemes["erasmus"] == "F ROUEN06"
    assert institution.find_institution_statements(full_session)
    rents = {price.residence: price for price in housing.find_prices(full_session, kind="rent")}
    rent = rents["insa_residences"]
    assert (rent.amount_min, rent.amount_max, rent.provenance.as_of) == (308, 385, "2018-2019")
    assert housing.find_prices(full_session, residence="insa_residences", kind="deposit") == ()
