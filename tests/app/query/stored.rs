//! The rows as they are stored, and in the orders by what was paid as a plain reading sorts them.

use super::{plain::Row, *};

/// The orders by what was paid.
pub const FIGURED: [Sort; 4] = [
    Sort { by: &BY_VOLUME, own: None, descending: true },
    Sort { by: &BY_VOLUME, own: None, descending: false },
    Sort { by: &BY_LAST_PAYMENT, own: None, descending: true },
    Sort { by: &BY_LAST_PAYMENT, own: None, descending: false },
];

/// Nothing paid is zero, and never is before every time.
pub fn sorted_plainly<'r>(rows: impl Iterator<Item = &'r Row>, sort: Sort) -> Vec<CustomerId> {
    let figure = |row: &Row| match sort.by.name {
        "volume" => row.money["spent"]["KES"].as_i64().unwrap_or(0),
        _ => row.money["last"].as_i64().unwrap_or(i64::MIN),
    };
    let mut rows: Vec<&Row> = rows.collect();
    rows.sort_by_key(|row| (figure(row), row.id));
    if sort.descending {
        rows.reverse();
    }
    rows.into_iter().map(|row| row.id).collect()
}

/// Every customer with what is asked about, newest first.
pub fn stored(world: &World) -> Vec<Row> {
    let statement = sql_query(
        "SELECT id, name_key, name, company, email_key, email, phone, reference, country, language, kind, metadata,
           deleted_at IS NOT NULL AS deleted, (extract(epoch FROM updated_at) * 1000)::bigint AS updated,
           id IN (SELECT customer_id FROM addresses) AS addressed,
           jsonb_build_object(
               'spent', (SELECT jsonb_object_agg(currency, volume) FROM payment_figures f WHERE f.account_id = customers.account_id AND f.customer_id = customers.id),
               'payments', (SELECT payments FROM payment_totals t WHERE t.account_id = customers.account_id AND t.customer_id = customers.id),
               'last', (SELECT (extract(epoch FROM last_payment_at) * 1000)::bigint FROM payment_totals t WHERE t.account_id = customers.account_id AND t.customer_id = customers.id),
               'methods', (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'last4', last4, 'expires', expires_on::text))
                   FROM payment_methods m WHERE m.account_id = customers.account_id AND m.customer_id = customers.id AND removed_at IS NULL),
               'subscriptions', (SELECT jsonb_agg(status)
                   FROM subscriptions s WHERE s.account_id = customers.account_id AND s.customer_id = customers.id),
               'notes', (SELECT jsonb_agg(translate(text, chr(10), ' '))
                   FROM notes n WHERE n.account_id = customers.account_id AND n.customer_id = customers.id AND removed_at IS NULL)) AS money
         FROM customers WHERE account_id = $1 ORDER BY id DESC",
    );
    world.with(|conn| statement.bind::<Uuid, _>(world.shop.live.uuid()).load(conn)).unwrap()
}
