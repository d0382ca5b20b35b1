//! IDs and lists that are pasted into the search boxes.

use clientele::ids::{AddressId, CustomerId, EventId, MethodId, PaymentId, RefundId, TokenId, ViewId};

use crate::world::{Asker, World, encode};

/// One of everything that has a page, in the shop's live account.
struct Things {
    world: World,
    customer: CustomerId,
    payment: PaymentId,
    refund: RefundId,
    method: MethodId,
    view: ViewId,
}

async fn things() -> Things {
    let world = World::empty().await;
    let customer = world.customer("name=Zawadi&email=zawadi%40x.example");
    let (payment, refund) = (world.paid(customer, 1), RefundId::new());
    world.sql(&format!(
        "INSERT INTO refunds (account_id, id, payment_id, amount, status, created_at, updated_at)
         VALUES ('{}', '{}', '{}', 500, 'succeeded', now(), now())",
        world.shop.live.uuid(),
        refund.uuid(),
        payment.uuid()
    ));
    let method = world.method(world.shop.live, customer);
    let view = world.view("name=Kenya&q=country%3AKE");
    Things { customer, payment, refund, method, view, world }
}

/// The ways in which an ID arrives.
fn wrappings(id: &str, path: &str) -> Vec<String> {
    let upper = id.to_uppercase();
    let host = format!("https://clientele.example/{path}/{id}");
    vec![
        id.to_owned(),
        upper,
        format!("{host}?after=x#top"),
        format!("({id})"),
        format!("`{id}`,"),
        format!("#{id}."),
        format!("\u{202a}{id}\u{202c}"),
    ]
}

async fn opening(asker: &Asker, path: &str, text: &str) -> (String, Option<String>) {
    let page = asker.get(format!("{path}?q={}", encode(text))).await.expect(200);
    let link = page.has("#opening a").then(|| page.attribute("#opening a", "href"));
    (page.text("#opening"), link)
}

#[actix_web::test]
async fn an_id_of_anything_offers_the_page_of_it() {
    let Things { world, customer, payment, refund, method, view } = things().await;
    let editor = world.editor();
    let payment_page = format!("/payments/{payment}");
    for (id, folder, says, page) in [
        (payment.to_string(), "payments", "This is the ID of a payment. Open the payment", payment_page.clone()),
        (refund.to_string(), "refunds", "This is the ID of a refund. Open its payment", payment_page),
        (
            method.to_string(),
            "payment_methods",
            "This is the ID of a payment method. Open its wallet",
            format!("/customers/{customer}/payment_methods"),
        ),
        (view.to_string(), "views", "This is the ID of a view. Open the view", format!("/customers?view={view}")),
    ] {
        for text in wrappings(&id, folder) {
            assert_eq!(opening(&editor, "/customers", &text).await, (says.to_owned(), Some(page.clone())), "{text}");
            let palette = editor.fragment(format!("/palette?q={}", encode(&text))).await.expect(200);
            assert_eq!(palette.attribute("#palette-ids [role=option]", "href"), page, "{text}");
        }
        editor.get(&page).await.expect(200);
    }
    for text in [payment.to_string(), format!("jane {refund}")] {
        let page = editor.get(format!("/payments?q={}", encode(&text))).await.expect(200);
        assert_eq!(page.has("#opening"), text.contains("re_"), "a payment is found, a refund leads to one");
    }
    let other = world.customer("name=Nobody&email=nobody%40x.example");
    let found = opening(&editor, "/payments", &other.to_string()).await;
    assert_eq!(found.1, Some(format!("/customers/{other}")), "who has paid nothing");
}

#[actix_web::test]
async fn an_id_that_opens_nothing_here_says_why() {
    let Things { world, payment, method, .. } = things().await;
    let (live, test) = (world.viewer(), world.testing(&world.shop.viewer));
    for (id, path) in [(payment.to_string(), format!("/payments/{payment}")), (method.to_string(), String::new())] {
        let page = test.get(format!("/customers?q={id}")).await.expect(200);
        assert!(page.text("#opening").contains("is not in this account, but in your live account."), "{id}");
        let form = page.form(".empty form");
        assert!(form.value("next").contains(&path), "{id}");
        let palette = test.fragment(format!("/palette?q={id}")).await.expect(200);
        assert!(palette.text("#palette-ids").contains("in your live account"), "{id}");
    }
    for (id, says) in [
        (PaymentId::new().to_string(), "No payment with this ID is known here."),
        (RefundId::new().to_string(), "No refund with this ID is known here."),
        (CustomerId::new().to_string(), "No customer with this ID is known here."),
        (TokenId::new().to_string(), "This ID names something that has no page of its own."),
        (AddressId::new().to_string(), "This ID names something that has no page of its own."),
        (EventId::new().to_string(), "This ID names something that has no page of its own."),
    ] {
        assert_eq!(opening(&live, "/customers", &id).await, (says.to_owned(), None));
        let palette = live.fragment(format!("/palette?q={id}")).await.expect(200);
        assert!(palette.text(".palette__note").contains(says), "{id}");
    }
    let stranger = world.asker(&world.rival.owner);
    let (says, link) = opening(&stranger, "/customers", &payment.to_string()).await;
    assert_eq!((says.as_str(), link), ("No payment with this ID is known here.", None), "another merchant's");
    let deleted = world.customer("name=Gone&email=gone%40x.example");
    world.delete(deleted);
    let page = live.get(format!("/customers?q={deleted}")).await.expect(200);
    assert!(page.has("#deleted-too") && !page.has("#opening"), "said once");
}

