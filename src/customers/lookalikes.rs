//! A lookalike: a customer who already has the email or phone of one about to be created.

use diesel::{PgConnection, prelude::*};

use super::{model, record::Record};
use crate::{
    db::lower,
    error::Result,
    form::Form,
    ids::{AccountId, CustomerId},
    schema::customers,
    values::email,
};

/// The most lookalikes that are shown.
const MOST: i64 = 5;

/// A customer with the same email or phone.
#[derive(Clone, Debug, Queryable)]
pub struct Lookalike {
    pub id: CustomerId,
    pub name: Option<String>,
    pub email: Option<String>,
    /// The phone in E.164.
    pub phone: Option<String>,
}

impl Lookalike {
    /// Returns its title.
    pub fn title(&self) -> String {
        model::title(self.id, self.name.as_deref(), self.email.as_deref(), self.phone.as_deref())
    }

    /// Returns what it has in common with a form: the email as typed, or else the phone.
    pub fn shared<'a>(&self, form: &'a Form) -> &'a str {
        let typed: Vec<String> = email::forms(form.text("email").trim()).iter().map(|one| one.to_lowercase()).collect();
        let same_email = self.email.as_deref().is_some_and(|email| typed.contains(&email.to_lowercase()));
        form.text(if same_email { "email" } else { "phone" })
    }
}

/// Returns the live customers who already have the email or phone of `record`, newest first.
pub fn live(conn: &mut PgConnection, account: AccountId, record: &Record) -> Result<Vec<Lookalike>> {
    let mut found: Vec<Lookalike> = Vec::new();
    if let Some(email) = record.email.as_deref() {
        let same = of_account(account).filter(has_email(email));
        let live = same.filter(customers::deleted_at.is_null()).order(customers::id.desc()).limit(MOST);
        found.extend(live.select(COLUMNS).load::<Lookalike>(conn)?);
    }
    if let Some(phone) = &record.phone {
        let same = of_account(account).filter(customers::phone.eq(&phone.e164));
        let live = same.filter(customers::deleted_at.is_null()).order(customers::id.desc()).limit(MOST);
        let more = live.select(COLUMNS).load::<Lookalike>(conn)?;
        let known: Vec<CustomerId> = found.iter().map(|one| one.id).collect();
        found.extend(more.into_iter().filter(|one| !known.contains(&one.id)));
    }
    Ok(found)
}

/// Returns the newest deleted customer with the email or phone of `record`. It never stands in the way of creating
/// another.
pub fn deleted(conn: &mut PgConnection, account: AccountId, record: &Record) -> Result<Option<Lookalike>> {
    if let Some(email) = record.email.as_deref() {
        let same = of_account(account).filter(has_email(email));
        let deleted = same.filter(customers::deleted_at.is_not_null()).order(customers::id.desc());
        if let Some(found) = deleted.select(COLUMNS).first(conn).optional()? {
            return Ok(Some(found));
        }
    }
    let Some(phone) = &record.phone else { return Ok(None) };
    let same = of_account(account).filter(customers::phone.eq(&phone.e164));
    let deleted = same.filter(customers::deleted_at.is_not_null()).order(customers::id.desc());
    Ok(deleted.select(COLUMNS).first(conn).optional()?)
}

type Columns = (customers::id, customers::name, customers::email, customers::phone);
const COLUMNS: Columns = (customers::id, customers::name, customers::email, customers::phone);

/// Returns the condition that a customer has an email, in either form of its domain.
#[diesel::dsl::auto_type(no_type_alias)]
fn has_email(email: &str) -> _ {
    let forms: Vec<String> = email::forms(email);
    let (one, other): (String, String) = (forms[0].clone(), forms[forms.len() - 1].clone());
    customers::email_key.eq(lower(one)).or(customers::email_key.eq(lower(other)))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of_account(account: AccountId) -> _ {
    customers::table.filter(customers::account_id.eq(account))
}
