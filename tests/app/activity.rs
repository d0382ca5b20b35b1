//! A customer's page and its activity: who changed what, when, from what to what.

use crate::{charging::Till, world::World};

#[actix_web::test]
async fn a_customers_page_shows_everything_that_is_known() {
    let (world, named) = World::populated().await;
    let page = world.viewer().get(format!("/customers/{}", named.wanjiru)).await.expect(200);
    assert_eq!((page.title(), page.text("h1")), ("Wanjiru Kamau".into(), "Wanjiru Kamau".into()));
    let details = page.texts("[aria-labelledby=details-title] dd");
    assert_eq!(
        details[..6],
        ["Wanjiru@example.com", "+254 712 345 678", "Duka Moja", "Swahili", "C-17", "Pays on Fridays"]
    );
    assert_eq!(page.text("[aria-labelledby=addresses-title] dd"), "14 Riverside Drive Nairobi Kenya");
    assert_eq!(page.text("[aria-labelledby=metadata-title] dl"), "tier gold");
    assert_eq!(page.attribute(".phead button.copy", "data-copy"), named.wanjiru.to_string());
    let bare = world.viewer().get(format!("/customers/{}", named.nameless)).await.expect(200);
    assert_eq!(bare.title(), "nobody@nameless.example");
}

#[actix_web::test]
async fn what_people_typed_is_text_and_never_markup() {
    let world = World::empty().await;
    let nasty = "%3Cscript%3Ealert%281%29%3C%2Fscript%3E%22%27%3E%3Cimg+src%3Dx%3E";
    let id = world.customer(&format!(
        "name={nasty}&email=a%40x.example&company={nasty}&description={nasty}&reference={nasty}&metadata.k={nasty}&address.n.city={nasty}"
    ));
    let editor = world.editor();
    editor.post(format!("/customers/{id}"), format!("version=1&company=2{nasty}")).await.expect(303);
    for place in ["", "/edit", "/activity", "/deletion"] {
        let page = editor.get(format!("/customers/{id}{place}")).await.expect(200);
        assert!(!page.has("main script") && !page.has("main img"), "{place}");
        assert!(page.text("h1").contains("<script>alert(1)</script>\"'><img src=x>"));
    }
    let list = editor.get(format!("/customers?q={nasty}")).await;
    assert!(!list.has("main script") && !list.has("main img"));
}

#[actix_web::test]
async fn the_activity_tells_who_did_what_newest_first() {
    let (world, named) = World::populated().await;
    let path = format!("/customers/{}", named.wanjiru);
    world
        .owner()
        .post(&path, "version=1&company=&phone=0733111222&metadata_key=since&metadata_value=2019")
        .await
        .expect(303);
    world.editor().delete_customer(&path).await;
    world.owner().post(format!("{path}/restoration"), "").await.expect(303);
    let page = world.viewer().get(&path).await.expect(200);
    assert_eq!(
        page.texts("#activity li > div > p"),
        [
            "Olga Owner restored the customer",
            "Edgar Editor deleted the customer",
            "Olga Owner changed the customer",
            "Edgar Editor wrote a note Deliver to the gate; the guard signs.",
            "Edgar Editor added a payment method Visa •••• 4242",
            "Edgar Editor created the customer"
        ]
    );
    assert_eq!(page.texts("#activity .diff dt"), ["Company", "since", "Phone"]);
    assert_eq!(page.texts("#activity .diff del"), ["Duka Moja", "+254 712 345 678"]);
    assert_eq!(page.texts("#activity .diff ins"), ["2019", "+254 733 111 222"]);
    assert_eq!(page.texts("#activity .diff .none"), ["removed"]);
    assert_eq!(page.all("#activity time[datetime]").len(), 6);
    let alone = world.viewer().get(format!("{path}/activity")).await.expect(200);
    assert_eq!(alone.title(), "Activity of Wanjiru Kamau");
    assert_eq!(alone.all("main li time").len(), 6);
}

#[actix_web::test]
async fn a_long_activity_goes_on_on_its_own_page() {
    let world = World::empty().await;
    let id = world.customer("name=Busy&email=b%40x.example");
    let editor = world.editor();
    for n in 1..=45 {
        editor.post(format!("/customers/{id}"), format!("version={n}&company=C{n}")).await.expect(303);
    }
    let mut place = format!("/customers/{id}");
    let mut seen = Vec::new();
    for expected in [20, 20, 6] {
        let page = editor.get(&place).await.expect(200);
        assert_eq!(page.all("main .timeline > li").len(), expected);
        seen.extend(page.texts("main .timeline ins"));
        let more = page.all("main a[href*='activity?before=']");
        assert_eq!(more.is_empty(), expected == 6);
        place = more.first().map(|link| link.attr("href").unwrap().to_owned()).unwrap_or_default();
    }
    assert_eq!(seen, (1..=45).rev().map(|n| format!("C{n}")).collect::<Vec<_>>());
    for damaged in ["nonsense", "evt_", "%00", "cust_01h2xcejqtf2nbrexx3vqjhp41"] {
        let page = editor.get(format!("/customers/{id}/activity?before={damaged}")).await.expect(400);
        assert!(page.text("main").contains("Start again from the customer"));
    }
}

#[actix_web::test]
async fn times_are_read_in_the_merchants_zone() {
    let (world, named) = World::populated().await;
    let page = world.viewer().get(format!("/customers/{}", named.wanjiru)).await;
    let times = page.all("[aria-labelledby=details-title] time");
    assert!(times.iter().all(|time| time.attr("title").unwrap().ends_with(" EAT")), "Nairobi's");
    let machine: jiff::Timestamp = times[0].attr("datetime").unwrap().parse().unwrap();
    assert_eq!(machine.as_second(), world.stored(named.wanjiru).created_at.as_second());
}

#[actix_web::test]
async fn a_mistyped_domain_is_asked_about_and_kept() {
    let world = World::empty().await;
    let answer = world.editor().post("/customers", "name=A&email=a%40gmial.com").await.expect(303);
    let page = world.viewer().get(answer.location()).await;
    assert_eq!(page.text("[aria-labelledby=details-title] .hint"), "Is a@gmail.com meant?");
}

#[actix_web::test]
async fn the_activity_tells_of_payments_with_a_link_to_each() {
    let till = Till::open(World::empty().await).await;
    let paid = till.charge(10_000, "tok_visa").await.id;
    till.refund(paid, 2_500).await.unwrap();
    till.charge(3_000, "tok_insufficient_funds").await;
    let viewer = till.world.testing(&till.world.shop.viewer);
    let page = viewer.get(format!("/customers/{}", till.customer)).await.expect(200);
    assert_eq!(
        page.texts("#activity li > div > p"),
        [
            "Payment of KES 30.00 failed There is not enough money on the card",
            "Edgar Editor charged KES 30.00 Visa •••• 9995",
            "Edgar Editor refunded KES 25.00 Too small",
            "Payment of KES 100.00 succeeded Visa •••• 4242",
            "Edgar Editor charged KES 100.00 Visa •••• 4242",
            "Edgar Editor created the customer"
        ]
    );
    assert_eq!(page.attribute("#activity li:nth-child(3) a", "href"), format!("/payments/{paid}"));
}
