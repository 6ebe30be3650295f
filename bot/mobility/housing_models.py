"""Tables of places to live: who runs them, their rooms, their prices and what is stated about them."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String
from sqlalchemy.orm import relationship

from bot.mobility.columns import ExactNumber, Texts, Words
from bot.mobility.facts import Base, Fact, Statement, Withdrawable


class HousingProvider(Withdrawable, Base):
    """Who runs residences: the school, Crous, private owners."""

    __tablename__ = "housing_provider"

    code = Column(String(40), primary_key=True)
    name = Column(Texts, nullable=False)


class Residence(Fact, Base):
    """A residence, or a group of residences that a source describes as one."""

    __tablename__ = "residence"
    __table_args__ = (Index("ix_residence_position_code", "position", "code"),)

    code = Column(String(40), primary_key=True)
    provider_code = Column(ForeignKey("housing_provider.code"), nullable=False)
    contact_code = Column(ForeignKey("contact.code"))
    name = Column(Texts, nullable=False)
    aliases = Column(Words, nullable=False, default=list)
    area = Column(Texts)
    capacity = Column(Integer)
    """Rooms or places, where a source states it."""
    is_group = Column(Boolean, nullable=False, default=False)
    position = Column(Integer, nullable=False, default=0)

    provider = relationship(HousingProvider, lazy="joined")
    contact = relationship("Contact")
    room_types = relationship("RoomType", viewonly=True)


class ResidenceStatement(Statement, Base):
    """A short text about a residence (eligibility, inclusion, equipment, contract, application, location ...)."""

    __tablename__ = "residence_statement"

    residence_code = Column(ForeignKey("residence.code"), nullable=False, index=True)


class RoomType(Fact, Base):
    """A kind of room of a residence."""

    __tablename__ = "room_type"

    code = Column(String(60), primary_key=True)
    residence_code = Column(ForeignKey("residence.code"), nullable=False, index=True)
    name = Column(Texts, nullable=False)
    kind = Column(String(20), info={"choices": ("room", "studio", "apartment", "shared")})
    """What students search by, where the source tells it."""
    size_m2 = Column(ExactNumber(6, 1))
    rooms = Column(Integer)


class ResidencePrice(Fact, Base):
    """One price of a residence; `amount_max` NULL where the source states one amount."""

    __tablename__ = "residence_price"
    __table_args__ = (
        # A search by budget reads the few prices that fit, not those of every residence.
        Index("ix_residence_price_kind_period_amount_min", "kind", "period", "amount_min"),
        CheckConstraint("amount_min >= 0", name="amount"),
        CheckConstraint("amount_max IS NULL OR amount_max >= amount_min", name="range"),
    )

    code = Column(String(60), primary_key=True)
    residence_code = Column(ForeignKey("residence.code"), nullable=False, index=True)
    room_type_code = Column(ForeignKey("room_type.code"))
    kind = Column(String(20), nullable=False)
    """rent, deposit, internet, application_fee ..."""
    amount_min = Column(ExactNumber(8, 2), nullable=False)
    amount_max = Column(ExactNumber(8, 2))
    currency = Column(String(3), nullable=False)
    period = Column(String(20), nullable=False)
    """month, night, week, once."""
    note = Column(Texts)
