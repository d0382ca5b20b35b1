//! Wallets, the pages of their methods, and the sandbox's own page.

use clientele::ids::CustomerId;

use super::*;

/// A customer's wallet.
fn wallet(id: CustomerId) -> String {
    format!("/customers/{id}/payment_methods")
}

/// Adds by a token, from a browser that is then closed.
async fn add(world: &World, id: CustomerId, form: &str) {
    world.testing(&world.shop.editor).post(wallet(id), form).await.expect(303);
}

/// The paths of the methods in a wallet.
async fn methods_of(asker: &Asker, id: CustomerId) -> Vec<String> {
    let page = asker.get(wallet(id)).await;
    page.all("#wallet > .wallet > li").iter().map(|li| format!("/payment_methods/{}", li.attr("id").unwrap())).collect()
}

/// The wallet from empty to full, and with cards that expire.
pub async fn wallets(states: &mut States) {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.testing(&world.shop.editor), named.tested);
    let viewer = world.testing(&world.shop.viewer);
    states.both("wallet-live", &world.editor(), wallet(named.wanjiru), 200).await;
    states.both("wallet-empty", &editor, wallet(id), 200).await;
    states.both("wallet-empty-viewer", &viewer, wallet(id), 200).await;
    let agreed = "token=tok_visa&billing.line1=14+Riverside+Drive&billing.country=KE&consent_source=Signed+form&consent_on=2026-01-03";
    add(&world, id, agreed).await;
    states.both("wallet-of-one", &editor, wallet(id), 200).await;
    for token in ["tok_mastercard", "tok_amex", "tok_bank"] {
        add(&world, id, &format!("token={token}")).await;
    }
    states.both("wallet-full", &editor, wallet(id), 200).await;
    states.both("wallet-full-viewer", &viewer, wallet(id), 200).await;
    states.both("method-add-full", &editor, wallet(id) + "/new", 200).await;
    for (brand, expires) in [("Visa", "'2024-05-31'"), ("Mastercard", "now() + interval '5 days'")] {
        world.sql(&format!("UPDATE payment_methods SET expires_on = ({expires})::date WHERE brand = '{brand}'"));
    }
    states.both("wallet-expired", &editor, wallet(id), 200).await;
    states.both("charge-expired", &editor, format!("/customers/{id}/charges/new"), 200).await;
    for q in ["card:expired", "card:expiring"] {
        states.both(&format!("found-{}", q.replace(':', "-")), &editor, searched(q), 200).await;
    }
    let first = methods_of(&editor, id).await.remove(0);
    world.testing(&world.shop.editor).post(format!("{first}/deletion"), "").await.expect(303);
    states.both("wallet-without-default", &editor, wallet(id), 200).await;
    world.testing(&world.shop.editor).delete_customer(&format!("/customers/{id}")).await;
    states.both("wallet-deleted", &editor, wallet(id), 200).await;
    states.both("method-add-deleted", &editor, wallet(id) + "/new", 409).await;
}

/// Adding, changing, removing and restoring a method.
pub async fn methods(states: &mut States) {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.testing(&world.shop.editor), named.tested);
    let page = states.both("method-add", &editor, wallet(id) + "/new", 200).await;
    let form = page.form_to(&wallet(id));
    for (name, fields) in [
        ("blank", [("token", ""), ("consent_source", "Call")]),
        ("unknown", [("token", "tok_nothing"), ("consent_source", "Call")]),
        ("number", [("token", "4242 4242 4242 4242"), ("billing.country", "zz")]),
    ] {
        states.refused(&format!("method-add-{name}"), &editor, &filled(form.clone(), &fields), 422).await;
    }
    states.done("method-added", &editor, &form.clone().set("token", "tok_visa")).await;
    let again = form.set("key", "");
    states.refused("method-add-twice", &editor, &again.clone().set("token", "tok_visa"), 422).await;
    states.in_place("method-added-in-place.part", &editor, &again.clone().set("token", "tok_bank")).await;
    charged(&world, &format!("/customers/{id}"), "amount=5&token=tok_amex").await;
    let earlier = states.both("method-add-earlier", &editor, wallet(id) + "/new", 200).await;
    assert!(earlier.has("#payment"));

    let paths = methods_of(&editor, id).await;
    let (card, bank) = (&paths[0], &paths[1]);
    states.page("method-opened", &editor, card, 303).await;
    states.both("method-edit", &editor, format!("{card}/edit"), 200).await;
    states.both("method-edit-bank", &editor, format!("{bank}/edit"), 200).await;
    let form = editor.get(format!("{card}/edit")).await.form_to(card);
    let wrong = filled(form.clone(), &[("expires", "13/30"), ("billing.city", "Kisumu"), ("billing.country", "zz")]);
    states.refused("method-edit-wrong", &editor, &wrong, 422).await;
    states.done("method-edited", &editor, &form.clone().set("expires", "08/2040")).await;
    states.refused("method-edit-conflict", &editor, &form.clone().set("expires", "09/2041"), 409).await;
    states.refused("method-edit-of-future", &editor, &form.set("version", "99"), 409).await;
    states.both("method-remove", &editor, format!("{card}/deletion"), 200).await;
    states.both("method-remove-other", &editor, format!("{bank}/deletion"), 200).await;
    for (name, path, part) in
        [("default", bank, "default"), ("removed", bank, "deletion"), ("restored", bank, "restoration")]
    {
        let answer = editor.post(format!("{path}/{part}"), "").in_place().await;
        states.keep(&format!("method-{name}.part"), 200, &answer);
    }
    let plan = editor.get(format!("{card}/deletion")).await.form("main form[method=post]");
    states.done("method-removed", &editor, &plan).await;
    states.both("method-edit-removed", &editor, format!("{card}/edit"), 409).await;
    let live = world.editor();
    let page = states.both("method-add-live", &live, wallet(named.wanjiru) + "/new", 200).await;
    let form = page.form_to(&wallet(named.wanjiru)).set("token", "tok_visa");
    states.refused("method-add-live-refused", &live, &form, 422).await;
    states.both("method-edit-viewer", &world.viewer(), format!("/payment_methods/{}/edit", named.method), 403).await;
}

/// The page that makes tokens of numbers.
pub async fn sandbox(states: &mut States) {
    let (world, named) = World::populated().await;
    let editor = world.testing(&world.shop.editor);
    let path = "/sandbox/tokens/new";
    let page = states.both("token", &editor, path, 200).await;
    states.both("token-of-customer", &editor, format!("{path}?customer={}", named.tested), 200).await;
    states.both("token-bank", &editor, format!("{path}?kind=bank_account"), 200).await;
    let form = page.form_to(path);
    let wrong = filled(form.clone(), &[("card_number", "4242 4242 4242 4241"), ("expires", "13/40")]);
    states.refused("token-wrong", &editor, &wrong, 422).await;
    let right = filled(form, &[("card_number", "4111 1111 1111 1111"), ("expires", "08/40")]);
    states.refused("token-made", &editor, &right, 200).await;
    let right = right.set("customer", &named.tested.to_string());
    states.done("token-made-for-customer", &editor, &right).await;
    states.both("token-live", &world.editor(), path, 404).await;
    states.both("token-as-viewer", &world.testing(&world.shop.viewer), path, 403).await;
}
