"""The rules of docs/architecture.md that Rasa and the linters do not check. Reads files only; imports none of them."""

import ast
import re
from collections import Counter, defaultdict
from typing import Iterator, List, Mapping, Tuple

import pytest
from project_files import (
    called_name,
    calls_when_imported,
    examples,
    imported_modules,
    load_yaml,
    placeholders,
    python_files,
    syntax_tree,
    tracked_files,
    turns,
    wording,
    yaml_files,
)

from bot.languages import DEFAULT_LANGUAGE, OTHER_LANGUAGES, SUPPORTED_LANGUAGES
from bot.settings import PROJECT_ROOT
from bot.topics import TOPICS

CODE = ("bot/", "actions/")
LONGEST_MODULE = 400
EXAMPLES_PER_INTENT = 25

# Who may import whom: each room sees itself and the rooms listed. Ground-floor modules see each other.
GROUND = ("bot.databases", "bot.errors", "bot.languages", "bot.settings", "bot.tokens", "bot.topics", "bot.wording")
STORES = ("bot.review", "bot.mobility", *GROUND)
ROOMS = {
    **dict.fromkeys(GROUND, GROUND),
    "bot.mobility": GROUND,
    "bot.review": GROUND,
    # Without Rasa: the action server compares meanings too.
    "bot.nlu.embedding": GROUND,
    "bot.nlu": ("bot.nlu.embedding", *STORES),
    "bot.dialogue": STORES,
    "bot.messaging": GROUND,
    "bot.channels": ("bot.messaging", *STORES),
    "bot.files": STORES,
    "bot.web": ("bot.files", "bot.messaging", *STORES),
    "actions": ("bot.nlu.embedding", *STORES),
    "bot.supervisor": GROUND,
    "bot.action_server": GROUND,
    "bot.cli": (
        "bot.web", "bot.channels", "bot.messaging", "bot.nlu.embedding", "bot.nlu", "bot.supervisor", "actions", *STORES
    ),
    "bot.__main__": ("bot.cli", *GROUND),
}
NEVER_IMPORTED = {
    "actions/": ("rasa",),
    "bot/mobility/": ("rasa", "rasa_sdk"),
    "bot/review/": ("rasa", "rasa_sdk"),
    "bot/files/": ("rasa", "rasa_sdk", "aiohttp"),
    "bot/messaging/": ("rasa", "rasa_sdk"),
    "bot/web/": ("rasa", "rasa_sdk"),
    "bot/supervisor/": ("rasa", "rasa_sdk", "sqlalchemy"),
}
OPENS_SOMETHING = set(
    "open read_text read_bytes mkdir connect create_engine engine_from_config socket urlopen ClientSession safe_load "
    "InferenceSession from_environment Popen run".split()
)

VERBS = ("ask", "find", "check", "start", "change", "cancel", "report")
SOCIAL_ACTS = ("greet", "goodbye", "thank", "affirm", "deny", "insult", "out_of_scope")
RESERVED_VARIABLES = {"text", "image", "custom", "buttons", "elements", "attachment", "template", "response"}
OUTCOMES = ("answered", "not_known", "clarify", "fallback", "handed_over", "small_talk")

RESPONSES = [(name, key, variations) for name, key, variations in wording("responses")]
PHRASES = [(name, key, texts) for name, key, texts in wording("phrases")]
LITERAL_ANSWERS = [
    (key, variation["custom"]["answer"], _language)
    for _, key, variations in RESPONSES
    for variation in variations
    for _language in [next((c["value"] for c in variation.get("condition", ())), DEFAULT_LANGUAGE)]
    if "answer" in (variation.get("custom") or {})
]


def room_of(module: str) -> str:
    """Return the room that a module of the project lives in, or "" for a module of others."""
    return next((room for room in ROOMS if module == room or module.startswith(f"{room}.")), "")


def module_name(path: str) -> str:
    return path[: -len(".py")].replace("/", ".").replace(".__init__", "")


def calls_in(*folders: str) -> Iterator[Tuple[str, ast.Call]]:
    """Yield path and node of every call in the code."""
    for path in python_files(*folders):
        yield from ((path, node) for node in ast.walk(syntax_tree(path)) if isinstance(node, ast.Call))


def strings_like(pattern: str, *folders: str) -> List[Tuple[str, str]]:
    """Return place and text of every literal or f-string (as a pattern) in the code that begins like `pattern`."""
    found = []
    for path in python_files(*folders):
        for node in ast.walk(syntax_tree(path)):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(node, ast.JoinedStr):
                text = as_pattern(node)
            if isinstance(text, str) and re.match(pattern, text):
                found.append((f"{path}:{node.lineno}", text))
    return found


def is_response(step: Mapping[str, str]) -> bool:
    return step.get("action", "").startswith("utter_")


def as_pattern(node: ast.JoinedStr) -> str:
    """Return a regular expression for what an f-string can become."""
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)


# --- code


