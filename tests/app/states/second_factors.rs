//! Second factors, asking again, and the merchant's security.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{
    second_factor::{Device, SETUP, STEP, half_way},
    world::signed_in,
};

/// An app from its set-up to its removal, the second step, and the page that asks again.
pub async fn second_factors(states: &mut States) {
    let (world, named) = World::populated().await;
    let admin = signed_in(&world, &world.shop.admin).await;
    states.page("factor-none", &admin, "/profile/second_factor", 200).await;
    let page = states.page("factor-new", &admin, SETUP, 200).await;
    let device = Device::reading(&page);
    let form = page.form_to(SETUP);
    let wrong = admin.submit(&form.clone().set("one_time_code", &device.wrong())).await;
    states.keep("factor-new-wrong", 422, &wrong);
    let codes = admin.submit(&form.set("one_time_code", &device.now())).await;
    states.keep("factor-codes", 200, &codes);
    states.page("factor", &admin, "/profile/second_factor", 200).await;
    states.page("factor-removal", &admin, "/profile/second_factor/app/removal", 200).await;
    states.page("factor-new-codes", &admin, "/profile/second_factor/codes", 200).await;
    states.page("passkey-new", &admin, "/profile/second_factor/passkeys/new", 200).await;
    let half = half_way(&world, &world.shop.admin).await;
    let page = states.page("second-step", &half, STEP, 200).await;
    let wrong = half.submit(&page.form_to(STEP).set("one_time_code", "wrong")).await;
    states.keep("second-step-wrong", 422, &wrong);

    let page = states.page("security", &admin, "/settings/security", 200).await;
    let form = page.form_to("/settings/security");
    states.keep("security-wrong", 422, &admin.submit(&form.clone().set("most_sessions", "0")).await);
    let asked = admin.submit(&form.set("factor", "required")).await;
    states.keep("security-question", 409, &asked);
    states.done("security-saved", &admin, &asked.form_to("/settings/security")).await;
    let editor = world.editor();
    states.page("factor-required", &editor, "/customers", 303).await;
    states.page("factor-required-none", &editor, "/profile/second_factor", 200).await;
    let path = format!("/customers/{}", named.wanjiru);
    states.keep("factor-required-sent", 403, &editor.post(&path, "company=Typed&as=x").await);
    states.keep("factor-required-sent.part", 403, &editor.post(&path, "company=Typed&as=x").in_place().await);

    let past = Timestamp::now() - SignedDuration::from_mins(11);
    world.sql(&format!("UPDATE sessions SET state = state || jsonb_build_object('since', '\"{past}\"')"));
    states.page("confirmation-first", &admin, "/settings/api_keys/new", 303).await;
    let page = states.page("confirmation", &admin, "/confirmation?next=%2Fsettings%2Fapi_keys%2Fnew", 200).await;
    let wrong = page.form_to("/confirmation").set("one_time_code", "wrong");
    states.keep("confirmation-wrong", 422, &admin.submit(&wrong).await);
    let sent = admin.post("/settings/api_keys", "name=Typed&as=x").await;
    states.keep("confirmation-sent", 401, &sent);
}
