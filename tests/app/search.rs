//! What is typed in the search box and who is found.

use clientele::ids::CustomerId;

use crate::world::{Asker, World, encode};

/// The names that a search finds, sorted.
pub async fn found(asker: &Asker, q: &str) -> Vec<String> {
    let answer = asker.get(format!("/customers?limit=100&q={}", encode(q))).await;
    assert_eq!(answer.status, 200, "{q:?}: {}", answer.outline());
    let mut names = answer.rows();
    names.sort();
    names
}

/// A customer of that name, with an email that nobody types.
pub fn add(world: &World, name: &str, more: &str) -> CustomerId {
    let email = format!("{}@x.example", name.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
    let email = &email[email.len().saturating_sub(60)..];
    world.customer(&format!("name={}&email={}{more}", encode(name), encode(email)))
}

#[actix_web::test]
async fn words_are_found_in_any_order_without_case_and_accents() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for q in ["jose", "JOSÉ", "alvarez", "álvarez jose", "  alvarez   JOS  ", "lvar", "José Álvarez", "jose\u{301}"]
    {
        assert_eq!(found(&viewer, q).await, ["José Álvarez"], "{q}");
    }
    assert_eq!(found(&viewer, "wanjiru jose").await, [""; 0], "every word must match");
    assert_eq!(found(&viewer, "李明").await, ["李明"]);
    assert_eq!(found(&viewer, "李").await, ["李明"]);
}

#[actix_web::test]
async fn one_or_two_letters_are_the_start_of_a_word_and_three_may_be_anywhere() {
    let world = World::empty().await;
    for name in ["Anna Bell", "Hanna Ott", "Bo Annan"] {
        add(&world, name, "");
    }
    let viewer = world.viewer();
    assert_eq!(found(&viewer, "an").await, ["Anna Bell", "Bo Annan"]);
    assert_eq!(found(&viewer, "b").await, ["Anna Bell", "Bo Annan"]);
    assert_eq!(found(&viewer, "ann").await, ["Anna Bell", "Bo Annan", "Hanna Ott"]);
    assert_eq!(found(&viewer, "an ott").await, [""; 0]);
    assert_eq!(found(&viewer, "a b").await, ["Anna Bell", "Bo Annan"]);
}

#[actix_web::test]
async fn a_phrase_in_quotes_is_found_as_it_stands() {
    let world = World::empty().await;
    add(&world, "Ann Lee", "");
    add(&world, "Lee Ann", "");
    let viewer = world.viewer();
    assert_eq!(found(&viewer, "ann lee").await, ["Ann Lee", "Lee Ann"]);
    assert_eq!(found(&viewer, "\"ann lee\"").await, ["Ann Lee"]);
    assert_eq!(found(&viewer, "\"ann le").await, ["Ann Lee"], "while it is being typed");
}

#[actix_web::test]
async fn a_phone_is_found_however_it_is_written() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for q in [
        "0712345678",
        "0712 345 678",
        "+254 712 345 678",
        "+254-712-345-678",
        "(0712) 345.678",
        "00254712345678",
        "254712345678",
        "712 345 678",
        "5678",
        "345678",
        "45 67",
        "0712 3",
    ] {
        assert_eq!(found(&viewer, q).await, ["Wanjiru Kamau"], "{q}");
    }
    assert_eq!(found(&viewer, "212 555 2368").await, ["Acme Ltd"]);
    assert_eq!(found(&viewer, "wanjiru 5678").await, ["Wanjiru Kamau"], "a name and the last digits");
    assert_eq!(found(&viewer, "0712 345 679").await, [""; 0]);
    assert_eq!(found(&viewer, "jose 5678").await, [""; 0]);
}

#[actix_web::test]
async fn an_email_is_found_whole_and_from_its_start_and_a_domain_from_its_own() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for q in ["wanjiru@example.com", "WANJIRU@EXAMPLE.COM", "wanjiru@", "wanjiru@ex"] {
        assert_eq!(found(&viewer, q).await, ["Wanjiru Kamau"], "{q}");
    }
    assert_eq!(found(&viewer, "njiru@example").await, [""; 0]);
    assert_eq!(found(&viewer, "@acme.ex").await, ["Acme Ltd"]);
    assert_eq!(found(&viewer, "@acme.example").await, ["Acme Ltd"]);
    assert_eq!(found(&viewer, "acme.example").await, ["Acme Ltd"]);
    assert_eq!(found(&viewer, "nobody@nowhere").await, [""; 0]);
}

