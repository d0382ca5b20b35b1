//! The notes that the demo merchant and its systems keep about a customer: a reference, a description, metadata.

use std::collections::BTreeMap;

use super::dice::Dice;

/// The levels of the shop's loyalty programme.
const TIERS: [&str; 4] = ["bronze", "silver", "gold", "platinum"];

const STORES: [&str; 7] = ["westlands", "karen", "cbd", "mombasa", "kisumu", "nakuru", "online"];

const PLANS: [&str; 4] = ["starter", "family", "business", "wholesale"];

const SOURCES: [&str; 5] = ["walk-in", "web", "referral", "instagram", "trade-fair"];

const DESCRIPTIONS: [&str; 20] = [
    "Prefers to be called in the morning.",
    "Pays by M-Pesa; send the till number.",
    "Regular wholesale orders at the end of the month.",
    "Asked for invoices in English and Swahili.",
    "Deliver to the gate; the guard signs.",
    "VIP: moved from the old loyalty programme with all points.",
    "Tax exempt, certificate on file until December.",
    "Met at the Nairobi coffee fair.",
    "Allergic to peanuts – check gift baskets!",
    "Orders for a school: needs three quotes.",
    "Returned two lamps; refunded in store credit.",
    "Bitte Rechnung immer als PDF.",
    "Livraison uniquement le samedi.",
    "领取包裹前请先打电话。",
    "الرجاء الاتصال قبل التوصيل.",
    "Mteja wa muda mrefu, apewe punguzo la 5%.",
    "Speaks on behalf of the women's savings group.",
    "Wants paper catalogues, no newsletter.",
    "Second account of the same household.",
    "Ask for Joyce at reception.",
];

/// Returns the merchant's own id, for about a third of customers.
pub fn reference(dice: &mut Dice, number: u32) -> Option<String> {
    dice.chance(300).then(|| format!("M-{}", 20_000 + u64::from(number)))
}

/// Returns a remark about a customer.
pub fn description(dice: &mut Dice) -> String {
    (*dice.pick(&DESCRIPTIONS)).to_owned()
}

/// Returns a level of the loyalty programme.
pub fn tier(dice: &mut Dice) -> &'static str {
    // Two throws, the smaller counts: most stay on the lower steps.
    TIERS[dice.below(4).min(dice.below(4)) as usize]
}

/// Returns the metadata of the merchant's systems; empty for most customers.
pub fn metadata(dice: &mut Dice, is_imported: bool) -> BTreeMap<String, String> {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if is_imported {
        pairs.push(("source", "import".to_owned()));
    }
    if dice.chance(if is_imported { 600 } else { 240 }) {
        let picked = [
            (700, "tier", tier(dice).to_owned()),
            (400, "store", (*dice.pick(&STORES)).to_owned()),
            (350, "crm_id", format!("crm-{:06x}", dice.below(1 << 24))),
            (300, "newsletter", (*dice.pick(&["yes", "no", "monthly"])).to_owned()),
            (200, "plan", (*dice.pick(&PLANS)).to_owned()),
            (150, "loyalty.points", dice.below(20_000).to_string()),
            (100, "source", (*dice.pick(&SOURCES)).to_owned()),
        ];
        pairs.extend(picked.into_iter().filter(|(often, ..)| dice.chance(*often)).map(|(_, key, value)| (key, value)));
    }
    // A pair said first stays: an import remains one.
    pairs.into_iter().rev().map(|(key, value)| (key.to_owned(), value)).collect()
}
