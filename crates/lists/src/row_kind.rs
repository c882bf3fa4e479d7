//! Tells persons from headings, sums, signatures and the other lines of a list.

use sheets::{Row, Value};

use crate::grid::{self, whole};
use crate::group::{self, Scope};
use crate::label::Label;
use crate::layout::{self, Layout};
use crate::{Field, RowKind, header};

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A person.
    Person,
    /// Not a person.
    Skip(RowKind),
}

/// Remembers where in the list we are.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Under the table: names stand for signers until a person shows up again.
    footer: bool,
    /// The row before was a header that came again.
    header_again: bool,
}

impl Walk {
    /// What the next row is.
    pub(crate) fn classify(&mut self, layout: &Layout<'_>, row: &Row) -> Class {
        let class = self.class(layout, row);
        self.header_again = class == Class::Skip(RowKind::RepeatedHeader);
        match class {
            Class::Person => self.footer = false,
            Class::Skip(RowKind::RepeatedHeader) => self.footer = false,
            Class::Skip(
                RowKind::Total | RowKind::AmountWords | RowKind::CountLine | RowKind::Signature,
            ) => {
                self.footer = true;
            }
            Class::Skip(RowKind::Section) => self.footer = false,
            Class::Skip(_) => {}
        }
        class
    }

    fn class(&self, layout: &Layout<'_>, row: &Row) -> Class {
        let traits = Traits::of(layout, row);
        // Most rows: nothing else has a running number, a name and a number or birth of a person.
        if traits.numbered && traits.name && (traits.id || traits.birth) {
            return Class::Person;
        }
        let texts = layout.grid.texts(row);
        if texts.is_empty() {
            return Class::Skip(RowKind::Blank);
        }
        if is_repeated_header(layout, &texts, self.header_again) {
            return Class::Skip(RowKind::RepeatedHeader);
        }
        let lead = lead(&texts);
        let label = Label::of(lead);
        if !traits.numbered && !traits.id && !traits.relation {
            if let Some(kind) = line_kind(&texts, &label, lead, &traits) {
                return Class::Skip(kind);
            }
            if self.footer && !(traits.birth && traits.name) {
                return Class::Skip(self.footer_kind(layout, &texts, &label, &traits));
            }
        }
        if is_section(layout, row, &texts, &label, lead, &traits) {
            return Class::Skip(RowKind::Section);
        }
        if traits.is_person() {
            return Class::Person;
        }
        // A running number waiting for a name, formulas without a person: nothing is there.
        if !traits.name && texts.iter().all(|(_, text)| is_empty_number(text))
            || traits.only_numbered(&texts)
        {
            return Class::Skip(RowKind::Blank);
        }
        if traits.name && texts.len() == 1 && looks_like_name(lead) && !self.footer {
            return Class::Person;
        }
        Class::Skip(if self.footer { RowKind::Signature } else { RowKind::Remark })
    }

    fn footer_kind(
        &self,
        layout: &Layout<'_>,
        texts: &[(u32, String)],
        label: &Label,
        traits: &Traits,
    ) -> RowKind {
        let text: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        let names_group =
            !group::named(layout.context.catalogue, &text.join(" "), Scope::Title).is_empty();
        let short = label.words().count() <= 20 && traits.others <= 1 && !traits.birth;
        if short && (names_group || is_place_heading(label)) {
            return RowKind::Section;
        }
        if label.starts_any(&["ghi chu", "luu y", "chu y"]) {
            RowKind::Remark
        } else {
            RowKind::Signature
        }
    }
}

/// What the cells of a row tell about a person.
#[derive(Debug, Default, Clone, Copy)]
struct Traits {
    numbered: bool,
    name: bool,
    id: bool,
    birth: bool,
    relation: bool,
    amount: bool,
    others: u32,
}

impl Traits {
    fn of(layout: &Layout<'_>, row: &Row) -> Self {
        let text = |field: Field| layout.text(row, field);
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
        let filled = |field: Field| !text(field).is_empty();
        let id = text(Field::IdNumber);
        let name = layout.has(Field::NameLast)
            && (filled(Field::NameLast) || filled(Field::NameGiven))
            || text(Field::FullName).chars().any(char::is_alphabetic);
        let stt = text(Field::Stt);
        let others = [
            Field::Sex,
            Field::Phone,
            Field::Address,
            Field::Group,
            Field::Unit,
            Field::HouseholdHead,
            Field::Months,
            Field::HouseholdSize,
            Field::Job,
            Field::Business,
            Field::Employer,
        ];
        Self {
            numbered: !stt.is_empty()
                && stt.trim_matches(['.', ')', '(', ' ']).bytes().all(|b| b.is_ascii_digit()),
            name,
            // The place and date of the signature may stand in this column.
            id: digits(&id) >= 6 && letters(&id) <= 6 || is_no_number(&id),
            birth: layout.columns_of(Field::Birth).any(|column| {
                layout::at(row, column.index).is_some_and(|cell| {
                    let text = layout.grid.heading(cell);
                    digits(&text) >= 3 && letters(&text) <= 6
                })
            }),
            relation: filled(Field::Relation),
            amount: layout.cell(row, Field::Amount).is_some_and(|(_, cell)| match &cell.value {
                Value::Number(n) => *n != 0.0,
                Value::Text(text) => {
                    !grid::is_blank(&cell.value) && text.trim() != "0" && text.trim() != "-"
                }
                _ => true,
            }),
            others: others.iter().filter(|&&field| filled(field)).count() as u32,
        }
    }

