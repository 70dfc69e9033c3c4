"""Keep the templates of papers that bureaus have edited"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; the shipped templates hold until a bureau sends its own."""
    op.create_table(
        "paper_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_code"], ["bureau.code"]),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bureau_code", "kind", "version"),
    )
    with op.batch_alter_table("paper_template", schema=None) as batch_op:
        for column in ("bureau_code", "made_by"):
            batch_op.create_index(batch_op.f(f"ix_paper_template_{column}"), [column], unique=False)


def downgrade() -> None:
    """Go one step back; the bureaus' own templates are lost."""
    op.drop_table("paper_template")
