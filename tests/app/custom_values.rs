//! The values of the merchant's own fields: on the customer's page, in forms, over the API, and in the activity.

mod api;
mod pages;
mod search;
