//! Prices: made, renamed, archived and brought back, on pages; a price's money never changes.

use std::collections::BTreeSet;

use clientele::{
    clock::Clock,
    error::Error,
    events::By,
    history::{self, Event},
    ids::PriceId,
    input::FormFields,
    prices::{
        input, kinds,
        model::{self, Price},
        writing,
    },
};
use diesel::Connection;
use jiff::Timestamp;

use crate::world::{Asker, World};

const LIST: &str = "/prices";

fn admin(world: &World) -> Asker {
    world.asker(&world.shop.admin)
}

fn path(id: PriceId) -> String {
    format!("{LIST}/{id}")
}

/// Makes a price as an editor, from what the form sends; its id.
async fn made(world: &World, form: &str) -> PriceId {
    let answer = world.editor().post(LIST, form).await.expect(303);
    answer.location().strip_prefix("/prices/").unwrap().parse().unwrap()
}

fn stored(world: &World, id: PriceId) -> Price {
    world.with(|conn| model::find(conn, world.shop.live, id)).unwrap()
}

fn events(world: &World, id: PriceId) -> Vec<Event> {
    world.with(|conn| history::after_version(conn, world.shop.live, id.uuid(), 0)).unwrap()
}

fn last(world: &World, id: PriceId) -> Event {
    events(world, id).pop().unwrap()
}

#[actix_web::test]
async fn a_price_is_made_once_and_everybody_sees_it() {
    let world = World::empty().await;
    let editor = world.editor();
    let page = editor.get(LIST).await.expect(200);
    assert!(page.text(".empty").contains("KES 4,900 every month"), "what a price is");
    let form = editor.get("/prices/new").await.form_to(LIST);
    assert_eq!((form.value("currency"), form.value("interval"), form.value("interval_count")), ("KES", "month", "1"));
    let form = form.set("name", "Pro, quarterly").set("price_key", "pro_quarterly").set("amount", "14,900");
    let form = form.set("interval_count", "3").set("trial_days", "14");
    let answer = editor.submit(&form).await.expect(303);
    let id: PriceId = answer.location().strip_prefix("/prices/").unwrap().parse().unwrap();
    assert_eq!(editor.submit(&form).await.expect(303).location(), path(id), "a form sent twice makes one price");
    let price = stored(&world, id);
    assert_eq!((price.version, price.naming.key.as_deref()), (1, Some("pro_quarterly")));
    assert_eq!((price.terms.words().as_str(), price.terms.trial_days), ("KES 14,900.00 every 3 months", 14));
    assert_eq!(price.terms.monthly().to_string(), "KES 4,966.67");
    assert_eq!(id.created_at(), Timestamp::from_millisecond(price.created_at.as_millisecond()).unwrap());
    let [event] = &events(&world, id)[..] else { panic!("one event") };
    assert_eq!((event.kind.as_str(), event.by.as_deref()), (kinds::CREATED, Some("Edgar Editor")));
    assert_eq!((&event.after["amount"], &event.after["interval"]), (&1_490_000.into(), &"month".into()));

    for asker in [world.viewer(), world.editor(), world.owner()] {
        let list = asker.get(LIST).await.expect(200);
        let row = list.text("tbody tr");
        for part in ["Pro, quarterly", "pro_quarterly", "KES 14,900.00 every 3 months", "4,966.67", "14"] {
            assert!(row.contains(part), "{part}: {row}");
        }
        let page = asker.get(path(id)).await.expect(200);
        assert!(page.text(".dl").contains("14 days free") && page.text(".dl").contains(&id.to_string()));
    }
    assert!(!world.viewer().get(path(id)).await.has("main form"), "who only reads is offered no change");
    assert!(world.testing(&world.shop.editor).get(LIST).await.has(".empty"), "each account has its own");
    assert_eq!(world.asker(&world.rival.owner).get(path(id)).await.status, 404);
    let opened = editor.get(format!("/palette?q={id}")).await;
    assert!(opened.has(&format!("a[href='{}']", path(id))), "a pasted id opens it");
}

