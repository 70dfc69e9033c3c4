"""Keep who has read a holiday notice in"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; of earlier notices nobody knows."""
    with op.batch_alter_table("pendingnotice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("loaded_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_pendingnotice_loaded_by_person", "person", ["loaded_by"], ["id"])
        batch_op.create_index(batch_op.f("ix_pendingnotice_loaded_by"), ["loaded_by"], unique=False)


def downgrade() -> None:
    """Go one step back; who it was is forgotten."""
    with op.batch_alter_table("pendingnotice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pendingnotice_loaded_by"))
        batch_op.drop_constraint("fk_pendingnotice_loaded_by_person", type_="foreignkey")
        batch_op.drop_column("loaded_by")
