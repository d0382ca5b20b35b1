//! What is of another account, merchant or person: it is not there.

use super::*;

#[actix_web::test]
async fn another_merchants_customer_is_not_there() {
    let (world, named) = World::populated().await;
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.names_a_customer()) {
        for stranger in [named.foreign, named.tested, CustomerId::new()] {
            let answer = rule.asked_at(&world.owner(), rule.path_with(stranger, named.view, named.payment)).await;
            assert_eq!(answer.status, 404, "{}", told(rule, &answer));
        }
        let answer = rule.asked(&world.testing(&world.shop.owner), &named).await;
        assert_eq!(answer.status, 404, "a live customer in the test account: {}", told(rule, &answer));
        let answer = rule.asked(&world.asker(&world.rival.owner), &named).await;
        assert_eq!(answer.status, 404, "for the other merchant: {}", told(rule, &answer));
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn another_accounts_or_persons_view_is_not_there() {
    let (world, named) = World::populated().await;
    let foreign = world.view_of(world.rival.live, &world.rival.editor, "name=Theirs&is_shared=on");
    let tested = world.view_of(world.shop.test, &world.shop.editor, "name=Tested&is_shared=on");
    let private = world.view_of(world.shop.live, &world.shop.viewer, "name=Vera’s own");
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.names_a_view()) {
        for stranger in [foreign, tested, private, ViewId::new()] {
            let answer = rule.asked_at(&world.owner(), rule.path_with(named.wanjiru, stranger, named.payment)).await;
            assert_eq!(answer.status, 404, "{}", told(rule, &answer));
        }
    }
    for path in ["/customers", "/customers/count", "/customers/help", "/customers/filters/country"] {
        for stranger in [foreign, tested, private] {
            assert_eq!(world.owner().get(format!("{path}?view={stranger}")).await.status, 404, "{path}");
        }
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn another_accounts_event_is_not_there() {
    let (world, named) = World::populated().await;
    let before = world.census();
    let path = format!("/events/{}/undo", named.event);
    for stranger in [world.testing(&world.shop.owner), world.asker(&world.rival.owner)] {
        assert_eq!(stranger.post(&path, "").await.status, 404);
    }
    assert_eq!(world.owner().post(format!("/events/{}/undo", EventId::new()), "").await.status, 404);
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn another_accounts_payment_method_or_note_is_not_there() {
    let (world, named) = World::populated().await;
    let places = [(world.rival.live, named.foreign), (world.shop.test, named.tested)];
    let mut methods: Vec<String> = places.map(|(account, id)| world.method(account, id).to_string()).into();
    let mut notes: Vec<String> = places.map(|(account, id)| world.note(account, id, "Theirs").to_string()).into();
    methods.push(MethodId::new().to_string());
    notes.push(NoteId::new().to_string());
    let before = world.census();
    for (name, strangers) in [("{method}", methods), ("{note}", notes)] {
        for rule in RULES.iter().filter(|rule| rule.path.contains(name)) {
            for stranger in &strangers {
                let answer = rule.asked_at(&world.owner(), rule.path.replace(name, stranger)).await;
                assert_eq!(answer.status, 404, "{}", told(rule, &answer));
            }
        }
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn another_accounts_price_is_not_there() {
    let (world, named) = World::populated().await;
    let strangers = [world.price(world.rival.live, "Theirs"), world.price(world.shop.test, "Trial"), PriceId::new()];
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.path.contains("{price}")) {
        for stranger in strangers {
            let path = rule.path.replace("{price}", &stranger.to_string());
            let answer = rule.asked_at(&world.owner(), path).await;
            assert_eq!(answer.status, 404, "{}", told(rule, &answer));
        }
        let answer = rule.asked(&world.asker(&world.rival.owner), &named).await;
        assert_eq!(answer.status, 404, "for the other merchant: {}", told(rule, &answer));
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn another_accounts_invoice_is_not_there() {
    let (world, named) = World::populated().await;
    let theirs = world.invoice(world.rival.live, named.foreign);
    let strangers = [theirs, world.invoice(world.shop.test, named.tested), InvoiceId::new()];
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.path.contains("{invoice}")) {
        for stranger in strangers {
            let path = rule.path.replace("{invoice}", &stranger.to_string());
            let answer = rule.asked_at(&world.owner(), path).await;
            assert_eq!(answer.status, 404, "{}", told(rule, &answer));
        }
        let answer = rule.asked(&world.asker(&world.rival.owner), &named).await;
        assert_eq!(answer.status, 404, "for the other merchant: {}", told(rule, &answer));
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn another_accounts_subscription_is_not_there() {
    let (world, named) = World::populated().await;
    let theirs = world.subscription(world.rival.live, named.foreign);
    let strangers = [theirs, world.subscription(world.shop.test, named.tested), SubscriptionId::new()];
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.path.contains("{subscription}")) {
        for stranger in strangers {
            let path = rule.path.replace("{subscription}", &stranger.to_string());
            let answer = rule.asked_at(&world.owner(), path).await;
            assert_eq!(answer.status, 404, "{}", told(rule, &answer));
        }
        let answer = rule.asked(&world.asker(&world.rival.owner), &named).await;
        assert_eq!(answer.status, 404, "for the other merchant: {}", told(rule, &answer));
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn another_accounts_payment_schedule_is_not_there() {
    let (world, named) = World::populated().await;
    let theirs = world.schedule(world.rival.live, named.foreign);
    let strangers = [theirs, world.schedule(world.shop.test, named.tested), ScheduleId::new()];
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.path.contains("{schedule}")) {
        for stranger in strangers {
            let path = rule.path.replace("{schedule}", &stranger.to_string()).replace("{no}", "1");
            let answer = rule.asked_at(&world.owner(), path).await;
            assert_eq!(answer.status, 404, "{}", told(rule, &answer));
        }
        let answer = rule.asked(&world.asker(&world.rival.owner), &named).await;
        assert_eq!(answer.status, 404, "for the other merchant: {}", told(rule, &answer));
    }
    let part = world.part(world.rival.live, theirs);
    assert_eq!(world.owner().get(format!("/schedule_parts/{part}")).await.status, 404);
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn another_accounts_api_key_is_not_there() {
    let (world, named) = World::populated().await;
    let strangers =
        [world.api_key(world.rival.live, "Theirs").0, world.api_key(world.shop.test, "Trial").0, ApiKeyId::new()];
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.path.contains("{api_key}")) {
        for stranger in strangers {
            let path = rule.path.replace("{api_key}", &stranger.to_string());
            let answer = rule.asked_at(&world.owner(), path).await;
            assert_eq!(answer.status, 404, "{}", told(rule, &answer));
        }
        let answer = rule.asked(&world.asker(&world.rival.owner), &named).await;
        assert_eq!(answer.status, 404, "for the other merchant: {}", told(rule, &answer));
    }
    assert_eq!(world.census(), before);
}
