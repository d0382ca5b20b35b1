//! People of the world besides one of each role, and invitations.

use clientele::{
    error::Result,
    ids::{InvitationId, MerchantId, StaffId},
    staff::model::{self as staff, NewStaff},
    values::Mode,
    who::Role,
};
use diesel::PgConnection;

use super::{Asker, PASSWORD, PASSWORD_HASH, Person, Shop, World};

/// Adds somebody with the password of everybody.
pub fn add_person(
    conn: &mut PgConnection,
    merchant: MerchantId,
    email: &str,
    name: &str,
    role: Role,
) -> Result<Person> {
    let new = NewStaff {
        merchant,
        email: email.parse().unwrap(),
        name: name.to_owned(),
        role,
        password_hash: PASSWORD_HASH.clone(),
        mode: Mode::Live,
    };
    Ok(Person { id: staff::add(conn, &new)?, email: email.to_owned(), name: name.to_owned(), role })
}

/// A browser in which somebody has signed in by the form.
pub async fn signed_in(world: &World, person: &Person) -> Asker {
    let browser = world.nobody();
    browser.post("/login", [("email", person.email.as_str()), ("password", PASSWORD)]).await.expect(303);
    browser
}

impl World {
    /// Adds a viewer besides the one there is, whom anybody may change.
    pub fn member(&self) -> StaffId {
        let (merchant, email) = (self.shop.merchant, format!("mona@{}.example", self.shop.merchant.uuid()));
        self.with(|conn| add_person(conn, merchant, &email, "Mona Member", Role::Viewer)).unwrap().id
    }

    /// What stands in the link of the populated world's invitation.
    pub fn token(&self) -> String {
        format!("token-of-{}", self.shop.merchant.uuid())
    }

    /// Makes an invitation as it is stored, without its event.
    pub fn invited(&self, shop: &Shop, email: &str, token: &str) -> InvitationId {
        let id = InvitationId::new();
        self.sql(&format!(
            "INSERT INTO invitations (id, merchant_id, token_hash, email, role, invited_by, created_at, expires_at)
             VALUES ('{}', '{}', sha256('{token}'), '{email}', 'viewer', '{}', now(), now() + '72 hours')",
            id.uuid(),
            shop.merchant.uuid(),
            shop.admin.id.uuid()
        ));
        id
    }
}
