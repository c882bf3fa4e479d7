//! Names: spaces, letter case, lost letters, missing diacritics.

use vietnam::text;

use super::{Source, lossy};
use crate::{DataRow, Field, ProblemCode, RepairCode};

/// Family names that are never right without marks. Phan, Mai, Cao, Chu, La … need none.
const MARKED_FAMILIES: [&str; 89] = [
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "vo", "vu", "dang", "bui", "do", "ho", "ngo",
    "duong", "ly", "dao", "doan", "truong", "trinh", "luong", "dinh", "dau", "kieu", "ha", "ta",
    "to", "thai", "than", "ton", "tong", "tang", "tu", "trieu", "uong", "vuong", "van", "phung",
    "quach", "nghiem", "lai", "luu", "lam", "lu", "hua", "giap", "dong", "dam", "diep", "cu",
    "bach", "au", "thach", "mac", "moc", "nhu", "nong", "sam", "lo", "ong", "dieu", "bang", "be",
    "can", "chau", "chuong", "don", "hau", "han", "hong", "khuat", "khong", "loi", "luc", "man",
    "mau", "pho", "phu", "tieu", "thieu", "thuong", "tuong", "vien", "quan", "ngan", "phuong",
    "bien", "khuong", "tat", "khieu",
];

/// Reads and checks the name of the row.
pub(crate) fn read(row: &mut DataRow, sources: &[Source], cell: &str) {
    let parts: Vec<String> = sources.iter().filter_map(|source| tidy(row, source)).collect();
    let name = parts.join(" ");
    let problem = |code| crate::Problem::at(code, Some(Field::FullName), cell);
    if !name.chars().any(char::is_alphabetic) && !lossy::has_question_mark(&name) {
        row.problem(problem(ProblemCode::NameMissing));
        return;
    }
    let name = in_title_case(row, sources, name);
    let tcvn3 = sources.iter().any(Source::is_tcvn3);
    if lossy::has_question_mark(&name) {
        row.problem(problem(ProblemCode::LossyFont).detail("chữ bị đổi thành dấu “?”"));
    } else if tcvn3 && let Some((word, suggestion)) = lossy::lost_u(&name) {
        let detail = format!("“{word}” mất chữ “ư”");
        row.problem(problem(ProblemCode::LossyFont).detail(detail).suggest(suggestion));
    }
    if name.is_ascii() && needs_marks(&name) {
        row.problem(problem(ProblemCode::NameNoDiacritics));
    }
    row.full_name = Some(name);
}

/// The name of another person of the row (head of the household): the same repairs, no checks.
pub(crate) fn other(row: &mut DataRow, source: &Source) -> Option<String> {
    let name = source.filled()?;
    let titled = titled(&name);
    if titled != name {
        source.repaired(row, RepairCode::NameCase);
    }
    Some(titled)
}

fn tidy(row: &mut DataRow, source: &Source) -> Option<String> {
    let text = source.text();
    let clean = source.clean();
    if clean.is_empty() {
        return None;
    }
    if clean != text {
        source.repaired(row, RepairCode::SpacesInName);
    }
    Some(clean)
}

fn in_title_case(row: &mut DataRow, sources: &[Source], name: String) -> String {
    let titled = titled(&name);
    if titled != name
        && let Some(source) = sources.iter().find(|source| titled_differs(source))
    {
        source.repaired(row, RepairCode::NameCase);
    }
    titled
}

fn titled_differs(source: &Source) -> bool {
    let clean = source.clean();
    titled(&clean) != clean
}

/// Title case, without touching what stands in brackets behind the name.
fn titled(name: &str) -> String {
    match name.split_once('(') {
        Some((name, rest)) => format!("{}({rest}", text::title_case(name)),
        None => text::title_case(name),
    }
}

/// Pure ASCII with a family name that cannot be written so.
fn needs_marks(name: &str) -> bool {
    let first = name.split(' ').next().unwrap_or("").to_ascii_lowercase();
    MARKED_FAMILIES.contains(&first.as_str())
}
