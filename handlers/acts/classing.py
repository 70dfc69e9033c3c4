"""Find the class matrix that holds for an item (分类监管), 二(六): the bureau's own, else the city's."""

from handlers.context import Context
from handlers.rules import classes
from handlers.rules.districts import CITY
from storage.queries import classes as class_queries


def matrix_for(context: Context, item_id: int, bureau_code: str) -> tuple[int, classes.Matrix]:
    """Return the version in force and its cells; 0 and nothing where everything goes by the general rules."""
    found = class_queries.in_force(context.session, item_id, [bureau_code, CITY])
    return (0, {}) if found is None else (found.version, classes.restored(found.cells))


def summary(context: Context, item_id: int, bureau_code: str) -> str:
    """Return in one line what the matrix says beyond the general rules."""
    _, matrix = matrix_for(context, item_id, bureau_code)
    return "；".join(f"{name} {said}" for name, said in classes.lines(matrix).items() if said != str(classes.PLAIN))
