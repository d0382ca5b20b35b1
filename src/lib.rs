//! Clientele: the customers dashboard of a merchant who takes payments.
//!
//! The crate is divided into rooms; a room is a folder or a file here. Three rooms share the word customer:
//! [`customer_list`] is the list, [`customer_page`] the page of one, and [`customers`] the record. [`payments`],
//! [`payment_methods`] with its [`wallet_page`], [`views`], [`palette`], [`deletion`], [`activity`], [`staff`] and
//! [`sandbox`] are the other features, and [`customer_parts`] lists what features keep of a customer. [`search`],
//! [`search_box`] and [`query`] find things. [`app`] puts all of it together and is the only list of the routes;
//! [`work`] does the [`jobs`] that wait.
//!
//! Inside a room `model` has the rows and verbs, `input` turns typed text into a checked change, and `pages` has the
//! handlers and their templates. A room uses only rooms below it: the map in `README.md` shows the order, and
//! `tests/app/house.rs` checks it.
//!
//! A request: route → extractors (who asks, for what) → `check` → one `db.read` or `db.write` → a page.

#![forbid(unsafe_code)]

pub mod activity;
pub mod api;
pub mod api_keys;
pub mod app;
pub mod assets;
pub mod attention;
pub mod audit;
pub mod chart;
pub mod clock;
pub mod codes;
pub mod commands;
pub mod config;
pub mod custom_fields;
pub mod customer_list;
pub mod customer_page;
pub mod customer_parts;
pub mod customers;
pub mod db;
pub mod defences;
pub mod deletion;
pub mod demo;
pub mod erasing;
pub mod error;
pub mod events;
pub mod form;
pub mod front;
pub mod gateway;
pub mod health;
pub mod history;
pub mod html;
pub mod idempotency;
pub mod ids;
pub mod input;
pub mod invoice_page;
pub mod invoices;
pub mod jobs;
pub mod jobs_page;
pub mod links;
pub mod lists;
pub mod logging;
pub mod merchants;
pub mod notes;
pub mod outgoing;
pub mod paging;
pub mod palette;
pub mod payment_methods;
pub mod payments;
pub mod personal_file;
pub mod prices;
pub mod profile;
pub mod quality;
pub mod query;
pub mod reason;
pub mod reveal;
pub mod revenue_page;
pub mod routes;
pub mod sandbox;
pub mod schedules;
pub mod schema;
pub mod sealing;
pub mod search;
pub mod search_box;
pub mod second_factor;
pub mod security;
pub mod serve;
pub mod settings;
pub mod shell;
pub mod sign_in_policy;
pub mod staff;
pub mod subscriptions;
pub mod team;
pub mod test_clock;
pub mod test_clock_page;
pub mod undo;
pub mod values;
pub mod views;
pub mod wallet_page;
pub mod webhooks;
pub mod who;
pub mod work;
