"""Tokens of students and of the assistant's processes."""

import pytest

from bot import tokens
from bot.errors import SettingsError

SECRET = "a secret of the tests, long enough"


def test_a_signed_conversation_is_read_back():
    assert tokens.verify_conversation(tokens.sign_conversation("abc", SECRET), SECRET) == "abc"


def test_a_token_lasts_ninety_days():
    import time

    day = 24 * 3600
    young = tokens.sign_conversation("abc", SECRET, now=time.time() - 89 * day)
    assert tokens.verify_conversation(young, SECRET) == "abc"
    with pytest.raises(tokens.TokenError) as caught:
        tokens.verify_conversation(tokens.sign_conversation("abc", SECRET, now=time.time() - 91 * day), SECRET)
    assert caught.value.code == "token_expired"


def test_every_bit_of_a_token_counts():
    token = tokens.sign_conversation("abc", SECRET)
    head, body, signature = token.split(".")
    for forged in (f"{head}.{body}.", f"{head}.{body[:-2]}.{signature}", f"{body}.{head}.{signature}"):
        with pytest.raises(tokens.TokenError):
            tokens.verify_conversation(forged, SECRET)


def test_an_internal_token_is_good_for_its_purpose_only():
    token = tokens.internal_token(SECRET, tokens.WEB_TO_CHANNEL)
    assert tokens.is_internal_token(token, SECRET, tokens.WEB_TO_CHANNEL)
    assert not tokens.is_internal_token(token, SECRET, tokens.CHANNEL_TO_WEB)
    assert not tokens.is_internal_token("é", SECRET, tokens.WEB_TO_CHANNEL)
    assert not tokens.is_internal_token("", SECRET, tokens.WEB_TO_CHANNEL)


def test_conversation_ids_do_not_repeat():
    assert len({tokens.new_conversation_id() for _ in range(1000)}) == 1000


def test_without_a_secret_nothing_is_signed():
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        tokens.sign_conversation("abc", "")


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer abc", "abc"), ("bearer abc", "abc"), ("Basic abc", None), ("Bearer ", None), ("", None), (None, None)],
)
def test_only_bearer_tokens_are_taken(header, token):
    assert tokens.bearer_token(header) == token
