//! A person's own result in words: where it stands, what was done, what to do next.

use chrono::NaiveDate;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use crate::areas::in_sentence;
use crate::relief::{OwnResult, OwnState, Paid, Period, Standing};

/// Names around a result.
pub struct Place {
    /// Commune.
    pub commune: String,
    /// District, or empty.
    pub district: String,
    /// Policy group.
    pub group: String,
    /// What its rate is paid by.
    pub period: Period,
    /// The commune's public list.
    pub href: String,
}

/// A step on the way.
pub struct Step {
    /// What.
    pub name: &'static str,
    /// Shape of the status: `xong`, `nua`, `cho`, `ko`.
    pub shape: &'static str,
    /// When; may be empty.
    pub day: String,
    /// Where, by which paper.
    pub place: String,
}

/// What the page shows of one row.
pub struct View {
    /// The outcome in one sentence.
    pub heading: String,
    /// Name as listed.
    pub name: String,
    /// Year as listed.
    pub birth_year: i32,
    /// `042******123`.
    pub masked_id: String,
    /// What to do next.
    pub next: Vec<String>,
    /// Policy group.
    pub group: String,
    /// Rate, months, people; empty before the decision.
    pub rate: String,
    /// "750.000 đồng".
    pub amount: String,
    /// In words.
    pub in_words: String,
    /// How it was paid; empty before.
    pub paid: String,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// Commune and district.
    pub commune: String,
    /// Address of the commune's list.
    pub href: String,
    /// Opens a complaint about this row; see [`crate::feedback::seal_record`].
    pub contest: String,
    /// Words of the button that does.
    pub contest_label: &'static str,
}

/// Puts a result into words.
pub fn view(own: &OwnResult, place: Place) -> View {
    let amount = own.amount_dong.map(|dong| Dong(dong).with_unit());
    View {
        heading: heading(own, amount.as_deref()),
        name: own.full_name.clone(),
        birth_year: own.birth_year,
        masked_id: own.masked_id.clone(),
        next: next(own, &place),
        rate: own.rate.map_or_else(String::new, |(monthly, months, people)| {
            let people = if people > 1 { format!(" × {people} khẩu") } else { String::new() };
            let rate = Dong(monthly).with_unit();
            match place.period {
                Period::Once => format!("{rate}, một lần{people}"),
                period => format!("{rate} × {months} {}{people}", period.word()),
            }
        }),
        amount: amount.unwrap_or_default(),
        in_words: own.amount_dong.map_or_else(String::new, |dong| Dong(dong).in_words()),
        paid: own.paid.as_ref().map_or_else(String::new, paid),
        steps: steps(own, &place),
        commune: if place.district.is_empty() {
            place.commune.clone()
        } else {
            format!("{}, {}", place.commune, in_sentence(&place.district))
        },
        group: place.group,
        href: place.href,
        contest: String::new(),
        contest_label: match own.state {
            OwnState::Approved(Standing::Paid) => "Tôi chưa nhận được tiền này",
            _ => "Tôi thấy thông tin này sai",
        },
    }
}

fn heading(own: &OwnResult, amount: Option<&str>) -> String {
    let amount = amount.unwrap_or("khoản hỗ trợ");
    match own.state {
        OwnState::Draft => "Xã đang lập danh sách có tên ông/bà".to_owned(),
        OwnState::Posted => "Danh sách có tên ông/bà đang được niêm yết".to_owned(),
        OwnState::Submitted => "Danh sách có tên ông/bà đang được thẩm định".to_owned(),
        OwnState::Appraised => "Danh sách có tên ông/bà đang chờ phê duyệt".to_owned(),
        OwnState::Approved(Standing::Paid) => format!("Đã chi {amount}"),
        OwnState::Approved(Standing::Held) => {
            format!("Được duyệt {amount}, còn chờ bổ sung hoặc xác minh")
        }
        OwnState::Approved(Standing::NotPaid) => {
            format!("Được duyệt {amount}, lần chi trước chưa trao được")
        }
        OwnState::Approved(_) => format!("Được duyệt {amount}, đang chờ chi"),
        OwnState::LeftOut => "Tên ông/bà không còn trong danh sách này".to_owned(),
        OwnState::Declined => "Đã ghi nhận ông/bà không nhận khoản hỗ trợ này".to_owned(),
    }
}

