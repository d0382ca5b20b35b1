//! The field that routes about one are asked for, and those of other accounts.

use clientele::{
    clock::Clock,
    custom_fields::{changing, input::Draft},
    events::By,
    ids::{AccountId, FieldId},
    input::FormFields,
};

use super::{RULES, told};
use crate::world::World;

/// The field that [`define`] defines.
pub const FIELD: FieldId = FieldId::from_uuid(uuid::Uuid::from_u128(0x0199a3c0_7a5e_7c1d_9f2b_5d0e8a4c6b31));

pub fn define(world: &World, account: AccountId, id: FieldId) {
    let typed = FormFields::parse(b"label=VAT+number&kind=text").unwrap();
    let new = Draft::of_form(&typed).check_new(Some("vat"), Some("text")).unwrap();
    let by = By::system(account, Clock::system());
    world.with(|conn| changing::define(conn, &by, id, new)).unwrap();
}

#[actix_web::test]
async fn another_accounts_field_is_not_there() {
    let (world, _) = World::populated().await;
    let strangers = [FieldId::new(), FieldId::new(), FieldId::new()];
    define(&world, world.rival.live, strangers[0]);
    define(&world, world.shop.test, strangers[1]);
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.path.contains("{field}")) {
        for stranger in strangers {
            let path = rule.path.replace("{field}", &stranger.to_string());
            let answer = rule.asked_at(&world.owner(), path).await;
            assert_eq!(answer.status, 404, "{}", told(rule, &answer));
        }
    }
    assert_eq!(world.census(), before);
}
