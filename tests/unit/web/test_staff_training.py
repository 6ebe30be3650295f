"""Training in the console: what it asks for, what it shows, what it refuses."""

import pytest

from bot.review.database import session_scope
from bot.review.training_runs import Change, Report, list_runs, report_as_json, set_state
from tests.unit.web.staff_desk import acts_in, words_of

TALK = "a" * 32


def report(*, breaks: bool = False) -> Report:
    better = Change("Où payer la CVEC ?", "fr", "ask_cvec", "nlu_fallback", "ask_cvec", "marked")
    worse = Change("hello you", "en", "greet", "greet", "thank", "marked", fixed=breaks)
    return Report(questions=10, right_before=8, right_after=8, better=(better,), worse=(worse,), examples=3)


def settle_run(url, state, **values):
    with session_scope(url, writing=True) as session:
        set_state(session, list_runs(session)[0].id, state, **values)
        session.commit()


@pytest.fixture
async def editor(make_desk, log):
    log.add(TALK, {"text": "Where do I pay the student life thing?", "intent": "nlu_fallback", "outcome": "fallback"})
    desk = await make_desk("editor")
    await desk.send(f"/staff/conversations/{TALK}/intent", {"event": "1", "intent": "ask_cvec"})
    return desk


async def test_a_model_is_compared_then_taken_into_use_then_taken_back(editor, review_url):
    _, page = await editor.open("/staff/training")
    assert "Where do I pay the student life thing?" in words_of(page)
    assert (await editor.send("/staff/training", {"act": "start"}))[0].status == 303
    assert (await editor.send("/staff/training", {"act": "start"}))[0].status == 409
    settle_run(review_url, "training")
    _, page = await editor.open("/staff/training")
    assert page.xpath("//progress[@aria-label]")
    assert page.xpath("//*[@data-refresh]")
    settle_run(review_url, "compared", model="new.tar.gz", report=report_as_json(report()))
    _, page = await editor.open("/staff/training")
    assert not page.xpath("//*[@data-refresh]")
    assert "Better (1)" in words_of(page)
    assert "Worse (1)" in words_of(page)
    run = page.xpath("//input[@name='run']/@value")[0]
    assert (await editor.send("/staff/training", {"act": "rollback", "run": run}))[0].status == 409
    assert (await editor.send("/staff/training", {"act": "promote", "run": run}))[0].status == 303
    settle_run(review_url, "promoted", former_model="old.tar.gz")
    assert (await editor.send("/staff/training", {"act": "rollback", "run": run}))[0].status == 303
    assert [actor for actor, _ in acts_in(review_url, "training.rollback")] == ["editor@school.example"]


async def test_what_breaks_something_fixed_is_never_taken_into_use(editor, review_url):
    await editor.send("/staff/training", {"act": "start"})
    settle_run(review_url, "compared", model="new.tar.gz", report=report_as_json(report(breaks=True)))
    _, page = await editor.open("/staff/training")
    assert not page.xpath("//button[@value='promote']")
    run = str(1)
    response, page = await editor.send("/staff/training", {"act": "promote", "run": run})
    assert response.status == 409
    assert "breaks what is listed as fixed" in words_of(page)


@pytest.mark.parametrize("form", [{"act": "dance"}, {"act": "promote", "run": "x"}, {"act": "promote", "run": "99"}])
async def test_a_run_that_is_not_there(editor, form):
    assert (await editor.send("/staff/training", form))[0].status in (400, 404)


async def test_a_failure_is_shown(editor, review_url):
    await editor.send("/staff/training", {"act": "start"})
    settle_run(review_url, "failed", failure="The disk is full.")
    _, page = await editor.open("/staff/training")
    assert "The disk is full." in words_of(page)
