//! The merchant's settings: what a change does is said before it is saved, nobody's change is overwritten unseen, and
//! every change can be taken back from both accounts.

use clientele::{
    events::Fields,
    history::{self, Event},
    ids::{AccountId, CustomerId},
    settings::{changing, content::Content, kinds},
};
use serde_json::json;

use crate::world::{Answer, Asker, Form, World};

const PATH: &str = "/settings";

fn admin(world: &World) -> Asker {
    world.asker(&world.shop.admin)
}

/// What is stored.
fn stored(world: &World) -> Content {
    world.with(|conn| changing::find(conn, world.shop.merchant)).unwrap().content
}

/// What happened to the settings, oldest first.
fn events(world: &World, account: AccountId) -> Vec<Event> {
    let id = world.shop.merchant.uuid();
    world.with(|conn| history::after_version(conn, account, id, 0)).unwrap()
}

async fn form(asker: &Asker) -> Form {
    asker.get(PATH).await.form_to(PATH)
}

fn effects(page: &Answer) -> Vec<String> {
    page.texts(".effects li")
}

/// Reviews and saves.
async fn saved(asker: &Asker, form: Form) -> Answer {
    let asked = asker.submit(&form).await.expect(409);
    asker.submit(&asked.form_to(PATH)).await.expect(303)
}

#[actix_web::test]
async fn a_change_is_reviewed_and_then_saved_for_everybody_at_once() {
    let world = World::empty().await;
    let admin = admin(&world);
    let page = admin.get(PATH).await.expect(200);
    assert!(page.has("#time-zones option[value='Africa/Nairobi']"), "zones to choose from without script");
    let form = page.form_to(PATH);
    assert_eq!(form.value("default_currency"), "KES");
    let asked = admin.submit(&form.clone().set("name", "Savanna Goods")).await.expect(409);
    assert_eq!(
        effects(&asked),
        ["“Savanna Goods” stands at the top of every page instead of the old name. Commands find the merchant by it.",]
    );
    assert_eq!(stored(&world).name, world.shop.name, "nothing is saved yet");
    let back = admin.submit(&asked.form_to(PATH).set("review", "on")).await.expect(200);
    assert_eq!(back.attribute("#name", "value"), "Savanna Goods", "back in the form with what was typed");
    admin.submit(&asked.form_to(PATH)).await.expect(303);
    assert_eq!(stored(&world).name, "Savanna Goods");
    let page = world.viewer().get("/customers").await;
    assert!(page.text(".brand__text").starts_with("Savanna Goods"), "from the next page on");
    let [event] = &events(&world, world.shop.live)[..] else { panic!() };
    assert_eq!((event.kind.as_str(), event.version, event.by.as_deref()), (kinds::CHANGED, 2, Some("Ada Admin")));
    assert_eq!(event.after, Fields::from([("name".to_owned(), json!("Savanna Goods"))]));
    assert!(page.has("a[href='/quality']") && !page.has("a[href='/settings']"), "it is for admins and owners");
    world.editor().get(PATH).await.expect(403);
}

#[actix_web::test]
async fn nothing_typed_is_lost_by_an_error() {
    let world = World::empty().await;
    let admin = admin(&world);
    let form = form(&admin).await.set("time_zone", "Nairobi").set("wallet_size", "21").set("name", "Other");
    let page = admin.submit(&form).await.expect(422);
    assert!(page.title().starts_with("Error: "));
    assert!(page.error_of("time_zone").unwrap().contains("Did you mean Africa/Nairobi?"));
    assert_eq!(page.error_of("wallet_size").as_deref(), Some("Enter a whole number from 1 to 20."));
    let again = page.form_to(PATH);
    assert_eq!((again.value("time_zone"), again.value("wallet_size"), again.value("name")), ("Nairobi", "21", "Other"));
    let rival = world.rival.name.clone();
    let asked = admin.submit(&again.set("time_zone", "UTC").set("wallet_size", "4").set("name", &rival)).await;
    let page = admin.submit(&asked.expect(409).form_to(PATH)).await.expect(409);
    assert_eq!(page.error_of("name").as_deref(), Some("Another merchant has this name. Choose another."));
    assert_eq!(page.form_to(PATH).value("name"), rival);
    assert_eq!(stored(&world).name, world.shop.name);
    admin.post(PATH, "name=No+version").await.expect(400);
    admin.post(PATH, "version=9&name=Later").await.expect(409);
}