/// What a citizen can do now, most useful first.
fn next(own: &OwnResult, place: &Place) -> Vec<String> {
    let at = in_sentence(&place.commune);
    let lines: Vec<String> = match own.state {
        OwnState::Draft => {
            vec![format!(
                "Chưa phải làm gì. Xã sẽ niêm yết danh sách tại UBND {at} và trên trang này."
            )]
        }
        OwnState::Posted => {
            let until = own
                .steps
                .posting_ends_on
                .map_or_else(String::new, |day| format!(" trước khi hết ngày {}", vi_date(day)));
            vec![format!(
                "Xem lại tên, năm sinh, số khẩu và số tiền. Sai thì báo UBND {at}{until}."
            )]
        }
        OwnState::Submitted | OwnState::Appraised => {
            vec!["Chưa phải làm gì. Có quyết định phê duyệt thì xã báo ngày nhận tiền.".to_owned()]
        }
        OwnState::Approved(Standing::Paid) => vec![format!(
            "Chưa nhận được tiền mà trang này ghi đã chi? Báo ngay UBND {at} hoặc UBND tỉnh."
        )],
        OwnState::Approved(Standing::Held) => vec![
            format!("Mang căn cước công dân hoặc CMND và sổ hộ khẩu đến UBND {at} để bổ sung."),
            "Khoản này vẫn được giữ, không mất.".to_owned(),
        ],
        OwnState::Approved(_) => vec![
            format!("Chờ UBND {at} báo ngày và nơi nhận tiền, hoặc đến hỏi trong giờ hành chính."),
            "Mang theo căn cước công dân hoặc CMND. Đếm đủ tiền rồi mới ký nhận.".to_owned(),
            "Không đi được thì người nhà nhận thay, cần giấy ủy quyền có xác nhận.".to_owned(),
        ],
        OwnState::LeftOut => {
            vec![format!("Muốn biết lý do, ông/bà hỏi UBND {at}; xã trả lời và nêu rõ lý do.")]
        }
        OwnState::Declined => vec![format!(
            "Nếu ông/bà không hề từ chối, hoặc muốn nhận lại, báo UBND {at} trước khi đợt này đóng."
        )],
    };
    if own.member {
        let head = "Khoản của ông/bà tính chung trong hộ; chủ hộ nhận cho cả hộ.".to_owned();
        return std::iter::once(head).chain(lines).collect();
    }
    lines
}

fn paid(paid: &Paid) -> String {
    let channel = match paid.channel.as_str() {
        "bank" => "chuyển khoản",
        "post" => "qua bưu điện",
        _ => "tiền mặt",
    };
    let by = if paid.by_proxy { ", người khác nhận thay" } else { "" };
    format!("{} ngày {}, {channel}{by}", Dong(paid.dong).with_unit(), vi_date(paid.on))
}

fn steps(own: &OwnResult, place: &Place) -> Vec<Step> {
    let reached = match own.state {
        OwnState::Draft => 1,
        OwnState::Posted => 2,
        OwnState::Submitted => 3,
        OwnState::Appraised => 4,
        OwnState::Approved(Standing::Paid) => 6,
        OwnState::Approved(_) => 5,
        // The way ended; only what is known is shown.
        OwnState::LeftOut | OwnState::Declined => return ended(own, place),
    };
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, vi_date);
    let posted = match (own.steps.posted_on, own.steps.posting_ends_on) {
        (Some(from), Some(to)) => format!("{} – {}", vi_date(from), vi_date(to)),
        (from, _) => day(from),
    };
    let appraiser = if place.district.is_empty() {
        "Cấp trên".to_owned()
    } else {
        format!("UBND {}", in_sentence(&place.district))
    };
    let (decision, decided) = match &own.decision {
        Some((number, on)) => (format!("Quyết định {number}"), vi_date(*on)),
        None => ("UBND tỉnh".to_owned(), String::new()),
    };
    let paid_on = own.paid.as_ref().map(|paid| paid.on);
    let ubnd = format!("UBND {}", in_sentence(&place.commune));
    let all = [
        ("Xã lập danh sách", day(own.steps.listed_on), ubnd.clone()),
        ("Niêm yết lấy ý kiến", posted, ubnd.clone()),
        ("Thẩm định", day(own.steps.appraised_on), appraiser),
        ("Phê duyệt", decided, decision),
        ("Chi tiền", day(paid_on), ubnd),
    ];
    let step = |(at, (name, day, place)): (usize, (&'static str, String, String))| {
        let shape = match (at + 1).cmp(&reached) {
            std::cmp::Ordering::Less => "xong",
            std::cmp::Ordering::Equal => "nua",
            std::cmp::Ordering::Greater => "cho",
        };
        Step { name, shape, day, place }
    };
    all.into_iter().enumerate().map(step).collect()
}

