"""Send the photos of a round to whoever reviews it (检查照片), 二(五) 全过程留痕."""

from handlers.acts.finding import key, target_of
from handlers.acts.photographs import suffix_of
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError
from handlers.speech.cards import Card, File, say
from handlers.speech.oversight_commands import ShowPhotos
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.tables.inspections import Inspection, Photo
from storage.tables.rounds import Round

MOST = 30  # pictures at a time; a chat isn't an album


class NoPhotos(HandlerError):
    """任务 {number} 的检查没有照片。"""


def show_photos(command: ShowPhotos, context: Context) -> Card:
    """Send each photo with the firm, the point, who took it and when."""
    round_ = context.session.get_one(Round, command.round_id)
    found = inspection_queries.photos_of_round(context.session, command.round_id)
    if not found:
        raise NoPhotos(number=round_.number)
    for inspection, photo in found[:MOST]:
        context.outbox.put(_picture(context, inspection, photo), [context.actor.person_id])
    more = f"，先发 {MOST} 张" if len(found) > MOST else ""
    return say(f"任务 {round_.number} 共 {len(found)} 张照片{more}。")


def _picture(context: Context, inspection: Inspection, photo: Photo) -> Card:
    """Return one photo as a message."""
    at = f"第 {photo.position} 项，" if photo.position else ""
    taken = f"{people.name_of(context.session, photo.person_id)} {photo.taken_at.astimezone(BEIJING):%m-%d %H:%M}"
    firm = target_of(context, inspection.target_id).name
    name = f"{firm}-{key(photo)}{suffix_of(context.around.media.read(photo.medium))}"
    return Card(text=f"{firm}：{at}{taken}", file=File(name, photo.medium))
