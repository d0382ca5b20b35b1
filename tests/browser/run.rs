//! One run of the tests: what all of them share, made for the first and ended after the last.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use crate::{
    chromium,
    databases::{self, Database},
    driver::Driver,
    house,
};

/// What all tests share.
pub struct Run {
    /// Starts browsers.
    pub driver: Driver,
    /// What each test's database is a copy of.
    template: Mutex<Option<Database>>,
    directory: PathBuf,
}

static RUN: OnceLock<Run> = OnceLock::new();

/// The run.
pub fn run() -> &'static Run {
    RUN.get_or_init(|| {
        databases::drop_stale();
        let directory = std::env::temp_dir().join(format!("clientele-browser-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a temporary directory");
        let run = Run {
            driver: Driver::start(&directory),
            template: Mutex::new(Some(house::furnished())),
            directory: directory.clone(),
        };
        end_at_exit();
        run
    })
}

impl Run {
    /// A new database with a merchant and staff.
    pub fn database(&self) -> Database {
        // One at a time: PostgreSQL copies no database that somebody is connected to, as another copy is.
        locked(&self.template).as_ref().expect("a run that has not ended").copy()
    }

    /// Where everything temporary lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

/// A lock that a failed test does not spoil for the others.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(unsafe_code, reason = "the declaration alone; calling it is safe")]
unsafe extern "C" {
    /// C's own. The test harness ends without dropping what is static.
    safe fn atexit(run: extern "C" fn()) -> std::ffi::c_int;
}

fn end_at_exit() {
    extern "C" fn end() {
        let _ = std::panic::catch_unwind(|| {
            if let Some(run) = RUN.get() {
                chromium::end_idle();
                run.driver.end();
                locked(&run.template).take();
                let _ = std::fs::remove_dir_all(&run.directory);
            }
        });
    }
    atexit(end);
}
