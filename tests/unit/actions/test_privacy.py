import pytest
from conversation_partner import Student


@pytest.fixture(autouse=True)
def facts(real_facts):
    """Every answer here names the office."""


@pytest.mark.parametrize(
    ("language", "months", "told"),
    [
        ("en", "12", "for 12 months after"), ("fr", "12", "pendant 12 mois après"), ("en", "1", "for a month after"),
        ("en", "0", "until you erase them"), ("fr", "0", "jusqu'à ce que vous les effaciez"),
    ],
)  # fmt: skip
def test_how_long_messages_are_kept_is_what_the_operator_has_set(monkeypatch, language, months, told):
    monkeypatch.setenv("RETENTION_MONTHS", months)
    (said,) = Student(language=language).says("ask_privacy")
    assert told in said.text
    assert "international@insa-rouen.fr" in said.text
    assert said.answer["outcome"] == "answered"
    assert said.answer["sources"]


@pytest.mark.parametrize(
    ("channel", "language", "told", "other"),
    [
        ("web", "en", "“Erase my conversation”", "/erase"), ("web", "fr", "« Effacer ma conversation »", "/effacer"),
        ("telegram", "en", "/erase", "menu at the top"), ("slack", "fr", "/effacer", "menu en haut"),
    ],
)  # fmt: skip
def test_the_way_to_erase_is_the_one_of_the_place_where_the_student_writes(channel, language, told, other):
    (said,) = Student(language=language, channel=channel).says("ask_privacy")
    assert told in said.text
    assert other not in said.text


def test_what_was_told_is_named_and_what_was_not_is_not():
    student = Student()
    (before,) = student.says("ask_privacy")
    assert "I have noted nothing else" in before.text
    student.says("start_plan", nationality="non_eu", stay="exchange")
    (after,) = student.says("ask_privacy")
    assert "where you come from (Outside the EU), your kind of stay (Exchange) and your personal plan" in after.text
