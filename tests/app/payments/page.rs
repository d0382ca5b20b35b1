//! The page of one payment: what is kept of it, and what else its customer paid.

use super::*;

#[actix_web::test]
async fn a_paid_payment_says_what_is_kept_of_it_and_one_that_is_not_paid_says_nothing() {
    let (world, _) = without_payments().await;
    let viewer = world.viewer();
    let breakdown = async |amount, currency, status, refunded| {
        let id = past(&world, Past { amount, currency, status, refunded, ..PAST });
        viewer.get(format!("/payments/{id}")).await.expect(200).texts("#breakdown tr")
    };
    let nothing_refunded = breakdown(150_000, "KES", Status::Succeeded, 0).await;
    assert_eq!(nothing_refunded, ["Amount KES 1,500.00", "Refunded —", "Kept KES 1,500.00"]);
    let partly = breakdown(150_000, "KES", Status::PartiallyRefunded, 40_000).await;
    assert_eq!(partly, ["Amount KES 1,500.00", "Refunded KES 400.00", "Kept KES 1,100.00"]);
    let all = breakdown(750, "JPY", Status::Refunded, 750).await;
    assert!(all[2].starts_with("Kept JPY 0"), "{all:?}");
    for status in [Status::Failed, Status::Canceled, Status::Processing] {
        assert!(breakdown(900, "EUR", status, 0).await.is_empty(), "{status} is not paid");
    }

    let paid = past(&world, Past { amount: 50_000, ..PAST });
    world.sql(&format!(
        "INSERT INTO refunds (account_id, id, payment_id, amount, status, created_at, updated_at)
         SELECT account_id, gen_random_uuid(), id, 12000, 'processing', now(), now() FROM payments WHERE id = '{}'",
        paid.uuid()
    ));
    let page = viewer.get(format!("/payments/{paid}")).await.expect(200);
    assert_eq!(page.texts("#breakdown tr")[2..], ["Kept KES 500.00", "Of that being refunded KES 120.00"]);
}

#[actix_web::test]
async fn a_payment_leads_to_the_last_five_others_of_its_customer() {
    let (world, named) = without_payments().await;
    let viewer = world.viewer();
    let mut theirs = Vec::new();
    for n in 0..7 {
        let description = format!("Order {n}");
        theirs.push(past(
            &world,
            Past { customer: Some(named.wanjiru), days: 10 - n, description: Some(&description), ..PAST },
        ));
    }
    past(&world, Past { customer: Some(named.acme), description: Some("Not theirs"), ..PAST });
    let page = viewer.get(format!("/payments/{}", theirs[4])).await.expect(200);
    assert_eq!(
        page.texts("#others .rowlink"),
        ["Order 6", "Order 5", "Order 3", "Order 2", "Order 1"],
        "the newest, without this one"
    );
    assert_eq!(page.attribute("#others-all", "href"), format!("/customers/{}/payments", named.wanjiru));

    let only = past(&world, Past { customer: Some(named.jose), ..PAST });
    let nobodys = past(&world, PAST);
    for id in [only, nobodys] {
        assert!(!viewer.get(format!("/payments/{id}")).await.expect(200).has("#others"));
    }
}
