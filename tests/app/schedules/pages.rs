//! The pages about payment schedules: made with their days and sums in sight, changed with what follows.

use jiff::{Span, Timestamp};

use super::*;
use crate::{
    subscriptions::zone,
    world::{Answer, Asker, Form, World},
};

/// The shop's test account today, with a customer who can be charged, and an editor there.
pub async fn shop() -> (Walk, CustomerId, Asker) {
    let world = World::empty().await;
    let editor = world.testing(&world.shop.editor);
    let walk = Walk::over(world, Timestamp::now().to_zoned(zone()).date());
    let customer = walk.customer("Tess").await;
    (walk, customer, editor)
}

async fn form(asker: &Asker, customer: CustomerId) -> Form {
    let form = asker.get(format!("/customers/{customer}/schedules/new")).await.expect(200);
    form.form_to(&format!("/customers/{customer}/schedules"))
}

fn roof(form: Form) -> Form {
    form.set("description", "Roof").set("amount", "100").set("count", "3")
}

/// Makes one of KES 100 in three monthly parts, the first tomorrow; its path.
pub async fn made(asker: &Asker, customer: CustomerId, walk: &Walk) -> String {
    let tomorrow = walk.today().tomorrow().unwrap().to_string();
    let answer = asker.submit(&roof(form(asker, customer).await).set("first_on", &tomorrow)).await.expect(303);
    answer.location().to_owned()
}

pub fn there(walk: &Walk, path: &str) -> Schedule {
    walk.schedule(path.rsplit('/').next().unwrap().parse().unwrap())
}

/// Opens the page of an act and sends its form as it is, but for one field.
pub async fn acted(asker: &Asker, path: &str, act: &str, field: Option<(&str, &str)>) -> Answer {
    let path = format!("{path}/{act}");
    let form = asker.get(&path).await.expect(200).form_to(&path);
    let form = match field {
        Some((name, value)) => form.set(name, value),
        None => form,
    };
    asker.submit(&form).await
}

#[actix_web::test]
async fn who_makes_one_sees_the_days_and_sums_before() {
    let (walk, customer, editor) = shop().await;
    let path = format!("/customers/{customer}/schedules");
    let typed = "description=Roof&amount=100&count=3&interval=month&interval_count=1";
    let seen = editor.fragment(format!("{path}/preview?{typed}")).await.expect(200);
    assert!(seen.text("strong").starts_with("Charges KES 33.34 to "), "{}", seen.text("strong"));
    assert_eq!(seen.text("#make-says"), "Make it and charge KES 33.34");
    let later = editor.fragment(format!("{path}/preview?{typed}&first_on=2096-01-31")).await.expect(200);
    assert_eq!(later.text("strong"), "Nothing is charged now. The first charge is on 31 Jan 2096.");
    assert_eq!(
        later.texts(".coming li"),
        ["Tue 31 Jan 2096 KES 33.34 part 1", "Wed 29 Feb 2096 KES 33.33 part 2", "Sat 31 Mar 2096 KES 33.33 part 3"]
    );
    assert_eq!(later.text("p.muted"), "KES 100.00 in all.");
    let own = "way=own&due_on.0=2096-03-01&part.0=20&due_on.1=2096-02-01&part.1=10";
    let own = editor.fragment(format!("{path}/preview?{own}")).await.expect(200);
    assert_eq!(own.texts(".coming li"), ["Wed 1 Feb 2096 KES 10.00 part 1", "Thu 1 Mar 2096 KES 20.00 part 2"]);
    let unread = editor.fragment(format!("{path}/preview?amount=100&count=1")).await.expect(200);
    assert!(!unread.has(".coming") && unread.text("#make-says") == "Make the schedule");
    // Without script the page shows them, and more rows.
    let review = roof(form(&editor, customer).await).set("review", "on");
    let page = editor.submit(&review).await.expect(200);
    assert_eq!(
        (page.texts(".coming li").len(), page.text(".savebar .btn--primary").as_str()),
        (3, "Make it and charge KES 33.34")
    );
    let rows = form(&editor, customer).await.set("way", "own").set("part.3", "1").set("add", "row");
    assert!(editor.submit(&rows).await.expect(200).has("main [name='due_on.5']"));
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM payment_schedules"), 0);
}

