//! The recurring revenue: each sum is that of its rows, what moved it in a month adds up, and what is to come is what the
//! calendar says.

use clientele::subscriptions::revenue::{DAYS, Group, Revenue, Sum};

use super::*;
use crate::world::Asker;

impl Walk {
    fn revenue(&self) -> Revenue {
        let (account, now) = (self.world.shop.test, self.clock().now());
        let revenue = self.world.with(|conn| Revenue::read(conn, account, &zone(), now)).unwrap();
        assert!(revenue.is_whole());
        revenue
    }

    /// The revenue of a currency: how many count, and what they come to.
    fn counted(&self, currency: &str) -> (i64, i64) {
        let monthly = self.revenue().monthly.unwrap();
        let of = monthly.iter().find(|one| one.counted.monthly.currency.as_str() == currency);
        of.map_or((0, 0), |one| (one.counted.subscriptions, one.counted.monthly.minor))
    }

    /// What moved it this month, as "new 2 9800".
    fn moves(&self) -> Vec<String> {
        let told = |(group, Sum { subscriptions, monthly }): &(Group, Sum)| {
            format!("{} {subscriptions} {}", group.word(), monthly.minor)
        };
        self.revenue().moves.unwrap().iter().map(told).collect()
    }

    fn every(&self, customer: CustomerId, unit: Unit, every: i64, amount: i64, first_on: &str) -> Subscription {
        let interval = Interval::new(unit, every).unwrap();
        let new = NewSubscription { interval, amount: kes(amount), ..self.monthly(customer, day(first_on)) };
        self.create(NewSubscription { days_until_due: Some(365), ..new }).unwrap()
    }
}

/// The numbers of a list's rows: how many, and the sum of what they come to a month.
async fn rows(walk: &Walk, asker: &Asker, href: &str) -> (i64, i64) {
    let page = asker.get(format!("{href}&limit=100")).await.expect(200);
    let ids: Vec<String> = page.all(".rowlink").iter().map(|link| link.attr("href").unwrap().to_owned()).collect();
    let monthly = |path: &String| walk.find(path.rsplit('/').next().unwrap().parse().unwrap()).monthly;
    (ids.len() as i64, ids.iter().map(monthly).sum())
}

#[actix_web::test]
async fn each_figure_is_the_sum_of_its_rows_to_the_last_unit() {
    let walk = Walk::from("2027-03-05").await;
    let customer = walk.customer("Ada").await;
    // 1,000 a week is 4,345 a month, 49,900 a year 4,158, 100 a day 3,042: each is rounded by itself.
    for (unit, amount) in [(Unit::Week, 1_000), (Unit::Week, 1_000), (Unit::Year, 49_900), (Unit::Day, 100)] {
        walk.every(customer, unit, 1, amount, "2027-03-05");
    }
    let trial = walk.every(customer, Unit::Month, 1, 4_900, "2027-03-20");
    let usd = NewSubscription {
        amount: Money::new(2_000, "USD".parse().unwrap()),
        days_until_due: Some(365),
        ..walk.monthly(customer, day("2027-03-05"))
    };
    walk.create(usd).unwrap();
    assert_eq!(walk.counted("KES"), (4, 2 * 4_345 + 4_158 + 3_042));
    assert_eq!(walk.counted("USD"), (1, 2_000), "never added over currencies");
    let trials = walk.revenue().monthly.unwrap()[0].trials;
    assert_eq!((trials.subscriptions, trials.monthly), (1, kes(4_900)));

    let viewer = walk.world.testing(&walk.world.shop.viewer);
    let page = viewer.get("/revenue").await.expect(200);
    assert!(page.text("#revenue").contains("Computed"), "{}", page.text("#revenue"));
    for (place, sum) in [(2, (4, 15_890)), (3, (1, 4_900))] {
        let cell = format!("#revenue-KES td:nth-child({place}) a");
        assert_eq!(page.text(&cell).replace([',', '.'], ""), sum.1.to_string());
        assert_eq!(rows(&walk, &viewer, &page.attribute(&cell, "href")).await, sum);
    }
    assert_eq!(page.text("#revenue-KES td:nth-child(2) .others"), "4 subscriptions");
    assert_eq!(rows(&walk, &viewer, &page.attribute("#moves-KES td:nth-child(2) a", "href")).await, (4, 15_890));
    // The list behind a sum says what each comes to.
    let list = viewer.get("/subscriptions?q=revenue%3Acounted+every%3Aweek").await.expect(200);
    assert!(list.text("tbody").contains("43.45 a month"), "{}", list.text("tbody"));
    assert!(!viewer.get("/subscriptions?q=every%3Aweek").await.expect(200).text("tbody").contains("a month"));
    // The front page loads it apart.
    let front = viewer.get("/").await.expect(200);
    assert_eq!(front.attribute("#revenue", "data-hx-get"), "/revenue");
    assert!(viewer.fragment("/revenue").await.expect(200).has("section#revenue h2"));
    assert!(!walk.world.viewer().get("/").await.expect(200).has("#revenue"), "nothing is there in the live account");
    assert!(walk.world.viewer().get("/revenue").await.expect(200).text("main").contains("Nothing is charged"));
    // A customer's page has what theirs come to.
    let page = viewer.get(format!("/customers/{customer}")).await.expect(200);
    assert_eq!(page.text("#monthly"), "KES 158.90 and USD 20.00 a month");
    walk.held(trial.id, |conn, held| held.cancel(conn, Unpaid::Keep)).unwrap();
    assert_eq!(walk.revenue().monthly.unwrap()[0].trials.subscriptions, 0);
    walk.check();
}

