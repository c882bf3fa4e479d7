//! Texts of headings, made comparable: folded, punctuation out, words between single spaces.

use vietnam::text;

/// A folded text with a space before and behind every word, so that phrases match whole words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Label(String);

impl Label {
    /// Makes a label; a text without letters and digits gives an empty one.
    pub(crate) fn of(text: &str) -> Self {
        let mut label = String::with_capacity(text.len() + 2);
        label.push(' ');
        for c in text::fold(text).chars() {
            if c.is_alphanumeric() {
                label.push(c);
            } else if !label.ends_with(' ') {
                label.push(' ');
            }
        }
        if !label.ends_with(' ') {
            label.push(' ');
        }
        Self(label)
    }

    /// No word at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The words without the outer spaces.
    pub(crate) fn as_str(&self) -> &str {
        self.0.trim()
    }

    /// The words.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split_whitespace()
    }

    /// The phrase stands in the text as whole words.
    pub(crate) fn has(&self, phrase: &str) -> bool {
        self.0.match_indices(phrase).any(|(at, _)| {
            self.0[..at].ends_with(' ') && self.0[at + phrase.len()..].starts_with(' ')
        })
    }

    /// One of the phrases stands in the text.
    pub(crate) fn has_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.has(phrase))
    }

    /// One of the phrases, separated by `|`, stands in the text.
    pub(crate) fn has_any_of(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| self.has(phrase))
    }

    /// The text is one of the phrases, separated by `|`.
    pub(crate) fn is_any_of(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| self.as_str() == phrase)
    }

    /// The text begins with one of the phrases, separated by `|`.
    pub(crate) fn starts_any_of(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| self.starts(phrase))
    }

    /// The text is one of the phrases.
    pub(crate) fn is_any(&self, phrases: &[&str]) -> bool {
        phrases.contains(&self.as_str())
    }

    /// The text begins with the phrase.
    pub(crate) fn starts(&self, phrase: &str) -> bool {
        self.0[1..].strip_prefix(phrase).is_some_and(|rest| rest.starts_with(' '))
    }

    /// The text begins with one of the phrases.
    pub(crate) fn starts_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.starts(phrase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        let label = Label::of("Số CMND/\nCCCD (nếu có)");
        assert_eq!(label.as_str(), "so cmnd cccd neu co");
        assert!(label.has("so cmnd") && label.has("cccd") && !label.has("cm"));
        assert!(label.starts("so") && !label.starts("s"));
        assert!(Label::of("-----").is_empty());
    }
}
