"""Keep why a plan's line is carried out on site where looking from a desk is usual"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; lines from before have no reason."""
    with op.batch_alter_table("planline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why_on_site", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("planline", schema=None) as batch_op:
        batch_op.alter_column("why_on_site", server_default=None)


def downgrade() -> None:
    """Go one step back; the reasons are lost."""
    with op.batch_alter_table("planline", schema=None) as batch_op:
        batch_op.drop_column("why_on_site")
