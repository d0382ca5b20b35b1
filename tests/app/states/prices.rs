//! The pages about prices.

use super::{States, filled};
use crate::world::World;

/// The list, the form in all its states, a price's page, and what changes it.
pub async fn prices(states: &mut States) {
    let world = World::empty().await;
    let (viewer, editor, admin, list) = (world.viewer(), world.editor(), world.asker(&world.shop.admin), "/prices");
    states.page("prices-none", &editor, list, 200).await;
    states.page("prices-none-viewer", &viewer, list, 200).await;
    states.page("prices-none-archived", &viewer, "/prices?state=archived", 200).await;
    states.both("price-new-viewer", &viewer, "/prices/new", 403).await;
    let form = states.page("price-new", &editor, "/prices/new", 200).await.form_to(list);
    states
        .page("price-new-like-another", &editor, "/prices/new?name=Pro&amount=5&interval=year&trial_days=3", 200)
        .await;
    states.refused("price-new-blank", &editor, &form, 422).await;
    states.refused("price-new-in-other-account", &editor, &form.clone().set("account", "acct_other"), 409).await;
    let wrong =
        [("name", "Pro <b>"), ("price_key", "Pro"), ("amount", "1.000"), ("interval_count", "0"), ("trial_days", "x")];
    states.refused("price-new-wrong", &editor, &filled(form.clone(), &wrong), 422).await;
    let good = filled(form, &[("name", "Pro <b>"), ("price_key", "pro"), ("amount", "4,900"), ("trial_days", "14")]);
    states.keep("price-new-review", 200, &editor.submit(&good.clone().set("review", "on")).await);
    let monthly = editor.fragment("/prices/monthly?amount=5&currency=KES&interval=week").await;
    states.keep("price-monthly.part", 200, &monthly);
    let path = states.done("price-made", &editor, &good).await;
    let taken = good.clone().set("key", &uuid::Uuid::now_v7().to_string());
    states.refused("price-new-taken", &editor, &taken, 409).await;
    let plain = filled(taken, &[("name", "Plain"), ("price_key", ""), ("trial_days", "")]);
    states.done("price-made-plain", &editor, &plain).await;
    states.page("prices", &editor, list, 200).await;
    states.page("prices-viewer", &viewer, list, 200).await;
    states.page("prices-unknown-state", &viewer, "/prices?state=sold", 400).await;

    states.page("price-viewer", &viewer, &path, 200).await;
    states.page("price-admin", &admin, &path, 200).await;
    let form = states.page("price", &editor, &path, 200).await.form_to(&path);
    states.refused("price-blank", &editor, &form.clone().set("name", ""), 422).await;
    states.done("price-renamed", &editor, &form.clone().set("name", "Plus")).await;
    states.refused("price-conflict", &editor, &form.set("name", "Premium"), 409).await;
    let form = admin.get(&path).await.form_to(&format!("{path}/archiving"));
    states.done("price-archived", &admin, &form).await;
    states.page("price-archived-viewer", &viewer, &path, 200).await;
    states.page("prices-archived", &viewer, "/prices?state=archived", 200).await;
    states.page("prices-all", &viewer, "/prices?state=all", 200).await;
    let form = admin.get(&path).await.form_to(&format!("{path}/restoration"));
    states.done("price-back", &admin, &form).await;
}
