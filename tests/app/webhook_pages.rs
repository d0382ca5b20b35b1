//! The pages about webhook endpoints: the list, the form, an endpoint with its log, and a delivery.

use clientele::{
    history,
    ids::{EndpointId, EventId},
    webhooks::{
        deliveries::Next,
        model::{self, Disabled, Endpoint, MOST},
        writing,
    },
};
use diesel::Connection;

use crate::world::{Answer, Asker, World, by_person};

const LIST: &str = "/settings/webhooks";
const URL: &str = "https://shop.example.com/hooks";

fn admin(world: &World) -> Asker {
    world.asker(&world.shop.admin)
}

fn found(world: &World, id: EndpointId) -> Endpoint {
    world.with(|conn| model::find(conn, world.shop.live, id)).unwrap()
}

/// The world with an endpoint that is told all about prices.
async fn shop() -> (World, EndpointId, String) {
    let world = World::empty().await;
    let id = world.endpoint(world.shop.live, URL, &["price.*"]);
    (world, id, format!("{LIST}/{id}"))
}

/// The page to which a button led, and that it could be undone from.
async fn pressed(asker: &Asker, path: &str) -> Answer {
    let answer = asker.post(path, "").await.expect(303);
    asker.get(answer.location()).await.expect(200)
}

/// Presses the button of the notice.
async fn undo(asker: &Asker, page: &Answer) -> Answer {
    let answer = asker.post(page.attribute(".toast form", "action"), "").await.expect(303);
    asker.get(answer.location()).await.expect(200)
}

#[actix_web::test]
async fn an_endpoint_is_made_and_its_secret_is_shown_once() {
    let world = World::empty().await;
    let admin = admin(&world);
    assert!(admin.get(LIST).await.expect(200).text(".empty").contains("A webhook tells a system of yours"));
    let page = admin.get(format!("{LIST}/new")).await.expect(200);
    assert!(page.has("[name=types][value='*']") && !page.has("main [checked]"));
    assert!(page.has("[name=types][value='custom_field.*']") && page.has("[name=types][value='customer.updated']"));
    assert!(!page.has("details[open]"), "single ones are folded away until one is chosen");
    let form = page.form_to(LIST);
    let key = form.value("key").to_owned();
    let body = format!(
        "url=+https%3A%2F%2Fshop.example.com%2Fhooks&description=Till+%26+%3Cb%3E&key={key}\
         &types=customer.*&types=customer.created&types=payment.failed"
    );
    let page = admin.post(LIST, body.as_str()).await.expect(200);
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    let secret = page.text(".secret code");
    assert!(secret.starts_with("whsec_"), "{secret}");
    assert_eq!(page.attribute("[data-copy]", "data-copy"), secret);
    let path = page.attribute(".savebar a", "href");
    let id: EndpointId = path.rsplit('/').next().unwrap().parse().unwrap();
    let one = found(&world, id);
    assert_eq!((one.wish.url.as_str(), one.wish.types.join(" ")), (URL, "customer.* payment.failed".to_owned()));

    // A reload sends the form again; the secret is nowhere.
    let again = admin.post(LIST, body.as_str()).await.expect(303);
    assert_eq!(again.location(), path);
    let shown = admin.get(&path).await.expect(200);
    assert!(shown.text(".toast").contains("shown once"));
    let list = admin.get(LIST).await.expect(200);
    assert_eq!(list.texts("tbody tr").len(), 1);
    for words in [URL, "Till & <b>", "All about customers, payment.failed", "Enabled", "Nothing waits"] {
        assert!(list.texts("tbody tr")[0].contains(words), "{words}: {:?}", list.texts("tbody tr"));
    }
    for page in [list, shown, admin.get(format!("{path}/edit")).await] {
        assert!(!page.text_body().contains(&secret[6..40]));
    }
}

