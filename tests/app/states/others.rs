//! Views, the palette, signing in, a person's own settings, and what anybody meets who is in the wrong place.

use clientele::ids::{CustomerId, PaymentId, ViewId};

use super::*;
use crate::world::{PASSWORD, signed_in};

/// Saved views: their list, their forms, and the list of customers through them.
pub async fn views(states: &mut States) {
    let (world, named) = World::populated().await;
    let (viewer, editor) = (world.viewer(), world.editor());
    world.view("name=Own&q=wanjiru&columns=company,metadata.tier");
    let path = format!("/views/{}", named.view);
    let list = format!("/customers?view={}", named.view);
    for (role, asker) in [("viewer", &viewer), ("editor", &editor), ("owner", &world.owner())] {
        states.both(&format!("views-{role}"), asker, "/views", 200).await;
        states.both(&format!("view-open-{role}"), asker, &list, 200).await;
        states.both(&format!("view-changed-{role}"), asker, format!("{list}&q=li&sort=-name"), 200).await;
        states.both(&format!("view-new-{role}"), asker, "/views/new", 200).await;
        let counts = asker.fragment("/views/counts").await;
        states.keep(&format!("views-counts-{role}.part"), 200, &counts);
    }
    states.page("views-counts", &viewer, "/views/counts", 303).await;
    states.page("view-opened", &viewer, &path, 303).await;
    let page = states.both("view-new-of-list", &editor, "/views/new?q=example&sort=name&columns=company", 200).await;
    let form = page.form_to("/views");
    for (name, fields) in [
        ("blank", [("name", ""), ("q", "x")]),
        ("wrong", [("name", "X"), ("q", "foo:bar")]),
        ("taken", [("name", "own"), ("q", "x")]),
        ("columns", [("name", "X"), ("columns", "hat")]),
    ] {
        states.refused(&format!("view-new-{name}"), &editor, &filled(form.clone(), &fields), 422).await;
    }
    states.refused("view-new-in-other-account", &editor, &form.clone().set("account", "acct_other"), 409).await;
    states.done("view-saved", &editor, &form.clone().set("name", "Examples")).await;
    states.in_place("view-in-place.part", &editor, &filled(form, &[("name", "More"), ("key", "")])).await;

    let page = states.both("view-edit", &editor, format!("{path}/edit"), 200).await;
    states.both("view-edit-viewer", &viewer, format!("{path}/edit"), 403).await;
    let form = page.form_to(&path);
    states.refused("view-edit-wrong", &editor, &form.clone().set("q", "foo:bar"), 422).await;
    states.done("view-edited", &editor, &form.clone().set("name", "Acme Ltd")).await;
    states.refused("view-edit-conflict", &editor, &form.set("name", "Acme Inc"), 409).await;
    for (name, part, sent) in [("shifted", "position", "to=right"), ("chosen", "default", "is_default=on")] {
        let form = Form { action: format!("{path}/{part}"), method: "post".to_owned(), fields: Vec::new() };
        let (field, value) = sent.split_once('=').unwrap();
        states.done(&format!("view-{name}"), &editor, &form.set(field, value)).await;
    }
    states.page("customers-at-view", &editor, "/views/default", 303).await;
    states.page("customers-at-start", &viewer, "/views/default", 303).await;
    world.sql("UPDATE views SET query = 'foo:bar'");
    states.both("view-damaged", &editor, &list, 422).await;
    let form = editor.get("/views").await.form_to(&format!("{path}/deletion"));
    states.done("view-deleted", &editor, &form).await;
    states.both("view-gone", &editor, &list, 404).await;
}

/// The palette, as a page and as what its dialog shows.
pub async fn palette(states: &mut States) {
    let (world, _) = World::populated().await;
    world.crowd(&(0..8).map(|n| (format!("Njeri {n}"), format!("n{n}@njeri.example"))).collect::<Vec<_>>());
    let testing = world.testing(&world.shop.editor);
    for (role, asker) in [("viewer", &world.viewer()), ("editor", &world.editor()), ("testing", &testing)] {
        states.both(&format!("palette-{role}"), asker, "/palette", 200).await;
    }
    for (name, q) in [
        ("found", "jose"),
        ("many", "njeri"),
        ("deleted", "otieno status:deleted"),
        ("view", "acm"),
        ("page", "switch"),
        ("nothing", "zzz"),
        ("wrong", "emial:x"),
    ] {
        states.both(&format!("palette-{name}"), &world.editor(), format!("/palette?q={}", encode(q)), 200).await;
    }
}