#[actix_web::test]
async fn several_pasted_lines_lead_to_any_of_these_with_one_click() {
    let world = World::empty().await;
    for (name, email, phone) in [("Ann", "ann", "0712000101"), ("Bo", "bo", "0712000102"), ("Cy", "cy", "0712000103")] {
        world.customer(&format!("name={name}&email={email}%40list.example&phone={phone}"));
    }
    let viewer = world.viewer();
    for pasted in [
        "ann@list.example bo@list.example",
        "ann@list.example\r\nbo@list.example\r\n",
        "ann@list.example,bo@list.example",
        "Ann Lee <ann@list.example>; Bo Lee <BO@list.example>",
        "0712000101\t+254 712 000 102",
        "tel:0712000101, tel:0712000102",
    ] {
        let palette = viewer.fragment(format!("/palette?q={}", encode(pasted))).await.expect(200);
        let any = viewer.get(palette.attribute("#palette-to-all", "href")).await.expect(200);
        assert_eq!(any.rows(), ["Bo", "Ann"], "{pasted}");
        for path in ["/customers", "/payments"] {
            let page = viewer.get(format!("{path}?q={}", encode(pasted))).await.expect(422);
            assert!(page.text("#search-problem").contains("These are 2"), "{pasted}: {}", page.text("#search-problem"));
            let any = viewer.get(page.attribute("#search-problem a", "href")).await.expect(200);
            if path == "/customers" {
                assert_eq!(any.rows(), ["Bo", "Ann"], "{pasted}");
                assert!(any.text("#filters").contains(" or "), "the chip says what is asked: {}", any.text("#filters"));
            }
        }
    }
}

#[actix_web::test]
async fn the_words_beside_several_are_kept() {
    let world = World::empty().await;
    let page = world.viewer().get(format!("/customers?q={}", encode("bob,jane@x.example amy@x.example"))).await;
    let any = page.expect(422).text("#search-problem a");
    assert!(any.contains("bob") && any.contains("email:jane@x.example,amy@x.example"), "{any}");
}

#[actix_web::test]
async fn a_signatures_lines_find_the_customer() {
    let world = World::empty().await;
    world.customer("name=Imani+Odhiambo&email=imani%40acme.example&phone=0712000201&company=Acme");
    let viewer = world.viewer();
    for signature in [
        "Imani Odhiambo\r\nAcme\r\nimani@acme.example\r\n+254 712 000 201",
        "Imani Odhiambo | Acme | Tel: 0712 000 201 | E-Mail: imani@acme.example".replace(" |", "\n").as_str(),
        "Acme, Imani, imani@acme.example, Mobile: +254712000201",
    ] {
        let page = viewer.get(format!("/customers?q={}", encode(signature))).await.expect(200);
        assert_eq!(page.rows(), ["Imani Odhiambo"], "{signature}");
    }
    for (signature, contacts) in [
        ("Head of Finance imani@acme.example", &["imani@acme.example"][..]),
        ("Imani Mwangi\n0712 000 201\nimani@acme.example", &["0712 000 201", "imani@acme.example"]),
        ("Imani Mwangi\n0799 999 999", &[]),
        ("Imani Mwangi country:KE imani@acme.example", &[]),
    ] {
        let page = viewer.get(format!("/customers?q={}", encode(signature))).await.expect(200);
        assert_eq!(page.texts("#alone a"), contacts, "{signature}");
        for link in page.all("#alone a") {
            let alone = viewer.get(link.attr("href").unwrap()).await.expect(200);
            assert_eq!(alone.rows(), ["Imani Odhiambo"], "{signature}");
        }
    }
}

#[actix_web::test]
async fn a_metadata_value_that_finds_nobody_says_that_it_must_be_whole() {
    let world = World::empty().await;
    world.customer("name=Ann&email=ann%40x.example&metadata_key=tier&metadata_value=Gold+Plus");
    let viewer = world.viewer();
    for (q, value) in [
        ("metadata.tier:gold", "“gold”"),
        ("metadata.tier:\"gold plus\"", "“gold plus”"),
        ("metadata.tier:Gold*", "“Gold*”"),
        ("ann metadata.Tier:\"Gold Plus\"", "“Gold Plus”"),
        ("metadata.tier:GOLD,silver", "“GOLD”"),
    ] {
        let page = viewer.get(format!("/customers?q={}", encode(q))).await.expect(200);
        assert!(page.text("#whole-value").contains(value), "{q}");
    }
    for q in ["metadata.tier:\"Gold Plus\"", "nobody", "nobody -metadata.tier:gold"] {
        assert!(!viewer.get(format!("/customers?q={}", encode(q))).await.has("#whole-value"), "{q}");
    }
}
