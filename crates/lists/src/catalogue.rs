//! The groups of a programme with their rates, as dated data with its legal basis.

use chrono::NaiveDate;
use serde::Serialize;

/// What an amount is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Per {
    /// By person, or by household business.
    Person,
    /// By person in the household (khẩu): the head's row may carry the amount for all.
    Khau,
}

/// How many months are right when the sheet has no months of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum MonthRule {
    /// Always this many.
    Fixed(u32),
    /// Any number from 1 to this.
    UpTo(u32),
}

/// One group of beneficiaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRule {
    /// Stable code, `NCC`.
    pub code: String,
    /// Name for the screen.
    pub name: String,
    /// Đồng per month (and khẩu); 0 when the sum does not follow from a rate.
    pub monthly: i64,
    /// Months.
    pub months: MonthRule,
    /// What the rate is for.
    pub per: Per,
    /// Phrases (folded: lower case, no diacritics) that name the group anywhere: in a title, a
    /// section heading, a sheet name or a cell.
    pub phrases: Vec<&'static str>,
    /// Folded phrases that name the group only in a cell or a section of the list, because
    /// in a title they may mean something else.
    pub cell_phrases: Vec<&'static str>,
    /// Folded abbreviations that count as whole words only.
    pub words: Vec<&'static str>,
}

/// All groups of a programme and the limits its lists are checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateCatalogue {
    /// Text of the legal basis, shown with every refusal.
    pub legal_basis: String,
    /// The groups.
    pub groups: Vec<GroupRule>,
    /// Folded phrases that look like a group and are none ("hộ khó khăn", "thoát nghèo").
    pub not_groups: Vec<&'static str>,
    /// Nobody on the list is born later.
    pub latest_birth: NaiveDate,
    /// Nobody on the list is born in an earlier year.
    pub earliest_birth_year: i32,
    /// Somebody born later than this needs no identity paper yet (under 14).
    pub child_after: NaiveDate,
    /// Most months that can be paid.
    pub max_months: u32,
}

impl RateCatalogue {
    /// Resolution 42/NQ-CP of 09/4/2020 and Decision 15/2020/QĐ-TTg of 24/4/2020.
    pub fn resolution_42() -> Self {
        Self {
            legal_basis:
                "Nghị quyết 42/NQ-CP ngày 09/4/2020; Quyết định 15/2020/QĐ-TTg ngày 24/4/2020"
                    .to_owned(),
            groups: vec![ncc(), btxh(), hcn(), hn(), tamhoan(), chamdut(), ldtd(), hkd()],
            not_groups: vec!["thoat ngheo", "khong ngheo", "ho kho khan", "muc song trung binh"],
            latest_birth: day(2020, 6, 30),
            earliest_birth_year: 1900,
            child_after: day(2006, 4, 1),
            max_months: 3,
        }
    }

    /// The rule of a group.
    pub fn group(&self, code: &str) -> Option<&GroupRule> {
        self.groups.iter().find(|group| group.code == code)
    }

    /// True when the group's amounts can be told from a rate; others are taken as they are written,
    /// also when no amount is.
    pub fn is_priced(&self, code: &str) -> bool {
        self.group(code).is_none_or(|group| group.monthly > 0)
    }

