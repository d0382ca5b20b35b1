//! Custom fields: defined, changed, moved, archived and restored, on pages, with what a change will do in numbers.

use clientele::{
    clock::Clock,
    custom_fields::{
        REVERTS, changing, kinds,
        model::{self, Definition},
    },
    error::Error,
    history::{
        self, Event,
        reverting::{Asker as Undoer, Reverted, Undoing},
    },
    ids::{CustomerId, FieldId},
    merchants::Sees,
    values::{
        Mode,
        field::{Kind, MOST_FIELDS},
    },
    who::{SecondFactor, SignedIn},
};
use diesel::Connection;
use jiff::Timestamp;

use crate::world::{Answer, Asker, World, settings};

const LIST: &str = "/settings/fields";

/// Gives a customer values of the merchant's own fields, as JSON.
fn give(world: &World, id: CustomerId, values: &str) {
    let id = id.uuid();
    world.sql(&format!("UPDATE customers SET custom = '{values}' WHERE id = '{id}'"));
    world.sql(&format!("DELETE FROM custom_values WHERE customer_id = '{id}'"));
    world.sql(&format!(
        "INSERT INTO custom_values SELECT account_id, id, v.key, v.value FROM customers, custom_values_of(custom) v
         WHERE id = '{id}'"
    ));
}

fn fields(world: &World, archived: bool) -> Vec<Definition> {
    world.with(|conn| model::list(conn, world.shop.live, archived)).unwrap()
}

fn keys(world: &World) -> Vec<String> {
    fields(world, false).into_iter().map(|one| one.field.key).collect()
}

fn of_key(world: &World, key: &str) -> Definition {
    world.with(|conn| model::with_key(conn, world.shop.live, key)).unwrap().unwrap()
}

fn events(world: &World, id: FieldId) -> Vec<Event> {
    world.with(|conn| history::after_version(conn, world.shop.live, id.uuid(), 0)).unwrap()
}

/// Defines a field as an admin, from what the form sends; its id.
async fn defined(world: &World, form: &str) -> FieldId {
    let answer = admin(world).post(LIST, form).await.expect(303);
    answer.location().strip_prefix("/settings/fields#").unwrap().parse().unwrap()
}

fn admin(world: &World) -> Asker {
    world.asker(&world.shop.admin)
}

/// The admin as one who takes something back.
pub fn person(world: &World) -> SignedIn {
    let (shop, admin) = (&world.shop, &world.shop.admin);
    SignedIn {
        clock: Clock::system(),
        staff: admin.id,
        email: admin.email.clone(),
        name: admin.name.clone(),
        role: admin.role,
        sees: Sees::Shown,
        single_keys: true,
        theme: None,
        second_factor: SecondFactor::default(),
        is_proven: true,
        notices: Vec::new(),
        merchant_id: shop.merchant,
        merchant: shop.name.clone(),
        settings: settings(),
        account: shop.live,
        mode: Mode::Live,
        request: uuid::Uuid::now_v7(),
    }
}

fn effects(page: &Answer) -> Vec<String> {
    page.texts(".effects li")
}

