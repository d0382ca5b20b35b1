//! The page of the merchant's settings.

use super::{States, filled};
use crate::world::World;

/// The form in all its states, and what a change asks.
pub async fn settings(states: &mut States) {
    let (world, _) = World::populated().await;
    let (admin, path) = (world.asker(&world.shop.admin), "/settings");
    states.both("settings-editor", &world.editor(), path, 403).await;
    let form = states.both("settings", &admin, path, 200).await.form_to(path);
    states.both("settings-testing", &world.testing(&world.shop.admin), path, 200).await;
    let wrong = [("name", ""), ("time_zone", "Nairobi"), ("default_currency", "XX"), ("wallet_size", "21")];
    states.refused("settings-wrong", &admin, &filled(form.clone(), &wrong), 422).await;
    let other = [("time_zone", "UTC"), ("default_country", "UG"), ("default_currency", "UGX"), ("wallet_size", "1")];
    let asked = states.refused("settings-asked", &admin, &filled(form.clone(), &other), 409).await.form_to(path);
    states.keep("settings-back", 200, &admin.submit(&asked.clone().set("review", "on")).await);
    let stale = asked.clone().set("agreed", "other");
    states.refused("settings-asked-again", &admin, &stale, 409).await;
    states.done("settings-saved", &admin, &asked).await;
    states.refused("settings-conflict", &admin, &form.clone().set("wallet_size", "2"), 409).await;
    states.done("settings-unchanged", &admin, &form).await;
}
