// The source of html-validate.js: HtmlValidateCheck.check(html, {fragment}) for the browser tests.
import { HtmlValidate, StaticConfigLoader } from "html-validate/browser";

const everywhere = {
  "no-unknown-attributes": "error",  // data-* and aria-* are known; a bare hx-* is not valid HTML
  "no-unknown-elements": ["error", { exclude: ["hx-partial"] }],
  "no-inline-style": "error",        // the content security policy would drop them
  "no-style-tag": "error",
  "no-dup-class": "error",
  "input-missing-label": "error",
  "empty-heading": "error",
};

// A part of a page lacks the doctype, and refers to ids that are on the rest of the page.
const wholePage = {
  "missing-doctype": "error",
  "no-missing-references": "error",
  "unique-landmark": "error",
  "wcag/h63": "error",
};

const validator = (rules) =>
  new HtmlValidate(new StaticConfigLoader({
    root: true,
    elements: ["html5", { meta: { attributes: { media: {} } } }],  // for theme-color; standard since 2021
    extends: ["html-validate:standard"],
    rules,
  }));

const page = validator({ ...everywhere, ...wholePage });
const part = validator(everywhere);

/** Everything wrong with this HTML: [{rule, message, line, column}], empty when it is valid. */
export async function check(html, { fragment = false } = {}) {
  const report = await (fragment ? part : page).validateString(html);
  return report.results
    .flatMap((result) => result.messages)
    .map(({ ruleId, message, line, column }) => ({ rule: ruleId, message, line, column }));
}
