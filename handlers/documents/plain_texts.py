"""Read a text file whatever program saved it (纯文本文件、CSV)."""

import codecs

LONGEST = 200_000  # bytes; a notice has about three thousand


def read_text(content: bytes) -> str | None:
    """Return the words of a text file in UTF-8, UTF-16 with its mark, or GB 18030; None where it's no text, or a very long one."""
    if len(content) > LONGEST:
        return None
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None
