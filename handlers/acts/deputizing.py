"""Let somebody decide in another's place until a day (代理、委托), 三(一): never beyond their own bureau, never without an end."""

from datetime import date, timedelta

from handlers.context import Context
from handlers.errors import HandlerError
from storage.queries import deciders, people
from storage.queries.people import Actor
from storage.tables.mandates import Mandate
from storage.vocabulary import Role

LONGEST = 183  # days, half a year: whoever is away for longer hands the role over; own setting
DECIDING = (Role.CHIEF, Role.LEADER, Role.LEGAL, Role.ADMIN)


class NoSuchDeputy(HandlerError):
    """本单位没有叫“{name}”的同事可以代理您。可以代理的有：{others}。"""


class MandateTooLong(HandlerError):
    """委托最长 {longest} 天，您写的是到 {last}。请写近一些的日期；长期不在岗请管理员调整角色。"""


class OverlappingMandates(HandlerError):
    """{first} 至 {last} 您已经委托{name}代理。如需更换，先发送“委托 收回”。"""


def may_stand_in(deputy: Actor, person: Actor) -> bool:
    """Whether somebody may decide in a person's place: a leader for anybody, a chief for a leader, else a colleague of the same section.

    Witnesses and those who only inspect stand apart from decisions.
    """
    if deputy.person_id == person.person_id or deputy.bureau_code != person.bureau_code or deputy.holds(Role.WITNESS):
        return False
    if deputy.holds(Role.LEADER):
        return True
    if person.holds(Role.LEADER):
        return deputy.holds(Role.CHIEF)
    role = (Role.ADMIN,) if person.roles == {Role.ADMIN} else (Role.CHIEF, Role.OFFICER, Role.LEGAL)
    return deputy.section_id == person.section_id and deputy.holds(*role)


def possible(context: Context) -> list[Actor]:
    """Return who may decide in the actor's place."""
    return [row for row in people.colleagues(context.session, context.actor.bureau_code) if may_stand_in(row, context.actor)]


def deputy_named(context: Context, name: str) -> Actor:
    """Return the colleague who is meant. Raises NoSuchDeputy."""
    others = possible(context)
    found = [row for row in others if row.name == name.strip()]
    if len(found) != 1:
        raise NoSuchDeputy(name=name, others="、".join(row.name for row in others) or "没有人，请联系管理员")
    return found[0]


def give(context: Context, deputy: Actor, first: date, last: date) -> None:
    """Keep the mandate. Raises MandateTooLong, OverlappingMandates."""
    if last - first > timedelta(days=LONGEST):
        raise MandateTooLong(longest=LONGEST, last=last)
    for known in deciders.mandates_of(context.session, context.actor.person_id, context.today):
        if known.starts_on <= last and known.ends_on >= first:
            name = people.name_of(context.session, known.deputy_id)
            raise OverlappingMandates(first=known.starts_on, last=known.ends_on, name=name)
    mandate = Mandate(person_id=context.actor.person_id, deputy_id=deputy.person_id, starts_on=first, ends_on=last, given_at=context.now)
    context.session.add(mandate)
    context.session.flush()
    context.ledger.write("mandate_given", f"mandate:{mandate.id}", people=deputy.name, starts_on=first, ends_on=last)


def end(context: Context, mandates: list[Mandate]) -> list[int]:
    """End mandates before their day; returns who stood in."""
    for mandate in mandates:
        mandate.ended_at = context.now
        context.session.add(mandate)
        context.ledger.write("mandate_ended", f"mandate:{mandate.id}", people=people.name_of(context.session, mandate.deputy_id))
    context.session.flush()
    return [mandate.deputy_id for mandate in mandates]