#[actix_web::test]
async fn one_is_made_charged_and_shown_once() {
    let (walk, customer, editor) = shop().await;
    let form = roof(form(&editor, customer).await);
    let path = editor.submit(&form).await.expect(303).location().to_owned();
    let page = editor.get(&path).await.expect(200);
    assert!(page.text(".toast").contains("Paid: KES 33.34"), "{}", page.text(".toast"));
    assert_eq!(editor.submit(&form).await.expect(303).location(), path, "the same form again");
    let page = editor.get(&path).await.expect(200);
    assert_eq!((page.text("h1").as_str(), page.text(".phead .badge").as_str()), ("Roof", "Active"));
    assert!(page.text(".phead__meta").contains("KES 33.34 of KES 100.00 paid"));
    let payment = page.attribute("#part-1 a[href^='/payments/']", "href");
    let leads = editor.get(payment).await.expect(200).attribute("a[href^='/schedule_parts/']", "href");
    assert_eq!(editor.get(leads).await.expect(303).location(), path, "the payment leads back");
    let list = editor.fragment(format!("/customers/{customer}/schedules")).await.expect(200);
    assert!(list.has(&format!("section#schedules a[href='{path}']")));
    assert!(editor.get(format!("/customers/{customer}")).await.text_body().contains("/schedules"));
    let id = path.trim_start_matches("/schedules/");
    assert!(editor.fragment(format!("/palette?q={id}")).await.has(&format!("a[href='{path}']")));
    let found = editor.get("/schedules?q=part%3Aplanned+status%3Aactive&sort=next").await.expect(200);
    assert!(found.text("main table").contains("1 of 3 parts paid"));
    assert!(!editor.get("/schedules?q=part%3Afailed").await.expect(200).has(&format!("a[href='{path}']")));
    let viewer = walk.world.testing(&walk.world.shop.viewer);
    let page = viewer.get(&path).await.expect(200);
    assert!(!page.has("main form") && !page.has("main a[href$='/payoff']"));
    walk.check_schedules();
}

#[actix_web::test]
async fn what_is_wrong_with_a_new_one_is_said_at_its_field_and_nothing_typed_is_lost() {
    let (walk, customer, editor) = shop().await;
    let page = editor.submit(&form(&editor, customer).await).await.expect(422);
    for field in ["description", "amount", "count"] {
        assert!(page.error_of(field).is_some(), "{field}");
    }
    let wrong = roof(form(&editor, customer).await).set("first_on", "2001-01-01");
    let page = editor.submit(&wrong).await.expect(422);
    assert!(page.error_of("first_on").unwrap().contains("has passed"));
    assert_eq!(page.attribute("main [name=description]", "value"), "Roof");
    // A wallet that cannot be charged is said before anything is begun.
    let bare = walk.world.customer_in(walk.world.shop.test, &walk.world.shop.editor, "name=Bo&email=bo%40x.example");
    let page = editor.submit(&roof(form(&editor, bare).await)).await.expect(409);
    assert!(page.text_body().contains("This customer has no payment method. Add one first."));
    let live = walk.world.editor();
    let there = walk.world.customer("name=Live&email=live%40x.example");
    let page = live.get(format!("/customers/{there}/schedules/new")).await.expect(200);
    assert!(page.text_body().contains("Nothing can be charged here") && !page.has("main .btn--primary"));
    assert!(!live.get(format!("/customers/{there}")).await.text_body().contains(&format!("{there}/schedules")));
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM payment_schedules"), 0);
}

#[actix_web::test]
async fn a_part_is_changed_and_left_out_with_what_follows_said() {
    let (walk, customer, editor) = shop().await;
    let path = made(&editor, customer, &walk).await;
    let page = editor.get(format!("{path}/parts/2")).await.expect(200);
    let form = page.form_to(&format!("{path}/parts/2"));
    assert_eq!(form.value("amount"), "33.33");
    let wrong = editor.submit(&form.clone().set("amount", "0").set("due_on", "")).await.expect(422);
    assert!(wrong.error_of("amount").is_some() && wrong.error_of("due_on").is_some());
    let day = walk.today().checked_add(Span::new().days(3)).unwrap().to_string();
    editor.submit(&form.clone().set("amount", "50").set("due_on", &day)).await.expect(303);
    let id = there(&walk, &path).id;
    assert_eq!(walk.parts(id)[1], format!("2 {day} 5000 planned"));
    // A page that was opened before says so.
    let stale = editor.submit(&form.set("key", "").set("amount", "60")).await.expect(409);
    assert!(stale.text_body().contains("It has changed since this page was opened"));

    let page = editor.get(format!("{path}/parts/3/skipping")).await.expect(200);
    let says = "KES 33.33 is not charged. All comes to KES 83.34 then, in place of KES 116.67.";
    assert!(page.text("main").contains(says), "{}", page.text("main"));
    acted(&editor, &path, "parts/3/skipping", None).await.expect(303);
    assert_eq!(there(&walk, &path).total, 8_334);
    assert!(!editor.get(&path).await.has("#part-3 a.btn"), "it is fixed");
    // Today is charged at once.
    let done = acted(&editor, &path, "parts/1", Some(("due_on", &walk.today().to_string()))).await.expect(303);
    assert_eq!(done.location(), path);
    assert!(editor.get(&path).await.text(".toast").contains("Paid: KES 33.34"));
    walk.check_schedules();
}

