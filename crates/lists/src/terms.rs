//! Header words: which field a column heading names.
//!
//! Headings are those seen in real lists (`relief.md` §3) and their usual abbreviations, compared
//! without diacritics and as whole words. Order matters: traps (Ngày cấp, Mã số thuế, Số sổ BHXH,
//! Tạm hoãn từ ngày, mức một tháng) come before what they resemble.

use crate::label::Label;
use crate::{Field, Sex};

/// How sure a heading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// May also mean something else: the values decide.
    Weak,
    /// Says what it is.
    Strong,
}

/// What a heading seems to mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub(crate) field: Field,
    pub(crate) strength: Strength,
}

const PLACES: [&str; 22] = [
    "thon", "xom", "khoi", "to", "dan", "pho", "tdp", "ap", "ban", "lang", "buon", "khu", "kp",
    "khoi", "tt", "so", "nha", "duong", "vuc", "t", "doi", "va",
];

const WEAK: [(&str, Field); 12] = [
    ("dt", Field::Phone),
    ("muc ho tro", Field::Amount),
    ("muc huong", Field::Amount),
    ("muc", Field::Amount),
    ("tong cong", Field::Amount),
    ("tong", Field::Amount),
    ("tien", Field::Amount),
    ("thang", Field::Months),
    ("gt", Field::Sex),
    ("don vi", Field::Unit),
    ("ten", Field::FullName),
    ("doi tuong huong", Field::FullName),
];

/// The meaning of a heading; `None` when it is not known.
pub(crate) fn classify(label: &Label) -> Option<Meaning> {
    if label.is_empty() || label.as_str().len() > 90 {
        return None;
    }
    if let Some((_, field)) = WEAK.iter().find(|(text, _)| label.as_str() == *text) {
        return Some(Meaning { field: *field, strength: Strength::Weak });
    }
    let rules = [trap, money, identity, household, person, place, rest];
    let field = rules.iter().find_map(|rule| rule(label))?;
    let weak = field == Field::Amount && label.starts_any(&["muc", "tong cong"]);
    let strength = if weak { Strength::Weak } else { Strength::Strong };
    Some(Meaning { field, strength })
}

/// Columns that resemble something else.
fn trap(label: &Label) -> Option<Field> {
    if label.has_any_of("ky nhan|ky ten|chu ky|diem chi|ky xac nhan|ky ghi ro|nguoi nhan ky") {
        return Some(Field::Signature);
    }
    if label.starts_any_of("ngay cap|ngay thang nam cap|ngay thang cap|ngay noi cap")
        || label.has("ngay cap") && !label.starts_any_of("so|cmnd|cccd|cmt")
    {
        return Some(Field::IdDate);
    }
    if label.starts("noi cap") || label.has("noi cap") && !label.starts_any(&["so", "cmnd", "cccd"])
    {
        return Some(Field::IdPlace);
    }
    if label.has_any_of("ma so thue|mst|ma thue|mst ca nhan") {
        return Some(Field::TaxCode);
    }
    if label.has_any_of("so tai khoan|stk|ngan hang|tai khoan|so tk|tk ngan hang") {
        return Some(Field::BankAccount);
    }
    // Quyết định 28/2021, Mẫu số 01: "Thời gian đóng BHTN chưa hưởng (tổng số tháng)".
    if label.has("thoi gian dong") && label.has("thang") {
        return Some(Field::Months);
    }
    if label.has_any_of("bhxh|bao hiem xa hoi|bhyt|bao hiem y te|so so bao hiem|bhtn") {
        return Some(Field::SocialInsurance);
    }
    let dated = label
        .has_any_of("tu ngay|den ngay|ngay bat dau|ngay nghi|ngay tam hoan|ngay cham dut")
        || label.has_any_of("thoi diem|ngay quyet dinh|ngay qd|ngay ky");
    if dated || label.has_any(&["thoi gian nghi", "thoi gian tam hoan", "thoi gian ngung"]) {
        return Some(Field::FromDate);
    }
    let other = "so ho khau|ma ho|so quyet dinh|so qd|ma so ho|so so ho ngheo|ma doi tuong|noi sinh|\
            dan toc|ton giao|tuoi|nguoi giam ho|nguoi nhan thay|nguoi nhan ho|\
            nguoi duoc uy quyen|so giay chung nhan|giay chung nhan ho ngheo|so the|so ho so|\
            ma so ho so|bang chu|ten cha|ten me|don vi tinh|dvt|nguon|hinh thuc|so giay phep|\
            dang ky kinh doanh|dkkd|so hop dong|loai hop dong|trinh do";
    // "Số thẻ CCCD", "Số giấy CMND" are the number itself.
    (label.has_any_of(other) && identity(label).is_none()).then_some(Field::Other)
}

