//! How does a control of a form stand on a page?
//!
//! Invariant: each has a label, and what is wrong with it and what it takes are tied to it; what was typed is given back through
//! [`escaped`] and nothing else.

use super::markup::{Markup, escaped};

/// A control, by the name that its field has.
#[derive(Debug, Clone, Copy)]
pub struct Control<'a> {
    /// The name of its field, and its place on the page.
    pub id: &'a str,
    /// The label of the control, for people.
    pub label: &'a str,
    /// What it takes; empty where that is plain.
    pub hint: &'a str,
    /// The value that stands in the control.
    pub value: &'a str,
    /// What is wrong with that.
    pub wrong: Option<&'a str>,
}

/// Choices under a heading; without a heading where it is empty.
pub type Group<'a> = (&'a str, Vec<(&'a str, &'a str)>);

impl Control<'_> {
    /// What ties the control to its hint and its error.
    fn ties(&self) -> String {
        let id = escaped(self.id);
        let mut tied = Vec::new();
        tied.extend(self.wrong.map(|_| format!("{id}-e")));
        tied.extend((!self.hint.is_empty()).then(|| format!("{id}-h")));
        let invalid = if self.wrong.is_some() { " aria-invalid=\"true\"" } else { "" };
        if tied.is_empty() { invalid.to_owned() } else { format!("{invalid} aria-describedby=\"{}\"", tied.join(" ")) }
    }

    /// The error and the hint behind the control.
    fn behind(&self) -> String {
        let id = escaped(self.id);
        let wrong = self.wrong.map(|wrong| format!("<span class=\"error\" id=\"{id}-e\">{}</span>", escaped(wrong)));
        let hint = (!self.hint.is_empty())
            .then(|| format!("<span class=\"hint\" id=\"{id}-h\">{}</span>", escaped(self.hint)));
        wrong.into_iter().chain(hint).collect()
    }

    fn around(&self, control: &str) -> Markup {
        let (id, label) = (escaped(self.id), escaped(self.label));
        Markup(format!("<p><label for=\"{id}\">{label}</label> {control}{}</p>", self.behind()))
    }

    /// A control for one line of text.
    pub fn text(&self) -> Markup {
        let (id, value) = (escaped(self.id), escaped(self.value));
        self.around(&format!("<input id=\"{id}\" name=\"{id}\" value=\"{value}\"{}>", self.ties()))
    }

    /// A line of text with suggestions that stand elsewhere on the page.
    pub fn suggested(&self, list: &str) -> Markup {
        let (id, value, list) = (escaped(self.id), escaped(self.value), escaped(list));
        self.around(&format!("<input id=\"{id}\" name=\"{id}\" list=\"{list}\" value=\"{value}\"{}>", self.ties()))
    }

    /// A day. What is no day is given back as well: browsers leave the control empty then, and the error says what stood there.
    pub fn day(&self) -> Markup {
        let (id, value) = (escaped(self.id), escaped(self.value));
        self.around(&format!("<input id=\"{id}\" type=\"date\" name=\"{id}\" value=\"{value}\"{}>", self.ties()))
    }

    /// A control for several lines of text.
    pub fn lines(&self) -> Markup {
        let (id, value) = (escaped(self.id), escaped(self.value));
        self.around(&format!("<textarea id=\"{id}\" name=\"{id}\" rows=\"2\"{}>{value}</textarea>", self.ties()))
    }

    /// A control for one of several choices.
    pub fn select(&self, groups: &[Group<'_>]) -> Markup {
        let option = |(value, label): &(&str, &str)| {
            let chosen = if *value == self.value { " selected" } else { "" };
            format!("<option value=\"{}\"{chosen}>{}</option>", escaped(value), escaped(label))
        };
        let group = |(heading, options): &Group<'_>| {
            let options = options.iter().map(option).collect::<String>();
            if heading.is_empty() {
                return options;
            }
            format!("<optgroup label=\"{}\">{options}</optgroup>", escaped(heading))
        };
        let id = escaped(self.id);
        let groups = groups.iter().map(group).collect::<String>();
        self.around(&format!("<select id=\"{id}\" name=\"{id}\"{}>{groups}</select>", self.ties()))
    }

    /// Choices that all stand there, one of which is taken; with `many`, any of them. The first one has the control's place.
    pub fn choices(&self, choices: &[(&str, &str)], many: bool, chosen: impl Fn(&str) -> bool) -> Markup {
        let id = escaped(self.id);
        let kind = if many { "checkbox" } else { "radio" };
        let choice = |(number, (value, label)): (usize, &(&str, &str))| {
            let checked = if chosen(value) { " checked" } else { "" };
            let place = if number == 0 { format!(" id=\"{id}\"") } else { String::new() };
            let value = escaped(value);
            format!(
                "<label><input type=\"{kind}\"{place} name=\"{id}\" value=\"{value}\"{checked}>{}</label>",
                escaped(label)
            )
        };
        let choices = choices.iter().enumerate().map(choice).collect::<String>();
        let (ties, behind) = (self.ties().replace(" aria-invalid=\"true\"", ""), self.behind());
        let label = escaped(self.label);
        Markup(format!(
            "<div role=\"group\" aria-labelledby=\"{id}-l\"{ties}><b id=\"{id}-l\">{label}</b><p class=\"radios \
             down\">{choices}</p>{behind}</div>"
        ))
    }
}

/// Controls beside each other.
pub fn row(controls: impl IntoIterator<Item = Markup>) -> Markup {
    Markup(format!("<div class=\"row\">{}</div>", controls.into_iter().map(|one| one.0).collect::<String>()))
}
