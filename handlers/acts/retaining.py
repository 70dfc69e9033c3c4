"""Keep what was said and shown no longer than the bureau must (保存期限), 个人信息保护法 19, 47."""

from datetime import timedelta

from handlers.context import Context
from storage.queries import media_references, retention

MOST_FILES = 2000  # deleted in one day; what is left goes on the next


def clear(context: Context) -> None:
    """Empty old messages and settled cards; what was decided stands in the tables and in the ledger, which nobody touches."""
    before = context.now - timedelta(days=context.policy.keep_messages_days)
    cleared = retention.clear(context.session, before)
    if cleared:
        context.ledger.write("messages_cleared", "bureau:530400", moved=cleared, until=before)


def clear_files(context: Context) -> None:
    """Delete photos and files that nothing refers to any more: previews, exports, hand-backs, photos that belong to no record.

    What a record, the ledger, an open question, a live card or a message on its way refers to stays. The deleting itself comes after
    the commit, like a message that is sent.
    """
    before = context.now - timedelta(days=context.policy.keep_loose_files_days)
    untouched = context.around.media.untouched(before.timestamp())
    loose = sorted(untouched - media_references.referred(context.session))[:MOST_FILES] if untouched else []
    if loose:
        media_references.forget(context.session, loose, before)
        context.outbox.clear(loose, before)
        context.ledger.write("files_cleared", "bureau:530400", count=len(loose), until=before)