#[actix_web::test]
async fn a_currency_says_who_has_paid_in_which() {
    let (world, named) = World::populated().await;
    let admin = admin(&world);
    world.sql("DELETE FROM payment_figures");
    let figure = |id: CustomerId, currency: &str| {
        world.sql(&format!(
            "INSERT INTO payment_figures SELECT account_id, id, '{currency}', 1, 100, 0, 0, now() FROM customers
             WHERE id = '{}'",
            id.uuid()
        ));
    };
    figure(named.wanjiru, "KES");
    figure(named.jose, "KES");
    figure(named.jose, "USD");
    let asked = admin.submit(&form(&admin).await.set("default_currency", "USD")).await.expect(409);
    let told = effects(&asked);
    assert!(told[0].starts_with("The list’s volume is in USD instead of KES"), "{told:?}");
    assert!(told[1].starts_with("1 customer has paid in USD."), "{told:?}");
    assert!(told[2].starts_with("2 customers have paid in KES. Nothing is converted"), "{told:?}");
    // Somebody pays in it meanwhile: nothing is saved, and the numbers of now are shown.
    figure(named.wanjiru, "USD");
    let again = admin.submit(&asked.form_to(PATH)).await.expect(409);
    assert!(again.text(".note--warn").contains("not any more what you read"));
    assert!(effects(&again)[1].starts_with("2 customers have paid in USD."));
    assert_eq!(stored(&world).currency.as_str(), "KES");
    admin.submit(&again.form_to(PATH)).await.expect(303);
    assert_eq!(stored(&world).currency.as_str(), "USD");
    let asked = admin.submit(&form(&admin).await.set("default_currency", "JPY")).await.expect(409);
    assert!(effects(&asked)[1].starts_with("Nobody has paid in JPY yet."));
}

#[actix_web::test]
async fn required_fields_say_who_lacks_them_and_hold_at_once() {
    let world = World::empty().await;
    let admin = admin(&world);
    for form in ["name=A&email=a%40x.example", "name=B", "phone=0712345678"] {
        world.customer(form);
    }
    world.customer_in(world.shop.test, &world.shop.editor, "name=T");
    world.delete(world.customer("name=Gone"));
    let of = |names: &[&str]| {
        let names: String = names.iter().map(|name| format!("&required_fields={name}")).collect();
        format!("version={}&required_fields={names}", world.number("SELECT max(version)::bigint AS n FROM merchants"))
    };
    world.require(&["email"]);
    let asked = admin.post(PATH, of(&["name", "email", "phone"])).await.expect(409);
    assert_eq!(
        effects(&asked),
        [
            "1 customer has no name. They stay as they are until somebody changes them, who is then asked for it.",
            "2 customers, and 1 of the test account, have no phone. They stay as they are until somebody changes them, who is \
             then asked for it.",
        ]
    );
    let asked = admin.post(PATH, of(&["phone"])).await.expect(409);
    assert!(effects(&asked)[0].starts_with("Customers need not have an email any more."));
    admin.submit(&asked.form_to(PATH)).await.expect(303);
    assert_eq!(stored(&world).required, ["phone"]);
    let editor = world.editor();
    editor.post("/customers", "name=A&email=b%40x.example").await.expect(422);
    editor.post("/customers", "phone=0712345679").await.expect(303);

    let asked = admin.post(PATH, of(&[])).await.expect(409);
    assert!(effects(&asked).concat().contains("A name, an email or a phone is needed all the same"));
    admin.submit(&asked.form_to(PATH)).await.expect(303);
    let page = editor.get("/customers/new").await;
    assert_eq!(page.text("#name-d"), "A name, an email or a phone is needed.");
    let refused = editor.post("/customers", "company=Acme").await.expect(422);
    assert!(refused.error_of("name").unwrap().contains("a name, an email or a phone"));
}

