"""Tells the staff by e-mail that a conversation waits for a person. The mail names no student and quotes nothing."""

import datetime as dt
import logging
import smtplib
import ssl
from email.message import EmailMessage
from typing import Callable, List, Optional, Tuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.review.database import session_scope
from bot.review.log_models import Conversation, Handoff
from bot.settings import Settings

logger = logging.getLogger(__name__)
TOO_OLD = dt.timedelta(days=1)
"""An older wish, from before the mail server was set up or the log rebuilt, is seen in the console."""
TIMEOUT_SECONDS = 20
Send = Callable[[EmailMessage], None]

# For the staff, who read both; so the wording is no student's and stands here.
SUBJECT = "A student waits for a person / Une personne est attendue"
BODY = """\
A conversation with the assistant waits for a person ({reason}), since {since}.
Une conversation avec l'assistant attend une personne ({reason_fr}), depuis {since}.

{link}
"""
REASONS = {"person": ("asked for a person", "demande d'une personne"), "distress": ("DISTRESS", "DÉTRESSE")}


def notify_staff(settings: Settings, send: Optional[Send] = None) -> int:
    """Send what has not been told yet; return how many. Where mail is not set up, do nothing."""
    if not (settings.smtp_url and settings.staff_email):
        return 0
    deliver = send or (lambda mail: _send(settings.smtp_url or "", mail))
    with session_scope(settings.review_database_url) as session:
        waiting = _waiting(session)
    told = []
    for handoff, conversation_id in waiting:
        try:
            deliver(_mail(settings, handoff, conversation_id))
        except (OSError, smtplib.SMTPException):
            logger.exception("The mail server of SMTP_URL does not take a notice; it is sent later.")
            break
        told.append(handoff.event_id)
    with session_scope(settings.review_database_url, writing=True) as session:
        now = dt.datetime.now(dt.timezone.utc)
        session.execute(update(Handoff).where(Handoff.event_id.in_(told)).values(notified_at=now))
        session.commit()
    return len(told)


def _waiting(session: Session) -> List[Tuple[Handoff, str]]:
    query = (
        select(Handoff, Conversation.id)
        .join(Conversation, Conversation.number == Handoff.conversation)
        .where(
            Handoff.notified_at.is_(None), Handoff.taken_at.is_(None), Handoff.ended_at.is_(None),
            Handoff.requested_at > dt.datetime.now(dt.timezone.utc) - TOO_OLD,
        )
        .order_by(Handoff.event_id)
    )  # fmt: skip
    return [(handoff, conversation_id) for handoff, conversation_id in session.execute(query)]


def _mail(settings: Settings, handoff: Handoff, conversation_id: str) -> EmailMessage:
    english, french = REASONS.get(handoff.reason, REASONS["person"])
    mail = EmailMessage()
    mail["Subject"] = f"[!] {SUBJECT}" if handoff.reason == "distress" else SUBJECT
    mail["From"] = mail["To"] = ", ".join(settings.staff_email)
    if len(settings.staff_email) > 1:
        del mail["From"]
        mail["From"] = settings.staff_email[0]
    link = f"{settings.public_url or settings.web_url}/staff/conversations/{conversation_id}"
    since = handoff.requested_at.strftime("%Y-%m-%d %H:%M UTC")
    mail.set_content(BODY.format(reason=english, reason_fr=french, since=since, link=link))
    return mail


def _send(address: str, mail: EmailMessage) -> None:
    server = urlsplit(address)
    host, secure = server.hostname or "", server.scheme == "smtps"
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if secure:
        connection = smtplib.SMTP_SSL(host, server.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(host, server.port or 25, timeout=TIMEOUT_SECONDS)
    with connection:
        connection.ehlo()
        if not secure and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(mail)
