//! The JSON API `/v1`: everything the dashboard does with customers, by key.
//!
//! A [`Call`](call::Call) is a request with a key that has the right form and keeps within its [`limits`]; it looks the
//! key up in the trip to the database that brings the answer. A [`Body`](body::Body) is [`json`] within limits, which a
//! resource reads member by member ([`reading`]) into the same checked values as its form. A [`Reply`](answer::Reply)
//! is what is sent, and what an `Idempotency-Key` gets again ([`replay`]). Whatever goes wrong is a
//! [`Refusal`](refusal::Refusal), which [`present`] writes.
//!
//! A [`route`] also tells of itself ([`told`]): the OpenAPI document ([`openapi`]) and the page for people ([`docs`]) are
//! drawn from that, from the structs that are written ([`object`]), and from the tables of what is read ([`shape`]).
//!
//! A call takes its way through [`scope`], apart from the pages: no session, no form keys, no HTML.

pub mod address;
pub mod answer;
pub mod body;
pub mod call;
pub mod caller;
pub mod docs;
pub mod json;
pub mod key;
pub mod limits;
pub mod lists;
pub mod object;
pub mod openapi;
pub mod order;
pub mod present;
pub mod reading;
pub mod refusal;
pub mod replay;
pub mod route;
pub mod shape;
pub mod told;
mod transaction;
pub mod typed;
pub mod version;
