"""Keeps tokens and secrets out of every log line of the process, whoever writes it."""

import logging
from typing import Any, Set

HIDDEN = "[secret]"
_secrets: Set[str] = set()


def hide_in_logs(*secrets: str) -> None:
    """Replace the secrets in all log records from now on, in their message and their exception."""
    installed = bool(_secrets)
    _secrets.update(secret for secret in secrets if len(secret) >= 6)
    if not installed and _secrets:
        logging.setLogRecordFactory(_redacting(logging.getLogRecordFactory()))


def _redacting(make_record: Any) -> Any:
    def make(*arguments: Any, **more: Any) -> logging.LogRecord:
        record = make_record(*arguments, **more)
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            return record  # wrong arguments: logging itself tells
        if any(secret in message for secret in _secrets):
            record.msg, record.args = _redacted(message), ()
        if record.exc_info and record.exc_info[0] is not None:
            traceback = logging.Formatter().formatException(record.exc_info)
            if any(secret in traceback for secret in _secrets):
                record.exc_text, record.exc_info = _redacted(traceback), None
        return record

    return make


def _redacted(text: str) -> str:
    for secret in _secrets:
        text = text.replace(secret, HIDDEN)
    return text
