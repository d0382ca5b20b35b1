//! Pages of a search, in every order, while customers arrive and pay.

use super::{
    plain::*,
    stored::{FIGURED, sorted_plainly, stored},
    *,
};

// --- pages -----------------------------------------------------------------------------------------

/// Pages of a list from one end to the other; between any two, somebody is added. The customers of each page.
fn pages(world: &World, scope: &Scope, query: &Query, sort: Sort, backwards: bool) -> Vec<CustomerId> {
    let limit = Limit::parse("7").unwrap();
    let list = |direction: &Direction| {
        let listed = world.with(|conn| listing::page(conn, scope, query, sort, direction, limit, &[])).unwrap();
        let old = insert(world, &Stored { name: Some("Ann Kamau"), created: MOMENTS[3], ..Stored::default() });
        let new = insert(world, &Stored { name: Some("Zed Kamau"), email: Some("z@acme.com"), ..Stored::default() });
        // As much and at the same time as others.
        world.figured(new, &["KES"], 229 * (listed.page.items.len() as i64 % 3) + 1, MOMENTS[5]);
        for id in [old, new] {
            world.with(|conn| words::index(conn, world.shop.live, id)).unwrap();
        }
        listed.page
    };
    let mut page = list(&Direction::First);
    let mut all: Vec<Vec<CustomerId>> = vec![page.items.iter().map(|row| row.id).collect()];
    while let Some(cursor) = page.next_cursor(|row| row.cursor(sort)) {
        page = list(&Direction::After(cursor));
        all.push(page.items.iter().map(|row| row.id).collect());
    }
    if backwards {
        all = vec![page.items.iter().map(|row| row.id).collect()];
        while let Some(cursor) = page.previous_cursor(|row| row.cursor(sort)) {
            page = list(&Direction::Before(cursor));
            all.insert(0, page.items.iter().map(|row| row.id).collect());
        }
    }
    all.concat()
}

#[actix_web::test]
async fn pages_by_what_was_paid_are_in_the_plain_order_while_others_arrive_and_pay() {
    let queries = [
        "",
        "status:deleted",
        "status:active,deleted",
        "kamau",
        "created:2026",
        "ann OR spent:>10",
        "payments:0",
        "-payments:0",
    ];
    for (n, text) in queries.into_iter().enumerate() {
        // Each pass adds people to the pages of the next one.
        let world = World::empty().await;
        people(&world);
        let query = LANGUAGE.parse(text, home()).unwrap();
        for (m, sort) in FIGURED.into_iter().enumerate() {
            let effort = EFFORTS[(n + m) % EFFORTS.len()];
            let scope = Scope { effort, ..scope(&world) };
            let reading = Reading { world: &world, folds: RefCell::default() };
            let before = stored(&world);
            let there = sorted_plainly(before.iter().filter(|row| reading.finds(&query, row)), sort);
            assert!(there.len() > 7, "{text} finds some pages");
            let met = pages(&world, &scope, &query, sort, (n + m) % 2 == 0);
            let once: Vec<CustomerId> = met.iter().filter(|id| there.contains(id)).copied().collect();
            assert_eq!(once, there, "{text} sorted {sort} with {effort:?}");
            let different: std::collections::HashSet<&CustomerId> = met.iter().collect();
            assert_eq!(different.len(), met.len(), "{text} sorted {sort}: somebody twice");
        }
    }
}

#[actix_web::test]
async fn pages_of_a_search_have_nobody_twice_and_leave_nobody_out_while_others_are_added() {
    let queries = ["kamau", "ann OR company:acme", "kamau -has:phone", "acme status:active,deleted", "has:phone", "a"];
    for (n, text) in queries.into_iter().enumerate() {
        // Each pass adds people to the pages of the next one.
        let world = World::empty().await;
        people(&world);
        let query = LANGUAGE.parse(text, home()).unwrap();
        for (m, sort) in COLUMNS.sorts().into_iter().enumerate().filter(|(m, _)| m % 3 == n % 3) {
            let effort = EFFORTS[(n + m) % EFFORTS.len()];
            let scope = Scope { effort, ..scope(&world) };
            // Who is there before must be met once, in the order of the list.
            let there: Vec<CustomerId> = everybody(&world, &scope, &query, sort);
            let met = pages(&world, &scope, &query, sort, n % 2 == 0);
            let once: Vec<CustomerId> = met.iter().filter(|id| there.contains(id)).copied().collect();
            assert_eq!(once, there, "{text} sorted {sort} with {effort:?}");
            let different: std::collections::HashSet<&CustomerId> = met.iter().collect();
            assert_eq!(different.len(), met.len(), "{text} sorted {sort}: somebody twice");
        }
    }
}

/// Everybody that a query finds, read without pages.
fn everybody(world: &World, scope: &Scope, query: &Query, sort: Sort) -> Vec<CustomerId> {
    let mut all = Vec::new();
    let mut direction = Direction::First;
    loop {
        let hundred = Limit::parse("100").unwrap();
        let usual = Scope { effort: Effort::default(), ..scope.clone() };
        let page = world.with(|conn| listing::page(conn, &usual, query, sort, &direction, hundred, &[])).unwrap().page;
        all.extend(page.items.iter().map(|row| row.id));
        match page.next_cursor(|row| row.cursor(sort)) {
            Some(cursor) => direction = Direction::After(cursor),
            None => return all,
        }
    }
}
