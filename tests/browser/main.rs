//! The dashboard in a real Chromium, served by the real program over a real PostgreSQL.
//!
//! A test is a person at a [`browser::Browser`] in a [`house::House`] of their own, who presses what a person sees and
//! looks at what comes; journeys are walked with JavaScript on and off. A browser that is let go checks its console:
//! an error nobody expected fails the test. Nothing waits for a time to pass, only for a condition to hold.
//!
//! `DATABASE_URL` names a PostgreSQL where databases may be made; `CHROMIUM` and `CHROMEDRIVER` name the programs, else
//! they are looked for on the PATH. With `CLIENTELE_SCREENSHOTS` set to a directory, pictures of some pages land there.

mod browser;
mod chromium;
mod databases;
mod driver;
mod house;
mod pictures;
mod process;
mod run;
mod sights;

mod attaching;
mod between;
mod completing;
mod curtain;
mod defining;
mod double_submit;
mod everywhere;
mod fields;
mod instalments;
mod journey;
mod keyboard;
mod layout;
mod markup;
mod notes;
mod once;
mod own_fields;
mod payments;
mod place;
mod quality;
mod question;
mod second_factor;
mod sections;
mod session_end;
mod subscriptions;
mod test_clock;
mod trouble;
mod typing;
mod undo;