#[actix_web::test]
async fn a_smaller_wallet_says_who_has_more_and_takes_nothing_away() {
    let (world, named) = World::populated().await;
    let admin = admin(&world);
    let methods = world.number(&format!(
        "SELECT count(*) AS n FROM payment_methods WHERE customer_id = '{}' AND removed_at IS NULL",
        named.wanjiru.uuid()
    ));
    assert_eq!(methods, 1, "this test knows how many there are");
    let editor = world.editor();
    let wallet = format!("/customers/{}/payment_methods", named.wanjiru);
    let add = "kind=card&brand=Visa&last4=4444&expires=01%2F2041";
    editor.post(&wallet, add).await.expect(303);
    let asked = admin.submit(&form(&admin).await.set("wallet_size", "1")).await.expect(409);
    assert_eq!(
        effects(&asked),
        [
            "1 customer has more than 1 payment method. They keep all of them, and can add one only when they have fewer.",
        ]
    );
    admin.submit(&asked.form_to(PATH)).await.expect(303);
    assert!(editor.get(&wallet).await.text("main").contains("4444"), "kept");
    let asked = admin.submit(&form(&admin).await.set("wallet_size", "20")).await.expect(409);
    assert_eq!(effects(&asked), ["Each customer can keep 20 payment methods instead of 1."]);
}

#[actix_web::test]
async fn a_time_zone_says_when_days_begin_and_a_country_how_phones_are_read() {
    let world = World::empty().await;
    let admin = admin(&world);
    let asked = admin
        .submit(&form(&admin).await.set("time_zone", "Asia/Kolkata").set("default_country", "UG"))
        .await
        .expect(409);
    let told = effects(&asked);
    assert!(told[0].starts_with("Days begin 2 h 30 min earlier, by the clocks of Asia/Kolkata."), "{told:?}");
    assert!(told[1].starts_with("Phones without a country code are read as of Uganda"), "{told:?}");
    admin.submit(&asked.form_to(PATH)).await.expect(303);
    let customer = world.editor().post("/customers", "name=A&email=a%40x.example&phone=0772123456").await.expect(303);
    let page = world.viewer().get(customer.location()).await;
    assert!(page.text("main").contains("+256 772 123 456"), "{}", page.text("main"));
}

#[actix_web::test]
async fn two_admins_are_merged_or_shown_both() {
    let world = World::empty().await;
    let (one, two) = (admin(&world), world.owner());
    let (mine, theirs) = (form(&one).await, form(&two).await);
    saved(&two, theirs.set("wallet_size", "8").set("default_country", "TZ")).await;
    saved(&one, mine.clone().set("time_zone", "Africa/Kampala")).await;
    let content = stored(&world);
    assert_eq!((content.wallet_size, content.country.as_str()), (8, "TZ"), "theirs stays");
    assert_eq!(content.time_zone, "Africa/Kampala");
    let clash = one.submit(&mine.set("wallet_size", "2")).await.expect(409);
    assert!(clash.title().starts_with("Conflict: "));
    assert!(clash.text(".note--warn").contains("At most 2 instead of At most 8"), "{}", clash.text(".note--warn"));
    assert_eq!(stored(&world).wallet_size, 8);
    saved(&one, clash.form_to(PATH)).await;
    assert_eq!(stored(&world).wallet_size, 2);
    // The same form again changes nothing.
    let unchanged = one.submit(&form(&one).await).await.expect(303);
    assert!(one.get(unchanged.location()).await.text(".toast").contains("Nothing was changed"));
    assert_eq!(events(&world, world.shop.live).len(), 3);
}

