//! The pages about custom fields.

use super::{States, filled};
use crate::world::World;

/// The list, the form in all its states, what a change asks, and archiving.
pub async fn fields(states: &mut States) {
    let (world, _) = World::populated().await;
    let (admin, list) = (world.asker(&world.shop.admin), "/settings/fields");
    states.both("fields-none", &admin, list, 200).await;
    states.both("fields-none-viewer", &world.viewer(), list, 200).await;
    states.both("field-new-editor", &world.editor(), "/settings/fields/new", 403).await;
    let form = states.both("field-new", &admin, "/settings/fields/new", 200).await.form_to(list);
    states.refused("field-new-blank", &admin, &form, 422).await;
    states.refused("field-new-in-other-account", &admin, &form.clone().set("account", "acct_other"), 409).await;
    let misfit = [("label", "Tier"), ("kind", "text"), ("choices", "Gold\nSilver"), ("least", "9"), ("most", "1")];
    states.refused("field-new-misfit", &admin, &filled(form.clone(), &misfit), 422).await;
    let tier = filled(
        form,
        &[("label", "Tier"), ("kind", "choice"), ("choices", "Gold\nSilver"), ("help_text", "Their plan")],
    );
    for kind in ["text", "number", "integer", "boolean", "date", "money", "choice", "choices", "email", "url"] {
        let sent = format!("label=Field&kind={kind}&choices=Gold%0ASilver&help_text=Some&is_required=on");
        let preview = admin.post("/settings/fields/preview", sent).in_place().await;
        states.keep(&format!("field-preview-{kind}"), 200, &preview);
    }
    let path = states.done("field-defined", &admin, &tier).await.replace('#', "/");
    let taken = filled(admin.get("/settings/fields/new").await.form_to(list), &[("label", "A"), ("kind", "text")]);
    states.refused("field-new-taken", &admin, &taken.clone().set("field_key", "tier"), 409).await;
    for label in ["Seats", "Renewal"] {
        admin
            .submit(&taken.clone().set("label", label).set("key", &uuid::Uuid::now_v7().to_string()))
            .await
            .expect(303);
    }
    states.both("fields", &admin, list, 200).await;
    states.both("fields-viewer", &world.viewer(), list, 200).await;

    let form = states.both("field-edit", &admin, format!("{path}/edit"), 200).await.form_to(&path);
    states.refused("field-edit-blank", &admin, &form.clone().set("label", ""), 422).await;
    let asked = states.refused("field-edit-asked", &admin, &form.clone().set("is_required", "on"), 409).await;
    let agreed = asked.form_to(&path).without("review");
    states.keep("field-edit-back", 200, &admin.submit(&agreed.clone().set("review", "on")).await);
    states.done("field-edit-agreed", &admin, &agreed).await;
    admin.post(&path, "version=2&help_text=Other").await.expect(303);
    states.refused("field-edit-conflict", &admin, &form.clone().set("help_text", "Mine"), 409).await;

    let archiving = format!("{path}/archiving");
    let form = states.both("field-archiving", &admin, &archiving, 200).await.form_to(&archiving);
    states.done("field-archived", &admin, &form).await;
    states.both("field-archived-edit", &admin, format!("{path}/edit"), 409).await;
    states.both("fields-archived-viewer", &world.viewer(), list, 200).await;
    states.refused("field-new-taken-by-archived", &admin, &taken.set("field_key", "tier"), 409).await;
    let form = admin.get(list).await.form_to(&format!("{path}/restoration"));
    states.done("field-restored", &admin, &form).await;
}
