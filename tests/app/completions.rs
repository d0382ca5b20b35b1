//! What is offered while somebody types a search: keys, values that occur, views and pages; and rows that stay while a
//! word is not whole.

use crate::world::{Answer, World, encode};

/// The texts offered for what is typed, where a bar is the caret; each with what it puts into the box.
async fn offered(world: &World, list: &str, typed: &str) -> Vec<(String, String)> {
    let at = typed.find('|').map(|at| typed[..at].encode_utf16().count()).unwrap();
    let q = encode(&typed.replacen('|', "", 1));
    let answer = world.viewer().fragment(format!("{list}/completions?q={q}&at={at}")).await.expect(200);
    if answer.body.trim_ascii().is_empty() {
        return Vec::new();
    }
    let puts =
        |option: &scraper::ElementRef<'_>| option.attr("data-complete").or(option.attr("href")).unwrap().to_owned();
    let shown = answer.texts("[role=option]");
    shown.into_iter().zip(answer.all("[role=option]").iter().map(puts)).collect()
}

async fn texts(world: &World, typed: &str) -> Vec<String> {
    offered(world, "/customers", typed).await.into_iter().map(|(text, _)| text).collect()
}

async fn filled() -> World {
    let world = World::empty().await;
    for (name, country, more) in [
        ("Ada", "KE", "&metadata.tier=gold&language=sw"),
        ("Ben", "KE", "&metadata.tier=very+gold&language=en"),
        ("Cai", "CI", "&metadata.tour=x"),
    ] {
        world.customer(&format!(
            "name={name}&address.n.kind=billing&address.n.country={country}&address.n.city=X{more}"
        ));
    }
    world
}

#[actix_web::test]
async fn keys_that_fit_are_offered_by_name_and_by_title() {
    let world = filled().await;
    assert_eq!(texts(&world, "la|").await, ["lang: Language", "last_payment: Last payment", "last4: Last four digits"]);
    assert_eq!(texts(&world, "jane -coun| doe").await, ["country: Country"]);
    assert_eq!(offered(&world, "/customers", "jane -coun| doe").await[0].1, "jane -country: doe");
    assert!(texts(&world, "refer|").await.contains(&"reference: Your reference".to_owned()));
    for nothing in ["|", "jane |", "zzz|", "\"la|\"", "nokey:la|"] {
        assert_eq!(texts(&world, nothing).await, [""; 0], "{nothing}");
    }
}

#[actix_web::test]
async fn values_are_those_that_occur_with_their_numbers() {
    let world = filled().await;
    assert_eq!(texts(&world, "country:|").await, ["KE Kenya 2", "CI Côte d’Ivoire 1"]);
    assert_eq!(offered(&world, "/customers", "country:|").await[0].1, "country:KE ");
    assert_eq!(texts(&world, "country:ken|").await, ["KE Kenya 2"]);
    assert_eq!(texts(&world, "country:cote|").await, ["CI Côte d’Ivoire 1"], "accents do not matter");
    assert_eq!(texts(&world, "country:KE,|").await, ["CI Côte d’Ivoire 1"], "the other is there already");
    assert_eq!(offered(&world, "/customers", "country:KE,c| x").await[0].1, "country:KE,CI x");
    assert_eq!(texts(&world, "country:KE|").await, [""; 0], "it is there already");
    assert_eq!(texts(&world, "lang:|").await, ["en English 1", "sw Swahili 1"]);
    assert_eq!(texts(&world, "metadata.t|").await, ["metadata.tier: Metadata", "metadata.tour: Metadata"]);
    assert_eq!(texts(&world, "metadata.tier:|").await, ["gold 1", "\"very gold\" 1"]);
    assert_eq!(offered(&world, "/customers", "metadata.tier:ve|").await[0].1, "metadata.tier:\"very gold\" ");
    assert_eq!(texts(&world, "status:|").await, ["active Active 3"], "nobody is deleted");
    assert_eq!(texts(&world, "-has:addr|").await, ["address An address"], "what it leaves out is not counted");
    assert!(texts(&world, "created:30|").await.contains(&"last-30d Last 30 days".to_owned()));
    assert!(texts(&world, "last_payment:ne|").await.contains(&"never Never".to_owned()));
}

#[actix_web::test]
async fn a_value_is_found_without_its_key() {
    let world = filled().await;
    assert_eq!(texts(&world, "kenya|").await, ["country:KE Kenya 2"]);
    assert_eq!(texts(&world, "swah|").await, ["lang:sw Swahili 1"]);
    assert_eq!(texts(&world, "compan|").await, ["company: Company"], "nobody is an organization");
    assert_eq!(texts(&world, "tie|").await, ["metadata.tier: Metadata"]);
}

#[actix_web::test]
async fn a_value_that_nobody_has_any_more_is_not_offered() {
    let world = filled().await;
    let gone = world.customer("name=Dee&language=fr&metadata.tier=tin");
    assert!(texts(&world, "lang:|").await.contains(&"fr French 1".to_owned()));
    world
        .editor()
        .post(format!("/customers/{gone}"), "version=1&language=&metadata_key=tier&metadata_value=gold")
        .await;
    assert_eq!(texts(&world, "lang:|").await, ["en English 1", "sw Swahili 1"]);
    assert_eq!(texts(&world, "frenc|").await, [""; 0]);
    assert_eq!(texts(&world, "metadata.tier:|").await, ["gold 2", "\"very gold\" 1"]);
}

