//! Clientele: the customers dashboard of a merchant who takes payments.
//!
//! One folder is one word of the business ([`merchants`], [`staff`], [`customers`], [`views`], [`palette`], [`events`]); inside it,
//! `model` has the rows and verbs, `input` turns typed text into a checked change, `pages` has the handlers and
//! their templates. What lies beside them knows no feature: [`db`], [`error`], [`html`], [`input`], [`paging`],
//! [`ids`], [`values`], [`clock`]. [`app`] puts all of it together and is the only list of the routes; [`jobs`] does what
//! is to be done later.
//!
//! A request: route → extractors (who asks, for what) → `input.check()` → one `db.read` or `db.write` → a page.

pub mod activity;
pub mod app;
pub mod assets;
pub mod chart;
pub mod clock;
pub mod commands;
pub mod config;
pub mod customer_list;
pub mod customer_page;
pub mod customer_parts;
pub mod customers;
pub mod db;
pub mod defences;
pub mod deletion;
pub mod demo;
pub mod error;
pub mod events;
pub mod form;
pub mod gateway;
pub mod health;
pub mod history;
pub mod html;
pub mod idempotency;
pub mod ids;
pub mod input;
pub mod jobs;
pub mod logging;
pub mod merchants;
pub mod paging;
pub mod palette;
pub mod payment_methods;
pub mod payments;
pub mod query;
pub mod routes;
pub mod sandbox;
pub mod schema;
pub mod search;
pub mod search_box;
pub mod serve;
pub mod shell;
pub mod staff;
pub mod values;
pub mod views;
pub mod wallet_page;
pub mod who;
pub mod work;
