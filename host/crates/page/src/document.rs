//! The HTML document: style, script and data in one file, under a policy that allows nothing else.
//!
//! The policy names the digests of our own style and scripts. So a script that a guest got into the
//! data would not run, even if the page had a flaw, and nothing is loaded from anywhere.

use crate::page_data::PageData;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use polymer_host_base::Digest;

const TEMPLATE: &str = include_str!("../assets/page.html");
const CHART_STYLE: &str = include_str!("../assets/uplot/uPlot.min.css");
const STYLE: &str = include_str!("../assets/page.css");
/// uPlot 1.6.32 with its licence, which each copy must have.
const CHART_SCRIPT: &str = concat!(
    "/*\n",
    include_str!("../assets/uplot/LICENSE"),
    "*/\n",
    include_str!("../assets/uplot/uPlot.iife.min.js")
);
/// The scripts of the page, in the order in which they are needed.
const SCRIPTS: [&str; 3] = [
    include_str!("../assets/elements.js"),
    include_str!("../assets/charts.js"),
    include_str!("../assets/page.js"),
];

/// The page.
///
/// # Panics
/// Never: all data have a form in JSON.
#[must_use]
pub fn html(data: &PageData) -> String {
    let style = format!("{CHART_STYLE}\n{STYLE}");
    let script = format!("\"use strict\";\n(() => {{\n{}\n}})();\n", SCRIPTS.join("\n"));
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {} {}; base-uri 'none'; form-action 'none'",
        source(&style),
        source(CHART_SCRIPT),
        source(&script)
    );
    // One pass over the template, so that nothing that stands in the data is taken for a mark.
    let mut page = String::with_capacity(256 << 10);
    for part in TEMPLATE.split("<!--") {
        let (mark, rest) = part.split_once("-->").unwrap_or(("", part));
        match mark {
            "policy" => page.push_str(&policy),
            "style" => page.push_str(&style),
            "chart-script" => page.push_str(CHART_SCRIPT),
            "script" => page.push_str(&script),
            "data" => page.push_str(&json(data)),
            _ => {}
        }
        page.push_str(rest);
    }
    page
}

/// Data as JSON that can end no element and begin no comment.
fn json(data: &PageData) -> String {
    serde_json::to_string(data).unwrap_or_default().replace('<', "\\u003c")
}

/// The source of a policy that stands for this text.
fn source(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Digest::of(text.as_bytes()).bytes()))
}

#[cfg(test)]
mod tests;
