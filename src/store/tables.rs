//! The tables of a store. A new table is a new line here.

/// An ordered map from keys of 1..=511 bytes to values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Keys are `u64`s in native byte order (8 bytes), in numeric order.
    Records,
    Uids,
    Subjects,
    Users,
    Tokens,
    TokenOwners,
    RoleMappings,
    Roles,
    Privileges,
    Suggest,
    Recency,
}

impl Table {
    pub(super) const ALL: [Table; 11] = [
        Table::Records,
        Table::Uids,
        Table::Subjects,
        Table::Users,
        Table::Tokens,
        Table::TokenOwners,
        Table::RoleMappings,
        Table::Roles,
        Table::Privileges,
        Table::Suggest,
        Table::Recency,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Table::Records => "records",
            Table::Uids => "uids",
            Table::Subjects => "subjects",
            Table::Users => "users",
            Table::Tokens => "tokens",
            Table::TokenOwners => "token_owners",
            Table::RoleMappings => "role_mappings",
            Table::Roles => "roles",
            Table::Privileges => "privileges",
            Table::Suggest => "suggest",
            Table::Recency => "recency",
        }
    }

    pub(super) const fn has_integer_keys(self) -> bool {
        matches!(self, Table::Records)
    }
}
