//! A customer: the person or organisation that buys from the merchant.
//!
//! [`record`] holds a customer's fields and turns one record into another. [`model`] keeps it in the table and records
//! every change. [`saving`] is the version rule for two people who edit at once. [`addresses`], [`words`] and [`seen`] values
//! are kept beside the row, as are [`custom_values`], [`counts`] how many there are, and [`hours`] when they came; [`custom_counts`] says how many
//! have a value of a field. [`lookalikes`] finds who has the same email or phone. [`input`] and [`form`] are the text as
//! typed, [`field_rows`] that of the merchant's own fields; [`erasure`] empties a record, [`revert`] takes a change back.
//! [`identity`] is the picture and path of a customer. [`part`] is the shape of what a feature may keep of a customer,
//! and [`own`] is what the record itself keeps in that way.

pub mod addresses;
pub mod counts;
pub mod custom_counts;
pub mod custom_values;
pub mod doubts;
pub mod erasure;
pub mod field_rows;
pub mod form;
pub mod hours;
pub mod identity;
pub mod input;
pub mod keeping;
pub mod kinds;
pub mod lookalikes;
pub mod model;
pub mod own;
pub mod part;
pub mod record;
pub mod revert;
pub mod saving;
pub mod seen;
pub mod words;
