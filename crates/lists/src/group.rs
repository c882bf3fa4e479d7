//! Which group of beneficiaries a text names, and what a remark means.

use serde::Serialize;

use crate::RateCatalogue;
use crate::label::Label;

/// Where a text stands: cells may abbreviate more than titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Title, sheet name, file name.
    Title,
    /// Group column, section heading.
    Cell,
}

/// The codes of the groups a text names, in the order of the catalogue.
pub(crate) fn named(catalogue: &RateCatalogue, text: &str, scope: Scope) -> Vec<String> {
    let label = Label::of(text);
    if label.is_empty() || scope == Scope::Cell && label.has_any(&catalogue.not_groups) {
        return Vec::new();
    }
    let mut found: Vec<&str> = Vec::new();
    for group in &catalogue.groups {
        let in_cell = scope == Scope::Cell && label.has_any(&group.cell_phrases);
        let as_code = label.has(&group.code.to_lowercase());
        if label.has_any(&group.phrases) || in_cell || as_code || label.has_any(&group.words) {
            found.push(&group.code);
        }
    }
    let has = |found: &[&str], code: &str| found.contains(&code);
    // "mất việc" is also said of those whose contract ended or is suspended.
    if (has(&found, "CHAMDUT") || has(&found, "TAMHOAN"))
        && !label.has_any(&["tu do", "giao ket", "ldtd"])
    {
        found.retain(|&code| code != "LDTD");
    }
    // "ngừng việc tại hộ kinh doanh" names the place of work, not the group.
    if has(&found, "LDTD")
        && has(&found, "HKD")
        && label.has_any(&["tai ho kinh doanh", "tai cac ho kinh doanh"])
    {
        found.retain(|&code| code != "HKD");
    }
    // "Người cao tuổi thuộc hộ nghèo", "đơn thân nghèo nuôi con" are kinds of BTXH.
    if scope == Scope::Cell && (has(&found, "BTXH") || has(&found, "NCC")) {
        found.retain(|&code| code != "HN" && code != "HCN");
    }
    // "hộ cận nghèo" is not also "nghèo".
    if has(&found, "HCN") && !label.has("ho ngheo") && !label.has("hn") {
        found.retain(|&code| code != "HN");
    }
    found.into_iter().map(str::to_owned).collect()
}

/// What a remark says about the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Refuses the support.
    Declined,
    /// Is dead.
    Dead,
    /// Is on another list too.
    Duplicate,
    /// Has moved away for good.
    Moved,
    /// Is away for a time.
    Absent,
    /// Is in prison.
    Prison,
    /// Receives another support.
    OtherPolicy,
    /// Anything else.
    Other,
}

/// The kind of a remark; `None` for a blank one.
pub(crate) fn note_kind(text: &str) -> Option<NoteKind> {
    let label = Label::of(text);
    if label.is_empty() {
        return None;
    }
    let lower = text.to_lowercase();
    let dead = "chet|tu vong|qua doi|tu tran|da mat|mat ngay|mat nam|mat thang|moi mat|bao tu";
    let lost_papers = label
        .has_any_of("mat cmnd|mat cccd|mat giay|mat the|mat suc|mat viec|mat so|mat chung minh");
    let moved =
        ["chuyen", "cat khau", "cat ho khau", "khong con o", "da di khoi", "lay chong", "lay vo"];
    let absent = "tam vang|di lam an|lam an xa|vang mat|di vang|di lam xa|vang|xuat khau lao dong|\
            di nuoc ngoai|khong co mat|di xa|xkld|di hoc xa|di mien nam|o mien nam";
    let prison = "tu giam|trai giam|di tu|o tu|phat tu|cai tao|tam giam|thu an|chap hanh an|\
            thi hanh an|trong tu|ngoi tu|dang tu|an tu";
    // "Trung" is a name, "trùng" a remark.
    let duplicate = label.has("trung") && (lower.contains("trùng") || lower.is_ascii());
    let other_policy = "da huong|dang huong|huong che do|da nhan o|huong btxh|huong ncc|nhan o danh sach|\
            da nhan theo|da co trong|che do khac|chinh sach khac|da nhan ho tro";
    let kind = if is_declined(&label) {
        NoteKind::Declined
    } else if (label.has_any_of(dead) || label.is_any(&["mat", "da hy sinh"])) && !lost_papers {
        NoteKind::Dead
    } else if duplicate {
        NoteKind::Duplicate
    } else if label.has_any_of(prison) {
        NoteKind::Prison
    } else if label.has_any(&moved) {
        NoteKind::Moved
    } else if label.has_any_of(absent) {
        NoteKind::Absent
    } else if label.has_any_of(other_policy) {
        NoteKind::OtherPolicy
    } else {
        NoteKind::Other
    };
    Some(kind)
}