#[actix_web::test]
async fn what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost() {
    let world = World::empty().await;
    let admin = admin(&world);
    for (url, says) in
        [("", "Enter the address"), ("http://shop.example.com/", "https"), ("https://10.0.0.1/", "internet")]
    {
        let typed = [("url", url), ("description", &"W".repeat(300)), ("types", "note.*")];
        let page = admin.post(LIST, typed.as_slice()).await.expect(422);
        assert!(page.title().starts_with("Error: "));
        let told = page.error_of("url").unwrap();
        assert!(told.contains(says), "{told}");
        assert!(page.error_of("description").is_some() && page.error_of("types").is_none());
        let form = page.form_to(LIST);
        assert_eq!((form.value("url"), form.value("description").len()), (url, 300));
        assert!(page.has("[value='note.*'][checked]") && !page.has("[value='*'][checked]"));
    }
    let page = admin.post(LIST, [("url", URL)].as_slice()).await.expect(422);
    assert_eq!(page.text("#types-d"), "Choose the events that are sent.");
    let page = admin.post(LIST, [("url", URL), ("types", "customer.update")].as_slice()).await.expect(422);
    assert!(page.text("#types-d").contains("customer.updated"));
    // Switched to the other account meanwhile, in another tab.
    let form = admin.get(format!("{LIST}/new")).await.form_to(LIST).set("url", URL).set("types", "*");
    world.testing(&world.shop.admin).submit(&form).await.expect(409);
    assert_eq!(world.number("SELECT count(*) AS n FROM webhook_endpoints"), 0);
    // In a test account http will do.
    let tester = world.testing(&world.shop.admin);
    tester.post(LIST, [("url", "http://shop.example.com:8080/"), ("types", "*")].as_slice()).await.expect(200);
}

#[actix_web::test]
async fn as_many_endpoints_as_there_may_be_are_not_one_more() {
    let world = World::empty().await;
    for n in 0..MOST {
        world.endpoint(world.shop.live, &format!("https://shop.example.com/{n}"), &["*"]);
    }
    let admin = admin(&world);
    let list = admin.get(LIST).await.expect(200);
    assert!(list.text("#full").contains("There are 16 endpoints") && !list.has("main a[href$='/new']"));
    let page = admin.post(LIST, [("url", URL), ("types", "*")].as_slice()).await.expect(409);
    assert!(page.error_of("url").unwrap().contains("as many as it may"));
}

#[actix_web::test]
async fn a_change_is_saved_and_taken_back() {
    let (world, id, path) = shop().await;
    let admin = admin(&world);
    let page = admin.get(format!("{path}/edit")).await.expect(200);
    assert!(page.has("[value='price.*'][checked]"));
    let form = page.form_to(&path).set("url", "https://shop.example.com/in").set("description", "The warehouse");
    assert_eq!(form.value("version"), "1");
    let page = admin.get(admin.submit(&form).await.expect(303).location()).await.expect(200);
    assert!(page.text("h1").contains("shop.example.com/in") && page.text(".toast").contains("saved"));
    assert_eq!(found(&world, id).wish.types, ["price.*"]);
    let page = undo(&admin, &page).await;
    assert!(page.text("h1").contains("shop.example.com/hooks"), "{}", page.outline());
    assert_eq!(found(&world, id).wish.description, None);
    // Without a tick nothing is chosen, whatever is stored.
    let form = admin.get(format!("{path}/edit")).await.form_to(&path).without("types");
    assert!(admin.submit(&form).await.expect(422).has("#types-d"));
}

#[actix_web::test]
async fn what_somebody_else_saved_meanwhile_is_told_and_merged() {
    let (world, id, path) = shop().await;
    let (admin, owner) = (admin(&world), world.owner());
    let mine = admin.get(format!("{path}/edit")).await.form_to(&path);
    let theirs = owner.get(format!("{path}/edit")).await.form_to(&path);
    owner.submit(&theirs.set("url", "https://theirs.example.com/")).await.expect(303);
    // What is not the same field is merged.
    admin.submit(&mine.clone().set("description", "Mine")).await.expect(303);
    let one = found(&world, id);
    assert_eq!((one.wish.url.as_str(), one.wish.description.as_deref()), ("https://theirs.example.com/", Some("Mine")));
    // What is, is asked about.
    let page = admin.submit(&mine.set("url", "https://mine.example.com/").set("types", "*")).await.expect(409);
    assert!(page.title().starts_with("Conflict: "));
    let told = page.text("[aria-labelledby=changed-title]");
    assert!(told.contains("https://theirs.example.com/ instead of https://mine.example.com/"), "{told}");
    let form = page.form_to(&path);
    assert_eq!(form.value("url"), "https://mine.example.com/");
    assert!(page.has("[value='*'][checked]"));
    assert_eq!(found(&world, id).wish.url, "https://theirs.example.com/");
    admin.submit(&form).await.expect(303);
    let one = found(&world, id);
    assert_eq!((one.wish.url.as_str(), one.wish.types.join(" ")), ("https://mine.example.com/", "*".to_owned()));
    admin.post(&path, [("url", URL), ("types", "*")].as_slice()).await.expect(400);
    admin.post(&path, [("url", URL), ("types", "*"), ("version", "99")].as_slice()).await.expect(409);
}

