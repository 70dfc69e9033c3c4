"""Keep the steps of follow-ups: who asked, where it went, the receipt, what became of it, and re-inspections"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UNIQUE = ["inspection_id", "measure"]
KEYS = {"parent_id": "followup", "opened_by": "person", "sent_by": "person"}
NAMED = {"uq": "uq_%(table_name)s_%(column_0_N_name)s"}  # what an unnamed constraint of SQLite is called while the table is rebuilt
BEGAN = {"sqlite": "date(opened_at, '+8 hours')", "postgresql": "(opened_at AT TIME ZONE 'Asia/Shanghai')::date"}
DAYS = (
    "CASE measure WHEN 'order_correction' THEN 20 WHEN 'publish_non_cooperation' THEN 20 WHEN 'directory_change' THEN 20 "
    "WHEN 'judicial_referral' THEN 3 ELSE 10 END"
)


def upgrade() -> None:
    """Go one step forward; what is open counts on from the day on which it was opened."""
    dialect = op.get_bind().dialect.name
    unique = "followup_inspection_id_measure_key" if dialect == "postgresql" else "uq_followup_inspection_id_measure"
    with op.batch_alter_table("followup", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("began_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("day_count", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("authority", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("ending", sa.Text(), nullable=False, server_default=""))
        for column in ("sent_at", "accepted_at"):
            batch_op.add_column(sa.Column(column, sa.DateTime(timezone=True), nullable=True))
        for column in KEYS:
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
    op.execute(f"UPDATE followup SET began_on = {BEGAN[dialect]}, day_count = {DAYS}")
    with op.batch_alter_table("followup", schema=None, naming_convention=NAMED) as batch_op:
        batch_op.drop_constraint(unique, type_="unique")
        batch_op.create_unique_constraint("uq_followup_position", [*UNIQUE, "position"])
        batch_op.alter_column("began_on", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("day_count", existing_type=sa.Integer(), nullable=False)
        for column, table in KEYS.items():
            batch_op.create_foreign_key(f"fk_followup_{column}", table, [column], ["id"])
            batch_op.create_index(batch_op.f(f"ix_followup_{column}"), [column], unique=False)
    op.create_table(
        "reinspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("is_corrected", sa.Boolean(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["follow_up_id"], ["followup.id"]),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("reinspection", schema=None) as batch_op:
        for column in ("follow_up_id", "recorded_by", "confirmed_by"):
            batch_op.create_index(batch_op.f(f"ix_reinspection_{column}"), [column], unique=False)


def downgrade() -> None:
    """Go one step back; the steps and the re-inspections are lost, and of equal measures only the first one stays."""
    op.drop_table("reinspection")
    op.execute("UPDATE followup SET parent_id = NULL")
    op.execute("DELETE FROM followup WHERE position > 1 OR state IN ('proposed', 'refused')")
    op.execute("UPDATE followup SET state = 'closed' WHERE state = 'void'")
    op.execute("UPDATE followup SET state = 'open' WHERE state IN ('sent', 'accepted')")
    with op.batch_alter_table("followup", schema=None) as batch_op:
        for column in KEYS:
            batch_op.drop_index(batch_op.f(f"ix_followup_{column}"))
            batch_op.drop_constraint(f"fk_followup_{column}", type_="foreignkey")
        batch_op.drop_constraint("uq_followup_position", type_="unique")
        batch_op.create_unique_constraint("followup_inspection_id_measure_key", UNIQUE)
        for column in ("position", "reason", "began_on", "day_count", "authority", "ending", "sent_at", "accepted_at", *KEYS):
            batch_op.drop_column(column)
