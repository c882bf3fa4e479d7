//! Atom feeds (RFC 4287): what is new, for readers that ask by themselves.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

/// Something new.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub title: String,
    /// In a few words.
    pub summary: String,
    /// Whole address of its page.
    pub url: String,
    /// Which kind it is.
    pub kind: &'static str,
    /// When it was new.
    pub published: DateTime<Utc>,
    /// When it changed last.
    pub updated: DateTime<Utc>,
}

/// What a feed says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// Where this portal stands (`https://…`).
    pub origin: &'a str,
    /// A name that no move of the portal changes, with the province's code in it.
    pub name: &'a str,
    /// Path and query of the feed.
    pub address: &'a str,
    /// Path of the page that shows the same.
    pub page: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Who speaks.
    pub agency: &'a str,
}

/// The feed as an answer that anyone may keep for a minute.
pub fn answer(feed: Feed<'_>, all: &[Entry]) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    crate::portal::for_a_minute((kind, atom(feed, all)).into_response())
}

fn atom(feed: Feed<'_>, all: &[Entry]) -> String {
    let updated = all.iter().map(|entry| entry.updated).max().unwrap_or_default();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" \
         xml:lang=\"vi\">\n<id>urn:ansinh:{}</id>\n<title>{}</title>\n<updated>{}</updated>\n\
         <author><name>{}</name></author>\n<link rel=\"self\" type=\"application/atom+xml\" \
         href=\"{origin}{}\"/>\n<link href=\"{origin}{}\"/>\n",
        plain(feed.name),
        plain(feed.title),
        instant(updated),
        plain(feed.agency),
        plain(feed.address),
        plain(feed.page),
        origin = plain(feed.origin),
    );
    for entry in all {
        out.push_str(&format!(
            "<entry><id>urn:uuid:{}</id><title>{}</title><link href=\"{}\"/><category term=\"{}\"/>\
             <published>{}</published><updated>{}</updated><summary>{}</summary></entry>\n",
            entry.id,
            plain(&entry.title),
            plain(&entry.url),
            plain(entry.kind),
            instant(entry.published),
            instant(entry.updated),
            plain(&entry.summary)
        ));
    }
    out.push_str("</feed>\n");
    out
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Text of an element or an attribute; what XML 1.0 cannot hold at all is left out.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => {
                out.push(c);
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_title_is_a_feed_that_an_xml_reader_reads(title in any::<String>()) {
            let at = DateTime::from_timestamp(1_589_500_000, 0).unwrap();
            let entry = Entry {
                id: Uuid::nil(),
                title: title.clone(),
                summary: title,
                url: "https://x/tin-tuc/a?b&c".to_owned(),
                kind: "Tin",
                published: at,
                updated: at,
            };
            let about = Feed {
                origin: "https://x",
                name: "42:tin-tuc",
                address: "/tin-tuc/nguon-tin.xml?a&b",
                page: "/tin-tuc",
                title: &entry.title.clone(),
                agency: "UBND",
            };
            let feed = atom(about, &[entry]);
            prop_assert!(roxmltree::Document::parse(&feed).is_ok(), "{}", feed);
        }
    }
}
