//! The sandbox's tokens: made of numbers that are checked, forgotten at once and found nowhere after.

use clientele::gateway::tokens;

use crate::{
    payment_methods::{refused, tester, wallet_of},
    world::{Answer, World},
};

#[actix_web::test]
async fn a_token_is_known_for_an_hour_and_forgotten_after_it() {
    let (world, editor, id) = tester().await;
    let form = format!("kind=bank_account&account_number=000999888777&customer={id}");
    let made = editor.post("/sandbox/tokens/new", form.as_str()).await.expect(303);
    let token = made.location().split_once("token=").unwrap().1.to_owned();
    world.sql("UPDATE sandbox_tokens SET expires_at = clock_timestamp() - interval '1 second'");
    assert!(refused(&editor, id, &format!("token={token}"), "token").await.contains("does not know this token"));
    assert!(refused(&editor, id, "token=tok_nothing", "token").await.contains("does not know this token"));
    assert_eq!(world.with(tokens::forget_expired).unwrap(), 0, "it is too young for the machine's clock");
    world.sql("UPDATE sandbox_tokens SET id = '01900000-0000-7000-8000-000000000000'");
    assert_eq!(world.with(tokens::forget_expired).unwrap(), 1);
}

#[actix_web::test]
async fn a_sandbox_token_is_checked_field_by_field() {
    let (_, editor, id) = tester().await;
    for (form, field) in [
        ("card_number=4242424242424241&expires=08%2F40", "card_number"),
        ("card_number=4242424242424242&expires=08%2F20", "expires"),
        ("kind=bank_account&account_number=1", "account_number"),
    ] {
        let page = editor.post("/sandbox/tokens/new", format!("{form}&customer={id}").as_str()).await.expect(422);
        assert!(page.error_of(field).is_some(), "{form}: {}", page.outline());
        let again = page.form_to("/sandbox/tokens/new");
        assert_eq!(again.value("customer"), id.to_string());
        assert_eq!((again.value("card_number"), again.value("account_number")), ("", ""));
    }
    let page = editor.post("/sandbox/tokens/new", "card_number=&expires=08%2F40").await.expect(422);
    assert_eq!(page.form_to("/sandbox/tokens/new").value("expires"), "08/40", "nothing else is lost");
    let alone = editor.post("/sandbox/tokens/new", "card_number=4242424242424242&expires=08%2F40").await.expect(200);
    assert!(alone.text(".note--ok code").starts_with("tok_"));
    assert_eq!(editor.get("/sandbox/tokens/new").await.all("tbody tr").len(), 19, "all samples are documented");
}

#[actix_web::test]
async fn another_number_in_the_same_sandbox_form_is_another_token() {
    let (_, editor, id) = tester().await;
    let form = editor.get(format!("/sandbox/tokens/new?customer={id}")).await.form_to("/sandbox/tokens/new");
    let form = form.set("expires", "08/40").set("card_number", "4111111111111111");
    let first = editor.submit(&form).await.expect(303).location().to_owned();
    assert_eq!(editor.submit(&form).await.expect(303).location(), first);
    let other = editor.submit(&form.set("card_number", "5555555555554444")).await.expect(303);
    assert_ne!(other.location(), first);
}

/// Every text, number and document in every table, as one text.
fn everything(world: &World) -> String {
    use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let lines = |query: &str| -> Vec<String> {
        let found =
            world.with(|conn| sql_query(query).load::<Line>(conn)).unwrap_or_else(|err| panic!("{query}: {err}"));
        found.into_iter().map(|found| found.line).collect()
    };
    let tables = lines("SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'");
    assert!(tables.iter().any(|table| table == "sandbox_tokens"));
    tables.iter().flat_map(|table| lines(&format!("SELECT t::text AS line FROM {table} AS t"))).collect()
}

#[actix_web::test]
async fn a_number_is_in_no_table_and_no_answer() {
    let (world, editor, id) = tester().await;
    let (card, bank) = ("4111111111111111", "000987654321");
    let mut answers: Vec<Answer> = Vec::new();
    for form in [
        format!("card_number={card}&expires=08%2F40&customer={id}"),
        format!("card_number={card}&expires=never&customer={id}"),
        format!("card_number={card}&expires=08%2F40&review=1"),
        format!("card_number=4111111111111112&account_number={bank}&expires=08%2F40"),
        format!("kind=bank_account&account_number={bank}"),
    ] {
        answers.push(editor.post("/sandbox/tokens/new", form.as_str()).await);
        answers.push(world.nobody().post("/sandbox/tokens/new", format!("{form}&as=x").as_str()).await.expect(401));
    }
    answers.push(editor.get(answers[0].location()).await.expect(200));
    let as_token = format!("token={card}&as=x");
    answers.push(editor.post(wallet_of(id), as_token.as_str()).await.expect(422));
    answers.push(world.nobody().post(wallet_of(id), as_token.as_str()).await.expect(401));
    answers.push(editor.get(format!("{}/new?token={card}", wallet_of(id))).await.expect(200));
    for answer in &answers {
        for secret in [card, bank, "4111111111111112"] {
            let told = format!("{} {:?}", answer.text_body(), answer.headers);
            assert!(!told.contains(secret), "{}", answer.outline());
        }
    }
    let stored = everything(&world);
    assert!(stored.contains("1111") && !stored.contains(card) && !stored.contains(bank));
}
