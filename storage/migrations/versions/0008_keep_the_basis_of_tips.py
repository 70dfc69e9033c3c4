"""Keep the law behind a tip where it isn't the item's"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; earlier tips have the basis of their item."""
    with op.batch_alter_table("tip", schema=None) as batch_op:
        batch_op.add_column(sa.Column("basis", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go one step back; the basis is forgotten."""
    with op.batch_alter_table("tip", schema=None) as batch_op:
        batch_op.drop_column("basis")
