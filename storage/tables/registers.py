"""Remember the item list and the two directories (一单两库), 二(一), 二(二)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import key_of, text, word, words
from storage.vocabulary import CreditClass, ItemKind, Method, RiskLevel, TargetKind, TargetStatus


class Item(SQLModel, table=True):
    """An inspection item (随机抽查事项); without basis and disclosure, or once it is retired, it can't be drawn.

    A county's row with the number of a city's item stands in its place within the county, 二(一).
    """

    __table_args__ = (UniqueConstraint("bureau_code", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    number: str
    name: str = Field(index=True)
    section_id: int | None = key_of("section.id", default=None)
    target_category: str
    kind: ItemKind = word(ItemKind)
    legal_basis: str = text(default="")
    method: Method = word(Method)
    ratio_cap: str = ""
    specialty: str
    public_draw: bool = False
    disclosed_on: date | None = None
    disclosed_at: str = ""
    law_checked_on: date | None = None
    retired_on: date | None = None


class GuidePoint(SQLModel, table=True):
    """One point of an item's guide (工作指引): what the inspector looks at, 二(四)."""

    __table_args__ = (UniqueConstraint("item_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = key_of("item.id")
    position: int
    wording: str = text()


class Target(SQLModel, table=True):
    """A target of inspections (检查对象); `code` identifies it for ever."""

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    code: str = Field(unique=True, max_length=40)
    legacy_number: str = ""
    name: str = Field(index=True)
    kind: TargetKind = word(TargetKind)
    category: str = Field(index=True)
    district: str = Field(index=True)
    address: str = text(default="")
    legal_person: str = ""
    contact: str = ""
    phone: str = ""
    license_no: str = ""
    license_until: date | None = None
    risk_level: RiskLevel = word(RiskLevel)
    credit_class: CreditClass = word(CreditClass)
    status: TargetStatus = word(TargetStatus)
    updated_at: datetime


class Inspector(SQLModel, table=True):
    """A person of the inspector directory (执法检查人员); only holders of a valid certificate inspect."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", unique=True)
    staff_number: str = Field(unique=True)
    certificate_no: str = ""
    certificate_until: date | None = None
    specialties: tuple[str, ...] = words()
    districts: tuple[str, ...] = words()
    most: int = 20
    is_valid: bool = True


class Leave(SQLModel, table=True):
    """Days on which an inspector is away (请假) and out of matching, both ends included."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = key_of("person.id")
    starts_on: date
    ends_on: date
