//! Erasing a person: afterwards no text of the database has a word of theirs, and the money is as it was.

use std::process::Command;

use clientele::{clock::Clock, events::By, history, ids::CustomerId, schedules::Held};
use diesel::{Connection, PgConnection};

use crate::{
    api::Client,
    world::{Answer, Database, World, encode},
};

/// What only this person has, as it may be found in a text of the database.
const WORDS: &[&str] = &[
    "zebulon",
    "quartermain",
    "zq@secret.example",
    "secret.example",
    "733444555",
    "0733 444 555",
    "zq-7781",
    "duka siri",
    "siri lane",
    "sirikiti",
    "vipsiri",
    "likes siri tea",
    "order of siri",
    "refund for siri",
    "siri billing",
    "signed by siri",
    "notes of siri",
    "siri street",
    "formername",
    "formertier",
    "roof of siri",
];

const FORM: &str = "name=Zebulon+Quartermain&email=zq%40secret.example&phone=0733+444+555&company=Duka+Siri&reference=ZQ-7781\
    &description=Likes+siri+tea&metadata.tier=vipsiri&address.n1.kind=billing&address.n1.line1=7+Siri+Lane\
    &address.n1.city=Sirikiti&address.n1.country=KE";

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

/// Erases as an owner does.
async fn erase(world: &World, id: CustomerId) -> Answer {
    let owner = world.owner();
    let form = owner.get(format!("{}/erasure", path(id))).await.expect(200).form_to(&format!("{}/erasure", path(id)));
    owner.submit(&form.set("confirmation", " zebulon  quartermain")).await
}

/// A person with a life, in a world of its own database.
async fn person(world: &World) -> CustomerId {
    let (editor, id) = (world.editor(), world.customer(FORM));
    let former = "version=1&name=Formername+Quartermain&metadata.tier=formertier&company=Duka+Siri+Mbili";
    editor.post(path(id), former).await.expect(303);
    editor.post(path(id), "version=2&name=Zebulon+Quartermain&metadata.tier=vipsiri").await.expect(303);
    editor.post(path(id), "version=3&last_name=QUARTERMAIN").await.expect(303);
    editor.post(format!("/quality/capitals/{id}/dismissal"), "doubtful=QUARTERMAIN").await.expect(303);
    let wallet = format!("{}/payment_methods", path(id));
    let card =
        "kind=card&brand=Visa&last4=4242&expires=11%2F2041&consent_source=Signed+by+siri&billing.line1=Siri+billing";
    editor.post(&wallet, card).await.expect(303);
    let payment =
        format!("customer={id}&amount=12.50&currency=KES&status=succeeded&description=Order+of+siri&reference=R-1");
    editor.post("/payments", &*payment).await.expect(303);
    editor.post(format!("{}/notes", path(id)), "note=Notes+of+siri").await.expect(303);
    let schedule = world.schedule(world.shop.live, id);
    let by = By::system(world.shop.live, Clock::system());
    // One that goes on would stand against it.
    let ended = |conn: &mut PgConnection| {
        let mut held = Held::open(conn, &by, schedule)?;
        held.describe(conn, "Roof of siri".to_owned())?;
        held.cancel(conn)
    };
    world.with(|conn| conn.transaction(ended)).unwrap();
    editor.post("/views", "name=Zebulon+Quartermain&q=zq%40secret.example").await.expect(303);
    editor.post("/views", "name=Other+way&q=quartermain+zebulon").await.expect(303);
    editor.post("/views", "name=By+phone&q=0733444555").await.expect(303);
    editor.post("/views", "name=VIPs&q=metadata.tier%3Agold").await.expect(303);
    let client = Client::of(world);
    let key = [("Idempotency-Key", "once-7")];
    let body = r#"{"language": "sw"}"#;
    let address = r#"{"kind": "shipping", "line1": "9 Siri Street", "city": "Sirikiti"}"#;
    let at = format!("/v1/customers/{id}/addresses");
    client.call(actix_web::http::Method::POST, &at, address, &[("Idempotency-Key", "once-8")]).await.expect(201);
    client.call(actix_web::http::Method::PATCH, &format!("/v1/customers/{id}"), body, &key).await.expect(200);
    id
}

