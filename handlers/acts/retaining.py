"""Keep what was said and shown no longer than the bureau must (保存期限), 个人信息保护法 19, 47."""

from datetime import timedelta

from handlers.context import Context
from storage.queries import retention


def clear(context: Context) -> None:
    """Empty old messages and settled cards; what was decided stands in the tables and in the ledger, which nobody touches."""
    before = context.now - timedelta(days=context.policy.keep_messages_days)
    cleared = retention.clear(context.session, before)
    if cleared:
        context.ledger.write("messages_cleared", "bureau:530400", moved=cleared, until=before)
