//! A system's day, with curl against the program itself: the calls of the documents as they stand there, and those that
//! another system's documents show.

use std::{collections::HashMap, process::Command};

use serde_json::{Value, json};

use crate::world::program::{Server, test_key};

/// The calls that the documents show.
const DAY: &str = include_str!("../../docs/day.sh");

/// A call in a document: the command, the status behind it, and the name for the id of the answer.
struct Step {
    command: String,
    status: String,
    name: Option<String>,
}

fn steps(script: &str) -> Vec<Step> {
    let (mut steps, mut command) = (Vec::new(), String::new());
    for line in script.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        match line.rsplit_once("   # ") {
            None => command.extend([line, "\n"]),
            Some((last, expected)) => {
                let mut words = expected.split(' ').map(str::to_owned);
                let command = std::mem::take(&mut command) + last;
                steps.push(Step { command, status: words.next().unwrap(), name: words.next() });
            }
        }
    }
    assert_eq!(command, "", "a status stands behind every call");
    steps
}

/// Runs a command with curl as the shell finds it; returns the status and the answer.
fn curl(command: &str, names: &HashMap<String, String>) -> (String, Value) {
    let script = format!("curl() {{ command curl -sS --noproxy '*' -w '\\n%{{http_code}}' \"$@\"; }}\n{command}");
    let output = Command::new("sh").arg("-c").arg(&script).envs(names).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let (body, status) = said.rsplit_once('\n').unwrap();
    (status.to_owned(), serde_json::from_str(body).unwrap_or_else(|err| panic!("{err}: {said}")))
}

/// A server, and what calls need to know of it: its address, and a key that may write in the test account.
fn opened() -> (crate::world::Database, Server, HashMap<String, String>) {
    let (database, server) = Server::furnished();
    let names = HashMap::from([
        ("URL".to_owned(), format!("http://{}", server.address)),
        ("KEY".to_owned(), test_key(&database)),
    ]);
    (database, server, names)
}

#[test]
fn the_day_of_the_documents_is_as_they_tell_it() {
    let (_database, server, mut names) = opened();
    let mut answers = Vec::new();
    for Step { command, status, name } in steps(DAY) {
        let (answered, json) = curl(&command, &names);
        assert_eq!(answered, status, "{command}\n{json}");
        if let Some(name) = name {
            let id = json["id"].as_str().unwrap().to_owned();
            let before = names.insert(name, id.clone());
            assert!(before.is_none_or(|before| before == id), "sent again it is the same");
        }
        answers.push(json);
    }
    let [
        key,
        made,
        twice,
        method,
        paid,
        again,
        declined,
        payments,
        analytics,
        refund,
        changed,
        found,
        plan,
        deleted,
        read,
        restored,
    ] = &answers[..]
    else {
        panic!("{} calls", answers.len());
    };
    assert_eq!((&key["object"], &key["livemode"]), (&json!("key"), &json!(false)));
    assert_eq!((&made["phone"], &made["version"]), (&json!("+1234567890"), &json!(1)));
    assert_eq!(twice["error"]["candidates"][0]["id"], made["id"]);
    assert_eq!((&method["network"], &method["billing_address"]["region"]), (&json!("visa"), &json!("TX")));
    assert_eq!((&paid["status"], &paid["payment_method"]), (&json!("succeeded"), &method["id"]));
    assert_eq!(again, paid);
    assert_eq!(declined["error"]["payment"]["failure"]["code"], "insufficient_funds");
    let statuses: Vec<&Value> = payments["data"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, ["failed", "succeeded"]);
    assert_eq!((&analytics["total_payments"], &analytics["figures"][0]["total_volume"]), (&json!(1), &json!(2500)));
    assert_eq!((&refund["amount"], &refund["payment"]), (&json!(500), &paid["id"]));
    assert_eq!((&changed["phone"], &changed["version"]), (&json!("+15550199"), &json!(2)));
    assert_eq!((&found["data"][0]["id"], &found["has_more"]), (&made["id"], &json!(false)));
    assert_eq!((&plan["dry_run"], &plan["plan"]["payment_methods"]), (&json!(true), &json!(1)));
    assert_eq!((&deleted["deleted"], &read["deleted"]), (&json!(true), &json!(true)));
    assert_eq!((&restored["deleted"], &restored["default_payment_method"]), (&json!(false), &method["id"]));

    // Of all that, the log holds nothing that is a secret or of a person.
    let log = server.log().to_lowercase();
    let key = names["KEY"].to_lowercase();
    let personal =
        [&*key, "john", "doe", "1234567890", "5550199", "main st", "austin", "78701", "premium", "late", "4242"];
    for secret in personal {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "the log tells {secret}");
    }
    assert!(log.contains("/v1/"), "it tells the calls");
}

/// The calls that a payment gateway's documents show for its customers, with nothing changed but host, key and ids.
#[test]
fn the_calls_of_another_gateways_documents_are_understood_as_they_are() {
    let (_database, _server, mut names) = opened();
    let create = r#"curl -X POST $URL/v1/customers \
  -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "John Doe",
    "email": "john.doe@example.com",
    "phone": "+1234567890"
  }'"#;
    let (status, made) = curl(create, &names);
    assert_eq!(status, "201");
    for (name, expected) in
        [("object", "customer"), ("name", "John Doe"), ("email", "john.doe@example.com"), ("phone", "+1234567890")]
    {
        assert_eq!(made[name], expected);
    }
    assert!(made["created"].is_i64() && made["updated"].is_i64());
    names.insert("C".to_owned(), made["id"].as_str().unwrap().to_owned());
    let wallet = r#"curl -X POST $URL/v1/customers/$C/wallet -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" -d '{"token": "tok_visa"}'"#;
    assert_eq!(curl(wallet, &names).0, "201");
    let pay = r#"curl -X POST $URL/v1/payments \
  -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "amount": 2500,
    "currency": "usd",
    "customer": "'$C'",
    "description": "Premium subscription"
  }'"#;
    let (status, paid) = curl(pay, &names);
    assert_eq!((&*status, &paid["status"]), ("201", &json!("succeeded")));
    let list = r#"curl -X GET "$URL/v1/payments?customer=$C" \
  -H "Authorization: Bearer $KEY""#;
    let (status, payments) = curl(list, &names);
    assert_eq!((&*status, &payments["data"][0]["id"]), ("200", &paid["id"]));
    let analytics = r#"curl -X GET "$URL/v1/customers/$C/analytics" \
  -H "Authorization: Bearer $KEY""#;
    let (status, analytics) = curl(analytics, &names);
    assert_eq!((&*status, &analytics["figures"][0]["average_transaction"]), ("200", &json!(2500)));
    // Their price stands for one of the merchant's own.
    let price = r#"curl -X POST $URL/v1/prices -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" \
  -d '{"name": "Pro, monthly", "amount": 4900, "currency": "usd", "interval": "month"}'"#;
    let (status, made) = curl(price, &names);
    assert_eq!(status, "201", "{made}");
    names.insert("P".to_owned(), made["id"].as_str().unwrap().to_owned());
    let subscribe = r#"curl -X POST $URL/v1/subscriptions \
  -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "customer": "'$C'",
    "price": "'$P'",
    "payment_behavior": "default_incomplete"
  }'"#;
    let (status, made) = curl(subscribe, &names);
    assert_eq!((&*status, &made["status"], &made["price"]), ("201", &json!("incomplete"), &json!(names["P"])));
}
