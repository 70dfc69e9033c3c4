"""Keep the further items of a round, which item an inspection is about, and which ones share a door"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAMED = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
KEYS = {"item_id": "item", "joined_to_id": "inspection"}


def upgrade() -> None:
    """Go one step forward; an inspection from before is about its round's only item."""
    op.create_table(
        "furtheritem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("round_id", "item_id"),
    )
    with op.batch_alter_table("furtheritem", schema=None) as batch_op:
        for column in ("round_id", "item_id"):
            batch_op.create_index(batch_op.f(f"ix_furtheritem_{column}"), [column], unique=False)
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        for column in KEYS:
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
    op.execute("UPDATE inspection SET item_id = (SELECT item_id FROM round WHERE round.id = inspection.round_id)")
    with op.batch_alter_table("inspection", schema=None, naming_convention=NAMED) as batch_op:
        batch_op.drop_constraint("inspection_round_id_target_id_key", type_="unique")
        batch_op.create_unique_constraint("uq_inspection_item", ["round_id", "target_id", "item_id"])
        batch_op.alter_column("item_id", existing_type=sa.Integer(), nullable=False)
        for column, table in KEYS.items():
            batch_op.create_foreign_key(f"fk_inspection_{column}", table, [column], ["id"])
            batch_op.create_index(batch_op.f(f"ix_inspection_{column}"), [column], unique=False)


def downgrade() -> None:
    """Go one step back, which the database refuses once a round held several items."""
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        for column in KEYS:
            batch_op.drop_index(batch_op.f(f"ix_inspection_{column}"))
            batch_op.drop_constraint(f"fk_inspection_{column}", type_="foreignkey")
        batch_op.drop_constraint("uq_inspection_item", type_="unique")
        batch_op.create_unique_constraint("inspection_round_id_target_id_key", ["round_id", "target_id"])
        for column in KEYS:
            batch_op.drop_column(column)
    op.drop_table("furtheritem")