    /// An identity number or a birth is a person; a name needs one more sign; so does a number.
    fn is_person(&self) -> bool {
        let more = self.others + u32::from(self.amount) + u32::from(self.relation);
        self.id
            || self.birth
            || self.name && (self.numbered || more > 0)
            || self.numbered && self.others > 0 && self.amount
            || self.numbered && self.others > 1
    }

    fn only_numbered(&self, texts: &[(u32, String)]) -> bool {
        self.numbered
            && !self.name
            && !self.amount
            && texts.iter().all(|(_, text)| is_empty_number(text))
    }
}

fn is_empty_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || ".,-() #".contains(c)) || text.starts_with('#')
}

fn is_no_number(id: &str) -> bool {
    Label::of(id).is_any_of("chua co|khong co|chua lam|chua cap")
}

/// The first text with letters.
fn lead(texts: &[(u32, String)]) -> &str {
    let lettered = texts.iter().map(|(_, text)| text.as_str());
    lettered
        .clone()
        .find(|text| text.chars().filter(|c| c.is_alphabetic()).count() > 1 && !is_numbering(text))
        .or_else(|| lettered.clone().next())
        .unwrap_or("")
}

/// `I`, `II.`, `A`, `1)` alone in a cell.
fn is_numbering(text: &str) -> bool {
    let bare = text.trim_matches(['.', ')', '(', ' ', '-', '/']);
    !bare.is_empty() && (bare.chars().all(|c| "IVXLivxl".contains(c)) || bare.len() == 1)
}

/// At least three headings stand in their columns again; or the second row of such a header.
fn is_repeated_header(layout: &Layout<'_>, texts: &[(u32, String)], after_one: bool) -> bool {
    if header::is_column_numbers(texts) && texts.len() * 2 >= layout.columns.len() {
        return true;
    }
    let labels: Vec<(u32, Label)> =
        texts.iter().map(|(col, text)| (*col, Label::of(text))).collect();
    let again = labels
        .iter()
        .filter(|(col, label)| {
            !label.is_empty()
                && layout.headings.iter().any(|(at, known)| at == col && known.contains(label))
        })
        .count();
    again >= 3 || after_one && again > 0 && again == texts.len()
}

/// Lines that are known by their words.
fn line_kind(
    texts: &[(u32, String)],
    label: &Label,
    lead: &str,
    traits: &Traits,
) -> Option<RowKind> {
    let has_digits = texts.iter().any(|(_, text)| text.chars().any(|c| c.is_ascii_digit()));
    if label.has("bang chu") || label.starts_any(&["viet bang chu", "so tien viet bang"]) {
        return Some(RowKind::AmountWords);
    }
    if is_count_line(label) && has_digits && !traits.birth {
        return Some(RowKind::CountLine);
    }
    if is_total(label, lead) && !traits.birth {
        return Some(RowKind::Total);
    }
    let empty =
        ["khong co", "khong phat sinh", "chua co doi tuong", "chua phat sinh", "khong doi tuong"];
    if !traits.birth
        && traits.others == 0
        && texts.len() <= 2
        && (label.starts_any(&empty) || label.is_any(&["khong", "khong co"]))
    {
        return Some(RowKind::EmptyText);
    }
    if !traits.birth && texts.iter().any(|(_, text)| is_signature(text)) {
        return Some(RowKind::Signature);
    }
    if label.starts_any_of("ghi chu|luu y|chu y|chu thich") && !traits.birth {
        return Some(RowKind::Remark);
    }
    None
}

fn is_count_line(label: &Label) -> bool {
    label.starts_any_of(
        "danh sach nay|danh sach gom|danh sach co|danh sach tren|an dinh danh sach|\
            tong danh sach|danh sach an dinh|tong so co|danh sach|an dinh|bang nay co|\
            tong so doi tuong trong danh sach",
    )
}