#[actix_web::test]
async fn what_does_not_fit_is_said_and_nothing_typed_is_lost() {
    let world = World::empty().await;
    let editor = world.editor();
    let wrong = "name=&price_key=Pro+Plan&amount=1.000&currency=KES&interval=week&interval_count=157&trial_days=x";
    let page = editor.post(LIST, wrong).await.expect(422);
    assert!(page.error_of("name").is_some());
    assert!(page.error_of("price_key").unwrap().contains("like “pro_plan”"));
    assert!(page.error_of("amount").unwrap().contains("can be read as KES 1.00 or KES 1,000.00"));
    assert!(page.error_of("interval_count").unwrap().contains("156 weeks"));
    assert!(page.error_of("trial_days").unwrap().contains("whole number of days"));
    assert_eq!(page.attribute("#price_key", "value"), "Pro Plan");
    assert_eq!(page.attribute("#interval option[selected]", "value"), "week");
    assert_eq!(page.attribute("#interval_count", "value"), "157");
    assert!(page.title().starts_with("Error: "));

    let taken = made(&world, "name=Pro&price_key=pro&amount=5").await;
    let page = editor.post(LIST, "name=Other&price_key=pro&amount=7").await.expect(409);
    assert!(page.error_of("price_key").unwrap().contains("“Pro” has the key “pro” already"));
    assert_eq!((page.attribute("#name", "value"), page.attribute("#amount", "value")), ("Other".into(), "7".into()));
    admin(&world).post(format!("{}/archiving", path(taken)), "").await.expect(303);
    let page = editor.post(LIST, "name=Other&price_key=pro&amount=7").await.expect(409);
    assert!(page.error_of("price_key").unwrap().contains("archived price “Pro”"));
    editor.post(path(taken), "version=2&name=Pro&price_key=").await.expect(303);
    made(&world, "name=Other&price_key=pro&amount=7").await;

    let form = editor.get("/prices/new").await.form_to(LIST).set("name", "A").set("amount", "5");
    let page = editor.submit(&form.set("account", "acct_other")).await.expect(409);
    assert!(page.error_of("name").unwrap().contains("opened in the other one"));
}

#[actix_web::test]
async fn what_it_comes_to_a_month_is_said_as_one_types_and_without_a_script() {
    let world = World::empty().await;
    let editor = world.editor();
    let said = editor.fragment("/prices/monthly?amount=1000&currency=KES&interval=week&interval_count=1").await;
    assert_eq!(said.expect(200).text_body().trim(), "That is KES 4,345.24 a month.");
    let unread = editor.fragment("/prices/monthly?amount=1.000&currency=KES&interval=week").await.expect(200);
    assert_eq!(unread.text_body().trim(), "3 years at most.");
    assert_eq!(editor.get("/prices/monthly?amount=1").await.expect(303).location(), "/prices/new");
    let page = editor.post(LIST, "name=A&amount=100&interval=day&review=on").await.expect(200);
    assert_eq!(page.text("#monthly"), "That is KES 3,041.67 a month.");
    assert_eq!(world.number("SELECT count(*) AS n FROM prices"), 0);
}

#[actix_web::test]
async fn a_price_is_renamed_and_what_a_colleague_changed_is_kept_or_shown() {
    let world = World::empty().await;
    let (editor, owner) = (world.editor(), world.owner());
    let id = made(&world, "name=Pro&amount=4900&trial_days=7").await;
    let terms = stored(&world, id).terms;
    let form = editor.get(path(id)).await.form_to(&path(id));
    // A colleague gives it a key meanwhile: both are kept.
    owner.post(path(id), "version=1&name=Pro&price_key=pro").await.expect(303);
    editor.submit(&form.clone().set("name", "Pro, monthly")).await.expect(303);
    let price = stored(&world, id);
    assert_eq!((price.naming.name.as_str(), price.naming.key.as_deref()), ("Pro, monthly", Some("pro")));
    assert_eq!((price.version, price.terms), (3, terms));
    assert_eq!(last(&world, id).kind, kinds::RENAMED);
    // Now both change the name.
    let page = editor.submit(&form.set("name", "Professional")).await.expect(409);
    assert!(page.text(".note--warn").contains("Pro, monthly instead of Professional"), "{}", page.text(".note--warn"));
    assert_eq!(page.attribute("#name", "value"), "Professional", "nothing typed is lost");
    assert_eq!(page.attribute("#price_key", "value"), "pro", "nor what the colleague added");
    editor.submit(&page.form_to(&path(id))).await.expect(303);
    assert_eq!(stored(&world, id).naming.name, "Professional");
    // The same again is no change.
    editor.post(path(id), "version=4&name=Professional&price_key=pro").await.expect(303);
    assert_eq!(stored(&world, id).version, 4);
    assert_eq!(editor.post(path(id), "version=9&name=A&price_key=").await.status, 409);
    editor.post(path(id), "name=A").await.expect(400);
    let page = editor.post(path(id), "version=4&name=&price_key=Not+one").await.expect(422);
    assert!(page.error_of("name").is_some() && page.error_of("price_key").is_some());
    let page = editor.post(path(id), "version=1&name=&price_key=").await.expect(422);
    assert_eq!(page.form_to(&path(id)).value("version"), "1", "what was typed is of that version still");
    // What is not a name or a key is not even read.
    editor.post(path(id), "version=4&name=Pro&price_key=pro&amount=1&interval=day").await.expect(303);
    assert_eq!(stored(&world, id).terms, terms);
}

