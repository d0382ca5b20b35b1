//! An address of a customer: billing or shipping, any number of each, one default of each.

use crate::{
    codes::Code,
    error::{Error, Result},
    ids::{AccountId, AddressId, CustomerId},
    schema::addresses,
    values::{Address, address::KINDS},
};
use std::collections::{BTreeMap, HashMap};

use diesel::{PgConnection, prelude::*};

/// A customer's addresses by id, which is the order they were added in.
pub type Addresses = BTreeMap<AddressId, Address>;

/// Gives each kind of address exactly one default, if it has any address. The default that `before` did not have wins
/// over the old one; without either, the first becomes the default.
pub fn settle_defaults(addresses: &mut Addresses, before: &Addresses) {
    for (kind, _) in KINDS {
        let was_default = |id: &AddressId| before.get(id).is_some_and(|old| old.is_default && old.kind == kind);
        let of_kind = || addresses.iter().filter(|(_, address)| address.kind == kind);
        let chosen = of_kind()
            .filter(|(_, address)| address.is_default)
            .min_by_key(|(id, _)| was_default(id))
            .or_else(|| of_kind().next())
            .map(|(id, _)| *id);
        for (id, address) in addresses.iter_mut().filter(|(_, address)| address.kind == kind) {
            address.is_default = Some(*id) == chosen;
        }
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = addresses)]
struct Row {
    account_id: AccountId,
    id: AddressId,
    customer_id: CustomerId,
    kind: String,
    is_default: bool,
    line1: Option<String>,
    line2: Option<String>,
    city: Option<String>,
    region: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
}

/// Returns the addresses of a customer.
pub fn of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Addresses> {
    Ok(of_all(conn, account, &[customer])?.remove(&customer).unwrap_or_default())
}

/// Returns the addresses of customers by the customer's id.
pub fn of_all(
    conn: &mut PgConnection,
    account: AccountId,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Addresses>> {
    let rows: Vec<Row> = addresses::table
        .filter(addresses::account_id.eq(account))
        .filter(addresses::customer_id.eq_any(customers))
        .order(addresses::id)
        .load(conn)?;
    let mut all: HashMap<CustomerId, Addresses> = HashMap::new();
    for row in rows {
        let address = Address {
            kind: row.kind,
            is_default: row.is_default,
            line1: row.line1,
            line2: row.line2,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: row.country,
        };
        all.entry(row.customer_id).or_default().insert(row.id, address);
    }
    Ok(all)
}

/// Returns the billing address that is used when none is named.
pub fn default_billing(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Option<Address>> {
    let all = of(conn, account, customer)?;
    Ok(all.into_values().find(|address| address.kind == "billing" && address.is_default))
}

/// Replaces the stored addresses of a customer by `now`. Every address that differs is taken out before any is put in,
/// so that a default can move without two defaults on the way.
pub fn replace(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    before: &Addresses,
    now: &Addresses,
) -> Result<()> {
    let changed: Vec<AddressId> =
        before.iter().filter(|(id, old)| now.get(*id) != Some(*old)).map(|(id, _)| *id).collect();
    if !changed.is_empty() {
        let out = addresses::table.filter(addresses::account_id.eq(account)).filter(addresses::id.eq_any(&changed));
        diesel::delete(out.filter(addresses::customer_id.eq(customer))).execute(conn)?;
    }
    let rows: Vec<Row> = now
        .iter()
        .filter(|(id, new)| before.get(*id) != Some(*new))
        .map(|(id, new)| row(account, *id, customer, new.clone()))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let inserted = diesel::insert_into(addresses::table).values(&rows).on_conflict_do_nothing().execute(conn)?;
    if inserted < rows.len() {
        let sentence = "One of these addresses belongs to another customer.";
        return Err(Error::Conflict(Code::AddressOfAnother.says(sentence)));
    }
    Ok(())
}

/// Destroys the addresses of a customer; returns their number.
pub fn destroy(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<usize> {
    let theirs = addresses::table.filter(addresses::account_id.eq(account)).filter(addresses::customer_id.eq(customer));
    Ok(diesel::delete(theirs).execute(conn)?)
}

fn row(account_id: AccountId, id: AddressId, customer_id: CustomerId, address: Address) -> Row {
    let Address { kind, is_default, line1, line2, city, region, postal_code, country } = address;
    Row { account_id, id, customer_id, kind, is_default, line1, line2, city, region, postal_code, country }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn billing(is_default: bool) -> Address {
        Address { kind: "billing".into(), is_default, city: Some("Nairobi".into()), ..Default::default() }
    }

    #[test]
    fn each_kind_has_exactly_one_default_and_the_newly_chosen_wins() {
        let (one, two) = (AddressId::new(), AddressId::new());
        let before = Addresses::from([(one, billing(true))]);
        let mut now = Addresses::from([(one, billing(true)), (two, billing(true))]);
        settle_defaults(&mut now, &before);
        assert!(!now[&one].is_default && now[&two].is_default);

        let mut none = Addresses::from([(one, billing(false)), (two, billing(false))]);
        settle_defaults(&mut none, &before);
        assert!(none[&one].is_default && !none[&two].is_default);
    }

    #[test]
    fn lines_are_an_envelope_without_gaps() {
        let address = Address { line1: Some("14 Riverside Drive".into()), country: Some("KE".into()), ..billing(true) };
        assert_eq!(address.lines(), ["14 Riverside Drive", "Nairobi", "Kenya"]);
    }
}