#[actix_web::test]
async fn the_company_and_the_whole_id_are_found() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    assert_eq!(found(&viewer, "duka moja").await, ["Wanjiru Kamau"]);
    assert_eq!(found(&viewer, &named.wanjiru.to_string()).await, ["Wanjiru Kamau"]);
    assert_eq!(found(&viewer, &format!(" {} ", named.acme)).await, ["Acme Ltd"]);
    assert_eq!(found(&viewer, &named.foreign.to_string()).await, [""; 0]);
    assert_eq!(found(&viewer, &CustomerId::new().to_string()).await, [""; 0]);
}

#[actix_web::test]
async fn signs_that_mean_something_to_like_mean_themselves() {
    let world = World::empty().await;
    for name in [
        "100% Cotton",
        "100 Cotton",
        "under_score",
        "underXscore",
        "back\\slash",
        "backslash",
        "it's",
        "a*b?c",
        "full％width",
    ] {
        add(&world, name, "");
    }
    let viewer = world.viewer();
    for (q, expected) in [
        ("100%", vec!["100% Cotton"]),
        ("0% c", vec![]),
        ("\"0% c\"", vec!["100% Cotton"]),
        ("r_score", vec!["under_score"]),
        ("k\\slash", vec!["back\\slash"]),
        ("it's", vec!["it's"]),
        ("a*b?c", vec!["a*b?c"]),
        ("'; DROP TABLE customers; --", vec![]),
    ] {
        assert_eq!(found(&viewer, q).await, expected, "{q}");
    }
    for q in ["%%%", "___", "%", "_", "\\", "\\%\\"] {
        let page = viewer.get(format!("/customers?q={}", encode(q))).await.expect(422);
        assert!(page.text("#search-problem").contains("Use letters or digits"), "{q} alone would read every row");
    }
    assert!(found(&viewer, "full％width").await.contains(&"full％width".to_owned()));
}

#[actix_web::test]
async fn what_cannot_be_typed_does_no_harm() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for q in [
        "wan\0jiru",
        "\0",
        "\u{1}\u{2}",
        "\u{7f}",
        "wanjiru\u{0}",
        "\u{202e}",
        "\u{feff}wanjiru",
        "\u{301}",
        "ﷺ",
        "👩‍👩‍👧",
        "\u{10ffff}@x",
    ] {
        let answer = viewer.get(format!("/customers?q={}", encode(q))).await;
        assert!([200, 422].contains(&answer.status.as_u16()), "{q:?}: {}", answer.outline());
    }
    assert_eq!(found(&viewer, "wan\0jiru").await, ["Wanjiru Kamau"], "a control character parts words");
}

#[actix_web::test]
async fn what_is_pasted_is_found_in_every_usual_wrapping() {
    let (world, _) = World::populated().await;
    let id =
        world.customer("name=Ondieki+Wanjiru&email=paste.probe%40bugs.example&phone=0711222903&company=O%27Neil+Ltd");
    let viewer = world.viewer();
    for q in [
        "\u{202a}+254 711 222 903\u{202c}",
        "0711\u{2011}222\u{2011}903",
        "'+254711222903",
        "tel:+254-711-222-903",
        "\u{feff}0711222903",
        "٠٧١١٢٢٢٩٠٣",
        "0711 222 903,",
        "Paste Probe of Bugs <paste.probe@bugs.example>",
        "\"Ondieki, W.\" <Paste.Probe@bugs.example>;",
        "paste.probe@bugs.example,",
        "[paste.probe@bugs.example]",
        "mailto:paste.probe@bugs.example?subject=Hello",
        "Ondieki, Wanjiru",
        "“Ondieki” wanjiru.",
        "o'neil",
        &id.to_string().to_uppercase(),
        &format!("https://clientele.example/customers/{id}/payments?after=x"),
        &format!("{id}."),
    ] {
        assert_eq!(found(&viewer, q).await, ["Ondieki Wanjiru"], "{q:?}");
    }
}

