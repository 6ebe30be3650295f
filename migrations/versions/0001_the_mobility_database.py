"""The mobility database.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Constraints get their names from the naming convention of bot/mobility/models.py, which Alembic applies.
    op.create_table(
        "source",
        sa.Column("code", sa.String(80), primary_key=True),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column(
            "confidence",
            _choice("confidence", "staff", "official", "official_copy", "public_body", "press", "third_party"),
            nullable=False,
        ),
        _status(),
    )
    _create_institution()
    _create_departments_and_contacts()
    _create_deadlines()
    _create_programmes()
    _create_housing()
    _create_courses()
    op.create_table(
        "data_load",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("with_samples", sa.Boolean, nullable=False),
        sa.Column("wrong_records", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "data_load",
        "subject", "course_offer", "course_teaching_unit", "course", "teaching_unit",
        "residence_price", "room_type", "residence_statement", "residence", "housing_provider",
        "programme_event", "programme_edition", "programme_statement", "programme",
        "deadline_term", "deadline", "academic_term",
        "contact", "department",
        "published_figure", "institution_statement", "institution_identifier", "institution",
        "source",
    ):  # fmt: skip
        op.drop_table(table)


def _create_institution() -> None:
    _create_facts(
        "institution",
        sa.Column("hei_id", sa.String(120), primary_key=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("is_home", sa.Boolean, nullable=False),
    )
    _create_facts(
        "institution_identifier",
        _reference("hei_id", sa.String(120), "institution.hei_id", primary_key=True),
        sa.Column("scheme", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(120), nullable=False),
    )
    _create_statements("institution_statement", _reference("hei_id", sa.String(120), "institution.hei_id"))
    _create_facts(
        "published_figure",
        sa.Column("code", sa.String(80), primary_key=True),
        sa.Column("figure", sa.String(40), nullable=False, index=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("value", sa.Numeric(12, 2), nullable=False),
        sa.Column("at_least", sa.Boolean, nullable=False),
        sa.Column("unit", sa.String(20)),
        sa.Column("position", sa.Integer, nullable=False),
    )


def _create_departments_and_contacts() -> None:
    _create_facts(
        "department",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("is_apprenticeship", sa.Boolean, nullable=False),
    )
    _create_facts(
        "contact",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("purpose", sa.JSON),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("email", sa.String(200)),
        sa.Column("phone", sa.String(40)),
        sa.Column("address", sa.Text),
        sa.Column("opening_hours", sa.JSON),
        sa.Column("is_school", sa.Boolean, nullable=False),
    )


def _create_deadlines() -> None:
    _create_facts(
        "academic_term",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR starts_on < ends_on", name="order"),
    )
    _create_facts(
        "deadline",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("subject", sa.String(40), nullable=False, index=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("audience", sa.JSON),
        sa.Column("rule", sa.JSON),
        sa.Column("date", sa.Date),
        sa.Column("month", sa.Integer),
        sa.Column("day", sa.Integer),
        sa.Column("inclusive", sa.Boolean),
        sa.CheckConstraint("month IS NULL OR month BETWEEN 1 AND 12", name="month"),
        sa.CheckConstraint("day IS NULL OR day BETWEEN 1 AND 31", name="day"),
        sa.CheckConstraint("(month IS NULL) = (day IS NULL)", name="month_day"),
    )
    op.create_table(
        "deadline_term",
        _reference("deadline_code", sa.String(40), "deadline.code", primary_key=True),
        _reference("term_code", sa.String(20), "academic_term.code", primary_key=True),
    )


def _create_programmes() -> None:
    _create_facts(
        "programme",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        _reference("contact_code", sa.String(40), "contact.code", nullable=True),
    )

    def programme() -> sa.Column:
        return _reference("programme_code", sa.String(40), "programme.code", index=True)

    _create_statements("programme_statement", programme())
    _create_facts(
        "programme_edition",
        sa.Column("code", sa.String(60), primary_key=True),
        programme(),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("registration_opens_on", sa.Date),
        sa.Column("registration_closes_on", sa.Date),
        sa.Column("registration_url", sa.Text),
        sa.Column("price", sa.Numeric(8, 2)),
        sa.Column("currency", sa.String(3)),
        sa.Column("place", sa.JSON),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="order"),
    )
    _create_facts(
        "programme_event",
        sa.Column("code", sa.String(80), primary_key=True),
        _reference("edition_code", sa.String(60), "programme_edition.code", index=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("place", sa.JSON),
    )


def _create_housing() -> None:
    op.create_table(
        "housing_provider",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("name", sa.JSON, nullable=False),
        _status(),
    )
    _create_facts(
        "residence",
        sa.Column("code", sa.String(40), primary_key=True),
        _reference("provider_code", sa.String(40), "housing_provider.code"),
        _reference("contact_code", sa.String(40), "contact.code", nullable=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("area", sa.JSON),
        sa.Column("capacity", sa.Integer),
        sa.Column("is_group", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )

    def residence() -> sa.Column:
        return _reference("residence_code", sa.String(40), "residence.code", index=True)

    _create_statements("residence_statement", residence())
    _create_facts(
        "room_type",
        sa.Column("code", sa.String(60), primary_key=True),
        residence(),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("size_m2", sa.Numeric(6, 1)),
        sa.Column("rooms", sa.Integer),
    )
    _create_facts(
        "residence_price",
        sa.Column("code", sa.String(60), primary_key=True),
        residence(),
        _reference("room_type_code", sa.String(60), "room_type.code", nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount_min", sa.Numeric(8, 2), nullable=False),
        sa.Column("amount_max", sa.Numeric(8, 2)),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("note", sa.JSON),
        sa.CheckConstraint("amount_min >= 0", name="amount"),
        sa.CheckConstraint("amount_max IS NULL OR amount_max >= amount_min", name="range"),
    )


def _create_courses() -> None:
    _create_facts(
        "teaching_unit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, index=True),
        sa.Column("title", sa.JSON, nullable=False),
        _reference("department_code", sa.String(20), "department.code"),
        sa.Column("semester", sa.Integer, nullable=False),
        sa.Column("ects", sa.Numeric(4, 1)),
        sa.Column("search_title", sa.Text, nullable=False),
        sa.UniqueConstraint("code", "department_code", "semester", name="uq_teaching_unit_code_department_semester"),
        sa.CheckConstraint("semester BETWEEN 1 AND 10", name="semester"),
    )
    _create_facts(
        "course",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("hours", sa.Numeric(6, 1)),
        sa.Column("search_title", sa.Text, nullable=False),
    )
    op.create_table(
        "course_teaching_unit",
        _reference("course_code", sa.String(40), "course.code", primary_key=True),
        _reference("teaching_unit_id", sa.Integer, "teaching_unit.id", primary_key=True, index=True),
    )
    op.create_table(
        "course_offer",
        _reference("course_code", sa.String(40), "course.code", primary_key=True),
        _reference("department_code", sa.String(20), "department.code", primary_key=True),
        sa.Column("semester", sa.Integer, primary_key=True),
        sa.CheckConstraint("semester BETWEEN 1 AND 10", name="semester"),
        sa.Index("ix_course_offer_department_code_semester", "department_code", "semester"),
    )
    op.create_table(
        "subject",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("stems", sa.JSON, nullable=False),
        _status(),
    )


def _create_facts(name: str, *parts: object) -> None:
    """Create a table whose rows bear their provenance."""
    op.create_table(
        name,
        *parts,
        _status(),
        sa.Column("as_of", sa.String(10)),
        sa.Column("verified_on", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        _reference("source_code", sa.String(80), "source.code"),
    )


def _create_statements(name: str, owner: sa.Column) -> None:
    """Create a table of short texts, each about one aspect of its owner."""
    _create_facts(
        name,
        sa.Column("code", sa.String(80), primary_key=True),
        owner,
        sa.Column("aspect", sa.String(40), nullable=False, index=True),
        sa.Column("text", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )


def _status() -> sa.Column:
    return sa.Column("status", _choice("status", "published", "draft", "withdrawn", "sample"), nullable=False)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _reference(name: str, kind: object, target: str, *, nullable: bool = False, **options: bool) -> sa.Column:
    return sa.Column(name, kind, sa.ForeignKey(target), nullable=nullable, **options)
