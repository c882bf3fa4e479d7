//! An entry in words. Pure.

use serde_json::Value;
use vietnam::date::vi_date;
use vietnam::money::Dong;

/// What a subject is called, and the page where it is shown.
pub(super) fn subject(kind: &str, id: &str) -> (String, Option<String>) {
    let known = [
        ("entitlement", "Khoản chi của một người", "/chi-tra/"),
        ("list", "Danh sách", "/danh-sach/"),
        ("entry", "Một người trong danh sách", "/danh-sach/dong/"),
        ("decision", "Quyết định", "/quyet-dinh/"),
        ("recovery", "Khoản thu hồi", "/thu-hoi/"),
        ("duplicate", "Cảnh báo trùng", "/canh-bao/"),
        ("file", "Tệp nhập liệu", "/nhap-lieu/"),
    ];
    if let Some((_, words, stem)) = known.iter().find(|(name, ..)| *name == kind) {
        let href = uuid::Uuid::parse_str(id).ok().map(|id| format!("{stem}{id}"));
        return ((*words).to_owned(), href);
    }
    let words = match kind {
        "entries" => "Nhiều người trong danh sách",
        "lookups" => "Kết quả của chính người tra cứu",
        "account" => "Tài khoản",
        "table" => "Bảng",
        "duty" => "Báo cáo ngày",
        "unit_day" => "Sổ ngày",
        "unit" => "Đơn vị",
        _ => "",
    };
    (words.to_owned(), None)
}

/// The id of what an act of a unit's days concerns, in words: its commune and its day. `commune` names
/// a code.
pub(super) fn unit_subject(id: &str, commune: impl Fn(&str) -> String) -> String {
    let words: Vec<String> = id
        .split([' ', '/', ':'])
        .filter_map(|part| match part.parse::<chrono::NaiveDate>() {
            Ok(day) => Some(format!("ngày {}", vi_date(day))),
            Err(_) if part.len() == 5 && part.bytes().all(|b| b.is_ascii_digit()) => {
                Some(commune(part))
            }
            // The kind of duty has one name only; anything else says nothing to a reader.
            Err(_) => None,
        })
        .collect();
    words.join(", ")
}

/// The facts of an entry, as far as they say something to a reader.
pub(super) fn facts(detail: &Value) -> String {
    let mut parts = Vec::new();
    let text = |key: &str| detail[key].as_str().filter(|text| !text.is_empty());
    let number = |key: &str| detail[key].as_i64();
    let entry = match text("kind") {
        Some("paid") => "đã chi",
        Some("not_paid") => "không chi được",
        Some("returned") => "hoàn trả",
        Some("reversal") => "đảo bút toán",
        Some("part") => "nộp lại một phần",
        Some("waiver") => "miễn thu",
        _ => "",
    };
    parts.extend((!entry.is_empty()).then(|| entry.to_owned()));
    parts.extend(text("number").map(|number| format!("số {number}")));
    parts.extend(number("amount_dong").filter(|n| *n != 0).map(|n| Dong(n).with_unit()));
    parts.extend(number("due_dong").filter(|n| *n != 0).map(|n| Dong(n).with_unit()));
    parts.extend(number("people").map(|n| format!("{} người", Dong(n))));
    parts.extend(number("numbers").map(|n| format!("{} số giấy tờ", Dong(n))));
    parts.extend(number("rows").map(|n| format!("{} dòng", Dong(n))));
    parts.extend(
        text("day").and_then(|day| day.parse().ok()).map(|d| format!("ngày {}", vi_date(d))),
    );
    parts.extend(text("page").map(|page| format!("trang /{}", page.trim_start_matches('/'))));
    parts.extend(match text("end") {
        Some("failed") => Some("bị hỏng giữa chừng".to_owned()),
        Some("cut off") => Some("người tải bỏ dở".to_owned()),
        _ => None,
    });
    parts.extend(text("reason").map(|reason| format!("lý do: {reason}")));
    hide_digits(&parts.join(", "))
}

/// Replaces what may be an identity number in free text: nine digits or more, also with spaces, dots
/// or dashes between them. A sum of money stays: groups of three by dots, no zero before them, and
/// "đồng" behind.
pub(super) fn hide_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String, rest: &str| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        let bare = run.trim_end_matches(BETWEEN);
        let groups = bare.split('.').all(|part| part.len() <= 3 && !part.contains([' ', '-']));
        let money = groups && !bare.starts_with('0') && rest.starts_with("đồng");
        if digits >= 9 && !money {
            out.push_str("(đã che số)");
            let tail = run.len() - bare.len();
            out.push_str(&run[run.len() - tail..]);
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() || (!run.is_empty() && BETWEEN.contains(&c)) {
            run.push(c);
        } else {
            flush(&mut run, &mut out, &text[at..]);
            out.push(c);
        }
    }
    flush(&mut run, &mut out, "");
    out
}

/// What people write between the digits of a number.
const BETWEEN: [char; 3] = [' ', '.', '-'];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payment_is_told_with_its_sum_and_day() {
        let detail = json!({ "kind": "paid", "amount_dong": 1_500_000, "day": "2020-06-19",
            "act": "018f" });
        assert_eq!(facts(&detail), "đã chi, 1.500.000 đồng, ngày 19/6/2020");
        assert_eq!(facts(&json!(null)), "");
    }

    #[test]
    fn a_units_day_is_told_by_name_and_date() {
        let name = |code: &str| format!("Xã {code}");
        assert_eq!(unit_subject("payment_day 18196 2020-06-18", name), "Xã 18196, ngày 18/6/2020");
        assert_eq!(unit_subject("18196", name), "Xã 18196");
        assert_eq!(unit_subject("", name), "");
    }

    #[test]
    fn numbers_of_papers_typed_into_a_reason_are_hidden_and_sums_are_not() {
        for (typed, shown) in [
            ("trùng với 042154003817.", "trùng với (đã che số)."),
            ("CMND 183 456 789 ghi sai", "CMND (đã che số) ghi sai"),
            ("CMND 183.456.789 ghi sai", "CMND (đã che số) ghi sai"),
            ("CCCD 042-154-003-817", "CCCD (đã che số)"),
            ("042.154.003.817 đồng chí Hai", "(đã che số) đồng chí Hai"),
            ("tổng 12.345.678.000 đồng", "tổng 12.345.678.000 đồng"),
            ("số 1502/QĐ-UBND ngày 19/6/2020", "số 1502/QĐ-UBND ngày 19/6/2020"),
            ("7 người, 3 hộ", "7 người, 3 hộ"),
        ] {
            assert_eq!(hide_digits(typed), shown);
        }
    }

    proptest! {
        #[test]
        fn no_number_of_a_paper_comes_through(before in "[a-z ]{0,5}", number in "[0-9]{9}|[0-9]{12}") {
            let shown = hide_digits(&format!("{before}{number} x"));
            prop_assert!(!shown.contains(&number), "{}", shown);
        }

        #[test]
        fn no_way_of_parting_the_digits_helps(digits in "[0-9]{9}|[0-9]{12}", by in "[ .-]", each in 1..5_usize) {
            let parts: Vec<String> =
                digits.as_bytes().chunks(each).map(|d| String::from_utf8_lossy(d).into_owned()).collect();
            let typed = parts.join(&by);
            let shown = hide_digits(&format!("số {typed}, ghi sai"));
            prop_assert!(!shown.contains(&typed), "{}", shown);
        }
    }
}