/// All that PostgreSQL would write of a database as text.
fn dump(database: &Database) -> String {
    let dumped = Command::new("pg_dump").args(["--inserts", "--no-owner", "--dbname", &database.url()]).output();
    let dumped = dumped.expect("pg_dump comes with PostgreSQL");
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    String::from_utf8(dumped.stdout).unwrap().to_lowercase()
}

/// The lines of a dump with one of the words, also where a text is kept as bytes.
fn found(dump: &str) -> Vec<(&'static str, String)> {
    let hex = |word: &str| word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let lines = |word: &'static str| {
        let hex = hex(word);
        let has = move |line: &&str| line.contains(word) || line.contains(&hex);
        dump.lines().filter(has).map(move |line| (word, line.chars().take(300).collect::<String>()))
    };
    WORDS.iter().copied().flat_map(lines).collect()
}

#[actix_web::test]
async fn no_text_of_the_database_names_an_erased_person() {
    let world = World::committed().await;
    let id = person(&world).await;
    world.customer("name=Other+Kamau&email=other%40example.com&metadata.tier=gold");
    let before = found(&dump(world.database()));
    assert!(before.len() > 20, "{before:#?}");
    let dismissed = |world: &World| world.number("SELECT count(*) AS n FROM doubts WHERE is_dismissed");
    assert_eq!(dismissed(&world), 1);
    let figures = |world: &World| world.number("SELECT sum(volume)::bigint AS n FROM payment_figures");
    let volume = figures(&world);

    erase(&world, id).await.expect(303);
    assert_eq!(found(&dump(world.database())), [], "nothing of the person is left");
    assert_eq!(figures(&world), volume);
    assert_eq!(dismissed(&world), 0);
    assert_eq!(world.number("SELECT count(*) AS n FROM payments WHERE amount = 1250 AND reference = 'R-1'"), 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM views"), 1, "a view of others stays");
    assert_eq!(
        world.number("SELECT count(*) AS n FROM words WHERE word = '|kamau'"),
        1,
        "and so do the words of others"
    );
    assert_eq!(world.number("SELECT count(*) AS n FROM seen_values WHERE value = 'gold'"), 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM words WHERE word = '|zebulon'"), 0);

    let page = world.viewer().get(path(id)).await.expect(200);
    assert_eq!(page.text("h1"), "Erased customer");
    assert!(page.text("main").contains("erased all personal data"));
    for word in WORDS {
        assert!(!page.text("body").to_lowercase().contains(word), "{word}");
    }
    for q in ["zebulon", "zq@secret.example", "0733444555"] {
        assert_eq!(world.owner().get(format!("/customers?q={}", encode(q))).await.rows(), [""; 0], "{q}");
    }
}

#[actix_web::test]
async fn it_is_for_owners_after_a_typed_confirmation_of_what_it_does() {
    let (world, _) = World::populated().await;
    let id = world.customer(FORM);
    world.paid(id, 2);
    let at = format!("{}/erasure", path(id));
    for asker in [world.viewer(), world.editor(), world.asker(&world.shop.admin)] {
        asker.get(&at).await.expect(403);
        asker.post(&at, "confirmation=Zebulon+Quartermain").await.expect(403);
        asker.post(format!("{}/hold", path(id)), "reason=Law").await.expect(403);
        assert!(!asker.get(path(id)).await.has(&format!("a[href='{at}']")));
    }
    let owner = world.owner();
    assert!(owner.get(path(id)).await.has(&format!("a[href='{at}']")));
    let page = owner.get(&at).await.expect(200);
    let says = page.text(".effects");
    for part in ["The record is emptied", "1 address is destroyed", "2 payments are kept", "leaves every list"] {
        assert!(says.contains(part), "{part} in {says}");
    }
    let form = page.form_to(&at);
    let wrong = owner.submit(&form.clone().set("confirmation", "Zebulon")).await.expect(422);
    assert_eq!(wrong.form_to(&at).value("confirmation"), "Zebulon", "what was typed is there again");
    let payment = format!("customer={id}&amount=12.50&currency=KES&status=succeeded");
    owner.post("/payments", &*payment).await.expect(303);
    let changed = owner.submit(&form.clone().set("confirmation", "Zebulon Quartermain")).await.expect(409);
    assert!(changed.text("main").contains("3 payments are kept"));
    assert!(!world.stored(id).is_erased());
    owner.submit(&changed.form_to(&at)).await.expect(303);
    let erased = world.stored(id);
    assert!(erased.is_erased() && erased.is_deleted());
    let event = world.events(id).pop().unwrap();
    assert_eq!((event.kind.as_str(), event.by.as_deref()), ("customer.erased", Some("Olga Owner")));
}

#[actix_web::test]
async fn a_hold_forbids_it_and_says_why() {
    let (world, named) = World::populated().await;
    let (owner, id) = (world.owner(), named.wanjiru);
    let at = format!("{}/erasure", path(id));
    let form = owner.get(&at).await.form_to(&at);
    let empty = owner.post(format!("{}/hold", path(id)), "reason=+").await.expect(422);
    assert_eq!(empty.error_of("reason").as_deref(), Some("Enter the reason, for who reads it later."));
    owner.post(format!("{}/hold", path(id)), "reason=Lawsuit+17%2F2026").await.expect(303);
    let page = owner.get(&at).await.expect(200);
    assert!(page.text("main").contains("Lawsuit 17/2026") && !page.has(&format!("form[action='{at}']")));
    owner.submit(&form.set("confirmation", "Wanjiru Kamau")).await.expect(409);
    assert!(!world.stored(id).is_erased());
    owner.post(format!("{}/hold/lifting", path(id)), "").await.expect(303);
    let form = owner.get(&at).await.form_to(&at);
    owner.submit(&form.set("confirmation", "Wanjiru Kamau")).await.expect(303);
    assert!(world.stored(id).is_erased());
}

#[actix_web::test]
async fn what_is_erased_stays_so() {
    let (world, _) = World::populated().await;
    let id = world.customer(FORM);
    let editor = world.editor();
    editor.post(path(id), "version=1&company=Other").await.expect(303);
    world.delete(id);
    erase(&world, id).await.expect(303);
    editor.post(format!("{}/restoration", path(id)), "").await.expect(409);
    editor.post(path(id), "version=3&company=Back").await.expect(409);
    for event in world.events(id) {
        let undone = editor.post(format!("/events/{}/undo", event.id), "").await;
        assert_eq!(undone.status, 409, "{}", event.kind);
        assert!(event.before.is_empty(), "{event:?}");
    }
    assert_eq!(world.stored(id).record.name.as_deref(), Some("Erased customer"));
    world.owner().get(format!("{}/erasure", path(id))).await.expect(409);
    let client = Client::of(&world);
    let told = client.get(&format!("/v1/customers/{id}")).await.expect(200);
    assert!(told.json["erased_at"].is_i64() && told.json["email"].is_null());
    assert_eq!(client.post(&format!("/v1/customers/{id}/restoration"), "").await.refused(409), "customer_erased");
}

// --- a person's file ------------------------------------------------------------------------------

#[actix_web::test]
async fn a_persons_file_has_all_that_is_held() {
    let world = World::committed().await;
    let id = person(&world).await;
    let viewer = world.viewer();
    let page = viewer.get(format!("{}/file", path(id))).await.expect(200);
    let text = page.text("main").to_lowercase();
    for word in WORDS.iter().filter(|word| !["refund for siri", "0733 444 555"].contains(word)) {
        assert!(text.contains(word), "{word}");
    }
    let file = viewer.get(format!("{}/file/download", path(id))).await.expect(200);
    assert_eq!(file.header("Content-Disposition"), Some(&*format!("attachment; filename=\"{id}.json\"")));
    let json: serde_json::Value = serde_json::from_str(file.text_body()).unwrap();
    let told = Client::of(&world).get(&format!("/v1/customers/{id}/file")).await.expect(200).json;
    assert_eq!(json["parts"], told["parts"], "a program is given the same");
    for part in ["record", "activity", "notes", "payment_methods", "payments", "refunds"] {
        assert!(told["parts"][part].is_array(), "{part}");
    }
    let events = world.with(|conn| history::of_customer(conn, world.shop.live, id, None, 100)).unwrap();
    assert_eq!(told["parts"]["activity"].as_array().unwrap().len(), events.len());
}
