//! What is kept of what was sent, for how long, and what an erasure takes out of it.

use clientele::{
    events,
    webhooks::deliveries::{self, KEPT},
};
use jiff::SignedDuration;

use super::{Post, receiver::Receiver};

fn count(post: &Post, table: &str) -> i64 {
    post.world.number(&format!("SELECT count(*) AS n FROM {table}"))
}

#[actix_web::test]
async fn what_is_older_than_thirty_days_is_forgotten() {
    let post = Post::open().await;
    let receiver = Receiver::content();
    post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Old");
    post.send().await;
    post.world.sql("UPDATE webhook_deliveries SET created_at = created_at - interval '31 days'");
    post.world.sql("UPDATE webhook_messages SET created_at = created_at - interval '31 days'");
    post.customer("Young");
    post.send().await;
    let forgotten = deliveries::forget_all_old(&post.world.db, &post.passing.clock()).await.unwrap();
    assert_eq!(forgotten, 2, "a delivery, with its tries, and its message");
    for table in ["webhook_deliveries", "webhook_messages", "webhook_tries"] {
        assert_eq!(count(&post, table), 1, "{table}");
    }
    post.passing.pass(KEPT + SignedDuration::from_hours(1));
    deliveries::forget_all_old(&post.world.db, &post.passing.clock()).await.unwrap();
    assert_eq!(count(&post, "webhook_deliveries"), 0);
}

#[actix_web::test]
async fn an_erasure_takes_out_what_was_sent_and_answered() {
    let post = Post::open().await;
    let receiver = Receiver::saying((500, "", "Tess Testa is not known here"));
    post.endpoint(&receiver.url(), &["customer.*", "note.*"]);
    let customer = post.customer("Tess+Testa");
    post.world.note(post.account(), customer, "Tess Testa called");
    post.customer("Other");
    post.send().await;
    let with_her = "SELECT (SELECT count(*) FROM webhook_messages WHERE body LIKE '%Tess%') + \
                    (SELECT count(*) FROM webhook_tries t JOIN webhook_deliveries d USING (account_id, endpoint_id, event_id) \
                     WHERE t.answer LIKE '%Tess%') AS n";
    assert_eq!(post.world.number(with_her), 5, "two messages of hers, and three answers");
    let (account, id) = (post.account(), customer.uuid());
    post.world.with(|conn| events::scrub(conn, account, &[id], clientele::customers::kinds::ALL, &[])).unwrap();
    assert_eq!(post.world.number(with_her), 1, "the answer about somebody else stays");
    assert_eq!(count(&post, "webhook_messages"), 1);
    // What is still to be sent is written anew, as it is by now.
    post.world.sql("UPDATE customers SET name = 'Erased', first_name = NULL, last_name = NULL");
    post.send_after(SignedDuration::from_hours(1)).await;
    let of_her =
        |one: &super::receiver::Heard| one.kind() == "customer.created" && one.body.contains(&customer.to_string());
    let last = receiver.heard().into_iter().rfind(of_her).unwrap();
    assert!(!last.body.contains("Tess"), "{}", last.body);
}

#[actix_web::test]
async fn without_endpoints_nothing_is_kept_to_be_sent() {
    let post = Post::open().await;
    post.customer("Tess");
    assert_eq!(count(&post, "webhook_deliveries"), 0);
}

#[actix_web::test]
async fn what_is_answered_to_a_message_that_was_erased_meanwhile_is_not_kept() {
    let post = Post::open().await;
    let receiver = Receiver::saying((200, "", "Thank you, Tess"));
    post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Tess");
    // Taken and sent; the erasure comes before the answer is noted.
    let now = post.passing.clock().now();
    let claimed = post.world.with(|conn| deliveries::claim(conn, (now, now), &[], 1)).unwrap().remove(0);
    let outcome =
        deliveries::Outcome { at: now, took_ms: 1, code: Some(200), failure: None, answer: "Tess".to_owned() };
    let noted = post.world.with(|conn| deliveries::note(conn, &claimed, &outcome, deliveries::Next::Succeeded));
    assert!(noted.unwrap());
    assert_eq!(post.world.number("SELECT count(*) AS n FROM webhook_tries WHERE answer = ''"), 1);
}
