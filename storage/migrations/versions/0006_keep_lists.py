"""Keep drafts and versions of the item list, and until when an item holds"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXED = {
    "list_version": ("bureau_code", "based_on_id", "published_by"),
    "itemdraft": ("bureau_code", "section_id", "state", "drafted_by", "approval_id", "list_version_id"),
}


def upgrade() -> None:
    """Go one step forward; the lists so far have no version, and their items hold."""
    op.add_column("item", sa.Column("retired_on", sa.Date(), nullable=True))
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("list_number", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.alter_column("list_number", existing_type=sa.String(), existing_nullable=False, server_default=None)
    op.create_table(
        "list_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_code", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("disclosed_on", sa.Date(), nullable=True),
        sa.Column("disclosed_at", sa.String(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_code"], ["bureau.code"]),
        sa.ForeignKeyConstraint(["based_on_id"], ["list_version.id"]),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bureau_code", "version"),
        sa.UniqueConstraint("number"),
    )
    _make_itemdrafts()
    for table, columns in INDEXED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _make_itemdrafts() -> None:
    """Make the table of drafts."""
    op.create_table(
        "itemdraft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_code", sa.String(length=12), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("item_number", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=True),
        sa.Column("list_version_id", sa.Integer(), nullable=True),
        sa.Column("slot", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["bureau_code"], ["bureau.code"]),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"]),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"]),
        sa.ForeignKeyConstraint(["list_version_id"], ["list_version.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slot"),
    )


def downgrade() -> None:
    """Go one step back; drafts and versions are lost."""
    op.drop_table("itemdraft")
    op.drop_table("list_version")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("list_number")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_column("retired_on")
