//! People of the world besides one of each role, and invitations.

use clientele::{
    ids::{InvitationId, StaffId},
    who::Role,
};

use super::{Shop, World, add_person};

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
