"""Create the tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "1a9b3de51843"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("target_type", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.String(length=60), nullable=False),
        sa.Column("target_label", sa.String(length=200), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_entries_pkey")),
    )
    op.create_index(op.f("audit_entries_actor_id_idx"), "audit_entries", ["actor_id"], unique=False)
    op.create_index(
        op.f("audit_entries_target_type_target_id_id_idx"),
        "audit_entries",
        ["target_type", "target_id", "id"],
        unique=False,
    )
    op.create_table(
        "document_types",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("hint", sa.String(length=200), nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("allowed_kinds", sa.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("max_files", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("document_types_pkey")),
    )
    op.create_table(
        "event_feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("permission", sa.String(), nullable=False),
        sa.Column("owner_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("event_feed_pkey")),
    )
    op.create_index(op.f("event_feed_created_at_idx"), "event_feed", ["created_at"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("principal_id", "route", "key", name=op.f("idempotency_keys_pkey")),
    )
    op.create_index(op.f("idempotency_keys_created_at_idx"), "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "login_failures",
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column(
            "failed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("login_failures_pkey")),
    )
    op.create_index(
        op.f("login_failures_address_failed_at_idx"), "login_failures", ["address", "failed_at"], unique=False
    )
    op.create_index(
        op.f("login_failures_username_failed_at_idx"),
        "login_failures",
        ["username", "failed_at"],
        unique=False,
    )
    op.create_table(
        "number_series",
        sa.Column("prefix", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "day", name=op.f("number_series_pkey")),
    )
    op.create_table(
        "roles",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_builtin", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("roles_pkey")),
        sa.UniqueConstraint("code", name=op.f("roles_code_key")),
    )
    op.create_table(
        "users",
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("display_name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
    )
    op.create_index("users_username_key", "users", [sa.literal_column("lower(username)")], unique=True)
    op.create_table(
        "customers",
        sa.Column("customer_no", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person", "company", name="customerkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_sort_key", sa.Text(), nullable=False),
        sa.Column("search_tokens", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("landline", sa.String(length=40), nullable=True),
        sa.Column("fax", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("area", sa.String(length=60), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("postal_code", sa.String(length=6), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "ordinary",
                "key_prospect",
                "major",
                "partner",
                "strategic_partner",
                name="customerlevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("credit_rating", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=1000), nullable=True),
        sa.Column("bank_name", sa.String(length=60), nullable=True),
        sa.Column("bank_account_encrypted", sa.Text(), nullable=True),
        sa.Column("id_number_encrypted", sa.Text(), nullable=True),
        sa.Column("id_number_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column(
            "sex",
            sa.Enum("male", "female", name="sex", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("unified_social_credit_code", sa.String(length=18), nullable=True),
        sa.Column("legal_representative", sa.String(length=60), nullable=True),
        sa.Column("registered_capital", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("annual_turnover", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("business_license_no", sa.String(length=50), nullable=True),
        sa.Column("local_tax_no", sa.String(length=50), nullable=True),
        sa.Column("national_tax_no", sa.String(length=50), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "complete",
                "reviewing",
                "approved",
                "rejected",
                name="customerstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rejected_final", sa.Boolean(), nullable=False),
        sa.Column("required_count", sa.Integer(), nullable=False),
        sa.Column("uploaded_count", sa.Integer(), nullable=False),
        sa.Column("accepted_count", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("credit_rating BETWEEN 1 AND 5", name=op.f("customers_credit_rating_check")),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("customers_satisfaction_check")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("customers_created_by_id_fkey")),
        sa.ForeignKeyConstraint(["manager_id"], ["users.id"], name=op.f("customers_manager_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("customers_pkey")),
        sa.UniqueConstraint("customer_no", name=op.f("customers_customer_no_key")),
        sa.UniqueConstraint("id_number_index", name=op.f("customers_id_number_index_key")),
        sa.UniqueConstraint(
            "unified_social_credit_code", name=op.f("customers_unified_social_credit_code_key")
        ),
    )
    op.create_index("customers_created_idx", "customers", ["created_at", "id"], unique=False)
    op.create_index("customers_creator_idx", "customers", ["created_by_id", "created_at", "id"], unique=False)
    op.create_index(
        "customers_manager_idx", "customers", ["manager_id", "status", "created_at", "id"], unique=False
    )
    op.create_index("customers_name_idx", "customers", ["name_sort_key", "id"], unique=False)
    op.create_index(
        "customers_search_idx",
        "customers",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("customers_status_idx", "customers", ["status", "created_at", "id"], unique=False)
    op.create_index("customers_updated_idx", "customers", ["updated_at", "id"], unique=False)
    op.create_table(
        "login_sessions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("previous_token_hash", sa.String(), nullable=True),
        sa.Column(
            "rotated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("remember_me", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("login_sessions_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("login_sessions_pkey")),
    )
    op.create_index(op.f("login_sessions_user_id_idx"), "login_sessions", ["user_id"], unique=False)
    op.create_table(
        "role_permissions",
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("permission", sa.String(length=60), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("own", "all", name="scope", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("role_permissions_role_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", "permission", name=op.f("role_permissions_pkey")),
    )
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("user_roles_role_id_fkey"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("user_roles_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("user_roles_pkey")),
    )
    op.create_index(op.f("user_roles_role_id_idx"), "user_roles", ["role_id"], unique=False)
    op.create_table(
        "case_moves",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "created",
                "completed",
                "uncompleted",
                "submit",
                "approve",
                "reject",
                "return",
                "reopen",
                name="moveaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_state",
            sa.Enum(
                "pending",
                "complete",
                "reviewing",
                "approved",
                "rejected",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "pending",
                "complete",
                "reviewing",
                "approved",
                "rejected",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_types", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("case_moves_actor_id_fkey")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("case_moves_customer_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("case_moves_pkey")),
    )
    op.create_index(op.f("case_moves_customer_id_id_idx"), "case_moves", ["customer_id", "id"], unique=False)
    op.create_table(
        "case_requirements",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("document_type", sa.String(length=40), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("case_requirements_customer_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["document_type"], ["document_types.code"], name=op.f("case_requirements_document_type_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["users.id"], name=op.f("case_requirements_requested_by_id_fkey")
        ),
        sa.PrimaryKeyConstraint("customer_id", "document_type", name=op.f("case_requirements_pkey")),
    )
    op.create_table(
        "documents",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("document_type", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column(
            "processing",
            sa.Enum(
                "queued",
                "ready",
                "failed",
                name="processing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "review_status",
            sa.Enum(
                "pending",
                "accepted",
                "rejected",
                name="reviewstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "reason_code",
            sa.Enum(
                "blurred",
                "incomplete",
                "wrong_type",
                "expired",
                "mismatch",
                "tampered",
                "other",
                name="rejectreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("documents_customer_id_fkey")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["users.id"], name=op.f("documents_deleted_by_id_fkey")),
        sa.ForeignKeyConstraint(
            ["document_type"], ["document_types.code"], name=op.f("documents_document_type_fkey")
        ),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["users.id"], name=op.f("documents_reviewed_by_id_fkey")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["users.id"], name=op.f("documents_uploaded_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("documents_pkey")),
    )
    op.create_index(
        "documents_customer_idx", "documents", ["customer_id", "document_type", "created_at"], unique=False
    )
    op.create_index(op.f("documents_document_type_idx"), "documents", ["document_type"], unique=False)
    op.create_index("documents_review_idx", "documents", ["review_status", "created_at", "id"], unique=False)
    op.create_index(
        "documents_same_bytes_key",
        "documents",
        ["customer_id", "document_type", "sha256"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND superseded_at IS NULL"),
    )
    op.create_index("documents_uploaded_idx", "documents", ["created_at", "id"], unique=False)
    op.create_index(
        "documents_uploader_idx", "documents", ["uploaded_by_id", "created_at", "id"], unique=False
    )
    # With the default of 100 the planner cannot tell rare search tokens from common ones.
    op.execute("ALTER TABLE customers ALTER COLUMN search_tokens SET STATISTICS 300")


def downgrade() -> None:
    op.drop_index("documents_uploader_idx", table_name="documents")
    op.drop_index("documents_uploaded_idx", table_name="documents")
    op.drop_index(
        "documents_same_bytes_key",
        table_name="documents",
        postgresql_where=sa.text("deleted_at IS NULL AND superseded_at IS NULL"),
    )
    op.drop_index("documents_review_idx", table_name="documents")
    op.drop_index(op.f("documents_document_type_idx"), table_name="documents")
    op.drop_index("documents_customer_idx", table_name="documents")
    op.drop_table("documents")
    op.drop_table("case_requirements")
    op.drop_index(op.f("case_moves_customer_id_id_idx"), table_name="case_moves")
    op.drop_table("case_moves")
    op.drop_index(op.f("user_roles_role_id_idx"), table_name="user_roles")
    op.drop_table("user_roles")
    op.drop_table("role_permissions")
    op.drop_index(op.f("login_sessions_user_id_idx"), table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_index("customers_updated_idx", table_name="customers")
    op.drop_index("customers_status_idx", table_name="customers")
    op.drop_index(
        "customers_search_idx",
        table_name="customers",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_index("customers_name_idx", table_name="customers")
    op.drop_index("customers_manager_idx", table_name="customers")
    op.drop_index("customers_creator_idx", table_name="customers")
    op.drop_index("customers_created_idx", table_name="customers")
    op.drop_table("customers")
    op.drop_index("users_username_key", table_name="users")
    op.drop_table("users")
    op.drop_table("roles")
    op.drop_table("number_series")
    op.drop_index(op.f("login_failures_username_failed_at_idx"), table_name="login_failures")
    op.drop_index(op.f("login_failures_address_failed_at_idx"), table_name="login_failures")
    op.drop_table("login_failures")
    op.drop_index(op.f("idempotency_keys_created_at_idx"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("event_feed_created_at_idx"), table_name="event_feed")
    op.drop_table("event_feed")
    op.drop_table("document_types")
    op.drop_index(op.f("audit_entries_target_type_target_id_id_idx"), table_name="audit_entries")
    op.drop_index(op.f("audit_entries_actor_id_idx"), table_name="audit_entries")
    op.drop_table("audit_entries")
