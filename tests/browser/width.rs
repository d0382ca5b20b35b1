//! No page scrolls sideways, from a small phone to a 4K screen; 640 px is what 1280 px become at 200 % zoom.

use serde_json::json;

use crate::{
    browser::Browser,
    house::House,
    sights::{self, Look, Widths},
};

const WIDTHS: [u32; 6] = [360, 390, 640, 768, 1280, 2560];

/// What sticks out of the window, unless it is cut off or scrolls by itself.
fn sticking_out(browser: &Browser) -> Vec<String> {
    let script = "
        const width = document.documentElement.clientWidth;
        const isHeld = (e) => {
          for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
            if (getComputedStyle(up).overflowX !== 'visible') return up.getBoundingClientRect().right <= width + 1;
          }
          return false;
        };
        const out = (e) => e.getBoundingClientRect().right > width + 1 && !isHeld(e) && !e.closest('.vh, .skip');
        const wide = document.documentElement.scrollWidth > width ? ['the page itself'] : [];
        return [...wide, ...all('body *').filter(out).slice(0, 5).map((e) => e.outerHTML.slice(0, 120))]";
    let found = browser.run(script, json!([]));
    found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[test]
fn no_page_scrolls_sideways() {
    let mut found = Vec::new();
    for (_, walk) in sights::ALL {
        let house = House::open();
        let look: Look = &mut |browser, sight, widths| {
            for width in WIDTHS.into_iter().filter(|width| *width <= 640 || widths == Widths::All) {
                browser.resize(width, 900);
                found.extend(sticking_out(browser).into_iter().map(|what| format!("{sight}, {width} px: {what}")));
            }
            browser.resize(1280, 900);
        };
        walk(&house, look);
    }
    assert!(found.is_empty(), "{found:#?}");
}
