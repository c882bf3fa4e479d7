//! A rebuttal as machines read it: schema.org ClaimReview in JSON-LD.

use serde_json::{Map, Value, json};

use super::store::public::Past;
use super::store::work::Edition;
use super::types::Label;

/// The ClaimReview of a rebuttal. `url`: its page; `agency`: who answers for it.
pub(super) fn review(edition: &Edition, past: &[Past], url: &str, agency: &str) -> Option<Value> {
    let label = Label::from_code(&edition.label)?;
    let mut claim = Map::new();
    claim.insert("@type".to_owned(), json!("Claim"));
    let who = json!({ "@type": "Organization", "name": edition.seen_channel });
    claim.insert("author".to_owned(), who);
    if let Some(day) = edition.seen_on {
        claim.insert("datePublished".to_owned(), json!(day.to_string()));
    }
    if edition.seen_url.starts_with("http") {
        let seen = json!({ "@type": "CreativeWork", "url": edition.seen_url });
        claim.insert("firstAppearance".to_owned(), seen.clone());
        claim.insert("appearance".to_owned(), json!([seen]));
    }
    let first = past.last().map_or(edition.publish_at, |first| Some(first.publish_at));
    let day = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| at.to_rfc3339());
    Some(json!({
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "datePublished": day(first),
        "dateModified": day(edition.publish_at),
        "inLanguage": "vi",
        "author": { "@type": "GovernmentOrganization", "name": agency },
        "claimReviewed": edition.claim,
        "itemReviewed": claim,
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": label.rating(),
            "bestRating": 5,
            "worstRating": 1,
            "alternateName": label.label(),
        },
    }))
}

/// JSON that may stand in a page: nothing in it ends the element or a line of script.
pub(super) fn embedded(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_embedded_ends_the_element() {
        let text = "</script><!--<script>&\u{2028}\u{2029}";
        let out = embedded(&json!({ "claim": text }));
        assert!(!out.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{out}");
        let back: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(back["claim"], text);
    }

    proptest! {
        #[test]
        fn whatever_is_embedded_is_read_back(text in "\\PC*") {
            let out = embedded(&json!([text]));
            prop_assert!(!out.contains('<'));
            let back: Value = serde_json::from_str(&out).unwrap();
            prop_assert_eq!(back[0].as_str(), Some(text.as_str()));
        }
    }
}
