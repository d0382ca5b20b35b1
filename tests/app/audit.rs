//! The audit log: all that happened in an account, told, filtered, paged at any depth and exported.

mod exporting;
mod safety;

use clientele::audit::{entry, reading};
use uuid::Uuid;

use crate::world::{Answer, Asker, World, encode};

const PATH: &str = "/settings/audit";

fn admin(world: &World) -> Asker {
    world.asker(&world.shop.admin)
}

fn searched(q: &str) -> String {
    format!("{PATH}?q={}", encode(q))
}

/// The entries in sentences, newest first, without their times.
fn told(page: &Answer) -> Vec<String> {
    page.texts("#results .audit > li > div:first-of-type > p")
}

/// Asks for a search; what it tells.
async fn found(asker: &Asker, q: &str) -> Vec<String> {
    told(&asker.get(searched(q)).await.expect(200))
}

#[actix_web::test]
async fn what_happened_to_whom_is_told_with_its_values() {
    let (world, named) = World::populated().await;
    let admin = admin(&world);
    let wanjiru = format!("/customers/{}", named.wanjiru);
    world.editor().post(&wanjiru, "version=1&company=Safari").await.expect(303);
    admin.post("/settings/fields", "label=Tier&kind=text").await.expect(303);
    admin.post("/settings/api_keys", "name=Web+shop&may.customers=read").await.expect(200);
    let page = admin.get(PATH).await.expect(200);
    let entries = told(&page);
    assert_eq!(entries[0], "Ada Admin made an API key : Web shop");
    assert_eq!(entries[1], "Ada Admin defined a custom field Tier");
    assert!(entries[2].starts_with("Edgar Editor changed the customer : "), "{}", entries[2]);
    assert!(page.has(&format!(".audit a[href='{wanjiru}']")), "it leads to the customer");
    let changes = page.texts(".audit details");
    assert!(changes.iter().any(|change| change.contains("Company") && change.contains("Safari")), "{changes:?}");
    assert!(!page.text_body().contains("sk_live"), "no secret");
    // The undo of an edit is here too.
    let undo = page.form(".audit > li:nth-child(3) form");
    admin.submit(&undo).await.expect(303);
    assert_ne!(world.stored(named.wanjiru).record.company.as_deref(), Some("Safari"));
    let entries = told(&admin.get(PATH).await);
    assert!(entries[0].ends_with("to undo an earlier change"), "{}", entries[0]);
    // Another merchant's, and the other account's, are not here.
    let rivals = told(&world.asker(&world.rival.owner).get(PATH).await).concat();
    assert!(!rivals.contains("Tier") && !rivals.contains("Ada"), "{rivals}");
    let testing = world.testing(&world.shop.admin).get(PATH).await;
    assert!(testing.text(".page-head").contains("the settings is in the live account"));
    assert!(told(&testing).iter().all(|entry| !entry.contains("Tier")));
}

#[actix_web::test]
async fn filters_find_by_person_key_kind_customer_and_day() {
    let (world, named) = World::populated().await;
    let admin = admin(&world);
    let wanjiru = named.wanjiru;
    world.editor().post(format!("/customers/{wanjiru}"), "version=1&company=Safari").await.expect(303);
    world.owner().post(format!("/customers/{}/notes", named.jose), "note=Call+at+noon").await.expect(303);
    let all = found(&admin, "").await;
    let wrote = |entries: &[String]| entries.iter().any(|entry| entry.contains("wrote a note"));
    let changed = |entries: &[String]| entries.iter().any(|entry| entry.contains("changed the customer"));

    let of_olga = found(&admin, "person:olga").await;
    assert!(wrote(&of_olga) && !changed(&of_olga) && of_olga.len() < all.len());
    assert_eq!(found(&admin, &format!("person:{}", world.shop.owner.email)).await, of_olga);
    assert_eq!(found(&admin, &format!("person:{}", world.shop.owner.id)).await, of_olga);
    assert_eq!(found(&admin, "olga").await, of_olga, "words are names");
    assert_eq!(found(&admin, "person:nobody-like-it").await, [""; 0]);

    assert_eq!(
        found(&admin, "kind:customer person:edgar created:today").await[0],
        found(&admin, "kind:customer").await[0]
    );
    let rest = found(&admin, "-kind:customer").await;
    assert!(wrote(&rest) && !changed(&rest));
    let both = found(&admin, "kind:note OR person:edgar").await;
    assert!(wrote(&both) && changed(&both));
    assert!(found(&admin, "created:<2026-01-01").await.is_empty());
    assert!(found(&admin, "-created:today").await.len() < all.len());

    let of_wanjiru = found(&admin, "customer:wanjiru").await;
    assert!(changed(&of_wanjiru) && !of_wanjiru.iter().any(|entry| entry.contains("Olga")), "{of_wanjiru:?}");
    assert_eq!(found(&admin, &wanjiru.to_string()).await, of_wanjiru);
    assert_eq!(found(&admin, &format!("customer:{wanjiru}")).await, of_wanjiru);
    assert!(
        of_wanjiru.iter().any(|entry| entry.contains("payment method") || entry.contains("added")),
        "{of_wanjiru:?}"
    );
    let event = named.event;
    assert_eq!(found(&admin, &event.to_string()).await.len(), 1);

    let page = admin.get(searched("kind:note")).await;
    assert_eq!(page.text("#filters .chip b"), "is note");
    for (q, words) in [("kind:nots", "Did you mean kind:note?"), ("persn:a", "Did you mean person:?")] {
        let page = admin.get(searched(q)).await.expect(422);
        assert!(page.text("#search-problem").contains(words), "{}", page.text("#search-problem"));
        let fragment = admin.fragment(searched(q)).await.expect(422);
        assert_eq!(fragment.header("HX-Retarget"), Some("#search-problem"));
    }
    let form = admin.fragment(format!("{PATH}/filters/kind?q=olga")).await.expect(200);
    assert!(form.has("input[value=sign_in]"));
    let filtered = admin.get(format!("{PATH}?q=olga&filter=kind&value=note")).await.expect(303);
    assert!(filtered.location().ends_with("q=olga%20kind%3Anote"), "{}", filtered.location());
    let completed = admin.fragment(format!("{PATH}/completions?q=person%3Aol&at=9")).await;
    assert!(completed.text_body().contains("Olga Owner"));
}

