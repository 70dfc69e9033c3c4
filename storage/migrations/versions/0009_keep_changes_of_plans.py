"""Keep changes of filed plans, who received a filing, and from which line of a plan a round was begun"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXED = ("plan_id", "item_id", "state", "asked_by")


def upgrade() -> None:
    """Go one step forward; a line is inspected in its item's own way, and from everybody."""
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key("fk_plan_received_by_person", "person", ["received_by"], ["id"])
        batch_op.create_index(batch_op.f("ix_plan_received_by"), ["received_by"], unique=False)
    with op.batch_alter_table("planline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("method", sa.String(length=40), nullable=False, server_default="on_site"))
        batch_op.add_column(sa.Column("aim", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("dropped_on", sa.Date(), nullable=True))
    op.execute("UPDATE planline SET method = (SELECT item.method FROM item WHERE item.id = planline.item_id)")
    with op.batch_alter_table("planline", schema=None) as batch_op:
        batch_op.alter_column("method", existing_type=sa.String(length=40), existing_nullable=False, server_default=None)
        batch_op.alter_column("aim", existing_type=sa.String(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plan_line_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("aim", sa.String(), nullable=False, server_default=""))
        batch_op.create_foreign_key("fk_round_plan_line_id_planline", "planline", ["plan_line_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_round_plan_line_id"), ["plan_line_id"], unique=False)
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.alter_column("aim", existing_type=sa.String(), existing_nullable=False, server_default=None)
    op.execute(LINK)
    _make_changes()


LINK = """
UPDATE round SET plan_line_id = (
    SELECT min(planline.id) FROM planline JOIN plan ON plan.id = planline.plan_id
    WHERE planline.item_id = round.item_id AND plan.bureau_code = round.bureau_code AND plan.state = 'filed'
    AND (plan.section_id IS NULL OR plan.section_id = round.section_id)
    AND round.created_at >= planline.starts_on AND round.created_at < planline.ends_on
) WHERE kind = 'random' AND stage <> 'cancelled'
"""


def _make_changes() -> None:
    """Make the table of changes."""
    op.create_table(
        "planchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("planchange", schema=None) as batch_op:
        for column in INDEXED:
            batch_op.create_index(batch_op.f(f"ix_planchange_{column}"), [column], unique=False)


def downgrade() -> None:
    """Go one step back; the changes and the links are lost."""
    op.drop_table("planchange")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_plan_line_id"))
        batch_op.drop_constraint("fk_round_plan_line_id_planline", type_="foreignkey")
        batch_op.drop_column("aim")
        batch_op.drop_column("plan_line_id")
    with op.batch_alter_table("planline", schema=None) as batch_op:
        batch_op.drop_column("dropped_on")
        batch_op.drop_column("aim")
        batch_op.drop_column("method")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_received_by"))
        batch_op.drop_constraint("fk_plan_received_by_person", type_="foreignkey")
        batch_op.drop_column("received_at")
        batch_op.drop_column("received_by")
