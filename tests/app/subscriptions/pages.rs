//! The pages about subscriptions: started with the next charges in sight, changed and ended with what follows.

use super::*;
use crate::world::{Answer, Asker, Form};

/// The shop's test account today, with a customer who can be charged, and an editor and an owner there.
pub async fn shop() -> (Walk, CustomerId, Asker, Asker) {
    let world = World::empty().await;
    let (editor, owner) = (world.testing(&world.shop.editor), world.testing(&world.shop.owner));
    let walk = Walk::over(world, Timestamp::now().to_zoned(zone()).date());
    let customer = walk.customer("Tess").await;
    (walk, customer, editor, owner)
}

pub async fn form(asker: &Asker, customer: CustomerId) -> Form {
    let form = asker.get(format!("/customers/{customer}/subscriptions/new")).await.expect(200);
    form.form_to(&format!("/customers/{customer}/subscriptions"))
}

pub fn own(form: Form) -> Form {
    form.set("price", "own").set("name", "Pro").set("amount", "4,900")
}

/// Starts one of KES 4,900 a month; its path.
pub async fn started(asker: &Asker, customer: CustomerId) -> String {
    let answer = asker.submit(&own(form(asker, customer).await)).await.expect(303);
    answer.location().to_owned()
}

fn value(page: &Answer, name: &str) -> String {
    page.attribute(&format!("main [name={name}]"), "value")
}

pub fn there(walk: &Walk, path: &str) -> Subscription {
    let id: SubscriptionId = path.rsplit('/').next().unwrap().parse().unwrap();
    walk.world.with(|conn| subscriptions::model::find(conn, walk.world.shop.test, id)).unwrap()
}

#[actix_web::test]
async fn who_starts_one_sees_the_next_five_charges_before() {
    let (walk, customer, editor, _) = shop().await;
    let path = format!("/customers/{customer}/subscriptions");
    let typed = "price=own&name=Pro&amount=4900&interval=month&interval_count=1";
    let seen = editor.fragment(format!("{path}/preview?{typed}")).await.expect(200);
    assert_eq!(seen.texts(".coming li").len(), 5);
    assert!(seen.text("strong").starts_with("Charges KES 4,900.00 to "), "{}", seen.text("strong"));
    assert_eq!(seen.text("#start-says"), "Start and charge KES 4,900.00");
    let later =
        editor.fragment(format!("{path}/preview?{typed}&starts=on&first_on=2096-01-31&until=times&times=2")).await;
    assert_eq!(later.text("strong"), "Nothing is charged now. The first charge is on 31 Jan 2096.");
    let (first, second) =
        ("Tue 31 Jan 2096 KES 4,900.00 until 28 Feb 2096", "Wed 29 Feb 2096 KES 4,900.00 until 30 Mar 2096");
    assert_eq!(later.texts(".coming li"), [first, second]);
    assert!(later.text("p.muted").contains("31 Mar 2096"));
    let bills = editor.fragment(format!("{path}/preview?{typed}&method=bills&days_until_due=7")).await;
    assert_eq!(bills.text("strong"), "An invoice over KES 4,900.00 is made now, to be paid within 7 days.");
    // What cannot be read yet has no charges.
    for unread in ["price=own&name=Pro", "price=own&name=Pro&amount=1&starts=on&first_on=2001-01-01", ""] {
        let unread = editor.fragment(format!("{path}/preview?{unread}")).await.expect(200);
        assert!(!unread.has(".coming"), "{}", unread.text_body());
        assert_eq!(unread.text("#start-says"), "Start the subscription");
    }
    // Without script the page shows them.
    let review = own(form(&editor, customer).await).set("review", "on");
    let page = editor.submit(&review).await.expect(200);
    assert_eq!(
        (page.texts(".coming li").len(), page.text(".savebar .btn--primary").as_str()),
        (5, "Start and charge KES 4,900.00")
    );
    assert_eq!(value(&page, "name"), "Pro");
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM subscriptions"), 0);
}

