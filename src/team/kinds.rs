//! The kinds of the events about the team. They stand in the live account of the merchant.

crate::events::kinds! {
    INVITED = "team.invited";
    INVITATION_RENEWED = "team.invitation_renewed";
    INVITATION_WITHDRAWN = "team.invitation_withdrawn";
    JOINED = "team.joined";
    ROLE_CHANGED = "team.role_changed";
    STATE_CHANGED = "team.state_changed";
    SIGNED_OUT = "team.signed_out";
}
