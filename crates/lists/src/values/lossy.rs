//! Letters that a conversion destroyed: "?" for a letter, and the `ư` of TCVN3 (U+00AD SOFT
//! HYPHEN), which programs delete (`relief.md` §6).

use vietnam::text;

/// The first word whose `ư` was deleted, with the whole text completed when only one completion
/// of every such word is possible.
pub(crate) fn lost_u(written: &str) -> Option<(String, Option<String>)> {
    let mut first = None;
    let mut completed = Some(Vec::new());
    for word in written.split(' ') {
        let completions = if is_possible(word) { Vec::new() } else { completions(word) };
        if completions.is_empty() {
            if let Some(words) = completed.as_mut() {
                words.push(word.to_owned());
            }
            continue;
        }
        first.get_or_insert_with(|| word.to_owned());
        completed = match (completed, completions.as_slice()) {
            (Some(mut words), [only]) => {
                words.push(only.clone());
                Some(words)
            }
            _ => None,
        };
    }
    first.map(|word| (word, completed.map(|words| words.join(" "))))
}

/// A question mark or a replacement character stands for a letter.
pub(crate) fn has_question_mark(written: &str) -> bool {
    written.contains(['?', '\u{FFFD}'])
}

/// A question mark inside or right beside a word.
pub(crate) fn has_question_mark_in_word(written: &str) -> bool {
    written.split(' ').any(|word| {
        has_question_mark(word) && word.chars().any(char::is_alphabetic) && !word.ends_with('?')
            || is_cut(word)
    })
}

/// `K?`: a syllable of consonants with its vowel gone.
fn is_cut(word: &str) -> bool {
    word.strip_suffix(['?', '\u{FFFD}']).is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(char::is_alphabetic) && !is_possible(rest)
    })
}

fn is_possible(word: &str) -> bool {
    !word.chars().all(char::is_alphabetic) || text::is_vietnamese_syllable(word)
}

/// Every possible syllable with one `ư` put back.
fn completions(word: &str) -> Vec<String> {
    let lower: Vec<char> = word.to_lowercase().chars().collect();
    let mut found: Vec<String> = Vec::new();
    for at in 0..=lower.len().min(7) {
        let mut letters = lower.clone();
        if at > letters.len() {
            break;
        }
        letters.insert(at, 'ư');
        let candidate: String = letters.into_iter().collect();
        if text::is_vietnamese_syllable(&candidate) {
            let candidate = text::title_case(&candidate);
            if !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completes_the_only_syllable() {
        for (lossy, whole) in [
            ("Nguyễn Hữu Trờng", "Nguyễn Hữu Trường"),
            ("Cù Thị Phơng Lam", "Cù Thị Phương Lam"),
            ("Phan Văn Hng", "Phan Văn Hưng"),
            ("Trơng Quang Huy", "Trương Quang Huy"),
            ("Đậu Thị Hoài Th", "Đậu Thị Hoài Thư"),
        ] {
            assert_eq!(lost_u(lossy).and_then(|(_, done)| done).as_deref(), Some(whole), "{lossy}");
        }
        assert_eq!(lost_u("Nguyễn Văn An"), None);
    }

    #[test]
    fn question_marks_in_words() {
        assert!(has_question_mark_in_word("Thôn Tân H?i"));
        assert!(!has_question_mark_in_word("Thôn Tân Hải ?"));
    }
}
