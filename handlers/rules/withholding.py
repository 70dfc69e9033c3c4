"""Name the legal grounds on which a result may stay unpublished (不予公示的法定理由), 二(八): 公开为常态、不公开为例外."""

GROUNDS: dict[str, str] = {
    "国家秘密": "属于国家秘密，《政府信息公开条例》第十四条",
    "法律法规禁止": "法律、行政法规禁止公开，《政府信息公开条例》第十四条",
    "危及安全稳定": "公开后可能危及国家安全、公共安全、经济安全、社会稳定，《政府信息公开条例》第十四条",
    "商业秘密": "涉及商业秘密，公开会损害权利人合法权益，《政府信息公开条例》第十五条",
    "个人隐私": "涉及个人隐私，公开会损害他人合法权益，《政府信息公开条例》第十五条",
}


def ground_of(said: str) -> str | None:
    """Return the ground that was chosen, with its provision, or None where it isn't a legal one."""
    wanted = said.strip()
    return next((text for name, text in GROUNDS.items() if wanted in (name, text)), None)
