//! Fields of the merchant's own, defined by hand.

use clientele::{ids::FieldId, merchants, schema::accounts, values::field::Fields};

use super::World;

impl World {
    /// Defines a field of the shop's live account, behind those that are there. Its label is the key; `more` sets other
    /// columns as SQL does: `"label = 'VAT number', is_required = true"`.
    pub fn field(&self, kind: &str, key: &str, more: &str) -> FieldId {
        let id = FieldId::new();
        let of = format!("WHERE account_id = '{}'", self.shop.live.uuid());
        self.sql(&format!(
            "INSERT INTO custom_fields (account_id, id, version, key, label, kind, choices, is_required, is_listed, in_form, \
               position, created_at, updated_at) \
             SELECT '{}', '{}', 1, '{key}', '{key}', '{kind}', '{{}}', false, false, false, count(*), clock_timestamp(), \
               clock_timestamp() FROM custom_fields {of}",
            self.shop.live.uuid(),
            id.uuid()
        ));
        if !more.is_empty() {
            self.sql(&format!("UPDATE custom_fields SET {more} {of} AND key = '{key}'"));
        }
        self.keep_fields();
        id
    }

    /// Runs a statement that changes fields, and keeps them as every change of them does.
    pub fn sql_of_fields(&self, statement: &str) {
        self.sql(statement);
        self.keep_fields();
    }

    fn keep_fields(&self) {
        self.sql("UPDATE accounts SET custom_fields = custom_fields_of(id)");
    }

    /// A field of each kind, with its kind's name as the key.
    pub fn fields_of_all_kinds(&self) {
        for kind in clientele::values::field::Kind::ALL {
            let choices = if kind.has_choices() { "choices = ARRAY['Gold', 'Silver', 'Bronze']" } else { "" };
            self.field(kind.as_str(), kind.as_str(), choices);
        }
    }

    /// The fields as every request knows them.
    pub fn fields(&self) -> Fields {
        use diesel::prelude::*;
        let of_account = accounts::table.find(self.shop.live).select(accounts::custom_fields);
        let stored = self.with(|conn| of_account.first::<Option<serde_json::Value>>(conn)).unwrap();
        merchants::read_fields(stored).unwrap()
    }
}