#[actix_web::test]
async fn what_only_deleted_customers_have_is_not_offered() {
    let world = filled().await;
    let gone = world.customer("name=Dee&metadata.only=here&language=fr");
    world.delete(gone);
    for typed in ["lang:f|", "-lang:f|", "frenc|", "metadata.only:|", "-metadata.only:|"] {
        assert_eq!(texts(&world, typed).await, [""; 0], "{typed}");
    }
}

#[actix_web::test]
async fn nothing_of_another_account_is_offered() {
    let world = filled().await;
    world.customer_in(world.shop.test, &world.shop.editor, "name=X&language=ja&metadata.secret=1");
    world.customer_in(world.rival.live, &world.rival.editor, "name=Y&language=ja&metadata.secret=1");
    assert_eq!(texts(&world, "lang:ja|").await, [""; 0]);
    assert_eq!(texts(&world, "japan|").await, [""; 0]);
    assert_eq!(texts(&world, "secr|").await, [""; 0]);
}

#[actix_web::test]
async fn views_and_pasted_ids_are_opened() {
    let (world, named) = World::populated().await;
    let view = world.viewer().get(format!("/customers?view={}", named.view)).await.text(".tabs [aria-current] bdi");
    let typed = format!("{}|", view.split(' ').next().unwrap());
    let to = offered(&world, "/customers", &typed).await;
    assert!(to.iter().any(|(_, href)| href.contains(&named.view.to_string())), "{to:?}");
    let payment = named.payment;
    let to = offered(&world, "/customers", &format!("{payment}|")).await;
    assert_eq!(to, [(format!("Open the payment {payment}"), format!("/payments/{payment}"))]);
    let to = offered(&world, "/payments", &format!("{}|", named.wanjiru)).await;
    assert_eq!(to[0].1, format!("/customers/{}", named.wanjiru));
}

#[actix_web::test]
async fn payments_offer_their_own_keys_and_what_occurs() {
    let (world, _) = World::populated().await;
    let of = async |typed: &str| -> Vec<String> {
        offered(&world, "/payments", typed).await.into_iter().map(|(text, _)| text).collect()
    };
    assert_eq!(of("stat|").await, ["status: Status"]);
    assert!(of("status:|").await.iter().all(|text| !text.ends_with(" 0")));
    assert!(
        of("currency:|").await.contains(&"KES Kenyan shilling 100+".to_owned()) || of("currency:K|").await.len() == 1
    );
    assert_eq!(of("customer:n|").await, ["none Without a customer"]);
    assert!(of("paid|").await.iter().all(|text| text.starts_with("status:succeeded")), "{:?}", of("paid|").await);
}

#[actix_web::test]
async fn any_text_and_any_place_have_an_answer() {
    let world = filled().await;
    let viewer = world.viewer();
    for list in ["/customers", "/payments"] {
        for typed in ["", "-", "\"", "country:\"", "𝒜:é", "a%00b", &"x".repeat(3_000), &"country:KE,".repeat(90)] {
            for at in ["", "0", "1", "2", "99999", "-1", "x"] {
                viewer.fragment(format!("{list}/completions?q={}&at={at}", encode(typed))).await.expect(200);
            }
        }
        viewer.fragment(format!("{list}/completions")).await.expect(200);
        assert_eq!(viewer.get(format!("{list}/completions?q=a")).await.expect(303).location(), list);
    }
}

/// Asks for a list as the script does while somebody types.
async fn typing(world: &World, list: &str, typed: &str) -> Answer {
    let at = typed.encode_utf16().count().to_string();
    world.viewer().fragment(format!("{list}?q={}", encode(typed))).header("Typing-At", &at).await
}

#[actix_web::test]
async fn rows_stay_while_a_word_is_not_whole() {
    let world = filled().await;
    for (typed, status) in [
        ("c", 200),
        ("coun", 204),
        ("country:", 204),
        ("country:K", 204),
        ("country:KE", 200),
        ("country:KE sp", 204),
        ("country:KE spent:>", 204),
        ("country:KE spent:>500", 200),
        ("metadata.tier:go", 204),
        ("metadata.tier:gold", 200),
        ("contry:KE", 204),
        ("zzz", 200),
        ("a OR ", 204),
    ] {
        typing(&world, "/customers", typed).await.expect(status);
    }
    world.viewer().fragment("/customers?q=coun").await.expect(200);
    world.viewer().fragment("/customers?q=contry%3AKE").await.expect(422);
    for (typed, status) in [("st", 204), ("status:", 204), ("status:failed", 200), ("zzz", 200)] {
        typing(&world, "/payments", typed).await.expect(status);
    }
}

#[actix_web::test]
async fn a_search_that_is_not_understood_keeps_the_rows_and_says_of_what() {
    let world = filled().await;
    let page = world.viewer().get("/customers?q=country:KE").await.expect(200);
    assert_eq!(page.text("#stale"), "Still showing country:KE");
    assert_eq!(world.viewer().get("/customers").await.text("#stale"), "Still showing the list without a search");
    let told = world.viewer().fragment("/customers?q=contry%3AKE").await.expect(422);
    for part in ["#filters", "#view-tools"] {
        assert_eq!(told.text(&format!("hx-partial[hx-target='{part}']")), "", "nothing that could not work stays");
    }
    assert!(!world.viewer().get("/customers?q=contry%3AKE").await.expect(422).has("#stale"));
}