#[actix_web::test]
async fn both_forms_of_an_international_domain_are_one_address() {
    let (world, _) = World::populated().await;
    let editor = world.editor();
    world.customer("name=Anna&email=anna%40m%C3%BCnchen-bugs.example");
    world.customer("name=Li&email=li%40xn--r8jz45g.example");
    for (q, name) in [
        ("anna@münchen-bugs.example", "Anna"),
        ("anna@xn--mnchen-bugs-thb.example", "Anna"),
        ("email:Anna@XN--MNCHEN-BUGS-THB.example", "Anna"),
        ("@xn--mnchen-bugs-thb.example", "Anna"),
        ("anna@mün", "Anna"),
        ("li@例え.example", "Li"),
        ("email:li@例え.example", "Li"),
        ("Li <li@例え.example>", "Li"),
    ] {
        assert_eq!(found(&editor, q).await, [name], "{q}");
    }
    for email in ["anna@xn--mnchen-bugs-thb.example", "LI@例え.example"] {
        let question = editor.post("/customers", format!("name=Again&email={}", encode(email))).await.expect(409);
        assert!(question.has("#lookalikes-title"), "{email}");
    }
}

#[actix_web::test]
async fn words_of_other_search_languages_are_answered_with_how_it_is_said_here() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for (q, said) in [
        ("jane AND john", "leave out “AND”"),
        ("wanjiru && kamau", "leave out “&&”"),
        ("jane NOT john", "Put a minus"),
        ("jane | john", "Write OR"),
        ("jane || john", "Write OR"),
        ("wanj*", "leave out the “*”: wanj."),
        ("-wanj*", "leave out the “*”: -wanj."),
        ("name: -wanjiru", "without a space: -name:wanjiru"),
        ("*kamau jane", "leave out the “*”: kamau."),
        ("*@acme.com", "leave out the “*”: @acme.com."),
        ("-name:wanj*", "leave out the “*”: name:wanj."),
        ("company:kamau,*sons*", "leave out the “*”: company:sons."),
        ("country : KE", "without a space: country:…"),
        ("country :KE", "without a space: country:KE"),
        ("spent:>1000 KES", "spent:>1000KES"),
        ("created:2026 spent:<5 EUR", "spent:<5EUR"),
    ] {
        let page = viewer.get(format!("/customers?q={}", encode(q))).await.expect(422);
        assert!(page.text("#search-problem").contains(said), "{q}: {}", page.text("#search-problem"));
    }
    for q in [
        "and",
        "not wanjiru",
        "Smith & Sons",
        "\"AND\"",
        "spent:>1000 kes",
        "email:*@acme.com",
        "AND1",
        "name:\"w*\"",
        "M*A*S*H",
    ] {
        viewer.get(format!("/customers?q={}", encode(q))).await.expect(200);
    }
}

#[actix_web::test]
async fn amounts_and_times_are_read_as_people_write_them() {
    let world = World::empty().await;
    add(&world, "Never", "");
    for (name, amount) in [("Little", 15_000), ("Much", 150_000)] {
        let now = jiff::Timestamp::now().to_string();
        world.figured(add(&world, name, ""), &["KES"], amount, &now);
    }
    let viewer = world.viewer();
    for (q, names) in [
        ("spent:100-200", &["Little"][..]),
        ("spent:1,000-2,000", &["Much"]),
        ("spent:>1,000", &["Much"]),
        ("spent:<=1,00,000", &["Little", "Much", "Never"]),
        ("spent:150–1,500KES", &["Little", "Much"]),
        ("-spent:>=1,500.00KES", &["Little", "Never"]),
        ("payments:1-5", &["Little", "Much"]),
        ("last_payment:never", &["Never"]),
        ("-last_payment:NONE", &["Little", "Much"]),
        ("last_payment:none,today", &["Little", "Much", "Never"]),
    ] {
        assert_eq!(found(&viewer, q).await, names, "{q}");
    }
}

#[actix_web::test]
async fn a_search_that_is_too_long_is_told() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for q in ["x".repeat(10_000), "x ".repeat(5_000), "é".repeat(2_001), "a ".repeat(31)] {
        let page = viewer.get(format!("/customers?q={}", encode(&q))).await.expect(422);
        assert!(page.text("#search-problem").contains("at most"), "{}", page.text("#search-problem"));
        assert_eq!(page.rows(), [""; 0]);
    }
    found(&viewer, &"é".repeat(2_000)).await;
}

