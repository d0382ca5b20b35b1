//! Chromiums: to start one takes longer than most tests have to do in it, so that one after the other uses it, each as
//! if it were new: in a tab of its own, with no cookie, nothing stored and nothing kept from before.

use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use serde_json::{Value, json};

use crate::{
    browser::Script,
    driver::{self, Refusal},
    process::Watcher,
    run::{locked, run},
};

/// A running Chromium with a profile of its own.
pub struct Chromium {
    session: String,
    script: Script,
    profile: PathBuf,
    /// ChromeDriver ends Chromium when it is asked to, but not when it is killed.
    _watcher: Option<Watcher>,
}

/// Those that nobody uses. No more can be here than there were browsers at a time.
static IDLE: Mutex<Vec<Chromium>> = Mutex::new(Vec::new());

impl Chromium {
    /// One that shows nothing and knows nothing.
    pub fn take(script: Script) -> Self {
        let idle = {
            let mut idle = locked(&IDLE);
            idle.iter().position(|chromium| chromium.script == script).map(|place| idle.swap_remove(place))
        };
        let chromium = idle.unwrap_or_else(|| Self::start(script));
        // What was said to somebody else may have come after they had gone.
        chromium.console();
        chromium
    }

    fn start(script: Script) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let profile = run().directory().join(format!("profile-{}", STARTED.fetch_add(1, Ordering::Relaxed)));
        let answer = run().driver.tell("POST", "/session", &capabilities(&profile, script));
        let answer = answer.unwrap_or_else(|refusal| panic!("no browser: {refusal}"));
        let session = answer["sessionId"].as_str().expect("a session").to_owned();
        let program = answer["capabilities"]["goog:processID"].as_u64().and_then(|number| u32::try_from(number).ok());
        let watcher = program.map(|program| Watcher::over(program).expect("a watcher"));
        Self { session, script, profile, _watcher: watcher }
    }

    /// Sends it a command.
    pub fn tell(&self, method: &str, command: &str, body: &Value) -> Result<Value, Refusal> {
        run().driver.tell(method, &format!("/session/{}/{command}", self.session), body)
    }

    /// What its console says since it was last asked.
    pub fn console(&self) -> Value {
        self.tell("POST", "se/log", &json!({ "type": "browser" })).unwrap_or_default()
    }

    /// Leaves it to the next who wants one, unless it cannot be made to forget.
    pub fn give_back(self) {
        match self.forget() {
            Ok(()) => locked(&IDLE).push(self),
            Err(_) => self.end(),
        }
    }

    /// A new tab has a new history and new emulation; what a tab does not hold is cleared.
    fn forget(&self) -> Result<(), Refusal> {
        let tab = self.tell("POST", "window/new", &json!({ "type": "tab" }))?["handle"].take();
        let left = self.tell("DELETE", "window", &Value::Null)?;
        if left != json!([tab]) {
            return Err("another page is open".to_owned());
        }
        self.tell("POST", "window", &json!({ "handle": tab }))?;
        // A new tab is in front but without the focus, and in a page without it no element hears of its own. Storage
        // belongs to an origin, and the next server has another port; cookies do not mind the port.
        for command in ["Page.bringToFront", "Network.clearBrowserCookies", "Network.clearBrowserCache"] {
            self.tell("POST", "goog/cdp/execute", &json!({ "cmd": command, "params": {} }))?;
        }
        Ok(())
    }

    /// Ends it.
    pub fn end(self) {
        let _ = run().driver.tell("DELETE", &format!("/session/{}", self.session), &Value::Null);
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// Ends those that nobody uses.
pub fn end_idle() {
    let idle = std::mem::take(&mut *locked(&IDLE));
    idle.into_iter().for_each(Chromium::end);
}

fn capabilities(profile: &std::path::Path, script: Script) -> Value {
    let mut chromium = driver::chromium();
    chromium["args"] = json!([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
        format!("--user-data-dir={}", profile.display()),
    ]);
    // What one test types into a form is not to be offered in another's.
    let mut preferences = json!({
        "credentials_enable_service": false,
        "autofill.profile_enabled": false,
        "autofill.credit_card_enabled": false,
    });
    if script == Script::Off {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    chromium["prefs"] = preferences;
    json!({ "capabilities": { "alwaysMatch": {
        "goog:chromeOptions": chromium,
        "goog:loggingPrefs": { "browser": "ALL" },
        "unhandledPromptBehavior": "dismiss and notify",
        // Longer than any page takes; by itself it would wait for five minutes.
        "timeouts": { "pageLoad": 20_000 },
    } } })
}