#[actix_web::test]
async fn a_price_is_archived_by_admins_and_comes_back() {
    let world = World::empty().await;
    let (id, other) = (made(&world, "name=Old&amount=5").await, made(&world, "name=New&amount=7").await);
    let page = world.editor().get(path(id)).await;
    assert!(!page.has(&format!("form[action='{}/archiving']", path(id))), "editors are not offered it");
    let admin = admin(&world);
    let form = admin.get(path(id)).await.form_to(&format!("{}/archiving", path(id)));
    admin.submit(&form).await.expect(303);
    admin.submit(&form).await.expect(303);
    assert_eq!(events(&world, id).len(), 2, "what is archived stays so");
    let names = |state: &'static str| {
        let (asker, path) = (world.viewer(), format!("{LIST}?state={state}"));
        async move { asker.get(path).await.expect(200).texts("tbody .rowlink") }
    };
    assert_eq!((names("active").await, names("archived").await), (vec!["New".to_owned()], vec!["Old".to_owned()]));
    assert_eq!(names("all").await, ["New", "Old"], "the newest first");
    assert!(world.viewer().get(format!("{LIST}?state=all")).await.text("tbody").contains("Archived"));
    world.viewer().get(format!("{LIST}?state=sold")).await.expect(400);
    let told = world.viewer().get(format!("{LIST}?stat=all")).await.expect(200);
    assert!(told.text("#unknown-parameters").contains("“stat” (“state”?)"));
    let page = admin.get(path(id)).await;
    assert!(page.text(".page-head").contains("Archived"));
    admin.submit(&page.form_to(&format!("{}/restoration", path(id)))).await.expect(303);
    assert!(!stored(&world, id).is_archived() && !stored(&world, other).is_archived());
    assert_eq!(last(&world, id).kind, kinds::UNARCHIVED);
}

#[actix_web::test]
async fn the_list_is_read_page_by_page_and_costs_one_statement() {
    let world = World::empty().await;
    let by = By::system(world.shop.live, Clock::system());
    let mut ids = Vec::new();
    for n in 0..60 {
        let typed = FormFields(vec![("name".into(), format!("Price {n}")), ("amount".into(), "5".into())]);
        let new = input::new_price(&typed, "KES".parse().unwrap()).unwrap();
        let (id, now) = (PriceId::new(), Timestamp::now());
        world.with(|conn| conn.transaction(|conn| writing::create(conn, &by, now, id, new))).unwrap();
        ids.push(id);
    }
    // Every third is archived.
    for id in ids.iter().step_by(3) {
        world.with(|conn| conn.transaction(|conn| writing::archive(conn, &by, Timestamp::now(), *id))).unwrap();
    }
    let viewer = world.viewer();
    viewer.get(LIST).await;
    for (state, count) in [("active", 40), ("archived", 20), ("all", 60)] {
        let (mut path, mut pages) = (format!("{LIST}?state={state}"), Vec::new());
        let forward = loop {
            world.statements.take();
            let page = viewer.get(&path).await.expect(200);
            assert_eq!(world.statements.take().len(), 2, "who asks, and the rows");
            pages.push(page.texts("tbody .rowlink"));
            if !page.has("a[rel=next]") {
                break page;
            }
            path = page.attribute("a[rel=next]", "href");
        };
        let all: Vec<&String> = pages.iter().flatten().collect();
        let numbers: Vec<u32> = all.iter().map(|name| name.strip_prefix("Price ").unwrap().parse().unwrap()).collect();
        assert_eq!(numbers.len(), count, "{state}");
        assert!(numbers.is_sorted_by(|one, next| one > next), "the newest first: {numbers:?}");
        assert!(pages.iter().rev().skip(1).all(|page| page.len() == 25));
        // And back.
        let (mut page, mut at) = (forward, pages.len() - 1);
        while page.has("a[rel=prev]") {
            page = viewer.get(page.attribute("a[rel=prev]", "href")).await.expect(200);
            at -= 1;
            assert_eq!(page.texts("tbody .rowlink"), pages[at], "{state}");
        }
        assert_eq!(at, 0);
    }
    viewer.get(format!("{LIST}?after=nonsense")).await.expect(400);
}

