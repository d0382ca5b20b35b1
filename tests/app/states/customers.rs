//! A customer's page, and the forms that create, change and delete one.

use clientele::ids::CustomerId;

use super::*;

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

/// Customers' pages and their activity.
pub async fn shown(states: &mut States) {
    let (world, named) = World::populated().await;
    let admin = world.asker(&world.shop.admin);
    for (months, form) in [(1, "amount=1250.50"), (2, "amount=80&currency=USD"), (4, "amount=90&status=refunded")] {
        recorded(&world, months, 3, &format!("{form}&customer={}", named.wanjiru)).await;
    }
    for (role, asker) in [("viewer", &world.viewer()), ("editor", &world.editor()), ("admin", &admin)] {
        for (name, id) in [("full", named.wanjiru), ("deleted", named.gone)] {
            states.both(&format!("customer-{name}-{role}"), asker, path(id), 200).await;
        }
    }
    let testing = world.testing(&world.shop.editor);
    states.both("customer-testing", &testing, path(named.tested), 200).await;
    let viewer = world.viewer();
    for (name, id) in [("minimal", named.nameless), ("organization", named.acme), ("letters", named.li_ming)] {
        states.both(&format!("customer-{name}"), &viewer, path(id), 200).await;
    }
    let suspicious = world.customer("name=Typo&email=typo%40gmial.com&first_name=Ty&last_name=Po&language=en");
    states.both("customer-email-meant", &viewer, path(suspicious), 200).await;
    let changed = "version=1&company=&phone=0733111222&metadata_key=since&metadata_value=2019";
    world.owner().post(path(named.wanjiru), changed).await.expect(303);
    states.both("customer-changed", &viewer, path(named.wanjiru), 200).await;
    states.both("activity", &viewer, path(named.wanjiru) + "/activity", 200).await;
    for n in 1..=25 {
        let form = format!("version={n}&company=C{n}");
        world.editor().post(path(named.jose), form).await.expect(303);
    }
    let page = states.page("customer-busy", &viewer, path(named.jose), 200).await;
    let earlier = page.attribute("main a[href*='activity?before=']", "href");
    states.page("activity-earlier", &viewer, earlier, 200).await;
    states.both("activity-damaged", &viewer, path(named.jose) + "/activity?before=x", 400).await;
    world.sql(&format!(
        "UPDATE customers SET deleted_at = clock_timestamp() - interval '31 days' WHERE id = '{}'",
        named.gone.uuid()
    ));
    states.both("customer-partly-restorable", &world.editor(), path(named.gone), 200).await;
    states.both("deleted-partly-restorable", &world.editor(), searched("status:deleted"), 200).await;
    states.both("deleted-found-beside", &world.editor(), searched("status:active,deleted"), 200).await;
}

/// Creating a customer, as a page and as a dialog.
pub async fn created(states: &mut States) {
    let (world, _) = World::populated().await;
    let editor = world.editor();
    states.both("create", &editor, "/customers/new", 200).await;
    states.both("create-prefilled", &editor, "/customers/new?name=Nia+%3Cb%3E&email=n%40x.example", 200).await;
    let form = editor.get("/customers/new").await.form_to("/customers");
    let wrong = [
        ("name", "4242 4242 4242 4242"),
        ("email", "nobody"),
        ("phone", "12x"),
        ("company", "a\u{1}b"),
        ("description", "kept <b>“as typed”</b>"),
        ("address.new1.city", "Nairobi"),
        ("address.new1.postal_code", "bell\u{7}"),
        ("metadata_key", "a key"),
        ("metadata_value", "1"),
    ];
    states.refused("create-wrong", &editor, &filled(form.clone(), &wrong), 422).await;
    states.refused("create-blank", &editor, &form, 422).await;
    let nia = filled(form, &[("name", "Nia"), ("email", "nia@new.example"), ("address.new1.city", "Nairobi")]);
    for row in ["address", "metadata"] {
        states.refused(&format!("create-more-{row}"), &editor, &nia.clone().set("add", row), 200).await;
    }
    let twice = filled(nia.clone(), &[("email", "WANJIRU@example.com"), ("phone", "0712 345 678")]);
    let question = states.refused("create-lookalike", &editor, &twice, 409).await;
    let agreed = question.attribute("button[name=allow_duplicate]", "value");
    states.refused("create-damaged", &editor, &nia.clone().set("key", "nonsense"), 400).await;
    states.done("create-done", &editor, &nia).await;
    states.done("create-duplicate", &editor, &twice.set("allow_duplicate", &agreed)).await;
    let again = filled(nia.clone(), &[("name", "Otieno Again"), ("email", "OTIENO@gone.example")]);
    let question = states.refused("create-like-deleted", &editor, &again, 409).await;
    states.done("create-beside-deleted", &editor, &question.form_to("/customers")).await;
    let dialog = editor.fragment("/customers/new").await.form("dialog form");
    let noa = filled(dialog, &[("name", "Noa"), ("email", "noa@new.example")]);
    states.in_place("create-in-place.part", &editor, &noa).await;
    world.require(&["phone"]);
    states.both("create-phone-required", &editor, "/customers/new", 200).await;
    states.refused("create-phone-missing", &editor, &noa.without("phone"), 422).await;
    let late = editor.get("/customers/new").await.form_to("/customers").set("account", "acct_other");
    states.refused("create-in-other-account", &editor, &late.set("phone", "0733 000 999"), 409).await;
}