#[actix_web::test]
async fn figures_that_drifted_are_found_and_mended() {
    use clientele::subscriptions::figures::{check, repair};
    let walk = Walk::from("2027-03-05").await;
    let customer = walk.customer("Ada").await;
    walk.every(customer, Unit::Month, 1, 4_900, "2027-03-05");
    walk.world.sql("UPDATE subscription_figures SET counted_monthly = counted_monthly + 1");
    let drifts = walk.world.with(check).unwrap();
    assert_eq!(drifts.len(), 1);
    walk.world.with(|conn| repair(conn, &drifts)).unwrap();
    assert_eq!((walk.counted("KES"), walk.world.with(check).unwrap().len()), ((1, 4_900), 0));
}

#[actix_web::test]
async fn what_moved_it_in_a_month_adds_up_to_the_difference() {
    let walk = Walk::from("2027-01-10").await;
    let (ada, bea) = (walk.customer("Ada").await, walk.customer("Bea").await);
    let one = walk.create(walk.monthly(ada, walk.today())).unwrap();
    let other = walk.create(walk.monthly(bea, day("2027-01-20"))).unwrap();
    walk.work().await;
    assert_eq!((walk.counted("KES"), walk.moves()), ((1, 490_000), vec!["new 1 490000".to_owned()]));
    walk.to("2027-01-31").await;
    assert_eq!((walk.counted("KES"), walk.moves()), ((2, 980_000), vec!["new 2 980000".to_owned()]));

    // Another amount counts from its period on, and one that stands still does not count.
    walk.to("2027-02-02").await;
    assert_eq!(walk.moves(), Vec::<String>::new());
    walk.held(one.id, |conn, held| held.change_amount(conn, 590_000, None)).unwrap();
    walk.answers(bea, "insufficient_funds");
    assert_eq!(walk.counted("KES").1, 980_000);
    walk.to("2027-02-25").await;
    assert_eq!(walk.counted("KES"), (2, 1_080_000), "past due counts");
    assert_eq!(walk.moves(), ["changed 1 100000"]);
    walk.to("2027-03-01").await;
    assert_eq!(walk.moves(), ["stopped 1 -490000"].map(str::to_owned)[..0].to_vec(), "that was on 27 Feb");
    assert_eq!(walk.counted("KES"), (1, 590_000));

    walk.answers(bea, "succeeded");
    walk.held(other.id, |conn, held| held.collect_now(conn)).unwrap();
    walk.work().await;
    walk.held(one.id, |conn, held| held.cancel(conn, Unpaid::Keep)).unwrap();
    assert_eq!(walk.moves(), ["recovered 1 490000", "ended 1 -590000"]);
    assert_eq!(walk.counted("KES"), (1, 490_000));
    let viewer = walk.world.testing(&walk.world.shop.viewer);
    for (word, sub) in [("recovered", other.id), ("ended", one.id)] {
        let list = viewer.get(format!("/subscriptions?q=revenue%3A{word}")).await.expect(200);
        assert_eq!(list.all(".rowlink").len(), 1, "{word}");
        assert!(list.text_body().contains(&sub.to_string()), "{word}");
    }
    // All that ever moved it comes to what it is, also once a person is erased.
    let all = "SELECT sum((after ->> 'revenue')::bigint)::bigint AS n FROM events WHERE after ? 'revenue'";
    assert_eq!(walk.world.number(all), 490_000);
    walk.change(|conn, by| {
        let customer = clientele::customers::model::find(conn, by.account, ada)?;
        subscriptions::keeper::KEEPER.erase(conn, by.account, &customer)
    })
    .unwrap();
    assert_eq!(walk.world.number(all), 490_000);
    assert_eq!(walk.moves(), ["recovered 1 490000", "ended 1 -590000"]);
    walk.check();
}

