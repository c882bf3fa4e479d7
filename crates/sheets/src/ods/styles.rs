//! Styles of an OpenDocument file as far as cells need them: font, date format, hidden sheets.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::limits::MAX_NAMED;
use crate::xml::Tag;

/// What a cell takes from its style.
#[derive(Default, Clone)]
pub(super) struct Look {
    pub(super) font: Option<Arc<str>>,
    pub(super) date: bool,
}

/// A style as written.
#[derive(Default)]
struct Style {
    parent: Option<String>,
    data: Option<String>,
    font: Option<String>,
}

/// Gathers styles while the parts stream by.
#[derive(Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    dates: HashSet<String>,
    /// Font face name → family.
    faces: HashMap<String, String>,
    hidden_tables: HashSet<String>,
    current: Option<String>,
}

/// Longest chain of parents followed: a chain may be made into a ring.
const MAX_PARENTS: u32 = 16;

impl Styles {
    /// Notes what a start tag says.
    pub(super) fn open(&mut self, tag: &Tag<'_>, closed: bool) {
        if self.styles.len() + self.faces.len() + self.dates.len() > MAX_NAMED {
            return;
        }
        match tag.name {
            "font-face" => {
                if let (Some(name), Some(family)) = (tag.attr("name"), tag.attr("font-family")) {
                    let family = family.split(',').next().unwrap_or_default();
                    self.faces.insert(name, family.trim().trim_matches('\'').to_owned());
                }
            }
            "date-style" | "time-style" => {
                self.dates.extend(tag.attr("name"));
            }
            "style" | "default-style" => {
                let family = tag.attr("family").unwrap_or_default();
                let name = tag.attr("name").unwrap_or_default();
                if family == "table-cell" {
                    let style = Style {
                        parent: tag.attr("parent-style-name"),
                        data: tag.attr("data-style-name"),
                        font: None,
                    };
                    self.styles.insert(name.clone(), style);
                }
                self.current = (!closed).then_some(name);
            }
            "text-properties" => {
                let current = self.current.as_ref().and_then(|name| self.styles.get_mut(name));
                if let Some(style) = current {
                    style.font = tag.attr("font-name").or_else(|| tag.attr("font-family"));
                }
            }
            "table-properties"
                if tag.attr("display").as_deref() == Some("false")
                    && self.hidden_tables.len() < MAX_NAMED =>
            {
                self.hidden_tables.extend(self.current.clone());
            }
            _ => {}
        }
    }

    /// Notes an end tag.
    pub(super) fn close(&mut self, name: &str) {
        if matches!(name, "style" | "default-style") {
            self.current = None;
        }
    }

    /// The look of a cell style; "" is the default style.
    pub(super) fn cell(&self, name: &str) -> Look {
        let mut look = Look::default();
        let mut name = if name.is_empty() { "Default" } else { name };
        for _ in 0..MAX_PARENTS {
            let Some(style) = self.styles.get(name) else { break };
            if look.font.is_none() {
                let font = style.font.as_ref().map(|f| self.faces.get(f).unwrap_or(f));
                look.font = font.map(|f| Arc::from(f.trim_matches('\'')));
            }
            look.date |= style.data.as_ref().is_some_and(|data| self.dates.contains(data));
            match &style.parent {
                Some(parent) => name = parent,
                None => break,
            }
        }
        if look.font.is_none() {
            let default = self.styles.get("").and_then(|s| s.font.as_ref());
            look.font = default.map(|f| Arc::from(self.faces.get(f).unwrap_or(f).as_str()));
        }
        look
    }

    /// Whether a table style hides its sheet.
    pub(super) fn hides_table(&self, name: &str) -> bool {
        self.hidden_tables.contains(name)
    }
}