#[actix_web::test]
async fn changes_are_taken_back_unless_something_was_changed_since() {
    let world = World::empty().await;
    let (editor, admin) = (world.editor(), admin(&world));
    let undo = |event: &Event| format!("/events/{}/undo", event.id);
    let id = made(&world, "name=Pro&price_key=pro&amount=4900").await;

    // A renaming, by whoever may rename, from its notice.
    let answer = editor.post(path(id), "version=1&name=Plus&price_key=plus").await.expect(303);
    let page = editor.get(answer.location()).await;
    let form = page.form("#toasts form");
    let renamed = last(&world, id);
    assert_eq!(form.action, undo(&renamed));
    editor.submit(&form).await.expect(303);
    assert_eq!(stored(&world, id).naming.key.as_deref(), Some("pro"));
    assert_eq!(last(&world, id).undoes, Some(renamed.id));
    editor.post(undo(&last(&world, id)), "").await.expect(303);
    assert_eq!(stored(&world, id).naming.name, "Plus", "and so is the undo");

    // What was changed since is shown, and stays.
    let second = last(&world, id);
    editor.post(path(id), "version=4&name=Premium&price_key=plus").await.expect(303);
    let page = editor.post(undo(&second), "").await.expect(409);
    assert!(page.text("main").contains("Premium"), "{}", page.text("main"));
    assert_eq!(stored(&world, id).naming.name, "Premium");

    // The key that it would get back is another's by now.
    let third = last(&world, id);
    editor.post(path(id), "version=5&name=Premium&price_key=").await.expect(303);
    let keyless = last(&world, id);
    let other = made(&world, "name=Other&price_key=plus&amount=5").await;
    let page = editor.post(undo(&keyless), "").await.expect(409);
    assert!(page.text("main").contains("“Other” has the key"), "{}", page.text("main"));
    assert_eq!((stored(&world, id).naming.key, third.version), (None, 5));

    // Archiving, by admins alone; what was decided again stays.
    admin.post(format!("{}/archiving", path(id)), "").await.expect(303);
    let archived = last(&world, id);
    editor.post(undo(&archived), "").await.expect(403);
    admin.post(undo(&archived), "").await.expect(303);
    assert!(!stored(&world, id).is_archived());
    let back = last(&world, id);
    admin.post(format!("{}/archiving", path(id)), "").await.expect(303);
    admin.post(undo(&back), "").await.expect(409);
    assert!(stored(&world, id).is_archived());

    // One that was made is archived.
    editor.post(undo(&events(&world, other)[0]), "").await.expect(403);
    admin.post(undo(&events(&world, other)[0]), "").await.expect(303);
    assert!(stored(&world, other).is_archived());
}

#[actix_web::test]
async fn the_log_tells_what_happened_to_prices() {
    let world = World::empty().await;
    let id = made(&world, "name=Pro&amount=4900").await;
    world.editor().post(path(id), "version=1&name=Plus&price_key=plus").await.expect(303);
    let admin = admin(&world);
    admin.post(format!("{}/archiving", path(id)), "").await.expect(303);
    admin.post(format!("{}/restoration", path(id)), "").await.expect(303);
    let page = admin.get("/settings/audit?q=kind%3Aprices").await.expect(200);
    let told = page.texts("#results .audit > li > div:first-of-type > p");
    assert_eq!(
        told,
        [
            "Ada Admin brought a price back",
            "Ada Admin archived a price",
            "Edgar Editor renamed a price Plus",
            "Edgar Editor made a price Pro",
        ]
    );
    assert!(page.texts(".audit details").iter().any(|change| change.contains("Key") && change.contains("plus")));
}

#[actix_web::test]
async fn one_key_is_given_once_also_at_the_same_moment() {
    let world = World::committed().await;
    let account = world.shop.live;
    let make = |n: usize| {
        let (db, form) = (world.db.clone(), format!("name=Price+{n}&price_key=pro&amount=5"));
        async move {
            let typed = FormFields::parse(form.as_bytes()).unwrap();
            let new = input::new_price(&typed, "KES".parse().unwrap()).unwrap();
            let now = Timestamp::now();
            db.write(move |conn| {
                writing::create(conn, &By::system(account, Clock::system()), now, PriceId::at(now), new)
            })
            .await
        }
    };
    let running: Vec<_> = (0..8).map(|n| actix_web::rt::spawn(make(n))).collect();
    let mut done = Vec::new();
    for one in running {
        done.push(one.await.unwrap());
    }
    let kept: BTreeSet<PriceId> = done.iter().filter_map(|one| Some(one.as_ref().ok()?.id)).collect();
    assert_eq!(kept.len(), 1);
    assert!(done.iter().filter(|one| one.is_err()).all(|one| matches!(one, Err(Error::Conflict(_)))));
    let named = world.with(|conn| model::named(conn, account, "pro")).unwrap();
    assert!(kept.contains(&named.id), "found by its key");
    assert_eq!(world.with(|conn| model::named(conn, account, &named.id.to_string())).unwrap(), named, "and by its id");
    assert!(matches!(world.with(|conn| model::named(conn, account, "plus")), Err(Error::NotFound)));
}
