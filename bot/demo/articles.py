"""Link each article of the regulation to what the demonstration has shown of it (条文对照)."""

from dataclasses import dataclass, field

from aiohttp import web

from bot.web.pages import render

ARTICLES = {
    "一(三)": "对投诉举报、转办交办、数据监测的线索立即检查",
    "一(四)": "普遍性问题专项检查，严重风险过筛式检查",
    "二(一)": "随机抽查事项清单",
    "二(二)": "检查对象名录库、执法检查人员名录库",
    "二(三)": "运用省级平台",
    "二(四)": "实施细则与工作指引",
    "二(五)": "年度计划、随机抽取、随机匹配、检查方式、全过程留痕",
    "二(六)": "信用风险分类监管",
    "二(七)": "部门联合监管",
    "二(八)": "公示、后续处置",
    "二(九)": "涉企信息归集",
    "三(一)": "合法性审查",
    "三(二)": "履职证据，尽职照单免责、失职照单问责",
    "三(三)": "培训",
    "三(四)": "督查",
}


@dataclass(slots=True)
class Chapter:
    """A part of the story: the articles it shows, and its transcript."""

    title: str
    articles: tuple[str, ...]
    lines: list[str] = field(default_factory=list)


def articles_page(chapters: list[Chapter]) -> web.Response:
    """Return the page: each article with the chapters that show it, then every chapter with its transcript."""
    shown = [
        (number, wording, [place for place, row in enumerate(chapters, 1) if number in row.articles])
        for number, wording in ARTICLES.items()
    ]
    return render("demo/articles.html", articles=shown, chapters=list(enumerate(chapters, 1)))