    /// The amounts that are right for a group: with the months of the row when they are in range,
    /// else with every allowed number; `persons` is the number of khẩu.
    pub fn amounts(&self, code: &str, months: Option<i64>, persons: i64) -> Vec<i64> {
        let Some(group) = self.group(code).filter(|group| group.monthly > 0) else {
            return Vec::new();
        };
        let persons = if group.per == Per::Khau { persons } else { 1 };
        let months: Vec<i64> = match (months, group.months) {
            (Some(months), _) if (1..=i64::from(self.max_months)).contains(&months) => vec![months],
            (_, MonthRule::Fixed(months)) => vec![i64::from(months)],
            (_, MonthRule::UpTo(most)) => (1..=i64::from(most)).collect(),
        };
        months
            .into_iter()
            .filter_map(|m| group.monthly.checked_mul(m)?.checked_mul(persons))
            .collect()
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn rule(code: &str, name: &str, monthly: i64, months: MonthRule, per: Per) -> GroupRule {
    GroupRule {
        code: code.to_owned(),
        name: name.to_owned(),
        monthly,
        months,
        per,
        phrases: Vec::new(),
        cell_phrases: Vec::new(),
        words: Vec::new(),
    }
}

fn ncc() -> GroupRule {
    GroupRule {
        phrases: vec![
            "nguoi co cong",
            "doi tuong co cong",
            "thuong binh",
            "benh binh",
            "liet sy",
            "liet si",
            "mat suc lao dong",
            "nncdhh",
            "chat doc hoa hoc",
            "chat doc da cam",
            "lao thanh cach mang",
            "tien khoi nghia",
            "me viet nam anh hung",
            "hoat dong khang chien",
            "hoat dong cach mang",
        ],
        cell_phrases: vec![
            "tu day",
            "anh hung luc luong",
            "tuat",
            "mat suc",
            "co cong",
            "ba me vnah",
            "me vnah",
            "bi dich bat",
        ],
        words: vec!["ncc", "tnls", "msld", "cdhh"],
        ..rule("NCC", "Người có công với cách mạng", 500_000, MonthRule::Fixed(3), Per::Person)
    }
}

fn btxh() -> GroupRule {
    GroupRule {
        phrases: vec![
            "bao tro xa hoi",
            "khuyet tat",
            "cao tuoi",
            "don than",
            "mo coi",
            "doi tuong bao tro",
        ],
        cell_phrases: vec![
            "nkt",
            "nuoi con",
            "hiv",
            "tre em mat nguon",
            "bao tro",
            "tam than",
            "gia yeu",
            "tren 80 tuoi",
        ],
        words: vec!["btxh", "nct"],
        ..rule("BTXH", "Đối tượng bảo trợ xã hội", 500_000, MonthRule::Fixed(3), Per::Person)
    }
}

fn hcn() -> GroupRule {
    GroupRule {
        phrases: vec!["can ngheo"],
        words: vec!["hcn", "cn"],
        ..rule("HCN", "Hộ cận nghèo", 250_000, MonthRule::Fixed(3), Per::Khau)
    }
}

fn hn() -> GroupRule {
    GroupRule {
        phrases: vec!["ho ngheo"],
        cell_phrases: vec!["nhan khau ngheo", "nguoi ngheo", "khau ngheo"],
        words: vec!["hn", "ngheo"],
        ..rule("HN", "Hộ nghèo", 250_000, MonthRule::Fixed(3), Per::Khau)
    }
}

fn tamhoan() -> GroupRule {
    GroupRule {
        phrases: vec![
            "tam hoan",
            "nghi viec khong huong luong",
            "nghi khong luong",
            "nghi viec khong luong",
            "nghi khong huong luong",
        ],
        words: vec!["tamhoan", "thhd", "thhdld"],
        ..rule(
            "TAMHOAN",
            "Người lao động tạm hoãn hợp đồng, nghỉ không lương",
            1_800_000,
            MonthRule::UpTo(3),
            Per::Person,
        )
    }
}

fn chamdut() -> GroupRule {
    GroupRule {
        phrases: vec!["cham dut"],
        words: vec!["chamdut", "cdhd", "cdhdld"],
        ..rule(
            "CHAMDUT",
            "Người lao động chấm dứt hợp đồng",
            1_000_000,
            MonthRule::UpTo(3),
            Per::Person,
        )
    }
}

fn ldtd() -> GroupRule {
    GroupRule {
        phrases: vec![
            "khong co giao ket",
            "lao dong tu do",
            "khong giao ket",
            "khong co hop dong lao dong",
            "lao dong mat viec",
            "bi mat viec",
        ],
        words: vec!["ldtd"],
        ..rule(
            "LDTD",
            "Người lao động không có giao kết hợp đồng",
            1_000_000,
            MonthRule::UpTo(3),
            Per::Person,
        )
    }
}

fn hkd() -> GroupRule {
    GroupRule {
        phrases: vec!["ho kinh doanh", "kinh doanh ca the"],
        words: vec!["hkd", "hkdct"],
        ..rule("HKD", "Hộ kinh doanh tạm ngừng", 1_000_000, MonthRule::UpTo(3), Per::Person)
    }
}

/// The words by which groups of later programmes are recognised in a list (Resolution 68 of 2021,
/// Resolution 116 of 2021); their rates belong to the programme. `None` for other codes.
pub fn words_of(code: &str) -> Option<GroupRule> {
    let phrases = match code {
        "TAMHOAN68T" | "TAMHOAN68N" => tamhoan().phrases,
        "NGUNGVIEC68" => vec!["ngung viec"],
        "CHAMDUT68" => chamdut().phrases,
        "MANGTHAI68" => vec!["mang thai"],
        "TREEM68" => vec!["tre em duoi 6 tuoi", "con duoi 6 tuoi", "nuoi con nho"],
        "TREEF68" => vec!["tre em f0", "tre em f1", "tre em dieu tri", "tre em cach ly"],
        "ANF0-68" => vec!["tien an f0", "tien an cho nguoi dieu tri", "tien an dieu tri"],
        "ANF1-68" => vec!["tien an f1", "tien an cho nguoi cach ly", "tien an cach ly"],
        "NGHETHUAT68" => vec!["nghe thuat", "dao dien"],
        "HDV68" => vec!["huong dan vien"],
        "HKD68" => hkd().phrases,
        "LDTD68" => ldtd().phrases,
        "BHTN116" => vec!["bao hiem that nghiep", "quy bhtn"],
        _ => return None,
    };
    Some(GroupRule { phrases, ..rule(code, "", 0, MonthRule::Fixed(1), Per::Person) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_follow_the_month_rule() {
        let rates = RateCatalogue::resolution_42();
        assert_eq!(rates.amounts("NCC", None, 1), vec![1_500_000]);
        assert_eq!(rates.amounts("NCC", Some(2), 1), vec![1_000_000]);
        assert_eq!(rates.amounts("HN", None, 4), vec![3_000_000]);
        assert_eq!(rates.amounts("LDTD", Some(0), 9), vec![1_000_000, 2_000_000, 3_000_000]);
        assert_eq!(rates.amounts("TAMHOAN", Some(2), 1), vec![3_600_000]);
        assert!(rates.amounts("KHAC", None, 1).is_empty());
    }
}
