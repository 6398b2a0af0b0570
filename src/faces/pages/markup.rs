//! What is put into a page as it is, and what is escaped?
//!
//! Invariant: a [`Markup`] is made of this program's own text, of numbers, and of what [`escaped`] has passed; a template escapes
//! everything else.

use std::fmt::{self, Display};

use askama::filters::HtmlSafe;

use crate::answers::view::Source;
use crate::domain::text::{harmless, language};
use crate::domain::time::UncertainDate;

use super::dates;

/// A piece of HTML or SVG that a template takes over unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markup(pub String);

impl Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// Text as text and as the value of an attribute: no character of it is markup, and none turns the text around it.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in harmless(text).chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            char => safe.push(char),
        }
    }
    safe
}

/// The box before a status: full, half, hatched or empty, as the first track of a chart is.
pub fn glyph(name: &str) -> Markup {
    Markup(format!(
        "<svg class=\"g\" width=\"16\" height=\"14\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#g-{name}\"/></svg>"
    ))
}

/// The marker of a kind of milestone.
pub fn icon(name: &str) -> Markup {
    Markup(format!(
        "<svg class=\"i\" width=\"14\" height=\"14\" viewBox=\"-7 -7 14 14\" aria-hidden=\"true\" focusable=\"false\"><use \
         href=\"#i-{name}\"/></svg>"
    ))
}

/// A date in a table, each of its days kept on one line.
pub fn date(date: UncertainDate) -> Markup {
    let text = dates::in_a_table(date);
    let days = text.split(" to ").map(|day| format!("<span class=\"d\">{}</span>", escaped(day)));
    Markup(days.collect::<Vec<_>>().join(" to "))
}

/// Sources as links, by what they are cited as; the title says more.
pub fn sources<'a>(sources: impl IntoIterator<Item = &'a Source>) -> Markup {
    let link = |source: &Source| {
        let (name, title) = (short_name(source), escaped(&source.title));
        let name = format!("<bdi{}>{}</bdi>", lang(language(&name)), escaped(&name));
        match &source.url {
            Some(url) => {
                let url = escaped(&url.0);
                format!("<a class=\"src\" href=\"{url}\" title=\"{title}\" rel=\"nofollow\">{name}</a>")
            }
            None => format!("<span title=\"{title}\">{name}</span>"),
        }
    };
    Markup(sources.into_iter().map(link).collect::<Vec<_>>().join(", "))
}

/// The attribute by which a text in another language is read aloud in it; nothing where its script does not show it.
pub fn lang(language: Option<&str>) -> String {
    language.map(|language| format!(" lang=\"{language}\"")).unwrap_or_default()
}

/// A text of a source, kept apart from what stands around it, in its own language.
pub fn in_its_language(text: &str) -> Markup {
    Markup(format!("<bdi{}>{}</bdi>", lang(language(text)), escaped(text)))
}

/// What a source is called where there is little room: its citation, or else its publisher, or else its title's beginning.
pub fn short_name(source: &Source) -> String {
    let name = source.citation.as_deref().or(source.publisher.as_deref());
    let name = name.unwrap_or_else(|| source.title.split('(').next().unwrap_or(&source.title));
    crate::answers::view::shortened(name.trim(), 60)
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_is_neither_markup_nor_turns_what_stands_beside_it() {
        assert_eq!(escaped("<b a='1'>\"&\u{202e}"), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;&lt;U+202E&gt;");
        assert_eq!(escaped("방위사업청"), "방위사업청");
    }
}