@pytest.mark.parametrize("path", python_files(*CODE))
def test_imports_go_down_only(path):
    room = room_of(module_name(path))
    allowed = (room, *ROOMS.get(room, ()))
    forbidden = [module for module in imported_modules(path) if room_of(module) and room_of(module) not in allowed]
    assert not forbidden, f"{path} is in {room or 'no known room'} and may not import {forbidden}"


@pytest.mark.parametrize("folder", NEVER_IMPORTED)
def test_processes_stay_apart(folder):
    for path in python_files(folder):
        packages = {module.split(".")[0] for module in imported_modules(path)}
        assert not packages & set(NEVER_IMPORTED[folder]), path


def test_actions_hold_no_sql():
    for path in python_files("actions/"):
        assert not [module for module in imported_modules(path) if module.split(".")[0] == "sqlalchemy"], path


@pytest.mark.parametrize("path", python_files(*CODE, "migrations/"))
def test_importing_a_module_opens_nothing(path):
    if path.startswith("migrations/env"):
        return  # Alembic runs this file as a script
    calls = calls_when_imported(syntax_tree(path))
    assert not [f"line {call.lineno}: {called_name(call)}()" for call in calls if called_name(call) in OPENS_SOMETHING]


def test_modules_are_short():
    lengths = {path: len((PROJECT_ROOT / path).read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE}


def test_queries_are_written_in_the_2_0_style():
    calls = [(path, call) for path, call in calls_in(*CODE) if isinstance(call.func, ast.Attribute)]
    assert not [f"{path}:{call.lineno}" for path, call in calls if call.func.attr == "query"]


def test_only_commands_print():
    prints = [f"{path}:{call.lineno}" for path, call in calls_in(*CODE) if called_name(call) == "print"]
    assert not [place for place in prints if not place.startswith(("bot/cli/", "bot/__main__"))]


def test_actions_utter_no_literal_text():
    for path, call in calls_in("actions/"):
        if called_name(call) == "utter_message":
            assert not call.args, f"{path}:{call.lineno} utters a text of its own"
            assert "text" not in [keyword.arg for keyword in call.keywords], f"{path}:{call.lineno}"


# --- wording


def test_every_response_key_in_use_exists():
    known = {key for _, key, _ in RESPONSES}
    used = strings_like(r"utter_[a-z]", "actions/", "bot/channels/", "bot/nlu/")
    used = [(place, text) for place, text in used if not text.startswith("utter_message")]
    used += [(name, step["action"]) for name, _, _, steps in turns() for step in steps if is_response(step)]
    missing = [f"{place}: {text}" for place, text in used if not any(re.fullmatch(text, key) for key in known)]
    assert not missing
    unused = known - {key for key in known for _, text in used if re.fullmatch(text, key)}
    assert not unused, "wording that nothing utters"


def test_every_phrase_in_use_exists():
    known = {key for _, key, _ in PHRASES}
    for path, call in calls_in("actions/"):
        if called_name(call) == "phrase" and call.args:
            key = call.args[0]
            pattern = as_pattern(key) if isinstance(key, ast.JoinedStr) else getattr(key, "value", None)
            if isinstance(pattern, str):
                assert any(re.fullmatch(pattern, name) for name in known), f"{path}:{call.lineno} {pattern}"


def test_every_key_stands_in_one_file_only():
    for entries in (RESPONSES, PHRASES):
        files = defaultdict(set)
        for name, key, _ in entries:
            files[key].add(name)
        assert not {key: names for key, names in files.items() if len(names) > 1}


@pytest.mark.parametrize(("key", "variations"), [entry[1:] for entry in RESPONSES])
def test_a_response_speaks_every_language(key, variations):
    assert "condition" not in variations[-1], f"{key}: the last variation is the one in English, without a condition"
    languages = []
    for variation in variations:
        assert "channel" not in variation, f"{key}: a channel's variation beats every language"
        for condition in variation.get("condition", ()):
            assert (condition["type"], condition["name"]) == ("slot", "language"), key
            languages.append(condition["value"])
    assert set(languages) == set(SUPPORTED_LANGUAGES) - {DEFAULT_LANGUAGE}, key
    first_english = [("condition" in variation) for variation in variations].index(False)
    assert all("condition" not in variation for variation in variations[first_english:]), key
    names = [placeholders({part: variation.get(part) for part in ("text", "buttons")}) for variation in variations]
    assert all(found == names[0] for found in names), f"{key}: placeholders differ between languages: {names}"
    assert not names[0] & RESERVED_VARIABLES, key
    for variation in variations:
        text = variation.get("text") or ""
        assert "{notes}" not in text or text.endswith("{notes}"), f"{key}: {{notes}} stands at the end"


@pytest.mark.parametrize(("key", "texts"), [entry[1:] for entry in PHRASES])
def test_a_phrase_speaks_every_language(key, texts):
    assert set(SUPPORTED_LANGUAGES) <= set(texts) <= {*SUPPORTED_LANGUAGES, *OTHER_LANGUAGES}, key
    assert all(isinstance(text, str) and text for text in texts.values()), key
    names = {language: placeholders(text) for language, text in texts.items()}
    assert len(set(map(frozenset, names.values()))) == 1, f"{key}: placeholders differ between languages: {names}"


@pytest.mark.parametrize(("key", "answer", "language"), LITERAL_ANSWERS)
def test_the_answer_of_a_response_names_its_topic_outcome_and_language(key, answer, language):
    assert answer["topic"] in TOPICS, key
    assert answer["outcome"] in OUTCOMES, key
    assert answer["language"] == language, key


def test_a_response_that_a_rule_utters_bears_its_answer():
    answered = {key for key, _, _ in LITERAL_ANSWERS}
    uttered = {step["action"] for *_, steps in turns() for step in steps if is_response(step)}
    assert uttered <= answered, "without custom.answer"


# --- dialogue and understanding


def test_rules_and_stories_have_names_of_their_own_that_say_what_happens():
    names = Counter(name for _, _, name, _ in turns())
    assert not [name for name, count in names.items() if count > 1]
    assert not [name for _, kind, name, _ in turns() if kind == "rule" and not re.fullmatch(r"user .+ -> bot .+", name)]


@pytest.mark.parametrize("intent", load_yaml("domain.yml")["intents"])
def test_an_intent_is_a_verb_with_an_object_or_a_social_act(intent):
    assert intent in SOCIAL_ACTS or re.fullmatch(rf"({'|'.join(VERBS)})_[a-z_]+", intent)


def test_every_intent_is_answered_and_no_other():
    steps = [step for *_, turn in turns() for step in turn]
    answered = {step["intent"] for step in steps if "intent" in step} - {"nlu_fallback"}  # Rasa's own
    assert answered == set(load_yaml("domain.yml")["intents"])


def test_actions_of_the_domain_are_classes_of_that_name():
    declared = {}
    for path in python_files("actions/"):
        for node in (node for node in ast.walk(syntax_tree(path)) if isinstance(node, ast.ClassDef)):
            for line in node.body:
                if isinstance(line, ast.Assign) and line.targets[0].id == "action_name":
                    declared[line.value.value] = node.name
    assert set(declared) == set(load_yaml("domain.yml")["actions"])
    assert not {name: cls for name, cls in declared.items() if cls != name.title().replace("_", "")}


def test_actions_of_rules_are_in_the_domain():
    known = set(load_yaml("domain.yml")["actions"])
    used = {step["action"] for *_, steps in turns() for step in steps if step.get("action", "").startswith("action_")}
    built_in = {"action_listen", "action_restart", "action_session_start", "action_default_fallback"}
    assert used <= known | built_in


@pytest.mark.parametrize("language", SUPPORTED_LANGUAGES)
def test_every_intent_has_enough_examples_in_every_language(language):
    counts = Counter(example.intent for example in examples() if example.language == language)
    # Sent by the page as a command, never said.
    spoken = set(load_yaml("domain.yml")["intents"]) - {"start_conversation"}
    assert set(counts) - spoken <= {"start_conversation"}, "examples of an intent that the domain does not know"
    assert not {intent: counts[intent] for intent in spoken if counts[intent] < EXAMPLES_PER_INTENT}


def test_no_example_stands_under_two_intents():
    places = defaultdict(list)
    for example in examples():
        places[re.sub(r"\W+", " ", example.text.casefold()).strip() or example.text].append(example)
    shared = [found for found in places.values() if len({example.intent for example in found}) > 1]
    assert not [[example.place for example in found] for found in shared]


# --- repository


def test_git_keeps_no_database_model_or_secret():
    made = re.compile(r"(\.(db|sqlite3?|tar\.gz|onnx|safetensors|npz|pkl|key|pem|env)$)|(^|/)(var|models|\.env)(/|$)")
    assert not [name for name in tracked_files() if made.search(name)]
    assert not [name for name in tracked_files() if (PROJECT_ROOT / name).stat().st_size > 1_000_000]


def test_no_file_names_a_path_of_one_machine_or_a_package_host():
    paths = r"(?<![\w./:-])/(?:root|work|home/[a-z]+|Users/[A-Za-z]+|opt/pypi)/"
    hosts = r"(?:pypi|pythonhosted|npmjs)\.org"
    named = re.compile(f"{paths}|{hosts}")
    found = []
    for name in tracked_files():
        content = (PROJECT_ROOT / name).read_bytes()
        if b"\0" not in content:
            text = content.decode("utf-8")
            found += [f"{name}: {match[0]}" for match in named.finditer(text)]
    assert not found


@pytest.mark.parametrize("name", [name for name in tracked_files() if re.search(r"requirements[\w-]*\.txt$", name)])
def test_a_lock_carries_hashes_and_no_address(name):
    text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
    requirements = [line for line in lines if line and not line.startswith("#")]
    assert requirements
    assert all(re.match(r"[\w.\[\],-]+==\S+", line) and "--hash=sha256:" in line for line in requirements)
    assert "://" not in text
    assert "index-url" not in text


def test_every_yaml_file_keeps_each_key_once():
    for name in (*yaml_files("data"), "domain.yml"):
        load_yaml(name)