fn ended(own: &OwnResult, place: &Place) -> Vec<Step> {
    let listed = Step {
        name: "Xã lập danh sách",
        shape: "xong",
        day: own.steps.listed_on.map_or_else(String::new, vi_date),
        place: format!("UBND {}", in_sentence(&place.commune)),
    };
    let name = if own.state == OwnState::Declined {
        "Không nhận hỗ trợ"
    } else {
        "Đưa ra khỏi danh sách"
    };
    let out = Step { name, shape: "ko", day: String::new(), place: listed.place.clone() };
    vec![listed, out]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relief::StepDates;

    fn own(state: OwnState) -> OwnResult {
        OwnResult {
            entry_id: uuid::Uuid::nil(),
            full_name: "Nguyễn Thị Thắm".to_owned(),
            birth_year: 1940,
            masked_id: "042******184".to_owned(),
            programme_code: "NQ42".to_owned(),
            group_code: "HN".to_owned(),
            commune_code: "18196".to_owned(),
            district_code: "439".to_owned(),
            unit_date: NaiveDate::from_ymd_opt(2020, 6, 1).unwrap(),
            tiers: 3,
            member: false,
            rate: Some((250_000, 3, 4)),
            amount_dong: Some(3_000_000),
            state,
            steps: StepDates::default(),
            decision: None,
            paid: None,
        }
    }

    fn place() -> Place {
        Place {
            commune: "Xã Sơn Kim 1".to_owned(),
            district: "Huyện Hương Sơn".to_owned(),
            group: "Hộ nghèo".to_owned(),
            period: Period::Month,
            href: "/cong-khai/18196".to_owned(),
        }
    }

    #[test]
    fn every_state_says_what_to_do_next() {
        let approved = [
            Standing::Posted,
            Standing::Waiting,
            Standing::Held,
            Standing::Paid,
            Standing::NotPaid,
        ];
        let plain = [
            OwnState::Draft,
            OwnState::Posted,
            OwnState::Submitted,
            OwnState::Appraised,
            OwnState::LeftOut,
            OwnState::Declined,
        ];
        for state in plain.into_iter().chain(approved.map(OwnState::Approved)) {
            let view = view(&own(state), place());
            assert!(!view.heading.is_empty() && !view.next.is_empty(), "{state:?}");
            assert!(view.steps.len() >= 2, "{state:?}");
        }
    }

    #[test]
    fn the_steps_show_what_is_done_and_what_is_under_way() {
        let shapes = |state| -> Vec<&str> {
            view(&own(state), place()).steps.iter().map(|step| step.shape).collect()
        };
        assert_eq!(shapes(OwnState::Posted), ["xong", "nua", "cho", "cho", "cho"]);
        assert_eq!(
            shapes(OwnState::Approved(Standing::Waiting)),
            ["xong", "xong", "xong", "xong", "nua"]
        );
        assert_eq!(shapes(OwnState::Approved(Standing::Paid)), ["xong"; 5]);
        assert_eq!(shapes(OwnState::Declined), ["xong", "ko"]);
    }

    #[test]
    fn the_rate_is_told_as_a_sum_anyone_can_check() {
        let view = view(&own(OwnState::Approved(Standing::Waiting)), place());
        assert_eq!(view.rate, "250.000 đồng × 3 tháng × 4 khẩu");
        assert_eq!(view.amount, "3.000.000 đồng");
        assert_eq!(view.heading, "Được duyệt 3.000.000 đồng, đang chờ chi");
    }
}
