"""Warn of certificates that end (执法证到期提醒), 二(二): sixty days before, and when it has ended; the holder and who keeps the register."""

from collections import defaultdict

from handlers.context import Context
from handlers.rules.register_health import WARNED_BEFORE
from handlers.speech.cards import say
from storage.queries import people, registers, reminders
from storage.tables.people import Person
from storage.tables.registers import Inspector
from storage.vocabulary import Role

SHOWN = 10


def warn(context: Context) -> None:
    """Tell each holder, and in one sentence each keeper, of what they haven't been told yet."""
    kept: defaultdict[int, list[str]] = defaultdict(list)
    for row, person in registers.certificates_ending(context.session, context.today, WARNED_BEFORE):
        told = _sentence(context, row)
        step = "ended" if _has_ended(context, row) else "soon"
        subject = f"certificate:{row.staff_number}:{row.certificate_until}"
        keepers = [keeper for keeper in _keepers(context, person) if keeper != person.id]
        if person.id and reminders.note_once(context.session, subject, step, person.id, context.now):
            context.outbox.put(say(f"您的{told}请尽快换证，把新的有效期告诉法规科或本单位的名录维护人。"), [person.id])
            context.ledger.write("certificate_warned", f"person:{person.id}", until=row.certificate_until)
        for keeper in keepers:
            if reminders.note_once(context.session, subject, step, keeper, context.now):
                kept[keeper].append(f"{person.name}（{row.staff_number}）的{told}")
    for keeper, sentences in kept.items():
        more = f"等 {len(sentences)} 人。" if len(sentences) > SHOWN else ""
        context.outbox.put(say("".join(sentences[:SHOWN]) + more + "换证后请导入检查人员名录更新有效期。"), [keeper])


def _has_ended(context: Context, row: Inspector) -> bool:
    """Whether the certificate's last day is over."""
    return row.certificate_until is not None and row.certificate_until < context.today


def _sentence(context: Context, row: Inspector) -> str:
    """Say when the certificate ends or ended."""
    if _has_ended(context, row):
        return f"执法证已于 {row.certificate_until} 到期，不再参加匹配。"
    return f"执法证 {row.certificate_until} 到期，到期次日起不参加匹配。"


def _keepers(context: Context, person: Person) -> list[int]:
    """Return who keeps the register in the person's bureau: 法规科, in a county the 经办人."""
    return people.holders(context.session, Role.LEGAL, person.bureau_code) or people.holders(
        context.session, Role.OFFICER, person.bureau_code
    )