/// Amount, rate, months.
fn money(label: &Label) -> Option<Field> {
    let money = label.has_any_of("tien|muc|kinh phi|don gia|dinh muc|thuc nhan|duoc nhan|so tien");
    let per = label.has_any_of(
        "mot thang|1 thang|moi thang|hang thang|nguoi thang|ho thang|dong thang|tien thang|\
            tro thang|huong thang|muc thang|tro cap thang|khau thang|mot khau|1 khau|moi khau|\
            1 nguoi|mot nguoi|d thang|vnd thang|thang nguoi|moi nguoi",
    );
    if label.has_any(&["don gia", "dinh muc"]) || money && per {
        return Some(Field::Rate);
    }
    if label.has_any_of("so thang|thang ho tro|thang duoc ho tro|thang huong|thang de nghi")
        || label.has("thoi gian") && label.has_any(&["ho tro", "huong"])
    {
        return Some(Field::Months);
    }
    let amount = "so tien|thanh tien|kinh phi|tong tien|tong so tien|thuc nhan|so tien ho tro|\
            muc ho tro|muc huong|tien ho tro|muc tro cap|tro cap|tri gia|muc de nghi|\
            muc duoc ho tro|muc chi|tien nhan|tong muc|muc tien";
    label.has_any_of(amount).then_some(Field::Amount)
}

/// Identity number and telephone.
fn identity(label: &Label) -> Option<Field> {
    let phone = "dien thoai|sdt|so dt|dtdd|di dong|phone|tel|lien he|so lien lac|s dt";
    if label.has_any_of(phone) {
        return Some(Field::Phone);
    }
    let id = "cmnd|cmt|cccd|can cuoc|chung minh|dinh danh|gttt|giay to tuy than|cmtnd|cm nd|\
            ho chieu|so giay to|giay to|scmnd|scccd|so cm|cc cd|so can cuoc|cmndcccd|c m n d|\
            cmnn|ddcn";
    label.has_any_of(id).then_some(Field::IdNumber)
}

/// Relation, size, head, business, employer.
fn household(label: &Label) -> Option<Field> {
    if label.has_any_of("quan he|qh voi|moi quan he|qh") {
        return Some(Field::Relation);
    }
    let residence = label.has_any(&["ho khau", "hktt", "thuong tru"]);
    let size = "so khau|khau|nhan khau|so nhan khau|so nguoi|sl khau|so thanh vien|\
            so nhan khau duoc ho tro";
    if label.has_any_of(size) && !residence {
        return Some(Field::HouseholdSize);
    }
    let employer = "su dung lao dong|noi lam viec|cong ty|doanh nghiep|don vi cong tac|co quan|nsdld|\
            noi cong tac|don vi lam viec|chu su dung";
    if label.has_any_of(employer) {
        return Some(Field::Employer);
    }
    let person =
        label.has_any_of("ho ten|ho va ten|ten chu|chu ho|dai dien|chu co so|nguoi dung ten");
    let business = label
        .has_any_of("ho kinh doanh|hkd|co so kinh doanh|cua hang|bien hieu|ten co so|ho kd|co so");
    if business {
        return Some(if person { Field::FullName } else { Field::Business });
    }
    if label.has_any(&["chu ho", "ten chu ho"]) {
        return Some(Field::HouseholdHead);
    }
    None
}

