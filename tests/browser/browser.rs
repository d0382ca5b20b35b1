//! A browser in somebody's hand: a Chromium that knows nothing yet, in which they press, type and look.

use std::{
    cell::RefCell,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    chromium::Chromium,
    driver::Refusal,
    house::{PATIENCE, Person},
};

/// Whether pages may run JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    On,
    Off,
}

impl Script {
    /// Whether they may.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

pub const CONTROL: &str = "\u{E009}";
pub const META: &str = "\u{E03D}";
pub const UP: &str = "\u{E013}";
pub const DOWN: &str = "\u{E015}";
pub const HOME: &str = "\u{E011}";
pub const LEFT: &str = "\u{E012}";
pub const END: &str = "\u{E010}";
pub const ENTER: &str = "\u{E007}";
pub const TAB: &str = "\u{E004}";
pub const ESCAPE: &str = "\u{E00C}";
pub const SPACE: &str = " ";
const SHIFT: &str = "\u{E008}";
const DELETE: &str = "\u{E017}";

/// What WebDriver calls an element in its answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Functions that every script of a test may call.
const EYES: &str = include_str!("eyes.js");

/// An open browser. When it is let go, its console must hold nothing that was not expected.
pub struct Browser {
    /// Taken when the browser is let go.
    chromium: Option<Chromium>,
    origin: String,
    /// What the test does not mind in the console.
    expected: RefCell<Vec<String>>,
    console: RefCell<Vec<String>>,
}

impl Browser {
    /// A browser whose pages come from `origin`.
    pub fn open(origin: &str, script: Script) -> Self {
        let chromium = Chromium::take(script);
        // Statuses of forms that come back; a page that is missing or broken is not among them.
        let expected = ["status of 401", "status of 409", "status of 422"].map(str::to_owned).to_vec();
        let (origin, expected) = (origin.to_owned(), RefCell::new(expected));
        Self { chromium: Some(chromium), origin, expected, console: RefCell::default() }
    }

    fn tell(&self, method: &str, command: &str, body: &Value) -> Result<Value, Refusal> {
        self.chromium.as_ref().expect("a browser that was not let go").tell(method, command, body)
    }

    #[track_caller]
    fn must(&self, command: &str, body: &Value) -> Value {
        self.tell("POST", command, body).unwrap_or_else(|refusal| panic!("{command}: {refusal}"))
    }

    // --- going somewhere ----------------------------------------------------------------------

    /// Types an address.
    #[track_caller]
    pub fn go(&self, path: &str) {
        let url = json!({ "url": format!("{}{path}", self.origin) });
        // On a busy machine Chromium loses one now and then: a person would press Enter again.
        if self.tell("POST", "url", &url).is_err_and(|refusal| refusal.starts_with("timeout")) {
            self.must("url", &url);
        }
    }

    /// The browser's back button.
    #[track_caller]
    pub fn back(&self) {
        self.must("back", &json!({}));
    }

    /// The browser's reload button.
    #[track_caller]
    pub fn reload(&self) {
        self.must("refresh", &json!({}));
    }

    /// Signs in from the sign-in page and waits for the list.
    #[track_caller]
    pub fn sign_in(&self, person: Person) {
        self.go("/login");
        self.enter(person);
        self.expect_path("/");
        self.go("/customers");
    }

    /// Fills the sign-in form that is there.
    #[track_caller]
    pub fn enter(&self, person: Person) {
        self.fill("Email", person.email);
        self.fill("Password", person.password);
        self.press("Sign in");
    }

    // --- doing something ----------------------------------------------------------------------

    /// Clicks the link or button of that name.
    #[track_caller]
    pub fn press(&self, name: &str) {
        self.click_what(&format!("“{name}”"), "pressable(arguments[0])", json!([name]));
    }

    /// Clicks the first visible element of a selector.
    #[track_caller]
    pub fn click(&self, css: &str) {
        self.click_what(css, "all(arguments[0])[0]", json!([css]));
    }

    #[track_caller]
    fn click_what(&self, name: &str, script: &str, arguments: Value) {
        self.wait(&format!("something to press: {name}"), || {
            let element = self.try_run(&format!("return inReach({script})"), arguments.clone()).ok()?;
            let id = element[ELEMENT].as_str()?;
            // It may be replaced or covered for a moment.
            self.tell("POST", &format!("element/{id}/click"), &json!({})).ok()
        });
    }

    /// Clicks, and again after so many milliseconds, whatever came of the first.
    #[track_caller]
    pub fn press_twice(&self, name: &str, pause: u32) {
        let button = self.run("return inReach(pressable(arguments[0]))", json!([name]));
        let down = json!({ "type": "pointerDown", "button": 0 });
        let up = json!({ "type": "pointerUp", "button": 0 });
        let actions = json!([
            { "type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": button },
            down, up, { "type": "pause", "duration": pause }, down, up,
        ]);
        self.must("actions", &json!({ "actions": [{ "type": "pointer", "id": "mouse", "actions": actions }] }));
    }