#[actix_web::test]
async fn an_endpoint_is_disabled_enabled_and_removed_and_each_is_undone() {
    let (world, id, path) = shop().await;
    let admin = admin(&world);
    let page = pressed(&admin, &format!("{path}/disabling")).await;
    assert!(page.text(".toast").contains("Nothing is sent to shop.example.com any more"));
    assert!(page.text("#disabled").contains("It is disabled because somebody decided so"));
    assert!(undo(&admin, &page).await.has("form[action$='/disabling']"));
    pressed(&admin, &format!("{path}/disabling")).await;
    let page = pressed(&admin, &format!("{path}/enabling")).await;
    assert!(page.text(".toast").contains("again") && found(&world, id).is_enabled());

    let list = pressed(&admin, &format!("{path}/removal")).await;
    assert!(list.text(".toast").contains("is removed") && list.has(".empty"));
    admin.get(&path).await.expect(404);
    let again = admin.post(format!("{path}/removal"), "").await.expect(303);
    assert_eq!(again.location(), LIST, "once more is no fault");
    let page = undo(&admin, &list).await;
    assert!(page.text("h1").contains("shop.example.com/hooks"));
    // One that was made is removed, which leads to the list.
    let other = world.endpoint(world.shop.live, URL, &["*"]).uuid();
    let created = world.with(|conn| history::of_subject(conn, world.shop.live, other, None, 1)).unwrap().remove(0);
    let answer = admin.post(format!("/events/{}/undo", created.id), "").await.expect(303);
    assert_eq!(answer.location(), LIST);
}

#[actix_web::test]
async fn a_secret_is_replaced_and_the_one_before_signs_on_for_a_while() {
    let (world, id, path) = shop().await;
    let (admin, form_path) = (admin(&world), format!("{path}/secret"));
    let form = admin.get(&form_path).await.expect(200).form_to(&form_path);
    admin.submit(&form.clone().set("overlap", "for ever")).await.expect(422);
    let before = found(&world, id).secrets;
    let page = admin.submit(&form.clone().set("overlap", "7d")).await.expect(200);
    assert!(page.text(".secret code").starts_with("whsec_"));
    assert!(page.text(".note").contains("The secret before signs too until"));
    let after = found(&world, id).secrets;
    assert_eq!(after.old.unwrap().0, before.current);
    assert_eq!(admin.submit(&form).await.expect(303).location(), path, "it is not shown again");

    // While one is under way there is no other.
    let page = admin.get(&path).await;
    assert!(page.text("[aria-labelledby=secret-title]").contains("It was replaced") && !page.has("a[href$='/secret']"));
    for asks in [true, false] {
        let answer = if asks { admin.get(&form_path).await } else { admin.post(&form_path, "overlap=0").await };
        assert_eq!(answer.expect(303).location(), path);
        assert!(admin.get(&path).await.text(".toast").contains("a short time ago"));
    }
    world.sql("UPDATE webhook_endpoints SET old_until = now() - interval '1 second'");
    let page = admin.post(&form_path, "overlap=0").await.expect(200);
    assert!(page.text(".note").contains("does not sign any more"));
    assert_eq!(found(&world, id).secrets.old, None);
}