#[actix_web::test]
async fn a_field_is_defined_and_every_request_knows_it() {
    let world = World::empty().await;
    let admin = admin(&world);
    let page = admin.get(LIST).await;
    assert!(page.text(".empty").contains("field.vat:DE123"), "what a field is for");
    let form = admin.get("/settings/fields/new").await.form_to(LIST);
    let form =
        form.set("label", "Tier").set("kind", "choice").set("choices", "Gold\nSilver").set("help_text", "Ask Amina");
    let id: FieldId =
        admin.submit(&form).await.expect(303).location().strip_prefix("/settings/fields#").unwrap().parse().unwrap();
    let again = admin.submit(&form).await.expect(303);
    assert!(again.location().ends_with(&id.to_string()), "a form sent twice defines one field");
    let one = of_key(&world, "tier");
    assert_eq!((one.id, one.version, one.position, one.field.kind), (id, 1, 0, Kind::Choice));
    assert_eq!(one.field.choices, ["Gold", "Silver"]);
    assert!(one.field.in_form && !one.field.is_required && !one.field.is_listed);
    let [event] = &events(&world, id)[..] else { panic!("one event") };
    assert_eq!((event.kind.as_str(), event.by.as_deref()), (kinds::DEFINED, Some("Ada Admin")));
    assert_eq!(event.after["key"], "tier");
    let known: String = world
        .with(|conn| {
            use clientele::schema::accounts;
            use diesel::prelude::*;
            accounts::table
                .find(world.shop.live)
                .select(accounts::custom_fields)
                .first::<Option<serde_json::Value>>(conn)
        })
        .unwrap()
        .unwrap()
        .to_string();
    assert!(known.contains("\"tier\"") && known.contains("Silver"));
    for asker in [world.viewer(), world.editor()] {
        let page = asker.get(LIST).await.expect(200);
        assert!(page.text(".keyline").contains("One choice: Gold, Silver"));
        assert!(!page.has("main form") && !page.has("main a[href*=edit]"), "others read");
    }
    assert!(world.testing(&world.shop.admin).get(LIST).await.has(".empty"), "each account has its own");
}

#[actix_web::test]
async fn a_key_is_made_of_the_label_and_never_taken_twice() {
    let world = World::empty().await;
    for (form, key) in [
        ("label=VAT+number&kind=text", "vat_number"),
        ("label=VAT%2Dnumber&kind=text", "vat_number_2"),
        ("label=VAT&kind=text&field_key=vat", "vat"),
    ] {
        let id = defined(&world, form).await;
        assert_eq!(of_key(&world, key).id, id);
    }
    let admin = admin(&world);
    let taken = admin.post(LIST, "label=Tax&kind=text&field_key=vat").await.expect(409);
    assert!(taken.error_of("field_key").unwrap().contains("“VAT” has the key “vat” already"));
    assert_eq!(taken.attribute("#label", "value"), "Tax", "nothing typed is lost");
    let vat = of_key(&world, "vat").id;
    admin.post(format!("{LIST}/{vat}/archiving"), "").await.expect(303);
    let taken = admin.post(LIST, "label=Tax&kind=text&field_key=vat").await.expect(409);
    assert!(taken.error_of("field_key").unwrap().contains("archived"));
    let restore = taken.form("form.note");
    admin.submit(&restore).await.expect(303);
    assert!(!of_key(&world, "vat").is_archived());
}

#[actix_web::test]
async fn what_does_not_fit_is_said_and_nothing_typed_is_lost() {
    let world = World::empty().await;
    let admin = admin(&world);
    let page = admin.post(LIST, "label=&kind=text&choices=A%0AB&least=9&most=3&help_text=Hm").await.expect(422);
    assert!(page.error_of("label").is_some());
    assert!(page.error_of("choices").unwrap().contains("has no choices"));
    assert!(page.error_of("most").unwrap().contains("below the least"));
    assert_eq!((page.text("#choices"), page.attribute("#help_text", "value")), ("A B".to_owned(), "Hm".to_owned()));
    let page = admin.post(LIST, "label=A&kind=money&least=5").await.expect(422);
    assert!(page.error_of("least").unwrap().contains("two currencies"));
    assert!(fields(&world, false).is_empty());
    let shown = admin.post(LIST, "label=Tier&kind=choices&choices=Gold%0ASilver&review=on").await.expect(200);
    assert!(shown.text("#preview").contains("Silver"), "without script a press shows the preview");
    let preview = admin.post("/settings/fields/preview", "label=Renewal&kind=date&help_text=When").in_place().await;
    assert!(preview.has("input[type=date]") && preview.text_body().contains("Renewal"));
    assert!(fields(&world, false).is_empty());
}

