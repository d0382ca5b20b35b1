//! The log as a file.

use actix_web::body::to_bytes;

use super::{PATH, admin, found, searched};
use crate::{custom_fields::person, world::World};

#[actix_web::test]
async fn what_is_filtered_is_exported_and_that_is_told() {
    let (world, named) = World::populated().await;
    let admin = admin(&world);
    world
        .editor()
        .post(format!("/customers/{}", named.wanjiru), "version=1&company=%3DHYPERLINK(1)&description=a%2C+%22b%22")
        .await
        .expect(303);
    let form =
        admin.get(format!("{PATH}/export?q=kind%3Acustomer")).await.expect(200).form_to("/settings/audit/export");
    assert_eq!(form.value("q"), "kind:customer");
    let csv = admin.submit(&form).await.expect(200);
    assert_eq!(csv.header("Content-Type"), Some("text/csv; charset=utf-8"));
    assert!(csv.header("Content-Disposition").unwrap().starts_with("attachment; filename=\"audit-log-live-"));
    let text = csv.text_body();
    assert!(text.starts_with("id,time,kind,by,what,about,detail,changes\r\n"));
    assert_eq!(text.lines().count(), 1 + found(&admin, "kind:customer").await.len());
    assert!(text.contains(" → =HYPERLINK(1)"), "within a cell it is no formula");
    assert!(!text.lines().any(|line| line.split(',').any(|cell| cell.starts_with(['=', '+', '@']))), "{text}");

    let json = admin.submit(&form.set("format", "json")).await.expect(200);
    let file: serde_json::Value = serde_json::from_str(json.text_body()).unwrap();
    assert_eq!(file["is_whole"], true);
    let first = &file["events"][0];
    assert_eq!((first["kind"].as_str(), first["by"].as_str()), (Some("customer.updated"), Some("Edgar Editor")));
    assert_eq!(first["after"]["company"], "=HYPERLINK(1)");

    let entries = found(&admin, "kind:security").await;
    let exports = entries.iter().filter(|entry| *entry == "Ada Admin exported the audit log");
    assert_eq!(exports.count(), 2, "{entries:?}");
    let page = admin.get(searched("kind:security")).await;
    assert!(page.texts(".audit details").concat().contains("kind"), "how it was filtered");
}

#[actix_web::test]
async fn an_export_of_the_test_account_is_told_in_the_live_log() {
    let world = World::empty().await;
    let testing = world.testing(&world.shop.admin);
    testing.post(format!("{PATH}/export"), "q=&format=json").await.expect(200);
    testing.post(format!("{PATH}/export"), "q=&format=pdf").await.expect(400);
    testing.post(format!("{PATH}/export"), "q=nots%3Aa&format=csv").await.expect(400);
    world.editor().post(format!("{PATH}/export"), "q=&format=json").await.expect(403);
    assert_eq!(found(&admin(&world), "kind:security person:ada").await, ["Ada Admin exported the audit log"]);
    assert!(found(&testing, "").await.is_empty());
}

#[actix_web::test]
async fn a_file_says_where_it_was_cut() {
    use clientele::audit::{
        export::{self, Format},
        search::LANGUAGE,
    };
    // Of its own, where no other test's rows are waded through.
    let world = World::committed().await;
    let live = world.shop.live.uuid();
    world.sql(&format!(
        "INSERT INTO events (account_id, id, kind, subject_id, version, actor_kind, before, after)
         SELECT '{live}', ('0199ffff-ffff-7fff-8fff-' || lpad(to_hex(n), 12, '0'))::uuid, 'view.moved', '{live}', 1, 'system',
           '{{}}', '{{}}' FROM generate_series(1, 620) n"
    ));
    let (who, q) = (person(&world), "kind:view".to_owned());
    for (most, is_whole) in [(600, false), (620, true), (700, true)] {
        let query = LANGUAGE.parse(&q, who.home()).unwrap();
        let file = export::make(&world.db, &who, (q.clone(), query), Format::Json, most).await.unwrap();
        let body = to_bytes(file.answer().into_body()).await.unwrap();
        let file: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((file["events"].as_array().unwrap().len(), &file["is_whole"]), (most.min(620), &is_whole.into()));
        let cut = file["continues_before"].as_str();
        assert_eq!(cut.is_some_and(|id| id.starts_with("evt_")), !is_whole);
    }
}
