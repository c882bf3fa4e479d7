//! The Atom feed (RFC 4287): what is new, for readers that ask by themselves.

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

/// An article in the feed.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub id: Uuid,
    pub title: String,
    pub summary: String,
    /// Whole address of its page.
    pub url: String,
    pub kind: &'static str,
    pub published: DateTime<Utc>,
    pub updated: DateTime<Utc>,
}

/// The feed. `origin`: where this portal stands (`https://…`); `province`: its code, for an id that no
/// move of the portal changes.
pub(super) fn atom(
    origin: &str,
    province: &str,
    title: &str,
    agency: &str,
    all: &[Entry],
) -> String {
    let updated = all.iter().map(|entry| entry.updated).max().unwrap_or_default();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" \
         xml:lang=\"vi\">\n<id>urn:ansinh:{}:tin-tuc</id>\n<title>{}</title>\n<updated>{}</updated>\n\
         <author><name>{}</name></author>\n<link rel=\"self\" type=\"application/atom+xml\" \
         href=\"{origin}/tin-tuc/nguon-tin.xml\"/>\n<link href=\"{origin}/tin-tuc\"/>\n",
        plain(province),
        plain(title),
        instant(updated),
        plain(agency),
        origin = plain(origin),
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
            let feed = atom("https://x", "42", "Tin", "UBND", &[entry]);
            prop_assert!(roxmltree::Document::parse(&feed).is_ok(), "{}", feed);
        }
    }
}