/// "Không nhận hỗ trợ" and its kin (Decision 28/2021 prescribes these words for the remark).
pub(crate) fn is_declined(label: &Label) -> bool {
    let words = "khong nhan|tu choi|tu nguyen khong|khong tham gia|xin khong|nhuong lai|\
            tu nguyen nhuong|khong de nghi|khong nhan ho tro|nhuong cho|khong lay";
    label.has_any_of(words) && !label.has_any(&["khong nhan duoc", "khong nhan thay"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str, scope: Scope) -> String {
        named(&RateCatalogue::resolution_42(), text, scope).join("+")
    }

    #[test]
    fn titles() {
        for (text, want) in [
            ("DANH SÁCH NGƯỜI CÓ CÔNG VỚI CÁCH MẠNG ĐƯỢC HỖ TRỢ", "NCC"),
            ("DANH SÁCH ĐỐI TƯỢNG BẢO TRỢ XÃ HỘI ĐƯỢC HỖ TRỢ", "BTXH"),
            ("DANH SÁCH HỘ CẬN NGHÈO ĐƯỢC HỖ TRỢ (TẠI THỜI ĐIỂM 31/12/2019)", "HCN"),
            ("Danh sách hộ nghèo", "HN"),
            ("Danh sách hộ nghèo, hộ cận nghèo", "HCN+HN"),
            ("NGƯỜI LAO ĐỘNG KHÔNG CÓ GIAO KẾT HỢP ĐỒNG LAO ĐỘNG BỊ MẤT VIỆC LÀM", "LDTD"),
            (
                "NGƯỜI LAO ĐỘNG CHẤM DỨT HỢP ĐỒNG LAO ĐỘNG KHÔNG ĐỦ ĐIỀU KIỆN HƯỞNG TRỢ CẤP THẤT NGHIỆP",
                "CHAMDUT",
            ),
            ("NGƯỜI LAO ĐỘNG TẠM HOÃN HỢP ĐỒNG LAO ĐỘNG, NGHỈ VIỆC KHÔNG HƯỞNG LƯƠNG", "TAMHOAN"),
            ("DANH SÁCH HỘ KINH DOANH CÁ THỂ TẠM NGỪNG KINH DOANH", "HKD"),
            ("do đại dịch COVID-19 theo Nghị quyết số 42/NQ-CP", ""),
            ("10_Tung_Loc_LDTD.csv", "LDTD"),
            ("Chấm dứt HĐ", "CHAMDUT"),
        ] {
            assert_eq!(one(text, Scope::Title), want, "{text}");
        }
    }

    #[test]
    fn cells() {
        for (text, want) in [
            ("Con đẻ NNCĐHH", "NCC"),
            ("Thân nhân liệt sỹ", "NCC"),
            ("Mất sức lao động", "NCC"),
            ("NKT đặc biệt nặng", "BTXH"),
            ("Đơn thân nghèo nuôi con", "BTXH"),
            ("Cận nghèo", "HCN"),
            ("hộ nghèo", "HN"),
            ("LĐTD", "LDTD"),
            ("Khác", ""),
            ("Hộ khó khăn", ""),
            ("Hộ mới thoát nghèo", ""),
            ("Cán bộ xã", ""),
            ("???", ""),
        ] {
            assert_eq!(one(text, Scope::Cell), want, "{text}");
        }
    }

    #[test]
    fn remarks() {
        for (text, want) in [
            ("Tự nguyện không nhận", NoteKind::Declined),
            ("Từ chối nhận", NoteKind::Declined),
            ("Không nhận hỗ trợ", NoteKind::Declined),
            ("Đã mất ngày 05/4/2020", NoteKind::Dead),
            ("Chết ngày 12/3/2020", NoteKind::Dead),
            ("Mất CMND", NoteKind::Other),
            ("Trùng với danh sách BTXH", NoteKind::Duplicate),
            ("Ông Trung nhận thay", NoteKind::Other),
            ("Đã chuyển khẩu", NoteKind::Moved),
            ("Chuyển đi miền Nam", NoteKind::Moved),
            ("Đi làm ăn xa", NoteKind::Absent),
            ("Đang chấp hành án phạt tù", NoteKind::Prison),
            ("Đã hưởng BTXH", NoteKind::OtherPolicy),
            ("Con nhận thay", NoteKind::Other),
            ("Ốm nặng", NoteKind::Other),
        ] {
            assert_eq!(note_kind(text), Some(want), "{text}");
        }
        assert_eq!(note_kind("  "), None);
    }
}