/// Signing in and out, and the profile.
pub async fn staff(states: &mut States) {
    let (world, named) = World::populated().await;
    let nobody = world.nobody();
    states.both("sign-in", &nobody, "/login", 200).await;
    states.page("sign-in-next", &nobody, "/login?next=%2Fcustomers%3Fq%3Da", 200).await;
    states.page("sign-in-signed-out", &nobody, "/login?signed_out=1", 200).await;
    states.page("sign-in-first", &nobody, "/customers?q=a", 303).await;
    states.keep("sign-in-first.part", 401, &nobody.fragment("/customers?q=a").await);
    let path = format!("/customers/{}", named.wanjiru);
    let editor = world.editor();
    let edit = editor.get(format!("{path}/edit")).await.form_to(&path).set("company", "Typed & <kept>");
    let waiting = states.refused("sign-in-again", &nobody, &edit, 401).await.form_to("/login");
    let wrong = filled(waiting, &[("email", &*world.shop.editor.email), ("password", "wrong")]);
    let wrong = states.refused("sign-in-wrong", &nobody, &wrong, 422).await;
    let back = nobody.submit(&wrong.form_to("/login").set("password", PASSWORD)).await;
    states.keep("sign-in-welcome-back", 200, &back);
    let again = nobody.submit(&back.form_to(&path)).await;
    states.keep("edit-after-sign-in", 200, &again);

    let admin = world.asker(&world.shop.admin);
    for (role, asker) in [("viewer", &world.viewer()), ("editor", &editor), ("admin", &admin)] {
        states.both(&format!("profile-{role}"), asker, "/profile", 200).await;
    }
    states.page("profile-testing", &world.testing(&world.shop.owner), "/profile", 200).await;
    let own = signed_in(&world, &world.shop.owner).await;
    let page = own.get("/profile").await;
    let passwords = [("current_password", "wrong"), ("new_password", "short"), ("repeated_password", "other")];
    let form = page.form_to("/profile/password");
    states.refused("profile-wrong-password", &own, &filled(form, &passwords), 422).await;
    let form = page.form_to("/profile/preferences").without("single_keys");
    states.done("profile-without-keys", &own, &form).await;
    states.page("customers-without-keys", &own, "/customers", 200).await;
    let over = own.get("/customers").await.form_to("/mode");
    let answer = own.submit(&over).await;
    states.keep("mode", 303, &answer);
    states.page("customers-in-test-mode", &own, "/customers", 200).await;
    let answer = own.post("/logout", "").await;
    states.keep("sign-out", 303, &answer);
}

/// What is not there, not allowed, or in the other account.
pub async fn troubles(states: &mut States) {
    let (world, named) = World::populated().await;
    let (viewer, editor) = (world.viewer(), world.editor());
    for (name, path) in [
        ("nowhere", "/nowhere".to_owned()),
        ("customer", format!("/customers/{}", CustomerId::new())),
        ("customer-damaged", "/customers/cust_x".to_owned()),
        ("customer-of-rival", format!("/customers/{}", named.foreign)),
        ("customer-in-test", format!("/customers/{}", named.tested)),
        ("payment", format!("/payments/{}", PaymentId::new())),
        ("view", format!("/views/{}/edit", ViewId::new())),
        ("payment-method", "/payment_methods/pm_x/edit".to_owned()),
    ] {
        states.both(&format!("missing-{name}"), &editor, path, 404).await;
    }
    let customer = format!("/customers/{}", named.wanjiru);
    for (name, path) in [
        ("create", "/customers/new".to_owned()),
        ("edit", format!("{customer}/edit")),
        ("delete", format!("{customer}/deletion")),
        ("method", format!("{customer}/payment_methods/new")),
    ] {
        states.both(&format!("forbidden-{name}"), &viewer, path, 403).await;
    }
    states.both("wrong-method", &editor, format!("{customer}/restoration"), 405).await;
    let answer = editor.post("/mode", "mode=other").await;
    states.keep("bad-mode", 400, &answer);
    let answer = editor.post(&customer, "company=X").header("Sec-Fetch-Site", "cross-site").await;
    states.keep("forbidden-cross-site", 403, &answer);
}

/// Keys of the API: their list, each form about one, and a secret that is shown.
pub async fn keys(states: &mut States) {
    let (world, named) = World::populated().await;
    let admin = world.asker(&world.shop.admin);
    let testing = world.testing(&world.shop.owner);
    states.both("keys", &admin, "/settings/api_keys", 200).await;
    states.both("keys-none", &testing, "/settings/api_keys", 200).await;
    states.both("keys-editor", &world.editor(), "/settings/api_keys", 403).await;
    states.both("key-new-testing", &testing, "/settings/api_keys/new", 200).await;
    let form = states.both("key-new", &admin, "/settings/api_keys/new", 200).await.form_to("/settings/api_keys");
    states.refused("key-new-blank", &admin, &form, 422).await;
    states.refused("key-new-in-other-account", &admin, &form.clone().set("account", "acct_other"), 409).await;
    let form = filled(form, &[("name", "Till"), ("may.wallet", "read"), ("expires_on", "2999-01-01")]);
    let answer = admin.submit(&form).await;
    states.keep("key-made", 200, &answer);
    states.done("key-made-again", &admin, &form).await;

    let path = format!("/settings/api_keys/{}", named.api_key);
    for part in ["rotation", "revocation"] {
        states.both(&format!("key-{part}"), &admin, format!("{path}/{part}"), 200).await;
    }
    let form = admin.get(format!("{path}/rotation")).await.form_to(&format!("{path}/rotation"));
    states.refused("key-rotation-wrong", &admin, &form.clone().set("overlap", "2y"), 422).await;
    let answer = admin.submit(&form).await;
    states.keep("key-rotated", 200, &answer);
    states.page("keys-rotated", &admin, "/settings/api_keys", 200).await;
    let form = admin.get(format!("{path}/revocation")).await.form_to(&format!("{path}/revocation"));
    states.done("key-revoked", &admin, &form).await;
    states.both("key-revoked-rotation", &admin, format!("{path}/rotation"), 409).await;
}