/// "Tổng cộng", "Cộng thôn Liên Hà": by the mark where there is one, because `Tống` and `Công`
/// are names.
pub(crate) fn is_total(label: &Label, lead: &str) -> bool {
    let first =
        lead.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).unwrap_or("");
    match first.to_lowercase().as_str() {
        "tổng" | "cộng" => return true,
        "tong" | "cong" => {}
        _ => {
            return label.starts_any(&["luy ke", "so luy ke"]);
        }
    }
    label.is_any(&["tong", "cong", "cong don"])
        || label.starts_any_of(
            "tong cong|tong so|tong tien|tong kinh phi|cong thon|cong xom|cong khoi|cong to|\
            cong muc|cong nhom|cong phan|cong trang|cong chuyen|cong mang|cong i|cong ii|\
            cong iii|cong iv|cong a|cong b|cong tong|tong thon|cong doi tuong|cong xa|tong xa|\
            cong ho|cong nguoi",
        )
}

/// Place and date, functions and "Nơi nhận".
fn is_signature(text: &str) -> bool {
    let label = Label::of(text);
    let dated =
        label.has("ngay") && label.has("thang") && label.has("nam") && label.words().count() >= 4;
    let functions = "nguoi lap|lap bieu|nguoi lap bieu|tm|kt|tl|tuq|chu tich|pho chu tich|\
            uy ban nhan dan|xac nhan|nguoi tong hop|thu truong|ke toan|thu quy|truong thon|\
            truong ban|can bo|cong chuc|noi nhan|truong phong|giam doc|nguoi duyet|\
            nguoi kiem tra|bi thu|ubnd|nguoi bao cao|dai dien|ban cong tac|truong xom|to truong|\
            phong ldtbxh|phong lao dong|ky ghi ro|ky ten dong dau|can bo ldtbxh|cb ldtbxh|\
            pho truong|mttq";
    dated || label.starts_any_of(functions) && label.words().count() <= 12
}

/// A heading of a part: numbered, about a place or a group, or alone over the whole width.
fn is_section(
    layout: &Layout<'_>,
    row: &Row,
    texts: &[(u32, String)],
    label: &Label,
    lead: &str,
    traits: &Traits,
) -> bool {
    if traits.id || traits.birth || traits.relation || label.is_empty() {
        return false;
    }
    let catalogue = layout.context.catalogue;
    let first = texts.first().map_or("", |(_, text)| text);
    let first_col = texts.first().map_or(0, |(col, _)| *col);
    let with_text = texts.iter().filter(|(_, text)| text.chars().any(char::is_alphabetic)).count();
    let wide = layout
        .grid
        .merged(row.number, first_col)
        .is_some_and(|(r1, c1, r2, c2)| r1 == r2 && c2 >= c1 + 2);
    let heading = is_numbered_heading(first) || is_place_heading(label);
    let names_group = !group::named(catalogue, lead, Scope::Title).is_empty();
    if with_text > 2 || traits.others > 1 {
        return false;
    }
    if traits.numbered {
        return names_group && traits.others == 0 && !looks_like_name(lead);
    }
    let alone = texts.len() == 1;
    wide && with_text == 1
        || heading && (alone || traits.others == 0)
        || names_group && traits.others == 0
        || alone && first_col == 0
}

/// `I. Người có công`, `A. Thôn …`, `2) …`.
fn is_numbered_heading(text: &str) -> bool {
    let head = text.split([' ', '.', ')', '/', '-', ':']).next().unwrap_or("");
    let numbering = !head.is_empty()
        && head.len() <= 5
        && (head.chars().all(|c| "IVXL".contains(c)) || head.chars().all(|c| c.is_ascii_digit()));
    let lettered = head.len() == 1
        && head.chars().all(|c| c.is_ascii_uppercase())
        && (text.len() == 1 || text[1..].starts_with(['.', ')', '/', '-', ':']));
    (numbering
        && (text.len() == head.len()
            || text[head.len()..].starts_with(['.', ')', '/', '-', ' ', ':'])))
        || lettered
}

/// `Thôn Liên Hà`, `Xã Cẩm Bình`.
fn is_place_heading(label: &Label) -> bool {
    let mut words = label.words().skip_while(|word| {
        word.len() <= 3 && word.chars().all(|c| "ivxlabcd1234567890".contains(c))
    });
    let first = words.next().unwrap_or("");
    let second = words.next().unwrap_or("");
    // "Thôn trưởng" signs.
    second != "truong"
        && matches!(first, "thon" | "xom" | "khoi" | "tdp" | "xa" | "phuong" | "huyen")
        || matches!((first, second), ("to", "dan") | ("thi", "tran") | ("khu", "pho"))
}

/// Two to six words that begin with capitals and hold no digit.
fn looks_like_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=6).contains(&words.len())
        && words.iter().all(|word| word.chars().next().is_some_and(char::is_uppercase))
        && !text.chars().any(|c| c.is_ascii_digit() || ":/;".contains(c))
}

/// The number in a running-number cell.
pub(crate) fn stt_number(layout: &Layout<'_>, row: &Row) -> Option<i64> {
    let (_, cell) = layout.cell(row, Field::Stt)?;
    match &cell.value {
        Value::Number(n) => whole(*n),
        Value::Text(text) => text.trim().trim_end_matches(['.', ')']).parse().ok(),
        _ => None,
    }
}