#[actix_web::test]
async fn one_is_started_charged_and_shown_once() {
    let (walk, customer, editor, _) = shop().await;
    let form = own(form(&editor, customer).await);
    let answer = editor.submit(&form).await.expect(303);
    let path = answer.location().to_owned();
    assert_eq!(editor.submit(&form).await.expect(303).location(), path, "the same form again");
    assert_eq!(there(&walk, &path).status, Status::Active);
    let page = editor.get(&path).await.expect(200);
    assert_eq!((page.text("h1").as_str(), page.text(".phead .badge").as_str()), ("Pro", "Active"));
    assert_eq!(page.texts(".coming li").len(), 5);
    let invoice = page.attribute("a[href^='/invoices/']", "href");
    assert!(editor.get(invoice).await.has(&format!("a[href='{path}']")), "the invoice leads back");
    let list = editor.fragment(format!("/customers/{customer}/subscriptions")).await.expect(200);
    assert!(list.has(&format!("section#subscriptions a[href='{path}']")));
    assert!(editor.get(format!("/customers/{customer}")).await.text_body().contains("/subscriptions"));
    let id = path.trim_start_matches("/subscriptions/");
    assert!(editor.fragment(format!("/palette?q={id}")).await.has(&format!("a[href='{path}']")));
    let viewer = walk.world.testing(&walk.world.shop.viewer);
    let page = viewer.get(&path).await.expect(200);
    assert!(!page.has("main form") && !page.has("a[href$='/amount']"));
    walk.check();
}

#[actix_web::test]
async fn what_is_wrong_with_a_new_one_is_said_at_its_field_and_nothing_typed_is_lost() {
    let (walk, customer, editor, _) = shop().await;
    let empty = form(&editor, customer).await;
    let page = editor.submit(&empty).await.expect(422);
    assert!(page.error_of("price").is_some());
    let wrong = own(empty.clone()).set("amount", "x").set("until", "times").set("times", "0");
    let page = editor.submit(&wrong).await.expect(422);
    assert!(page.error_of("amount").is_some() && page.error_of("times").is_some());
    assert_eq!(
        (value(&page, "amount").as_str(), value(&page, "times").as_str(), value(&page, "name").as_str()),
        ("x", "0", "Pro")
    );
    let past = own(empty.clone()).set("starts", "on").set("first_on", "2001-01-01");
    let page = editor.submit(&past).await;
    assert!(page.expect(422).error_of("first_on").unwrap().contains("in the past"));
    let short = own(empty.clone()).set("until", "date").set("ends_on", "2001-01-01");
    assert!(editor.submit(&short).await.expect(422).text_body().contains("It would end before its first charge"));
    // A wallet that cannot be charged is said before anything is begun, unless bills are sent.
    let bare = walk.world.customer_in(walk.world.shop.test, &walk.world.shop.editor, "name=Bo&email=bo%40x.example");
    let page = editor.submit(&own(form(&editor, bare).await)).await.expect(422);
    assert!(page.text_body().contains("This customer has no payment method. Add one first."));
    editor.submit(&own(form(&editor, bare).await).set("method", "bills")).await.expect(303);
    // A second one by the same price is asked about first.
    let price = walk.world.price(walk.world.shop.test, "Plus");
    let by_price = empty.set("price", &price.to_string());
    let first = editor.submit(&by_price).await.expect(303);
    let again = form(&editor, customer).await.set("price", &price.to_string());
    let asked = editor.submit(&again).await.expect(409);
    assert!(asked.has(&format!(".note--warn a[href='{}']", first.location())));
    let form = asked.form_to(&format!("/customers/{customer}/subscriptions")).set("allow_duplicate", "on");
    editor.submit(&form).await.expect(303);
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM subscriptions"), 3);
    walk.check();
}

