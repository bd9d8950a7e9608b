//! Markdown to HTML, as a function from text to text.

use polymer_task::task;
use pulldown_cmark::{Options, Parser, html};

/// Turns Markdown into HTML.
#[task]
pub fn markdown(text: String) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut page = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut page, Parser::new_ext(&text, options));
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_html() {
        assert_eq!(markdown("# Title\n\nA *word*.".to_owned()), "<h1>Title</h1>\n<p>A <em>word</em>.</p>\n");
    }

    #[test]
    fn the_extensions_are_on() {
        let page = markdown("~~gone~~[^1]\n\n- [x] done\n\n|a|\n|-|\n|b|\n\n[^1]: a note\n".to_owned());
        for part in ["<del>gone</del>", "type=\"checkbox\"", "<table>", "footnote-definition"] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
}