#[actix_web::test]
async fn a_search_that_is_not_understood_shows_the_message_and_no_rows() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for (q, names) in [
        ("foo:bar", "“foo”"),
        ("statsu:deleted", "status:"),
        ("status:gone", "status:deleted"),
        ("jane OR", "“OR”"),
        ("(jane OR john)", "Brackets"),
        ("remark:late", "“remark”"),
        ("created:soon", "“soon”"),
    ] {
        let path = format!("/customers?q={}", encode(q));
        let page = viewer.get(&path).await.expect(422);
        assert!(page.title().starts_with("Error: "), "{}", page.title());
        assert!(page.text("#search-problem [role=alert]").contains(names), "{q}: {}", page.text("#search-problem"));
        assert_eq!(page.rows(), [""; 0]);
        assert_eq!(page.attribute("#q", "value"), q, "what was typed stays");

        let fragment = viewer.fragment(&path).await.expect(422);
        assert_eq!(fragment.header("HX-Retarget"), Some("#search-problem"), "the rows stay");
        assert_eq!(fragment.header("HX-Reswap"), Some("innerHTML"));
        assert!(fragment.text("[role=alert]").contains(names));
        assert!(!fragment.has("table") && !fragment.has("#results"));
    }
}

#[actix_web::test]
async fn text_that_looks_like_a_key_is_found_in_quotes() {
    let world = World::empty().await;
    add(&world, "Studio 10:30", "&company=note%3Athis");
    let viewer = world.viewer();
    assert_eq!(found(&viewer, "10:30").await, ["Studio 10:30"]);
    assert_eq!(found(&viewer, "\"note:this\"").await, ["Studio 10:30"]);
}

#[actix_web::test]
async fn deleted_customers_are_found_only_when_asked_for() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    assert_eq!(found(&viewer, "otieno").await, [""; 0]);
    assert_eq!(found(&viewer, "otieno@gone.example").await, [""; 0]);
    for q in ["status:deleted", "otieno status:deleted", "status:deleted otieno@gone.example"] {
        assert_eq!(found(&viewer, q).await, ["Otieno Gone"], "{q}");
    }
    assert_eq!(found(&viewer, "wanjiru status:deleted").await, [""; 0]);
    let page = viewer.get("/customers?q=status%3Adeleted").await;
    assert_eq!(page.title(), "Deleted customers");
    assert_eq!(page.text(".tabs [aria-current=page]"), "Deleted");
}

#[actix_web::test]
async fn a_write_is_found_at_once_and_what_it_replaced_is_not() {
    let world = World::empty().await;
    let editor = world.editor();
    editor.post("/customers", "name=Brand+New&email=brand%40new.example&phone=0733+111+222").await.expect(303);
    assert_eq!(found(&editor, "brand").await, ["Brand New"]);
    let id = world.named("Brand New")[0];
    let change = "version=1&name=Quite+Other&email=other%40x.example&phone=0733+333+444";
    editor.post(format!("/customers/{id}"), change).await.expect(303);
    for (q, expected) in [
        ("quite", vec!["Quite Other"]),
        ("other@x.example", vec!["Quite Other"]),
        ("0733 333 444", vec!["Quite Other"]),
        ("brand", vec![]),
        ("brand@new.example", vec![]),
        ("0733 111 222", vec![]),
    ] {
        assert_eq!(found(&editor, q).await, expected, "{q}");
    }
    editor.delete_customer(&format!("/customers/{id}")).await;
    assert_eq!(found(&editor, "quite").await, [""; 0]);
    editor.post(format!("/customers/{id}/restoration"), "").await.expect(303);
    assert_eq!(found(&editor, "quite").await, ["Quite Other"]);
}

#[actix_web::test]
async fn a_search_stays_in_the_box_in_the_links_and_in_the_address() {
    let (world, _) = World::populated().await;
    let page = world.viewer().get("/customers?q=a%26b%3D%22c%22&sort=name").await.expect(200);
    assert_eq!(page.attribute("#q", "value"), "a&b=\"c\"");
    assert_eq!(page.form("form[role=search]").value("q"), "a&b=\"c\"");
    let page = world.viewer().get("/customers?q=a&limit=1").await;
    assert!(page.attribute("a[rel=next]", "href").starts_with("/customers?q=a&limit=1&after="));
    assert_eq!(page.attribute("#count", "data-hx-get"), "/customers/count?q=a");
}

#[actix_web::test]
async fn deleted_customers_among_others_have_the_same_cells_and_a_badge() {
    let world = World::empty().await;
    let editor = world.editor();
    add(&world, "Ann Gone", "");
    add(&world, "Bo There", "");
    editor.delete_customer(&format!("/customers/{}", world.named("Ann Gone")[0])).await;
    let page = editor.get("/customers?q=status%3Aactive%2Cdeleted").await.expect(200);
    assert_eq!(page.texts("tbody .badge--bad"), ["Deleted"]);
    let heads = page.all("thead th").len();
    assert_eq!(page.all("tbody tr").len(), 2);
    assert_eq!(page.all("tbody th, tbody td").len(), 2 * heads);
}
