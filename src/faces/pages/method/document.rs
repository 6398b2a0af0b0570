//! How does a document of the repository become a part of a page?
//!
//! Invariant: it knows the few forms that these documents use: headings, paragraphs, lists, tables, examples in italics; everything
//! else stays text.

use crate::faces::pages::markup::{Markup, escaped};

/// A document without its title.
pub fn html(text: &str) -> Markup {
    let body = text.split_once('\n').map_or(text, |(_, body)| body);
    Markup(body.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(block).collect())
}

/// The rows of the first table of a document, each of two cells.
pub fn rows_of_table(text: &str) -> Vec<(Markup, Markup)> {
    let rows = text.lines().filter(|line| line.starts_with('|')).skip(2);
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        Some((Markup(inline(cells.next()?)), Markup(inline(cells.next()?))))
    };
    rows.filter_map(row).collect()
}

fn block(block: &str) -> String {
    if let Some(heading) = block.strip_prefix("## ") {
        return format!("<h3 id=\"{}\">{}</h3>", name(heading), inline(heading));
    }
    if block.starts_with("- ") {
        let items = block.split("\n- ").map(|item| item.trim_start_matches("- "));
        let items = items.map(|item| format!("<li>{}</li>", inline(item))).collect::<Vec<_>>();
        return format!("<ul class=\"dense\">{}</ul>", items.concat());
    }
    if block.starts_with('|') {
        return table(block);
    }
    if block.starts_with('*') && block.ends_with('*') && !block.starts_with("**") {
        return format!("<p class=\"eg\">{}</p>", inline(block.trim_matches('*')));
    }
    format!("<p>{}</p>", inline(block))
}

fn table(block: &str) -> String {
    let mut lines = block.lines();
    let cells = |line: &str, tag: &str| {
        let cells = line.trim().trim_matches('|').split('|');
        cells.map(|cell| format!("<{tag}>{}</{tag}>", inline(cell.trim()))).collect::<Vec<_>>().concat()
    };
    let head = lines.next().map(|line| cells(line, "th scope=\"col\"").replace("</th scope=\"col\">", "</th>"));
    let rows = lines.skip(1).map(|line| format!("<tr>{}</tr>", cells(line, "td"))).collect::<Vec<_>>().concat();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr>{}</tr></thead><tbody>{rows}\
         </tbody></table></div>",
        head.unwrap_or_default()
    )
}

/// The name of a heading's place: `rule-4` of "Rule 4: changes that no source records".
fn name(heading: &str) -> String {
    let short = heading.split(':').next().unwrap_or(heading).to_lowercase();
    short.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect()
}

/// Text with its **strong**, *emphasised* and `code` parts.
fn inline(text: &str) -> String {
    let mut html = escaped(text);
    for (mark, tag) in [("**", "b"), ("*", "em"), ("`", "code")] {
        let mut made = String::with_capacity(html.len());
        for (place, part) in html.split(mark).enumerate() {
            match place {
                0 => {}
                place if place % 2 == 1 => made.push_str(&format!("<{tag}>")),
                _ => made.push_str(&format!("</{tag}>")),
            }
            made.push_str(part);
        }
        // A mark that stands alone is text.
        if html.matches(mark).count() % 2 == 0 {
            html = made;
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::{html, rows_of_table};

    #[test]
    fn a_document_becomes_headings_lists_tables_and_examples_and_its_text_stays_text() {
        let text = "# Title\n\n## Rule 1: which <b>\n\nA **world** is `one`.\n\n- first\n- second *it*\n\n*Finland.*\n\n| a | b |\n|---|---|\n| 1 | 2 |";
        let page = html(text).0;
        for part in [
            "<h3 id=\"rule-1\">Rule 1: which &lt;b&gt;</h3>",
            "<p>A <b>world</b> is <code>one</code>.</p>",
            "<ul class=\"dense\"><li>first</li><li>second <em>it</em></li></ul>",
            "<p class=\"eg\">Finland.</p>",
            "<th scope=\"col\">a</th>",
            "<td>2</td>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert_eq!(rows_of_table("| w | m |\n|---|---|\n| stage | How far. |").len(), 1);
    }
}
