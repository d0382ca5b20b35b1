//! The lists of invoices, subscriptions and payment schedules: what every key finds in every order, page by page, beside a plain reading of
//! the same rows, and what a page of them shows.

use clientele::{
    ids::CustomerId,
    invoice_page::pages::list::Invoices,
    invoices::{Invoice, Status},
    lists::{Asked, Listed, Lists, Scope, Sort, count},
    paging::{Direction, Limit, Page},
    schedules::{self, Schedule, pages::list::Schedules},
    subscriptions::{self, Subscription, pages::list::Subscriptions},
    values::interval::Unit,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::world::{World, encode, settings};

/// Ninety invoices and as many subscriptions and payment schedules, of three customers.
pub async fn shop() -> (World, Vec<CustomerId>) {
    let world = World::empty().await;
    let people: Vec<CustomerId> = ["Jane Smith", "José Álvarez", "Jane Doe"]
        .iter()
        .enumerate()
        .map(|(n, name)| world.customer(&format!("name={name}&email=p{n}%40shop.example")))
        .collect();
    let price = world.price(world.shop.live, "Pro");
    let whose: Vec<String> = people.iter().map(|id| format!("'{}'::uuid", id.uuid())).collect();
    let (account, whose, price) = (world.shop.live.uuid(), whose.join(","), price.uuid());
    world.sql("UPDATE prices SET key = 'pro_monthly'");
    world.sql(
        "CREATE FUNCTION pg_temp.id_at(t timestamptz, n int) RETURNS uuid LANGUAGE sql AS $$ SELECT (lpad(to_hex((extract(epoch \
         from t) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n), 3, '0') || '8000000000000000' )::text::uuid $$",
    );
    world.sql(&format!(
        "INSERT INTO subscriptions SELECT '{account}', pg_temp.id_at(c, n), 1, (ARRAY[{whose}])[n % 3 + 1], 'Pro', \
         CASE WHEN n % 4 = 0 THEN '{price}'::uuid END, (n * 37 % 10 + 1) * 10000, (ARRAY['KES','USD','JPY'])[n % 3 + 1], \
         (ARRAY['month','year','week'])[n % 3 + 1], CASE WHEN n % 9 = 0 THEN 3 ELSE 1 END, 1000, \
         CASE WHEN n % 5 = 0 THEN 14 END, CASE WHEN n % 7 = 0 THEN '{price}'::uuid END, s, c::date, 1, 1, 1, c::date, \
         c::date + 30, CASE WHEN s IN ('canceled', 'incomplete') OR (s = 'past_due' AND n % 5 = 1) THEN NULL \
         ELSE '2026-12-01'::date + n * 11 % 30 END, \
         CASE WHEN n % 6 = 1 THEN '2027-02-01'::date + n END, NULL, NULL, CASE WHEN s = 'past_due' THEN 1 ELSE 0 END, \
         CASE WHEN s = 'past_due' AND n % 5 = 1 THEN c::date END, CASE WHEN s = 'incomplete' THEN c END, c::date, CASE WHEN s = 'canceled' THEN c END, \
         CASE WHEN s = 'canceled' THEN 'by_staff' END, '{{}}', c FROM (SELECT n, '2026-10-01'::timestamptz + n * \
         interval '13 hours' AS c, (ARRAY['active','trialing','past_due','canceled','incomplete','active'])[n % 6 + 1] \
         AS s FROM generate_series(1, 90) n) g"
    ));
    world.sql(&format!(
        "INSERT INTO invoices SELECT '{account}', pg_temp.id_at(c, n), 1, 'SG-' || n, 0, n, (ARRAY[{whose}])[n % 3 + 1], \
         CASE WHEN n % 2 = 0 THEN pg_temp.id_at('2026-10-01'::timestamptz + n * interval '13 hours', n) END, NULL, s, \
         (ARRAY['KES','USD','JPY'])[n % 3 + 1], t, CASE WHEN s = 'paid' THEN t ELSE 0 END, 'invoice', NULL, c::date, \
         c::date + n * 7 % 20, '{{}}', NULL, CASE WHEN n % 10 = 0 THEN 'PO ' || n END, CASE WHEN n % 6 = 0 THEN 1 ELSE 0 END, \
         CASE WHEN n % 6 = 0 THEN c END, NULL, NULL, \
         s = 'open' AND n % 3 = 0, c, c, CASE WHEN s <> 'open' THEN c + interval '2 days' END FROM (SELECT n, \
         '2026-10-01'::timestamptz + n * interval '13 hours' AS c, (n * 37 % 10 + 1) * 10000 AS t, \
         (ARRAY['paid','open','void','uncollectible','paid'])[n % 5 + 1] AS s FROM generate_series(1, 90) n) g"
    ));
    world.sql(&format!(
        "INSERT INTO payment_schedules SELECT '{account}', pg_temp.id_at(c, n), 1, (ARRAY[{whose}])[n % 3 + 1], 'Roof', \
         (ARRAY['KES','USD','JPY'])[n % 3 + 1], t, CASE WHEN e THEN t ELSE t / 2 END, NULL, s, CASE WHEN s = 'active' AND \
         n % 7 > 0 THEN '2026-12-01'::date + n * 11 % 30 END, CASE WHEN e THEN c END, c FROM (SELECT *, s IN \
         ('finished', 'canceled') AS e FROM (SELECT n, '2026-10-01'::timestamptz + n * interval '13 hours' AS c, \
         (n * 37 % 10 + 1) * 10000 AS t, (ARRAY['active','past_due','finished','canceled'])[n % 4 + 1] AS s \
         FROM generate_series(1, 90) n) g) h"
    ));
    world.sql(
        "INSERT INTO schedule_parts SELECT account_id, id, id, 1, '2026-12-01', total, CASE status WHEN 'active' THEN \
         'planned' WHEN 'past_due' THEN 'failed' WHEN 'finished' THEN 'paid' ELSE 'skipped' END, CASE WHEN status = 'past_due' \
         THEN 5 ELSE 0 END, CASE WHEN status = 'past_due' THEN updated_at END, NULL, NULL FROM payment_schedules",
    );
    (world, people)
}

fn scope(world: &World) -> Scope {
    let (zone, home) = (TimeZone::get("Africa/Nairobi").unwrap(), settings().home(Default::default()));
    let (account, now, currency) = (world.shop.live, Timestamp::now(), "KES".parse().unwrap());
    Scope { account, zone, now, home, currency, found: Default::default() }
}

fn page<L: Lists>(world: &World, q: &str, sort: Sort, direction: &Direction, limit: &str) -> Page<L::Row> {
    let query = L::table().language.parse(q, settings().home(Default::default()));
    let query = query.unwrap_or_else(|problem| panic!("{q}: {problem:?}"));
    let limit = Limit::parse(limit).unwrap();
    match world
        .with(|conn| {
            let scope = &scope(world);
            L::read(conn, &Asked { scope, query: &query, sort, direction, limit })
        })
        .unwrap()
    {
        Listed::Page(page) => page,
        Listed::TooManyCustomers(_) | Listed::Stopped => panic!("{q}"),
    }
}

/// All pages of a search, from first to last, each also reached from behind.
fn all_of<L: Lists>(world: &World, q: &str, sort: Sort) -> Vec<L::Row> {
    let place = |row: &L::Row| L::place(sort, row);
    let mut pages = vec![page::<L>(world, q, sort, &Direction::First, "7")];
    while let Some(next) = pages[pages.len() - 1].next_cursor(place) {
        pages.push(page::<L>(world, q, sort, &Direction::After(next), "7"));
    }
    for pair in pages.windows(2) {
        let back = pair[1].previous_cursor(place).unwrap();
        let back = page::<L>(world, q, sort, &Direction::Before(back), "7");
        let places = |page: &Page<L::Row>| page.items.iter().map(|row| place(row).to_string()).collect::<Vec<_>>();
        assert_eq!(places(&back), places(&pair[0]), "{q}");
    }
    pages.into_iter().flat_map(|page| page.items).collect()
}

type Plain<'a, R> = Box<dyn Fn(&R) -> bool + 'a>;

/// Compares every search in every order, and its number, with a plain reading of all rows.
fn compare<L: Lists>(world: &World, table: &[(String, Plain<'_, L::Row>)], key: impl Fn(&L::Row, &str) -> String) {
    let sorts = L::table().orders.iter().flat_map(|order| [true, false].map(|descending| Sort { order, descending }));
    for sort in sorts {
        let everything = page::<L>(world, "", sort, &Direction::First, "100").items;
        for (q, plain) in table {
            let mut expected: Vec<String> =
                everything.iter().filter(|row| plain(row)).map(|row| key(row, sort.order.name)).collect();
            expected.sort();
            if sort.descending {
                expected.reverse();
            }
            let found: Vec<String> = all_of::<L>(world, q, sort).iter().map(|row| key(row, sort.order.name)).collect();
            assert_eq!(found, expected, "{q}, {}", sort.words());
            let query = L::table().language.parse(q, settings().home(Default::default())).unwrap();
            let counted = world.with(|conn| count(conn, L::table(), &scope(world), &query)).unwrap();
            assert_eq!(counted.known(), i64::try_from(expected.len()).ok(), "{q}");
        }
    }
    assert_eq!(
        page::<L>(world, "", Sort { order: &L::table().orders[0], descending: true }, &Direction::First, "100")
            .items
            .len(),
        90
    );
}

fn newest<L: Lists>() -> Sort {
    Sort { order: &L::table().orders[0], descending: true }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[actix_web::test]
async fn every_key_of_invoices_finds_what_a_plain_reading_finds_in_every_order() {
    let (world, people) = shop().await;
    let jose = people[1];
    let is_jane = |one: &Invoice| one.customer_id == people[0] || one.customer_id == people[2];
    let all = page::<Invoices>(
        &world,
        "",
        Sort { order: &Invoices::table().orders[0], descending: true },
        &Direction::First,
        "100",
    )
    .items;
    let (some, bill) = (all[40].id, all.iter().find_map(|one| one.subscription_id).unwrap());
    let of = |one: &Invoice, code: &str| one.currency.as_str() == code;
    let zone = TimeZone::get("Africa/Nairobi").unwrap();
    let on = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let table: Vec<(String, Plain<'_, Invoice>)> = vec![
        ("".into(), Box::new(|_| true)),
        ("status:open".into(), Box::new(|one| one.status == Status::Open)),
        ("status:overdue".into(), Box::new(|one| one.status == Status::Open && one.is_overdue)),
        ("status:overdue,paid".into(), Box::new(|one| one.status == Status::Paid || (one.is_open() && one.is_overdue))),
        ("-status:paid".into(), Box::new(|one| one.status != Status::Paid)),
        (
            "status:void,uncollectible".into(),
            Box::new(|one| matches!(one.status, Status::Void | Status::Uncollectible)),
        ),
        ("number:sg-12,SG-13".into(), Box::new(|one| matches!(&*one.number, "SG-12" | "SG-13"))),
        ("SG-12".into(), Box::new(|one| one.number == "SG-12")),
        ("jane".into(), Box::new(is_jane)),
        (format!("customer:{jose}"), Box::new(|one| one.customer_id == jose)),
        ("-customer:jose".into(), Box::new(|one| one.customer_id != jose)),
        ("jane status:paid".into(), Box::new(|one| is_jane(one) && one.status == Status::Paid)),
        ("amount:>500".into(), Box::new(|one| of(one, "KES") && one.total > 50_000)),
        ("amount:>=400 currency:USD".into(), Box::new(|one| of(one, "USD") && one.total >= 40_000)),
        ("currency:USD,JPY".into(), Box::new(|one| !of(one, "KES"))),
        ("due:<2026-11-01".into(), Box::new(|one| one.due_on < day("2026-11-01"))),
        ("-due:2026-11".into(), Box::new(|one| one.due_on.first_of_month() != day("2026-11-01"))),
        (
            "paid:2026-10".into(),
            Box::new(|one| {
                one.status == Status::Paid && on(one.closed_at.unwrap()).first_of_month() == day("2026-10-01")
            }),
        ),
        ("paid:never".into(), Box::new(|one| one.status != Status::Paid)),
        ("failed:never".into(), Box::new(|one| one.first_failed_at.is_none())),
        (
            "failed:2026-10".into(),
            Box::new(|one| one.first_failed_at.is_some_and(|at| on(at).first_of_month() == day("2026-10-01"))),
        ),
        ("created:2026-10".into(), Box::new(|one| on(one.created_at).first_of_month() == day("2026-10-01"))),
        (format!("subscription:{bill}"), Box::new(|one| one.subscription_id == Some(bill))),
        (bill.to_string(), Box::new(|one| one.subscription_id == Some(bill))),
        ("subscription:none".into(), Box::new(|one| one.subscription_id.is_none())),
        ("reference:\"PO 20\"".into(), Box::new(|one| one.reference.as_deref() == Some("PO 20"))),
        ("\"PO 20\"".into(), Box::new(|one| one.reference.as_deref() == Some("PO 20"))),
        (format!("id:{some}"), Box::new(|one| one.id == some)),
        (format!("{some} OR status:void"), Box::new(|one| one.id == some || one.status == Status::Void)),
        ("nobody-like-it".into(), Box::new(|_| false)),
    ];
    compare::<Invoices>(&world, &table, |one, order| match order {
        "due" => format!("{} {}", one.due_on, one.id),
        "amount" => format!("{} {:09} {}", one.currency, one.total, one.id),
        _ => one.id.to_string(),
    });
}

#[actix_web::test]
async fn every_key_of_subscriptions_finds_what_a_plain_reading_finds_in_every_order() {
    use subscriptions::Status;
    let (world, people) = shop().await;
    let is_jane = |one: &Subscription| one.customer_id == people[0] || one.customer_id == people[2];
    let of = |one: &Subscription, code: &str| one.currency.as_str() == code;
    // Jane has a card, which her subscriptions charge that name none; invoices are sent, and what charges missed those.
    world.method(world.shop.live, people[0]);
    world.sql("UPDATE payment_methods SET expires_on = '2026-12-15'");
    let charges =
        |one: &Subscription| one.customer_id == people[0] && one.method_id.is_none() && one.days_until_due.is_none();
    let bills = page::<Invoices>(&world, "status:open", newest::<Invoices>(), &Direction::First, "100").items;
    let billed: Vec<_> = bills.iter().filter_map(|one| one.subscription_id).collect();
    let all = page::<Subscriptions>(&world, "", newest::<Subscriptions>(), &Direction::First, "100").items;
    let is_missed = |one: &&Subscription| billed.contains(&one.id) && one.days_until_due.is_none() && !one.is_ended();
    let missed: Vec<_> = all.iter().filter(is_missed).map(|one| one.id).collect();
    assert!(missed.len() > 2);
    let every = |one: &Subscription, unit: Unit, count| one.interval_unit == unit && one.interval_count == count;
    let table: Vec<(String, Plain<'_, Subscription>)> = vec![
        ("".into(), Box::new(|_| true)),
        ("status:past_due".into(), Box::new(|one| one.status == Status::PastDue)),
        ("status:still".into(), Box::new(|one| one.given_up_on.is_some())),
        ("status:still,trialing".into(), Box::new(|one| one.given_up_on.is_some() || one.status == Status::Trialing)),
        ("-status:still".into(), Box::new(|one| one.given_up_on.is_none())),
        ("status:missed".into(), Box::new(|one| missed.contains(&one.id))),
        ("revenue:counted".into(), Box::new(|one| one.revenue().is_some())),
        ("revenue:new".into(), Box::new(|_| false)),
        ("revenue:new,counted".into(), Box::new(|one| one.revenue().is_some())),
        (
            "card:expiring".into(),
            Box::new(|one| charges(one) && one.next_on.is_some_and(|next| next > day("2026-12-15"))),
        ),
        ("last4:4242".into(), Box::new(charges)),
        ("last4:4242,0000 status:active".into(), Box::new(|one| charges(one) && one.status == Status::Active)),
        ("last4:0000".into(), Box::new(|_| false)),
        ("status:active,trialing".into(), Box::new(|one| matches!(one.status, Status::Active | Status::Trialing))),
        ("jane -status:canceled".into(), Box::new(|one| is_jane(one) && one.status != Status::Canceled)),
        (format!("customer:{}", people[1]), Box::new(|one| one.customer_id == people[1])),
        ("amount:>500".into(), Box::new(|one| of(one, "KES") && one.amount > 50_000)),
        ("currency:USD".into(), Box::new(|one| of(one, "USD"))),
        ("next:<2026-12-10".into(), Box::new(|one| one.next_on.is_some_and(|next| next < day("2026-12-10")))),
        ("-next:<2026-12-10".into(), Box::new(|one| one.next_on.is_none_or(|next| next >= day("2026-12-10")))),
        ("next:never".into(), Box::new(|one| one.next_on.is_none())),
        ("every:month".into(), Box::new(|one| every(one, Unit::Month, 1))),
        ("every:quarter,year".into(), Box::new(|one| every(one, Unit::Month, 3) || every(one, Unit::Year, 1))),
        ("every:other".into(), Box::new(|one| one.interval_count > 1 && !every(one, Unit::Month, 3))),
        ("price:pro_monthly".into(), Box::new(|one| one.price_id.is_some())),
        ("price:none".into(), Box::new(|one| one.price_id.is_none())),
        ("pro_monthly".into(), Box::new(|one| one.price_id.is_some())),
        ("collects:invoice".into(), Box::new(|one| one.days_until_due.is_some())),
        ("-collects:invoice".into(), Box::new(|one| one.days_until_due.is_none())),
        ("method:own".into(), Box::new(|one| one.method_id.is_some())),
        (
            "method:none".into(),
            Box::new(|one| {
                let has_card = one.customer_id == people[0];
                one.method_id.is_none() && one.days_until_due.is_none() && !one.is_ended() && !has_card
            }),
        ),
        ("ends:2027-02".into(), Box::new(|one| one.ends_on.is_some_and(|on| on.first_of_month() == day("2027-02-01")))),
        ("ends:never".into(), Box::new(|one| one.ends_on.is_none())),
        (
            "status:past_due OR price:pro_monthly".into(),
            Box::new(|one| one.status == Status::PastDue || one.price_id.is_some()),
        ),
    ];
    compare::<Subscriptions>(&world, &table, |one, order| match order {
        "next" => format!("{:?} {}", one.next_on.unwrap_or(day("9999-12-31")), one.id),
        "amount" => format!("{} {:09} {}", one.currency, one.amount, one.id),
        _ => one.id.to_string(),
    });
}

#[actix_web::test]
async fn every_key_of_payment_schedules_finds_what_a_plain_reading_finds_in_every_order() {
    use schedules::Status;
    let (world, people) = shop().await;
    let is_jane = |one: &Schedule| one.customer_id == people[0] || one.customer_id == people[2];
    let of = |one: &Schedule, code: &str| one.currency.as_str() == code;
    let some = page::<Schedules>(
        &world,
        "",
        Sort { order: &Schedules::table().orders[0], descending: true },
        &Direction::First,
        "50",
    );
    let some = some.items[40].id;
    let table: Vec<(String, Plain<'_, Schedule>)> = vec![
        ("".into(), Box::new(|_| true)),
        ("status:past_due".into(), Box::new(|one| one.status == Status::PastDue)),
        ("status:active,finished".into(), Box::new(|one| matches!(one.status, Status::Active | Status::Finished))),
        ("jane -status:canceled".into(), Box::new(|one| is_jane(one) && one.status != Status::Canceled)),
        (format!("customer:{}", people[1]), Box::new(|one| one.customer_id == people[1])),
        ("amount:>500".into(), Box::new(|one| of(one, "KES") && one.total > 50_000)),
        ("currency:USD".into(), Box::new(|one| of(one, "USD"))),
        ("part:failed".into(), Box::new(|one| one.status == Status::PastDue)),
        ("-part:planned,failed".into(), Box::new(|one| one.is_ended())),
        ("next:<2026-12-10".into(), Box::new(|one| one.next_on.is_some_and(|next| next < day("2026-12-10")))),
        ("next:never".into(), Box::new(|one| one.next_on.is_none())),
        (format!("id:{some}"), Box::new(|one| one.id == some)),
        (some.to_string(), Box::new(|one| one.id == some)),
        ("part:failed OR currency:JPY".into(), Box::new(|one| one.status == Status::PastDue || of(one, "JPY"))),
    ];
    compare::<Schedules>(&world, &table, |one, order| match order {
        "next" => format!("{:?} {}", one.next_on.unwrap_or(day("9999-12-31")), one.id),
        "amount" => format!("{} {:09} {}", one.currency, one.total, one.id),
        _ => one.id.to_string(),
    });
}

#[actix_web::test]
async fn a_page_of_invoices_leads_to_each_is_sorted_by_its_headings_and_says_how_many_there_are() {
    let (world, people) = shop().await;
    let viewer = world.viewer();
    let page = viewer.get("/invoices").await.expect(200);
    assert_eq!((page.text("h1"), page.rows().len()), ("Invoices".to_owned(), 25));
    assert!(page.has(".sidebar a[href='/invoices'][aria-current=page]"));
    assert_eq!(page.text("tbody tr:first-child .rowlink"), "SG-90");
    viewer.get(page.attribute("tbody tr:first-child .rowlink", "href")).await.expect(200);
    assert_eq!(page.attribute("th:has(#sort-created)", "aria-sort"), "descending");
    assert_eq!(viewer.fragment("/invoices/count?q=status%3Apaid").await.text("#count"), "36 invoices");
    // A heading leads to its order, and the next page goes on in it.
    let sorted = viewer.get(page.attribute("#sort-amount", "href")).await.expect(200);
    assert!(sorted.text("tbody tr:first-child").contains("USD 1,000.00"));
    let next = viewer.get(sorted.attribute("#page-next", "href")).await.expect(200);
    assert!(next.has("#page-previous") && next.has("th[aria-sort=descending] #sort-amount"));
    assert_eq!(viewer.get(next.attribute("#page-previous", "href")).await.rows(), sorted.rows());
    // A chip says what is looked for, and its form changes it.
    let overdue = viewer.get("/invoices?q=status%3Aoverdue").await.expect(200);
    assert_eq!(overdue.text(".chip a:first-child"), "Status is overdue");
    assert_eq!(overdue.text("#quick [aria-current=page]"), "Overdue");
    assert!(viewer.get("/invoices/filters/due").await.expect(200).has("input[type=date][name=from]"));
    let late = viewer.get("/invoices?q=&filter=due&to=2026-10-20").await.expect(303);
    assert_eq!(late.location(), format!("/invoices?q={}", encode("due:<=2026-10-20").replace('-', "%2D")));
    // What is not understood is said, and what is asked for in a damaged address too.
    assert!(viewer.get("/invoices?q=stauts%3Aopen").await.expect(422).text("#search-problem").contains("status:open"));
    viewer.get("/invoices?sort=shoe").await.expect(400);
    let damaged = sorted.attribute("#page-next", "href");
    let (path, cursor) = damaged.split_once("after=").unwrap();
    let of_id = page.attribute("#page-next", "href");
    let of_id = of_id.split_once("after=").unwrap().1;
    assert_ne!(cursor, of_id);
    viewer.get(format!("{path}after={of_id}")).await.expect(400);
    // A customer's panel leads to their invoices in the list.
    let panel = viewer.fragment(format!("/customers/{}/invoices", people[0])).await.expect(200);
    let theirs = viewer.get(panel.attribute("#invoices-all", "href")).await.expect(200);
    assert_eq!(
        (theirs.text("#count"), theirs.text(".chip a:first-child").contains("Customer")),
        ("25+ invoices".into(), true)
    );
    // Nobody else's are found.
    let other = world.testing(&world.shop.viewer);
    assert!(other.get("/invoices").await.expect(200).text("#main").contains("No invoices yet"));
    assert!(other.get("/invoices?q=SG-12").await.expect(200).text("#main").contains("No invoices match"));
}

#[actix_web::test]
async fn a_page_of_subscriptions_says_how_each_stands_and_what_it_charges_next() {
    let (world, _) = shop().await;
    let viewer = world.viewer();
    let page = viewer.get("/subscriptions?sort=next").await.expect(200);
    assert!(page.has(".sidebar a[href='/subscriptions'][aria-current=page]"));
    assert_eq!(page.rows().len(), 25);
    assert!(page.text("tbody tr:first-child").contains("1 Dec 2026"), "{}", page.text("tbody tr:first-child"));
    assert!(page.attribute("tbody tr:first-child .rowlink", "href").starts_with("/subscriptions/sub_"));
    let trials = viewer.get("/subscriptions?q=status%3Atrialing").await.expect(200);
    assert_eq!(trials.text("#quick [aria-current=page]"), "Trials");
    assert!(trials.text("tbody").contains("ends") && trials.text("tbody").contains("every year"));
    assert_eq!(viewer.fragment("/subscriptions/count?q=status%3Apast_due").await.text("#count"), "15 subscriptions");
    assert!(viewer.get("/subscriptions/filters/next").await.expect(200).has("input[type=date][name=from]"));
    let empty = world.testing(&world.shop.viewer).get("/subscriptions").await.expect(200);
    assert!(empty.text("#main").contains("No subscriptions yet"));
}

#[actix_web::test]
async fn a_page_of_payment_schedules_says_how_far_each_is() {
    let (world, _) = shop().await;
    let viewer = world.viewer();
    let page = viewer.get("/schedules?sort=next").await.expect(200);
    assert!(page.has(".sidebar a[href='/schedules'][aria-current=page]"));
    assert_eq!(page.rows().len(), 25);
    assert!(page.text("tbody tr:first-child").contains("0 of 1 part paid"), "{}", page.text("tbody tr:first-child"));
    let failed = viewer.get("/schedules?q=part%3Afailed").await.expect(200);
    assert_eq!(failed.text("#quick [aria-current=page]"), "Failed");
    assert_eq!(viewer.fragment("/schedules/count?q=status%3Apast_due").await.text("#count"), "23 payment schedules");
    assert!(viewer.get("/schedules/filters/next").await.expect(200).has("input[type=date][name=from]"));
    let empty = world.testing(&world.shop.viewer).get("/schedules").await.expect(200);
    assert!(empty.text("#main").contains("No payment schedules yet"));
}

#[actix_web::test]
async fn payments_are_found_by_what_they_paid() {
    let world = World::empty().await;
    let customer = world.customer_in(world.shop.test, &world.shop.editor, "name=Tess+Testa&email=tess%40x.example");
    let id = world.invoice(world.shop.test, customer);
    let owner = world.testing(&world.shop.owner);
    let path = format!("/invoices/{id}/payment");
    let form = owner.get(&path).await.expect(200).form_to(&path);
    owner.submit(&form.set("amount", "10")).await.expect(303);
    let number = owner.get(format!("/invoices/{id}")).await.text("h1");
    for (q, count) in [
        (format!("invoice:{}", number.to_lowercase()), 1),
        (format!("invoice:{id}"), 1),
        (id.to_string(), 1),
        ("-invoice:none".to_owned(), 1),
        ("invoice:none".to_owned(), 0),
        ("invoice:SG-1".to_owned(), 0),
        ("subscription:sub_01h2xcejqtf2nbrexx3vqjhp41".to_owned(), 0),
    ] {
        let page = owner.get(format!("/payments?q={}", encode(&q))).await.expect(200);
        assert_eq!(page.texts("tbody tr").len(), count, "{q}");
    }
}
