"""Staff train, compare, take the new model into use and take it back: in a browser, with the real code and processes.

In a copy of the project, since a promotion changes the training data. It has few examples of each intent, so that
training takes seconds; the model in use at first is the one of all examples.
"""

import os
import shutil
import subprocess
import sys

import pytest
import yaml
from conftest import EMAIL, PASSWORD
from playwright.sync_api import expect

from bot.nlu.models import model_path
from bot.settings import PROJECT_ROOT

COPIED = ("actions", "bot", "data", "migrations", "config.yml", "domain.yml", "endpoints.yml", "credentials.yml")
FEW = 3
REGRESSION = "language: en\nquestions:\n  ask_cvec:\n  - What is the CVEC?\n"
WORDS = "My gerbil needs wheels"
TRAINING_MS = 240_000


@pytest.fixture(scope="module")
def project(trained_model, tmp_path_factory):
    """A copy of the project with few examples, and the model of all of them as the one in use."""
    root = tmp_path_factory.mktemp("project")
    for name in COPIED:
        source, target = PROJECT_ROOT / name, root / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    for path in (root / "data/nlu").rglob("*.yml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in content["nlu"]:
            entry["examples"] = "\n".join(entry["examples"].splitlines()[:FEW]) + "\n"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    (root / "tests/nlu").mkdir(parents=True)
    (root / "tests/nlu/questions_en.yml").write_text(REGRESSION, encoding="utf-8")
    model_path(root).parent.mkdir()
    shutil.copyfile(trained_model, model_path(root))
    return root


@pytest.fixture(scope="module")
def running(project, start_assistant):
    started = start_assistant(root=project)
    command = [sys.executable, "-m", "bot", "staff", "add", EMAIL, "--name", "Ada Martin", "--role", "editor"]
    subprocess.run(
        command, cwd=project, env={**os.environ, "VAR_DIR": str(started.var)}, input=f"{PASSWORD}\n", check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    yield started
    started.stop()


def test_marked_messages_are_learnt_compared_promoted_and_taken_back(running, project, browser, staff):
    before = running.ask(WORDS)
    assert before.outcome in ("fallback", "clarify"), before.text
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    console = f"{running.url}/staff"
    page.goto(console)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    row = page.locator("a[data-row]").filter(has_text=WORDS)
    staff.until(page, row.first, console)
    row.first.click()
    page.locator("li.student details.about summary").last.click()
    page.get_by_label("This was meant").last.select_option("ask_transport")
    page.get_by_role("button", name="This was meant").last.click()
    page.get_by_role("navigation").get_by_role("link", name="Training").click()
    page.get_by_role("button", name="Train and compare").click()
    run = page.get_by_role("region", name="Training 1")
    expect(run.get_by_role("progressbar")).to_be_visible()
    expect(run).to_contain_text("Better (1)", timeout=TRAINING_MS)  # the page goes on by itself
    expect(run.locator("tr").filter(has_text=WORDS)).to_contain_text("ransport")
    assert running.ask(WORDS).outcome == before.outcome, "nothing changes before a person says so"
    page.on("dialog", lambda dialog: dialog.accept())
    run.get_by_role("button", name="Take into use").click()
    expect(run).to_contain_text("In use", timeout=60_000)
    reviewed = project / "data/nlu/en/reviewed_transport.yml"
    assert f"- {WORDS}\n" in reviewed.read_text(encoding="utf-8")
    assert running.ask(WORDS).topic == "transport"
    expect(page.locator("tr").filter(has_text=WORDS).last).to_contain_text("fixed")
    run.get_by_role("button", name="Go back to the model before").click()
    expect(run).to_contain_text("Taken back", timeout=60_000)
    assert not reviewed.exists()
    assert running.ask(WORDS).outcome == before.outcome
    context.close()
