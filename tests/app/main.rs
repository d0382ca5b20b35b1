//! The app, asked by the people who use it: nobody, staff of each role, staff of another merchant.
//!
//! A test is a person doing something to a small named [`world`] and then looking: at the page by element, at the
//! database, at the event. `DATABASE_URL` names a PostgreSQL where the tests may create databases.

mod activity;
mod addresses;
mod answers;
mod api;
mod api_keys;
mod assets;
mod charging;
mod clients;
mod codes;
mod commands;
mod completions;
mod concurrency;
mod counting;
mod create;
mod crowd;
mod custom_values;
mod day;
mod deleted;
mod deletion;
mod demo;
mod figures;
mod fragments;
mod gateway;
mod guards;
mod house;
mod jobs;
mod keyboard;
mod listing;
mod lookalikes;
mod modes;
mod palette;
mod pasted;
mod payment_methods;
mod payment_search;
mod payments;
mod place;
mod process;
mod queries;
mod query;
mod recorded_methods;
mod saving;
mod schema;
mod scripts;
mod search;
mod search_box;
mod sections;
mod staff;
mod statements;
mod states;
mod views;
mod waiting;
mod working;
mod world;