#[actix_web::test]
async fn another_amount_counts_from_the_next_period_on() {
    let (walk, customer, editor, _) = shop().await;
    let path = started(&editor, customer).await;
    let next = there(&walk, &path).next_on.unwrap().strftime("%-d %b %Y").to_string();
    let says = editor.fragment(format!("{path}/amount?amount=5900")).await.expect(200);
    let follows =
        format!("KES 4,900.00 before {next}, KES 5,900.00 every month from then on: KES 1,000.00 more a month.");
    assert_eq!(says.text_body().trim(), follows);
    let form = editor.get(format!("{path}/amount")).await.expect(200).form_to(&format!("{path}/amount"));
    assert_eq!(form.value("amount"), "4900.00");
    let wrong = editor.submit(&form.clone().set("amount", "0")).await.expect(422);
    assert_eq!((wrong.error_of("amount").is_some(), value(&wrong, "amount").as_str()), (true, "0"));
    editor.submit(&form.set("amount", "5,900")).await.expect(303);
    let one = there(&walk, &path);
    assert_eq!((one.amount, one.next_amount), (490_000, Some(590_000)));
    let page = editor.get(&path).await;
    assert!(
        page.texts(".coming li").iter().all(|line| line.contains("KES 5,900.00")),
        "{:?}",
        page.texts(".coming li")
    );
    // By a price of the same interval, too.
    let price = walk.world.price(walk.world.shop.test, "Plus");
    let form = editor.get(format!("{path}/amount")).await.form_to(&format!("{path}/amount"));
    editor.submit(&form.set("price", &price.to_string())).await.expect(303);
    assert_eq!(there(&walk, &path).next_price_id, Some(price));
    walk.check();
}

#[actix_web::test]
async fn another_method_collects_what_is_unpaid_if_wanted() {
    let (walk, customer, editor, _) = shop().await;
    walk.answers(customer, "card_declined");
    let path = started(&editor, customer).await;
    let page = editor.get(&path).await;
    assert!(page.text(".toast").contains("Declined") && page.text_body().contains("It waits for its first payment"));
    assert_eq!(there(&walk, &path).status, Status::Incomplete);
    walk.pass(86_400);
    let good = walk.add_method(customer).await;
    let form = editor.get(format!("{path}/method")).await.expect(200).form_to(&format!("{path}/method"));
    let left = form.clone().set("method", &good.to_string()).without("collect");
    editor.submit(&left).await.expect(303);
    assert_eq!(there(&walk, &path).status, Status::Incomplete, "nothing is charged");
    let stale = form.set("method", &good.to_string()).set("collect", "on");
    assert!(editor.submit(&stale).await.expect(409).text(".note--bad").contains("changed since this page was opened"));
    let form = editor.get(format!("{path}/method")).await.form_to(&format!("{path}/method"));
    editor.submit(&form.set("method", &good.to_string()).set("collect", "on")).await.expect(303);
    assert!(editor.get(&path).await.text(".toast").contains("Paid: KES 4,900.00"));
    let one = there(&walk, &path);
    assert_eq!((one.status, one.method_id), (Status::Active, Some(good)));
    let form = editor.get(format!("{path}/method")).await.form_to(&format!("{path}/method"));
    assert!(
        editor
            .submit(&form.set("method", "mine"))
            .await
            .expect(422)
            .text_body()
            .contains("Choose one of the payment methods.")
    );
    walk.check();
}

#[actix_web::test]
async fn one_ends_with_its_period_is_kept_and_canceled() {
    let (walk, customer, editor, owner) = shop().await;
    let path = started(&editor, customer).await;
    let (act, keep) = (format!("{path}/cancellation"), format!("{path}/keeping"));
    let form = editor.get(&act).await.expect(200).form_to(&act);
    assert_eq!(form.value("at"), "period");
    editor.submit(&form.clone().set("at", "date").set("ends_on", "")).await.expect(422);
    editor.submit(&form).await.expect(303);
    let one = there(&walk, &path);
    assert_eq!((one.next_on, one.ends_on), (None, one.period_until));
    let page = editor.get(&path).await;
    assert!(page.text(".phead").contains("ends ") && page.text_body().contains("None is to come."));
    editor.submit(&page.form_to(&keep)).await.expect(303);
    assert_eq!(there(&walk, &path).ends_on, None);
    let form = editor.get(&act).await.form_to(&act).set("at", "now");
    editor.submit(&form).await.expect(303);
    let one = there(&walk, &path);
    assert_eq!(one.end_reason, Some(EndReason::ByStaff));
    assert!(editor.get(&path).await.text_body().contains("It was canceled."));
    editor.submit(&form).await.expect(303);
    assert!(editor.get(&path).await.text(".toast").contains("This was done already"));
    let late = editor.submit(&form.set("at", "date").set("ends_on", "2096-01-01")).await.expect(409);
    assert!(late.text(".note--bad").contains("changed since this page was opened"));
    let late = editor.submit(&late.form_to(&act).set("at", "date").set("ends_on", "2096-01-01")).await.expect(409);
    assert!(late.text(".note--bad").contains("This subscription has ended."));
    // Admins decide about what is unpaid; an editor cannot have it void.
    let bills = own(self::form(&editor, customer).await).set("method", "bills");
    let path = editor.submit(&bills).await.expect(303).location().to_owned();
    let act = format!("{path}/cancellation");
    let form = editor.get(&act).await.form_to(&act).set("at", "now").set("unpaid", "void");
    editor.submit(&form).await.expect(422);
    let form = owner.get(&act).await.expect(200).form_to(&act).set("at", "now").set("unpaid", "void");
    owner.submit(&form).await.expect(303);
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM invoices WHERE status = 'void'"), 1);
    walk.check();
}

