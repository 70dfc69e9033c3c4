"""Remember bureaus, sections, people, their roles and their chat accounts (单位、科室、人员)."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import key_of, word
from storage.vocabulary import Role


class Bureau(SQLModel, table=True):
    """A commerce bureau: the city's or a county's; its code is the division code. Or a department that takes part in joint inspections."""

    code: str = Field(primary_key=True, max_length=12)
    name: str
    short_name: str
    parent_code: str | None = key_of("bureau.code", default=None)
    is_partner: bool = False


class Section(SQLModel, table=True):
    """A section of a bureau (业务科室)."""

    __table_args__ = (UniqueConstraint("bureau_code", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    name: str


class Person(SQLModel, table=True):
    """Somebody whom the assistant knows."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    mobile: str = Field(unique=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    is_active: bool = True


class Grant(SQLModel, table=True):
    """A role that a person holds; its scope is the person's own bureau and section."""

    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = key_of("person.id")
    role: Role = word(Role)


class Binding(SQLModel, table=True):
    """A chat account that belongs to a person (绑定)."""

    __table_args__ = (UniqueConstraint("messenger", "account"),)

    id: int | None = Field(default=None, primary_key=True)
    messenger: str
    account: str
    person_id: int = key_of("person.id")
    bound_at: datetime
    used_at: datetime
