//! Searches of somebody who sees customers masked: the whole of a value finds, and no part of it does.

use crate::{
    api::Client,
    curtain::{Private, decide},
    world::{Asker, World, encode},
};

/// Returns the names of the rows that a search finds, or what it says instead.
async fn found(viewer: &Asker, q: &str) -> Vec<String> {
    let page = viewer.get(format!("/customers?q={}", encode(q))).await;
    if page.status == 422 { vec![page.text("#search-problem")] } else { page.rows() }
}

async fn count(viewer: &Asker, q: &str) -> usize {
    found(viewer, q).await.len()
}

#[actix_web::test]
async fn a_whole_value_finds_and_a_part_of_it_does_not() {
    let world = World::empty().await;
    world.customer(
        "name=Jane+Shown&email=jane.hidden%40mail.example&phone=0712+345+678&company=Duka&reference=R-100200",
    );
    world.customer("email=nameless%40mail.example");
    world.customer("name=Callme+0722+334+455&company=wrote%40shop.example");
    decide(&world, None, None);
    let viewer = world.viewer();
    for (whole, rows) in [
        ("jane.hidden@mail.example", 1),
        ("JANE.hidden@Mail.Example", 1),
        ("email:jane.hidden@mail.example", 1),
        ("nameless@mail.example", 1),
        ("0712 345 678", 1),
        ("+254712345678", 1),
        ("phone:0712345678", 1),
        ("R-100200", 1),
        ("jane", 1),
        ("shown duka", 1),
        ("name:shown", 1),
        ("company:duka", 1),
        ("callme", 1),
        ("@mail.example", 2),
        ("email:*@mail.example", 2),
        ("-email:jane.hidden@mail.example", 2),
        ("has:email", 2),
    ] {
        assert_eq!(count(&viewer, whole).await, rows, "{whole}: {:?}", found(&viewer, whole).await);
    }
    for part in [
        "hidden",
        "jane.hidden",
        "jane.hidden@mail",
        "jane.hidden@",
        "nameless",
        "\"jane.hidden@mail.example\"",
        "712345",
        "345678",
        "071234567",
        "2547123",
        "334455",
        "0722 334",
        "wrote",
        "shop.example",
        "\"shop.example\"",
        "name:334455",
        "company:wrote",
        "company:shop",
        "hidd",
        "mail",
        "100200",
        "nameless OR hidden",
    ] {
        assert_eq!(found(&viewer, part).await, [""; 0], "{part}");
    }
    for (refused, says) in [
        ("email:hidden", "Emails are masked for you"),
        ("email:jane*", "Emails are masked for you"),
        ("email:j*@mail.example", "Emails are masked for you"),
        ("-email:jane*", "Emails are masked for you"),
        ("phone:345678", "Phones are masked for you"),
    ] {
        let said = found(&viewer, refused).await;
        assert!(said[0].contains(says), "{refused}: {said:?}");
    }
    let editor = world.editor();
    for part in ["hidden", "712345", "email:hidden", "email:jane*", "phone:345678", "wrote"] {
        assert_eq!(count(&editor, part).await, 1, "{part}");
    }
}

#[actix_web::test]
async fn counts_completions_and_suggestions_say_no_more_than_rows() {
    let world = World::empty().await;
    world.customer(
        "name=Jane+Shown&email=smithson%40mail.example&metadata.contact=smithson%40mail.example&metadata.tier=gold",
    );
    decide(&world, None, None);
    let viewer = world.viewer();
    for part in ["smithson", "smith", "smithsen", "zzzzzz"] {
        let count = viewer.fragment(format!("/customers/count?q={part}")).await.expect(200);
        assert_eq!(count.text("#count"), "0 customers", "{part}");
        let page = viewer.get(format!("/customers?q={part}")).await.expect(200);
        assert_eq!(page.text(".empty").replace(part, ""), {
            let other = viewer.get("/customers?q=qqqqqq").await;
            other.text(".empty").replace("qqqqqq", "")
        });
        assert_eq!(viewer.fragment(format!("/palette?q={part}")).await.texts("#palette-customers li"), [""; 0]);
    }
    let completions = |q: &str| viewer.fragment(format!("/customers/completions?q={}&at={}", encode(q), q.len()));
    assert!(completions("metadata.tier:").await.text_body().contains("gold"));
    assert!(!completions("metadata.contact:").await.text_body().contains("mail.example"));
}

#[actix_web::test]
async fn a_note_is_found_by_what_is_shown_of_it() {
    let world = World::empty().await;
    let jane = world.customer("name=Jane");
    world.note(world.shop.live, jane, "Deliver to the gate. Mail hidden@mail.example or call\n0712 345 678 after 14.");
    decide(&world, None, None);
    let viewer = world.viewer();
    for (q, rows) in [
        ("note:deliver", 1),
        ("note:\"the gate\"", 1),
        ("note:hidden", 0),
        ("note:mail.example", 0),
        ("note:0712", 0),
        ("note:345", 0),
        ("note:\"call 0712\"", 0),
    ] {
        assert_eq!(count(&viewer, q).await, rows, "{q}");
        assert_eq!(count(&world.editor(), q).await, 1, "{q}");
    }
}

#[actix_web::test]
async fn no_order_tells_what_is_masked() {
    let world = World::empty().await;
    world.field("text", "memo", "");
    for form in ["name=Ann", "name=Zoe", "email=bob%40mail.example", "name=carl%40mail.example"] {
        world.customer(form);
    }
    decide(&world, None, None);
    let viewer = world.viewer();
    let by_name = viewer.get("/customers?sort=name").await.expect(200);
    assert_eq!(by_name.rows().len(), 2, "{:?}", by_name.rows());
    assert!(by_name.text("#results").contains("Customers whose name is missing or masked are left out"));
    assert_eq!(viewer.get("/customers?sort=name&limit=1").await.expect(200).rows().len(), 1);
    for sort in ["email", "-email", "field.memo"] {
        let refused = viewer.get(format!("/customers?sort={sort}")).await.expect(400);
        assert!(refused.text("main").contains("masked for you"), "{sort}");
    }
    assert!(!viewer.get("/customers").await.has("#sort-email"));
    assert!(world.editor().get("/customers").await.has("#sort-email"));
    let view = world.view("name=By+email&sort=email&is_shared=on");
    assert_eq!(
        viewer.get(format!("/customers?view={view}")).await.expect(200).rows().len(),
        4,
        "the newest come first"
    );
}

#[actix_web::test]
async fn a_masked_key_searches_like_a_viewer() {
    let world = World::empty().await;
    Private::fill(&world).await;
    let client = Client::of(&world);
    world.sql("UPDATE api_keys SET is_masked = true");
    for (q, rows) in [("locljkx", 0), ("loclstx@other.example", 1), ("jane", 1), ("sikugiza", 0)] {
        let found = client.get(&format!("/v1/customers?q={}", encode(q))).await.expect(200);
        assert_eq!(found.json["data"].as_array().unwrap().len(), rows, "{q}");
    }
    assert_eq!(client.get("/v1/customers?q=email%3Alocl").await.refused(400), "query_not_understood");
    assert_eq!(client.get("/v1/customers?sort=email").await.refused(400), "invalid_parameter");
}
