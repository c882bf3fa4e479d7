//! Does a number format show a date?

/// Built-in formats that show a date or a time: ECMA-376 part 1, 18.8.30, with the East Asian
/// ones (27–36, 50–58) that Vietnamese files made by localised tools also carry.
fn builtin(id: u32) -> Option<bool> {
    match id {
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Some(true),
        0..=49 => Some(false),
        _ => None,
    }
}

/// Whether the format with this id and code shows a date or a time. A code written in the file
/// wins over the built-in meaning of its id.
pub(crate) fn is_date(id: u32, code: Option<&str>) -> bool {
    match code {
        Some(code) => code_is_date(code),
        None => builtin(id).unwrap_or(false),
    }
}

/// Looks for d, m, y, h, s outside quotes, escapes and brackets (`[Red]`, `[$-42A]`); elapsed time
/// (`[h]`, `[mm]`) counts. Only the first section matters: it is the one for positive numbers.
pub(crate) fn code_is_date(code: &str) -> bool {
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|q| q != '"') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|&b| b != ']').collect();
                let inside = inside.to_ascii_lowercase();
                if !inside.is_empty() && inside.chars().all(|b| matches!(b, 'h' | 'm' | 's')) {
                    return true;
                }
            }
            ';' => return false,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            // "General" and the Vietnamese currency text hold none of the letters above unquoted,
            // but E+00 is an exponent and must not end the search.
            'G' | 'g'
                if chars.clone().take(6).collect::<String>().eq_ignore_ascii_case("eneral") =>
            {
                for _ in 0..6 {
                    chars.next();
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        for date in
            ["dd/mm/yyyy", "[$-42A]dd mmmm yyyy;@", "m/d/yy h:mm", "[h]:mm", "yyyy\\-mm", "mmm"]
        {
            assert!(code_is_date(date), "{date}");
        }
        for plain in [
            "General",
            "#,##0",
            "0.00E+00",
            "#,##0\" đồng\"",
            "@",
            "[Red]-0",
            "0_d",
            "\\d0",
            "",
            "0;\"x\";d",
        ] {
            assert!(!code_is_date(plain), "{plain}");
        }
        assert!(is_date(14, None) && is_date(58, None) && !is_date(2, None) && !is_date(200, None));
        assert!(!is_date(14, Some("0")));
    }
}
