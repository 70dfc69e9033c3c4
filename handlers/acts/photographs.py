"""Keep the photos of an inspection (现场照片), at the point that was being answered."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import NotAPhoto
from handlers.rules import recording
from storage.tables.inspections import Inspection, Photo

KINDS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
MOST_PIXELS = 100_000_000  # a phone's largest; more is a picture made to exhaust memory


def keep_photo(context: Context, inspection: Inspection, step: str, medium: str) -> str:
    """Attach a received photo to the record; returns what to tell. Raises NotAPhoto where the bytes are something else."""
    check_photo(context.around.media.read(medium), "照片")
    position = int(step.removeprefix(recording.POINT)) if step.startswith(recording.POINT) else None
    photo = Photo(inspection_id=key(inspection), position=position, medium=medium, person_id=context.actor.person_id, taken_at=context.now)
    context.session.add(photo)
    context.ledger.write("photo_kept", f"inspection:{inspection.id}", medium=medium, position=position)
    return f"照片已保存到第 {position} 项。" if position else "照片已保存。"


def check_photo(octets: bytes, name: str) -> None:
    """Refuse what isn't a photo, or is one made to do harm."""
    try:
        with Image.open(BytesIO(octets)) as image:
            is_good = image.format in KINDS and image.width * image.height <= MOST_PIXELS
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        is_good = False
    if not is_good:
        raise NotAPhoto(name=name)


def suffix_of(octets: bytes) -> str:
    """Return the ending of a kept photo's file name: `.jpg`."""
    with Image.open(BytesIO(octets)) as image:
        return KINDS[str(image.format)]