#[actix_web::test]
async fn an_account_has_fifty_fields_at_most() {
    let world = World::empty().await;
    for n in 0..MOST_FIELDS {
        defined(&world, &format!("label=Field+{n}&kind=text")).await;
    }
    let refused = admin(&world).post(LIST, "label=One+more&kind=text").await.expect(409);
    assert!(refused.text("main").contains("Archive one"));
    assert!(admin(&world).get(LIST).await.text("main").contains("50 fields, as many as there may be"));
    let first = of_key(&world, "field_0").id;
    admin(&world).post(format!("{LIST}/{first}/archiving"), "").await.expect(303);
    defined(&world, "label=One+more&kind=text").await;
    admin(&world).post(format!("{LIST}/{first}/restoration"), "").await.expect(409);
}

#[actix_web::test]
async fn what_a_change_does_is_said_in_numbers_before_it_is_done() {
    let (world, named) = World::populated().await;
    let admin = admin(&world);
    let tier = defined(&world, "label=Tier&kind=choice&choices=Gold%0ASilver%0ABronze").await;
    for id in [named.wanjiru, named.jose, named.gone] {
        give(&world, id, r#"{"tier": "Gold", "rank": 7}"#);
    }
    give(&world, named.acme, r#"{"tier": "Silver"}"#);
    let path = format!("{LIST}/{tier}");
    let form = admin.get(format!("{path}/edit")).await.form_to(&path);

    // What nobody has goes without a question, and so does another order.
    admin.submit(&form.clone().set("choices", "Silver\nGold")).await.expect(303);
    let form = admin.get(format!("{path}/edit")).await.form_to(&path);
    let asked = admin.submit(&form.clone().set("choices", "Platinum").set("is_required", "on")).await.expect(409);
    assert_eq!(
        effects(&asked),
        [
            "1 customer has “Silver”. They keep it, but nobody can choose it any more.",
            "3 customers have “Gold”. They keep it, but nobody can choose it any more.",
            "2 customers have no value. They stay as they are until somebody changes them, who is then asked for one.",
        ]
    );
    assert_eq!(of_key(&world, "tier").field.choices, ["Silver", "Gold"], "nothing is done yet");
    let agreed = asked.form_to(&path);
    let back = admin.submit(&agreed.clone().set("review", "on")).await.expect(200);
    assert_eq!(back.text("#choices"), "Platinum", "back in the form with what was typed");

    // Somebody gets Gold meanwhile: it is asked again, with the numbers of now.
    give(&world, named.nameless, r#"{"tier": "Gold"}"#);
    let asked = admin.submit(&agreed.without("review")).await.expect(409);
    assert!(effects(&asked)[1].starts_with("4 customers have “Gold”"));
    admin.submit(&asked.form_to(&path).without("review")).await.expect(303);
    let one = of_key(&world, "tier");
    assert_eq!((one.field.choices, one.field.is_required), (vec!["Platinum".to_owned()], true));
    assert_eq!(world.number("SELECT count(*) AS n FROM customers WHERE custom ->> 'tier' = 'Gold'"), 4, "all keep it");
}

#[actix_web::test]
async fn tighter_limits_say_how_many_are_outside() {
    let (world, named) = World::populated().await;
    let admin = admin(&world);
    for (form, key) in
        [("kind=number", "score"), ("kind=text", "vat"), ("kind=date", "renewal"), ("kind=integer", "seats")]
    {
        defined(&world, &format!("label={key}&{form}")).await;
        assert!(!of_key(&world, key).field.is_required);
    }
    give(&world, named.wanjiru, r#"{"score": -2.5, "vat": "ÄÖ1", "renewal": "2026-01-31", "seats": 5}"#);
    give(&world, named.jose, r#"{"score": 10, "vat": "DE123456", "renewal": "2027-01-31", "seats": 50}"#);
    let ask = async |key: &str, form: &str| {
        let path = format!("{LIST}/{}", of_key(&world, key).id);
        let answer = admin.post(&path, format!("version=1&{form}")).await;
        if answer.status == 409 { effects(&answer).join("") } else { answer.status.to_string() }
    };
    for (key, form) in [
        ("score", "least=-2.4"),
        ("score", "most=9.999999"),
        ("vat", "most=7"),
        ("vat", "least=4&most=9"),
        ("renewal", "least=2026-02-01"),
        ("renewal", "most=2026-12-31"),
        ("seats", "most=49"),
    ] {
        assert!(ask(key, form).await.starts_with("1 customer has a value outside of the new limits."), "{key} {form}");
    }
    assert!(ask("seats", "least=51").await.starts_with("2 customers have"));
    for (key, form) in [
        ("score", "least=-2.5&most=10"),
        ("vat", "least=3&most=8"),
        ("renewal", "most=2027-01-31"),
        ("seats", "least=0"),
    ] {
        assert!(ask(key, form).await.starts_with("303"), "{key} {form}: nobody is outside");
    }
    // A limit that is loosened asks nothing.
    let path = format!("{LIST}/{}", of_key(&world, "seats").id);
    admin.post(&path, "version=2&least=").await.expect(303);
}

#[actix_web::test]
async fn counts_stop_at_ten_thousand() {
    let world = World::committed().await;
    let people: Vec<_> = (0..10_002).map(|n| (format!("Person {n}"), format!("p{n}@many.example"))).collect();
    world.crowd(&people);
    let live = world.shop.live.uuid();
    let tier = defined(&world, "label=Tier&kind=choice&choices=Gold").await;
    world.sql(&format!(
        "INSERT INTO custom_values SELECT account_id, id, 'tier', 'gold' FROM customers WHERE account_id = '{live}'"
    ));
    let page = admin(&world).get(format!("{LIST}/{tier}/archiving")).await;
    assert!(effects(&page)[0].starts_with("More than 10,000 customers have a value"), "{:?}", effects(&page));
    let asked = admin(&world).post(format!("{LIST}/{tier}"), "version=1&choices=Silver").await.expect(409);
    assert!(effects(&asked)[0].starts_with("More than 10,000 customers have “Gold”"));
    let asked = admin(&world).post(LIST, "label=VAT&kind=text&is_required=on").await.expect(409);
    assert!(effects(&asked)[0].starts_with("More than 10,000 customers have no value"));
}

#[actix_web::test]
async fn archiving_hides_values_and_restoring_brings_them_back() {
    let (world, named) = World::populated().await;
    let admin = admin(&world);
    for label in ["One", "Two", "Three"] {
        defined(&world, &format!("label={label}&kind=text")).await;
    }
    give(&world, named.wanjiru, r#"{"two": "deux"}"#);
    let two = of_key(&world, "two").id;
    let path = format!("{LIST}/{two}/archiving");
    let page = admin.get(&path).await;
    assert!(effects(&page)[0].starts_with("1 customer has a value, which is kept"));
    assert!(admin.fragment(&path).await.has("dialog"));
    admin.submit(&page.form_to(&path)).await.expect(303);
    admin.post(&path, "").await.expect(303);
    assert_eq!(keys(&world), ["one", "three"]);
    assert_eq!(fields(&world, false).iter().map(|one| one.position).collect::<Vec<_>>(), [0, 1]);
    let list = admin.get(LIST).await;
    assert!(list.text(".toast").contains("is archived"));
    assert!(list.text("section[aria-labelledby=archived-title]").contains("Two"));
    admin.get(format!("{LIST}/{two}/edit")).await.expect(409);
    admin.submit(&list.form(".toast form")).await.expect(303);
    assert_eq!(keys(&world), ["one", "two", "three"], "where it stood");
    let told: Vec<String> = events(&world, two).into_iter().map(|event| event.kind).collect();
    assert_eq!(told, [kinds::DEFINED, kinds::ARCHIVED, kinds::RESTORED]);
    assert_eq!(world.number("SELECT count(*) AS n FROM customers WHERE custom ->> 'two' = 'deux'"), 1);
    assert_eq!(world.stored(named.wanjiru).version, 1, "no customer was changed");
}

#[actix_web::test]
async fn fields_are_moved_up_and_down() {
    let world = World::empty().await;
    for label in ["One", "Two", "Three"] {
        defined(&world, &format!("label={label}&kind=text")).await;
    }
    let admin = admin(&world);
    let shift = async |key: &str, to: &str| {
        admin.post(format!("{LIST}/{}/position", of_key(&world, key).id), format!("to={to}")).await.expect(303);
    };
    shift("three", "up").await;
    assert_eq!(keys(&world), ["one", "three", "two"]);
    shift("one", "up").await;
    shift("two", "down").await;
    assert_eq!(keys(&world), ["one", "three", "two"], "past an end nothing happens");
    shift("one", "down").await;
    assert_eq!(keys(&world), ["three", "one", "two"]);
    let told: Vec<String> = events(&world, of_key(&world, "two").id).into_iter().map(|event| event.kind).collect();
    assert_eq!(told, [kinds::DEFINED], "who is passed has no event");
    admin.post(format!("{LIST}/{}/position", of_key(&world, "two").id), "to=left").await.expect(400);
}

#[actix_web::test]
async fn two_who_change_a_field_at_once_are_merged_or_shown_both() {
    let world = World::empty().await;
    let id = defined(&world, "label=Tier&kind=choice&choices=Gold&help_text=Old").await;
    let (admin, path) = (admin(&world), format!("{LIST}/{id}"));
    let mine = admin.get(format!("{path}/edit")).await.form_to(&path);
    let theirs = admin.get(format!("{path}/edit")).await.form_to(&path);
    admin.submit(&theirs.set("help_text", "Theirs").set("choices", "Gold\nSilver")).await.expect(303);
    admin.submit(&mine.clone().set("label", "Level")).await.expect(303);
    let one = of_key(&world, "tier");
    assert_eq!((one.field.label.as_str(), one.field.help.as_deref()), ("Level", Some("Theirs")));
    let clash = admin.submit(&mine.set("help_text", "Mine")).await.expect(409);
    assert!(clash.text(".note--warn").contains("Theirs instead of Mine"), "{}", clash.text(".note--warn"));
    assert_eq!(clash.attribute("#help_text", "value"), "Mine");
    let again = clash.form_to(&path);
    assert_eq!(again.value("version"), "3");
    admin.submit(&again).await.expect(303);
    assert_eq!(of_key(&world, "tier").field.help.as_deref(), Some("Mine"));
    admin.post(&path, "label=No+version").await.expect(400);
    admin.post(&path, "version=9&label=Later").await.expect(409);
}

#[actix_web::test]
async fn every_change_can_be_taken_back() {
    let world = World::empty().await;
    let (one, two) =
        (defined(&world, "label=One&kind=text&help_text=A").await, defined(&world, "label=Two&kind=number").await);
    let (admin, path) = (admin(&world), format!("{LIST}/{one}"));
    admin.post(&path, "version=1&label=Uno&help_text=B").await.expect(303);
    admin.post(format!("{path}/position"), "to=down").await.expect(303);
    admin.post(format!("{path}/archiving"), "").await.expect(303);
    let of = |id: FieldId, kind: &str| events(&world, id).into_iter().find(|event| event.kind == kind).unwrap();
    let revert = |event: &Event| {
        let asker = Undoer::Person(Box::new(person(&world)));
        let undoing =
            Undoing { by: asker.undoing(event.id), asker: &asker, now: Timestamp::now(), agreed: &Default::default() };
        world.with(|conn| conn.transaction(|conn| REVERTS.revert(conn, &undoing, event)))
    };
    assert!(matches!(revert(&of(one, kinds::CHANGED)), Err(Error::Conflict(_))), "an archived field is not changed");
    assert!(matches!(revert(&of(one, kinds::ARCHIVED)), Ok(Reverted::Done)));
    assert_eq!(keys(&world), ["two", "one"]);
    assert!(matches!(revert(&of(one, kinds::MOVED)), Ok(Reverted::Done)));
    assert_eq!(keys(&world), ["one", "two"]);
    assert!(matches!(revert(&of(one, kinds::MOVED)), Ok(Reverted::Done)), "it is so already");
    let back = events(&world, one).pop().unwrap();
    assert_eq!(
        world.number(&format!(
            "SELECT count(*) AS n FROM events WHERE id = '{}' AND undoes IS NOT NULL",
            back.id.uuid()
        )),
        1
    );

    admin.post(&path, "version=6&help_text=C").await.expect(303);
    let Ok(Reverted::Changed(since)) = revert(&of(one, kinds::CHANGED)) else { panic!("the help was changed since") };
    let [help] = &since[..] else { panic!("{since:?}") };
    assert_eq!((help.label.as_str(), help.wanted.as_deref(), help.current.as_deref()), ("Help", Some("A"), Some("C")));
    assert_eq!(help.changed.as_ref().unwrap().0.as_deref(), Some("Ada Admin"));
    assert_eq!(of_key(&world, "one").field.label, "Uno", "nothing is done");
    admin.post(&path, "version=7&help_text=B").await.expect(303);
    assert!(matches!(revert(&of(one, kinds::CHANGED)), Ok(Reverted::Done)));
    let field = of_key(&world, "one").field;
    assert_eq!((field.label.as_str(), field.help.as_deref()), ("One", Some("A")));

    // Limits that would be out of order with one that was set since are shown, not stored.
    let path = format!("{LIST}/{two}");
    admin.post(&path, "version=1&least=5").await.expect(303);
    admin.post(&path, "version=2&least=").await.expect(303);
    admin.post(&path, "version=3&most=2").await.expect(303);
    let cleared = events(&world, two).into_iter().find(|event| event.version == 3).unwrap();
    let Ok(Reverted::Changed(since)) = revert(&cleared) else { panic!("5 is above 2") };
    assert_eq!((since[0].wanted.as_deref(), since[1].current.as_deref()), (Some("5"), Some("2")));

    assert!(matches!(revert(&of(two, kinds::DEFINED)), Ok(Reverted::Done)));
    assert_eq!(keys(&world), ["one"]);
    assert!(matches!(revert(&of(one, kinds::RESTORED)), Ok(Reverted::Done)));
    assert!(keys(&world).is_empty());
    for kind in kinds::ALL {
        assert!(REVERTS.kinds().contains(kind));
    }
}

#[actix_web::test]
async fn fields_change_while_customers_are_locked() {
    let world = World::committed().await;
    let id = world.customer("name=Wanjiru&email=w%40example.com");
    let mut holder = world.database().connect();
    diesel::connection::SimpleConnection::batch_execute(
        &mut holder,
        "BEGIN; SELECT * FROM customers FOR UPDATE; SELECT * FROM customer_counts FOR UPDATE",
    )
    .unwrap();
    let by = crate::world::by_person(world.shop.live, &world.shop.admin);
    let began = std::time::Instant::now();
    let field = defined(&world, "label=Tier&kind=choice&choices=Gold").await;
    let admin = admin(&world);
    let path = format!("{LIST}/{field}");
    let asked = admin.post(&path, "version=1&is_required=on").await.expect(409);
    assert!(effects(&asked)[0].starts_with("1 customer has no value"));
    admin.submit(&asked.form_to(&path).without("review")).await.expect(303);
    admin.get(format!("{path}/archiving")).await.expect(200);
    admin.post(format!("{path}/archiving"), "").await.expect(303);
    world.with(|conn| conn.transaction(|conn| changing::restore(conn, &by, field))).unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(3), "nobody waited: {:?}", began.elapsed());
    diesel::connection::SimpleConnection::batch_execute(&mut holder, "ROLLBACK").unwrap();

    // And who changes a field keeps nobody from making a customer.
    diesel::connection::SimpleConnection::batch_execute(
        &mut holder,
        "BEGIN; SELECT * FROM accounts FOR NO KEY UPDATE; SELECT * FROM custom_fields FOR UPDATE",
    )
    .unwrap();
    let other = world.customer("name=Jane&email=jane%40example.com");
    assert_ne!(id, other);
}