#[actix_web::test]
async fn what_failed_is_charged_by_another_card_or_by_a_click() {
    let (walk, customer, editor) = shop().await;
    walk.answers(customer, "card_declined");
    let path = editor.submit(&roof(form(&editor, customer).await)).await.expect(303).location().to_owned();
    let page = editor.get(&path).await.expect(200);
    assert!(page.text(".toast").contains("Declined"), "{}", page.text(".toast"));
    assert!(page.text("#failed").contains("Part 1, KES 33.34, could not be charged"), "{}", page.text("#failed"));
    assert!(page.text("#failed").contains("It is tried again"));
    let page = editor.get(format!("{path}/collection")).await.expect(200);
    assert!(page.text("main").contains("KES 33.34 is charged now to "), "{}", page.text("main"));
    acted(&editor, &path, "collection", None).await.expect(303);
    assert!(editor.get(&path).await.text(".toast").contains("Declined"));
    walk.answers(customer, "succeeded");
    let page = editor.get(format!("{path}/method")).await.expect(200);
    assert!(page.text("main").contains("Charge KES 33.34 now, which is unpaid."), "{}", page.text("main"));
    acted(&editor, &path, "method", Some(("method", "default"))).await.expect(303);
    assert!(editor.get(&path).await.text(".toast").contains("Paid: KES 33.34"));
    assert_eq!(walk.payments(), ["failed", "failed", "succeeded"]);
    walk.check_schedules();
}

#[actix_web::test]
async fn all_that_is_left_is_charged_or_never_and_the_pages_say_how_much() {
    let (walk, customer, editor) = shop().await;
    let path = made(&editor, customer, &walk).await;
    let page = editor.get(format!("{path}/payoff")).await.expect(200);
    let says = "The 3 parts that are left are skipped, and their sum, KES 100.00, is charged now to ";
    assert!(page.text("main").contains(says), "{}", page.text("main"));
    assert_eq!(page.text(".savebar .btn--primary"), "Charge KES 100.00");
    acted(&editor, &path, "payoff", None).await.expect(303);
    let page = editor.get(&path).await.expect(200);
    assert!(page.text(".toast").contains("Paid: KES 100.00"));
    assert_eq!((there(&walk, &path).status, page.text(".phead .badge").as_str()), (Status::Finished, "Finished"));
    let other = made(&editor, customer, &walk).await;
    let page = editor.get(format!("{other}/cancellation")).await.expect(200);
    assert!(page.text("main").contains("The 3 parts that are left, KES 100.00 in all, are not charged."));
    acted(&editor, &other, "cancellation", None).await.expect(303);
    assert_eq!(there(&walk, &other).status, Status::Canceled);
    let page = editor.get(&other).await.expect(200);
    assert!(page.text("main").contains("It is canceled") && !page.has("main .phead__actions a"));
    // What happened is told on the customer's page.
    let activity = editor.get(format!("/customers/{customer}/activity")).await.expect(200).text("main");
    for says in [
        "made a payment schedule for Roof",
        "had all that is left of Roof charged at once",
        "Part 4 of Roof is paid",
        "The payment schedule for Roof is finished",
        "canceled the payment schedule for Roof",
    ] {
        assert!(activity.contains(says), "{says}: {activity}");
    }
    walk.check_schedules();
}