#[actix_web::test]
async fn the_next_charge_is_moved_and_all_later_ones_with_it() {
    let (walk, customer, editor, _) = shop().await;
    let path = started(&editor, customer).await;
    let act = format!("{path}/next_charge");
    let form = editor.get(&act).await.expect(200).form_to(&act);
    let past = editor.submit(&form.clone().set("next_on", "2001-01-01")).await.expect(409);
    assert!(past.text(".note--bad").contains("cannot be in the past"));
    assert_eq!(value(&past, "next_on"), "2001-01-01");
    editor.submit(&form.clone().set("next_on", "")).await.expect(422);
    let wanted = form.set("next_on", "2096-01-31");
    editor.submit(&wanted).await.expect(303);
    editor.submit(&wanted).await.expect(303);
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM events WHERE kind = 'subscription.charge_moved'"), 1);
    let page = editor.get(&path).await;
    let coming = page.texts(".coming li");
    assert!(coming[0].starts_with("Tue 31 Jan 2096") && coming[1].starts_with("Wed 29 Feb 2096"), "{coming:?}");
    walk.check();
}

#[actix_web::test]
async fn a_charge_moved_to_today_is_charged_once_however_often_it_is_sent() {
    let (walk, customer, editor, _) = shop().await;
    let path = started(&editor, customer).await;
    let act = format!("{path}/next_charge");
    let (form, stale) = (editor.get(&act).await.form_to(&act), editor.get(&act).await.form_to(&act));
    let today = Timestamp::now().to_zoned(zone()).date().to_string();
    for _ in 0..2 {
        editor.submit(&form.clone().set("next_on", &today)).await.expect(303);
    }
    editor.submit(&stale.set("next_on", &today)).await.expect(409);
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM payments"), 2);
    walk.check();
}

#[actix_web::test]
async fn an_archived_price_is_neither_shown_as_chosen_nor_foreseen() {
    let (walk, customer, editor, owner) = shop().await;
    let [first, second] = ["Plus", "Max"].map(|name| walk.world.price(walk.world.shop.test, name));
    owner.post(format!("/prices/{second}/archiving"), "").await.expect(303);
    let page = editor.get(format!("/customers/{customer}/subscriptions/new?price={second}")).await.expect(200);
    assert_eq!(page.text("#price option[selected]"), "Choose");
    assert!(!page.has(".coming"));
    let page = editor.get(format!("/customers/{customer}/subscriptions/new?price={first}")).await.expect(200);
    assert_eq!(page.texts(".coming li").len(), 5);
}

#[actix_web::test]
async fn every_price_that_is_offered_can_be_chosen() {
    let (walk, customer, editor, _) = shop().await;
    for number in 0..120 {
        walk.world.price(walk.world.shop.test, &format!("Price {number}"));
    }
    let page = editor.get(format!("/customers/{customer}/subscriptions/new")).await.expect(200);
    let offered = page.texts("#price option");
    assert_eq!(offered.iter().filter(|label| label.starts_with("Price ")).count(), 120);
    assert!(offered.iter().any(|label| label.starts_with("Price 0")), "the oldest too");
}