#[actix_web::test]
async fn pages_go_on_to_the_end_without_a_gap() {
    let world = World::empty().await;
    let admin = admin(&world);
    for n in 0..60 {
        world.customer(&format!("name=N{n}"));
    }
    let (mut seen, mut path) = (Vec::new(), format!("{}&limit=25", searched("kind:customer")));
    loop {
        let page = admin.get(&path).await.expect(200);
        let ids: Vec<String> =
            page.all(".audit > li").iter().map(|entry| entry.attr("id").unwrap().to_owned()).collect();
        seen.extend(ids);
        let Some(next) = page.all("#page-next").first().map(|link| link.attr("href").unwrap().to_owned()) else {
            break;
        };
        path = next;
    }
    assert_eq!(seen.len(), 60);
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    sorted.reverse();
    assert_eq!(sorted, seen, "newest first, each once");
    assert!(admin.get(&path).await.has("a[href^='/settings/audit?q=']"), "and back to the newest");
    admin.get(format!("{PATH}?after=damaged")).await.expect(400);
}

#[actix_web::test]
async fn what_is_rare_is_looked_for_step_by_step() {
    let world = World::empty().await;
    let admin = admin(&world);
    world.customer("name=Rare");
    let live = world.shop.live.uuid();
    // Thirty thousand events of the owner, all of another kind and newer than the one that is looked for.
    let owner = world.shop.owner.id.uuid();
    world.sql(&format!(
        "INSERT INTO events (account_id, id, kind, subject_id, version, actor_kind, staff_id, before, after)
         SELECT '{live}', ('ffffffff-ffff-7fff-8fff-' || lpad(to_hex(n), 12, '0'))::uuid, 'view.moved', '{live}', 1, 'staff',
           '{owner}', '{{}}', '{{}}' FROM generate_series(1, 30000) n"
    ));
    let page = admin.get(searched("-kind:view")).await.expect(200);
    assert!(page.text(".empty").contains("Nothing among the events looked at so far"));
    let next = page.attribute(".empty a.btn--primary", "href");
    let page = admin.get(next).await.expect(200);
    assert!(told(&page)[0].contains("created the customer"), "{:?}", told(&page));
    // An index leads there at once.
    assert_eq!(found(&admin, "kind:customer").await.len(), 1);
    assert!(found(&admin, "person:olga kind:customer").await.is_empty());
    assert!(found(&admin, "kind:customer person:edgar").await[0].contains("created the customer"));
}

#[test]
fn every_kind_that_the_source_names_is_told() {
    let known: Vec<&str> = entry::kinds().collect();
    let mut folders = vec![std::path::PathBuf::from("src")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name == "kinds.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let defined = text.lines().filter_map(|line| line.trim().strip_suffix("\";")?.split_once(" = \""));
                for (_, kind) in defined.filter(|(name, kind)| !name.contains("const") && kind.contains('.')) {
                    assert!(known.contains(&kind), "{kind}: a line in audit::TELLERS");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 50, "{seen} kinds");
}

#[actix_web::test]
async fn a_walk_that_finds_nothing_has_no_page() {
    let world = World::empty().await;
    let found = reading::Found::default();
    assert!(found.events.is_empty() && found.earlier.is_none());
    let nobody = format!("person:{}", clientele::ids::StaffId::from_uuid(Uuid::nil()));
    assert!(told(&admin(&world).get(searched(&nobody)).await.expect(200)).is_empty());
}
