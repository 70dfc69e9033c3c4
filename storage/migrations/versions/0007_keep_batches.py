"""Let everybody be inspected in batches"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; what was drawn before is one batch."""
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_count", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("starts_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go one step back; the batches are forgotten."""
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_column("starts_on")
        batch_op.drop_column("batch")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("batch_count")
