//! The letters of Vietnamese beyond ASCII, told from others without tables of all of Unicode.

/// Whether a letter beyond ASCII is one of Vietnamese, in normal form C. What a text in an old
/// charset shows (`µ`, `¨`, `ä`, `ø`) is none, but for a few that both have.
pub(crate) fn is_letter(c: char) -> bool {
    match c {
        '\u{1EA0}'..='\u{1EF9}' => true,
        'À'..='Ã' | 'È'..='Ê' | 'Ì' | 'Í' | 'Ò'..='Õ' | 'Ù' | 'Ú' | 'Ý' => true,
        'à'..='ã' | 'è'..='ê' | 'ì' | 'í' | 'ò'..='õ' | 'ù' | 'ú' | 'ý' => true,
        _ => matches!(c, 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư'),
    }
}

/// The small letter of a letter for which [`is_letter`] holds.
pub(crate) fn small(c: char) -> char {
    let code = u32::from(c);
    let small = match c {
        'À'..='Ý' => code + 0x20,
        'Ư' => code + 1,
        'ư' => code,
        // Capitals are even and their small letters follow.
        '\u{1EA0}'..='\u{1EF9}' | '\u{100}'..='\u{17F}' => code | 1,
        'Ơ' => code + 1,
        _ => code,
    };
    char::from_u32(small).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::{is_letter, small};

    #[test]
    fn small_letters_are_those_of_unicode() {
        for c in ('\u{80}'..'\u{2000}').filter(|&c| is_letter(c)) {
            assert_eq!(Some(small(c)), c.to_lowercase().next(), "{c}");
        }
        assert!(!is_letter('µ') && !is_letter('ä') && is_letter('ễ'));
    }
}
