"""Bind a chat account to a registered person (绑定): knowing a colleague's number is not enough, an administrator confirms."""

import re

from handlers.acts import approving
from handlers.context import Context
from handlers.errors import BadMobile
from handlers.rules.districts import CITY
from handlers.rules.masking import mask_phone
from handlers.speech.cards import Card, say
from handlers.speech.commands import AlertAdministrators, Bind, CheckBinding, EndAccess
from storage.queries import approvals as approval_queries
from storage.queries import people
from storage.tables.people import Binding
from storage.vocabulary import Role, Subject

MOBILE = re.compile(r"1[3-9]\d{9}")
ASKED = "收到。如果这个手机号已在名录中登记，管理员会核对后确认绑定，结果会在这里通知您。"


def bind(command: Bind, context: Context) -> Card:
    """Answer somebody who is bound already."""
    return say(f"您的账号已绑定为{context.actor.name}，不需要再次绑定。如需更换，请联系管理员。")


def ask_binding(command: Bind, context: Context) -> None:
    """Ask the messenger itself whose number it is; the answer comes back as a command of the assistant's own."""
    mobile = re.sub(r"[\s-]", "", command.mobile)
    if not MOBILE.fullmatch(mobile):
        raise BadMobile(mobile=command.mobile or "空")
    context.outbox.look_up(context.messenger, context.account, mobile)
    context.ledger.write("binding_asked", f"account:{context.messenger}:{context.account}", mobile=mask_phone(mobile))


def check_binding(command: CheckBinding, context: Context) -> Card:
    """Bind at once where the messenger says that the number is this account's; otherwise an administrator confirms.

    The account hears the same whether the number is registered or not.
    """
    person = people.person_with_mobile(context.session, command.mobile)
    is_bound = people.actor_of(context.session, command.messenger, command.account) is not None
    if is_bound:
        return say("这个账号已经绑定。")
    if person is not None and person.id is not None and command.owner == command.account:
        confirm(person.id, {"姓名": person.name, "平台": command.messenger, "账号": command.account}, context)
        return say("已绑定。")
    context.outbox.tell(command.messenger, command.account, ASKED)
    if person is None or person.id is None or approval_queries.pending_about(context.session, Subject.BINDING, person.id):
        return say("没有可以确认的人员。")
    home = CITY if people.is_partner(context.session, person.bureau_code) else person.bureau_code
    administrators = people.holders_upwards(context.session, Role.ADMIN, home, frozenset({person.id}))
    if not administrators:
        return say("没有管理员可以确认，请用 people bind 绑定第一位管理员。")
    fields = {"姓名": person.name, "手机": mask_phone(command.mobile), "平台": command.messenger, "账号": command.account}
    title = f"账号绑定待确认：{person.name}"
    approving.ask(context, approving.Request(Subject.BINDING, person.id, home, title, administrators, fields, roles="管理员"))
    return say("已请管理员确认。")


def confirm(person_id: int, fields: dict[str, str], context: Context) -> None:
    """Bind the account, and greet its owner."""
    binding = Binding(messenger=fields["平台"], account=fields["账号"], person_id=person_id, bound_at=context.now, used_at=context.now)
    context.session.add(binding)
    context.session.flush()
    context.ledger.write("account_bound", f"person:{person_id}", messenger=binding.messenger, account=binding.account)
    context.outbox.put(say(f"绑定成功，{fields['姓名']}，您好。发送“帮助”看看能做什么。"), [person_id])


def end_access(command: EndAccess, context: Context) -> Card:
    """Unbind the account of somebody who has left the organisation; from now on it's a stranger's."""
    if people.unbind(context.session, command.messenger, command.account):
        context.ledger.write("access_ended", f"account:{command.messenger}:{command.account}")
    return say("已停用。")


def alert_administrators(command: AlertAdministrators, context: Context) -> Card:
    """Tell the administrators of the organisation."""
    context.outbox.put(say(command.sentence), people.all_holders(context.session, Role.ADMIN))
    return say("已告知管理员。")


def refuse(fields: dict[str, str], reason: str, context: Context) -> None:
    """Tell the account that it wasn't bound."""
    context.outbox.tell(fields["平台"], fields["账号"], f"绑定没有通过：{reason}。请联系管理员。")
    context.ledger.write("binding_refused", f"account:{fields['平台']}:{fields['账号']}", reason=reason)
