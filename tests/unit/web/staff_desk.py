"""A staff console with accounts and a small log, for the tests that sit down at it."""

import datetime as dt
from typing import Any, Dict, Optional

from aiohttp.test_utils import TestClient
from lxml import html

from bot.review.accounts import add_account
from bot.review.audit import list_acts
from bot.review.database import session_scope
from bot.review.facets import refresh_facets
from bot.review.log_models import Answer, Conversation, Handoff, Message

PASSWORD = "a long password"
ROLES = ("reader", "reviewer", "editor", "admin")
SECRETS = ("sam.student@example.org", "+33 6 12 34 56 78")
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def email_of(role: str) -> str:
    return f"{role}@school.example"


def add_accounts(url: str, *roles: str) -> None:
    with session_scope(url, writing=True) as session:
        for role in roles:
            add_account(session, "test", email=email_of(role), name=f"The {role}", role=role, password=PASSWORD)
        session.commit()


def words_of(page) -> str:
    return " ".join(page.xpath("//main")[0].text_content().split())


def acts_in(url, act):
    with session_scope(url) as session:
        return [(line.actor, line.subject) for line in list_acts(session, act=act)]


class Log:
    """Writes conversations into the log as the projection does."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._event = 0

    def add(
        self, conversation_id: str, *turns: Dict[str, Any], channel: str = "web", at: Optional[dt.datetime] = None
    ) -> None:
        """Add a conversation; a turn has `text` and may have `reply`, `outcome`, `topic`, `intent`, `language`."""
        at = at or dt.datetime.now(dt.timezone.utc) - dt.timedelta(hours=1)
        with session_scope(self._url, writing=True) as session:
            head = Conversation(
                id=conversation_id, channel=channel, started_at=at, last_activity=at, messages=0, student_messages=0
            )
            session.add(head)
            session.flush()
            for number, turn in enumerate(turns):
                self._write_turn(session, head, turn, at + dt.timedelta(seconds=number))
            session.flush()
            refresh_facets(session, [head.number])
            session.commit()

    def _write_turn(self, session: Any, head: Conversation, turn: Dict[str, Any], at: dt.datetime) -> None:
        question, reply = self._event + 1, self._event + 2
        self._event = reply
        outcome, language = turn.get("outcome", "answered"), turn.get("language", "en")
        confidence = turn.get("confidence", 0.9)
        common = {"conversation": head.number, "time": at}
        session.add(
            Message(
                event_id=question, message_id=f"{question:020d}", sender="student", text=turn["text"],
                intent=turn.get("intent", "ask_cvec"), confidence=confidence, **common,
            )
        )  # fmt: skip
        session.add(
            Message(
                event_id=reply, message_id=f"{reply:020d}", sender="assistant", text=turn.get("reply", "Here it is."),
                **common,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            Answer(
                event_id=reply, question_id=question, topic=turn.get("topic", "cvec"), outcome=outcome,
                language=language, intent=turn.get("intent", "ask_cvec"), confidence=confidence,
                sources=turn.get("sources", []), **common,
            )
        )  # fmt: skip
        if outcome == "handed_over":
            session.add(Handoff(event_id=reply, conversation=head.number, reason="person", requested_at=at))
        head.messages += 2
        head.student_messages += 1
        head.preview, head.language, head.last_activity = turn["text"], language, at
        head.lowest_confidence = min(confidence, head.lowest_confidence or 1)


class Desk:
    """A member of staff at a browser without scripts."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.token = ""

    async def open(self, path: str, **headers: str) -> Any:
        """Return status and page of an address."""
        response = await self.client.get(path, headers=headers, allow_redirects=False)
        if response.content_type != "text/html":
            return response, None
        page = html.document_fromstring(await response.text())
        self.token = next(iter(page.xpath("//input[@name='form_token']/@value")), self.token)
        return response, page

    async def send(self, path: str, form: Optional[Dict[str, Any]] = None, **headers: str) -> Any:
        """Send a form as a page of the console does."""
        headers = {"Sec-Fetch-Site": "same-origin", **headers}
        form = {"form_token": self.token, **(form or {})}
        response = await self.client.post(path, data=form, headers=headers, allow_redirects=False)
        is_page = response.content_type == "text/html"
        return response, html.document_fromstring(await response.text()) if is_page else None

    async def sign_in(self, role: str, password: str = PASSWORD, **form: str) -> Any:
        """Sign in; afterwards forms bear the new session's token."""
        await self.open("/staff/login")
        response, page = await self.send("/staff/login", {"email": email_of(role), "password": password, **form})
        if response.status == 303:
            await self.open("/staff/profile")
        return response, page
