"""Keep why a team went there although the round meant to look from a desk"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; nobody was asked before."""
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why_on_site", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go one step back; the reasons are lost."""
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_column("why_on_site")
