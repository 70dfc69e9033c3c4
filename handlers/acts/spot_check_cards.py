"""Show what was drawn to be looked at again, and what stands beside it (网络监督), 三(四)."""

from collections import Counter
from collections.abc import Iterator

from handlers.acts.finding import key
from handlers.acts.listing import Owed
from handlers.acts.records import record_of
from handlers.acts.spot_checking import subject_of
from handlers.context import BEIJING, Context
from handlers.rules.deadlines import deadline
from handlers.rules.frozen_texts import fingerprint, read_frame
from handlers.rules.spot_checks import findings
from handlers.speech.cards import Button, Card, Paper
from handlers.speech.spot_check_commands import DrawSpotCheck, JudgeResult, ShowSpotCheck
from storage import frames
from storage.oversight_vocabulary import SpotVerdict
from storage.queries import people, publications
from storage.queries import spot_checks as queries
from storage.tables.spot_checks import SpotCheck, SpotCheckedResult
from storage.vocabulary import RevisionState

CHECK_WITHIN = 5  # working days after the draw; own setting, the regulation gives none
BUTTONS = 8


def frozen_card(context: Context, row: SpotCheck) -> Card:
    """Return the card on which the list is shown before it's drawn."""
    frame = read_frame(row.texts[frames.FRAME])
    counted = Counter(candidate.district for candidate in frame.candidates)
    reasons = Counter(excluded.reason.partition("（")[0] for excluded in frame.excluded)
    fields = {
        "期间": f"{row.first_on} 至 {row.last_on} 公示的结果",
        "候选": f"{len(frame.candidates)} 条："
        + "、".join(f"{people.bureau_name(context.session, code)} {count}" for code, count in counted.items()),
        "不抽": "、".join(f"{reason} {count} 条" for reason, count in reasons.items()),
        "抽取": f"{sum(stratum.quota for stratum in frame.strata)} 条",
        "名单指纹": fingerprint(row.texts[frames.FRAME]),
        "密钥承诺": row.commitment,
    }
    button = Button(f"抽取 {row.id}", DrawSpotCheck(key(row)))
    shown = {name: value for name, value in fields.items() if value}
    return Card(f"网络监督 {row.id}", "名单已冻结，抽中谁由密钥和您点“抽取”的时刻决定，谁也不能挑。", shown, (button,), subject_of(row))


def drawn_card(context: Context, row: SpotCheck) -> Card:
    """Return the list of what was drawn, with a button to each that waits."""
    fields, buttons = {}, []
    for found in queries.rows(context.session, key(row)):
        public = queries.result(context.session, found.publication_id)
        name = f"{public.target.name}（{people.bureau_name(context.session, public.round.bureau_code)}）" if public else "已撤下的结果"
        fields[f"{found.position}. {name}"] = found.verdict.label + (f"：{found.note}" if found.note else "")
        if found.verdict is SpotVerdict.WAITING:
            buttons.append(Button(f"核对 {found.position}", JudgeResult(key(row), found.position)))
    text = "逐条打开公示页面，与检查记录对照。" if buttons else "全部核对完毕。"
    paper = Paper(f"网络监督-{row.id}-证据.zip", "spot_check", key(row))
    return Card(f"网络监督 {row.id}", text, fields, tuple(buttons[:BUTTONS]), subject_of(row), file=paper)


def result_card(context: Context, row: SpotCheck, found: SpotCheckedResult) -> Card:
    """Return what is public beside what the record says, and what a program sees of it."""
    public = queries.result(context.session, found.publication_id)
    if public is None:
        fields, address = {"公示内容": "这条结果抽取后已经撤下"}, ""
    else:
        address = f"{context.policy.address}/public/results/{public.key}"
        kept = record_of(context.session, public.round, public.inspection, context.today)
        published_on = public.publication.published_at or context.now
        told = findings(
            public.publication.record, kept, published_on.astimezone(BEIJING).date(), public.publication.publish_by, context.calendar
        )
        fields = {
            **public.publication.record,
            "公示日期": f"{published_on.astimezone(BEIJING):%Y-%m-%d}",
            "检查记录": kept.get("检查结果", ""),
            "问题描述": public.inspection.problem or "",
            "更正": _revised(context, key(public.publication)),
            "自动核对": "；".join(told) or "时间、内容与检查记录一致",
            "公示页面": address,
        }
    shown = {name: value for name, value in fields.items() if value}
    buttons = (
        Button(f"没有问题 {found.position}", JudgeResult(key(row), found.position, is_good=True)),
        Button(f"有问题 {found.position}", JudgeResult(key(row), found.position, is_good=False)),
    )
    return Card(f"网络监督 {row.id}：第 {found.position} 条", "请打开公示页面对照。", shown, buttons, f"{subject_of(row)}:{found.position}")


def _revised(context: Context, publication_id: int) -> str:
    """Return the present version of a corrected result with its reason; empty for the first version."""
    made = publications.revisions(context.session, publication_id, RevisionState.MADE)
    return f"第 {len(made) + 1} 版：{made[-1].reason}" if made else ""


def owed(context: Context) -> Iterator[Owed]:
    """Yield the spot checks that were drawn and aren't looked through."""
    for row in queries.running(context.session):
        left = sum(found.verdict is SpotVerdict.WAITING for found in queries.rows(context.session, key(row)))
        drawn_on = (row.drawn_at or row.started_at).astimezone(BEIJING).date()
        title, command = f"网络监督 {row.id} 还有 {left} 条待核对", ShowSpotCheck(key(row))
        yield Owed(
            subject_of(row),
            title,
            (row.started_by,),
            row.bureau_code,
            None,
            f"网络监督 {row.id}",
            command,
            *deadline(drawn_on, CHECK_WITHIN, context.calendar),
        )