#[actix_web::test]
async fn what_is_to_come_is_what_the_calendar_says() {
    for from in ["2027-01-29", "2027-01-31", "2027-02-01", "2027-11-30"] {
        let walk = Walk::from(from).await;
        let (customer, today) = (walk.customer("Ada").await, walk.today());
        let mut made = Vec::new();
        for (unit, every) in [
            (Unit::Day, 1),
            (Unit::Day, 4),
            (Unit::Week, 1),
            (Unit::Week, 3),
            (Unit::Month, 1),
            (Unit::Month, 2),
            (Unit::Year, 1),
        ] {
            for days in [0, 1, 2, 7, 8, 30, 31] {
                let first = today.checked_add(jiff::Span::new().days(days)).unwrap().to_string();
                made.push(walk.every(customer, unit, every, 1_000 + days, &first).id);
            }
        }
        // Some end before, or cost something else from the next period on.
        for (id, ends) in made.iter().step_by(5).zip([3, 5, 20, 40, 400]) {
            let day = today.checked_add(jiff::Span::new().days(ends)).unwrap();
            walk.held(*id, |conn, held| held.end_on(conn, day)).unwrap();
        }
        for id in made.iter().skip(1).step_by(6) {
            let _ = walk.held(*id, |conn, held| held.change_amount(conn, 9_000, None));
        }
        let coming = walk.revenue().coming.unwrap();
        for days in DAYS {
            let last = today.checked_add(jiff::Span::new().days(days)).unwrap();
            let all: Vec<_> = made
                .iter()
                .map(|id| walk.find(*id).upcoming_until(last, 1_000).unwrap())
                .filter(|charges| !charges.is_empty())
                .collect();
            let amount: i64 = all.iter().flatten().map(|one| one.amount.minor).sum();
            let expected = (all.len() as i64, all.iter().flatten().count() as i64, amount);
            let found = coming.iter().find(|one| one.days == days).unwrap();
            assert_eq!((found.subscriptions, found.charges, found.amount.minor), expected, "{from}, {days} days");
        }
        let viewer = walk.world.testing(&walk.world.shop.viewer);
        // The pages of the walk's account go by its own clock, which is the world's here.
        assert!(viewer.get("/revenue").await.expect(200).has("#revenue-KES"));
    }
}

#[actix_web::test]
async fn the_calls_say_the_same_as_the_page() {
    use crate::api::Client;
    use clientele::{
        api_keys::permissions::{Permission, Resource},
        values::Mode,
    };
    let walk = Walk::over(World::empty().await, Timestamp::now().to_zoned(zone()).date());
    let customer = walk.customer("Ada").await;
    walk.every(customer, Unit::Week, 1, 1_000, &walk.today().to_string());
    let may = [Resource::Subscriptions, Resource::Customers, Resource::Payments].map(Permission::read);
    let client = Client::in_account(&walk.world, walk.world.shop.test, Mode::Test, &may);
    let revenue = client.get("/v1/revenue").await.expect(200).json;
    assert_eq!(revenue["monthly"], json!([{"currency": "KES", "subscriptions": 1, "amount": 4_345}]));
    assert_eq!(revenue["trials"], json!([]));
    assert_eq!(revenue["this_month"]["new"], revenue["monthly"]);
    assert_eq!(
        revenue["upcoming"][0],
        json!({"days": 7, "currency": "KES", "subscriptions": 1, "charges": 1, "amount": 1_000})
    );
    let analytics = client.get(&format!("/v1/customers/{customer}/analytics")).await.expect(200).json;
    assert_eq!(analytics["monthly"], json!([{"currency": "KES", "amount": 4_345}]));
}
