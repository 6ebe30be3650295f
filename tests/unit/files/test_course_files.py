"""The course plan as a table and as a page: the fields of a learning agreement, safe in Excel and in a browser."""

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest
from lxml import html

from bot.files.course_pages import course_page
from bot.files.course_tables import course_table
from bot.mobility.course_plans import course_plan

CODES = ("ASI42-BGD", "MECA51-AGD")


@pytest.fixture
def plan(facts):
    return course_plan(facts, codes=CODES)


def rows(content, separator):
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes it for Latin-1 without the mark"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def test_the_table_has_the_fields_of_a_learning_agreement(plan):
    titles, first, second = rows(course_table(plan, "en"), ",")
    assert titles == [
        "Code", "Title", "Department", "Semester", "Teaching unit", "ECTS of the unit", "Language", "Level", "Hours",
    ]  # fmt: skip
    assert first == [
        "ASI42-BGD", "Big Data", "ITI", "S8", "Specialite (ASI42-Spec)", "12", "French", "year 4 of study", "18",
    ]  # fmt: skip
    assert second[0] == "MECA51-AGD"


def test_the_table_speaks_the_excel_of_france(plan):
    titles, first, _ = rows(course_table(plan, "fr"), ";")
    assert titles[1] == "Intitulé"
    assert first[7] == "4e année d'études"


@pytest.mark.parametrize("title", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1", '=cmd|" /C calc"!A0'])
def test_no_title_becomes_a_formula(plan, title):
    course = replace(plan.courses[0], title={"en": title})
    content = course_table(replace(plan, courses=(course,)), "en")
    assert rows(content, ",")[1][1] == f"'{title}"


def page_of(facts, plan, language="en"):
    return course_page(facts, plan, language, dt.date(2026, 11, 23)).decode("utf-8")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Course plan for the learning agreement", "23 November 2026", "12 ECTS", "Home university")),
        ("fr", ("Plan de cours pour le contrat d'études", "23 novembre 2026", "Université d'origine", "12 ECTS")),
    ],
)
def test_the_page_holds_the_plan_in_both_languages(facts, plan, language, words):
    page = html.document_fromstring(page_of(facts, plan, language))
    text = " ".join(page.text_content().split())
    assert [word for word in words if word not in text] == []
    assert page.get("lang") == language
    assert len(page.xpath("//tbody/tr")) == 2
    assert all(cell.get("scope") == "row" for cell in page.xpath("//tbody//th"))


def test_a_title_cannot_bring_html_into_the_page(facts, plan):
    course = replace(plan.courses[0], title={"en": "<script>alert(1)</script>"})
    page = page_of(facts, replace(plan, courses=(course,)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_has_nothing_inline(facts, plan):
    page = html.document_fromstring(page_of(facts, plan))
    assert page.xpath("//style | //@style | //script[not(@src)] | //@onclick") == []
    assert {*page.xpath("//script/@src"), *page.xpath("//link/@href")} == {
        "/static/printable.js", "/static/printable.css", "/static/icon.svg",
    }  # fmt: skip


def test_courses_that_are_gone_leave_a_page_that_says_so(facts):
    page = page_of(facts, course_plan(facts, codes=("GONE-1",)))
    assert "None of the courses is in the catalogue any more." in page