/// Name, birth, sex.
fn person(label: &Label) -> Option<Field> {
    let birth = "nam sinh|ngay sinh|sinh nam|ntns|ng sinh|n sinh|ns|sinh ngay|thang sinh|sinh|\
            ntn sinh|ngay thang nam";
    if label.has_any_of(birth) && !label.has("noi sinh") {
        return Some(Field::Birth);
    }
    if label.is_any_of(
        "ho|ho dem|ho va dem|ho va ten dem|ho lot|ho va chu dem|ho va chu lot|ho ten dem|\
            ho chu dem",
    ) {
        return Some(Field::NameLast);
    }
    let name = "ho ten|ho va ten|ten doi tuong|ten nguoi|nguoi huong|nguoi nhan|doi tuong thu huong|\
            ho va tcn|hoten|hovaten|ten nguoi huong|nguoi thu huong|danh tinh|full name|\
            ho v ten|h va ten|ho tn";
    if label.has_any_of(name) || label.is_any(&["ten goi", "ten doi tuong duoc ho tro"]) {
        return Some(Field::FullName);
    }
    if label.has_any_of("gioi tinh|nam nu|phai|g tinh") || label.is_any(&["gioi", "nam", "nu"]) {
        return Some(Field::Sex);
    }
    None
}

/// Address, commune, district.
fn place(label: &Label) -> Option<Field> {
    let address = "dia chi|noi cu tru|noi o|cho o|thuong tru|tam tru|hktt|que quan|d c|noi dkhk|\
            dia ban|cu tru|cho o hien nay|ho khau|nguyen quan|dchi|thon xom|dia diem|sinh song";
    if label.has_any_of(address) {
        return Some(Field::Address);
    }
    if label.is_any(&["dc", "dchi"]) {
        return Some(Field::Address);
    }
    let mut words = label.words().peekable();
    let known = |word: &str| PLACES.contains(&word);
    if words.peek().is_some_and(|word| {
        ["thon", "xom", "khoi", "tdp", "to", "ap", "ban", "lang", "khu", "buon", "kp"]
            .contains(word)
    }) && words.all(known)
    {
        return Some(Field::Address);
    }
    let unit = "xa|phuong|thi|tran|tt|x|p|ten|don|vi|dia|phuong|ubnd|cap";
    if label.has_any(&["xa", "phuong", "thi tran"])
        && label.words().all(|word| unit.split('|').any(|known| known == word))
    {
        return Some(Field::Unit);
    }
    if label.is_any_of(
        "huyen|quan huyen|huyen thi xa|huyen thi xa thanh pho|ten huyen|huyen thi|\
            huyen tp tx|huyen tx tp",
    ) {
        return Some(Field::District);
    }
    None
}

/// Group, job, remark, running number.
fn rest(label: &Label) -> Option<Field> {
    if label.is_any_of("stt|tt|so tt|so thu tu|s tt|no|sott|thu tu") {
        return Some(Field::Stt);
    }
    if label.has_any_of("ghi chu|chu thich|ly do|y kien|g chu|gc") {
        return Some(Field::Note);
    }
    if label.has_any_of("cong viec|nghe nghiep|nghe|viec lam|nganh nghe|linh vuc") {
        return Some(Field::Job);
    }
    let group = "doi tuong|dien|thuoc dien|nhom|loai ho|loai dt|che do|chinh sach|dien dt|phan loai|\
            dien ho|nhom dt";
    label.has_any_of(group).then_some(Field::Group)
}

/// The sex a leaf heading names alone: `Nữ`, `Nam`, also `(Nữ)` and `Là nữ`. `Năm` is not `Nam`.
pub(crate) fn sex_heading(text: &str) -> Option<Sex> {
    let bare = text.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    match bare.as_str() {
        "nữ" | "nu" | "nư" | "là nữ" => Some(Sex::Female),
        "nam" | "là nam" => Some(Sex::Male),
        _ => None,
    }
}