/// Changing a customer, alone and while somebody else does.
pub async fn edited(states: &mut States) {
    let (world, named) = World::populated().await;
    let (editor, path) = (world.editor(), path(named.wanjiru));
    let edit = format!("{path}/edit");
    for (name, id) in [("full", named.wanjiru), ("minimal", named.nameless), ("organization", named.acme)] {
        states.both(&format!("edit-{name}"), &editor, format!("/customers/{id}/edit"), 200).await;
    }
    let open = editor.get(&edit).await.form_to(&path);
    let wrong = [("name", ""), ("email", "nobody"), ("company", "Kept"), ("phone", "x")];
    states.refused("edit-wrong", &editor, &filled(open.clone(), &wrong), 422).await;
    for row in ["address", "metadata"] {
        states.refused(&format!("edit-more-{row}"), &editor, &open.clone().set("add", row), 200).await;
    }
    states.refused("edit-of-future", &editor, &open.clone().set("version", "9"), 409).await;
    states.done("edit-done", &editor, &open.clone().set("company", "Duka Mbili")).await;
    let form = editor.get(&edit).await.form_to(&path);
    states.in_place("edit-in-place.part", &editor, &form.clone().set("company", "Duka Tatu")).await;

    let open = editor.get(&edit).await.form_to(&path);
    let theirs = format!("version={}&company=Theirs&email=theirs%40x.example&phone=", open.value("version"));
    world.owner().post(&path, theirs).await.expect(303);
    let mine = [("company", "Mine"), ("email", "mine@x.example"), ("reference", "R-1"), ("phone", "0733 111 222")];
    let clash = states.refused("edit-conflict", &editor, &filled(open.clone(), &mine), 409).await;
    states.refused("edit-conflict-of-one", &editor, &open.set("company", "Mine"), 409).await;
    states.done("edit-conflict-chosen", &editor, &clash.form_to(&path).set("choice.email", "theirs")).await;
    let form = editor.get(&edit).await.form_to(&path);
    let like_both = [("email", "jose@alvarez.example"), ("phone", "+1 212 555 2368")];
    let twice = filled(form.clone(), &like_both);
    let question = states.refused("edit-lookalike", &editor, &twice, 409).await;
    let agreed = question.attribute("button[name=allow_duplicate]", "value");
    states.done("edit-duplicate", &editor, &question.form_to(&path).set("allow_duplicate", &agreed)).await;
    let form = editor.get(&edit).await.form_to(&path);
    states.done("edit-like-deleted", &editor, &form.set("email", "otieno@gone.example")).await;
    states.both("edit-deleted", &editor, format!("/customers/{}/edit", named.gone), 409).await;
}

/// Deleting a customer and taking that back.
pub async fn deleted(states: &mut States) {
    let (world, named) = World::populated().await;
    let (editor, testing) = (world.editor(), world.testing(&world.shop.editor));
    let deletion = |id: CustomerId| format!("/customers/{id}/deletion");
    states.both("delete", &editor, deletion(named.wanjiru), 200).await;
    states.both("delete-plain", &editor, deletion(named.nameless), 200).await;
    let tested = path(named.tested);
    for token in ["tok_visa", "tok_bank"] {
        testing.post(format!("{tested}/payment_methods"), [("token", token)]).await.expect(303);
    }
    for token in ["tok_visa", "tok_declined"] {
        charged(&world, &tested, &format!("amount=50&token={token}")).await;
    }
    let fresh = world.testing(&world.shop.editor);
    let page = states.both("delete-with-payments", &fresh, deletion(named.tested), 200).await;
    let old = page.form("main form[method=post]");
    charged(&world, &tested, "amount=50&token=tok_slow").await;
    let blocked = states.both("delete-blocked", &fresh, deletion(named.tested), 200).await;
    states.refused("delete-blocked-still", &fresh, &blocked.form("main form[method=post]"), 409).await;
    states.refused("delete-replanned", &fresh, &old.set("cancel", "on"), 409).await;
    charged(&world, &tested, "amount=70&token=tok_slow").await;
    states.both("delete-blocked-by-two", &fresh, deletion(named.tested), 200).await;

    let plan = editor.get(deletion(named.wanjiru)).await.form("main form[method=post]");
    states.done("delete-done", &editor, &plan).await;
    let restore = editor.get(path(named.wanjiru)).await.form(".phead form");
    states.page("delete-deleted", &editor, deletion(named.wanjiru), 303).await;
    states.done("restore-done", &editor, &restore).await;
    let dialog = editor.fragment(deletion(named.jose)).await.form("dialog form");
    states.in_place("delete-in-place.part", &editor, &dialog).await;
    let answer = editor.post(format!("/customers/{}/restoration", named.jose), "").in_place().await;
    states.keep("restore-in-place.part", 200, &answer);
}
