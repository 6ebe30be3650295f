"""Other institutions, agreements with them, what feeds say; runs of importers, corrections, claims of other sources.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("origin", sa.String(20), nullable=False, server_default="files"))
    _create_partners()
    _create_feeds()
    _create_records_of_imports()


def downgrade() -> None:
    # Rows of these sources stand in older tables too, where nothing could tell them apart from those of the files.
    for table in (
        "correction",
        "claim",
        "import_issue",
        "import_run",
        "learning_opportunity_instance",
        "learning_opportunity",
        "factsheet_entry",
        "institution_unit",
        "agreement_condition",
        "agreement",
        "partner_institution",
    ):
        op.drop_table(table)
    op.drop_column("source", "origin")


def _create_partners() -> None:
    _create_facts(
        "partner_institution",
        sa.Column("code", sa.String(80), primary_key=True),
        sa.Column("hei_id", sa.String(64), index=True),
        sa.Column("erasmus_code", sa.String(20), index=True),
        sa.Column("pic", sa.String(9), index=True),
        sa.Column("oid", sa.String(20)),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("country", sa.String(2)),
        sa.Column("city", sa.String(120)),
        sa.Column("website", sa.Text),
        sa.Column("is_name_only", sa.Boolean, nullable=False),
    )
    _create_facts(
        "agreement",
        sa.Column("code", sa.String(80), primary_key=True),
        _reference("partner_code", "partner_institution", 80),
        _choice(
            "kind", "erasmus", "bilateral", "double_degree", "framework", "network", "cooperation", "scholarship",
            type_name="agreementkind",
        ),
        _choice("scope", "school", "group", type_name="agreementscope"),
        sa.Column("text", sa.JSON),
        sa.Column("signed_on", sa.Date),
        sa.Column("first_year", sa.String(9)),
        sa.Column("last_year", sa.String(9)),
        sa.Column("in_effect", sa.Boolean),
        sa.Column("iia_id", sa.String(64)),
    )  # fmt: skip
    _create_facts(
        "agreement_condition",
        sa.Column("code", sa.String(100), primary_key=True),
        _reference("agreement_code", "agreement", 80),
        _choice("mobility", "student_studies", "student_traineeship", "staff_teaching", "staff_training"),
        _choice("direction", "incoming", "outgoing"),
        sa.Column("first_year", sa.String(9)),
        sa.Column("last_year", sa.String(9)),
        sa.Column("places", sa.Integer),
        sa.Column("months", sa.Numeric(7, 2)),
        sa.Column("isced_codes", sa.JSON, nullable=False),
        sa.Column("eqf_levels", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("blended", sa.Boolean),
        sa.Column("terms", sa.Text),
        sa.CheckConstraint("places >= 0", name="places"),
    )


def _create_feeds() -> None:
    _create_facts(
        "institution_unit",
        sa.Column("code", sa.String(150), primary_key=True),
        _reference("institution_code", "partner_institution", 80),
        sa.Column("ounit_id", sa.String(64), nullable=False),
        sa.Column("ounit_code", sa.String(80), nullable=False),
        sa.Column("parent_id", sa.String(64)),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("abbreviation", sa.String(40)),
        sa.Column("email", sa.String(200)),
        sa.Column("phone", sa.String(40)),
        sa.Column("website", sa.Text),
    )
    _create_facts(
        "factsheet_entry",
        sa.Column("code", sa.String(150), primary_key=True),
        _reference("institution_code", "partner_institution", 80),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("term", sa.String(10)),
        sa.Column("month", sa.Integer),
        sa.Column("day", sa.Integer),
        sa.Column("weeks", sa.Integer),
        sa.Column("title", sa.Text),
        sa.Column("details", sa.Text),
        sa.Column("email", sa.String(200)),
        sa.Column("phone", sa.String(40)),
        sa.Column("urls", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.CheckConstraint("month IS NULL OR month BETWEEN 1 AND 12", name="month"),
        sa.CheckConstraint("day IS NULL OR day BETWEEN 1 AND 31", name="day"),
        sa.CheckConstraint("(month IS NULL) = (day IS NULL)", name="month_day"),
        sa.CheckConstraint("weeks >= 0", name="weeks"),
    )
    _create_facts(
        "learning_opportunity",
        sa.Column("code", sa.String(150), primary_key=True),
        _reference("institution_code", "partner_institution", 80),
        sa.Column("los_id", sa.String(64), nullable=False),
        sa.Column("los_code", sa.String(80)),
        sa.Column("kind", sa.String(40)),
        sa.Column("ounit_id", sa.String(64)),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("description", sa.JSON),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("ects", sa.Numeric(5, 2)),
        sa.Column("hours", sa.Numeric(6, 1)),
        sa.Column("isced_codes", sa.JSON, nullable=False),
        sa.Column("eqf_level", sa.Integer),
        sa.Column("study_year", sa.Integer),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("open_to_exchange", sa.Boolean),
        sa.Column("url", sa.Text),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.CheckConstraint("ects >= 0", name="ects"),
        sa.CheckConstraint("eqf_level BETWEEN 1 AND 8", name="eqf_level"),
    )
    _create_facts(
        "learning_opportunity_instance",
        sa.Column("code", sa.String(150), primary_key=True),
        _reference("opportunity_code", "learning_opportunity", 150),
        sa.Column("loi_id", sa.String(64), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("academic_term", sa.String(20)),
        sa.Column("language", sa.String(20)),
        sa.Column("ects", sa.Numeric(5, 2)),
        sa.Column("hours", sa.Numeric(6, 1)),
        sa.Column("grading", sa.JSON),
        sa.CheckConstraint("starts_on <= ends_on", name="order"),
    )


def _create_records_of_imports() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("adapter", sa.String(20), nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("forced", sa.Boolean, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("withdrawn", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
    )
    op.create_table(
        "import_issue",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("table_name", sa.String(40), nullable=False),
        sa.Column("row_key", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("source_code", sa.String(80), sa.ForeignKey("source.code"), nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.Column("as_of", sa.String(10)),
        sa.Column("verified_on", sa.String(10), nullable=False),
        sa.UniqueConstraint("table_name", "row_key", "origin", name="uq_claim_table_name_row_key_origin"),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("table_name", sa.String(40), nullable=False),
        sa.Column("row_key", sa.String(200), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("old_value", sa.JSON),
        sa.Column("new_value", sa.JSON),
        sa.Column("source_code", sa.String(80), sa.ForeignKey("source.code"), nullable=False),
        sa.Column("verified_on", sa.String(10), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )


def _create_facts(name: str, *parts: object) -> None:
    """Create a table whose rows bear their provenance."""
    op.create_table(
        name,
        *parts,
        _choice("status", "published", "draft", "withdrawn", "sample"),
        sa.Column("as_of", sa.String(10)),
        sa.Column("verified_on", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("source_code", sa.String(80), sa.ForeignKey("source.code"), nullable=False),
    )


def _reference(name: str, table: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), sa.ForeignKey(f"{table}.code"), nullable=False, index=True)


def _choice(name: str, *values: str, type_name: str = "") -> sa.Column:
    kind = sa.Enum(*values, name=type_name or name, native_enum=False, create_constraint=True, length=20)
    return sa.Column(name, kind, nullable=False)
