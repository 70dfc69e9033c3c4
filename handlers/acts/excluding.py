"""Say who may not be drawn and why (排除对象及原因), 二(五), and whose door a team goes to anyway."""

from collections.abc import Mapping, Sequence

from handlers.acts.doors import doors
from handlers.context import Context
from handlers.rules import aims, classes, ratios
from storage.queries import inspections as inspection_queries
from storage.tables.registers import Item, Target
from storage.tables.rounds import Round
from storage.vocabulary import RoundKind, TargetStatus


def exclusions(
    context: Context, round_: Round, items: Sequence[Item], targets: Sequence[Target], matrix: classes.Matrix
) -> tuple[dict[str, str], dict[str, str]]:
    """Return by code why each left-out target may not be drawn, and of the others the rounds whose teams go there anyway.

    In a sweep nobody is left out for how often they were inspected, 一(四).
    """
    aim = aims.read_aim(round_.aim)
    open_doors = doors(context, round_, items)
    busy = {code: number for code, number in inspection_queries.under_inspection(context.session).items() if code not in open_doors}
    counts = inspection_queries.yearly_counts(context.session, [row.code for row in targets], context.today.year)
    capped = {} if round_.kind is RoundKind.SWEEP else {row.code: _cap_reason(row, counts[row.code], matrix) for row in targets}
    reasons = {
        row.code: reason
        for row in targets
        if (reason := _reason(row, busy, aim if isinstance(aim, aims.Aim) else aims.Aim()) or capped.get(row.code))
    }
    shared = {row.code: open_doors[row.code].round.number for row in targets if row.code in open_doors and row.code not in reasons}
    return reasons, shared


def _reason(target: Target, busy: Mapping[str, str], aim: aims.Aim) -> str | None:
    """Return why a target may not be drawn, whatever the class matrix says; None where it may."""
    if target.status is not TargetStatus.ACTIVE:
        return f"已{target.status.label}"
    if target.code in busy:
        return f"另有未完成的检查（{busy[target.code]}）"
    return None if aim.may_take(target.credit_class) else "不在本次定向范围"


def _cap_reason(target: Target, count: int, matrix: classes.Matrix) -> str | None:
    """Return the reason of a target that was inspected as often in the year as its class allows, 二(六)."""
    return ratios.yearly_cap_reason(classes.yearly_cap(target.credit_class, target.risk_level, matrix), count)
