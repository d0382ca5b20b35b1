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
