//! The pages about prices. Everybody who is signed in sees them; editors make and rename prices, admins archive them.

pub mod form;
pub mod list;
pub mod show;