#[actix_web::test]
async fn what_waits_behind_a_part_that_failed_is_said_wherever_it_would_be_charged() {
    let world = World::empty().await;
    let editor = world.testing(&world.shop.editor);
    let today = Timestamp::now().to_zoned(zone()).date();
    let first = today.checked_sub(Span::new().days(40)).unwrap();
    let walk = Walk::over(world, first);
    let customer = walk.customer("Tess").await;
    walk.answers(customer, "card_declined");
    let parts = [first, first.checked_add(Span::new().days(20)).unwrap(), today].map(|on| on.to_string());
    let amounts: Vec<(&str, i64)> = parts.iter().map(|on| (on.as_str(), 1_000)).collect();
    let id = walk.agree(walk.dated(customer, &amounts)).unwrap().id;
    walk.to(&today.yesterday().unwrap().to_string()).await;
    assert_eq!(walk.schedule(id).status, Status::PastDue);
    let path = format!("/schedules/{id}");
    let says = async |act: &str| editor.get(format!("{path}/{act}")).await.expect(200).text("main");
    assert!(says("method").await.contains("Charge KES 30.00 now"), "{}", says("method").await);
    let collection = says("collection").await;
    assert!(collection.contains("KES 30.00 is charged now to") && collection.contains("Charge KES 30.00"));
    let freed = "KES 20.00 that waited behind it is charged now";
    assert!(says("parts/1/skipping").await.contains(freed), "{}", says("parts/1/skipping").await);
    assert!(says("parts/1").await.contains(freed));
    assert!(!says("parts/2/skipping").await.contains("waited behind it"));
    let wallet = editor.get(format!("/customers/{customer}/payment_methods/new")).await.expect(200);
    assert!(wallet.text("main").contains("Charge KES 30.00 now"), "{}", wallet.text("main"));
    let front = editor.get("/").await.expect(200);
    assert!(front.text("main").contains("1 payment schedule is past due"), "{}", front.text("main"));
    // What was tried for a part is not charged again beside it.
    let tried = walk.world.with(|conn| {
        use clientele::schema::payments as table;
        use diesel::prelude::*;
        table::table.select(table::id).first::<clientele::ids::PaymentId>(conn).unwrap()
    });
    let payment = editor.get(format!("/payments/{tried}")).await.expect(200);
    assert!(payment.text(".phead").contains("Failed") && !payment.has("#again"), "{}", payment.text("main"));
}

#[actix_web::test]
async fn a_day_that_no_calendar_has_is_refused_and_what_has_ended_is_called_what_it_was() {
    let (walk, customer, editor) = shop().await;
    let far = editor.submit(&roof(form(&editor, customer).await).set("first_on", "9999-12-31")).await.expect(422);
    assert!(far.text("main").contains("before the year 3000"), "{}", far.text("main"));
    let path = made(&editor, customer, &walk).await;
    acted(&editor, &path, "parts/1", Some(("due_on", "9999-12-31"))).await.expect(422);
    let id = there(&walk, &path).id;
    acted(&editor, &path, "cancellation", None).await.expect(303);
    let late = walk.holding(id, |conn, held| held.describe(conn, "Ada Lovelace".to_owned()));
    assert_eq!(refusal(late), "schedule_ended");
}

#[actix_web::test]
async fn two_parts_of_today_are_both_in_what_is_charged_now() {
    let (walk, customer, editor) = shop().await;
    let path = format!("/customers/{customer}/schedules");
    let today = walk.today();
    let typed = format!("description=Roof&currency=KES&way=own&due_on.0={today}&part.0=10&due_on.1={today}&part.1=20");
    let seen = editor.fragment(format!("{path}/preview?{typed}")).await.expect(200);
    assert_eq!(seen.text("#make-says"), "Make it and charge KES 30.00");
}

#[actix_web::test]
async fn what_cannot_be_done_says_why_and_has_no_button() {
    let (walk, customer, editor) = shop().await;
    let path = editor.submit(&roof(form(&editor, customer).await)).await.expect(303).location().to_owned();
    let says = async |act: &str| {
        let page = editor.get(format!("{path}/{act}")).await.expect(200);
        assert!(!page.has("#act-form button"), "{act}");
        page.text("#act-form")
    };
    assert!(says("parts/1/skipping").await.contains("This part is paid"));
    walk.world.sql("UPDATE payment_methods SET is_default = false");
    assert!(says("payoff").await.contains("There is no payment method to charge"));
    acted(&editor, &path, "cancellation", None).await.expect(303);
    for act in ["payoff", "cancellation", "method", "parts/2"] {
        assert!(says(act).await.contains("has ended"), "{act}");
    }
}

