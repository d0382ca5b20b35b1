//! What somebody meets who sees customers masked.

use super::States;
use crate::{
    curtain::{Private, decide},
    world::World,
};

/// The list, a customer before and after it is revealed, forms that do not open, and searches that are refused.
pub async fn curtain(states: &mut States) {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, Some("masked"), Some("revealed"));
    let viewer = world.viewer();
    states.both("masked-list", &viewer, "/customers?sort=name", 200).await;
    states.both("masked-part-of-an-email", &viewer, "/customers?q=email%3Ajane*", 422).await;
    states.both("masked-order", &viewer, "/customers?sort=email", 400).await;
    states.both("masked-customer", &viewer, format!("/customers/{}", private.jane), 200).await;
    states.page("masked-file", &viewer, format!("/customers/{}/file", private.jane), 403).await;
    let (editor, path) = (world.editor(), format!("/customers/{}", private.jane));
    states.both("masked-to-editor", &editor, &path, 200).await;
    states.both("masked-form", &editor, format!("{path}/edit"), 409).await;
    states.both("masked-wallet", &editor, format!("{path}/payment_methods"), 200).await;
    states.both("masked-quality", &editor, "/quality/phone", 200).await;
    let form = editor.get(&path).await.form_to(&format!("{path}/reveal"));
    states.done("revealed", &editor, &form).await;
    states.both("revealed-customer", &editor, &path, 200).await;
}
