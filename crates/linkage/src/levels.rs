//! The levels of the comparisons of people, with the words a clerk reads.
//!
//! The numbers are where learning starts, not weights: the model has those.

use crate::frequency::RARITIES;
use crate::schema::{Comparison, EXCLUDES};

pub(crate) const NAME: usize = 0;
pub(crate) const RARITY: usize = 1;
pub(crate) const BIRTH: usize = 2;
pub(crate) const IDENTITY: usize = 3;
pub(crate) const INSURANCE: usize = 4;
pub(crate) const PHONE: usize = 5;
pub(crate) const PLACE: usize = 6;
pub(crate) const HAMLET: usize = 7;
pub(crate) const SEX: usize = 8;

/// The level of [`NAME`] after those of [`crate::name::NameRelation`]: born on one day and named
/// alike but for the given name, as twins are, and as one person who is called by two names.
pub(crate) const OTHER_GIVEN_SAME_DAY: u8 = 17;

/// The level of [`IDENTITY`] for neighbouring numbers under two names, as twins have them.
pub(crate) const NEIGHBOUR_OTHER_NAME: u8 = 7;

/// The level of [`IDENTITY`] for one CCCD number under two names, of which one row contradicts what
/// the number tells: it is the number of someone else in the household.
pub(crate) const EQUAL_OF_ANOTHER: u8 = 8;

/// The level of [`BIRTH`] after those of [`crate::birth::BirthRelation`].
pub(crate) const YEAR_BY_NUMBER: u8 = 14;

pub(crate) fn comparisons() -> Vec<Comparison> {
    vec![name(), rarity(), birth(), identity(), insurance(), phone(), place(), hamlet(), sex()]
}

fn name() -> Comparison {
    Comparison::new(
        "name",
        true,
        &[
            ("equal", "trùng họ tên", 6.0),
            ("unmarked", "trùng họ tên, một bên viết không dấu", 5.0),
            ("lost_letters", "họ tên khớp ở các chữ còn đọc được", 5.0),
            ("tone_slip", "họ tên chỉ khác dấu một chữ", 5.0),
            ("abbreviated", "họ tên khớp, một bên viết tắt", 5.0),
            ("missing_middle", "họ tên khớp, một bên thiếu chữ đệm", 4.0),
            ("slip", "họ tên khác một lỗi gõ", 5.0),
            ("near_word", "họ tên khác một chữ cái", 2.0),
            ("reordered", "cùng các chữ trong họ tên, khác thứ tự", 4.0),
            ("other_given", "khác tên, cùng họ và chữ đệm", -2.0),
            ("other_middle", "khác một chữ đệm", -1.0),
            ("other_family", "khác họ, cùng chữ đệm và tên", 0.0),
            ("blurred", "họ tên gần giống", 1.0),
            ("family_and_given", "chỉ cùng họ và tên", 0.0),
            ("given_only", "chỉ cùng tên", -3.0),
            ("different", "khác họ tên", -6.0),
            ("other_given_same_day", "khác tên, cùng họ và chữ đệm (có thể là sinh đôi)", -8.0),
        ],
    )
}

fn rarity() -> Comparison {
    let names: Vec<String> = (1..=RARITIES).map(|step| format!("step_{step}")).collect();
    let levels: Vec<(&str, &str, f64)> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let reason = match at {
                0..=1 => "họ tên rất phổ biến",
                2..=6 => "",
                _ => "họ tên hiếm",
            };
            (name.as_str(), reason, at as f64 - 3.0)
        })
        .collect();
    Comparison::new("name_rarity", false, &levels)
}

fn birth() -> Comparison {
    Comparison::new(
        "birth",
        true,
        &[
            ("equal", "trùng ngày sinh", 8.0),
            ("equal_new_year", "cùng ghi sinh ngày 01/01, cùng năm", 4.0),
            ("same_month", "cùng tháng và năm sinh", 5.0),
            ("year_of_full", "ngày sinh một bên chỉ có năm, cùng năm", 3.0),
            ("both_year_only", "ngày sinh hai bên chỉ có năm, cùng năm", 3.0),
            ("new_year_against_full", "cùng năm sinh, một bên ghi 01/01", 2.0),
            ("swapped", "ngày và tháng sinh đổi chỗ", 5.0),
            ("day_slip", "cùng năm sinh, lệch ngày hoặc tháng", 1.0),
            ("other_day", "cùng năm sinh, khác ngày", -2.0),
            ("year_slip", "trùng ngày tháng sinh, năm lệch một chữ số", 4.0),
            ("other_year", "trùng ngày tháng sinh, khác năm", 1.0),
            ("next_year", "năm sinh lệch một năm", -2.0),
            ("different", "khác ngày sinh", -6.0),
            ("year_by_number", "ngày sinh khác, nhưng số CCCD cho cùng năm", -1.0),
        ],
    )
}

fn identity() -> Comparison {
    Comparison::new(
        "identity",
        true,
        &[
            ("equal_cccd", "trùng số CCCD", 14.0),
            ("equal_cmnd", "trùng số CMND", 14.0),
            ("slip", "số CCCD/CMND khác một lỗi gõ", 10.0),
            ("neighbour", "số CCCD/CMND chỉ khác hai số cuối", 3.0),
            ("different_cccd", "khác số CCCD", -5.0),
            ("different_cmnd", "khác số CMND", -5.0),
            ("neighbour_other_name", "số CCCD/CMND cấp liền nhau, khác tên", EXCLUDES),
            ("equal_of_another", "trùng số CCCD, nhưng số ấy không phải của một bên", -2.0),
        ],
    )
}

fn insurance() -> Comparison {
    Comparison::new(
        "insurance",
        true,
        &[
            ("equal", "trùng mã số BHXH", 14.0),
            ("slip", "mã số BHXH khác một lỗi gõ", 10.0),
            ("neighbour", "mã số BHXH chỉ khác hai số cuối", 5.0),
            ("different", "khác mã số BHXH", -5.0),
        ],
    )
}

fn phone() -> Comparison {
    Comparison::new(
        "phone",
        true,
        &[
            ("equal", "trùng số điện thoại", 6.0),
            ("slip", "số điện thoại khác một lỗi gõ", 4.0),
            ("neighbour", "số điện thoại chỉ khác hai số cuối", 3.0),
            ("different", "khác số điện thoại", -1.5),
        ],
    )
}

fn place() -> Comparison {
    Comparison::new(
        "place",
        false,
        &[
            ("same_list", "cùng một danh sách", -2.0),
            ("same_commune", "cùng xã", 2.0),
            ("same_home", "cùng xã theo địa chỉ", 1.0),
            ("same_district", "khác xã, cùng huyện", -1.0),
            ("other_district", "khác huyện", -3.0),
        ],
    )
}

fn hamlet() -> Comparison {
    Comparison::new(
        "hamlet",
        false,
        &[
            ("equal", "cùng thôn", 2.0),
            ("equal_number", "cùng số thôn", 1.0),
            ("number_against_name", "", 0.0),
            ("different", "khác thôn", -1.5),
        ],
    )
}

fn sex() -> Comparison {
    Comparison::new("sex", false, &[("equal", "", 0.5), ("different", "khác giới tính", -3.0)])
}