/// The sex a birth heading names at its end: `Năm sinh nữ`, `Ngày sinh (Nam)`.
pub(crate) fn sex_at_end(text: &str) -> Option<Sex> {
    let lower = text.to_lowercase();
    let last = lower.split(|c: char| !c.is_alphabetic()).rfind(|word| !word.is_empty())?;
    let more = Label::of(text).words().count() > 1;
    match last {
        "nữ" | "nu" if more => Some(Sex::Female),
        // "Sinh nam" without diacritics is "sinh năm": only a second "nam" is a sex.
        "nam"
            if more
                && (!lower.is_ascii()
                    || Label::of(text).words().filter(|w| *w == "nam").count() > 1) =>
        {
            Some(Sex::Male)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Option<Field> {
        classify(&Label::of(text)).map(|meaning| meaning.field)
    }

    #[test]
    fn usual_headings() {
        for (text, want) in [
            ("STT", Field::Stt),
            ("TT", Field::Stt),
            ("HỌ VÀ TÊN", Field::FullName),
            ("Họ tên\nđối tượng", Field::FullName),
            ("Họ và tên chủ hộ", Field::HouseholdHead),
            ("Họ tên chủ hộ kinh doanh", Field::FullName),
            ("Tên hộ kinh doanh", Field::Business),
            ("Quan hệ với chủ hộ", Field::Relation),
            ("Ngày, tháng, năm sinh", Field::Birth),
            ("NS", Field::Birth),
            ("Sinh năm", Field::Birth),
            ("Giới tính", Field::Sex),
            ("Nam/Nữ", Field::Sex),
            ("So CMND/CCCD", Field::IdNumber),
            ("Số định danh cá nhân", Field::IdNumber),
            ("Số GTTT", Field::IdNumber),
            ("CMND, ngày cấp", Field::IdNumber),
            ("Ngày cấp CMND", Field::IdDate),
            ("Nơi cấp", Field::IdPlace),
            ("Số thẻ CCCD", Field::IdNumber),
            ("Số sổ hộ khẩu", Field::Other),
            ("Mã số thuế", Field::TaxCode),
            ("Số sổ BHXH", Field::SocialInsurance),
            ("Thời gian đóng BHTN chưa hưởng (tổng số tháng)", Field::Months),
            ("Tạm hoãn từ ngày", Field::FromDate),
            ("SĐT", Field::Phone),
            ("Số điện thoại liên hệ", Field::Phone),
            ("Thôn/xóm", Field::Address),
            ("Thôn (xóm, tổ dân phố)", Field::Address),
            ("Hộ khẩu thường trú", Field::Address),
            ("Đ/c", Field::Address),
            ("Xã", Field::Unit),
            ("Xã/phường/thị trấn", Field::Unit),
            ("Số khẩu được hỗ trợ", Field::HouseholdSize),
            ("Đối tượng", Field::Group),
            ("Thuộc diện", Field::Group),
            ("Số tháng hỗ trợ", Field::Months),
            ("Mức hỗ trợ/tháng", Field::Rate),
            ("Mức hỗ trợ (đồng/người/tháng)", Field::Rate),
            ("Mức hỗ trợ", Field::Amount),
            ("Thành tiền (đồng)", Field::Amount),
            ("Số tiền hỗ trợ", Field::Amount),
            ("Đơn vị sử dụng lao động", Field::Employer),
            ("Công việc trước khi mất việc", Field::Job),
            ("Ghi chú", Field::Note),
            ("Ký nhận", Field::Signature),
            ("Số tài khoản", Field::BankAccount),
        ] {
            assert_eq!(field(text), Some(want), "{text}");
        }
        assert_eq!(field("Thôn Liên Hà"), None);
        assert_eq!(field("Nguyễn Văn An"), None);
        assert_eq!(sex_at_end("Năm sinh nữ"), Some(Sex::Female));
        assert_eq!(sex_at_end("Ngày sinh (Nam)"), Some(Sex::Male));
        assert_eq!(sex_at_end("Sinh năm"), None);
        assert_eq!(sex_at_end("sinh nam"), None);
        assert_eq!(sex_heading("Năm"), None);
    }
}
