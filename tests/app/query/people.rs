//! The people who are searched for, and what they paid.

use super::*;

pub const NAMES: &[&str] = &[
    "Ann Kamau",
    "José Müller",
    "Bo",
    "Anna-Lena",
    "李明",
    "山田太郎",
    "ジョン김민준",
    "50% Off",
    "A_B",
    "back\\slash",
    "O'Neil \"Q\"",
    "Ørsted OR",
    "5678 Ltd",
];
pub const EMAILS: &[&str] = &[
    "ann@acme.com",
    "Ann@ACME.com",
    "a_b@acme.co",
    "anna@b.example",
    "é@x.example",
    "50%@x.example",
    "o*k@x.example",
    "x@annacme.com",
];
pub const PHONES: &[&str] = &["+254712345678", "+254700005678", "+31628410937", "+12125552368", "+25471234567"];
pub const MOMENTS: &[&str] = &[
    "2024-02-29T10:00:00Z",
    "2025-12-31T20:59:59.999Z",
    "2025-12-31T21:00:00Z",
    "2026-01-31T20:59:59.999Z",
    "2026-01-31T21:00:00Z",
    "2026-03-30T20:59:59.999Z",
    "2026-03-30T21:00:00Z",
    "2026-03-31T20:59:59.999Z",
    "2026-03-31T21:00:00Z",
    "2026-03-31T22:00:00Z",
];
pub fn pick<'a, T: Copy>(dice: &mut u64, of: &'a [T]) -> Option<&'a T> {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let place = usize::try_from(*dice >> 33).unwrap() % (of.len() * 4 / 3 + 1);
    of.get(place)
}

pub fn people(world: &World) {
    let mut dice = 7;
    let dice = &mut dice;
    for _ in 0..320 {
        let mut one = Stored {
            name: pick(dice, NAMES).copied(),
            email: pick(dice, EMAILS).copied(),
            phone: pick(dice, PHONES).copied(),
            reference: pick(dice, &["R-12", "ann", "Ann Kamau", "5678", "r-12", "太郎"]).copied(),
            company: pick(dice, &["Acme & Sons", "ann", "50_%", "Müller KG"]).copied(),
            country: pick(dice, &["KE", "UG", "NL"]).copied(),
            language: pick(dice, &["en", "sw"]).copied(),
            kind: pick(dice, &["person", "organization"]).copied().unwrap_or_default(),
            metadata: pick(dice, &[&[("tier", "gold")][..], &[("tier", "50%"), ("x", "a b")][..]])
                .copied()
                .unwrap_or_default(),
            created: pick(dice, MOMENTS).copied().unwrap_or(MOMENTS[0]),
            deleted: pick(dice, &[true, false, false]).copied().unwrap_or_default(),
            address: pick(dice, &[true, false]).copied().unwrap_or_default(),
        };
        if one.name.or(one.email).or(one.phone).is_none() {
            one.name = Some("Nobody");
        }
        insert(world, &one);
    }
    let (account, moments) = (world.shop.live.uuid(), MOMENTS.join("', '"));
    for statement in MONEY.iter().chain([&CHANGED]) {
        world.sql(&statement.replace("{account}", &account.to_string()).replace("{moments}", &moments));
    }
    learn(world);
}

/// The times of the last change, other than those of the creation.
const CHANGED: &str = "UPDATE customers SET updated_at = (ARRAY['{moments}'])[('x' || right(id::text, 2))::bit(8)::int % 10 + 1]::timestamptz
     WHERE account_id = '{account}'";

/// Figures and wallets as no payments made them, for two of three customers each.
pub const MONEY: [&str; 5] = [
    "INSERT INTO payment_figures SELECT account_id, id, currency, 1, n % 40 * 229 + 1, 0, 0, now()
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c,
     unnest(ARRAY['KES', 'JPY', 'USD']) WITH ORDINALITY AS of (currency, o) WHERE (n + o) % 3 > 0",
    "INSERT INTO payment_totals SELECT account_id, id, n % 5 + 1, (ARRAY['{moments}'])[n % 10 + 1]::timestamptz
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c WHERE n % 3 > 0",
    "INSERT INTO payment_methods SELECT account_id, gen_random_uuid(), 1, id, kind_of, 'Visa',
       (ARRAY['4242', '0005', '0007'])[n % 3 + 1], CASE kind_of WHEN 'card' THEN
       (ARRAY['2026-02-28', '2026-03-31', '2026-05-31', '2026-06-30', '2027-01-31'])[n % 5 + 1]::date END, kind_of, '', NULL,
       false, NULL, NULL, now(), now(), CASE WHEN n % 7 = 0 THEN now() END
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c,
     unnest(ARRAY['card', 'bank_account']) WITH ORDINALITY AS of (kind_of, o) WHERE (n + o) % 3 > 0",
    "INSERT INTO notes SELECT account_id, gen_random_uuid(), 1, id, note, note_search(note), false, NULL, NULL, now(), now(), NULL,
       CASE WHEN n % 7 = 0 THEN now() END
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c,
     unnest(ARRAY[name || E'\n\n' || company, 'Ask ' || name || '; ' || email]) WITH ORDINALITY AS of (note, o)
     WHERE note IS NOT NULL AND (n + o) % 3 > 0",
    "INSERT INTO subscriptions SELECT account_id, gen_random_uuid(), 1, id, 'Pro', NULL, 4900, 'KES', 'month', 1, 4900, NULL,
       NULL, status, '2026-01-01', 1, 1, 1, '2026-01-01', '2026-02-01', NULL, NULL, NULL, NULL,
       CASE WHEN status = 'past_due' THEN 1 ELSE 0 END, NULL, CASE WHEN status = 'incomplete' THEN now() END, '2026-01-01',
       CASE WHEN status = 'canceled' THEN now() END, CASE WHEN status = 'canceled' THEN 'by_staff' END, '{}', now()
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c,
     unnest(ARRAY['active', 'canceled', 'past_due', 'trialing', 'incomplete']) WITH ORDINALITY AS of (status, o)
     WHERE (n + o) % 4 = 0",
];

pub fn learn(world: &World) {
    // Tests share a database, and two that analyze the same table would wait for each other.
    let learn =
        words::INDEX_ALL.replace("ANALYZE words", "").replace("{account}", &format!("'{}'", world.shop.live.uuid()));
    world.with(|conn| conn.batch_execute(&learn)).unwrap();
    world.recount();
}
