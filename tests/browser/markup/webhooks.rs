//! The pages of webhooks.

use super::*;

#[test]
fn pages_of_webhooks_are_valid() {
    let house = House::open();
    let browser = house.browser_of(NJERI, Script::On);
    let mut reader = Reader::new(&browser);
    let list = "/settings/webhooks";
    reader.page(200, list);
    reader.page(200, "/settings/webhooks/new");
    reader.read(422, list, Some("url=%22%3Cb%3E&types=%22%3Cb%3E&description=%22%3Cb%3E"), false, true);
    let endpoint = "url=https%3A%2F%2Fshop.example.com%2F%3Fa%3D%22%3Cb%3E%26&types=customer.*&types=note.written\
        &description=%22%3Cb%3E";
    reader.read(200, list, Some(endpoint), false, true);
    reader.page(200, list);
    let id = browser.run(
        "return fetch('/settings/webhooks').then((a) => a.text()).then((t) => t.match(/we_\\w{26}/)[0])",
        json!([]),
    );
    let path = format!("{list}/{}", id.as_str().unwrap());
    reader.page(200, &path);
    reader.page(200, &format!("{path}/edit"));
    house.sql("UPDATE webhook_endpoints SET version = 2");
    reader.read(422, &path, Some("version=1&url=%22%3Cb%3E&types=*"), false, true);
    reader.page(200, &format!("{path}/secret"));
    reader.read(422, &format!("{path}/secret"), Some("overlap=%22%3Cb%3E"), false, true);
    reader.read(200, &format!("{path}/secret"), Some("overlap=7d"), false, true);
    reader.read(200, &format!("{path}/test"), Some(""), false, true);
    let event = browser
        .run("return fetch(arguments[0]).then((a) => a.text()).then((t) => t.match(/evt_\\w{26}/)[0])", json!([path]));
    let delivery = format!("{path}/deliveries/{}", event.as_str().unwrap());
    reader.both(200, &delivery);
    house.sql(
        "INSERT INTO webhook_tries
         (account_id, endpoint_id, event_id, number, at, took_ms, code, failure, answer, is_extra)
         SELECT account_id, endpoint_id, event_id, n, now(), 9, CASE WHEN n > 90 THEN 503 END,
         CASE WHEN n = 90 THEN 'too_slow' END, CASE WHEN n > 90 THEN '\"<b>' ELSE '' END, true
         FROM webhook_deliveries, generate_series(90, 92) AS n",
    );
    house.sql(
        "INSERT INTO webhook_messages (account_id, event_id, subject_id, body, created_at)
         SELECT account_id, event_id, subject_id, '{\"a\":\"<b>\"}', now() FROM webhook_deliveries ON CONFLICT DO NOTHING",
    );
    reader.both(200, &delivery);
    reader.read(200, &format!("{delivery}/attempts"), Some(""), false, true);
    reader.page(200, &path);
    reader.page(200, &format!("{path}?status=waiting"));
    house.sql("UPDATE webhook_endpoints SET failing_since = now() - interval '2 hours'");
    reader.page(200, &path);
    reader.page(200, "/");
    reader.read(200, &format!("{path}/disabling"), Some(""), false, true);
    reader.page(200, list);
    reader.read(200, &format!("{path}/removal"), Some(""), false, true);
    reader.done(24);
}
