//! What payment schedules charge soon, as the page and the call about recurring revenue say it: exactly what comes in when the
//! days have passed.

use clientele::{
    api_keys::permissions::{Permission, Resource},
    revenue_page::Overview,
    schedules::forecast::Coming,
    subscriptions::revenue::DAYS,
    values::{Mode, Money},
};
use serde_json::json;

use super::*;
use crate::{api::Client, subscriptions::zone};

impl Walk {
    /// What schedules charge within so many days.
    fn soon(&self, days: i32) -> Vec<Coming> {
        let (account, now) = (self.world.shop.test, self.clock().now());
        let all = self.world.with(|conn| Overview::read(conn, account, (&zone(), now), true)).unwrap();
        assert!(all.is_whole());
        all.parts.unwrap().into_iter().filter(|one| one.days == days).collect()
    }

    /// How many parts are paid, of how many schedules, and what they come to, in a currency.
    fn came_in(&self, currency: &str) -> (i64, i64, i64) {
        let of = |what: &str| {
            let sql = format!(
                "SELECT {what}::bigint AS n FROM schedule_parts p JOIN payment_schedules s ON s.id = p.schedule_id \
                 WHERE p.status = 'paid' AND s.currency = '{currency}'"
            );
            self.world.number(&sql)
        };
        (of("count(DISTINCT s.id)"), of("count(*)"), of("coalesce(sum(p.amount), 0)"))
    }
}

#[actix_web::test]
async fn what_is_charged_soon_is_what_comes_in() {
    for days in DAYS {
        let walk = Walk::from("2027-03-05").await;
        let (ada, bea) = (walk.customer("Ada").await, walk.customer("Bea").await);
        let dated =
            [("2027-03-06", 100), ("2027-03-12", 200), ("2027-03-13", 300), ("2027-04-04", 400), ("2027-04-05", 500)];
        walk.agree(walk.dated(ada, &dated)).unwrap();
        walk.agree(walk.equal(ada, (10_000, 3), "2027-03-31")).unwrap();
        let usd = "USD".parse().unwrap();
        walk.agree(NewSchedule { currency: usd, ..walk.dated(ada, &[("2027-03-10", 700), ("2027-03-11", 800)]) })
            .unwrap();
        // One part failed, and the next one waits behind it.
        walk.answers(bea, "insufficient_funds");
        walk.agree(walk.dated(bea, &[("2027-03-05", 40), ("2027-03-06", 50), ("2027-03-30", 60)])).unwrap();
        walk.work().await;
        let skipping = walk.agree(walk.dated(ada, &[("2027-03-07", 1_000), ("2027-03-08", 2_000)])).unwrap();
        walk.holding(skipping.id, |conn, held| held.skip(conn, 1)).unwrap();
        let ended = walk.agree(walk.dated(ada, &[("2027-03-07", 5_000)])).unwrap();
        walk.holding(ended.id, |conn, held| held.cancel(conn)).unwrap();
        walk.agree(walk.dated(ada, &[("2027-06-07", 9_000)])).unwrap();
        assert_eq!((walk.came_in("KES"), walk.came_in("USD")), ((0, 0, 0), (0, 0, 0)));

        let soon = walk.soon(days);
        walk.answers(bea, "succeeded");
        let then = walk.today().checked_add(jiff::Span::new().days(days)).unwrap();
        walk.to(&then.to_string()).await;
        for coming in &soon {
            let told = (coming.schedules, coming.parts, coming.amount.minor);
            assert_eq!(told, walk.came_in(coming.amount.currency.as_str()), "{days} days, {}", coming.amount.currency);
        }
        assert_eq!(soon.len(), 2);
        walk.check_schedules();
    }
}

#[actix_web::test]
async fn each_sum_leads_to_its_schedules_and_the_call_says_the_same() {
    let walk = Walk::over(crate::world::World::empty().await, jiff::Timestamp::now().to_zoned(zone()).date());
    let customer = walk.customer("Ada").await;
    let on = |days: i64| walk.today().checked_add(jiff::Span::new().days(days)).unwrap().to_string();
    let (soon, edge, later, never) = (on(2), on(7), on(30), on(31));
    walk.agree(walk.dated(customer, &[(&soon, 10_000), (&edge, 20_000), (&later, 30_000), (&never, 40_000)])).unwrap();
    let other = walk.agree(walk.dated(customer, &[(&later, 5_000)])).unwrap();
    walk.agree(walk.dated(customer, &[(&never, 700)])).unwrap();

    let viewer = walk.world.testing(&walk.world.shop.viewer);
    assert!(viewer.get("/").await.expect(200).has("#revenue"), "schedules alone are reason enough");
    let page = viewer.get("/revenue").await.expect(200);
    assert!(!page.has("#revenue-KES") && !page.text("main").contains("Nothing is charged"));
    for (place, amount, words, rows) in [(2, "300.00", "2 parts", 1), (3, "650.00", "4 parts", 2)] {
        let cell = format!("#parts-KES td:nth-child({place})");
        assert_eq!(page.text(&format!("{cell} a")), amount);
        assert_eq!(page.text(&format!("{cell} .others")), words);
        let list = viewer.get(page.attribute(&format!("{cell} a"), "href")).await.expect(200);
        assert_eq!(list.all(".rowlink").len(), rows, "{words}");
        assert_eq!(list.text_body().contains(&other.id.to_string()), place == 3);
    }
    assert!(viewer.fragment("/revenue").await.expect(200).has("section#revenue h3#revenue-parts"));

    let may = [Resource::Subscriptions, Resource::Schedules].map(Permission::read);
    let client = Client::in_account(&walk.world, walk.world.shop.test, Mode::Test, &may);
    let revenue = client.get("/v1/revenue").await.expect(200).json;
    assert_eq!(revenue["upcoming"], json!([]));
    let expected = json!([
        {"days": 7, "currency": "KES", "schedules": 1, "parts": 2, "amount": 30_000},
        {"days": 30, "currency": "KES", "schedules": 2, "parts": 4, "amount": 65_000},
    ]);
    assert_eq!(revenue["upcoming_parts"], expected);
    assert_eq!(walk.soon(7)[0].amount, Money::new(30_000, kes(1).currency));
    let client = Client::in_account(&walk.world, walk.world.shop.test, Mode::Test, &may[..1]);
    let revenue = client.get("/v1/revenue").await.expect(200).json;
    assert!(revenue["upcoming"].is_array() && revenue["upcoming_parts"].is_null(), "{revenue}");
}