#[actix_web::test]
async fn a_change_in_the_test_account_stands_in_the_live_log_and_is_undone_from_both() {
    let world = World::empty().await;
    let (live, testing) = (admin(&world), world.testing(&world.shop.admin));
    for (changes, undoes) in [(&live, &testing), (&testing, &live)] {
        let before = stored(&world);
        let answer = saved(changes, form(changes).await.set("wallet_size", "9")).await;
        let toast = changes.get(answer.location()).await;
        assert!(toast.text(".toast").contains("Payment methods of a customer is saved"));
        let undo = toast.form(".toast form");
        assert!(events(&world, world.shop.test).is_empty(), "there is one log");
        // Somebody of no such role, and another merchant, cannot.
        world.editor().submit(&undo).await.expect(403);
        world.asker(&world.rival.owner).submit(&undo).await.expect(404);
        let undone = undoes.submit(&undo).await.expect(303);
        let redo = undoes.get(undone.location()).await.form(".toast form");
        assert_eq!(stored(&world), before);
        undoes.submit(&redo).await.expect(303);
        assert_eq!(stored(&world).wallet_size, 9);
        undoes.submit(&undo).await.expect(303);
        assert_eq!(stored(&world), before);
    }
    // What was changed since is shown, and nothing is done.
    let answer = saved(&live, form(&live).await.set("wallet_size", "9").set("default_country", "UG")).await;
    let undo = live.get(answer.location()).await.form(".toast form");
    saved(&live, form(&live).await.set("wallet_size", "10")).await;
    let refused = testing.submit(&undo).await.expect(409).text("tbody");
    assert!(
        refused.contains("At most 4") && refused.contains("At most 10") && refused.contains("Ada Admin"),
        "{refused}"
    );
    assert_eq!(stored(&world).country.as_str(), "UG");
}

#[actix_web::test]
async fn one_who_is_no_admin_any_more_saves_nothing() {
    let world = World::empty().await;
    let admin = admin(&world);
    let asked = admin.submit(&form(&admin).await.set("wallet_size", "9")).await.expect(409);
    world.sql(&format!("UPDATE staff SET role = 'editor' WHERE id = '{}'", world.shop.admin.id.uuid()));
    admin.submit(&asked.form_to(PATH)).await.expect(403);
    assert_eq!(stored(&world).wallet_size, 4);
}

#[actix_web::test]
async fn changes_at_once_lose_nothing_that_was_acknowledged() {
    let world = World::committed().await;
    let asker = std::rc::Rc::new(admin(&world));
    asker.get(PATH).await.expect(200);
    let save = |n: usize| {
        let asker = std::rc::Rc::clone(&asker);
        actix_web::rt::spawn(async move {
            // Some change the same to something else, and some what the others do not.
            let country = if n.is_multiple_of(8) { "UG" } else { "TZ" };
            let wallet = format!("wallet_size={}", 1 + n % 20);
            let change = if n.is_multiple_of(4) { format!("default_country={country}") } else { wallet };
            let page = asker.get(PATH).await.expect(200).form_to(PATH);
            let sent = format!("version={}&{change}", page.value("version"));
            let asked = asker.post(PATH, sent).await;
            if asked.all("[name=agreed]").is_empty() {
                return false;
            }
            asker.submit(&asked.form_to(PATH)).await.status == 303
        })
    };
    let mut acknowledged = 0;
    // As many at once as there are connections.
    for round in 0..12 {
        for done in (0..8).map(|n| save(round * 8 + n)).collect::<Vec<_>>() {
            acknowledged += usize::from(done.await.unwrap());
        }
    }
    let events = events(&world, world.shop.live);
    assert!(acknowledged > 0 && events.len() <= acknowledged, "{acknowledged} of 100, {} events", events.len());
    let versions: Vec<i32> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (2..).take(events.len()).collect::<Vec<_>>(), "one after the other");
    // What the events tell is what is stored, and each begins where the one before it ended.
    let mut told = Fields::new();
    for event in &events {
        for (name, before) in &event.before {
            assert_eq!(told.get(name).unwrap_or(before), before, "{name}");
        }
        told.extend(event.after.clone());
    }
    let now = stored(&world).fields();
    assert!(told.iter().all(|(name, value)| now[name] == *value));
}