    /// Replaces what is in the field of that name.
    #[track_caller]
    pub fn fill(&self, name: &str, text: &str) {
        self.wait(&format!("a field “{name}”"), || {
            let focus = "const c = control(arguments[0]); c.focus(); c.select(); return document.activeElement === c";
            self.try_run(focus, json!([name])).ok()?.as_bool().filter(|done| *done)
        });
        self.keys(if text.is_empty() { DELETE } else { text });
    }

    /// Chooses from the list of that name.
    #[track_caller]
    pub fn choose(&self, name: &str, option: &str) {
        let find = "[...control(arguments[0]).options].find((o) => squeezed(o.text) === arguments[1])";
        self.click_what(&format!("{option} in {name}"), find, json!([name, option]));
    }

    /// Presses keys one after the other, wherever the focus is.
    #[track_caller]
    pub fn keys(&self, keys: &str) {
        let press = |key: char| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })];
        self.press_keys(keys.chars().flat_map(press).collect());
    }

    /// Goes to the field or button before.
    #[track_caller]
    pub fn tab_back(&self) {
        self.keys_together(SHIFT, TAB);
    }

    /// Presses a key while another is held down.
    #[track_caller]
    pub fn keys_together(&self, held: &str, key: &str) {
        let actions = [("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)]
            .map(|(kind, key)| json!({ "type": kind, "value": key }));
        self.press_keys(actions.to_vec());
    }

    /// Presses keys as soon as there is something to see: Chromium drops what is typed before a page's first paint.
    #[track_caller]
    fn press_keys(&self, actions: Vec<Value>) {
        let painted = "return performance.getEntriesByType('paint').length > 0";
        self.wait_until("a page that is painted", painted, json!([]));
        self.must("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// Waits until the browser itself asks something, and answers it.
    #[track_caller]
    pub fn answer(&self, question: &str, yes: bool) {
        let asked = || self.tell("GET", "alert/text", &Value::Null).ok();
        assert_eq!(self.wait("a question of the browser", asked), question);
        self.must(if yes { "alert/accept" } else { "alert/dismiss" }, &json!({}));
    }

    // --- looking ------------------------------------------------------------------------------

    /// Runs a script on the page, with the functions of `eyes.js`.
    #[track_caller]
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.try_run(script, arguments).unwrap_or_else(|refusal| panic!("{script}: {refusal}"))
    }

    fn try_run(&self, script: &str, arguments: Value) -> Result<Value, Refusal> {
        self.tell("POST", "execute/sync", &json!({ "script": format!("{EYES}\n{script}"), "args": arguments }))
    }

    /// Runs a script that returns a promise. Only where pages may run JavaScript.
    #[track_caller]
    pub fn run_promise(&self, script: &str, arguments: Value) -> Value {
        let script = format!(
            "{EYES}\nconst done = arguments[arguments.length - 1];\n\
             (async (...arguments) => {{ {script} }})(...arguments).then(done, (err) => done({{ failed: String(err) }}));"
        );
        let value = self.must("execute/async", &json!({ "script": script, "args": arguments }));
        assert!(value["failed"].is_null(), "{}", value["failed"]);
        value
    }

    /// Waits until a probe finds something. A probe that fails, as while a page goes away, has not found it.
    #[track_caller]
    pub fn wait<T>(&self, what: &str, probe: impl Fn() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = probe() {
                return found;
            }
            if began.elapsed() > PATIENCE {
                let outline = self.try_run("return outline()", json!([])).unwrap_or_default();
                panic!("waited in vain for {what}; the page is {outline}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until a script says yes.
    #[track_caller]
    pub fn wait_until(&self, what: &str, script: &str, arguments: Value) {
        self.wait(what, || self.try_run(script, arguments.clone()).ok()?.as_bool().filter(|yes| *yes));
    }

    /// Waits until a visible element of a selector is there.
    #[track_caller]
    pub fn see(&self, css: &str) {
        self.wait_until(css, "return all(arguments[0]).length > 0", json!([css]));
    }

    /// Waits until none is.
    #[track_caller]
    pub fn see_no(&self, css: &str) {
        self.wait_until(&format!("no {css}"), "return all(arguments[0]).length === 0", json!([css]));
    }

    /// Waits until some visible element of a selector says something, among other words.
    #[track_caller]
    pub fn see_text(&self, css: &str, text: &str) {
        let script = "return all(arguments[0]).some((e) => squeezed(e.textContent).includes(arguments[1]))";
        self.wait_until(&format!("“{text}” in {css}"), script, json!([css, text]));
    }

    /// Whether there is a visible element of a selector now.
    #[track_caller]
    pub fn has(&self, css: &str) -> bool {
        self.run("return all(arguments[0]).length > 0", json!([css])) == true
    }

    /// Waits until the field of that name holds a text.
    #[track_caller]
    pub fn expect_value(&self, name: &str, text: &str) {
        let script = "return control(arguments[0]).value === arguments[1]";
        self.wait_until(&format!("“{text}” in “{name}”"), script, json!([name, text]));
    }

    /// Waits until the address is this, with its parameters.
    #[track_caller]
    pub fn expect_path(&self, path: &str) {
        let script = "return location.pathname + location.search === arguments[0]";
        self.wait_until(&format!("the address {path}"), script, json!([path]));
    }

    /// The address, with its parameters.
    #[track_caller]
    pub fn path(&self) -> String {
        self.run("return location.pathname + location.search", json!([])).as_str().unwrap().to_owned()
    }

    /// Waits until the list's rows are these.
    #[track_caller]
    pub fn expect_rows(&self, names: &[&str]) {
        let script = "return all('#results .rowlink').map((e) => squeezed(e.textContent)).join() === arguments[0]";
        self.wait_until(&format!("the rows {names:?}"), script, json!([names.join(",")]));
    }

    /// Waits until the focus is on an element of this selector.
    #[track_caller]
    pub fn expect_focus(&self, css: &str) {
        let script = "return document.activeElement.matches(arguments[0])";
        self.wait_until(&format!("the focus on {css}"), script, json!([css]));
    }

    /// Waits until the focus is on the button, link or field of this name.
    #[track_caller]
    pub fn expect_focus_on(&self, name: &str) {
        let script = "const e = document.activeElement; \
                      return e === control(arguments[0]) || nameOf(e) === arguments[0]";
        self.wait_until(&format!("the focus on “{name}”"), script, json!([name]));
    }

    /// Puts a mark on the page, which a load of another would wipe out.
    #[track_caller]
    pub fn mark(&self) {
        self.run("document.documentElement.dataset.mark = ''", json!([]));
    }

    /// Whether the page with the mark is still here.
    #[track_caller]
    pub fn is_marked(&self) -> bool {
        self.run("return 'mark' in document.documentElement.dataset", json!([])) == true
    }

    // --- how it is shown ----------------------------------------------------------------------

    /// Tells Chromium something that WebDriver has no word for.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.must("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Plugs a security key in, which keeps passkeys and believes every finger; returns its name.
    #[track_caller]
    pub fn plug_in_authenticator(&self) -> String {
        let kind = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        self.must("webauthn/authenticator", &kind).as_str().expect("its name").to_owned()
    }

    /// Loses it, with all that it keeps.
    #[track_caller]
    pub fn unplug_authenticator(&self, name: &str) {
        let lost = self.tell("DELETE", &format!("webauthn/authenticator/{name}"), &Value::Null);
        lost.unwrap_or_else(|refusal| panic!("it stays plugged in: {refusal}"));
    }

    /// Makes the window this large.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    /// Prefers dark or light pages, with little motion.
    #[track_caller]
    pub fn prefer_dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = [("prefers-color-scheme", value), ("prefers-reduced-motion", "reduce")]
            .map(|(name, value)| json!({ "name": name, "value": value }));
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// What is seen of the page, as PNG.
    pub fn picture(&self) -> Option<Vec<u8>> {
        let picture = self.tell("GET", "screenshot", &Value::Null).ok()?;
        STANDARD.decode(picture.as_str()?).ok()
    }

    // --- the console --------------------------------------------------------------------------

    /// Does not mind errors in the console that contain these words.
    pub fn expect_in_console(&self, words: &[&str]) {
        self.expected.borrow_mut().extend(words.iter().map(|words| (*words).to_owned()));
    }

    /// Everything in the console that nobody expected.
    pub fn complaints(&self) -> Vec<String> {
        let answer = self.chromium.as_ref().map(Chromium::console).unwrap_or_default();
        let severe = |entry: &&Value| entry["level"] == "SEVERE";
        let new = answer.as_array().into_iter().flatten().filter(severe);
        self.console.borrow_mut().extend(new.filter_map(|entry| Some(entry["message"].as_str()?.to_owned())));
        let is_expected = |message: &String| self.expected.borrow().iter().any(|words| message.contains(words));
        self.console.borrow().iter().filter(|message| !is_expected(message)).cloned().collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let complaints = self.complaints();
        if thread::panicking() {
            eprintln!("The console of the browser: {complaints:?}");
            if let Some(directory) = crate::pictures::directory() {
                let name = thread::current().name().unwrap_or("test").replace("::", "-");
                let _ =
                    std::fs::write(directory.join(format!("failed-{name}.png")), self.picture().unwrap_or_default());
            }
        }
        let Some(chromium) = self.chromium.take() else { return };
        if thread::panicking() {
            chromium.end();
        } else {
            chromium.give_back();
            assert!(complaints.is_empty(), "errors in the console: {complaints:#?}");
        }
    }
}
