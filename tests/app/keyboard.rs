//! The help on the keyboard tells the keys that the pages have.

use std::collections::BTreeSet;

use crate::world::{Answer, World};

/// The keys that the help tells, pairs like "g c" among them.
fn told(page: &Answer) -> BTreeSet<String> {
    let lines = page.texts("#help dt");
    lines.iter().flat_map(|line| line.split(' ').chain([line.as_str()])).map(str::to_owned).collect()
}

#[actix_web::test]
async fn every_key_of_a_page_is_in_the_help() {
    let (world, named) = World::populated().await;
    for asker in [world.editor(), world.viewer()] {
        for path in ["/customers".to_owned(), "/payments".to_owned(), format!("/customers/{}", named.wanjiru)] {
            let page = asker.get(&path).await.expect(200);
            let told = told(&page);
            for element in page.all("[data-hotkey]") {
                let key = element.attr("data-hotkey").unwrap();
                assert!(told.contains(key), "{path}: {key} is not among {told:?}");
            }
        }
    }
}

#[actix_web::test]
async fn the_help_has_a_section_for_each_place_and_tells_a_viewer_no_key_that_changes_anything() {
    let (world, _) = World::populated().await;
    let (editor, viewer) = (world.editor().get("/customers").await, world.viewer().get("/customers").await);
    for page in [&editor, &viewer] {
        assert_eq!(page.texts("#help h3"), ["Anywhere", "In a list", "On a customer’s page", "In boxes and dialogs"]);
        for key in ["Home", "Enter", "Tab", "Esc", "↓", "↑"] {
            assert!(told(page).contains(key), "{key}");
        }
    }
    assert!(told(&editor).is_superset(&BTreeSet::from(["c".to_owned(), "e".to_owned()])));
    assert!(!viewer.texts("#help dd").iter().any(|does| does.contains("Create") || does == "Edit"));
}
