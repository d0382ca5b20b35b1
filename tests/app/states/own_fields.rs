//! Fields of the merchant's own: their values in forms, on a customer's page and in the list.

use super::*;

/// Values of fields of every kind, filled in, wrong, kept though no longer offered, and listed.
pub async fn values(states: &mut States) {
    let (world, named) = World::populated().await;
    world.fields_of_all_kinds();
    world.field(
        "text",
        "vat",
        "label = 'VAT <number>', help = 'As on the “invoice”', is_required = true, is_listed = true",
    );
    let (editor, path) = (world.editor(), format!("/customers/{}", named.wanjiru));
    states.both("fields-none-yet", &editor, &path, 200).await;
    states.both("fields-create", &editor, "/customers/new", 200).await;
    let form = editor.get(format!("{path}/edit?part=fields")).await.form_to(&path);
    let wrong = [("field.date", "31.3."), ("field.money", "1.000"), ("field.vat", "<b>"), ("field.choice", "Gold")];
    states.refused("fields-wrong", &editor, &filled(form.clone(), &wrong), 422).await;
    let right = [
        ("field.vat", "KE <1>"),
        ("field.money", "1250"),
        ("field.date", "2026-03-31"),
        ("field.choice", "Gold"),
        ("field.boolean", "yes"),
        ("field.url", "https://x.example/"),
        ("field.email", "a@x.example"),
    ];
    states.done("fields-done", &editor, &filled(form, &right)).await;
    world.sql_of_fields("UPDATE custom_fields SET choices = ARRAY['Silver'] WHERE key = 'choice'");
    states.both("fields-shown", &editor, &path, 200).await;
    states.both("fields-edit", &editor, format!("{path}/edit?part=fields"), 200).await;
    states.both("fields-edit-all", &editor, format!("{path}/edit"), 200).await;
    states.both("fields-listed", &world.viewer(), "/customers", 200).await;
    let columns = "/customers?columns=field.vat,field.money,field.date&sort=-field.money&q=field.choice%3AGold";
    states.both("fields-columns", &world.viewer(), columns, 200).await;
    states.both("fields-chooser", &world.viewer(), "/customers/columns", 200).await;
    for kind in ["vat", "number", "boolean", "date", "money", "choices"] {
        let form = format!("/customers/filters/field.{kind}");
        states.both(&format!("fields-filter-{kind}"), &world.viewer(), form, 200).await;
    }
    states.both("fields-unknown", &world.viewer(), "/customers?q=field.vta%3A1", 422).await;
}
