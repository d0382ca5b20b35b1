//! A customer: the person or organisation that buys from the merchant.
//!
//! [`record`] is what a customer's fields hold and how one record becomes another; [`model`] keeps it in the table and
//! records every change; [`saving`] is the version rule for two people editing at once; [`addresses`] and [`words`] are
//! kept beside the row; [`lookalikes`] finds who has the same email or phone; [`input`] and [`form`] are the text as
//! typed; [`identity`] is what a customer is shown by. [`part`] is what a feature may keep of a customer, and [`own`] what the
//! record itself keeps in that way.

pub mod addresses;
pub mod form;
pub mod identity;
pub mod input;
pub mod kinds;
pub mod lookalikes;
pub mod model;
pub mod own;
pub mod part;
pub mod record;
pub mod saving;
pub mod words;