#[actix_web::test]
async fn a_card_that_has_expired_is_not_foreseen_as_charged() {
    let (walk, customer, editor) = shop().await;
    walk.world.sql("UPDATE payment_methods SET kind = 'card', expires_on = '2020-01-31'");
    let typed = "description=Roof&amount=100&count=3&interval=month&interval_count=1";
    let seen = editor.fragment(format!("/customers/{customer}/schedules/preview?{typed}")).await.expect(200);
    assert!(seen.text("strong").contains("has expired"), "{}", seen.text("strong"));
}

#[actix_web::test]
async fn payments_are_found_by_the_schedule_whose_parts_they_are_for() {
    let (walk, customer, editor) = shop().await;
    let path = editor.submit(&roof(form(&editor, customer).await)).await.expect(303).location().to_owned();
    let other = editor.submit(&roof(form(&editor, customer).await)).await.expect(303).location().to_owned();
    assert_eq!(walk.payments().len(), 2);
    let rows = async |address: &str| editor.get(address).await.expect(200).texts("main table tbody tr").len();
    let leads = editor.get(&path).await.expect(200).attribute("main a[href^='/payments?q=']", "href");
    let found = editor.get(&leads).await.expect(200);
    assert_eq!(found.texts("main table tbody tr").len(), 1);
    let payment = editor.get(&path).await.attribute("#part-1 a[href^='/payments/']", "href");
    assert!(found.has(&format!("main table a[href^='{payment}']")), "{}", found.text("main table"));
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    assert_eq!(rows(&format!("/payments?q=schedule%3A{}%2C{}", id(&path), id(&other))).await, 2);
    assert_eq!(rows("/payments?q=-schedule%3Anone").await, 2);
    assert_eq!(rows(&format!("/payments?q=-schedule%3A{}", id(&path))).await, 1);
    assert_eq!(rows(&format!("/payments?q=schedule%3A{}%2Cnone", id(&path))).await, 1);
    let wrong = editor.get("/payments?q=schedule%3Aroof").await;
    assert!(wrong.text("main").contains("payment schedule"), "{}", wrong.text("main"));
    // One that was never charged has none to show.
    let later = made(&editor, customer, &walk).await;
    assert!(!editor.get(&later).await.expect(200).has("main a[href^='/payments?q=']"));
}

#[actix_web::test]
async fn to_the_next_charge_leads_to_the_time_of_day_of_a_retry() {
    let (walk, customer, editor) = shop().await;
    walk.answers(customer, "card_declined");
    let path = editor.submit(&roof(form(&editor, customer).await)).await.expect(303).location().to_owned();
    let id = there(&walk, &path).id;
    let parts = walk.world.with(|conn| schedules::model::parts(conn, walk.world.shop.test, id));
    let next = parts.unwrap()[0].next_try_at.unwrap();
    let planned = editor.get("/test-clock?by=next").await.expect(200);
    assert_eq!(planned.form_to("/test-clock/moves").value("to").parse::<Timestamp>().unwrap(), next);
    let says = "1 part of 1 payment schedule, KES 33.34";
    assert!(planned.text("#plan").contains(says), "{}", planned.text("#plan"));
    // At the begin of that day it is not tried yet.
    let day = next.to_zoned(zone()).date();
    let early = editor.get(format!("/test-clock?by=date&on={day}")).await.expect(200);
    assert!(!early.text("#plan").contains("1 part of"), "{}", early.text("#plan"));
}

#[actix_web::test]
async fn a_part_that_failed_today_is_not_tried_again_by_giving_it_the_same_day() {
    let (walk, customer, editor) = shop().await;
    walk.answers(customer, "card_declined");
    let path = editor.submit(&roof(form(&editor, customer).await)).await.expect(303).location().to_owned();
    let before = there(&walk, &path);
    let page = editor.get(format!("{path}/parts/1")).await.expect(200).text("main");
    assert!(page.contains("with the day that it has, it is tried again as before"), "{page}");
    let refused = acted(&editor, &path, "parts/1", None).await.expect(409);
    assert!(
        refused.text("main").contains("It is due today already, and charging it failed"),
        "{}",
        refused.text("main")
    );
    assert_eq!((there(&walk, &path), walk.payments().len()), (before, 1));
    // Another amount alone is no try.
    acted(&editor, &path, "parts/1", Some(("amount", "20"))).await.expect(303);
    assert_eq!((walk.parts(there(&walk, &path).id)[0].ends_with("2000 failed"), walk.payments().len()), (true, 1));
    walk.check_schedules();
}