#[actix_web::test]
async fn a_test_event_is_sent_and_looked_at_until_it_arrives() {
    let (world, _, path) = shop().await;
    let admin = admin(&world);
    let page = pressed(&admin, &format!("{path}/test")).await;
    assert!(page.text(".toast--waiting").contains("A test event is on its way"));
    assert!(page.text("h1").contains("webhook_endpoint.test") && page.text(".phead .badge").contains("Waiting"));
    assert_eq!(page.attribute("#delivery", "data-hx-trigger"), "every 2s");
    let own = page.attribute("#delivery", "data-hx-get");
    assert!(page.has(&format!("a.no-js[href='{own}']")), "without script it is asked for again");
    assert!(page.text("main").contains("It was not sent yet.") && page.text("main").contains("put together when"));
    let fragment = admin.fragment(&own).await.expect(200);
    assert!(fragment.has("#delivery") && !fragment.has("#sidebar"));

    let answer = "<script>alert(1)</script>\n<b>no</b>";
    assert_eq!(world.tried(r#"{"type":"x","data":{"name":"<i>"}}"#, Ok((503, answer)), Next::AsBefore), 1);
    let page = admin.get(&own).await.expect(200);
    assert!(page.text(".phead .badge").contains("Failed") && !page.has("#delivery[data-hx-get]"));
    assert!(page.text(".keyline").contains("503") && page.text(".keyline").contains("took 212 ms · sent by hand"));
    assert!(!page.has("main script") && !page.has("main pre b") && !page.has("main pre i"));
    assert!(page.text(".keyline pre").contains("<script>alert(1)</script>"));
    assert!(page.text("[aria-labelledby=body-title] pre").contains(r#""name": "<i>""#));

    // Once more, and now it arrives.
    let form = page.form_to(&format!("{own}/attempts"));
    let again = admin.get(admin.submit(&form).await.expect(303).location()).await;
    assert!(again.text(".toast--waiting").contains("on its way again") && again.has("#delivery[data-hx-get]"));
    world.tried("{}", Ok((200, "")), Next::Succeeded);
    let page = admin.get(&own).await;
    assert!(page.text(".phead .badge").contains("Succeeded"));
    assert_eq!(page.texts(".keyline .badge"), ["200", "503"]);
    assert!(page.has(&format!("main dl a[href='{path}']")), "the endpoint is what it is about");
}

/// Has the price renamed so many times.
fn happened(world: &World, times: usize) {
    for n in 0..times {
        world.price(world.shop.live, &format!("Price {n}"));
    }
}

#[actix_web::test]
async fn the_log_is_in_pages_and_filtered_by_what_became_of_it() {
    let (world, _, path) = shop().await;
    let admin = admin(&world);
    assert!(admin.get(&path).await.text(".empty").contains("Nothing was sent yet"));
    happened(&world, 2);
    world.tried("{}", Err("unreachable"), Next::Failed);
    happened(&world, 26);
    let page = admin.get(&path).await.expect(200);
    assert_eq!((page.texts("tbody tr").len(), page.text("#count")), (25, "25+ deliveries".to_owned()));
    assert!(
        page.texts("tbody tr")[0].contains("price. created")
            && page.texts("tbody tr")[0].contains("price_")
            && page.texts("tbody tr")[0].contains("Waiting")
    );
    let next = admin.get(page.attribute("[rel=next]", "href")).await.expect(200);
    assert_eq!(next.texts("tbody tr").len(), 3);
    assert!(next.texts("tbody tr")[2].contains("Failed No connection could be made."), "{:?}", next.texts("tbody tr"));
    let back = admin.get(next.attribute("[rel=prev]", "href")).await.expect(200);
    assert_eq!(back.texts("tbody tr"), page.texts("tbody tr"));
    let failed = admin.get(page.all(".tabs a")[3].attr("href").unwrap()).await.expect(200);
    assert_eq!((failed.texts("tbody tr").len(), failed.text(".tabs [aria-current]")), (2, "Failed".to_owned()));
    assert!(!failed.has("[rel=next]"));
    assert!(admin.get(format!("{path}?status=skipped")).await.text(".empty").contains("None of these"));
    admin.get(format!("{path}?status=lost")).await.expect(400);
    admin.get(format!("{path}?after=nonsense")).await.expect(400);
    let list = admin.get(LIST).await;
    assert!(list.texts("tbody tr")[0].contains("2 failed , 26 waiting"), "{:?}", list.texts("tbody tr"));
    let delivery = admin.get(failed.all("tbody a")[0].attr("href").unwrap()).await.expect(200);
    assert!(delivery.text(".keyline").contains("No answer No connection could be made."));
    let price = delivery.attribute("main dl a", "href");
    admin.get(price).await.expect(200);
}

#[actix_web::test]
async fn not_more_than_a_thousand_are_counted() {
    let (world, id, _) = shop().await;
    world.sql(&format!(
        "INSERT INTO webhook_deliveries (account_id, endpoint_id, event_id, kind, subject_id, version, status, tries, is_begun,
           is_extra, created_at)
         SELECT '{}', '{}', gen_random_uuid(), 'price.created', gen_random_uuid(), 1, 'failed', 10, true, false, now()
         FROM generate_series(1, 1002)",
        world.shop.live.uuid(),
        id.uuid()
    ));
    assert!(admin(&world).get(LIST).await.texts("tbody tr")[0].contains("1,000+ failed"));
}

#[actix_web::test]
async fn what_is_of_another_account_or_not_there_is_not_found() {
    let (world, id, path) = shop().await;
    let event = world.test_event(world.shop.live, id);
    let delivery = format!("{path}/deliveries/{event}");
    admin(&world).get(&delivery).await.expect(200);
    let before = world.census();
    for asker in [world.asker(&world.rival.admin), world.testing(&world.shop.admin)] {
        for path in [path.clone(), format!("{path}/edit"), format!("{path}/secret"), delivery.clone()] {
            asker.get(path).await.expect(404);
        }
        for part in ["enabling", "disabling", "removal", "test"] {
            asker.post(format!("{path}/{part}"), "").await.expect(404);
        }
        asker.post(&path, [("url", URL), ("types", "*"), ("version", "1")].as_slice()).await.expect(404);
        asker.post(format!("{path}/secret"), "overlap=0").await.expect(404);
        asker.post(format!("{delivery}/attempts"), "").await.expect(404);
    }
    assert_eq!(world.census(), before);
    let admin = admin(&world);
    for event in [EventId::new().to_string(), "nonsense".to_owned()] {
        admin.get(format!("{path}/deliveries/{event}")).await.expect(404);
        admin.post(format!("{path}/deliveries/{event}/attempts"), "").await.expect(404);
    }
    let other = world.endpoint(world.shop.live, URL, &["*"]);
    admin.get(format!("{LIST}/{other}/deliveries/{event}")).await.expect(404);
}

#[actix_web::test]
async fn the_way_to_the_endpoints_is_shown_to_who_may_go_it() {
    let (world, _, _) = shop().await;
    for (person, may) in
        [(&world.shop.viewer, false), (&world.shop.editor, false), (&world.shop.admin, true), (&world.shop.owner, true)]
    {
        let asker = world.asker(person);
        assert_eq!(asker.get("/customers").await.has("#sidebar a[href='/settings/webhooks']"), may);
        assert_eq!(asker.get("/palette?q=webhooks").await.has("a[href='/settings/webhooks']"), may);
        asker.get(LIST).await.expect(if may { 200 } else { 403 });
    }
}

#[actix_web::test]
async fn an_endpoint_that_fails_or_was_disabled_by_itself_is_told_on_the_front_page() {
    let (world, id, path) = shop().await;
    let admin = admin(&world);
    let needs = async || admin.get("/").await.texts(&format!("main a[href='{path}']"));
    world.sql("UPDATE webhook_endpoints SET failing_since = now() - interval '50 minutes'");
    assert!(needs().await.is_empty());
    world.sql("UPDATE webhook_endpoints SET failing_since = now() - interval '70 minutes'");
    assert!(needs().await[0].contains("Webhooks to shop.example.com fail since"));
    assert!(!world.editor().get("/").await.has(&format!("main a[href='{path}']")));
    let page = admin.get(&path).await;
    assert!(page.text("#failing").contains("Nothing arrives there since") && page.text(".phead").contains("Failing"));

    let by = by_person(world.shop.live, &world.shop.admin);
    let disable = |reason| {
        world.with(|conn| conn.transaction(|conn| writing::disable(conn, &by, id, reason))).unwrap();
    };
    disable(Disabled::Gone);
    let told = needs().await;
    assert!(told[0].contains("The webhook endpoint at shop.example.com is disabled because it answered"), "{told:?}");
    world.sql("UPDATE webhook_endpoints SET updated_at = now() - interval '31 days'");
    assert!(needs().await.is_empty());
    admin.post(format!("{path}/enabling"), "").await.expect(303);
    disable(Disabled::ByHand);
    assert!(needs().await.is_empty());
}
